//! B23: two linked personas that are never there at the same time.

use super::sign_ins::sign_ins;
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::evidence::Evidence;
use crate::model::field::Field;
use crate::model::finding::{Finding, Strength};
use crate::model::ids::{PersonaId, RecordId};
use crate::model::moment::{DAY, Moment};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use rayon::prelude::*;
use std::collections::BTreeSet;

pub const INDICATOR: Indicator = Indicator {
    id: "B23",
    name: "never in two places at once",
    definition: "Of two personas with an accepted link, interviews overlap and one of these was moved at least `moved` \
                 times; or over at least `days` days on which both are active they are never active in the same ten \
                 minutes, although their hours would let them meet `expected` times.",
    needs: &[Need(&[RecordKind::Interview, RecordKind::SignIn, RecordKind::ScmEvent], &[Field::Start, Field::Time])],
    parameters: &["moved", "minutes", "days", "expected"],
    family: EvidenceFamily::People,
    strength: Strength::Medium,
    misleads: "Shifts that follow each other, a calendar that was full.",
    source: "Recorded Future, PurpleDelta, August 2026: interview times of personas collided",
    // What a link rests on is in its weight; this is not, so it looks as a rule of the run does and counts in the order.
    rule: Rule::Run(|context| context.clusters.links.par_iter().filter_map(|link| find(context, link)).collect()),
};

fn find(context: &Context, link: &Evidence) -> Option<Finding> {
    collide(context, link).or_else(|| apart(context, link))
}

struct Slot {
    start: i64,
    end: i64,
    moved: u64,
    record: RecordId,
}

fn interviews(context: &Context, persona: PersonaId) -> Vec<Slot> {
    let minutes = context.parameter("B23", "minutes") as i64;
    let mut slots: Vec<Slot> = context
        .of_kind(persona, RecordKind::Interview)
        .filter_map(|record| {
            let start = context.moment(record, IdentifierKind::Start).filter(|moment| moment.has_time)?.seconds;
            let end = context.moment(record, IdentifierKind::End).filter(|moment| moment.has_time);
            let end = end.map_or(start + minutes * 60, |moment| moment.seconds).clamp(start, start + DAY);
            let moved = context.text(record, IdentifierKind::Rescheduled).and_then(|text| text.parse().ok());
            Some(Slot { start, end, moved: moved.unwrap_or(0), record })
        })
        .collect();
    slots.sort_unstable_by_key(|slot| (slot.start, slot.record));
    slots
}

fn collide(context: &Context, link: &Evidence) -> Option<Finding> {
    let moved = context.parameter("B23", "moved") as u64;
    let (left, right) = (interviews(context, link.left), interviews(context, link.right));
    let mut from = 0;
    for slot in &left {
        // An interview lasts a day at most, so that what began a day before is over for all later ones too.
        while right.get(from).is_some_and(|other| other.start + DAY < slot.start) {
            from += 1;
        }
        let hit = right[from..]
            .iter()
            .take_while(|other| other.start < slot.end)
            .find(|other| slot.start < other.end && slot.moved.max(other.moved) >= moved);
        if let Some(other) = hit {
            let times = slot.moved.max(other.moved);
            let text = format!("interviews of the two overlap, and one was moved {times} times");
            let cells = [IdentifierKind::Start, IdentifierKind::End, IdentifierKind::Rescheduled];
            let cites = [slot.record, other.record].into_iter().flat_map(|record| context.cite(record, &cells));
            let day = Moment { seconds: slot.start, has_time: true }.day();
            return Some(both(link, text).citing(cites).on([day]));
        }
    }
    None
}

fn both(link: &Evidence, text: String) -> Finding {
    let mut finding = Finding::about("B23", link.left, Strength::Medium, EvidenceFamily::People, text);
    finding.personas.push(link.right);
    finding
}

/// Ten minutes each.
const BIN: i64 = 600;
const BINS_OF_HOUR: f64 = 6.0;

/// Active bins of ten minutes with the record that shows each, in order.
fn activity(context: &Context, persona: PersonaId) -> Vec<(i64, RecordId)> {
    let signed = sign_ins(context, persona).into_iter().filter_map(|s| Some((s.moment(context)?, s.record)));
    let coded = context
        .of_kind(persona, RecordKind::ScmEvent)
        .filter_map(|record| Some((context.moment(record, IdentifierKind::Time)?, record)));
    let timed = signed.chain(coded).filter(|(moment, _)| moment.has_time);
    let mut bins: Vec<(i64, RecordId)> =
        timed.map(|(moment, record)| (moment.seconds.div_euclid(BIN), record)).collect();
    bins.sort_unstable();
    bins.dedup_by_key(|(bin, _)| *bin);
    bins
}

fn apart(context: &Context, link: &Evidence) -> Option<Finding> {
    let days = context.parameter("B23", "days").max(1.0) as usize;
    let expected = context.parameter("B23", "expected");
    let (left, right) = (activity(context, link.left), activity(context, link.right));
    if left.len() < days || right.len() < days {
        return None;
    }
    let day = |bin: i64| (bin * BIN).div_euclid(DAY);
    let of_days = |bins: &[(i64, RecordId)]| bins.iter().map(|(bin, _)| day(*bin)).collect::<BTreeSet<i64>>();
    let common: BTreeSet<i64> = of_days(&left).intersection(&of_days(&right)).copied().collect();
    let right_bins: BTreeSet<i64> = right.iter().map(|(bin, _)| *bin).collect();
    if common.len() < days || left.iter().any(|(bin, _)| right_bins.contains(bin)) {
        return None;
    }
    // How often the two would meet if their hours had nothing to do with each other: few and sparse events never meet.
    let hours = |bins: &[(i64, RecordId)]| {
        let mut hours = [0.0f64; 24];
        for (bin, _) in bins.iter().filter(|(bin, _)| common.contains(&day(*bin))) {
            hours[((bin * BIN).rem_euclid(DAY) / 3600) as usize] += 1.0 / common.len() as f64;
        }
        hours
    };
    let (a, b) = (hours(&left), hours(&right));
    let meetings: f64 = a.iter().zip(&b).map(|(x, y)| x * y / BINS_OF_HOUR).sum::<f64>() * common.len() as f64;
    if meetings < expected {
        return None;
    }
    let text = format!(
        "never active in the same ten minutes on {} common days, where about {} meetings would be expected",
        common.len(),
        meetings.round()
    );
    let on_common = left.iter().chain(&right).filter(|(bin, _)| common.contains(&day(*bin)));
    let cites: Vec<_> = on_common.flat_map(|&(_, record)| context.cite(record, &[IdentifierKind::Time])).collect();
    let when = common.iter().filter_map(|&day| i32::try_from(day).ok());
    Some(both(link, text).citing(cites).on(when))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::{Scene, after};
    use IdentifierKind::{Country, End, Name, Phone, Rescheduled};

    fn two() -> Scene {
        Scene::new()
            .employee("E1", "2025-03-03", &[(Name, "ann / lee"), (Phone, "+12025550100")])
            .employee("E2", "2025-03-03", &[(Name, "ivan / stone"), (Phone, "+12025550100")])
            .link("E1", "E2", &[(Phone, "+12025550100")])
    }

    fn interview(scene: Scene, who: &str, start: &str, end: &str, moved: &str) -> Scene {
        scene.of(who).event(RecordKind::Interview, start, &[(End, end), (Rescheduled, moved)])
    }

    #[test]
    fn interviews_one_after_the_other_and_plain_overlaps_are_refused() {
        let at = |start: &str, end: &str, moved: &str| {
            let scene = interview(two(), "E1", "2025-02-03T15:00:00Z", "2025-02-03T16:00:00Z", moved);
            interview(scene, "E2", start, end, "0").strengths("B23")
        };
        assert_eq!(at("2025-02-03T15:30:00Z", "2025-02-03T16:30:00Z", "2"), [Strength::Medium]);
        assert!(at("2025-02-03T15:30:00Z", "2025-02-03T16:30:00Z", "1").is_empty());
        assert!(at("2025-02-03T16:00:00Z", "2025-02-03T17:00:00Z", "2").is_empty());
    }

    /// Both sign in every twenty minutes over six hours, the second one so many minutes later.
    fn active(days: i64, shift: i64, every: i64) -> Vec<Strength> {
        let mut scene = two();
        for (who, shift) in [("E1", 0), ("E2", shift)] {
            for at in 0..days * (360 / every) {
                let (day, slot) = (at / (360 / every), at % (360 / every));
                let time = after("2025-04-01T14:00:00Z", day * 86_400 + slot * every * 60 + shift * 60);
                scene = scene.of(who).sign_in(&time, &[(Country, "us")]);
            }
        }
        scene.strengths("B23")
    }

    #[test]
    fn meeting_once_few_days_and_other_hours_are_refused() {
        assert_eq!(active(25, 10, 20), [Strength::Medium]);
        assert!(active(25, 0, 20).is_empty());
        assert!(active(10, 10, 20).is_empty());
        // Night and day: nobody would expect them to meet.
        assert!(active(25, 480, 20).is_empty());
        // One event a day each says nothing.
        assert!(active(25, 30, 360).is_empty());
    }
}
