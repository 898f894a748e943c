//! Numbers that may be percentages, and counters in statuses.

use podground_api::{Value, object};

/// A number or a percentage of `total`; 0 where it is neither.
// Upstream: apimachinery pkg/util/intstr GetScaledValueFromIntOrPercent
pub fn scaled(value: &Value, total: i64, round_up: bool) -> i64 {
    if let Some(number) = value.as_i64() {
        return number;
    }
    let percent =
        value.as_str().and_then(|text| text.strip_suffix('%')).and_then(|text| text.parse::<i64>().ok());
    let Some(percent) = percent else { return 0 };
    let product = percent.saturating_mul(total);
    if round_up { (product + 99).div_euclid(100) } else { product.div_euclid(100) }
}

/// Sets a counter; zero is shown by its absence, as Go's `omitempty` does.
pub fn set_count(status: &mut Value, field: &str, count: usize) {
    if count == 0 {
        if let Some(map) = status.as_object_mut() {
            map.remove(field);
        }
    } else {
        object::set_at(status, &["/", field].concat(), count.into());
    }
}

/// A number in an object, 0 where there is none.
pub fn count_at(value: &Value, pointer: &str) -> i64 {
    object::i64_at(value, pointer).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use podground_api::json;

    #[test]
    fn percentages_round_as_asked() {
        assert_eq!(scaled(&json!("25%"), 3, true), 1);
        assert_eq!(scaled(&json!("25%"), 3, false), 0);
        assert_eq!(scaled(&json!(2), 3, false), 2);
        assert_eq!(scaled(&json!("x"), 3, false), 0);
    }
}
