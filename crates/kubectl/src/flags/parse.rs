//! The parser: `--name=value`, `--name value`, `-n value`, `-nvalue`, `-it`, `--`.
//!
//! Upstream: `spf13/pflag flag.go parseArgs`

use super::table::{Flag, Kind};
use super::value::{check, go_quote};
use super::{Args, table};

/// Why the words are no call of the command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ParseError {
    /// `-h` or `--help`.
    Help,
    /// Anything else.
    Wrong(String),
}

/// The result and the warnings about flags on their way out.
pub(crate) type Parsed = Result<(Args, Vec<String>), ParseError>;

/// Parses the words after the command's name.
pub(crate) fn parse(command: &str, words: &[String]) -> Parsed {
    let short_name = command.strip_prefix("kubectl").unwrap_or(command).trim();
    let flags: Vec<Flag> = table::flags_of(short_name).chain(table::global_flags()).collect();
    let defaults = flags.iter().map(|flag| (flag.name, flag.default)).rev().collect();
    let mut parser = Parser {
        args: Args { command: command.to_owned(), defaults, ..Args::default() },
        flags,
        notices: Vec::new(),
    };
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if word == "--" {
            parser.args.dash = Some(parser.args.words.len());
            parser.args.words.extend(rest.cloned());
            break;
        } else if let Some(long) = word.strip_prefix("--") {
            parser.long(word, long, &mut rest)?;
        } else if word.len() > 1 && word.starts_with('-') {
            parser.shorts(&word[1..], &mut rest)?;
        } else {
            parser.args.words.push(word.clone());
        }
    }
    Ok((parser.args, parser.notices))
}

struct Parser {
    args: Args,
    flags: Vec<Flag>,
    notices: Vec<String>,
}

type Words<'a> = std::slice::Iter<'a, String>;

impl Parser {
    fn long(&mut self, word: &str, long: &str, rest: &mut Words<'_>) -> Result<(), ParseError> {
        if long.starts_with('-') || long.starts_with('=') {
            return wrong(format!("bad flag syntax: {word}"));
        }
        let (name, value) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (long, None),
        };
        let name = name.replace('_', "-");
        let Some(flag) = self.flags.iter().find(|flag| flag.name == name).copied() else {
            if name == "help" {
                return Err(ParseError::Help);
            }
            return wrong(format!("unknown flag: --{name}"));
        };
        let value = match (value, flag.bare) {
            (Some(value), _) => value.to_owned(),
            (None, Some(bare)) => bare.to_owned(),
            (None, None) => match rest.next() {
                Some(value) => value.clone(),
                None => return wrong(format!("flag needs an argument: {word}")),
            },
        };
        self.set(&flag, &value)
    }

    fn shorts(&mut self, letters: &str, rest: &mut Words<'_>) -> Result<(), ParseError> {
        let mut remaining = letters;
        while let Some(letter) = remaining.chars().next() {
            let after = &remaining[letter.len_utf8()..];
            let Some(flag) = self.flags.iter().find(|flag| flag.short == Some(letter)).copied() else {
                if letter == 'h' {
                    return Err(ParseError::Help);
                }
                return wrong(format!("unknown shorthand flag: '{letter}' in -{remaining}"));
            };
            if let Some(value) = after.strip_prefix('=') {
                return self.set(&flag, value);
            }
            if let Some(bare) = flag.bare {
                self.set(&flag, bare)?;
                remaining = after;
                continue;
            }
            if !after.is_empty() {
                return self.set(&flag, after);
            }
            return match rest.next() {
                Some(value) => self.set(&flag, value),
                None => wrong(format!("flag needs an argument: '{letter}' in -{remaining}")),
            };
        }
        Ok(())
    }

    fn set(&mut self, flag: &Flag, value: &str) -> Result<(), ParseError> {
        let parts = check(flag, value).map_err(|why| {
            let shown = match flag.short {
                Some(short) => format!("-{short}, --{}", flag.name),
                None => format!("--{}", flag.name),
            };
            ParseError::Wrong(format!(
                "invalid argument {} for {} flag: {why}",
                go_quote(value),
                go_quote(&shown)
            ))
        })?;
        if let Some(message) = flag.deprecated.filter(|message| !message.is_empty()) {
            self.notices.push(format!("Flag --{} has been deprecated, {message}", flag.name));
        }
        let values = self.args.given.entry(flag.name.to_owned()).or_default();
        if !matches!(flag.kind, Kind::List | Kind::Array) {
            values.clear();
        }
        values.extend(parts);
        Ok(())
    }
}

fn wrong<T>(text: String) -> Result<T, ParseError> {
    Err(ParseError::Wrong(text))
}

/// The words without flags and their values, with their places: what cobra looks for subcommands in.
///
/// Upstream: `spf13/cobra command.go stripFlags`
pub(crate) fn strip(command: &str, words: &[String]) -> Vec<usize> {
    let flags: Vec<Flag> = table::flags_of(command).chain(table::global_flags()).collect();
    let takes_value = |found: Option<&Flag>| found.is_none_or(|flag| flag.bare.is_none());
    let mut places = Vec::new();
    let mut index = 0;
    while index < words.len() {
        let word = &words[index];
        index += 1;
        if word == "--" {
            break;
        }
        if let Some(long) = word.strip_prefix("--") {
            if !long.contains('=')
                && long != "help"
                && takes_value(flags.iter().find(|flag| flag.name == long))
            {
                index += 1;
            }
        } else if word.starts_with('-') && word.len() > 1 {
            let letter = word.chars().nth(1);
            if word.len() == 2
                && letter != Some('h')
                && takes_value(flags.iter().find(|flag| flag.short == letter))
            {
                index += 1;
            }
        } else if !word.is_empty() && !word.starts_with('-') {
            places.push(index - 1);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    fn error(command: &str, line: &str) -> String {
        match parse(command, &words(line)) {
            Err(ParseError::Wrong(text)) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn forms_of_flags() {
        let (args, _) = parse("kubectl get", &words("pods -oyaml -n=dev -Aw web -L a,b -L c -- -x")).unwrap();
        assert_eq!(args.text("output"), "yaml");
        assert_eq!(args.text("namespace"), "dev");
        assert!(args.is("all-namespaces") && args.is("watch") && !args.is("no-headers"));
        assert_eq!(args.list("label-columns"), ["a", "b", "c"]);
        assert_eq!(args.words, ["pods", "web", "-x"]);
        assert_eq!(args.after_dash(), ["-x"]);
    }

    #[test]
    fn errors_as_pflag_words_them() {
        assert_eq!(error("kubectl get", "po -a"), "unknown shorthand flag: 'a' in -a");
        assert_eq!(error("kubectl get", "--show-all"), "unknown flag: --show-all");
        assert_eq!(error("kubectl create", "-f"), "flag needs an argument: 'f' in -f");
        assert_eq!(error("kubectl create", "--filename"), "flag needs an argument: --filename");
        assert_eq!(
            error("kubectl scale", "--replicas=two"),
            r#"invalid argument "two" for "--replicas" flag: strconv.ParseInt: parsing "two": invalid syntax"#
        );
        assert_eq!(
            error("kubectl get", "--watch=maybe"),
            r#"invalid argument "maybe" for "-w, --watch" flag: strconv.ParseBool: parsing "maybe": invalid syntax"#
        );
    }
}
