//! One table that is being written: rows with scrambled keys, each with the truth about it.
//! Leaves to `tables` and `events` what stands in the cells. Invariant: a key is given out once.

use std::collections::BTreeSet;

/// Whose a record is. Zero means none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Owner {
    pub(super) persona: u32,
    pub(super) operator: u32,
    pub(super) ring: u32,
    /// Decoy group, an index into the groups plus one.
    pub(super) group: u32,
    /// Planted case of a single persona, an index into the kinds of case plus one.
    pub(super) case: u32,
}

#[derive(Clone)]
pub(super) struct Row {
    pub(super) key: u32,
    start: u64,
    length: u32,
    pub(super) owner: Owner,
}

/// One source: rows in one arena, sorted when it is finished.
#[derive(Clone)]
pub(super) struct Sheet {
    pub(super) name: &'static str,
    pub(super) path: &'static str,
    header: &'static str,
    prefix: &'static str,
    pub(super) text: String,
    pub(super) rows: Vec<Row>,
    /// Start of the row that is being written.
    start: usize,
}

/// Keys run through all numbers below a prime, in steps of a constant, and so never repeat; the first is for companies
/// of up to a million people, the second for larger ones.
pub(super) const MODULI: [u64; 2] = [9_999_991, 999_999_937];
const STEP: u64 = 6_180_339;

impl Sheet {
    pub(super) fn new(name: &'static str, path: &'static str, prefix: &'static str, header: &'static str) -> Self {
        Self { name, path, header, prefix, text: String::new(), rows: Vec::new(), start: 0 }
    }

    pub(super) fn next_key(&self, modulus: u64) -> u32 {
        // Every source starts elsewhere, or the keys of one person's records in two sources would look alike.
        let offset = self.name.bytes().fold(0u64, |sum, byte| (sum * 31 + u64::from(byte)) % modulus);
        ((offset + (self.rows.len() as u64 + 1) * STEP) % modulus) as u32
    }

    pub(super) fn key_text(&self, key: u32, modulus: u64) -> String {
        format!("{}{key:0width$}", self.prefix, width = if modulus == MODULI[0] { 7 } else { 9 })
    }

    /// Adds one cell, quoted where CSV needs it.
    pub(super) fn cell(&mut self, text: &str) {
        if self.text.len() > self.start {
            self.text.push(',');
        }
        if text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
            self.text.push('"');
            self.text.push_str(&text.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(text);
        }
    }

    pub(super) fn end_row(&mut self, key: u32, owner: Owner) {
        self.text.push('\n');
        let length = (self.text.len() - self.start) as u32;
        self.rows.push(Row { key, start: self.start as u64, length, owner });
        self.start = self.text.len();
    }

    /// The rows in the order of their keys, below the header, without those whose key is to be left out.
    pub(super) fn finish(mut self, left_out: &BTreeSet<String>, modulus: u64) -> Self {
        if !left_out.is_empty() {
            let mut rows = std::mem::take(&mut self.rows);
            rows.retain(|row| !left_out.contains(&self.key_text(row.key, modulus)));
            self.rows = rows;
        }
        self.rows.sort_unstable_by_key(|row| row.key);
        let mut sorted = String::with_capacity(self.text.len() + self.header.len() + 1);
        sorted.push_str(self.header);
        sorted.push('\n');
        for row in &self.rows {
            let start = row.start as usize;
            sorted.push_str(&self.text[start..start + row.length as usize]);
        }
        self.text = sorted;
        self
    }
}
