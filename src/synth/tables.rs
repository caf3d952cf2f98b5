//! Writes people into the five sources with the noise of real exports, and the truth beside them.
//! Leaves the values themselves to `people`, `decoys` and `rings`. Invariant: every row has its truth, rows stand in the
//! order of their scrambled keys, and so neither keys nor order give the truth away. With the events of `events` beside
//! them the five sources hold the same and one column more, the country of a parcel.

use super::abroad::Abroad;
use super::events::Events;
use super::hubs::Hubs;
use super::noise;
use super::people::{Person, Sure};
use super::places::{Network, Place, STATES};
use super::sheet::{MODULI, Owner, Sheet};
use super::world::World;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Columns of the parcels.
const PARCELS: &str = "Tracking Number,Ship Date,Reference,Serial No.,Recipient Contact Name,Recipient Phone,Ship To,\
                       Ship To Street,Ship To Unit,Ship To City,Ship To State,Ship To Zip";
/// The same with the country, which only companies with events have.
const PARCELS_ABROAD: &str = "Tracking Number,Ship Date,Reference,Serial No.,Recipient Contact Name,Recipient Phone,\
                              Ship To,Ship To Street,Ship To Unit,Ship To City,Ship To State,Ship To Zip,\
                              Ship To Country";

/// Where a parcel went.
#[derive(Clone, Debug)]
pub(super) enum Target {
    Home(Place),
    Abroad(Abroad),
}

/// A parcel as the carrier knows it.
#[derive(Clone, Debug)]
pub(super) struct Parcel {
    pub(super) tracking: String,
    pub(super) day: i32,
    pub(super) target: Target,
}

/// Keys of the rows that one person got.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    pub(super) applications: Vec<String>,
    /// Empty when the person was not hired.
    pub(super) employee: String,
    pub(super) accounts: Vec<String>,
    pub(super) devices: Vec<String>,
    pub(super) parcels: Vec<Parcel>,
}

impl Keys {
    /// The record that stands for the person: the employment, or the first application.
    pub(super) fn main(&self) -> (&'static str, &str) {
        if self.employee.is_empty() {
            ("applicants", self.applications.first().map_or("", String::as_str))
        } else {
            ("employees", &self.employee)
        }
    }
}

/// The five sources, the events if there are any, and the truth.
#[derive(Clone)]
pub(super) struct Tables {
    pub(super) applicants: Sheet,
    pub(super) employees: Sheet,
    pub(super) accounts: Sheet,
    pub(super) devices: Sheet,
    pub(super) shipments: Sheet,
    pub(super) modulus: u64,
    pub(super) assets: u64,
    /// Kind of each decoy group.
    pub(super) groups: Vec<&'static str>,
    /// Kind of each planted case of a single persona.
    pub(super) cases: Vec<&'static str>,
    pub(super) events: Option<Events>,
}

impl Tables {
    /// Empty tables for about that many people.
    pub(super) fn new(people: usize, with_events: bool) -> Self {
        let modulus = MODULI[usize::from(people > 1_000_000)];
        Self {
            applicants: Sheet::new(
                "applicants",
                "applicants.csv",
                "APP",
                "Application ID,Applied On,Requisition,Candidate Name,Email,Phone,Address,City,State,Client IP,Profile URL,\
                 Code Handle,Photo pHash,Resume,Referee Name,Referee Email,Referee Phone,Agency",
            ),
            employees: Sheet::new(
                "employees",
                "employees.csv",
                "E",
                "Employee Number,Application ID,First Name,Last Name,Date of Birth,Personal Email,Home Phone,\
                 Address Line 1,Address Line 2,City,State,Zip Code,SSN,ID Document Number,Hire Date,Termination Date",
            ),
            accounts: Sheet::new(
                "payment_accounts",
                "payment_accounts.csv",
                "PAY",
                "Election ID,Worker ID,Account Holder,Routing Transit Number,Account Number,IBAN,Wallet Address,\
                 Platform Payee,Effective From,Effective To",
            ),
            devices: Sheet::new(
                "devices",
                "devices.csv",
                "DEV",
                "Device ID,Asset Tag,Assigned Employee,Serial Number,MAC Address,Computer Name,IP Address,\
                 Last Reported IP Address,Assigned On,Returned On",
            ),
            shipments: Sheet::new(
                "shipments",
                "shipments.csv",
                "TRK",
                if with_events { PARCELS_ABROAD } else { PARCELS },
            ),
            modulus,
            assets: 0,
            groups: Vec::new(),
            cases: Vec::new(),
            events: with_events.then(|| Events::new(modulus)),
        }
    }

    /// Opens a decoy group; the result goes into [`Owner::group`].
    pub(super) fn open_group(&mut self, kind: &'static str) -> u32 {
        self.groups.push(kind);
        self.groups.len() as u32
    }

    /// Opens a case of a single persona; the result goes into [`Owner::case`].
    pub(super) fn open_case(&mut self, kind: &'static str) -> u32 {
        self.cases.push(kind);
        self.cases.len() as u32
    }

    /// Writes everything about one person and returns the keys of the rows.
    pub(super) fn add(&mut self, world: &mut World, hubs: &Hubs, person: &Person, owner: Owner) -> Keys {
        let mut keys = Keys::default();
        for at in 0..person.applied.len() {
            keys.applications.push(self.add_application(world, hubs, person, at, owner));
        }
        if person.job.is_some() {
            let application = keys.applications.last().map_or("", String::as_str);
            keys.employee = self.add_employee(world, person, application, owner);
            self.add_assets(world, person, &mut keys, owner);
        }
        if let Some(events) = &mut self.events {
            events.live(world, hubs, person, &keys, owner);
        }
        keys
    }

    fn add_application(&mut self, world: &mut World, hubs: &Hubs, person: &Person, at: usize, owner: Owner) -> String {
        let sure = person.sure;
        let first = at == 0;
        let day = person.applied[at];
        let sheet = &mut self.applicants;
        let key = sheet.next_key(self.modulus);
        let key_text = sheet.key_text(key, self.modulus);
        sheet.cell(&key_text);
        sheet.cell(&noise::iso_date(day));
        sheet.cell(&format!("REQ-{}", 100 + (day / 9 + world.between(0, 30)) % 800));
        sheet.cell(&noise::full_name(world, person));

        let exact = first && sure.has(Sure::EMAIL);
        let mut emails = String::new();
        if exact || !world.chance(2) {
            let email: &String = choose(world, &person.emails, first);
            emails = noise::email(world, email, exact);
            if person.emails.len() > 1 && world.chance(20) {
                emails = format!("{}; {}", person.emails[0], person.emails[1]);
            }
        }
        sheet.cell(&emails);
        let mut phones = String::new();
        if first && sure.has(Sure::PHONE) || !world.chance(7) {
            let phone = *choose(world, &person.phones, first);
            phones = noise::phone(world, phone);
            if person.phones.len() > 1 && world.chance(20) {
                phones =
                    format!("{}; {}", noise::phone(world, person.phones[0]), noise::phone(world, person.phones[1]));
            }
        }
        sheet.cell(&phones);

        let home = match &person.former_home {
            Some(former) if first && person.applied.len() > 1 => former,
            _ => &person.home,
        };
        let shown = !sure.has(Sure::HIDE_HOME) && (first && sure.has(Sure::HOME) || world.chance(36));
        let address = if shown { noise::address(world, home) } else { String::new() };
        sheet.cell(&address);
        let city = &world.cities[home.city];
        let (city, state) = (city.name, STATES[city.state].code);
        let city = if world.chance(5) { "" } else { city };
        sheet.cell(city);
        sheet.cell(if world.chance(5) { "" } else { state });
        sheet.cell(&application_address(world, hubs, person, first));

        let has_handle = sure.has(Sure::HANDLE) || person.has_profile && world.chance(80);
        if has_handle {
            sheet.cell(&format!("https://people.example.com/in/{}", person.handle));
        } else {
            sheet.cell("");
        }
        let has_handle = sure.has(Sure::HANDLE) || person.has_profile && world.chance(45);
        sheet.cell(if has_handle { &person.handle } else { "" });
        match person.photo {
            Some(photo) if sure.has(Sure::PHOTO) || world.chance(85) => sheet.cell(&format!("{photo:016x}")),
            _ => sheet.cell(""),
        }
        let mut lines = person.resume.as_slice();
        if lines.len() > 3 && world.chance(15) {
            lines = &lines[1..];
        }
        if sure.has(Sure::RESUME) || world.chance(86) {
            sheet.cell(&lines.join("\n"));
        } else {
            sheet.cell("");
        }
        add_referees(world, sheet, person, at);
        sheet.cell(&person.agency);
        sheet.end_row(key, owner);
        key_text
    }

    fn add_employee(&mut self, world: &mut World, person: &Person, application: &str, owner: Owner) -> String {
        let sure = person.sure;
        let sheet = &mut self.employees;
        let key = sheet.next_key(self.modulus);
        let key_text = sheet.key_text(key, self.modulus);
        sheet.cell(&key_text);
        sheet.cell(if world.chance(86) { application } else { "" });
        let (given, family) = noise::name_parts(world, person);
        sheet.cell(&given);
        sheet.cell(&family);
        let gap = world.chance(2) && !sure.has(Sure::IDENTITY);
        let birth = if gap { String::new() } else { noise::us_date(person.birth) };
        sheet.cell(&birth);
        let keep = sure.has(Sure::EMAIL);
        let email = if !keep && world.chance(4) { String::new() } else { noise::email(world, &person.emails[0], keep) };
        sheet.cell(&email);
        let keep = sure.has(Sure::PHONE);
        let phone = if !keep && world.chance(6) { String::new() } else { noise::phone(world, person.phones[0]) };
        sheet.cell(&phone);
        add_place_parts(world, sheet, &person.home);
        sheet.cell(if world.chance(3) && !sure.has(Sure::IDENTITY) { "" } else { &person.government });
        let shown = sure.has(Sure::DOCUMENT) || world.chance(55);
        sheet.cell(if shown { &person.document } else { "" });
        if let Some(job) = &person.job {
            sheet.cell(&noise::us_date(job.hired));
            sheet.cell(&job.left.map(noise::us_date).unwrap_or_default());
        }
        sheet.end_row(key, owner);
        key_text
    }

    /// The finished files: sources, then events, then truth. Rows with those keys are left out.
    pub(super) fn finish(self, left_out: &BTreeSet<String>) -> Vec<(String, String)> {
        let (modulus, groups, cases) = (self.modulus, self.groups, self.cases);
        let sheets = [self.applicants, self.employees, self.accounts, self.devices, self.shipments]
            .map(|sheet| sheet.finish(left_out, modulus));
        let header = "source,record_id,cluster_id\n";
        let mut personas = String::from(header);
        let mut operators = String::from(header);
        let mut rings = String::from(header);
        let mut decoys = String::from("group,kind,source,record_id\n");
        let mut alone = String::from("source,record_id,case_id,kind\n");
        for sheet in &sheets {
            for row in &sheet.rows {
                let key = sheet.key_text(row.key, modulus);
                // Writing to a string cannot fail.
                let _ = writeln!(personas, "{},{key},P{:06}", sheet.name, row.owner.persona);
                if row.owner.ring != 0 {
                    let _ = writeln!(operators, "{},{key},O{:05}", sheet.name, row.owner.operator);
                    let _ = writeln!(rings, "{},{key},R{:04}", sheet.name, row.owner.ring);
                }
                if let Some(kind) = (row.owner.group as usize).checked_sub(1).and_then(|at| groups.get(at)) {
                    let _ = writeln!(decoys, "D{:05},{kind},{},{key}", row.owner.group, sheet.name);
                }
                if let Some(kind) = (row.owner.case as usize).checked_sub(1).and_then(|at| cases.get(at)) {
                    let _ = writeln!(alone, "{},{key},C{:04},{kind}", sheet.name, row.owner.case);
                }
            }
        }
        let mut files: Vec<(String, String)> =
            sheets.into_iter().map(|sheet| (sheet.path.to_string(), sheet.text)).collect();
        let with_events = self.events.is_some();
        files.extend(self.events.into_iter().flat_map(|events| events.finish(left_out)));
        files.push(("truth/personas.csv".into(), personas));
        files.push(("truth/operators.csv".into(), operators));
        files.push(("truth/rings.csv".into(), rings));
        files.push(("truth/decoys.csv".into(), decoys));
        if with_events {
            files.push(("truth/cases.csv".into(), alone));
        }
        files
    }
}

/// The first value in the first row, any of them later.
fn choose<'a, T>(world: &mut World, list: &'a [T], first: bool) -> &'a T {
    if first { &list[0] } else { &list[world.below(list.len() as u32) as usize] }
}

fn application_address(world: &mut World, hubs: &Hubs, person: &Person, first: bool) -> String {
    if first && person.sure.has(Sure::NETWORK) {
        return person.network.address(person.host);
    }
    let draw = if person.sure.has(Sure::PLAIN) { 50 } else { world.below(100) };
    match draw {
        0..=5 => Network::V4(Hubs::vpn(world)).address(0),
        6..=9 => Network::V4(hubs.carrier(world)).address(0),
        10..=16 => String::new(),
        _ => person.network.address(person.host),
    }
}

fn add_referees(world: &mut World, sheet: &mut Sheet, person: &Person, at: usize) {
    let list = &person.referees;
    let chosen = if list.is_empty() {
        &list[..]
    } else if person.applied.len() == 1 {
        &list[..list.len().min(2)]
    } else {
        let at = at % list.len();
        &list[at..=at]
    };
    let names: Vec<&str> = chosen.iter().map(|referee| referee.name.as_str()).collect();
    let emails: Vec<&str> = chosen.iter().map(|referee| referee.email.as_str()).collect();
    let phones: Vec<String> = chosen.iter().map(|referee| noise::phone(world, referee.phone)).collect();
    sheet.cell(&names.join("; "));
    sheet.cell(&emails.join("; "));
    sheet.cell(&phones.join("; "));
}

/// Street, unit, city, state and ZIP in cells of their own.
pub(super) fn add_place_parts(world: &mut World, sheet: &mut Sheet, place: &Place) {
    sheet.cell(&noise::street_line(world, place));
    sheet.cell(&noise::unit(world, place));
    let city = &world.cities[place.city];
    let (city, state) = (city.name, STATES[city.state].code);
    sheet.cell(city);
    sheet.cell(state);
    sheet.cell(&noise::zip(world, place));
}

/// The config that goes with the files.
pub(super) const CONFIG: &str = include_str!("samehand.toml");

/// The sources of events, which stand before the lists.
const EVENTS: &str = include_str!("events.toml");

/// The config of a company with events.
pub(super) fn with_events() -> String {
    let lists = CONFIG.find("# What the company knows").unwrap_or(CONFIG.len());
    let (sources, lists) = CONFIG.split_at(lists);
    let zip = "postal_code = \"Ship To Zip\"\n";
    let sources = sources.replace(zip, &format!("{zip}country = \"Ship To Country\"\n"));
    format!("{sources}{EVENTS}{lists}")
}
