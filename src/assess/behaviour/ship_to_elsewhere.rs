//! B01: equipment was sent to another building than any home that the persona states at the time.

use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::claim::{Claim, Role};
use crate::model::finding::{Citation, Finding, Strength};
use crate::model::ids::{PersonaId, RecordId};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "B01",
    name: "ship-to differs from the stated address",
    definition: "A parcel was sent to a building that is none of the homes that the persona states, and that is no own \
                 office on the customer's lists.",
    needs: &[Need(&[RecordKind::Shipment], &[]), Need(&[RecordKind::Employee, RecordKind::Applicant], &[])],
    parameters: &[],
    family: EvidenceFamily::Place,
    strength: Strength::Medium,
    misleads: "A move, travel, the parents' home, a pick-up at an office.",
    source: "FBI update of 2025 on facilitators: send equipment only to the address on the identity document",
    rule: Rule::Persona(find),
};

fn find(context: &Context, persona: PersonaId) -> Option<Finding> {
    let linkable = |claim: &&Claim| context.claims.dictionary.marks(claim.value).can_link();
    let addresses = |record: RecordId| context.claims.of_kind(record, IdentifierKind::Address).filter(linkable);
    // What an address change says is the guard's to tell: it explains, in the open.
    let states_home = |record: &RecordId| context.claims.record(*record).kind != RecordKind::AddressChange;
    let homes: Vec<&Claim> =
        context.records(persona).filter(states_home).flat_map(addresses).filter(|c| c.role == Role::Home).collect();
    if homes.is_empty() {
        return None;
    }
    let elsewhere: Vec<&Claim> = context
        .of_kind(persona, RecordKind::Shipment)
        .flat_map(addresses)
        .filter(|sent| (context.explained)(sent.value).is_none())
        .filter(|sent| !homes.iter().any(|home| (context.one_place)(home.value, sent.value)))
        .collect();
    let first = elsewhere.first()?;
    let text = format!(
        "{} sent to {}, which is none of the stated homes",
        if elsewhere.len() == 1 { "a parcel was".to_string() } else { format!("{} parcels were", elsewhere.len()) },
        (context.shown)(first.value)
    );
    Some(
        Finding::about("B01", persona, Strength::Medium, EvidenceFamily::Place, text)
            .citing(elsewhere.iter().chain(&homes).map(|claim| Citation::of(claim)))
            .on(elsewhere.iter().map(|claim| claim.valid.from)),
    )
}
