//! `cargo xtask test`: everything that must hold.

use std::time::Instant;

use super::Command;
use crate::{
    Failure,
    args::Args,
    steps::{STEPS, Step},
    tally::Tally,
};

pub(super) const COMMAND: Command = Command {
    name: "test",
    usage: "[--list] [--only STEP]... [--skip STEP]...",
    about: "Run everything that must hold; the last line is `N passed, N failed`.",
    help: "\
Steps run one after the other; one that fails does not keep the others from running.

  --list        name the steps
  --only STEP   only this one (again for more); nothing is installed or built for it
  --skip STEP   all but this one (again for more)
",
    run: |mut args| {
        if args.flag("--list") {
            args.finish()?;
            for step in STEPS {
                println!("{:<9} {}", step.name, step.about);
            }
            return Ok(());
        }
        let (only, skip) = (named(&mut args, "--only")?, named(&mut args, "--skip")?);
        args.finish()?;
        let wanted = |step: &&Step| {
            !skip.contains(&step.name.to_owned()) && (only.is_empty() || only.contains(&step.name.to_owned()))
        };
        run(STEPS.iter().filter(wanted))
    },
};

fn named(args: &mut Args, option: &str) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    while let Some(name) = args.value(option)? {
        if !STEPS.iter().any(|step| step.name == name) {
            return Err(format!("there is no step \"{name}\": --list names them"));
        }
        names.push(name);
    }
    Ok(names)
}

fn run<'a>(steps: impl Iterator<Item = &'a Step>) -> Result<(), Failure> {
    let started = Instant::now();
    let mut total = Tally::default();
    let mut table = String::new();
    for step in steps {
        println!("\n=== {}: {}", step.name, step.about);
        let started = Instant::now();
        let tally = (step.run)().unwrap_or_else(|failure| {
            eprintln!("error: {failure}");
            Tally::one(false)
        });
        total.add(tally);
        let seconds = started.elapsed().as_secs_f32();
        let mark = if tally.failed == 0 { "ok" } else { "FAILED" };
        let line = format!(
            "{:<9} {mark:<7} {:>5} passed {:>3} failed {seconds:>7.1} s",
            step.name, tally.passed, tally.failed
        );
        println!("--- {line}");
        table.push_str(&format!("{line}\n"));
    }
    println!(
        "\n{table}in {} s\n{} passed, {} failed",
        started.elapsed().as_secs(),
        total.passed,
        total.failed
    );
    if total.failed == 0 { Ok(()) } else { Err(Failure::new()) }
}
