//! `printf` and `sprintf`.

use super::number::Spec;
use super::value::Value;
use crate::text;

/// Writes values by a format; `convfmt` is for numbers that are shown as texts. An error comes with what was
/// written before it.
pub(crate) fn sprintf(format: &str, values: &[Value], convfmt: &str) -> Result<String, (String, String)> {
    let mut out = String::new();
    match write(&mut out, format, values, convfmt) {
        Ok(()) => Ok(out),
        Err(error) => Err((out, error)),
    }
}

fn write(out: &mut String, format: &str, values: &[Value], convfmt: &str) -> Result<(), String> {
    let mut chars = format.chars().peekable();
    let mut values = values.iter();
    let mut count = 0;
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        if chars.next_if_eq(&'%').is_some() {
            out.push('%');
            continue;
        }
        count += 1;
        let mut spec = Spec::default();
        while let Some(flag) = chars.next_if(|c| "-+ #0".contains(*c)) {
            match flag {
                '-' => spec.left = true,
                '+' => spec.plus = true,
                ' ' => spec.space = true,
                '#' => spec.alternate = true,
                _ => spec.zero = true,
            }
        }
        let missing = || format!("not enough arguments passed to FUNCTION(\"{format}\")");
        if chars.next_if_eq(&'*').is_some() {
            let width = values.next().ok_or_else(missing)?.to_number() as i64;
            spec.left |= width < 0;
            spec.width = usize::try_from(width.unsigned_abs()).unwrap_or(0).min(100_000);
        } else {
            spec.width = digits(&mut chars);
        }
        if chars.next_if_eq(&'.').is_some() {
            spec.precision = Some(if chars.next_if_eq(&'*').is_some() {
                values.next().ok_or_else(missing)?.to_number().max(0.0) as usize
            } else {
                digits(&mut chars)
            });
        }
        while chars.next_if(|c| matches!(c, 'l' | 'h' | 'q' | 'L')).is_some() {}
        let kind = chars.next().unwrap_or('\0');
        if !"diouxXcsfFeEgG".contains(kind) {
            return Err(format!("improper conversion(number {count}) in FUNCTION(\"{format}\")"));
        }
        let value = values.next().ok_or_else(missing)?;
        out.push_str(&convert(spec, kind, value, convfmt));
    }
    Ok(())
}

fn digits(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> usize {
    let mut number = 0_usize;
    while let Some(digit) = chars.next_if(char::is_ascii_digit) {
        number = (number * 10 + digit as usize - '0' as usize).min(100_000);
    }
    number
}

fn convert(spec: Spec, kind: char, value: &Value, convfmt: &str) -> String {
    match kind {
        'c' => {
            let shown = match value {
                Value::Number(number) => text::decode(&[*number as i64 as u8]).into_owned(),
                other => first_byte(&other.to_text(convfmt)),
            };
            spec.pad(&shown, 1, None)
        }
        's' => {
            let whole = value.to_text(convfmt);
            let bytes = text::encode(&whole);
            let end = spec.precision.unwrap_or(usize::MAX).min(bytes.len());
            spec.pad(&text::decode(&bytes[..end]), end, None)
        }
        'd' | 'i' | 'o' | 'x' | 'X' | 'u' => {
            let number = value.to_number();
            let limit = 2_147_483_647.0;
            let whole = if kind == 'd' || kind == 'i' {
                number.clamp(-limit - 1.0, limit)
            } else {
                number.max(-limit - 1.0)
            };
            spec.integer(whole as i64, kind)
        }
        _ => spec.float(value.to_number(), kind),
    }
}

fn first_byte(text: &str) -> String {
    let bytes = text::encode(text);
    text::decode(bytes.get(..1).unwrap_or_default()).into_owned()
}
