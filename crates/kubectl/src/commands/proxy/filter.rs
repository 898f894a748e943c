//! Which requests `kubectl proxy` lets through.

use regex_lite::Regex;

use crate::error::{Error, Result};
use crate::flags::Args;

/// Lists of regular expressions.
pub(super) struct Filter {
    accept_paths: Vec<Regex>,
    accept_hosts: Vec<Regex>,
    reject_paths: Vec<Regex>,
    reject_methods: Vec<Regex>,
}

impl Filter {
    /// Reads the flags.
    pub(super) fn from_args(args: &Args) -> Result<Self> {
        let list = |flag: &str| {
            let text = args.text(flag);
            let parts = text.split(',').filter(|part| !part.is_empty());
            parts
                .map(|part| {
                    Regex::new(part).map_err(|_| {
                        Error::Local(format!("error parsing regexp: {}", crate::flags::go_quote(part)))
                    })
                })
                .collect::<Result<Vec<_>>>()
        };
        Ok(Self {
            accept_paths: list("accept-paths")?,
            accept_hosts: list("accept-hosts")?,
            reject_paths: list("reject-paths")?,
            reject_methods: list("reject-methods")?,
        })
    }

    /// Whether a request may pass.
    pub(super) fn accepts(&self, method: &str, path: &str, host: &str) -> bool {
        let any = |list: &[Regex], text: &str| list.iter().any(|expression| expression.is_match(text));
        !any(&self.reject_paths, path)
            && !any(&self.reject_methods, method)
            && any(&self.accept_paths, path)
            && any(&self.accept_hosts, host)
    }
}
