//! What the page says stands in its two tables of strings, not in its code.

use super::{no_complaints, read, sources};

/// Not words of a language: keys, commands, file names.
const ALLOWED: &[&str] = &["kubectl run web --image=nginx", "pod.yaml", "Ctrl+S"];

/// What stands before a literal that the learner would see or hear.
const SHOWN_AFTER: &[&str] = &["{", ">", "aria-label=", "title=", "placeholder=", "alt="];

fn is_hangul(letter: char) -> bool {
    ('\u{1100}'..='\u{11ff}').contains(&letter)
        || ('\u{3130}'..='\u{318f}').contains(&letter)
        || ('\u{ac00}'..='\u{d7a3}').contains(&letter)
}

/// String literals of a source file, each with the code before it. Comments are left out.
fn literals(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
        let mut before = String::new();
        let mut rest = line;
        while let Some((code, after)) = rest.split_once('"') {
            before.push_str(code);
            let Some((literal, next)) = after.split_once('"') else { break };
            found.push((before.trim_end().to_owned(), literal.to_owned()));
            before.push_str("\"\"");
            rest = next;
        }
    }
    found
}

fn is_shown(before: &str) -> bool {
    !before.ends_with("=>") && SHOWN_AFTER.iter().any(|opening| before.ends_with(opening))
}

/// A capitalised word, or several words: not a class name, not the path of an icon.
fn is_language(literal: &str) -> bool {
    let words: Vec<&str> = literal
        .split(|letter: char| !letter.is_alphabetic())
        .filter(|word| word.chars().count() > 2)
        .collect();
    let capital = |word: &&str| word.starts_with(char::is_uppercase);
    words.iter().any(capital) || words.len() > 1 && literal.contains(' ')
}

#[test]
fn no_string_of_the_page_stands_in_its_code() {
    let mut complaints = Vec::new();
    for file in sources("rs") {
        if !file.starts_with("web/src/") || file.starts_with("web/src/app/strings") {
            continue;
        }
        let text = read(&file);
        if text.chars().any(is_hangul) {
            complaints.push(format!("{file}: Hangul outside of the tables"));
        }
        let in_components = file.contains("/components/") || file.ends_with("/app.rs");
        for (before, literal) in literals(&text).into_iter().filter(|_| in_components) {
            if is_shown(&before) && is_language(&literal) && !ALLOWED.contains(&literal.as_str()) {
                complaints.push(format!("{file}: \"{literal}\" belongs into app/strings/"));
            }
        }
    }
    no_complaints(&complaints);
}

#[test]
fn literals_are_found_with_what_precedes_them() {
    let line = r#"html! { <p title="Two words" class="a">{ "Hello" }</p> }"#;
    let found = literals(line);
    assert_eq!(found[0], ("html! { <p title=".to_owned(), "Two words".to_owned()));
    assert_eq!(found[2].1, "Hello");
    assert!(found[2].0.ends_with("{"));
}
