//! K01: what touches records, personas or values that the customer's config says are known to be bad.

use super::context::Known;
use super::{Context, Indicator, Rule};
use crate::model::cluster::Ring;
use crate::model::finding::{Finding, Strength};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::value::EvidenceFamily;
use rustc_hash::FxHashMap;

/// A known persona's value that more personas than this hold says nothing of any of them.
const HOLDERS_MAX: usize = 12;

pub const INDICATOR: Indicator = Indicator {
    id: "K01",
    name: "touches what is known to be bad",
    definition: "The persona is one that `[known]` names, holds a value that it names, or shares a linking value of at most \
                 twelve holders with one that it names.",
    needs: &[],
    parameters: &[],
    family: EvidenceFamily::People,
    strength: Strength::Strong,
    misleads: "A value that was recycled, a victim whose identity was used, a household of the known persona.",
    source: "The customer's own case list",
    rule: Rule::Run(find),
};

fn find(context: &Context) -> Vec<Finding> {
    let mut found: FxHashMap<PersonaId, Finding> = FxHashMap::default();
    for &persona in &context.known.personas {
        let cites = context.personas[persona.index()].records.iter().flat_map(|&record| context.claims.of(record));
        let finding = Finding::about("K01", persona, Strength::Strong, EvidenceFamily::People, "named in [known]")
            .citing(cites.take(3).map(crate::model::finding::Citation::of));
        found.insert(persona, finding);
    }
    let mut tell = |persona: PersonaId, value: ValueId, text: String| {
        let family = context.claims.dictionary.kind(value).family();
        let finding = found
            .entry(persona)
            .or_insert_with(|| Finding::about("K01", persona, Strength::Strong, family, String::new()));
        if !finding.text.is_empty() {
            finding.text.push_str("; ");
        }
        finding.text.push_str(&text);
        finding.cites.extend(context.cite_value(persona, value));
    };
    for &value in &context.known.values {
        for persona in (context.holders)(value) {
            tell(persona, value, format!("holds {}, which [known] names", words(context, value)));
        }
    }
    for &known in &context.known.personas {
        for value in linking_values(context, known) {
            let holders = (context.holders)(value);
            if holders.len() > HOLDERS_MAX {
                continue;
            }
            let name = &context.personas[known.index()].name;
            for persona in holders.into_iter().filter(|&holder| holder != known) {
                tell(persona, value, format!("shares {} with {name}, which [known] names", words(context, value)));
            }
        }
    }
    let mut found: Vec<Finding> = found.into_values().collect();
    found.sort_by(|a, b| a.personas.cmp(&b.personas));
    found
}

fn words(context: &Context, value: ValueId) -> String {
    format!("{} {}", context.claims.dictionary.kind(value).name().replace('_', " "), (context.shown)(value))
}

/// Values of a persona that may link, sorted.
fn linking_values(context: &Context, persona: PersonaId) -> Vec<ValueId> {
    let dictionary = &context.claims.dictionary;
    let mut values: Vec<ValueId> = context
        .records(persona)
        .flat_map(|record| context.claims.of(record))
        .map(|claim| claim.value)
        .filter(|&value| dictionary.kind(value).links() && dictionary.marks(value).can_link())
        .filter(|&value| (context.explained)(value).is_none())
        .collect();
    values.sort_unstable();
    values.dedup();
    values
}

impl Known {
    /// What of a ring is known to be bad, in words.
    pub(super) fn touching(&self, context: &Context, ring: &Ring) -> Vec<String> {
        let mut touched = Vec::new();
        for &persona in &ring.personas {
            if self.personas.binary_search(&persona).is_ok() {
                touched.push(format!("the known persona {}", context.personas[persona.index()].name));
            }
        }
        for &value in &self.values {
            let held = (context.holders)(value).iter().any(|holder| ring.personas.binary_search(holder).is_ok());
            if held {
                touched.push(format!("the known {}", words(context, value)));
            }
        }
        touched
    }
}
