//! What assessing finds: findings of indicators, cases of one persona, hypotheses about roles. Each cites its cells.

use super::claim::Claim;
use super::cluster::Level;
use super::ids::{PersonaId, RecordId, ValueId};
use super::value::EvidenceFamily;

/// How much a finding says by itself. None says that anybody did anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Strength {
    Weak,
    Medium,
    Strong,
}

impl Strength {
    pub const ALL: [Strength; 3] = [Strength::Weak, Strength::Medium, Strength::Strong];

    pub fn name(self) -> &'static str {
        match self {
            Strength::Weak => "weak",
            Strength::Medium => "medium",
            Strength::Strong => "strong",
        }
    }
}

/// Cells of one record that a finding rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Citation {
    pub record: RecordId,
    /// Index into [`super::claim::Claims::cells`].
    pub cells: u32,
}

impl Citation {
    /// The cells that a claim was read from.
    pub fn of(claim: &Claim) -> Citation {
        Citation { record: claim.record, cells: claim.cells() }
    }
}

/// What an indicator said about one persona or several.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Id of the indicator: `B13`.
    pub indicator: &'static str,
    /// Whom it is about, sorted; one for behaviour, two and more for what they have in common.
    pub personas: Vec<PersonaId>,
    pub strength: Strength,
    pub family: EvidenceFamily,
    /// What was seen, in neutral words.
    pub text: String,
    /// Sorted; never empty.
    pub cites: Vec<Citation>,
    /// First and last day of what was seen, counted from 1970-01-01, where it has a day.
    pub days: Option<(i32, i32)>,
    /// The guard that explains it, and why; it is shown and does not count.
    pub guarded: Option<(&'static str, String)>,
}

impl Finding {
    /// A finding about one persona; the framework sorts and completes it.
    pub fn about(
        indicator: &'static str,
        persona: PersonaId,
        strength: Strength,
        family: EvidenceFamily,
        text: impl Into<String>,
    ) -> Finding {
        Finding {
            indicator,
            personas: vec![persona],
            strength,
            family,
            text: text.into(),
            cites: Vec::new(),
            days: None,
            guarded: None,
        }
    }

    /// The same with further cells.
    pub fn citing(mut self, cites: impl IntoIterator<Item = Citation>) -> Finding {
        self.cites.extend(cites);
        self
    }

    /// The same with the days from the first to the last of these.
    pub fn on(mut self, days: impl IntoIterator<Item = i32>) -> Finding {
        for day in days.into_iter().filter(|&day| day != i32::MIN && day != i32::MAX) {
            self.days = Some(self.days.map_or((day, day), |(first, last)| (first.min(day), last.max(day))));
        }
        self
    }

    /// Whether it counts: no guard explains it.
    pub fn counts(&self) -> bool {
        self.guarded.is_none()
    }
}

/// A part that somebody may play. A hypothesis, told after its evidence and beside the innocent reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleKind {
    /// One hand behind several personas.
    Operator,
    /// A person, an account or a place that serves several operators.
    Facilitator,
    /// A firm that stands for its owner's personas.
    FrontCompany,
    /// A real person whose identity somebody else uses with consent.
    LentIdentity,
    /// A real person whose identity somebody else uses without it.
    IdentityTheftVictim,
}

impl RoleKind {
    pub const ALL: [RoleKind; 5] = [
        RoleKind::Operator,
        RoleKind::Facilitator,
        RoleKind::FrontCompany,
        RoleKind::LentIdentity,
        RoleKind::IdentityTheftVictim,
    ];

    pub fn name(self) -> &'static str {
        match self {
            RoleKind::Operator => "operator",
            RoleKind::Facilitator => "facilitator",
            RoleKind::FrontCompany => "front company",
            RoleKind::LentIdentity => "lent identity",
            RoleKind::IdentityTheftVictim => "victim of identity theft",
        }
    }
}

/// Whom a role is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Persona(PersonaId),
    /// Personas of one operator cluster, by its name.
    Operator(String),
    /// A place, an account, an agency.
    Value(ValueId),
}

/// A role as a hypothesis.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleHypothesis {
    pub role: RoleKind,
    pub who: Who,
    /// The ring that it is about; empty for a case of one persona.
    pub ring: String,
    /// Evidence first.
    pub evidence: String,
    /// What innocent cause would look the same.
    pub innocent: String,
    pub cites: Vec<Citation>,
}

/// One persona to look at although nothing ties it to another: a lent or stolen identity, a facilitator under its own name.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonaCase {
    /// Stable name, `C-` and ten hex digits.
    pub name: String,
    /// From 1 among the cases of one persona.
    pub rank: usize,
    pub level: Level,
    pub persona: PersonaId,
    /// Families of its findings that count, sorted.
    pub families: Vec<EvidenceFamily>,
    pub weight_bits: f64,
    /// Neutral paragraph made from the findings.
    pub reason: String,
}
