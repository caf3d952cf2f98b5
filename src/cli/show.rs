//! `samehand show ANYTHING`: one of them is known bad, who else?

use super::error::CliError;
use super::{Global, ui};
use crate::case::Case;
use crate::case::explain::name;
use crate::case::find::{Thing, find};
use crate::case::show::{Answer, Related, show};
use crate::case::timeline::timeline;
use crate::report::text::clean;
use clap::Args;
use std::process::ExitCode;

#[derive(Args, Debug)]
pub struct Show {
    /// A ring or its rank, a case, a persona, an operator, a record key (or source:key), or a value as typed: "(202) 555-0100".
    #[arg(value_name = "ANYTHING")]
    thing: String,
    /// What happened, in order of time, each with its cell.
    #[arg(long)]
    timeline: bool,
    /// Lines per list.
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
}

impl Show {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        let (case, key) = global.open_part()?;
        let things = find(&case, &self.thing, &global.region(), key.as_ref());
        case.check()?;
        if things.is_empty() {
            return Err(not_found(&self.thing));
        }
        if self.timeline {
            return self.timeline(&case, &things[0], global.json);
        }
        let answers: Vec<Answer> = things.iter().map(|thing| show(&case, thing)).collect();
        case.check()?;
        if global.json {
            ui::print_json(&answers)?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut text = String::new();
        for answer in &answers {
            text.push_str(&format!("{}\n", clean(&answer.thing)));
            for fact in answer.facts.iter().take(self.top.max(40)) {
                text.push_str(&format!("  {}\n", clean(fact)));
            }
            self.list(&mut text, "personas", &answer.personas);
            self.list(&mut text, "who else", &answer.who_else);
            text.push('\n');
        }
        ui::print(text.trim_end_matches('\n'))?;
        ui::print("\n")?;
        Ok(ExitCode::SUCCESS)
    }

    /// Events of the thing's personas in order of time.
    fn timeline(&self, case: &Case, thing: &Thing, json: bool) -> Result<ExitCode, CliError> {
        let entries = timeline(case, thing);
        case.check()?;
        if json {
            ui::print_json(&entries)?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut text = format!("{}\n", clean(&name(case, thing)));
        for entry in &entries {
            let times = if entry.times > 1 { format!(" ({} times)", entry.times) } else { String::new() };
            text.push_str(&format!(
                "  {:<20}  {}  {}: {}{times}  [{}]\n",
                entry.when.trim_end_matches('Z').replace('T', " "),
                entry.persona_id,
                clean(&entry.name),
                clean(&entry.what),
                clean(&entry.cell)
            ));
        }
        if entries.is_empty() {
            text.push_str("  nothing about it has a date; map valid_from, valid_to and the time of events\n");
        }
        ui::print(&text)?;
        Ok(ExitCode::SUCCESS)
    }

    fn list(&self, text: &mut String, title: &str, list: &[Related]) {
        if list.is_empty() {
            return;
        }
        text.push_str(&format!("  {title}:\n"));
        for related in list.iter().take(self.top) {
            let names =
                if related.names.is_empty() { String::new() } else { format!(" {}", related.names.join(" / ")) };
            let bits = related.bits.map(|bits| format!(" {bits:+.1} bits")).unwrap_or_default();
            let ring = if related.ring_id.is_empty() { String::new() } else { format!(" in {}", related.ring_id) };
            text.push_str(&format!("    {}{}{bits}{ring}\n", related.persona_id, clean(&names)));
            let events = if related.events > 0 { format!(" and {} events", related.events) } else { String::new() };
            text.push_str(&format!("      records: {}{events}\n", clean(&related.records.join(", "))));
            for line in &related.through {
                text.push_str(&format!("      through {}\n", clean(line)));
            }
        }
        if list.len() > self.top {
            text.push_str(&format!("    … and {} more (--top)\n", list.len() - self.top));
        }
    }
}

/// Nothing in the run is what was typed.
pub fn not_found(typed: &str) -> CliError {
    CliError::message(
        format!("nothing in this run is {typed:?}"),
        "give a ring id or rank, a persona id, a record key (or source:key), or a value as it stands in the input; \
         numbers of documents and accounts need the key that the run was made with",
    )
}
