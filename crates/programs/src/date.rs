//! `date`

use podground_shell::Process;
use podground_sim::Time;

use crate::calendar::{self, Zone};
use crate::options::{self, Syntax};
use crate::stream::complain;

const SYNTAX: Syntax = Syntax::new(
    "d:uRI::r:s:",
    &[
        ("date=", 'd'),
        ("utc", 'u'),
        ("universal", 'u'),
        ("rfc-email", 'R'),
        ("rfc-3339=", '3'),
        ("iso-8601=?", 'I'),
        ("reference=", 'r'),
        ("set=", 's'),
    ],
    "[OPTION]... [+FORMAT]",
    "Print the time.",
);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let zone = if parsed.has('u') { Zone::utc() } else { Zone::of(process.env("TZ")) };
    let now = process.host.sim.now();
    if parsed.has('s') {
        complain(process, "cannot set date: Operation not permitted").await;
        return Err(1);
    }
    let time = match (parsed.value('d'), parsed.value('r')) {
        (Some(text), _) => match parse_in(text, now, &zone) {
            Some(time) => time,
            None => {
                complain(process, format_args!("invalid date ‘{text}’")).await;
                return Err(1);
            }
        },
        (None, Some(file)) => match crate::files::metadata(process, file) {
            Ok(metadata) => Time(metadata.modified),
            Err(error) => {
                complain(process, format_args!("{file}: {error}")).await;
                return Err(1);
            }
        },
        (None, None) => now,
    };
    if let [_, extra, ..] = parsed.operands.as_slice() {
        return Err(options::refuse(process, &SYNTAX, &format!("extra operand ‘{extra}’")).await);
    }
    let format = match parsed.operands.first().map(|operand| (operand, operand.strip_prefix('+'))) {
        Some((_, Some(format))) => format.to_owned(),
        Some((operand, None)) => {
            complain(process, format_args!("invalid date ‘{operand}’")).await;
            return Err(1);
        }
        None => match (parsed.last_of("RI3"), parsed.value('I').or(parsed.value('3'))) {
            (Some('R'), _) => "%a, %d %b %Y %H:%M:%S %z",
            (Some('I'), Some("seconds" | "second" | "s")) => "%Y-%m-%dT%H:%M:%S%:z",
            (Some('I'), Some("minutes" | "minute")) => "%Y-%m-%dT%H:%M%:z",
            (Some('I'), Some("hours" | "hour")) => "%Y-%m-%dT%H%:z",
            (Some('I'), Some("ns")) => "%Y-%m-%dT%H:%M:%S,%N%:z",
            (Some('3'), Some("seconds" | "s")) => "%Y-%m-%d %H:%M:%S%:z",
            (Some('3'), Some("ns")) => "%Y-%m-%d %H:%M:%S.%N%:z",
            (Some(_), _) => "%Y-%m-%d",
            (None, _) => "%a %b %e %H:%M:%S %Z %Y",
        }
        .to_owned(),
    };
    process.print(&format!("{}\n", calendar::format(time, &zone, &format))).await;
    Ok(0)
}

/// Reads a time without a zone as one of UTC.
pub(crate) fn parse(text: &str, now: Time) -> Option<Time> {
    parse_in(text, now, &Zone::utc())
}

/// `2026-01-01T10:00:00Z`, `2026-01-01 10:00:00`, `@0`, `now`, `1 hour ago`, `+2 days`, `2026-01-01 + 1 day`
fn parse_in(text: &str, now: Time, zone: &Zone) -> Option<Time> {
    let text = text.trim();
    if let Some(seconds) = text.strip_prefix('@') {
        let seconds: f64 = seconds.parse().ok()?;
        return Some(Time((seconds.max(0.0) * 1e9) as u64));
    }
    let mut words: Vec<&str> = text.split_whitespace().collect();
    // What is counted from: a moment in front, else now.
    let mut time = now;
    for length in (1..=words.len().min(4)).rev() {
        if let Some(found) = moment(&words[..length].join(" "), now, zone) {
            time = found;
            words.drain(..length);
            break;
        }
    }
    let mut seconds = i64::try_from(time.unix_seconds()).ok()?;
    let mut words = words.into_iter().peekable();
    let mut sign = 1;
    while let Some(word) = words.next() {
        match word {
            "next" | "last" if words.peek().is_some_and(|unit| months_of(unit).is_some()) => {
                let months = words.next().and_then(months_of).unwrap_or(0);
                seconds = add_months(seconds, if word == "next" { months } else { -months }, zone)?;
            }
            "+" => sign = 1,
            "-" => sign = -1,
            "yesterday" => seconds -= 86_400,
            "tomorrow" => seconds += 86_400,
            _ => {
                let end = word.rfind(|c: char| c.is_ascii_digit()).map_or(0, |at| at + 1);
                let count: i64 = match &word[..end] {
                    "" if word == "next" => 1,
                    "" if word == "last" => -1,
                    "" => return None,
                    digits => digits.parse().ok()?,
                };
                let unit = if end == word.len() || end == 0 { words.next()? } else { &word[end..] };
                if let Some(months) = months_of(unit) {
                    let ago = words.next_if_eq(&"ago").is_some();
                    seconds = add_months(seconds, sign * count * months * if ago { -1 } else { 1 }, zone)?;
                    sign = 1;
                    continue;
                }
                let length = match unit.trim_end_matches('s') {
                    "sec" | "second" => 1,
                    "min" | "minute" => 60,
                    "hour" => 3600,
                    "day" => 86_400,
                    "week" => 604_800,
                    _ => return None,
                };
                let ago = words.next_if_eq(&"ago").is_some();
                seconds += sign * count * length * if ago { -1 } else { 1 };
                sign = 1;
            }
        }
    }
    let moved = seconds - i64::try_from(time.unix_seconds()).ok()?;
    Some(Time(time.0.checked_add_signed(moved * 1_000_000_000)?))
}

/// How many months a unit has.
fn months_of(unit: &str) -> Option<i64> {
    match unit.trim_end_matches('s') {
        "month" => Some(1),
        "year" => Some(12),
        _ => None,
    }
}

/// The same day and time some months on; days that a month lacks run into the next.
fn add_months(seconds: i64, months: i64, zone: &Zone) -> Option<i64> {
    let time = Time::from_unix_seconds(u64::try_from(seconds).ok()?);
    let shown = calendar::format(time, zone, "%Y %m %d %T");
    let mut parts = shown.split(' ');
    let (year, month, day): (i64, i64, i64) =
        (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let count = year * 12 + month - 1 + months;
    let (year, month) = (count.div_euclid(12), count.rem_euclid(12) + 1);
    let first = Time::parse_rfc3339(&format!("{year:04}-{month:02}-01T{}Z", parts.next()?))?;
    Some(i64::try_from(first.unix_seconds()).ok()? + (day - 1) * 86_400 - zone.offset)
}

/// Whether a date in front is in the calendar: there is no 30th of February.
fn has_day(text: &str) -> bool {
    let mut parts = text.splitn(3, '-').map(|part| part.chars().take_while(char::is_ascii_digit).collect());
    let mut number = || parts.next().and_then(|part: String| part.parse::<u32>().ok());
    let (Some(year), Some(month), Some(day)) = (number(), number(), number()) else { return true };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let most = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    day <= most
}

/// `1 Jan 2024`, `Jan 1, 2024` as `2024-01-01`.
fn named_month(text: &str) -> Option<String> {
    const NAMES: &[&str] =
        &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let words: Vec<String> =
        text.split([' ', ',']).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    let (first, second, year, clock) = match words.as_slice() {
        [first, second, year] => (first, second, year, ""),
        [first, second, year, clock] if clock.contains(':') => (first, second, year, clock.as_str()),
        _ => return None,
    };
    let month = |word: &str| word.get(..3).and_then(|head| NAMES.iter().position(|name| *name == head));
    let (day, month) = match (month(first), month(second)) {
        (None, Some(month)) => (first, month),
        (Some(month), None) => (second, month),
        _ => return None,
    };
    let (year, day): (u32, u32) = (year.parse().ok()?, day.parse().ok()?);
    (year > 31).then(|| format!("{year:04}-{:02}-{day:02} {clock}", month + 1).trim_end().to_owned())
}

/// A moment of its own: a date, a time of day, `now`.
fn moment(text: &str, now: Time, zone: &Zone) -> Option<Time> {
    let here = |time: Time| Some(Time(time.0.checked_add_signed(-zone.offset * 1_000_000_000)?));
    let today = calendar::format(now, zone, "%Y-%m-%d");
    match text {
        "now" | "today" => return Some(now),
        "midnight" => return here(Time::parse_rfc3339(&format!("{today}T00:00:00Z"))?),
        _ => {}
    }
    let named = named_month(text);
    let text = named.as_deref().unwrap_or(text);
    let plain = text.trim_end_matches(" UTC").replace(' ', "T").replace('/', "-");
    if !has_day(&plain) {
        return None;
    }
    if let Some(time) = Time::parse_rfc3339(&plain) {
        return Some(time);
    }
    let local = zone.offset != 0 && plain.len() == text.len();
    let shift = |time: Time| if local { here(time) } else { Some(time) };
    let with = [
        format!("{plain}Z"),
        format!("{plain}:00Z"),
        format!("{plain}T00:00:00Z"),
        format!("{today}T{plain}Z"),
        format!("{today}T{plain}:00Z"),
    ];
    with.iter().find_map(|text| Time::parse_rfc3339(text)).and_then(shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads() {
        let time = parse("2026-03-01 07:05:09", Time(0)).unwrap();
        assert_eq!(parse("1 hour ago", time).unwrap().unix_seconds() + 3600, time.unix_seconds());
        assert_eq!(parse("nonsense", time), None);
    }
}
