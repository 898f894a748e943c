//! The tools that cargo installs for us, each into a versioned folder of the user's cache: another clone on the
//! same machine finds them, and nothing else of the user's is touched.

use std::{ffi::OsString, path::PathBuf};

use crate::{Failure, paths, process};

/// A tool from the package registry.
pub(crate) struct Tool {
    /// The package.
    pub(crate) package: &'static str,
    /// The one version that the build was made with.
    pub(crate) version: &'static str,
    /// The programs in it that we call; the first answers `--version`.
    pub(crate) programs: &'static [&'static str],
    /// Options of `cargo install`.
    options: &'static [&'static str],
    /// Environment of `cargo install`.
    environment: &'static [(&'static str, &'static str)],
}

/// Build times matter more than the tools' own speed: they are fast enough either way.
const QUICK_BUILD: &[(&str, &str)] = &[
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
];

/// All of them.
pub(crate) const TOOLS: &[Tool] = &[
    // Must equal wasm-bindgen in Cargo.lock; `setup` checks it.
    Tool {
        package: "wasm-bindgen-cli",
        version: "0.2.129",
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        options: &["--bin", "wasm-bindgen", "--bin", "wasm-bindgen-test-runner"],
        environment: QUICK_BUILD,
    },
    // 0.22 needs a newer rustc and a TLS library.
    Tool {
        package: "trunk",
        version: "0.21.14",
        programs: &["trunk"],
        options: &[],
        environment: QUICK_BUILD,
    },
];

impl Tool {
    /// The tool's own folder.
    pub(crate) fn root(&self) -> Result<PathBuf, Failure> {
        Ok(paths::tools()?.join(format!("{}-{}", self.package, self.version)))
    }

    /// Whether the right version answers, from our folder or from the user's PATH.
    pub(crate) fn is_installed(&self) -> bool {
        self.programs.iter().all(|program| {
            process::output(process::command(program).arg("--version"))
                .is_ok_and(|text| text.split_whitespace().any(|word| word == self.version))
        })
    }

    /// Compiles and installs it.
    pub(crate) fn install(&self) -> Result<(), Failure> {
        let root = self.root()?;
        let package = format!("{}@{}", self.package, self.version);
        let mut install = process::cargo();
        install.args(["install", "--locked", "--no-default-features", &package, "--root"]).arg(&root);
        install.args(self.options).envs(self.environment.iter().copied());
        // The tool's build is its own: neither our target folder nor our flags belong in it.
        install
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("CARGO_BUILD_TARGET")
            .current_dir(std::env::temp_dir());
        process::run(&mut install).map_err(|failure| {
            format!(
                "{failure}\n\
                 {} {} could not be installed. It comes from crates.io: check that this machine reaches it \
                 (or its mirror, see ~/.cargo/config.toml) and that a C compiler is there, then try again; \
                 or install it by hand: cargo install --locked {package}",
                self.package, self.version
            )
        })
    }
}

/// PATH with the tools first.
pub(crate) fn path() -> OsString {
    let old = std::env::var_os("PATH").unwrap_or_default();
    let ours = TOOLS.iter().filter_map(|tool| tool.root().ok()).map(|root| root.join("bin"));
    let all: Vec<PathBuf> = ours.filter(|bin| bin.is_dir()).chain(std::env::split_paths(&old)).collect();
    std::env::join_paths(all).unwrap_or(old)
}

/// The version of `package` in the text of a Cargo.lock.
pub(crate) fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let entry = lock.split("[[package]]").find(|entry| {
        entry
            .lines()
            .any(|line| line.strip_prefix("name = ").is_some_and(|name| name.trim_matches('"') == package))
    })?;
    let line = entry.lines().find_map(|line| line.strip_prefix("version = "))?;
    Some(line.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::{TOOLS, locked_version};

    #[test]
    fn wasm_bindgen_is_the_one_in_cargo_lock() {
        let lock = include_str!("../../../Cargo.lock");
        if let Some(version) = locked_version(lock, "wasm-bindgen") {
            assert_eq!(
                version, TOOLS[0].version,
                "one of the two must change: the glue must match the crate"
            );
        }
    }

    #[test]
    fn reads_cargo_lock() {
        let lock = "[[package]]\nname = \"a-b\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"b\"\nversion = \"2.0.1\"\n";
        assert_eq!(locked_version(lock, "b"), Some("2.0.1"));
        assert_eq!(locked_version(lock, "a"), None);
    }
}
