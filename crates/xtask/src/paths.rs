//! Where things lie.

use std::path::{Path, PathBuf};

/// The top of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("crates/xtask lies two folders below the top").to_owned()
}

/// Where `cargo xtask build` leaves the page.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// Cargo's target folder.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |dir| root().join(dir))
}

/// The folder that tools are installed into: shared by all clones of this user, and nobody else's.
pub(crate) fn tools() -> Result<PathBuf, crate::Failure> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
        .ok_or("no home directory: set HOME or XDG_CACHE_HOME, the tools are kept there")?;
    Ok(cache.join("podground").join("tools"))
}

/// Whether the file's name ends in `.extension`.
pub(crate) fn is_a(extension: &str, file: &str) -> bool {
    Path::new(file).extension().is_some_and(|found| found == extension)
}

/// All files below `dir`, sorted, as paths relative to it with `/` between the parts.
pub(crate) fn files_below(dir: &Path) -> Vec<String> {
    fn walk(dir: &Path, prefix: &str, found: &mut Vec<String>) {
        let Ok(entries) = std::fs::read_dir(dir) else { return };
        for entry in entries.flatten() {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{name}/"), found);
            } else {
                found.push(name);
            }
        }
    }
    let mut found = Vec::new();
    walk(dir, "", &mut found);
    found.sort();
    found
}
