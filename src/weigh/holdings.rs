//! Who holds what: the claims of records, gathered by persona and by value.

use super::{hull, role_bit};
use crate::model::claim::{Claim, Claims, Period, Role};
use crate::model::ids::{PersonaId, RecordId, ValueId};
use rayon::prelude::*;

/// One persona carries one value, through any of its records and assets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    pub value: ValueId,
    /// Set of roles, a bit each.
    pub roles: u8,
    /// From the first to the last day that any of the claims covers.
    pub period: Period,
}

impl Holding {
    const NONE: Holding = Holding { value: ValueId(0), roles: 0, period: Period::ALWAYS };

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
    /// Personas by value, sorted.
    personas_by_value: Vec<PersonaId>,
    value_starts: Vec<u32>,
}

impl Holdings {
    /// Gathers claims of linking kinds. Time: linear in claims, but for sorting those of each persona. Memory: sixteen bytes a
    /// claim, and four each for holdings, values, records and personas.
    pub fn new(claims: &Claims, of_record: &[Option<PersonaId>], personas: usize) -> Self {
        let (mut holdings, mut persona_starts) = dealt(claims, of_record, personas);
        sort_each(&mut holdings, &persona_starts);
        merge_equal(&mut holdings, &mut persona_starts);
        let mut value_starts = vec![0u32; claims.dictionary.len() + 1];
        holdings.iter().for_each(|holding| value_starts[holding.value.index()] += 1);
        let all = sum_up(&mut value_starts);
        let mut personas_by_value = vec![PersonaId(0); all];
        // From the last persona to the first, each before those that are there: they stand sorted under each value, and what
        // was an end is a start when all are there.
        for persona in (0..personas).rev() {
            for holding in &holdings[persona_starts[persona] as usize..persona_starts[persona + 1] as usize] {
                let start = &mut value_starts[holding.value.index()];
                *start -= 1;
                personas_by_value[*start as usize] = PersonaId::from(persona);
            }
        }
        Self { holdings, persona_starts, personas_by_value, value_starts }
    }

    /// Personas of the run.
    pub fn personas(&self) -> usize {
        self.persona_starts.len().saturating_sub(1)
    }

    /// What a persona holds, sorted by value.
    pub fn of_persona(&self, persona: PersonaId) -> &[Holding] {
        between(&self.holdings, &self.persona_starts, persona.index())
    }

    /// Personas that hold a value, sorted.
    pub fn personas_of(&self, value: ValueId) -> &[PersonaId] {
        between(&self.personas_by_value, &self.value_starts, value.index())
    }
}

/// The part of a list that belongs to the thing of this number; none to one that is not there.
fn between<'a, T>(list: &'a [T], starts: &[u32], index: usize) -> &'a [T] {
    let at = |index: usize| starts.get(index).copied().unwrap_or(0) as usize;
    list.get(at(index)..at(index + 1)).unwrap_or_default()
}

/// Makes of the number of things of each kind where those of each end, with the number of all things at the end.
fn sum_up(counts: &mut [u32]) -> usize {
    let mut sum = 0;
    for count in counts {
        sum += *count;
        *count = sum;
    }
    sum as usize
}

/// One holding for each claim of a linking kind, dealt to personas, and where those of each persona start.
fn dealt(claims: &Claims, of_record: &[Option<PersonaId>], personas: usize) -> (Vec<Holding>, Vec<u32>) {
    let linking = |record: usize| {
        let links = |claim: &&Claim| claims.dictionary.kind(claim.value).links();
        claims.of(RecordId::from(record)).iter().filter(links)
    };
    let counts: Vec<u32> =
        (0..of_record.len()).into_par_iter().with_min_len(1024).map(|record| linking(record).count() as u32).collect();
    let mut starts = vec![0u32; personas + 1];
    let owned = || of_record.iter().enumerate().filter_map(|(record, persona)| Some((record, (*persona)?.index())));
    owned().for_each(|(record, persona)| starts[persona] += counts[record]);
    let mut holdings = vec![Holding::NONE; sum_up(&mut starts)];
    for (record, persona) in owned() {
        for claim in linking(record) {
            starts[persona] -= 1;
            let roles = role_bit(claim.role());
            holdings[starts[persona] as usize] = Holding { value: claim.value, roles, period: claim.valid() };
        }
    }
    (holdings, starts)
}

/// Sorts the holdings of each persona by value. `starts` are those of the personas, and the end of the last.
fn sort_each(holdings: &mut [Holding], starts: &[u32]) {
    // Few in tests, so that there are several parts.
    const PERSONAS_AT_ONCE: usize = if cfg!(test) { 3 } else { 4096 };
    if let [first, .., _] = *starts
        && starts.len() > PERSONAS_AT_ONCE
    {
        let middle = starts.len() / 2;
        let (left, right) = holdings.split_at_mut((starts[middle] - first) as usize);
        rayon::join(|| sort_each(left, &starts[..=middle]), || sort_each(right, &starts[middle..]));
        return;
    }
    for of_persona in starts.windows(2) {
        let at = |start: u32| (start - starts[0]) as usize;
        holdings[at(of_persona[0])..at(of_persona[1])].sort_unstable_by_key(|holding| holding.value);
    }
}

/// Makes one holding of those of one value that a persona has.
fn merge_equal(holdings: &mut Vec<Holding>, starts: &mut [u32]) {
    let mut kept = 0usize;
    for persona in 0..starts.len().saturating_sub(1) {
        let own = starts[persona] as usize..starts[persona + 1] as usize;
        starts[persona] = kept as u32;
        for at in own {
            let next = holdings[at];
            match kept.checked_sub(1).filter(|_| kept > starts[persona] as usize).map(|last| &mut holdings[last]) {
                Some(last) if last.value == next.value => {
                    last.roles |= next.roles;
                    last.period = hull(last.period, next.period);
                }
                _ => {
                    holdings[kept] = next;
                    kept += 1;
                }
            }
        }
    }
    if let Some(end) = starts.last_mut() {
        *end = kept as u32;
    }
    holdings.truncate(kept);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::RecordKind;
    use crate::model::testing::Builder;
    use crate::model::value::IdentifierKind::{Name, Phone, ResumeLine};
    use proptest::prelude::*;
    use std::collections::{BTreeMap, BTreeSet};

    proptest! {
        /// As if every claim were looked through for each persona and each value.
        #[test]
        fn holdings_are_what_the_claims_say(
            claimed in prop::collection::vec((0usize..20, 0usize..3, 0u32..6, 0usize..3, -9i32..9, 0i32..9), 0..120),
            owners in prop::collection::vec(prop::option::of(0u32..9), 20),
        ) {
            let mut builder = Builder::new();
            let records: Vec<RecordId> = owners.iter().map(|_| builder.record(RecordKind::Applicant)).collect();
            for (record, kind, value, role, from, days) in claimed {
                let (kind, role) = ([Phone, ResumeLine, Name][kind], Role::ALL[role]);
                builder.claim_in(records[record], kind, &value.to_string(), role, Period { from, to: from + days });
            }
            let claims = builder.build();
            let of_record: Vec<Option<PersonaId>> = owners.iter().map(|owner| owner.map(PersonaId)).collect();
            let mut expected: BTreeMap<(PersonaId, ValueId), (u8, Period)> = BTreeMap::new();
            for claim in claims.claims.iter().filter(|claim| claims.dictionary.kind(claim.value).links()) {
                let Some(persona) = of_record[claim.record.index()] else { continue };
                let known = expected.entry((persona, claim.value)).or_insert((0, claim.valid()));
                *known = (known.0 | role_bit(claim.role()), hull(known.1, claim.valid()));
            }
            let holdings = Holdings::new(&claims, &of_record, 9);
            for persona in (0..9).map(PersonaId) {
                let own: Vec<_> = holdings.of_persona(persona).iter().map(|h| (h.value, (h.roles, h.period))).collect();
                let of = |(&(owner, value), &held): (&(PersonaId, ValueId), &_)| (owner == persona).then_some((value, held));
                prop_assert_eq!(own, expected.iter().filter_map(of).collect::<Vec<_>>());
            }
            for value in claims.dictionary.values() {
                let of = |&(owner, held): &(PersonaId, ValueId)| (held == value).then_some(owner);
                let owners: BTreeSet<PersonaId> = expected.keys().filter_map(of).collect();
                prop_assert_eq!(holdings.personas_of(value), owners.into_iter().collect::<Vec<_>>());
            }
            prop_assert!(holdings.of_persona(PersonaId(99)).is_empty() && holdings.personas_of(ValueId(9999)).is_empty());
        }
    }
}
