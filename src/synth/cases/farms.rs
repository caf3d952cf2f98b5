//! Laptops that stand with somebody else: a farm in a home, an identity used at several clients, rooms of a dorm, and
//! somebody who lends the own name.

use super::stage::{Expect, Stage, work_from};
use crate::synth::abroad;
use crate::synth::gear;
use crate::synth::habits::{self, Habits};
use crate::synth::people::{self, Person, Sure};
use crate::synth::places;

/// The most that the indicator of remote tools asks for: two of them in the first days.
fn two_tools(stage: &mut Stage, person: &mut Person) {
    let tools = gear::remote_tools(&mut stage.world, 2);
    if let Some(habits) = &mut person.habits {
        habits.tools = tools.into_iter().zip([4, 9]).collect();
    }
}

pub(super) fn chapman(stage: &mut Stage) {
    let day = stage.day();
    let house = places::home(&mut stage.world);
    let line = places::network(&mut stage.world, 0);
    let facilitators = people::bank(&mut stage.world, false);
    let border = abroad::address(&mut stage.world);
    let mut people: Vec<Person> = (0..10).map(|at| stage.employee(day + at * 9)).collect();
    for (at, person) in people.iter_mut().enumerate() {
        if stage.innocent {
            let (office, exit) = (stage.hubs.offices[0].0.clone(), stage.hubs.egress[0].0);
            work_from(person, &office, places::Network::V4(exit));
            if let Some(habits) = &mut person.habits {
                habits.approved_tool(&mut stage.world);
            }
        } else {
            work_from(person, &house, line);
            let mut habits = Habits::hosted(&mut stage.world, house.city);
            habits.sent_on = (at % 2 == 0).then(|| (20, border.clone()));
            person.habits = Some(habits);
            two_tools(stage, person);
            if at < 6 {
                let payee = person.full_name();
                crate::synth::decoys::set_account(person, facilitators.clone(), payee);
            }
        }
        // Two of them were sent a second laptop.
        if (at == 7 || at == 9)
            && let Some(job) = &mut person.job
        {
            job.laptops.push(people::laptop(&mut stage.world, job.hired + 7, None));
        }
    }
    if stage.innocent {
        let group = stage.new_group();
        let keys: Vec<_> = people.iter().map(|person| stage.add(person, group)).collect();
        stage.expect_nothing(&keys);
        stage.expect_all(Expect::NoFinding("B01"), &keys, "");
        stage.expect_all(Expect::NoFinding("B13"), &keys, "");
        return;
    }
    let ring = stage.new_ring();
    let mut keys = Vec::new();
    for (at, person) in people.iter().enumerate() {
        // Pay to one account is one hand; the others share the place only.
        let owner = if at < 6 { ring } else { stage.other_operator(ring) };
        keys.push(stage.add(person, owner));
    }
    stage.expect_all(Expect::Ring("priority"), &keys, "farm");
    for indicator in ["B01", "B12", "B13"] {
        stage.expect_all(Expect::Finding(indicator), &keys, "");
    }
    let sent: Vec<_> = keys.iter().step_by(2).cloned().collect();
    stage.expect_all(Expect::Finding("B05"), &sent, "");
    stage.expect_facilitator(&keys, "farm");
}

pub(super) fn knoot(stage: &mut Stage) {
    let day = stage.day();
    let host = places::home(&mut stage.world);
    let line = places::network(&mut stage.world, 0);
    let mut first = stage.employee(day);
    let mut jobs = vec![first.clone()];
    let further = if stage.innocent { 1 } else { 2 };
    for at in 1..=further {
        let mut next = first.clone();
        next.applied = vec![day + at * if stage.innocent { 260 } else { 30 }];
        next.job = None;
        people::hire(&mut stage.world, &mut next, true);
        let (account, hired) = (first.job.as_ref().and_then(|job| job.accounts.first().cloned()), next.job.as_mut());
        if let (Some(account), Some(job)) = (account, hired) {
            job.accounts = vec![people::Account { from: job.hired, ..account }];
        }
        jobs.push(next);
    }
    if stage.innocent {
        // The first job ends before the second begins.
        crate::synth::decoys::leave(&mut first, day + 240);
        jobs[0] = first;
    }
    for job in &mut jobs {
        let mut habits = Habits::quiet(&mut stage.world);
        if stage.innocent {
            habits.approved_tool(&mut stage.world);
        } else {
            work_from(job, &host, line);
            habits = Habits::hosted(&mut stage.world, host.city);
            habits.tools = vec![(gear::any_desk(&mut stage.world), 5)];
            habits.sent_on = None;
        }
        job.habits = Some(habits);
    }
    let owner = if stage.innocent { stage.new_group() } else { stage.new_case("knoot") };
    let mut keys = vec![stage.add(&jobs[0], owner)];
    for job in &jobs[1..] {
        keys.push(stage.add_again(job, owner));
    }
    stage.expect_all(Expect::SamePersona, &keys, "identity");
    if stage.innocent {
        stage.expect_nothing(&keys);
        stage.expect_all(Expect::NoFinding("B01"), &keys, "");
        stage.expect_all(Expect::NoFinding("B13"), &keys, "");
    } else {
        stage.expect_all(Expect::NoRing, &keys, "");
        // That there are several employers is the third family of it.
        stage.expect_all(Expect::Case(if stage.one_file { "review" } else { "priority" }), &keys, "");
        stage.expect_all(Expect::Finding("B01"), &keys, "");
        stage.expect_all(Expect::Finding("B13"), &keys, "");
    }
}

pub(super) fn dorm(stage: &mut Stage) {
    let day = stage.day();
    let city = places::city(&mut stage.world);
    let building = places::building(&mut stage.world, city);
    let group = stage.new_group();
    let mut students = Vec::new();
    for at in 0..6 {
        let mut student = if at < 2 { stage.employee(day - 200) } else { stage.applicant(&[day - 90 + at * 17]) };
        student.home = building.clone();
        student.sure.add(Sure::HOME);
        students.push(stage.add(&student, group));
    }
    stage.expect_nothing(&students);
    if stage.innocent {
        return;
    }
    let line = places::network(&mut stage.world, 0);
    let ring = stage.new_ring();
    let mut hosted = Vec::new();
    for at in 0..4 {
        let mut person = stage.employee(day + at * 11);
        let mut room = building.clone();
        room.unit = ["214", "215"][at as usize / 2].to_string();
        work_from(&mut person, &room, line);
        person.habits = Some(Habits::hosted(&mut stage.world, city));
        two_tools(stage, &mut person);
        // Nothing but the rooms, the network and the tools.
        person.habits.iter_mut().for_each(|habits| habits.sent_on = None);
        let owner = if at == 0 { ring } else { stage.other_operator(ring) };
        hosted.push(stage.add(&person, owner));
    }
    stage.expect_all(Expect::Ring("review"), &hosted, "rooms");
    stage.expect_all(Expect::Finding("B13"), &hosted, "");
    stage.expect_facilitator(&hosted, "rooms");
}

pub(in crate::synth) fn own_name(stage: &mut Stage) {
    let day = stage.day();
    let mut person = stage.employee(day);
    if stage.innocent {
        let mut habits = Habits::quiet(&mut stage.world);
        habits.travels(&mut stage.world);
        habits.approved_tool(&mut stage.world);
        person.habits = Some(habits);
        change_bank_once(stage, &mut person);
        let group = stage.new_group();
        let keys = [stage.add(&person, group)];
        stage.expect_nothing(&keys);
        for indicator in ["B07", "B12", "B13"] {
            stage.expect_all(Expect::NoFinding(indicator), &keys, "");
        }
        return;
    }
    person.habits = Some(Habits::hosted(&mut stage.world, person.home.city));
    two_tools(stage, &mut person);
    if let Some(habits) = &mut person.habits {
        (habits.sent_on, habits.check) = (None, "Clear");
    }
    habits::restless_pay(&mut stage.world, &mut person);
    let owner = stage.new_case("own_name_facilitator");
    let keys = [stage.add(&person, owner)];
    stage.expect_all(Expect::NoRing, &keys, "");
    stage.expect_all(Expect::Case("review"), &keys, "");
    for indicator in ["B07", "B12", "B13"] {
        stage.expect_all(Expect::Finding(indicator), &keys, "");
    }
}

/// One change of bank, most of a year after the hire.
pub(in crate::synth) fn change_bank_once(stage: &mut Stage, person: &mut Person) {
    let payout = people::bank(&mut stage.world, false);
    if let Some(job) = &mut person.job
        && let Some(first) = job.accounts.first_mut()
    {
        let day = job.hired + 240;
        let second = people::Account { payout, from: day + 1, to: first.to, payee: first.payee.clone() };
        first.to = Some(day);
        job.accounts.push(second);
    }
}
