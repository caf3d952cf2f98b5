//! People who live together share a home, a family name, an account, a network, sometimes a phone and a mailbox.

use super::Guard;
use super::facts::{nothing_else, one_family_name, one_home};
use crate::assess::Context;
use crate::model::cluster::Ring;
use crate::model::value::IdentifierKind;

pub const GUARD: Guard = Guard {
    name: "household",
    definition: "One home, one network at home, or one family name with a line in common; what two people of one household \
                 share (home, phone, account, network) is held against the pair's evidence. A ring is one household when all \
                 of it bear one family name and state one home, and nothing else ties them.",
    overrides: "evidence that no household explains: a document, a resume, a photo, a device used by both at one time",
    relation: Some("household"),
    ring: Some(explains),
    finding: None,
};

/// What one household has in common.
pub(super) const SHARED: &[IdentifierKind] = &[
    IdentifierKind::Address,
    IdentifierKind::Phone,
    IdentifierKind::Email,
    IdentifierKind::Account,
    IdentifierKind::PaymentHandle,
    IdentifierKind::Ip,
];

fn explains(context: &Context, ring: &Ring) -> Option<String> {
    let family = one_family_name(context, &ring.personas)?;
    if !one_home(context, ring) || !nothing_else(context, ring, |_, c| SHARED.contains(&c.kind)) {
        return None;
    }
    let size = ring.personas.len();
    Some(format!(
        "all {size} personas bear the family name {family} and state one home, and share what a household does"
    ))
}
