//! Hands the assess stage what it asks of the others: owners, lists, what is known to be bad, and what two addresses have
//! in common.

use super::allow_lists::{ANONYMIZING, building_keys};
use super::progress::Progress;
use super::resolve::{name_knowledge, names_agree};
use super::{Delivered, Weighed, shown};
use crate::assess::context::{Asked, Context, Inputs, Known};
use crate::assess::lists::Lists;
use crate::assess::{self, Assessment};
use crate::cluster::personas::Personas;
use crate::config::{Config, HubList};
use crate::model::claim::Claims;
use crate::model::cluster::Clusters;
use crate::model::diagnostic::Diagnostic;
use crate::model::ids::{PersonaId, SourceId, ValueId};
use crate::model::value::IdentifierKind;
use crate::normalize::{self, date::DateOrder};

/// What assessing reads of the stages before it.
pub(super) struct Clustered<'a> {
    pub config: &'a Config,
    pub claims: &'a Claims,
    pub personas: &'a Personas,
    pub weighed: &'a Weighed,
    pub clusters: &'a Clusters,
}

/// Runs indicators, guards and the order over what was clustered.
pub(super) fn assess(clustered: &Clustered, delivered: &mut Delivered, progress: &mut Progress) -> Assessment {
    let Clustered { config, claims, personas, weighed, clusters } = *clustered;
    progress.stage("assess");
    let know = name_knowledge();
    let known = known(config, claims, personas, &mut delivered.diagnostics);
    let context = Context {
        claims,
        personas: &personas.personas,
        of_record: &personas.of_record,
        clusters,
        inputs: inputs(config),
        lists: &lists(config, delivered),
        settings: &config.settings,
        // That an address is a VPN's or a host's takes its power to link and explains nothing about who uses it.
        explained: &|value| weighed.explained.reason(value).filter(|list| *list != ANONYMIZING),
        powerless: &|value| weighed.explained.reason(value).is_some(),
        holders: &|value| weighed.holdings.personas_of(value).to_vec(),
        shown: &|value| shown(claims, value),
        names_agree: &|a, b| names_agree(claims, a, b, &know),
        one_place: &|a, b| {
            let keys = building_keys(claims.dictionary.text(b));
            a == b
                || building_keys(claims.dictionary.text(a)).iter().any(|key| keys.contains(key))
                || weighed.facts.are_in_one_building(a, b)
        },
        known: &known,
        asked: &Asked::default(),
    };
    let assessment = assess::assess(&context);
    progress.count("findings", assessment.findings.len() as u64);
    progress.count("indicators not run", assessment.not_run.len() as u64);
    progress.count("rings", assessment.rings.len() as u64);
    progress.count("cases of one persona", assessment.cases.len() as u64);
    progress.count("set aside", assessment.set_aside.len() as u64);
    assessment
}

/// Rings, groups and site members as assessing left them take the place of those that clustering gave.
pub(super) fn settle(assessment: &mut Assessment, clusters: &mut Clusters) {
    clusters.rings = std::mem::take(&mut assessment.rings);
    clusters.set_aside = std::mem::take(&mut assessment.set_aside);
    clusters.site_members.append(&mut assessment.site_members);
    clusters.site_members.sort_unstable();
    clusters.site_members.dedup();
}

fn inputs(config: &Config) -> Inputs {
    let fields = config.sources.iter().flat_map(|source| {
        // A kind without any mapped field is there all the same, by its key and references.
        source.columns.iter().map(|(field, _)| (source.kind, *field))
    });
    Inputs { fields: fields.collect() }
}

/// The customer's approved remote tools.
fn lists(config: &Config, delivered: &Delivered) -> Lists {
    let tables = config.hubs.iter().zip(&delivered.hub_tables).filter(|(hub, _)| hub.list == HubList::RemoteTools);
    let applications = tables.flat_map(|(_, table)| {
        let column = table.names.iter().position(|name| name.trim().eq_ignore_ascii_case("application"));
        (0..table.rows()).filter_map(move |row| table.cell(row, column?))
    });
    Lists::new(applications)
}

/// What `[known]` names, found in this run; what is not found is told.
fn known(config: &Config, claims: &Claims, personas: &Personas, diagnostics: &mut Vec<Diagnostic>) -> Known {
    let mut known = Known::default();
    let mut missing = Vec::new();
    let source = |name: &str| config.sources.iter().position(|source| source.name == name);
    for typed in &config.known.records {
        let record =
            typed.split_once(':').and_then(|(name, key)| claims.find(SourceId::from(source(name.trim())?), key.trim()));
        match record.and_then(|record| personas.of_record[record.index()]) {
            Some(persona) => known.personas.push(persona),
            None => missing.push(typed.as_str()),
        }
    }
    for typed in &config.known.personas {
        match personas.personas.iter().position(|persona| persona.name == *typed) {
            Some(at) => known.personas.push(PersonaId::from(at)),
            None => missing.push(typed.as_str()),
        }
    }
    for typed in &config.known.values {
        let context = normalize::Context { region: &config.settings.default_region, dates: DateOrder::MonthFirst };
        let values: Vec<ValueId> = IdentifierKind::ALL
            .iter()
            .filter(|kind| kind.links())
            .filter_map(|&kind| {
                let value = normalize::normalize_value(kind, typed, context).ok().flatten()?;
                claims.dictionary.get(kind, &value.text)
            })
            .collect();
        if values.is_empty() {
            missing.push(typed.as_str());
        }
        known.values.extend(values);
    }
    known.personas.sort_unstable();
    known.personas.dedup();
    known.values.sort_unstable();
    known.values.dedup();
    if !missing.is_empty() {
        let shown: Vec<&str> = missing.iter().take(3).copied().collect();
        diagnostics.push(
            Diagnostic::note(
                "known-not-found",
                "",
                format!("{} entries of [known] are not in this run, for example {}", missing.len(), shown.join(", ")),
            )
            .hint("records are written source:key, personas P-…, values as the sources write them"),
        );
    }
    known
}
