//! The records of a run by their place, and the personas that they make.

use super::pages::{Memo, Pages};
use super::text;
use crate::store::Error;
use crate::store::table::InTable;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Index;
use std::sync::{Arc, OnceLock};

/// A record of the run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CaseRecord {
    pub source: String,
    pub key: String,
    /// Record kind by name.
    pub kind: String,
    pub file: String,
    pub row: u64,
    /// A name as delivered, where the record bears one.
    pub name: String,
    /// Empty for an asset without owner.
    pub persona: String,
    pub operator: String,
    pub ring: String,
    /// Its place among all records by source, in the order of the config, and key: the order in which a run compares.
    pub number: u32,
}

impl CaseRecord {
    /// `source:key`, the record's name in links and output.
    pub fn label(&self) -> String {
        format!("{}:{}", self.source, self.key)
    }
}

/// Rows of the table of records.
pub(super) fn read(table: &InTable) -> Result<Vec<CaseRecord>, Error> {
    let column = |name| text(table, name).map(Vec::into_iter);
    let (mut source, mut key, mut kind, mut file) =
        (column("source")?, column("record_key")?, column("kind")?, column("file")?);
    let (mut name, mut persona, mut operator, mut ring) =
        (column("name")?, column("persona_id")?, column("operator_id")?, column("ring_id")?);
    // Folders of before this column have their rows in that order.
    let numbers = if table.has("number") { table.u64("number")? } else { vec![0; table.rows()] };
    let mut number = numbers.into_iter();
    let mut next = move |row: u64| {
        Some(CaseRecord {
            number: number.next()? as u32,
            source: source.next()?,
            key: key.next()?,
            kind: kind.next()?,
            file: file.next()?,
            row,
            name: name.next()?,
            persona: persona.next()?,
            operator: operator.next()?,
            ring: ring.next()?,
        })
    };
    Ok(table.u64("row")?.into_iter().map_while(&mut next).collect())
}

/// All records of a run, in the order of their table.
#[derive(Debug)]
pub struct Records {
    pages: Pages<Vec<CaseRecord>>,
    /// Stands for a record that cannot be read, until the fault is told.
    none: CaseRecord,
}

impl Records {
    pub(super) fn new(pages: Pages<Vec<CaseRecord>>) -> Records {
        Records { pages, none: CaseRecord::default() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.pages.rows()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The record at that place.
    pub fn get(&self, index: usize) -> Option<&CaseRecord> {
        let (page, row) = self.pages.place(index)?;
        self.pages.page(page)?.get(row)
    }

    /// All of them; reads what was not read yet.
    pub fn iter(&self) -> impl Iterator<Item = &CaseRecord> {
        self.pages.load_all();
        (0..self.pages.count()).flat_map(|page| self.pages.page(page)).flatten()
    }

    /// Records with their places, ascending, among which are all that have one of these texts as key, persona, operator or
    /// ring, in whatever case.
    pub fn having<'a>(&'a self, texts: &[&str]) -> impl Iterator<Item = (u32, &'a CaseRecord)> + use<'a> {
        self.pages.having(texts).into_iter().flat_map(|page| {
            let start = self.pages.start(page);
            let rows = self.pages.page(page).map(Vec::as_slice).unwrap_or_default();
            rows.iter().enumerate().map(move |(row, record)| ((start + row) as u32, record))
        })
    }

    /// The place of the record with that label; of several the last.
    pub fn labelled(&self, label: &str) -> Option<u32> {
        let keys: Vec<&str> = keys(label).collect();
        self.having(&keys).filter(|(_, record)| is_label(record, label)).map(|(index, _)| index).last()
    }

    pub(super) fn load_all(&self) {
        self.pages.load_all();
    }

    /// Reads the records at these places at the same time.
    pub(super) fn load(&self, places: impl Iterator<Item = u32>) {
        let mut pages: Vec<usize> =
            places.filter_map(|at| self.pages.place(at as usize)).map(|(page, _)| page).collect();
        pages.sort_unstable();
        pages.dedup();
        self.pages.load(&pages);
    }

    /// Reads what may have one of these texts at the same time.
    pub(super) fn load_having(&self, texts: &[&str]) {
        self.pages.having(texts);
    }
}

/// Whether that is the label of the record.
pub(super) fn is_label(record: &CaseRecord, label: &str) -> bool {
    let key = label.strip_prefix(record.source.as_str()).and_then(|rest| rest.strip_prefix(':'));
    key == Some(record.key.as_str())
}

/// What may be the key in a label; source and key may have colons of their own.
pub(super) fn keys(label: &str) -> impl Iterator<Item = &str> {
    label.match_indices(':').map(|(at, _)| &label[at + 1..])
}

impl Index<usize> for Records {
    type Output = CaseRecord;

    fn index(&self, index: usize) -> &CaseRecord {
        self.get(index).unwrap_or(&self.none)
    }
}

/// The records of each persona, assets included.
#[derive(Debug)]
pub struct Personas {
    records: Arc<Records>,
    all: OnceLock<BTreeMap<String, Vec<u32>>>,
    asked: Memo<Vec<u32>>,
}

impl Personas {
    pub(super) fn new(records: Arc<Records>) -> Personas {
        Personas { records, all: OnceLock::new(), asked: Memo::default() }
    }

    /// All of them, for a run that is read whole or about to be.
    pub(super) fn all(&self) -> &BTreeMap<String, Vec<u32>> {
        if self.all.get().is_none() {
            let persons = self.records.iter().enumerate().filter(|(_, record)| !record.persona.is_empty());
            let mut owned: Vec<(&str, u32)> =
                persons.map(|(index, record)| (record.persona.as_str(), index as u32)).collect();
            // A map of what is sorted already is made in one go.
            owned.par_sort_unstable();
            let of_persona = |own: &[(&str, u32)]| (own[0].0.to_owned(), own.iter().map(|&(_, index)| index).collect());
            let _ = self.all.set(owned.chunk_by(|a, b| a.0 == b.0).map(of_persona).collect());
        }
        self.all.get_or_init(BTreeMap::new)
    }

    /// How many there are; reads all records.
    pub fn len(&self) -> usize {
        self.all().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The places of a persona's records, ascending.
    pub fn get(&self, persona: &str) -> Option<&[u32]> {
        if !self.records.pages.is_part() || self.all.get().is_some() {
            return self.all().get(persona).map(Vec::as_slice);
        }
        let find = || {
            let own = |(_, record): &(u32, &CaseRecord)| record.persona == persona && !persona.is_empty();
            self.records.having(&[persona]).filter(own).map(|(index, _)| index).collect()
        };
        Some(self.asked.get(persona, find).as_slice()).filter(|records| !records.is_empty())
    }

    /// The persona of that id in whatever case; the first of several.
    pub fn named(&self, typed: &str) -> Option<&str> {
        let named = |persona: &&str| persona.eq_ignore_ascii_case(typed) && !persona.is_empty();
        match self.records.pages.is_part() {
            true => self.records.having(&[typed]).map(|(_, record)| record.persona.as_str()).filter(named).min(),
            false => self.all().keys().map(String::as_str).find(named),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_taken_apart_wherever_its_colons_are() {
        let record =
            |source: &str, key: &str| CaseRecord { source: source.into(), key: key.into(), ..CaseRecord::default() };
        for (source, key) in [("hr", "E-1"), ("a:b", "c"), ("a", "b:c"), ("", ""), ("a", "")] {
            let record = record(source, key);
            let label = record.label();
            assert!(is_label(&record, &label), "{label}");
            assert!(keys(&label).any(|known| known == key), "{label}");
        }
        assert!(!is_label(&record("hr", "E-1"), "hr:E-2"));
        assert!(!is_label(&record("hr", "E-1"), "hrE-1"));
        assert_eq!(keys("E-1").count(), 0);
    }
}
