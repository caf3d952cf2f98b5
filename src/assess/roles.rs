//! Roles as hypotheses: evidence first, label second, the innocent reading beside it.

use super::{Assessment, Context};
use crate::model::finding::RoleHypothesis;

/// Hypotheses about who plays which part, in the order of rings, then of cases.
pub(super) fn roles(_context: &Context, _assessment: &Assessment) -> Vec<RoleHypothesis> {
    Vec::new()
}
