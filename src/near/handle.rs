//! Near handles, payment handles and profile links: the same name where the better spelling was taken.

use super::edit;
use super::groups::{Meeting, Signatures, key};
use super::{EDIT_GROUP_MAX, GROUP_MAX, NearRule, Rule};
use crate::model::value::Marks;

/// Shorter handles are one edit from each other by chance.
const HANDLE_CHARS_MIN: usize = 6;

/// Characters that must be left of a handle without its separators.
const BARE_CHARS_MIN: usize = 5;

/// Shorter paths of profile links are one edit from each other by chance.
const PATH_CHARS_MIN: usize = 8;

/// A handle, or a handle at a payment platform.
pub(super) struct Handle<'a> {
    text: &'a str,
}

impl Handle<'_> {
    fn bare(&self) -> impl DoubleEndedIterator<Item = char> + Clone {
        self.text.chars().filter(|c| !matches!(c, '-' | '_' | '.'))
    }

    fn has_edits(&self) -> bool {
        self.text.chars().count() >= HANDLE_CHARS_MIN
    }
}

impl<'a> Rule<'a> for Handle<'a> {
    fn parse(text: &'a str, _: Marks) -> Option<Self> {
        Some(Handle { text })
    }

    fn near(&self, other: &Self) -> Option<NearRule> {
        if self.text == other.text {
            return None;
        }
        if self.bare().eq(other.bare()) && self.bare().count() >= BARE_CHARS_MIN {
            return Some(NearRule::HandleSeparators);
        }
        let has_edits = self.has_edits() && other.has_edits();
        let counters = edit::counter_stem(self.text).is_some() && edit::counter_stem(other.text).is_some();
        if (has_edits || counters) && edit::differ_in_trailing_number(self.text, other.text) {
            return Some(NearRule::HandleTrailingNumber);
        }
        (has_edits && edit::is_within_one(self.text, other.text)).then_some(NearRule::HandleOneEdit)
    }

    fn meetings(_: &[Self]) -> Vec<Meeting<Self>> {
        vec![
            Meeting { shared: "handle but for separators", group_max: GROUP_MAX, signatures: bare },
            Meeting { shared: "handle within one edit", group_max: EDIT_GROUP_MAX, signatures: edits },
            Meeting { shared: "handle but for a trailing number", group_max: GROUP_MAX, signatures: stems },
        ]
    }
}

fn bare(handle: &Handle<'_>, out: &mut Signatures) {
    let mut own = None;
    edit::deletion_hashes(key(&["bare"]), handle.bare().map(u64::from), |hash| own = own.or(Some(hash)));
    own.into_iter().for_each(|hash| out.both(hash));
}

fn edits(handle: &Handle<'_>, out: &mut Signatures) {
    if handle.has_edits() {
        edit::signatures(key(&["edit"]), handle.text, out);
    }
}

fn stems(handle: &Handle<'_>, out: &mut Signatures) {
    if let Some(stem) = edit::counter_stem(handle.text) {
        out.both(key(&["stem", stem]));
    }
}

/// A profile link with a path long enough to compare.
pub(super) struct ProfileUrl<'a> {
    host: &'a str,
    path: &'a str,
}

impl<'a> Rule<'a> for ProfileUrl<'a> {
    fn parse(text: &'a str, _: Marks) -> Option<Self> {
        let (host, path) = text.split_once('/')?;
        (path.chars().count() >= PATH_CHARS_MIN).then_some(ProfileUrl { host, path })
    }

    fn near(&self, other: &Self) -> Option<NearRule> {
        (self.host == other.host).then(|| edit::one_edit(self.path, other.path))?.map(|_| NearRule::ProfileOneEdit)
    }

    fn meetings(_: &[Self]) -> Vec<Meeting<Self>> {
        vec![Meeting { shared: "path within one edit, and host", group_max: EDIT_GROUP_MAX, signatures: paths }]
    }
}

fn paths(url: &ProfileUrl<'_>, out: &mut Signatures) {
    edit::signatures(key(&["path", url.host]), url.path, out);
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::model::value::IdentifierKind;
    use proptest::prelude::*;

    fn check(a: &str, b: &str, expected: Option<NearRule>) {
        testing::check(IdentifierKind::Handle, a, b, expected);
        testing::check(IdentifierKind::PaymentHandle, a, b, expected);
    }

    #[test]
    fn handles_and_their_look_alikes() {
        let separators = Some(NearRule::HandleSeparators);
        check("kim-dev", "kimdev", separators);
        check("kim-dev-io", "kim_devio", separators);
        check("k-im", "kim", None);

        let one_edit = Some(NearRule::HandleOneEdit);
        check("kimdev", "kimdevs", one_edit);
        check("kimdev", "kmidev", one_edit);
        check("5550100", "5550101", one_edit);
        check("kimde", "kimdev", None);
        check("kimdev", "kimdevos", None);

        let trailing = Some(NearRule::HandleTrailingNumber);
        check("kimdev12", "kimdev47", trailing);
        check("kimdev", "kimdev470", trailing);
        check("kimde", "kimde1", trailing);
        check("kimd12", "kimd13", trailing);
        check("kimd1", "kimd2", None);
        check("kimdev12", "lindev47", None);
    }

    #[test]
    fn profile_links() {
        let check = |a, b, expected| testing::check(IdentifierKind::ProfileUrl, a, b, expected);
        check("social.example/in/kim-dev", "social.example/in/kim-devs", Some(NearRule::ProfileOneEdit));
        check("social.example/in/kim-dev", "other.example/in/kim-devs", None);
        check("social.example/kim-dev", "social.example/kim-devs", None);
        check("social.example/in/kim-dev", "social.example/in/lin-dev", None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn no_near_handle_is_missed(texts in testing::texts("[ab]{3,5}[-_.]?[aé]?(1|12|20)?[-13]{0,2}")) {
            testing::complete(IdentifierKind::Handle, &texts);
        }

        #[test]
        fn no_near_profile_is_missed(texts in testing::texts("(x|y)\\.example/in/[ab]{3,6}")) {
            testing::complete(IdentifierKind::ProfileUrl, &texts);
        }
    }
}
