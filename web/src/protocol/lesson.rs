//! A lesson as the page shows it, in the JSON of the lessons' own documents and reports.

use serde::{Deserialize, Serialize};

/// A text in each of the app's languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bilingual<T> {
    /// Korean.
    pub ko: T,
    /// English.
    pub en: T,
}

/// All courses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    /// In the order in which one takes them.
    pub courses: Vec<Course>,
}

/// A row of lessons on one subject.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// Its id, which is also its folder.
    pub id: String,
    /// Its name.
    pub title: Bilingual<String>,
    /// What it is about, in a sentence.
    pub summary: Bilingual<String>,
    /// In the order in which one takes them.
    pub lessons: Vec<CourseEntry>,
}

/// A lesson in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CourseEntry {
    /// Its folder within the course's.
    pub folder: String,
    /// Its name.
    pub title: Bilingual<String>,
}

impl Catalogue {
    /// All lessons with their ids, a course's after those of the course before it.
    pub fn lessons(&self) -> impl Iterator<Item = (String, &CourseEntry)> {
        self.courses.iter().flat_map(|course| {
            course.lessons.iter().map(|entry| (format!("{}/{}", course.id, entry.folder), entry))
        })
    }

    /// A lesson with its number, from 1.
    pub fn lesson(&self, id: &str) -> Option<(usize, &CourseEntry)> {
        let mut lessons = self.lessons().enumerate();
        lessons.find(|(_, (other, _))| other == id).map(|(index, (_, entry))| (index + 1, entry))
    }

    /// The lesson after that one.
    pub fn after(&self, id: &str) -> Option<(String, &CourseEntry)> {
        self.lessons().skip_while(|(other, _)| other != id).nth(1)
    }
}

/// A lesson in each language; both have the same steps.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LessonDocument {
    /// Its name in the catalogue.
    pub id: String,
    /// Its text.
    pub text: Bilingual<LessonText>,
}

/// A lesson's text in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LessonText {
    /// The title.
    pub title: String,
    /// What the learner can do afterwards, in one sentence.
    pub goal: String,
    /// About how long it takes.
    pub minutes: u32,
    /// What stands before the first step.
    pub intro: Vec<Block>,
    /// The steps in order.
    pub steps: Vec<LessonStep>,
    /// What the learner now knows; shown when the lesson is solved.
    pub debrief: Vec<Block>,
}

/// One step: a little prose, perhaps a task that the checks of the same id judge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LessonStep {
    /// The id, the same in both languages and in `checks.yaml`.
    pub id: String,
    /// The heading.
    pub title: Vec<Inline>,
    /// The body, hints left out.
    pub blocks: Vec<Block>,
    /// The hints, from the gentlest to the plainest; the app opens one at a time.
    pub hints: Vec<Vec<Block>>,
}

/// A block of text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Block {
    /// A paragraph.
    Paragraph {
        /// Its text.
        text: Vec<Inline>,
    },
    /// A list.
    List {
        /// Numbered or not.
        ordered: bool,
        /// Each item's blocks.
        items: Vec<Vec<Block>>,
    },
    /// Commands to type, with what they print. The app offers to type each command.
    Console {
        /// The terminal they belong to, counted from 1.
        terminal: u32,
        /// The machine whose prompt is shown; absent for the workstation.
        host: Option<String>,
        /// The commands.
        entries: Vec<ConsoleEntry>,
    },
    /// Code. With a file name the app offers to put it into that file of the learner's home.
    Code {
        /// The language, such as `yaml`; empty for plain text.
        language: String,
        /// The file it is meant for.
        file: Option<String>,
        /// The code, without a newline at its end.
        text: String,
    },
    /// A box beside the main text.
    Aside {
        /// What sort of box.
        kind: AsideKind,
        /// The line that shows while the box is folded; empty for a note without one.
        title: Vec<Inline>,
        /// What is inside.
        blocks: Vec<Block>,
    },
}

/// What sort of box an aside is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AsideKind {
    /// Worth knowing, always open.
    Note,
    /// A question to think about first; the answer is folded under it.
    Predict,
}

/// One command of a console block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsoleEntry {
    /// What to type; several lines for a here-document.
    pub command: String,
    /// What it prints, for showing only; empty where the lesson leaves it to the learner to see.
    pub output: String,
}

/// A piece of running text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Inline {
    /// Plain text.
    Text {
        /// The text.
        text: String,
    },
    /// Code, shown as written.
    Code {
        /// The code.
        text: String,
    },
    /// Strong emphasis.
    Strong {
        /// What is emphasised.
        children: Vec<Inline>,
    },
    /// Light emphasis.
    Emphasis {
        /// What is emphasised.
        children: Vec<Inline>,
    },
    /// A link.
    Link {
        /// Where it leads.
        href: String,
        /// Its text.
        children: Vec<Inline>,
    },
}

/// How a lesson stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LessonReport {
    /// Each step in order.
    pub steps: Vec<StepReport>,
    /// Whether all steps have passed.
    pub solved: bool,
}

/// How one step stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepReport {
    /// The step's id.
    pub id: String,
    /// Whether it has passed, is the one to do, or comes later.
    pub state: StepState,
    /// Its checks in order; empty for steps that come later.
    pub checks: Vec<CheckReport>,
}

/// Where a step is on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum StepState {
    /// Done.
    Passed,
    /// The one to do now.
    Current,
    /// Not yet looked at.
    Later,
}

/// How one check of the current step stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckReport {
    /// Whether it holds, or has been seen to hold where that is enough.
    pub passed: bool,
    /// What to tell the learner while it does not.
    pub message: Bilingual<String>,
    /// What was found instead, in the API's own words.
    pub found: Option<String>,
}
