//! `samehand export`.

use super::Global;
use super::error::CliError;
use clap::Args;
use std::process::ExitCode;

#[derive(Args, Debug)]
pub struct Export {}

impl Export {
    pub fn run(&self, _: &Global) -> Result<ExitCode, CliError> {
        Err(CliError::message("not there yet", "it comes with the next step"))
    }
}
