//! Claims: a record states that it carries one value, in a role, from–to, in those cells. The identity graph is this table.

use super::ids::{RecordId, SourceId, ValueId};
use super::record::Record;
use super::value::{Dictionary, IdentifierKind};

/// In what role a record carries a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The record's own phone, email, account, device, text.
    Own,
    /// Where the record's person says to live.
    Home,
    /// Where something was sent.
    Delivery,
    /// A referee's contact.
    Referee,
    /// Whom an account pays.
    Payee,
}

impl Role {
    pub const ALL: [Role; 5] = [Role::Own, Role::Home, Role::Delivery, Role::Referee, Role::Payee];

    pub fn name(self) -> &'static str {
        match self {
            Role::Own => "own",
            Role::Home => "home",
            Role::Delivery => "delivery",
            Role::Referee => "referee",
            Role::Payee => "payee",
        }
    }
}

/// From–to in days since 1970-01-01, both included; an open end is `i32::MIN` or `i32::MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    pub from: i32,
    pub to: i32,
}

impl Period {
    pub const ALWAYS: Period = Period { from: i32::MIN, to: i32::MAX };

    /// Whether the two have a day in common.
    pub fn overlaps(self, other: Period) -> bool {
        self.from <= other.to && other.from <= self.to
    }

    pub fn is_always(self) -> bool {
        self == Period::ALWAYS
    }
}

/// One record carries one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    pub record: RecordId,
    pub value: ValueId,
    pub role: Role,
    /// Index into [`Claims::cells`]: the columns that the value was read from.
    pub cells: u32,
    pub valid: Period,
}

/// A reference that a source states: this record names that one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    pub from: RecordId,
    pub to: RecordId,
    /// Index into [`Claims::cells`].
    pub cells: u32,
}

/// Columns of one source that a value or reference was read from; indexes into the source's table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cells {
    pub source: SourceId,
    pub columns: Vec<u16>,
}

/// Everything that all records assert.
#[derive(Clone, Debug, Default)]
pub struct Claims {
    /// Sorted by source and key.
    pub records: Vec<Record>,
    pub dictionary: Dictionary,
    /// Sorted by record, then kind, then value.
    pub claims: Vec<Claim>,
    /// Where each record's claims start; one more entry than records.
    pub starts: Vec<u32>,
    /// Sorted.
    pub references: Vec<Reference>,
    pub cells: Vec<Cells>,
}

impl Claims {
    /// The claims of one record.
    pub fn of(&self, record: RecordId) -> &[Claim] {
        &self.claims[self.starts[record.index()] as usize..self.starts[record.index() + 1] as usize]
    }

    /// The claims of one record of one kind.
    pub fn of_kind(&self, record: RecordId, kind: IdentifierKind) -> impl Iterator<Item = &Claim> {
        let ids = self.dictionary.ids_of(kind);
        self.of(record).iter().filter(move |claim| match &ids {
            Some(ids) => ids.contains(&claim.value.0),
            None => self.dictionary.kind(claim.value) == kind,
        })
    }

    pub fn record(&self, id: RecordId) -> &Record {
        &self.records[id.index()]
    }
}
