//! Writing times by format: `date +…`, `ls -l`, awk's strftime.

use podground_sim::Time;

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

const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// A time zone without summer time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Zone {
    /// `UTC`, `KST`
    pub(crate) name: String,
    /// Seconds east of Greenwich.
    pub(crate) offset: i64,
}

impl Zone {
    /// UTC.
    pub(crate) fn utc() -> Self {
        Self { name: "UTC".to_owned(), offset: 0 }
    }

    /// The zone of the environment variable `TZ`: `Asia/Seoul`, `KST-9`; what is unknown is UTC.
    pub(crate) fn of(variable: Option<&str>) -> Self {
        let text = variable.unwrap_or_default().trim_start_matches(':');
        let zone = |name: &str, hours: i64| Self { name: name.to_owned(), offset: hours * 3600 };
        match text {
            "Asia/Seoul" | "ROK" => return zone("KST", 9),
            "Asia/Tokyo" | "Japan" => return zone("JST", 9),
            "Asia/Shanghai" | "Asia/Taipei" => return zone("CST", 8),
            "Asia/Singapore" => return zone("+08", 8),
            "Asia/Kolkata" => return Self { name: "IST".to_owned(), offset: 19_800 },
            "" => return Self::utc(),
            _ => {}
        }
        let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
        let (name, offset) = text.split_at(end);
        let (hours, minutes) = offset.split_once(':').unwrap_or((offset, "0"));
        match (hours.parse::<i64>(), minutes.parse::<i64>()) {
            (Ok(hours), Ok(minutes)) if !name.is_empty() => Self {
                name: name.to_owned(),
                offset: -(hours * 3600 + if hours < 0 { -minutes } else { minutes } * 60),
            },
            _ => Self::utc(),
        }
    }

    /// `+0900`
    pub(crate) fn numeric(&self, colon: &str) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.abs() / 60;
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }

    /// The time that clocks of the zone show, as if it were UTC.
    pub(crate) fn shift(&self, time: Time) -> Time {
        Time(time.0.saturating_add_signed(self.offset * 1_000_000_000))
    }
}

/// Writes a time as strftime does.
pub(crate) fn format(time: Time, zone: &Zone, format: &str) -> String {
    let c = zone.shift(time).civil();
    let mut out = String::new();
    let mut chars = format.chars().peekable();
    while let Some(letter) = chars.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        let flag = chars.next_if(|c| matches!(c, '-' | '_' | '0' | '^' | '#' | ':'));
        let mut width = String::new();
        while let Some(digit) = chars.next_if(char::is_ascii_digit) {
            width.push(digit);
        }
        let Some(letter) = chars.next() else {
            out.push('%');
            break;
        };
        let hour12 = if c.hour % 12 == 0 { 12 } else { c.hour % 12 };
        let (weekday, month) = (DAYS[c.weekday as usize % 7], MONTHS[(c.month as usize + 11) % 12]);
        let half = if c.hour < 12 { "AM" } else { "PM" };
        let recurse = |inner: &str| self::format(time, zone, inner);
        let number = |value: u64, digits: usize, pad: char| pad_number(value, digits, pad, flag, &width);
        let text = match letter {
            '%' => "%".to_owned(),
            'n' => "\n".to_owned(),
            't' => "\t".to_owned(),
            'Y' => number(c.year as u64, 4, '0'),
            'C' => number(c.year as u64 / 100, 2, '0'),
            'y' => number(c.year as u64 % 100, 2, '0'),
            'm' => number(c.month.into(), 2, '0'),
            'd' => number(c.day.into(), 2, '0'),
            'e' => number(c.day.into(), 2, ' '),
            'H' => number(c.hour.into(), 2, '0'),
            'k' => number(c.hour.into(), 2, ' '),
            'I' => number(hour12.into(), 2, '0'),
            'l' => number(hour12.into(), 2, ' '),
            'M' => number(c.minute.into(), 2, '0'),
            'S' => number(c.second.into(), 2, '0'),
            'j' => number(c.year_day.into(), 3, '0'),
            'u' => number(if c.weekday == 0 { 7 } else { c.weekday.into() }, 1, '0'),
            'w' => number(c.weekday.into(), 1, '0'),
            'U' => number(((c.year_day + 6 - c.weekday) / 7).into(), 2, '0'),
            'W' => number(((c.year_day + 6 - (c.weekday + 6) % 7) / 7).into(), 2, '0'),
            's' => number(time.unix_seconds(), 1, '0'),
            'N' => {
                let nanos = format!("{:09}", time.0 % 1_000_000_000);
                nanos[..width.parse::<usize>().unwrap_or(9).clamp(1, 9)].to_owned()
            }
            'q' => ((c.month + 2) / 3).to_string(),
            'A' => weekday.to_owned(),
            'a' => weekday[..3].to_owned(),
            'B' => month.to_owned(),
            'b' | 'h' => month[..3].to_owned(),
            'p' => half.to_owned(),
            'P' => half.to_ascii_lowercase(),
            'Z' => zone.name.clone(),
            'z' => zone.numeric(if flag == Some(':') { ":" } else { "" }),
            'F' => recurse("%Y-%m-%d"),
            'T' | 'X' => recurse("%H:%M:%S"),
            'R' => recurse("%H:%M"),
            'D' | 'x' => recurse("%m/%d/%y"),
            'r' => recurse("%I:%M:%S %p"),
            'c' => recurse("%a %b %e %H:%M:%S %Y"),
            other => format!("%{other}"),
        };
        out.push_str(&if flag == Some('^') { text.to_uppercase() } else { text });
    }
    out
}

fn pad_number(value: u64, digits: usize, pad: char, flag: Option<char>, width: &str) -> String {
    let digits = width.parse().unwrap_or(digits);
    match flag {
        Some('-') => value.to_string(),
        Some('_') => format!("{value:digits$}"),
        Some('0') => format!("{value:0digits$}"),
        _ if pad == ' ' => format!("{value:digits$}"),
        _ => format!("{value:0digits$}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        let time = Time::from_unix_seconds(1_767_225_600);
        assert_eq!(format(time, &Zone::utc(), "%a %b %e %H:%M:%S %Z %Y"), "Thu Jan  1 00:00:00 UTC 2026");
        let seoul = Zone::of(Some("Asia/Seoul"));
        assert_eq!(
            format(time, &seoul, "%F %T%z %-d %^a %I%p %j"),
            "2026-01-01 09:00:00+0900 1 THU 09AM 001"
        );
        assert_eq!(Zone::of(Some("EST5")).offset, -18_000);
    }
}
