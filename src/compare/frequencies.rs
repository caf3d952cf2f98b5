//! How common values are: what agreeing on one is worth depends on it.

use super::carried::{Carried, Column, hash_of};
use crate::model::ids::ValueId;
use crate::model::pair::Rarity;
use crate::model::value::Dictionary;
use rayon::prelude::*;

/// How often the records of persons say what.
#[derive(Default)]
pub struct Frequencies {
    /// By value. Records that say the same in everything count once, and an identifier counts once for each name that stands
    /// beside it: a person who applied twenty times makes neither their name nor their phone a common one.
    values: Vec<u32>,
    /// Records of persons that carry a value in each column.
    columns: Vec<u32>,
}

impl Frequencies {
    /// Counts columns beside each other; no value stands in two. `is_new` are the rows that say what no row before them says.
    pub fn of(dictionary: &Dictionary, carried: &Carried, is_new: &[bool], columns: usize) -> Frequencies {
        let count = |column: usize| count_column(dictionary, carried, is_new, column);
        let counted: Vec<Counted> = (0..columns).into_par_iter().map(count).collect();
        let mut frequencies =
            Frequencies { values: vec![0; dictionary.len()], columns: counted.iter().map(|of| of.rows).collect() };
        for (column, counted) in counted.into_iter().enumerate() {
            for (held, count) in (counted.first..).zip(counted.counts).filter(|(_, count)| *count > 0) {
                frequencies.values[carried.value(column, held).index()] = count;
            }
        }
        frequencies
    }

    /// Records of persons that carry something in the column; one at least, to divide by.
    pub fn records(&self, column: usize) -> u32 {
        self.columns[column].max(1)
    }

    /// Records of persons that carry a value in each column, and how often each value occurs that does.
    pub fn parts_mut(&mut self) -> (&mut [u32], impl Iterator<Item = (ValueId, &mut u32)>) {
        let values = self.values.iter_mut().enumerate().filter(|(_, count)| **count > 0);
        (&mut self.columns, values.map(|(value, count)| (ValueId::from(value), count)))
    }

    pub fn of_value(&self, value: ValueId) -> u32 {
        self.values[value.index()]
    }

    /// The share of records of the column that carry the value beside these two, smoothed by `pseudo` records.
    pub fn share(&self, value: ValueId, column: usize, pseudo: f32) -> f32 {
        let others = self.of_value(value).saturating_sub(2) as f32;
        ((others + pseudo) / self.records(column) as f32).min(1.0)
    }

    /// The least [`Frequencies::share`] of these values.
    pub fn least_share(&self, values: impl Iterator<Item = ValueId>, column: usize, pseudo: f32) -> f32 {
        let least = values.map(|value| self.of_value(value)).min().unwrap_or(0);
        (least.saturating_sub(2) as f32 + pseudo) / self.records(column) as f32
    }

    /// How common the more common of two near values is.
    pub fn near_share(&self, a: ValueId, b: ValueId, column: usize, pseudo: f32) -> Rarity {
        let others = |value: ValueId| self.of_value(value).saturating_sub(1) as f32;
        Rarity::Near(((others(a).max(others(b)) + pseudo) / self.records(column) as f32).min(1.0))
    }
}

/// What is counted of a column.
struct Counted {
    /// Records of persons that carry something.
    rows: u32,
    /// What the first count stands for, as rows hold it.
    first: u32,
    counts: Vec<u32>,
}

/// Counts how often each value of a column occurs, as [`Frequencies`] has it. Linear in rows, and sorting those that hold an
/// identifier of several.
fn count_column(dictionary: &Dictionary, carried: &Carried, is_new: &[bool], column: usize) -> Counted {
    let rows = || is_new.iter().enumerate().map(|(row, is_new)| (row, carried.held(row, column), *is_new));
    let held = || rows().flat_map(|(_, held, _)| held);
    let (first, last) = held().fold((u32::MAX, 0), |(first, last), &held| (first.min(held), last.max(held)));
    if first > last {
        return Counted { rows: 0, first: 0, counts: Vec::new() };
    }
    let mut holders = vec![0u32; (last - first) as usize + 1];
    held().for_each(|held| holders[(held - first) as usize] += 1);
    let mut counts = vec![0u32; holders.len()];
    // Identifiers of several records, each with the names that stand beside it.
    let mut beside: Vec<(u32, u64)> = Vec::new();
    let mut filled = 0;
    for (row, held, is_new) in rows() {
        filled += u32::from(!held.is_empty());
        for &held in held {
            let at = held - first;
            let identifies = dictionary.kind(carried.value(column, held)).links();
            if identifies && holders[at as usize] > 1 {
                beside.push((at, hash_of(carried.held(row, Column::Name as usize).iter().copied())));
            } else if identifies || is_new {
                counts[at as usize] += 1;
            }
        }
    }
    beside.par_sort_unstable();
    beside.dedup();
    beside.iter().for_each(|&(at, _)| counts[at as usize] += 1);
    Counted { rows: filled, first, counts }
}
