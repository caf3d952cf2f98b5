//! Planted rings: personas of one operator or behind one facilitator, tied by two or more independent evidence
//! families. Leaves to `near` what near means. Invariants: the ties of a ring connect it; each tie is of at least two
//! families; in a ring of near ties no identifier is shared exactly; two personas have one operator exactly when control
//! ties connect them.

use super::hubs::Hubs;
use super::near;
use super::people::{self, Payout, Person, Sure};
use super::places::{self, Network};
use super::resume;
use super::world::World;
use crate::model::value::EvidenceFamily as Family;

/// How the values of a ring's ties agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Near,
    Mixed,
    Exact,
}

impl Class {
    /// The class of the ring of that index: each comes every third time.
    pub(super) fn of(index: usize) -> Self {
        [Class::Near, Class::Mixed, Class::Exact][index % 3]
    }
}

/// What a ring is shaped like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One operator, several personas.
    Operator,
    /// Laptops of several people at one place.
    Farm,
    /// Pay of several people at one bank.
    Payroll,
    /// Personas that vouch for each other.
    Referees,
    /// Neighbors share two things, and the next two others.
    Chain,
}

impl Shape {
    /// The shape of the ring of that index: each comes three times in turn.
    pub(super) fn of(index: usize) -> Self {
        [Shape::Operator, Shape::Farm, Shape::Payroll, Shape::Referees, Shape::Chain][index / 3 % 5]
    }
}

/// The number of personas of a ring: mostly two to four.
pub(super) fn size(world: &mut World, index: usize) -> usize {
    let size = 2 + world.weighted(&[33, 27, 18, 9, 6, 4, 3]);
    if Shape::of(index) == Shape::Chain { size.max(3) } else { size }
}

/// The personas of one ring, each with its operator, counted from 0 within the ring.
pub(super) fn ring(world: &mut World, hubs: &Hubs, index: usize, size: usize) -> Vec<(Person, usize)> {
    let class = Class::of(index);
    let shape = Shape::of(index);
    let base = world.between(people::FIRST_DAY, people::LAST_DAY - 200);
    let plain = class == Class::Near;
    let mut people: Vec<Person> = (0..size).map(|_| people::persona(world, base, plain)).collect();
    let hired_percent = match shape {
        Shape::Farm | Shape::Payroll => 100,
        Shape::Operator => 60,
        Shape::Chain => 62,
        Shape::Referees => 45,
    };
    for person in &mut people {
        person.former_home = None;
        if world.chance(hired_percent) {
            people::hire(world, person, true);
        }
    }
    let mut ring = Ring { class, people, planted: vec![0; size], operators: (0..size).collect() };
    match shape {
        Shape::Operator => ring.operator(world),
        Shape::Farm => ring.farm(world),
        Shape::Payroll => ring.payroll(world),
        Shape::Referees => ring.referees(world),
        Shape::Chain => ring.chain(world),
    }
    if class != Class::Near && world.chance(20) {
        ring.hide_in_hub(world, hubs);
    }
    let operators = (0..size).map(|at| ring.root(at)).collect::<Vec<_>>();
    ring.people.into_iter().zip(operators).collect()
}

struct Ring {
    class: Class,
    people: Vec<Person>,
    /// How many lines at the end of each resume are planted.
    planted: Vec<usize>,
    /// Union-find over control ties.
    operators: Vec<usize>,
}

impl Ring {
    fn root(&self, mut at: usize) -> usize {
        while self.operators[at] != at {
            at = self.operators[at];
        }
        at
    }

    fn hired(&self, at: usize) -> bool {
        self.people[at].job.is_some()
    }

    fn both_hired(&self, a: usize, b: usize) -> bool {
        self.hired(a) && self.hired(b)
    }

    /// Two different control families that this pair can have.
    fn two_control(&self, world: &mut World, a: usize, b: usize) -> Vec<Family> {
        let pay = if self.both_hired(a, b) { 32 } else { 0 };
        let people = if self.class == Class::Near { 0 } else { 14 };
        let all = [Family::Contact, Family::DocumentText, Family::Payment, Family::People];
        let mut weights = [34, 34, pay, people];
        let first = world.weighted(&weights);
        weights[first] = 0;
        let second = world.weighted(&weights);
        vec![all[first], all[second]]
    }

    /// Ties `b` to `a`, who was there before. In a mixed ring the first of two families is exact and the second near, or
    /// the other way round; the people family has no near values to speak of and is then the exact one.
    fn tie(&mut self, world: &mut World, a: usize, b: usize, families: &[Family]) {
        let flip = usize::from(world.chance(50));
        let exact_at = families.iter().position(|&family| family == Family::People).unwrap_or(flip);
        for (at, &family) in families.iter().enumerate() {
            let near = match self.class {
                Class::Near => true,
                Class::Exact => false,
                Class::Mixed => at != exact_at,
            };
            let control = match family {
                Family::Contact => self.contact(world, a, b, near),
                Family::Payment => self.payment(world, a, b, near),
                Family::DocumentText => self.document(world, a, b, near),
                Family::People => self.people_tie(world, a, b, near),
                Family::Place => self.place(world, a, b, near),
                Family::DeviceNetwork => self.network(world, a, b, near),
            };
            if control {
                let (a, b) = (self.root(a), self.root(b));
                self.operators[a.max(b)] = a.min(b);
            }
        }
    }

    fn operator(&mut self, world: &mut World) {
        let last = self.people.len() - 1;
        let lent = last >= 2 && world.chance(30);
        for b in 1..=last {
            let a = if world.chance(55) { 0 } else { world.below(b as u32) as usize };
            if lent && b == last {
                self.lend(world, 0, b);
                continue;
            }
            let mut families = self.two_control(world, a, b);
            if world.chance(if self.class == Class::Near { 50 } else { 30 }) {
                self.add_third(world, a, b, &mut families);
            }
            self.tie(world, a, b, &families);
        }
    }

    /// A third family: a location, or the control family that is not used yet. A shared home is added only where a text
    /// or a referee is shared too, which no household explains.
    fn add_third(&self, world: &mut World, a: usize, b: usize, families: &mut Vec<Family>) {
        let both = self.both_hired(a, b);
        let unexplained = families.contains(&Family::DocumentText) || families.contains(&Family::People);
        let mut options = vec![Family::DeviceNetwork];
        if both || unexplained {
            options.push(Family::Place);
        }
        for family in [Family::Contact, Family::DocumentText] {
            if !families.contains(&family) {
                options.push(family);
            }
        }
        families.push(world.pick(&options));
    }

    /// Adds a persona with a real, consenting identity: nothing in common but pay, place or device.
    fn lend(&mut self, world: &mut World, a: usize, b: usize) {
        for at in [a, b] {
            people::hire(world, &mut self.people[at], true);
        }
        let families = if world.chance(60) {
            [Family::Place, Family::DeviceNetwork]
        } else {
            [Family::Payment, world.pick(&[Family::DeviceNetwork, Family::Place])]
        };
        self.tie(world, a, b, &families);
    }

    fn farm(&mut self, world: &mut World) {
        for b in 1..self.people.len() {
            self.tie(world, 0, b, &[Family::Place, Family::DeviceNetwork]);
        }
        // Some of the hosted personas have the same operator: the second and third, in large farms the last two as well.
        let count = self.people.len();
        let mut pairs = Vec::new();
        if count >= 3 && world.chance(45) {
            pairs.push((1, 2));
        }
        if count >= 5 && world.chance(70) {
            pairs.push((count - 2, count - 1));
        }
        for (a, b) in pairs {
            let families = self.two_control(world, a, b);
            self.tie(world, a, b, &families);
        }
    }

    fn payroll(&mut self, world: &mut World) {
        let last = self.people.len() - 1;
        let lent = last >= 2 && world.chance(40);
        for b in 1..=last {
            if lent && b == last {
                self.lend(world, 0, b);
                continue;
            }
            let a = if world.chance(70) { 0 } else { b - 1 };
            let second = match world.below(100) {
                0..=34 => Family::Contact,
                35..=69 => Family::DocumentText,
                70..=84 => Family::DeviceNetwork,
                _ => Family::Place,
            };
            let mut families = vec![Family::Payment, second];
            if self.class == Class::Near && world.chance(50) {
                self.add_third(world, a, b, &mut families);
            }
            self.tie(world, a, b, &families);
        }
    }

    fn referees(&mut self, world: &mut World) {
        let count = self.people.len();
        for b in 1..count {
            let second = if self.class == Class::Near { Family::Contact } else { Family::People };
            let first =
                if second == Family::People && world.chance(40) { Family::Contact } else { Family::DocumentText };
            self.tie(world, b - 1, b, &[first, second]);
        }
        // Each names the next one; the circle closes where there are three or more.
        for at in 0..count {
            let next = &self.people[(at + 1) % count];
            let mut referee =
                people::Referee { name: next.full_name(), email: next.emails[0].clone(), phone: next.phones[0] };
            if self.class == Class::Near {
                referee.email = near::email(world, &referee.email);
                referee.phone = near::phone(world, referee.phone);
            }
            let person = &mut self.people[at];
            person.referees.truncate(1);
            person.referees.push(referee);
            person.sure.add(Sure::EMAIL);
            person.sure.add(Sure::PHONE);
        }
    }

    fn chain(&mut self, world: &mut World) {
        for b in 1..self.people.len() {
            let a = b - 1;
            let both = self.both_hired(a, b);
            let near = self.class == Class::Near;
            let families = match (b % 2 == 1, both, near) {
                (true, true, _) => [Family::Contact, Family::Payment],
                (true, false, true) => [Family::Contact, Family::DeviceNetwork],
                (true, false, false) => [Family::Contact, Family::People],
                (false, true, true) => [Family::DocumentText, Family::Place],
                (false, false, true) => [Family::DocumentText, Family::Place],
                (false, true, false) => [Family::DocumentText, world.pick(&[Family::People, Family::DeviceNetwork])],
                (false, false, false) => [Family::DocumentText, Family::Place],
            };
            self.tie(world, a, b, &families);
        }
    }

    /// Puts some of the ring where many innocent people are.
    fn hide_in_hub(&mut self, world: &mut World, hubs: &Hubs) {
        match world.below(3) {
            0 if !hubs.agencies.is_empty() => {
                let agency = &hubs.agencies[world.below(hubs.agencies.len() as u32) as usize];
                for person in &mut self.people {
                    person.agency = agency.name.clone();
                    person.phones.push(agency.phone);
                }
            }
            1 if !hubs.dorms.is_empty() => {
                let dorm = &hubs.dorms[world.below(hubs.dorms.len() as u32) as usize];
                for person in self.people.iter_mut().filter(|person| !person.sure.has(Sure::HOME)) {
                    person.home = dorm.clone();
                }
            }
            2 if !hubs.stores.is_empty() => {
                let store = &hubs.stores[world.below(hubs.stores.len() as u32) as usize];
                for person in &mut self.people {
                    if let Some(job) = &mut person.job
                        && job.ship_to.is_none()
                    {
                        job.ship_to = Some(store.clone());
                    }
                }
            }
            _ => {}
        }
    }

    fn contact(&mut self, world: &mut World, a: usize, b: usize, near: bool) -> bool {
        if world.chance(55) {
            let phone = self.people[a].phones[0];
            let phone = if near { near::phone(world, phone) } else { phone };
            self.people[b].phones.insert(0, phone);
            self.mark(a, b, Sure::PHONE);
        } else {
            if !self.people[a].sure.has(Sure::EMAIL) && world.chance(80) {
                let rare = world.rare_email();
                self.people[a].emails.insert(0, rare);
            }
            let email = self.people[a].emails[0].clone();
            let email = if near { near::email(world, &email) } else { email };
            self.people[b].emails.insert(0, email);
            self.mark(a, b, Sure::EMAIL);
        }
        true
    }

    fn mark(&mut self, a: usize, b: usize, sure: Sure) {
        self.people[a].sure.add(sure);
        self.people[b].sure.add(sure);
    }

    fn payment(&mut self, world: &mut World, a: usize, b: usize, near: bool) -> bool {
        if !self.people[a].sure.has(Sure::ACCOUNT) {
            let payout = match world.below(10) {
                0 if self.class == Class::Exact => Payout::Wallet(people::wallet(world)),
                1 if self.class == Class::Exact => {
                    Payout::Handle(people::payment_handle(world, &self.people[a].handle))
                }
                _ => people::bank(world, false),
            };
            set_payout(&mut self.people[a], payout);
        }
        let Some(current) = self.people[a].job.as_ref().and_then(|job| job.accounts.last()).cloned() else {
            return false;
        };
        let payout = match current.payout {
            Payout::Bank { routing, number, masked } if near => {
                // Nobody is tied to the last persona, whose full number the tables then do not have.
                if b + 1 == self.people.len() && !masked && world.chance(25) {
                    Payout::Bank { routing, number, masked: true }
                } else {
                    Payout::Bank { routing, number: near::account(world, routing, &number), masked: false }
                }
            }
            other => other,
        };
        set_payout(&mut self.people[b], payout);
        if !near
            && world.chance(40)
            && let Some(account) = self.people[b].job.as_mut().and_then(|job| job.accounts.last_mut())
        {
            account.payee = current.payee;
        }
        self.mark(a, b, Sure::ACCOUNT);
        true
    }

    fn document(&mut self, world: &mut World, a: usize, b: usize, near: bool) -> bool {
        let document = if near || !self.both_hired(a, b) { 0 } else { 16 };
        match world.weighted(&[52, 22, 18, document]) {
            0 => self.resume_lines(world, a, b, near),
            1 => {
                let handle = self.people[a].handle.clone();
                let handle = if near { near::handle(world, &handle) } else { handle };
                self.people[b].handle = handle;
                self.mark(a, b, Sure::HANDLE);
            }
            2 => {
                let photo = match self.people[a].photo {
                    Some(photo) => photo,
                    None => people::fresh_photo(world),
                };
                self.people[a].photo = Some(photo);
                self.people[b].photo = Some(if near { near::photo(world, photo) } else { photo });
                self.mark(a, b, Sure::PHOTO);
            }
            _ => {
                self.people[b].document = self.people[a].document.clone();
                self.mark(a, b, Sure::DOCUMENT);
            }
        }
        true
    }

    fn resume_lines(&mut self, world: &mut World, a: usize, b: usize, near: bool) {
        if self.planted[a] == 0 {
            let count = 2 + world.below(2) as usize;
            for _ in 0..count {
                let line = resume::rare_line(world);
                self.people[a].resume.push(line);
            }
            self.planted[a] = count;
        }
        let lines = &self.people[a].resume;
        let mut lines = lines[lines.len() - self.planted[a]..].to_vec();
        if near {
            for line in &mut lines {
                *line = near::line(world, line);
            }
        }
        self.planted[b] = lines.len();
        self.people[b].resume.extend(lines);
        for at in [a, b] {
            let resume = &mut self.people[at].resume;
            let surplus = resume.len().saturating_sub(6).min(resume.len() - self.planted[at]);
            resume.drain(..surplus);
            // The first line may be left out of an application, and must then not be a planted one.
            if resume.len() == self.planted[at] {
                resume.insert(0, resume::rare_line(world));
            }
        }
        self.mark(a, b, Sure::RESUME);
    }

    fn people_tie(&mut self, world: &mut World, a: usize, b: usize, near: bool) -> bool {
        if self.people[a].referees.is_empty() {
            let referee = people::referee(world);
            self.people[a].referees.push(referee);
        }
        let mut referee = self.people[a].referees[0].clone();
        if near {
            referee.email = near::email(world, &referee.email);
            referee.phone = near::phone(world, referee.phone);
            referee.name = people::referee(world).name;
        }
        self.people[b].referees.insert(0, referee);
        self.people[b].referees.truncate(2);
        true
    }

    fn place(&mut self, world: &mut World, a: usize, b: usize, near: bool) -> bool {
        if self.both_hired(a, b) {
            let place = match self.people[a].job.as_ref().and_then(|job| job.ship_to.clone()) {
                Some(place) => place,
                None => places::home(world),
            };
            let other = if near { near::place(world, &place) } else { place.clone() };
            for (at, place) in [(a, place), (b, other)] {
                if let Some(job) = &mut self.people[at].job {
                    job.ship_to = Some(place);
                }
            }
            self.mark(a, b, Sure::SHIPMENT);
        } else {
            let home = self.people[a].home.clone();
            self.people[b].home = if near { near::place(world, &home) } else { home };
            self.mark(a, b, Sure::HOME);
        }
        false
    }

    /// One network, of the laptops where both were hired and of the applications otherwise; in a ring of exact ties
    /// sometimes one laptop that two people report at the same time, which is a control tie.
    fn network(&mut self, world: &mut World, a: usize, b: usize, near: bool) -> bool {
        let both = self.both_hired(a, b);
        if both && !near && self.class == Class::Exact && world.chance(15) {
            let laptop = self.people[a].job.as_ref().and_then(|job| job.laptops.first().cloned());
            let own = self.people[b].job.as_mut().and_then(|job| job.laptops.first_mut());
            if let (Some(laptop), Some(own)) = (laptop, own) {
                (own.serial, own.hardware) = (laptop.serial, laptop.hardware);
                self.mark(a, b, Sure::DEVICE);
                return true;
            }
        }
        let sure = if both { Sure::DEVICE } else { Sure::NETWORK };
        let current = match &self.people[a].job {
            Some(job) if both => job.network,
            _ => Some(self.people[a].network),
        };
        // A network that ties already stays; any other is replaced by one of the kind that the tie needs.
        let network = match current {
            Some(network) if self.people[a].sure.has(sure) || near == matches!(network, Network::V6(_)) => network,
            _ => places::network(world, if near { 100 } else { 0 }),
        };
        for at in [a, b] {
            let person = &mut self.people[at];
            match &mut person.job {
                Some(job) if both => job.network = Some(network),
                _ => person.network = network,
            }
        }
        self.mark(a, b, sure);
        false
    }
}

fn set_payout(person: &mut Person, payout: Payout) {
    let payee = person.full_name();
    super::decoys::set_account(person, payout, payee);
}
