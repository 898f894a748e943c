//! `date`

use podground_shell::Process;
use podground_sim::Time;

use crate::options::{self, Syntax};
use crate::stream::complain;

const SYNTAX: Syntax = Syntax::new(
    "d:uRI::",
    &[("date=", 'd'), ("utc", 'u'), ("universal", 'u'), ("rfc-email", 'R'), ("iso-8601=?", 'I')],
    "[OPTION]... [+FORMAT]",
    "Print the time, which is UTC here.",
);

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let now = process.host.sim.now();
    let time = match parsed.value('d') {
        None => now,
        Some(text) => match parse(text, now) {
            Some(time) => time,
            None => {
                complain(process, format_args!("invalid date ‘{text}’")).await;
                return Err(1);
            }
        },
    };
    let format = match parsed.operands.first().and_then(|operand| operand.strip_prefix('+')) {
        Some(format) => format.to_owned(),
        None if !parsed.operands.is_empty() => {
            complain(process, format_args!("invalid date ‘{}’", parsed.operands[0])).await;
            return Err(1);
        }
        None if parsed.has('R') => "%a, %d %b %Y %H:%M:%S +0000".to_owned(),
        None => match parsed.value('I') {
            Some("seconds" | "second") => "%Y-%m-%dT%H:%M:%S+00:00".to_owned(),
            Some("minutes" | "minute") => "%Y-%m-%dT%H:%M+00:00".to_owned(),
            Some("hours" | "hour") => "%Y-%m-%dT%H+00:00".to_owned(),
            Some("ns") => "%Y-%m-%dT%H:%M:%S,%N+00:00".to_owned(),
            Some(_) => "%Y-%m-%d".to_owned(),
            None => "%a %b %e %H:%M:%S UTC %Y".to_owned(),
        },
    };
    process.print(&format!("{}\n", write(&format, time))).await;
    Ok(0)
}

/// `2026-01-01T10:00:00Z`, `2026-01-01 10:00:00`, `@0`, `now`, `1 hour ago`, `+2 days`
pub(crate) fn parse(text: &str, now: Time) -> Option<Time> {
    if let Some(seconds) = text.strip_prefix('@') {
        return seconds.parse().ok().map(Time::from_unix_seconds);
    }
    if matches!(text, "now" | "") {
        return Some(now);
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let relative = |count: i64, unit: &str| {
        let seconds = match unit.trim_end_matches('s') {
            "sec" | "second" => 1,
            "min" | "minute" => 60,
            "hour" => 3600,
            "day" => 86400,
            "week" => 604_800,
            _ => return None,
        };
        let moved = i64::try_from(now.unix_seconds()).ok()? + count * seconds;
        u64::try_from(moved).ok().map(Time::from_unix_seconds)
    };
    match words.as_slice() {
        ["yesterday"] => return relative(-1, "day"),
        ["tomorrow"] => return relative(1, "day"),
        [count, unit, "ago"] => return relative(-count.parse::<i64>().ok()?, unit),
        [count, unit] if count.parse::<i64>().is_ok() => return relative(count.parse().ok()?, unit),
        _ => {}
    }
    Time::parse_rfc3339(text)
        .or_else(|| Time::parse_rfc3339(&format!("{text}Z")))
        .or_else(|| Time::parse_rfc3339(&format!("{text}T00:00:00Z")))
}

/// The time in a format of `strftime`.
pub(crate) fn write(format: &str, time: Time) -> String {
    let c = time.civil();
    let (day_name, month_name) = (DAYS[c.weekday as usize % 7], MONTHS[(c.month as usize + 11) % 12]);
    let hour12 = if c.hour % 12 == 0 { 12 } else { c.hour % 12 };
    let half = if c.hour < 12 { "AM" } else { "PM" };
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(letter) = chars.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        let mut code = chars.next();
        let unpadded = code == Some('-');
        if unpadded {
            code = chars.next();
        }
        let two = |value: u32| if unpadded { value.to_string() } else { format!("{value:02}") };
        match code {
            Some('Y') => out.push_str(&c.year.to_string()),
            Some('y') => out.push_str(&format!("{:02}", c.year % 100)),
            Some('m') => out.push_str(&two(c.month)),
            Some('d') => out.push_str(&two(c.day)),
            Some('e') => out.push_str(&format!("{:2}", c.day)),
            Some('H') => out.push_str(&two(c.hour)),
            Some('I') => out.push_str(&two(hour12)),
            Some('M') => out.push_str(&two(c.minute)),
            Some('S') => out.push_str(&two(c.second)),
            Some('N') => out.push_str(&format!("{:09}", time.0 % 1_000_000_000)),
            Some('p') => out.push_str(half),
            Some('j') => out.push_str(&format!("{:03}", c.year_day)),
            Some('u') => out.push_str(&(if c.weekday == 0 { 7 } else { c.weekday }).to_string()),
            Some('w') => out.push_str(&c.weekday.to_string()),
            Some('a') => out.push_str(&day_name[..3]),
            Some('A') => out.push_str(day_name),
            Some('b' | 'h') => out.push_str(&month_name[..3]),
            Some('B') => out.push_str(month_name),
            Some('s') => out.push_str(&time.unix_seconds().to_string()),
            Some('Z') => out.push_str("UTC"),
            Some('z') => out.push_str("+0000"),
            Some('F') => out.push_str(&write("%Y-%m-%d", time)),
            Some('T') => out.push_str(&write("%H:%M:%S", time)),
            Some('R') => out.push_str(&write("%H:%M", time)),
            Some('D' | 'x') => out.push_str(&write("%m/%d/%y", time)),
            Some('X') => out.push_str(&write("%H:%M:%S", time)),
            Some('c') => out.push_str(&write("%a %b %e %H:%M:%S %Y", time)),
            Some('r') => out.push_str(&write("%I:%M:%S %p", time)),
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('%') => out.push('%'),
            Some(other) => {
                out.push('%');
                out.push(other);
            }
            None => out.push('%'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads() {
        let time = parse("2026-03-01 07:05:09", Time(0)).unwrap();
        assert_eq!(write("%a %b %e %H:%M:%S %Z %Y %-H %j", time), "Sun Mar  1 07:05:09 UTC 2026 7 060");
        assert_eq!(parse("1 hour ago", time).unwrap().unix_seconds() + 3600, time.unix_seconds());
        assert_eq!(parse("nonsense", time), None);
    }
}
