//! B20: code copied in bulk soon after hire, or pushed to a place that nobody else uses.

use super::{each, listed, some};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::field::Field;
use crate::model::finding::{Finding, Strength};
use crate::model::ids::{PersonaId, RecordId, ValueId};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

pub const INDICATOR: Indicator = Indicator {
    id: "B20",
    name: "code copied in bulk or pushed elsewhere",
    definition: "The persona clones at least `clones` repositories within `days` days of hire and more than the 99th \
                 percentile of all other employees with such events; or it pushes to a host and owner that is no \
                 repository of the run and that no other employee pushes to.",
    needs: &[Need(&[RecordKind::ScmEvent], &[Field::Event])],
    parameters: &["clones", "days"],
    family: EvidenceFamily::DocumentText,
    strength: Strength::Medium,
    misleads: "Platform engineers, a migration, a fork of one's own that is allowed.",
    source: "FBI PSA I-012325-PSA, 23 January 2025: code copied to own profiles and accounts",
    rule: Rule::Run(find),
};

/// Counts beyond this are bytes rather than repositories.
const COUNT_MAX: u64 = 10_000;

fn find(context: &Context) -> Vec<Finding> {
    let clones = listed(context, IdentifierKind::Event, |event| {
        ["clone", "download_zip", "download"].into_iter().find(|word| event.contains(word))
    });
    let pushes = listed(context, IdentifierKind::Event, |event| event.contains("push").then_some("push"));
    let of: Vec<u64> = (0..context.personas.len())
        .into_par_iter()
        .map(|at| cloned(context, PersonaId::from(at), &clones).map_or(0, |(count, _)| count))
        .collect();
    let with_events: Vec<u64> = (0..of.len())
        .into_par_iter()
        .filter(|&at| context.of_kind(PersonaId::from(at), RecordKind::ScmEvent).next().is_some())
        .map(|at| of[at])
        .collect();
    let mut sorted = with_events;
    sorted.sort_unstable();
    let users = users(context, &pushes);
    let least = context.parameter("B20", "clones") as u64;
    each(context, |persona| {
        let own = of[persona.index()];
        let bulk = (own >= least.max(1) && beyond(&sorted, own)).then(|| bulk(context, persona, &clones)).flatten();
        bulk.or_else(|| pushed(context, persona, &pushes, &users))
    })
}

/// Whether a count is beyond the 99th percentile (by nearest rank) of the other counts.
fn beyond(sorted: &[u64], own: u64) -> bool {
    let others = sorted.len().saturating_sub(1);
    if others == 0 {
        return false;
    }
    // The own count stands at or above the percentile whenever it is beyond it, so that leaving it out shifts no rank.
    let rank = (others * 99).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).is_some_and(|&at| own > at)
}

/// Clones soon after hire: different repositories, and what events without one count.
fn cloned(
    context: &Context,
    persona: PersonaId,
    clones: &FxHashMap<ValueId, &'static str>,
) -> Option<(u64, Vec<RecordId>)> {
    let days = context.parameter("B20", "days") as i32;
    let mut hires: Option<Vec<(i32, RecordId)>> = None;
    let (mut repositories, mut more, mut records) = (BTreeSet::new(), 0u64, Vec::new());
    for record in context.of_kind(persona, RecordKind::ScmEvent) {
        let Some(event) = context.claim(record, IdentifierKind::Event) else { continue };
        if !clones.contains_key(&event.value) {
            continue;
        }
        let hires = hires.get_or_insert_with(|| context.hires(persona));
        if !hires.iter().any(|(hired, _)| (0..=days).contains(&event.valid().from.saturating_sub(*hired))) {
            continue;
        }
        match context.claim(record, IdentifierKind::Repository) {
            Some(repository) => drop(repositories.insert(repository.value)),
            None => {
                let count = context.text(record, IdentifierKind::Count).and_then(|text| text.parse::<u64>().ok());
                more += count.filter(|count| (1..=COUNT_MAX).contains(count)).unwrap_or(1);
            }
        }
        records.push(record);
    }
    (!records.is_empty()).then_some((repositories.len() as u64 + more, records))
}

fn bulk(context: &Context, persona: PersonaId, clones: &FxHashMap<ValueId, &'static str>) -> Option<Finding> {
    let (count, records) = cloned(context, persona, clones)?;
    let days = context.parameter("B20", "days") as i32;
    let text = format!("cloned {count} repositories within {days} days of hire, more than 99 of 100 others");
    let cells = [IdentifierKind::Event, IdentifierKind::Repository, IdentifierKind::Count, IdentifierKind::Time];
    let when: Vec<i32> =
        records.iter().filter_map(|&record| Some(context.claims.of(record).first()?.valid().from)).collect();
    Some(
        Finding::about("B20", persona, Strength::Medium, EvidenceFamily::DocumentText, text)
            .citing(records.iter().flat_map(|&record| context.cite(record, &cells)))
            .on(when),
    )
}

/// Host and owner of a repository or destination: `github.com/example` of `https://github.com/example/tools.git`.
fn place(text: &str) -> String {
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.rsplit_once('@').map_or(text, |(_, rest)| rest).replace(':', "/");
    let mut parts = text.split('/').filter(|part| !part.is_empty());
    let (host, owner) = (parts.next().unwrap_or_default(), parts.next());
    match owner {
        Some(owner) => format!("{host}/{owner}"),
        None => host.to_string(),
    }
}

/// Places that the run's repositories have (everybody's), and who pushes to each other place.
struct Users {
    repositories: BTreeSet<String>,
    /// The one persona that pushes there, `None` where several do.
    pushed: FxHashMap<String, Option<PersonaId>>,
}

fn users(context: &Context, pushes: &FxHashMap<ValueId, &'static str>) -> Users {
    let dictionary = &context.claims.dictionary;
    let of_kind = dictionary.values_of(IdentifierKind::Repository);
    let repositories = of_kind.map(|value| place(dictionary.text(value))).collect();
    let mut pushed: FxHashMap<String, Option<PersonaId>> = FxHashMap::default();
    if !pushes.is_empty() {
        for at in 0..context.personas.len() {
            let persona = PersonaId::from(at);
            for (destination, _) in destinations(context, persona, pushes) {
                let place = place(dictionary.text(destination));
                let user = pushed.entry(place).or_insert(Some(persona));
                if *user != Some(persona) {
                    *user = None;
                }
            }
        }
    }
    Users { repositories, pushed }
}

fn destinations(
    context: &Context,
    persona: PersonaId,
    pushes: &FxHashMap<ValueId, &'static str>,
) -> Vec<(ValueId, RecordId)> {
    context
        .of_kind(persona, RecordKind::ScmEvent)
        .filter(|&record| context.claim(record, IdentifierKind::Event).is_some_and(|c| pushes.contains_key(&c.value)))
        .filter_map(|record| Some((context.claim(record, IdentifierKind::Destination)?.value, record)))
        .collect()
}

fn pushed(
    context: &Context,
    persona: PersonaId,
    pushes: &FxHashMap<ValueId, &'static str>,
    users: &Users,
) -> Option<Finding> {
    if users.pushed.is_empty() {
        return None;
    }
    let dictionary = &context.claims.dictionary;
    let outside: Vec<(ValueId, RecordId)> = destinations(context, persona, pushes)
        .into_iter()
        .filter(|(destination, _)| {
            let place = place(dictionary.text(*destination));
            !users.repositories.contains(&place) && users.pushed.get(&place) == Some(&Some(persona))
        })
        .collect();
    if outside.is_empty() {
        return None;
    }
    let names: BTreeSet<&str> = outside.iter().map(|(destination, _)| dictionary.text(*destination)).collect();
    let text = format!("pushed code to {}, which nobody else does", some(&names.into_iter().collect::<Vec<_>>()));
    let cells = [IdentifierKind::Event, IdentifierKind::Destination, IdentifierKind::Repository, IdentifierKind::Time];
    let when: Vec<i32> =
        outside.iter().filter_map(|(_, r)| Some(context.claims.of(*r).first()?.valid().from)).collect();
    Some(
        Finding::about("B20", persona, Strength::Medium, EvidenceFamily::DocumentText, text)
            .citing(outside.iter().flat_map(|&(_, record)| context.cite(record, &cells)))
            .on(when),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{Destination, Event, Name, Repository};

    /// A persona that clones so many repositories on a day.
    fn cloning(mut scene: Scene, who: &str, count: usize, day: &str) -> Scene {
        scene = scene.employee(who, "2025-03-03", &[(Name, "ann / lee")]);
        for at in 0..count {
            let repository = format!("git.example.com/app/{at}");
            scene = scene.event(RecordKind::ScmEvent, day, &[(Event, "git.clone"), (Repository, &repository)]);
        }
        scene
    }

    fn crowd() -> Scene {
        (0..20).fold(Scene::new(), |scene, at| cloning(scene, &format!("A{at}"), 5 + at % 3, "2025-03-05"))
    }

    #[test]
    fn as_many_as_colleagues_and_years_after_hire_are_refused() {
        assert_eq!(cloning(crowd(), "E1", 40, "2025-03-06").strengths("B20"), [Strength::Medium]);
        assert!(cloning(crowd(), "E1", 7, "2025-03-06").findings("B20").is_empty());
        assert!(cloning(crowd(), "E1", 40, "2026-03-06").findings("B20").is_empty());
        let all = (0..20).fold(Scene::new(), |scene, at| cloning(scene, &format!("A{at}"), 40, "2025-03-05"));
        assert!(all.findings("B20").is_empty());
    }

    #[test]
    fn a_push_to_where_colleagues_push_is_refused() {
        let push = |scene: Scene, destination: &str| {
            let values = [(Event, "git.push"), (Destination, destination)];
            scene.event(RecordKind::ScmEvent, "2025-04-05", &values)
        };
        let outside = push(cloning(crowd(), "E1", 3, "2025-03-06"), "https://git.example.net/mine/copy.git");
        assert_eq!(outside.strengths("B20"), [Strength::Medium]);
        let home = push(cloning(crowd(), "E1", 3, "2025-03-06"), "git@git.example.com:app/7.git");
        assert!(home.findings("B20").is_empty());
        let both = push(cloning(crowd(), "E1", 3, "2025-03-06"), "git.example.net/team/copy");
        assert!(push(cloning(both, "E2", 3, "2025-03-06"), "git.example.net/team/other").findings("B20").is_empty());
    }
}
