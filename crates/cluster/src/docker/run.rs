//! `docker run`, `docker exec`.

use std::cell::RefCell;
use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;

use podground_shell::{Host, Modes, ProcessTable, Signal};
use podground_vfs::{FileSystem, Tree};

use super::images::obtain;
use super::networks;
use super::volumes::{self, Bind, bind};
use super::{Call, Known, short_id};
use crate::container::user::look_up;
use crate::container::{Container, ContainerSpec, LogStream};
use crate::images::Image;
use crate::kubelet::tools::options::Options;
use crate::network::Namespace;
use crate::remote;

const ADJECTIVES: [&str; 8] = ["brave", "calm", "eager", "gentle", "happy", "jolly", "quiet", "witty"];
const NAMES: [&str; 8] = ["curie", "euler", "gauss", "hopper", "lovelace", "noether", "turing", "wu"];

const SWITCHES: &[&str] = &["d", "detach", "i", "interactive", "t", "tty", "rm"];
const VALUED: &[&str] = &[
    "name",
    "p",
    "publish",
    "e",
    "env",
    "w",
    "workdir",
    "u",
    "user",
    "entrypoint",
    "h",
    "hostname",
    "v",
    "volume",
    "network",
    "net",
];

/// `docker run`, or `docker create` without the start.
pub(super) async fn run(call: Call, start_it: bool) -> u8 {
    let options = match Options::parse(&call.args, SWITCHES, VALUED, true) {
        Ok(options) => options,
        Err(flag) => return call.unsupported(&flag).await,
    };
    let Some(wanted) = options.words.first() else { return call.missing("at least 1 argument").await };
    let mut ports = Vec::new();
    for port in options.values(&["p", "publish"]) {
        match published(port) {
            Some(pair) => ports.push(pair),
            None => return call.unsupported(&format!("-p {port}")).await,
        }
    }
    let binds: Result<Vec<Bind>, String> = options.values(&["v", "volume"]).map(bind).collect();
    let wishes = match binds.and_then(|binds| {
        let (subnet, named) = networks::find(&call, options.value(&["network", "net"]).unwrap_or_default())?;
        Ok(Wishes { ports, binds, subnet, named })
    }) {
        Ok(wishes) => wishes,
        Err(message) if message.starts_with("podground") => {
            return call.fail(&format!("error: {message}")).await;
        }
        Err(message) => {
            call.daemon(&message).await;
            return 125;
        }
    };
    let image = match obtain(&call, wanted, false).await {
        Ok(image) => image,
        Err(message) => {
            call.daemon(&message).await;
            return 125;
        }
    };
    let known = match make(&call, &options, wanted, &image, &wishes) {
        Ok(known) => known,
        Err(message) => return call.daemon(&message).await,
    };
    let id = known.container().spec.id.clone();
    if !start_it {
        call.process.print(&format!("{id}\n")).await;
        return 0;
    }
    if let Err(message) = start(&call, &known) {
        call.daemon(&message).await;
        return if message.contains("executable file not found") { 127 } else { 125 };
    }
    if options.has(&["d", "detach"]) {
        call.process.print(&format!("{id}\n")).await;
        return 0;
    }
    let code = follow(&call, &known.container()).await;
    if known.remove {
        forget(&call, &known);
    }
    code
}

/// What a new container is to have besides its image.
struct Wishes {
    ports: Vec<(u16, u16)>,
    binds: Vec<Bind>,
    /// The second number of its network's addresses.
    subnet: u8,
    /// Whether its name resolves there.
    named: bool,
}

/// Reads `8080:80`, `127.0.0.1:8080:80`, `8080:80/tcp`.
fn published(text: &str) -> Option<(u16, u16)> {
    let text = text.strip_suffix("/tcp").unwrap_or(text);
    let mut parts = text.rsplit(':');
    let own = parts.next()?.parse().ok()?;
    Some((parts.next()?.parse().ok()?, own))
}

fn make(
    call: &Call,
    options: &Options,
    wanted: &str,
    image: &Rc<Image>,
    wishes: &Wishes,
) -> Result<Rc<Known>, String> {
    let (docker, sim) = (call.docker(), call.process.host.sim.clone());
    let fabric = call.cluster.kubelet().fabric();
    let number = {
        let mut state = docker.0.borrow_mut();
        state.made += 1;
        state.made
    };
    let mut rng = sim.rng("docker-container", &[&number.to_string()]);
    let id = rng.hex(32);
    let name = match options.value(&["name"]) {
        Some(name) => name.to_owned(),
        None => {
            let pick = |list: &[&str; 8], at: u64| list[at as usize % list.len()].to_owned();
            let name = format!("{}_{}", pick(&ADJECTIVES, rng.below(8)), pick(&NAMES, rng.below(8)));
            if docker.find(&name).is_some() { format!("{name}{number}") } else { name }
        }
    };
    if let Some(other) = docker.find(&name) {
        return Err(format!(
            "Conflict. The container name \"/{name}\" is already in use by container \"{}\". You have to remove (or rename) that \
             container to be able to reuse that name.",
            other.container().spec.id
        ));
    }
    let mut args = match options.value(&["entrypoint"]) {
        Some(entrypoint) => vec![entrypoint.to_owned()],
        None => image.config.entrypoint.clone(),
    };
    match &options.words[1..] {
        [] if options.value(&["entrypoint"]).is_none() => args.extend(image.config.command.iter().cloned()),
        words => args.extend(words.iter().cloned()),
    }
    if args.is_empty() {
        return Err("no command specified".to_owned());
    }
    let address = networks::address(wishes.subnet, number);
    let hostname = options.value(&["h", "hostname"]).map_or_else(|| short_id(&id), str::to_owned);
    let network = fabric.add_docker(address, wishes.named.then_some(name.as_str()));
    let host = machine(call, image.tree.fork(), &network, &hostname, address);
    for bind in &wishes.binds {
        volumes::mount(call, &host, bind, &id)?;
    }
    let user = look_up(&host.files, options.value(&["u", "user"]).unwrap_or(&image.config.user)).ok_or_else(
        || format!("unable to find user {}: no matching entries in passwd file", image.config.user),
    )?;
    let mut env = image.config.env.clone();
    env.insert("HOSTNAME".to_owned(), hostname);
    env.insert("HOME".to_owned(), if user.uid == 0 { "/root" } else { "/" }.to_owned());
    for pair in options.values(&["e", "env"]) {
        match pair.split_once('=') {
            Some((name, value)) => drop(env.insert(name.to_owned(), value.to_owned())),
            None => drop(call.process.env(pair).map(|value| env.insert(pair.to_owned(), value.to_owned()))),
        }
    }
    let tty = options.has(&["t", "tty"]);
    if tty {
        env.insert("TERM".to_owned(), "xterm".to_owned());
    }
    let folder = match options.value(&["w", "workdir"]).unwrap_or(&image.config.working_directory) {
        "" => "/".to_owned(),
        folder => folder.to_owned(),
    };
    let _ = host.files.create_directories(&folder);
    let spec = ContainerSpec {
        id,
        name: name.clone(),
        attempt: 0,
        image: image.clone(),
        host,
        args,
        env,
        working_directory: folder,
        user,
        stdin: options.has(&["i", "interactive"]),
        tty,
        stand_in_ports: wishes.ports.iter().map(|(_, own)| *own).collect(),
    };
    let known = Rc::new(Known {
        name,
        image: wanted.to_owned(),
        container: RefCell::new(Container::new(&sim, spec)),
        address,
        ports: wishes.ports.clone(),
        remove: options.has(&["rm"]),
    });
    docker.0.borrow_mut().containers.push(known.clone());
    Ok(known)
}

/// The inside of a container: the image's files, a name, a network.
pub(super) fn machine(
    call: &Call,
    tree: Tree,
    network: &Rc<Namespace>,
    hostname: &str,
    address: Ipv4Addr,
) -> Rc<Host> {
    let sim = call.process.host.sim.clone();
    let clock = sim.clone();
    let files = FileSystem::new(tree, Rc::new(move || clock.now().0));
    let _ = files.write("/etc/hostname", format!("{hostname}\n").as_bytes());
    let _ = files.write(
        "/etc/hosts",
        format!("127.0.0.1\tlocalhost\n::1\tlocalhost\n{address}\t{hostname}\n").as_bytes(),
    );
    let _ = files.write("/etc/resolv.conf", b"nameserver 127.0.0.11\noptions ndots:0\n");
    let kubelet = call.cluster.kubelet();
    Rc::new(Host {
        sim,
        network: Rc::new(kubelet.fabric().view(network.clone(), files.clone())),
        files,
        hostname: RefCell::new(hostname.to_owned()),
        programs: kubelet.images().programs().clone(),
        processes: ProcessTable::default(),
    })
}

/// Starts a container and opens its ports, which close with it.
pub(super) fn start(call: &Call, known: &Rc<Known>) -> Result<(), String> {
    let fabric = call.cluster.kubelet().fabric().clone();
    for (host, own) in &known.ports {
        let to = (IpAddr::V4(known.address), *own).into();
        if !fabric.publish(*host, to) {
            return Err(format!(
                "failed to set up container networking: driver failed programming external connectivity on endpoint {}: Bind for \
                 0.0.0.0:{host} failed: port is already allocated",
                known.name
            ));
        }
    }
    known.container().start().map_err(|error| {
        let reason =
            error.0.split_once("failed to create shim task: ").map_or(error.0.as_str(), |(_, reason)| reason);
        format!("failed to create task for container: failed to create shim task: {reason}")
    })?;
    let (container, ports, name) = (known.container(), known.ports.clone(), known.name.clone());
    let (remove, cluster) = (known.remove, call.cluster.clone());
    let task = async move {
        container.wait().await;
        for (host, _) in ports {
            fabric.unpublish(host);
        }
        if remove {
            cluster.docker().0.borrow_mut().containers.retain(|other| other.name != name);
        }
    };
    call.process.host.sim.spawn(task).detach();
    Ok(())
}

/// Takes a container away that has ended.
pub(super) fn forget(call: &Call, known: &Rc<Known>) {
    call.cluster.kubelet().fabric().remove_docker(known.address);
    call.docker().0.borrow_mut().containers.retain(|other| !Rc::ptr_eq(other, known));
}

/// Shows what a container prints until it ends, and hands on what is typed and signalled.
async fn follow(call: &Call, container: &Rc<Container>) -> u8 {
    let process = &call.process;
    let output = container.attach();
    let signals = process.catch_all(&[Signal::Int, Signal::Term]);
    let own = process.terminal().filter(|_| container.terminal.is_some());
    let _modes = own.as_ref().map(|own| own.set_modes(Modes::RAW));
    let input = async {
        let stdin = container.stdin.borrow().clone();
        loop {
            let bytes = match (&container.terminal, &stdin) {
                (None, None) => break,
                _ => process.read(0, 4096).await.unwrap_or_default(),
            };
            match (&container.terminal, &stdin) {
                (Some(terminal), _) if bytes.is_empty() => terminal.input(&[4]),
                (Some(terminal), _) => terminal.input(&bytes),
                (None, Some(stdin)) => {
                    if stdin.write_all(&bytes).await.is_err() {
                        break;
                    }
                }
                (None, None) => break,
            }
            if bytes.is_empty() {
                break;
            }
        }
        drop(stdin);
        *container.stdin.borrow_mut() = None;
        std::future::pending::<()>().await;
    };
    let shown = async {
        while let Ok((stream, bytes)) = output.recv().await {
            let fd = if stream == LogStream::Stderr { 2 } else { 1 };
            if process.write(fd, &bytes).await.is_err() {
                break;
            }
        }
        container.wait().await;
    };
    let signalled = async {
        while let Ok(signal) = signals.recv().await {
            container.signal(signal);
        }
        std::future::pending::<()>().await;
    };
    futures_lite::future::or(shown, futures_lite::future::or(input, signalled)).await;
    container.exit().map_or(0, |exit| exit.code as u8)
}

/// `docker exec`
pub(super) async fn exec(call: Call) -> u8 {
    let switches = &["i", "interactive", "t", "tty"];
    let options = match Options::parse(&call.args, switches, &["u", "user", "e", "env", "w", "workdir"], true)
    {
        Ok(options) => options,
        Err(flag) => return call.unsupported(&flag).await,
    };
    let [wanted, words @ ..] = options.words.as_slice() else {
        return call.missing("at least 2 arguments").await;
    };
    if words.is_empty() {
        return call.missing("at least 2 arguments").await;
    }
    let Some(known) = call.docker().find(wanted) else {
        return call.daemon(&format!("No such container: {wanted}")).await;
    };
    let container = &known.container();
    if !container.is_running() {
        return call.daemon(&format!("container {} is not running", container.spec.id)).await;
    }
    let mut command = crate::container::exec::command(container, words);
    let tty = options.has(&["t", "tty"]);
    if tty {
        command.env.insert("TERM".to_owned(), "xterm".to_owned());
    }
    for (name, value) in options.values(&["e", "env"]).filter_map(|pair| pair.split_once('=')) {
        command.env.insert(name.to_owned(), value.to_owned());
    }
    if let Some(folder) = options.value(&["w", "workdir"]) {
        folder.clone_into(&mut command.cwd);
    }
    if let Some(user) = options.value(&["u", "user"]) {
        let Some(ids) = look_up(&container.spec.host.files, user) else {
            return call
                .daemon(&format!("unable to find user {user}: no matching entries in passwd file"))
                .await;
        };
        (command.uid, command.gid) = (ids.uid, ids.gid);
    }
    let stdin = options.has(&["i", "interactive"]);
    match remote::run(&call.process, &container.spec.host, command, tty, stdin).await {
        Ok(status) => status,
        Err(error) => {
            let reason = crate::container::exec::exec_failure(&words[0], &error);
            let reason =
                reason.split_once("failed to start exec: ").map_or(reason.as_str(), |(_, reason)| reason);
            call.fail(reason).await;
            error.code()
        }
    }
}
