//! `sed`

mod execute;
mod parse;
mod script;
mod substitute;

use podground_shell::Process;

use crate::options::{self, Syntax};
use crate::stream::{Output, complain};
use execute::Files;

const SYNTAX: Syntax = Syntax::new(
    "nre:f:Ei::suz",
    &[
        ("quiet", 'n'),
        ("silent", 'n'),
        ("regexp-extended", 'E'),
        ("expression=", 'e'),
        ("file=", 'f'),
        ("in-place=?", 'i'),
        ("separate", 's'),
        ("unbuffered", 'u'),
        ("null-data", 'z'),
        ("posix", 'p'),
        ("debug", 'd'),
    ],
    "[OPTION]... {script-only-if-no-other-script} [input-file]...",
    "Edit a stream of text line by line.",
);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let mut operands = parsed.operands.clone();
    let mut parser = parse::Parser::new(parsed.last_of("Er").is_some());
    let mut expressions = 0;
    let mut given = false;
    for (letter, value) in &parsed.options {
        let result = match letter {
            'e' => {
                expressions += 1;
                parser.add(value, &format!("-e expression #{expressions}"), false)
            }
            'f' => {
                let content = if value == "-" {
                    process.read_to_end(0).await.map_err(|error| error.to_string())
                } else {
                    let content = process.host.files.read(&process.path(value));
                    content.map(|bytes| bytes.to_vec()).map_err(|error| error.to_string())
                };
                match content {
                    Ok(content) => {
                        let text = crate::text::decode(&content);
                        parser.add(text.strip_suffix('\n').unwrap_or(&text), &format!("file {value}"), true)
                    }
                    Err(error) => Err(format!("couldn't open file {value}: {error}")),
                }
            }
            _ => continue,
        };
        given = true;
        if let Err(message) = result {
            complain(process, message).await;
            return Err(1);
        }
    }
    if !given {
        if operands.is_empty() {
            let usage = format!(
                "Usage: {} [OPTION]... {{script-only-if-no-other-script}} [input-file]...\n",
                process.name()
            );
            process.eprint(&usage).await;
            return Err(1);
        }
        let script = operands.remove(0);
        if let Err(message) = parser.add(&script, "-e expression #1", false) {
            complain(process, message).await;
            return Err(1);
        }
    }
    let script = match parser.finish() {
        Ok(script) => script,
        Err(message) => {
            complain(process, message).await;
            return Err(1);
        }
    };
    let in_place = parsed.value('i').map(str::to_owned);
    let mut files = Files::new(&operands, in_place, parsed.has('s'));
    files.set_delimiter(if parsed.has('z') { 0 } else { b'\n' });
    let mut out = Output::new(process);
    let quiet = parsed.has('n') || script.quiet;
    let status = execute::run(&script, &mut files, &mut out, quiet).await;
    Ok(out.finish(status).await)
}
