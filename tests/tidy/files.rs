//! Files are short and finished.

use super::{no_complaints, read, sources};

const LONGEST: usize = 800;
const MEDIAN: usize = 200;

/// Written by `cargo xtask codegen`, read by nobody.
fn is_generated(text: &str) -> bool {
    text.lines().take(3).any(|line| line.contains("@generated"))
}

#[test]
fn source_files_are_short() {
    let mut complaints = Vec::new();
    let mut lengths = Vec::new();
    for file in sources("rs") {
        let text = read(&file);
        if is_generated(&text) {
            continue;
        }
        let lines = text.lines().count();
        lengths.push(lines);
        if lines > LONGEST {
            complaints.push(format!("{file}: {lines} lines, at most {LONGEST}: split it by topic"));
        }
    }
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    if median >= MEDIAN {
        complaints.push(format!("the median file has {median} lines: it should stay below {MEDIAN}"));
    }
    no_complaints(&complaints);
}

#[test]
fn nothing_is_left_undone_in_the_code() {
    // In two parts, so that this file does not accuse itself.
    let marks =
        [concat!("to", "do!("), concat!("unimple", "mented!("), concat!("FIX", "ME"), concat!("XX", "X:")];
    let mut complaints = Vec::new();
    for extension in ["rs", "mjs", "js", "css"] {
        for file in sources(extension) {
            for (index, line) in read(&file).lines().enumerate() {
                if let Some(mark) = marks.iter().find(|mark| line.contains(**mark)) {
                    complaints.push(format!("{file}:{}: {mark}", index + 1));
                }
            }
        }
    }
    no_complaints(&complaints);
}

#[test]
fn text_files_are_clean() {
    let mut complaints = Vec::new();
    for extension in ["rs", "toml", "mjs", "js", "css", "html", "json"] {
        for file in sources(extension) {
            let text = read(&file);
            if text.contains('\r') {
                complaints.push(format!("{file}: carriage returns"));
            }
            if !text.is_empty() && !text.ends_with('\n') {
                complaints.push(format!("{file}: no newline at its end"));
            }
        }
    }
    no_complaints(&complaints);
}
