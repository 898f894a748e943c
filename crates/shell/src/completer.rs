//! What completes the arguments of a command when Tab is pressed.

use std::collections::BTreeMap;
use std::rc::Rc;

use podground_sim::LocalBoxFuture;

use crate::Host;

/// What is to be completed.
#[derive(Clone)]
pub struct CompletionRequest {
    /// The machine.
    pub host: Rc<Host>,
    /// The exported variables.
    pub env: BTreeMap<String, String>,
    /// The working directory.
    pub cwd: String,
    /// The words of the command, unquoted, aliases replaced: `kubectl get po ng`.
    pub words: Vec<String>,
    /// Which of the words the cursor is in; it may be empty.
    pub current: usize,
    /// What of the current word stands before the cursor.
    pub prefix: String,
}

/// A possible completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The whole word.
    pub text: String,
    /// Whether the word goes on behind it, so that no space follows: `--namespace=`, a folder.
    pub open: bool,
}

impl Candidate {
    /// A word that is then finished.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), open: false }
    }

    /// A word that goes on.
    pub fn open(text: impl Into<String>) -> Self {
        Self { text: text.into(), open: true }
    }
}

/// The answer of a completer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Completion {
    /// These; what does not begin with the prefix is dropped by the shell.
    Candidates(Vec<Candidate>),
    /// Names of files.
    Files,
}

/// Completes the arguments of a command.
pub type Completer = Rc<dyn Fn(CompletionRequest) -> LocalBoxFuture<'static, Completion>>;
