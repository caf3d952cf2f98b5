//! Front companies: an agency, a vendor or a payee that most of a ring's personas name, and hardly anybody else.

use super::list;
use crate::assess::Context;
use crate::assess::link::persona_names;
use crate::model::cluster::Ring;
use crate::model::finding::{RoleHypothesis, RoleKind, Who};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::value::IdentifierKind;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// Most of a ring's personas.
const MOST: f64 = 0.6;

/// Who names which agency or payee.
pub(super) struct Named {
    personas: BTreeMap<ValueId, BTreeSet<PersonaId>>,
    /// The same by persona: values ascending.
    values: FxHashMap<PersonaId, Vec<ValueId>>,
}

impl Named {
    /// One pass over all claims.
    pub(super) fn new(context: &Context) -> Named {
        let mut personas: BTreeMap<ValueId, BTreeSet<PersonaId>> = BTreeMap::new();
        for claim in &context.claims.claims {
            let kind = context.claims.dictionary.kind(claim.value);
            if matches!(kind, IdentifierKind::Agency | IdentifierKind::PayeeName)
                && let Some(persona) = context.of_record[claim.record.index()]
            {
                personas.entry(claim.value).or_default().insert(persona);
            }
        }
        // A person who is paid under the own name is no company.
        personas.retain(|&value, own| {
            if context.claims.dictionary.kind(value) == IdentifierKind::PayeeName {
                own.retain(|&persona| {
                    persona_names(context, persona).iter().all(|&name| !(context.names_agree)(name, value))
                });
            }
            own.len() >= 2
        });
        let mut values: FxHashMap<PersonaId, Vec<ValueId>> = FxHashMap::default();
        for (&value, own) in &personas {
            own.iter().for_each(|&persona| values.entry(persona).or_default().push(value));
        }
        Named { personas, values }
    }
}

/// Agencies and payees of a ring that few others name.
pub(super) fn fronts(context: &Context, ring: &Ring, named: &Named) -> Vec<RoleHypothesis> {
    let mut found = Vec::new();
    let values: BTreeSet<ValueId> =
        ring.personas.iter().filter_map(|persona| named.values.get(persona)).flatten().copied().collect();
    for value in values {
        let Some(all) = named.personas.get(&value) else { continue };
        let inside: BTreeSet<PersonaId> =
            all.iter().copied().filter(|persona| ring.personas.binary_search(persona).is_ok()).collect();
        let outside = all.len() - inside.len();
        let most = inside.len() >= 2 && inside.len() as f64 >= MOST * ring.personas.len() as f64;
        if !most || 2 * outside > inside.len() || (context.explained)(value).is_some() {
            continue;
        }
        let what = match context.claims.dictionary.kind(value) {
            IdentifierKind::PayeeName => "is paid for",
            _ => "is named as agency or vendor of",
        };
        let others = match outside {
            0 => "nobody else".to_string(),
            1 => "one other".to_string(),
            n => format!("{n} others"),
        };
        found.push(RoleHypothesis {
            role: RoleKind::FrontCompany,
            who: Who::Value(value),
            ring: ring.name.clone(),
            evidence: format!("{} {what} {} and of {others}", (context.shown)(value), list(context, &inside)),
            innocent: "a small agency that placed several people here, a payroll provider, one family's firm"
                .to_string(),
            cites: inside.iter().flat_map(|&persona| context.cite_value(persona, value)).collect(),
        });
    }
    found
}
