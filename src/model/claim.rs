//! Claims: a record states that it carries one value, in a role, from–to, in those cells. The identity graph is this table.

use super::ids::{RecordId, SourceId, ValueId};
use super::interner::Texts;
use super::record::Record;
use super::value::{Dictionary, IdentifierKind};
use std::cmp::Ordering;
use std::ops::Range;

/// In what role a record carries a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The record's own phone, email, account, device, text.
    Own,
    /// Where the record's person says to live.
    Home,
    /// Where something was sent.
    Delivery,
    /// A referee's contact.
    Referee,
    /// Whom an account pays.
    Payee,
}

impl Role {
    pub const ALL: [Role; 5] = [Role::Own, Role::Home, Role::Delivery, Role::Referee, Role::Payee];

    pub fn name(self) -> &'static str {
        match self {
            Role::Own => "own",
            Role::Home => "home",
            Role::Delivery => "delivery",
            Role::Referee => "referee",
            Role::Payee => "payee",
        }
    }
}

/// From–to in days since 1970-01-01, both included; an open end is `i32::MIN` or `i32::MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    pub from: i32,
    pub to: i32,
}

impl Period {
    pub const ALWAYS: Period = Period { from: i32::MIN, to: i32::MAX };

    /// Whether the two have a day in common.
    pub fn overlaps(self, other: Period) -> bool {
        self.from <= other.to && other.from <= self.to
    }

    pub fn is_always(self) -> bool {
        self == Period::ALWAYS
    }
}

/// One record carries one value, in sixteen bytes: a run holds a dozen for each record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    pub record: RecordId,
    pub value: ValueId,
    /// From the lowest bit: first day, last day, role, cells.
    rest: u64,
}

impl Claim {
    /// Different [`Claims::cells`] that claims of one run can point to.
    pub const CELLS_MAX: usize = 1 << (64 - CELLS_AT);

    /// A claim of the columns `cells`, an index into [`Claims::cells`] below [`Claim::CELLS_MAX`]. A day before the year 0
    /// or after 9999, which no date is read as, may count as an open end.
    pub fn new(record: RecordId, value: ValueId, role: Role, cells: u32, valid: Period) -> Claim {
        let place = |day: i32, open: u64| {
            let place = u64::try_from(i64::from(day) - FIRST_DAY).unwrap_or(0);
            if (1..LAST_PLACE).contains(&place) { place } else { open }
        };
        let days = place(valid.from, 0) | place(valid.to, LAST_PLACE) << DAY_BITS;
        Claim { record, value, rest: days | (role as u64) << ROLE_AT | u64::from(cells) << CELLS_AT }
    }

    pub fn role(&self) -> Role {
        Role::ALL[(self.rest >> ROLE_AT) as usize & 7]
    }

    /// Index into [`Claims::cells`]: the columns that the value was read from.
    pub fn cells(&self) -> u32 {
        (self.rest >> CELLS_AT) as u32
    }

    pub fn valid(&self) -> Period {
        let day = |place: u64, open: i32| {
            let day = (place as i64 + FIRST_DAY) as i32;
            if (1..LAST_PLACE).contains(&place) { day } else { open }
        };
        Period { from: day(self.rest & LAST_PLACE, i32::MIN), to: day(self.rest >> DAY_BITS & LAST_PLACE, i32::MAX) }
    }
}

/// Bits of a day within a claim, and where its role and its cells stand.
const DAY_BITS: u32 = 22;
const ROLE_AT: u32 = 2 * DAY_BITS;
const CELLS_AT: u32 = ROLE_AT + 3;
/// The day before the first that a claim can tell, and the place that stands for an open end; 0 stands for an open start.
const FIRST_DAY: i64 = -1_000_000;
const LAST_PLACE: u64 = (1 << DAY_BITS) - 1;

/// A reference that a source states: this record names that one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    pub from: RecordId,
    pub to: RecordId,
    /// Index into [`Claims::cells`].
    pub cells: u32,
}

/// Columns of one source that a value or reference was read from; indexes into the source's table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cells {
    pub source: SourceId,
    pub columns: Vec<u16>,
}

/// Everything that all records assert.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// Sorted by source and key.
    pub records: Vec<Record>,
    /// Each record's primary key in its source, exactly as delivered; parts of a composite key are joined by `|`.
    pub keys: Texts,
    pub dictionary: Dictionary,
    /// Sorted by record, then kind, then value.
    pub claims: Vec<Claim>,
    /// Where each record's claims start; one more entry than records.
    pub starts: Vec<u32>,
    /// Sorted.
    pub references: Vec<Reference>,
    pub cells: Vec<Cells>,
}

/// Claims among which places are counted, which takes no guess of the processor; in longer lists they are searched for.
const COUNTED_MAX: usize = 24;

/// Where the claims of a record stand whose values are among these ids, which are those of a kind.
fn places_of(own: &[Claim], ids: Range<u32>) -> Range<usize> {
    let before = |id: u32| match own.len() <= COUNTED_MAX {
        true => own.iter().map(|claim| usize::from(claim.value.0 < id)).sum(),
        false => own.partition_point(|claim| claim.value.0 < id),
    };
    before(ids.start)..before(ids.end)
}

impl Claims {
    /// The claims of one record.
    pub fn of(&self, record: RecordId) -> &[Claim] {
        &self.claims[self.starts[record.index()] as usize..self.starts[record.index() + 1] as usize]
    }

    /// The claims of one record of one kind.
    pub fn of_kind(&self, record: RecordId, kind: IdentifierKind) -> impl Iterator<Item = &Claim> {
        let own = self.of(record);
        let ids = self.dictionary.ids_of(kind);
        let stand_together = ids.is_some();
        let claims = ids.map_or(own, |ids| &own[places_of(own, ids)]);
        claims.iter().filter(move |claim| stand_together || self.dictionary.kind(claim.value) == kind)
    }

    /// What a record refers to, sorted.
    pub fn references_of(&self, from: RecordId) -> &[Reference] {
        let first = self.references.partition_point(|reference| reference.from < from);
        let own = &self.references[first..];
        &own[..own.partition_point(|reference| reference.from == from)]
    }

    pub fn record(&self, id: RecordId) -> &Record {
        &self.records[id.index()]
    }

    /// The record of a source with that key.
    pub fn find(&self, source: SourceId, key: &str) -> Option<RecordId> {
        let mut first = self.records.partition_point(|record| record.source < source);
        let mut end = self.records.partition_point(|record| record.source <= source);
        while first < end {
            let middle = RecordId::from(first.midpoint(end));
            match self.key(middle).cmp(key) {
                Ordering::Less => first = middle.index() + 1,
                Ordering::Equal => return Some(middle),
                Ordering::Greater => end = middle.index(),
            }
        }
        None
    }

    /// The record's primary key in its source.
    pub fn key(&self, id: RecordId) -> &str {
        self.keys.get(id.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record::RecordKind;
    use crate::model::testing::Builder;
    use crate::model::value::{KindValues, Marks};
    use proptest::prelude::*;

    /// 0000-01-01 and 9999-12-31.
    const FIRST: i32 = -719_528;
    const LAST: i32 = 2_932_896;

    proptest! {
        #[test]
        fn a_claim_tells_what_it_was_made_of(
            role in 0..Role::ALL.len(),
            cells in 0..Claim::CELLS_MAX as u32,
            from in prop_oneof![Just(i32::MIN), Just(FIRST), Just(LAST), FIRST..=LAST],
            to in prop_oneof![Just(i32::MAX), Just(FIRST), Just(LAST), FIRST..=LAST],
        ) {
            let valid = Period { from, to };
            let claim = Claim::new(RecordId(u32::MAX), ValueId(7), Role::ALL[role], cells, valid);
            prop_assert_eq!((claim.role(), claim.cells(), claim.valid()), (Role::ALL[role], cells, valid));
        }

        /// No day, however far, changes the role or the cells of a claim, or comes out as another day.
        #[test]
        fn a_day_is_told_or_open(from in any::<i32>(), to in any::<i32>()) {
            let claim = Claim::new(RecordId(1), ValueId(2), Role::Payee, Claim::CELLS_MAX as u32 - 1, Period { from, to });
            prop_assert_eq!((claim.role(), claim.cells()), (Role::Payee, Claim::CELLS_MAX as u32 - 1));
            prop_assert!([from, i32::MIN].contains(&claim.valid().from) && [to, i32::MAX].contains(&claim.valid().to));
        }
    }

    #[test]
    fn a_record_is_found_by_source_and_key() {
        let mut builder = Builder::new();
        builder.crowd(25);
        let mut claims = builder.build();
        // Two sources of the same keys, and one of none between them.
        let keys: Vec<String> = (0..24).map(|at| format!("k{:02}", at % 12 * 2)).collect();
        claims.keys = Texts::default();
        keys.iter().for_each(|key| _ = claims.keys.push(key));
        claims.records.truncate(24);
        claims.records.iter_mut().skip(12).for_each(|record| record.source = SourceId(2));
        assert!(claims.records.iter().all(|record| record.kind == RecordKind::Applicant));
        for source in [0, 1, 2, 3].map(SourceId) {
            for key in (0..26).map(|at| format!("k{at:02}")).chain([String::new(), "z".to_string()]) {
                let slow = (0..24).find(|&at| claims.records[at].source == source && keys[at] == key);
                assert_eq!(claims.find(source, &key), slow.map(RecordId::from), "{source:?} {key}");
            }
        }
    }

    proptest! {
        /// Claims of a kind are those that say so, in records of few claims and of many, whether values of a kind stand
        /// together or not.
        #[test]
        fn the_claims_of_a_kind_are_found(
            records in proptest::collection::vec(proptest::collection::btree_set((0usize..6, 0u32..30), 0..60), 1..5),
        ) {
            let mut kinds = vec![KindValues::default(); IdentifierKind::ALL.len()];
            // Kinds of no value and of many; a seventh that nobody claims.
            (0..30).for_each(|at| [0, 1, 3, 4, 5].iter().for_each(|&kind: &usize| _ = kinds[kind].intern(&at.to_string(), Marks::NONE)));
            let (together, firsts) = Dictionary::of_kinds(kinds);
            let mut scattered = together.clone();
            scattered.intern(IdentifierKind::ALL[0], "late", Marks::NONE);
            let (mut claims, mut starts) = (Vec::new(), vec![0]);
            for (at, of_record) in records.iter().enumerate() {
                let held = of_record.iter().filter(|(kind, _)| *kind != 2);
                claims.extend(held.map(|&(kind, number)| {
                    Claim::new(RecordId::from(at), ValueId(firsts[kind] + number), Role::Own, 0, Period::ALWAYS)
                }));
                starts.push(claims.len() as u32);
            }
            for dictionary in [together, scattered] {
                let all = Claims { dictionary, claims: claims.clone(), starts: starts.clone(), ..Claims::default() };
                for record in (0..records.len()).map(RecordId::from) {
                    for &kind in &IdentifierKind::ALL[..7] {
                        let found: Vec<&Claim> = all.of_kind(record, kind).collect();
                        let slow = all.of(record).iter().filter(|claim| all.dictionary.kind(claim.value) == kind);
                        prop_assert_eq!(found, slow.collect::<Vec<_>>());
                    }
                }
            }
        }
    }
}
