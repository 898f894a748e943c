//! Reading transcripts.

use std::time::Duration;

use super::{Act, keys};

/// A part of a transcript.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Anything that is not of a console block, and the fences themselves: printed as it is.
    Text(String),
    /// A command with what it printed and its exit status.
    Command {
        /// The command, its continuation lines joined by line breaks.
        command: String,
        /// The lines that it printed.
        output: Vec<String>,
        /// Its exit status.
        status: u8,
    },
    /// What is done at a terminal besides giving a command, with what was shown since and, where the
    /// command ended by it, its exit status.
    Act {
        /// What is done.
        act: Act,
        /// The lines that were shown.
        output: Vec<String>,
        /// The exit status of the command that ended.
        status: u8,
    },
    /// `%settle`
    Settle,
    /// `%advance 5s`
    Advance(Duration),
}

impl Line {
    /// What is compared of a part: its first line, its output, its exit status.
    pub fn step(&self) -> Option<(String, &[String], u8)> {
        match self {
            Self::Command { command, output, status } => Some((format!("$ {command}"), output, *status)),
            Self::Act { act, output, status } => Some((act.to_string(), output, *status)),
            Self::Text(_) | Self::Settle | Self::Advance(_) => None,
        }
    }
}

/// A transcript.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    /// The front matter's entries, in order.
    pub front_matter: Vec<(String, String)>,
    /// All parts, the front matter's text among them.
    pub lines: Vec<Line>,
}

impl Transcript {
    /// Reads a transcript; the error names the line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut transcript = Self::default();
        let (mut in_front_matter, mut in_console, mut in_command) = (false, false, false);
        for (index, line) in text.lines().enumerate() {
            if line == "---" && (index == 0 || in_front_matter) {
                in_front_matter = index == 0;
            } else if in_front_matter && let Some((key, value)) = line.split_once(':') {
                transcript.front_matter.push((key.trim().to_owned(), value.trim().to_owned()));
            } else if line.starts_with("```") {
                in_console = !in_console && line == "```console";
            } else if in_console {
                in_command = transcript.console_line(line, index + 1, in_command)?;
                continue;
            }
            transcript.lines.push(Line::Text(line.to_owned()));
        }
        Ok(transcript)
    }

    /// The value of a front matter entry.
    pub fn front_matter(&self, key: &str) -> Option<&str> {
        self.front_matter.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Takes one line of a console block; says whether the command may go on in the next.
    fn console_line(&mut self, line: &str, number: usize, in_command: bool) -> Result<bool, String> {
        if let Some(command) = line.strip_prefix("$ ") {
            let command = command.to_owned();
            self.lines.push(Line::Command { command, output: Vec::new(), status: 0 });
            return Ok(true);
        }
        if line == "%settle" {
            self.lines.push(Line::Settle);
            return Ok(false);
        }
        if let Some(span) = line.strip_prefix("%advance ") {
            let span = podground_api::duration::parse_go(span.trim()).ok_or_else(|| {
                format!("line {number}: %advance takes a duration such as 5s, not {span:?}")
            })?;
            self.lines.push(Line::Advance(span));
            return Ok(false);
        }
        if let Some(act) = act(line) {
            let act = act.map_err(|error| format!("line {number}: {error}"))?;
            self.lines.push(Line::Act { act, output: Vec::new(), status: 0 });
            return Ok(false);
        }
        if in_command
            && (line == ">" || line.starts_with("> "))
            && let Some(Line::Command { command, .. }) = self.lines.last_mut()
        {
            command.push('\n');
            command.push_str(line.strip_prefix("> ").unwrap_or_default());
            return Ok(true);
        }
        let Some(Line::Command { output, status, .. } | Line::Act { output, status, .. }) =
            self.lines.last_mut()
        else {
            return Err(format!("line {number}: a console block holds commands: begin the line with `$ `"));
        };
        match line.strip_prefix("? ").and_then(|code| code.parse().ok()) {
            Some(code) => *status = code,
            None => output.push(line.to_owned()),
        }
        Ok(false)
    }
}

/// Reads `%terminal N`, `%type TEXT` or `%key NAME…`.
fn act(line: &str) -> Option<Result<Act, String>> {
    let (name, rest) = line.split_once(' ').unwrap_or((line, ""));
    Some(match name {
        "%terminal" => match rest.trim().parse() {
            Ok(number @ 1..) => Ok(Act::Terminal(number)),
            _ => Err(format!("%terminal takes a number from 1 on, not {rest:?}")),
        },
        "%type" => Ok(Act::Type(rest.to_owned())),
        "%key" => {
            let names: Vec<String> = rest.split_whitespace().map(str::to_owned).collect();
            match names.iter().find(|name| keys::bytes(name).is_none()) {
                Some(unknown) => Err(format!("%key knows no key {unknown:?}")),
                None if names.is_empty() => Err("%key takes keys, such as Ctrl-C".to_owned()),
                None => Ok(Act::Key(names)),
            }
        }
        _ => return None,
    })
}
