//! The mixed company: the people, groups and rings of the plain one with the events around them, and every acceptance
//! case planted among them. Shares and sizes are those that published cases suggest, and no statistics of anything.
//! Invariant: one plan gives the same bytes, and the time it takes grows in step with the number of people.

use super::cases::{CASES, Stage, own_name_lent, work_from};
use super::habits::{self, Habits};
use super::people::{self, Person, Sure};
use super::places;
use super::rings::{self, Shape};
use super::sheet::Owner;
use super::tables::{Keys, Tables};
use super::world::World;
use super::{Company, GeneratedFile, Overlay, Plan, add_decoys, gear};
use std::collections::BTreeSet;
use std::fmt::Write;

/// All cases are planted once for so many people.
const PEOPLE_PER_ROUND: usize = 20_000;
/// One more facilitator under the own name for so many.
const PEOPLE_PER_LENDER: usize = 5_000;
/// Farms of up to so many visible laptops are listed by themselves.
const LISTED_LAPTOPS: usize = 3;

/// Generates the mixed company. All cases together hold about 300 people where there are some thousands, and count as
/// people of the plan; a plan for fewer is exceeded.
pub fn generate_mix(plan: &Plan) -> Company {
    let mut stage = Stage::new(plan.seed, plan.people);
    stage.one_file = true;
    let sizes = ring_sizes(&mut stage.world, plan);
    let in_rings: usize = sizes.iter().map(|(size, _)| size).sum();
    let honest = plan.people - in_rings;
    stage.personas += add_decoys(&mut stage.world, &mut stage.hubs, &mut stage.tables, honest, plan.people);
    let mut farms = Farms::default();
    for (index, &(size, shape)) in sizes.iter().enumerate() {
        add_ring(&mut stage, &mut farms, index, size, shape);
    }
    // For three farms of which two or more laptops are seen there are four or five of which one is.
    let seen = sizes.iter().filter(|(_, shape)| *shape == Shape::Farm).count();
    for _ in 0..(seen * 3).div_ceil(2).max(1) {
        lone_laptop(&mut stage, &mut farms);
    }
    for _ in 0..plan.people.div_ceil(PEOPLE_PER_ROUND).max(1) {
        for case in CASES {
            for innocent in [false, true] {
                stage.play(case.name, innocent);
                (case.play)(&mut stage);
            }
        }
    }
    for _ in 0..plan.people / PEOPLE_PER_LENDER {
        stage.play("own-name-facilitator", false);
        own_name_lent(&mut stage);
    }
    stage.fill();
    let mut files = stage.files(&BTreeSet::new());
    files.push(GeneratedFile { path: "truth/farms.csv".to_string(), text: farms.text() });
    Company { files }
}

/// Sizes and shapes of the rings, as many as the people suffice for. A farm is as large as one employer sees it, and one
/// operator has up to twelve personas.
fn ring_sizes(world: &mut World, plan: &Plan) -> Vec<(usize, Shape)> {
    let mut left = plan.people;
    let mut sizes = Vec::new();
    for index in 0..plan.rings {
        let shape = Shape::of(index);
        let size = match shape {
            // Two of forty, three to five of a fifth less, more of a few.
            Shape::Farm => match world.weighted(&[25, 12, 3]) {
                0 => 2,
                1 => 3 + world.below(3) as usize,
                _ => 6 + world.below(10) as usize,
            },
            Shape::Operator if world.chance(12) => 8 + world.below(5) as usize,
            _ => rings::size(world, index),
        };
        if size > left {
            break;
        }
        left -= size;
        sizes.push((size, shape));
    }
    sizes
}

fn add_ring(stage: &mut Stage, farms: &mut Farms, index: usize, size: usize, shape: Shape) {
    let members = rings::ring(&mut stage.world, &stage.hubs, index, size);
    stage.rings += 1;
    let first = stage.operators;
    let mut laptops = Vec::new();
    for (mut person, own) in members {
        dress(&mut stage.world, &mut person);
        let owner = Owner { operator: first + own as u32 + 1, ring: stage.rings, ..Owner::default() };
        laptops.push(stage.add(&person, owner));
    }
    stage.operators += size as u32;
    if shape == Shape::Farm && size <= LISTED_LAPTOPS {
        farms.add(&mut stage.world, Some(stage.rings), &laptops);
    }
}

/// Gives a ring's persona that was hired habits that go with where the laptop is.
fn dress(world: &mut World, person: &mut Person) {
    let Some(job) = &person.job else { return };
    let hosted = job.network.is_some() || job.ship_to.is_some();
    let city = job.ship_to.as_ref().map_or(person.home.city, |place| place.city);
    let mut habits = if hosted { Habits::hosted(world, city) } else { Habits::operated(world, person) };
    // A real, consenting identity passes every check; of the stolen ones a few do not.
    if hosted && world.chance(12) {
        habits.check = world.pick(&["Consider", "Unable to verify employment"]);
    }
    person.habits = Some(habits);
    if world.chance(if hosted { 40 } else { 20 }) {
        habits::restless_pay(world, person);
    }
}

/// One laptop of a farm whose others belong to other employers: nothing is shared, only the behavior is there.
fn lone_laptop(stage: &mut Stage, farms: &mut Farms) {
    let day = stage.day();
    let mut person = people::person(&mut stage.world, vec![day], true);
    people::hire(&mut stage.world, &mut person, true);
    for sure in [Sure::DEVICE, Sure::SHIPMENT, Sure::PLAIN, Sure::EMAIL] {
        person.sure.add(sure);
    }
    let house = places::home(&mut stage.world);
    let line = places::network(&mut stage.world, 25);
    work_from(&mut person, &house, line);
    person.habits = Some(Habits::hosted(&mut stage.world, house.city));
    if stage.world.chance(40) {
        habits::restless_pay(&mut stage.world, &mut person);
    }
    let owner = stage.new_case("lone_farm_laptop");
    let keys = stage.add(&person, owner);
    farms.add(&mut stage.world, None, &[keys]);
}

/// Farms of which one to three laptops are seen.
#[derive(Default)]
struct Farms {
    count: usize,
    rows: String,
}

impl Farms {
    fn add(&mut self, world: &mut World, ring: Option<u32>, people: &[Keys]) {
        self.count += 1;
        let visible: usize = people.iter().map(|keys| keys.devices.len()).sum();
        let elsewhere =
            [world.between(2, 6), world.between(4, 12), world.between(12, 88)][world.weighted(&[45, 45, 10])];
        let ring = ring.map(|ring| format!("R{ring:04}")).unwrap_or_default();
        for device in people.iter().flat_map(|keys| &keys.devices) {
            let all = visible + elsewhere as usize;
            // Writing to a string cannot fail.
            let _ = writeln!(self.rows, "F{:04},{all},{visible},{ring},devices,{device}", self.count);
        }
    }

    fn text(self) -> String {
        format!("farm_id,laptops,visible,ring_id,source,record_id\n{}", self.rows)
    }
}

/// Kinds of honest people who do one thing that a farm's people do, too.
pub(super) const LOOKS: &[&str] =
    &["traveller", "approved_tool", "kvm_hobby", "bank_change", "moved_before_delivery", "consumer_vpn"];

/// Gives some hired people of no group one such thing.
#[derive(Default)]
pub(super) struct Quirks {
    overlays: Vec<Overlay>,
    seen: usize,
}

impl Quirks {
    /// Returns the group that the person is now in, or 0.
    pub(super) fn give(&mut self, world: &mut World, tables: &mut Tables, person: &mut Person) -> u32 {
        self.overlays.resize(LOOKS.len(), Overlay::default());
        self.seen += 1;
        // The first round has each kind once.
        let kind = if self.seen <= LOOKS.len() { self.seen - 1 } else { world.weighted(&[6, 9, 1, 6, 4, 5, 60]) };
        let mut habits = Habits::quiet(world);
        match kind {
            0 => habits.travels(world),
            1 => habits.approved_tool(world),
            2 => habits.things.push((world.pick(gear::KVM), world.between(20, 300))),
            3 => bank_change(world, person),
            4 => {
                let old = person.former_home.take().unwrap_or_else(|| places::home(world));
                // The applications name the old home, everything later the new one.
                habits.moved = Some((old, -world.between(1, 6)));
            }
            5 => habits.private = true,
            _ => {
                // Now and then the directory knows the mailbox only.
                if world.chance(10) {
                    habits = Habits::ordinary(world, person);
                    habits.by_login = true;
                    person.sure.add(Sure::EMAIL);
                    person.habits = Some(habits);
                }
                return 0;
            }
        }
        person.habits = Some(habits);
        self.overlays[kind].join(tables, LOOKS[kind])
    }
}

fn bank_change(world: &mut World, person: &mut Person) {
    habits::steady_pay(world, person);
    let payout = people::bank(world, false);
    if let Some(job) = &mut person.job {
        let day = job.hired + world.between(120, 300);
        let end = job.left;
        if let Some(first) = job.accounts.first_mut()
            && end.is_none_or(|end| end > day)
        {
            let next = people::Account { payout, payee: first.payee.clone(), from: day + 1, to: end };
            first.to = Some(day);
            job.accounts.push(next);
        }
    }
}
