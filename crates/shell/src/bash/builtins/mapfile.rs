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
        for (letter, what, least) in [
            ('n', "line count", 0),
            ('O', "array origin", 0),
            ('s', "line count", 0),
            ('c', "callback quantum", 1),
        ] {
            if let Some(text) = options.value(letter)
                && text.parse::<i64>().ok().is_none_or(|number| number < least)
            {
                return shell.complain(name, &format!("{text}: invalid {what}"), 1).await;
            }
        }
        let number = |letter| options.value(letter).and_then(|text| text.parse::<usize>().ok());
        let delimiter = options.value('d').map_or(b'\n', |text| text.bytes().next().unwrap_or(0));
        let fd = number('u').unwrap_or(0) as u32;
        let (most, skip) = (number('n').filter(|n| *n > 0).unwrap_or(usize::MAX), number('s').unwrap_or(0));
        let array = options.rest.first().map_or("MAPFILE", String::as_str);
        if !crate::bash::parser::is_name(array) {
            return shell.complain(name, &format!("`{array}': not a valid identifier"), 1).await;
        }
        let origin = number('O');
        let cleared = if origin.is_none() { shell.set_array(array, []) } else { Ok(()) };
        if let Err(message) = cleared {
            return shell.complain(name, &message, 1).await;
        }
        let quantum = number('c').unwrap_or(5000);
        let mut taken = 0;
        let mut seen = 0;
        while taken < most {
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
            let line = String::from_utf8_lossy(&line).into_owned();
            let index = (origin.unwrap_or(0) + taken).to_string();
            taken += 1;
            if let Some(callback) = options.value('C')
                && taken.is_multiple_of(quantum)
            {
                let text = format!("{callback} {index} {}", crate::bash::escapes::quote(&line));
                shell.run_text(&text, shell.line).await?;
            }
            if let Err(message) = shell.assign_element(array, &index, line, false) {
                return shell.complain(name, &message, 1).await;
            }
        }
        Ok(0)
    })
}
