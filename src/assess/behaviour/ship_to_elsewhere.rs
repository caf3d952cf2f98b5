//! B01: equipment was sent to another building than any home that the persona states at the time.

use super::{counted, places};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::claim::Claim;
use crate::model::finding::{Citation, Finding, Strength};
use crate::model::ids::PersonaId;
use crate::model::record::RecordKind;
use crate::model::value::EvidenceFamily;

pub const INDICATOR: Indicator = Indicator {
    id: "B01",
    name: "ship-to differs from the stated address",
    definition: "A parcel was sent to a building that is none of the homes that the persona's records as applicant or \
                 employee state for the time, each from `lead` days before its row begins to `lead` days after it \
                 ends. A parcel for which no home is known at the time says nothing.",
    needs: &[Need(&[RecordKind::Shipment], &[]), Need(&[RecordKind::Employee, RecordKind::Applicant], &[])],
    parameters: &["lead"],
    family: EvidenceFamily::Place,
    strength: Strength::Medium,
    misleads: "A move, travel, the parents' home, a pick-up at an office.",
    source: "FBI update of 2025 on facilitators: send equipment only to the address on the identity document",
    rule: Rule::Persona(find),
};

fn find(context: &Context, persona: PersonaId) -> Option<Finding> {
    let parcels = places::parcels(context, persona);
    if parcels.is_empty() {
        return None;
    }
    let lead = context.parameter("B01", "lead") as i32;
    let homes: Vec<&Claim> = places::homes(context, persona).collect();
    let elsewhere = |sent: &&&Claim| {
        let then = |home: &&&Claim| {
            home.valid().from.saturating_sub(lead) <= sent.valid().to
                && sent.valid().from <= home.valid().to.saturating_add(lead)
        };
        let mut known = homes.iter().filter(then).peekable();
        known.peek().is_some() && !known.any(|home| (context.one_place)(home.value, sent.value))
    };
    let (own, other): (Vec<&Claim>, Vec<&Claim>) = parcels
        .iter()
        .filter(elsewhere)
        .copied()
        .partition(|sent| (context.explained)(sent.value) == Some("own_offices"));
    // Parcels to an own office alone are told too, and a guard explains them.
    let sent = if other.is_empty() { own } else { other };
    let first = sent.first()?;
    let text = format!(
        "{} sent to {}, which is none of the homes stated for the time",
        counted(sent.len(), "a parcel was", "parcels were"),
        (context.shown)(first.value)
    );
    Some(
        Finding::about("B01", persona, Strength::Medium, EvidenceFamily::Place, text)
            .citing(sent.iter().chain(&homes).map(|claim| Citation::of(claim)))
            .on(sent.iter().map(|claim| claim.valid().from)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use crate::model::value::IdentifierKind::{Address, Name};

    fn hired() -> Scene {
        Scene::new().employee("E1", "2025-03-03", &[(Name, "ann / lee"), (Address, "12|elm st")])
    }

    #[test]
    fn a_parcel_to_a_home_of_the_time_is_refused() {
        assert_eq!(hired().shipment("2025-02-24", &[(Address, "9|oak st")]).strengths("B01"), [Strength::Medium]);
        assert!(hired().shipment("2025-02-24", &[(Address, "12|elm st")]).findings("B01").is_empty());
        // The home of the application is as good as that of the employment.
        let applied = hired().applicant("E1", "2025-01-20", &[(Address, "9|oak st")]);
        assert!(applied.shipment("2025-02-24", &[(Address, "9|oak st")]).findings("B01").is_empty());
    }

    #[test]
    fn a_home_of_years_ago_does_not_count_and_no_home_at_all_is_refused() {
        let moved = || {
            let old = Scene::new().employee_at("E1", 0, "2019-01-01", "2020-12-31", &[(Address, "9|oak st")]);
            old.employee("E1", "2025-03-03", &[(Address, "12|elm st")])
        };
        assert_eq!(moved().shipment("2025-03-01", &[(Address, "9|oak st")]).strengths("B01"), [Strength::Medium]);
        assert!(moved().shipment("2020-01-01", &[(Address, "9|oak st")]).findings("B01").is_empty());
        assert!(moved().shipment("2023-01-01", &[(Address, "7|ash st")]).findings("B01").is_empty());
    }
}
