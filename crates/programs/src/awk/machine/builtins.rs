//! The functions of awk.

use std::rc::Rc;

use super::super::ast::{Builtin, Target, Var};
use super::super::code::{Separator, Slot as Place};
use super::super::format;
use super::super::record::Splitter;
use super::super::value::Value;
use super::{FS, Machine, OFMT, OFS, ORS, RLENGTH, RSTART, Request, Result};
use podground_sim::Time;

use crate::calendar::{self, Zone};
use crate::regex::Regex;
use crate::text::{decode, encode};

impl Machine {
    pub(super) fn print(&mut self, count: usize, target: Option<Target>) -> Option<Request> {
        let name = target.map(|_| self.pop_text());
        let ofmt = self.global(OFMT).to_text("%.6g");
        let mut line = if count == 0 {
            encode(&self.record_text()).into_owned()
        } else {
            let separator = self.global(OFS).to_text(&ofmt);
            let values = self.pop_many(count);
            let parts: Vec<Rc<str>> = values.iter().map(|value| value.to_text(&ofmt)).collect();
            encode(&parts.join(&*separator)).into_owned()
        };
        line.extend_from_slice(&encode(&self.global(ORS).to_text(&ofmt)));
        self.put_out(line, target, name)
    }

    pub(super) fn printf(&mut self, count: usize, target: Option<Target>) -> Result<Option<Request>> {
        let name = target.map(|_| self.pop_text());
        let text = match self.sprintf(count, "printf") {
            Ok(text) => text,
            Err((text, error)) => {
                if target.is_none() {
                    self.output.extend_from_slice(&encode(&text));
                }
                return Err(error);
            }
        };
        Ok(self.put_out(encode(&text).into_owned(), target, name))
    }

    fn sprintf(&mut self, count: usize, function: &str) -> std::result::Result<String, (String, String)> {
        let values = self.pop_many(count);
        let convfmt = self.convfmt();
        let format = values.first().map(|value| value.to_text(&convfmt)).unwrap_or_default();
        format::sprintf(&format, values.get(1..).unwrap_or_default(), &convfmt)
            .map_err(|(text, error)| (text, error.replacen("FUNCTION", function, 1)))
    }

    fn put_out(&mut self, bytes: Vec<u8>, target: Option<Target>, name: Option<Rc<str>>) -> Option<Request> {
        match (target, name) {
            (Some(Target::Truncate | Target::Append), Some(name))
                if &*name == "/dev/stdout" || &*name == "-" =>
            {
                self.output.extend(bytes);
                None
            }
            (Some(target), Some(name)) => Some(Request::Write(target, name, bytes)),
            _ => {
                self.output.extend(bytes);
                None
            }
        }
    }

    pub(super) fn length(&mut self, variable: Var) -> Result<()> {
        let length = match self.get(Place::Var(variable), "") {
            Ok(value) => encode(&value.to_text(&self.convfmt())).len(),
            Err(_) => self.array(variable)?.0.borrow().len(),
        };
        self.give(length as f64);
        Ok(())
    }

    pub(super) fn builtin(&mut self, builtin: Builtin, count: usize) -> Result<Option<Request>> {
        match builtin {
            Builtin::Length => {
                let text = if count == 0 { self.record_text() } else { self.pop_text() };
                self.give(encode(&text).len() as f64);
            }
            Builtin::Substr => {
                let length = if count == 3 { self.pop().to_number() } else { f64::INFINITY };
                let start = self.pop().to_number();
                let text = self.pop_text();
                self.stack.push(Value::text(substr(&text, start, length)));
            }
            Builtin::Index => {
                let part = self.pop_text();
                let text = self.pop_text();
                let (text, part) = (encode(&text), encode(&part));
                let at = if part.is_empty() {
                    None
                } else {
                    text.windows(part.len()).position(|window| window == &*part)
                };
                self.give(at.map_or(0.0, |at| at as f64 + 1.0));
            }
            Builtin::Match => {
                let regex = self.pop_regex()?;
                let text = self.pop_text();
                let found = regex.find(&text);
                let (start, length) = found.map_or((0, -1), |found| {
                    let before = encode(&text[..found.start()]).len();
                    (before + 1, encode(found.as_str()).len() as i64)
                });
                self.set_global(RSTART, Value::Number(start as f64));
                self.set_global(RLENGTH, Value::Number(length as f64));
                self.give(start as f64);
            }
            Builtin::Sprintf => {
                let text = self.sprintf(count, "sprintf").map_err(|(_, error)| error)?;
                self.stack.push(Value::text(text));
            }
            Builtin::Tolower => {
                let text = self.pop_text();
                self.stack.push(Value::text(text.to_ascii_lowercase()));
            }
            Builtin::Toupper => {
                let text = self.pop_text();
                self.stack.push(Value::text(text.to_ascii_uppercase()));
            }
            Builtin::Atan2 => {
                let x = self.pop().to_number();
                let y = self.pop().to_number();
                self.give(y.atan2(x));
            }
            Builtin::Sin | Builtin::Cos | Builtin::Exp | Builtin::Log | Builtin::Sqrt | Builtin::Int => {
                let x = self.pop().to_number();
                self.give(match builtin {
                    Builtin::Sin => x.sin(),
                    Builtin::Cos => x.cos(),
                    Builtin::Exp => x.exp(),
                    Builtin::Log => x.ln(),
                    Builtin::Sqrt => x.sqrt(),
                    _ => x.trunc(),
                });
            }
            Builtin::Rand => {
                let random = (self.rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
                self.give(random);
            }
            Builtin::Srand => {
                let seed = if count == 1 { self.pop().to_number() } else { self.now.trunc() };
                let before = std::mem::replace(&mut self.seed, seed);
                self.rng = podground_sim::Rng::new(seed.to_bits());
                self.give(before);
            }
            Builtin::Systime => {
                let now = self.now.trunc();
                self.give(now);
            }
            Builtin::Strftime => {
                let mut values = self.pop_many(count).into_iter();
                let format = values.next().map(|format| format.to_text("%.6g"));
                let seconds = values.next().map_or(self.now, |value| value.to_number());
                let time = Time::from_unix_seconds(seconds.max(0.0) as u64);
                let text = calendar::format(time, &Zone::utc(), format.as_deref().unwrap_or("%c"));
                self.stack.push(Value::text(text));
            }
            Builtin::Mktime => {
                let text = self.pop_text();
                self.give(mktime(&text).unwrap_or(-1.0));
            }
            Builtin::System => return Ok(Some(Request::System(self.pop_text()))),
            Builtin::Close => return Ok(Some(Request::Close(self.pop_text()))),
            Builtin::Fflush => {
                let name = if count == 0 { None } else { Some(self.pop_text()) };
                return Ok(Some(Request::Flush(name)));
            }
            Builtin::Split | Builtin::Sub | Builtin::Gsub => {
                return Err("split, sub or gsub of something else than a variable".to_owned());
            }
        }
        Ok(None)
    }

    /// The expression on the stack: a number is one of the program's own.
    fn pop_regex(&mut self) -> Result<Rc<Regex>> {
        match self.pop() {
            Value::Number(index) => Ok(self.regexes.constant(index as usize)),
            other => self.regexes.dynamic(&other.to_text("%.6g")),
        }
    }

    pub(super) fn split(&mut self, array: Var, separator: Separator) -> Result<()> {
        let splitter = match separator {
            Separator::Default => {
                let separator = self.global(FS).to_text("%.6g");
                self.splitter(&separator)?
            }
            Separator::Stack => {
                let separator = self.pop_text();
                self.splitter(&separator)?
            }
            Separator::Regex(index) => Splitter::Regex(self.regexes.constant(index)),
        };
        let text = self.pop_text();
        let parts = splitter.split(&text, false);
        let array = self.array(array)?;
        let mut map = array.0.borrow_mut();
        map.clear();
        for (index, part) in parts.iter().enumerate() {
            map.insert((index + 1).to_string().into(), Value::input(*part));
        }
        drop(map);
        self.give(parts.len() as f64);
        Ok(())
    }

    pub(super) fn substitute(&mut self, place: Place, all: bool) -> Result<()> {
        let replacement = self.pop_text();
        let regex = self.pop_regex()?;
        let (key, text) = if place == Place::Nothing {
            (Rc::from(""), self.pop_text())
        } else {
            let key = self.pop_key(place);
            let text = self.get(place, &key)?.to_text(&self.convfmt());
            (key, text)
        };
        let (result, count) = replace(&regex, &text, &replacement, all);
        if count > 0 {
            self.put(place, &key, Value::text(result))?;
        }
        self.give(count as f64);
        Ok(())
    }
}

/// The bytes of a text from a position on. mawk 1.3.4-20200120 does not round, and what lies before the text
/// makes the length greater.
fn substr(text: &str, start: f64, length: f64) -> String {
    let bytes = encode(text);
    let start = start.trunc();
    let length = if start < 1.0 { length - start } else { length }.trunc();
    let first = start.max(1.0);
    let end = (first + length).min(bytes.len() as f64 + 1.0);
    if end.is_nan() || first >= end {
        return String::new();
    }
    decode(&bytes[first as usize - 1..end as usize - 1]).into_owned()
}

/// Replaces the first match or all; `&` is the match, `\&` the character.
fn replace(regex: &Regex, text: &str, replacement: &str, all: bool) -> (String, usize) {
    let mut out = String::new();
    let mut count = 0;
    let mut copied = 0;
    let mut last_end = None;
    for found in regex.find_iter(text) {
        // An empty match right behind another one is none.
        if found.is_empty() && last_end == Some(found.start()) {
            continue;
        }
        out.push_str(&text[copied..found.start()]);
        let mut chars = replacement.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '\\' if matches!(chars.peek(), Some('&' | '\\')) => out.extend(chars.next()),
                '&' => out.push_str(found.as_str()),
                c => out.push(c),
            }
        }
        copied = found.end();
        last_end = Some(found.end());
        count += 1;
        if !all {
            break;
        }
    }
    out.push_str(&text[copied..]);
    (out, count)
}

/// `YYYY MM DD HH MM SS`
fn mktime(text: &str) -> Option<f64> {
    let parts: Vec<u32> = text.split_whitespace().map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [year, month, day, hour, minute, second, ..] = parts[..] else { return None };
    let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
    Time::parse_rfc3339(&text).map(|time| time.unix_seconds() as f64)
}
