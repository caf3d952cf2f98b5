//! Two email addresses: local part apart from domain, and the local part against the person's own names.

use super::similarity::{jaro_winkler, osa_distance};
use rustc_hash::FxHashMap;

/// Levels of emails.
pub const LEVELS: &[&str] =
    &["not observed", "same", "same local part", "near", "near local part", "same domain", "different"];

pub const SAME: u8 = 1;
pub const SAME_LOCAL_PART: u8 = 2;
pub const NEAR: u8 = 3;
pub const NEAR_LOCAL_PART: u8 = 4;
pub const SAME_DOMAIN: u8 = 5;
pub const DIFFERENT: u8 = 6;

/// Local part and domain; of a damaged address what stands before and after its first `@`.
fn parts(text: &str) -> (&str, &str) {
    text.split_once('@').unwrap_or((text, ""))
}

/// The level of two addresses by their letters; what of it the names explain is told by [`beside_names`].
pub fn level(a: &str, b: &str) -> u8 {
    if a == b {
        return SAME;
    }
    let ((local_a, domain_a), (local_b, domain_b)) = (parts(a), parts(b));
    let shorter = local_a.len().min(local_b.len());
    if local_a == local_b && shorter >= 4 {
        let near_domain = osa_distance(domain_a, domain_b) <= 2;
        return if near_domain && domain_a.len().min(domain_b.len()) >= 6 { NEAR } else { SAME_LOCAL_PART };
    }
    let whole = a.len().min(b.len());
    if whole >= 8 && (osa_distance(a, b) <= 2 || jaro_winkler(a, b) >= 0.95 && jaro_winkler(local_a, local_b) >= 0.9) {
        return NEAR;
    }
    if shorter >= 6 && osa_distance(local_a, local_b) <= 2 {
        return NEAR_LOCAL_PART;
    }
    if !domain_a.is_empty() && domain_a == domain_b { SAME_DOMAIN } else { DIFFERENT }
}

/// The level of two addresses whose local parts are both made of the records' names. Namesakes have such mailboxes too
/// (`ann.smith77`, `ann.smith78`), so their likeness says nothing beyond the names, which are compared for themselves;
/// what is left is the domain. 0, not observed, where nothing is left. Equal digits, two at least, are no name's doing.
pub fn beside_names(level: u8, a: &str, b: &str) -> u8 {
    let ((local_a, domain_a), (local_b, domain_b)) = (parts(a), parts(b));
    let digits = |local: &str| local.chars().filter(char::is_ascii_digit).collect::<String>();
    let number = digits(local_a);
    let told_by_number = number.len() >= 2 && number == digits(local_b);
    // One mailbox under a mistyped domain is one mailbox.
    let mistyped_domain = level == NEAR && local_a == local_b && domain_a != domain_b;
    if !matches!(level, SAME_LOCAL_PART | NEAR | NEAR_LOCAL_PART) || told_by_number || mistyped_domain {
        return level;
    }
    if domain_a == domain_b { SAME_DOMAIN } else { 0 }
}

/// Whether the local part is made of these name tokens, initials and digits alone.
pub fn is_made_of<'t>(text: &str, tokens: impl Iterator<Item = &'t str>) -> bool {
    let (local, _) = parts(text);
    let mut letters: String = local.chars().filter(|c| c.is_alphabetic()).collect();
    let mut found = false;
    for token in tokens.filter(|token| token.len() >= 3) {
        if let Some(at) = letters.find(token) {
            letters.replace_range(at..at + token.len(), "");
            found = true;
        }
    }
    found && letters.chars().count() <= 2
}

/// How common local parts and domains are.
#[derive(Default)]
pub struct Parts<'a> {
    locals: FxHashMap<&'a str, u32>,
    domains: FxHashMap<&'a str, u32>,
    total: u32,
}

impl<'a> Parts<'a> {
    pub fn count(&mut self, text: &'a str) {
        let (local, domain) = parts(text);
        *self.locals.entry(local).or_default() += 1;
        *self.domains.entry(domain).or_default() += 1;
        self.total += 1;
    }

    /// The share of emails with this local part, beside two.
    pub fn local_share(&self, text: &str) -> f32 {
        self.share(&self.locals, parts(text).0)
    }

    /// The share of emails at this domain, beside two.
    pub fn domain_share(&self, text: &str) -> f32 {
        self.share(&self.domains, parts(text).1)
    }

    fn share(&self, counts: &FxHashMap<&str, u32>, part: &str) -> f32 {
        let others = counts.get(part).copied().unwrap_or(0).saturating_sub(2) as f32;
        ((others + 1.0) / self.total.max(1) as f32).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_agree_in_parts() {
        for (a, b, expected) in [
            ("kite12@example.com", "kite12@example.com", SAME),
            ("kite12@example.com", "kite12@other.example.org", SAME_LOCAL_PART),
            ("kite12@example.com", "kite12@exampel.com", NEAR),
            ("kite12@example.com", "kyte12@example.com", NEAR),
            ("paperkite12@example.com", "paperkyte12@other.org", NEAR_LOCAL_PART),
            ("kite12@example.com", "reed77@example.com", SAME_DOMAIN),
            ("kite12@example.com", "reed77@other.org", DIFFERENT),
            ("kite12@@example.com", "kite12@example.com", NEAR),
            ("", "kite12@example.com", DIFFERENT),
        ] {
            assert_eq!(level(a, b), expected, "{a} {b}");
            assert_eq!(level(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn a_local_part_made_of_the_name_says_no_more_than_the_name() {
        let name = || ["robert", "smith"].into_iter();
        assert!(is_made_of("robert.smith@example.com", name()));
        assert!(is_made_of("rsmith@example.com", name()));
        assert!(is_made_of("robert.smith77@example.com", name()));
        assert!(!is_made_of("paperkite@example.com", name()));
        assert!(!is_made_of("smithereens@example.com", name()));
    }

    #[test]
    fn mailboxes_of_namesakes_are_alike_through_the_name_alone() {
        for (a, b, before, beside) in [
            ("ann.smith77@example.com", "ann.smith78@example.com", NEAR, SAME_DOMAIN),
            ("ann.smith@example.com", "asmith@example.com", SAME_DOMAIN, SAME_DOMAIN),
            ("ann.smith@example.com", "ann.smith@other.org", SAME_LOCAL_PART, 0),
            ("ann.smith7@example.com", "ann.smith8@other.org", NEAR_LOCAL_PART, 0),
            ("ann.smith77@example.com", "ann.smith78@example.org", NEAR_LOCAL_PART, 0),
            // The look-alikes: one number, one mistyped domain, one address.
            ("ann.smith77@example.com", "an.smith77@example.com", NEAR, NEAR),
            ("ann.smith77@example.com", "ann.smith77@other.org", SAME_LOCAL_PART, SAME_LOCAL_PART),
            ("ann.smith@example.com", "ann.smith@exampel.com", NEAR, NEAR),
            ("ann.smith@example.com", "ann.smith@example.com", SAME, SAME),
        ] {
            assert_eq!(level(a, b), before, "{a} {b}");
            assert_eq!(beside_names(level(a, b), a, b), beside, "{a} {b}");
            assert_eq!(beside_names(level(b, a), b, a), beside, "{b} {a}");
        }
    }
}
