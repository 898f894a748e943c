//! The indexes of indexed jobs.
//!
//! Upstream: `pkg/controller/job/indexed_job_utils.go`

use std::collections::BTreeSet;

use podground_api::{Value, object};

use super::INDEX;

/// Whether each pod of a job has an index of its own.
pub(super) fn is_indexed(job: &Value) -> bool {
    object::str_at(job, "/spec/completionMode") == "Indexed"
}

/// The index of a pod.
pub(super) fn of(pod: &Value) -> Option<i64> {
    object::annotation(pod, INDEX)?.parse().ok()
}

/// Reads `0,2-4`.
pub(super) fn parse(text: &str) -> BTreeSet<i64> {
    let ranges = text.split(',').filter_map(|part| {
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        Some((from.parse::<i64>().ok()?, to.parse::<i64>().ok()?))
    });
    ranges.flat_map(|(from, to)| from..=to).collect()
}

/// Writes `0,2-4`.
pub(super) fn format(indexes: &BTreeSet<i64>) -> String {
    let mut ranges: Vec<(i64, i64)> = Vec::new();
    for index in indexes {
        match ranges.last_mut() {
            Some((_, to)) if *to + 1 == *index => *to = *index,
            _ => ranges.push((*index, *index)),
        }
    }
    let text = |(from, to): &(i64, i64)| match to - from {
        0 => from.to_string(),
        1 => format!("{from},{to}"),
        _ => format!("{from}-{to}"),
    };
    ranges.iter().map(text).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexes_round_trip() {
        for text in ["", "0", "0,1", "0-2", "1,3-5,7,8"] {
            assert_eq!(format(&parse(text)), text);
        }
    }
}
