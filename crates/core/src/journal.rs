//! The journal: a session is its configuration and its inputs.

use podground_lessons::Files;
use serde::{Deserialize, Serialize};

use crate::session::{SessionConfig, TerminalId};

/// The version of the format; a journal of another one cannot be replayed.
const VERSION: u32 = 1;

/// What came from outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "do")]
pub enum Input {
    /// A terminal was opened.
    Open {
        /// Characters in a line.
        columns: u16,
        /// Lines.
        rows: u16,
    },
    /// A terminal was closed.
    Close {
        /// Which.
        terminal: TerminalId,
    },
    /// A terminal has another size.
    Resize {
        /// Which.
        terminal: TerminalId,
        /// Characters in a line.
        columns: u16,
        /// Lines.
        rows: u16,
    },
    /// Something was typed or pasted.
    Input {
        /// Into which terminal.
        terminal: TerminalId,
        /// What.
        text: String,
    },
    /// The editor saved a file.
    Write {
        /// Its path.
        path: String,
        /// Its text.
        text: String,
    },
    /// A lesson was opened.
    Lesson {
        /// Its name in the catalogue.
        id: String,
        /// Its files.
        files: Files,
    },
    /// A node was switched off, or on again.
    Node {
        /// Its name.
        name: String,
        /// Whether it was switched off.
        off: bool,
    },
    /// The clock ran ahead until nothing moved.
    Settle,
}

/// An input and the point at which it came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The virtual time, nanoseconds since the Unix epoch.
    pub time: u64,
    /// How often tasks had been polled.
    pub polls: u64,
    /// The input.
    #[serde(flatten)]
    pub input: Input,
}

/// All that a session was made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Journal {
    /// What it started from.
    pub config: SessionConfig,
    /// The inputs, in order.
    pub events: Vec<Event>,
}

#[derive(Serialize, Deserialize)]
struct Document {
    version: u32,
    config: SessionConfig,
    events: Vec<Event>,
}

impl Journal {
    /// The journal as JSON.
    pub fn to_json(&self) -> String {
        let document =
            Document { version: VERSION, config: self.config.clone(), events: self.events.clone() };
        serde_json::to_string(&document).unwrap_or_default()
    }

    /// Reads [`Self::to_json`]; the error says what is wrong.
    pub fn from_json(text: &str) -> Result<Self, String> {
        let document: Document =
            serde_json::from_str(text).map_err(|error| format!("not a Podground journal: {error}"))?;
        if document.version != VERSION {
            return Err(format!(
                "the journal has version {}, this Podground replays version {VERSION}",
                document.version
            ));
        }
        Ok(Self { config: document.config, events: document.events })
    }
}
