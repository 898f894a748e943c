//! `cargo xtask codegen`: files that are written by programs.

use super::Command;
use crate::{
    Failure,
    generators::{GENERATORS, Generator},
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
            let old = generator.committed();
            generator.run()?;
            for file in changed(generator, &old) {
                println!("{file} written");
            }
        }
        Ok(())
    },
};

/// Compares every generated file with what its program writes now; leaves the files as they were.
pub(crate) fn check_all() -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    for generator in GENERATORS {
        let old = generator.committed();
        generator.run()?;
        let changed = changed(generator, &old);
        for file in &changed {
            eprintln!("{file} is out of date: cargo xtask codegen");
        }
        tally.add(Tally { passed: generator.files.len() - changed.len(), failed: changed.len() });
        if !changed.is_empty() {
            generator.restore(old)?;
        }
    }
    Ok(tally)
}

fn changed(generator: &Generator, old: &[Option<Vec<u8>>]) -> Vec<&'static str> {
    let new = generator.committed();
    let files = generator.files.iter().zip(old.iter().zip(&new));
    files.filter(|(_, (old, new))| old != new).map(|(file, _)| *file).collect()
}
