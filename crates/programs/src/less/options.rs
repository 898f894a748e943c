//! The command line of `less`.

use podground_shell::Process;

/// How the text is shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Options {
    pub(super) files: Vec<String>,
    pub(super) numbers: bool,
    pub(super) chop: bool,
    pub(super) raw: bool,
    pub(super) quit_if_short: bool,
    pub(super) quit_at_end: bool,
    pub(super) no_clear: bool,
    pub(super) ignore_case: bool,
    pub(super) more: bool,
    /// `+G`, `+/text` and the like: typed at the start.
    pub(super) first: String,
}

impl Options {
    /// Turns an option over; `false` if there is none of that letter.
    pub(super) fn toggle(&mut self, letter: char) -> bool {
        let flag = match letter {
            'N' => &mut self.numbers,
            'S' => &mut self.chop,
            'R' | 'r' => &mut self.raw,
            'F' => &mut self.quit_if_short,
            'e' | 'E' => &mut self.quit_at_end,
            'X' => &mut self.no_clear,
            'i' | 'I' => &mut self.ignore_case,
            // Of these nothing is seen here.
            'M' | 'm' | 'K' | 'Q' | 'q' | 's' | 'L' | 'n' | 'c' | 'f' | 'g' | 'G' | 'J' | 'W' | 'w' | '~' => {
                return true;
            }
            _ => return false,
        };
        *flag = !*flag;
        true
    }
}

const LONG: &[(&str, char)] = &[
    ("LINE-NUMBERS", 'N'),
    ("chop-long-lines", 'S'),
    ("RAW-CONTROL-CHARS", 'R'),
    ("raw-control-chars", 'r'),
    ("quit-if-one-screen", 'F'),
    ("quit-at-eof", 'e'),
    ("no-init", 'X'),
    ("ignore-case", 'i'),
    ("IGNORE-CASE", 'I'),
    ("long-prompt", 'm'),
    ("quit-on-intr", 'K'),
    ("squeeze-blank-lines", 's'),
];

/// Reads the command line, and before it the variable `LESS`.
pub(super) fn read(process: &Process) -> Result<Options, String> {
    let name = process.name();
    let mut options = Options { more: name == "more", quit_at_end: name == "more", ..Options::default() };
    options.no_clear = options.more;
    let variable = process.env("LESS").unwrap_or_default();
    let from_variable = variable.split_whitespace().map(|word| format!("-{}", word.trim_start_matches('-')));
    let words: Vec<String> = from_variable.chain(process.args.iter().skip(1).cloned()).collect();
    let mut only_files = false;
    for word in words {
        let unknown = || format!("There is no {word} option (\"{name} --help\" for help)");
        if only_files || word == "-" || !word.starts_with(['-', '+']) {
            options.files.push(word);
        } else if word == "--" {
            only_files = true;
        } else if let Some(long) = word.strip_prefix("--") {
            if long == "help" {
                return Err(super::pager::HELP.join("\n"));
            }
            let letter = LONG.iter().find(|(name, _)| *name == long).map(|(_, letter)| *letter);
            options.toggle(letter.ok_or_else(unknown)?);
        } else if let Some(first) = word.strip_prefix('+') {
            options.first = if first.chars().all(|c| c.is_ascii_digit()) {
                format!("{first}g")
            } else {
                first.to_owned()
            };
        } else {
            for letter in word[1..].chars() {
                if letter.is_ascii_digit() || letter == '-' {
                    continue;
                }
                if !options.toggle(letter) {
                    return Err(format!("There is no -{letter} option (\"{name} --help\" for help)"));
                }
            }
        }
    }
    Ok(options)
}
