//! `printf`.

use podground_sim::LocalBoxFuture;

use super::{Call, parse_options};
use crate::bash::clock;
use crate::bash::escapes::{Dialect, Output, backslash_quote, escape};
use crate::bash::state::{Run, Shell};

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let first = call.rest().first().map_or("", String::as_str);
        let (variable, rest) = if first.starts_with("-v") || first == "--" {
            match parse_options(call.rest(), "v:") {
                Ok(options) => (options.value('v').map(str::to_owned), options.rest),
                Err(bad) => return shell.bad_option("printf", bad).await,
            }
        } else if first.len() > 1 && first.starts_with('-') {
            let letter = first.chars().nth(1).unwrap_or('-');
            return shell.bad_option("printf", super::BadOption::Unknown(letter)).await;
        } else {
            (None, call.rest())
        };
        let Some((format, arguments)) = rest.split_first() else { return shell.usage("printf").await };
        if let Some(name) = variable.as_ref().map(|name| name.split('[').next().unwrap_or_default())
            && !crate::bash::parser::is_name(name)
        {
            let name = variable.unwrap_or_default();
            return shell.complain("printf", &format!("`{name}': not a valid identifier"), 2).await;
        }
        let now = shell.process.host.sim.now();
        let started = shell.started;
        let mut printer = Printer {
            format: format.chars().collect(),
            arguments,
            used: 0,
            out: Output::default(),
            errors: Vec::new(),
            failed: false,
            now,
            started,
        };
        printer.run();
        let Printer { out, errors, failed, .. } = printer;
        for error in errors {
            shell.error(&format!("printf: {error}")).await;
        }
        let status = u8::from(failed);
        let Some(name) = variable else {
            let bytes = out.into_bytes();
            let written = if bytes.is_empty() { 0 } else { shell.out_bytes("printf", &bytes).await };
            return Ok(status.max(written));
        };
        let text = out.finish();
        let result = match name.strip_suffix(']').and_then(|name| name.split_once('[')) {
            Some((base, index)) => match shell.subscript(base, index, 0) {
                Ok(key) => shell.assign_element(base, &key, text, false),
                Err(error) => Err(error.message),
            },
            None => shell.assign_text(&name, text, false),
        };
        match result {
            Ok(()) => Ok(status),
            Err(message) => shell.complain("printf", &message, 1).await,
        }
    })
}

struct Printer<'a> {
    format: Vec<char>,
    arguments: &'a [String],
    used: usize,
    out: Output,
    errors: Vec<String>,
    failed: bool,
    now: podground_sim::Time,
    started: podground_sim::Time,
}

/// Flags, width and precision of a directive.
#[derive(Default)]
struct Spec {
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
    width: usize,
    precision: Option<usize>,
}

impl Printer<'_> {
    /// Applies the format again and again until the arguments are used up.
    fn run(&mut self) {
        loop {
            let before = self.used;
            if !self.pass() || self.used >= self.arguments.len() || self.used == before {
                return;
            }
        }
    }

    fn next(&mut self) -> Option<String> {
        let argument = self.arguments.get(self.used).cloned();
        self.used += 1;
        argument
    }

    /// Applies the format once; `false` when all output ends.
    fn pass(&mut self) -> bool {
        let format = self.format.clone();
        let mut i = 0;
        while i < format.len() {
            match format[i] {
                '\\' => i += 1 + escape(&format[i + 1..], &mut self.out, Dialect::Printf),
                '%' if format.get(i + 1) == Some(&'%') => {
                    self.out.push('%');
                    i += 2;
                }
                '%' => match self.directive(&format, i + 1) {
                    Some(next) => i = next,
                    None => return false,
                },
                c => {
                    self.out.push(c);
                    i += 1;
                }
            }
        }
        true
    }

    /// One `%…` whose letters begin at `i`; gives where the format goes on.
    fn directive(&mut self, format: &[char], mut i: usize) -> Option<usize> {
        let begin = i;
        let mut spec = Spec::default();
        while let Some(c) = format.get(i) {
            match c {
                '-' => spec.left = true,
                '+' => spec.plus = true,
                ' ' => spec.space = true,
                '#' => spec.alternate = true,
                '0' => spec.zero = true,
                '\'' => {}
                _ => break,
            }
            i += 1;
        }
        let number = |printer: &mut Self, i: &mut usize| -> Option<i64> {
            if format.get(*i) == Some(&'*') {
                *i += 1;
                let text = printer.next().unwrap_or_default();
                return Some(printer.number(&text));
            }
            let digits: String = format[*i..].iter().take_while(|c| c.is_ascii_digit()).collect();
            *i += digits.len();
            digits.parse().ok()
        };
        if let Some(width) = number(self, &mut i) {
            spec.left |= width < 0;
            spec.width = (width.unsigned_abs() as usize).min(100_000);
        }
        if format.get(i) == Some(&'.') {
            i += 1;
            let precision = number(self, &mut i).unwrap_or(0);
            spec.precision = usize::try_from(precision).ok().map(|p| p.min(100_000));
        }
        while matches!(format.get(i), Some('l' | 'h' | 'j' | 'z' | 't' | 'L')) {
            i += 1;
        }
        if format.get(i) == Some(&'(') {
            let length = format[i..].iter().position(|c| *c == ')')?;
            let pattern: String = format[i + 1..i + length].iter().collect();
            if format.get(i + length + 1) == Some(&'T') {
                self.time(&pattern, &spec);
                return Some(i + length + 2);
            }
        }
        let Some(letter) = format.get(i).copied() else {
            let shown: String = format[begin..].iter().collect();
            self.errors.push(format!("`%{shown}': missing format character"));
            self.failed = true;
            return None;
        };
        self.convert(letter, &spec)?;
        Some(i + 1)
    }

    fn convert(&mut self, letter: char, spec: &Spec) -> Option<()> {
        match letter {
            's' => {
                let text = self.next().unwrap_or_default();
                self.text(&text, spec);
            }
            'q' => {
                let text = self.next().unwrap_or_default();
                self.text(&backslash_quote(&text), spec);
            }
            'b' => {
                let text = self.next().unwrap_or_default();
                let mut inner = Output::default();
                let goes_on = super::echo::unescape(&text, &mut inner);
                let bytes = inner.into_bytes();
                match String::from_utf8(bytes) {
                    Ok(text) => self.text(&text, spec),
                    Err(error) => error.into_bytes().into_iter().for_each(|byte| self.out.push_byte(byte)),
                }
                if !goes_on {
                    return None;
                }
            }
            'c' => {
                let text: String = self.next().unwrap_or_default().chars().take(1).collect();
                self.text(&text, spec);
            }
            'd' | 'i' => {
                let text = self.next().unwrap_or_default();
                let value = self.number(&text);
                let sign = if value < 0 {
                    "-"
                } else if spec.plus {
                    "+"
                } else if spec.space {
                    " "
                } else {
                    ""
                };
                self.digits(sign, &value.unsigned_abs().to_string(), spec);
            }
            'u' | 'o' | 'x' | 'X' => {
                let text = self.next().unwrap_or_default();
                let value = self.number(&text) as u64;
                let digits = match letter {
                    'u' => value.to_string(),
                    'o' => format!("{value:o}"),
                    'x' => format!("{value:x}"),
                    _ => format!("{value:X}"),
                };
                let prefix = match letter {
                    'o' if spec.alternate => "0",
                    'x' if spec.alternate && value != 0 => "0x",
                    'X' if spec.alternate && value != 0 => "0X",
                    _ => "",
                };
                self.digits(prefix, &digits, spec);
            }
            'f' | 'F' | 'e' | 'E' | 'g' | 'G' => {
                let text = self.next().unwrap_or_default();
                let value = self.float(&text);
                self.float_text(letter, value, spec);
            }
            'n' => {
                self.next();
            }
            _ => {
                self.errors.push(format!("`{letter}': invalid format character"));
                self.failed = true;
                return None;
            }
        }
        Some(())
    }

    fn time(&mut self, pattern: &str, spec: &Spec) {
        let text = self.next();
        let time = match text.as_deref() {
            None | Some("-1") => self.now,
            Some("-2") => self.started,
            Some(text) => podground_sim::Time::from_unix_seconds(self.number(text).max(0) as u64 % (1 << 34)),
        };
        let pattern = if pattern.is_empty() { "%X" } else { pattern };
        self.text(&clock::format(time, pattern), spec);
    }

    fn text(&mut self, text: &str, spec: &Spec) {
        // Width and precision count bytes, as in bash.
        let mut end = spec.precision.map_or(text.len(), |most| most.min(text.len()));
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.pad(&text[..end], spec, ' ');
    }

    fn pad(&mut self, text: &str, spec: &Spec, fill: char) {
        let missing = spec.width.saturating_sub(text.len());
        let padding = fill.to_string().repeat(missing);
        if spec.left {
            self.out.push_str(text);
            self.out.push_str(&" ".repeat(missing));
        } else {
            self.out.push_str(&padding);
            self.out.push_str(text);
        }
    }

    fn digits(&mut self, prefix: &str, digits: &str, spec: &Spec) {
        let least = match spec.precision {
            Some(precision) => precision,
            None if spec.zero && !spec.left => spec.width.saturating_sub(prefix.len()),
            None => 0,
        };
        let zeros = "0".repeat(least.saturating_sub(digits.len()));
        self.pad(&format!("{prefix}{zeros}{digits}"), spec, ' ');
    }

    /// The number of an argument; what is wrong with it is noted.
    fn number(&mut self, text: &str) -> i64 {
        let trimmed = text.trim_start();
        if let Some(quoted) = trimmed.strip_prefix(['\'', '"']) {
            return quoted.chars().next().map_or(0, |c| i64::from(c as u32));
        }
        let (sign, digits) = match trimmed.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, trimmed.strip_prefix('+').unwrap_or(trimmed)),
        };
        let (radix, digits) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
            Some(hex) => (16, hex),
            None if digits.len() > 1 && digits.starts_with('0') => (8, &digits[1..]),
            None => (10, digits),
        };
        let good: String = digits.chars().take_while(|c| c.is_digit(radix)).collect();
        if good.len() < digits.len() || (good.is_empty() && !text.is_empty() && radix != 8) {
            let kind = if radix == 8 {
                "invalid octal number"
            } else if radix == 16 {
                "invalid hex number"
            } else {
                "invalid number"
            };
            let kind = if digits.is_empty() && radix == 10 { "invalid number" } else { kind };
            self.errors.push(format!("{text}: {kind}"));
            self.failed = true;
        }
        if good.is_empty() {
            return 0;
        }
        match i128::from_str_radix(&good, radix) {
            Ok(value) => {
                let value = value * sign;
                match i64::try_from(value) {
                    Ok(value) => value,
                    Err(_) if u64::try_from(value).is_ok() => value as i64,
                    Err(_) => {
                        self.out_of_range(text);
                        if value < 0 { i64::MIN } else { i64::MAX }
                    }
                }
            }
            Err(_) => {
                self.out_of_range(text);
                i64::MAX
            }
        }
    }

    fn out_of_range(&mut self, text: &str) {
        self.errors.push(format!("warning: {text}: Numerical result out of range"));
    }

    fn float(&mut self, text: &str) -> f64 {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return 0.0;
        }
        if let Ok(value) = trimmed.parse::<f64>() {
            return value;
        }
        if trimmed.starts_with(['\'', '"', '0']) {
            return self.number(trimmed) as f64;
        }
        self.errors.push(format!("{text}: invalid number"));
        self.failed = true;
        let ends: Vec<usize> = trimmed.char_indices().map(|(index, _)| index).rev().collect();
        ends.into_iter().find_map(|end| trimmed[..end].parse().ok()).unwrap_or(0.0)
    }

    fn float_text(&mut self, letter: char, value: f64, spec: &Spec) {
        let precision = spec.precision.unwrap_or(6);
        let magnitude = value.abs();
        let mut text = if value.is_finite() {
            match letter {
                'f' | 'F' => format!("{magnitude:.precision$}"),
                'e' | 'E' => exponent(&format!("{magnitude:.precision$e}")),
                _ => general(magnitude, precision.max(1), spec.alternate),
            }
        } else if value.is_nan() {
            "nan".to_owned()
        } else {
            "inf".to_owned()
        };
        if letter.is_ascii_uppercase() {
            text = text.to_uppercase();
        }
        let sign = if value.is_sign_negative() {
            "-"
        } else if spec.plus {
            "+"
        } else if spec.space {
            " "
        } else {
            ""
        };
        if spec.zero && !spec.left {
            let zeros = "0".repeat(spec.width.saturating_sub(sign.len() + text.len()));
            text = format!("{zeros}{text}");
        }
        self.pad(&format!("{sign}{text}"), spec, ' ');
    }
}

/// `1e2` as C writes it: `1e+02`.
fn exponent(text: &str) -> String {
    let Some((mantissa, exponent)) = text.split_once('e') else { return text.to_owned() };
    let value: i32 = exponent.parse().unwrap_or(0);
    let sign = if value < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", value.abs())
}

/// `%g`
fn general(value: f64, precision: usize, keep_zeros: bool) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{value:.0$e}", precision - 1);
    let power: i32 = scientific.split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0);
    let trim = |text: String| {
        if keep_zeros || !text.contains('.') {
            return text;
        }
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    if power < -4 || power >= precision as i32 {
        let (mantissa, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
        return exponent(&format!("{}e{power}", trim(mantissa.to_owned())));
    }
    let digits = (precision as i32 - 1 - power).max(0) as usize;
    trim(format!("{value:.digits$}"))
}
