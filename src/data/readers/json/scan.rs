//! Finds where a JSON value ends, piece by piece, remembering only where it stands. Called by `document`.

use memchr::memchr2;

/// Where in a value the last byte stands.
#[derive(Debug, Default)]
pub(super) struct Scan {
    depth: u32,
    quoted: bool,
    escaped: bool,
    /// The value is a number, a literal or what is none at all: it ends where something else begins.
    bare: bool,
    pub(super) line_breaks: u64,
}

impl Scan {
    /// The index after the value, or `None` where it goes on. The first byte of the first piece is the value's own.
    pub(super) fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            if self.quoted {
                at = self.end_of_string(bytes, at)?;
                if self.depth == 0 {
                    return Some(at);
                }
                continue;
            }
            match bytes[at] {
                b',' | b']' | b'}' | b' ' | b'\t' | b'\r' | b'\n' if self.bare => return Some(at),
                b'"' if !self.bare => self.quoted = true,
                b'{' | b'[' if !self.bare => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                b'\n' => self.line_breaks += 1,
                _ => self.bare = self.depth == 0,
            }
            at += 1;
        }
        None
    }

    /// The index after the quote that ends the string in progress.
    fn end_of_string(&mut self, bytes: &[u8], mut at: usize) -> Option<usize> {
        loop {
            if std::mem::take(&mut self.escaped) {
                at += 1;
            }
            let rest = bytes.get(at..)?;
            at += memchr2(b'"', b'\\', rest)?;
            if bytes[at] == b'"' {
                self.quoted = false;
                return Some(at + 1);
            }
            self.escaped = true;
            at += 1;
            if at == bytes.len() {
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let scalar = prop_oneof![
            any::<i64>().prop_map(Into::into),
            Just(serde_json::Value::Null),
            "[a-z\"\\\\{}\\[\\],\n]{0,6}".prop_map(Into::into)
        ];
        scalar.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::Array),
                prop::collection::hash_map("[a-z\"]{1,3}", inner, 0..4)
                    .prop_map(|m| serde_json::Value::Object(m.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_value_ends_where_it_does_in_pieces_of_any_size(value in json(), pretty in any::<bool>(), size in 1_usize..9) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
            let whole = format!("{text},{{");
            let (mut scan, mut at, mut end) = (Scan::default(), 0, None);
            for piece in whole.as_bytes().chunks(size) {
                if let Some(found) = scan.end(piece) {
                    end = Some(at + found);
                    break;
                }
                at += piece.len();
            }
            prop_assert_eq!(end, Some(text.len()));
            prop_assert_eq!(scan.line_breaks as usize, text.matches('\n').count());
        }
    }
}
