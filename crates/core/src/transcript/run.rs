//! Running transcripts: each terminal's shell from beginning to end, as a person would use it.

use std::collections::BTreeMap;

use super::shell::{Shown, TranscriptShell};
use super::{Act, Line, Transcript};
use crate::session::{Session, SessionConfig};

/// Files for the home directory: paths within it and their bytes.
pub type HomeFiles = Vec<(String, Vec<u8>)>;

/// Runs a transcript in a session of its own and gives its text with the actual outputs,
/// and the session's trace hash.
pub fn run(transcript: &Transcript, config: SessionConfig, home: &HomeFiles) -> (String, u64) {
    let mut session = Session::new(config);
    for (path, bytes) in home {
        // A fresh home takes any file.
        let _ = session.place_bytes(path, bytes);
    }
    let on_terminals = transcript.lines.iter().any(|line| matches!(line, Line::Act { .. }));
    let mut shells = BTreeMap::from([(1, TranscriptShell::start(&mut session, on_terminals.then_some(1)))]);
    let mut current = 1;
    let mut text = String::new();
    for (index, line) in transcript.lines.iter().enumerate() {
        let may_go_on = act_follows(&transcript.lines[index + 1..]);
        match line {
            Line::Text(line) => text.push_str(line),
            Line::Settle => {
                session.settle();
                text.push_str("%settle");
            }
            Line::Advance(span) => {
                session.advance(*span);
                text.push_str(&format!("%advance {}", podground_api::duration::go(*span)));
            }
            Line::Command { command, .. } => {
                text.push_str(&format!("$ {}", command.replace('\n', "\n> ").replace("> \n", ">\n")));
                if let Some(shell) = shells.get_mut(&current) {
                    show(&mut text, &shell.run(&mut session, command, may_go_on));
                }
            }
            Line::Act { act, .. } => {
                text.push_str(&act.to_string());
                if let Act::Terminal(number) = act {
                    current = *number;
                }
                let shell = shells
                    .entry(current)
                    .or_insert_with(|| TranscriptShell::start(&mut session, Some(current)));
                shell.input(&act.bytes());
                show(&mut text, &shell.go_on(&mut session, may_go_on));
            }
        }
        text.push('\n');
    }
    (text, session.trace_hash())
}

/// Whether the next thing done is an act at a terminal, not a command.
fn act_follows(lines: &[Line]) -> bool {
    let next = lines.iter().find(|line| matches!(line, Line::Command { .. } | Line::Act { .. }));
    matches!(next, Some(Line::Act { .. }))
}

fn show(text: &mut String, (output, status): &Shown) {
    if !output.is_empty() {
        text.push('\n');
        text.push_str(output.strip_suffix('\n').unwrap_or(output));
    }
    if *status != 0 {
        text.push_str(&format!("\n? {status}"));
    }
}
