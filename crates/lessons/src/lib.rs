//! The lesson format, its catalogue and its checks.
//!
//! A lesson is a folder of plain files that a static host serves and an author writes without Rust:
//! `lesson.en.md` and `lesson.ko.md` (the text), `checks.yaml` (the start state and the checks of each
//! step), `start/` (files for the home, manifests) and `solution.sh`. `lessons/README.md` is the author's
//! guide. This crate parses them into [`Lesson`], evaluates them over a read-only [`World`] into a
//! [`Report`], remembers what has passed in [`Progress`], and holds authors to the rules in [`validate()`].
//!
//! Two libraries were measured and left out, because the whole page has to fit in one megabyte:
//!
//! * CEL for expressions: `cel` costs 163 kB (brotli) without its default features. Field paths as
//!   `kubectl -o jsonpath` writes them, with a handful of matchers, say all that the checks need.
//! * `pulldown-cmark` for the text: 55 kB. The lessons use a small subset of Markdown, and an own parser
//!   can refuse the rest with a line number. CommonMark's rules for `**` also break on Korean, where a
//!   particle follows the bold word at once: `**파드(Pod)**는` would stay literal.

mod catalogue;
mod check;
mod document;
mod error;
mod evaluate;
mod field_path;
mod language;
mod lesson;
mod markdown;
mod progress;
mod template;
mod validate;
mod world;

pub use catalogue::{Catalogue, Course, Entry};
pub use check::{
    Check, Checks, CommandProbe, ConditionProbe, CountProbe, FieldTest, FileProbe, HttpProbe, LogProbe,
    Probe, Start, Target, TextTest, Variable,
};
pub use document::{AsideKind, Block, ConsoleEntry, Inline, Step, Text, plain_text};
pub use error::LessonError;
pub use evaluate::evaluate;
pub use field_path::FieldPath;
pub use language::{Language, Localized};
pub use lesson::{Files, LESSON_FILES, Lesson};
pub use progress::{CheckReport, Progress, Report, StepReport, StepState};
pub use template::Template;
pub use validate::{PARAGRAPH_COLUMNS, Problem, validate, validate_catalogue};
pub use world::{CommandRun, Host, HttpAnswer, LocalBoxFuture, ObjectQuery, World};
