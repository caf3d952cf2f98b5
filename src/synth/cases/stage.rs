//! The company that a case is played in: the tables, the numbers given out so far, and what is expected to come out.

use super::super::habits::{self, Habits};
use super::super::hubs::{self, Hubs};
use super::super::people::{self, Person, Sure};
use super::super::places::{self, Network, Place};
use super::super::sheet::Owner;
use super::super::tables::{Keys, Tables, with_events};
use super::super::world::World;
use super::super::{GeneratedFile, add_others};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Header of `truth/expected.csv`; the page beside it says what the words mean.
pub(in crate::synth) const EXPECTED: &str = "expect,level,indicator,source,record_id,case,group\n";

/// The largest crowd of a case.
pub(in crate::synth) const CROWD: usize = 200;

/// What is said about one person.
#[derive(Clone, Copy, Debug)]
pub(in crate::synth) enum Expect {
    /// In one ring with the others of the group, at this level at least.
    Ring(&'static str),
    NoRing,
    /// Not in the ring of another group of the case.
    Apart,
    /// Alone, and at this level at least.
    Case(&'static str),
    NoCase,
    /// One persona with the others of the group.
    SamePersona,
    Finding(&'static str),
    NoFinding(&'static str),
}

impl Expect {
    fn cells(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Expect::Ring(level) => ("ring", level, ""),
            Expect::NoRing => ("no_ring", "", ""),
            Expect::Apart => ("apart", "", ""),
            Expect::Case(level) => ("case", level, ""),
            Expect::NoCase => ("no_case", "", ""),
            Expect::SamePersona => ("same_persona", "", ""),
            Expect::Finding(indicator) => ("finding", "", indicator),
            Expect::NoFinding(indicator) => ("no_finding", "", indicator),
        }
    }
}

/// A company in the making.
#[derive(Clone)]
pub(in crate::synth) struct Stage {
    pub(in crate::synth) world: World,
    pub(in crate::synth) hubs: Hubs,
    pub(in crate::synth) tables: Tables,
    pub(in crate::synth) personas: u32,
    pub(in crate::synth) operators: u32,
    pub(in crate::synth) rings: u32,
    /// The case that is being played.
    pub(in crate::synth) case: &'static str,
    pub(in crate::synth) innocent: bool,
    /// How many cases have been played: it makes their groups distinct.
    played: u32,
    /// People of the whole company.
    pub(in crate::synth) people: usize,
    /// People of a large crowd: two hundred, or as many as a mixed company can carry.
    pub(in crate::synth) crowd: usize,
    pub(in crate::synth) expected: String,
    /// Whether all employers deliver one file, which then does not tell them apart.
    pub(in crate::synth) one_file: bool,
}

impl Stage {
    pub(in crate::synth) fn new(seed: u64, people: usize) -> Self {
        let mut world = World::new(seed);
        let hubs = Hubs::new(&mut world, people);
        Self {
            world,
            hubs,
            tables: Tables::new(people, true),
            personas: 0,
            operators: 0,
            rings: 0,
            case: "",
            innocent: false,
            played: 0,
            people,
            crowd: (people / 100).clamp(12, CROWD),
            expected: String::from(EXPECTED),
            one_file: false,
        }
    }

    /// Starts a case in one of its forms.
    pub(in crate::synth) fn play(&mut self, case: &'static str, innocent: bool) {
        self.case = case;
        self.innocent = innocent;
        self.played += 1;
    }

    /// Fills up with ordinary people until there are as many.
    pub(in crate::synth) fn fill(&mut self) {
        add_others(&mut self.world, &self.hubs, &mut self.tables, self.personas, self.people, true);
        self.personas = self.personas.max(u32::try_from(self.people).unwrap_or(u32::MAX));
    }

    /// A day that leaves room for what follows.
    pub(in crate::synth) fn day(&mut self) -> i32 {
        self.world.between(people::FIRST_DAY + 400, people::LAST_DAY - 400)
    }

    /// Somebody who applied on that day, without noise of chance: no former home, no shared exit, no boilerplate.
    pub(in crate::synth) fn applicant(&mut self, days: &[i32]) -> Person {
        let mut person = people::person(&mut self.world, days.to_vec(), false);
        person.former_home = None;
        person.emails.truncate(1);
        person.phones.truncate(1);
        person.network = places::network(&mut self.world, 0);
        for sure in [Sure::PLAIN, Sure::EMAIL, Sure::PHONE, Sure::NETWORK, Sure::RESUME] {
            person.sure.add(sure);
        }
        person
    }

    /// Somebody who applied on that day, was hired and stayed, with one account, at home.
    pub(in crate::synth) fn employee(&mut self, day: i32) -> Person {
        let mut person = self.applicant(&[day]);
        people::hire(&mut self.world, &mut person, true);
        habits::steady_pay(&mut self.world, &mut person);
        for sure in [Sure::DEVICE, Sure::SHIPMENT, Sure::ACCOUNT, Sure::IDENTITY] {
            person.sure.add(sure);
        }
        person.habits = Some(Habits::quiet(&mut self.world));
        person
    }

    /// A ring, and an operator of it.
    pub(in crate::synth) fn new_ring(&mut self) -> Owner {
        self.rings += 1;
        self.operators += 1;
        Owner { ring: self.rings, operator: self.operators, ..Owner::default() }
    }

    /// Another operator of that ring.
    pub(in crate::synth) fn other_operator(&mut self, ring: Owner) -> Owner {
        self.operators += 1;
        Owner { operator: self.operators, ..ring }
    }

    /// An innocent group of the kind of this case.
    pub(in crate::synth) fn new_group(&mut self) -> Owner {
        Owner { group: self.tables.open_group(self.case), ..Owner::default() }
    }

    /// A case of a single persona.
    pub(in crate::synth) fn new_case(&mut self, kind: &'static str) -> Owner {
        Owner { case: self.tables.open_case(kind), ..Owner::default() }
    }

    /// Writes somebody as a persona of their own.
    pub(in crate::synth) fn add(&mut self, person: &Person, owner: Owner) -> Keys {
        self.personas += 1;
        let owner = Owner { persona: self.personas, ..owner };
        self.tables.add(&mut self.world, &self.hubs, person, owner)
    }

    /// Writes more records of the persona that was added last.
    pub(in crate::synth) fn add_again(&mut self, person: &Person, owner: Owner) -> Keys {
        let owner = Owner { persona: self.personas, ..owner };
        self.tables.add(&mut self.world, &self.hubs, person, owner)
    }

    /// Notes what must come out for that person.
    pub(in crate::synth) fn expect(&mut self, expect: Expect, keys: &Keys, group: &str) {
        self.note(expect.cells(), keys.main(), group);
    }

    fn note(&mut self, (word, level, indicator): (&str, &str, &str), (source, key): (&str, &str), group: &str) {
        let form = if self.innocent { "/innocent" } else { "" };
        let group = if group.is_empty() { String::new() } else { format!("{group}{}", self.played) };
        // Writing to a string cannot fail.
        let _ = writeln!(self.expected, "{word},{level},{indicator},{source},{key},{}{form},{group}", self.case);
    }

    pub(in crate::synth) fn expect_all(&mut self, expect: Expect, all: &[Keys], group: &str) {
        all.iter().for_each(|keys| self.expect(expect, keys, group));
    }

    /// Notes that nobody of them may be shown to anybody.
    pub(in crate::synth) fn expect_nothing(&mut self, all: &[Keys]) {
        self.expect_all(Expect::NoRing, all, "");
        self.expect_all(Expect::NoCase, all, "");
    }

    /// Notes that where these parcels went is the facilitator.
    pub(in crate::synth) fn expect_facilitator(&mut self, all: &[Keys], group: &str) {
        for parcel in all.iter().filter_map(|keys| keys.parcels.first()) {
            self.note(("role", "facilitator", ""), ("shipments", &parcel.tracking), group);
        }
    }

    /// Notes that the group, where it is shown, is set aside for that innocent reason.
    pub(in crate::synth) fn expect_guard(&mut self, guard: &str, all: &[Keys], group: &str) {
        for keys in all {
            self.note(("guard", guard, ""), keys.main(), group);
        }
    }

    /// The finished files, without the rows of those keys.
    pub(in crate::synth) fn files(self, left_out: &BTreeSet<String>) -> Vec<GeneratedFile> {
        let mut files = vec![("samehand.toml".to_string(), with_events())];
        files.extend(hubs::files(&self.world, &self.hubs));
        files.extend(self.tables.finish(left_out));
        files.push(("truth/expected.csv".to_string(), self.expected));
        files.push(("truth/README.md".to_string(), include_str!("truth.md").to_string()));
        files.into_iter().map(|(path, text)| GeneratedFile { path, text }).collect()
    }
}

/// Equipment goes there, and the laptop reports that network.
pub(in crate::synth) fn work_from(person: &mut Person, place: &Place, network: Network) {
    if let Some(job) = &mut person.job {
        job.ship_to = Some(place.clone());
        job.network = Some(network);
    }
}
