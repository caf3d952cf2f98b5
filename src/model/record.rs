//! Records: one row of one source, as delivered.

use super::ids::SourceId;

/// What a source delivers. Persons are resolved into personas; the other kinds are assets that belong to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordKind {
    Applicant,
    Employee,
    PaymentAccount,
    Device,
    Shipment,
    /// Plain record linkage: persons, organisations, any record with names and attributes.
    Person,
}

impl RecordKind {
    /// Every kind, in the order of the config reference.
    pub const ALL: [RecordKind; 6] = [
        RecordKind::Applicant,
        RecordKind::Employee,
        RecordKind::PaymentAccount,
        RecordKind::Device,
        RecordKind::Shipment,
        RecordKind::Person,
    ];

    /// The name used in config and output.
    pub fn name(self) -> &'static str {
        match self {
            RecordKind::Applicant => "applicant",
            RecordKind::Employee => "employee",
            RecordKind::PaymentAccount => "payment_account",
            RecordKind::Device => "device",
            RecordKind::Shipment => "shipment",
            RecordKind::Person => "person",
        }
    }

    /// The kind with that name.
    pub fn from_name(name: &str) -> Option<RecordKind> {
        RecordKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether records of this kind claim to be someone, and so take part in same-person resolution.
    pub fn is_person(self) -> bool {
        matches!(self, RecordKind::Applicant | RecordKind::Employee | RecordKind::Person)
    }
}

/// One row of one source. Its claims are in [`super::claim::Claims`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub source: SourceId,
    pub kind: RecordKind,
    /// The source's own primary key exactly as delivered; parts of a composite key are joined by `|`.
    pub key: String,
    /// Index into [`super::table::Table::files`] of the source's table.
    pub file: u32,
    /// Row in that file, counted from 1 without the header.
    pub row: u64,
    /// Row of the source's [`super::table::Table`], counted from 0.
    pub table_row: u32,
}
