//! The instant type of the virtual clock.

use std::ops::{Add, Sub};
use std::time::Duration;

/// An instant of virtual time: nanoseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u64);

impl Time {
    /// The instant `seconds` after the Unix epoch.
    pub const fn from_unix_seconds(seconds: u64) -> Self {
        Self(seconds * 1_000_000_000)
    }

    /// Whole seconds since the Unix epoch.
    pub const fn unix_seconds(self) -> u64 {
        self.0 / 1_000_000_000
    }

    /// The time from `earlier` to `self`; zero if `earlier` is later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// RFC 3339 in UTC with whole seconds, as Kubernetes' `metav1.Time` is written: `2026-11-23T20:08:52Z`.
    pub fn rfc3339(self) -> String {
        let c = self.civil();
        format!("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", c.year, c.month, c.day, c.hour, c.minute, c.second)
    }

    /// RFC 3339 in UTC with microseconds, as Kubernetes' `metav1.MicroTime` is written.
    pub fn rfc3339_micro(self) -> String {
        let c = self.civil();
        let micros = self.0 % 1_000_000_000 / 1000;
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{micros:06}Z",
            c.year, c.month, c.day, c.hour, c.minute, c.second
        )
    }

    /// Reads an RFC 3339 time in UTC or with an offset (`2026-11-23T20:08:52Z`, fractions allowed).
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let (date, rest) = text.split_once(['T', 't', ' '])?;
        let mut ymd = date.split('-');
        let (year, month, day): (i64, u32, u32) =
            (ymd.next()?.parse().ok()?, ymd.next()?.parse().ok()?, ymd.next()?.parse().ok()?);
        let zone = rest.find(['Z', 'z', '+', '-'])?;
        let (clock, zone) = rest.split_at(zone);
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
        let mut hms = clock.split(':');
        let (hour, minute, second): (i64, i64, i64) =
            (hms.next()?.parse().ok()?, hms.next()?.parse().ok()?, hms.next()?.parse().ok()?);
        let offset = match zone.as_bytes() {
            b"Z" | b"z" => 0,
            [sign, ..] => {
                let (h, m) = zone.get(1..)?.split_once(':')?;
                let minutes = h.parse::<i64>().ok()? * 60 + m.parse::<i64>().ok()?;
                if *sign == b'-' { -minutes } else { minutes }
            }
            [] => return None,
        };
        let seconds =
            days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - offset * 60;
        let nanos: u64 = if fraction.is_empty() { 0 } else { format!("{fraction:0<9.9}").parse().ok()? };
        Some(Self(u64::try_from(seconds).ok()? * 1_000_000_000 + nanos))
    }

    /// The date and clock of this instant in UTC.
    pub fn civil(self) -> Civil {
        let seconds = self.unix_seconds();
        let days = (seconds / 86400) as i64;
        let (year, month, day) = civil_from_days(days);
        let second_of_day = (seconds % 86400) as u32;
        Civil {
            year,
            month,
            day,
            hour: second_of_day / 3600,
            minute: second_of_day / 60 % 60,
            second: second_of_day % 60,
            weekday: (days + 4).rem_euclid(7) as u32,
            year_day: (days - days_from_civil(year, 1, 1)) as u32 + 1,
        }
    }
}

/// Date and clock of an instant in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Civil {
    /// Year of the Gregorian calendar.
    pub year: i64,
    /// Month, 1 to 12.
    pub month: u32,
    /// Day of the month, from 1.
    pub day: u32,
    /// Hour, 0 to 23.
    pub hour: u32,
    /// Minute, 0 to 59.
    pub minute: u32,
    /// Second, 0 to 59.
    pub second: u32,
    /// Day of the week, 0 is Sunday.
    pub weekday: u32,
    /// Day of the year, from 1.
    pub year_day: u32,
}

/// Days since 1970-01-01 of a date of the Gregorian calendar (Howard Hinnant's algorithm).
fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((i64::from(month) + 9) % 12) + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The date that lies `days` after 1970-01-01.
fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * month_index + 2) / 5 + 1) as u32;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 } as u32;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

impl Add<Duration> for Time {
    type Output = Self;
    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)))
    }
}

impl Sub<Duration> for Time {
    type Output = Self;
    fn sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_and_reads_rfc3339() {
        for text in ["1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "2026-11-23T20:08:52Z"] {
            assert_eq!(Time::parse_rfc3339(text).unwrap().rfc3339(), text);
        }
        assert_eq!(
            Time::parse_rfc3339("2026-11-23T21:08:52.5+01:00").unwrap().rfc3339_micro(),
            "2026-11-23T20:08:52.500000Z"
        );
        assert_eq!(Time::parse_rfc3339("2026-11-23").map(|t| t.0), None);
        assert_eq!(Time::parse_rfc3339("2026-11-23T20:08:52Z").unwrap().civil().weekday, 1);
    }
}
