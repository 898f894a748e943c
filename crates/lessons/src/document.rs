//! The text of a lesson as a tree that the app renders without a parser of its own.

use serde::{Deserialize, Serialize};

/// A lesson's text in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Text {
    /// The title.
    pub title: String,
    /// What the learner can do afterwards, in one sentence.
    pub goal: String,
    /// About how long it takes.
    pub minutes: u32,
    /// The lessons of the same course that come before it.
    pub needs: Vec<String>,
    /// What stands before the first step.
    pub intro: Vec<Block>,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// What the learner now knows; shown when the lesson is solved.
    pub debrief: Vec<Block>,
}

/// One step: a little prose, perhaps a task that the checks of the same id judge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
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

/// The text of inlines without its mark-up.
pub fn plain_text(inlines: &[Inline]) -> String {
    inlines
        .iter()
        .map(|inline| match inline {
            Inline::Text { text } | Inline::Code { text } => text.clone(),
            Inline::Strong { children } | Inline::Emphasis { children } | Inline::Link { children, .. } => {
                plain_text(children)
            }
        })
        .collect()
}
