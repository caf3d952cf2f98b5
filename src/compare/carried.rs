//! What records of persons carry for themselves, as one row of numbers each: a pair is compared in a dozen columns, and
//! there are millions of pairs.

use crate::model::claim::{Claims, Role};
use crate::model::ids::{RecordId, ValueId};
use crate::model::value::{AttributeType, IdentifierKind, Marks, attribute_parts};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::hash::{BuildHasher, Hasher};

/// Kinds of values that are compared; those of the config's own comparisons come after them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Name,
    BirthDate,
    Email,
    Address,
    City,
    // Values up to here have numbers of their own, from zero; the others are known by their ids.
    Phone,
    PostalCode,
    GovernmentId,
    DocumentNumber,
    Account,
    Handle,
    ProfileUrl,
    PhotoHash,
    ResumeLine,
}

/// How many they are.
pub const COLUMNS: usize = 14;
/// Columns whose values have numbers of their own.
const NUMBERED: usize = 5;

pub const KINDS: [IdentifierKind; COLUMNS] = [
    IdentifierKind::Name,
    IdentifierKind::BirthDate,
    IdentifierKind::Email,
    IdentifierKind::Address,
    IdentifierKind::City,
    IdentifierKind::Phone,
    IdentifierKind::PostalCode,
    IdentifierKind::GovernmentId,
    IdentifierKind::DocumentNumber,
    IdentifierKind::Account,
    IdentifierKind::Handle,
    IdentifierKind::ProfileUrl,
    IdentifierKind::PhotoHash,
    IdentifierKind::ResumeLine,
];

/// A cell without value.
const NONE: u32 = u32::MAX;
/// A cell of several values: what is below this bit is where they stand in `several`, their count first.
const SEVERAL: u32 = 1 << 31;

/// The place of a column of whose kind the run has no value.
const ABSENT: usize = usize::MAX;

/// Rows of one task.
const ROWS_PER_TASK: usize = 4096;

/// One row for each record of a person.
pub struct Carried {
    /// Where each column stands in a row; [`ABSENT`] where the run has no value of its kind. The numbered columns stand first.
    place_of: Vec<usize>,
    /// Cells of a row.
    width: usize,
    /// The row of each record; [`NONE`] of an asset or event.
    row_of: Vec<u32>,
    cells: Vec<u32>,
    several: Vec<u32>,
    /// The values of the numbered columns, by number.
    pub values: [Vec<ValueId>; NUMBERED],
}

impl Carried {
    /// Reads the claims of `people` that mean something; beside it, a hash of all that each row's record carries, compared
    /// or not. Linear in claims, apart from sorting those of one record.
    pub fn new(claims: &Claims, people: &[RecordId], added: &[(String, AttributeType)]) -> (Carried, Vec<u64>) {
        let columns = COLUMNS + added.len();
        let kind_of = |column: usize| KINDS.get(column).copied().unwrap_or(IdentifierKind::Attribute);
        let mut width = 0;
        let place = |column: usize| {
            let is_there = claims.dictionary.values_of(kind_of(column)).next().is_some();
            width += usize::from(is_there);
            if is_there { width - 1 } else { ABSENT }
        };
        let place_of: Vec<usize> = (0..columns).map(place).collect();
        let mut column_of = [usize::MAX; 256];
        KINDS.iter().enumerate().for_each(|(column, &kind)| column_of[kind as usize] = column);
        let added: FxHashMap<&str, usize> =
            added.iter().enumerate().map(|(at, (name, _))| (name.as_str(), COLUMNS + at)).collect();
        let parts: Vec<(Vec<u32>, Vec<u32>, Vec<u64>)> = people
            .par_chunks(ROWS_PER_TASK)
            .map(|people| {
                let (mut cells, mut several) = (Vec::with_capacity(people.len() * width), Vec::new());
                let mut digests = Vec::with_capacity(people.len());
                let mut own: Vec<(usize, ValueId)> = Vec::new();
                for &record in people {
                    digests.push(hash_of(meaningful(claims, record).map(|(_, value)| value.0)));
                    own.clear();
                    own.extend(meaningful(claims, record).filter_map(|(kind, value)| {
                        let column = match kind {
                            IdentifierKind::Attribute => {
                                let (name, _) = attribute_parts(claims.dictionary.text(value))?;
                                *added.get(name)?
                            }
                            kind => column_of[kind as usize],
                        };
                        (column < columns).then_some((column, value))
                    }));
                    own.sort_unstable();
                    own.dedup();
                    push_row(&own, &place_of, width, &mut cells, &mut several);
                }
                (cells, several, digests)
            })
            .collect();
        let mut carried = Carried {
            place_of,
            width,
            row_of: vec![NONE; claims.records.len()],
            cells: Vec::with_capacity(people.len() * width),
            several: Vec::new(),
            values: Default::default(),
        };
        let mut digests = Vec::with_capacity(people.len());
        for (cells, several, of_part) in parts {
            let before = carried.several.len() as u32;
            let moved = |cell: u32| if cell != NONE && cell & SEVERAL != 0 { cell + before } else { cell };
            carried.cells.extend(cells.into_iter().map(moved));
            carried.several.extend(several);
            digests.extend(of_part);
        }
        people.iter().enumerate().for_each(|(row, record)| carried.row_of[record.index()] = row as u32);
        (carried, digests)
    }

    /// Gives the values of the numbered columns numbers in the order of their ids, and returns them by number.
    pub fn number(&mut self, values: usize) -> [Vec<ValueId>; NUMBERED] {
        let mut numbers = vec![NONE; values];
        let width = self.width.max(1);
        for row in 0..self.cells.len() / width {
            for column in 0..NUMBERED {
                self.held(row, column).iter().for_each(|&value| numbers[value as usize] = column as u32);
            }
        }
        for (value, number) in numbers.iter_mut().enumerate().filter(|(_, number)| **number != NONE) {
            let of_column = &mut self.values[*number as usize];
            *number = of_column.len() as u32;
            of_column.push(ValueId(value as u32));
        }
        let several = &mut self.several;
        let numbered = self.place_of[..NUMBERED].iter().filter(|&&place| place != ABSENT).count();
        for row in self.cells.chunks_mut(width) {
            for cell in row[..numbered].iter_mut().filter(|cell| **cell != NONE) {
                if *cell & SEVERAL == 0 {
                    *cell = numbers[*cell as usize];
                } else {
                    let at = (*cell ^ SEVERAL) as usize;
                    let count = several[at] as usize;
                    several[at + 1..=at + count].iter_mut().for_each(|value| *value = numbers[*value as usize]);
                }
            }
        }
        self.values.clone()
    }

    /// What a row holds in a column: numbers where the column is numbered, else ids of values; sorted, each once.
    #[inline]
    pub fn held(&self, row: usize, column: usize) -> &[u32] {
        let place = self.place_of[column];
        if place == ABSENT {
            return &[];
        }
        let cell = &self.cells[row * self.width + place];
        match *cell {
            NONE => &[],
            at if at & SEVERAL != 0 => {
                let at = (at ^ SEVERAL) as usize;
                &self.several[at + 1..][..self.several[at] as usize]
            }
            _ => std::slice::from_ref(cell),
        }
    }

    /// What a record holds in a column; nothing where it is no person's.
    #[inline]
    pub fn of(&self, record: RecordId, column: usize) -> &[u32] {
        match self.row_of[record.index()] {
            NONE => &[],
            row => self.held(row as usize, column),
        }
    }

    /// The value behind what a row holds in a column.
    #[inline]
    pub fn value(&self, column: usize, held: u32) -> ValueId {
        if column < NUMBERED { self.values[column][held as usize] } else { ValueId(held) }
    }
}

/// Values that a record carries for itself and that mean something.
fn meaningful(claims: &Claims, record: RecordId) -> impl Iterator<Item = (IdentifierKind, ValueId)> {
    let dictionary = &claims.dictionary;
    claims.of(record).iter().filter(|claim| claim.role() != Role::Referee).filter_map(|claim| {
        let (kind, marks) = (dictionary.kind(claim.value), dictionary.marks(claim.value));
        // An address without a number or a damaged email is no identifier, but it is compared part by part.
        let in_parts = matches!(kind, IdentifierKind::Address | IdentifierKind::Email);
        let means_nothing = marks.has(Marks::GENERIC) || kind.links() && !marks.can_link() && !in_parts;
        (!means_nothing).then_some((kind, claim.value))
    })
}

fn push_row(own: &[(usize, ValueId)], place_of: &[usize], width: usize, cells: &mut Vec<u32>, several: &mut Vec<u32>) {
    let start = cells.len();
    cells.resize(start + width, NONE);
    for of_column in own.chunk_by(|a, b| a.0 == b.0) {
        let cell = &mut cells[start + place_of[of_column[0].0]];
        if let [(_, value)] = of_column {
            *cell = value.0;
        } else {
            *cell = SEVERAL | several.len() as u32;
            several.push(of_column.len() as u32);
            several.extend(of_column.iter().map(|(_, value)| value.0));
        }
    }
}

/// Pairs of near values. Most values have none, which one bit tells.
pub struct NearValues {
    any: Vec<u64>,
    /// By the smaller value of a pair: where its larger ones start.
    starts: Vec<u32>,
    /// Sorted for each smaller one.
    larger: Vec<ValueId>,
}

impl NearValues {
    /// Linear in values and pairs, but for sorting what is near to one value.
    pub fn new(near: &[(ValueId, ValueId)], values: usize) -> NearValues {
        let mut any = vec![0u64; values / 64 + 1];
        let mut starts = vec![0u32; values + 1];
        for &(a, b) in near {
            [a, b].iter().for_each(|value| any[value.index() / 64] |= 1 << (value.0 % 64));
            starts[a.min(b).index()] += 1;
        }
        let mut all = 0;
        for start in &mut starts {
            all += *start;
            *start = all;
        }
        let mut larger = vec![ValueId(0); near.len()];
        // From the last to the first, so that what was an end is a start when all are there, and what was sorted stays so.
        for &(a, b) in near.iter().rev() {
            let start = &mut starts[a.min(b).index()];
            *start -= 1;
            larger[*start as usize] = a.max(b);
        }
        for of_value in starts.windows(2) {
            let of_value = &mut larger[of_value[0] as usize..of_value[1] as usize];
            if !of_value.is_sorted() {
                of_value.sort_unstable();
            }
        }
        NearValues { any, starts, larger }
    }

    /// Whether anything is near the value.
    #[inline]
    pub fn has_any(&self, value: ValueId) -> bool {
        self.any[value.index() / 64] >> (value.0 % 64) & 1 == 1
    }

    /// Whether the two are near. O(log near values of the smaller).
    #[inline]
    pub fn has(&self, a: ValueId, b: ValueId) -> bool {
        self.has_any(a) && self.has_any(b) && {
            let (smaller, larger) = (a.min(b).index(), a.max(b));
            let of_smaller = self.starts[smaller] as usize..self.starts[smaller + 1] as usize;
            self.larger[of_smaller].binary_search(&larger).is_ok()
        }
    }
}

/// A hash of several numbers in their order.
pub fn hash_of(numbers: impl Iterator<Item = u32>) -> u64 {
    let mut hasher = rustc_hash::FxBuildHasher.build_hasher();
    numbers.for_each(|number| hasher.write_u32(number));
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn near_values_are_those_of_the_pairs(near in prop::collection::vec((0u32..40, 0u32..40), 0..80)) {
            let pairs: Vec<(ValueId, ValueId)> = near.iter().map(|&(a, b)| (ValueId(a), ValueId(b))).collect();
            let values = NearValues::new(&pairs, 40);
            for a in 0..40 {
                prop_assert_eq!(values.has_any(ValueId(a)), near.iter().any(|&(x, y)| x == a || y == a));
                for b in 0..40 {
                    let is_near = near.contains(&(a, b)) || near.contains(&(b, a));
                    prop_assert_eq!(values.has(ValueId(a), ValueId(b)), is_near);
                }
            }
        }
    }
}
