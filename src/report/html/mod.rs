//! The page of a run, or of one case: a single HTML file that opens from disk and reaches for nothing outside itself.
//!
//! Lists and summary are plain tables in the file, so that they can be read, searched and printed without its script. Each
//! case that is in the file in full lies there as JSON and is made into a page when somebody opens it, so that a file with
//! hundreds of them opens at once. Invariants: every text of the data is escaped ([`escape`] in markup, `<` as `\u003c` in JSON)
//! and set as text by the script; script and style are allowed by their hashes alone (content security policy); the same
//! run gives the same bytes.

mod drawn;

use super::case_file::{CaseFile, CaseKind, Event, FindingRow, HubRow, LinkTerm, RoleRow, SourceRow};
use super::look::FOOTER;
use super::run_file::{CaseRow, Detail, RunFile, Ties};
use super::shown::Shown;
use super::svg::escape;
use super::text::bits;
use crate::model::value::EvidenceFamily;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use drawn::Drawn;
use rayon::prelude::*;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Bytes of cases in full in one page; those that no longer fit stand in the lists with the command that writes their own.
pub const CASES_BYTES_MAX: usize = 10_000_000;
/// Bytes of what a search finds cases by.
const SEARCH_BYTES_MAX: usize = 1_500_000;
/// Rows of each list; with their texts the lists stay below two million bytes.
const ROWS_MAX: usize = 1500;
/// Links of a case with all their terms, and entries of its timeline, in the page of a run and in a case's own.
const LINKS_MAX: (usize, usize) = (150, 2000);
const EVENTS_MAX: (usize, usize) = (150, 5000);
/// Further links that the threshold counts.
const WEAKER_MAX: usize = 50_000;

/// The page of a redacted run.
pub fn page(run: &RunFile) -> String {
    page_within(run, CASES_BYTES_MAX)
}

/// The page with at most that many bytes of cases in full.
pub fn page_within(run: &RunFile, bytes_max: usize) -> String {
    let written: Vec<(String, String)> =
        run.cases.par_iter().map(|detail| (detail.file.id.clone(), case_json(detail, run.single))).collect();
    let mut room = if run.single { usize::MAX } else { bytes_max };
    let mut open: BTreeSet<&str> = BTreeSet::new();
    let mut cases = String::new();
    for (id, json) in &written {
        // A case that is too large leaves its room to the smaller ones behind it.
        if json.len() > room {
            continue;
        }
        room -= json.len();
        open.insert(id);
        let _ = writeln!(cases, "<script type=\"application/json\" id=\"c-{}\">{json}</script>", escape(id));
    }
    let style = format!("{STYLE}{}", drawn::colors());
    let title = match (run.single, run.rows.first()) {
        (true, Some(row)) => format!("{} {} · samehand", row.kind.words(), row.id),
        _ => format!("samehand run {}", run.run_id),
    };
    let mut out = String::with_capacity(cases.len() + 500_000);
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-{}'; \
         style-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{}</title>\n<style>{style}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n",
        hash(SCRIPT),
        hash(&style),
        escape(&title),
    );
    write_header(&mut out, run);
    out.push_str("<main id=\"main\" tabindex=\"-1\">\n<div id=\"overview\">\n");
    match run.single {
        true => write_alone(&mut out, run),
        false => write_overview(&mut out, run, &open),
    }
    out.push_str("</div>\n<div id=\"case\" hidden></div>\n</main>\n");
    let _ = write!(
        out,
        "<footer><p>{}. Roles are hypotheses. Nothing here decides about anyone; it is for review by a person.</p></footer>\n\
         <svg id=\"ns\" class=\"none\" aria-hidden=\"true\"></svg>\n{cases}<script type=\"application/json\" id=\"index\">{}</script>\n\
         <script>{SCRIPT}</script>\n</body>\n</html>\n",
        capitalized(FOOTER),
        index_json(run, &open),
    );
    out
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// SHA-256 in Base64, as a content security policy names a script or a style.
fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text.as_bytes()))
}

// JSON.

/// JSON that may stand in a script element.
fn json(value: &impl Serialize) -> String {
    // Only a map with keys that are no text could fail, and there is none.
    serde_json::to_string(value).unwrap_or_default().replace('<', "\\u003c")
}

#[derive(Serialize)]
struct Index<'a> {
    run: &'a str,
    redaction: &'a str,
    single: bool,
    rows: Vec<IndexRow<'a>>,
}

#[derive(Serialize)]
struct IndexRow<'a> {
    id: &'a str,
    kind: CaseKind,
    open: bool,
    search: String,
}

fn index_json(run: &RunFile, open: &BTreeSet<&str>) -> String {
    let mut room = SEARCH_BYTES_MAX;
    let row = |row: &'_ CaseRow| -> String {
        let mut said = vec![row.id.as_str()];
        said.extend(row.names.iter().map(|name| name.text.as_str()));
        let named = said.join(" ");
        said.extend(row.search.iter().map(|text| text.text.as_str()));
        let all = said.join(" ");
        let said = if all.len() <= room { all } else { named };
        room = room.saturating_sub(said.len());
        said
    };
    let searches: Vec<String> = run.rows.iter().map(row).collect();
    let rows = run.rows.iter().zip(searches);
    json(&Index {
        run: &run.run_id,
        redaction: run.redaction.map_or("", |mode| mode.name()),
        single: run.single,
        rows: rows
            .map(|(row, search)| IndexRow { id: &row.id, kind: row.kind, open: open.contains(row.id.as_str()), search })
            .collect(),
    })
}

#[derive(Serialize)]
struct CaseJson<'a> {
    kind: CaseKind,
    id: &'a str,
    rank: u32,
    level: &'a str,
    weight_bits: f64,
    families: Vec<&'static str>,
    reason: &'a Shown,
    guard: &'a str,
    overrides: &'a Shown,
    graph: &'a Drawn,
    members: Vec<MemberJson<'a>>,
    links: Vec<LinkJson<'a>>,
    /// Links beside these: both members, bits, edges.
    weaker: Vec<(usize, usize, Option<f64>, &'a [usize])>,
    findings: &'a [FindingRow],
    roles: &'a [RoleRow],
    against: &'a [Shown],
    hubs: &'a [HubRow],
    timeline: &'a [Event],
    timeline_total: usize,
    rows: Vec<RowJson<'a>>,
    rows_have_cells: bool,
}

#[derive(Serialize)]
struct MemberJson<'a> {
    persona: &'a Shown,
    name: &'a Shown,
    other_names: &'a [Shown],
    operator: Option<usize>,
    known: bool,
    rows: &'a [usize],
    vertex: Option<usize>,
}

#[derive(Serialize)]
struct LinkJson<'a> {
    left: usize,
    right: usize,
    rule: &'a str,
    bits: Option<f64>,
    bridge: bool,
    spanning: bool,
    falls_apart: &'a [usize],
    terms: &'a [LinkTerm],
    edges: &'a [usize],
}

#[derive(Serialize)]
#[serde(untagged)]
enum RowJson<'a> {
    Whole(&'a SourceRow),
    Place { record: &'a Shown, kind: &'a str, file: &'a Shown, row: u64 },
}

fn case_json(detail: &Detail, alone: bool) -> String {
    let file: &CaseFile = &detail.file;
    let graph = Drawn::of(&file.graph);
    let Ties { members: vertices, links: edges } = graph.ties(&detail.ties);
    let most = |(in_run, in_own): (usize, usize)| if alone { in_own } else { in_run };
    // Those that hold the case together come first, whatever their strength.
    let mut listed: Vec<usize> = (0..file.links.len()).collect();
    listed.sort_by_key(|&at| (!(file.links[at].spanning || file.links[at].bridge), at));
    listed.truncate(most(LINKS_MAX));
    listed.sort_unstable();
    let edges_of = |at: usize| edges.get(at).map_or(&[][..], Vec::as_slice);
    let links = listed.iter().map(|&at| {
        let link = &file.links[at];
        LinkJson {
            left: link.left,
            right: link.right,
            rule: &link.rule,
            bits: link.bits,
            bridge: link.bridge,
            spanning: link.spanning,
            falls_apart: &link.falls_apart,
            terms: &link.terms,
            edges: edges_of(at),
        }
    });
    let weaker = (0..file.links.len())
        .filter(|at| listed.binary_search(at).is_err())
        .take(WEAKER_MAX)
        .map(|at| (file.links[at].left, file.links[at].right, file.links[at].bits, edges_of(at)));
    let members = file.members.iter().enumerate().map(|(at, member)| MemberJson {
        persona: &member.persona,
        name: &member.name,
        other_names: &member.other_names,
        operator: member.operator,
        known: member.known,
        rows: &member.rows,
        vertex: vertices.get(at).copied().flatten(),
    });
    let rows = file.rows.iter().map(|row| match alone {
        true => RowJson::Whole(row),
        false => RowJson::Place { record: &row.record, kind: &row.kind, file: &row.file, row: row.row },
    });
    json(&CaseJson {
        kind: file.kind,
        id: &file.id,
        rank: file.rank,
        level: &file.level,
        weight_bits: file.weight_bits,
        families: file.families.iter().map(|family| family.name()).collect(),
        reason: &file.reason,
        guard: &file.guard,
        overrides: &file.overrides,
        graph: &graph,
        members: members.collect(),
        links: links.collect(),
        weaker: weaker.collect(),
        findings: &file.findings,
        roles: &file.roles,
        against: &file.against,
        hubs: &file.hubs,
        timeline: &file.timeline[..file.timeline.len().min(most(EVENTS_MAX))],
        timeline_total: file.timeline.len(),
        rows: rows.collect(),
        rows_have_cells: alone,
    })
}

// Markup.

fn write_header(out: &mut String, run: &RunFile) {
    out.push_str("<header class=\"top\"><span class=\"brand\">samehand</span>");
    let day = if run.run_day.is_empty() { String::new() } else { format!(" of {}", run.run_day) };
    let _ = write!(out, "<span class=\"tag\">run {}{}</span>", escape(&run.run_id), escape(&day));
    if let Some(mode) = run.redaction {
        let _ = write!(out, "<span class=\"tag\">redaction: {}</span>", mode.name());
    }
    if !run.single {
        out.push_str("<nav aria-label=\"Sections\">");
        for (id, name) in [
            ("summary", "Summary"),
            ("rings", "Rings"),
            ("ones", "One persona"),
            ("aside", "Set aside"),
            ("hubs", "Hubs"),
            ("rejects", "Rejects"),
            ("diagnostics", "Diagnostics"),
            ("not-run", "Not run"),
            ("manifest", "Manifest"),
        ] {
            let _ = write!(out, "<a href=\"#{id}\">{name}</a>");
        }
        out.push_str("</nav>");
    }
    out.push_str("<button type=\"button\" id=\"theme\" data-mode=\"auto\">Theme: auto</button></header>\n");
}

/// What a reader without script sees of a case's own page.
fn write_alone(out: &mut String, run: &RunFile) {
    for row in &run.rows {
        let _ = write!(
            out,
            "<h1>{} {}</h1><p>{}</p><p><bdi>{}</bdi></p>",
            capitalized(row.kind.words()),
            escape(&row.id),
            escape(&row.level),
            escape(&row.reason.text)
        );
    }
    out.push_str("<noscript><p class=\"say\">The rest of this page is made by its script, which is switched off here.</p></noscript>\n");
}

fn write_overview(out: &mut String, run: &RunFile, open: &BTreeSet<&str>) {
    write_summary(out, run, open);
    write_lists(out, run, open);
    write_hubs(out, run);
    write_rejects(out, run);
    write_diagnostics(out, run);
    write_not_run(out, run);
    write_manifest(out, run);
}

/// A count with thousands apart: `11,506`.
fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn plural(number: usize, one: &str) -> String {
    format!("{} {one}{}", count(number as u64), if number == 1 { "" } else { "s" })
}

fn of_kind(run: &RunFile, kind: CaseKind) -> impl Iterator<Item = (usize, &CaseRow)> {
    run.rows.iter().enumerate().filter(move |(_, row)| row.kind == kind)
}

fn write_summary(out: &mut String, run: &RunFile, open: &BTreeSet<&str>) {
    let rings = of_kind(run, CaseKind::Ring).count();
    let level = |level: &str| of_kind(run, CaseKind::Ring).filter(|(_, row)| row.level == level).count();
    let share = |share: Option<f64>| match share {
        // Cut, not rounded: 0.9999 is not 1.
        Some(share) => format!("{:.3}", (share * 1000.0).floor() / 1000.0),
        None => "–".to_string(),
    };
    let day = if run.run_day.is_empty() { String::new() } else { format!(" of {}", run.run_day) };
    let _ = writeln!(
        out,
        "<section id=\"summary\" aria-labelledby=\"h-summary\"><h1 id=\"h-summary\">Run {}{}</h1>",
        escape(&run.run_id),
        escape(&day)
    );
    let _ = writeln!(
        out,
        "<p class=\"say\">What stands here is for review by a person; it decides nothing about anyone. {}: households, \
         offices, agencies and reissued numbers share them too. Innocent readings stand beside each finding.</p>",
        capitalized(FOOTER)
    );
    out.push_str("<ul class=\"cards\">");
    for (number, said) in [
        (count(rings as u64), format!("rings: {} priority, {} review", level("priority"), level("review"))),
        (count(of_kind(run, CaseKind::OnePersona).count() as u64), "cases of one persona".to_string()),
        (count(of_kind(run, CaseKind::SetAside).count() as u64), "groups set aside by an innocent explanation".into()),
        (count(run.personas), format!("personas in {} records", count(run.records))),
        (count(run.rejects.total as u64), "rows or cells rejected".to_string()),
        (count(run.not_run.len() as u64), "indicators not run".to_string()),
        (share(run.expected_precision), "expected precision of personas, by the model".to_string()),
        (share(run.expected_blocking_recall), "expected recall of blocking, at most".to_string()),
    ] {
        let _ = write!(out, "<li><b>{number}</b><span>{}</span></li>", escape(&said));
    }
    out.push_str("</ul>");
    if open.len() < run.rows.len() {
        let _ = write!(
            out,
            "<p>{} of {} are in this file in full. Of the others the lists show one line each; \
             <code>samehand report ID</code> writes the page of any one of them.</p>",
            plural(open.len(), "case"),
            count(run.rows.len() as u64)
        );
    }
    if run.redaction.is_some_and(|mode| mode == super::redact::Redaction::External) {
        out.push_str(
            "<p>Pseudonyms count within each case: P01 of one ring is not P01 of another. Within a case they are those of its \
             diagram and its packet.</p>",
        );
    }
    out.push_str("<noscript><p class=\"say\">The page's script is switched off: lists can be read, single cases cannot be opened.</p></noscript></section>\n");
}

fn write_lists(out: &mut String, run: &RunFile, open: &BTreeSet<&str>) {
    out.push_str("<section id=\"rings\" aria-labelledby=\"h-rings\"><h2 id=\"h-rings\">Rings</h2>");
    out.push_str(
        "<div class=\"bar\" role=\"search\"><label>Search <input type=\"search\" id=\"find\" \
         placeholder=\"name, value, record or id\" autocomplete=\"off\" spellcheck=\"false\"></label>\
         <label>Level <select id=\"level\"><option value=\"\">any</option>",
    );
    let levels: BTreeSet<&str> = run.rows.iter().map(|row| row.level.as_str()).collect();
    for level in levels {
        let _ = write!(out, "<option>{}</option>", escape(level));
    }
    out.push_str("</select></label><label>Family <select id=\"family\"><option value=\"\">any</option>");
    for family in EvidenceFamily::ALL {
        let _ = write!(out, "<option>{}</option>", escape(family.name()));
    }
    out.push_str(
        "</select></label><button type=\"button\" id=\"clear\">Clear</button></div>\
         <p id=\"found\" role=\"status\" class=\"soft\"></p>",
    );
    let of_ring = ["#Rank", "Ring", "Level", "#Bits", "Families", "#Personas", "#Operators", "#Sites", "Who", "Why"];
    write_list(out, run, open, CaseKind::Ring, &of_ring, "Rings in the order of review");
    out.push_str(
        "</section>\n<section id=\"ones\" aria-labelledby=\"h-ones\"><h2 id=\"h-ones\">Cases of one persona</h2>",
    );
    let of_one = ["#Rank", "Case", "Level", "#Bits", "Families", "Who", "Why"];
    write_list(out, run, open, CaseKind::OnePersona, &of_one, "Personas that nothing ties to another");
    out.push_str(
        "</section>\n<section id=\"aside\" aria-labelledby=\"h-aside\"><h2 id=\"h-aside\">Groups set aside</h2>",
    );
    let of_group = ["Group", "Guard", "#Personas", "Who", "Why", "What would override it"];
    write_list(out, run, open, CaseKind::SetAside, &of_group, "Tied, but for an innocent explanation");
    out.push_str("</section>\n");
}

fn write_heads(out: &mut String, caption: &str, heads: &[&str]) {
    let _ = write!(out, "<div class=\"scroll\"><table><caption>{}</caption><thead><tr>", escape(caption));
    for head in heads {
        match head.strip_prefix('#') {
            Some(number) => write!(out, "<th scope=\"col\" class=\"n\">{number}</th>"),
            None => write!(out, "<th scope=\"col\">{head}</th>"),
        }
        .unwrap_or_default();
    }
    out.push_str("</tr></thead><tbody>\n");
}

const ENDS: &str = "</tbody></table></div>\n";

/// A text of the data, in its own reading direction.
fn data(text: &Shown) -> String {
    if text.is_empty() { String::new() } else { format!("<bdi>{}</bdi>", escape(&text.text)) }
}

fn write_list(out: &mut String, run: &RunFile, open: &BTreeSet<&str>, kind: CaseKind, heads: &[&str], caption: &str) {
    let all = of_kind(run, kind).count();
    if all == 0 {
        out.push_str("<p class=\"soft\">None in this run.</p>");
        return;
    }
    if all > ROWS_MAX {
        let table = match kind {
            CaseKind::Ring => "rings",
            CaseKind::OnePersona => "cases",
            CaseKind::SetAside => "set_aside",
        };
        let _ = write!(
            out,
            "<p>The first {} of {}; <code>{table}.parquet</code> in the run folder has all.</p>",
            count(ROWS_MAX as u64),
            count(all as u64)
        );
    }
    write_heads(out, caption, heads);
    for (at, row) in of_kind(run, kind).take(ROWS_MAX) {
        let families: Vec<&str> = row.families.iter().map(|family| family.name()).collect();
        let _ = write!(
            out,
            "<tr data-i=\"{at}\" data-kind=\"{}\" data-level=\"{}\" data-families=\"{}\">",
            match kind {
                CaseKind::Ring => "ring",
                CaseKind::OnePersona => "one_persona",
                CaseKind::SetAside => "set_aside",
            },
            escape(&row.level),
            escape(&families.join("|"))
        );
        let id = escape(&row.id);
        let link = match open.contains(row.id.as_str()) {
            true => format!("<a href=\"#{id}\">{id}</a>"),
            false => format!("{id}<br><code class=\"hash\">samehand report {id}</code>"),
        };
        let priority = if row.level == "priority" { " priority" } else { "" };
        let level = format!("<span class=\"level{priority}\">{}</span>", escape(&row.level));
        let bits = row.weight_bits.map(bits).unwrap_or_default();
        let families = escape(&families.join(", "));
        let reason = data(&row.reason);
        let _ = match kind {
            CaseKind::Ring => writeln!(
                out,
                "<td class=\"n\">{}</td><td class=\"w\">{link}</td><td>{level}</td><td class=\"n\">{bits}</td><td class=\"fam\">{families}</td>\
                 <td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"wide\">{}</td><td class=\"why\">{reason}</td></tr>",
                row.rank,
                row.personas,
                row.operators,
                row.sites,
                names(row)
            ),
            CaseKind::OnePersona => writeln!(
                out,
                "<td class=\"n\">{}</td><td class=\"w\">{link}</td><td>{level}</td><td class=\"n\">{bits}</td><td class=\"fam\">{families}</td>\
                 <td class=\"wide\">{}</td><td class=\"why\">{reason}</td></tr>",
                row.rank,
                names(row)
            ),
            CaseKind::SetAside => writeln!(
                out,
                "<td class=\"w\">{link}</td><td>{}</td><td class=\"n\">{}</td><td class=\"wide\">{}</td><td class=\"why\">{reason}</td><td class=\"wide\">{}</td></tr>",
                escape(&row.guard.replace('_', " ")),
                row.personas,
                names(row),
                data(&row.overrides)
            ),
        };
    }
    out.push_str(ENDS);
}

/// The first names, and how many more personas there are.
fn names(row: &CaseRow) -> String {
    const NAMED: usize = 4;
    let named: Vec<String> = row.names.iter().take(NAMED).map(data).collect();
    let more = row.names.len().saturating_sub(NAMED);
    match more {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

fn write_hubs(out: &mut String, run: &RunFile) {
    out.push_str("<section id=\"hubs\" aria-labelledby=\"h-hubs\"><h2 id=\"h-hubs\">Hubs</h2>");
    out.push_str(
        "<p class=\"soft\">Widely used values. They have little or no power to link, and often an innocent reason.</p>",
    );
    if run.hubs.total == 0 {
        out.push_str("<p class=\"soft\">None in this run.</p></section>\n");
        return;
    }
    said_first(out, run.hubs.first.len(), run.hubs.total, "hubs.parquet");
    write_heads(out, "Values by number of holders", &["Kind", "Value", "#Personas", "Why it is one"]);
    for hub in &run.hubs.first {
        let _ = writeln!(
            out,
            "<tr><td class=\"w\">{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"wide\">{}</td></tr>",
            escape(&hub.kind.replace('_', " ")),
            data(&hub.value),
            hub.holders,
            data(&hub.reason)
        );
    }
    out.push_str(ENDS);
    out.push_str("</section>\n");
}

fn said_first(out: &mut String, shown: usize, total: usize, file: &str) {
    if shown < total {
        let _ = write!(
            out,
            "<p>The first {} of {}; <code>{file}</code> in the run folder has all.</p>",
            count(shown as u64),
            count(total as u64)
        );
    }
}

fn write_rejects(out: &mut String, run: &RunFile) {
    out.push_str("<section id=\"rejects\" aria-labelledby=\"h-rejects\"><h2 id=\"h-rejects\">Rejects</h2>");
    if run.rejects.total == 0 {
        out.push_str("<p class=\"soft\">Every row and cell could be used.</p></section>\n");
        return;
    }
    said_first(out, run.rejects.first.len(), run.rejects.total, "rejects.csv");
    let heads = ["Source", "File", "#Row", "Column", "Value", "Left out", "Reason"];
    write_heads(out, "Rows and cells that could not be used", &heads);
    for reject in &run.rejects.first {
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td>{}</td><td>{}</td><td>{}</td><td class=\"wide\">{}</td></tr>",
            data(&reject.source),
            data(&reject.file),
            reject.row,
            data(&reject.column),
            data(&reject.value),
            escape(&reject.left_out),
            data(&reject.reason)
        );
    }
    out.push_str(ENDS);
    out.push_str("</section>\n");
}

fn write_diagnostics(out: &mut String, run: &RunFile) {
    out.push_str(
        "<section id=\"diagnostics\" aria-labelledby=\"h-diagnostics\"><h2 id=\"h-diagnostics\">Diagnostics</h2>",
    );
    if run.diagnostics.total == 0 {
        out.push_str("<p class=\"soft\">None.</p>");
    } else {
        said_first(out, run.diagnostics.first.len(), run.diagnostics.total, "manifest.json");
        let heads = ["Severity", "Code", "Where", "What", "What to do"];
        write_heads(out, "Problems with input or settings", &heads);
        for entry in &run.diagnostics.first {
            let _ = writeln!(
                out,
                "<tr><td class=\"w\">{}</td><td class=\"w\"><code>{}</code></td><td>{}</td><td class=\"wide\">{}</td><td class=\"wide\">{}</td></tr>",
                escape(&entry.severity),
                escape(&entry.code),
                data(&entry.location),
                data(&entry.message),
                data(&entry.hint)
            );
        }
        out.push_str(ENDS);
    }
    out.push_str("<h3>Bounds that were reached</h3>");
    if run.bounds.is_empty() {
        out.push_str("<p class=\"soft\">None: nothing was left out to save memory.</p>");
    } else {
        out.push_str("<ul class=\"plain\">");
        for bound in &run.bounds {
            let _ = write!(out, "<li><code>{}</code> {}</li>", escape(&bound.bound), data(&bound.effect));
        }
        out.push_str("</ul>");
    }
    out.push_str("</section>\n");
}

fn write_not_run(out: &mut String, run: &RunFile) {
    out.push_str(
        "<section id=\"not-run\" aria-labelledby=\"h-not-run\"><h2 id=\"h-not-run\">What was not run, and why</h2>",
    );
    if run.not_run.is_empty() {
        out.push_str("<p class=\"soft\">Every indicator had its inputs.</p></section>\n");
        return;
    }
    out.push_str("<p>No finding of these can stand in this run: silence of them says nothing.</p>");
    write_heads(out, "Indicators without their inputs", &["Indicator", "Name", "What it needs"]);
    for entry in &run.not_run {
        let _ = writeln!(
            out,
            "<tr><td class=\"w\">{}</td><td class=\"wide\">{}</td><td class=\"wide\">{}</td></tr>",
            escape(&entry.indicator),
            escape(&entry.name.replace('_', " ")),
            escape(&entry.needs)
        );
    }
    out.push_str(ENDS);
    out.push_str("</section>\n");
}

fn write_manifest(out: &mut String, run: &RunFile) {
    out.push_str("<section id=\"manifest\" aria-labelledby=\"h-manifest\"><h2 id=\"h-manifest\">Manifest</h2>");
    let _ = write!(
        out,
        "<p>Made by samehand {}. <code>samehand verify</code> checks every file of the run folder against its manifest.</p>",
        escape(&run.product_version)
    );
    write_heads(out, "Input files", &["Source", "File", "#Rows", "#Rejected", "#Bytes", "Read as", "SHA-256"]);
    for input in &run.inputs {
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td><td><code class=\"hash\">{}</code></td></tr>",
            data(&input.source),
            data(&input.file),
            count(input.rows),
            count(input.rejected),
            count(input.bytes),
            data(&input.read_as),
            escape(&input.sha256)
        );
    }
    out.push_str(ENDS);
    write_heads(out, "Config and model", &["", "Which", "Digest"]);
    let _ = writeln!(
        out,
        "<tr><th scope=\"row\">Config</th><td>{}</td><td><code class=\"hash\">{}</code></td></tr>\
         <tr><th scope=\"row\">Model</th><td>{} {}</td><td><code class=\"hash\">{}</code></td></tr>",
        data(&run.config),
        escape(&run.config_digest),
        escape(&run.model),
        data(&run.model_because),
        escape(&run.model_digest)
    );
    out.push_str(ENDS);
    if !run.columns.is_empty() {
        write_heads(out, "Columns that nothing was read from", &["Source", "Column", "Why"]);
        for column in &run.columns {
            let why = match column.refused {
                true => "names an attribute that is refused; dropped at load",
                false => "mapped to nothing",
            };
            let _ = writeln!(
                out,
                "<tr><td>{}</td><td>{}</td><td>{why}</td></tr>",
                data(&column.source),
                data(&column.column)
            );
        }
        out.push_str(ENDS);
    }
    out.push_str("<details><summary>Lists of known values</summary>");
    write_heads(out, "Allow lists and built-in lists", &["List", "File", "#Rows", "SHA-256"]);
    for list in &run.lists {
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td><code class=\"hash\">{}</code></td></tr>",
            escape(&list.name.replace('_', " ")),
            data(&list.file),
            list.rows.map(count).unwrap_or_default(),
            escape(&list.sha256)
        );
    }
    out.push_str(ENDS);
    out.push_str("</details><details><summary>What each stage counted</summary>");
    write_heads(out, "Stages in their order", &["Stage", "What", "#Count"]);
    for (stage, counts) in &run.stages {
        for (what, number) in counts {
            let _ = writeln!(
                out,
                "<tr><td class=\"w\">{}</td><td>{}</td><td class=\"n\">{}</td></tr>",
                escape(stage),
                data(what),
                count(*number)
            );
        }
    }
    out.push_str(ENDS);
    let _ = write!(out, "</details><details><summary>{} in force</summary>", plural(run.settings.len(), "setting"));
    write_heads(out, "Settings by their dotted names", &["Setting", "#Value"]);
    for (name, value) in &run.settings {
        let _ = writeln!(out, "<tr><td><code>{}</code></td><td class=\"n\">{}</td></tr>", escape(name), escape(value));
    }
    out.push_str(ENDS);
    out.push_str("</details></section>\n");
}

#[cfg(test)]
mod tests {
    use super::super::redact::Redaction;
    use super::super::run_file::redact_run;
    use super::super::run_file::tests::marked_run;
    use super::super::shown::What;
    use super::*;

    /// The JSON of each case in a page, read back.
    fn cases(page: &str) -> Vec<serde_json::Value> {
        let parts = page.split("<script type=\"application/json\" id=\"c-").skip(1);
        let read = |part: &str| {
            let text = part.split_once('>').and_then(|(_, rest)| rest.split_once("</script>")).expect("closed").0;
            serde_json::from_str(text).expect("JSON")
        };
        parts.map(read).collect()
    }

    #[test]
    fn hashes_are_those_that_policies_name() {
        // The value that browsers and `openssl dgst -sha256 -binary | base64` give.
        assert_eq!(hash(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(count(0) + &count(999) + &count(1000) + &count(1234567), "09991,0001,234,567");
    }

    #[test]
    fn nothing_of_the_data_is_in_a_page_for_others_and_names_are_in_one_for_the_house() {
        let run = marked_run("ZQX");
        for mode in Redaction::ALL {
            let hidden = matches!(mode, Redaction::External | Redaction::Structure);
            let page = page(&redact_run(&run, mode).0);
            assert_eq!(page.contains("ZQX"), !hidden, "{}", mode.name());
            assert!(page.contains(&capitalized(FOOTER)) && page.contains(mode.name()));
        }
        let external = page(&redact_run(&run, Redaction::External).0);
        assert_eq!(cases(&external)[0]["members"][1]["name"], "P02");
    }

    #[test]
    fn a_value_that_is_markup_stays_text() {
        let hostile = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\"'&\u{202e}";
        let mut run = marked_run("");
        run.rows[0].names = vec![Shown::new(What::Raw, hostile)];
        run.rows[0].search = vec![Shown::new(What::Raw, hostile)];
        run.cases[0].file.members[0].name = Shown::new(What::Raw, hostile);
        run.cases[0].file.graph.vertices[0].label = hostile.to_string();
        run.rejects.first[0].value = Shown::new(What::Raw, hostile);
        let page = page(&run);
        // The page's own: one script, one index, one case.
        assert_eq!(page.matches("<script").count(), 3);
        assert_eq!(page.matches("</script>").count(), 3);
        assert!(!page.contains("<img"));
        assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;"));
        assert_eq!(
            cases(&page)[0]["members"][0]["name"],
            hostile,
            "the script gets the text as it is, to set it as text"
        );
    }

    #[test]
    fn a_page_reaches_for_nothing_outside_itself() {
        let page = page(&marked_run(""));
        for word in
            ["http:", "https:", "src=", "url(", "@import", "innerHTML", "insertAdjacent", "document.write", "eval("]
        {
            assert!(!page.contains(word), "{word}");
        }
        assert!(page.contains("default-src 'none'") && !page.contains("unsafe-inline"));
    }

    #[test]
    fn cases_that_do_not_fit_are_listed_with_the_command_that_writes_them() {
        let run = marked_run("");
        let page = page_within(&run, 10);
        assert!(cases(&page).is_empty() && page.contains("samehand report R-0123456789"));
        assert!(!page.contains("href=\"#R-0123456789\""));
        assert!(page_within(&run, 1_000_000).contains("href=\"#R-0123456789\""));
        // A case's own page has it whatever its size.
        let alone = RunFile { single: true, ..run };
        assert_eq!(cases(&page_within(&alone, 10)).len(), 1);
    }

    #[test]
    fn an_empty_run_has_a_page() {
        let page = page(&RunFile::default());
        assert!(page.contains("None in this run.") && page.contains("Every row and cell could be used."));
        assert_eq!(page, super::page(&RunFile::default()));
    }
}
