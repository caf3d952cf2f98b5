//! B16: software on a persona's device that feeds calls with made pictures or sound, or holds several at once.

use super::{each, listed, some};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::field::Field;
use crate::model::finding::{Finding, Strength};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use std::collections::BTreeSet;

pub const INDICATOR: Indicator = Indicator {
    id: "B16",
    name: "software for made or parallel calls",
    definition: "A program on the persona's device is on the built-in list of virtual cameras, virtual microphones and \
                 tools for several calls at once, and not on the customer's list of approved tools.",
    needs: &[Need(&[RecordKind::Software], &[Field::Application])],
    parameters: &[],
    family: EvidenceFamily::DeviceNetwork,
    strength: Strength::Weak,
    misleads: "People who stream, testers, musicians.",
    source: "FBI PSA I-012325-PSA, 23 January 2025: software for several calls at once",
    rule: Rule::Run(find),
};

fn find(context: &Context) -> Vec<Finding> {
    let known = listed(context, IdentifierKind::Application, |name| {
        (!context.lists.is_approved(name)).then(|| context.lists.virtual_media(name)).flatten()
    });
    if known.is_empty() {
        return Vec::new();
    }
    each(context, |persona| {
        let seen: Vec<_> = context
            .of_kind(persona, RecordKind::Software)
            .flat_map(|record| context.claims.of_kind(record, IdentifierKind::Application))
            .filter_map(|claim| Some((*known.get(&claim.value)?, claim)))
            .collect();
        let names: BTreeSet<&str> = seen.iter().map(|(name, _)| *name).collect();
        let names: Vec<&str> = names.into_iter().collect();
        if names.is_empty() {
            return None;
        }
        let text = format!("a virtual camera, microphone or tool for parallel calls: {}", some(&names));
        let cells = [IdentifierKind::Application, IdentifierKind::Time];
        Some(
            Finding::about("B16", persona, Strength::Weak, EvidenceFamily::DeviceNetwork, text)
                .citing(seen.iter().flat_map(|(_, claim)| context.cite(claim.record, &cells)))
                .on(seen.iter().map(|(_, claim)| claim.valid.from)),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::Name;

    fn hired() -> Scene {
        Scene::new().employee("E1", "2025-03-03", &[(Name, "ann / lee")])
    }

    #[test]
    fn other_programs_and_an_approved_one_are_refused() {
        assert_eq!(hired().software("ManyCam 8", "2025-03-10").strengths("B16"), [Strength::Weak]);
        assert!(hired().approved("manycam").software("ManyCam 8", "2025-03-10").findings("B16").is_empty());
        assert!(hired().software("Camera", "2025-03-10").findings("B16").is_empty());
    }
}
