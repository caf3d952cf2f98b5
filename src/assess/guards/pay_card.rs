//! A pay-card programme has one routing number for many, and of its accounts often only the last four are known.

use super::Guard;
use super::facts::nothing_left;
use crate::assess::Context;
use crate::model::cluster::Ring;
use crate::model::evidence::Contribution;
use crate::model::ids::{PersonaId, ValueId};
use crate::model::value::{IdentifierKind, Marks};
use std::collections::BTreeSet;

pub const GUARD: Guard = Guard {
    name: "pay card",
    definition: "The only tie by payment is a masked account number, at a routing number that many others use or that is not \
                 known, and without it nothing holds the ring.",
    overrides: "a whole account number that both have, or two families beside payment",
    relation: None,
    ring: Some(explains),
    finding: None,
};

/// So many personas outside of the ring make a routing number that of a programme or a large bank.
const OTHERS_MIN: usize = 8;

fn explains(context: &Context, ring: &Ring) -> Option<String> {
    let marks = |value: ValueId| context.claims.dictionary.marks(value);
    let is_masked = |c: &Contribution| {
        c.kind == IdentifierKind::Account && (marks(c.left).has(Marks::MASKED) || marks(c.right).has(Marks::MASKED))
    };
    let links = || ring.links.iter().flat_map(|&link| &context.clusters.links[link].contributions);
    let values: BTreeSet<ValueId> = links().filter(|c| is_masked(c)).flat_map(|c| [c.left, c.right]).collect();
    if values.is_empty() || !nothing_left(context, ring, |_, c| is_masked(c)) {
        return None;
    }
    let routings: BTreeSet<&str> = values.iter().map(|&value| routing(context.claims.dictionary.text(value))).collect();
    let common = routings.into_iter().all(|routing| routing.is_empty() || users(context, ring, routing) >= OTHERS_MIN);
    common.then(|| "the only payment in common is a masked number at a bank that many use".to_string())
}

/// The routing number of a canonical account; empty where it is not known.
fn routing(account: &str) -> &str {
    account.split_once(':').map_or("", |(routing, _)| routing)
}

/// Personas outside of the ring with an account at that routing number. One pass over distinct accounts.
fn users(context: &Context, ring: &Ring, wanted: &str) -> usize {
    let dictionary = &context.claims.dictionary;
    let accounts = dictionary.values_of(IdentifierKind::Account);
    let accounts = accounts.filter(|&value| routing(dictionary.text(value)) == wanted);
    let users: BTreeSet<PersonaId> = accounts.flat_map(|value| (context.holders)(value)).collect();
    users.into_iter().filter(|persona| ring.personas.binary_search(persona).is_err()).count()
}
