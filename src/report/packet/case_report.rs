//! The case on paper: `case_report.typ` set with what this file puts into JSON. The template decides how it looks and
//! this file what it says; every text is cleaned, numbers are rounded here.

use super::exhibits::cited;
use super::narrative::{Narrative, is_evidence, term_words};
use super::transactions::with_zone;
use super::{Packet, cleaned, hides};
use crate::report::Paper;
use crate::report::case_file::{CaseKind, FindingRow, PersonaLink};
use crate::report::look::FOOTER;
use crate::report::svg::Svg;
use crate::report::text::bits;
use crate::report::typeset::{self, Job};
use crate::report::view::GraphView;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const TEMPLATE: &str = include_str!("case_report.typ");

/// Bounds of what is set on paper; the tables beside it have everything, and each section says what it leaves out.
const LINKS_MAX: usize = 120;
const FINDINGS_MAX: usize = 120;
const EVENTS_MAX: usize = 250;
const EXHIBITS_MAX: usize = 250;
/// Values of one row in the appendix. A resume has a line for each of its own.
const CELLS_MAX: usize = 40;
/// Exhibits that one citation names.
const CITED: usize = 12;

/// The report as PDF.
pub fn pdf(packet: &Packet, narrative: &Narrative, view: &GraphView, digest: &str) -> Result<Vec<u8>, String> {
    let mut data = data(packet, narrative, digest);
    let mut used: BTreeSet<char> = BTreeSet::new();
    cleaned(&mut data, &mut |text| used.extend(text.chars().filter(|c| !c.is_ascii())));
    let used: String = used.into_iter().collect();
    let missing: String = packet.sheet.fonts.missing([used.as_str()]).into_iter().collect();
    if let Value::Object(all) = &mut data {
        let codes: Vec<String> = missing.chars().take(12).map(|c| format!("U+{:04X}", u32::from(c))).collect();
        all.insert("missing_count".to_string(), json!(missing.chars().count()));
        all.insert("missing".to_string(), json!(codes.join(", ")));
        all.insert("families".to_string(), json!(packet.sheet.fonts.named_families()));
    }
    let json = serde_json::to_vec(&data).map_err(|fault| fault.to_string())?;
    let svg = Svg.render(view).into_bytes();
    typeset::pdf(Job {
        template: TEMPLATE,
        files: vec![("case.json", json), ("graph.svg", svg)],
        fonts: &packet.sheet.fonts,
    })
}

fn data(packet: &Packet, narrative: &Narrative, digest: &str) -> Value {
    let file = packet.file;
    let exhibits = packet.exhibits;
    let cite = |numbers: Option<&Vec<usize>>| numbers.map(|numbers| cited(numbers, CITED)).unwrap_or_default();
    let members: Vec<Value> = file
        .members
        .iter()
        .enumerate()
        .map(|(at, member)| {
            let numbers: Vec<usize> = member
                .rows
                .iter()
                .filter_map(|&row| exhibits.of_row(row))
                .filter(|&number| exhibits.list.get(number - 1).is_some_and(|exhibit| exhibit.holds))
                .collect();
            json!({
                "persona": member.persona.text,
                "name": if member.name == member.persona { "" } else { &member.name.text },
                "other": member.other_names.iter().map(|name| name.text.as_str()).collect::<Vec<_>>().join("; "),
                "operator": member.operator.map(|operator| (operator + 1).to_string()).unwrap_or_default(),
                "records": member.rows.len(),
                "note": packet.identity_note(at),
                "exhibits": cited(&numbers, CITED),
            })
        })
        .collect();

    let mut order: Vec<usize> = (0..file.links.len()).collect();
    order.sort_by_key(|&at| !file.links[at].spanning);
    let links: Vec<Value> = order.iter().take(LINKS_MAX).map(|&at| link(packet, at, &file.links[at])).collect();

    // Findings of one indicator stand in one block, beside the innocent reading that they have in common.
    let mut findings: Vec<Value> = Vec::new();
    let mut blocks: Vec<(&FindingRow, Vec<Value>)> = Vec::new();
    for (at, finding) in file.findings.iter().enumerate().take(FINDINGS_MAX) {
        let who: Vec<String> = finding.members.iter().take(4).map(|&member| file.called(member)).collect();
        let more = finding.members.len().saturating_sub(4);
        let item = json!({
            "who": format!("{}{}", who.join(", "), if more > 0 { format!(" and {more} more") } else { String::new() }),
            "text": finding.finding.text,
            "first": finding.first.text,
            "last": finding.last.text,
            "exhibits": cite(exhibits.findings.get(at)),
        });
        let alike = |other: &FindingRow| {
            (&other.indicator, &other.strength, &other.guard, &other.guard_reason)
                == (&finding.indicator, &finding.strength, &finding.guard, &finding.guard_reason)
        };
        match blocks.iter_mut().find(|(other, _)| alike(other)) {
            Some((_, items)) => items.push(item),
            None => blocks.push((finding, vec![item])),
        }
    }
    for (finding, items) in blocks {
        findings.push(json!({
            "id": finding.indicator,
            "name": finding.name,
            "strength": finding.strength,
            "family": finding.family,
            "guard": finding.guard,
            "guard_reason": finding.guard_reason.text,
            "also": finding.also_consider,
            "source": finding.source,
            "items": items,
        }));
    }

    let roles: Vec<Value> = file
        .roles
        .iter()
        .enumerate()
        .map(|(at, role)| {
            json!({
                "role": role.role,
                "who": role.who.text,
                "kind": role.kind.replace('_', " "),
                "evidence": role.evidence.text,
                "also": role.also_consider,
                "exhibits": cite(exhibits.roles.get(at)),
            })
        })
        .collect();

    let hubs: Vec<Value> = file
        .hubs
        .iter()
        .map(|hub| {
            json!({
                "kind": hub.kind.replace('_', " "),
                "value": hub.value.text,
                "holders": hub.holders,
                "members": hub.members,
                "reason": hub.reason.text,
            })
        })
        .collect();

    let events: Vec<Value> = file
        .timeline
        .iter()
        .enumerate()
        .take(EVENTS_MAX)
        .map(|(at, event)| {
            let what = if event.what.is_empty() { event.kind.replace('_', " ") } else { event.what.text.clone() };
            let numbers: Vec<String> =
                exhibits.timeline.get(at).into_iter().flatten().map(ToString::to_string).collect();
            json!({
                "when": with_zone(&event.when.text),
                "who": file.called(event.member),
                "what": if event.times > 1 { format!("{what} ({} times)", event.times) } else { what },
                "exhibit": numbers.join(", "),
            })
        })
        .collect();

    let holding: Vec<(usize, _)> = exhibits.list.iter().enumerate().filter(|(_, exhibit)| exhibit.holds).collect();
    let appendix: Vec<Value> = holding
        .iter()
        .take(EXHIBITS_MAX)
        .map(|&(at, exhibit)| {
            let Some(row) = exhibit.row.and_then(|row| file.rows.get(row)) else {
                return json!({"number": at + 1, "place": exhibit.cell, "record": "", "kind": "", "who": "", "cells": [], "more": 0,
                              "foreign": true});
            };
            let shown = |kind: &str| kind != "resume_line";
            let cells: Vec<Value> = row
                .cells
                .iter()
                .filter(|cell| shown(&cell.kind))
                .take(CELLS_MAX)
                .map(|cell| {
                    json!({
                        "columns": cell.columns.text,
                        "kind": if cell.role == "own" { cell.kind.replace('_', " ") } else { format!("{}, {}", cell.kind.replace('_', " "), cell.role) },
                        "raw": cell.raw.text,
                        "value": cell.value.text,
                    })
                })
                .collect();
            json!({
                "number": at + 1,
                "place": exhibit.row.map(|row| packet.row_named(row)).unwrap_or_default(),
                "record": row.record.text,
                "kind": row.kind.replace('_', " "),
                "who": file.called(row.member),
                "more": row.cells.len() - cells.len(),
                "cells": cells,
                "foreign": false,
            })
        })
        .collect();

    let families: Vec<&str> = file.families.iter().map(|family| family.name()).collect();
    let view = Svg.render(&file.graph);
    let wide = size_of(&view).is_none_or(|(width, height)| width > height);
    json!({
        "paper": match packet.sheet.paper { Paper::A4 => "a4", Paper::Letter => "us-letter" },
        "kind": file.kind.words(),
        "is_ring": file.kind == CaseKind::Ring,
        "id": file.id,
        "rank": file.rank,
        "level": file.level,
        "bits": bits(file.weight_bits).trim_start_matches('+'),
        "family_names": families.join(", "),
        "run_id": file.run_id,
        "run_day": file.run_day,
        "version": file.product_version,
        "redaction": packet.mode(),
        "hidden": hides(file.redaction),
        "business": packet.facts.get("victim", 0, "business"),
        "filer": packet.facts.get("filer", 0, "name"),
        "digest": digest,
        "run_digest": packet.run.digest,
        "config_digest": packet.run.config_digest,
        "reason": capital(&file.reason.text),
        "narrative": narrative.summary(),
        "members": members,
        "links": links,
        "links_all": file.links.len(),
        "findings": findings,
        "findings_shown": file.findings.len().min(FINDINGS_MAX),
        "findings_all": file.findings.len(),
        "against": file.against.iter().filter(|text| !text.is_empty()).map(|text| text.text.as_str()).collect::<Vec<_>>(),
        "roles": roles,
        "hubs": hubs,
        "events": events,
        "events_all": file.timeline.len(),
        "appendix": appendix,
        "appendix_all": holding.len(),
        "exhibits_all": exhibits.list.len(),
        "inputs": packet.run.inputs.iter().map(|input| json!({
            "file": input.file.text, "sha256": input.sha256, "bytes": input.bytes, "rows": input.rows,
        })).collect::<Vec<_>>(),
        "wide": wide,
        "footer": FOOTER,
    })
}

fn link(packet: &Packet, at: usize, link: &PersonaLink) -> Value {
    let file = packet.file;
    let terms: Vec<Value> = link
        .terms
        .iter()
        .enumerate()
        .filter(|(_, term)| term.kind != "prior")
        .map(|(term_at, term)| {
            let sides = packet.exhibits.links.get(at).and_then(|terms| terms.get(term_at));
            let side = |which: usize| sides.and_then(|sides| sides.get(which)).map(|n| cited(n, CITED)).unwrap_or_default();
            json!({
                "what": if is_evidence(term) { term_words(term) } else { format!("innocent explanation: {}", term.how) },
                "bits": bits(term.counted),
                "note": term.note.text,
                "left": side(0),
                "right": side(1),
            })
        })
        .collect();
    let prior: f64 = link.terms.iter().filter(|term| term.kind == "prior").map(|term| term.counted).sum();
    json!({
        "left": file.called(link.left),
        "right": file.called(link.right),
        "bits": link.bits.map(bits).unwrap_or_default(),
        "prior": bits(prior),
        "bridge": link.bridge,
        "apart": link.falls_apart.iter().map(|&member| file.called(member)).collect::<Vec<_>>().join(", "),
        "terms": terms,
    })
}

/// The text with a capital at its start.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Width and height that a picture says it has.
fn size_of(svg: &str) -> Option<(f64, f64)> {
    let number = |name: &str| {
        let (_, rest) = svg.split_once(&format!(" {name}=\""))?;
        rest.split(['"', 'p']).next()?.parse().ok()
    };
    Some((number("width")?, number("height")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_says_how_large_it_is() {
        assert_eq!(
            size_of("<svg xmlns=\"x\" width=\"780\" height=\"500.5\" viewBox=\"0 0 1 1\">"),
            Some((780.0, 500.5))
        );
        assert_eq!(size_of("<svg>"), None);
    }
}
