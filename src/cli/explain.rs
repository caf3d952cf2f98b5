//! `samehand explain A B`: why two things are connected, hop by hop, or why not.

use super::error::CliError;
use super::show::not_found;
use super::{Global, ui};
use crate::case::explain::{Explanation, Hop, explain};
use crate::case::find::find;
use crate::report::text::clean;
use clap::Args;
use std::process::ExitCode;

#[derive(Args, Debug)]
pub struct Explain {
    /// A record key, persona, ring or value as typed: samehand explain "(202) 555-0100" E-1042
    a: String,
    /// Another one.
    b: String,
}

impl Explain {
    pub fn run(&self, global: &Global) -> Result<ExitCode, CliError> {
        let (case, key) = global.open_case()?;
        let region = global.region();
        let one =
            |typed: &str| find(&case, typed, &region, key.as_ref()).into_iter().next().ok_or_else(|| not_found(typed));
        let explanation = explain(&case, &one(&self.a)?, &one(&self.b)?);
        if global.json {
            ui::print_json(&explanation)?;
        } else {
            ui::print(&text(&explanation))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn text(explanation: &Explanation) -> String {
    let mut text = format!("{}  and  {}\n", clean(&explanation.from), clean(&explanation.to));
    if !explanation.connected {
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

fn hop_text(text: &mut String, hop: &Hop) {
    let bits = hop.bits.map(|bits| format!(" {bits:+.1} bits")).unwrap_or_default();
    let bridge = if hop.bridge { ", a bridge: the ring falls apart without it" } else { "" };
    text.push_str(&format!("  {} -> {}\n    {}{bits}{bridge}\n", clean(&hop.from), clean(&hop.to), hop.rule));
    for term in &hop.terms {
        let note = if term.note.is_empty() { String::new() } else { format!(" ({})", term.note) };
        text.push_str(&format!("    {:>+7.1}  {}{note}\n", term.bits, clean(&term.what)));
        for (side, cells) in [("left", &term.left_cells), ("right", &term.right_cells)] {
            if !cells.is_empty() {
                text.push_str(&format!("             {side}: {}\n", clean(&cells.join("; "))));
            }
        }
    }
}
