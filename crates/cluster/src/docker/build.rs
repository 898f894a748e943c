//! `docker build`

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::rc::Rc;

use podground_shell::{Command, Host};
use podground_sim::{Rng, stable_hash};
use podground_vfs::{Tree, base_name, glob, join, parent};

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
    /// What went into the image, for its ID.
    fingerprint: Vec<u8>,
    size: u64,
}

pub(super) async fn build(call: Call) -> u8 {
    let valued = &["t", "tag", "f", "file", "build-arg"];
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
    match steps(&call, &context, &parse(&text), given, quiet).await {
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

async fn steps(
    call: &Call,
    context: &str,
    instructions: &[Instruction],
    given: BTreeMap<String, String>,
    quiet: bool,
) -> Result<Image, String> {
    let mut builder: Option<Builder<'_>> = None;
    let mut arguments = given.clone();
    let total = instructions.len();
    for (index, instruction) in instructions.iter().enumerate() {
        if !quiet {
            let step = format!("[{}/{total}] {} {}\n", index + 1, instruction.name, instruction.rest);
            call.process.eprint(&step).await;
        }
        match (&mut builder, instruction.name.as_str()) {
            (Some(_), "FROM") => return Err("podground does not support more than one FROM yet".to_owned()),
            (None, "FROM") => {
                let wanted = expand(&instruction.rest, |name| arguments.get(name).cloned());
                builder = Some(Builder::start(call, context, &wanted, arguments.clone()).await?);
            }
            (None, "ARG") => argument(&mut arguments, &instruction.rest, &given),
            (None, _) => return Err("no build stage in current context".to_owned()),
            (Some(builder), "ARG") => argument(&mut builder.arguments, &instruction.rest, &given),
            (Some(builder), _) => builder.step(instruction).await?,
        }
    }
    builder.map(Builder::image).ok_or_else(|| "file with no instructions".to_owned())
}

fn argument(arguments: &mut BTreeMap<String, String>, rest: &str, given: &BTreeMap<String, String>) {
    let (name, default) = rest.split_once('=').unwrap_or((rest, ""));
    let value = given.get(name).cloned().unwrap_or_else(|| default.trim_matches('"').to_owned());
    arguments.insert(name.to_owned(), value);
}

impl<'a> Builder<'a> {
    async fn start(
        call: &'a Call,
        context: &str,
        wanted: &str,
        arguments: BTreeMap<String, String>,
    ) -> Result<Self, String> {
        if wanted.contains(char::is_whitespace) || wanted.starts_with('-') {
            return Err(format!("podground does not support FROM {wanted} yet"));
        }
        let base = obtain(call, wanted, false).await?;
        let address = Ipv4Addr::new(172, 17, 255, 2);
        let network = Namespace::new(Peer::Workstation, Some((address, 16)));
        let tree = base.tree.fork();
        let host = machine(call, tree.clone(), &network, "buildkitsandbox", address);
        Ok(Self {
            call,
            context: context.to_owned(),
            arguments,
            config: base.config.clone(),
            host,
            tree,
            fingerprint: base.id.clone().into_bytes(),
            size: base.size,
            base,
        })
    }

    async fn step(&mut self, instruction: &Instruction) -> Result<(), String> {
        let Instruction { line, name, rest } = instruction;
        self.fingerprint.extend(format!("{name} {rest}\n").bytes());
        let expanded =
            expand(rest, |name| self.config.env.get(name).or_else(|| self.arguments.get(name)).cloned());
        match name.as_str() {
            "RUN" => return self.run(rest).await,
            "COPY" | "ADD" => return self.copy(name, &expanded),
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
            // What they say is about the image, not in it.
            "LABEL" | "MAINTAINER" => {}
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

    fn copy(&mut self, name: &str, rest: &str) -> Result<(), String> {
        let words = words(rest);
        if let Some(flag) = words.iter().find(|word| word.starts_with("--")) {
            return Err(format!("podground does not support {flag} of {name} yet"));
        }
        let Some((target, sources)) = words.split_last().filter(|(_, sources)| !sources.is_empty()) else {
            return Err(format!("{name} requires at least two arguments, but only one was provided"));
        };
        let folder = target.ends_with('/') || target == "." || sources.len() > 1;
        let to = join(&join("/", &self.config.working_directory), target);
        for source in sources {
            if source.contains("://") {
                return Err(format!("podground does not support {name} from a URL yet"));
            }
            let files = self.call.process.host.files.clone();
            let pattern = source.trim_start_matches('/');
            let mut found = glob(&files, &self.context, pattern);
            if found.is_empty() && files.exists(&join(&self.context, pattern)) {
                found.push(pattern.to_owned());
            }
            if found.is_empty() {
                return Err(format!(
                    "failed to compute cache key: failed to calculate checksum of ref: \"/{pattern}\": not found"
                ));
            }
            for path in found {
                let path = join(&self.context, &path);
                if files.is_directory(&path) {
                    self.copy_folder(&path, &to)?;
                } else if folder || self.host.files.is_directory(&to) {
                    self.copy_file(&path, &join(&to, base_name(&path)))?;
                } else {
                    self.copy_file(&path, &to)?;
                }
            }
        }
        Ok(())
    }

    /// Copies what a folder holds, not the folder itself.
    fn copy_folder(&mut self, from: &str, to: &str) -> Result<(), String> {
        let entries = self.call.process.host.files.read_directory(from).map_err(|error| error.to_string())?;
        self.host.files.create_directories(to).map_err(|error| error.to_string())?;
        for entry in entries {
            let (from, to) = (join(from, &entry.name), join(to, &entry.name));
            if self.call.process.host.files.is_directory(&from) {
                self.copy_folder(&from, &to)?;
            } else {
                self.copy_file(&from, &to)?;
            }
        }
        Ok(())
    }

    fn copy_file(&mut self, from: &str, to: &str) -> Result<(), String> {
        let own = &self.call.process.host.files;
        let copied = || -> podground_vfs::Result<Rc<Vec<u8>>> {
            let bytes = own.read(from)?;
            self.host.files.create_directories(parent(to))?;
            self.host.files.write(to, &bytes)?;
            self.host.files.set_mode(to, own.metadata(from)?.mode)?;
            Ok(bytes)
        };
        let bytes = copied().map_err(|error| format!("{from}: {error}"))?;
        self.size += bytes.len() as u64;
        self.fingerprint.extend(bytes.iter());
        Ok(())
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
