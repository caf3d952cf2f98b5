//! Talk on stderr, data on stdout; colors and progress bars on a terminal only.

use crate::model::diagnostic::{Diagnostic, Severity};
use crate::pipeline::progress::{Stage, Watch};
use crate::report::text::clean;
use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::Duration;

const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const BLUE: Style = AnsiColor::Blue.on_default();
const DIM: Style = Style::new().dimmed();

/// Notes of one kind that are told one by one; more of them are told by their number.
const NOTES_TOLD: usize = 12;

/// Tells one problem.
pub fn diagnostic(diagnostic: &Diagnostic) {
    let style = match diagnostic.severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Note => BLUE,
    };
    let place =
        if diagnostic.location.is_empty() { String::new() } else { format!("{}: ", clean(&diagnostic.location)) };
    anstream::eprintln!("{style}{}{style:#}: {place}{}", diagnostic.severity.name(), clean(&diagnostic.message));
    if let Some(hint) = &diagnostic.hint {
        anstream::eprintln!("  {DIM}hint:{DIM:#} {}", clean(hint));
    }
}

/// Tells warnings and, unless quiet, notes.
pub fn diagnostics(diagnostics: &[Diagnostic], quiet: bool) {
    let told: Vec<&Diagnostic> =
        diagnostics.iter().filter(|diagnostic| !quiet || diagnostic.severity != Severity::Note).collect();
    for one in told.iter().take(NOTES_TOLD) {
        diagnostic(one);
    }
    if told.len() > NOTES_TOLD {
        anstream::eprintln!("{DIM}… and {} more warnings and notes in the manifest{DIM:#}", told.len() - NOTES_TOLD);
    }
}

/// Tells an error with its hint.
pub fn error(message: &str, hint: Option<&str>) {
    anstream::eprintln!("{RED}error{RED:#}: {}", clean(message));
    if let Some(hint) = hint {
        anstream::eprintln!("  {DIM}hint:{DIM:#} {}", clean(hint));
    }
}

/// Talks about what happens.
pub fn say(message: &str) {
    anstream::eprintln!("{message}");
}

/// Prints data.
pub fn print(text: &str) -> std::io::Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Prints one JSON value.
pub fn print_json(value: &impl Serialize) -> std::io::Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(std::io::Error::other)?;
    print(&format!("{text}\n"))
}

/// Columns of the terminal that stdout is, else a width that reads well in a file.
pub fn width() -> usize {
    let known = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    known.unwrap_or(if std::io::stdout().is_terminal() { 120 } else { 100 })
}

/// Shows stages as they pass: a spinner on a terminal, plain lines elsewhere, nothing when quiet.
pub struct Stages {
    bar: Option<Mutex<ProgressBar>>,
    quiet: bool,
}

impl Stages {
    pub fn new(quiet: bool) -> Self {
        let bar = (!quiet && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            Mutex::new(bar)
        });
        Self { bar, quiet }
    }
}

impl Watch for Stages {
    fn begins(&self, name: &str) {
        if let Some(bar) = self.bar.as_ref().and_then(|bar| bar.lock().ok()) {
            bar.reset_elapsed();
            bar.set_message(name.to_string());
        }
    }

    fn ended(&self, stage: &Stage) {
        if self.quiet {
            return;
        }
        let counts: Vec<String> = stage.counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
        let line = format!("{:<20} {:>6.2} s  {}", stage.name, stage.seconds, counts.join(", "));
        match self.bar.as_ref().and_then(|bar| bar.lock().ok()) {
            Some(bar) => bar.println(line),
            None => anstream::eprintln!("{line}"),
        }
    }
}

impl Drop for Stages {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.as_ref().and_then(|bar| bar.lock().ok()) {
            bar.finish_and_clear();
        }
    }
}
