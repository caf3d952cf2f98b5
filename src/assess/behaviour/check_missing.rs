//! B26: no check of identity on record. A gap in controls, no sign of guilt.

use super::each;
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::field::Field;
use crate::model::finding::{Citation, Finding, Strength};
use crate::model::ids::PersonaId;
use crate::model::moment::iso_day;
use crate::model::record::RecordKind;
use crate::model::value::EvidenceFamily;

pub const INDICATOR: Indicator = Indicator {
    id: "B26",
    name: "verification missing",
    definition: "An employee hired since the first background check of the run has none, while at least the share \
                 `share` of such hires has one. A gap in controls: it makes no family. Cameras at interviews and steps \
                 in person are in no source.",
    needs: &[Need(&[RecordKind::BackgroundCheck], &[]), Need(&[RecordKind::Employee], &[Field::ValidFrom])],
    parameters: &["share"],
    family: EvidenceFamily::DocumentText,
    strength: Strength::Weak,
    misleads: "A check that another vendor made, a transfer inside the company.",
    source: "FBI PSA I-012325-PSA, 23 January 2025: verify identity at interview, onboarding and throughout",
    rule: Rule::Run(find),
};

fn find(context: &Context) -> Vec<Finding> {
    let has_check = |persona: PersonaId| context.of_kind(persona, RecordKind::BackgroundCheck).next().is_some();
    let checks = context.claims.records.iter().enumerate().filter(|(_, r)| r.kind == RecordKind::BackgroundCheck);
    let ids = checks.map(|(at, _)| crate::model::ids::RecordId::from(at));
    let Some(first) = ids.filter_map(|record| Some(context.when(record)?.day())).min() else { return Vec::new() };
    let hired = |persona: PersonaId| context.hires(persona).into_iter().find(|(day, _)| *day >= first);
    let (mut all, mut checked) = (0u64, 0u64);
    for at in 0..context.personas.len() {
        let persona = PersonaId::from(at);
        if hired(persona).is_some() {
            all += 1;
            checked += u64::from(has_check(persona));
        }
    }
    // Where most have none, the source is no list of all checks, and a gap in it says nothing.
    if all == 0 || (checked as f64) < context.parameter("B26", "share") * all as f64 {
        return Vec::new();
    }
    each(context, |persona| {
        let (day, record) = hired(persona)?;
        if has_check(persona) {
            return None;
        }
        let text = format!("hired on {} without a background check on record", iso_day(day));
        let cites = context.claims.of(record).first().map(Citation::of);
        Some(Finding::about("B26", persona, Strength::Weak, EvidenceFamily::DocumentText, text).citing(cites).on([day]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use crate::model::value::IdentifierKind::{Name, Result};

    fn company(checked: usize) -> Scene {
        (0..10).fold(Scene::new(), |scene, at| {
            let scene = scene.employee(&format!("E{at}"), "2025-03-03", &[(Name, "ann / lee")]);
            match at < checked {
                true => scene.event(RecordKind::BackgroundCheck, "2025-02-01", &[(Result, "clear")]),
                false => scene,
            }
        })
    }

    #[test]
    fn a_list_that_knows_few_and_a_hire_before_the_first_check_are_refused() {
        assert_eq!(company(9).strengths("B26"), [Strength::Weak]);
        assert!(company(10).findings("B26").is_empty());
        assert!(company(3).findings("B26").is_empty());
        let before = company(10).employee("old", "2019-03-03", &[(Name, "dana / lee")]);
        assert!(before.findings("B26").is_empty());
    }
}
