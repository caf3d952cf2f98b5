//! Cases for the tools of others: one file per format, each of which names the specification that it follows.
//!
//! All are made of redacted [`super::case_file::CaseFile`]s. Two neutral values stand between: [`graph`] (typed vertices
//! and links) for formats that are a graph, [`tables`] for those that are tables; STIX and FollowTheMoney have words of
//! their own for what a case holds and read it directly. Things are known by number (`n0`, `m2`), never by a key of the
//! data, and every link carries the source cells that it rests on.

pub mod csv;
pub mod ftm;
pub mod gexf;
pub mod graph;
pub mod graphml;
pub mod i2;
pub mod neo4j;
pub mod parquet;
pub mod stix;
pub mod tables;
pub mod xml;

use super::case_file::{CaseFile, SourceCell, SourceRow};
use super::redact::Redaction;
use super::shown::{Shown, What};
use crate::model::value::IdentifierKind;

/// Whether values of the data stand in it at all, as they are or masked.
fn shows_values(case: &CaseFile) -> bool {
    matches!(case.redaction, Some(Redaction::Full | Redaction::Internal))
}

/// Where a value of a row stands: `devices.csv row 12 [Last IP]`. Empty where kinds alone are shown.
fn cell_of(case: &CaseFile, row: &SourceRow, cell: Option<&SourceCell>) -> String {
    if case.redaction == Some(Redaction::Structure) || row.file.is_empty() {
        return "1 source cell".to_string();
    }
    match cell {
        Some(cell) if !cell.columns.is_empty() => format!("{} row {} [{}]", row.file, row.row, cell.columns),
        _ => format!("{} row {}", row.file, row.row),
    }
}

/// By what a value is one and the same inside a case; nothing where kinds alone are shown. Not to be printed.
fn identity(case: &CaseFile, kind: IdentifierKind, value: &Shown) -> Option<String> {
    if value.is_empty() {
        return None;
    }
    match (&value.what, case.redaction) {
        (_, Some(Redaction::Structure)) => None,
        (What::Value(_, as_linked), _) => Some(super::view::value_key(kind, as_linked)),
        (_, _) => Some(super::view::value_key(kind, &value.text)),
    }
}

/// The texts joined for one cell or attribute.
fn joined<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" | ")
}
