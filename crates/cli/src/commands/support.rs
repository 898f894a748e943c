//! `podground support`: SUPPORT.md, made from the tables.

use std::process::ExitCode;

use crate::options::Options;

pub(crate) fn run(_: Options) -> Result<ExitCode, String> {
    print!("{}", podground_core::support::markdown());
    Ok(ExitCode::SUCCESS)
}
