//! Those who are taken for one another: twins, father and son, somebody who moved, a laptop that was issued again; and two
//! personas that look like twins and are one hand.

use super::pay::{one_laptop, other_given};
use super::stage::{Expect, Stage};
use crate::synth::decoys;
use crate::synth::habits::Habits;
use crate::synth::people::{Person, Sure};
use crate::synth::places;

pub(super) fn look_alikes(stage: &mut Stage) {
    if stage.innocent {
        for make in [decoys::twins, decoys::father_and_son, decoys::reissued_laptop] {
            let mut people = make(&mut stage.world, &mut stage.hubs, 2);
            people.iter_mut().for_each(|person| plain(stage, person));
            let group = stage.new_group();
            let keys: Vec<_> = people.iter().map(|person| stage.add(person, group)).collect();
            stage.expect_nothing(&keys);
        }
        // Somebody moved between two applications, and lives elsewhere than the document says when the laptop comes.
        let day = stage.day();
        let mut person = stage.employee(day + 80);
        person.applied.insert(0, day);
        let old = places::home(&mut stage.world);
        person.former_home = Some(old.clone());
        person.habits.iter_mut().for_each(|habits| habits.moved = Some((old.clone(), -20)));
        let group = stage.new_group();
        let keys = [stage.add(&person, group)];
        stage.expect_nothing(&keys);
        return;
    }
    let day = stage.day();
    let mut a = stage.employee(day);
    let mut b = stage.employee(day + 20);
    b.given = other_given(stage, &a);
    b.family.clone_from(&a.family);
    // Twins who live apart, on paper.
    b.birth = a.birth;
    b.document.clone_from(&a.document);
    one_laptop(&a, &mut b);
    for (slot, person) in [(0, &mut a), (1, &mut b)] {
        for sure in [Sure::HOME, Sure::DOCUMENT] {
            person.sure.add(sure);
        }
        // One hand: never both at the same time of day.
        if let Some(habits) = &mut person.habits {
            (habits.days, habits.slot) = (26, Some(4 + slot * 7));
        }
    }
    let ring = stage.new_ring();
    let keys = [stage.add(&a, ring), stage.add(&b, ring)];
    stage.expect_all(Expect::Ring("review"), &keys, "twins");
}

fn plain(stage: &mut Stage, person: &mut Person) {
    person.sure.add(Sure::PLAIN);
    if person.job.is_some() {
        person.habits = Some(Habits::quiet(&mut stage.world));
    }
}
