//! `vi`, an editor on the whole screen.

mod command;
mod editor;
pub(crate) mod keys;
mod screen;

use podground_shell::{Fd, Modes, OpenOptions, Process};
use podground_vfs::Error;

use crate::stream::complain;
use editor::{Editor, Request};
use keys::Keys;

/// Shows the screen beside what was there before, and brings that back.
const ENTER: &str = "\x1b[?1049h\x1b[2J";
const LEAVE: &str = "\x1b[?1049l";

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let mut name = None;
    let mut line = None;
    for word in process.args.iter().skip(1) {
        if let Some(number) = word.strip_prefix('+') {
            line = Some(number.parse().unwrap_or(usize::MAX));
        } else if word.starts_with('-') && word.len() > 1 {
            if word != "--" {
                complain(process, format_args!("Unknown option argument: \"{word}\"")).await;
                return Err(1);
            }
        } else if name.is_none() {
            name = Some(word.clone());
        }
    }
    let Some(Fd::Terminal(terminal)) = process.fds.get(&0).cloned() else {
        complain(process, "standard input is not a terminal").await;
        return Err(1);
    };
    let mut editor = Editor::default();
    if let Some(name) = name {
        open(process, &mut editor, &name);
    }
    if let Some(line) = line {
        editor.go_to_line(line);
    }

    let _modes = terminal.set_modes(Modes::RAW);
    terminal.write(ENTER.as_bytes()).await;
    let mut keys = Keys::default();
    'editing: loop {
        let resized = terminal.resized.generation();
        let picture = screen::draw(&mut editor, terminal.size());
        terminal.write(picture.as_bytes()).await;
        let bytes = futures_lite::future::or(async { Some(process.read(0, 4096).await) }, async {
            terminal.resized.wait_after(resized).await;
            None
        })
        .await;
        let bytes = match bytes {
            None => continue,
            Some(Ok(bytes)) if !bytes.is_empty() => bytes,
            Some(_) => break,
        };
        for key in keys.feed(&bytes) {
            match editor.key(key) {
                None => {}
                Some(Request::Quit) => break 'editing,
                Some(Request::Open(name)) => open(process, &mut editor, &name),
                Some(Request::Write { name, quit }) => {
                    if write(process, &mut editor, &name).await && quit {
                        break 'editing;
                    }
                }
            }
        }
    }
    terminal.write(LEAVE.as_bytes()).await;
    Ok(0)
}

/// Takes a file into the editor.
fn open(process: &Process, editor: &mut Editor, name: &str) {
    let opened = process.open(name, OpenOptions::READ);
    let read = opened.and_then(|_| process.host.files.read(&process.path(name)));
    match read {
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            editor.load(name, &text);
            editor.message = format!("\"{name}\" {}L, {}B", editor.line_count(&text), bytes.len());
        }
        Err(error) => {
            editor.load(name, "");
            editor.message = match error {
                Error::NotFound => format!("\"{name}\" [New]"),
                Error::IsADirectory => format!("\"{name}\" is a directory"),
                Error::PermissionDenied => format!("\"{name}\" [Permission Denied]"),
                error => format!("\"{name}\" {error}"),
            };
        }
    }
}

/// Puts the text into a file; says whether that went well.
async fn write(process: &Process, editor: &mut Editor, name: &str) -> bool {
    let text = editor.text();
    let new = !process.host.files.exists(&process.path(name));
    let result = match process.open(name, OpenOptions::WRITE) {
        Ok(file) => file.write(text.as_bytes()).await.map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    if let Err(error) = result {
        editor.message = format!("\"{name}\" E212: Can't open file for writing: {error}");
        return false;
    }
    let mark = if new { "[New] " } else { "" };
    editor.message = format!("\"{name}\" {mark}{}L, {}B written", editor.line_count(&text), text.len());
    editor.written(name);
    true
}
