//! Showing possible completions in columns.

use super::Session;
use super::keys::{self, Key};
use crate::bash::state::Run;
use crate::width::text_width;

/// From how many on one is asked first.
const ASK: usize = 100;

impl Session<'_> {
    /// Shows words below the line, then the line anew.
    pub(super) async fn list(&mut self, words: &[String]) -> Run<()> {
        let end = self.editor.text.len();
        self.screen.draw(&self.editor.text, end).await;
        self.terminal.write(b"\n").await;
        if words.len() >= ASK {
            let question = format!("Display all {} possibilities? (y or n)", words.len());
            self.terminal.write(question.as_bytes()).await;
            let yes = loop {
                match keys::read(&self.terminal).await {
                    Some(Key::Char('y' | 'Y' | ' ')) => break true,
                    Some(Key::Char('n' | 'N') | Key::Backspace | Key::Ctrl('g' | 'c')) | None => break false,
                    Some(_) => self.bell().await,
                }
            };
            self.terminal.write(b"\n").await;
            if !yes {
                self.screen.forget();
                return Ok(());
            }
        }
        let columns = usize::from(self.terminal.size().columns);
        self.terminal.write(layout(words, columns).as_bytes()).await;
        self.screen.forget();
        Ok(())
    }
}

/// Words in columns, read downwards.
fn layout(words: &[String], columns: usize) -> String {
    let width = words.iter().map(|word| text_width(word)).max().unwrap_or(0) + 2;
    let across = (columns / width).max(1);
    let rows = words.len().div_ceil(across);
    let mut out = String::new();
    for row in 0..rows {
        let line: Vec<&String> = words.iter().skip(row).step_by(rows.max(1)).collect();
        for (index, word) in line.iter().enumerate() {
            out.push_str(word);
            if index + 1 < line.len() {
                out.push_str(&" ".repeat(width - text_width(word)));
            }
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_read_downwards() {
        let words: Vec<String> = ["a", "bb", "c", "d", "e"].map(str::to_owned).to_vec();
        assert_eq!(layout(&words, 10), "a   d\nbb  e\nc\n");
    }
}
