//! What a build reads: files in and below the directory of a kustomization, and the directories that it names.
//!
//! Upstream: `api/internal/loader/fileloader.go`, `kyaml/filesys/fsondisk.go`

use podground_vfs::{FileSystem, join};

/// The directory of a kustomization, and those of the kustomizations that led to it.
#[derive(Clone)]
pub(super) struct Loader<'a> {
    files: &'a FileSystem,
    /// The directory, without links.
    pub(super) root: String,
    referrers: Vec<String>,
    /// Whether files may lie elsewhere.
    free: bool,
}

/// Where a path leads: its directory and the name of the file in it, empty for a directory.
type Place = (String, String);

fn clean(files: &FileSystem, base: &str, path: &str) -> Result<Place, String> {
    let absolute = join(base, path);
    let real = files.canonicalize(&absolute).map_err(|why| {
        format!(
            "evalsymlink failure on '{path}' : lstat {}: {}",
            first_missing(files, &absolute),
            why.to_string().to_lowercase()
        )
    })?;
    if files.is_directory(&real) {
        return Ok((real, String::new()));
    }
    let name = real.rsplit('/').next().unwrap_or_default().to_owned();
    Ok((podground_vfs::parent(&real).to_owned(), name))
}

/// The part of a path at which it ends to exist.
fn first_missing(files: &FileSystem, path: &str) -> String {
    let mut place = String::new();
    for part in path.split('/').filter(|part| !part.is_empty()) {
        place = format!("{place}/{part}");
        if !files.exists(&place) {
            break;
        }
    }
    place
}

/// `a/b` is in or below `a`.
fn is_below(path: &str, root: &str) -> bool {
    root == "/" || path == root || path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
}

fn directory(files: &FileSystem, base: &str, path: &str) -> Result<String, String> {
    if path.is_empty() {
        return Err("directory path cannot be empty".to_owned());
    }
    let (directory, file) =
        clean(files, base, path).map_err(|why| format!("not a valid directory: {why}"))?;
    if file.is_empty() { Ok(directory) } else { Err(format!("'{path}': file is not directory")) }
}

impl<'a> Loader<'a> {
    /// The directory that a command line names.
    pub(super) fn start(files: &'a FileSystem, base: &str, path: &str, free: bool) -> Result<Self, String> {
        if is_remote(path) {
            return Err(format!("podground does not support the remote kustomization {path:?} yet"));
        }
        let root = directory(files, base, path).map_err(|why| format!("must build at directory: {why}"))?;
        Ok(Self { files, root, referrers: Vec::new(), free })
    }

    /// The directory that a kustomization names.
    pub(super) fn enter(&self, path: &str) -> Result<Self, String> {
        if path.is_empty() {
            return Err("new root cannot be empty".to_owned());
        }
        if is_remote(path) {
            return Err(format!("podground does not support the remote kustomization {path:?} yet"));
        }
        if path.starts_with('/') {
            return Err(format!("new root '{path}' cannot be absolute"));
        }
        let root = directory(self.files, "/", &join(&self.root, path))
            .map_err(|why| format!("must build at directory: {why}"))?;
        for visited in [&self.root].into_iter().chain(self.referrers.iter().rev()) {
            if is_below(visited, &root) {
                return Err(format!(
                    "cycle detected: candidate root '{root}' contains visited root '{visited}'"
                ));
            }
        }
        let mut referrers = self.referrers.clone();
        referrers.push(self.root.clone());
        Ok(Self { files: self.files, root, referrers, free: self.free })
    }

    /// The bytes of a file.
    pub(super) fn load(&self, path: &str) -> Result<Vec<u8>, String> {
        if path.starts_with("http://") || path.starts_with("https://") {
            return Err(format!(
                "podground does not support the remote file {path:?} of a kustomization yet"
            ));
        }
        let absolute = join(&self.root, path);
        let mut place = absolute.clone();
        if !self.free {
            let (directory, file) = clean(self.files, "/", &absolute)?;
            if file.is_empty() {
                return Err(format!("'{absolute}' must resolve to a file"));
            }
            if !is_below(&directory, &self.root) {
                return Err(format!("security; file '{absolute}' is not in or below '{}'", self.root));
            }
            place = format!("{}/{file}", directory.trim_end_matches('/'));
        }
        if self.files.is_directory(&place) {
            return Err(format!("read {place}: is a directory"));
        }
        match self.files.read(&place) {
            Ok(bytes) => Ok(bytes.to_vec()),
            Err(why) => Err(format!("open {place}: {}", why.to_string().to_lowercase())),
        }
    }

    /// The text of the kustomization file.
    pub(super) fn kustomization(&self) -> Result<String, String> {
        let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
        let mut found: Vec<Vec<u8>> = names.iter().filter_map(|name| self.load(name).ok()).collect();
        match (found.pop(), found.is_empty()) {
            (None, _) => Err(format!(
                "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '{}'",
                self.root
            )),
            (Some(only), true) => Ok(String::from_utf8_lossy(&only).into_owned()),
            _ => Err(format!("Found multiple kustomization files under: {}\n", self.root)),
        }
    }
}

/// Whether a path names a repository elsewhere.
///
/// Upstream: `api/internal/git/repospec.go`
pub(super) fn is_remote(path: &str) -> bool {
    path.contains("://")
        || path.starts_with("git@")
        || path.starts_with("github.com/")
        || path.starts_with("github.com:")
}
