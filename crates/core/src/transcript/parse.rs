//! Reading transcripts.

use std::time::Duration;

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
    /// `%settle`
    Settle,
    /// `%advance 5s`
    Advance(Duration),
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
        let Some(Line::Command { command, output, status }) = self.lines.last_mut() else {
            return Err(format!("line {number}: a console block holds commands: begin the line with `$ `"));
        };
        if in_command && (line == ">" || line.starts_with("> ")) {
            command.push('\n');
            command.push_str(line.strip_prefix("> ").unwrap_or_default());
            return Ok(true);
        }
        match line.strip_prefix("? ").and_then(|code| code.parse().ok()) {
            Some(code) => *status = code,
            None => output.push(line.to_owned()),
        }
        Ok(false)
    }
}
