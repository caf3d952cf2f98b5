//! What happens to a person from the first interview to the last day, as rows of events.
//! Leaves to `habits` what is peculiar to somebody. Invariant: the laptop of a sign-in is the person's own, and the
//! network that it reports is the one that device management knows.

use super::abroad::{self, Spot};
use super::events::{Colleague, Events, Subject, at};
use super::gear;
use super::habits::{Copies, Habits};
use super::hubs::Hubs;
use super::noise;
use super::people::{Job, Person};
use super::places::{Network, STATES};
use super::sheet::Owner;
use super::tables::{Keys, Target};
use super::world::World;

const STAGES: &[&str] = &["Recruiter screen", "Technical interview", "Hiring manager"];

/// So many earlier colleagues are remembered for referrals.
const COLLEAGUES: usize = 64;

impl Events {
    /// Writes the events of one person.
    pub(super) fn live(&mut self, world: &mut World, hubs: &Hubs, person: &Person, keys: &Keys, owner: Owner) {
        let habits = match &person.habits {
            Some(habits) => habits.clone(),
            None if person.job.is_some() => Habits::ordinary(world, person),
            None => Habits::quiet(world),
        };
        self.meet(world, person, keys, owner, &habits);
        let Some(job) = &person.job else { return };
        self.verify(world, person, job, keys, owner, &habits);
        self.refer(world, person, job, keys, owner, &habits);
        self.sign_in_daily(world, hubs, person, job, keys, owner, &habits);
        self.take_stock(world, job, keys, owner, &habits);
        self.deliver(world, person, keys, owner, &habits);
        self.use_code(world, person, job, keys, owner, &habits);
        if let Some((old, day)) = &habits.moved {
            let (old, new) = (noise::address(world, old), noise::address(world, &person.home));
            self.address_change(&keys.employee, &old, &new, job.hired + day, owner);
        }
        if let Some(left) = job.left {
            self.termination(&keys.employee, left, habits.reason, owner);
        }
    }

    fn meet(&mut self, world: &mut World, person: &Person, keys: &Keys, owner: Owner, habits: &Habits) {
        if !habits.meetings.is_empty() {
            for (meeting, application) in habits.meetings.iter().zip(keys.applications.iter().cycle()) {
                let end = meeting.start + meeting.minutes * 60;
                let outcome = if meeting.moved > 1 { "Rescheduled" } else { "Completed" };
                self.interview(application, STAGES[0], (meeting.start, end), (outcome, meeting.moved), owner);
            }
            return;
        }
        let last = keys.applications.len().saturating_sub(1);
        for (index, (application, &day)) in keys.applications.iter().zip(&person.applied).enumerate() {
            let rounds = match (person.job.is_some() && index == last, world.chance(24)) {
                (true, _) => 2 + world.below(2),
                (false, true) => 1,
                (false, false) => 0,
            };
            for round in 0..rounds {
                let day = day + 2 + round as i32 * 4 + world.between(0, 2);
                let start = at(day, 14 * 3_600 + i64::from(world.below(16)) * 1_800);
                let moved = [0, 1, 2, 3][world.weighted(&[83, 13, 3, 1])];
                let outcome = if world.chance(4) { "Cancelled" } else { "Completed" };
                let stage = STAGES[round as usize % STAGES.len()];
                self.interview(application, stage, (start, start + 2_700), (outcome, moved), owner);
            }
        }
    }

    fn verify(&mut self, world: &mut World, person: &Person, job: &Job, keys: &Keys, owner: Owner, habits: &Habits) {
        let Some(application) = keys.applications.last() else { return };
        let completed = job.hired + habits.checked;
        let ordered = completed - world.between(2, 8);
        let birth = noise::iso_date(person.birth);
        let document = if world.chance(70) { person.document.as_str() } else { "" };
        self.check(application, [&person.full_name(), &birth, document], (ordered, completed), habits.check, owner);
    }

    fn refer(&mut self, world: &mut World, person: &Person, job: &Job, keys: &Keys, owner: Owner, habits: &Habits) {
        if let (Some(application), Some(&day)) = (keys.applications.last(), person.applied.last()) {
            let by = match &habits.referred_by {
                Some(by) => Some(by.clone()),
                None if world.chance(9) && !self.colleagues.is_empty() => {
                    let by = &self.colleagues[world.below(self.colleagues.len() as u32) as usize];
                    let there = by.hired < day && by.left.is_none_or(|left| left > day);
                    there.then(|| by.employee.clone())
                }
                None => None,
            };
            if let Some(by) = by {
                self.referral(application, &by, day - 1, owner);
            }
        }
        // Only people of no ring and no planted case are asked, so that a referral ties nobody to one by chance.
        if owner.ring == 0 && owner.case == 0 {
            let colleague = Colleague { employee: keys.employee.clone(), hired: job.hired, left: job.left };
            if self.colleagues.len() < COLLEAGUES {
                self.colleagues.push(colleague);
            } else {
                let at = world.below(COLLEAGUES as u32) as usize;
                self.colleagues[at] = colleague;
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one person with everything that is known of them")]
    fn sign_in_daily(
        &mut self,
        world: &mut World,
        hubs: &Hubs,
        person: &Person,
        job: &Job,
        keys: &Keys,
        owner: Owner,
        habits: &Habits,
    ) {
        let name = person.full_name();
        let subject = Subject {
            employee: if habits.by_login { "" } else { &keys.employee },
            name: &name,
            login: person.emails.first().map_or("", String::as_str),
            owner,
        };
        let Some(laptop) = job.laptops.first() else { return };
        let network = job.network.unwrap_or(person.network);
        let home = abroad::at_home(world, hubs, network, person.host, habits.city.unwrap_or(person.home.city));
        let end = job.left.unwrap_or(i32::MAX);
        let mut day = laptop.from + 1;
        for index in 0..habits.days {
            let time = daytime(world, day, habits.slot);
            let hidden = habits.private && index % 2 == 1;
            let spot = if hidden { abroad::vpn(world, None) } else { home.clone() };
            let spot = fresh_host(spot, &home, network, world);
            if day <= end {
                // Somebody who has two laptops signs in with either, as soon as it is there.
                let turn = index as usize % job.laptops.len();
                let own = job.laptops.get(turn).filter(|own| own.from <= day).unwrap_or(laptop);
                self.sign_in(world, subject, time, &spot, Some(&own.serial));
            }
            day += [1, 1, 2, 3][world.below(4) as usize];
        }
        let mut day = laptop.from + 2;
        for index in 0..habits.elsewhere_days {
            let Some(spot) = habits.elsewhere.get(index as usize % habits.elsewhere.len().max(1)) else { break };
            let time = daytime(world, day, habits.slot);
            if day <= end {
                self.sign_in(world, subject, time, spot, None);
            }
            day += [1, 2, 3][world.below(3) as usize];
        }
        if let Some((first, days, spot)) = &habits.trip {
            for day in (job.hired + first..job.hired + first + days).step_by(2).filter(|day| *day <= end) {
                let time = daytime(world, day, None);
                self.sign_in(world, subject, time, spot, Some(&laptop.serial));
            }
        }
    }

    fn take_stock(&mut self, world: &mut World, job: &Job, keys: &Keys, owner: Owner, habits: &Habits) {
        for (laptop, device) in job.laptops.iter().zip(&keys.devices) {
            let mut listed: Vec<String> = Vec::new();
            for _ in 0..2 + world.below(3) {
                let program = gear::ordinary_program(world);
                if !listed.contains(&program.name.to_lowercase()) {
                    listed.push(program.name.to_lowercase());
                    let time = at(laptop.from, 54_000 + i64::from(world.below(9_000)));
                    self.program(device, &laptop.serial, &program, time, owner);
                }
            }
            for (program, day) in &habits.tools {
                let time = at((job.hired + day).max(laptop.from), 50_000 + i64::from(world.below(30_000)));
                self.program(device, &laptop.serial, program, time, owner);
            }
            for _ in 0..world.below(3) {
                let product = gear::ordinary_thing(world);
                let time = at(laptop.from + world.between(0, 40), 54_000 + i64::from(world.below(9_000)));
                let mac = if product.contains("Dock") { mac(world) } else { String::new() };
                self.thing(&keys.employee, &laptop.serial, (product, &mac), time, owner);
            }
            for (product, day) in &habits.things {
                let mac = if world.chance(50) { mac(world) } else { String::new() };
                let time = at((job.hired + day).max(laptop.from), 60_000 + i64::from(world.below(9_000)));
                self.thing(&keys.employee, &laptop.serial, (product, &mac), time, owner);
            }
        }
    }

    fn deliver(&mut self, world: &mut World, person: &Person, keys: &Keys, owner: Owner, habits: &Habits) {
        let hub = &world.cities[(person.host % world.cities.len() as u64) as usize];
        let (hub, hub_state) = (hub.name, STATES[hub.state].code);
        for (index, parcel) in keys.parcels.iter().enumerate() {
            let day = parcel.day;
            let label = at(day, 50_000 + i64::from(world.below(20_000)));
            self.scan(&parcel.tracking, "Label created", [hub, hub_state, "US", ""], label, owner);
            let (city, region, country, line) = match &parcel.target {
                Target::Home(place) => {
                    let city = &world.cities[place.city];
                    let (city, region) = (city.name, STATES[city.state].code);
                    (city, region, "US", noise::address(world, place))
                }
                Target::Abroad(abroad) => (abroad.city, abroad.region, abroad.country, abroad.line()),
            };
            let time = at(day + 1, 20_000 + i64::from(world.below(60_000)));
            self.scan(&parcel.tracking, "In transit", [hub, hub_state, "US", ""], time, owner);
            let redirected = index == 0 && habits.redirected;
            if redirected {
                let time = at(day + 1, 80_000);
                let what = "Delivery address changed at the request of the recipient";
                self.scan(&parcel.tracking, what, [city, region, country, &line], time, owner);
            }
            let days = 2 + i32::from(country != "US") * world.between(3, 8);
            let time = at(day + days, 55_000 + i64::from(world.below(20_000)));
            self.scan(&parcel.tracking, "Delivered", [city, region, country, &line], time, owner);
        }
    }

    fn use_code(&mut self, world: &mut World, person: &Person, job: &Job, keys: &Keys, owner: Owner, habits: &Habits) {
        if habits.copies == Copies::Everyday && !world.chance(55) {
            return;
        }
        let repository = |world: &mut World| format!("{}-{}", world.pick(AREAS), world.pick(PARTS));
        for _ in 0..1 + world.below(3) {
            let day = job.hired + world.between(4, 40);
            let time = at(day, 54_000 + i64::from(world.below(20_000)));
            let (action, remote) = if world.chance(70) { ("git.clone", "") } else { ("git.push", "code.example.com") };
            let (name, count) = (repository(world), 1 + world.below(6));
            self.code(&keys.employee, (action, &name, remote), count, time, owner);
        }
        let time = at(job.hired + world.between(5, 13), 60_000);
        match habits.copies {
            Copies::Everyday => {}
            Copies::Bulk(count) => {
                let name = repository(world);
                self.code(&keys.employee, ("git.clone", &name, ""), count, time, owner);
            }
            Copies::Outside => {
                let name = repository(world);
                let remote = format!("https://hosting.example.net/{}", person.handle);
                self.code(&keys.employee, ("git.push", &name, &remote), 1, time, owner);
            }
        }
    }
}

const AREAS: &[&str] = &["billing", "search", "mobile", "platform", "data", "login", "claims", "web"];
const PARTS: &[&str] = &["api", "service", "client", "jobs", "tools", "infra"];

/// Working hours; in a slot of twenty minutes where the person keeps to one.
fn daytime(world: &mut World, day: i32, slot: Option<u32>) -> i64 {
    match slot {
        Some(slot) => at(day, 13 * 3_600 + i64::from(slot % 27) * 1_200 + i64::from(world.below(540))),
        None => at(day, 13 * 3_600 + i64::from(world.below(9 * 3_600))),
    }
}

/// In a home with IPv6 every sign-in has another address of the same network.
fn fresh_host(spot: Spot, home: &Spot, network: Network, world: &mut World) -> Spot {
    match network {
        Network::V6(_) if spot.ip == home.ip => Spot { ip: network.address(world.bits()), ..spot },
        _ => spot,
    }
}

/// An address of a network card that no maker owns.
fn mac(world: &mut World) -> String {
    let bits = (world.bits() & 0x0000_fcff_ffff_ffff | 0x0000_0200_0000_0000).to_be_bytes();
    bits[2..].iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
}
