//! B15: a tool on a persona's device that feigns activity.

use super::{OnList, on_list};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::field::Field;
use crate::model::finding::{Finding, Strength};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "B15",
    name: "tool that feigns activity",
    definition: "A program on the persona's device is on the built-in list of tools that keep a session looking busy, \
                 and not on the customer's list of approved tools.",
    needs: &[Need(&[RecordKind::Software], &[Field::Application])],
    parameters: &[],
    family: EvidenceFamily::DeviceNetwork,
    strength: Strength::Weak,
    misleads: "Staff who do not want the screen to lock; common.",
    source: "Mandiant, September 2024: mouse jigglers",
    rule: Rule::Run(find),
};

fn find(context: &Context) -> Vec<Finding> {
    let of = OnList {
        indicator: "B15",
        strength: Strength::Weak,
        records: RecordKind::Software,
        named: IdentifierKind::Application,
        what: "a tool that feigns activity",
    };
    on_list(context, of, |name| {
        (!context.lists.is_approved(name)).then(|| context.lists.feigns_activity(name)).flatten()
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
        assert_eq!(hired().software("Mouse Jiggler 2", "2025-03-10").strengths("B15"), [Strength::Weak]);
        assert!(hired().approved("mouse jiggler").software("Mouse Jiggler 2", "2025-03-10").findings("B15").is_empty());
        assert!(hired().software("Text Editor", "2025-03-10").findings("B15").is_empty());
    }
}
