//! How `sort` compares lines.

use std::cmp::Ordering;

/// How a key is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Rules {
    kind: Kind,
    blanks: bool,
    fold: bool,
    dictionary: bool,
    printable: bool,
    pub(super) reverse: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Text,
    Numeric,
    General,
    Human,
    Month,
    Version,
}

impl Rules {
    /// Sets what an option letter says.
    pub(super) fn set(&mut self, letter: char) {
        match letter {
            'b' => self.blanks = true,
            'd' => self.dictionary = true,
            'f' => self.fold = true,
            'i' => self.printable = true,
            'r' => self.reverse = true,
            'g' => self.kind = Kind::General,
            'h' => self.kind = Kind::Human,
            'M' => self.kind = Kind::Month,
            'n' => self.kind = Kind::Numeric,
            'V' => self.kind = Kind::Version,
            _ => {}
        }
    }

    /// Whether bytes are compared as they are, in either direction.
    pub(super) fn is_plain(self) -> bool {
        Self { reverse: false, ..self } == Self::default()
    }

    fn compare(self, a: &[u8], b: &[u8]) -> Ordering {
        let order = match self.kind {
            Kind::Numeric => numeric(a, b),
            Kind::General => general(a).partial_cmp(&general(b)).unwrap_or(Ordering::Equal),
            Kind::Human => human(a, b),
            Kind::Month => month(a).cmp(&month(b)),
            Kind::Version => version(a, b),
            Kind::Text if self.fold || self.dictionary || self.printable => {
                self.reduced(a).cmp(&self.reduced(b))
            }
            Kind::Text => a.cmp(b),
        };
        if self.reverse { order.reverse() } else { order }
    }

    fn reduced(self, text: &[u8]) -> Vec<u8> {
        let kept = text.iter().filter(|byte| {
            (!self.dictionary || byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'\t'))
                && (!self.printable || (32..127).contains(*byte))
        });
        kept.map(|byte| if self.fold { byte.to_ascii_uppercase() } else { *byte }).collect()
    }
}

/// A part of lines that is compared: `-k 2,3n`.
pub(super) struct Key {
    rules: Rules,
    start: (usize, usize),
    end: Option<(usize, usize)>,
    start_blanks: bool,
    end_blanks: bool,
}

impl Key {
    /// The whole line.
    pub(super) fn whole(rules: Rules) -> Self {
        Self { rules, start: (1, 1), end: None, start_blanks: rules.blanks, end_blanks: false }
    }

    /// Reads the value of `-k`; without letters of its own it takes the rules that hold for all.
    pub(super) fn parse(text: &str, all: Rules) -> Result<Self, String> {
        let (start_text, end_text) = match text.split_once(',') {
            Some((start, end)) => (start, Some(end)),
            None => (text, None),
        };
        let mut own = Rules::default();
        let mut any = false;
        let mut position = |part: &str| {
            let number_end = part.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(part.len());
            let (numbers, letters) = part.split_at(number_end);
            if numbers.is_empty() {
                return Err(format!("invalid number at field start: invalid count at start of ‘{text}’"));
            }
            let mut blanks = false;
            for letter in letters.chars() {
                if !"bdfghiMnrV".contains(letter) {
                    return Err(format!(
                        "stray character in field spec: invalid field specification ‘{text}’"
                    ));
                }
                any = true;
                if letter == 'b' {
                    blanks = true;
                } else {
                    own.set(letter);
                }
            }
            let (field, offset) = numbers.split_once('.').unwrap_or((numbers, ""));
            let number = |digits: &str| {
                digits
                    .parse::<usize>()
                    .map_err(|_| format!("invalid number at field start: invalid count at start of ‘{text}’"))
            };
            let field = number(field)?;
            let offset = if offset.is_empty() { 0 } else { number(offset)? };
            Ok((field, offset, blanks))
        };
        let (field, offset, start_blanks) = position(start_text)?;
        if field == 0 {
            return Err(format!("field number is zero: invalid field specification ‘{text}’"));
        }
        let mut end_blanks = false;
        let end = match end_text {
            None => None,
            Some(end) => {
                let (field, offset, blanks) = position(end)?;
                if field == 0 {
                    return Err(format!("field number is zero: invalid field specification ‘{text}’"));
                }
                end_blanks = blanks;
                Some((field, offset))
            }
        };
        let inherits = !any;
        Ok(Self {
            rules: if inherits { all } else { own },
            start: (field, offset.max(1)),
            end,
            start_blanks: start_blanks || inherits && all.blanks,
            end_blanks: end_blanks || inherits && all.blanks,
        })
    }

    /// Compares two lines by this key.
    pub(super) fn compare(&self, a: &[u8], b: &[u8], separator: Option<u8>) -> Ordering {
        self.rules.compare(self.part(a, separator), self.part(b, separator))
    }

    fn part<'a>(&self, line: &'a [u8], separator: Option<u8>) -> &'a [u8] {
        let mut start = field_start(line, self.start.0, separator);
        if self.start_blanks {
            start = skip_blanks(line, start);
        }
        start = (start + self.start.1 - 1).min(line.len());
        let end = match self.end {
            None => line.len(),
            Some((field, 0)) => field_end(line, field, separator),
            Some((field, offset)) => {
                let mut at = field_start(line, field, separator);
                if self.end_blanks {
                    at = skip_blanks(line, at);
                }
                (at + offset).min(line.len())
            }
        };
        line.get(start..end.max(start)).unwrap_or_default()
    }
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn skip_blanks(line: &[u8], start: usize) -> usize {
    start + line[start..].iter().take_while(|byte| is_blank(**byte)).count()
}

/// Where a field begins; without a separator, blanks before a field belong to it.
fn field_start(line: &[u8], field: usize, separator: Option<u8>) -> usize {
    let mut at = 0;
    for _ in 1..field {
        at = one_field(line, at, separator);
        if separator.is_some() && at < line.len() {
            at += 1;
        }
    }
    at
}

fn field_end(line: &[u8], field: usize, separator: Option<u8>) -> usize {
    one_field(line, field_start(line, field, separator), separator)
}

fn one_field(line: &[u8], start: usize, separator: Option<u8>) -> usize {
    match separator {
        Some(separator) => {
            line[start..].iter().position(|byte| *byte == separator).map_or(line.len(), |index| start + index)
        }
        None => {
            let word = skip_blanks(line, start);
            word + line[word..].iter().take_while(|byte| !is_blank(**byte)).count()
        }
    }
}

/// The sign, the digits before and those after the point of the number that a text begins with.
fn number(text: &[u8]) -> (bool, &[u8], &[u8], &[u8]) {
    let text = &text[skip_blanks(text, 0)..];
    let (negative, text) = match text.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let zeros = text.iter().take_while(|byte| **byte == b'0').count();
    let text = &text[zeros..];
    let whole = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (whole, rest) = text.split_at(whole);
    let Some(rest) = rest.strip_prefix(b".") else { return (negative, whole, b"", rest) };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (fraction, rest) = rest.split_at(digits);
    let zeros = fraction.iter().rev().take_while(|byte| **byte == b'0').count();
    (negative, whole, &fraction[..fraction.len() - zeros], rest)
}

fn numeric(a: &[u8], b: &[u8]) -> Ordering {
    let ((a_negative, a_whole, a_part, _), (b_negative, b_whole, b_part, _)) = (number(a), number(b));
    let sign =
        |negative: bool, whole: &[u8], part: &[u8]| match (negative, whole.is_empty() && part.is_empty()) {
            (_, true) => 0,
            (true, false) => -1,
            (false, false) => 1,
        };
    let (a_sign, b_sign) = (sign(a_negative, a_whole, a_part), sign(b_negative, b_whole, b_part));
    a_sign.cmp(&b_sign).then_with(|| {
        let size = a_whole
            .len()
            .cmp(&b_whole.len())
            .then_with(|| a_whole.cmp(b_whole))
            .then_with(|| a_part.cmp(b_part));
        if a_sign < 0 { size.reverse() } else { size }
    })
}

fn human(a: &[u8], b: &[u8]) -> Ordering {
    let rank = |text: &[u8]| {
        let (negative, whole, part, rest) = number(text);
        let unit =
            rest.first().and_then(|unit| b"KMGTPEZY".iter().position(|u| *u == unit.to_ascii_uppercase()));
        let rank = unit.map_or(0, |unit| unit as i32 + 1);
        match (whole.is_empty() && part.is_empty(), negative) {
            (true, _) => 0,
            (false, true) => -rank - 1,
            (false, false) => rank + 1,
        }
    };
    rank(a).cmp(&rank(b)).then_with(|| numeric(a, b))
}

/// What is no number comes first.
fn general(text: &[u8]) -> f64 {
    let text = String::from_utf8_lossy(text);
    let text = text.trim_start();
    let end = (0..=text.len()).rev().filter(|end| text.is_char_boundary(*end));
    end.map(|end| &text[..end]).find_map(|part| part.parse().ok()).unwrap_or(f64::NEG_INFINITY)
}

fn month(text: &[u8]) -> usize {
    let text = &text[skip_blanks(text, 0)..];
    let name = text.get(..3).unwrap_or_default().to_ascii_uppercase();
    let months =
        [b"JAN", b"FEB", b"MAR", b"APR", b"MAY", b"JUN", b"JUL", b"AUG", b"SEP", b"OCT", b"NOV", b"DEC"];
    months.iter().position(|month| name == *month).map_or(0, |index| index + 1)
}

/// Compares digits as numbers and what is between them as text; a tilde comes before the end.
fn version(mut a: &[u8], mut b: &[u8]) -> Ordering {
    let rank = |byte: Option<&u8>| match byte {
        Some(b'~') => -1,
        None => 0,
        Some(byte) if byte.is_ascii_digit() => 0,
        Some(byte) if byte.is_ascii_alphabetic() => i32::from(*byte),
        Some(byte) => i32::from(*byte) + 256,
    };
    while !a.is_empty() || !b.is_empty() {
        loop {
            let digit = |text: &[u8]| text.first().is_none_or(u8::is_ascii_digit);
            if digit(a) && digit(b) {
                break;
            }
            let order = rank(a.first()).cmp(&rank(b.first()));
            if order != Ordering::Equal {
                return order;
            }
            a = a.get(1..).unwrap_or_default();
            b = b.get(1..).unwrap_or_default();
        }
        let take = |text: &mut &[u8]| {
            let zeros = text.iter().take_while(|byte| **byte == b'0').count();
            let digits = text[zeros..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            let number = text[zeros..zeros + digits].to_vec();
            *text = &text[zeros + digits..];
            number
        };
        let (x, y) = (take(&mut a), take(&mut b));
        let order = x.len().cmp(&y.len()).then_with(|| x.cmp(&y));
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}
