//! What is wrong with a lesson file, and where.

use std::fmt;

/// A lesson file that cannot be read as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LessonError {
    /// The file, relative to the folder that was loaded.
    pub file: String,
    /// The line, counted from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong, naming the field where there is one.
    pub message: String,
}

impl LessonError {
    /// An error in `file` as a whole.
    pub fn in_file(file: &str, message: impl Into<String>) -> LessonError {
        LessonError { file: file.to_string(), line: None, message: message.into() }
    }

    /// An error at a line of `file`.
    pub fn at(file: &str, line: usize, message: impl Into<String>) -> LessonError {
        LessonError { file: file.to_string(), line: Some(line), message: message.into() }
    }

    /// What the YAML reader says; `first_line` is the line of the file on which the YAML starts.
    pub(crate) fn yaml(file: &str, first_line: usize, error: &serde_yaml::Error) -> LessonError {
        let mut message = error.to_string();
        let line = error.location().map(|place| {
            // The position becomes the prefix `file:line:`; twice is once too often.
            let suffix = format!(" at line {} column {}", place.line(), place.column());
            message = message.replace(&suffix, "");
            place.line() + first_line - 1
        });
        LessonError { file: file.to_string(), line, message }
    }
}

impl fmt::Display for LessonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl std::error::Error for LessonError {}
