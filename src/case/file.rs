//! One case of a run with everything that is known of it, as the value that report, packet and exports are made of.

use super::explain_ring::{against, apart, hubs, links_of, spanning};
use super::find::Thing;
use super::timeline::timeline;
use super::{Case, CaseClaim, CaseFinding, CaseLink, CaseRole, Term, families, view};
use crate::model::moment::iso_day;
use crate::model::value::IdentifierKind;
use crate::normalize::display::shown_text;
use crate::report::case_file::{
    CaseFile, CaseKind, Event, FindingRow, HubRow, LinkTerm, Member, PersonaLink, RoleRow, SourceCell, SourceRow,
};
use crate::report::shown::{Shown, What};

/// The run that a case is taken from, as documents name it.
#[derive(Clone, Debug, Default)]
pub struct RunNamed {
    /// Day on which the run ended, ISO, UTC; empty for documents in which no clock may show.
    pub day: String,
    /// Version that made it.
    pub product_version: String,
}

/// The file of a ring, a case of one persona or a group set aside; `None` for anything else, and for what the run does
/// not have.
pub fn file(case: &Case, thing: &Thing, run: &RunNamed) -> Option<CaseFile> {
    let mut file = CaseFile {
        run_id: case.run_id.clone(),
        run_day: run.day.clone(),
        product_version: run.product_version.clone(),
        ..CaseFile::default()
    };
    let (personas, links): (Vec<&str>, Vec<&CaseLink>) = match thing {
        Thing::Ring(id) => {
            let ring = case.rings.iter().find(|ring| ring.id == *id)?;
            (file.id, file.rank, file.level) = (id.clone(), ring.rank, ring.level.clone());
            (file.weight_bits, file.families) = (ring.weight_bits, families(&ring.families));
            file.reason = Shown::prose(&ring.reason);
            file.graph = view::view(case, id)?;
            file.graph.run_day = run.day.clone();
            (case.personas_of_ring(id).iter().map(String::as_str).collect(), links_of(case, id))
        }
        Thing::Case(id) => {
            let of_one = case.cases.iter().find(|of_one| of_one.case_id == *id)?;
            file.kind = CaseKind::OnePersona;
            (file.id, file.rank, file.level) = (id.clone(), of_one.rank, of_one.level.clone());
            (file.weight_bits, file.families) = (of_one.weight_bits, families(&of_one.families));
            file.reason = Shown::prose(&of_one.reason);
            (vec![of_one.persona_id.as_str()], Vec::new())
        }
        Thing::SetAside(id) => {
            let group = case.set_aside.iter().find(|group| group.id == *id)?;
            file.kind = CaseKind::SetAside;
            (file.id, file.level, file.guard) = (id.clone(), "note".to_string(), group.guard.clone());
            (file.reason, file.overrides) = (Shown::prose(&group.reason), Shown::prose(&group.overrides));
            let mut personas: Vec<&str> = group.personas.iter().map(String::as_str).collect();
            personas.sort_unstable();
            (personas, Vec::new())
        }
        Thing::Persona(_) | Thing::Record(_) | Thing::Value { .. } => return None,
    };
    if file.kind != CaseKind::Ring {
        file.graph = view::of_personas(case, &file.id, file.kind.words(), &personas);
        file.graph.run_day = run.day.clone();
    }
    case.expect(&personas, true);
    let builder = Builder { case, personas: &personas };
    builder.rows_and_members(&mut file);
    builder.links(&mut file, &links);
    file.findings = match file.kind {
        CaseKind::Ring => case.findings.of_ring(&file.id).map(|finding| builder.finding(finding)).collect(),
        _ => case.findings.about(&personas).map(|finding| builder.finding(finding)).collect(),
    };
    file.roles =
        case.roles.iter().filter(|role| builder.is_role_of(role, &file)).map(|role| builder.role(role)).collect();
    file.against = against(case, &links, &personas).into_iter().map(Shown::prose).collect();
    file.hubs = hubs(case, &personas)
        .into_iter()
        .map(|(hub, members)| HubRow {
            kind: hub.kind.clone(),
            value: of_kind(&hub.kind, &hub.shown),
            holders: hub.holders,
            members: members as u32,
            reason: Shown::prose(&hub.reason),
        })
        .collect();
    builder.timeline(&mut file, thing);
    Some(file)
}

/// A value of a kind that is given by name.
fn of_kind(kind: &str, text: &str) -> Shown {
    match IdentifierKind::from_name(kind) {
        Some(kind) => Shown::value(kind, text),
        None => Shown::new(What::Raw, text),
    }
}

fn cells(cells: &[String]) -> Vec<Shown> {
    cells.iter().map(Shown::cell).collect()
}

struct Builder<'a> {
    case: &'a Case,
    /// Sorted.
    personas: &'a [&'a str],
}

impl Builder<'_> {
    fn at(&self, persona: &str) -> Option<usize> {
        self.personas.binary_search(&persona).ok()
    }

    fn rows_and_members(&self, file: &mut CaseFile) {
        let case = self.case;
        let operator_of = |persona: &str| {
            let first = case.personas.get(persona).and_then(|records| records.first());
            first.map(|&record| case.records[record as usize].operator.as_str()).filter(|operator| !operator.is_empty())
        };
        let mut operators: Vec<&str> = self.personas.iter().filter_map(|persona| operator_of(persona)).collect();
        operators.sort_unstable();
        operators.dedup();
        for (member, &persona) in self.personas.iter().enumerate() {
            let mut names = case.names(persona).into_iter().map(|name| Shown::persona(persona, name));
            let mut rows = Vec::new();
            for &record in case.personas.get(persona).into_iter().flatten() {
                rows.push(file.rows.len());
                file.rows.push(self.row(record, member));
            }
            file.members.push(Member {
                persona: Shown::persona(persona, persona),
                name: names.next().unwrap_or_else(|| Shown::persona(persona, persona)),
                other_names: names.collect(),
                operator: operator_of(persona).and_then(|operator| operators.binary_search(&operator).ok()),
                known: case.is_known("persona", persona),
                rows,
            });
        }
    }

    fn row(&self, record: u32, member: usize) -> SourceRow {
        let own = &self.case.records[record as usize];
        SourceRow {
            record: Shown::record(own.label()),
            kind: own.kind.clone(),
            file: Shown::source(&own.file),
            row: own.row,
            member,
            cells: self.case.claims_of(record).map(|claim| source_cell(&claim)).collect(),
        }
    }

    fn links(&self, file: &mut CaseFile, links: &[&CaseLink]) {
        let spanning = spanning(links, self.personas);
        for (index, link) in links.iter().enumerate() {
            let (Some(left), Some(right)) = (self.at(&link.left), self.at(&link.right)) else { continue };
            let spans = spanning.binary_search(&index).is_ok();
            file.links.push(PersonaLink {
                left,
                right,
                rule: link.rule.clone(),
                bits: link.bits,
                bridge: link.bridge,
                spanning: spans,
                falls_apart: if spans { apart(links, index, self.personas) } else { Vec::new() },
                terms: link.terms.iter().map(link_term).collect(),
            });
        }
    }

    fn finding(&self, finding: &CaseFinding) -> FindingRow {
        FindingRow {
            indicator: finding.indicator.clone(),
            name: finding.name.clone(),
            strength: finding.strength.clone(),
            family: finding.family.clone(),
            members: finding.personas.iter().filter_map(|persona| self.at(persona)).collect(),
            finding: Shown::prose(&finding.finding),
            first: Shown::day(&finding.first),
            last: Shown::day(&finding.last),
            guard: finding.guard.clone(),
            guard_reason: Shown::prose(&finding.guard_reason),
            also_consider: finding.also_consider.clone(),
            source: finding.source.clone(),
            cells: cells(&finding.cells),
        }
    }

    /// Roles of a case have no ring; they are known by whom they are about.
    fn is_role_of(&self, role: &CaseRole, file: &CaseFile) -> bool {
        match file.kind {
            CaseKind::Ring => role.ring_id == file.id,
            CaseKind::OnePersona => role.ring_id.is_empty() && self.personas.iter().any(|id| role.who.contains(id)),
            CaseKind::SetAside => false,
        }
    }

    fn role(&self, role: &CaseRole) -> RoleRow {
        let who = match role.kind.as_str() {
            "persona" => {
                let id = role.who.split(' ').next().unwrap_or_default();
                Shown::persona(id, &role.who)
            }
            "operator" => Shown::own(role.who.split(' ').next().unwrap_or_default()),
            kind => of_kind(kind, &role.who),
        };
        RoleRow {
            role: role.role.clone(),
            kind: role.kind.clone(),
            who,
            evidence: Shown::prose(&role.evidence),
            also_consider: role.also_consider.clone(),
            cells: cells(&role.cells),
        }
    }

    fn timeline(&self, file: &mut CaseFile, thing: &Thing) {
        for entry in timeline(self.case, thing) {
            let Some(member) = self.at(&entry.persona_id) else { continue };
            file.timeline.push(Event {
                when: Shown::day(entry.when),
                member,
                kind: entry.kind,
                what: Shown::prose(entry.what),
                record: Shown::record(entry.record),
                cell: Shown::cell(entry.cell),
                times: entry.times,
            });
        }
    }
}

fn link_term(term: &Term) -> LinkTerm {
    LinkTerm {
        kind: term.kind.clone(),
        family: term.family.clone(),
        side: term.side.clone(),
        how: term.how.clone(),
        left: of_kind(&term.kind, &term.left),
        right: of_kind(&term.kind, &term.right),
        holders: term.holders,
        bits: term.bits,
        counted: term.adds(),
        note: Shown::prose(&term.note),
        left_cells: cells(&term.left_cells),
        right_cells: cells(&term.right_cells),
    }
}

fn source_cell(claim: &CaseClaim) -> SourceCell {
    let day = |day: Option<i32>| Shown::day(day.map(iso_day).unwrap_or_default());
    let (raw, value) = match IdentifierKind::from_name(claim.kind) {
        Some(kind) => {
            let shown = as_linked(kind, claim.value);
            // Names of persons in claims are known by no persona; they are hidden like any value.
            (Shown::spelled(kind, &shown, claim.raw), Shown::value(kind, &shown))
        }
        None => (Shown::new(What::Raw, claim.raw), Shown::new(What::Raw, claim.value)),
    };
    SourceCell {
        columns: Shown::source(claim.columns),
        kind: claim.kind.to_string(),
        role: claim.role.to_string(),
        raw,
        value,
        valid_from: day(claim.valid_from),
        valid_to: day(claim.valid_to),
    }
}

/// A stored value as links show it. Of a sensitive one the last four characters are all that a run folder has.
pub fn as_linked(kind: IdentifierKind, stored: &str) -> String {
    if kind.is_sensitive() {
        let last = stored.rsplit(':').next().unwrap_or_default().trim_start_matches('…');
        return if last.is_empty() { "***".to_string() } else { format!("***{last}") };
    }
    shown_text(kind, stored)
}
