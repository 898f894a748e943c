//! The command `s`.

use super::script::{Case, Part, Substitute};
use crate::regex::{Captures, Regex};

/// Replaces; `None` if nothing matched.
pub(super) fn substitute(command: &Substitute, regex: &Regex, space: &str) -> Option<String> {
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    let mut count = 0;
    let mut replaced = false;
    let mut last_end = None;
    while at <= space.len() {
        let Some(found) = captures_at(regex, space, at) else { break };
        let Some(all) = found.get(0) else { break };
        let empty_after_match = all.start() == all.end() && last_end == Some(all.start());
        if !empty_after_match {
            count += 1;
            if count >= command.nth {
                out.push_str(&space[copied..all.start()]);
                expand(&command.replacement, &found, &mut out);
                copied = all.end();
                replaced = true;
                if !command.global {
                    break;
                }
            }
        }
        last_end = Some(all.end());
        at = if all.end() > all.start() {
            all.end()
        } else {
            all.end() + space[all.end()..].chars().next().map_or(1, char::len_utf8)
        };
    }
    if !replaced {
        return None;
    }
    out.push_str(&space[copied..]);
    Some(out)
}

fn captures_at<'a>(regex: &Regex, space: &'a str, at: usize) -> Option<Captures<'a>> {
    regex.captures_at(space, at)
}

fn expand(parts: &[Part], found: &Captures<'_>, out: &mut String) {
    let (mut case, mut next) = (Case::End, Case::End);
    let mut push = |text: &str, case: Case, next: &mut Case| {
        for c in text.chars() {
            let one = if *next == Case::End { case } else { std::mem::replace(next, Case::End) };
            match one {
                Case::Upper | Case::UpperNext => out.extend(c.to_uppercase()),
                Case::Lower | Case::LowerNext => out.extend(c.to_lowercase()),
                Case::End => out.push(c),
            }
        }
    };
    for part in parts {
        match part {
            Part::Text(text) => push(text, case, &mut next),
            Part::Group(index) => {
                push(found.get(*index).map_or("", |group| group.as_str()), case, &mut next);
            }
            Part::Case(change @ (Case::UpperNext | Case::LowerNext)) => next = *change,
            Part::Case(change) => case = *change,
        }
    }
}
