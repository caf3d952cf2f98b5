//! B30: one persona works for several employers at one time.

use super::{each, some};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::claim::Period;
use crate::model::finding::{Citation, Finding, Strength};
use crate::model::ids::{PersonaId, RecordId, SourceId};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use std::collections::{BTreeMap, BTreeSet};

pub const INDICATOR: Indicator = Indicator {
    id: "B30",
    name: "concurrent employment",
    definition: "The persona is an employee in two or more sources or files, or under two agencies in one, over at \
                 least `days` common days. Two of them that have the share `share` of the smaller one's people in \
                 common (three at least) are systems of one employer, and rows that begin on one day are one \
                 employment. Strong from `employers` on.",
    needs: &[Need(&[RecordKind::Employee], &[])],
    parameters: &["days", "employers", "share"],
    family: EvidenceFamily::People,
    strength: Strength::Strong,
    misleads: "Two part-time posts, a transfer between firms of one group, an end date that nobody entered.",
    source: "Department of Justice, 2025: one worker with thirteen jobs at once (Vong); United States v. Knoot, 2024",
    rule: Rule::Run(find),
};

/// Fewer common people than this do not make two sources systems of one employer.
const COMMON_MIN: usize = 3;

fn find(context: &Context) -> Vec<Finding> {
    let houses = houses(context);
    each(context, |persona| look(context, persona, &houses))
}

/// A source and one of its files: a staffing firm delivers a file for each client.
type Roster = (SourceId, u32);

/// For each roster the employer that it belongs to, by its first roster.
fn houses(context: &Context) -> BTreeMap<Roster, Roster> {
    let share = context.parameter("B30", "share");
    let mut people: BTreeMap<Roster, usize> = BTreeMap::new();
    let mut common: BTreeMap<(Roster, Roster), usize> = BTreeMap::new();
    for persona in context.personas {
        let of = |record: &RecordId| context.claims.record(*record);
        let employees = persona.records.iter().map(of).filter(|record| record.kind == RecordKind::Employee);
        let sources: Vec<Roster> = employees.map(|r| (r.source, r.file)).collect::<BTreeSet<_>>().into_iter().collect();
        for (at, &source) in sources.iter().enumerate() {
            *people.entry(source).or_default() += 1;
            for &other in &sources[at + 1..] {
                *common.entry((source, other)).or_default() += 1;
            }
        }
    }
    let mut houses: BTreeMap<Roster, Roster> = people.keys().map(|&source| (source, source)).collect();
    for ((left, right), count) in common {
        let smaller = people[&left].min(people[&right]);
        if count >= COMMON_MIN && count as f64 >= share * smaller as f64 {
            let (keep, drop) = (houses[&left].min(houses[&right]), houses[&left].max(houses[&right]));
            houses.values_mut().filter(|house| **house == drop).for_each(|house| *house = keep);
        }
    }
    houses
}

struct Job {
    employer: (Roster, String),
    valid: Period,
    record: RecordId,
}

fn look(context: &Context, persona: PersonaId, houses: &BTreeMap<Roster, Roster>) -> Option<Finding> {
    let records = &context.personas[persona.index()].records;
    let employees = || records.iter().filter(|&&record| context.claims.record(record).kind == RecordKind::Employee);
    employees().nth(1)?;
    let days = context.parameter("B30", "days") as i32;
    let mut jobs: Vec<Job> = employees()
        .filter_map(|&record| {
            let own = context.claims.record(record);
            let agency = context.text(record, IdentifierKind::Agency).unwrap_or_default();
            let valid = context.claims.of(record).first()?.valid();
            Some(Job { employer: (*houses.get(&(own.source, own.file))?, agency.to_string()), valid, record })
        })
        .collect();
    jobs.sort_by_key(|job| (job.valid.from, job.record));
    // A row without an agency is the employer's own; beside rows of one agency it is no second employer.
    let mut begun = BTreeSet::new();
    jobs.retain(|job| job.valid.from == i32::MIN || begun.insert(job.valid.from));
    // So many hold on the day that is `days` after a job began, of those that had begun by then.
    let at_once = |job: &Job| -> BTreeMap<&(Roster, String), &Job> {
        let held = jobs.iter().filter(|other| {
            other.valid.from <= job.valid.from && other.valid.to >= job.valid.from.saturating_add(days)
        });
        held.map(|other| (&other.employer, other)).collect()
    };
    let most = jobs.iter().filter(|job| job.valid.to >= job.valid.from.saturating_add(days)).map(at_once);
    let most =
        most.map(distinct).fold(Vec::new(), |best: Vec<&Job>, held| if held.len() > best.len() { held } else { best });
    if most.len() < 2 {
        return None;
    }
    let strong = most.len() as f64 >= context.parameter("B30", "employers");
    let strength = if strong { Strength::Strong } else { Strength::Medium };
    let agencies: Vec<&str> =
        most.iter().map(|job| job.employer.1.as_str()).filter(|agency| !agency.is_empty()).collect();
    let mut text = format!("employed by {} employers at one time", most.len());
    if !agencies.is_empty() {
        text.push_str(&format!(", through {}", some(&agencies)));
    }
    Some(
        Finding::about("B30", persona, strength, EvidenceFamily::People, text)
            .citing(most.iter().filter_map(|job| context.claims.of(job.record).first()).map(Citation::of))
            .on(most.iter().map(|job| job.valid.from)),
    )
}

/// One job per employer; a house's rows without an agency count only where it has none with one.
fn distinct<'j>(held: BTreeMap<&'j (Roster, String), &'j Job>) -> Vec<&'j Job> {
    let named: BTreeSet<Roster> =
        held.keys().filter(|(_, agency)| !agency.is_empty()).map(|(house, _)| *house).collect();
    held.into_iter()
        .filter(|((house, agency), _)| !agency.is_empty() || !named.contains(house))
        .map(|(_, job)| job)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{Agency, Name};

    fn at(jobs: &[(u16, &str, &str)]) -> Scene {
        jobs.iter().fold(Scene::new(), |scene, (source, from, to)| {
            scene.employee_at("E1", *source, from, to, &[(Name, "ann / lee")])
        })
    }

    #[test]
    fn one_job_after_the_other_is_refused() {
        let two = [(0, "2025-01-06", ""), (1, "2025-02-03", "")];
        assert_eq!(at(&two).strengths("B30"), [Strength::Medium]);
        let three = [(0, "2025-01-06", ""), (1, "2025-02-03", ""), (2, "2025-03-03", "2025-08-01")];
        assert_eq!(at(&three).strengths("B30"), [Strength::Strong]);
        assert_eq!(at(&three).parameter("B30", "employers", 4.0).strengths("B30"), [Strength::Medium]);
        assert!(at(&[(0, "2024-01-06", "2025-02-10"), (1, "2025-02-03", "")]).findings("B30").is_empty());
        assert!(at(&[(0, "2025-01-06", "")]).findings("B30").is_empty());
        // The same employment in two systems begins on one day.
        assert!(at(&[(0, "2025-01-06", ""), (1, "2025-01-06", "")]).findings("B30").is_empty());
    }

    #[test]
    fn two_systems_of_one_employer_are_refused() {
        let systems = (0..10).fold(Scene::new(), |scene, who| {
            let name = format!("E{who}");
            let scene = scene.employee_at(&name, 0, "2025-01-06", "", &[(Name, "ann / lee")]);
            scene.employee_at(&name, 1, "2025-02-03", "", &[(Name, "ann / lee")])
        });
        assert!(systems.findings("B30").is_empty());
    }

    #[test]
    fn clients_of_one_roster_count_and_a_row_without_one_is_refused() {
        let rows = |agencies: [&str; 2]| {
            let of = |agency: &str| {
                if agency.is_empty() { vec![(Name, "ann / lee")] } else { vec![(Name, "ann / lee"), (Agency, agency)] }
                    .into_iter()
                    .map(|(kind, text)| (kind, text.to_string()))
                    .collect::<Vec<_>>()
            };
            let mut scene = Scene::new();
            for (agency, day) in agencies.iter().zip(["2025-01-06", "2025-02-03"]) {
                let values = of(agency);
                let values: Vec<_> = values.iter().map(|(kind, text)| (*kind, text.as_str())).collect();
                scene = scene.employee("E1", day, &values);
            }
            scene.strengths("B30")
        };
        assert_eq!(rows(["example media", "example bank"]), [Strength::Medium]);
        assert!(rows(["example media", ""]).is_empty());
        assert!(rows(["example media", "example media"]).is_empty());
    }
}
