//! `cargo xtask codegen`: files that are written by programs.

use std::fs;

use super::Command;
use crate::{
    Failure,
    generators::{GENERATORS, Generator},
    paths, process,
    tally::Tally,
};

pub(super) const COMMAND: Command = Command {
    name: "codegen",
    usage: "[--check]",
    about: "Write the generated files anew.",
    help: "\
The list is in crates/xtask/src/generators.rs.

  --check   write nothing; fail if a file would change
",
    run: |mut args| {
        let check = args.flag("--check");
        args.finish()?;
        if check {
            let tally = check_all()?;
            return if tally.failed == 0 {
                Ok(())
            } else {
                Err(format!("{} files are out of date", tally.failed))
            };
        }
        for generator in GENERATORS {
            let text = generate(generator)?;
            if committed(generator).as_deref() != Some(&*text) {
                let file = paths::root().join(generator.file);
                fs::write(&file, text).map_err(|error| format!("{}: {error}", generator.file))?;
                println!("{} written", generator.file);
            }
        }
        Ok(())
    },
};

/// Compares every generated file with what its program writes now.
pub(crate) fn check_all() -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    for generator in GENERATORS {
        let current = committed(generator).as_deref() == Some(&*generate(generator)?);
        if !current {
            eprintln!("{} is out of date: cargo xtask codegen", generator.file);
        }
        tally.add(Tally::one(current));
    }
    Ok(tally)
}

fn generate(generator: &Generator) -> Result<String, Failure> {
    process::output(process::cargo().args(["run", "--quiet"]).args(generator.cargo_run))
}

fn committed(generator: &Generator) -> Option<String> {
    fs::read_to_string(paths::root().join(generator.file)).ok()
}
