//! What `test`, `match`, `sub` and the like build on.

use jaq_core::Error;
use jaq_core::native::{bome, v};
use jaq_json::{Map, Val, ValR};
use regex_lite::{Match, RegexBuilder};

use super::{List, text};

pub(super) fn funs() -> List {
    vec![
        ("matches", v(2), |mut cv| {
            let (flags, pattern) = (cv.0.pop_var(), cv.0.pop_var());
            bome(parts(&cv.1, &pattern, &flags, false, true))
        }),
        ("split_matches", v(2), |mut cv| {
            let (flags, pattern) = (cv.0.pop_var(), cv.0.pop_var());
            bome(parts(&cv.1, &pattern, &flags, true, true))
        }),
        ("split_", v(2), |mut cv| {
            let (flags, pattern) = (cv.0.pop_var(), cv.0.pop_var());
            bome(parts(&cv.1, &pattern, &flags, true, false))
        }),
    ]
}

/// The matches of an expression, and the texts between them.
fn parts(input: &Val, pattern: &Val, flags: &Val, between: bool, matches: bool) -> ValR {
    let flags = if matches!(flags, Val::Null) { String::new() } else { text(flags)? };
    let (input, pattern) = (text(input)?, text(pattern)?);
    if let Some(unknown) = flags.chars().find(|flag| !"ginmslxp".contains(*flag)) {
        let _ = unknown;
        return Err(Error::str(format!("{flags} is not a valid modifier string")));
    }
    let has = |flag: char| flags.contains(flag);
    // Oniguruma's `s` and `m` are not Perl's: a dot matches newlines by `s` or `p` here as in jq's manual.
    let regex = RegexBuilder::new(&pattern)
        .case_insensitive(has('i'))
        .ignore_whitespace(has('x'))
        .dot_matches_new_line(has('s') || has('p'))
        .multi_line(true)
        .build()
        .map_err(|error| Error::str(format!("{pattern} (at offset 0) is not a valid regex: {error}")))?;
    let names: Vec<Option<&str>> = regex.capture_names().collect();
    let mut out = Vec::new();
    let mut last = 0;
    for captures in regex.captures_iter(&input) {
        let Some(whole) = captures.get(0) else { break };
        if has('n') && whole.is_empty() {
            continue;
        }
        if between {
            out.push(Val::from(input[last..whole.start()].to_owned()));
            last = whole.end();
        }
        if matches {
            let groups = (0..captures.len()).map(|index| {
                fields(
                    &input,
                    captures.get(index),
                    match index {
                        0 => Name::Whole,
                        _ => Name::Group(names.get(index).copied().flatten()),
                    },
                )
            });
            out.push(groups.collect());
        }
        if !has('g') {
            break;
        }
    }
    if between {
        out.push(Val::from(input[last..].to_owned()));
    }
    Ok(out.into_iter().collect())
}

/// Whether a match is the whole, or a group with a name or without.
enum Name<'n> {
    Whole,
    Group(Option<&'n str>),
}

/// A match as an object; groups have a name, which may be null.
fn fields(input: &str, found: Option<Match<'_>>, name: Name<'_>) -> Val {
    let offset = found.map_or(-1, |found| input[..found.start()].chars().count() as isize);
    let length = found.map_or(0, |found| found.as_str().chars().count() as isize);
    let string = found.map_or(Val::Null, |found| Val::from(found.as_str().to_owned()));
    let mut map = Map::default();
    let mut put = |key: &str, value: Val| map.insert(Val::from(key.to_owned()), value);
    put("offset", Val::from(offset));
    put("length", Val::from(length));
    put("string", string);
    match name {
        Name::Whole => {}
        Name::Group(name) => drop(put("name", name.map_or(Val::Null, |name| Val::from(name.to_owned())))),
    }
    Val::obj(map)
}
