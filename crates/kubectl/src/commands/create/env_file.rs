//! Files of `KEY=value` lines.
//!
//! Upstream: `kubectl/pkg/cmd/util/env_file.go`

use crate::context::Context;
use crate::error::{Error, Result};

/// Reads a file; a name without `=` takes its value from the environment.
pub(crate) fn read(cx: &Context, path: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let bytes = cx.io.read(path).map_err(|why| Error::Local(format!("error reading {path}: {why}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Error::Local(format!("env file {path} contains invalid utf8 bytes at line 1")))?;
    let mut pairs = Vec::new();
    for line in text.trim_start_matches('\u{feff}').lines() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = match line.split_once('=') {
            Some((key, value)) => (key, Some(value)),
            None => (line, None),
        };
        if !is_name(key) {
            return Err(Error::Local(format!(
                "{key:?} is not a valid key name: a valid environment variable name must consist of alphabetic \
                 characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or \
                 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')"
            )));
        }
        let value = value.map_or_else(|| cx.io.env(key).unwrap_or_default().to_owned(), str::to_owned);
        pairs.push((key.to_owned(), value.into_bytes()));
    }
    Ok(pairs)
}

/// Whether a text is the name of an environment variable in the strict sense.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}
