//! Which field a column feeds: an alias table of general header names, tried on the words of a header and confirmed by
//! the column's values; headers that say nothing are sniffed. Kind, key and references are decided elsewhere.
//!
//! Invariant: a header is believed only as far as its values agree, and what is about somebody else (a manager's
//! email, the sender's address) is never taken for the record's own.

use super::Column;
use crate::model::field::Field;
use crate::model::record::RecordKind::{self, Applicant, Device, Employee, PaymentAccount, Person, Shipment};
use std::collections::HashMap;
use std::sync::LazyLock;

const ANY: &[RecordKind] = &RecordKind::ALL;
const PEOPLE: &[RecordKind] = &[Applicant, Employee, Person];
const STAFF: &[RecordKind] = &[Applicant, Employee];
const COMPANY: &[RecordKind] = &[Applicant, Employee, PaymentAccount, Device, Shipment];
const NOT_THINGS: &[RecordKind] = &[Applicant, Employee, PaymentAccount, Person];

/// General header names of each field, the most telling first: that order decides where only one column can be taken.
/// Case, spaces and punctuation do not count; words of [`QUALIFIERS`] may stand around them.
const ALIASES: &[(&[RecordKind], Field, &[&str])] = &[
    (
        ANY,
        Field::GivenName,
        &[
            "first name",
            "given name",
            "given names",
            "fname",
            "forename",
            "forenames",
            "first",
            "given",
            "legal name first name",
            "legal first name",
            "preferred name first name",
        ],
    ),
    (
        ANY,
        Field::FamilyName,
        &[
            "last name",
            "family name",
            "surname",
            "lname",
            "last",
            "family",
            "legal name last name",
            "legal last name",
            "preferred name last name",
        ],
    ),
    (
        PEOPLE,
        Field::FullName,
        &[
            "full name",
            "name",
            "legal name",
            "person name",
            "applicant name",
            "candidate name",
            "employee name",
            "worker name",
            "display name",
            "contact name",
            "customer name",
            "client name",
        ],
    ),
    (
        &[Person],
        Field::FullName,
        &[
            "site name",
            "organisation name",
            "organization name",
            "company name",
            "business name",
            "facility name",
            "restaurant name",
            "organisation",
            "organization",
            "company",
            "title",
            "venue",
        ],
    ),
    (
        &[Device],
        Field::FullName,
        &[
            "full name",
            "display name",
            "employee name",
            "worker name",
            "user full name",
            "user display name",
            "assigned to name",
            "assignee name",
            "owner name",
        ],
    ),
    (
        &[Shipment],
        Field::FullName,
        &[
            "recipient name",
            "recipient contact name",
            "ship to name",
            "ship to contact name",
            "consignee name",
            "receiver name",
            "addressee",
            "delivery name",
            "full name",
            "contact name",
            "attention",
            "attn",
            "employee name",
        ],
    ),
    (&[PaymentAccount], Field::FullName, &["employee name", "worker name", "full name"]),
    (ANY, Field::BirthDate, &["date of birth", "birth date", "birthdate", "dob", "birthday", "birth day"]),
    (
        &[PaymentAccount],
        Field::PaymentHandle,
        &[
            "payee email",
            "payee id",
            "payee handle",
            "platform payee",
            "platform payee id",
            "platform handle",
            "payout email",
        ],
    ),
    (
        ANY,
        Field::PaymentHandle,
        &[
            "payment handle",
            "paypal",
            "paypal email",
            "paypal id",
            "payoneer",
            "payoneer id",
            "payoneer email",
            "wise",
            "wise email",
            "venmo",
            "cashtag",
            "cash app",
            "zelle",
            "skrill",
            "revtag",
        ],
    ),
    (
        ANY,
        Field::Email,
        &[
            "email",
            "e mail",
            "mail",
            "emails",
            "email address",
            "email addresses",
            "emails address",
            "e mail address",
            "mail address",
            "email id",
            "email uri",
            "emails email uri",
        ],
    ),
    (
        ANY,
        Field::Phone,
        &[
            "phone",
            "telephone",
            "tel",
            "phones",
            "mobile",
            "cell",
            "cellphone",
            "cell phone",
            "mobile phone",
            "phone number",
            "phone numbers",
            "phone no",
            "phone num",
            "telephone number",
            "telephone no",
            "tel no",
            "tel number",
            "mobile number",
            "mobile no",
            "cell number",
            "contact number",
            "mobiles formatted number",
            "landline",
        ],
    ),
    (
        ANY,
        Field::Address,
        &[
            "address",
            "addr",
            "full address",
            "address full",
            "addresses",
            "complete address",
            "shipped to address",
            "address text",
        ],
    ),
    (
        ANY,
        Field::StreetNumber,
        &["street number", "street no", "street num", "house number", "house no", "house num", "building number"],
    ),
    (
        ANY,
        Field::Street,
        &[
            "street address",
            "street",
            "address line 1",
            "address 1",
            "addr 1",
            "addr line 1",
            "address line one",
            "line 1",
            "line one",
            "street 1",
            "street line 1",
            "street name",
            "address street",
            "address street 1",
            "address street address",
            "street address 1",
            "street address line 1",
            "address line",
            "legal address line one",
        ],
    ),
    (
        ANY,
        Field::Unit,
        &[
            "unit",
            "apt",
            "apartment",
            "suite",
            "flat",
            "unit number",
            "apt number",
            "apt no",
            "apartment number",
            "flat number",
            "suite number",
            "address line 2",
            "address 2",
            "addr 2",
            "addr line 2",
            "line 2",
            "street 2",
            "street line 2",
            "address street 2",
            "street address 2",
            "address unit",
        ],
    ),
    (
        ANY,
        Field::City,
        &[
            "city",
            "town",
            "suburb",
            "city name",
            "locality",
            "municipality",
            "address city",
            "address town",
            "city town",
            "town city",
            "address city name",
            "address suburb",
        ],
    ),
    (
        ANY,
        Field::Region,
        &[
            "state",
            "province",
            "region",
            "state province",
            "state region",
            "province state",
            "address state",
            "address province",
            "address region",
            "state code",
            "province code",
        ],
    ),
    (
        ANY,
        Field::PostalCode,
        &[
            "postal code",
            "postcode",
            "post code",
            "zip",
            "zip code",
            "zipcode",
            "zip postal code",
            "zip code postal code",
            "postal",
            "address postal",
            "address postal code",
            "address zip",
            "address zip code",
            "address postcode",
            "zip postal",
            "postal zip",
        ],
    ),
    (ANY, Field::Country, &["country", "country code", "country name", "address country", "country region"]),
    (
        ANY,
        Field::GovernmentId,
        &[
            "ssn",
            "social security number",
            "social security no",
            "social security",
            "soc sec id",
            "soc sec",
            "soc sec no",
            "soc sec number",
            "national id",
            "national id number",
            "national insurance number",
            "nino",
            "tax id",
            "tax id number",
            "itin",
            "citizen id",
            "personal number",
        ],
    ),
    (
        ANY,
        Field::DocumentNumber,
        &[
            "document number",
            "document no",
            "passport",
            "passport no",
            "passport number",
            "id document number",
            "id number document",
            "identity document number",
            "drivers license",
            "drivers license number",
            "drivers licence number",
            "driver license number",
            "driver licence number",
            "license number",
            "licence number",
            "drivers license no",
            "identity card number",
        ],
    ),
    (
        ANY,
        Field::RoutingNumber,
        &[
            "routing number",
            "routing no",
            "routing",
            "routing transit number",
            "routing transit id",
            "routing transit",
            "aba",
            "aba number",
            "aba routing number",
            "aba routing",
            "rtn",
            "bank routing number",
            "bank routing",
            "bank routing no",
            "transit number",
            "account routing number",
        ],
    ),
    (
        ANY,
        Field::AccountLast4,
        &[
            "account last 4",
            "account last four",
            "last 4",
            "last four",
            "account number last 4",
            "last 4 of account",
            "bank account last 4",
            "last 4 digits",
            "account last 4 digits",
        ],
    ),
    (
        ANY,
        Field::AccountNumber,
        &[
            "account number",
            "account no",
            "account num",
            "acct number",
            "acct no",
            "acct",
            "bank account number",
            "bank account no",
            "bank account",
            "hidden account number",
            "masked account number",
            "masked account",
            "deposit account number",
            "deposit account",
        ],
    ),
    (ANY, Field::Iban, &["iban", "iban number", "account iban", "bank iban"]),
    (
        ANY,
        Field::Wallet,
        &[
            "wallet",
            "wallet address",
            "crypto address",
            "crypto wallet",
            "crypto wallet address",
            "payout wallet",
            "btc address",
            "bitcoin address",
            "eth address",
            "ethereum address",
            "usdt address",
            "wallet id",
        ],
    ),
    (
        &[PaymentAccount],
        Field::PayeeName,
        &[
            "payee name",
            "payee",
            "account holder name",
            "account holder",
            "name on account",
            "holder name",
            "account name",
            "account owner",
            "beneficiary name",
            "beneficiary",
            "holder",
            "cardholder",
            "cardholder name",
        ],
    ),
    (STAFF, Field::PayeeName, &["payee name", "account holder name", "account holder", "name on account"]),
    (
        ANY,
        Field::SerialNumber,
        &[
            "serial number",
            "serial no",
            "serial num",
            "serial",
            "sn",
            "device serial",
            "device serial number",
            "device serial no",
            "laptop serial",
            "laptop serial number",
            "asset serial number",
            "asset serial",
            "computer serial number",
            "item serial",
            "item serial number",
        ],
    ),
    (
        ANY,
        Field::HardwareAddress,
        &[
            "mac",
            "mac address",
            "mac addresses",
            "hardware address",
            "wifi mac",
            "wi fi mac",
            "wifi mac address",
            "wi fi mac address",
            "ethernet mac",
            "ethernet mac address",
            "wlan mac",
            "lan mac",
            "device mac",
        ],
    ),
    (
        ANY,
        Field::Hostname,
        &["hostname", "host name", "computer name", "device name", "machine name", "computer", "host"],
    ),
    (
        ANY,
        Field::TrackingNumber,
        &[
            "tracking number",
            "tracking no",
            "tracking num",
            "tracking",
            "tracking id",
            "tracking code",
            "carrier tracking number",
            "waybill",
            "waybill number",
            "awb",
            "airway bill",
        ],
    ),
    (
        ANY,
        Field::Ip,
        &[
            "ip",
            "ip address",
            "ip addr",
            "ip addresses",
            "ipv 4",
            "ipv 6",
            "ipv4",
            "ipv6",
            "ipv4 address",
            "ipv6 address",
            "wifi ipv4 address",
            "ethernet ipv4 address",
            "application ip",
            "application ip address",
            "device ip",
            "device ip address",
            "login ip",
            "sign in ip",
            "remote ip",
            "egress ip",
            "source ip",
            "wan ip",
            "signup ip",
        ],
    ),
    (
        NOT_THINGS,
        Field::ProfileUrl,
        &[
            "linkedin",
            "linked in",
            "linkedin url",
            "linkedin profile",
            "linkedin profile url",
            "github",
            "github url",
            "github profile",
            "gitlab",
            "gitlab url",
            "website",
            "web site",
            "websites",
            "website url",
            "website address",
            "website addresses",
            "portfolio",
            "portfolio url",
            "profile",
            "profile url",
            "profile link",
            "profile urls",
            "url",
            "urls",
            "link",
            "links",
            "homepage",
            "home page",
            "web page",
            "social links",
            "social links url",
            "social media",
            "social media addresses",
            "social profiles",
            "stackoverflow",
        ],
    ),
    (
        NOT_THINGS,
        Field::Handle,
        &[
            "handle",
            "username",
            "user name",
            "screen name",
            "login",
            "login name",
            "github handle",
            "github username",
            "github user",
            "github",
            "gitlab",
            "gitlab username",
            "telegram",
            "telegram handle",
            "discord",
            "skype",
            "skype id",
            "twitter",
            "twitter handle",
            "user handle",
            "code handle",
            "developer handle",
        ],
    ),
    (
        PEOPLE,
        Field::ResumeText,
        &[
            "resume text",
            "cv text",
            "resume",
            "cv",
            "resume content",
            "cv content",
            "resume body",
            "curriculum vitae",
            "resume plain text",
            "parsed resume",
        ],
    ),
    (
        PEOPLE,
        Field::PhotoHash,
        &[
            "photo hash",
            "image hash",
            "picture hash",
            "avatar hash",
            "photo phash",
            "phash",
            "photo perceptual hash",
            "headshot hash",
            "selfie hash",
            "photo fingerprint",
        ],
    ),
    (
        PEOPLE,
        Field::RefereeName,
        &[
            "reference name",
            "referee name",
            "references name",
            "referees name",
            "referee",
            "referees",
            "reference contact name",
            "reference full name",
        ],
    ),
    (
        PEOPLE,
        Field::RefereeEmail,
        &[
            "reference email",
            "referee email",
            "references email",
            "referees email",
            "reference email address",
            "referee email address",
            "reference contact email",
            "reference mail",
            "referee mail",
        ],
    ),
    (
        PEOPLE,
        Field::RefereePhone,
        &[
            "reference phone",
            "referee phone",
            "references phone",
            "referees phone",
            "reference phone number",
            "referee phone number",
            "reference telephone",
            "referee telephone",
            "reference contact phone",
            "reference tel",
            "referee tel",
            "reference mobile",
            "referee mobile",
        ],
    ),
    (
        PEOPLE,
        Field::Agency,
        &[
            "agency",
            "agency name",
            "staffing agency",
            "recruiting agency",
            "recruitment agency",
            "staffing firm",
            "staffing company",
            "vendor",
            "vendor name",
            "supplier",
            "supplier name",
        ],
    ),
    (
        &[Employee],
        Field::ValidFrom,
        &[
            "hire date",
            "hired on",
            "hired at",
            "hired",
            "date hired",
            "date of hire",
            "original hire date",
            "join date",
            "joining date",
            "date joined",
            "joined",
            "onboarding date",
            "employment start date",
        ],
    ),
    (
        &[Applicant],
        Field::ValidFrom,
        &[
            "applied at",
            "applied on",
            "applied",
            "applied date",
            "date applied",
            "application date",
            "submitted at",
            "submitted on",
            "submitted",
            "submission date",
            "created at",
            "created on",
            "created",
        ],
    ),
    (
        &[Device],
        Field::ValidFrom,
        &[
            "issue date",
            "issued on",
            "issued at",
            "issued",
            "date issued",
            "assigned on",
            "assigned at",
            "assigned date",
            "date assigned",
            "assignment date",
            "checkout date",
            "checked out",
            "check out date",
            "deployed on",
            "deployment date",
            "enrollment date",
            "enrolled on",
            "enrolled at",
        ],
    ),
    (
        &[Shipment],
        Field::ValidFrom,
        &[
            "ship date",
            "shipped on",
            "shipped at",
            "shipped date",
            "date shipped",
            "shipping date",
            "shipped",
            "shipment date",
            "delivery date",
            "delivered on",
            "delivered at",
            "date delivered",
            "delivered",
        ],
    ),
    (
        &[PaymentAccount],
        Field::ValidFrom,
        &[
            "effective date",
            "added on",
            "added at",
            "date added",
            "added",
            "opened",
            "opened on",
            "created at",
            "created on",
            "active from",
            "in use from",
            "used from",
        ],
    ),
    (
        COMPANY,
        Field::ValidFrom,
        &[
            "valid from",
            "effective from",
            "start date",
            "date started",
            "started on",
            "started",
            "start",
            "from",
            "from date",
            "date from",
            "since",
            "begin date",
            "begins",
            "start on",
        ],
    ),
    (
        &[Employee],
        Field::ValidTo,
        &[
            "termination date",
            "terminated on",
            "terminated",
            "date terminated",
            "separation date",
            "leave date",
            "leaving date",
            "last day",
            "last working day",
            "employment end date",
            "offboarding date",
        ],
    ),
    (
        &[Device],
        Field::ValidTo,
        &[
            "return date",
            "returned on",
            "returned at",
            "returned",
            "date returned",
            "returned date",
            "unassigned on",
            "unassigned at",
            "checkin date",
            "retired",
            "retired on",
            "decommissioned",
        ],
    ),
    (
        &[PaymentAccount],
        Field::ValidTo,
        &[
            "closed on",
            "closed at",
            "closed",
            "removed on",
            "removed",
            "replaced on",
            "active to",
            "active until",
            "used until",
            "used to",
            "in use until",
        ],
    ),
    (
        COMPANY,
        Field::ValidTo,
        &[
            "valid to",
            "valid until",
            "effective to",
            "effective until",
            "end date",
            "date ended",
            "ended on",
            "ended",
            "end",
            "until",
            "to date",
            "date to",
        ],
    ),
];

/// Headers that only name whom a row is about: taken for a name when the values are persons' names.
const PERSONS: &[(&[RecordKind], Field, &[&str])] = &[
    (STAFF, Field::FullName, &["employee", "worker", "candidate", "applicant", "contact", "person", "legal"]),
    (
        &[Device],
        Field::FullName,
        &[
            "assigned to",
            "assigned user",
            "assignee",
            "user",
            "primary user",
            "owner",
            "employee",
            "custodian",
            "name",
            "worker",
            "user name",
        ],
    ),
    (
        &[Shipment],
        Field::FullName,
        &[
            "recipient",
            "ship to",
            "consignee",
            "deliver to",
            "receiver",
            "customer",
            "contact",
            "employee",
            "name",
            "to",
        ],
    ),
    (&[PaymentAccount], Field::PayeeName, &["name"]),
    (&[PaymentAccount], Field::FullName, &["employee", "worker"]),
    (STAFF, Field::RefereeName, &["reference", "references", "reference contact"]),
];

/// Words around an alias that do not change what it is. Whose it is must not change: `manager` is not among them.
const QUALIFIERS: &[&str] = &[
    "home",
    "work",
    "personal",
    "primary",
    "secondary",
    "business",
    "main",
    "best",
    "preferred",
    "legal",
    "current",
    "candidate",
    "candidates",
    "applicant",
    "applicants",
    "employee",
    "employees",
    "worker",
    "workers",
    "person",
    "contact",
    "customer",
    "client",
    "user",
    "users",
    "recipient",
    "recipients",
    "consignee",
    "receiver",
    "ship",
    "shipped",
    "shipping",
    "to",
    "deliver",
    "delivery",
    "mailing",
    "residential",
    "residence",
    "permanent",
    "value",
    "values",
    "list",
    "assigned",
    "other",
    "alternate",
    "alternative",
    "additional",
    "latest",
    "last",
    "reported",
    "known",
    "public",
    "external",
    "mobile",
    "cell",
    "payee",
    "raw",
    "full",
    "wifi",
];

/// Aliases that mean something only as a whole header: `Last` is a family name, `Last Contact` is none.
const ALONE: &[&str] = &[
    "first",
    "given",
    "last",
    "family",
    "name",
    "title",
    "venue",
    "company",
    "from",
    "since",
    "start",
    "started",
    "end",
    "ended",
    "until",
    "begins",
    "added",
    "opened",
    "closed",
    "removed",
    "created",
    "issued",
    "returned",
    "retired",
    "host",
    "computer",
    "link",
    "links",
    "profile",
    "login",
    "holder",
    "reference",
];

/// Qualifiers of a place that is not where somebody lives or gets parcels.
const WORKPLACE: &[&str] = &["work", "business", "office", "client", "company"];

/// Words that make a column somebody else's or no contact at all; such a column is never sniffed.
const OTHERS: &[&str] = &[
    "manager",
    "supervisor",
    "recruiter",
    "coordinator",
    "interviewer",
    "sender",
    "shipper",
    "origin",
    "return",
    "emergency",
    "spouse",
    "partner",
    "kin",
    "father",
    "mother",
    "maiden",
    "parent",
    "guardian",
    "dependent",
    "approver",
    "approved",
    "creator",
    "created",
    "updated",
    "modified",
    "by",
    "bank",
    "company",
    "employer",
    "vendor",
    "agency",
    "carrier",
    "support",
    "referrer",
    "referral",
    "referred",
    "recommended",
    "buddy",
    "mentor",
    "hr",
    "admin",
    "photo",
    "image",
    "avatar",
    "picture",
    "attachment",
    "attachments",
    "file",
    "resume",
    "cv",
    "gateway",
    "dns",
    "netmask",
    "subnet",
    "nickname",
    "lead",
    "author",
    "sponsor",
    "from",
];

/// What a header may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) field: Field,
    /// How telling the alias is: place in its list, then how many words stand around it. Smaller is better.
    rank: (usize, usize),
    /// Believed only when values confirm it.
    weak: bool,
}

type Index = HashMap<String, Vec<(&'static [RecordKind], Field, usize, bool)>>;

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index::new();
    for (table, weak) in [(ALIASES, false), (PERSONS, true)] {
        for &(kinds, field, phrases) in table {
            for (place, phrase) in phrases.iter().enumerate() {
                index.entry(phrase.replace(' ', "")).or_default().push((kinds, field, place, weak));
            }
        }
    }
    index
});

/// The fields that a header's words may mean in a table of that kind, the most telling first: the longest run of words
/// that is an alias and has only qualifiers around it.
pub(super) fn meanings(words: &[String], kind: RecordKind) -> Vec<Meaning> {
    let found = meanings_as_written(words, kind);
    let is_number = |word: &String| word.bytes().all(|b| b.is_ascii_digit());
    if !found.is_empty() || !words.iter().any(is_number) {
        return found;
    }
    // `Reference 2 Email` is one more of the same, where there may be several.
    let plain: Vec<String> = words.iter().filter(|word| !is_number(word)).cloned().collect();
    let mut found = meanings_as_written(&plain, kind);
    found.retain(|meaning| meaning.field.is_multi_valued());
    found
}

fn meanings_as_written(words: &[String], kind: RecordKind) -> Vec<Meaning> {
    for length in (1..=words.len()).rev() {
        let mut found = Vec::new();
        for start in 0..=words.len() - length {
            let inside = &words[start..start + length];
            let outside = || words[..start].iter().chain(&words[start + length..]);
            let Some(entries) = INDEX.get(&inside.concat()) else { continue };
            for &(kinds, field, place, weak) in entries {
                let is_place = is_address_part(field);
                let harmless = outside().all(|word| {
                    QUALIFIERS.contains(&word.as_str()) && !(is_place && WORKPLACE.contains(&word.as_str()))
                });
                let whole = weak || ALONE.contains(&inside.concat().as_str());
                if kinds.contains(&kind) && harmless && !(whole && length < words.len()) {
                    found.push(Meaning { field, rank: (place, words.len() - length), weak });
                }
            }
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

pub(super) fn is_address_part(field: Field) -> bool {
    use Field::*;
    matches!(field, Address | StreetNumber | Street | Unit | City | Region | PostalCode | Country)
}

/// What a table's columns feed, as indexes into its columns, and sentences about what was not clear.
#[derive(Debug, Default)]
pub(super) struct Mapping {
    pub(super) fields: Vec<(Field, Vec<usize>)>,
    pub(super) unsure: Vec<String>,
}

impl Mapping {
    /// The field that a column feeds.
    pub(super) fn field_of(&self, column: usize) -> Option<Field> {
        self.fields.iter().find(|(_, columns)| columns.contains(&column)).map(|(field, _)| *field)
    }
}

/// Maps the columns of a table of that kind.
pub(super) fn map(columns: &[Column<'_>], kind: RecordKind) -> Mapping {
    let mut mapping = Mapping::default();
    let mut taken: Vec<(usize, Meaning)> = Vec::new();
    for (i, column) in columns.iter().enumerate().filter(|(_, column)| column.is_usable()) {
        let meanings = meanings(&column.words, kind);
        let believed = meanings.iter().copied().find(|meaning| {
            if meaning.weak { column.seen.are_person_names() } else { column.seen.fits(meaning.field).1 }
        });
        if let Some(mut meaning) = believed {
            if meaning.field == Field::Address {
                meaning.field = address_or_street(column, columns, kind);
            }
            if meaning.field == Field::Ip && column.seen.are_private_networks() {
                mapping.unsure.push(format!(
                    "column `{}` has only addresses of private networks, which many homes share: it is left out",
                    column.name
                ));
                continue;
            }
            taken.push((i, meaning));
            continue;
        }
        if let Some(sniffed) = sniff(column, columns, kind) {
            mapping.unsure.push(format!("column `{}` was taken for {} by its values", column.name, sniffed.name()));
            taken.push((i, Meaning { field: sniffed, rank: (usize::MAX, 0), weak: true }));
            continue;
        }
        if let Some(meaning) = meanings.iter().find(|meaning| !meaning.weak) {
            let share = (column.seen.fits(meaning.field).0 * 100.0).floor();
            mapping.unsure.push(format!(
                "column `{}` is called like {}, but only {share} % of its values look like one: it is left out",
                column.name,
                meaning.field.name()
            ));
        }
    }
    let group = address_group(columns, &taken);
    for &field in Field::ALL {
        let mut mine: Vec<(usize, Meaning)> = taken.iter().copied().filter(|(_, m)| m.field == field).collect();
        if is_address_part(field) {
            mine.retain(|(i, _)| group.as_ref().is_none_or(|group| group.has(&columns[*i], field)));
        }
        if mine.is_empty() {
            continue;
        }
        if !field.is_multi_valued() {
            mine.sort_by_key(|&(i, meaning)| (meaning.rank, i));
            for (i, _) in mine.drain(1..) {
                // A second date is no riddle: hire date and start date usually say the same.
                if !matches!(field, Field::ValidFrom | Field::ValidTo) {
                    mapping.unsure.push(format!(
                        "column `{}` could be {} too; only the better one was taken",
                        columns[i].name,
                        field.name()
                    ));
                }
            }
        }
        mapping.fields.push((field, mine.iter().map(|(i, _)| *i).collect()));
    }
    let has = |field: Field, fields: &[(Field, Vec<usize>)]| fields.iter().any(|(f, _)| *f == field);
    // Given and family name say more than the two in one cell.
    if has(Field::GivenName, &mapping.fields) && has(Field::FamilyName, &mapping.fields) {
        mapping.fields.retain(|(field, _)| *field != Field::FullName);
    }
    // A street line beside a whole address is part of it, unless rows have the one or the other.
    let at = |field: Field| mapping.fields.iter().find(|(f, _)| *f == field).map(|(_, at)| at[0]);
    if let (Some(street), Some(whole)) = (at(Field::Street), at(Field::Address))
        && !columns[street].stands_in_for(&columns[whole])
    {
        mapping.fields.retain(|(field, _)| *field != Field::Address);
    }
    mapping
}

fn sniff(column: &Column<'_>, columns: &[Column<'_>], kind: RecordKind) -> Option<Field> {
    if column.words.iter().any(|word| OTHERS.contains(&word.as_str())) {
        return None;
    }
    if column.seen.are_all_whole_addresses() {
        return Some(Field::Address);
    }
    if let Some(field) = column.seen.sniff().filter(|field| *field != Field::Ip || !column.seen.are_private_networks())
    {
        // A device's or parcel's link is no profile, and a table of applicants has no bank.
        let odd = matches!((field, kind), (Field::ProfileUrl, Device | Shipment) | (Field::RoutingNumber, Applicant));
        return (!odd).then_some(field);
    }
    let is = |field: Field| {
        columns.iter().any(|other| {
            other.is_usable()
                && meanings(&other.words, kind).iter().any(|m| m.field == field && other.seen.fits(field).1)
        })
    };
    let place = is(Field::City) || is(Field::Region);
    let looks_like_id =
        column.words.last().is_some_and(|word| matches!(word.as_str(), "id" | "number" | "no" | "count"));
    (place && !is(Field::PostalCode) && !looks_like_id && column.seen.are_zip_codes()).then_some(Field::PostalCode)
}

/// A column called *address* holds a street line where place or postal code stand in columns of their own, unless its
/// values show whole addresses.
fn address_or_street(column: &Column<'_>, columns: &[Column<'_>], kind: RecordKind) -> Field {
    if column.seen.are_whole_addresses() {
        return Field::Address;
    }
    let has_city = columns.iter().any(|other| {
        other.is_usable() && meanings(&other.words, kind).iter().any(|meaning| meaning.field == Field::City)
    });
    if has_city { Field::Street } else { Field::Address }
}

/// The columns of one address where a table has several: home and mailing, say, must not be mixed.
struct AddressGroup {
    tag: Option<&'static str>,
    /// Fields that the group itself has.
    own: Vec<Field>,
}

const ADDRESS_TAGS: [&str; 8] =
    ["home", "residential", "permanent", "current", "recipient", "delivery", "mailing", "ship"];

fn address_tag(column: &Column<'_>) -> Option<&'static str> {
    ADDRESS_TAGS.into_iter().find(|tag| {
        column
            .words
            .iter()
            .any(|word| word == tag || (*tag == "ship" && matches!(word.as_str(), "shipping" | "shipped")))
    })
}

impl AddressGroup {
    /// Whether a column may stand in this address: one of its own, or one without a tag (or the other way round) for a
    /// part that it lacks, as in `Home Address, City, ZIP`.
    fn has(&self, column: &Column<'_>, field: Field) -> bool {
        let tag = address_tag(column);
        tag == self.tag || ((tag.is_none() || self.tag.is_none()) && !self.own.contains(&field))
    }
}

/// The group with the most parts; the first in the order of the tags wins a tie, a home before a mailing address.
fn address_group(columns: &[Column<'_>], taken: &[(usize, Meaning)]) -> Option<AddressGroup> {
    let tags = ADDRESS_TAGS.into_iter().map(Some).chain([None]);
    let groups = tags.map(|tag| {
        let mut own: Vec<Field> = taken
            .iter()
            .filter(|(i, meaning)| is_address_part(meaning.field) && address_tag(&columns[*i]) == tag)
            .map(|(_, meaning)| meaning.field)
            .collect();
        own.sort();
        own.dedup();
        AddressGroup { tag, own }
    });
    groups.filter(|group| !group.own.is_empty()).min_by_key(|group| std::cmp::Reverse(group.own.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::header::{refused, words};
    use crate::guess::tests::table;

    /// The first meaning of a header, by name; `-` for none.
    fn check(kind: RecordKind, cases: &[(&str, &str)]) {
        for (header, expected) in cases {
            let found = meanings(&words(header), kind);
            assert_eq!(found.first().map_or("-", |meaning| meaning.field.name()), *expected, "{header}");
        }
    }

    #[test]
    fn aliases_are_spelt_as_words_and_stand_once() {
        for &(kinds, field, phrases) in ALIASES.iter().chain(PERSONS) {
            for phrase in phrases {
                assert_eq!(words(phrase).join(" ").replace(' ', ""), phrase.replace(' ', ""), "{phrase}");
                assert_eq!(refused(phrase), None, "{phrase}");
                let twice = ALIASES
                    .iter()
                    .filter(|(k, f, p)| *f == field && p.contains(phrase) && k.iter().any(|k| kinds.contains(k)));
                assert!(twice.count() <= 1, "{phrase}");
            }
        }
    }

    #[test]
    fn general_headers() {
        check(
            Person,
            &[
                ("first_name", "given_name"),
                ("fname", "given_name"),
                ("Given-Name", "given_name"),
                ("forename", "given_name"),
                ("surname", "family_name"),
                ("last_name", "family_name"),
                ("LASTNAME", "family_name"),
                ("name", "full_name"),
                ("dob", "birth_date"),
                ("D.O.B.", "birth_date"),
                ("date_of_birth", "birth_date"),
                ("email", "email"),
                ("E-Mail", "email"),
                ("phone", "phone"),
                ("tel", "phone"),
                ("Mobile No.", "phone"),
                ("Phone 2", "phone"),
                ("addr", "address"),
                ("street_number", "street_number"),
                ("address_1", "street"),
                ("address1", "street"),
                ("address_2", "unit"),
                ("suburb", "city"),
                ("town", "city"),
                ("state", "region"),
                ("zip", "postal_code"),
                ("postcode", "postal_code"),
                ("Zip/Postal Code", "postal_code"),
                ("country", "country"),
                ("soc_sec_id", "government_id"),
                ("SSN", "government_id"),
                ("passport no", "document_number"),
                ("site_name", "full_name"),
                ("organisation", "full_name"),
                ("title", "full_name"),
                ("ABA", "routing_number"),
                ("IBAN", "iban"),
                ("wallet", "wallet"),
                ("S/N", "serial_number"),
                ("linkedin", "profile_url"),
                ("source", "-"),
                ("record_id", "-"),
                ("type", "-"),
                ("start_date", "-"),
                ("status", "-"),
                ("last contact", "-"),
            ],
        );
    }

    #[test]
    fn vendor_headers() {
        check(
            Employee,
            &[
                ("homeEmail", "email"),
                ("mobilePhone", "phone"),
                ("hireDate", "valid_from"),
                ("terminationDate", "valid_to"),
                ("address2", "unit"),
                ("Legal Name - First Name", "given_name"),
                ("Email - Work", "email"),
                ("Phone - Home", "phone"),
                ("Home Address - Line 1", "street"),
                ("Home Address - Postal", "postal_code"),
                ("home_address.street_1", "street"),
                ("Routing Transit Number", "routing_number"),
                ("workerDates", "-"),
                ("Worker", "full_name"),
                ("Supplier", "agency"),
                ("hidden_account_number", "account_number"),
                ("Manager Email", "-"),
                ("Emergency Contact Phone", "-"),
                ("Work City", "-"),
                ("Employment Status", "-"),
                ("Job Title", "-"),
                ("company", "-"),
                ("Business Unit", "-"),
            ],
        );
        check(
            Applicant,
            &[
                ("phone_numbers[].value", "phone"),
                ("email_addresses[].value", "email"),
                ("website_addresses", "profile_url"),
                ("linkedInUrl", "profile_url"),
                ("primaryEmailAddress.value", "email"),
                ("Reference 1 Email", "referee_email"),
                ("Referee Phone", "referee_phone"),
                ("Recruiter", "-"),
                ("Resume Text", "resume_text"),
                ("photo_url", "-"),
                ("photo_hash", "photo_hash"),
                ("Applied On", "valid_from"),
                ("createdAt", "valid_from"),
                ("Reference Number", "-"),
                ("Referred By", "-"),
                ("phone_numbers[].type", "-"),
            ],
        );
        check(
            Device,
            &[
                ("Computer Name", "hostname"),
                ("Serial Number", "serial_number"),
                ("Last Reported IP Address", "ip"),
                ("MAC Address", "hardware_address"),
                ("Wi-Fi MAC", "hardware_address"),
                ("EthernetMAC", "hardware_address"),
                ("WiFiIPv4Address", "ip"),
                ("WiFiSubnetID", "-"),
                ("Primary user email address", "email"),
                ("Primary user display name", "full_name"),
                ("Enrollment date", "valid_from"),
                ("Device state", "-"),
                ("Last check-in", "-"),
            ],
        );
        check(
            Shipment,
            &[
                ("Tracking Number", "tracking_number"),
                ("Ship Date", "valid_from"),
                ("Recipient Contact Name", "full_name"),
                ("Recipient Address Line 1", "street"),
                ("Ship To Name", "full_name"),
                ("Ship To Address 1", "street"),
                ("Ship To Unit", "unit"),
                ("Recipient Phone", "phone"),
                ("Sender Address Line 1", "-"),
                ("Sender Phone", "-"),
                ("Shipped to address", "address"),
                ("Received by", "-"),
                ("Reference/PO", "-"),
                ("Recipient Company", "-"),
            ],
        );
        check(
            PaymentAccount,
            &[
                ("Payee email", "payment_handle"),
                ("Payee name", "payee_name"),
                ("Payee ID", "payment_handle"),
                ("Account Nickname", "-"),
                ("Bank Name", "-"),
                ("routing_number", "routing_number"),
                ("Account Holder", "payee_name"),
                ("Account last4", "account_last4"),
                ("SSN last 4", "-"),
            ],
        );
    }

    /// Maps a table and renders it as `field=column,column` words.
    fn check_map(kind: RecordKind, header: &[&str], rows: &[&[&str]], expected: &str) -> Mapping {
        let table = table(header, rows);
        let columns = Column::of(&table);
        let mapping = map(&columns, kind);
        let text: Vec<String> = mapping
            .fields
            .iter()
            .map(|(field, at)| {
                format!("{}={}", field.name(), at.iter().map(|&i| header[i]).collect::<Vec<_>>().join("+"))
            })
            .collect();
        assert_eq!(text.join(" "), expected);
        mapping
    }

    #[test]
    fn values_confirm_or_refute_headers() {
        let rows: &[&[&str]] = &[
            &["Ana", "red", "a@example.com", "Main St 1"],
            &["Ben", "blue", "b@example.com", "High St 2"],
            &["Cleo", "red", "c@example.org", "Low St 3"],
        ];
        let mapping = check_map(
            Person,
            &["name", "phone", "login id", "address"],
            rows,
            "full_name=name email=login id address=address",
        );
        assert_eq!(mapping.unsure.len(), 2);
        assert!(mapping.unsure[0].contains("`phone` is called like phone, but only 0 %"), "{:?}", mapping.unsure);
        assert!(mapping.unsure[1].contains("`login id` was taken for email"), "{:?}", mapping.unsure);
        check_map(Person, &["name", "color", "manager email", "city"], rows, "full_name=name city=city");
    }

    #[test]
    fn address_on_one_line_or_in_parts() {
        let parts: &[&[&str]] = &[&["435 s. la cienega blv.", "los angeles"], &["12224 ventura blvd.", "studio city"]];
        check_map(Person, &["addr", "city"], parts, "street=addr city=city");
        let whole: &[&[&str]] = &[&["1 Main St, Springfield, IL 62701", "Springfield"]];
        check_map(Person, &["addr", "city"], whole, "address=addr city=city");
        check_map(Person, &["addr", "phone"], &[], "phone=phone address=addr");
        check_map(
            Person,
            &["street_number", "address_1", "address_2", "suburb"],
            &[&["7", "wallaby place", "delmar", "cleveland"], &["177", "pridham street", "milton", "marsden"]],
            "street_number=street_number street=address_1 city=suburb",
        );
    }

    #[test]
    fn addresses_on_one_line_or_in_parts_row_by_row() {
        let rows: &[&[&str]] = &[
            &["1 Main St, Boston, MA 02139", "", ""],
            &["2 Main St, Boston, MA 02139", "", ""],
            &["3 Low St, Troy, NY 12180", "", ""],
            &["", "9 Oak Ave", "Troy"],
        ];
        check_map(
            Shipment,
            &["Ship To", "Ship To Street", "Ship To City"],
            rows,
            "address=Ship To street=Ship To Street city=Ship To City",
        );
        let twice: &[&[&str]] = &[
            &["1 Main St, Boston, MA 02139", "1 Main St", "Boston"],
            &["2 Main St, Troy, NY 12180", "2 Main St", "Troy"],
            &["3 Low St, Troy, NY 12180", "3 Low St", "Troy"],
        ];
        check_map(
            Shipment,
            &["Ship To", "Ship To Street", "Ship To City"],
            twice,
            "street=Ship To Street city=Ship To City",
        );
    }

    #[test]
    fn private_networks_are_left_out() {
        let rows: &[&[&str]] =
            &[&["192.168.1.4", "192.0.2.4"], &["10.0.0.7", "198.51.100.7"], &["fe80::1", "2001:db8::7"]];
        let mapping = check_map(Device, &["IP Address", "Last IP"], rows, "ip=Last IP");
        assert!(mapping.unsure[0].contains("private networks"), "{:?}", mapping.unsure);
    }

    #[test]
    fn two_addresses_are_not_mixed() {
        check_map(
            Employee,
            &["Mailing City", "Home Street", "Home City", "Home Zip", "Mailing Street"],
            &[],
            "street=Home Street city=Home City postal_code=Home Zip",
        );
        check_map(
            Employee,
            &["Home Address", "City", "State", "Zip"],
            &[],
            "street=Home Address city=City region=State postal_code=Zip",
        );
        check_map(
            Shipment,
            &["Sender City", "Recipient City", "Recipient Address"],
            &[],
            "street=Recipient Address city=Recipient City",
        );
    }

    #[test]
    fn names_are_taken_once() {
        check_map(Person, &["name", "first name", "surname"], &[], "given_name=first name family_name=surname");
        check_map(Person, &["company", "name", "title"], &[], "full_name=name");
        check_map(
            Device,
            &["Name", "Assigned To"],
            &[&["LT-0001", "Ana Costa"], &["LT-0002", "Ben Okoro"]],
            "full_name=Assigned To",
        );
        check_map(Device, &["Assigned To"], &[&["E-1"], &["E-2"]], "");
        check_map(Device, &["Username"], &[&["acosta"], &["bokoro"]], "");
        check_map(Device, &["user.name"], &[&["Ana Costa"], &["Ben Okoro"]], "full_name=user.name");
        check_map(PaymentAccount, &["name"], &[&["First Bank Checking"]], "");
    }

    #[test]
    fn several_columns_feed_a_field_of_several_values() {
        check_map(Applicant, &["Home Phone", "Email", "Mobile"], &[], "email=Email phone=Home Phone+Mobile");
        check_map(Employee, &["Start Date", "Hire Date", "End Date"], &[], "valid_from=Hire Date valid_to=End Date");
        check_map(Person, &["Start Date", "Hire Date"], &[], "");
    }

    #[test]
    fn zip_codes_are_sniffed_beside_a_place_only() {
        let rows: &[&[&str]] = &[
            &["Boston", "02139"],
            &["Boston", "02139"],
            &["Boston", "02140"],
            &["Troy", "10001"],
            &["Troy", "10001"],
            &["Troy", "10002"],
        ];
        check_map(Person, &["city", "pc"], rows, "city=city postal_code=pc");
        check_map(Person, &["color", "pc"], rows, "");
        check_map(Person, &["city", "visit count"], rows, "city=city");
    }
}
