//! B18: access before the background check was complete. A gap in controls, no sign of guilt.

use super::each;
use super::sign_ins::sign_ins;
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::field::Field;
use crate::model::finding::{Finding, Strength};
use crate::model::ids::PersonaId;
use crate::model::moment::iso_day;
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "B18",
    name: "access before clearance",
    definition: "The first sign-in of the persona is before the day on which its first background check was completed. \
                 A gap in controls: it makes no family.",
    needs: &[Need(&[RecordKind::BackgroundCheck], &[Field::Completed]), Need(&[RecordKind::SignIn], &[Field::Time])],
    parameters: &[],
    family: EvidenceFamily::DocumentText,
    strength: Strength::Weak,
    misleads: "A vendor that was slow, a preboarding account without rights.",
    source: "FBI update of 2025 on facilitators: no access until the check is complete",
    rule: Rule::Run(|context| each(context, |persona| find(context, persona))),
};

fn find(context: &Context, persona: PersonaId) -> Option<Finding> {
    let checks = context.of_kind(persona, RecordKind::BackgroundCheck);
    let completed =
        checks.filter_map(|record| Some((context.moment(record, IdentifierKind::Completed)?.day(), record)));
    let (completed, check) = completed.min()?;
    let first = sign_ins(context, persona).into_iter().find(|sign_in| sign_in.day != i32::MIN)?;
    if first.day >= completed {
        return None;
    }
    let text = format!("first sign-in on {}, background check completed on {}", iso_day(first.day), iso_day(completed));
    Some(
        Finding::about("B18", persona, Strength::Weak, EvidenceFamily::DocumentText, text)
            .citing(first.cite(context, &[IdentifierKind::Time]))
            .citing(context.cite(check, &[IdentifierKind::Ordered, IdentifierKind::Completed]))
            .on([first.day, completed]),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{Completed, Country, Name};

    #[test]
    fn a_sign_in_after_the_check_and_a_later_check_are_refused() {
        let signed = |day: &str, checks: &[&str]| {
            let mut scene = Scene::new().employee("E1", "2025-03-03", &[(Name, "ann / lee")]);
            for completed in checks {
                scene = scene.event(RecordKind::BackgroundCheck, "2025-02-01", &[(Completed, completed)]);
            }
            scene.sign_in(day, &[(Country, "us")]).strengths("B18")
        };
        assert_eq!(signed("2025-03-03", &["2025-03-20"]), [Strength::Weak]);
        assert!(signed("2025-03-03", &["2025-02-20"]).is_empty());
        assert!(signed("2025-03-03", &["2025-02-20", "2026-02-20"]).is_empty());
        assert!(signed("2025-03-03", &[]).is_empty());
    }
}
