//! What guards ask of a ring: what is left of its ties, and what its personas say of themselves.

use crate::assess::Context;
use crate::assess::link::persona_names;
use crate::model::claim::Role;
use crate::model::cluster::Ring;
use crate::model::evidence::{Contribution, Evidence};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::value::{EvidenceFamily, IdentifierKind, address_parts};
use std::collections::BTreeSet;

/// Whether everything that weighs in the ring's ties is explained. A ring without links is not explained.
pub(super) fn nothing_else(
    context: &Context,
    ring: &Ring,
    explained: impl Fn(&Evidence, &Contribution) -> bool,
) -> bool {
    let links = ring.links.iter().map(|&link| &context.clusters.links[link]);
    let mut ties = links.flat_map(|link| link.contributions.iter().map(move |c| (link, c)));
    !ring.links.is_empty() && ties.all(|(link, c)| c.bits < 1.0 || explained(link, c))
}

/// Whether no tie of the ring would be accepted without what is explained: each link is counted again over the rest, as
/// weighing counts, and must fall below the threshold or rest on too few families. A ring without links is not explained.
pub(super) fn nothing_left(
    context: &Context,
    ring: &Ring,
    explained: impl Fn(&Evidence, &Contribution) -> bool,
) -> bool {
    let falls = |link: &Evidence| {
        let prior = link.against_chance - link.contributions.iter().map(|c| c.counted).sum::<f64>();
        let mut left: Vec<&Contribution> =
            link.contributions.iter().filter(|c| c.bits > 0.0 && !explained(link, c)).collect();
        left.sort_by(|a, b| b.bits.total_cmp(&a.bits));
        let mut shares = [1.0f64; EvidenceFamily::ALL.len()];
        let mut bits = prior;
        let mut families = BTreeSet::new();
        for c in left {
            let share = &mut shares[c.family as usize];
            bits += c.bits * *share;
            *share *= context.settings.weights.within_family;
            if c.bits >= 1.0 {
                families.insert(c.family);
            }
        }
        let thresholds = &context.settings.thresholds;
        bits < thresholds.ring_bits || families.len() < thresholds.review_families
    };
    !ring.links.is_empty() && ring.links.iter().all(|&link| falls(&context.clusters.links[link]))
}

/// Addresses that a persona's own records state as home.
pub(in crate::assess) fn homes(context: &Context, persona: PersonaId) -> Vec<ValueId> {
    let records = context.personas[persona.index()].records.iter();
    let claims = records.flat_map(|&record| context.claims.of_kind(record, IdentifierKind::Address));
    let stated = claims.filter(|claim| claim.role() == Role::Home).map(|claim| claim.value);
    stated.filter(|&home| context.claims.dictionary.marks(home).can_link()).collect()
}

/// Whether two addresses are one building, and one unit where both name one.
pub(in crate::assess) fn same_door(context: &Context, a: ValueId, b: ValueId) -> bool {
    let unit = |value: ValueId| address_parts(context.claims.dictionary.text(value)).map_or("", |parts| parts[2]);
    let (x, y) = (unit(a), unit(b));
    (context.one_place)(a, b) && (x == y || x.is_empty() || y.is_empty())
}

/// Whether all of the ring state one home: one building, and one unit where units are stated.
pub(super) fn one_home(context: &Context, ring: &Ring) -> bool {
    let Some((first, rest)) = ring.personas.split_first() else { return false };
    homes(context, *first).into_iter().any(|home| {
        rest.iter().all(|&other| homes(context, other).iter().any(|&theirs| same_door(context, home, theirs)))
    })
}

const GENERATIONS: &[&str] = &["jr", "sr", "ii", "iii", "iv"];

/// The family name that all of these bear, generations aside.
pub(in crate::assess) fn one_family_name(context: &Context, personas: &[PersonaId]) -> Option<String> {
    let mut personas = personas.iter().map(|&persona| names(context, persona, |_, family| family));
    let first = personas.next()?;
    personas.fold(first, |all, own| &all & &own).into_iter().next()
}

/// First given names of a persona.
pub(super) fn given_names(context: &Context, persona: PersonaId) -> BTreeSet<String> {
    let given = names(context, persona, |given, _| given);
    given.into_iter().filter_map(|name| name.split(' ').next().map(str::to_string)).collect()
}

/// `jr`, `iii`, where a name says so.
pub(super) fn generations(context: &Context, persona: PersonaId) -> BTreeSet<String> {
    let texts = persona_names(context, persona).into_iter().map(|name| context.claims.dictionary.text(name));
    let tokens = texts.flat_map(|text| text.split([' ', '/']));
    tokens.filter(|token| GENERATIONS.contains(token)).map(str::to_string).collect()
}

/// Birth dates that a persona states.
pub(super) fn birth_dates(context: &Context, persona: PersonaId) -> BTreeSet<String> {
    let records = context.personas[persona.index()].records.iter();
    let claims = records.flat_map(|&record| context.claims.of_kind(record, IdentifierKind::BirthDate));
    claims.map(|claim| context.claims.dictionary.text(claim.value).to_string()).collect()
}

/// One part of each of a persona's names, generations aside; given first, family second.
fn names(context: &Context, persona: PersonaId, part: fn(String, String) -> String) -> BTreeSet<String> {
    let plain = |text: &str| {
        let tokens: Vec<&str> =
            text.split(' ').filter(|token| !token.is_empty() && !GENERATIONS.contains(token)).collect();
        tokens.join(" ")
    };
    persona_names(context, persona)
        .into_iter()
        .filter_map(|name| context.claims.dictionary.text(name).split_once('/'))
        .map(|(given, family)| part(plain(given), plain(family)))
        .filter(|name| !name.is_empty())
        .collect()
}
