//! Figures against a truth file: how well a run's clusters agree with the known ones.
//!
//! `figures` computes, `truth` reads the truth file and finds each record of the run in it, `sweep` lays figures at many
//! thresholds side by side, `rings` counts rings as wholes. Leaves to others which tier's clusters are measured and how the figures are shown. Pure functions on plain values.

pub mod expected;
pub mod figures;
pub mod rings;
pub mod sweep;
pub mod truth;

pub use figures::{Figures, Scores, figures};
pub use truth::{Truth, read_truth};

use crate::model::claim::Claims;
use crate::model::diagnostic::Diagnostic;
use crate::model::ids::SourceId;
use crate::model::record::Record;

/// What a run says of one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignment<'a> {
    /// Name of the source.
    pub source: &'a str,
    /// The record's key in its source.
    pub record_id: &'a str,
    /// The cluster it was put in; `None` or empty when it is alone.
    pub cluster: Option<&'a str>,
}

/// The records of a run, all alone: what a truth file is asked about before anything is clustered.
pub fn records<'a>(claims: &'a Claims, source_name: impl Fn(SourceId) -> &'a str) -> Vec<Assignment<'a>> {
    let of = |(record, at): (&Record, u32)| {
        let (source, record_id) = (source_name(record.source), claims.keys.get(at));
        Assignment { source, record_id, cluster: None }
    };
    claims.records.iter().zip(0..).map(of).collect()
}

/// Measures a run's clusters of one tier against the truth. `predicted` holds *all* records of the run: each counts,
/// and one that the truth does not name is alone there.
///
/// Errors: the same record twice in `predicted`, or a truth file without column `source` that names a key which
/// several sources have. The diagnostics beside the figures are warnings about truth rows that no record answers to.
pub fn evaluate(
    tier: &str,
    predicted: &[Assignment<'_>],
    truth: &Truth,
) -> Result<(Figures, Vec<Diagnostic>), Vec<Diagnostic>> {
    let (known, diagnostics) = truth.of_records(predicted)?;
    let found: Vec<Option<&str>> = predicted.iter().map(|record| record.cluster).collect();
    Ok((figures(tier, &found, &known), diagnostics))
}
