//! The tables of events: sign-ins, inventories, scans of parcels, interviews, checks, moves, ends of employment,
//! referrals, use of the source code. Each is written as its system exports it, with headers and times of its own.
//! Leaves to `life` what happens. Invariant: a row names the employee, application, laptop or parcel that it is about.

use super::abroad::Spot;
use super::gear::Program;
use super::noise;
use super::sheet::{Owner, Sheet};
use super::world::World;
use std::collections::BTreeSet;

/// An employee to whom new colleagues can owe a referral.
#[derive(Clone, Debug)]
pub(super) struct Colleague {
    pub(super) employee: String,
    pub(super) hired: i32,
    pub(super) left: Option<i32>,
}

/// The ten tables.
#[derive(Clone)]
pub(super) struct Events {
    sign_ins: Sheet,
    software: Sheet,
    peripherals: Sheet,
    scans: Sheet,
    interviews: Sheet,
    checks: Sheet,
    moves: Sheet,
    terminations: Sheet,
    referrals: Sheet,
    code: Sheet,
    modulus: u64,
    pub(super) colleagues: Vec<Colleague>,
}

/// Who a row of an event is about.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) employee: &'a str,
    pub(super) name: &'a str,
    pub(super) login: &'a str,
    pub(super) owner: Owner,
}

const SIGN_INS: &str = "Event ID,Published,Actor Display Name,Actor Login,Actor Employee Number,Client IP,Client City,\
                        Client State,Client Country,AS Number,AS Organization,Client Device,Device Managed,User Agent";
const SOFTWARE: &str = "Inventory ID,Device ID,Host Serial,Application Name,Application Version,First Seen";
const PERIPHERALS: &str = "Inventory ID,Last User,Host Serial,Product String,MAC,Connected At";
const SCANS: &str = "Scan ID,Tracking No,Activity,Scan City,Scan State,Scan Country,Scan Address,Local Time";
const INTERVIEWS: &str = "Interview ID,Candidate,Stage,Scheduled Start,Scheduled End,Outcome,Times Moved";
const CHECKS: &str = "Report ID,Candidate Ref,Subject Name,Subject DOB,ID Number,Ordered At,Completed At,Adjudication";
const MOVES: &str = "Change ID,Worker ID,Previous Address,Current Address,Changed On";
const TERMINATIONS: &str = "Case No,Worker ID,Separation Date,Separation Reason";
const REFERRALS: &str = "Referral ID,Referred Application,Referring Employee,Referred On";
const CODE: &str = "Audit ID,Actor ID,Action,Repo,Remote,Objects,Epoch";

const AGENTS: &[&str] = &[
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/124.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/124.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/17.4",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/123.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Firefox/125.0",
];

impl Events {
    pub(super) fn new(modulus: u64) -> Self {
        Self {
            sign_ins: Sheet::new("sign_ins", "sign_ins.csv", "SI", SIGN_INS),
            software: Sheet::new("software", "software.csv", "SW", SOFTWARE),
            peripherals: Sheet::new("peripherals", "peripherals.csv", "USB", PERIPHERALS),
            scans: Sheet::new("carrier_events", "carrier_events.csv", "SCN", SCANS),
            interviews: Sheet::new("interviews", "interviews.csv", "INT", INTERVIEWS),
            checks: Sheet::new("background_checks", "background_checks.csv", "BGC", CHECKS),
            moves: Sheet::new("address_changes", "address_changes.csv", "ADR", MOVES),
            terminations: Sheet::new("terminations", "terminations.csv", "SEP", TERMINATIONS),
            referrals: Sheet::new("referrals", "referrals.csv", "REF", REFERRALS),
            code: Sheet::new("scm_events", "scm_events.csv", "SCM", CODE),
            modulus,
            colleagues: Vec::new(),
        }
    }

    pub(super) fn sign_in(
        &mut self,
        world: &mut World,
        subject: Subject<'_>,
        time: i64,
        spot: &Spot,
        device: Option<&str>,
    ) {
        let agent = world.pick(AGENTS);
        let (published, asn) = (iso_time(time), spot.asn.to_string());
        let cells = [
            published.as_str(),
            subject.name,
            subject.login,
            subject.employee,
            &spot.ip,
            spot.city,
            spot.region,
            spot.country,
            &asn,
            spot.organization,
            device.unwrap_or(""),
            if device.is_some() { "true" } else { "false" },
            agent,
        ];
        row(&mut self.sign_ins, self.modulus, &cells, subject.owner);
    }

    pub(super) fn program(&mut self, device: &str, serial: &str, program: &Program, time: i64, owner: Owner) {
        let cells = [device, serial, &program.name, &program.version, &us_time(time)];
        row(&mut self.software, self.modulus, &cells, owner);
    }

    pub(super) fn thing(
        &mut self,
        employee: &str,
        serial: &str,
        (product, mac): (&str, &str),
        time: i64,
        owner: Owner,
    ) {
        let milliseconds = (time * 1_000).to_string();
        row(&mut self.peripherals, self.modulus, &[employee, serial, product, mac, &milliseconds], owner);
    }

    /// A scan: what happened, city, state and country, address.
    pub(super) fn scan(&mut self, tracking: &str, what: &str, place: [&str; 4], time: i64, owner: Owner) {
        let [city, region, country, address] = place;
        let cells = [tracking, what, city, region, country, address, &us_time(time)];
        row(&mut self.scans, self.modulus, &cells, owner);
    }

    pub(super) fn interview(
        &mut self,
        application: &str,
        stage: &str,
        (start, end): (i64, i64),
        (outcome, moved): (&str, u32),
        owner: Owner,
    ) {
        let cells = [application, stage, &iso_time(start), &iso_time(end), outcome, &moved.to_string()];
        row(&mut self.interviews, self.modulus, &cells, owner);
    }

    /// A background check: name, birth date and document, then when it was ordered and done and what came out.
    pub(super) fn check(
        &mut self,
        application: &str,
        identity: [&str; 3],
        days: (i32, i32),
        result: &str,
        owner: Owner,
    ) {
        let [name, birth, document] = identity;
        let (ordered, completed) = (noise::iso_date(days.0), noise::iso_date(days.1));
        let cells = [application, name, birth, document, &ordered, &completed, result];
        row(&mut self.checks, self.modulus, &cells, owner);
    }

    pub(super) fn address_change(&mut self, employee: &str, old: &str, new: &str, day: i32, owner: Owner) {
        row(&mut self.moves, self.modulus, &[employee, old, new, &noise::iso_date(day)], owner);
    }

    pub(super) fn termination(&mut self, employee: &str, day: i32, reason: &str, owner: Owner) {
        row(&mut self.terminations, self.modulus, &[employee, &noise::short_us_date(day), reason], owner);
    }

    pub(super) fn referral(&mut self, application: &str, by: &str, day: i32, owner: Owner) {
        row(&mut self.referrals, self.modulus, &[application, by, &noise::iso_date(day)], owner);
    }

    /// Use of the source code: what was done, where to, with how many objects.
    pub(super) fn code(
        &mut self,
        employee: &str,
        (action, repository, remote): (&str, &str, &str),
        count: u32,
        time: i64,
        owner: Owner,
    ) {
        let cells = [employee, action, repository, remote, &count.to_string(), &time.to_string()];
        row(&mut self.code, self.modulus, &cells, owner);
    }

    /// The finished files, without the rows of those keys.
    pub(super) fn finish(self, left_out: &BTreeSet<String>) -> Vec<(String, String)> {
        let modulus = self.modulus;
        [
            self.sign_ins,
            self.software,
            self.peripherals,
            self.scans,
            self.interviews,
            self.checks,
            self.moves,
            self.terminations,
            self.referrals,
            self.code,
        ]
        .into_iter()
        .map(|sheet| sheet.finish(left_out, modulus))
        .map(|sheet| (sheet.path.to_string(), sheet.text))
        .collect()
    }
}

fn row(sheet: &mut Sheet, modulus: u64, cells: &[&str], owner: Owner) {
    let key = sheet.next_key(modulus);
    let text = sheet.key_text(key, modulus);
    sheet.cell(&text);
    for cell in cells {
        sheet.cell(cell);
    }
    sheet.end_row(key, owner);
}

/// A day, and seconds of it, as seconds since 1970-01-01.
pub(super) fn at(day: i32, seconds: i64) -> i64 {
    i64::from(day) * 86_400 + seconds
}

fn parts(time: i64) -> (i32, i64, i64, i64) {
    let (day, second) = (time.div_euclid(86_400), time.rem_euclid(86_400));
    (i32::try_from(day).unwrap_or(0), second / 3_600, second / 60 % 60, second % 60)
}

/// `2024-03-09T14:05:00Z`
fn iso_time(time: i64) -> String {
    let (day, hour, minute, second) = parts(time);
    format!("{}T{hour:02}:{minute:02}:{second:02}Z", noise::iso_date(day))
}

/// `3/9/2024 2:05 PM`
fn us_time(time: i64) -> String {
    let (day, hour, minute, _) = parts(time);
    let half = if hour < 12 { "AM" } else { "PM" };
    format!("{} {}:{minute:02} {half}", noise::short_us_date(day), (hour + 11) % 12 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_their_systems_write_them() {
        let time = at(19_791, 14 * 3_600 + 5 * 60 + 9);
        assert_eq!(iso_time(time), "2024-03-09T14:05:09Z");
        assert_eq!(us_time(time), "3/9/2024 2:05 PM");
        assert_eq!(us_time(at(19_791, 0)), "3/9/2024 12:00 AM");
        assert_eq!(us_time(at(19_791, 12 * 3_600)), "3/9/2024 12:00 PM");
    }
}
