//! `docker` on the learner's machine: images, containers, and a registry that the cluster pulls from too.
//!
//! Containers are those of the cluster's runtime; they live in a network of their own behind the machine, which
//! passes published ports on. `docker push` makes an image available to the nodes.

mod build;
mod containers;
mod dockerfile;
mod images;
mod inspect;
mod login;
mod networks;
mod run;
mod volumes;

use std::cell::RefCell;
use std::net::Ipv4Addr;
use std::rc::Rc;

use podground_shell::{Process, ProgramTable};
use podground_sim::{LocalBoxFuture, Time};

use crate::Cluster;
use crate::container::Container;
use crate::images::{Image, Reference};

/// The daemon's state; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Docker(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    images: Vec<Local>,
    containers: Vec<Rc<Known>>,
    volumes: Vec<volumes::KeptVolume>,
    networks: Vec<networks::KeptNetwork>,
    /// The files after steps of builds, by what led to them.
    built: std::collections::BTreeMap<u64, podground_vfs::Tree>,
    made: u32,
}

/// An image that is there.
#[derive(Clone)]
struct Local {
    reference: Reference,
    image: Rc<Image>,
    created: Time,
}

/// A container with what docker knows of it.
struct Known {
    name: String,
    /// The image as it was named.
    image: String,
    /// Another one each time it is started after its end.
    container: RefCell<Rc<Container>>,
    address: Ipv4Addr,
    /// Published ports: the machine's and the container's.
    ports: Vec<(u16, u16)>,
    remove: bool,
}

impl Known {
    fn container(&self) -> Rc<Container> {
        self.container.borrow().clone()
    }

    /// Puts a container that has ended back to before its start.
    fn begin_again(&self) {
        let again = self.container().again();
        *self.container.borrow_mut() = again;
    }
}

type Run = fn(Call) -> LocalBoxFuture<'static, u8>;

/// What a command is called with.
struct Call {
    cluster: Cluster,
    process: Process,
    /// `docker run`
    name: String,
    args: Vec<String>,
}

/// The commands.
const COMMANDS: &[(&str, Run)] = &[
    ("build", |call| Box::pin(build::build(call))),
    ("create", |call| Box::pin(run::run(call, false))),
    ("exec", |call| Box::pin(run::exec(call))),
    ("images", |call| Box::pin(images::list(call))),
    ("inspect", |call| Box::pin(inspect::inspect(call))),
    ("kill", |call| Box::pin(containers::stop(call))),
    ("login", |call| Box::pin(login::login(call))),
    ("logout", |call| Box::pin(login::logout(call))),
    ("logs", |call| Box::pin(containers::logs(call))),
    ("network create", |call| Box::pin(networks::create(call))),
    ("network inspect", |call| Box::pin(networks::inspect(call))),
    ("network ls", |call| Box::pin(networks::list(call))),
    ("network rm", |call| Box::pin(networks::remove(call))),
    ("ps", |call| Box::pin(containers::ps(call))),
    ("pull", |call| Box::pin(images::pull_command(call))),
    ("push", |call| Box::pin(images::push(call))),
    ("restart", |call| Box::pin(containers::restart(call))),
    ("rm", |call| Box::pin(containers::rm(call))),
    ("rmi", |call| Box::pin(images::rmi(call))),
    ("run", |call| Box::pin(run::run(call, true))),
    ("start", |call| Box::pin(containers::start(call))),
    ("stop", |call| Box::pin(containers::stop(call))),
    ("tag", |call| Box::pin(images::tag(call))),
    ("version", |call| Box::pin(images::version(call))),
    ("volume create", |call| Box::pin(volumes::create(call))),
    ("volume ls", |call| Box::pin(volumes::list(call))),
    ("volume rm", |call| Box::pin(volumes::remove(call))),
];

/// `docker container ls` and `docker image ls` are longer names.
const GROUPS: &[(&str, &[(&str, &str)])] = &[
    ("container", &[("ls", "ps"), ("list", "ps"), ("ps", "ps")]),
    ("image", &[("ls", "images"), ("list", "images"), ("rm", "rmi")]),
    (
        "network",
        &[
            ("create", "network create"),
            ("inspect", "network inspect"),
            ("ls", "network ls"),
            ("list", "network ls"),
            ("rm", "network rm"),
        ],
    ),
    (
        "volume",
        &[("create", "volume create"), ("ls", "volume ls"), ("list", "volume ls"), ("rm", "volume rm")],
    ),
];

/// The names of all commands.
pub(crate) fn commands() -> Vec<&'static str> {
    COMMANDS.iter().map(|(name, _)| *name).collect()
}

/// Adds the program to the learner's machine.
pub(crate) fn register(cluster: &Cluster, table: &mut ProgramTable) {
    let cluster = cluster.clone();
    table.insert("docker", Rc::new(move |process| Box::pin(main(cluster.clone(), process))));
}

async fn main(cluster: Cluster, process: Process) -> u8 {
    let mut words = process.args[1..].to_vec();
    if let Some((_, longer)) = words.first().and_then(|word| GROUPS.iter().find(|(group, _)| group == word)) {
        words.remove(0);
        if let Some((_, short)) = words.first().and_then(|word| longer.iter().find(|(long, _)| long == word))
        {
            (*short).clone_into(&mut words[0]);
        }
    }
    let command = match words.first().map(String::as_str) {
        None | Some("help" | "--help" | "-h") => {
            let names: Vec<&str> = COMMANDS.iter().map(|(name, _)| *name).collect();
            process
                .print(&format!("Usage:  docker COMMAND\n\nCommands here:\n  {}\n", names.join(" ")))
                .await;
            return 0;
        }
        Some("--version" | "-v") => "version",
        Some(command) => command,
    };
    let Some((name, run)) = COMMANDS.iter().find(|(name, _)| *name == command) else {
        process
            .eprint(&format!("error: podground does not support the command {command:?} of \"docker\" yet\n"))
            .await;
        return 1;
    };
    let call = Call { cluster, process, name: format!("docker {name}"), args: words.split_off(1) };
    run(call).await
}

impl Call {
    fn docker(&self) -> Docker {
        self.cluster.docker().clone()
    }

    async fn fail(&self, message: &str) -> u8 {
        self.process.eprint(&format!("{message}\n")).await;
        1
    }

    async fn daemon(&self, message: &str) -> u8 {
        self.fail(&format!("Error response from daemon: {message}")).await
    }

    async fn unsupported(&self, what: &str) -> u8 {
        self.fail(&format!("error: podground does not support {what} of \"{}\" yet", self.name)).await
    }

    /// What docker says when words are missing.
    async fn missing(&self, what: &str) -> u8 {
        self.fail(&format!(
            "docker: '{0}' requires {what}\n\nSee '{0} --help' for more information",
            self.name
        ))
        .await
    }
}

impl Docker {
    /// The container that a name or an ID's beginning means.
    fn find(&self, wanted: &str) -> Option<Rc<Known>> {
        let state = self.0.borrow();
        let fits = |known: &&Rc<Known>| {
            known.name == wanted || !wanted.is_empty() && known.container().spec.id.starts_with(wanted)
        };
        state.containers.iter().find(fits).cloned()
    }

    /// The image that a name or an ID's beginning means, if it is there.
    fn image(&self, wanted: &str) -> Option<Local> {
        let state = self.0.borrow();
        let named = Reference::parse(wanted).ok();
        let by_name = state.images.iter().find(|local| Some(&local.reference) == named.as_ref());
        let id = wanted.trim_start_matches("sha256:");
        by_name
            .or_else(|| {
                state.images.iter().find(|local| {
                    id.len() >= 3 && local.image.id.trim_start_matches("sha256:").starts_with(id)
                })
            })
            .cloned()
    }

    /// Puts an image under a name, in the place of the one that had it.
    fn keep(&self, reference: Reference, image: Rc<Image>, created: Time) {
        let mut state = self.0.borrow_mut();
        state.images.retain(|local| local.reference != reference);
        state.images.insert(0, Local { reference, image, created });
    }
}

/// A reference as docker shows it: without the hub's prefix.
fn familiar(reference: &Reference) -> String {
    let repository = reference.repository();
    let short = repository.strip_prefix("docker.io/").unwrap_or(&repository);
    short.strip_prefix("library/").unwrap_or(short).to_owned()
}

/// The first twelve digits of an ID.
fn short_id(id: &str) -> String {
    id.trim_start_matches("sha256:").chars().take(12).collect()
}
