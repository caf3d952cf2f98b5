//! Accounts, laptops and parcels of one employee as rows. Leaves the person's own rows to `tables`.
//! Invariant: an asset names its employee, or now and then, where nothing was planted, one that was purged.

use super::abroad::Abroad;
use super::noise;
use super::people::{Account, Payout, Person, Sure};
use super::places::Place;
use super::sheet::Owner;
use super::tables::{Keys, Parcel, Tables, Target, add_place_parts};
use super::world::World;
use std::fmt::Write;

/// One asset row in so many, of background people, names an employee that the employee file does not have.
const DANGLING_EVERY: u64 = 700;

impl Tables {
    /// Writes what the employee was given: accounts, laptops, parcels.
    pub(super) fn add_assets(&mut self, world: &mut World, person: &Person, keys: &mut Keys, owner: Owner) {
        let Some(job) = &person.job else { return };
        let employee = keys.employee.clone();
        for account in &job.accounts {
            keys.accounts.push(self.add_account(&employee, account, owner));
        }
        self.add_laptops(world, person, keys, owner);
    }

    /// Writes that pay of that employee goes there.
    pub(super) fn add_account(&mut self, employee: &str, account: &Account, owner: Owner) -> String {
        let reference = self.asset_reference(employee, owner);
        let sheet = &mut self.accounts;
        let key = sheet.next_key(self.modulus);
        let key_text = sheet.key_text(key, self.modulus);
        sheet.cell(&key_text);
        sheet.cell(&reference);
        sheet.cell(&account.payee);
        let (mut routing, mut number, mut others) = (String::new(), String::new(), ["", "", ""]);
        match &account.payout {
            Payout::Bank { routing: bank, number: full, masked } => {
                let _ = write!(routing, "{bank:09}");
                number = if *masked { format!("XXXX{}", &full[full.len().saturating_sub(4)..]) } else { full.clone() };
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
        key_text
    }

    fn add_laptops(&mut self, world: &mut World, person: &Person, keys: &mut Keys, owner: Owner) {
        let Some(job) = &person.job else { return };
        let employee = keys.employee.clone();
        for laptop in &job.laptops {
            let reference = self.asset_reference(&employee, owner);
            let sheet = &mut self.devices;
            let key = sheet.next_key(self.modulus);
            let key_text = sheet.key_text(key, self.modulus);
            sheet.cell(&key_text);
            keys.devices.push(key_text);
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
            let public = if person.sure.has(Sure::DEVICE) || !world.chance(5) {
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
                let parcel =
                    self.add_shipment(world, person, &employee, place, (laptop.from - 4, &laptop.serial), owner);
                keys.parcels.push(parcel);
            }
            if world.chance(24) {
                let day = laptop.from + world.between(5, 60);
                keys.parcels.push(self.add_shipment(world, person, &employee, place, (day, ""), owner));
            }
            // Only companies with events have habits, and only some of their laptops travel on.
            if let Some((days, abroad)) = person.habits.as_ref().and_then(|habits| habits.sent_on.as_ref()) {
                let day = laptop.from + days;
                keys.parcels.push(self.add_onward(&employee, &laptop.serial, day, abroad, owner));
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
    ) -> Parcel {
        let by_serial_only = !serial.is_empty() && !person.sure.has(Sure::DEVICE) && world.chance(12);
        let reference = if by_serial_only { String::new() } else { self.asset_reference(employee, owner) };
        let sheet = &mut self.shipments;
        let key = sheet.next_key(self.modulus);
        let tracking = sheet.key_text(key, self.modulus);
        sheet.cell(&tracking);
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
        if self.events.is_some() {
            sheet.cell("US");
        }
        sheet.end_row(key, owner);
        Parcel { tracking, day, target: Target::Home(place.clone()) }
    }

    /// The second label of a laptop, to somebody in another country.
    fn add_onward(&mut self, employee: &str, serial: &str, day: i32, abroad: &Abroad, owner: Owner) -> Parcel {
        let sheet = &mut self.shipments;
        let key = sheet.next_key(self.modulus);
        let tracking = sheet.key_text(key, self.modulus);
        sheet.cell(&tracking);
        sheet.cell(&noise::iso_date(day));
        for text in [employee, serial, &abroad.recipient, "", "", &abroad.street, "", abroad.city, abroad.region] {
            sheet.cell(text);
        }
        sheet.cell(&abroad.postal_code);
        sheet.cell(abroad.country);
        sheet.end_row(key, owner);
        Parcel { tracking, day, target: Target::Abroad(abroad.clone()) }
    }

    /// The employee that an asset names: the right one, or now and then one that was purged.
    fn asset_reference(&mut self, employee: &str, owner: Owner) -> String {
        self.assets += 1;
        if owner.ring == 0 && owner.case == 0 && self.assets.is_multiple_of(DANGLING_EVERY) {
            // Numbers from the modulus on are never given out.
            let key = self.modulus + 1 + self.assets / DANGLING_EVERY % 8;
            return self.employees.key_text(key as u32, self.modulus);
        }
        employee.to_string()
    }
}
