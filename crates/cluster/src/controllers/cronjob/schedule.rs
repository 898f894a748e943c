//! Schedules in the form of cron, as `robfig/cron` reads them.

use std::time::Duration;

use podground_sim::Time;

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MINUTE: Duration = Duration::from_mins(1);
const DAY: u64 = 86_400;

/// When something shall happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Schedule {
    /// At the minutes that match.
    Cron(Box<Cron>),
    /// `@every 90s`: again and again, counted from the last time.
    Every(Duration),
}

/// The five fields as sets of bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cron {
    minute: u64,
    hour: u64,
    day: u64,
    month: u64,
    weekday: u64,
    /// Whether day and weekday were both given: then either is enough.
    any_day: bool,
    /// Seconds east of UTC.
    offset: i64,
}

impl Schedule {
    /// Reads a schedule; the error is upstream's sentence.
    pub(crate) fn parse(text: &str, zone: &str) -> Result<Self, String> {
        let offset = zone_offset(zone);
        if let Some(name) = text.strip_prefix('@') {
            let fields = match name {
                "yearly" | "annually" => "0 0 1 1 *",
                "monthly" => "0 0 1 * *",
                "weekly" => "0 0 * * 0",
                "daily" | "midnight" => "0 0 * * *",
                "hourly" => "0 * * * *",
                _ => {
                    let every = name.strip_prefix("every ").and_then(podground_api::duration::parse_go);
                    let every = every.ok_or_else(|| format!("unrecognized descriptor: {text}"))?;
                    return Ok(Self::Every(every.max(Duration::from_secs(1))));
                }
            };
            return Self::parse(fields, zone);
        }
        let fields: Vec<&str> = text.split_whitespace().collect();
        let &[minute, hour, day, month, weekday] = fields.as_slice() else {
            let found = fields.len();
            return Err(format!("expected exactly 5 fields, found {found}: [{}]", fields.join(" ")));
        };
        let is_star = |field: &str| field.split(',').any(|part| part.starts_with(['*', '?']));
        Ok(Self::Cron(Box::new(Cron {
            minute: set(minute, 0, 59, &[])?,
            hour: set(hour, 0, 23, &[])?,
            day: set(day, 1, 31, &[])?,
            month: set(month, 1, 12, MONTHS)?,
            weekday: set(weekday, 0, 6, DAYS)?,
            any_day: !is_star(day) && !is_star(weekday),
            offset,
        })))
    }

    /// The first time after `after`; `None` if there is none within five years.
    pub(crate) fn next(&self, after: Time) -> Option<Time> {
        match self {
            Self::Every(every) => Some(after + *every),
            Self::Cron(cron) => cron.next(after),
        }
    }

    /// The last time after `from`, up to and including `to`.
    pub(crate) fn latest_between(&self, from: Time, to: Time) -> Option<Time> {
        let mut latest = None;
        let mut time = self.next(from)?;
        // After a very long pause only the last of many missed times matters: skip to its neighbourhood.
        if to.since(time) > MINUTE * 100_000 {
            time = self.next(to - MINUTE * 100_000)?;
        }
        while time <= to {
            latest = Some(time);
            time = self.next(time)?;
        }
        latest
    }
}

impl Cron {
    fn next(&self, after: Time) -> Option<Time> {
        let local = |time: Time| Time(time.0.saturating_add_signed(self.offset * 1_000_000_000));
        let mut time = Time::from_unix_seconds(after.unix_seconds() / 60 * 60) + MINUTE;
        let limit = after + Duration::from_secs(5 * 366 * DAY);
        while time <= limit {
            let now = local(time).civil();
            let bit = |set: u64, value: u32| set >> value & 1 == 1;
            let by_day = bit(self.day, now.day);
            let by_weekday = bit(self.weekday, now.weekday);
            let day_fits = if self.any_day { by_day || by_weekday } else { by_day && by_weekday };
            if !bit(self.month, now.month) || !day_fits {
                let rest = DAY - u64::from(now.hour) * 3600 - u64::from(now.minute) * 60;
                time = time + Duration::from_secs(rest);
            } else if !bit(self.hour, now.hour) {
                time = time + Duration::from_secs(3600 - u64::from(now.minute) * 60);
            } else if bit(self.minute, now.minute) {
                return Some(time);
            } else {
                time = time + MINUTE;
            }
        }
        None
    }
}

/// Reads `1,5-10/2,*/15` into a set of bits.
fn set(field: &str, min: u32, max: u32, names: &[&str]) -> Result<u64, String> {
    let mut bits = 0;
    for part in field.split(',') {
        bits |= range(part, min, max, names)?;
    }
    Ok(bits)
}

fn range(part: &str, min: u32, max: u32, names: &[&str]) -> Result<u64, String> {
    let (span, step) = part.split_once('/').map_or((part, None), |(span, step)| (span, Some(step)));
    let step_value = match step {
        None => 1,
        Some(text) => number(text, &[], 0)?,
    };
    let (from, to) = if span == "*" || span == "?" {
        (min, max)
    } else {
        let (from, to) = span.split_once('-').map_or((span, None), |(from, to)| (from, Some(to)));
        let from = number(from, names, min)?;
        match to {
            Some(to) => (from, number(to, names, min)?),
            // `5/15` goes on to the end.
            None if step.is_some() => (from, max),
            None => (from, from),
        }
    };
    if from < min {
        return Err(format!("beginning of range ({from}) below minimum ({min}): {part}"));
    }
    if to > max {
        return Err(format!("end of range ({to}) above maximum ({max}): {part}"));
    }
    if from > to {
        return Err(format!("beginning of range ({from}) beyond end of range ({to}): {part}"));
    }
    if step_value == 0 {
        return Err(format!("step of range should be a positive number: {part}"));
    }
    Ok((from..=to).step_by(step_value as usize).fold(0, |bits, value| bits | 1 << value))
}

fn number(text: &str, names: &[&str], first: u32) -> Result<u32, String> {
    let lower = text.to_lowercase();
    if let Some(index) = names.iter().position(|name| *name == lower) {
        return Ok(index as u32 + first);
    }
    text.parse().map_err(|_| {
        format!("failed to parse int from {text}: strconv.Atoi: parsing \"{text}\": invalid syntax")
    })
}

/// The offset of a zone from UTC in seconds. Daylight saving is not simulated.
fn zone_offset(zone: &str) -> i64 {
    const ZONES: &[(&str, i64)] = &[
        ("America/Chicago", -6),
        ("America/Denver", -7),
        ("America/Los_Angeles", -8),
        ("America/New_York", -5),
        ("America/Sao_Paulo", -3),
        ("Asia/Hong_Kong", 8),
        ("Asia/Seoul", 9),
        ("Asia/Shanghai", 8),
        ("Asia/Singapore", 8),
        ("Asia/Tokyo", 9),
        ("Europe/Amsterdam", 1),
        ("Europe/Berlin", 1),
        ("Europe/London", 0),
        ("Europe/Madrid", 1),
        ("Europe/Moscow", 3),
        ("Europe/Paris", 1),
        ("Europe/Rome", 1),
    ];
    ZONES.iter().find(|(name, _)| *name == zone).map_or(0, |(_, hours)| hours * 3600)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(schedule: &str, after: &str) -> String {
        let after = Time::parse_rfc3339(after).unwrap();
        Schedule::parse(schedule, "").unwrap().next(after).map(Time::rfc3339).unwrap_or_default()
    }

    #[test]
    fn times_are_found() {
        assert_eq!(next("*/15 * * * *", "2026-01-01T00:00:00Z"), "2026-01-01T00:15:00Z");
        assert_eq!(next("0 3 * * *", "2026-01-01T03:00:00Z"), "2026-01-02T03:00:00Z");
        assert_eq!(next("0 0 29 2 *", "2026-01-01T00:00:00Z"), "2028-02-29T00:00:00Z");
        assert_eq!(next("30 6 * * mon-fri", "2026-01-02T07:00:00Z"), "2026-01-05T06:30:00Z");
        assert_eq!(next("0 0 13 * 5", "2026-01-01T00:00:00Z"), "2026-01-02T00:00:00Z");
        assert_eq!(next("@every 90s", "2026-01-01T00:00:00Z"), "2026-01-01T00:01:30Z");
        assert_eq!(next("0 0 31 2 *", "2026-01-01T00:00:00Z"), "");
    }

    #[test]
    fn the_last_missed_time_is_found() {
        let [from, to] =
            ["2026-01-01T00:00:30Z", "2026-01-01T00:05:10Z"].map(|t| Time::parse_rfc3339(t).unwrap());
        let schedule = Schedule::parse("* * * * *", "").unwrap();
        assert_eq!(schedule.latest_between(from, to).unwrap().rfc3339(), "2026-01-01T00:05:00Z");
    }

    #[test]
    fn errors_are_worded_as_upstream() {
        let error = |text| Schedule::parse(text, "").unwrap_err();
        assert_eq!(error("61 * * * *"), "end of range (61) above maximum (59): 61");
        assert_eq!(error("* *"), "expected exactly 5 fields, found 2: [* *]");
    }
}
