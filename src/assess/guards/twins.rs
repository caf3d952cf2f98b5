//! Twins share a birth date with home and family name; a father and his son also the given name.

use super::Guard;
use super::facts::{birth_dates, generations, given_names, nothing_else, one_family_name, one_home};
use super::household::SHARED;
use crate::assess::Context;
use crate::model::cluster::Ring;
use crate::model::evidence::Contribution;
use crate::model::ids::PersonaId;
use crate::model::value::IdentifierKind;
use std::collections::BTreeSet;

pub const GUARD: Guard = Guard {
    name: "twins, or father and son",
    definition: "One family name, one home, and one birth date, or one given name with another generation (Jr, Sr, III) or with \
                 birth dates fifteen years apart; numbers that are near because they were issued together and near images are \
                 explained as well.",
    overrides: "one document, one resume or one device",
    relation: None,
    ring: Some(explains),
    finding: None,
};

/// Years between a parent and a child, at least.
const GENERATION_YEARS: i32 = 15;

fn explains(context: &Context, ring: &Ring) -> Option<String> {
    let family = one_family_name(context, &ring.personas)?;
    if !one_home(context, ring) {
        return None;
    }
    let (what, twins) = match kinship(context, &ring.personas)? {
        Kinship::Twins => ("one birth date", true),
        Kinship::Generations => ("one given name in two generations", false),
    };
    let explained = |c: &Contribution| {
        let numbers = [IdentifierKind::GovernmentId, IdentifierKind::DocumentNumber].contains(&c.kind) && c.is_near();
        let image = c.kind == IdentifierKind::PhotoHash && c.is_near();
        SHARED.contains(&c.kind) || twins && (numbers || image)
    };
    nothing_else(context, ring, |_, c| explained(c)).then(|| {
        format!("all {} personas bear the family name {family}, with one home and {what}", ring.personas.len())
    })
}

enum Kinship {
    Twins,
    Generations,
}

fn kinship(context: &Context, personas: &[PersonaId]) -> Option<Kinship> {
    let dates: Vec<BTreeSet<String>> = personas.iter().map(|&persona| birth_dates(context, persona)).collect();
    let common = dates.iter().skip(1).fold(dates.first()?.clone(), |all, own| &all & own);
    if !common.is_empty() {
        return Some(Kinship::Twins);
    }
    let given: Vec<BTreeSet<String>> = personas.iter().map(|&persona| given_names(context, persona)).collect();
    if given.iter().skip(1).fold(given.first()?.clone(), |all, own| &all & own).is_empty() {
        return None;
    }
    let generations: Vec<BTreeSet<String>> = personas.iter().map(|&persona| generations(context, persona)).collect();
    let years: BTreeSet<i32> = dates.iter().flatten().filter_map(|date| date.get(..4)?.parse().ok()).collect();
    let apart = match (years.first(), years.last()) {
        (Some(first), Some(last)) => last - first >= GENERATION_YEARS,
        _ => false,
    };
    let differ = generations.windows(2).all(|pair| pair[0] != pair[1]);
    (differ || apart).then_some(Kinship::Generations)
}
