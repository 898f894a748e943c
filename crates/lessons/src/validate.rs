//! The rules that every lesson keeps beyond being readable.

use crate::markdown::DEBRIEF;
use crate::{Block, Catalogue, Check, Files, Language, Lesson, Step, Text, plain_text};
use std::collections::BTreeSet;
use std::fmt;

/// How wide a paragraph may be in all: four lines of the lesson pane. A Hangul syllable takes two columns.
pub const PARAGRAPH_COLUMNS: usize = 4 * 60;

/// A rule that a lesson breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: String,
    /// Which rule, and where.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.message)
    }
}

struct Problems<'a> {
    lesson: &'a str,
    found: Vec<Problem>,
}

impl Problems<'_> {
    fn add(&mut self, file: &str, message: impl Into<String>) {
        self.found.push(Problem { file: format!("{}/{file}", self.lesson), message: message.into() });
    }
}

/// Every rule the lesson breaks; `files` are those of its folder, by which unused ones are found.
pub fn validate(lesson: &Lesson, files: &Files) -> Vec<Problem> {
    let mut problems = Problems { lesson: &lesson.id, found: Vec::new() };
    for language in Language::ALL {
        text(&mut problems, language, lesson.text(language));
    }
    same_in_both(&mut problems, &lesson.en, &lesson.ko);
    checks(&mut problems, lesson);
    folder(&mut problems, lesson, files);
    problems.found
}

/// Every rule the catalogue breaks, given its lessons.
pub fn validate_catalogue(catalogue: &Catalogue, lessons: &[Lesson]) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut problem = |message: String| found.push(Problem { file: "index.yaml".to_string(), message });
    let mut seen = BTreeSet::new();
    for id in catalogue.lesson_ids() {
        let Some(lesson) = lessons.iter().find(|lesson| lesson.id == id) else {
            problem(format!("{id}: there is no such lesson"));
            continue;
        };
        let course = id.split('/').next().unwrap_or_default();
        for (language, title) in catalogue.entry(&id).into_iter().flat_map(|entry| entry.title.iter()) {
            if title != lesson.text(language).title {
                problem(format!("{id}: the {} title is not that of the lesson", language.code()));
            }
        }
        for need in &lesson.en.needs {
            if !seen.contains(&format!("{course}/{need}")) {
                problem(format!("{id}: needs {need:?}, which does not come before it"));
            }
        }
        if !seen.insert(id.clone()) {
            problem(format!("{id}: listed twice"));
        }
    }
    for lesson in lessons {
        if !seen.contains(&lesson.id) {
            problem(format!("{}: not listed", lesson.id));
        }
    }
    found
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7a3}' | '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}')
}

/// Columns as a terminal counts them, near enough for Korean.
fn columns(text: &str) -> usize {
    text.chars().map(|c| if is_hangul(c) { 2 } else { 1 }).sum()
}

fn text(problems: &mut Problems<'_>, language: Language, text: &Text) {
    let file = format!("lesson.{}.md", language.code());
    if text.title.trim().is_empty() || text.goal.trim().is_empty() {
        problems.add(&file, "title and goal are not empty");
    }
    if !(1..=30).contains(&text.minutes) {
        problems.add(&file, "a lesson takes 1 to 30 minutes");
    }
    if text.intro.is_empty() || text.debrief.is_empty() {
        problems.add(&file, format!("say something before the first step and in `## … {{#{DEBRIEF}}}`"));
    }
    if text.steps.is_empty() {
        problems.add(&file, "there are no steps");
    }
    let mut words = format!("{} {}", text.title, text.goal);
    let mut paragraph = |where_: &str, paragraph: String| {
        if columns(&paragraph) > PARAGRAPH_COLUMNS {
            let start: String = paragraph.chars().take(30).collect();
            problems.add(&file, format!("{where_}: a paragraph is over four lines: {start:?}…"));
        }
        words.push_str(&paragraph);
    };
    walk(&text.intro, &mut |block| prose(block, |text| paragraph("before the steps", text)));
    walk(&text.debrief, &mut |block| prose(block, |text| paragraph(DEBRIEF, text)));
    for step in &text.steps {
        paragraph(&step.id, plain_text(&step.title));
        for blocks in std::iter::once(&step.blocks).chain(&step.hints) {
            walk(blocks, &mut |block| prose(block, |text| paragraph(&step.id, text)));
        }
    }
    if words.chars().any(is_hangul) != (language == Language::Ko) {
        problems.add(&file, "the text is in the other language");
    }
}

fn prose(block: &Block, mut each: impl FnMut(String)) {
    match block {
        Block::Paragraph { text } => each(plain_text(text)),
        Block::Aside { title, .. } => each(plain_text(title)),
        _ => {}
    }
}

/// Visits each block and those inside it.
fn walk<'b>(blocks: &'b [Block], visit: &mut impl FnMut(&'b Block)) {
    for block in blocks {
        visit(block);
        match block {
            Block::List { items, .. } => items.iter().for_each(|item| walk(item, visit)),
            Block::Aside { blocks, .. } => walk(blocks, visit),
            _ => {}
        }
    }
}

/// What a step makes the learner do, without its prose: comments in code may be translated.
fn doings(blocks: &[Block]) -> Vec<String> {
    let mut found = Vec::new();
    walk(blocks, &mut |block| match block {
        Block::Console { terminal, host, entries } => {
            let host = host.as_deref().unwrap_or("workstation");
            found.extend(entries.iter().map(|entry| format!("{terminal} {host}$ {}", entry.command)));
        }
        Block::Code { language, file, text } => {
            let lines = text.lines().map(|line| line.split(" #").next().unwrap_or(line).trim_end());
            let code: Vec<&str> = lines.filter(|line| !line.trim_start().starts_with('#')).collect();
            let file = file.as_deref().unwrap_or_default();
            found.push(format!("{language} {file}\n{}", code.join("\n")));
        }
        Block::Aside { kind, .. } => found.push(format!("{kind:?}")),
        Block::Paragraph { .. } | Block::List { .. } => {}
    });
    found
}

fn same_in_both(problems: &mut Problems<'_>, en: &Text, ko: &Text) {
    let file = "lesson.ko.md";
    if (en.minutes, &en.needs) != (ko.minutes, &ko.needs) {
        problems.add(file, "minutes or needs are not those of lesson.en.md");
    }
    let ids = |text: &Text| text.steps.iter().map(|step| step.id.clone()).collect::<Vec<_>>();
    if ids(en) != ids(ko) {
        problems.add(file, format!("steps {:?} are not those of lesson.en.md, {:?}", ids(ko), ids(en)));
        return;
    }
    let mut same = |place: &str, en: &[Block], ko: &[Block]| {
        let (en, ko) = (doings(en), doings(ko));
        if let Some(at) = (0..en.len().max(ko.len())).find(|&at| en.get(at) != ko.get(at)) {
            problems.add(
                file,
                format!("{place}: block {} differs: {:?}, in English {:?}", at + 1, ko.get(at), en.get(at)),
            );
        }
    };
    same("before the steps", &en.intro, &ko.intro);
    same(DEBRIEF, &en.debrief, &ko.debrief);
    for (en, ko) in en.steps.iter().zip(&ko.steps) {
        same(&en.id, &en.blocks, &ko.blocks);
        for (en_hint, ko_hint) in en.hints.iter().zip(&ko.hints) {
            same(&en.id, en_hint, ko_hint);
        }
    }
    for (en, ko) in en.steps.iter().zip(&ko.steps) {
        if en.hints.len() != ko.hints.len() {
            problems.add(file, format!("{}: {} hints, in English {}", en.id, ko.hints.len(), en.hints.len()));
        }
    }
}

fn checks(problems: &mut Problems<'_>, lesson: &Lesson) {
    let file = "checks.yaml";
    for id in lesson.checks.steps.keys() {
        if !lesson.en.steps.iter().any(|step| step.id == *id) {
            problems.add(file, format!("steps.{id}: the lesson has no such step"));
        }
    }
    let has_checks = |step: &Step| lesson.checks.steps.get(&step.id).is_some_and(|checks| !checks.is_empty());
    if !lesson.en.steps.iter().any(has_checks) {
        problems.add(file, "no step has a check");
    }
    for step in lesson.en.steps.iter().filter(|step| has_checks(step) && step.hints.is_empty()) {
        problems.add("lesson.en.md", format!("{}: a step that is checked has a hint", step.id));
    }
    for (id, checks) in &lesson.checks.steps {
        for (at, Check { on_fail, .. }) in checks.iter().enumerate() {
            for (language, message) in on_fail.iter() {
                if message.trim().is_empty() || message.chars().any(is_hangul) != (language == Language::Ko) {
                    let code = language.code();
                    problems
                        .add(file, format!("steps.{id}[{at}].onFail.{code}: not a message in that language"));
                }
            }
        }
    }
}

fn folder(problems: &mut Problems<'_>, lesson: &Lesson, files: &Files) {
    if lesson.solution.as_deref().is_none_or(|script| script.trim().is_empty()) {
        problems.add("solution.sh", "the solution is missing");
    }
    let known: BTreeSet<String> = lesson
        .checks
        .start_paths()
        .into_iter()
        .chain(crate::LESSON_FILES.map(str::to_string))
        .chain(["solution.sh".to_string()])
        .collect();
    for path in files.keys().filter(|path| !known.contains(*path)) {
        problems.add(path, "checks.yaml does not name this file under start");
    }
    for (name, text) in &lesson.manifests {
        // Stops at the first error: the reader would repeat it for ever.
        let objects = serde_yaml::Deserializer::from_str(text)
            .map(<serde_json::Value as serde::Deserialize>::deserialize)
            .collect::<Result<Vec<_>, _>>();
        let problem = match objects {
            Err(error) => error.to_string(),
            Ok(objects) => {
                let whole = |object: &serde_json::Value| {
                    object["kind"].is_string() && object["metadata"]["name"].is_string()
                };
                if objects.iter().all(whole) {
                    continue;
                }
                "an object has no kind or no name".to_string()
            }
        };
        problems.add(&format!("start/manifests/{name}"), problem);
    }
}
