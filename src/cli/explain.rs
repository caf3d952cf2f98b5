//! `samehand explain A B`: why two things are connected, hop by hop, or why not; of two records or personas, how their
//! weight comes about. `samehand explain RING`: what holds a ring together, and what speaks against it.

use super::error::CliError;
use super::show::not_found;
use super::{Global, ui};
use crate::case::Case;
use crate::case::explain::{Explanation, Hop, HopTerm, explain, name};
use crate::case::explain_ring::{RingExplanation, explain_ring};
use crate::case::find::{Thing, find};
use crate::case::show::{finding_line, role_line};
use crate::case::waterfall::{Seen, Waterfall, people, strongest_stored};
use crate::model::weight::MatchWeight;
use crate::pipeline::recompare;
use crate::report::text::{Table, clean};
use crate::store::run::RunFolder;
use clap::Args;
use std::process::ExitCode;

#[derive(Args, Debug)]
pub struct Explain {
    /// A record key, persona, ring or value as typed: samehand explain "(202) 555-0100" E-1042
    a: String,
    /// Another one. Without it the first must be a ring: why it is one, and what falls apart without each link.
    b: Option<String>,
}

impl Explain {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        let (case, key) = global.open_part()?;
        let region = global.region();
        let one =
            |typed: &str| find(&case, typed, &region, key.as_ref()).into_iter().next().ok_or_else(|| not_found(typed));
        let a = one(&self.a);
        case.check()?;
        let a = a?;
        let Some(b) = &self.b else { return ring(&case, &a, global.json) };
        let b = one(b);
        case.check()?;
        let b = b?;
        let mut explanation = explain(&case, &a, &b);
        explanation.waterfall = waterfall(global, &case, &a, &b)?;
        case.check()?;
        if global.json {
            ui::print_json(&explanation)?;
        } else {
            ui::print(&text(&explanation))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Why a ring is one. Anything else needs a second thing to be explained with.
fn ring(case: &Case, thing: &Thing, json: bool) -> Result<ExitCode, CliError> {
    let explained = match thing {
        Thing::Ring(id) => explain_ring(case, id),
        _ => None,
    };
    case.check()?;
    let Some(explained) = explained else {
        return Err(CliError::message(
            format!("{} is no ring", name(case, thing)),
            "give a ring, or two things: samehand explain A B",
        ));
    };
    if json {
        ui::print_json(&explained)?;
    } else {
        ui::print(&ring_text(&explained))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn ring_text(ring: &RingExplanation) -> String {
    let mut text = format!("ring {} (rank {}, {})\n  {}\n", ring.ring_id, ring.rank, ring.level, clean(&ring.reason));
    text.push_str(&format!("\nheld together by {} links", ring.held_by.len()));
    if ring.further_links > 0 {
        text.push_str(&format!(" ({} further links are not needed)", ring.further_links));
    }
    text.push('\n');
    for link in &ring.held_by {
        let bits = link.bits.map(|bits| format!(" {bits:+.1} bits")).unwrap_or_else(|| " by a site".to_string());
        text.push_str(&format!("  {}  and  {}{bits}\n", clean(&link.left), clean(&link.right)));
        for term in &link.terms {
            term_text(&mut text, term);
        }
        match link.falls_apart.is_empty() {
            true => text.push_str("    without it: other links hold the ring\n"),
            false => text.push_str(&format!("    without it: cut off are {}\n", clean(&link.falls_apart.join(", ")))),
        }
    }
    let mut section = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            text.push_str(&format!("\n{title}\n"));
            lines.iter().for_each(|line| text.push_str(&format!("  {}\n", clean(line))));
        }
    };
    section("against it, or counting less", ring.against.clone());
    section("hubs touched, which have no power to link", ring.hubs.clone());
    section("roles, as hypotheses", ring.roles.iter().map(role_line).collect());
    section("findings", ring.findings.iter().map(finding_line).collect());
    text
}

/// The weight of two records of persons, or of the strongest pair between two personas. `None` for other things.
fn waterfall(global: &Global, case: &Case, a: &Thing, b: &Thing) -> Result<Option<Waterfall>, CliError> {
    let (left, right) = (people(case, a), people(case, b));
    if left.is_empty() || right.is_empty() || left == right {
        return Ok(None);
    }
    let folder = RunFolder::open(&global.output, global.run.as_deref())?;
    let path = folder.paths().model();
    let unusable = |problem: String| {
        CliError::message(
            format!("{} cannot be used: {problem}", path.display()),
            "the run folder is damaged or of another version; remove it and run again",
        )
    };
    let model = std::fs::read_to_string(&path).map_err(|error| unusable(error.to_string()))?;
    let manifest = folder.manifest()?;
    let probability = manifest.settings["thresholds.persona_probability"].as_f64();
    let probability = probability
        .ok_or_else(|| unusable("the manifest beside it does not tell thresholds.persona_probability".to_string()))?;
    let stored = strongest_stored(case, &left, &right)?;
    let threshold_bits = MatchWeight::of_probability(probability).0;
    recompare::waterfall(case, stored, &model, &manifest.rules_left_out, threshold_bits, &left, &right)
        .map_err(unusable)
}

fn text(explanation: &Explanation) -> String {
    let mut text = format!("{}  and  {}\n", clean(&explanation.from), clean(&explanation.to));
    if let Some(waterfall) = &explanation.waterfall {
        waterfall_text(&mut text, waterfall);
    }
    if !explanation.connected {
        if explanation.waterfall.is_some() {
            text.push('\n');
        }
        text.push_str("are not connected:\n");
        for note in &explanation.notes {
            text.push_str(&format!("  {}\n", clean(note)));
        }
        return text;
    }
    for (index, path) in explanation.paths.iter().enumerate() {
        let hops = if path.len() == 1 { "1 hop".to_string() } else { format!("{} hops", path.len()) };
        text.push_str(&format!("\npath {} ({hops})\n", index + 1));
        for hop in path {
            hop_text(&mut text, hop);
        }
    }
    text
}

/// Lines that the values of one comparison may take.
const VALUE_LINES: usize = 4;

fn waterfall_text(text: &mut String, waterfall: &Waterfall) {
    text.push_str(&format!("\nweight of {}  and  {}\n", clean(&waterfall.left), clean(&waterfall.right)));
    let number = |bits: f64| crate::report::text::bits(bits);
    let mut running = waterfall.prior_bits;
    let mut table = Table::new(["what", "level", "bits", "of that term frequency", "running total"])
        .right_align(&[2, 3, 4])
        .row(["prior".to_string(), String::new(), number(running), String::new(), number(running)]);
    for step in &waterfall.terms {
        running += step.bits;
        let frequency = if step.frequency_bits == 0.0 { String::new() } else { number(step.frequency_bits) };
        let what = step.comparison.replace('_', " ");
        table = table.row([what, step.level.clone(), number(step.bits), frequency, number(running)]);
        if !step.left.is_empty() || !step.right.is_empty() {
            table = table.note(format!("{}  ~  {}", seen(&step.left), seen(&step.right)), VALUE_LINES);
        }
    }
    if let Some(rival) = &waterfall.rival {
        running += rival.bits;
        table = table.row(["rival".into(), rival.name.clone(), number(rival.bits), String::new(), number(running)]);
    }
    let probability = format!("probability {:.4}", waterfall.probability);
    let total = number(waterfall.total_bits);
    text.push_str(&table.row(["total".into(), probability, total.clone(), String::new(), total]).render(ui::width()));
    text.push_str(&format!("{}\n", clean(&waterfall.reason)));
    for note in &waterfall.notes {
        text.push_str(&format!("  {}\n", clean(note)));
    }
    if !waterfall.found_by.is_empty() {
        text.push_str(&format!("  found by: {}\n", waterfall.found_by.join(", ")));
    }
    if !waterfall.would_be_found_by.is_empty() {
        text.push_str("  any of these would bring them together:\n");
        for rule in &waterfall.would_be_found_by {
            text.push_str(&format!("    {}: {}\n", rule.rule, rule.needs));
        }
    }
}

fn seen(values: &[Seen]) -> String {
    let shown: Vec<String> =
        values.iter().map(|seen| format!("{} ({})", clean(&seen.value), clean(&seen.cell))).collect();
    shown.join("; ")
}
fn hop_text(text: &mut String, hop: &Hop) {
    let bits = hop.bits.map(|bits| format!(" {bits:+.1} bits")).unwrap_or_default();
    let bridge = if hop.bridge { ", a bridge: the ring falls apart without it" } else { "" };
    text.push_str(&format!("  {} -> {}\n    {}{bits}{bridge}\n", clean(&hop.from), clean(&hop.to), hop.rule));
    for term in &hop.terms {
        term_text(text, term);
    }
}

fn term_text(text: &mut String, term: &HopTerm) {
    let note = if term.note.is_empty() { String::new() } else { format!(" ({})", term.note) };
    text.push_str(&format!("    {:>+7.1}  {}{note}\n", term.bits, clean(&term.what)));
    for (side, cells) in [("left", &term.left_cells), ("right", &term.right_cells)] {
        if !cells.is_empty() {
            text.push_str(&format!("             {side}: {}\n", clean(&cells.join("; "))));
        }
    }
}
