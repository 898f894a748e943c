//! Times, by the virtual clock's calendar; UTC alone.

use jaq_core::Error;
use jaq_core::native::{bome, unary, v};
use jaq_json::{Val, ValR};
use jaq_std::ValT as _;
use podground_sim::Time;

use super::{List, number, text};
use crate::calendar::{self, Zone};

pub(super) fn funs() -> List {
    vec![
        ("fromdateiso8601", v(0), |cv| bome(from_iso(&cv.1))),
        ("todateiso8601", v(0), |cv| bome(strftime(&cv.1, "%Y-%m-%dT%H:%M:%SZ"))),
        ("strftime", v(1), |cv| unary(cv, |value, format| strftime(&value, &text(&format)?))),
        ("strflocaltime", v(1), |cv| unary(cv, |value, format| strftime(&value, &text(&format)?))),
        ("gmtime", v(0), |cv| bome(number(&cv.1).map(gmtime))),
        ("localtime", v(0), |cv| bome(number(&cv.1).map(gmtime))),
        ("mktime", v(0), |cv| bome(seconds(&cv.1, "mktime").map(whole))),
        ("strptime", v(1), |cv| unary(cv, |value, format| strptime(&text(&value)?, &text(&format)?))),
    ]
}

fn whole(seconds: u64) -> Val {
    Val::from(seconds as isize)
}

fn from_iso(value: &Val) -> ValR {
    let given = text(value)?;
    let time = Time::parse_rfc3339(&given).filter(|_| given.ends_with('Z'));
    time.map(|time| whole(time.unix_seconds()))
        .ok_or_else(|| Error::str(format!("date \"{given}\" does not match format \"%Y-%m-%dT%H:%M:%SZ\"")))
}

fn gmtime(seconds: f64) -> Val {
    let time = Time::from_unix_seconds(seconds.max(0.0) as u64);
    let c = time.civil();
    let second = f64::from(c.second) + seconds.fract();
    let parts = [c.year as isize, c.month as isize - 1, c.day as isize, c.hour as isize, c.minute as isize];
    let mut values: Vec<Val> = parts.into_iter().map(Val::from).collect();
    values.push(if second.fract() == 0.0 { Val::from(second as isize) } else { Val::from(second) });
    values.push(Val::from(c.weekday as isize));
    values.push(Val::from(c.year_day as isize - 1));
    values.into_iter().collect()
}

/// The seconds of a number or of broken-down time.
fn seconds(value: &Val, function: &str) -> Result<u64, jaq_json::Error> {
    if let Some(number) = value.as_f64().filter(|_| function != "mktime") {
        return Ok(number.max(0.0) as u64);
    }
    let Val::Arr(parts) = value else {
        return Err(Error::str(if function == "mktime" {
            "mktime requires array of 6 numbers".to_owned()
        } else {
            format!("{function}/1 requires parsed datetime inputs")
        }));
    };
    let parts: Vec<i64> = parts.iter().filter_map(|part| part.as_f64().map(|part| part as i64)).collect();
    let [year, month, day, hour, minute, second, ..] = parts[..] else {
        return Err(Error::str("mktime requires parsed datetime inputs"));
    };
    let text = format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z", month + 1);
    Time::parse_rfc3339(&text)
        .map(Time::unix_seconds)
        .ok_or_else(|| Error::str("invalid gmtime representation"))
}

fn strftime(value: &Val, format: &str) -> ValR {
    let time = Time::from_unix_seconds(seconds(value, "strftime")?);
    Ok(Val::from(calendar::format(time, &Zone::utc(), format)))
}

/// Reads a time by a format, as far as its letters are numbers or names of months and days.
fn strptime(given: &str, format: &str) -> ValR {
    let failed = || Error::str(format!("date \"{given}\" does not match format \"{format}\""));
    let format = format.replace("%T", "%H:%M:%S").replace("%F", "%Y-%m-%d").replace("%R", "%H:%M");
    let (mut year, mut month, mut day, mut hour, mut minute, mut second) = (1900, 1, 1, 0, 0, 0);
    let mut rest = given;
    let mut letters = format.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            rest = rest.strip_prefix(letter).ok_or_else(failed)?;
            continue;
        }
        let letter = letters.next().ok_or_else(failed)?;
        if matches!(letter, 'b' | 'B' | 'a' | 'A' | 'h') {
            let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            const MONTHS: &str = "janfebmaraprmayjunjulaugsepoctnovdec";
            let name = rest[..end].to_lowercase();
            if !matches!(letter, 'a' | 'A') {
                let at = name.get(..3).and_then(|name| MONTHS.find(name)).ok_or_else(failed)?;
                month = at as u32 / 3 + 1;
            }
            rest = &rest[end..];
            continue;
        }
        if matches!(letter, 'Z' | 'z') {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '+' && c != '-').unwrap_or(rest.len());
            rest = &rest[end..];
            continue;
        }
        let most = if letter == 'Y' { 4 } else { 2 };
        let digits = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        let number: u32 = rest[..digits].parse().map_err(|_| failed())?;
        rest = &rest[digits..];
        let place = match letter {
            'Y' => &mut year,
            'm' => &mut month,
            'd' | 'e' => &mut day,
            'H' => &mut hour,
            'M' => &mut minute,
            'S' => &mut second,
            _ => return Err(failed()),
        };
        *place = number;
    }
    if !rest.is_empty() {
        return Err(failed());
    }
    let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
    let time = Time::parse_rfc3339(&text).ok_or_else(failed)?;
    Ok(gmtime(time.unix_seconds() as f64))
}
