//! B17: a local administrator on the device of a new hire.

use crate::assess::{Indicator, Rule};
use crate::model::finding::Strength;
use crate::model::value::EvidenceFamily;

pub const INDICATOR: Indicator = Indicator {
    id: "B17",
    name: "local administrator on a new device",
    definition: "An account with local administrator rights appears on the device of a persona within 30 days of hire \
                 against the customer's policy.",
    needs: &[],
    parameters: &[],
    family: EvidenceFamily::DeviceNetwork,
    strength: Strength::Weak,
    misleads: "Developers who are given the right.",
    source: "FBI PSA I-012325-PSA, 23 January 2025: disable local administrator accounts",
    rule: Rule::NotFed("a source of local accounts with device, account, group and time"),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::context::Inputs;
    use crate::assess::testing::Scene;

    #[test]
    fn it_is_told_as_not_run_and_finds_nothing() {
        assert!(INDICATOR.lacks(&Inputs::default()).is_some_and(|needs| needs.contains("a source of")));
        assert!(Scene::new().employee("E1", "2025-03-03", &[]).findings("B17").is_empty());
    }
}
