//! What happened to the personas of a ring or a case, in order: applications, hires, parcels, accounts, sign-ins, checks. Each
//! entry names its cell. Several sign-ins of one day and place are one entry.

use super::find::{Thing, personas};
use super::{Case, CaseClaim};
use crate::model::moment::{Moment, iso_day};
use serde::Serialize;

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Entry {
    /// ISO date, or date and time in UTC.
    pub when: String,
    pub persona_id: String,
    pub name: String,
    /// Kind of the record that says so: `sign_in`.
    pub kind: String,
    /// `sign-in from 203.0.113.7, berlin, de`.
    pub what: String,
    pub record: String,
    pub cell: String,
    /// How many such events of that day this stands for.
    pub times: u32,
}

/// Everything dated about a thing's personas, in order of time.
pub fn timeline(case: &Case, thing: &Thing) -> Vec<Entry> {
    let mut entries = Vec::new();
    let personas = personas(case, thing);
    case.expect(&personas, true);
    for persona in personas {
        let name = case.names(&persona).first().map(|name| name.to_string()).unwrap_or_default();
        for &record in case.personas.get(&persona).into_iter().flatten() {
            for (when, what, cell) in events(case, record) {
                entries.push(Entry {
                    when,
                    persona_id: persona.clone(),
                    name: name.clone(),
                    kind: case.records[record as usize].kind.clone(),
                    what,
                    record: case.records[record as usize].label(),
                    cell,
                    times: 1,
                });
            }
        }
    }
    entries.sort();
    let mut folded: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries {
        let same_day = |last: &&mut Entry| {
            last.persona_id == entry.persona_id
                && last.what == entry.what
                && last.when.get(..10) == entry.when.get(..10)
        };
        // Within one day other events may lie between two sign-ins from one place.
        match folded.iter_mut().rev().take(8).find(same_day) {
            Some(last) => last.times += 1,
            None => folded.push(entry),
        }
    }
    folded
}

/// The dated things that one record says: when, what, cell.
fn events(case: &Case, record: u32) -> Vec<(String, String, String)> {
    let claims: Vec<CaseClaim> = case.claims_of(record).collect();
    let raw = |kind: &str| claims.iter().find(|claim| claim.kind == kind).map(|claim| claim.raw);
    let list = |kinds: &[&str]| kinds.iter().filter_map(|kind| raw(kind)).collect::<Vec<_>>().join(", ");
    let moment =
        |kind: &str| claims.iter().find(|claim| claim.kind == kind && Moment::parse(claim.value).is_some()).copied();
    let own = &case.records[record as usize];
    let mut out = Vec::new();
    let mut at = |kind: &str, what: String| {
        if let Some(claim) = moment(kind) {
            out.push((claim.value.to_string(), what.trim_end_matches([' ', ':', ',']).to_string(), case.cell(&claim)));
        }
    };
    match own.kind.as_str() {
        "sign_in" => at("time", format!("sign-in from {}", list(&["ip", "city", "country", "as_org"]))),
        "software" => at("time", format!("program seen: {}", list(&["application", "version"]))),
        "peripheral" => at("time", format!("peripheral seen: {}", list(&["product"]))),
        "carrier_event" => at("time", format!("parcel: {}", list(&["event", "city", "country"]))),
        "interview" => {
            let moved = raw("rescheduled").filter(|times| *times != "0").map(|times| format!(", moved {times} times"));
            at("start", format!("interview {}{}", list(&["status"]), moved.unwrap_or_default()));
        }
        "background_check" => {
            at("ordered", "background check ordered".to_string());
            at("completed", format!("background check: {}", list(&["result"])));
        }
        "address_change" => at("time", format!("address changed: {}", list(&["address"]))),
        "payroll_change" => at("time", format!("pay changed to {}", list(&["account", "wallet", "payment_handle"]))),
        "payment" => {
            let sum = ["amount", "currency"].iter().filter_map(|kind| raw(kind)).collect::<Vec<_>>().join(" ");
            let to = list(&["account", "wallet", "payment_handle"]);
            let to = if to.is_empty() { to } else { format!(" to {to}") };
            at("time", format!("paid {sum}{to}"));
        }
        "referral" => at("time", "referred by an employee".to_string()),
        "termination" => at("time", format!("employment ended: {}", list(&["reason"]))),
        "scm_event" => at("time", format!("code: {}", list(&["event", "repository", "destination", "count"]))),
        kind => {
            let (begins, ends) = match kind {
                "applicant" => ("applied".to_string(), String::new()),
                "employee" => ("hired".to_string(), "left".to_string()),
                "payment_account" => {
                    let account = list(&["account", "wallet", "payment_handle"]);
                    (format!("paid to {account}"), format!("no longer paid to {account}"))
                }
                "device" => {
                    let serial = list(&["serial_number"]);
                    (format!("device {serial} handed out"), format!("device {serial} returned"))
                }
                "shipment" => (format!("parcel sent to {}", list(&["address"])), String::new()),
                _ => return out,
            };
            let Some(claim) = claims.first() else { return out };
            let cell = format!("{} row {}", own.file, own.row);
            for (day, what) in [(claim.valid_from, begins), (claim.valid_to, ends)] {
                if let (Some(day), false) = (day, what.is_empty()) {
                    out.push((iso_day(day), what.trim().to_string(), cell.clone()));
                }
            }
        }
    }
    out
}
