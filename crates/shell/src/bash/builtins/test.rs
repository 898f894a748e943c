//! `test`, `[`.

use podground_sim::LocalBoxFuture;

use super::Call;
use crate::bash::exec::compare;
use crate::bash::state::{Run, Shell};

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let name = call.name();
        let mut words = call.rest();
        if name == "[" {
            match words.split_last() {
                Some((last, rest)) if last == "]" => words = rest,
                _ => return shell.complain("[", "missing `]'", 2).await,
            }
        }
        let mut parser = Parser { shell, words, position: 0, depth: 0 };
        match parser.evaluate() {
            Ok(true) => Ok(0),
            Ok(false) => Ok(1),
            Err(message) => shell.complain(name, &message, 2).await,
        }
    })
}

const BINARY: &[&str] =
    &["=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"];

fn is_unary(word: &str) -> bool {
    word.len() == 2 && word.starts_with('-') && "abcdefghknoprstuvwxzGLNORS".contains(&word[1..])
}

type Answer = Result<bool, String>;

struct Parser<'a> {
    shell: &'a mut Shell,
    words: &'a [String],
    position: usize,
    depth: usize,
}

impl Parser<'_> {
    /// Few words are told apart by their number, more are parsed.
    fn evaluate(&mut self) -> Answer {
        let words = self.words;
        match words {
            [] => Ok(false),
            [word] => Ok(!word.is_empty()),
            [not, word] if not == "!" => Ok(word.is_empty()),
            [operator, word] if is_unary(operator) => Ok(self.shell.unary_test(operator, word)),
            [operator, _] if operator.starts_with('-') => Err(format!("{operator}: unary operator expected")),
            [first, _] => Err(format!("{first}: unary operator expected")),
            [left, operator, right] if BINARY.contains(&operator.as_str()) => {
                self.binary(left, operator, right)
            }
            [left, operator, right] if operator == "-a" => Ok(!left.is_empty() && !right.is_empty()),
            [left, operator, right] if operator == "-o" => Ok(!left.is_empty() || !right.is_empty()),
            [not, operator, word] if not == "!" && is_unary(operator) => {
                Ok(!self.shell.unary_test(operator, word))
            }
            [not, first, _] if not == "!" => Err(format!("{first}: unary operator expected")),
            [open, word, close] if open == "(" && close == ")" => Ok(!word.is_empty()),
            [_, operator, _] => Err(format!("{operator}: binary operator expected")),
            [not, left, operator, right] if not == "!" && BINARY.contains(&operator.as_str()) => {
                Ok(!self.binary(left, operator, right)?)
            }
            _ => {
                let answer = self.or()?;
                match self.words.get(self.position) {
                    None => Ok(answer),
                    Some(_) => Err("too many arguments".to_owned()),
                }
            }
        }
    }

    fn or(&mut self) -> Answer {
        self.depth += 1;
        if self.depth > 100 {
            return Err("too many arguments".to_owned());
        }
        let mut answer = self.and()?;
        while self.take("-o") {
            answer |= self.and()?;
        }
        self.depth -= 1;
        Ok(answer)
    }

    fn and(&mut self) -> Answer {
        let mut answer = self.term()?;
        while self.take("-a") {
            answer &= self.term()?;
        }
        Ok(answer)
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.words.get(self.position).is_some_and(|next| next == word);
        self.position += usize::from(found);
        found
    }

    fn term(&mut self) -> Answer {
        let mut negated = false;
        while self.take("!") {
            negated = !negated;
        }
        let words = self.words;
        let rest = &words[self.position.min(words.len())..];
        let answer = match rest {
            [] => return Err("argument expected".to_owned()),
            [left, operator, right, ..] if BINARY.contains(&operator.as_str()) => {
                self.position += 3;
                self.binary(left, operator, right)?
            }
            [open, ..] if open == "(" => {
                self.position += 1;
                let answer = self.or()?;
                if !self.take(")") {
                    let found = self.words.get(self.position);
                    return Err(match found {
                        Some(found) => format!("`)' expected, found {found}"),
                        None => "`)' expected".to_owned(),
                    });
                }
                answer
            }
            [operator, word, ..] if is_unary(operator) => {
                self.position += 2;
                self.shell.unary_test(operator, word)
            }
            [word, ..] => {
                self.position += 1;
                !word.is_empty()
            }
        };
        Ok(answer != negated)
    }

    fn binary(&mut self, left: &str, operator: &str, right: &str) -> Answer {
        if !matches!(operator, "-eq" | "-ne" | "-lt" | "-le" | "-gt" | "-ge") {
            return Ok(self.shell.binary_test(left, operator, right));
        }
        let number = |text: &str| {
            let trimmed = text.trim();
            let digits = trimmed.strip_prefix('+').unwrap_or(trimmed);
            digits.parse::<i64>().map_err(|_| format!("{text}: integer expression expected"))
        };
        Ok(compare(operator, number(left)?, number(right)?))
    }
}
