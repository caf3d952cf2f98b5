//! The claims of a run by their record. A run has millions, and most questions look at a few.

use super::pages::Pages;
use crate::model::table::TextColumn;
use crate::store::Error;
use crate::store::table::InTable;

/// A claim of the run; sensitive values are keyed hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseClaim<'a> {
    pub record: u32,
    /// Identifier kind by name.
    pub kind: &'a str,
    pub role: &'a str,
    pub value: &'a str,
    /// As delivered; sensitive cells masked.
    pub raw: &'a str,
    pub columns: &'a str,
    /// Whether the value may link.
    pub links: bool,
    /// What else is known of the value, in words.
    pub marks: &'a str,
    /// First and last day on which it holds, counted from 1970-01-01; absent where it is open.
    pub valid_from: Option<i32>,
    pub valid_to: Option<i32>,
}

/// Claims of records that follow each other, in arenas.
#[derive(Debug, Default)]
pub(super) struct ClaimTable {
    /// The first record.
    first: usize,
    records: Vec<u32>,
    /// Indexes into `words`, for the columns that repeat.
    kinds: Vec<u32>,
    roles: Vec<u32>,
    columns: Vec<u32>,
    marks: Vec<u32>,
    words: Vec<String>,
    values: TextColumn,
    /// Indexes into `cells`: the lines of a resume stand in one cell.
    raws: Vec<u32>,
    cells: TextColumn,
    links: Vec<bool>,
    valid_from: Vec<Option<i32>>,
    valid_to: Vec<Option<i32>>,
    /// Where each record's claims start; one more entry than records.
    starts: Vec<u32>,
}

impl ClaimTable {
    fn get(&self, index: usize) -> CaseClaim<'_> {
        let word = |words: &[u32]| self.words[words[index] as usize].as_str();
        CaseClaim {
            record: self.records[index],
            kind: word(&self.kinds),
            role: word(&self.roles),
            value: self.values.get(index).unwrap_or_default(),
            raw: self.cells.get(self.raws[index] as usize).unwrap_or_default(),
            columns: word(&self.columns),
            links: self.links[index],
            marks: word(&self.marks),
            valid_from: self.valid_from.get(index).copied().flatten(),
            valid_to: self.valid_to.get(index).copied().flatten(),
        }
    }

    fn iter(&self) -> impl Iterator<Item = CaseClaim<'_>> {
        (0..self.records.len()).map(|index| self.get(index))
    }

    /// Rows of the table of claims; they are of the records from `first` to before `end`.
    pub(super) fn read(table: &InTable, first: usize, end: usize) -> Result<ClaimTable, Error> {
        let end = end.max(first);
        let mut words = Vec::new();
        let mut coded = |name: &str| -> Result<Vec<u32>, Error> {
            let (mut codes, texts) = table.coded(name)?;
            let before = words.len() as u32;
            codes.iter_mut().for_each(|code| *code += before);
            words.extend(texts.into_iter().map(str::to_string));
            Ok(codes)
        };
        let (kinds, roles, columns, marks) = (coded("kind")?, coded("role")?, coded("columns")?, coded("marks")?);
        let bytes = table.text_iter("value")?.flatten().map(str::len).sum();
        let mut values = TextColumn::with_bytes(table.rows(), bytes);
        table.text_iter("value")?.for_each(|cell| values.push(cell.unwrap_or_default()));
        let (raws, texts) = table.coded("raw")?;
        let mut cells = TextColumn::with_bytes(texts.len(), texts.iter().map(|text| text.len()).sum());
        texts.into_iter().for_each(|text| cells.push(text));
        let links = table.bool("links")?;
        // A table that somebody changed may name records that are not there; their claims are passed over.
        let count = end - first;
        let of_these = |record: u64| if record < first as u64 { end } else { record.min(end as u64) as usize };
        let owners: Vec<u32> = table.u64("record")?.into_iter().map(|record| of_these(record) as u32).collect();
        let mut starts = vec![0u32; count + 2];
        for &record in &owners {
            starts[record as usize - first + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let known_claims = starts[count] as usize;
        let keep = |mut codes: Vec<u32>| {
            codes.truncate(known_claims);
            codes
        };
        Ok(ClaimTable {
            first,
            records: keep(owners),
            kinds: keep(kinds),
            roles: keep(roles),
            columns: keep(columns),
            marks: keep(marks),
            words,
            values,
            raws,
            cells,
            links,
            valid_from: table.opt_date("valid_from")?,
            valid_to: table.opt_date("valid_to")?,
            starts,
        })
    }
}

/// All claims of a run.
#[derive(Debug)]
pub(super) struct Claims {
    pub(super) pages: Pages<ClaimTable>,
    /// The first record of each page.
    pub(super) firsts: Vec<u32>,
}

impl Claims {
    fn page_of(&self, record: u32) -> usize {
        self.firsts.partition_point(|first| *first <= record).saturating_sub(1)
    }

    /// The claims of one record.
    pub(super) fn of(&self, record: u32) -> impl Iterator<Item = CaseClaim<'_>> {
        let page = self.pages.page(self.page_of(record));
        page.into_iter().flat_map(move |page| {
            let at = |index: usize| page.starts.get(index).copied().unwrap_or(0) as usize;
            let index = (record as usize).checked_sub(page.first);
            let range = index.map(|index| at(index)..at(index + 1)).unwrap_or_default();
            range.filter(|index| *index < page.records.len()).map(|index| page.get(index))
        })
    }

    /// All claims, in the order of their records; reads what was not read yet.
    pub(super) fn iter(&self) -> impl Iterator<Item = CaseClaim<'_>> {
        self.pages.load_all();
        (0..self.pages.count()).flat_map(|page| self.pages.page(page)).flat_map(ClaimTable::iter)
    }

    /// Claims in the order of their records, among which are all that have one of these texts as value or as delivered, in
    /// whatever case.
    pub(super) fn having<'a>(&'a self, texts: &[&str]) -> impl Iterator<Item = CaseClaim<'a>> + use<'a> {
        self.pages.having(texts).into_iter().flat_map(|page| self.pages.page(page)).flat_map(ClaimTable::iter)
    }

    /// Reads the claims of these records at the same time.
    pub(super) fn load_of(&self, records: impl Iterator<Item = u32>) {
        let mut pages: Vec<usize> = records.map(|record| self.page_of(record)).collect();
        pages.sort_unstable();
        pages.dedup();
        self.pages.load(&pages);
    }
}
