//! Times by a format of `strftime`, in UTC.

use podground_sim::Time;

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

/// The time as `format` says.
pub(crate) fn format(time: Time, format: &str) -> String {
    let c = time.civil();
    let day = DAYS.get(c.weekday as usize).copied().unwrap_or_default();
    let month = MONTHS.get(c.month.wrapping_sub(1) as usize).copied().unwrap_or_default();
    let hour12 = if c.hour.is_multiple_of(12) { 12 } else { c.hour % 12 };
    let half = if c.hour < 12 { "AM" } else { "PM" };
    let mut out = String::new();
    let mut chars = format.chars();
    while let Some(letter) = chars.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        match chars.next() {
            Some('a') => out.push_str(&day[..3]),
            Some('A') => out.push_str(day),
            Some('b' | 'h') => out.push_str(&month[..3]),
            Some('B') => out.push_str(month),
            Some('d') => out.push_str(&format!("{:02}", c.day)),
            Some('e') => out.push_str(&format!("{:2}", c.day)),
            Some('F') => out.push_str(&format!("{:04}-{:02}-{:02}", c.year, c.month, c.day)),
            Some('D') => out.push_str(&format!("{:02}/{:02}/{:02}", c.month, c.day, c.year % 100)),
            Some('H') => out.push_str(&format!("{:02}", c.hour)),
            Some('I') => out.push_str(&format!("{hour12:02}")),
            Some('j') => out.push_str(&format!("{:03}", c.year_day)),
            Some('m') => out.push_str(&format!("{:02}", c.month)),
            Some('M') => out.push_str(&format!("{:02}", c.minute)),
            Some('p') => out.push_str(half),
            Some('s') => out.push_str(&time.unix_seconds().to_string()),
            Some('S') => out.push_str(&format!("{:02}", c.second)),
            Some('T' | 'X') => out.push_str(&format!("{:02}:{:02}:{:02}", c.hour, c.minute, c.second)),
            Some('R') => out.push_str(&format!("{:02}:{:02}", c.hour, c.minute)),
            Some('u') => out.push_str(&(if c.weekday == 0 { 7 } else { c.weekday }).to_string()),
            Some('w') => out.push_str(&c.weekday.to_string()),
            Some('y') => out.push_str(&format!("{:02}", c.year % 100)),
            Some('Y') => out.push_str(&c.year.to_string()),
            Some('z') => out.push_str("+0000"),
            Some('Z') => out.push_str("UTC"),
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
