//! Near numbers of documents and government ids: one character mistyped, or changed on purpose.

use super::edit;
use super::groups::{Meeting, Signatures, key};
use super::{EDIT_GROUP_MAX, NearRule, Rule};
use crate::model::value::Marks;

/// Shorter numbers are one edit from each other by chance.
const CHARS_MIN: usize = 6;

/// A number long enough to compare.
pub(super) struct Document<'a>(&'a str);

impl<'a> Rule<'a> for Document<'a> {
    fn parse(text: &'a str, _: Marks) -> Option<Self> {
        (text.chars().count() >= CHARS_MIN).then_some(Document(text))
    }

    fn near(&self, other: &Self) -> Option<NearRule> {
        edit::one_edit(self.0, other.0).map(|_| NearRule::DocumentOneEdit)
    }

    fn meetings(_: &[Self]) -> Vec<Meeting<Self>> {
        vec![Meeting { shared: "number within one edit", group_max: EDIT_GROUP_MAX, signatures: edits }]
    }
}

fn edits(document: &Document<'_>, out: &mut Signatures) {
    edit::signatures(key(&["document"]), document.0, out);
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::model::value::IdentifierKind;
    use proptest::prelude::*;

    #[test]
    fn numbers_and_their_look_alikes() {
        for kind in [IdentifierKind::DocumentNumber, IdentifierKind::GovernmentId] {
            let check = |a, b, expected| testing::check(kind, a, b, expected);
            let near = Some(NearRule::DocumentOneEdit);
            check("X1234567", "X1234568", near);
            check("X1234567", "X123456", near);
            check("X1234567", "X1234576", near);
            check("X1234567", "X1234588", None);
            check("X1234", "X1235", None);
            check("X12345", "X1234", None);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]
        #[test]
        fn no_near_pair_is_missed(texts in testing::texts("X[12]{4,7}")) {
            testing::complete(IdentifierKind::DocumentNumber, &texts);
        }
    }
}
