//! Writes people into the five sources with the noise of real exports, and the truth beside them.
//! Leaves the values themselves to `people`, `decoys` and `rings`. Invariant: every row has its truth, rows stand in the
//! order of their scrambled keys, and so neither keys nor order give the truth away.

use super::hubs::{Hubs, VPN_LISTED};
use super::noise;
use super::people::{Payout, Person, Sure};
use super::places::{Network, Place, STATES};
use super::world::World;
use std::fmt::Write;

/// Whose a record is. Zero means none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Owner {
    pub(super) persona: u32,
    pub(super) operator: u32,
    pub(super) ring: u32,
    /// Decoy group, an index into [`Tables::groups`] plus one.
    pub(super) group: u32,
}

struct Row {
    key: u32,
    start: u64,
    length: u32,
    owner: Owner,
}

/// One source: rows in one arena, sorted when it is finished.
struct Sheet {
    name: &'static str,
    path: &'static str,
    header: &'static str,
    prefix: &'static str,
    text: String,
    rows: Vec<Row>,
    /// Start of the row that is being written.
    start: usize,
}

/// Keys run through all numbers below a prime, in steps of a constant, and so never repeat; the first is for companies
/// of up to a million people, the second for larger ones.
const MODULI: [u64; 2] = [9_999_991, 999_999_937];
const STEP: u64 = 6_180_339;

impl Sheet {
    fn new(name: &'static str, path: &'static str, prefix: &'static str, header: &'static str) -> Self {
        Self { name, path, header, prefix, text: String::new(), rows: Vec::new(), start: 0 }
    }

    fn next_key(&self, modulus: u64) -> u32 {
        // Every source starts elsewhere, or the keys of one person's records in two sources would look alike.
        let offset = self.name.bytes().fold(0u64, |sum, byte| (sum * 31 + u64::from(byte)) % modulus);
        ((offset + (self.rows.len() as u64 + 1) * STEP) % modulus) as u32
    }

    fn key_text(&self, key: u32, modulus: u64) -> String {
        format!("{}{key:0width$}", self.prefix, width = if modulus == MODULI[0] { 7 } else { 9 })
    }

    /// Adds one cell, quoted where CSV needs it.
    fn cell(&mut self, text: &str) {
        if self.text.len() > self.start {
            self.text.push(',');
        }
        if text.bytes().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r')) {
            self.text.push('"');
            self.text.push_str(&text.replace('"', "\"\""));
            self.text.push('"');
        } else {
            self.text.push_str(text);
        }
    }

    fn end_row(&mut self, key: u32, owner: Owner) {
        self.text.push('\n');
        let length = (self.text.len() - self.start) as u32;
        self.rows.push(Row { key, start: self.start as u64, length, owner });
        self.start = self.text.len();
    }

    fn finish(mut self) -> Self {
        self.rows.sort_unstable_by_key(|row| row.key);
        let mut sorted = String::with_capacity(self.text.len() + self.header.len() + 1);
        sorted.push_str(self.header);
        sorted.push('\n');
        for row in &self.rows {
            let start = row.start as usize;
            sorted.push_str(&self.text[start..start + row.length as usize]);
        }
        self.text = sorted;
        self
    }
}

/// One asset row in so many, of background people, names an employee that the employee file does not have.
const DANGLING_EVERY: u64 = 700;

/// The five sources and the truth.
pub(super) struct Tables {
    applicants: Sheet,
    employees: Sheet,
    accounts: Sheet,
    devices: Sheet,
    shipments: Sheet,
    modulus: u64,
    assets: u64,
    /// Kind of each decoy group.
    pub(super) groups: Vec<&'static str>,
}

impl Tables {
    pub(super) fn new(people: usize) -> Self {
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
                "Tracking Number,Ship Date,Reference,Serial No.,Recipient Contact Name,Recipient Phone,Ship To,\
                 Ship To Street,Ship To Unit,Ship To City,Ship To State,Ship To Zip",
            ),
            modulus: MODULI[usize::from(people > 1_000_000)],
            assets: 0,
            groups: Vec::new(),
        }
    }

    /// Opens a decoy group; the result goes into [`Owner::group`].
    pub(super) fn open_group(&mut self, kind: &'static str) -> u32 {
        self.groups.push(kind);
        self.groups.len() as u32
    }

    /// Writes everything about one person.
    pub(super) fn add(&mut self, world: &mut World, hubs: &Hubs, person: &Person, owner: Owner) {
        let mut application = String::new();
        for at in 0..person.applied.len() {
            application = self.add_application(world, hubs, person, at, owner);
        }
        if person.job.is_some() {
            let employee = self.add_employee(world, person, &application, owner);
            self.add_assets(world, person, &employee, owner);
        }
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
        let birth = if world.chance(2) { String::new() } else { noise::us_date(person.birth) };
        sheet.cell(&birth);
        let keep = sure.has(Sure::EMAIL);
        let email = if !keep && world.chance(4) { String::new() } else { noise::email(world, &person.emails[0], keep) };
        sheet.cell(&email);
        let keep = sure.has(Sure::PHONE);
        let phone = if !keep && world.chance(6) { String::new() } else { noise::phone(world, person.phones[0]) };
        sheet.cell(&phone);
        add_place_parts(world, sheet, &person.home);
        sheet.cell(if world.chance(3) { "" } else { &person.government });
        let shown = sure.has(Sure::DOCUMENT) || world.chance(55);
        sheet.cell(if shown { &person.document } else { "" });
        if let Some(job) = &person.job {
            sheet.cell(&noise::us_date(job.hired));
            sheet.cell(&job.left.map(noise::us_date).unwrap_or_default());
        }
        sheet.end_row(key, owner);
        key_text
    }

    fn add_assets(&mut self, world: &mut World, person: &Person, employee: &str, owner: Owner) {
        let Some(job) = &person.job else { return };
        for account in &job.accounts {
            let reference = self.asset_reference(employee, owner);
            let sheet = &mut self.accounts;
            let key = sheet.next_key(self.modulus);
            sheet.cell(&sheet.key_text(key, self.modulus));
            sheet.cell(&reference);
            sheet.cell(&account.payee);
            let (mut routing, mut number, mut others) = (String::new(), String::new(), ["", "", ""]);
            match &account.payout {
                Payout::Bank { routing: bank, number: full, masked } => {
                    let _ = write!(routing, "{bank:09}");
                    number =
                        if *masked { format!("XXXX{}", &full[full.len().saturating_sub(4)..]) } else { full.clone() };
                }
                Payout::Iban(iban) => others[0] = iban,
                Payout::Wallet(wallet) => others[1] = wallet,
                Payout::Handle(handle) => others[2] = handle,
            }
            sheet.cell(&routing);
            sheet.cell(&number);
            for other in others {
                sheet.cell(other);
            }
            sheet.cell(&noise::iso_date(account.from));
            sheet.cell(&account.to.map(noise::iso_date).unwrap_or_default());
            sheet.end_row(key, owner);
        }
        for laptop in &job.laptops {
            let reference = self.asset_reference(employee, owner);
            let sheet = &mut self.devices;
            let key = sheet.next_key(self.modulus);
            sheet.cell(&sheet.key_text(key, self.modulus));
            sheet.cell(&format!("LT{}", laptop.tag));
            sheet.cell(&reference);
            sheet.cell(&laptop.serial);
            let mac = laptop.hardware.to_be_bytes();
            let mac: Vec<String> = mac[2..].iter().map(|byte| format!("{byte:02X}")).collect();
            sheet.cell(&mac.join(if laptop.hardware.is_multiple_of(5) { "-" } else { ":" }));
            let host = if world.chance(30) {
                format!("LT-{}", laptop.serial)
            } else {
                format!("{}-{}", person.family.to_ascii_uppercase(), world.pick(&["LT", "MBP", "PC"]))
            };
            sheet.cell(&host);
            // The address inside the home: everybody's, and no identifier.
            sheet.cell(&format!("192.168.{}.{}", world.pick(&[0, 0, 1, 1, 1, 86]), 2 + world.below(60)));
            let public = if sure_device(person) || !world.chance(5) {
                job.network.unwrap_or(person.network).address(world.bits())
            } else {
                String::new()
            };
            sheet.cell(&public);
            sheet.cell(&noise::short_us_date(laptop.from));
            sheet.cell(&laptop.to.map(noise::short_us_date).unwrap_or_default());
            sheet.end_row(key, owner);
        }
        for laptop in &job.laptops {
            let place = job.ship_to.as_ref().unwrap_or(&person.home);
            if person.sure.has(Sure::SHIPMENT) || world.chance(92) {
                self.add_shipment(world, person, employee, place, (laptop.from - 4, &laptop.serial), owner);
            }
            if world.chance(24) {
                let day = laptop.from + world.between(5, 60);
                self.add_shipment(world, person, employee, place, (day, ""), owner);
            }
        }
    }

    fn add_shipment(
        &mut self,
        world: &mut World,
        person: &Person,
        employee: &str,
        place: &Place,
        (day, serial): (i32, &str),
        owner: Owner,
    ) {
        let by_serial_only = !serial.is_empty() && !person.sure.has(Sure::DEVICE) && world.chance(12);
        let reference = if by_serial_only { String::new() } else { self.asset_reference(employee, owner) };
        let sheet = &mut self.shipments;
        let key = sheet.next_key(self.modulus);
        sheet.cell(&sheet.key_text(key, self.modulus));
        sheet.cell(&noise::iso_date(day));
        sheet.cell(&reference);
        sheet.cell(if by_serial_only || world.chance(70) { serial } else { "" });
        sheet.cell(&noise::full_name(world, person));
        let phone = if world.chance(60) { noise::phone(world, person.phones[0]) } else { String::new() };
        sheet.cell(&phone);
        if world.chance(55) {
            sheet.cell(&noise::address(world, place));
            for _ in 0..5 {
                sheet.cell("");
            }
        } else {
            sheet.cell("");
            add_place_parts(world, sheet, place);
        }
        sheet.end_row(key, owner);
    }

    /// The employee that an asset names: the right one, or now and then one that was purged.
    fn asset_reference(&mut self, employee: &str, owner: Owner) -> String {
        self.assets += 1;
        if owner.ring == 0 && self.assets.is_multiple_of(DANGLING_EVERY) {
            // Numbers from the modulus on are never given out.
            let key = self.modulus + 1 + self.assets / DANGLING_EVERY % 8;
            return self.employees.key_text(key as u32, self.modulus);
        }
        employee.to_string()
    }

    /// The finished files: sources, then truth.
    pub(super) fn finish(self) -> Vec<(String, String)> {
        let (modulus, groups) = (self.modulus, self.groups);
        let sheets = [self.applicants, self.employees, self.accounts, self.devices, self.shipments].map(Sheet::finish);
        let header = "source,record_id,cluster_id\n";
        let mut personas = String::from(header);
        let mut operators = String::from(header);
        let mut rings = String::from(header);
        let mut decoys = String::from("group,kind,source,record_id\n");
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
            }
        }
        let mut files: Vec<(String, String)> =
            sheets.into_iter().map(|sheet| (sheet.path.to_string(), sheet.text)).collect();
        files.push(("truth/personas.csv".into(), personas));
        files.push(("truth/operators.csv".into(), operators));
        files.push(("truth/rings.csv".into(), rings));
        files.push(("truth/decoys.csv".into(), decoys));
        files
    }
}

fn sure_device(person: &Person) -> bool {
    person.sure.has(Sure::DEVICE)
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
fn add_place_parts(world: &mut World, sheet: &mut Sheet, place: &Place) {
    sheet.cell(&noise::street_line(world, place));
    sheet.cell(&noise::unit(world, place));
    let city = &world.cities[place.city];
    let (city, state) = (city.name, STATES[city.state].code);
    sheet.cell(city);
    sheet.cell(state);
    sheet.cell(&noise::zip(world, place));
}

/// The company's own lists, as partial as such lists are.
pub(super) fn hub_files(world: &World, hubs: &Hubs) -> Vec<(String, String)> {
    let places = |list: &[(Place, bool)]| {
        let mut text = String::from("street,unit,city,region,postal_code\n");
        for (place, _) in list.iter().filter(|(_, listed)| *listed) {
            let city = &world.cities[place.city];
            let street = format!("{} {} {}", place.number, place.street, super::places::SUFFIXES[place.suffix].0);
            let unit = if place.unit.is_empty() { String::new() } else { format!("Suite {}", place.unit) };
            let _ = writeln!(text, "{street},{unit},{},{},{:05}", city.name, STATES[city.state].code, place.zip);
        }
        text
    };
    let mut egress = String::from("ip\n");
    for (address, _) in hubs.egress.iter().filter(|(_, listed)| *listed) {
        let _ = writeln!(egress, "{}", Network::V4(*address).address(0));
    }
    let mut agencies = String::from("name,phone,city\n");
    for agency in hubs.agencies.iter().filter(|agency| agency.listed) {
        let phone = format!("({}) 555-{:04}", agency.phone / 10_000_000, agency.phone % 10_000);
        let _ = writeln!(agencies, "{},{phone},{}", agency.name, world.cities[agency.city].name);
    }
    let mut paycards = String::from("routing_number\n");
    for (routing, _) in hubs.programmes.iter().filter(|(_, listed)| *listed) {
        let _ = writeln!(paycards, "{routing:09}");
    }
    vec![
        ("own_offices.csv".into(), places(&hubs.offices)),
        ("virtual_offices.csv".into(), places(&hubs.virtual_offices)),
        ("own_egress.csv".into(), egress),
        ("vpn_ranges.csv".into(), format!("cidr\n{}\n", VPN_LISTED.join("\n"))),
        ("agencies.csv".into(), agencies),
        ("paycard_routing.csv".into(), paycards),
        ("remote_tools.csv".into(), "application\nExample Remote Support\nExample Screen Share\n".into()),
    ]
}

/// The config that goes with the files.
pub(super) const CONFIG: &str = include_str!("samehand.toml");
