//! File patterns: `*` is anything but a slash, `**` is anything.

/// Whether `path` matches `pattern` as a whole.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    let Some(star) = pattern.find('*') else { return pattern == path };
    let Some(after) = path.strip_prefix(&pattern[..star]) else { return false };
    let deep = pattern[star..].starts_with("**");
    let rest = pattern[star..].trim_start_matches('*');
    let ends = after.char_indices().map(|(index, _)| index).chain([after.len()]);
    ends.take_while(|end| deep || !after[..*end].contains('/')).any(|end| matches(rest, &after[end..]))
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn stars() {
        assert!(matches("app-*.js", "app-0123.js"));
        assert!(!matches("app-*.js", "app-0123.css"));
        assert!(!matches("*.js", "vendor/a.js"));
        assert!(matches("vendor/**", "vendor/a/b.js"));
        assert!(matches("**.js", "vendor/a/b.js"));
        assert!(matches("index.html", "index.html"));
        assert!(!matches("index.html", "index.htm"));
        assert!(matches("a*c*e", "abcde"));
    }
}
