//! Near email addresses: what one person who makes many accounts tends to vary, one thing at a time.
//!
//! Two addresses that differ in local part *and* domain are not near, however alike they look.

use super::edit;
use super::groups::{Meeting, Signatures, key};
use super::{EDIT_GROUP_MAX, GROUP_MAX, NearRule, Rule};
use crate::model::value::Marks;

/// Shorter local parts (`kim`, `jobs`) are too common to be near anything.
const LOCAL_CHARS_MIN: usize = 5;

/// An email address with a local part long enough to compare.
pub(super) struct Email<'a> {
    text: &'a str,
    /// Where the at sign is.
    at: u32,
    /// The same role at two organisations (`careers@`) is no sign of one hand.
    is_role: bool,
}

impl<'a> Email<'a> {
    fn local(&self) -> &'a str {
        &self.text[..self.at as usize]
    }

    fn domain(&self) -> &'a str {
        &self.text[self.at as usize + 1..]
    }
}

impl<'a> Rule<'a> for Email<'a> {
    fn parse(text: &'a str, marks: Marks) -> Option<Self> {
        let at = memchr::memrchr(b'@', text.as_bytes())?;
        let email = Email { text, at: u32::try_from(at).ok()?, is_role: marks.has(Marks::ROLE_MAILBOX) };
        edit::has_chars(email.local(), LOCAL_CHARS_MIN).then_some(email)
    }

    fn near(&self, other: &Self) -> Option<NearRule> {
        if self.domain() != other.domain() {
            let is_role = self.is_role || other.is_role;
            return (self.local() == other.local() && !is_role).then_some(NearRule::EmailOtherDomain);
        }
        if edit::differ_in_trailing_number(self.local(), other.local()) {
            return Some(NearRule::EmailTrailingNumber);
        }
        edit::one_edit(self.local(), other.local()).map(|_| NearRule::EmailOneEdit)
    }

    fn meetings(_: &[Self]) -> Vec<Meeting<Self>> {
        vec![
            Meeting { shared: "local part within one edit, and domain", group_max: EDIT_GROUP_MAX, signatures: edits },
            Meeting { shared: "local part", group_max: GROUP_MAX, signatures: locals },
            Meeting {
                shared: "local part but for a trailing number, and domain",
                group_max: GROUP_MAX,
                signatures: stems,
            },
        ]
    }
}

fn edits(email: &Email<'_>, out: &mut Signatures) {
    edit::signatures(key(&["edit", email.domain()]), email.local(), out);
}

fn locals(email: &Email<'_>, out: &mut Signatures) {
    if !email.is_role {
        out.both(key(&["local", email.local()]));
    }
}

fn stems(email: &Email<'_>, out: &mut Signatures) {
    if let Some(stem) = edit::counter_stem(email.local()) {
        out.both(key(&["stem", stem, email.domain()]));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::model::value::{Dictionary, IdentifierKind};
    use proptest::prelude::*;

    fn check(a: &str, b: &str, expected: Option<NearRule>) {
        testing::check(IdentifierKind::Email, a, b, expected);
        testing::check(IdentifierKind::RefereeEmail, a, b, expected);
    }

    #[test]
    fn one_thing_varied_and_its_look_alikes() {
        let one_edit = Some(NearRule::EmailOneEdit);
        check("kim.dev@example.com", "kim.devs@example.com", one_edit);
        check("kim.dev@example.com", "kin.dev@example.com", one_edit);
        check("kim.dev@example.com", "kim.edv@example.com", one_edit);
        check("kim.dev@example.com", "kimdev@example.com", one_edit);
        check("kim.dev@example.com", "kin.devs@example.com", None);
        check("kim.dev@example.com", "kim.devs@example.org", None);
        check("kimd@example.com", "kimde@example.com", None);
        check("kim@example.com", "kin@example.com", None);

        let other_domain = Some(NearRule::EmailOtherDomain);
        check("kim.dev@example.com", "kim.dev@example.org", other_domain);
        check("kim.dev@example.com", "kim.dev@exmaple.com", other_domain);
        check("kim@example.com", "kim@example.org", None);

        let trailing = Some(NearRule::EmailTrailingNumber);
        check("kim.dev12@example.com", "kim.dev47@example.com", trailing);
        check("kim.dev12@example.com", "kim.dev13@example.com", trailing);
        check("kim.dev@example.com", "kim.dev470@example.com", trailing);
        check("kim.dev1990@example.com", "kim.dev1991@example.com", trailing);
        check("kim.dev1990@example.com", "kim.dev1985@example.com", None);
        check("kim.dev12@example.com", "kim.dev47@example.org", None);
        check("kim12@example.com", "kim47@example.com", None);

        check("not an address", "not an addres", None);
    }

    #[test]
    fn a_role_at_two_organisations_is_not_near() {
        let pairs = |marks| {
            let mut dictionary = Dictionary::default();
            dictionary.intern(IdentifierKind::Email, "careers@example.com", marks);
            dictionary.intern(IdentifierKind::Email, "careers@example.org", marks);
            super::super::neighbours(&dictionary).pairs.len()
        };
        assert_eq!(pairs(Marks::NONE), 1);
        assert_eq!(pairs(Marks::ROLE_MAILBOX), 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn no_near_pair_is_missed(texts in testing::texts("[ab]{2,5}[a.]?(é|1|12|20)?[13]{0,2}@(x|y)\\.example")) {
            testing::complete(IdentifierKind::Email, &texts);
        }
    }
}
