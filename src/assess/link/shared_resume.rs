//! L09: resumes of two personas share lines that few other resumes have.

use super::shared;
use crate::assess::{Context, Indicator, Rule};
use crate::model::evidence::Evidence;
use crate::model::finding::{Finding, Strength};
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "L09",
    name: "same resume content",
    definition: "Resumes of two personas share lines that are rare among all resumes of the run; what everybody writes weighs \
                 nothing. Strong from `lines` equal lines on, else medium.",
    needs: &[],
    parameters: &["lines"],
    family: EvidenceFamily::DocumentText,
    strength: Strength::Strong,
    misleads: "One template, an agency's format, a copied advertisement, sentences that a language model writes for many.",
    source: "FBI PSA I-012325-PSA, 23 January 2025: cross-check for other applicants with the same resume content",
    rule: Rule::Link(find),
};

fn find(context: &Context, link: &Evidence) -> Option<Finding> {
    let kinds = &[IdentifierKind::ResumeLine];
    let equal = link.contributions.iter().filter(|c| kinds.contains(&c.kind) && !c.is_near() && c.bits > 0.0).count();
    let strength = match equal as f64 >= context.parameter("L09", "lines") {
        true => Strength::Strong,
        false => Strength::Medium,
    };
    shared(context, link, "L09", kinds, strength, |_| true)
}
