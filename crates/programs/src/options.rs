//! Options of command lines, read and refused as GNU's getopt does it.

use podground_shell::Process;

use crate::flavor;

/// What options a program takes.
pub(crate) struct Syntax {
    /// As of getopt: a letter each, `:` after those with a value, `::` after those with an attached value
    /// or none; `+` in front if options end at the first operand.
    short: &'static str,
    /// Long names and the letters that they stand for; `=` at the end with a value, `=?` perhaps with one.
    long: &'static [(&'static str, char)],
    /// What follows the name in `Usage:`.
    usage: &'static str,
    /// What the program does, for `--help`.
    about: &'static str,
    /// The exit status of wrong usage.
    status: u8,
}

impl Syntax {
    /// A syntax whose errors give the status 1.
    pub(crate) const fn new(
        short: &'static str,
        long: &'static [(&'static str, char)],
        usage: &'static str,
        about: &'static str,
    ) -> Self {
        Self { short, long, usage, about, status: 1 }
    }

    /// The same with another status for wrong usage.
    pub(crate) const fn failing_with(mut self, status: u8) -> Self {
        self.status = status;
        self
    }

    fn value(&self, letter: char) -> Option<Value> {
        let at = self.short.find(letter).filter(|_| letter != ':' && letter != '+')?;
        let rest = &self.short[at + letter.len_utf8()..];
        Some(if rest.starts_with("::") {
            Value::Optional
        } else if rest.starts_with(':') {
            Value::Required
        } else {
            Value::None
        })
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    None,
    Required,
    Optional,
}

/// A command line, taken apart.
#[derive(Debug, Default)]
pub(crate) struct Parsed {
    /// The options in their order, with their values.
    pub(crate) options: Vec<(char, String)>,
    /// What is left.
    pub(crate) operands: Vec<String>,
}

impl Parsed {
    /// Whether an option was given.
    pub(crate) fn has(&self, letter: char) -> bool {
        self.options.iter().any(|(name, _)| *name == letter)
    }

    /// The last value of an option.
    pub(crate) fn value(&self, letter: char) -> Option<&str> {
        self.options.iter().rev().find(|(name, _)| *name == letter).map(|(_, value)| value.as_str())
    }

    /// All values of an option.
    pub(crate) fn values(&self, letter: char) -> impl Iterator<Item = &str> {
        self.options.iter().filter(move |(name, _)| *name == letter).map(|(_, value)| value.as_str())
    }

    /// That of several options which came last.
    pub(crate) fn last_of(&self, letters: &str) -> Option<char> {
        self.options.iter().rev().map(|(name, _)| *name).find(|name| letters.contains(*name))
    }
}

/// Reads the command line of a process. What is wrong is told; the error is the exit status.
/// `--help` is answered here, too, with the "error" 0.
pub(crate) async fn parse(process: &Process, syntax: &Syntax) -> Result<Parsed, u8> {
    parse_words(process, syntax, process.args.get(1..).unwrap_or_default()).await
}

/// Like [`parse`], where a word of `-` and digits means the option `letter` with that value: `head -5`.
pub(crate) async fn parse_with_number(
    process: &Process,
    syntax: &Syntax,
    letter: char,
) -> Result<Parsed, u8> {
    let mut words = process.args.get(1..).unwrap_or_default().to_vec();
    let mut wants_value = false;
    for word in &mut words {
        if word == "--" {
            break;
        }
        let is_value = std::mem::take(&mut wants_value);
        let last = word.chars().last().filter(|_| word.starts_with('-') && !word.starts_with("--"));
        wants_value = !is_value && last.is_some_and(|last| syntax.value(last) == Some(Value::Required));
        if is_value {
            continue;
        }
        if let Some(digits) = word.strip_prefix('-')
            && digits.starts_with(|c: char| c.is_ascii_digit())
        {
            *word = format!("-{letter}{digits}");
        }
    }
    parse_words(process, syntax, &words).await
}

/// Reads these words as the command line.
pub(crate) async fn parse_words(process: &Process, syntax: &Syntax, words: &[String]) -> Result<Parsed, u8> {
    match read(syntax, words) {
        Ok(Some(parsed)) => Ok(parsed),
        Ok(None) => {
            process.print(&help(process.name(), syntax)).await;
            Err(0)
        }
        Err(message) => Err(refuse(process, syntax, &message).await),
    }
}

/// Tells what is wrong with the command line; gives the exit status.
pub(crate) async fn refuse(process: &Process, syntax: &Syntax, message: &str) -> u8 {
    let name = process.name();
    let text = if flavor::is_busybox(process) {
        let message = match message.strip_prefix("invalid option -- '") {
            Some(letter) => format!("unrecognized option: {}", letter.trim_end_matches('\'')),
            None => message.to_owned(),
        };
        format!("{name}: {message}\n{}\n\n{}", flavor::BUSYBOX_BANNER, help(name, syntax))
    } else {
        // Not all of them begin their second line in the same way.
        let prefix = match name {
            "diff" | "cmp" => format!("{name}: "),
            "grep" | "egrep" | "fgrep" => format!("Usage: {name} {}\n", syntax.usage),
            _ => String::new(),
        };
        format!("{name}: {message}\n{prefix}Try '{name} --help' for more information.\n")
    };
    process.eprint(&crate::text::for_locale(process, &text)).await;
    syntax.status
}

fn help(name: &str, syntax: &Syntax) -> String {
    let mut text = format!("Usage: {name} {}\n{}\n", syntax.usage, syntax.about);
    let letters: Vec<String> = syntax
        .short
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .map(|letter| {
            let long = syntax.long.iter().find(|(_, short)| *short == letter);
            let long = long.map(|(long, _)| format!(", --{}", long.trim_end_matches(['=', '?'])));
            format!("  -{letter}{}", long.unwrap_or_default())
        })
        .collect();
    if !letters.is_empty() {
        text.push_str(&format!("\nOptions:\n{}\n", letters.join("\n")));
    }
    text
}

/// `None` where `--help` was asked for.
fn read(syntax: &Syntax, words: &[String]) -> Result<Option<Parsed>, String> {
    let mut parsed = Parsed::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--" {
            parsed.operands.extend(words.cloned());
            break;
        }
        if let Some(long) = word.strip_prefix("--") {
            if long == "help" {
                return Ok(None);
            }
            let option = read_long(syntax, long, || words.next().cloned())?;
            parsed.options.push(option);
        } else if word.len() > 1 && word.starts_with('-') {
            let mut letters = word[1..].chars();
            while let Some(letter) = letters.next() {
                let value = match syntax.value(letter) {
                    None => return Err(format!("invalid option -- '{letter}'")),
                    Some(Value::None) => String::new(),
                    Some(Value::Optional) => letters.by_ref().collect(),
                    Some(Value::Required) => {
                        let rest: String = letters.by_ref().collect();
                        let missing = || format!("option requires an argument -- '{letter}'");
                        if rest.is_empty() { words.next().cloned().ok_or_else(missing)? } else { rest }
                    }
                };
                parsed.options.push((letter, value));
            }
        } else {
            parsed.operands.push(word.clone());
            if syntax.short.starts_with('+') {
                parsed.operands.extend(words.cloned());
                break;
            }
        }
    }
    Ok(Some(parsed))
}

fn read_long(
    syntax: &Syntax,
    word: &str,
    next: impl FnOnce() -> Option<String>,
) -> Result<(char, String), String> {
    let (name, value) = match word.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (word, None),
    };
    let plain = |long: &'static str| long.trim_end_matches(['=', '?']);
    let mut found: Vec<_> = syntax.long.iter().filter(|(long, _)| plain(long).starts_with(name)).collect();
    if let Some(exact) = found.iter().find(|(long, _)| plain(long) == name) {
        found = vec![*exact];
    }
    found.dedup_by_key(|(_, letter)| *letter);
    let (long, letter) = match found[..] {
        [] => return Err(format!("unrecognized option '--{name}'")),
        [only] => *only,
        _ => {
            let all: Vec<String> = found.iter().map(|(long, _)| format!(" '--{}'", plain(long))).collect();
            return Err(format!("option '--{name}' is ambiguous; possibilities:{}", all.concat()));
        }
    };
    let name = plain(long);
    let value = if long.ends_with("=?") {
        value.unwrap_or_default()
    } else if long.ends_with('=') {
        value.or_else(next).ok_or_else(|| format!("option '--{name}' requires an argument"))?
    } else if value.is_some() {
        return Err(format!("option '--{name}' doesn't allow an argument"));
    } else {
        String::new()
    };
    Ok((letter, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYNTAX: Syntax =
        Syntax::new("ab:c::", &[("all", 'a'), ("bytes=", 'b'), ("color=?", 'c'), ("count", 'C')], "", "");

    fn words(words: &[&str]) -> Result<Parsed, String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        read(&SYNTAX, &words).map(Option::unwrap)
    }

    #[test]
    fn reads_all_forms() {
        let parsed = words(&["-ab5", "x", "--bytes", "6", "--col=always", "-c", "--", "-y"]).unwrap();
        let options: Vec<_> = parsed.options.iter().map(|(c, value)| (*c, value.as_str())).collect();
        assert_eq!(options, [('a', ""), ('b', "5"), ('b', "6"), ('c', "always"), ('c', "")]);
        assert_eq!(parsed.operands, ["x", "-y"]);
    }

    #[test]
    fn words_refusals_as_getopt() {
        for (word, message) in [
            ("-z", "invalid option -- 'z'"),
            ("-b", "option requires an argument -- 'b'"),
            ("--bytes", "option '--bytes' requires an argument"),
            ("--all=1", "option '--all' doesn't allow an argument"),
            ("--nope", "unrecognized option '--nope'"),
            ("--co", "option '--co' is ambiguous; possibilities: '--color' '--count'"),
        ] {
            assert_eq!(words(&[word]).unwrap_err(), message);
        }
    }
}
