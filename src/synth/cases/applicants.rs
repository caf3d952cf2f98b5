//! Personas among those who apply: references that vouch for each other, a dismissed one who comes back, a flood.

use super::stage::{Expect, Stage};
use crate::synth::events::at;
use crate::synth::habits::{Habits, Meeting};
use crate::synth::near;
use crate::synth::people::{self, Person, Referee, Sure};
use crate::synth::places;
use crate::synth::resume;

pub(super) fn mutual_references(stage: &mut Stage) {
    let day = stage.day();
    let mut three: Vec<Person> = (0..3).map(|index| stage.applicant(&[day + index * 6])).collect();
    if stage.innocent {
        let manager = people::referee(&mut stage.world);
        let company = resume::company(&mut stage.world);
        let line = resume::job_line(&mut stage.world, &company);
        for person in &mut three {
            person.referees = vec![manager.clone()];
            person.resume.push(line.clone());
        }
        let group = stage.new_group();
        let keys: Vec<_> = three.iter().map(|person| stage.add(person, group)).collect();
        stage.expect_nothing(&keys);
        return;
    }
    let lines = [(); 3].map(|()| resume::rare_line(&mut stage.world));
    for index in 0..3 {
        let next = &three[(index + 1) % 3];
        let referee = Referee { name: next.full_name(), email: next.emails[0].clone(), phone: next.phones[0] };
        three[index].referees = vec![referee];
        three[index].resume.extend(lines.iter().cloned());
    }
    let ring = stage.new_ring();
    let keys: Vec<_> = three.iter().map(|person| stage.add(person, ring)).collect();
    stage.expect_all(Expect::Ring("review"), &keys, "circle");
}

pub(super) fn replacement(stage: &mut Stage) {
    let day = stage.day();
    let mut gone = stage.employee(day);
    // 1970-01-01 was a Thursday.
    let mut end = gone.job.as_ref().map_or(day, |job| job.hired) + 150;
    while (end + 3) % 7 != 0 {
        end += 1;
    }
    crate::synth::decoys::leave(&mut gone, end);
    gone.habits.iter_mut().for_each(|habits| habits.reason = "Performance");
    let mut next = stage.applicant(&[end + if stage.innocent { 7 } else { 12 }]);
    if stage.innocent {
        next.home = places::building(&mut stage.world, gone.home.city);
        let group = stage.new_group();
        let keys = [stage.add(&gone, group), stage.add(&next, group)];
        stage.expect_nothing(&keys);
        stage.expect(Expect::NoFinding("B22"), &keys[1], "");
        return;
    }
    let lines = [(); 4].map(|()| resume::rare_line(&mut stage.world));
    for person in [&mut gone, &mut next] {
        person.resume.truncate(2);
        person.resume.extend(lines.iter().cloned());
    }
    next.phones = vec![near::phone_of_block(&mut stage.world, gone.phones[0])];
    let ring = stage.new_ring();
    let keys = [stage.add(&gone, ring), stage.add(&next, ring)];
    stage.expect_all(Expect::Ring("review"), &keys, "replacement");
    stage.expect(Expect::Finding("B22"), &keys[1], "");
}

/// Personas of the flood.
const PERSONAS: usize = 22;

pub(super) fn flood(stage: &mut Stage) {
    let day = stage.day();
    let mut people = Vec::new();
    for index in 0..PERSONAS {
        // Three applications of most and two of four: sixty-two within thirty days.
        let count = if index % 6 == 5 || index == 0 { 2 } else { 3 };
        let first = day + stage.world.between(0, 8);
        let days: Vec<i32> = (0..count).map(|at| first + at * stage.world.between(4, 10)).collect();
        people.push(stage.applicant(&days));
    }
    if stage.innocent {
        let campus = places::network(&mut stage.world, 0);
        let recruiter = stage.world.phone(4);
        let group = stage.new_group();
        let mut keys = Vec::new();
        for person in &mut people {
            person.network = campus;
            person.phones.push(recruiter);
            keys.push(stage.add(person, group));
        }
        stage.expect_nothing(&keys);
        return;
    }
    let lines = [(); 6].map(|()| resume::rare_line(&mut stage.world));
    let lines_network = places::network(&mut stage.world, 0);
    let word = stage.world.token();
    for index in 0..PERSONAS {
        let slot = index / 2 * 2;
        let block = people[index.saturating_sub(1)].phones[0];
        let shared = people[slot].phones[0];
        let person = &mut people[index];
        person.phones = vec![match (index, index % 2) {
            (0, _) => person.phones[0],
            (_, 1) => shared,
            _ => near::phone(&mut stage.world, block),
        }];
        // One pattern for all mailboxes: the names, a word that nobody else uses, two digits.
        let local = format!("{}.{}.{word}{:02}", person.given, person.family, 11 + index * 3).to_lowercase();
        person.emails = vec![format!("{local}@example.com")];
        person.resume.truncate(2);
        person.resume.extend([0, 1, 2].map(|at| lines[(index / 4 + at) % lines.len()].clone()));
        person.network = lines_network;
        person.sure.add(Sure::RESUME);
        // Two interviews at once: one of them is moved until they no longer collide.
        let start = at(day + 12 + slot as i32, 15 * 3_600);
        let start = start + if index % 2 == 1 { 900 } else { 0 };
        let mut habits = Habits::quiet(&mut stage.world);
        habits.meetings = vec![Meeting { start, minutes: 45, moved: if index % 2 == 1 { 3 } else { 0 } }];
        person.habits = Some(habits);
    }
    let ring = stage.new_ring();
    let keys: Vec<_> = people.iter().map(|person| stage.add(person, ring)).collect();
    stage.expect_all(Expect::Ring("review"), &keys, "flood");
    stage.expect_all(Expect::Finding("B23"), &keys[..2], "");
}
