//! Evidence between personas: the contributions that hold a link up, each with the claims it rests on.

use super::ids::{PersonaId, ValueId};
use super::value::{EvidenceFamily, IdentifierKind, Side};

/// One value (or two near values) that two personas share.
#[derive(Clone, Debug, PartialEq)]
pub struct Contribution {
    pub kind: IdentifierKind,
    /// The family it counts in. Differs from the kind's own only where a referee's contact is the other persona's.
    pub family: EvidenceFamily,
    /// The value on the left persona's side.
    pub left: ValueId,
    /// The value on the right persona's side; the same id when the value is shared exactly.
    pub right: ValueId,
    /// The left persona names the right one; meaningful only where a referee's contact is the other's own.
    pub left_names_right: bool,
    /// What the two values have to do with each other: `same`, `one edit in the local part`, …
    pub how: &'static str,
    /// Personas that carry the value, these two included; for a near value those that carry one as near.
    pub holders: u32,
    /// log2(m/u) of this value alone.
    pub bits: f64,
    /// What it adds to the pair after the discount inside its family.
    pub counted: f64,
    /// Of `counted`, what the best innocent relation accounts for; 0 when none explains the pair.
    pub explained: f64,
    /// Why it counts nothing or less, when it does: `at different times`, `explained by similar names`.
    pub note: &'static str,
}

impl Contribution {
    pub fn side(&self) -> Side {
        self.kind.side()
    }

    pub fn is_near(&self) -> bool {
        self.left != self.right
    }
}

/// An innocent relation that was held against a link.
#[derive(Clone, Debug, PartialEq)]
pub struct Innocence {
    /// Name of the relation in the config.
    pub relation: String,
    /// log2 P(evidence | relation) against strangers, prior included.
    pub bits: f64,
}

/// All evidence between two personas. `left < right`.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    pub left: PersonaId,
    pub right: PersonaId,
    /// Strongest first.
    pub contributions: Vec<Contribution>,
    /// log2 odds of one hand or one facilitator against strangers: prior and counted contributions.
    pub against_chance: f64,
    /// The same for control evidence alone.
    pub control_against_chance: f64,
    /// The best innocent explanation, when it explains anything.
    pub innocence: Option<Innocence>,
    /// `against_chance` less what the best innocent explanation explains. This decides.
    pub total_bits: f64,
    /// The same for control evidence alone.
    pub control_bits: f64,
    /// Families with a counting contribution, sorted.
    pub families: Vec<EvidenceFamily>,
    /// Of these, families with a counting contribution of side control.
    pub control_families: usize,
}

impl Evidence {
    /// What a contribution leaves over when innocence has taken its part.
    pub fn left_over(contribution: &Contribution) -> f64 {
        (contribution.counted - contribution.explained).max(0.0)
    }

    /// Families with at least one bit that no innocent relation accounts for, sorted.
    pub fn families_left(&self) -> Vec<EvidenceFamily> {
        let left = |family: &EvidenceFamily| {
            self.contributions.iter().any(|c| c.family == *family && Self::left_over(c) >= 1.0)
        };
        EvidenceFamily::ALL.into_iter().filter(left).collect()
    }
}
