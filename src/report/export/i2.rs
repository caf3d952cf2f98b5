//! One flat CSV file, a link with both its ends in a row, as import specifications of i2 Analyst's Notebook and table
//! imports of Maltego take it.

use super::graph::graph;
use crate::model::csv_text;
use crate::report::case_file::CaseFile;
use crate::report::{Exporter, Part};

/// The export.
pub struct I2;

const COLUMNS: &[&str] = &[
    "from_id",
    "from_type",
    "from_label",
    "link_type",
    "link_label",
    "date",
    "to_id",
    "to_type",
    "to_label",
    "source",
];

impl Exporter for I2 {
    fn name(&self) -> &'static str {
        "i2"
    }

    fn doc(&self) -> &'static str {
        "One flat CSV file of links, for i2 Analyst's Notebook and Maltego."
    }

    fn export(&self, cases: &[CaseFile]) -> Result<Vec<Part>, String> {
        let graph = graph(cases);
        let rows = graph.links.iter().map(|link| {
            let (from, to) = (&graph.vertices[link.from], &graph.vertices[link.to]);
            vec![
                format!("n{}", link.from),
                from.kind(),
                from.label.clone(),
                link.kind.name().to_string(),
                link.label.clone(),
                link.start.clone(),
                format!("n{}", link.to),
                to.kind(),
                to.label.clone(),
                link.source(),
            ]
        });
        Ok(vec![Part { name: "links.csv".to_string(), bytes: csv_text::table(COLUMNS, rows).into_bytes() }])
    }
}
