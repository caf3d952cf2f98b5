//! A synthetic company with known truth: applicants, employees, payment accounts, devices and shipments, with the noise
//! of real exports, innocent groups that look suspicious, and rings that are planted.
//!
//! Nobody in it exists: mail domains, networks and social security numbers are reserved ones, telephone numbers are of the
//! exchange 555, cities and companies are invented. It leaves files to the caller, except for the plain [`write()`].
//! Invariant: one plan gives the same bytes every time, and the time it takes grows in step with the number of people.
//!
//! How it goes: the innocent groups come first, because rings hide in their hubs; then the rings; then everybody else.
//! Two people share an identifier only where one of those modules gave it to both.
//!
//! A mixed company, and the small ones that hold one acceptance case, have events beside the five sources: sign-ins,
//! inventories, scans of parcels, interviews and more. What is plain stays as it is, byte for byte.

mod abroad;
mod assets;
mod cases;
mod decoys;
mod events;
mod gear;
mod habits;
mod hubs;
mod life;
mod mix;
mod names;
mod near;
mod noise;
mod people;
mod places;
mod resume;
mod rings;
mod sheet;
mod tables;
mod world;

#[cfg(test)]
mod mix_tests;
#[cfg(test)]
mod tests;

pub use cases::{cases, generate_case};
pub use mix::generate_mix;

use hubs::Hubs;
use mix::Quirks;
use people::Payout;
use sheet::Owner;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use tables::Tables;
use world::World;

/// What to generate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Everybody who applied: honest people and the personas of rings together.
    pub people: usize,
    /// Rings to plant, two to eight personas each; fewer are planted where the people do not suffice.
    pub rings: usize,
    /// Another seed gives another company.
    pub seed: u64,
}

/// A file of a generated company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedFile {
    /// Relative, with forward slashes: `applicants.csv`, `truth/rings.csv`.
    pub path: String,
    /// The whole content, UTF-8.
    pub text: String,
}

/// A generated company: `samehand.toml`, sources, seven hub lists, truth files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    /// In a fixed order.
    pub files: Vec<GeneratedFile>,
}

/// One decoy group for so many people.
const PEOPLE_PER_GROUP: usize = 30;

/// Hired people, of a hundred, among those who belong to no group.
const HIRED_PERCENT: u32 = 29;

/// Generates a company. The same plan gives the same bytes; time and memory are linear in the number of people (about
/// 1 kB of text each).
pub fn generate(plan: &Plan) -> Company {
    let mut world = World::new(plan.seed);
    let mut hubs = Hubs::new(&mut world, plan.people);
    let mut tables = Tables::new(plan.people, false);
    let mut persona = 0;

    let sizes = ring_sizes(&mut world, plan);
    let in_rings: usize = sizes.iter().sum();
    persona += add_decoys(&mut world, &mut hubs, &mut tables, plan.people - in_rings, plan.people);
    let mut operator = 0;
    for (index, &size) in sizes.iter().enumerate() {
        for (person, own) in rings::ring(&mut world, &hubs, index, size) {
            persona += 1;
            let owner =
                Owner { persona, operator: operator + own as u32 + 1, ring: index as u32 + 1, ..Owner::default() };
            tables.add(&mut world, &hubs, &person, owner);
        }
        operator += size as u32;
    }
    add_others(&mut world, &hubs, &mut tables, persona, plan.people, false);

    let mut files = vec![("samehand.toml".to_string(), tables::CONFIG.to_string())];
    files.extend(hubs::files(&world, &hubs));
    files.extend(tables.finish(&BTreeSet::new()));
    Company { files: files.into_iter().map(|(path, text)| GeneratedFile { path, text }).collect() }
}

/// Writes the company's files below that folder, which is made when it is missing. Files of the same names are
/// overwritten and nothing else is touched; whether a folder that is not empty may be used is for the caller to decide.
///
/// # Errors
/// When a folder or file cannot be written.
pub fn write(company: &Company, dir: &Path) -> io::Result<()> {
    std::fs::create_dir_all(dir)?;
    for file in &company.files {
        let path = dir.join(&file.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, &file.text)?;
    }
    Ok(())
}

/// Sizes of the rings, as many as the people suffice for.
fn ring_sizes(world: &mut World, plan: &Plan) -> Vec<usize> {
    let mut left = plan.people;
    let mut sizes = Vec::new();
    for index in 0..plan.rings {
        let size = rings::size(world, index);
        if size > left {
            break;
        }
        left -= size;
        sizes.push(size);
    }
    sizes
}

/// Adds the innocent groups, up to half of the honest people; returns how many people that were.
fn add_decoys(world: &mut World, hubs: &mut Hubs, tables: &mut Tables, honest: usize, people: usize) -> u32 {
    let weights: Vec<u32> = decoys::KINDS.iter().map(|(_, weight, _)| *weight).collect();
    let limit = (people / 40).max(3);
    let mut used = 0;
    for group in 0..people / PEOPLE_PER_GROUP {
        let index = if group < decoys::KINDS.len() { group } else { world.weighted(&weights) };
        let room = honest / 2 - used.min(honest / 2);
        if room < 8 {
            break;
        }
        let (kind, _, make) = decoys::KINDS[index];
        let members = make(world, hubs, limit.min(room));
        let group = tables.open_group(kind);
        for person in &members {
            used += 1;
            tables.add(world, hubs, person, Owner { persona: used as u32, group, ..Owner::default() });
        }
    }
    used as u32
}

/// A group that is laid over people of no other group: its number, opened with the first member, and how many it has.
#[derive(Clone, Default)]
struct Overlay {
    group: u32,
    members: usize,
    /// Last account number, for masks that collide.
    last: String,
}

impl Overlay {
    fn join(&mut self, tables: &mut Tables, kind: &'static str) -> u32 {
        if self.members == 0 {
            self.group = tables.open_group(kind);
        }
        self.members += 1;
        self.group
    }
}

/// Fills up with people of no group and no ring. Some of those who were hired had their equipment sent to an office, work
/// behind the company's own exit, or are paid to a pay card; where there are events, some of the rest have one habit that
/// looks odd.
fn add_others(world: &mut World, hubs: &Hubs, tables: &mut Tables, first: u32, people: usize, with_events: bool) {
    let mut quirks = Quirks::default();
    let mut offices = vec![Overlay::default(); hubs.offices.len()];
    let mut exits = vec![Overlay::default(); hubs.egress.len()];
    let mut programmes = vec![Overlay::default(); hubs.programmes.len()];
    for persona in first as usize + 1..=people {
        let mut person = people::honest(world);
        let mut owner = Owner { persona: persona as u32, ..Owner::default() };
        if world.chance(HIRED_PERCENT) {
            people::hire(world, &mut person, false);
            match world.below(100) {
                0..=9 => {
                    let at = world.weighted(&[70, 20, 10]).min(offices.len() - 1);
                    owner.group = offices[at].join(tables, decoys::HEADQUARTERS);
                    if let Some(job) = &mut person.job {
                        job.ship_to = Some(hubs.offices[at].0.clone());
                    }
                }
                10..=21 => {
                    let at = world.below(exits.len() as u32) as usize;
                    owner.group = exits[at].join(tables, decoys::EGRESS);
                    if let Some(job) = &mut person.job {
                        job.network = Some(places::Network::V4(hubs.egress[at].0));
                    }
                }
                22..=31 => {
                    let at = world.weighted(&[60, 25, 15]).min(programmes.len() - 1);
                    let overlay = &mut programmes[at];
                    owner.group = overlay.join(tables, decoys::PAYCARD);
                    let routing = hubs.programmes[at].0;
                    // The second card of a programme, and a few later ones, end like the one before.
                    let collides = overlay.members == 2 || overlay.members > 2 && world.chance(3);
                    let mut number = world.account(routing);
                    if collides && overlay.last.len() >= 4 && number.len() >= 4 {
                        number.truncate(number.len() - 4);
                        number.push_str(&overlay.last[overlay.last.len() - 4..]);
                    }
                    overlay.last.clone_from(&number);
                    let payee = person.full_name();
                    decoys::set_account(&mut person, Payout::Bank { routing, number, masked: true }, payee);
                }
                _ if with_events => owner.group = quirks.give(world, tables, &mut person),
                _ => {}
            }
        }
        tables.add(world, hubs, &person, owner);
    }
}
