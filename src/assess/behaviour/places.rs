//! Homes, deliveries and countries of a persona, as several indicators read them.

use crate::assess::Context;
use crate::model::claim::{Claim, Role};
use crate::model::ids::{PersonaId, RecordId};
use crate::model::record::RecordKind;
use crate::model::value::{IdentifierKind, address_parts};

/// Addresses of a record that can point to a building.
pub(in crate::assess) fn addresses<'a>(context: &Context<'a>, record: RecordId) -> impl Iterator<Item = &'a Claim> {
    let claims = context.claims;
    let linkable = move |claim: &&Claim| claims.dictionary.marks(claim.value).can_link();
    claims.of_kind(record, IdentifierKind::Address).filter(linkable)
}

/// Homes that the persona's own records state. What an address change says is not among them: a guard tells it in the open.
pub(in crate::assess) fn homes<'a>(
    context: &Context<'a>,
    persona: PersonaId,
) -> impl Iterator<Item = &'a Claim> + use<'a> {
    let claims = context.claims;
    let context_of = move |record: RecordId| {
        claims
            .of_kind(record, IdentifierKind::Address)
            .filter(move |claim| claim.role() == Role::Home && claims.dictionary.marks(claim.value).can_link())
    };
    context.personas[persona.index()].records.iter().flat_map(move |&record| context_of(record))
}

/// Addresses that parcels of the persona were sent to.
pub(in crate::assess) fn parcels<'a>(context: &Context<'a>, persona: PersonaId) -> Vec<&'a Claim> {
    context
        .of_kind(persona, RecordKind::Shipment)
        .flat_map(|record| addresses(context, record))
        .filter(|claim| claim.role() == Role::Delivery)
        .collect()
}

/// The country that a record states, else the one that its address proves.
pub(in crate::assess) fn country<'a>(context: &Context<'a>, record: RecordId) -> Option<&'a str> {
    let of_address = || {
        let address = context.text(record, IdentifierKind::Address)?;
        address_parts(address).map(|parts| parts[6])
    };
    context.text(record, IdentifierKind::Country).or_else(of_address).filter(|country| !country.is_empty())
}
