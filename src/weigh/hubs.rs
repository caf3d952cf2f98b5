//! Values that a customer's allow lists explain. They keep their place in the graph and have no power to link.

use super::holdings::Holdings;
use crate::model::claim::Claims;
use crate::model::cluster::{Clusters, Hub};
use crate::model::ids::{PersonaId, ValueId};
use rustc_hash::FxHashMap;

/// Values explained by an allow list, each with the list's name.
#[derive(Clone, Debug, Default)]
pub struct Explained {
    reasons: FxHashMap<ValueId, &'static str>,
}

impl Explained {
    /// Marks a value as explained; the first list that explains it is named.
    pub fn insert(&mut self, value: ValueId, list: &'static str) {
        self.reasons.entry(value).or_insert(list);
    }

    /// The list that explains the value.
    pub fn reason(&self, value: ValueId) -> Option<&'static str> {
        self.reasons.get(&value).copied()
    }

    /// All explained values, sorted.
    pub fn values(&self) -> Vec<(ValueId, &'static str)> {
        let mut values: Vec<_> = self.reasons.iter().map(|(&value, &list)| (value, list)).collect();
        values.sort_unstable();
        values
    }
}

/// A value that more personas hold than this, and that ties few of them, is listed as a hub. It decides nothing: what a
/// value weighs follows from its holders alone.
const LISTED_HOLDERS: usize = 8;

/// Hubs for the run's table: values that an allow list explains, and values of many holders of whom few are tied by
/// anything. Sorted by holders, most first.
pub fn hubs(claims: &Claims, holdings: &Holdings, explained: &Explained, clusters: &Clusters) -> Vec<Hub> {
    let mut ring_of: FxHashMap<PersonaId, usize> = FxHashMap::default();
    for (index, ring) in clusters.rings.iter().enumerate() {
        ring_of.extend(ring.personas.iter().map(|&persona| (persona, index)));
    }
    let mut hubs: Vec<Hub> = claims
        .dictionary
        .values()
        .filter_map(|value| {
            let holders = holdings.personas_of(value);
            let list = explained.reason(value);
            if !claims.dictionary.kind(value).links()
                || holders.is_empty()
                || list.is_none() && holders.len() < LISTED_HOLDERS
            {
                return None;
            }
            let mut rings: Vec<usize> = holders.iter().filter_map(|persona| ring_of.get(persona).copied()).collect();
            let tied = rings.len();
            rings.sort_unstable();
            rings.dedup();
            let reason = match list {
                Some(list) => format!("on the allow list {list}"),
                None if claims.dictionary.marks(value).can_link() => {
                    if tied * 2 > holders.len() {
                        return None;
                    }
                    format!("{} holders, {tied} of them tied by anything else", holders.len())
                }
                None => "a placeholder, or too general to point to anyone".to_string(),
            };
            Some(Hub { value, holders: holders.len() as u32, rings: rings.len() as u32, reason })
        })
        .collect();
    hubs.sort_by(|a, b| b.holders.cmp(&a.holders).then_with(|| a.value.cmp(&b.value)));
    hubs
}
