//! Innocent groups: everything that looks like a ring to somebody who counts shared values. Each kind is one function
//! that makes its people; none of them ever gets a ring id. Leaves to `tables` the truth rows that name the group.

use super::hubs::{self, Hubs};
use super::people::{self, Account, Payout, Person, Sure};
use super::places::{self, Network};
use super::resume;
use super::world::World;

/// Makes a group of at most that many people.
type Make = fn(&mut World, &mut Hubs, usize) -> Vec<Person>;

/// Every kind of group, with how often it comes; the first round takes each kind once.
pub(super) const KINDS: &[(&str, u32, Make)] = &[
    ("household", 36, household),
    ("reissued_laptop", 9, reissued_laptop),
    ("agency", 4, agency),
    ("father_and_son", 5, father_and_son),
    ("twins", 3, twins),
    ("former_tenants", 6, former_tenants),
    ("ex_colleagues", 7, ex_colleagues),
    ("dorm", 2, dorm),
    ("carrier_store", 2, carrier_store),
    ("flat_mates", 9, flat_mates),
    ("recruiter_phone", 3, recruiter_phone),
    ("namesakes", 6, namesakes),
    ("apartment_house", 4, apartment_house),
    ("virtual_office", 2, virtual_office),
    ("campus_network", 2, campus_network),
];

/// Kinds that are laid over people who belong to no other group: a headquarters that equipment is sent to, the
/// company's own network exit, a pay-card programme.
pub(super) const HEADQUARTERS: &str = "headquarters";
pub(super) const EGRESS: &str = "own_egress";
pub(super) const PAYCARD: &str = "paycard_programme";

fn group(world: &mut World, low: usize, high: usize, limit: usize) -> Vec<Person> {
    let high = high.min(limit).max(2);
    let count = world.between(low.min(high) as i32, high as i32);
    (0..count).map(|_| people::honest(world)).collect()
}

fn hire_some(world: &mut World, people: &mut [Person], percent: u32) {
    for person in people {
        if world.chance(percent) {
            people::hire(world, person, false);
        }
    }
}

fn household(world: &mut World, _: &mut Hubs, limit: usize) -> Vec<Person> {
    let high = world.pick(&[2, 2, 3, 4]);
    let mut family = group(world, 2, high, limit);
    move_in(world, &mut family, 80);
    hire_some(world, &mut family, 22);
    if world.chance(32) {
        let state = world.cities[family[0].home.city].state;
        let line = world.phone(state);
        for person in &mut family {
            let at = world.below(2) as usize;
            person.phones.insert(at, line);
        }
    }
    if world.chance(14) {
        let family_name = family[0].family.clone();
        let mailbox = world.email("the", &family_name);
        for person in &mut family {
            person.emails.insert(0, mailbox.clone());
        }
    }
    if world.chance(30) {
        let (one, two) = (family[0].given.clone(), family[1].given.clone());
        let payout = people::bank(world, false);
        for at in 0..2 {
            people::hire(world, &mut family[at], true);
            let payee = if family[0].family == family[1].family {
                format!("{one} & {two} {}", family[0].family)
            } else {
                format!("{one} {} & {two} {}", family[0].family, family[1].family)
            };
            set_account(&mut family[at], payout.clone(), payee);
        }
    }
    family
}

/// All live where the first one lives, on one network; so many in a hundred have the first one's family name.
fn move_in(world: &mut World, people: &mut [Person], same_name_percent: u32) {
    let Some((first, others)) = people.split_first_mut() else { return };
    first.former_home = None;
    for other in others {
        other.home = first.home.clone();
        other.former_home = None;
        other.network = first.network;
        if world.chance(same_name_percent) {
            rename(world, other, None, &first.family);
        }
    }
}

/// Gives another name, and a mailbox and a handle that go with it.
fn rename(world: &mut World, person: &mut Person, given: Option<&str>, family: &str) {
    if let Some(given) = given {
        person.given = given.to_string();
    }
    person.family = family.to_string();
    person.emails = vec![world.email(&person.given, &person.family)];
    person.handle = world.handle(&person.given, &person.family);
}

/// Makes that the current account of somebody who was hired.
pub(super) fn set_account(person: &mut Person, payout: Payout, payee: String) {
    if let Some(job) = &mut person.job {
        let (from, to) = job.accounts.pop().map_or((job.hired, job.left), |account| (account.from, account.to));
        job.accounts.push(Account { payout, payee, from, to });
    }
}

fn flat_mates(world: &mut World, _: &mut Hubs, limit: usize) -> Vec<Person> {
    let mut people = group(world, 2, 4, limit);
    let own: Vec<Network> = people.iter().map(|person| person.network).collect();
    people[0].home.unit = places::unit(world);
    move_in(world, &mut people, 0);
    if world.chance(50) {
        for (person, network) in people.iter_mut().zip(own) {
            person.network = network;
        }
    }
    hire_some(world, &mut people, 28);
    people
}

fn apartment_house(world: &mut World, _: &mut Hubs, limit: usize) -> Vec<Person> {
    let mut people = group(world, 4, 12, limit);
    let city = places::city(world);
    let building = places::building(world, city);
    for (at, person) in people.iter_mut().enumerate() {
        person.home = building.clone();
        person.home.unit = format!("{}{:02}", 1 + at / 4, 1 + at % 4);
        person.former_home = None;
    }
    hire_some(world, &mut people, 28);
    people
}

fn dorm(world: &mut World, hubs: &mut Hubs, limit: usize) -> Vec<Person> {
    let mut people = group(world, 6, 20, limit);
    let city = places::city(world);
    let building = places::building(world, city);
    let rooms = world.chance(30);
    for person in &mut people {
        person.home = building.clone();
        if rooms {
            person.home.unit = places::unit(world);
        }
        person.former_home = None;
    }
    hubs.dorms.push(building);
    hire_some(world, &mut people, 15);
    people
}

fn agency(world: &mut World, hubs: &mut Hubs, limit: usize) -> Vec<Person> {
    let mut people = group(world, 5, 25, limit);
    let listed = hubs.agencies.len() % 5 < 3;
    let agency = hubs::agency(world, listed);
    let footer = world.chance(50);
    for person in &mut people {
        person.agency = agency.name.clone();
        let at = usize::from(world.chance(35));
        person.phones.insert(at, agency.phone);
        if world.chance(15) {
            person.emails.push(agency.email.clone());
        }
        if world.chance(60) {
            person.referees.insert(0, agency.contact.clone());
        }
        if footer {
            person.resume.push(agency.footer.clone());
        }
        if world.chance(30) {
            people::hire(world, person, false);
            if let Some(payout) = &agency.payout {
                set_account(person, payout.clone(), agency.name.clone());
            }
        }
    }
    hubs.agencies.push(agency);
    people
}

fn virtual_office(world: &mut World, hubs: &mut Hubs, limit: usize) -> Vec<Person> {
    let mut people = group(world, 8, 40, limit);
    let suite = format!("{}", 100 + world.below(40) * 10);
    let office = hubs::office(world, &suite);
    for person in &mut people {
        person.home = office.clone();
        person.former_home = None;
    }
    let listed = hubs.virtual_offices.len() % 3 != 2;
    hubs.virtual_offices.push((office, listed));
    hire_some(world, &mut people, 25);
    people
}

fn carrier_store(world: &mut World, hubs: &mut Hubs, limit: usize) -> Vec<Person> {
    let mut people = group(world, 8, 25, limit);
    let city = places::city(world);
    let store = places::building(world, city);
    hire_some(world, &mut people, 100);
    for job in people.iter_mut().filter_map(|person| person.job.as_mut()) {
        job.ship_to = Some(store.clone());
    }
    hubs.stores.push(store);
    people
}

fn recruiter_phone(world: &mut World, _: &mut Hubs, limit: usize) -> Vec<Person> {
    let mut people = group(world, 4, 10, limit);
    let phone = world.phone(4);
    for person in &mut people {
        let at = usize::from(world.chance(40));
        person.phones.insert(at, phone);
    }
    hire_some(world, &mut people, 20);
    people
}

fn ex_colleagues(world: &mut World, _: &mut Hubs, limit: usize) -> Vec<Person> {
    let mut people = group(world, 3, 8, limit);
    let managers = [people::referee(world), people::referee(world)];
    let company = resume::company(world);
    let lines: Vec<String> = if world.chance(50) {
        vec![resume::job_line(world, &company)]
    } else {
        vec![resume::job_line(world, &company), resume::rare_line(world)]
    };
    for person in &mut people {
        person.referees = managers.to_vec();
        if world.chance(40) {
            person.referees.truncate(1);
        }
        if world.chance(75) {
            person.resume.truncate(4);
            person.resume.extend(lines.iter().cloned());
        }
    }
    hire_some(world, &mut people, 30);
    people
}

/// Moves all applications so that the first one is on that day.
fn reschedule(person: &mut Person, first: i32) {
    let shift = first - person.applied.first().copied().unwrap_or(first);
    for day in &mut person.applied {
        *day += shift;
    }
}

/// Ends the job, its last account and its laptops on that day.
pub(super) fn leave(person: &mut Person, day: i32) {
    let Some(job) = &mut person.job else { return };
    job.left = Some(day);
    job.accounts.retain(|account| account.from <= day);
    if let Some(account) = job.accounts.last_mut() {
        account.to = Some(day);
    }
    for laptop in &mut job.laptops {
        laptop.to = Some(day);
    }
}

fn one_after_another(world: &mut World, count: usize, gap: i32) -> Vec<Person> {
    let mut day = world.between(people::FIRST_DAY, people::FIRST_DAY + 250);
    (0..count)
        .map(|at| {
            let mut person = people::honest(world);
            person.applied.truncate(1);
            reschedule(&mut person, day);
            people::hire(world, &mut person, true);
            if at + 1 < count {
                let left = person.job.as_ref().map_or(day, |job| job.hired) + world.between(150, 380);
                leave(&mut person, left);
                day = left + gap;
            }
            person
        })
        .collect()
}

pub(super) fn reissued_laptop(world: &mut World, _: &mut Hubs, limit: usize) -> Vec<Person> {
    let count = if world.chance(25) { 3 } else { 2 }.min(limit.max(2));
    let mut people = one_after_another(world, count, 5);
    let laptop = people[0].job.as_ref().and_then(|job| job.laptops.first().cloned());
    for person in &mut people {
        person.sure.add(Sure::DEVICE);
        if let (Some(job), Some(laptop)) = (&mut person.job, &laptop) {
            for own in &mut job.laptops {
                (own.serial, own.hardware, own.tag) = (laptop.serial.clone(), laptop.hardware, laptop.tag);
            }
        }
    }
    people
}

fn former_tenants(world: &mut World, hubs: &mut Hubs, _: usize) -> Vec<Person> {
    let mut people = one_after_another(world, 2, 60);
    let office = hubs.offices[0].0.clone();
    people[1].home = people[0].home.clone();
    for person in &mut people {
        person.former_home = None;
        person.sure.add(Sure::HIDE_HOME);
    }
    // What the first tenant was sent went to the office, so that no undated address outlives the tenancy.
    if let Some(job) = &mut people[0].job {
        job.ship_to = Some(office);
    }
    people
}

pub(super) fn father_and_son(world: &mut World, _: &mut Hubs, _: usize) -> Vec<Person> {
    let mut people = group(world, 2, 2, 2);
    let (given, family) = (people[0].given.clone(), people[0].family.clone());
    move_in(world, &mut people, 0);
    rename(world, &mut people[1], Some(&given), &family);
    people[0].suffix = "Sr";
    people[1].suffix = "Jr";
    people[0].birth = world.between(-4_000, 1_500);
    people[1].birth = people[0].birth + world.between(21 * 365, 34 * 365);
    if world.chance(50) {
        let line = people[0].phones[0];
        people[1].phones.push(line);
    }
    hire_some(world, &mut people, 40);
    people
}

pub(super) fn twins(world: &mut World, _: &mut Hubs, _: usize) -> Vec<Person> {
    let mut people = group(world, 2, 2, 2);
    move_in(world, &mut people, 100);
    while people[1].given == people[0].given {
        people[1].given = super::names::given(world);
    }
    people[1].birth = people[0].birth;
    hire_some(world, &mut people, 60);
    people
}

fn namesakes(world: &mut World, _: &mut Hubs, limit: usize) -> Vec<Person> {
    let mut people = group(world, 2, 3, limit);
    let (given, family, city) = (people[0].given.clone(), people[0].family.clone(), people[0].home.city);
    for person in people.iter_mut().skip(1) {
        rename(world, person, Some(&given), &family);
        person.home = places::building(world, city);
        person.former_home = None;
    }
    hire_some(world, &mut people, 35);
    people
}

fn campus_network(world: &mut World, _: &mut Hubs, limit: usize) -> Vec<Person> {
    let mut people = group(world, 8, 30, limit);
    let network = places::network(world, 0);
    for person in &mut people {
        person.network = network;
    }
    // Those who were hired work from home.
    for person in &mut people {
        if world.chance(15) {
            people::hire(world, person, false);
            let home = places::network(world, 25);
            if let Some(job) = &mut person.job {
                job.network = Some(home);
            }
        }
    }
    people
}
