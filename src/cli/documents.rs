//! What the commands have in common that make documents of a finished run: how much is shown, on what paper, in which
//! fonts, and where the mapping of pseudonyms is kept.

use super::error::CliError;
use super::{Global, ui};
use crate::case::Case;
use crate::case::file::{RunNamed, file};
use crate::case::find::Thing;
use crate::report::case_file::CaseFile;
use crate::report::fonts::Fonts;
use crate::report::redact::{Pseudonyms, Redaction, redact_case};
use crate::report::{self, Sheet};
use crate::store::mapping;
use crate::store::run::RunFolder;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Redact {
    /// Everything; for law enforcement.
    Full,
    /// Names stay, numbers are masked; inside the house.
    Internal,
    /// Pseudonyms and kinds, dates to the month; for others.
    External,
    /// Kinds and counts only.
    Structure,
}

impl Redact {
    /// The mode of that name.
    pub fn mode(self) -> Redaction {
        match self {
            Redact::Full => Redaction::Full,
            Redact::Internal => Redaction::Internal,
            Redact::External => Redaction::External,
            Redact::Structure => Redaction::Structure,
        }
    }
}

/// The paper of paged documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Paper {
    /// 210 by 297 mm.
    A4,
    /// 8.5 by 11 inches.
    Letter,
}

/// Paper and fonts.
#[derive(Args, Debug)]
pub struct Typeset {
    /// Paper of PDF documents.
    #[arg(long, value_enum, default_value_t = Paper::A4, env = "SAMEHAND_PAPER")]
    paper: Paper,
    /// A font file for letters that the built-in fonts lack (they have Latin, Greek and Cyrillic). May be repeated.
    #[arg(long = "font", value_name = "FILE", env = "SAMEHAND_FONTS", value_delimiter = ',')]
    fonts: Vec<PathBuf>,
}

impl Typeset {
    /// The sheet; a font that cannot be used is an error before any work.
    pub fn sheet(&self) -> Result<Sheet, CliError> {
        let fonts = Fonts::with(&self.fonts)
            .map_err(|fault| CliError::message(fault, "name a .ttf or .otf file with --font"))?;
        let paper = match self.paper {
            Paper::A4 => report::Paper::A4,
            Paper::Letter => report::Paper::Letter,
        };
        Ok(Sheet { paper, fonts })
    }
}

impl Global {
    /// The finished run that is asked about, as a folder.
    pub(super) fn run_folder(&self) -> Result<RunFolder, CliError> {
        Ok(RunFolder::open(&self.output, self.run.as_deref())?)
    }

    /// How documents name the run.
    pub(super) fn run_named(&self) -> Result<RunNamed, CliError> {
        let manifest = self.run_folder()?.manifest()?;
        let day = manifest.clock.finished_utc.get(..10).unwrap_or_default().to_string();
        Ok(RunNamed { day, product_version: manifest.product_version })
    }

    /// The file of a case as that mode shows it, with its pseudonyms; `None` for what is no case. In *external* the mapping
    /// is kept in the output folder.
    pub(super) fn case_file(
        &self,
        case: &Case,
        thing: &Thing,
        mode: Redaction,
        run: &RunNamed,
    ) -> Result<Option<(CaseFile, Pseudonyms)>, CliError> {
        let Some(full) = file(case, thing, run) else { return Ok(None) };
        let mut pseudonyms = Pseudonyms::default();
        let shown = redact_case(&full, mode, &mut pseudonyms);
        if mode == Redaction::External {
            let rows = pseudonyms.list().iter().map(|each| (each.shown.as_str(), each.original.as_str()));
            let path = mapping::write(&self.output, &case.run_id, &full.id, rows)?;
            if !self.quiet {
                ui::say(&format!("what stands behind the pseudonyms: {} (not to be handed on)", path.display()));
            }
        }
        Ok(Some((shown, pseudonyms)))
    }
}
