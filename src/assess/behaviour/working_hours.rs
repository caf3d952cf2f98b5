//! B29: hours of work. Deliberately no rule.

use crate::assess::{Indicator, Rule};
use crate::model::finding::Strength;
use crate::model::value::EvidenceFamily;

pub const INDICATOR: Indicator = Indicator {
    id: "B29",
    name: "pattern of working hours",
    definition: "The histogram of hours of activity differs from that of the team.",
    needs: &[],
    parameters: &[],
    family: EvidenceFamily::DeviceNetwork,
    strength: Strength::Weak,
    misleads: "Disability, care for others, night work, another time zone that was agreed.",
    source: "Security Alliance, 2025, calls it easily evaded",
    rule: Rule::Refused(
        "hours of work stand in for disability and for caring duties, and who wants to evade it does; no setting turns it on",
    ),
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::context::Inputs;
    use crate::assess::testing::Scene;

    #[test]
    fn no_hour_of_work_is_ever_a_finding() {
        assert_eq!(INDICATOR.lacks(&Inputs::default()), None);
        let night = Scene::new().employee("E1", "2025-03-03", &[]).sign_in("2025-04-01T03:00:00Z", &[]);
        assert!(night.findings("B29").is_empty());
    }
}
