//! The command line of jq.

use std::collections::VecDeque;

use jaq_json::{Val, read};

use super::write::Style;

/// What the command line asks for.
#[derive(Debug, Default)]
pub(super) struct Options {
    pub(super) filter: String,
    pub(super) filter_file: Option<String>,
    pub(super) files: Vec<String>,
    pub(super) null_input: bool,
    pub(super) raw_input: bool,
    pub(super) slurp: bool,
    pub(super) exit_status: bool,
    /// Texts are printed without quotes.
    raw: bool,
    /// What ends an output.
    end: &'static str,
    style: Style,
    pub(super) named: Vec<(String, Val)>,
    /// Variables whose values are in files, and whether as texts.
    pub(super) slurped: Vec<(String, String, bool)>,
    pub(super) positional: Vec<Val>,
}

impl Options {
    /// A value as it is to be printed.
    pub(super) fn show(&self, value: &Val) -> Vec<u8> {
        let mut text = match value {
            Val::TStr(text) if self.raw && !self.style.ascii => text.to_vec(),
            value => self.style.write(value),
        };
        text.extend_from_slice(self.end.as_bytes());
        text
    }
}

const HELP: &str = "Usage:\tjq [OPTIONS] FILTER [FILES...]
\tjq [OPTIONS] -f FILE [FILES...]
\tjq [OPTIONS] --args FILTER [ARGUMENTS...]
\tjq [OPTIONS] --jsonargs FILTER [JSON_VALUES...]\n
jq applies a filter to JSON texts and prints the results, the same text for the filter '.'.\n
Options:
  -n, --null-input        use null as the only input
  -R, --raw-input         read each line as a string
  -s, --slurp             read all inputs into an array
  -c, --compact-output    print each output on one line
  -r, --raw-output        print strings without quotes
  -j, --join-output       like -r, without newlines
  -a, --ascii-output      print only ASCII
  -S, --sort-keys         sort the keys of objects
  -C, --color-output      print in colours
  -M, --monochrome-output print without colours
      --tab               indent with tabs
      --indent N          indent with N spaces (at most 7)
  -e, --exit-status       exit 1 for false or null, 4 for no output
  -f, --from-file         the filter is in a file
      --arg NAME VALUE    set $NAME to a string
      --argjson NAME JSON set $NAME to a value
      --slurpfile NAME F  set $NAME to an array of the values in a file
      --rawfile NAME F    set $NAME to the text of a file
      --args, --jsonargs  what follows are positional arguments
";

/// Reads the command line; an error has the exit status and what to say.
pub(super) fn read(words: &[String], terminal: bool) -> Result<Options, (u8, String)> {
    let mut options = Options { end: "\n", ..Options::default() };
    options.style.indent = Some("  ".to_owned());
    options.style.color = terminal;
    let mut words: VecDeque<String> = words.iter().cloned().collect();
    let mut operands = Vec::new();
    // What operands behind the filter are: files, texts or values.
    let mut kind = 'f';
    let mut only_operands = false;
    while let Some(word) = words.pop_front() {
        if only_operands || !word.starts_with('-') || word == "-" {
            operands.push((word, kind));
            continue;
        }
        let mut take = |count: usize, usage: &str| -> Result<Vec<String>, (u8, String)> {
            if words.len() < count {
                return Err(usage_error(&format!("{word} takes {usage}")));
            }
            Ok(words.drain(..count).collect())
        };
        match word.as_str() {
            "--" => only_operands = true,
            "--arg" => {
                let pair = take(2, "two parameters (e.g. --arg varname value)")?;
                options.named.push((pair[0].clone(), Val::from(pair[1].clone())));
            }
            "--argjson" => {
                let pair = take(2, "two parameters (e.g. --argjson varname text)")?;
                let value = read::parse_single(pair[1].as_bytes())
                    .map_err(|_| usage_error("Invalid JSON text passed to --argjson"))?;
                options.named.push((pair[0].clone(), value));
            }
            "--slurpfile" | "--rawfile" => {
                let pair = take(2, "two parameters (e.g. --slurpfile varname filename)")?;
                options.slurped.push((pair[0].clone(), pair[1].clone(), word == "--rawfile"));
            }
            "--args" => kind = 'a',
            "--jsonargs" => kind = 'j',
            "--indent" => {
                let count = take(1, "one parameter")?;
                match count[0].parse::<usize>() {
                    Ok(0) => options.style.indent = None,
                    Ok(count) if count <= 7 => options.style.indent = Some(" ".repeat(count)),
                    Ok(_) => return Err(usage_error("Cannot indent more than 7 characters")),
                    Err(_) => return Err(usage_error("Cannot indent less than -1 characters")),
                }
            }
            "--from-file" => options.filter_file = Some(take(1, "a file")?.remove(0)),
            "--help" => return Err((0, HELP.to_owned())),
            "--version" => return Err((0, "jq-1.7.1\n".to_owned())),
            long if long.starts_with("--") => {
                let letter = LONG.iter().find(|(name, _)| *name == long).map(|(_, letter)| *letter);
                let letter = letter.ok_or_else(|| unknown(long))?;
                short(&mut options, letter).ok_or_else(|| unknown(long))?;
            }
            letters => {
                for letter in letters.chars().skip(1) {
                    match letter {
                        'f' => {
                            let file = take(1, "a parameter (e.g. -f file)")?.remove(0);
                            options.filter_file = Some(file);
                        }
                        'h' => return Err((0, HELP.to_owned())),
                        'V' => return Err((0, "jq-1.7.1\n".to_owned())),
                        letter => short(&mut options, letter).ok_or_else(|| unknown(letters))?,
                    }
                }
            }
        }
    }
    let mut operands = operands.into_iter();
    if options.filter_file.is_none() {
        match operands.next() {
            Some((filter, _)) => options.filter = filter,
            None if !terminal => ".".clone_into(&mut options.filter),
            None => return Err((2, HELP.to_owned())),
        }
    }
    for (word, kind) in operands {
        match kind {
            'f' => options.files.push(word),
            'a' => options.positional.push(Val::from(word)),
            _ => options.positional.push(
                read::parse_single(word.as_bytes())
                    .map_err(|_| usage_error("Invalid JSON text passed to --jsonargs"))?,
            ),
        }
    }
    Ok(options)
}

const LONG: &[(&str, char)] = &[
    ("--null-input", 'n'),
    ("--raw-input", 'R'),
    ("--slurp", 's'),
    ("--compact-output", 'c'),
    ("--raw-output", 'r'),
    ("--raw-output0", '0'),
    ("--join-output", 'j'),
    ("--ascii-output", 'a'),
    ("--sort-keys", 'S'),
    ("--color-output", 'C'),
    ("--monochrome-output", 'M'),
    ("--tab", 't'),
    ("--exit-status", 'e'),
    ("--unbuffered", 'u'),
];

fn short(options: &mut Options, letter: char) -> Option<()> {
    match letter {
        'n' => options.null_input = true,
        'R' => options.raw_input = true,
        's' => options.slurp = true,
        'c' => options.style.indent = None,
        'r' => options.raw = true,
        '0' => (options.raw, options.end) = (true, "\0"),
        'j' => (options.raw, options.end) = (true, ""),
        'a' => options.style.ascii = true,
        'S' => options.style.sort = true,
        'C' => options.style.color = true,
        'M' => options.style.color = false,
        't' => options.style.indent = Some("\t".to_owned()),
        'e' => options.exit_status = true,
        // Output is handed on whenever input is waited for.
        'u' => {}
        _ => return None,
    }
    Some(())
}

fn unknown(option: &str) -> (u8, String) {
    usage_error(&format!("Unknown option {option}"))
}

fn usage_error(message: &str) -> (u8, String) {
    (
        2,
        format!(
            "jq: {message}\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://jqlang.github.io/jq\n"
        ),
    )
}
