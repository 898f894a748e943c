//! `column -t`

use podground_shell::Process;

use crate::options::{self, Syntax};
use crate::stream::{Input, Output};
use crate::text::{chomp, decode};

const SYNTAX: Syntax = Syntax::new(
    "o:s:t",
    &[("output-separator=", 'o'), ("separator=", 's'), ("table", 't')],
    "[options] [<file>...]",
    "Columnate lists.",
);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let mut out = Output::new(process);
    let separators = parsed.value('s').unwrap_or(" \t");
    let between = parsed.value('o').unwrap_or("  ");
    let mut rows: Vec<Vec<String>> = Vec::new();
    let standard = ["-".to_owned()];
    let names: &[String] = if parsed.operands.is_empty() { &standard } else { &parsed.operands };
    for name in names {
        let mut input = match Input::open(process, name) {
            Ok(input) => input,
            Err(error) => {
                out.complain(format_args!("{name}: {error}")).await;
                return Err(1);
            }
        };
        while let Ok(Some(line)) = input.line(&mut out).await {
            let line = decode(chomp(&line));
            if line.trim().is_empty() {
                continue;
            }
            let cells = line.split(|c| separators.contains(c));
            // Blanks run together, other separators do not.
            rows.push(match parsed.value('s') {
                None => cells.filter(|cell| !cell.is_empty()).map(str::to_owned).collect(),
                Some(_) => cells.map(str::to_owned).collect(),
            });
        }
    }
    if !parsed.has('t') {
        complain_of_lists(&mut out).await;
        return Err(1);
    }
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let wide = |text: &str| podground_shell::width::text_width(text);
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| wide(cell)).max().unwrap_or(0))
        .collect();
    for row in &rows {
        let mut line = String::new();
        for (column, width) in widths.iter().enumerate() {
            let cell = row.get(column).map_or("", String::as_str);
            line.push_str(cell);
            if column + 1 < columns {
                line.push_str(&" ".repeat(width - wide(cell)));
                line.push_str(between);
            }
        }
        out.write(format!("{line}\n")).await;
    }
    Ok(out.finish(0).await)
}

async fn complain_of_lists(out: &mut Output<'_>) {
    out.complain("podground does not support \"column\" without -t yet").await;
}
