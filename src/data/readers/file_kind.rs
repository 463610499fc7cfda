//! What a file is by its first bytes, whatever its name says. Called by `file`.

use super::encoding;

/// What the first bytes say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    Gzip,
    Zstd,
    Parquet,
    /// A ZIP archive, which a workbook may be.
    Zip,
    /// The container of old workbooks, and of new ones with a password.
    CompoundFile,
    Html,
    Xml,
    /// Whatever is none of the others: text, if it is anything.
    Other,
}

/// Bytes by which a file is known.
pub(super) const START: usize = 1 << 10;

/// What a file that starts so is.
pub(super) fn of(start: &[u8]) -> FileKind {
    match start {
        [0x1f, 0x8b, 8, ..] => FileKind::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => FileKind::Zstd,
        [b'P', b'A', b'R', b'1', ..] => FileKind::Parquet,
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => FileKind::Zip,
        [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, ..] => FileKind::CompoundFile,
        _ => of_text(start),
    }
}

/// Pages and XML begin with a tag, also where they are UTF-16.
fn of_text(start: &[u8]) -> FileKind {
    let plain = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let ascii = plain.iter().filter(|b| b.is_ascii() && **b != 0).take(40).map(u8::to_ascii_lowercase);
    let text: Vec<u8> = ascii.collect();
    let text = text.trim_ascii_start();
    let begins = |tags: &[&str]| tags.iter().any(|tag| text.starts_with(tag.as_bytes()));
    if begins(&["<!doctype html", "<html", "<head", "<meta", "<table", "<body", "<style", "<div"]) {
        FileKind::Html
    } else if begins(&["<?xml"]) {
        FileKind::Xml
    } else {
        FileKind::Other
    }
}

/// Whether the start of a file is certainly text in rows: no control characters, a line end and a delimiter.
pub(super) fn is_delimited_text(start: &[u8]) -> bool {
    let wide = encoding::found(start).is_some();
    let mut text = start.iter().filter(|byte| !wide || **byte != 0);
    let control = text.clone().any(|byte| *byte < b' ' && !matches!(byte, b'\t' | b'\r' | b'\n'));
    !control && text.clone().any(|b| matches!(b, b'\r' | b'\n')) && text.any(|b| b",;\t|".contains(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        for (start, kind) in [
            (b"PK\x03\x04rest".as_slice(), FileKind::Zip),
            (b"PAR1", FileKind::Parquet),
            (b"\xef\xbb\xbf\r\n<!DOCTYPE HTML>", FileKind::Html),
            (b"<table><tr>", FileKind::Html),
            (b"\xff\xfe<\0h\0t\0m\0l\0", FileKind::Html),
            (b"<?xml version", FileKind::Xml),
            (b"id,<html>", FileKind::Other),
            (b"", FileKind::Other),
        ] {
            assert_eq!(of(start), kind, "{start:?}");
        }
        assert!(is_delimited_text(b"id\tname\r\n1\ta\r\n") && is_delimited_text(b"i\0d\0,\0x\0\n\0"));
        assert!(!is_delimited_text(b"PK") && !is_delimited_text(b"a,\0\x01\n"));
    }
}
