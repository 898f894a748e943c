//! Volumes: what a pod's containers can mount.

use std::cell::RefCell;
use std::rc::Rc;

use podground_api::object::{array_at, at, bool_at, i64_at, str_at, strings_at};
use podground_api::{Status, Value};
use podground_vfs::{FileSystem, Tree, parent};

use super::env::{decode_base64, secret_data, short_not_found};
use super::fields::{self, PodFacts};

/// A projected file.
struct File {
    path: String,
    content: Content,
    mode: u32,
}

/// Where a projected file's bytes come from.
enum Content {
    Bytes(Vec<u8>),
    /// Made when it is first read: tokens that nobody reads need not be issued.
    Lazy(Lazy),
}

/// Reads an object of the pod's namespace: resource, name.
pub(crate) type Lookup<'a> = dyn Fn(&str, &str) -> Result<Rc<Value>, Status> + 'a;

/// Makes the bytes of a file when they are first read.
pub(crate) type Lazy = Rc<dyn Fn() -> Vec<u8>>;

/// What mounting needs from the kubelet.
pub(crate) struct Sources<'a> {
    /// Reads an object of the pod's namespace.
    pub(crate) lookup: &'a Lookup<'a>,
    /// What issues a service-account token when it is needed: audience, lifetime in seconds.
    pub(crate) token: &'a dyn Fn(&str, i64) -> Lazy,
    /// The present time in nanoseconds, for the names of data folders and times of files.
    pub(crate) now: u64,
}

/// A mounted volume.
#[derive(Clone)]
pub(crate) struct Volume {
    /// Its files.
    pub(crate) tree: Tree,
    /// The folder of the tree that is the volume: a host path lies in the node's own tree.
    pub(crate) root: String,
    /// What `mount` calls it.
    pub(crate) source: &'static str,
    /// Whether its content follows the API and is written anew when that changes.
    pub(crate) projected: bool,
}

impl Volume {
    fn own(source: &'static str) -> Self {
        Self { tree: Tree::new(), root: "/".to_owned(), source, projected: false }
    }
}

/// A volume that holds a container's writable data.
pub(crate) fn empty_dir(volume: &Value) -> Volume {
    let mounted =
        Volume::own(if str_at(volume, "/emptyDir/medium") == "Memory" { "tmpfs" } else { "/dev/vda1" });
    set_root_mode(&mounted.tree, 0o777);
    mounted
}

fn set_root_mode(tree: &Tree, mode: u32) {
    // The root of a new tree exists.
    let _ = FileSystem::new(tree.clone(), Rc::new(|| 0)).set_mode("/", mode);
}

/// A file or folder of the node; the error is the kubelet's sentence.
// Upstream: pkg/volume/hostpath/host_path.go checkType
pub(crate) fn host_path(volume: &Value, node: &Tree) -> Result<Volume, String> {
    let path = podground_vfs::normalize(str_at(volume, "/hostPath/path"));
    let kind = str_at(volume, "/hostPath/type");
    let files = FileSystem::new(node.clone(), Rc::new(|| 0));
    let (exists, directory) = (files.exists(&path), files.is_directory(&path));
    let wrong = |what: &str| Err(format!("hostPath type check failed: {path} is not a {what}"));
    match kind {
        "Directory" if !directory => return wrong("directory"),
        "File" if !exists || directory => return wrong("file"),
        "Socket" if !exists => return wrong("socket file"),
        "CharDevice" | "BlockDevice" if !exists => return wrong("device"),
        "FileOrCreate" if !exists => {
            files.write(&path, b"").map_err(|error| error.to_string())?;
        }
        _ => {}
    }
    if !files.exists(&path) {
        files.create_directories(&path).map_err(|error| error.to_string())?;
    }
    Ok(Volume { tree: node.clone(), root: path, source: "/dev/vda1", projected: false })
}

/// Makes a volume whose content comes from the API; `None` for the volume types that are handled elsewhere.
pub(crate) fn projected(
    volume: &Value,
    facts: &PodFacts<'_>,
    sources: &Sources<'_>,
) -> Option<Result<Volume, String>> {
    let files = projected_files(volume, facts, sources)?;
    Some(files.map(|files| {
        let mounted = Volume { projected: true, ..Volume::own("tmpfs") };
        set_root_mode(&mounted.tree, 0o1777);
        write_files(&mounted.tree, &files, sources.now);
        mounted
    }))
}

/// Brings a projected volume up to date; returns whether anything has changed.
pub(crate) fn refresh(volume: &Value, mounted: &Volume, facts: &PodFacts<'_>, sources: &Sources<'_>) -> bool {
    match projected_files(volume, facts, sources) {
        Some(Ok(files)) => write_files(&mounted.tree, &files, sources.now),
        _ => false,
    }
}

fn projected_files(
    volume: &Value,
    facts: &PodFacts<'_>,
    sources: &Sources<'_>,
) -> Option<Result<Vec<File>, String>> {
    let mut files = Vec::new();
    let result = if !at(volume, "/configMap").is_null() {
        let source = at(volume, "/configMap");
        object_files("configmaps", str_at(source, "/name"), source, default_mode(source), sources)
    } else if !at(volume, "/secret").is_null() {
        let source = at(volume, "/secret");
        object_files("secrets", str_at(source, "/secretName"), source, default_mode(source), sources)
    } else if !at(volume, "/downwardAPI").is_null() {
        let source = at(volume, "/downwardAPI");
        downward_files(source, default_mode(source), facts)
    } else if at(volume, "/projected").is_null() {
        return None;
    } else {
        let mode = default_mode(at(volume, "/projected"));
        let mut all = Ok(Vec::new());
        for source in array_at(volume, "/projected/sources") {
            let part = projected_source(source, mode, facts, sources);
            all = match (all, part) {
                (Ok(mut all), Ok(part)) => {
                    all.extend(part);
                    Ok(all)
                }
                (Err(error), _) | (_, Err(error)) => Err(error),
            };
        }
        all
    };
    Some(result.map(|found| {
        files.extend(found);
        files
    }))
}

fn projected_source(
    source: &Value,
    mode: u32,
    facts: &PodFacts<'_>,
    sources: &Sources<'_>,
) -> Result<Vec<File>, String> {
    let token = at(source, "/serviceAccountToken");
    if !token.is_null() {
        let seconds = i64_at(token, "/expirationSeconds").unwrap_or(3600);
        let content = Content::Lazy((sources.token)(str_at(token, "/audience"), seconds));
        return Ok(vec![File { path: str_at(token, "/path").to_owned(), content, mode }]);
    }
    for (field, resource) in [("/configMap", "configmaps"), ("/secret", "secrets")] {
        let inner = at(source, field);
        if !inner.is_null() {
            return object_files(resource, str_at(inner, "/name"), inner, mode, sources);
        }
    }
    let downward = at(source, "/downwardAPI");
    if downward.is_null() { Ok(Vec::new()) } else { downward_files(downward, mode, facts) }
}

fn default_mode(source: &Value) -> u32 {
    i64_at(source, "/defaultMode").and_then(|mode| u32::try_from(mode).ok()).unwrap_or(0o644)
}

fn item_mode(item: &Value, default: u32) -> u32 {
    i64_at(item, "/mode").and_then(|mode| u32::try_from(mode).ok()).unwrap_or(default)
}

// Upstream: pkg/volume/configmap/configmap.go MakePayload
fn object_files(
    resource: &str,
    name: &str,
    source: &Value,
    mode: u32,
    sources: &Sources<'_>,
) -> Result<Vec<File>, String> {
    let optional = bool_at(source, "/optional");
    let object = match (sources.lookup)(resource, name) {
        Ok(object) => object,
        Err(status) if status.code == 404 && optional => return Ok(Vec::new()),
        Err(status) => return Err(short_not_found(resource, name, &status)),
    };
    let entries: Vec<(String, Vec<u8>)> = if resource == "secrets" {
        secret_data(&object)
    } else {
        let text =
            strings_at(&object, "/data").map(|(key, value)| (key.to_owned(), value.as_bytes().to_vec()));
        let binary =
            strings_at(&object, "/binaryData").map(|(key, value)| (key.to_owned(), decode_base64(value)));
        text.chain(binary).collect()
    };
    let items = array_at(source, "/items");
    if items.is_empty() {
        return Ok(entries
            .into_iter()
            .map(|(path, bytes)| File { path, content: Content::Bytes(bytes), mode })
            .collect());
    }
    let mut files = Vec::new();
    for item in items {
        let key = str_at(item, "/key");
        match entries.iter().find(|(name, _)| name == key) {
            Some((_, bytes)) => files.push(File {
                path: str_at(item, "/path").to_owned(),
                content: Content::Bytes(bytes.clone()),
                mode: item_mode(item, mode),
            }),
            None if optional => {}
            None => {
                return Err(if resource == "secrets" {
                    format!("references non-existent secret key: {key}")
                } else {
                    format!("configmap references non-existent config key: {key}")
                });
            }
        }
    }
    Ok(files)
}

fn downward_files(source: &Value, mode: u32, facts: &PodFacts<'_>) -> Result<Vec<File>, String> {
    array_at(source, "/items")
        .iter()
        .map(|item| {
            let field = at(item, "/fieldRef");
            let text = if field.is_null() {
                fields::resource(facts, at(item, "/resourceFieldRef"), "")?
            } else {
                fields::field(facts, str_at(field, "/fieldPath"))?
            };
            let content = Content::Bytes(text.into_bytes());
            Ok(File { path: str_at(item, "/path").to_owned(), content, mode: item_mode(item, mode) })
        })
        .collect()
}

/// Writes the files as the kubelet does: into a new folder to which `..data` then leads, so that all change
/// at once. Returns whether anything has changed.
// Upstream: pkg/volume/util/atomic_writer.go
fn write_files(tree: &Tree, files: &[File], now: u64) -> bool {
    let clock = RefCell::new(now);
    let system = FileSystem::new(tree.clone(), Rc::new(move || *clock.borrow()));
    let same = |file: &File| match &file.content {
        Content::Bytes(bytes) => {
            system.read(&format!("/..data/{}", file.path)).is_ok_and(|old| *old == *bytes)
        }
        Content::Lazy(_) => system.exists(&format!("/..data/{}", file.path)),
    };
    let count = count_files(&system, "/..data/.");
    if system.exists("/..data") && count == files.len() && files.iter().all(same) {
        return false;
    }
    let c = podground_sim::Time(now).civil();
    let folder = format!(
        "..{:04}_{:02}_{:02}_{:02}_{:02}_{:02}.{}",
        c.year,
        c.month,
        c.day,
        c.hour,
        c.minute,
        c.second,
        now % 1_000_000_000
    );
    // All paths lie in a tree that nobody else writes to: nothing here can fail.
    let write = || -> podground_vfs::Result<()> {
        let old = system.read_link("/..data").ok();
        system.create_directories(&format!("/{folder}"))?;
        for file in files {
            let path = podground_vfs::normalize(&format!("/{folder}/{}", file.path));
            system.create_directories(parent(&path))?;
            match &file.content {
                Content::Bytes(bytes) => system.write(&path, bytes)?,
                Content::Lazy(make) => system.create_generated(&path, make.clone())?,
            }
            system.set_mode(&path, file.mode)?;
        }
        system.symlink(&folder, "/..data_tmp")?;
        system.rename("/..data_tmp", "/..data")?;
        for file in files {
            let first = file.path.split('/').next().unwrap_or_default();
            if !first.is_empty() && system.symlink_metadata(&format!("/{first}")).is_err() {
                system.symlink(&format!("..data/{first}"), &format!("/{first}"))?;
            }
        }
        for entry in system.read_directory("/")? {
            let wanted = entry.name.starts_with("..")
                || files.iter().any(|file| file.path.split('/').next() == Some(&entry.name));
            if !wanted {
                system.remove_all(&format!("/{}", entry.name))?;
            }
        }
        if let Some(old) = old {
            system.remove_all(&format!("/{old}"))?;
        }
        Ok(())
    };
    let _ = write();
    true
}

fn count_files(system: &FileSystem, folder: &str) -> usize {
    system.read_directory(folder).unwrap_or_default().iter().fold(0, |count, entry| {
        let path = format!("{folder}/{}", entry.name);
        count + if system.is_directory(&path) { count_files(system, &path) } else { 1 }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use podground_api::json;

    #[test]
    fn config_maps_become_linked_files_that_follow() {
        let pod = json!({"metadata": {"namespace": "default"}});
        let facts = PodFacts { pod: &pod, pod_ip: "", host_ip: "", node_cpu_millis: 0, node_memory: 0 };
        let content = RefCell::new(json!({"data": {"a": "1", "b": "2"}}));
        let lookup = |_: &str, name: &str| match name {
            "settings" => Ok(Rc::new(content.borrow().clone())),
            _ => Err(Status { code: 404, ..Status::default() }),
        };
        let token = |_: &str, _: i64| -> Rc<dyn Fn() -> Vec<u8>> { Rc::new(|| b"token".to_vec()) };
        let at = |now: u64| Sources { lookup: &lookup, token: &token, now };
        let volume = json!({"name": "v", "configMap": {"name": "settings"}});
        let mounted = projected(&volume, &facts, &at(1_000_000_000)).unwrap().unwrap();
        let files = FileSystem::new(mounted.tree.clone(), Rc::new(|| 0));
        assert_eq!(files.read_link("/a").unwrap(), "..data/a");
        assert_eq!(files.read_to_string("/a").unwrap(), "1");
        assert!(!refresh(&volume, &mounted, &facts, &at(2_000_000_000)));
        *content.borrow_mut() = json!({"data": {"a": "3"}});
        assert!(refresh(&volume, &mounted, &facts, &at(3_000_000_000)));
        assert_eq!(files.read_to_string("/a").unwrap(), "3");
        assert!(!files.exists("/b"));
        let missing = json!({"name": "v", "secret": {"secretName": "x"}});
        assert_eq!(projected(&missing, &facts, &at(1)).unwrap().err().unwrap(), "secret \"x\" not found");
    }
}
