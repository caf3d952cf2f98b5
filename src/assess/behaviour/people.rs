//! Names of a persona against a name on a parcel or an account.

use crate::assess::Context;
use crate::model::claim::Role;
use crate::model::ids::{PersonaId, ValueId};
use crate::model::value::IdentifierKind;

/// Names that the persona's own records state, sorted.
pub(in crate::assess) fn names(context: &Context, persona: PersonaId) -> Vec<ValueId> {
    let mut names: Vec<ValueId> = context.personas[persona.index()]
        .records
        .iter()
        .flat_map(|&record| context.claims.of_kind(record, IdentifierKind::Name))
        .filter(|claim| claim.role() == Role::Own)
        .map(|claim| claim.value)
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What another name has to do with a persona's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::assess) enum Kinship {
    /// One of its own names, or one that names it beside another person.
    Own,
    /// The family name alone, or the given name alone: a relative, a former name.
    Part,
    None,
}

/// Holds another name against a persona's own names.
pub(in crate::assess) fn kinship(context: &Context, own: &[ValueId], other: ValueId) -> Kinship {
    // Names of different kinds (a payee, an addressee) are texts of one form; only their words are compared beyond that.
    if own.iter().any(|&name| (context.names_agree)(name, other)) {
        return Kinship::Own;
    }
    let dictionary = &context.claims.dictionary;
    let told = words(dictionary.text(other));
    let mut found = Kinship::None;
    for &name in own {
        // A single name may be given or family name.
        let (given, family) = dictionary.text(name).split_once('/').unwrap_or(("", dictionary.text(name)));
        let (given, family) = (words(given), words(family));
        let has = |of: &[&str]| of.iter().any(|word| word.chars().count() > 1 && told.contains(word));
        match (has(&given), has(&family)) {
            (true, true) => return Kinship::Own,
            (false, false) => {}
            _ => found = Kinship::Part,
        }
    }
    found
}

/// Whether two personas state one family name.
pub(in crate::assess) fn one_family(context: &Context, left: PersonaId, right: PersonaId) -> bool {
    let families = |persona: PersonaId| -> Vec<&str> {
        let texts = names(context, persona).into_iter().map(|name| context.claims.dictionary.text(name));
        texts.filter_map(|text| text.split_once('/')).flat_map(|(_, family)| words(family)).collect()
    };
    let right = families(right);
    families(left).iter().any(|word| right.contains(word))
}

fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}
