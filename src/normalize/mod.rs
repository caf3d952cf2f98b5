//! Raw values to canonical values, and rows to claims. One file per identifier kind; [`TYPES`] names them all.
//!
//! A normalizer takes one raw value and returns its canonical text with marks, nothing, or a reason: it knows no row, no
//! column and no other value. [`claims`] reads whole tables and decides which cells belong together, in which role.
//! Invariants: every normalizer is idempotent on its own output and survives any text; the claims of a row depend on that
//! row and its column only, never on the order of rows or the number of threads.

pub mod address;
pub mod attribute;
pub mod bank;
mod cells;
pub mod claims;
pub mod date;
pub mod device;
pub mod display;
pub mod document;
pub mod email;
pub mod handle;
pub mod image;
pub mod ip;
pub mod moment;
pub mod money;
pub mod name;
pub mod phone;
mod plan;
mod reference;
pub mod resume;
pub mod text;
pub mod wallet;

pub use claims::{Normalization, normalize};

use crate::model::field::Field;
use crate::model::value::{IdentifierKind, Normalized};
use date::DateOrder;
use text::{Outcome, fold, is_empty_word};

/// What a normalizer may know beside the raw value: settings, and what its whole column decided.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The config's default region, two letters.
    pub region: &'a str,
    /// Order of day and month in the column.
    pub dates: DateOrder,
}

/// How values of a kind come about.
#[derive(Clone, Copy)]
pub enum Reader {
    /// From one cell (or one of several values in it) of the field.
    Cell(Field, fn(&str, Context<'_>) -> Outcome),
    /// From several cells of a row together; see [`claims`]. The function reads a single text, as a person types it.
    Row(&'static [Field], fn(&str, Context<'_>) -> Outcome),
    /// Many values from one cell.
    Lines(Field, fn(&str) -> Vec<Normalized>),
}

/// An identifier kind with its normalizer.
#[derive(Clone, Copy)]
pub struct IdentifierType {
    /// The kind.
    pub kind: IdentifierKind,
    /// What its values are read from, and how.
    pub reader: Reader,
}

impl IdentifierType {
    /// What the kind is, in one sentence.
    pub fn doc(&self) -> &'static str {
        self.kind.doc()
    }
}

const NAME_FIELDS: &[Field] = &[Field::GivenName, Field::FamilyName, Field::FullName];
const ADDRESS_FIELDS: &[Field] = &[
    Field::Address,
    Field::StreetNumber,
    Field::Street,
    Field::Unit,
    Field::City,
    Field::Region,
    Field::PostalCode,
    Field::Country,
];
const ACCOUNT_FIELDS: &[Field] = &[Field::RoutingNumber, Field::AccountNumber, Field::AccountLast4, Field::Iban];

const fn cell(kind: IdentifierKind, field: Field, read: fn(&str, Context<'_>) -> Outcome) -> IdentifierType {
    IdentifierType { kind, reader: Reader::Cell(field, read) }
}

const fn row(kind: IdentifierKind, fields: &'static [Field], read: fn(&str, Context<'_>) -> Outcome) -> IdentifierType {
    IdentifierType { kind, reader: Reader::Row(fields, read) }
}

/// Every identifier kind, in the order of [`IdentifierKind::ALL`].
pub const TYPES: &[IdentifierType] = &[
    row(IdentifierKind::Name, NAME_FIELDS, |raw, _| name::from_full(raw, name::Split::Person)),
    cell(IdentifierKind::BirthDate, Field::BirthDate, |raw, context| date::birth_date(raw, context.dates)),
    cell(IdentifierKind::Email, Field::Email, |raw, _| email::email(raw)),
    cell(IdentifierKind::Phone, Field::Phone, |raw, context| phone::phone(raw, context.region)),
    row(IdentifierKind::Address, ADDRESS_FIELDS, |raw, context| address::address(raw, context.region)),
    row(IdentifierKind::City, ADDRESS_FIELDS, |raw, _| address::city(raw)),
    row(IdentifierKind::Region, ADDRESS_FIELDS, |raw, _| address::region(raw)),
    row(IdentifierKind::PostalCode, ADDRESS_FIELDS, |raw, _| address::postal_code(raw, "")),
    row(IdentifierKind::Country, ADDRESS_FIELDS, |raw, _| address::country(raw)),
    cell(IdentifierKind::GovernmentId, Field::GovernmentId, |raw, _| document::government_id(raw)),
    cell(IdentifierKind::DocumentNumber, Field::DocumentNumber, |raw, _| document::document_number(raw)),
    row(IdentifierKind::RoutingNumber, ACCOUNT_FIELDS, |raw, _| bank::routing(raw)),
    row(IdentifierKind::Account, ACCOUNT_FIELDS, |raw, _| match bank::iban(raw) {
        Ok(value) => Ok(value),
        Err(_) => bank::account(None, Some(raw), None),
    }),
    cell(IdentifierKind::Wallet, Field::Wallet, |raw, _| wallet::wallet(raw)),
    cell(IdentifierKind::PaymentHandle, Field::PaymentHandle, |raw, _| handle::payment_handle(raw)),
    cell(IdentifierKind::PayeeName, Field::PayeeName, |raw, _| name::from_full(raw, name::Split::Person)),
    cell(IdentifierKind::Serial, Field::SerialNumber, |raw, _| device::serial(raw)),
    cell(IdentifierKind::HardwareAddress, Field::HardwareAddress, |raw, _| device::hardware_address(raw)),
    cell(IdentifierKind::Hostname, Field::Hostname, |raw, _| device::hostname(raw)),
    cell(IdentifierKind::TrackingNumber, Field::TrackingNumber, |raw, _| device::tracking_number(raw)),
    cell(IdentifierKind::Ip, Field::Ip, |raw, _| ip::ip(raw)),
    cell(IdentifierKind::ProfileUrl, Field::ProfileUrl, |raw, _| handle::profile_url(raw)),
    cell(IdentifierKind::Handle, Field::Handle, |raw, _| handle::handle(raw)),
    IdentifierType { kind: IdentifierKind::ResumeLine, reader: Reader::Lines(Field::ResumeText, resume::lines) },
    cell(IdentifierKind::PhotoHash, Field::PhotoHash, |raw, _| image::photo_hash(raw)),
    cell(IdentifierKind::RefereeName, Field::RefereeName, |raw, _| name::from_full(raw, name::Split::Person)),
    cell(IdentifierKind::RefereeEmail, Field::RefereeEmail, |raw, _| email::email(raw)),
    cell(IdentifierKind::RefereePhone, Field::RefereePhone, |raw, context| phone::phone(raw, context.region)),
    cell(IdentifierKind::Agency, Field::Agency, |raw, _| agency(raw)),
    // Its columns are those of the config's comparisons, which no field names; typed, it is what a folder of text says.
    row(IdentifierKind::Attribute, &[], |raw, _| attribute::typed(raw)),
    cell(IdentifierKind::Time, Field::Time, |raw, context| moment::moment(raw, context.dates)),
    cell(IdentifierKind::Start, Field::Start, |raw, context| moment::moment(raw, context.dates)),
    cell(IdentifierKind::End, Field::End, |raw, context| moment::moment(raw, context.dates)),
    cell(IdentifierKind::Rescheduled, Field::Rescheduled, |raw, _| moment::count(raw)),
    cell(IdentifierKind::Ordered, Field::Ordered, |raw, context| moment::moment(raw, context.dates)),
    cell(IdentifierKind::Completed, Field::Completed, |raw, context| moment::moment(raw, context.dates)),
    cell(IdentifierKind::Result, Field::Result, |raw, _| moment::label(raw)),
    cell(IdentifierKind::Status, Field::Status, |raw, _| moment::label(raw)),
    cell(IdentifierKind::Reason, Field::Reason, |raw, _| moment::label(raw)),
    cell(IdentifierKind::Event, Field::Event, |raw, _| moment::label(raw)),
    cell(IdentifierKind::Application, Field::Application, |raw, _| moment::label(raw)),
    cell(IdentifierKind::Version, Field::Version, |raw, _| moment::label(raw)),
    cell(IdentifierKind::Product, Field::Product, |raw, _| moment::label(raw)),
    cell(IdentifierKind::Device, Field::Device, |raw, _| moment::label(raw)),
    cell(IdentifierKind::Managed, Field::Managed, |raw, _| moment::yes_or_no(raw)),
    cell(IdentifierKind::UserAgent, Field::UserAgent, |raw, _| moment::label(raw)),
    cell(IdentifierKind::Asn, Field::Asn, |raw, _| moment::asn(raw)),
    cell(IdentifierKind::AsOrg, Field::AsOrg, |raw, _| moment::label(raw)),
    cell(IdentifierKind::Repository, Field::Repository, |raw, _| moment::label(raw)),
    cell(IdentifierKind::Destination, Field::Destination, |raw, _| moment::label(raw)),
    cell(IdentifierKind::Count, Field::Count, |raw, _| moment::count(raw)),
    cell(IdentifierKind::Amount, Field::Amount, |raw, _| money::amount(raw)),
    cell(IdentifierKind::Currency, Field::Currency, |raw, _| money::currency(raw)),
];

/// The entry of a kind.
pub fn identifier_type(kind: IdentifierKind) -> &'static IdentifierType {
    // TYPES has one entry per kind in the order of the kinds; a test holds it to that.
    &TYPES[kind as usize]
}

/// Normalizes one text as that kind, as when a person types a value to look for.
pub fn normalize_value(kind: IdentifierKind, raw: &str, context: Context<'_>) -> Outcome {
    match identifier_type(kind).reader {
        Reader::Cell(_, read) | Reader::Row(_, read) => read(raw, context),
        Reader::Lines(_, read) => Ok(read(raw).into_iter().next()),
    }
}

/// The name of a staffing agency or vendor: folded, without punctuation.
fn agency(raw: &str) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    let folded = fold(raw);
    let text =
        folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ");
    if is_empty_word(&text) { Ok(None) } else { Ok(Some(Normalized::new(text))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTEXT: Context<'_> = Context { region: "US", dates: DateOrder::MonthFirst };

    #[test]
    fn every_kind_has_its_entry() {
        let kinds: Vec<IdentifierKind> = TYPES.iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds, IdentifierKind::ALL);
        assert!(IdentifierKind::ALL.iter().all(|&kind| identifier_type(kind).kind == kind));
        assert!(TYPES.iter().all(|entry| !entry.doc().is_empty()));
    }

    #[test]
    fn every_field_is_read_by_some_kind() {
        for &field in Field::ALL {
            let is_read = TYPES.iter().any(|entry| match entry.reader {
                Reader::Cell(read, _) | Reader::Lines(read, _) => read == field,
                Reader::Row(read, _) => read.contains(&field),
            });
            // Periods and addresses of a change are read into other values.
            let is_read_elsewhere =
                matches!(field, Field::ValidFrom | Field::ValidTo | Field::OldAddress | Field::NewAddress);
            assert_eq!(is_read, !is_read_elsewhere, "{}", field.name());
        }
    }

    #[test]
    fn every_kind_normalizes_its_own_output_to_itself() {
        for (kind, raw) in [
            (IdentifierKind::BirthDate, "04/25/1990"),
            (IdentifierKind::Email, "Dana.Whitfield@Example.com"),
            (IdentifierKind::Phone, "(202) 555-0100"),
            (IdentifierKind::Address, "12 N Main St #4B, Springfield, IL 62704"),
            (IdentifierKind::City, "St. Louis"),
            (IdentifierKind::Region, "Illinois"),
            (IdentifierKind::PostalCode, "62704-1234"),
            (IdentifierKind::Country, "United States"),
            (IdentifierKind::GovernmentId, "900-12-3456"),
            (IdentifierKind::DocumentNumber, "X 1234567"),
            (IdentifierKind::RoutingNumber, "21000021"),
            (IdentifierKind::Account, "021000021:*1207"),
            (IdentifierKind::Account, "DE89 3704 0044 0532 0130 00"),
            (IdentifierKind::Wallet, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
            (IdentifierKind::PaymentHandle, "Dana@example.com"),
            (IdentifierKind::Serial, "pf-0abc12"),
            (IdentifierKind::HardwareAddress, "00:1C:42:0A:0B:0C"),
            (IdentifierKind::Hostname, "LAPTOP-0A1B2C"),
            (IdentifierKind::TrackingNumber, "1z 999 aa1 01 2345 6784"),
            (IdentifierKind::Ip, "::ffff:203.0.113.7"),
            (IdentifierKind::ProfileUrl, "https://www.example.com/in/dana-whitfield/"),
            (IdentifierKind::Handle, "@Dana-Whitfield"),
            (IdentifierKind::ResumeLine, "Built 12 REST services in Rust."),
            (IdentifierKind::PhotoHash, "phash:C3D2E1F0A9B8C7D6"),
            (IdentifierKind::Agency, "Example Staffing, Inc."),
            (IdentifierKind::Time, "3/4/2025 1:05 PM"),
            (IdentifierKind::Application, "AnyDesk  7.1"),
            (IdentifierKind::Count, "1,200"),
            (IdentifierKind::Amount, "$ 3,250.5"),
            (IdentifierKind::Currency, "usd"),
            (IdentifierKind::Asn, "AS64500"),
            (IdentifierKind::Managed, "True"),
        ] {
            let once = normalize_value(kind, raw, CONTEXT).unwrap().unwrap();
            let twice = normalize_value(kind, &once.text, CONTEXT).unwrap().unwrap();
            assert_eq!(once.text, twice.text, "{}", kind.name());
            assert_eq!(normalize_value(kind, "", CONTEXT), Ok(None), "{}", kind.name());
        }
    }
}
