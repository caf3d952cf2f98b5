//! Three nights of one company: two clusters, then a record that joins them, then without it again.
//! The files of the nights are the same but for the rows that are named here.

use super::super::GeneratedFile;
use super::stage::{Expect, Stage};
use crate::synth::decoys;
use crate::synth::people::{self, Account, Person, Sure};
use crate::synth::resume;
use crate::synth::sheet::Owner;
use crate::synth::tables::Keys;
use std::collections::BTreeSet;

pub(super) const NAME: &str = "nightly";

/// What the case has put into the tables.
struct Played {
    one: Vec<Keys>,
    two: Vec<Keys>,
    /// Keys of the rows that only the second night has.
    edge: Vec<String>,
}

/// Both clusters and no edge, as any other case.
pub(super) fn two_clusters(stage: &mut Stage) {
    let played = play(stage, false);
    expect(stage, &played, false);
}

/// All files of the three nights.
pub(super) fn nights(mut stage: Stage) -> Vec<GeneratedFile> {
    let played = play(&mut stage, true);
    stage.fill();
    let edge: BTreeSet<String> = played.edge.iter().cloned().collect();
    let mut files = Vec::new();
    for (night, merged) in [("night1", false), ("night2", true), ("night3", false)] {
        let mut stage = stage.clone();
        expect(&mut stage, &played, merged);
        let left_out = if merged { BTreeSet::new() } else { edge.clone() };
        let folder = stage.files(&left_out);
        files.extend(folder.into_iter().map(|file| GeneratedFile { path: format!("{night}/{}", file.path), ..file }));
    }
    files
}

fn expect(stage: &mut Stage, played: &Played, merged: bool) {
    let (one, two) = (&played.one, &played.two);
    if stage.innocent {
        stage.expect_nothing(one);
        stage.expect_nothing(two);
    } else if merged {
        stage.expect_all(Expect::Ring("review"), one, "both");
        stage.expect_all(Expect::Ring("review"), two, "both");
    } else {
        for (keys, group) in [(one, "one"), (two, "two")] {
            stage.expect_all(Expect::Ring("review"), keys, group);
            stage.expect_all(Expect::Apart, keys, group);
        }
    }
}

fn play(stage: &mut Stage, with_edge: bool) -> Played {
    if stage.innocent { couples(stage, with_edge) } else { clusters(stage, with_edge) }
}

/// Three personas with one account and the same lines, twice; the edge is pay of one to the other's account and an
/// application with the other's telephone.
fn clusters(stage: &mut Stage, with_edge: bool) -> Played {
    let day = stage.day();
    let mut made: Vec<Vec<(Person, Keys)>> = Vec::new();
    let mut owners: Vec<Owner> = Vec::new();
    for cluster in 0..2 {
        let owner = stage.new_ring();
        owners.push(owner);
        let payout = people::bank(&mut stage.world, false);
        let lines = [(); 3].map(|()| resume::rare_line(&mut stage.world));
        let mut members = Vec::new();
        for index in 0..3 {
            let mut person = stage.employee(day + cluster * 60 + index * 8);
            let payee = person.full_name();
            decoys::set_account(&mut person, payout.clone(), payee);
            person.resume.truncate(2);
            person.resume.extend(lines.iter().cloned());
            person.sure.add(Sure::RESUME);
            let keys = stage.add(&person, owner);
            members.push((person, keys));
        }
        made.push(members);
    }
    let mut edge = Vec::new();
    let (a, b) = (made[0][0].clone(), made[1][0].clone());
    if with_edge && let Some(account) = b.0.job.as_ref().and_then(|job| job.accounts.last().cloned()) {
        let (persona, from) = (stage.personas - 5, day + 240);
        let owner = Owner { persona, ..owners[0] };
        let moved = Account { payee: a.0.full_name(), from, to: None, payout: account.payout };
        edge.push(stage.tables.add_account(&a.1.employee, &moved, owner));
        // The application in which the other's telephone stands, with the resume of the first.
        let mut again = a.0.clone();
        (again.applied, again.job) = (vec![day + 230], None);
        again.phones = vec![b.0.phones[0]];
        edge.extend(add_quietly(stage, &again, owner));
    }
    let keys = |members: &[(Person, Keys)]| members.iter().map(|(_, keys)| keys.clone()).collect();
    Played { one: keys(&made[0]), two: keys(&made[1]), edge }
}

/// Adds applications of somebody who is there already, without the interviews that might follow.
fn add_quietly(stage: &mut Stage, person: &Person, owner: Owner) -> Vec<String> {
    let events = stage.tables.events.take();
    let keys = stage.tables.add(&mut stage.world, &stage.hubs, person, owner);
    stage.tables.events = events;
    keys.applications
}

/// Two couples in a home each; the edge is an application of one couple's from the flat that the other left before.
fn couples(stage: &mut Stage, with_edge: bool) -> Played {
    let day = stage.day();
    let mut made: Vec<Vec<(Person, Keys)>> = Vec::new();
    for couple in 0..2 {
        let owner = stage.new_group();
        let mut members: Vec<Person> = (0..2).map(|at| stage.employee(day + couple * 60 + at * 8)).collect();
        let (family, home, network) = (members[0].family.clone(), members[0].home.clone(), members[0].network);
        for person in &mut members {
            person.family.clone_from(&family);
            (person.home, person.network) = (home.clone(), network);
            person.sure.add(Sure::HOME);
        }
        let mut added = Vec::new();
        for person in members {
            let keys = stage.add(&person, owner);
            added.push((person, keys));
        }
        made.push(added);
    }
    let mut edge = Vec::new();
    if with_edge {
        let mut again = made[0][0].0.clone();
        (again.applied, again.job) = (vec![day + 400], None);
        again.home = made[1][0].0.home.clone();
        let group = stage.tables.groups.len() as u32 - 1;
        let owner = Owner { persona: stage.personas - 3, group, ..Owner::default() };
        edge.extend(add_quietly(stage, &again, owner));
    }
    let keys = |members: &[(Person, Keys)]| members.iter().map(|(_, keys)| keys.clone()).collect();
    Played { one: keys(&made[0]), two: keys(&made[1]), edge }
}
