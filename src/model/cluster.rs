//! What clustering finds: personas, operator clusters, sites, rings, hubs.

use super::evidence::Evidence;
use super::ids::{PersonaId, RecordId, ValueId};
use super::value::EvidenceFamily;

/// The records that claim to be the same someone, and the assets that belong to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Persona {
    /// Stable name: `P-` and ten hex digits made from its smallest record's source and key.
    pub name: String,
    /// Records of persons, sorted.
    pub records: Vec<RecordId>,
    /// Payment accounts, devices and shipments that belong to it, sorted.
    pub assets: Vec<RecordId>,
}

/// The rules by which two are linked, as the table of links names them.
pub mod link_rule {
    /// Between personas: values that both carry.
    pub const SHARED_EVIDENCE: &str = "shared evidence";
    /// Between personas: a place that took one of them in.
    pub const SITE: &str = "site";
    /// Between records: a source says so.
    pub const STATED: &str = "stated";
    /// Between an asset and a record.
    pub const NAME_AND_CONTACT: &str = "name and contact";
    /// Between records: the model says so.
    pub const SAME_PERSON: &str = "same person";
}

/// Why two records are in one persona, or an asset belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub enum RecordLink {
    /// A source states it.
    Stated { from: RecordId, to: RecordId, cells: u32 },
    /// The model says so: index into the scored pairs that were kept.
    Scored(usize),
    /// An asset without a reference, by name and contact: the values that it shares with the record.
    ByContact { asset: RecordId, to: RecordId, values: Vec<ValueId> },
}

/// Why a scored pair at or over the threshold did not join its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Apart {
    /// Something says that they cannot be one person: names of which both parts disagree, birth dates or government ids
    /// that contradict each other, or two records of a source that is stated to hold each person once.
    CannotLink,
    /// The groups that it would have joined do not, on the whole, weigh enough: it was a weak bridge.
    Cut,
}

/// A value of unusually many holders, or one that an allow list explains. Kept in the graph without merging power.
#[derive(Clone, Debug, PartialEq)]
pub struct Hub {
    pub value: ValueId,
    /// Personas that carry it.
    pub holders: u32,
    /// Rings that touch it.
    pub rings: u32,
    /// The allow list or the measurement that makes it one.
    pub reason: String,
}

/// A place or network that serves several personas of a ring. Merges nobody.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Stable name, `S-` and ten hex digits.
    pub name: String,
    pub values: Vec<ValueId>,
    pub personas: Vec<PersonaId>,
}

/// Personas that control evidence ties to one hand. A persona alone is an operator of its own inside a ring.
#[derive(Clone, Debug, PartialEq)]
pub struct OperatorCluster {
    /// Stable name, `O-` and ten hex digits.
    pub name: String,
    pub personas: Vec<PersonaId>,
}

/// How soon a ring should be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Priority,
    Review,
    /// Worth knowing; nothing to open.
    Note,
}

impl Level {
    pub fn name(self) -> &'static str {
        match self {
            Level::Priority => "priority",
            Level::Review => "review",
            Level::Note => "note",
        }
    }
}

/// One case: what an investigator opens.
#[derive(Clone, Debug, PartialEq)]
pub struct Ring {
    /// Stable name, `R-` and ten hex digits.
    pub name: String,
    /// From 1; total order by evidence, never by size.
    pub rank: usize,
    pub level: Level,
    /// Strongest contribution of each family, summed, prior paid once.
    pub weight_bits: f64,
    pub families: Vec<EvidenceFamily>,
    pub personas: Vec<PersonaId>,
    pub operators: Vec<OperatorCluster>,
    pub sites: Vec<Site>,
    /// Indexes into [`Clusters::links`] of the links that hold it together.
    pub links: Vec<usize>,
    /// Of these, links whose removal splits the ring.
    pub bridges: Vec<usize>,
    /// Personas whose removal splits the ring.
    pub articulation_points: Vec<PersonaId>,
    /// Neutral sentence made from the evidence.
    pub reason: String,
}

/// A group that an innocent explanation demoted.
#[derive(Clone, Debug, PartialEq)]
pub struct SetAside {
    pub name: String,
    pub guard: String,
    pub personas: Vec<PersonaId>,
    /// What the evidence came to before the guard, of the strongest pair.
    pub weight_bits: f64,
    pub families: Vec<EvidenceFamily>,
    pub reason: String,
    /// What evidence would override the guard.
    pub overrides: String,
}

/// A persona that is in a ring because most holders of a place are: no evidence of two families ties it to one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SiteMember {
    pub value: ValueId,
    pub persona: PersonaId,
    /// One of the tied holders.
    pub with: PersonaId,
    /// How many hold the value.
    pub holders: u32,
}

/// Everything above personas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clusters {
    /// Links between personas that were accepted, sorted by pair.
    pub links: Vec<Evidence>,
    /// Personas that a site took in, sorted.
    pub site_members: Vec<SiteMember>,
    /// In rank order.
    pub rings: Vec<Ring>,
    pub set_aside: Vec<SetAside>,
}
