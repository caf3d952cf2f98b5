//! B13: remote-control software on a persona's device that is not on the customer's list of approved tools.

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
    definition: "A program of the built-in list of remote-control software is on a device of the persona and not on the \
                 customer's list remote_tools. Strong when there are at least `tools` different ones, or one was seen \
                 within `days` of hire.",
    needs: &[Need(&[RecordKind::Software], &[Field::Application])],
    parameters: &["tools", "days"],
    family: EvidenceFamily::DeviceNetwork,
    strength: Strength::Strong,
    misleads: "IT support, a managed service provider, accessibility.",
    source: "FBI PSA I-012325-PSA, 23 January 2025: prohibited remote desktop software; FBI update of 2025 on facilitators",
    rule: Rule::Persona(find),
};

fn find(context: &Context, persona: PersonaId) -> Option<Finding> {
    let mut tools: BTreeMap<&'static str, Vec<RecordId>> = BTreeMap::new();
    for record in context.of_kind(persona, RecordKind::Software) {
        let Some(application) = context.text(record, IdentifierKind::Application) else { continue };
        if context.lists.is_approved(application) {
            continue;
        }
        if let Some(tool) = context.lists.remote_control(application) {
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
