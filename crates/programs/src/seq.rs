//! `seq`

use podground_shell::Process;

use crate::awk::format;
use crate::options::{self, Syntax};
use crate::stream::{Output, complain};

const SYNTAX: Syntax = Syntax::new(
    "+f:s:w",
    &[("format=", 'f'), ("separator=", 's'), ("equal-width", 'w')],
    "[OPTION]... [FIRST [INCREMENT]] LAST",
    "Print numbers.",
);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    // Negative numbers are no options.
    let mut words = process.args.get(1..).unwrap_or_default().to_vec();
    let is_number = |word: &String| {
        word.starts_with('-') && word[1..].starts_with(|c: char| c.is_ascii_digit() || c == '.')
    };
    let first = words.iter().position(|word| is_number(word) || !word.starts_with('-'));
    if let Some(at) = first.filter(|at| is_number(&words[*at])) {
        words.insert(at, "--".to_owned());
    }
    let parsed = options::parse_words(process, &SYNTAX, &words).await?;
    let numbers = &parsed.operands;
    let mut values = Vec::new();
    for text in numbers {
        let Some(value) = text.parse::<f64>().ok().filter(|value| !value.is_nan()) else {
            let message = format!("invalid floating point argument: ‘{text}’");
            return Err(options::refuse(process, &SYNTAX, &message).await);
        };
        values.push(value);
    }
    let (first, step, last) = match values.as_slice() {
        [] => return Err(options::refuse(process, &SYNTAX, "missing operand").await),
        [last] => (1.0, 1.0, *last),
        [first, last] => (*first, 1.0, *last),
        [first, step, last] => (*first, *step, *last),
        [..] => {
            let message = format!("extra operand ‘{}’", numbers[3]);
            return Err(options::refuse(process, &SYNTAX, &message).await);
        }
    };
    if step == 0.0 {
        let message = format!("invalid Zero increment value: ‘{}’", numbers[1]);
        return Err(options::refuse(process, &SYNTAX, &message).await);
    }
    let decimals = |text: &String| text.split_once('.').map_or(0, |(_, rest)| rest.len());
    let digits = numbers.iter().take(2.min(numbers.len())).map(decimals).max().unwrap_or(0);
    let digits = if numbers.len() == 1 { 0 } else { digits };
    let plain = |value: f64| format!("{value:.digits$}");
    let width = if parsed.has('w') { plain(first).len().max(plain(last).len()) } else { 0 };
    let separator = parsed.value('s').unwrap_or("\n").replace("\\n", "\n").replace("\\t", "\t");
    let mut out = Output::new(process);
    let mut index = 0_u32;
    loop {
        let value = first + f64::from(index) * step;
        // What the steps' rounding adds up to is not past the end.
        let slack = step.abs() * 1e-9;
        if (step > 0.0 && value > last + slack) || (step < 0.0 && value < last - slack) {
            break;
        }
        if index > 0 {
            out.push(&separator);
        }
        let text = match parsed.value('f') {
            None => format!("{value:0width$.digits$}"),
            Some(form) => match format::sprintf(form, &[crate::awk::number(value)], "%.6g") {
                Ok(text) if form.contains(['e', 'f', 'g', 'E', 'G']) => text,
                _ => {
                    complain(process, format_args!("format ‘{form}’ has no % directive")).await;
                    return Err(1);
                }
            },
        };
        out.write(text).await;
        if out.failed() || index == u32::MAX {
            break;
        }
        index += 1;
    }
    if index > 0 {
        out.push("\n");
    }
    Ok(out.finish(0).await)
}
