//! Hashes of templates, for labels and names.

use podground_api::Value;

/// The characters that upstream writes digits as, so that no words appear in names.
const SAFE: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";

/// A short hash of a pod template.
// Upstream: pkg/controller/controller_utils.go ComputeHash. It hashes Go's own printing of the template,
// which nothing but Go can repeat; the form and the alphabet are the same.
pub fn safe(template: &Value, collisions: Option<i64>) -> String {
    let mut hash = 0x811c_9dc5_u32;
    let text = template.to_string();
    let collisions = collisions.map(|count| count.to_string()).unwrap_or_default();
    for byte in text.bytes().chain(collisions.bytes()) {
        hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    let digits = hash.to_string();
    digits.bytes().map(|digit| char::from(SAFE[usize::from(digit) % SAFE.len()])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use podground_api::json;

    #[test]
    fn hashes_are_short_and_safe() {
        let hash = safe(&json!({"spec": {"containers": []}}), None);
        assert!((1..=10).contains(&hash.len()) && hash.chars().all(|c| "456789bcdf".contains(c)));
        assert_ne!(hash, safe(&json!({"spec": {"containers": []}}), Some(1)));
    }
}
