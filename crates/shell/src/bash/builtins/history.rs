//! `history`.

use podground_sim::LocalBoxFuture;

use super::{Call, parse_options};
use crate::bash::state::{Run, Shell};

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let options = match parse_options(call.rest(), "cd:anrwps") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("history", bad).await,
        };
        if options.has('c') {
            shell.history.lines.clear();
            shell.history.saved = 0;
            return Ok(0);
        }
        if let Some(offset) = options.value('d') {
            let first = shell.history.first as i64 + 1;
            let count = shell.history.lines.len() as i64;
            let index = offset
                .parse::<i64>()
                .ok()
                .map(|offset| if offset < 0 { count + offset } else { offset - first });
            return match index.filter(|index| (0..count).contains(index)) {
                Some(index) => {
                    shell.history.lines.remove(index as usize);
                    Ok(0)
                }
                None => {
                    shell.complain("history", &format!("{offset}: history position out of range"), 1).await
                }
            };
        }
        if options.has('w') || options.has('a') {
            if options.has('w')
                && let Some(file) = shell.history_file()
            {
                let _ = shell.process.host.files.write(&file, b"");
                shell.history.saved = 0;
            }
            shell.save_history();
            return Ok(0);
        }
        if options.has('r') || options.has('n') {
            shell.load_history();
            return Ok(0);
        }
        if options.has('p') {
            let text: String = options.rest.iter().map(|word| format!("{word}\n")).collect();
            return Ok(shell.out("history", &text).await);
        }
        if options.has('s') {
            let line = options.rest.join(" ");
            shell.history.lines.pop();
            shell.history.add(&line, "");
            return Ok(0);
        }
        let count = shell.history.lines.len();
        let shown = match options.rest.first().map(|word| (word, word.parse::<usize>())) {
            None => count,
            Some((_, Ok(number))) => number.min(count),
            Some((word, Err(_))) => {
                return shell.complain("history", &format!("{word}: numeric argument required"), 1).await;
            }
        };
        let first = shell.history.first + 1;
        let lines: String = shell
            .history
            .lines
            .iter()
            .enumerate()
            .skip(count - shown)
            .map(|(index, line)| format!("{:5}  {line}\n", first + index))
            .collect();
        Ok(shell.out("history", &lines).await)
    })
}
