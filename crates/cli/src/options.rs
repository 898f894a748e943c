//! The options that the subcommands share.

use std::ffi::OsString;
use std::path::PathBuf;

use podground_core::SessionConfig;

/// What `kubectl explain` tells; the page fetches the same file when first needed.
static DESCRIPTIONS: &str = include_str!("../../api/schema/descriptions.txt");

/// What stood on the command line.
#[derive(Debug, Default)]
pub(crate) struct Options {
    /// What sessions start from.
    pub(crate) config: SessionConfig,
    /// `--home`
    pub(crate) home: Option<PathBuf>,
    /// `--check`
    pub(crate) check: bool,
    /// All that is no option.
    pub(crate) operands: Vec<String>,
}

impl Options {
    /// Reads the arguments behind the subcommand's name.
    pub(crate) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut options = Self::default();
        options.config.descriptions = Some(DESCRIPTIONS);
        let mut parser = lexopt::Parser::from_args(arguments);
        let text = |error: lexopt::Error| error.to_string();
        while let Some(argument) = parser.next().map_err(text)? {
            use lexopt::{Arg, ValueExt};
            match argument {
                Arg::Long("seed") => {
                    options.config.seed = parser.value().and_then(|v| v.parse()).map_err(text)?;
                }
                Arg::Long("nodes") => {
                    options.config.nodes = parser.value().and_then(|v| v.parse()).map_err(text)?;
                    if !(1..=5000).contains(&options.config.nodes) {
                        return Err("--nodes takes a number from 1 to 5000".to_owned());
                    }
                }
                Arg::Long("profile") => {
                    let profile = parser.value().and_then(ValueExt::string).map_err(text)?;
                    options.config.bare = match profile.as_str() {
                        "bare" => true,
                        "default" => false,
                        other => return Err(format!("--profile takes bare or default, not {other:?}")),
                    };
                }
                Arg::Long("home") => options.home = Some(parser.value().map_err(text)?.into()),
                Arg::Long("check") => options.check = true,
                Arg::Value(value) => options.operands.push(value.string().map_err(text)?),
                other => return Err(other.unexpected().to_string()),
            }
        }
        Ok(options)
    }
}
