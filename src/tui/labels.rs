//! How profiles, factors and points are called in short, the same on every screen. Called by the views.

use crate::domain::run::{Direction, FactorSummary};
use crate::domain::score::ProfileType;
use crate::domain::text::{cut, harmless};
use unicode_width::UnicodeWidthStr;

/// What the profiles of a score are called in the plural.
pub fn plural(profile_type: ProfileType) -> &'static str {
    match profile_type {
        ProfileType::Person => "persons",
        ProfileType::Account => "accounts",
    }
}

/// A label that begins with a capital. Where it is too long, event types lose what stands before their last dot; where
/// that does not help, its window (", last 30 days") stays and the rest is cut.
pub fn shorten_factor(label: &str, width: usize) -> String {
    let harmless = harmless(label);
    let bare = |word: &str| match word.trim_end_matches(',').rsplit_once('.') {
        Some((before, last)) if !before.is_empty() && !last.is_empty() => word[before.len() + 1..].to_string(),
        _ => word.to_string(),
    };
    let label = if harmless.width() > width {
        harmless.split(' ').map(bare).collect::<Vec<_>>().join(" ")
    } else {
        harmless.into_owned()
    };
    // "last" says the least.
    let label = if label.width() > width { label.replace(", last ", ", ") } else { label };
    let mut chars = label.chars();
    let first = chars.next().map_or(String::new(), |c| c.to_uppercase().collect());
    let label = first + chars.as_str();
    match label.rfind(", ").map(|at| label.split_at(at)) {
        Some((head, window)) if label.width() > width && window.width() + 8 <= width => {
            format!("{}{window}", cut(head, width - window.width()))
        }
        _ => cut(&label, width),
    }
}

/// + rises with the value, − falls, ± neither.
pub fn direction_sign(factor: &FactorSummary) -> &'static str {
    match factor.effect_direction() {
        Some(Direction::Up) => "+",
        Some(Direction::Down) => "−",
        Some(Direction::Both) | None => "±",
    }
}

/// `+ 3`, `− 3`, `0`.
pub fn signed_points(points: i64) -> String {
    match points {
        1.. => format!("+ {points}"),
        0 => "0".into(),
        _ => format!("− {}", points.unsigned_abs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_labels_keep_what_tells_them_apart() {
        assert_eq!(shorten_factor("industry", 20), "Industry");
        assert_eq!(shorten_factor("days since last web.pricingPageVisited", 32), "Days since last pricingPageVisi…");
        assert_eq!(shorten_factor("web.visit, last 7 days", 40), "Web.visit, last 7 days");
        assert_eq!(shorten_factor("events of the whole account, last 30 days", 30), "Events of the whole …, 30 days");
        assert_eq!(shorten_factor("", 4), "");
    }
}
