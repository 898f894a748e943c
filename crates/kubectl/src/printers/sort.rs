//! `--sort-by`.
//!
//! Upstream: `kubectl/pkg/cmd/get/sorter.go`

use std::cmp::Ordering;

use podground_api::Quantity;
use serde_json::Value;

use super::jsonpath::JsonPath;
use crate::error::{Error, Result};

/// The order of the objects by a field: their indexes.
pub(crate) fn order<'a>(
    objects: impl ExactSizeIterator<Item = &'a Value>,
    field: &str,
) -> Result<Vec<usize>> {
    let count = objects.len();
    if count <= 1 {
        return Ok((0..count).collect());
    }
    let path = JsonPath::parse_relaxed(field)
        .map_err(|why| Error::Local(format!("sorting error: {why}")))?
        .allow_missing(true);
    let mut keys = Vec::with_capacity(count);
    for object in objects {
        keys.push(path.values(object).map_err(Error::Local)?.into_iter().next());
    }
    if keys.iter().all(Option::is_none) {
        let shown = super::jsonpath::relax(field).unwrap_or_default();
        return Err(Error::Local(format!(
            "couldn't find any field with path {shown:?} in the list of objects"
        )));
    }
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|left, right| match (&keys[*left], &keys[*right]) {
        (None, None) => Ordering::Equal,
        (None, _) => Ordering::Less,
        (_, None) => Ordering::Greater,
        (Some(left), Some(right)) => compare(left, right),
    });
    Ok(order)
}

fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::String(left), Value::String(right)) => {
            match (Quantity::parse(left), Quantity::parse(right)) {
                (Ok(left), Ok(right)) => {
                    left.as_f64().partial_cmp(&right.as_f64()).unwrap_or(Ordering::Equal)
                }
                _ => natural(left, right),
            }
        }
        (Value::Number(left), Value::Number(right)) => {
            left.as_f64().partial_cmp(&right.as_f64()).unwrap_or(Ordering::Equal)
        }
        (Value::Bool(left), Value::Bool(right)) => left.cmp(right),
        (left, right) => left.to_string().cmp(&right.to_string()),
    }
}

/// Runs of digits compare as numbers.
pub(crate) fn natural(left: &str, right: &str) -> Ordering {
    let (mut left, mut right) = (left, right);
    loop {
        let (Some(l), Some(r)) = (left.chars().next(), right.chars().next()) else {
            return left.len().cmp(&right.len());
        };
        if l.is_ascii_digit() && r.is_ascii_digit() {
            let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
            let (l_end, r_end) = (digits(left), digits(right));
            let (l_number, r_number) =
                (left[..l_end].trim_start_matches('0'), right[..r_end].trim_start_matches('0'));
            let order = l_number.len().cmp(&r_number.len()).then_with(|| l_number.cmp(r_number));
            if order != Ordering::Equal {
                return order;
            }
            (left, right) = (&left[l_end..], &right[r_end..]);
        } else if l == r {
            (left, right) = (&left[l.len_utf8()..], &right[r.len_utf8()..]);
        } else {
            return l.cmp(&r);
        }
    }
}
