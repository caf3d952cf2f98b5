//! What assessing found, as tables of the run folder: findings with their cells, cases of one persona, roles.

use super::publish::{Writer, family_names, round};
use super::shown;
use crate::assess::registry::indicator;
use crate::model::finding::{Citation, Finding, Who};
use crate::model::ids::PersonaId;
use crate::store::table::OutTable;
use serde_json::json;

/// Cells that a row names; all of them are in the claims table.
const CELLS: usize = 24;

impl Writer<'_> {
    /// `["devices.csv row 12 [Last IP]", …]`.
    fn cited(&self, cites: &[Citation]) -> String {
        let mut cells: Vec<String> = Vec::new();
        for cite in cites {
            let cell = self.cell(cite.record, cite.cells);
            if cells.len() < CELLS && !cells.contains(&cell) {
                cells.push(cell);
            }
        }
        json!(cells).to_string()
    }

    fn names(&self, personas: &[PersonaId]) -> String {
        personas.iter().map(|&persona| self.persona_name(persona)).collect::<Vec<_>>().join(";")
    }

    /// The first persona that is in a ring, and that ring.
    fn in_ring(&self, personas: &[PersonaId]) -> Option<(PersonaId, &str)> {
        personas.iter().find_map(|persona| Some((*persona, *self.membership.ring.get(persona)?)))
    }

    /// Every finding, explained ones included.
    pub(super) fn findings(&self) -> OutTable {
        let mut findings: Vec<&Finding> = self.found.assessment.findings.iter().collect();
        // By the case that the row names, else by the first that it is about.
        findings.sort_by_key(|finding| match self.in_ring(&finding.personas) {
            Some((persona, _)) => self.order.case_of(&[persona]),
            None => self.order.case_of(&finding.personas),
        });
        let of = |finding: &Finding, what: fn(&crate::assess::Indicator) -> &'static str| {
            indicator(finding.indicator).map_or("", what)
        };
        OutTable::new("findings")
            .text("indicator", findings.iter().map(|finding| finding.indicator))
            .text("name", findings.iter().map(|finding| of(finding, |indicator| indicator.name)))
            .text("strength", findings.iter().map(|finding| finding.strength.name()))
            .text("family", findings.iter().map(|finding| finding.family.name()))
            .text(
                "ring_id",
                findings.iter().map(|finding| self.in_ring(&finding.personas).map_or("", |(_, ring)| ring)),
            )
            .text("personas", findings.iter().map(|finding| self.names(&finding.personas)))
            .text("finding", findings.iter().map(|finding| &finding.text))
            .opt_date("first", findings.iter().map(|finding| finding.days.map(|(first, _)| first)))
            .opt_date("last", findings.iter().map(|finding| finding.days.map(|(_, last)| last)))
            .text("guard", findings.iter().map(|finding| finding.guarded.as_ref().map_or("", |(guard, _)| guard)))
            .text(
                "guard_reason",
                findings.iter().map(|finding| finding.guarded.as_ref().map_or("", |(_, reason)| reason.as_str())),
            )
            .text("also_consider", findings.iter().map(|finding| of(finding, |indicator| indicator.misleads)))
            .text("source", findings.iter().map(|finding| of(finding, |indicator| indicator.source)))
            .text("cells", findings.iter().map(|finding| self.cited(&finding.cites)))
    }

    /// Personas to look at that nothing ties to another.
    pub(super) fn cases(&self) -> OutTable {
        let cases = &self.found.assessment.cases;
        OutTable::new("cases")
            .text("case_id", cases.iter().map(|case| &case.name))
            .u32("rank", cases.iter().map(|case| case.rank as u32).collect())
            .text("level", cases.iter().map(|case| case.level.name()))
            .f64("weight_bits", cases.iter().map(|case| round(case.weight_bits, 3)).collect())
            .text("families", cases.iter().map(|case| family_names(&case.families)))
            .text("persona_id", cases.iter().map(|case| self.persona_name(case.persona)))
            .text("reason", cases.iter().map(|case| &case.reason))
    }

    /// Personas and values that the config says are known to be bad.
    pub(super) fn known(&self) -> OutTable {
        let known = &self.found.assessment.known;
        let dictionary = &self.found.claims.dictionary;
        let personas = || known.personas.iter().map(|&persona| self.persona_name(persona).to_string());
        OutTable::new("known")
            .text(
                "kind",
                known.personas.iter().map(|_| "persona").chain(known.values.iter().map(|&v| dictionary.kind(v).name())),
            )
            .text("value", personas().chain(known.values.iter().map(|&value| self.stored(value).into_owned())))
            .text("shown", personas().chain(known.values.iter().map(|&value| shown(&self.found.claims, value))))
    }

    /// Roles as hypotheses, each with its evidence and the innocent reading.
    pub(super) fn roles(&self) -> OutTable {
        let roles = &self.found.assessment.roles;
        let claims = &self.found.claims;
        let who = |who: &Who| match who {
            Who::Persona(persona) => self.persona_name(*persona).to_string(),
            Who::Operator(name) => name.clone(),
            Who::Value(value) => shown(claims, *value),
        };
        let what = |who: &Who| match who {
            Who::Persona(_) => "persona",
            Who::Operator(_) => "operator",
            Who::Value(value) => claims.dictionary.kind(*value).name(),
        };
        OutTable::new("roles")
            .text("ring_id", roles.iter().map(|role| &role.ring))
            .text("role", roles.iter().map(|role| role.role.name()))
            .text("kind", roles.iter().map(|role| what(&role.who)))
            .text("who", roles.iter().map(|role| who(&role.who)))
            .text("evidence", roles.iter().map(|role| &role.evidence))
            .text("also_consider", roles.iter().map(|role| &role.innocent))
            .text("cells", roles.iter().map(|role| self.cited(&role.cites)))
    }
}
