//! A lesson as a whole.

use crate::{Checks, Language, LessonError, Text, markdown};
use std::collections::BTreeMap;

/// Text files by their path, relative to the lesson's folder.
pub type Files = BTreeMap<String, String>;

/// The files that every lesson has and that [`Lesson::parse`] needs; [`Checks::parse`] tells which others.
pub const LESSON_FILES: [&str; 3] = ["lesson.en.md", "lesson.ko.md", "checks.yaml"];

/// A lesson: its text in both languages, its start state, its checks, its solution.
#[derive(Clone, Debug, PartialEq)]
pub struct Lesson {
    /// Course and folder, such as `pods-and-labels/01-meet-the-pod`.
    pub id: String,
    /// The English text.
    pub en: Text,
    /// The Korean text.
    pub ko: Text,
    /// The start state and the checks of the steps.
    pub checks: Checks,
    /// The files of the learner's home at the start, by their path in it.
    pub home: Files,
    /// The manifests to apply before the start, in order: name and text.
    pub manifests: Vec<(String, String)>,
    /// The script that solves every step; the app may come without it.
    pub solution: Option<String>,
}

impl Lesson {
    /// Reads a lesson from the files of its folder. Errors name the file with the lesson's id before it.
    pub fn parse(id: &str, files: &Files) -> Result<Lesson, LessonError> {
        let text = |name: &str| {
            let path = format!("{id}/{name}");
            match files.get(name) {
                Some(text) => Ok((path, text)),
                None => Err(LessonError::in_file(&path, "the file is missing")),
            }
        };
        let (path, source) = text("checks.yaml")?;
        let checks = Checks::parse(&path, source)?;
        let read = |language: Language| {
            let (path, source) = text(&format!("lesson.{}.md", language.code()))?;
            markdown::parse(&path, source)
        };
        let started = |name: &String, folder: &str| {
            let (_, source) = text(&format!("{folder}/{name}"))?;
            Ok((name.clone(), source.clone()))
        };
        Ok(Lesson {
            id: id.to_string(),
            en: read(Language::En)?,
            ko: read(Language::Ko)?,
            home: checks.start.files.iter().map(|name| started(name, "start")).collect::<Result<_, _>>()?,
            manifests: checks
                .start
                .manifests
                .iter()
                .map(|name| started(name, "start/manifests"))
                .collect::<Result<_, _>>()?,
            solution: files.get("solution.sh").cloned(),
            checks,
        })
    }

    /// The text in `language`.
    pub fn text(&self, language: Language) -> &Text {
        match language {
            Language::En => &self.en,
            Language::Ko => &self.ko,
        }
    }

    /// The ids of the steps in order.
    pub fn step_ids(&self) -> impl Iterator<Item = &str> {
        self.en.steps.iter().map(|step| step.id.as_str())
    }
}

impl Checks {
    /// The files of the lesson's folder that the start state needs, beside [`LESSON_FILES`].
    pub fn start_paths(&self) -> Vec<String> {
        let homes = self.start.files.iter().map(|name| format!("start/{name}"));
        homes.chain(self.start.manifests.iter().map(|name| format!("start/manifests/{name}"))).collect()
    }
}
