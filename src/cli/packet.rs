//! `samehand packet`.

use super::Global;
use super::error::CliError;
use clap::Args;
use std::process::ExitCode;

#[derive(Args, Debug)]
pub struct Packet {}

impl Packet {
    pub fn run(&self, _: &Global) -> Result<ExitCode, CliError> {
        Err(CliError::message("not there yet", "it comes with the next step"))
    }
}
