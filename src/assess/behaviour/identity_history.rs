//! B24: identifiers without a history, as a vendor's check says; never measured here.

use crate::assess::{Indicator, Rule};
use crate::model::finding::Strength;
use crate::model::value::EvidenceFamily;

pub const INDICATOR: Indicator = Indicator {
    id: "B24",
    name: "identity without history",
    definition: "A vendor's check says that phone, email or identity number have no history that fits the stated age.",
    needs: &[],
    parameters: &[],
    family: EvidenceFamily::DocumentText,
    strength: Strength::Weak,
    misleads: "Young people, people who moved to the country, people who guard their privacy.",
    source: "Vendor checks, as input only",
    rule: Rule::NotFed(
        "a source of identity checks with the vendor's outcome on the age of phone, email and identity number",
    ),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::context::Inputs;
    use crate::assess::testing::Scene;

    #[test]
    fn it_is_told_as_not_run_and_finds_nothing() {
        assert!(INDICATOR.lacks(&Inputs::default()).is_some_and(|needs| needs.contains("a source of")));
        assert!(Scene::new().employee("E1", "2025-03-03", &[]).findings("B24").is_empty());
    }
}
