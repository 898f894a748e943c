//! Prompts: the escapes of PS1, PS2, PS4.

use super::parser::{Parser, Quoting};
use super::state::Shell;

impl Shell {
    /// A prompt's text: its escapes, then its expansions.
    pub(crate) async fn prompt_text(&mut self, prompt: &str) -> String {
        let decoded = self.decode_prompt(prompt);
        if !decoded.contains(['$', '`', '\\']) {
            return decoded;
        }
        let Ok(word) = Parser::word_of(&decoded, Quoting::Document) else { return decoded };
        match Box::pin(self.expand_document(&word)).await {
            Ok(text) => text,
            Err(_) => decoded,
        }
    }

    fn decode_prompt(&self, prompt: &str) -> String {
        let mut out = String::new();
        let mut chars = prompt.chars().peekable();
        while let Some(c) = chars.next() {
            if c != '\\' {
                out.push(c);
                continue;
            }
            let Some(escape) = chars.next() else {
                out.push('\\');
                break;
            };
            match escape {
                'D' => {
                    let format: String =
                        chars.by_ref().skip_while(|c| *c == '{').take_while(|c| *c != '}').collect();
                    out.push_str(&self.clock(if format.is_empty() { "%H:%M:%S" } else { &format }));
                }
                digit if digit.is_digit(8) => {
                    let mut value = digit.to_digit(8).unwrap_or(0);
                    for _ in 0..2 {
                        let Some(next) = chars.peek().and_then(|c| c.to_digit(8)) else { break };
                        value = value * 8 + next;
                        chars.next();
                    }
                    out.extend(char::from_u32(value));
                }
                escape => self.prompt_escape(escape, &mut out),
            }
        }
        out
    }

    fn prompt_escape(&self, escape: char, out: &mut String) {
        let process = &self.process;
        let hostname = process.host.hostname.borrow().clone();
        match escape {
            'a' => out.push('\x07'),
            'e' => out.push('\x1b'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            'h' => out.push_str(hostname.split('.').next().unwrap_or_default()),
            'H' => out.push_str(&hostname),
            'u' => out.push_str(
                &process.host.user_name(process.uid).unwrap_or_else(|| "I have no name!".to_owned()),
            ),
            'w' => out.push_str(&self.short_directory()),
            'W' => {
                let short = self.short_directory();
                let name = if short == "/" { "/" } else { podground_vfs::base_name(&short) };
                out.push_str(name);
            }
            '$' => out.push(if process.uid == 0 { '#' } else { '$' }),
            's' => out.push_str(podground_vfs::base_name(&self.name)),
            'v' => out.push_str("5.2"),
            'V' => out.push_str("5.2.15"),
            'j' => out.push_str(&self.jobs.list.len().to_string()),
            'l' => out.push_str(
                &process
                    .terminal()
                    .map_or_else(|| "tty".to_owned(), |t| podground_vfs::base_name(&t.name()).to_owned()),
            ),
            't' => out.push_str(&self.clock("%H:%M:%S")),
            'T' => out.push_str(&self.clock("%I:%M:%S")),
            '@' => out.push_str(&self.clock("%I:%M %p")),
            'A' => out.push_str(&self.clock("%H:%M")),
            'd' => out.push_str(&self.clock("%a %b %d")),
            '!' | '#' => out.push_str(&(self.history.first + self.history.lines.len() + 1).to_string()),
            // What does not move the cursor stands between these.
            '[' => out.push('\x01'),
            ']' => out.push('\x02'),
            '\\' => out.push_str("\\\\"),
            other => {
                out.push('\\');
                out.push(other);
            }
        }
    }

    /// The working directory with `~` for the home directory.
    fn short_directory(&self) -> String {
        let cwd = &self.process.cwd;
        match self.variable_text("HOME") {
            Some(home) if !home.is_empty() && home != "/" => match cwd.strip_prefix(&home) {
                Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("~{rest}"),
                _ => cwd.clone(),
            },
            _ => cwd.clone(),
        }
    }

    /// The time by a format of `strftime`.
    pub(crate) fn clock(&self, format: &str) -> String {
        super::clock::format(self.process.host.sim.now(), format)
    }
}
