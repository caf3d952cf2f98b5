//! L18: two personas came through one agency or vendor. Context, never a tie.

use crate::assess::{Indicator, Rule};
use crate::model::finding::Strength;
use crate::model::value::EvidenceFamily;

pub const INDICATOR: Indicator = Indicator {
    id: "L18",
    name: "same agency",
    definition: "Two personas came through one staffing agency, vendor or referrer. It explains and merges nobody.",
    needs: &[],
    parameters: &[],
    family: EvidenceFamily::People,
    strength: Strength::Weak,
    misleads: "A large agency places many honest people.",
    source: "FBI PSA I-012325-PSA, 23 January 2025: audit staffing firms; FBI update of 2025 on facilitators: contracted workers",
    rule: Rule::Elsewhere(
        "context: the relation agency is held against a pair's evidence, the guard agency against a ring's, and an agency \
         that nearly nobody but a ring names is told among roles as a possible front company.",
    ),
};
