//! Records: one row of one source, as delivered.

use super::ids::SourceId;

/// What a source delivers. Persons are resolved into personas; assets and events belong to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordKind {
    Applicant,
    Employee,
    PaymentAccount,
    Device,
    Shipment,
    /// Plain record linkage: persons, organisations, any record with names and attributes.
    Person,
    /// Somebody signed in.
    SignIn,
    /// A program was seen on a device.
    Software,
    /// Something was plugged into a device.
    Peripheral,
    /// A carrier scanned a parcel.
    CarrierEvent,
    /// An applicant was interviewed.
    Interview,
    /// An applicant's background was checked.
    BackgroundCheck,
    /// An employee moved.
    AddressChange,
    /// An employee named another account for pay.
    PayrollChange,
    /// Somebody was paid.
    Payment,
    /// An employee referred an applicant.
    Referral,
    /// An employment ended.
    Termination,
    /// Something happened in source code management.
    ScmEvent,
}

impl RecordKind {
    /// Every kind, in the order of the config reference.
    pub const ALL: [RecordKind; 18] = [
        RecordKind::Applicant,
        RecordKind::Employee,
        RecordKind::PaymentAccount,
        RecordKind::Device,
        RecordKind::Shipment,
        RecordKind::Person,
        RecordKind::SignIn,
        RecordKind::Software,
        RecordKind::Peripheral,
        RecordKind::CarrierEvent,
        RecordKind::Interview,
        RecordKind::BackgroundCheck,
        RecordKind::AddressChange,
        RecordKind::PayrollChange,
        RecordKind::Payment,
        RecordKind::Referral,
        RecordKind::Termination,
        RecordKind::ScmEvent,
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
            RecordKind::SignIn => "sign_in",
            RecordKind::Software => "software",
            RecordKind::Peripheral => "peripheral",
            RecordKind::CarrierEvent => "carrier_event",
            RecordKind::Interview => "interview",
            RecordKind::BackgroundCheck => "background_check",
            RecordKind::AddressChange => "address_change",
            RecordKind::PayrollChange => "payroll_change",
            RecordKind::Payment => "payment",
            RecordKind::Referral => "referral",
            RecordKind::Termination => "termination",
            RecordKind::ScmEvent => "scm_event",
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

    /// Whether records of this kind tell of something that belongs to a persona: an account, a device, a parcel.
    pub fn is_asset(self) -> bool {
        matches!(self, RecordKind::PaymentAccount | RecordKind::Device | RecordKind::Shipment)
    }

    /// Whether records of this kind tell of something that happened at a time.
    pub fn is_event(self) -> bool {
        !self.is_person() && !self.is_asset()
    }
}

/// One row of one source. Its key and claims are in [`super::claim::Claims`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    pub source: SourceId,
    pub kind: RecordKind,
    /// Index into [`super::table::Table::files`] of the source's table.
    pub file: u32,
    /// Row in that file, counted from 1 without the header.
    pub row: u64,
    /// Row of the source's [`super::table::Table`], counted from 0.
    pub table_row: u32,
}
