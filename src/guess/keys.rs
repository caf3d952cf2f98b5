//! Which column names a row, and which columns name rows of another table. Names propose a key; its values must tell
//! the rows apart. A reference is found by values: what stands in the column stands among the other table's keys.
//!
//! Invariant: a reference says that two records belong to one persona, so columns about somebody else (a manager, a
//! referrer) are never one, nor are columns whose small numbers only happen to occur elsewhere.

use super::{Column, Draft, PREVIEW_ROWS};
use crate::model::field::Field;
use crate::model::record::RecordKind::{
    self, AddressChange, Applicant, BackgroundCheck, CarrierEvent, Device, Employee, Interview, Payment,
    PaymentAccount, PayrollChange, Peripheral, Person, Referral, ScmEvent, Shipment, SignIn, Software, Termination,
};
use std::collections::{BTreeMap, HashSet};

/// Headers of the ids that each kind has in its own system.
const IDS: &[(RecordKind, &[&str])] = &[
    (
        Applicant,
        &[
            "application id",
            "applicant id",
            "candidate id",
            "application number",
            "applicant number",
            "candidate number",
            "app id",
            "application no",
        ],
    ),
    (
        Employee,
        &[
            "employee id",
            "employee number",
            "employee no",
            "employee uuid",
            "employee code",
            "worker id",
            "associate id",
            "associate oid",
            "staff id",
            "staff number",
            "personnel number",
            "personnel no",
            "emp id",
            "emp no",
            "contractor id",
            "contractor uuid",
        ],
    ),
    (
        PaymentAccount,
        &[
            "payment account id",
            "account id",
            "payment id",
            "payment method id",
            "bank account id",
            "payout id",
            "payment reference",
        ],
    ),
    (
        Device,
        &[
            "device id",
            "asset id",
            "asset tag",
            "asset number",
            "asset no",
            "computer id",
            "laptop id",
            "inventory number",
        ],
    ),
    (
        Shipment,
        &[
            "tracking number",
            "tracking no",
            "tracking id",
            "shipment id",
            "shipment number",
            "shipment no",
            "delivery id",
            "parcel id",
            "package id",
            "tracking",
        ],
    ),
];

pub(super) const ROW_IDS: [&str; 11] =
    ["id", "recordid", "recid", "rowid", "uuid", "guid", "key", "recordkey", "recordno", "recordnumber", "personid"];

const ID_WORDS: [&str; 11] = ["id", "no", "number", "num", "code", "ref", "key", "uuid", "guid", "tag", "oid"];

/// Words that make a column a person other than the row's own.
const SOMEBODY_ELSE: [&str; 19] = [
    "manager",
    "supervisor",
    "recruiter",
    "referrer",
    "referral",
    "referred",
    "approver",
    "approved",
    "created",
    "updated",
    "by",
    "coordinator",
    "hiring",
    "sponsor",
    "buddy",
    "mentor",
    "interviewer",
    "lead",
    "previous",
];

/// The kinds that records of a kind may refer to.
fn targets(kind: RecordKind) -> &'static [RecordKind] {
    match kind {
        Applicant | Person => &[],
        Employee => &[Applicant],
        PaymentAccount => &[Employee, Applicant],
        Device => &[Employee, Applicant, Shipment],
        Shipment => &[Employee, Applicant, Device],
        Payment => &[PaymentAccount, Employee, Applicant],
        SignIn | AddressChange | PayrollChange | Termination | ScmEvent => &[Employee],
        Software | Peripheral => &[Device, Employee],
        CarrierEvent => &[Shipment],
        Interview => &[Applicant],
        BackgroundCheck => &[Applicant, Employee],
        Referral => &[Applicant, Employee],
    }
}

fn id_kind(column: &Column<'_>) -> Option<RecordKind> {
    IDS.iter().find(|(_, phrases)| phrases.iter().any(|phrase| column.says(phrase))).map(|(kind, _)| *kind)
}

/// How well a column's name suits a key; `None` when it cannot be one.
fn key_score(draft: &Draft<'_>, i: usize) -> Option<usize> {
    let column = &draft.columns[i];
    let fed = draft.mapping.field_of(i);
    let is_thing = matches!(fed, None | Some(Field::SerialNumber | Field::TrackingNumber));
    if !column.is_usable() || !is_thing || !column.may_be_key() || about_somebody_else(column) {
        return None;
    }
    let squashed = column.words.concat();
    let score = match id_kind(column) {
        Some(kind) if kind == draft.kind => 20,
        // Another kind's id names that record, and this table may have several rows for it tomorrow.
        Some(_) if draft.kind != Person => return None,
        _ if ROW_IDS.contains(&squashed.as_str()) => 16,
        _ if fed == Some(Field::SerialNumber) && draft.kind == Device => 14,
        _ if fed.is_some() => return None,
        // In a plain table only a row id is a key: a number there may be anything.
        _ if draft.kind == Person && column.words.last().is_none_or(|word| word != "id") => return None,
        _ if column.words.last().is_some_and(|word| ID_WORDS.contains(&word.as_str())) => 8,
        _ => return None,
    };
    // Without rows only a name that says so is believed.
    (column.seen.rows > 0 || score >= 14).then_some(score + usize::from(i == 0))
}

fn about_somebody_else(column: &Column<'_>) -> bool {
    column.words.iter().any(|word| SOMEBODY_ELSE.contains(&word.as_str()))
}

/// The key column of every table. Among a table's good columns the one that other tables refer to is better.
pub(super) fn keys(drafts: &[Draft<'_>]) -> Vec<Option<usize>> {
    drafts
        .iter()
        .map(|draft| {
            let scored = (0..draft.columns.len()).filter_map(|i| Some((i, key_score(draft, i)?)));
            let scored = scored.map(|(i, score)| {
                let values: HashSet<&str> = draft.columns[i].values().collect();
                let asked = drafts.iter().filter(|other| targets(other.kind).contains(&draft.kind)).any(|other| {
                    (0..other.columns.len())
                        .any(|c| may_refer(other, c) && share_in(&other.columns[c], &values) >= LEAST)
                });
                (i, score + if asked { 5 } else { 0 })
            });
            scored.max_by_key(|&(i, score)| (score, std::cmp::Reverse(i))).map(|(i, _)| i)
        })
        .collect()
}

/// Share of a column's values that must be found among the keys.
const LEAST: f64 = 0.9;

fn may_refer(draft: &Draft<'_>, i: usize) -> bool {
    let column = &draft.columns[i];
    let fed = draft.mapping.field_of(i);
    use Field::{Handle, Hostname, PaymentHandle, SerialNumber, TrackingNumber};
    column.is_usable()
        && matches!(fed, None | Some(SerialNumber | TrackingNumber | Hostname | Handle | PaymentHandle))
        && !about_somebody_else(column)
}

/// The share of a column's filled cells whose value is in the set; stops early where it cannot reach [`LEAST`].
fn share_in(column: &Column<'_>, values: &HashSet<&str>) -> f64 {
    if values.is_empty() || column.seen.is_empty() {
        return 0.0;
    }
    let may_miss = column.seen.filled - (column.seen.filled as f64 * LEAST) as usize;
    let mut missed = 0;
    for value in column.values() {
        if !values.contains(value) {
            missed += 1;
            if missed > may_miss {
                return 0.0;
            }
        }
    }
    1.0 - missed as f64 / column.seen.filled as f64
}

/// A reference and, when it rests on less than values, why it is unsure.
pub(super) struct Found {
    pub(super) kind: RecordKind,
    pub(super) column: usize,
    pub(super) unsure: Option<String>,
}

/// The references of one table to the others. A column refers to one kind only.
pub(super) fn references(drafts: &[Draft<'_>], keys: &[Option<usize>], from: usize) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for &kind in targets(drafts[from].kind) {
        let taken: Vec<usize> = found.iter().map(|found| found.column).collect();
        found.extend(reference(drafts, keys, from, kind, &taken));
    }
    found
}

fn reference(
    drafts: &[Draft<'_>],
    keys: &[Option<usize>],
    from: usize,
    kind: RecordKind,
    taken: &[usize],
) -> Option<Found> {
    let draft = &drafts[from];
    let others: Vec<(&Draft<'_>, Option<usize>)> =
        drafts.iter().zip(keys).filter(|(other, _)| other.kind == kind).map(|(other, key)| (other, *key)).collect();
    if others.is_empty() {
        return None;
    }
    // The columns that a reference may hold a value of: keys, serial numbers, tracking numbers.
    let mut held: Vec<&Column<'_>> = Vec::new();
    for (other, key) in &others {
        let also = |field: Field| other.mapping.fields.iter().filter(move |(f, _)| *f == field).flat_map(|(_, at)| at);
        let extra = match kind {
            Device => also(Field::SerialNumber).copied().collect(),
            Shipment => also(Field::TrackingNumber).copied().collect(),
            _ => Vec::new(),
        };
        // A serial number that stands in two rows (issued again) does not say which of them is meant.
        let extra = extra.into_iter().filter(|&i: &usize| other.columns[i].may_be_key()).collect::<Vec<_>>();
        held.extend(key.iter().chain(&extra).map(|&i| &other.columns[i]));
    }
    let values: HashSet<&str> = held.iter().flat_map(|column| column.values()).collect();
    let cut = others.iter().any(|(other, _)| other.rows >= PREVIEW_ROWS);
    let mut best: Option<(u64, Found)> = None;
    for i in (0..draft.columns.len()).filter(|&i| may_refer(draft, i) && !taken.contains(&i)) {
        let column = &draft.columns[i];
        let id_of = id_kind(column);
        let same_header =
            held.iter().any(|key| key.words == column.words && !ROW_IDS.contains(&key.words.concat().as_str()));
        let named = id_of == Some(kind) || same_header || column.says(kind_word(kind));
        // An id of yet another kind, or the table's own key, has no business here: two systems that count from the
        // same number have the same keys for different things.
        if !named && (id_of.is_some() || keys[from] == Some(i)) {
            continue;
        }
        let hinted = named || column.words.iter().any(|word| hint_words(kind).contains(&word.as_str()));
        let share = share_in(column, &values);
        let unsure = if share >= LEAST {
            if !hinted && !values_tell(column) {
                continue;
            }
            None
        } else if same_header && column.seen.is_empty() {
            Some(format!("column `{}` has no values yet; it is called like the key of {}", column.name, kind.name()))
        } else if named && cut && same_form(column, &values) {
            let seen = format!("only the first {PREVIEW_ROWS} rows were looked at");
            Some(format!("column `{}` has the form of a key of {}, but {seen}", column.name, kind.name()))
        } else {
            continue;
        };
        // Values beat forms, a name that says so beats a better share; the first column wins a tie.
        let score = u64::from(unsure.is_none()) * 8000
            + u64::from(named) * 4000
            + u64::from(hinted) * 2000
            + (share * 1000.0) as u64;
        if best.as_ref().is_none_or(|(least, _)| score > *least) {
            best = Some((score, Found { kind, column: i, unsure }));
        }
    }
    best.map(|(_, found)| found)
}

fn kind_word(kind: RecordKind) -> &'static str {
    match kind {
        Applicant => "applicant",
        Employee => "employee",
        PaymentAccount => "account",
        Device => "device",
        Shipment => "shipment",
        Person => "person",
        event => event.name(),
    }
}

/// Words that let small numbers be believed, because they name whom a row belongs to.
fn hint_words(kind: RecordKind) -> &'static [&'static str] {
    match kind {
        Employee => &[
            "worker",
            "assigned",
            "assignee",
            "owner",
            "user",
            "custodian",
            "staff",
            "emp",
            "contractor",
            "associate",
            "recipient",
            "reference",
        ],
        Applicant => &["candidate", "application", "app", "recipient", "reference"],
        Device => &["asset", "serial", "laptop", "computer", "item"],
        Shipment => &["tracking", "parcel", "delivery"],
        _ => &[],
    }
}

/// Whether values are peculiar enough to prove a reference without its header's help: not small numbers, not a few
/// codes over and over.
fn values_tell(column: &Column<'_>) -> bool {
    let long =
        column.values().filter(|value| value.len() >= 6 || value.bytes().any(|b| b.is_ascii_alphabetic())).count();
    let varied = column.seen.distinct * 5 >= column.seen.filled;
    varied && long * 10 >= column.seen.filled * 9
}

/// The form of a key: letters kept, each run of digits as its length.
fn form(value: &str) -> String {
    let mut form = String::new();
    let mut run = 0usize;
    for c in value.chars() {
        if c.is_ascii_digit() {
            run += 1;
            continue;
        }
        if run > 0 {
            form.push_str(&format!("{{{run}}}"));
            run = 0;
        }
        form.push(c);
    }
    if run > 0 {
        form.push_str(&format!("{{{run}}}"));
    }
    form
}

/// Whether nearly all values of a column have one of the forms that the keys have.
fn same_form(column: &Column<'_>, keys: &HashSet<&str>) -> bool {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for key in keys {
        *counts.entry(form(key)).or_default() += 1;
    }
    // Keys without a form in common (free text, hexadecimal ids) prove nothing.
    if counts.is_empty() || counts.len() > 12 {
        return false;
    }
    let fits = column.values().filter(|value| counts.contains_key(&form(value))).count();
    column.seen.filled > 0 && fits * 10 >= column.seen.filled * 9
}
