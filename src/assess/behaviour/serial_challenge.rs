//! B28: the stated serial number is not that of the device that was shipped.

use crate::assess::{Indicator, Rule};
use crate::model::finding::Strength;
use crate::model::value::EvidenceFamily;

pub const INDICATOR: Indicator = Indicator {
    id: "B28",
    name: "serial number challenge failed",
    definition: "Asked for the serial number of the laptop in hand, the new hire states another one than was shipped.",
    needs: &[],
    parameters: &[],
    family: EvidenceFamily::DeviceNetwork,
    strength: Strength::Strong,
    misleads: "A typing slip, the number of a monitor or a dock.",
    source: "Mandiant, September 2024: verify the serial number at onboarding",
    rule: Rule::NotFed("a source of onboarding answers with employee, stated serial_number and time"),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::context::Inputs;
    use crate::assess::testing::Scene;

    #[test]
    fn it_is_told_as_not_run_and_finds_nothing() {
        assert!(INDICATOR.lacks(&Inputs::default()).is_some_and(|needs| needs.contains("a source of")));
        assert!(Scene::new().employee("E1", "2025-03-03", &[]).findings("B28").is_empty());
    }
}
