//! File name patterns: `*`, `?`, `[a-z]`, `[!x]`, backslash escapes.

use crate::{FileSystem, join};

/// Whether `name` matches `pattern` as in `case` of a shell: `*` also matches `/` and a leading dot.
pub fn glob_matches(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    matches(&pattern, &name)
}

fn matches(pattern: &[char], name: &[char]) -> bool {
    // The usual two-pointer walk: on a mismatch, the last `*` takes one character more.
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        if pattern.get(p) == Some(&'*') {
            star = Some((p, n));
            p += 1;
            continue;
        }
        if let Some(length) = one(&pattern[p..], name[n]) {
            p += length;
            n += 1;
            continue;
        }
        let Some((star_p, star_n)) = star else { return false };
        star = Some((star_p, star_n + 1));
        p = star_p + 1;
        n = star_n + 1;
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// How many characters of the pattern match the one character, if they do.
fn one(pattern: &[char], c: char) -> Option<usize> {
    match pattern {
        ['?', ..] => Some(1),
        ['\\', escaped, ..] => (*escaped == c).then_some(2),
        ['[', ..] => match bracket(pattern, c) {
            Bracket::Open => (c == '[').then_some(1),
            Bracket::Closed { length, matched } => matched.then_some(length),
        },
        [first, ..] => (*first == c).then_some(1),
        [] => None,
    }
}

/// What a `[` begins.
enum Bracket {
    /// Nothing: no `]` follows, the bracket stands for itself.
    Open,
    /// An expression of that many characters, and whether the character is in it.
    Closed { length: usize, matched: bool },
}

fn bracket(pattern: &[char], c: char) -> Bracket {
    closed_bracket(pattern, c).unwrap_or(Bracket::Open)
}

fn closed_bracket(pattern: &[char], c: char) -> Option<Bracket> {
    let mut i = 1;
    let negated = matches!(pattern.get(i), Some('!' | '^'));
    if negated {
        i += 1;
    }
    let start = i;
    let mut found = false;
    loop {
        let first = *pattern.get(i)?;
        if first == ']' && i > start {
            return Some(Bracket::Closed { length: i + 1, matched: found != negated });
        }
        if first == '[' && pattern.get(i + 1) == Some(&':') {
            let end =
                (i + 2..pattern.len()).find(|j| pattern[*j] == ':' && pattern.get(j + 1) == Some(&']'))?;
            let class: String = pattern[i + 2..end].iter().collect();
            found |= in_class(&class, c);
            i = end + 2;
            continue;
        }
        if pattern.get(i + 1) == Some(&'-') && pattern.get(i + 2).is_some_and(|last| *last != ']') {
            found |= (first..=pattern[i + 2]).contains(&c);
            i += 3;
        } else {
            found |= first == c;
            i += 1;
        }
    }
}

fn in_class(class: &str, c: char) -> bool {
    match class {
        "alpha" => c.is_alphabetic(),
        "digit" => c.is_ascii_digit(),
        "alnum" => c.is_alphanumeric(),
        "upper" => c.is_uppercase(),
        "lower" => c.is_lowercase(),
        "space" => c.is_whitespace(),
        "blank" => c == ' ' || c == '\t',
        "punct" => c.is_ascii_punctuation(),
        "xdigit" => c.is_ascii_hexdigit(),
        _ => false,
    }
}

/// The paths that match `pattern`, sorted, seen from the directory `cwd`; relative if the pattern is.
/// Names that begin with a dot match only a pattern that does. No match gives an empty list.
pub fn glob(files: &FileSystem, cwd: &str, pattern: &str) -> Vec<String> {
    let absolute = pattern.starts_with('/');
    let mut found = vec![if absolute { "/".to_owned() } else { String::new() }];
    let parts: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty()).collect();
    for (index, part) in parts.iter().enumerate() {
        let last = index + 1 == parts.len();
        let mut next = Vec::new();
        for base in &found {
            let directory = join(cwd, if base.is_empty() { "." } else { base });
            if !part.contains(['*', '?', '[', '\\']) {
                let path = extend(base, part);
                if files.symlink_metadata(&join(cwd, &path)).is_ok() {
                    next.push(path);
                }
                continue;
            }
            let Ok(entries) = files.read_directory(&directory) else { continue };
            for entry in entries {
                let hidden = entry.name.starts_with('.') && !part.starts_with('.');
                let path = extend(base, &entry.name);
                if !hidden
                    && glob_matches(part, &entry.name)
                    && (last || files.is_directory(&join(cwd, &path)))
                {
                    next.push(path);
                }
            }
        }
        found = next;
    }
    found.retain(|path| !path.is_empty());
    if pattern.ends_with('/') {
        found.retain(|path| files.is_directory(&join(cwd, path)));
        for path in &mut found {
            path.push('/');
        }
    }
    found.sort();
    found
}

fn extend(base: &str, name: &str) -> String {
    if base.is_empty() {
        name.to_owned()
    } else if base.ends_with('/') {
        format!("{base}{name}")
    } else {
        format!("{base}/{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, name, expected) in [
            ("*.yaml", "pod.yaml", true),
            ("*.yaml", "pod.yml", false),
            ("a*b*c", "a-b-b-c", true),
            ("[a-c]?", "bz", true),
            ("[!a-c]?", "bz", false),
            ("[[:digit:]]*", "1x", true),
            ("\\*", "*", true),
            ("[", "[", true),
        ] {
            assert_eq!(glob_matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn expands() {
        let files = FileSystem::new(crate::Tree::new(), std::rc::Rc::new(|| 0));
        for path in ["/r/b.yaml", "/r/a.yaml", "/r/.hidden", "/r/d/c.yaml"] {
            files.create_directories(crate::parent(path)).unwrap();
            files.write(path, b"").unwrap();
        }
        assert_eq!(glob(&files, "/r", "*.yaml"), ["a.yaml", "b.yaml"]);
        assert_eq!(glob(&files, "/", "/r/*/*.yaml"), ["/r/d/c.yaml"]);
        assert_eq!(glob(&files, "/r", "*"), ["a.yaml", "b.yaml", "d"]);
        assert_eq!(glob(&files, "/r", "d*/"), ["d/"]);
        assert!(glob(&files, "/r", "x*").is_empty());
    }
}
