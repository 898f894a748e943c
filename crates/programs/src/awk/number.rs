//! Numbers of awk: read from texts and written by formats.

/// How many bytes at the start of a text are a decimal number.
pub(super) fn prefix_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        at
    };
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = digits(sign);
    let mut end = whole;
    let mut any = whole > sign;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        any |= fraction > end + 1;
        if any {
            end = fraction;
        }
    }
    if !any {
        return 0;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    end
}

/// The number that a text begins with; 0 where it begins with none.
pub(super) fn leading(text: &str) -> f64 {
    let text = text.trim_start_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
    let length = prefix_length(text);
    if length == 0 {
        return special(text).unwrap_or(0.0);
    }
    // mawk reads hexadecimal numbers, too.
    if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let end = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
        return u64::from_str_radix(&digits[..end.min(16)], 16).unwrap_or(0) as f64;
    }
    text[..length].parse().unwrap_or(0.0)
}

fn special(text: &str) -> Option<f64> {
    let (sign, word) = match text.as_bytes().first()? {
        b'-' => (-1.0, &text[1..]),
        b'+' => (1.0, &text[1..]),
        _ => return None,
    };
    let word = word.get(..3)?.to_ascii_lowercase();
    match word.as_str() {
        "inf" => Some(sign * f64::INFINITY),
        "nan" => Some(f64::NAN),
        _ => None,
    }
}

/// The number that a text from the input is, if it is nothing else.
pub(super) fn whole(text: &str) -> Option<f64> {
    let text = text.trim_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']);
    let length = prefix_length(text);
    if length == 0 || length != text.len() { None } else { text.parse().ok() }
}

/// How a conversion of `printf` is to look.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spec {
    pub(super) left: bool,
    pub(super) plus: bool,
    pub(super) space: bool,
    pub(super) alternate: bool,
    pub(super) zero: bool,
    pub(super) width: usize,
    pub(super) precision: Option<usize>,
}

impl Spec {
    /// Pads a text to the width; `sign_length` characters in front stay before zeros.
    pub(super) fn pad(&self, text: &str, length: usize, zeros_after: Option<usize>) -> String {
        let gap = self.width.saturating_sub(length);
        if gap == 0 {
            text.to_owned()
        } else if self.left {
            format!("{text}{}", " ".repeat(gap))
        } else if let Some(at) = zeros_after.filter(|_| self.zero) {
            format!("{}{}{}", &text[..at], "0".repeat(gap), &text[at..])
        } else {
            format!("{}{text}", " ".repeat(gap))
        }
    }

    fn sign(&self, negative: bool) -> &'static str {
        if negative {
            "-"
        } else if self.plus {
            "+"
        } else if self.space {
            " "
        } else {
            ""
        }
    }

    /// `%d`, `%o`, `%x`, `%X`, `%u`
    pub(super) fn integer(&self, value: i64, kind: char) -> String {
        let (sign, mut digits) = match kind {
            'd' | 'i' => (self.sign(value < 0), value.unsigned_abs().to_string()),
            'o' => ("", format!("{value:o}")),
            'x' => ("", format!("{value:x}")),
            'X' => ("", format!("{value:X}")),
            _ => ("", (value as u64).to_string()),
        };
        if let Some(precision) = self.precision {
            if precision == 0 && value == 0 {
                digits.clear();
            }
            digits = format!("{}{digits}", "0".repeat(precision.saturating_sub(digits.len())));
        }
        let prefix = match kind {
            'x' if self.alternate && value != 0 => "0x",
            'X' if self.alternate && value != 0 => "0X",
            'o' if self.alternate && !digits.starts_with('0') => "0",
            _ => sign,
        };
        let text = format!("{prefix}{digits}");
        self.pad(&text, text.len(), self.precision.is_none().then_some(prefix.len()))
    }

    /// `%f`, `%e`, `%g` and their capitals
    pub(super) fn float(&self, value: f64, kind: char) -> String {
        let sign = self.sign(value.is_sign_negative() && !value.is_nan());
        let magnitude = value.abs();
        let digits = if value.is_nan() {
            "nan".to_owned()
        } else if value.is_infinite() {
            "inf".to_owned()
        } else {
            let precision = self.precision.unwrap_or(6);
            match kind.to_ascii_lowercase() {
                'f' => format!("{magnitude:.precision$}"),
                'e' => exponential(magnitude, precision),
                _ => general(magnitude, precision.max(1), self.alternate),
            }
        };
        let digits = if kind.is_ascii_uppercase() { digits.to_uppercase() } else { digits };
        let text = format!("{sign}{digits}");
        self.pad(&text, text.len(), value.is_finite().then_some(sign.len()))
    }
}

/// `1.500000e+03`
fn exponential(value: f64, precision: usize) -> String {
    let text = format!("{value:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{digits:0>2}")
}

/// `%g`: the shorter of the two, without zeros at the end.
fn general(value: f64, precision: usize, keep_zeros: bool) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let text = exponential(value, precision - 1);
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let power: i32 = exponent.parse().unwrap_or(0);
    let trim = |text: &str| {
        if text.contains('.') && !keep_zeros {
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        } else {
            text.to_owned()
        }
    };
    if power < -4 || power >= precision as i32 {
        return format!("{}e{exponent}", trim(mantissa));
    }
    let decimals = (precision as i32 - 1 - power).max(0) as usize;
    trim(&format!("{value:.decimals$}"))
}

/// Whole numbers up to this are written with all their digits; mawk's limit.
const MAX_INTEGER: f64 = 2_147_483_647.0;

/// The text of a number by `CONVFMT` or `OFMT`; whole numbers are written as such.
pub(super) fn to_text(value: f64, format: &str) -> String {
    if value.fract() == 0.0 && value.abs() <= MAX_INTEGER {
        return format!("{}", value as i64);
    }
    match format.strip_prefix("%.").and_then(|rest| rest.strip_suffix('g')) {
        Some(digits) => {
            let spec = Spec { precision: digits.parse().ok(), ..Spec::default() };
            spec.float(value, 'g')
        }
        None => match super::format::sprintf(format, &[super::value::Value::Number(value)], format) {
            Ok(text) | Err((text, _)) => text,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_as_c_writes_them() {
        assert_eq!(to_text(0.1 + 0.2, "%.6g"), "0.3");
        assert_eq!(to_text(1e6, "%.6g"), "1000000");
        assert_eq!(to_text(1_234_567.5, "%.6g"), "1.23457e+06");
        assert_eq!(to_text(1e-5, "%.6g"), "1e-05");
        assert_eq!(leading(" -3.5e2x") as i64, -350);
        assert_eq!(whole(" 12 "), Some(12.0));
        assert_eq!(whole("12a"), None);
    }
}
