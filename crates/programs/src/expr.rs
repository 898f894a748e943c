//! `expr`

use podground_shell::Process;

use crate::regex::{self, Syntax};
use crate::stream::complain;

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let mut words = process.args.get(1..).unwrap_or_default();
    if words.first().is_some_and(|word| word == "--") {
        words = &words[1..];
    }
    if words.is_empty() {
        process.eprint("expr: missing operand\nTry 'expr --help' for more information.\n").await;
        return Err(2);
    }
    let mut parser = Parser { words, at: 0, depth: 0 };
    let result = parser.or().and_then(|value| match words.get(parser.at) {
        None => Ok(value),
        Some(word) => Err(format!("syntax error: unexpected argument ‘{word}’")),
    });
    match result {
        Ok(value) => {
            process.print(&format!("{value}\n")).await;
            Ok(u8::from(is_null(&value)))
        }
        Err(message) => {
            complain(process, message).await;
            Err(2)
        }
    }
}

fn is_null(value: &str) -> bool {
    value.is_empty() || value.parse() == Ok(0)
}

struct Parser<'a> {
    words: &'a [String],
    at: usize,
    depth: usize,
}

type Value = Result<String, String>;

impl Parser<'_> {
    fn take(&mut self, operators: &[&'static str]) -> Option<&'static str> {
        let word = self.words.get(self.at)?;
        let found = operators.iter().find(|operator| *operator == word)?;
        self.at += 1;
        Some(found)
    }

    fn or(&mut self) -> Value {
        let mut left = self.and()?;
        while self.take(&["|"]).is_some() {
            let right = self.and()?;
            if is_null(&left) {
                left = if is_null(&right) { "0".to_owned() } else { right };
            }
        }
        Ok(left)
    }

    fn and(&mut self) -> Value {
        let mut left = self.comparison()?;
        while self.take(&["&"]).is_some() {
            let right = self.comparison()?;
            if is_null(&left) || is_null(&right) {
                "0".clone_into(&mut left);
            }
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Value {
        let mut left = self.sum()?;
        while let Some(operator) = self.take(&["<", "<=", "=", "==", "!=", ">=", ">"]) {
            let right = self.sum()?;
            let order = match (left.parse::<i64>(), right.parse::<i64>()) {
                (Ok(left), Ok(right)) => left.cmp(&right),
                _ => left.as_bytes().cmp(right.as_bytes()),
            };
            let holds = match operator {
                "<" => order.is_lt(),
                "<=" => order.is_le(),
                "!=" => order.is_ne(),
                ">=" => order.is_ge(),
                ">" => order.is_gt(),
                _ => order.is_eq(),
            };
            left = u8::from(holds).to_string();
        }
        Ok(left)
    }

    fn sum(&mut self) -> Value {
        let mut left = self.product()?;
        while let Some(operator) = self.take(&["+", "-"]) {
            let (a, b) = (number(&left)?, number(&self.product()?)?);
            left = if operator == "+" { a.wrapping_add(b) } else { a.wrapping_sub(b) }.to_string();
        }
        Ok(left)
    }

    fn product(&mut self) -> Value {
        let mut left = self.matching()?;
        while let Some(operator) = self.take(&["*", "/", "%"]) {
            let (a, b) = (number(&left)?, number(&self.matching()?)?);
            if operator != "*" && b == 0 {
                return Err("division by zero".to_owned());
            }
            left = match operator {
                "*" => a.wrapping_mul(b),
                "/" => a.wrapping_div(b),
                _ => a.wrapping_rem(b),
            }
            .to_string();
        }
        Ok(left)
    }

    fn matching(&mut self) -> Value {
        let mut left = self.operand()?;
        while self.take(&[":"]).is_some() {
            left = matched(&left, &self.operand()?)?;
        }
        Ok(left)
    }

    fn operand(&mut self) -> Value {
        const MAX_DEPTH: usize = 100;
        if self.depth >= MAX_DEPTH {
            return Err("syntax error: nested too deeply".to_owned());
        }
        self.depth += 1;
        let value = self.one_operand();
        self.depth -= 1;
        value
    }

    fn one_operand(&mut self) -> Value {
        let Some(word) = self.words.get(self.at) else {
            let last = self.words.last().map_or("", String::as_str);
            return Err(format!("syntax error: missing argument after ‘{last}’"));
        };
        self.at += 1;
        match word.as_str() {
            "(" => {
                let value = self.or()?;
                if self.take(&[")"]).is_none() {
                    let last = self.words.get(self.at.saturating_sub(1)).map_or("", String::as_str);
                    return Err(format!("syntax error: expecting ')' after ‘{last}’"));
                }
                Ok(value)
            }
            ")" => Err("syntax error: unexpected ')'".to_owned()),
            "length" if self.words.len() > self.at => Ok(self.operand()?.chars().count().to_string()),
            "match" if self.words.len() > self.at + 1 => {
                let (text, pattern) = (self.operand()?, self.operand()?);
                matched(&text, &pattern)
            }
            "index" if self.words.len() > self.at + 1 => {
                let (text, set) = (self.operand()?, self.operand()?);
                Ok(text.chars().position(|c| set.contains(c)).map_or(0, |at| at + 1).to_string())
            }
            "substr" if self.words.len() > self.at + 2 => {
                let (text, start, length) = (self.operand()?, self.operand()?, self.operand()?);
                match (start.parse::<usize>(), length.parse::<usize>()) {
                    (Ok(start), Ok(length)) if start > 0 => {
                        Ok(text.chars().skip(start - 1).take(length).collect())
                    }
                    _ => Ok(String::new()),
                }
            }
            "+" if self.words.len() > self.at => {
                self.at += 1;
                Ok(self.words[self.at - 1].clone())
            }
            _ => Ok(word.clone()),
        }
    }
}

fn number(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| "non-integer argument".to_owned())
}

/// The group of a match at the start, or its length.
fn matched(text: &str, pattern: &str) -> Value {
    let grouped = pattern.contains("\\(");
    let regex = regex::compile(&format!("^{}", pattern.trim_start_matches('^')), Syntax::Basic, false)?;
    let found = regex.captures(text);
    Ok(match (found, grouped) {
        (Some(found), true) => found.get(1).map_or(String::new(), |group| group.as_str().to_owned()),
        (Some(found), false) => found[0].chars().count().to_string(),
        (None, true) => String::new(),
        (None, false) => "0".to_owned(),
    })
}
