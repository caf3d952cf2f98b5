//! Plain CSV (RFC 4180), one file per table, with no cell that a spreadsheet takes for a formula.

use super::tables::tables;
use crate::model::csv_text;
use crate::report::case_file::CaseFile;
use crate::report::{Exporter, Part};

/// The export.
pub struct Csv;

impl Exporter for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn doc(&self) -> &'static str {
        "Plain CSV tables: cases, members, links, evidence, findings, roles, hubs, timeline, rows."
    }

    fn export(&self, cases: &[CaseFile]) -> Result<Vec<Part>, String> {
        let parts = tables(cases).into_iter().map(|table| {
            let headers: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
            let rows =
                (0..table.rows()).map(|row| table.columns.iter().map(|column| column.values.cell(row)).collect());
            Part { name: format!("{}.csv", table.name), bytes: csv_text::table(&headers, rows).into_bytes() }
        });
        Ok(parts.collect())
    }
}
