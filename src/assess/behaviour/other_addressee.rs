//! B04: a parcel was addressed to somebody else.

use super::people::{self, Kinship};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::claim::Claim;
use crate::model::field::Field;
use crate::model::finding::{Citation, Finding, Strength};
use crate::model::ids::PersonaId;
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "B04",
    name: "addressee differs from the employee",
    definition: "The recipient of a parcel agrees with none of the persona's names (nicknames, order and slips aside), \
                 shares neither family nor given name with them, and the parcel went to no own office.",
    needs: &[Need(&[RecordKind::Shipment], &[Field::FullName, Field::GivenName, Field::FamilyName])],
    parameters: &[],
    family: EvidenceFamily::People,
    strength: Strength::Medium,
    misleads: "A partner of another name who takes the parcel in, a reception desk, a colleague who orders.",
    source: "Recorded Future, PurpleDelta, August 2026: never ship to someone other than the named person",
    rule: Rule::Persona(find),
};

fn find(context: &Context, persona: PersonaId) -> Option<Finding> {
    let mut own = None;
    let mut seen: Vec<&Claim> = Vec::new();
    for record in context.of_kind(persona, RecordKind::Shipment) {
        let to_office =
            context.claims.of_kind(record, IdentifierKind::Address).any(|c| (context.explained)(c.value).is_some());
        for to in context.claims.of_kind(record, IdentifierKind::Name) {
            // Without a slash it is no person's name but that of a desk or a firm.
            if to_office || !context.claims.dictionary.text(to.value).contains('/') {
                continue;
            }
            let own = own.get_or_insert_with(|| people::names(context, persona));
            if !own.is_empty() && people::kinship(context, own, to.value) == Kinship::None {
                seen.push(to);
            }
        }
    }
    let first = seen.first()?;
    let text = format!("a parcel was addressed to {}", (context.shown)(first.value));
    Some(
        Finding::about("B04", persona, Strength::Medium, EvidenceFamily::People, text)
            .citing(seen.iter().map(|claim| Citation::of(claim)))
            .on(seen.iter().map(|claim| claim.valid().from)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{Address, Name};

    fn to(name: &str) -> Scene {
        Scene::new()
            .employee("E1", "2025-03-03", &[(Name, "robert / lee")])
            .shipment("2025-03-01", &[(Name, name), (Address, "9|oak st")])
    }

    #[test]
    fn a_nickname_a_relative_and_a_desk_are_refused() {
        assert_eq!(to("ivan / stone").strengths("B04"), [Strength::Medium]);
        for innocent in ["bob / lee", "lee / robert", "dana / lee", "front desk"] {
            assert!(to(innocent).findings("B04").is_empty(), "{innocent}");
        }
        assert!(to("ivan / stone").explained(Address, "9|oak st", "own_offices").findings("B04").is_empty());
    }
}
