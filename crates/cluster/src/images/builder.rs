//! Building the file tree and the configuration of an image.

use std::collections::BTreeMap;
use std::rc::Rc;

use podground_shell::{Host, ProgramTable, Signal};
use podground_vfs::{FileSystem, Tree, parent};

use super::Reference;

/// How an image is to be run.
#[derive(Clone, Debug, Default)]
pub struct ImageConfig {
    /// The environment.
    pub env: BTreeMap<String, String>,
    /// The program that is always run.
    pub entrypoint: Vec<String>,
    /// Its arguments, or the program where there is no entry point.
    pub command: Vec<String>,
    /// The working directory; `/` if empty.
    pub working_directory: String,
    /// The user: a name or a number, with a group perhaps; root if empty.
    pub user: String,
    /// The ports that it says it listens on.
    pub exposed: Vec<u16>,
    /// What is said of it.
    pub labels: BTreeMap<String, String>,
    /// Who has made it.
    pub author: String,
    /// What asks it to end.
    pub stop_signal: Option<Signal>,
}

/// An image.
pub struct Image {
    /// Its complete reference.
    pub reference: Reference,
    /// `sha256:…` of its manifest.
    pub digest: String,
    /// `sha256:…` of its configuration: what tools call the image's ID.
    pub id: String,
    /// Bytes of the compressed layers.
    pub size: u64,
    /// How to run it.
    pub config: ImageConfig,
    /// Its files.
    pub tree: Tree,
    /// Whether it is not simulated in depth: programs that it lacks are stood in for.
    pub stand_in: bool,
}

impl Image {
    /// `docker.io/library/nginx@sha256:…`
    pub fn repo_digest(&self) -> String {
        format!("{}@{}", self.reference.repository(), self.digest)
    }
}

/// What an entry of the table puts on top of a base.
pub struct Layer {
    /// The files so far.
    pub files: FileSystem,
    /// The configuration so far.
    pub config: ImageConfig,
    /// Bytes of the image.
    pub size: u64,
    /// See [`Image::stand_in`].
    pub stand_in: bool,
    tree: Tree,
    programs: Rc<ProgramTable>,
}

impl Layer {
    /// Starts on a tree.
    pub fn new(tree: Tree, programs: Rc<ProgramTable>) -> Self {
        let mut config = ImageConfig::default();
        config.env.insert(
            "PATH".to_owned(),
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned(),
        );
        let files = FileSystem::new(tree.clone(), Rc::new(|| 0));
        Self { files, config, size: 0, stand_in: false, tree, programs }
    }

    /// Adds a file and the folders above it. What cannot be written is left out.
    pub fn file(&mut self, path: &str, content: impl AsRef<[u8]>) -> &mut Self {
        let _ = self.files.create_directories(parent(path));
        let _ = self.files.write(path, content.as_ref());
        self
    }

    /// Adds a folder.
    pub fn directory(&mut self, path: &str, mode: u32) -> &mut Self {
        let _ = self.files.create_directories(path);
        let _ = self.files.set_mode(path, mode);
        self
    }

    /// Adds a symbolic link.
    pub fn link(&mut self, target: &str, path: &str) -> &mut Self {
        let _ = self.files.create_directories(parent(path));
        let _ = self.files.symlink(target, path);
        self
    }

    /// Adds an executable script.
    pub fn script(&mut self, path: &str, text: &str) -> &mut Self {
        self.file(path, text);
        let _ = self.files.set_mode(path, 0o755);
        self
    }

    /// Adds an executable that runs a program of the table, if the table has it.
    pub fn program(&mut self, path: &str, name: &str) -> &mut Self {
        if self.programs.get(name).is_some() {
            self.script_bytes(path, &Host::program_file(name));
        }
        self
    }

    /// Adds programs under their own names to a folder.
    pub fn programs(&mut self, folder: &str, names: &[&str]) -> &mut Self {
        for name in names {
            self.program(&format!("{folder}/{name}"), name);
        }
        self
    }

    /// Sets an environment variable.
    pub fn env(&mut self, name: &str, value: &str) -> &mut Self {
        self.config.env.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Sets the entry point.
    pub fn entrypoint(&mut self, words: &[&str]) -> &mut Self {
        self.config.entrypoint = words.iter().map(|word| (*word).to_owned()).collect();
        self
    }

    /// Sets the command.
    pub fn command(&mut self, words: &[&str]) -> &mut Self {
        self.config.command = words.iter().map(|word| (*word).to_owned()).collect();
        self
    }

    /// Names a port.
    pub fn expose(&mut self, port: u16) -> &mut Self {
        self.config.exposed.push(port);
        self
    }

    /// Sets the size.
    pub fn size(&mut self, bytes: u64) -> &mut Self {
        self.size = bytes;
        self
    }

    /// The image of this layer.
    pub fn finish(self, reference: Reference, digest: String, id: String) -> Image {
        let Self { config, size, stand_in, tree, .. } = self;
        Image { reference, digest, id, size, config, tree, stand_in }
    }

    /// The files alone.
    pub(crate) fn into_tree(self) -> Tree {
        self.tree
    }

    fn script_bytes(&mut self, path: &str, bytes: &[u8]) {
        self.file(path, bytes);
        let _ = self.files.set_mode(path, 0o755);
    }
}
