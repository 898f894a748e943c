//! Files that are generated and committed, and the programs that write them.

use std::fs;

use crate::{Failure, paths, process};

/// A program of the workspace that writes committed files.
pub(crate) struct Generator {
    /// The files, from the top.
    pub(crate) files: &'static [&'static str],
    /// Arguments of `cargo run`.
    cargo_run: &'static [&'static str],
    /// Whether the one file is what the program prints; else it writes its files itself.
    prints: bool,
}

/// All of them.
pub(crate) const GENERATORS: &[Generator] = &[
    Generator {
        files: &["crates/api/schema/types.txt", "crates/api/schema/descriptions.txt"],
        cargo_run: &["-p", "podground-codegen"],
        prints: false,
    },
    // What a session leaves natively; the tests of `web` compare it with WebAssembly.
    Generator {
        files: &["tests/determinism/traces.txt"],
        cargo_run: &[
            "-p",
            "podground",
            "--",
            "trace",
            "tests/determinism/network.sh",
            "tests/determinism/workloads.sh",
        ],
        prints: true,
    },
    Generator { files: &["SUPPORT.md"], cargo_run: &["-p", "podground", "--", "support"], prints: true },
];

impl Generator {
    /// What stands in the files now; nothing where there is no file.
    pub(crate) fn committed(&self) -> Vec<Option<Vec<u8>>> {
        self.files.iter().map(|file| fs::read(paths::root().join(file)).ok()).collect()
    }

    /// Runs the program and leaves its files in place.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let text = process::output(process::cargo().args(["run", "--quiet"]).args(self.cargo_run))?;
        if self.prints {
            write(self.files[0], text.as_bytes())?;
        }
        Ok(())
    }

    /// Puts back what [`Self::committed`] told.
    pub(crate) fn restore(&self, old: Vec<Option<Vec<u8>>>) -> Result<(), Failure> {
        for (file, text) in self.files.iter().zip(old) {
            match text {
                Some(text) => write(file, &text)?,
                None => {
                    fs::remove_file(paths::root().join(file)).map_err(|error| format!("{file}: {error}"))?;
                }
            }
        }
        Ok(())
    }
}

fn write(file: &str, text: &[u8]) -> Result<(), Failure> {
    fs::write(paths::root().join(file), text).map_err(|error| format!("{file}: {error}"))
}
