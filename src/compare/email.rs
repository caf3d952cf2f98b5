//! Two email addresses: local part apart from domain, and the local part against the person's own names.

use super::signature::Signature;
use super::similarity::{jaro_winkler_from, osa_within};
use crate::model::counts::Counted;
use crate::model::interner::{Interner, Texts};

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
        let near_domain = osa_within(domain_a, domain_b, 2).is_some();
        return if near_domain && domain_a.len().min(domain_b.len()) >= 6 { NEAR } else { SAME_LOCAL_PART };
    }
    let whole = a.len().min(b.len());
    let alike = || jaro_winkler_from(a, b, 0.95).is_some() && jaro_winkler_from(local_a, local_b, 0.9).is_some();
    // No two edits put the `@` elsewhere; a damaged address may have lost it, or have one more.
    let is_damaged = |domain: &str| domain.is_empty() || domain.contains('@');
    let is_in_place = || is_damaged(domain_a) || is_damaged(domain_b) || osa_within(local_a, local_b, 2).is_some();
    if whole >= 8 && (osa_within(a, b, 2).is_some() && is_in_place() || alike()) {
        return NEAR;
    }
    if shorter >= 6 && osa_within(local_a, local_b, 2).is_some() {
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

/// Whether the local part is made of these name tokens, initials and digits alone; one token may be cut short
/// (`williams_jen24` of Jennifer Williams).
pub fn is_made_of<'t>(text: &str, mut tokens: impl Iterator<Item = &'t str> + Clone) -> bool {
    let (local, _) = parts(text);
    let mut letters: String = local.chars().filter(|c| c.is_alphabetic()).collect();
    let mut found = false;
    for token in tokens.clone().filter(|token| token.len() >= 3) {
        if let Some(at) = letters.find(token) {
            letters.replace_range(at..at + token.len(), "");
            found = true;
        }
    }
    found && (letters.chars().count() <= 2 || tokens.any(|token| token.starts_with(&letters)))
}

/// The emails of a run, by number: what of two is looked at before their letters, and how common their parts are.
#[derive(Default)]
pub struct Emails {
    emails: Vec<Email>,
    locals: Texts,
    domains: Texts,
    local_counts: Vec<u32>,
    domain_counts: Vec<u32>,
    total: u32,
}

#[derive(Clone, Copy)]
struct Email {
    local: u32,
    domain: u32,
    of_local: Signature,
    of_whole: Signature,
    /// Bytes of the local part.
    local_bytes: u32,
    has_domain: bool,
    /// Whether another value is near it; see `near`.
    has_near: bool,
}

impl Emails {
    /// Reads emails in canonical form; the first has number 0.
    pub fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Emails {
        let mut emails = Emails::default();
        let (mut locals, mut domains) = (Interner::default(), Interner::default());
        emails.emails.reserve(texts.size_hint().0);
        texts.for_each(|text| emails.read(text, &mut locals, &mut domains));
        // No text is looked for from here on.
        (emails.locals, emails.domains) = (locals.into_texts(), domains.into_texts());
        emails
    }

    fn read(&mut self, text: &str, locals: &mut Interner, domains: &mut Interner) {
        let (local, domain) = parts(text);
        let (local_id, local_is_new) = locals.intern(local);
        let (domain_id, domain_is_new) = domains.intern(domain);
        if local_is_new {
            self.local_counts.push(0);
        }
        if domain_is_new {
            self.domain_counts.push(0);
        }
        self.emails.push(Email {
            local: local_id,
            domain: domain_id,
            of_local: Signature::of(local),
            of_whole: Signature::of(text),
            local_bytes: local.len() as u32,
            has_domain: !domain.is_empty(),
            has_near: false,
        });
    }

    /// Takes note of which emails have near ones.
    pub fn with_near(mut self, has_near: impl Iterator<Item = bool>) -> Emails {
        self.emails.iter_mut().zip(has_near).for_each(|(email, has)| email.has_near = has);
        self
    }

    /// Hands on how often each local part and domain occurs, and the emails in all.
    pub fn each_count(&mut self, visit: &mut dyn FnMut(Counted, &mut u32)) {
        visit(Counted::Text { what: "all", text: "emails", always: true }, &mut self.total);
        for (what, texts, counts) in [
            ("local part", &self.locals, &mut self.local_counts),
            ("email domain", &self.domains, &mut self.domain_counts),
        ] {
            for (at, count) in counts.iter_mut().enumerate() {
                visit(Counted::Text { what, text: texts.get(at as u32), always: false }, count);
            }
        }
    }

    /// Whether both have near emails, and so may be near each other.
    pub fn may_be_near(&self, a: u32, b: u32) -> bool {
        self.emails[a as usize].has_near && self.emails[b as usize].has_near
    }

    /// See [`super::Context::ask_ahead`].
    #[inline]
    pub fn ask_ahead(&self, email: u32) -> u32 {
        self.emails[email as usize].local
    }

    /// Counts an email that occurs.
    pub fn count(&mut self, email: u32) {
        let Email { local, domain, .. } = self.emails[email as usize];
        self.local_counts[local as usize] += 1;
        self.domain_counts[domain as usize] += 1;
        self.total += 1;
    }

    /// [`level`] of two emails; `text` is asked for only where letters have to be held against each other.
    pub fn level<'t>(&self, a: u32, b: u32, text: impl Fn(u32) -> &'t str) -> u8 {
        if a == b {
            return SAME;
        }
        let (x, y) = (&self.emails[a as usize], &self.emails[b as usize]);
        let shorter = x.local_bytes.min(y.local_bytes);
        let may_be_alike = x.local == y.local && shorter >= 4
            || x.of_local.may_be_within(y.of_local, 2) && shorter >= 6
            || x.of_whole.may_be_within(y.of_whole, 2)
            || x.of_local.may_reach(y.of_local, 0.9) && x.of_whole.may_reach(y.of_whole, 0.95);
        match may_be_alike {
            true => level(text(a), text(b)),
            false if x.has_domain && x.domain == y.domain => SAME_DOMAIN,
            false => DIFFERENT,
        }
    }

    /// The letters of the local part (see [`Signature::letters`]) and the number of the domain of an email of the usual
    /// shape: one `@`, few letters of the local part more than twice.
    pub fn plain(&self, email: u32) -> Option<((u64, u8), u32)> {
        let Email { of_local, domain, has_domain, .. } = self.emails[email as usize];
        let letters = of_local.letters().filter(|&(letters, _)| letters != 0)?;
        (has_domain && !self.domains.get(domain).contains('@')).then_some((letters, domain))
    }

    /// Emails that occur, one of several records as often as it does.
    pub fn counted(&self) -> usize {
        self.total as usize
    }

    /// The share of emails with this local part, beside two.
    pub fn local_share(&self, email: u32) -> f32 {
        self.share(self.local_counts[self.emails[email as usize].local as usize])
    }

    /// The share of emails at this email's domain, beside two.
    pub fn domain_share(&self, email: u32) -> f32 {
        self.share_of_domain(self.emails[email as usize].domain)
    }

    /// The share of emails at this domain, beside two.
    pub fn share_of_domain(&self, domain: u32) -> f32 {
        self.share(self.domain_counts[domain as usize])
    }

    fn share(&self, count: u32) -> f32 {
        ((count.saturating_sub(2) as f32 + 1.0) / self.total.max(1) as f32).min(1.0)
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
            ("joe@sales.example.com", "joe.sales@example.com", DIFFERENT),
            ("paperkiteexample.com", "paperkite@example.com", NEAR),
            ("paperkit@eexmple.com", "paperkite@example.com", NEAR),
            ("k@paperkite@example.com", "kpaperkite@example.com", NEAR),
            ("", "kite12@example.com", DIFFERENT),
        ] {
            assert_eq!(level(a, b), expected, "{a} {b}");
            assert_eq!(level(b, a), expected, "{b} {a}");
        }
    }

    proptest::proptest! {
        #[test]
        fn numbers_agree_as_letters_do(
            a in "[ab]{1,7}[0-9]{0,2}@(a.example|ab.example)|[a-c@]{0,9}",
            b in "[ab]{1,7}[0-9]{0,2}@(a.example|ba.example)|[a-c@]{0,9}",
        ) {
            let texts = [a.as_str(), b.as_str()];
            let emails = Emails::of(texts.into_iter());
            let other = u32::from(a != b);
            proptest::prop_assert_eq!(emails.level(0, other, |email| texts[email as usize]), level(&a, &b));
        }
    }

    #[test]
    fn a_local_part_made_of_the_name_says_no_more_than_the_name() {
        let name = || ["robert", "smith"].into_iter();
        assert!(is_made_of("robert.smith@example.com", name()));
        assert!(is_made_of("rsmith@example.com", name()));
        assert!(is_made_of("robert.smith77@example.com", name()));
        assert!(!is_made_of("paperkite@example.com", name()));
        assert!(is_made_of("smith_rob77@example.com", name()));
        assert!(!is_made_of("smith_rod77@example.com", name()));
        assert!(!is_made_of("rob77@example.com", name()), "no whole name in it");
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
