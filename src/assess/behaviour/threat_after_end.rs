//! B21: a demand or threat after the end of an employment; what an investigator noted.

use crate::assess::{Indicator, Rule};
use crate::model::finding::Strength;
use crate::model::value::EvidenceFamily;

pub const INDICATOR: Indicator = Indicator {
    id: "B21",
    name: "threat after the employment ended",
    definition: "An investigator noted a demand or a threat after the employment ended.",
    needs: &[],
    parameters: &[],
    family: EvidenceFamily::People,
    strength: Strength::Strong,
    misleads: "A dispute about pay.",
    source: "FBI PSA I-012325-PSA, 23 January 2025: extortion with stolen data",
    rule: Rule::NotFed("a source of incidents with employee, kind and time, written by investigators"),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::context::Inputs;
    use crate::assess::testing::Scene;

    #[test]
    fn it_is_told_as_not_run_and_finds_nothing() {
        assert!(INDICATOR.lacks(&Inputs::default()).is_some_and(|needs| needs.contains("a source of")));
        assert!(Scene::new().employee("E1", "2025-03-03", &[]).findings("B21").is_empty());
    }
}
