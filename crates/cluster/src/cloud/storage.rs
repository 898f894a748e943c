//! Copying between buckets and files: what `gsutil` and `gcloud storage` share.

use std::rc::Rc;

use podground_shell::Process;
use podground_vfs::{base_name, glob_matches, join, parent};

use super::bucket::Labs;
use crate::Cluster;

/// One object on its way.
pub(super) struct Copy {
    /// Where it is from, as messages name it.
    pub(super) from: String,
    /// Where it goes.
    pub(super) to: String,
    pub(super) bytes: Rc<Vec<u8>>,
}

/// Splits `gs://bucket/name`; `None` if it is no such URL.
pub(super) fn split(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("gs://")?;
    Some(rest.split_once('/').unwrap_or((rest, "")))
}

/// The entries right below a prefix that a pattern without slashes fits: objects and, with a slash at the end,
/// folders.
pub(super) fn entries(names: impl Iterator<Item = String>, folder: &str, pattern: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for name in names {
        let Some(rest) = name.strip_prefix(folder) else { continue };
        let (first, whole) = match rest.split_once('/') {
            Some((first, _)) => (first, format!("{folder}{first}/")),
            None => (rest, name.clone()),
        };
        if !first.is_empty() && glob_matches(pattern, first) && found.last() != Some(&whole) {
            found.push(whole);
        }
    }
    found
}

/// What a copy moves; the error is the message without the tool's own beginning.
pub(super) fn plan(
    cluster: &Cluster,
    process: &Process,
    sources: &[String],
    target: &str,
    recursive: bool,
    labs: Labs,
) -> Result<Vec<Copy>, String> {
    let mut copies = Vec::new();
    for source in sources {
        let before = copies.len();
        match split(source) {
            Some((bucket, pattern)) => {
                let Some(objects) = cluster.cloud().objects(&process.host.sim, bucket, labs) else {
                    return Err(format!("BucketNotFoundException: 404 gs://{bucket} bucket does not exist."));
                };
                let pattern = pattern.trim_end_matches('/');
                let folder = pattern.rfind('/').map_or("", |slash| &pattern[..=slash]);
                for entry in entries(objects.keys().cloned(), folder, &pattern[folder.len()..]) {
                    for (name, bytes) in objects.range(entry.clone()..) {
                        let inside = entry.ends_with('/') && name.starts_with(&entry);
                        if !(*name == entry || inside && recursive) {
                            break;
                        }
                        let relative = &name[folder.len()..];
                        let to = destination(process, target, relative, sources.len() > 1 || inside);
                        copies.push(Copy { from: format!("gs://{bucket}/{name}"), to, bytes: bytes.clone() });
                    }
                }
            }
            None => local(process, source, target, recursive, &mut copies),
        }
        if copies.len() == before {
            return Err(format!("CommandException: No URLs matched: {source}"));
        }
    }
    Ok(copies)
}

fn local(process: &Process, source: &str, target: &str, recursive: bool, copies: &mut Vec<Copy>) {
    let files = &process.host.files;
    let path = process.path(source);
    let mut open = vec![(path.clone(), base_name(&path).to_owned())];
    while let Some((path, relative)) = open.pop() {
        if let Ok(bytes) = files.read(&path) {
            let to = destination(process, target, &relative, false);
            copies.push(Copy { from: format!("file://{path}"), to, bytes });
        } else if recursive {
            let entries = files.read_directory(&path).unwrap_or_default();
            open.extend(
                entries
                    .iter()
                    .rev()
                    .map(|entry| (join(&path, &entry.name), format!("{relative}/{}", entry.name))),
            );
        }
    }
}

/// Where an object comes to lie: in the target if that is a folder, under the target's own name otherwise.
fn destination(process: &Process, target: &str, relative: &str, folder: bool) -> String {
    if let Some((bucket, name)) = split(target) {
        let into = name.is_empty() || name.ends_with('/') || relative.contains('/');
        return match into {
            true if name.is_empty() => format!("gs://{bucket}/{relative}"),
            true => format!("gs://{bucket}/{}/{relative}", name.trim_end_matches('/')),
            false => target.to_owned(),
        };
    }
    let path = process.path(target);
    if folder || target.ends_with('/') || process.host.files.is_directory(&path) {
        join(&path, relative)
    } else {
        path
    }
}

/// Writes one object to where it goes.
pub(super) fn write(cluster: &Cluster, process: &Process, copy: &Copy) -> Result<(), String> {
    if let Some((bucket, name)) = split(&copy.to) {
        let put = cluster.cloud().put(bucket, name, copy.bytes.clone());
        return put
            .then_some(())
            .ok_or_else(|| format!("AccessDeniedException: 403 no access to gs://{bucket}"));
    }
    let files = &process.host.files;
    files
        .create_directories(parent(&copy.to))
        .and_then(|()| files.write(&copy.to, &copy.bytes))
        .map_err(|error| format!("OSError: {error}: {}", copy.to))
}

/// `1.2 KiB`
pub(super) fn size(bytes: usize, gap: &str) -> String {
    let mut size = bytes as f64;
    for unit in ["B", "KiB", "MiB"] {
        if size < 1024.0 {
            return format!("{size:.1}{gap}{unit}");
        }
        size /= 1024.0;
    }
    format!("{size:.1}{gap}GiB")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_what_lies_in_a_folder() {
        let names = || ["a/x.txt", "a/b/1", "a/b/2", "c"].into_iter().map(str::to_owned);
        assert_eq!(entries(names(), "a/", "*"), ["a/x.txt", "a/b/"]);
        assert_eq!(entries(names(), "", "a"), ["a/"]);
        assert_eq!(entries(names(), "", "c"), ["c"]);
        assert_eq!(split("gs://spls/gsp021/*"), Some(("spls", "gsp021/*")));
        assert_eq!(split("spls"), None);
        assert_eq!(size(206_234, " "), "201.4 KiB");
    }
}
