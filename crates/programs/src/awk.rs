//! `awk`, in the dialect and words of mawk, which Debian has by default.

mod ast;
mod code;
pub(crate) mod format;
mod lexer;
mod machine;
mod number;
mod parse;
mod record;
mod regex;
mod run;
mod value;

use podground_shell::Process;

use crate::stream::complain;
use crate::{files, flavor, text};

/// A number as the value of a format.
pub(crate) fn number(value: f64) -> value::Value {
    value::Value::Number(value)
}

const USAGE: &str = "Usage: mawk [Options] [Program] [file ...]\n
Options:
    -f program-file  the program is in a file; may be given again
    -F value         sets the field separator, FS
    -v var=value     sets a variable
    --               the end of the options
    -W version       shows the version
";

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let Options { files: program_files, assignments, operands, version } = match read_options(&process.args) {
        Ok(options) => options,
        Err(message) => {
            complain(process, message).await;
            return Err(2);
        }
    };
    if version {
        process.print("mawk 1.3.4 20200120 (podground's own)\n").await;
        return Ok(0);
    }
    let mut operands = operands.as_slice();
    let mut program = String::new();
    for file in &program_files {
        match files::read(process, file).await {
            Ok(bytes) => program.push_str(&text::decode(&bytes)),
            Err(error) => {
                complain(process, format_args!("cannot open {file} ({error})")).await;
                return Err(2);
            }
        }
        program.push('\n');
    }
    if program_files.is_empty() {
        let Some((first, rest)) = operands.split_first() else {
            process.eprint(USAGE).await;
            return Err(0);
        };
        program.clone_from(first);
        operands = rest;
    }
    let intervals = flavor::is_busybox(process);
    let result = match parse::parse(&program, intervals) {
        Ok(program) => run::run(process, code::compile(program), intervals, &assignments, operands).await,
        Err(message) => Err(message),
    };
    match result {
        Ok(status) => Ok(status),
        Err(message) => {
            complain(process, message).await;
            Err(2)
        }
    }
}

#[derive(Default)]
struct Options {
    files: Vec<String>,
    assignments: Vec<String>,
    operands: Vec<String>,
    version: bool,
}

fn read_options(args: &[String]) -> Result<Options, String> {
    let mut options = Options::default();
    let mut words = args.iter().skip(1).peekable();
    while let Some(word) = words.next_if(|word| word.starts_with('-') && word.len() > 1) {
        if word == "--" {
            break;
        }
        let (letter, attached) = word[1..].split_at(word[1..].chars().next().map_or(1, char::len_utf8));
        if !"fFvW".contains(letter) {
            return Err(format!("not an option: {word}"));
        }
        let value = if attached.is_empty() {
            words.next().cloned().ok_or_else(|| format!("option {word} lacks argument"))?
        } else {
            attached.to_owned()
        };
        match letter {
            "f" => options.files.push(value),
            "F" => options.assignments.push(format!("FS={value}")),
            "v" => match value.split_once('=') {
                Some((name, _)) if run::is_name(name) => options.assignments.push(value),
                _ => return Err(format!("improper assignment: -v {value}")),
            },
            _ if value.starts_with("ver") || value == "v" => options.version = true,
            _ => return Err(format!("podground does not support -W {value} of \"awk\" yet")),
        }
    }
    options.operands = words.cloned().collect();
    Ok(options)
}
