//! Pay of several people that goes to one account, inside a crowd that shares something for a good reason.

use super::stage::{Expect, Stage};
use crate::synth::decoys;
use crate::synth::hubs;
use crate::synth::people::{self, Payout, Person, Sure};
use crate::synth::resume;

/// Adds the same lines nobody else has to those resumes.
fn share_lines(stage: &mut Stage, people: &mut [&mut Person], count: usize) {
    for _ in 0..count {
        let line = resume::rare_line(&mut stage.world);
        for person in people.iter_mut() {
            person.resume.push(line.clone());
            person.sure.add(Sure::RESUME);
        }
    }
    for person in people {
        let first = resume::rare_line(&mut stage.world);
        person.resume.insert(0, first);
    }
}

pub(super) fn staffing_front(stage: &mut Stage) {
    let day = stage.day();
    let agency = hubs::agency(&mut stage.world, true);
    let mut people: Vec<Person> = (0..25).map(|at| stage.employee(day + at * 5)).collect();
    for person in &mut people {
        person.agency = agency.name.clone();
        person.phones.insert(0, agency.phone);
        person.resume.push(agency.footer.clone());
    }
    if !stage.innocent {
        let payout = people::bank(&mut stage.world, false);
        let mut four: Vec<&mut Person> = people.iter_mut().take(4).collect();
        for person in &mut four {
            let payee = person.full_name();
            decoys::set_account(person, payout.clone(), payee);
        }
        share_lines(stage, &mut four, 3);
    }
    stage.hubs.agencies.push(agency);
    let ring = if stage.innocent { None } else { Some(stage.new_ring()) };
    let group = stage.new_group();
    let (mut four, mut others) = (Vec::new(), Vec::new());
    for (at, person) in people.iter().enumerate() {
        match ring {
            Some(ring) if at < 4 => four.push(stage.add(person, ring)),
            _ => others.push(stage.add(person, group)),
        }
    }
    stage.expect_all(Expect::Ring("review"), &four, "front");
    stage.expect_nothing(&others);
}

pub(super) fn pay_card(stage: &mut Stage) {
    let day = stage.day();
    let routing = stage.hubs.programmes[0].0;
    let count = stage.crowd;
    let mut people: Vec<Person> = (0..count).map(|at| stage.employee(day - 300 + at as i32 % 400)).collect();
    let mut last = String::new();
    for (at, person) in people.iter_mut().enumerate() {
        let mut number = stage.world.account(routing);
        if at == 1 {
            // The last four digits of the second card are those of the first.
            let end = number.len() - 4;
            number.replace_range(end.., &last);
        }
        last = number[number.len() - 4..].to_string();
        let payee = person.full_name();
        decoys::set_account(person, Payout::Bank { routing, number, masked: true }, payee);
    }
    let group = stage.new_group();
    let mut pair = Vec::new();
    if !stage.innocent {
        let number = stage.world.account(routing);
        let ring = stage.new_ring();
        let (head, _) = people.split_at_mut(4);
        let [.., a, b] = head else { return };
        for person in [&mut *a, &mut *b] {
            let payee = person.full_name();
            decoys::set_account(person, Payout::Bank { routing, number: number.clone(), masked: false }, payee);
        }
        share_lines(stage, &mut [&mut *a, &mut *b], 2);
        b.phones.insert(0, a.phones[0]);
        for person in people.drain(2..4) {
            pair.push(stage.add(&person, ring));
        }
        stage.expect_all(Expect::Ring("review"), &pair, "card");
    }
    let keys: Vec<_> = people.iter().map(|person| stage.add(person, group)).collect();
    stage.expect_nothing(&keys);
}

pub(super) fn household(stage: &mut Stage) {
    let day = stage.day();
    let mut a = stage.employee(day);
    let mut b = stage.employee(day + 40);
    b.given = other_given(stage, &a);
    b.family.clone_from(&a.family);
    b.home = a.home.clone();
    b.network = a.network;
    let line = a.phones[0];
    b.phones.push(line);
    let payout = people::bank(&mut stage.world, false);
    let payee = format!("{} & {} {}", a.given, b.given, a.family);
    for person in [&mut a, &mut b] {
        decoys::set_account(person, payout.clone(), payee.clone());
        person.sure.add(Sure::HOME);
    }
    if stage.innocent {
        let group = stage.new_group();
        let keys = [stage.add(&a, group), stage.add(&b, group)];
        stage.expect_nothing(&keys);
        stage.expect_guard("household", &keys, "spouses");
        return;
    }
    share_lines(stage, &mut [&mut a, &mut b], 3);
    one_laptop(&a, &mut b);
    let referee = people::referee(&mut stage.world);
    for person in [&mut a, &mut b] {
        person.referees = vec![referee.clone()];
    }
    let ring = stage.new_ring();
    let keys = [stage.add(&a, ring), stage.add(&b, ring)];
    stage.expect_all(Expect::Ring("review"), &keys, "couple");
}

/// A given name that nobody takes for a slip in that person's own.
pub(in crate::synth) fn other_given(stage: &mut Stage, person: &Person) -> String {
    loop {
        let given = crate::synth::names::given(&mut stage.world);
        if given[..1] != person.given[..1] {
            return given;
        }
    }
}

/// Both report the same laptop at the same time.
pub(in crate::synth) fn one_laptop(a: &Person, b: &mut Person) {
    let laptop = a.job.as_ref().and_then(|job| job.laptops.first());
    if let (Some(laptop), Some(own)) = (laptop, b.job.as_mut().and_then(|job| job.laptops.first_mut())) {
        (own.serial, own.hardware) = (laptop.serial.clone(), laptop.hardware);
    }
}
