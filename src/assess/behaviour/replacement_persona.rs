//! B22: soon after an employment ended, another persona that shares something with it applies.

use super::{each, people, some};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::claim::Role;
use crate::model::finding::{Citation, Finding, Strength};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind, Side};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

pub const INDICATOR: Indicator = Indicator {
    id: "B22",
    name: "replacement persona",
    definition: "Within `days` days after the termination of one persona another applies that shares a linking value \
                 with it (own contact, account, profile; of at most `holders` holders and on no allow list; of a \
                 resume at least `lines` lines; never equipment, which is handed on), or that an accepted link ties to \
                 it, near values included. Medium where only a place, a network or a referee is shared; weak where the \
                 two state one family name.",
    needs: &[Need(&[RecordKind::Termination], &[]), Need(&[RecordKind::Applicant], &[])],
    parameters: &["days", "holders", "lines"],
    family: EvidenceFamily::People,
    strength: Strength::Strong,
    misleads: "A relative who applies for the post, a former colleague with the same referee.",
    source: "Ketman and Security Alliance, 2025: identities change after dismissal and new accounts appear at once",
    rule: Rule::Run(find),
};

fn find(context: &Context) -> Vec<Finding> {
    let mut links: FxHashMap<PersonaId, Vec<usize>> = FxHashMap::default();
    for (at, link) in context.clusters.links.iter().enumerate() {
        links.entry(link.left).or_default().push(at);
        links.entry(link.right).or_default().push(at);
    }
    let found = each(context, |persona| {
        // One finding for each persona that left; the personas that came are in it.
        look(context, persona, links.get(&persona).map(Vec::as_slice).unwrap_or_default())
    });
    let mut found = found;
    found.sort_by(|a, b| a.personas.cmp(&b.personas));
    found
}

fn look(context: &Context, persona: PersonaId, links: &[usize]) -> Option<Finding> {
    let ends = context.in_time(persona, RecordKind::Termination);
    if ends.is_empty() {
        return None;
    }
    let days = context.parameter("B22", "days") as i32;
    let most = context.parameter("B22", "holders") as usize;
    let applied = |other: PersonaId| {
        context.of_kind(other, RecordKind::Applicant).find_map(|record| {
            let day = context.when(record)?.day();
            ends.iter().any(|(end, _)| (1..=days).contains(&(day - end.day()))).then_some((day, record))
        })
    };
    let mut shared: BTreeMap<PersonaId, BTreeSet<(ValueId, ValueId)>> = BTreeMap::new();
    for value in linking_values(context, persona) {
        let holders = (context.holders)(value);
        if holders.len() <= most {
            for other in holders.into_iter().filter(|&other| other != persona) {
                shared.entry(other).or_default().insert((value, value));
            }
        }
    }
    // Single lines of a resume are anybody's; several are a text.
    let lines = context.parameter("B22", "lines") as usize;
    let is_line = |value: ValueId| context.claims.dictionary.kind(value) == IdentifierKind::ResumeLine;
    for values in shared.values_mut() {
        if values.iter().filter(|(value, _)| is_line(*value)).count() < lines {
            values.retain(|(value, _)| !is_line(*value));
        }
    }
    shared.retain(|_, values| !values.is_empty());
    for &at in links {
        let link = &context.clusters.links[at];
        let other = if link.left == persona { link.right } else { link.left };
        let ties = link.contributions.iter().filter(|c| c.counted > 0.0);
        let ties = ties.map(|c| if link.left == persona { (c.left, c.right) } else { (c.right, c.left) });
        shared.entry(other).or_default().extend(ties);
    }
    let kind = |value: ValueId| context.claims.dictionary.kind(value);
    let mut strength = None;
    let (mut others, mut cites, mut when, mut kinds) = (Vec::new(), Vec::new(), Vec::new(), BTreeSet::new());
    for (other, values) in shared {
        let Some((day, record)) = applied(other) else { continue };
        // A referee in common is what former colleagues have.
        let is_referee = |kind| matches!(kind, IdentifierKind::RefereeEmail | IdentifierKind::RefereePhone);
        let control = values
            .iter()
            .map(|&(value, _)| kind(value))
            .any(|kind| kind.side() == Side::Control && !is_referee(kind) && !EQUIPMENT.contains(&kind));
        let own = match (people::one_family(context, persona, other), control) {
            (true, _) => Strength::Weak,
            (false, true) => Strength::Strong,
            (false, false) => Strength::Medium,
        };
        strength = strength.max(Some(own));
        for &(left, right) in &values {
            cites.extend(context.cite_value(persona, left));
            cites.extend(context.cite_value(other, right));
            kinds.insert(kind(left).name().replace('_', " "));
        }
        cites.extend(context.claims.of(record).first().map(Citation::of));
        others.push(other);
        when.push(day);
    }
    let strength = strength?;
    let kinds: Vec<&str> = kinds.iter().map(String::as_str).collect();
    let (end, termination) = ends.first()?;
    let first = when.iter().min()?;
    let text = format!(
        "{} applied {} days after the employment ended; shared: {}",
        super::counted(others.len(), "another persona", "other personas"),
        first - end.day(),
        some(&kinds)
    );
    let mut finding = Finding::about("B22", persona, strength, EvidenceFamily::People, text)
        .citing(cites)
        .citing(context.cite(*termination, &[IdentifierKind::Time, IdentifierKind::Reason]))
        .on(when);
    finding.personas.extend(others);
    Some(finding)
}

/// What is handed on from who left to who came.
const EQUIPMENT: [IdentifierKind; 2] = [IdentifierKind::Serial, IdentifierKind::HardwareAddress];

/// Values of a persona that may link and that no list explains, sorted. What a parcel or a referee brings is not its own.
fn linking_values(context: &Context, persona: PersonaId) -> Vec<ValueId> {
    let dictionary = &context.claims.dictionary;
    let mut values: Vec<ValueId> = context
        .records(persona)
        .flat_map(|record| context.claims.of(record))
        .filter(|claim| claim.role() != Role::Delivery || dictionary.kind(claim.value) == IdentifierKind::Address)
        .map(|claim| claim.value)
        .filter(|&value| !EQUIPMENT.contains(&dictionary.kind(value)))
        .filter(|&value| dictionary.kind(value).links() && dictionary.marks(value).can_link())
        .collect();
    values.sort_unstable();
    values.dedup();
    values.retain(|&value| (context.explained)(value).is_none());
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{Address, Name, Phone, ResumeLine, Serial};

    fn left(phone: &str) -> Scene {
        Scene::new().employee("E1", "2025-01-06", &[(Name, "ann / lee"), (Phone, phone), (Address, "12|elm st")]).event(
            RecordKind::Termination,
            "2025-06-02",
            &[],
        )
    }

    #[test]
    fn an_application_long_after_or_with_nothing_shared_is_refused() {
        let then = |day: &str, name: &str, phone: &str| {
            left("+12025550100").applicant("A1", day, &[(Name, name), (Phone, phone)]).strengths("B22")
        };
        assert_eq!(then("2025-06-14", "ivan / stone", "+12025550100"), [Strength::Strong]);
        assert!(then("2025-06-14", "ivan / stone", "+12025550199").is_empty());
        assert!(then("2025-12-14", "ivan / stone", "+12025550100").is_empty());
        assert!(then("2025-05-14", "ivan / stone", "+12025550100").is_empty());
        assert_eq!(then("2025-06-14", "dana / lee", "+12025550100"), [Strength::Weak]);
    }

    #[test]
    fn a_laptop_that_was_handed_on_and_one_line_of_a_resume_are_refused() {
        let lines = ["kept the ledgers of three mills", "wrote a parser for tide tables", "ran a choir of twelve"];
        let then = |shared: &[(IdentifierKind, &str)]| {
            let values = [&[(Name, "ivan / stone")], shared].concat();
            let scene =
                left("+12025550100").of("E1").asset(RecordKind::Device, "2025-01-06", "2025-06-02", &[(Serial, "SN7")]);
            let scene =
                lines.iter().fold(scene, |scene, line| scene.applicant("E1", "2024-12-01", &[(ResumeLine, line)]));
            scene.applicant("A1", "2025-06-14", &values).strengths("B22")
        };
        assert_eq!(then(&lines.map(|line| (ResumeLine, line))), [Strength::Strong]);
        assert!(then(&[(ResumeLine, lines[0])]).is_empty());
        assert!(then(&[(Serial, "SN7")]).is_empty());
    }

    #[test]
    fn a_number_of_the_agency_is_refused_and_a_place_alone_is_medium() {
        let agency = left("+12025550100")
            .applicant("A1", "2025-06-14", &[(Name, "ivan / stone"), (Phone, "+12025550100")])
            .explained(Phone, "+12025550100", "agencies");
        assert!(agency.findings("B22").is_empty());
        let place =
            left("+12025550100").applicant("A1", "2025-06-14", &[(Name, "ivan / stone"), (Address, "12|elm st")]);
        assert_eq!(place.strengths("B22"), [Strength::Medium]);
        let crowd = (0..8).fold(left("+12025550100"), |scene, at| {
            scene.applicant(&format!("A{at}"), "2025-06-14", &[(Name, "ivan / stone"), (Phone, "+12025550100")])
        });
        assert!(crowd.findings("B22").is_empty());
    }
}
