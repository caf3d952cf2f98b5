//! Front companies: an agency, a vendor or a payee that most of a ring's personas name, and hardly anybody else.

use super::list;
use crate::assess::Context;
use crate::assess::link::persona_names;
use crate::model::cluster::Ring;
use crate::model::finding::{RoleHypothesis, RoleKind, Who};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::value::IdentifierKind;
use std::collections::{BTreeMap, BTreeSet};

/// Most of a ring's personas.
const MOST: f64 = 0.6;

/// Who names which agency or payee.
pub(super) struct Named {
    personas: BTreeMap<ValueId, BTreeSet<PersonaId>>,
}

impl Named {
    /// One pass over all claims.
    pub(super) fn new(context: &Context) -> Named {
        let mut personas: BTreeMap<ValueId, BTreeSet<PersonaId>> = BTreeMap::new();
        for claim in &context.claims.claims {
            let kind = context.claims.dictionary.kind(claim.value);
            let Some(persona) = context.of_record[claim.record.index()] else { continue };
            if matches!(kind, IdentifierKind::Agency | IdentifierKind::PayeeName) {
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
        Named { personas }
    }
}

/// Agencies and payees of a ring that few others name.
pub(super) fn fronts(context: &Context, ring: &Ring, named: &Named) -> Vec<RoleHypothesis> {
    let mut found = Vec::new();
    for (&value, all) in &named.personas {
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
