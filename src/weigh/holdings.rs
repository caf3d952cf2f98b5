//! Who holds what: the claims of records, gathered by persona and by value.

use super::{hull, role_bit};
use crate::model::claim::{Claim, Claims, Period, Role};
use crate::model::ids::{PersonaId, RecordId, ValueId};
use rayon::prelude::*;
use std::ops::Range;

/// One persona carries one value, through any of its records and assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    pub persona: PersonaId,
    pub value: ValueId,
    /// Set of roles, a bit each.
    pub roles: u8,
    /// From the first to the last day that any of the claims covers.
    pub period: Period,
    /// Index of the first claim in [`Claims::claims`].
    pub claim: u32,
}

impl Holding {
    pub fn has_role(&self, role: Role) -> bool {
        self.roles & role_bit(role) != 0
    }
}

/// All holdings of identifiers that may link, by persona and by value.
#[derive(Clone, Debug, Default)]
pub struct Holdings {
    /// Sorted by persona, then value.
    holdings: Vec<Holding>,
    persona_starts: Vec<u32>,
    /// Indexes into `holdings`, sorted by value, then persona.
    by_value: Vec<u32>,
    /// The persona of each of them.
    personas_by_value: Vec<PersonaId>,
    value_starts: Vec<u32>,
}

impl Holdings {
    /// Gathers claims of linking kinds. O(claims log claims).
    pub fn new(claims: &Claims, of_record: &[Option<PersonaId>], personas: usize) -> Self {
        let links = |claim: &&Claim| claims.dictionary.kind(claim.value).links();
        let mut holdings: Vec<Holding> = Vec::with_capacity(claims.claims.par_iter().filter(links).count());
        for (index, claim) in claims.claims.iter().enumerate() {
            let RecordId(record) = claim.record;
            let Some(persona) = of_record[record as usize] else { continue };
            if claims.dictionary.kind(claim.value).links() {
                holdings.push(Holding {
                    persona,
                    value: claim.value,
                    roles: role_bit(claim.role()),
                    period: claim.valid(),
                    claim: index as u32,
                });
            }
        }
        holdings.par_sort_unstable_by_key(|holding| (holding.persona, holding.value, holding.claim));
        holdings.dedup_by(|next, first| {
            let same = next.persona == first.persona && next.value == first.value;
            if same {
                first.roles |= next.roles;
                first.period = hull(first.period, next.period);
            }
            same
        });
        let mut persona_starts = vec![0u32; personas + 1];
        let mut value_starts = vec![0u32; claims.dictionary.len() + 1];
        for holding in &holdings {
            persona_starts[holding.persona.index() + 1] += 1;
            value_starts[holding.value.index() + 1] += 1;
        }
        for starts in [&mut persona_starts, &mut value_starts] {
            for index in 1..starts.len() {
                starts[index] += starts[index - 1];
            }
        }
        // In the order of personas, so that they stand sorted under each value.
        let mut next = value_starts.clone();
        let mut by_value = vec![0u32; holdings.len()];
        let mut personas_by_value = vec![PersonaId(0); holdings.len()];
        for (index, holding) in holdings.iter().enumerate() {
            let at = &mut next[holding.value.index()];
            by_value[*at as usize] = index as u32;
            personas_by_value[*at as usize] = holding.persona;
            *at += 1;
        }
        Self { holdings, persona_starts, by_value, personas_by_value, value_starts }
    }

    /// Personas of the run.
    pub fn personas(&self) -> usize {
        self.persona_starts.len().saturating_sub(1)
    }

    /// What a persona holds, sorted by value.
    pub fn of_persona(&self, persona: PersonaId) -> &[Holding] {
        let at = |index: usize| self.persona_starts.get(index).copied().unwrap_or(0) as usize;
        &self.holdings[at(persona.index())..at(persona.index() + 1)]
    }

    /// Holdings of a value as indexes, sorted by persona; see [`Holdings::holding`].
    pub fn of_value(&self, value: ValueId) -> &[u32] {
        &self.by_value[self.range(value)]
    }

    /// Personas that hold a value, sorted.
    pub fn personas_of(&self, value: ValueId) -> &[PersonaId] {
        &self.personas_by_value[self.range(value)]
    }

    fn range(&self, value: ValueId) -> Range<usize> {
        let at = |index: usize| self.value_starts.get(index).copied().unwrap_or(0) as usize;
        at(value.index())..at(value.index() + 1)
    }

    pub fn holding(&self, index: u32) -> &Holding {
        &self.holdings[index as usize]
    }
}
