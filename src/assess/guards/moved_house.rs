//! Somebody who moved has two addresses, and a parcel may go to the new one before every system knows it.

use super::Guard;
use crate::assess::Context;
use crate::model::claim::Role;
use crate::model::finding::Finding;
use crate::model::record::RecordKind;
use crate::model::value::IdentifierKind;

pub const GUARD: Guard = Guard {
    name: "moved house",
    definition: "An address change of the employee names the building that the parcel went to.",
    overrides: "a device that reports another place than the new home, or a second person at that address",
    relation: Some("former_tenant"),
    ring: None,
    finding: Some(explains),
};

fn explains(context: &Context, finding: &Finding) -> Option<String> {
    let (true, [persona]) = (finding.indicator == "B01", &finding.personas[..]) else { return None };
    let sent = finding.cites.iter().filter(|cite| context.claims.record(cite.record).kind == RecordKind::Shipment);
    let moved: Vec<_> = context
        .of_kind(*persona, RecordKind::AddressChange)
        .flat_map(|record| context.claims.of_kind(record, IdentifierKind::Address))
        .filter(|claim| claim.role == Role::Home)
        .map(|claim| claim.value)
        .collect();
    let explained = sent
        .flat_map(|cite| context.claims.of_kind(cite.record, IdentifierKind::Address))
        .all(|claim| moved.iter().any(|&home| (context.one_place)(home, claim.value)));
    (!moved.is_empty() && explained).then(|| "an address change names the place that the parcel went to".to_string())
}
