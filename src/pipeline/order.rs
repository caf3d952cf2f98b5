//! In which order the large tables of a run stand: what belongs to a case first, case by case, and then the rest, so that a
//! question about a case reads a few pages that lie together, and the report of all cases the first pages.

use super::Found;
use crate::model::cluster::{RecordLink, link_rule};
use crate::model::ids::{PersonaId, RecordId};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::ops::Range;

/// The place of what is in no case: behind all that is.
const NO_CASE: u32 = u32::MAX;

/// A row of the table of links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LinkOf {
    /// Index into the links between personas.
    Personas(usize),
    /// Index into the personas that a place took in.
    Site(usize),
    /// Index into the links that make personas.
    Records(usize),
}

/// Where rows stand.
pub(super) struct Order {
    /// By persona: the first case that it is in. Rings by rank, then cases of one persona, then groups set aside.
    cases: FxHashMap<PersonaId, u32>,
    /// Records by their row.
    records: Vec<RecordId>,
    /// Rows by record.
    rows: Vec<u32>,
    /// Where the claims of each row begin, and how many there are in all.
    claims: Vec<u32>,
}

impl Order {
    /// Time: linear in records, and sorting those of cases.
    pub(super) fn new(found: &Found) -> Order {
        let mut cases = FxHashMap::default();
        let rings = found.clusters.rings.iter().map(|ring| ring.personas.as_slice());
        let of_one = found.assessment.cases.iter().map(|case| std::slice::from_ref(&case.persona));
        let set_aside = found.clusters.set_aside.iter().map(|group| group.personas.as_slice());
        for (case, personas) in (0..).zip(rings.chain(of_one).chain(set_aside)) {
            for &persona in personas {
                cases.entry(persona).or_insert(case);
            }
        }
        let of_record = &found.personas.of_record;
        let case_of = |record: &RecordId| {
            of_record[record.index()].and_then(|persona| cases.get(&persona)).copied().unwrap_or(NO_CASE)
        };
        let all = || (0..found.claims.records.len()).map(RecordId::from);
        let mut records: Vec<RecordId> = all().filter(|record| case_of(record) != NO_CASE).collect();
        records.sort_by_key(case_of);
        records.extend(all().filter(|record| case_of(record) == NO_CASE));
        let mut rows = vec![0; records.len()];
        let mut claims = Vec::with_capacity(records.len() + 1);
        let mut before = 0;
        for (row, &record) in (0..).zip(&records) {
            rows[record.index()] = row;
            claims.push(before);
            before += found.claims.of(record).len() as u32;
        }
        claims.push(before);
        Order { cases, records, rows, claims }
    }

    /// The first case of these personas.
    pub(super) fn case_of(&self, personas: &[PersonaId]) -> u32 {
        personas.iter().filter_map(|persona| self.cases.get(persona).copied()).min().unwrap_or(NO_CASE)
    }

    /// The record of each of these rows.
    pub(super) fn records(&self, rows: Range<usize>) -> &[RecordId] {
        &self.records[rows]
    }

    /// The row of a record.
    pub(super) fn row(&self, record: RecordId) -> u32 {
        self.rows[record.index()]
    }

    /// The row of the record of each claim, in the order of the claims.
    pub(super) fn rows_of_claims(&self) -> Vec<u32> {
        let mut rows = Vec::with_capacity(self.claims.last().map_or(0, |&all| all as usize));
        for (row, range) in (0..).zip(self.claims.windows(2)) {
            rows.resize(range[1] as usize, row);
        }
        rows
    }

    /// Records with that part of their claims which stands in these rows of the table of claims.
    pub(super) fn claims(&self, rows: Range<usize>) -> impl Iterator<Item = (RecordId, Range<usize>)> + '_ {
        let first = self.claims.partition_point(|&begin| begin as usize <= rows.start).saturating_sub(1);
        let records = self.records.iter().zip(self.claims.windows(2)).skip(first);
        records.take_while(move |(_, range)| (range[0] as usize) < rows.end).map(move |(&record, range)| {
            let (begin, end) = (range[0] as usize, range[1] as usize);
            (record, rows.start.max(begin) - begin..rows.end.min(end).max(begin) - begin)
        })
    }

    /// Every row of the table of links: between personas first, then inside them; by case, then by both ends. What says the
    /// same of the same two is told once.
    pub(super) fn links(&self, found: &Found) -> Vec<LinkOf> {
        let clusters = &found.clusters;
        let between = |left: PersonaId, right: PersonaId, rule, link| {
            // A link that holds a ring together has both ends in it; any other may stand by either end.
            (0, self.case_of(&[left, right]), left.0, right.0, rule, link)
        };
        let personas = clusters.links.iter().enumerate().map(|(at, evidence)| {
            between(evidence.left, evidence.right, link_rule::SHARED_EVIDENCE, LinkOf::Personas(at))
        });
        let sites = clusters.site_members.iter().enumerate().map(|(at, member)| {
            let (left, right) = (member.persona.min(member.with), member.persona.max(member.with));
            between(left, right, link_rule::SITE, LinkOf::Site(at))
        });
        let records = found.personas.links.iter().enumerate().map(|(at, link)| {
            let (left, right, rule) = match link {
                RecordLink::Stated { from, to, .. } => (*from, *to, link_rule::STATED),
                RecordLink::ByContact { asset, to, .. } => (*asset, *to, link_rule::NAME_AND_CONTACT),
                RecordLink::Scored(index) => {
                    let pair = &found.scored[*index].pair;
                    (pair.left(), pair.right(), link_rule::SAME_PERSON)
                }
            };
            let case = found.personas.of_record[left.index()].map_or(NO_CASE, |persona| self.case_of(&[persona]));
            (1, case, left.0, right.0, rule, LinkOf::Records(at))
        });
        let mut links: Vec<(u8, u32, u32, u32, &str, LinkOf)> = personas.chain(sites).chain(records).collect();
        links.par_sort_unstable();
        links.dedup_by_key(|(tier, _, left, right, rule, _)| (*tier, *left, *right, *rule));
        links.into_iter().map(|(.., link)| link).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn claims_of_some_rows_are_those_of_all_rows_there(
            counts in proptest::collection::vec(0u32..4, 1..30),
            cuts in proptest::collection::vec(0usize..120, 0..6),
        ) {
            let mut claims = vec![0];
            claims.extend(counts.iter().scan(0, |sum, count| { *sum += count; Some(*sum) }));
            let records: Vec<RecordId> = (0..counts.len()).rev().map(RecordId::from).collect();
            let all: Vec<(RecordId, usize)> = records
                .iter()
                .zip(&counts)
                .flat_map(|(&record, &count)| (0..count as usize).map(move |claim| (record, claim)))
                .collect();
            let order = Order { cases: FxHashMap::default(), records: records.clone(), rows: Vec::new(), claims };
            let mut ends: Vec<usize> = cuts.into_iter().map(|cut| cut.min(all.len())).collect();
            ends.extend([0, all.len()]);
            ends.sort_unstable();
            let mut found = Vec::new();
            for ends in ends.windows(2) {
                let part = order.claims(ends[0]..ends[1]);
                found.extend(part.flat_map(|(record, range)| range.map(move |claim| (record, claim))));
            }
            prop_assert_eq!(&found, &all);
            let rows = order.rows_of_claims();
            prop_assert_eq!(rows.len(), all.len());
            prop_assert!(rows.iter().zip(&all).all(|(&row, (record, _))| records[row as usize] == *record));
        }
    }
}
