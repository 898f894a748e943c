//! Links in our documents lead somewhere.

use super::{no_complaints, read, root, sources};

/// Targets of `[text](target)`, outside of fenced code.
fn targets(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        if fenced {
            continue;
        }
        for after in line.split("](").skip(1) {
            if let Some(end) = after.find(')') {
                found.push((index + 1, after[..end].split(' ').next().unwrap_or_default()));
            }
        }
    }
    found
}

/// A heading's name in a link, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let letters = heading.trim().to_lowercase();
    let kept = letters.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
    kept.map(|letter| if letter == ' ' { '-' } else { letter }).collect()
}

fn has_anchor(text: &str, wanted: &str) -> bool {
    text.lines().any(|line| line.starts_with('#') && anchor(line.trim_start_matches('#')) == wanted)
}

#[test]
fn links_lead_somewhere() {
    let mut complaints = Vec::new();
    for file in sources("md")
        .into_iter()
        .filter(|file| !file.starts_with("tests/transcripts/") && !file.starts_with("tests/manifests/"))
    {
        let text = read(&file);
        for (line, target) in targets(&text) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (path, wanted) = target.split_once('#').unwrap_or((target, ""));
            let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
            let other = if path.is_empty() { root().join(&file) } else { root().join(folder).join(path) };
            let shown = format!("{file}:{line}: {target}");
            if !other.exists() {
                complaints.push(format!("{shown}: there is no such file"));
            } else if !wanted.is_empty()
                && !std::fs::read_to_string(&other).is_ok_and(|text| has_anchor(&text, wanted))
            {
                complaints.push(format!("{shown}: there is no such heading"));
            }
        }
    }
    no_complaints(&complaints);
}
