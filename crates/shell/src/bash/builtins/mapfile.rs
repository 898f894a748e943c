//! `mapfile`, `readarray`.

use podground_sim::LocalBoxFuture;

use super::{Call, parse_options};
use crate::bash::state::{Run, Shell};

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let name = call.name();
        let options = match parse_options(call.rest(), "d:n:O:s:tu:C:c:") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option(name, bad).await,
        };
        let number = |letter| options.value(letter).and_then(|text| text.parse::<usize>().ok());
        let delimiter = options.value('d').map_or(b'\n', |text| text.bytes().next().unwrap_or(0));
        let fd = number('u').unwrap_or(0) as u32;
        let (most, skip) = (number('n').filter(|n| *n > 0).unwrap_or(usize::MAX), number('s').unwrap_or(0));
        let array = options.rest.first().map_or("MAPFILE", String::as_str);
        if !crate::bash::parser::is_name(array) {
            return shell.complain(name, &format!("`{array}': not a valid identifier"), 1).await;
        }
        let mut lines = Vec::new();
        let mut seen = 0;
        while lines.len() < most {
            let mut line = match shell.process.read_until(fd, delimiter).await {
                Ok(line) if line.is_empty() => break,
                Ok(line) => line,
                Err(error) => {
                    return shell.complain(name, &format!("{fd}: invalid file descriptor: {error}"), 1).await;
                }
            };
            seen += 1;
            if seen <= skip {
                continue;
            }
            if options.has('t') && line.last() == Some(&delimiter) {
                line.pop();
            }
            lines.push(String::from_utf8_lossy(&line).into_owned());
        }
        let result = match number('O') {
            None => shell.set_array(array, lines),
            Some(origin) => {
                let mut result = Ok(());
                for (index, line) in lines.into_iter().enumerate() {
                    result =
                        result.and(shell.assign_element(array, &(origin + index).to_string(), line, false));
                }
                result
            }
        };
        match result {
            Ok(()) => Ok(0),
            Err(message) => shell.complain(name, &message, 1).await,
        }
    })
}
