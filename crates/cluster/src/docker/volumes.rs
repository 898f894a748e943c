//! Volumes: `docker volume`, and what `docker run -v` mounts.

use std::rc::Rc;

use podground_shell::Host;
use podground_vfs::{FileSystem, FileType, Tree, join};

use super::Call;
use crate::kubelet::tools::listing::table;
use crate::kubelet::tools::options::Options;

/// A volume that docker keeps.
pub(super) struct KeptVolume {
    pub(super) name: String,
    pub(super) tree: Tree,
}

/// What `-v` asks for.
pub(super) struct Bind {
    /// A folder of the machine, a volume's name, or nothing: then docker makes a volume.
    source: String,
    target: String,
    read_only: bool,
}

/// Reads `/here:/there:ro`, `name:/there`, `/there`.
pub(super) fn bind(text: &str) -> Result<Bind, String> {
    let parts: Vec<&str> = text.split(':').collect();
    let (source, target, mode) = match parts.as_slice() {
        [target] => ("", *target, ""),
        [source, target] => (*source, *target, ""),
        [source, target, mode] => (*source, *target, *mode),
        _ => return Err(format!("invalid volume specification: '{text}'")),
    };
    if !target.starts_with('/') {
        return Err(format!(
            "invalid volume specification: '{text}': invalid mount config for type \"bind\": invalid mount path: \
             '{target}' mount path must be absolute"
        ));
    }
    if !matches!(mode, "" | "rw" | "ro" | "z" | "Z") {
        return Err(format!("invalid mode: {mode}"));
    }
    Ok(Bind { source: source.to_owned(), target: target.to_owned(), read_only: mode == "ro" })
}

/// Mounts what `-v` asks for into a new container.
pub(super) fn mount(call: &Call, host: &Host, bind: &Bind, container: &str) -> Result<(), String> {
    let Bind { source, target, read_only } = bind;
    let error = |error: podground_vfs::Error| format!("error while mounting volume '{target}': {error}");
    if source.starts_with(['/', '.', '~']) {
        let own = &call.process.host.files;
        let path = call.process.path(source);
        if !own.exists(&path) {
            own.create_directories(&path).map_err(error)?;
        }
        return host.files.bind(target, own, &path, *read_only, "/dev/vda1").map_err(error);
    }
    let anonymous = source.is_empty();
    let name = if anonymous {
        call.process.host.sim.rng("docker-volume", &[container, target]).hex(32)
    } else {
        source.clone()
    };
    let tree = keep(call, &name);
    let inside = FileSystem::new(tree.clone(), Rc::new(|| 0));
    // A volume that holds nothing yet takes over what the image has there.
    if inside.read_directory("/").is_ok_and(|entries| entries.is_empty()) {
        copy(&host.files, target, &inside, "/").map_err(error)?;
    }
    host.files.mount(target, &tree, *read_only, "/dev/vda1").map_err(error)
}

/// The volume of that name, made if it is new.
fn keep(call: &Call, name: &str) -> Tree {
    let docker = call.docker();
    let mut state = docker.0.borrow_mut();
    if let Some(known) = state.volumes.iter().find(|known| known.name == name) {
        return known.tree.clone();
    }
    let tree = Tree::new();
    state.volumes.push(KeptVolume { name: name.to_owned(), tree: tree.clone() });
    state.volumes.sort_by(|one, other| one.name.cmp(&other.name));
    tree
}

fn copy(from: &FileSystem, source: &str, to: &FileSystem, target: &str) -> podground_vfs::Result<()> {
    for entry in from.read_directory(source).unwrap_or_default() {
        let (source, target) = (join(source, &entry.name), join(target, &entry.name));
        let metadata = from.symlink_metadata(&source)?;
        match metadata.file_type {
            FileType::Directory => {
                to.create_directories(&target)?;
                copy(from, &source, to, &target)?;
            }
            FileType::Symlink => to.symlink(&from.read_link(&source)?, &target)?,
            FileType::File => to.write(&target, &from.read(&source)?)?,
            FileType::Device(_) => continue,
        }
        if metadata.file_type != FileType::Symlink {
            to.set_mode(&target, metadata.mode)?;
        }
    }
    Ok(())
}

/// `docker volume create`
pub(super) async fn create(call: Call) -> u8 {
    let options = match Options::parse(&call.args, &[], &["name"], false) {
        Ok(options) => options,
        Err(flag) => return call.unsupported(&flag).await,
    };
    let named = options.words.first().map(String::as_str).or(options.value(&["name"])).map(str::to_owned);
    let name = named.unwrap_or_else(|| {
        let count = call.docker().0.borrow().volumes.len().to_string();
        call.process.host.sim.rng("docker-volume", &["", &count]).hex(32)
    });
    keep(&call, &name);
    call.process.print(&format!("{name}\n")).await;
    0
}

/// `docker volume ls`
pub(super) async fn list(call: Call) -> u8 {
    let options = match Options::parse(&call.args, &["q", "quiet"], &[], false) {
        Ok(options) => options,
        Err(flag) => return call.unsupported(&flag).await,
    };
    let names: Vec<String> =
        call.docker().0.borrow().volumes.iter().map(|volume| volume.name.clone()).collect();
    if options.has(&["q", "quiet"]) {
        let text: String = names.iter().map(|name| format!("{name}\n")).collect();
        call.process.print(&text).await;
        return 0;
    }
    let mut rows = vec![vec!["DRIVER".to_owned(), "VOLUME NAME".to_owned()]];
    rows.extend(names.into_iter().map(|name| vec!["local".to_owned(), name]));
    call.process.print(&table(&rows, 10)).await;
    0
}

/// `docker volume rm`
pub(super) async fn remove(call: Call) -> u8 {
    if let Some(flag) = call.args.iter().find(|word| word.starts_with('-')) {
        return call.unsupported(flag).await;
    }
    let docker = call.docker();
    let mut status = 0;
    for name in &call.args {
        let tree = docker
            .0
            .borrow()
            .volumes
            .iter()
            .find(|known| known.name == *name)
            .map(|known| known.tree.clone());
        let Some(tree) = tree else {
            status = call.daemon(&format!("get {name}: no such volume")).await;
            continue;
        };
        let user = docker.0.borrow().containers.iter().find_map(|known| {
            let container = known.container();
            let uses = container.spec.host.files.mounts().iter().any(|mount| mount.tree.same(&tree));
            uses.then(|| container.spec.id.clone())
        });
        if let Some(id) = user {
            status = call.daemon(&format!("remove {name}: volume is in use - [{id}]")).await;
            continue;
        }
        docker.0.borrow_mut().volumes.retain(|known| known.name != *name);
        call.process.print(&format!("{name}\n")).await;
    }
    status
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_have_three_forms() {
        let read = |text: &str| bind(text).map(|bind| (bind.source, bind.target, bind.read_only));
        let own = |source: &str, target: &str, only| Ok((source.to_owned(), target.to_owned(), only));
        assert_eq!(read("/a:/b:ro"), own("/a", "/b", true));
        assert_eq!(read("data:/b"), own("data", "/b", false));
        assert_eq!(read("/b"), own("", "/b", false));
        assert!(read("data:b").is_err() && read("a:/b:xx").is_err());
    }
}
