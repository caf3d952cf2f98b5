//! B16: software on a persona's device that feeds calls with made pictures or sound, or holds several at once.

use super::{OnList, on_list};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::field::Field;
use crate::model::finding::{Finding, Strength};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};

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
    let of = OnList {
        indicator: "B16",
        strength: Strength::Weak,
        records: RecordKind::Software,
        named: IdentifierKind::Application,
        what: "a virtual camera, microphone or tool for parallel calls",
    };
    on_list(context, of, |name| (!context.lists.is_approved(name)).then(|| context.lists.virtual_media(name)).flatten())
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
