//! B03: equipment was sent to a place where parcels are handed over or sent on.

use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::claim::Claim;
use crate::model::finding::{Citation, Finding, Strength};
use crate::model::ids::PersonaId;
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind, Marks, address_parts};

pub const INDICATOR: Indicator = Indicator {
    id: "B03",
    name: "parcel to a mailbox, forwarder or hotel",
    definition: "A parcel was sent to a PO box, a private mailbox or care of somebody, to an address on the customer's \
                 list virtual_offices, or to one whose street, unit or addressee has words of the built-in list of \
                 parcel places. A street that is only named after an inn or a hotel is none.",
    needs: &[Need(&[RecordKind::Shipment], &[])],
    parameters: &[],
    family: EvidenceFamily::Place,
    strength: Strength::Medium,
    misleads: "Remote staff who receive parcels at a shop, people between two homes, rural addresses without delivery.",
    source: "Recorded Future, PurpleDelta, August 2026: never ship to an anonymised box; KnowBe4, July 2024",
    rule: Rule::Persona(find),
};

fn find(context: &Context, persona: PersonaId) -> Option<Finding> {
    let mut seen: Vec<(&Claim, &'static str)> = Vec::new();
    for record in context.of_kind(persona, RecordKind::Shipment) {
        for sent in context.claims.of_kind(record, IdentifierKind::Address) {
            seen.extend(place(context, sent).map(|place| (sent, place)));
        }
        // A counter may stand in the addressee's line. Hotels are left out there: family names look like them.
        for name in context.claims.of_kind(record, IdentifierKind::Name) {
            let place = context.lists.parcel_place(context.claims.dictionary.text(name.value));
            seen.extend(place.filter(|place| *place != "hotel").map(|place| (name, place)));
        }
    }
    let (first, place) = seen.first()?;
    let text = format!("a parcel was sent to {}: {place}", (context.shown)(first.value));
    Some(
        Finding::about("B03", persona, Strength::Medium, EvidenceFamily::Place, text)
            .citing(seen.iter().map(|(claim, _)| Citation::of(claim)))
            .on(seen.iter().map(|(claim, _)| claim.valid().from)),
    )
}

/// What kind of parcel place an address is.
fn place(context: &Context, sent: &Claim) -> Option<&'static str> {
    match (context.explained)(sent.value) {
        Some("virtual_offices") => return Some("virtual office"),
        Some(_) => return None,
        None => {}
    }
    let dictionary = &context.claims.dictionary;
    if dictionary.marks(sent.value).has(Marks::MAILBOX) {
        return Some("mailbox or care of");
    }
    let [_, street, unit, ..] = address_parts(dictionary.text(sent.value))?;
    context.lists.parcel_place(unit).or_else(|| context.lists.parcel_place(without_street_name(street)))
}

/// A street without the word in front of its suffix, which is the street's own name: `old inn rd`, `hotel st`.
fn without_street_name(street: &str) -> &str {
    const SUFFIXES: [&str; 14] =
        ["st", "ave", "rd", "ln", "dr", "ct", "blvd", "way", "pl", "ter", "cir", "hwy", "pkwy", "sq"];
    let Some((rest, last)) = street.rsplit_once(' ') else { return street };
    match SUFFIXES.contains(&last) {
        true => rest.rsplit_once(' ').map_or("", |(rest, _)| rest),
        false => street,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{Address, Name};

    fn sent(address: &str) -> Scene {
        Scene::new().employee("E1", "2025-03-03", &[(Name, "ann / lee")]).shipment("2025-03-01", &[(Address, address)])
    }

    #[test]
    fn a_home_and_a_street_named_after_an_inn_are_refused() {
        assert_eq!(sent("4|po box").marked(Address, "4|po box", Marks::MAILBOX).strengths("B03"), [Strength::Medium]);
        assert_eq!(sent("4|hampton inn 12 airport rd").strengths("B03"), [Strength::Medium]);
        let office = sent("4|elm st").explained(Address, "4|elm st", "virtual_offices");
        assert_eq!(office.strengths("B03"), [Strength::Medium]);
        assert!(sent("4|elm st|4b").findings("B03").is_empty());
        assert!(sent("4|old inn rd").findings("B03").is_empty());
        let own = sent("4|po box").marked(Address, "4|po box", Marks::MAILBOX);
        assert!(own.explained(Address, "4|po box", "own_offices").findings("B03").is_empty());
    }
}
