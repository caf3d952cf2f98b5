//! The command line: one file per subcommand, `ui` for talk and data, `error` for exit codes.
//!
//! stdout is data and stderr is talk. The environment is read here and nowhere else.

mod check;
mod diagram;
mod documents;
mod error;
mod evaluate;
mod explain;
mod export;
mod generate;
mod graphviz;
mod init;
mod packet;
mod report;
mod run;
mod show;
mod train;
mod ui;
mod verify;

use crate::case::Case;
use crate::store::key::Key;
use crate::store::run::RunPaths;
use clap::{Args, Parser, Subcommand};
use error::CliError;
use std::mem::ManuallyDrop;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;

/// Find the personas that one operator or one laptop farm stands behind, say why, and draw it.
///
/// samehand loads applicants, employees, payment accounts, devices and shipments into one identity graph. What it
/// prints is for review by a person; it decides nothing about anyone.
#[derive(Parser, Debug)]
#[command(
    name = "samehand",
    version,
    propagate_version = true,
    after_help = "Start:\n  samehand init *.csv     look at your files and write samehand.toml\n  \
                  samehand check          find everything that is wrong with it\n  \
                  samehand run            find rings and publish them in ./output\n  \
                  samehand show ANYTHING  who else is tied to this phone, person, record or ring?\n  \
                  samehand explain A B    through what, with the cells of the input\n  \
                  samehand diagram RING   a picture of it\n\n\
                  Environment: SAMEHAND_KEY is the secret under which document and account numbers are hashed.\n\
                  Exit codes: 0 done, 2 not done; see run --exit-code for finer ones."
)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Flags of every command.
#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The config file; for init the one to write.
    #[arg(short, long, global = true, value_name = "FILE", default_value = "samehand.toml", env = "SAMEHAND_CONFIG")]
    config: PathBuf,
    /// The folder that holds runs, relative to the working directory.
    #[arg(short, long, global = true, value_name = "DIR", default_value = "output", env = "SAMEHAND_OUTPUT")]
    output: PathBuf,
    /// A finished run, by folder or run id [default: the latest in the output folder].
    #[arg(long, global = true, value_name = "RUN")]
    run: Option<String>,
    /// Print one JSON value on stdout, for programs.
    #[arg(long, global = true)]
    json: bool,
    /// Threads to work with [default: all processors]. Results do not depend on it.
    #[arg(long, global = true, value_name = "N", env = "SAMEHAND_THREADS")]
    threads: Option<usize>,
    /// No progress and no notes, only warnings and errors.
    #[arg(short, long, global = true)]
    quiet: bool,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Look at files, guess kinds, keys and columns, and write a commented samehand.toml.
    Init(init::Init),
    /// Validate config and sources: all faults at once, with hints; nothing is run.
    Check(check::Check),
    /// Run the whole pipeline, print the ranked rings, publish a run folder.
    Run(run::Run),
    /// Show a ring, persona, record or raw value as typed, and who else is tied to it.
    Show(show::Show),
    /// Explain why two records, personas or values are connected, or why not.
    Explain(explain::Explain),
    /// Learn how much each comparison says from the records, and write it as a model file for review and reuse.
    Train(train::Train),
    /// Draw a ring.
    Diagram(diagram::Diagram),
    /// Write the whole run, or one case, as one HTML page that needs no network.
    Report(report::Report),
    /// Write what is handed over with a complaint to IC3: form, tables, diagrams, case report, hashes.
    Packet(packet::Packet),
    /// Export cases to other tools: graph, STIX, FollowTheMoney, CSV and more.
    Export(export::Export),
    /// Check every hash of a run folder or a packet, and name what differs.
    Verify(verify::Verify),
    /// Measure a run against a truth file.
    Evaluate(evaluate::Evaluate),
    /// Write a synthetic company with planted rings and their truth.
    Generate(generate::Generate),
}

/// Parses the command line, runs the command and says how it went. Exit 0 when it did what was asked, 2 when not;
/// `run --exit-code` knows finer ones.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Some(threads) = cli.global.threads {
        // Fails only when a pool exists already, and none does before the command runs.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }
    // A reader of somebody else's may panic on a damaged file; where that is caught, it is told as an error of the file
    // and nothing else. What is not caught is ours to answer for.
    std::panic::set_hook(Box::new(|panic| {
        if let Ok(mut last) = LAST_PANIC.lock() {
            *last = panic.to_string();
        }
    }));
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| cli.run())).unwrap_or_else(|_| {
        let last = LAST_PANIC.lock().map(|last| last.replace('\n', " ")).unwrap_or_default();
        Err(CliError::message(
            format!("internal error: {last}"),
            "this is a fault of samehand; please report it with the command and, if you can, the input",
        ))
    });
    match result {
        Ok(code) => code,
        Err(error) => error.report(),
    }
}

/// What the last panic said.
static LAST_PANIC: Mutex<String> = Mutex::new(String::new());

impl Cli {
    fn run(&self) -> Result<ExitCode, CliError> {
        match &self.command {
            Command::Init(command) => command.run(&self.global),
            Command::Check(command) => command.run(&self.global),
            Command::Run(command) => command.run(&self.global),
            Command::Show(command) => command.run(&self.global),
            Command::Explain(command) => command.run(&self.global),
            Command::Train(command) => command.run(&self.global),
            Command::Diagram(command) => command.run(&self.global),
            Command::Report(command) => command.run(&self.global),
            Command::Packet(command) => command.run(&self.global),
            Command::Export(command) => command.run(&self.global),
            Command::Verify(command) => command.run(&self.global),
            Command::Evaluate(command) => command.run(&self.global),
            Command::Generate(command) => command.run(&self.global),
        }
    }
}

impl Global {
    /// The config, checked against its files; warnings and notes are told.
    fn load_config(&self) -> Result<(crate::config::Config, Vec<crate::model::diagnostic::Diagnostic>), CliError> {
        self.load_config_by(&crate::ingest::header)
    }

    /// The same; `header` says how closely a file is looked at for its columns.
    fn load_config_by(
        &self,
        header: &crate::config::Peek<'_>,
    ) -> Result<(crate::config::Config, Vec<crate::model::diagnostic::Diagnostic>), CliError> {
        crate::config::load(&self.config, header).map_err(CliError::Diagnostics)
    }

    /// The finished run that is asked about, with everything in it, and the key for sensitive values if there is one.
    fn open_case(&self) -> Result<(ManuallyDrop<Case>, Option<Key>), CliError> {
        self.opened(Case::open)
    }

    /// The same for a question about few things: what it needs of the run is read when it needs it.
    fn open_part(&self) -> Result<(ManuallyDrop<Case>, Option<Key>), CliError> {
        self.opened(Case::part)
    }

    fn opened(
        &self,
        open: fn(&str, &RunPaths) -> Result<Case, crate::store::Error>,
    ) -> Result<(ManuallyDrop<Case>, Option<Key>), CliError> {
        let folder = crate::store::run::RunFolder::open(&self.output, self.run.as_deref())?;
        crate::cli::error::whole(&folder)?;
        let case = open(folder.run_id(), folder.paths())?;
        let given = std::env::var("SAMEHAND_KEY").ok();
        let key = Key::open(given.as_deref(), &self.output)?.map(|(key, _)| key);
        // The process ends with the answer: what was read is not taken apart piece by piece before.
        Ok((ManuallyDrop::new(case), key))
    }

    /// The settings of the config where there is one, for questions about a run that is finished.
    fn settings(&self) -> crate::config::Settings {
        crate::config::settings_alone(&self.config)
    }

    /// The region that a typed phone number is read in.
    fn region(&self) -> String {
        self.settings().default_region
    }
}
