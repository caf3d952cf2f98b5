//! B13: remote-control software on a persona's device that is not on the customer's list of approved tools.

use super::{Listed, each, listed};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::field::Field;
use crate::model::finding::{Finding, Strength};
use crate::model::ids::{PersonaId, RecordId};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use std::collections::BTreeMap;

pub const INDICATOR: Indicator = Indicator {
    id: "B13",
    name: "remote-control software",
    definition: "A program of the built-in list of remote-control software is on a device of the persona and not on \
                 the customer's list remote_tools. Strong when there are at least `tools` different ones, or one was \
                 seen within `days` of hire.",
    needs: &[Need(&[RecordKind::Software], &[Field::Application])],
    parameters: &["tools", "days"],
    family: EvidenceFamily::DeviceNetwork,
    strength: Strength::Strong,
    misleads: "IT support, a managed service provider, accessibility.",
    source: "FBI PSA I-012325-PSA, 23 January 2025: prohibited remote desktop software; FBI update of 2025 on \
             facilitators",
    rule: Rule::Run(find),
};

fn find(context: &Context) -> Vec<Finding> {
    let known = listed(context, IdentifierKind::Application, |name| {
        (!context.lists.is_approved(name)).then(|| context.lists.remote_control(name)).flatten()
    });
    match known.is_empty() {
        true => Vec::new(),
        false => each(context, |persona| look(context, persona, &known)),
    }
}

fn look(context: &Context, persona: PersonaId, known: &Listed) -> Option<Finding> {
    let mut tools: BTreeMap<&'static str, Vec<RecordId>> = BTreeMap::new();
    for record in context.of_kind(persona, RecordKind::Software) {
        let seen = context.claim(record, IdentifierKind::Application).and_then(|claim| known.get(&claim.value));
        if let Some(tool) = seen {
            tools.entry(tool).or_default().push(record);
        }
    }
    if tools.is_empty() {
        return None;
    }
    let days = context.parameter("B13", "days") as i32;
    let hires = context.hires(persona);
    let seen: Vec<i32> = tools.values().flatten().filter_map(|&r| Some(context.when(r)?.day())).collect();
    let soon = seen.iter().any(|day| hires.iter().any(|(hired, _)| (0..=days).contains(&(day - hired))));
    let several = tools.len() as f64 >= context.parameter("B13", "tools");
    let strength = if soon || several { Strength::Strong } else { Strength::Medium };
    let names: Vec<&str> = tools.keys().copied().collect();
    let when = if soon { format!(", within {days} days of hire") } else { String::new() };
    let text = format!("remote-control software not on the approved list: {}{when}", names.join(", "));
    let cells = [IdentifierKind::Application, IdentifierKind::Time];
    Some(
        Finding::about("B13", persona, strength, EvidenceFamily::DeviceNetwork, text)
            .citing(tools.values().flatten().flat_map(|&record| context.cite(record, &cells)))
            .on(seen),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::Name;

    fn hired() -> Scene {
        Scene::new().employee("E1", "2025-03-03", &[(Name, "ann / lee")])
    }

    #[test]
    fn one_old_tool_is_medium_and_an_approved_tool_is_refused() {
        assert_eq!(hired().software("AnyDesk 7.1", "2025-09-01").strengths("B13"), [Strength::Medium]);
        assert_eq!(hired().software("AnyDesk 7.1", "2025-03-10").strengths("B13"), [Strength::Strong]);
        let two = hired().software("AnyDesk 7.1", "2025-09-01").software("RustDesk", "2025-09-01");
        assert_eq!(two.strengths("B13"), [Strength::Strong]);
        let approved = hired().approved("anydesk").software("AnyDesk 7.1", "2025-03-10");
        assert!(approved.findings("B13").is_empty());
        assert!(hired().software("Microsoft Teams", "2025-03-10").findings("B13").is_empty());
    }
}
