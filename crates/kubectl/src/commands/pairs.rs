//! The words of `label`, `annotate` and their like: resources first, then changes.

use crate::error::{Error, Result};

/// Parts resources from changes: `KEY=VALUE` and `KEY-`.
///
/// Upstream: `kubectl/pkg/cmd/util/helpers.go GetResourcesAndPairs`
pub(crate) fn split(words: &[String], what: &str) -> Result<(Vec<String>, Vec<String>)> {
    let (mut resources, mut changes) = (Vec::new(), Vec::new());
    for word in words {
        let is_change =
            (word.contains('=') && !word.starts_with('=')) || (word.ends_with('-') && word != "-");
        if is_change {
            changes.push(word.clone());
        } else if changes.is_empty() {
            resources.push(word.clone());
        } else {
            return Err(Error::Local(format!(
                "all resources must be specified before {what} changes: {word}"
            )));
        }
    }
    Ok((resources, changes))
}
