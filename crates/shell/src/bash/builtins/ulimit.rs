//! `ulimit`: shows the limits of a usual machine; none are enforced.

use podground_sim::LocalBoxFuture;

use super::{Call, parse_options};
use crate::bash::state::{Run, Shell};

/// Letter, description, unit, value.
const LIMITS: &[(char, &str, &str, &str)] = &[
    ('R', "real-time non-blocking time", "(microseconds, -R)", "unlimited"),
    ('c', "core file size", "(blocks, -c)", "0"),
    ('d', "data seg size", "(kbytes, -d)", "unlimited"),
    ('e', "scheduling priority", "(-e)", "0"),
    ('f', "file size", "(blocks, -f)", "unlimited"),
    ('i', "pending signals", "(-i)", "31354"),
    ('l', "max locked memory", "(kbytes, -l)", "8192"),
    ('m', "max memory size", "(kbytes, -m)", "unlimited"),
    ('n', "open files", "(-n)", "1024"),
    ('p', "pipe size", "(512 bytes, -p)", "8"),
    ('q', "POSIX message queues", "(bytes, -q)", "819200"),
    ('r', "real-time priority", "(-r)", "0"),
    ('s', "stack size", "(kbytes, -s)", "8192"),
    ('t', "cpu time", "(seconds, -t)", "unlimited"),
    ('u', "max user processes", "(-u)", "31354"),
    ('v', "virtual memory", "(kbytes, -v)", "unlimited"),
    ('x', "file locks", "(-x)", "unlimited"),
];

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let options = match parse_options(call.rest(), "SHabcdefiklmnpqrstuvxPRT") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("ulimit", bad).await,
        };
        if let Some(limit) = options.rest.first() {
            if limit == "unlimited" || limit.parse::<u64>().is_ok() {
                return shell.complain("ulimit", "podground does not support changing limits yet", 1).await;
            }
            return shell.complain("ulimit", &format!("{limit}: invalid number"), 1).await;
        }
        let mut text = String::new();
        if options.has('a') {
            for (_, description, unit, value) in LIMITS {
                let width = 38_usize.saturating_sub(description.len());
                text.push_str(&format!("{description} {unit:>width$} {value}\n"));
            }
        } else {
            let letter =
                options.letters.iter().find(|letter| !"SH".contains(**letter)).copied().unwrap_or('f');
            match LIMITS.iter().find(|(known, ..)| *known == letter) {
                Some((.., value)) => text.push_str(&format!("{value}\n")),
                None => text.push_str("unlimited\n"),
            }
        }
        Ok(shell.out("ulimit", &text).await)
    })
}
