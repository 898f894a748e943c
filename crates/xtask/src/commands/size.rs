//! `cargo xtask size`: what the page weighs.

use std::fs;

use super::Command;
use crate::{
    Failure, paths,
    sizes::{Budget, Size, measure},
};

pub(super) const COMMAND: Command = Command {
    name: "size",
    usage: "[--files]",
    about: "Print what dist/ weighs, part by part; fail above size-budget.toml.",
    help: "\
Brotli at quality 11, gzip at 9, each file on its own, as a static host sends them.
What the browser tests saw the page load before its first prompt (target/e2e/first-prompt.txt, where it is there)
must all be counted.

  --files   also each file
",
    run: |mut args| {
        let each = args.flag("--files");
        args.finish()?;
        print_table(each)
    },
};

/// The table, and whether it is within the budget.
pub(crate) fn report() -> Result<(), Failure> {
    print_table(false)
}

fn print_table(each: bool) -> Result<(), Failure> {
    let text = fs::read_to_string(paths::root().join("size-budget.toml"))
        .map_err(|error| format!("size-budget.toml: {error}"))?;
    let budget = Budget::parse(&text)?;
    let dist = paths::dist();
    let files = paths::files_below(&dist);
    if files.is_empty() {
        return Err("there is no dist/: `cargo xtask build` makes it".into());
    }
    let mut parts = vec![(Size::default(), Vec::new()); budget.parts.len()];
    let mut strays = Vec::new();
    for (file, size) in files.iter().zip(measure(&dist, &files)?) {
        match budget.part_of(file) {
            Some(index) => {
                parts[index].0.add(size);
                parts[index].1.push((file, size));
            }
            None => strays.push(file.as_str()),
        }
    }
    println!("{:<34} {:>10} {:>10} {:>10}", "bytes", "raw", "gzip", "brotli");
    let mut first = Size::default();
    for (heading, wanted) in [("to the first prompt", true), ("later", false)] {
        let mut sum = Size::default();
        for (part, (size, files)) in budget.parts.iter().zip(&parts).filter(|(part, _)| part.first == wanted)
        {
            print_line(&format!("  {}", part.name), *size);
            for (file, size) in files.iter().filter(|_| each) {
                print_line(&format!("    {file}"), *size);
            }
            sum.add(*size);
        }
        print_line(heading, sum);
        if wanted {
            first = sum;
        }
    }
    println!("budget to the first prompt: {} bytes of brotli", budget.limit);
    if !strays.is_empty() {
        return Err(format!("no part of size-budget.toml holds {}: add it to one", strays.join(", ")));
    }
    check_loaded(&budget)?;
    if first.brotli > budget.limit {
        return Err(format!("{} bytes above the budget", first.brotli - budget.limit));
    }
    Ok(())
}

fn print_line(name: &str, size: Size) {
    println!("{name:<34} {:>10} {:>10} {:>10}", size.raw, size.gzip, size.brotli);
}

/// The convention of size-budget.toml against what a browser saw.
fn check_loaded(budget: &Budget) -> Result<(), Failure> {
    let seen = paths::target().join("e2e/first-prompt.txt");
    let changed = |path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    if changed(&seen) < changed(&paths::dist().join("index.html")) {
        return Ok(());
    }
    let text = fs::read_to_string(&seen).map_err(|error| format!("{}: {error}", seen.display()))?;
    let uncounted: Vec<&str> = text
        .lines()
        .filter(|file| !budget.part_of(file).is_some_and(|index| budget.parts[index].first))
        .collect();
    if uncounted.is_empty() {
        return Ok(());
    }
    Err(format!(
        "the page loads {} before its first prompt: count it under [first-prompt], or load it later",
        uncounted.join(", ")
    ))
}
