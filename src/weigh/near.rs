//! The values near to each value, with the rules that say so, in one run of memory: there may be millions.

use crate::model::ids::ValueId;
use crate::model::near::{NearPair, NearRule};

/// Near values of every value, in one run of memory.
#[derive(Debug, Default)]
pub(super) struct NearLists {
    /// By value: starts into `entries`.
    starts: Vec<u32>,
    /// Sorted by value, each once.
    entries: Vec<(ValueId, NearRule)>,
}

impl NearLists {
    /// Both directions of each pair. Linear, apart from sorting the near values of one value.
    pub fn new(values: usize, near: &[NearPair]) -> NearLists {
        let mut starts = vec![0u32; values + 1];
        for pair in near {
            starts[pair.left.index() + 1] += 1;
            starts[pair.right.index() + 1] += 1;
        }
        (0..values).for_each(|value| starts[value + 1] += starts[value]);
        let mut next = starts.clone();
        let mut entries = vec![(ValueId(0), NearRule::ALL[0]); starts[values] as usize];
        for pair in near {
            for (value, other) in [(pair.left, pair.right), (pair.right, pair.left)] {
                let at = &mut next[value.index()];
                entries[*at as usize] = (other, pair.rule);
                *at += 1;
            }
        }
        let mut kept = 0;
        for value in 0..values {
            let own = starts[value] as usize..starts[value + 1] as usize;
            entries[own.clone()].sort_unstable();
            starts[value] = kept as u32;
            for at in own {
                if kept == starts[value] as usize || entries[kept - 1] != entries[at] {
                    entries[kept] = entries[at];
                    kept += 1;
                }
            }
        }
        starts[values] = kept as u32;
        entries.truncate(kept);
        NearLists { starts, entries }
    }

    /// Values near to this one with the rules that say so, sorted.
    pub fn of(&self, value: ValueId) -> &[(ValueId, NearRule)] {
        &self.entries[self.starts[value.index()] as usize..self.starts[value.index() + 1] as usize]
    }
}
