//! `docker build`

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::rc::Rc;

use podground_shell::{Command, Host};
use podground_sim::{Rng, stable_hash};
use podground_vfs::{FileSystem, Tree, base_name, glob, join, parent};

use super::Call;
use super::dockerfile::{Instruction, command, expand, pairs, parse, words};
use super::images::obtain;
use super::run::machine;
use crate::container::user::look_up;
use crate::images::{Image, ImageConfig, Reference};
use crate::kubelet::tools::options::Options;
use crate::network::{Namespace, Peer};
use crate::remote;

/// The image as far as it is built.
struct Builder<'a> {
    call: &'a Call,
    context: String,
    arguments: BTreeMap<String, String>,
    config: ImageConfig,
    /// The machine in which RUN runs: its files become the image's.
    host: Rc<Host>,
    tree: Tree,
    base: Rc<Image>,
    /// What went into the image, for its ID and for what need not be done again.
    fingerprint: Vec<u8>,
    /// Whether what was done before may be taken over.
    cache: bool,
    size: u64,
}

pub(super) async fn build(call: Call) -> u8 {
    let valued = &["t", "tag", "f", "file", "build-arg", "target"];
    let options = match Options::parse(&call.args, &["no-cache", "q", "quiet", "pull"], valued, false) {
        Ok(options) => options,
        Err(flag) => return call.unsupported(&flag).await,
    };
    let [context] = options.words.as_slice() else { return call.missing("1 argument").await };
    let tags: Vec<Result<Reference, _>> = options.values(&["t", "tag"]).map(Reference::parse).collect();
    if let Some(Err(error)) = tags.iter().find(|tag| tag.is_err()) {
        return call.fail(&format!("ERROR: failed to build: invalid tag: {error}")).await;
    }
    let context = call.process.path(context);
    let files = &call.process.host.files;
    if !files.is_directory(&context) {
        return call
            .fail(&format!("ERROR: failed to build: unable to prepare context: path \"{context}\" not found"))
            .await;
    }
    let file = options
        .value(&["f", "file"])
        .map_or_else(|| join(&context, "Dockerfile"), |file| call.process.path(file));
    let Ok(text) = files.read_to_string(&file) else {
        let name = base_name(&file).to_owned();
        return call
            .fail(&format!(
                "ERROR: failed to build: failed to solve: failed to read dockerfile: open {name}: no such file or directory"
            ))
            .await;
    };
    if files.exists(&join(&context, ".dockerignore")) {
        return call.unsupported("the file .dockerignore").await;
    }
    let quiet = options.has(&["q", "quiet"]);
    let given = options.values(&["build-arg"]).filter_map(|pair| pair.split_once('='));
    let given: BTreeMap<String, String> =
        given.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let wishes = Wishes {
        arguments: given,
        quiet,
        cache: !options.has(&["no-cache"]),
        pull: options.has(&["pull"]),
        target: options.value(&["target"]).map(str::to_owned),
    };
    match steps(&call, &context, &parse(&text), &wishes).await {
        Ok(image) => finish(&call, image, tags.into_iter().flatten(), quiet).await,
        Err(message) => call.fail(&format!("ERROR: failed to build: failed to solve: {message}")).await,
    }
}

async fn finish(call: &Call, image: Image, tags: impl Iterator<Item = Reference>, quiet: bool) -> u8 {
    let (docker, now) = (call.docker(), call.process.host.sim.now());
    let id = image.id.clone();
    let mut text = format!("exporting to image\nwriting image {id}\n");
    let image = Rc::new(image);
    for tag in tags {
        text.push_str(&format!("naming to {}:{}\n", tag.repository(), tag.tag()));
        let own = Image {
            reference: tag.clone(),
            digest: image.digest.clone(),
            id: id.clone(),
            size: image.size,
            config: image.config.clone(),
            tree: image.tree.fork(),
            stand_in: image.stand_in,
        };
        docker.keep(tag, Rc::new(own), now);
    }
    if quiet {
        call.process.print(&format!("{id}\n")).await;
    } else {
        call.process.eprint(&text).await;
    }
    0
}

/// What the command line asks for.
struct Wishes {
    arguments: BTreeMap<String, String>,
    quiet: bool,
    cache: bool,
    pull: bool,
    /// The stage to end with.
    target: Option<String>,
}

/// A stage that is done: its name, its image.
type Stage = (String, Rc<Image>);

async fn steps(
    call: &Call,
    context: &str,
    instructions: &[Instruction],
    wishes: &Wishes,
) -> Result<Image, String> {
    let mut builder: Option<Builder<'_>> = None;
    let mut stages: Vec<Stage> = Vec::new();
    let mut stage = String::new();
    let mut arguments = wishes.arguments.clone();
    let total = instructions.len();
    for (index, instruction) in instructions.iter().enumerate() {
        if instruction.name == "FROM" {
            if let Some(done) = builder.take() {
                if wishes.target.as_deref() == Some(stage.as_str()) {
                    return Ok(done.image());
                }
                stages.push((std::mem::take(&mut stage), Rc::new(done.image())));
            }
            say(call, wishes, index, total, instruction, false).await;
            let wanted = expand(&instruction.rest, |name| arguments.get(name).cloned());
            let wanted = match wanted.split_whitespace().collect::<Vec<_>>().as_slice() {
                [image] => (*image).to_owned(),
                [image, word, name] if word.eq_ignore_ascii_case("as") => {
                    (*name).clone_into(&mut stage);
                    (*image).to_owned()
                }
                _ => return Err(format!("podground does not support FROM {wanted} yet")),
            };
            let base = match stages.iter().find(|(name, _)| !name.is_empty() && *name == wanted) {
                Some((_, image)) => image.clone(),
                None if wanted.starts_with('-') => {
                    return Err(format!("podground does not support FROM {wanted} yet"));
                }
                None => obtain(call, &wanted, wishes.pull).await?,
            };
            builder = Some(Builder::start(call, context, base, arguments.clone(), wishes.cache));
            continue;
        }
        let Some(current) = &mut builder else {
            if instruction.name != "ARG" {
                return Err("no build stage in current context".to_owned());
            }
            argument(&mut arguments, &instruction.rest, &wishes.arguments);
            continue;
        };
        let cached = match current.prepare(instruction, &stages).await {
            Ok(cached) => cached,
            Err(message) => {
                say(call, wishes, index, total, instruction, false).await;
                return Err(message);
            }
        };
        say(call, wishes, index, total, instruction, cached.is_some()).await;
        match (cached, instruction.name.as_str()) {
            (Some(tree), _) => current.take_over(tree),
            (None, "ARG") => argument(&mut current.arguments, &instruction.rest, &wishes.arguments),
            (None, _) => {
                current.step(instruction, &stages).await?;
                current.remember(instruction);
            }
        }
    }
    match (builder, &wishes.target) {
        (Some(_), Some(target)) if *target != stage => {
            Err(format!("target stage \"{target}\" could not be found"))
        }
        (builder, _) => builder.map(Builder::image).ok_or_else(|| "file with no instructions".to_owned()),
    }
}

/// Tells of a step.
async fn say(
    call: &Call,
    wishes: &Wishes,
    index: usize,
    total: usize,
    instruction: &Instruction,
    cached: bool,
) {
    if !wishes.quiet {
        let lead = if cached { "CACHED " } else { "" };
        let step = format!("{lead}[{}/{total}] {} {}\n", index + 1, instruction.name, instruction.rest);
        call.process.eprint(&step).await;
    }
}

/// A file to be copied: its place, its bytes, its mode.
type SourceFile = (String, Rc<Vec<u8>>, u32);

/// Folders and files.
type Sources = (Vec<String>, Vec<SourceFile>);

/// A file, or what a folder holds, not the folder itself.
fn collect(files: &FileSystem, path: &str, place: &str, found: &mut Sources) -> podground_vfs::Result<()> {
    if !files.is_directory(path) {
        found.1.push((place.to_owned(), files.read(path)?, files.metadata(path)?.mode));
        return Ok(());
    }
    found.0.push(place.to_owned());
    for entry in files.read_directory(path)? {
        collect(files, &join(path, &entry.name), &join(place, &entry.name), found)?;
    }
    Ok(())
}

/// The machine in which a stage is built.
fn builder_host(call: &Call, tree: &Tree) -> Rc<Host> {
    let address = Ipv4Addr::new(172, 17, 255, 2);
    let network = Namespace::new(Peer::Workstation, Some((address, 16)));
    machine(call, tree.clone(), &network, "buildkitsandbox", address)
}

fn argument(arguments: &mut BTreeMap<String, String>, rest: &str, given: &BTreeMap<String, String>) {
    let (name, default) = rest.split_once('=').unwrap_or((rest, ""));
    let value = given.get(name).cloned().unwrap_or_else(|| default.trim_matches('"').to_owned());
    arguments.insert(name.to_owned(), value);
}

impl<'a> Builder<'a> {
    fn start(
        call: &'a Call,
        context: &str,
        base: Rc<Image>,
        arguments: BTreeMap<String, String>,
        cache: bool,
    ) -> Self {
        let tree = base.tree.fork();
        Self {
            call,
            context: context.to_owned(),
            arguments,
            config: base.config.clone(),
            host: builder_host(call, &tree),
            tree,
            fingerprint: base.id.clone().into_bytes(),
            cache,
            size: base.size,
            base,
        }
    }

    /// Before a step: what has led to its result goes into the fingerprint; gives the result if it is known.
    async fn prepare(&mut self, instruction: &Instruction, stages: &[Stage]) -> Result<Option<Tree>, String> {
        let Instruction { name, rest, .. } = instruction;
        self.fingerprint.extend(format!("{name} {rest}\n").bytes());
        match name.as_str() {
            "RUN" => self.fingerprint.extend(format!("{:?}\n", self.arguments).bytes()),
            "COPY" | "ADD" => {
                for (_, bytes, _) in self.sources(instruction, stages).await?.1 {
                    self.size += bytes.len() as u64;
                    self.fingerprint.extend(bytes.iter());
                }
            }
            _ => return Ok(None),
        }
        let known = self.call.docker().0.borrow().built.get(&self.key()).cloned();
        Ok(known.filter(|_| self.cache))
    }

    fn key(&self) -> u64 {
        stable_hash(&[b"build", &self.fingerprint])
    }

    /// Keeps the files as they are after a step that changes them.
    fn remember(&self, instruction: &Instruction) {
        if matches!(instruction.name.as_str(), "RUN" | "COPY" | "ADD") {
            self.call.docker().0.borrow_mut().built.insert(self.key(), self.tree.fork());
        }
    }

    fn take_over(&mut self, tree: Tree) {
        self.tree = tree.fork();
        self.host = builder_host(self.call, &self.tree);
    }

    fn expanded(&self, rest: &str) -> String {
        expand(rest, |name| self.config.env.get(name).or_else(|| self.arguments.get(name)).cloned())
    }

    async fn step(&mut self, instruction: &Instruction, stages: &[Stage]) -> Result<(), String> {
        let Instruction { line, name, rest } = instruction;
        let expanded = self.expanded(rest);
        match name.as_str() {
            "RUN" => return self.run(rest).await,
            "COPY" | "ADD" => {
                let (folders, files) = self.sources(instruction, stages).await?;
                return self.copy(&folders, files);
            }
            "ENV" => self.config.env.extend(pairs(&expanded)),
            "WORKDIR" => {
                self.config.working_directory =
                    join(&format!("/{}", self.config.working_directory), &expanded);
                let folder = self.config.working_directory.clone();
                self.host.files.create_directories(&folder).map_err(|error| error.to_string())?;
            }
            "USER" => self.config.user = expanded,
            "EXPOSE" => {
                for port in words(&expanded) {
                    let number = port.split('/').next().unwrap_or_default();
                    self.config
                        .exposed
                        .push(number.parse().map_err(|_| format!("invalid containerPort: {port}"))?);
                }
            }
            "CMD" => self.config.command = command(rest),
            "ENTRYPOINT" => {
                self.config.entrypoint = command(rest);
                // What the base would have been started with belongs to its own entry point.
                self.config.command = Vec::new();
            }
            "LABEL" => self.config.labels.extend(pairs(&expanded)),
            "MAINTAINER" => self.config.author = expanded,
            "HEALTHCHECK" | "VOLUME" | "SHELL" | "STOPSIGNAL" | "ONBUILD" => {
                return Err(format!("podground does not support the instruction {name} yet"));
            }
            _ => return Err(format!("dockerfile parse error on line {line}: unknown instruction: {name}")),
        }
        Ok(())
    }

    async fn run(&mut self, rest: &str) -> Result<(), String> {
        let args = command(rest);
        let mut start = Command::new(args.clone());
        start.env.clone_from(&self.arguments);
        start.env.extend(self.config.env.clone());
        start.cwd = join("/", &self.config.working_directory);
        let user = look_up(&self.host.files, &self.config.user).ok_or_else(|| {
            format!("unable to find user {}: no matching entries in passwd file", self.config.user)
        })?;
        (start.uid, start.gid) = (user.uid, user.gid);
        let status = remote::run(&self.call.process, &self.host, start, false, false)
            .await
            .map_err(|error| format!("process {:?} did not start: {error}", args.join(" ")))?;
        match status {
            0 => Ok(()),
            status => Err(format!(
                "process \"{}\" did not complete successfully: exit code: {status}",
                args.join(" ")
            )),
        }
    }

    /// What COPY or ADD copies: the folders to make, and files with their places, bytes and modes.
    async fn sources(&self, instruction: &Instruction, stages: &[Stage]) -> Result<Sources, String> {
        let name = &instruction.name;
        let words = words(&self.expanded(&instruction.rest));
        let (flags, words): (Vec<String>, Vec<String>) =
            words.into_iter().partition(|word| word.starts_with("--"));
        let (mut files, mut context) = (self.call.process.host.files.clone(), self.context.as_str());
        for flag in &flags {
            let Some(from) = flag.strip_prefix("--from=").filter(|_| name == "COPY") else {
                return Err(format!("podground does not support {flag} of {name} yet"));
            };
            let number = from.parse::<usize>().ok();
            let stage = stages
                .iter()
                .enumerate()
                .find(|(index, (name, _))| !name.is_empty() && name == from || number == Some(*index));
            let image = match stage {
                Some((_, (_, image))) => image.clone(),
                None => obtain(self.call, from, false).await?,
            };
            files = builder_host(self.call, &image.tree.fork()).files.clone();
            context = "/";
        }
        let Some((target, sources)) = words.split_last().filter(|(_, sources)| !sources.is_empty()) else {
            return Err(format!("{name} requires at least two arguments, but only one was provided"));
        };
        let folder = target.ends_with('/') || target == "." || sources.len() > 1;
        let to = join(&join("/", &self.config.working_directory), target);
        let mut found = Sources::default();
        for source in sources {
            if source.contains("://") {
                return Err(format!("podground does not support {name} from a URL yet"));
            }
            let pattern = source.trim_start_matches('/');
            let mut paths = glob(&files, context, pattern);
            if paths.is_empty() && files.exists(&join(context, pattern)) {
                paths.push(pattern.to_owned());
            }
            if paths.is_empty() {
                return Err(format!(
                    "failed to compute cache key: failed to calculate checksum of ref: \"/{pattern}\": not found"
                ));
            }
            for path in paths {
                let path = join(context, &path);
                let into = folder || self.host.files.is_directory(&to);
                let place =
                    if into && !files.is_directory(&path) { join(&to, base_name(&path)) } else { to.clone() };
                collect(&files, &path, &place, &mut found).map_err(|error| format!("{path}: {error}"))?;
            }
        }
        Ok(found)
    }

    fn copy(&mut self, folders: &[String], files: Vec<SourceFile>) -> Result<(), String> {
        let own = &self.host.files;
        let copied = || -> podground_vfs::Result<()> {
            for folder in folders {
                own.create_directories(folder)?;
            }
            for (place, bytes, mode) in files {
                own.create_directories(parent(&place))?;
                own.write(&place, &bytes)?;
                own.set_mode(&place, mode)?;
            }
            Ok(())
        };
        copied().map_err(|error| error.to_string())
    }

    fn image(self) -> Image {
        let hash = |purpose: &str| {
            format!("sha256:{}", Rng::new(stable_hash(&[purpose.as_bytes(), &self.fingerprint])).hex(32))
        };
        Image {
            reference: self.base.reference.clone(),
            digest: hash("manifest"),
            id: hash("config"),
            size: self.size,
            stand_in: self.base.stand_in && self.config.entrypoint == self.base.config.entrypoint,
            config: self.config.clone(),
            tree: self.tree,
        }
    }
}
