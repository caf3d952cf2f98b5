//! B27: a verifier could not confirm education or employment.

use super::{each, listed};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::field::Field;
use crate::model::finding::{Citation, Finding, Strength};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "B27",
    name: "education or employment not confirmed",
    definition: "The result of a background check says that something could not be confirmed or verified. Weak by \
                 itself: it makes no family. Which school or country it is about is never looked at.",
    needs: &[Need(&[RecordKind::BackgroundCheck], &[Field::Result])],
    parameters: &[],
    family: EvidenceFamily::DocumentText,
    strength: Strength::Weak,
    misleads: "A firm that closed, a school that does not answer, a former name.",
    source: "FBI update of 2025 on facilitators: verify education and employment directly",
    rule: Rule::Run(find),
};

const UNCONFIRMED: [&str; 10] = [
    "could not confirm",
    "could not be confirmed",
    "could not verify",
    "could not be verified",
    "unable to confirm",
    "unable to verify",
    "not confirmed",
    "not verified",
    "unverified",
    "unconfirmed",
];

fn find(context: &Context) -> Vec<Finding> {
    let said = listed(context, IdentifierKind::Result, |text| {
        let text = text.replace(['_', '-'], " ");
        UNCONFIRMED.into_iter().find(|words| text.contains(words))
    });
    if said.is_empty() {
        return Vec::new();
    }
    each(context, |persona| {
        let checks = context.of_kind(persona, RecordKind::BackgroundCheck);
        let results = checks.flat_map(|record| context.claims.of_kind(record, IdentifierKind::Result));
        let seen: Vec<_> = results.filter(|claim| said.contains_key(&claim.value)).collect();
        let first = seen.first()?;
        let text = format!("the verifier says: {}", (context.shown)(first.value));
        Some(
            Finding::about("B27", persona, Strength::Weak, EvidenceFamily::DocumentText, text)
                .citing(seen.iter().map(|claim| Citation::of(claim)))
                .on(seen.iter().map(|claim| claim.valid().from)),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{Name, Result};

    #[test]
    fn a_clear_check_and_a_school_elsewhere_are_refused() {
        let checked = |result: &str| {
            Scene::new()
                .employee("E1", "2025-03-03", &[(Name, "ann / lee")])
                .event(RecordKind::BackgroundCheck, "2025-02-01", &[(Result, result)])
                .strengths("B27")
        };
        assert_eq!(checked("employment could not be verified"), [Strength::Weak]);
        assert_eq!(checked("not_verified"), [Strength::Weak]);
        for innocent in ["clear", "verified", "school outside the country", "pending"] {
            assert!(checked(innocent).is_empty(), "{innocent}");
        }
    }
}
