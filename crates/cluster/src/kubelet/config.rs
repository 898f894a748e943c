//! From a container's spec and its image to what the runtime needs.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use podground_api::object::{array_at, at, bool_at, i64_at, str_at};
use podground_api::{Status, Value};
use podground_shell::{Host, ProcessTable};
use podground_vfs::FileSystem;

use super::env::{container_env, expand, service_links};
use super::fields::PodFacts;
use super::spec;
use super::worker::{Sandbox, Worker};
use crate::container::user::{UserIds, look_up};
use crate::container::{Container, ContainerSpec};
use crate::images::Image;

impl Worker {
    /// Reads an object of the pod's namespace.
    pub(super) fn lookup(&self, resource: &str, name: &str) -> Result<Rc<Value>, Status> {
        self.kubelet.0.client.get(resource, &self.namespace, name)
    }

    /// Calls `work` with what the downward API shows of the pod.
    pub(super) fn with_facts<T>(&self, pod: &Value, work: impl FnOnce(&PodFacts<'_>) -> T) -> T {
        let pod_ip = self.state().pod_ip.map(|ip| ip.to_string()).unwrap_or_default();
        let host_ip = self.node.address.to_string();
        let facts = PodFacts {
            pod,
            pod_ip: &pod_ip,
            host_ip: &host_ip,
            node_cpu_millis: self
                .node
                .allocatable("cpu")
                .map_or(4000, podground_api::quantity::Quantity::millis),
            node_memory: self
                .node
                .allocatable("memory")
                .map_or(8 << 30, podground_api::quantity::Quantity::units),
        };
        work(&facts)
    }

    /// Makes a container, not started yet; the error is what `CreateContainerConfigError` says.
    pub(super) fn configure(
        self: &Rc<Self>,
        pod: &Value,
        spec: &Value,
        image: &Rc<Image>,
    ) -> Result<Rc<Container>, String> {
        let kubelet = &self.kubelet.0;
        let name = str_at(spec, "/name");
        let sandbox = self.state().sandbox.clone().ok_or("sandbox is gone")?;
        let mut env = image.config.env.clone();
        env.insert("HOSTNAME".to_owned(), sandbox.hostname.clone());
        let own = self.environment(pod, spec)?;
        let expanded =
            |word: &Value| expand(word.as_str().unwrap_or_default(), |name| own.get(name).cloned());
        let command: Vec<String> = array_at(spec, "/command").iter().map(expanded).collect();
        let arguments: Vec<String> = array_at(spec, "/args").iter().map(expanded).collect();
        env.extend(own);
        let mut args = if command.is_empty() { image.config.entrypoint.clone() } else { command.clone() };
        if arguments.is_empty() && command.is_empty() {
            args.extend(image.config.command.iter().cloned());
        } else {
            args.extend(arguments);
        }
        if args.is_empty() {
            return Err("no command specified".to_owned());
        }
        let clock = kubelet.sim.clone();
        let files = FileSystem::new(image.tree.fork(), Rc::new(move || clock.now().0));
        let user = self.user(pod, spec, image, &files)?;
        let tty = bool_at(spec, "/tty");
        if tty {
            env.entry("TERM".to_owned()).or_insert_with(|| "xterm".to_owned());
        }
        let home = if user.uid == 0 { "/root" } else { "/" };
        env.entry("HOME".to_owned()).or_insert_with(|| home.to_owned());
        self.mount_into(pod, spec, &sandbox, &files)?;
        let network = kubelet.fabric.view(sandbox.network.clone(), files.clone());
        let host = Rc::new(Host {
            sim: kubelet.sim.clone(),
            files,
            hostname: RefCell::new(sandbox.hostname.clone()),
            network: Rc::new(network),
            programs: kubelet.images.programs().clone(),
            processes: ProcessTable::default(),
        });
        let attempt = self.record(name, |record| record.restarts + u32::from(record.container.is_some()));
        let working_directory = match (str_at(spec, "/workingDir"), &*image.config.working_directory) {
            ("", "") => "/".to_owned(),
            ("", folder) | (folder, _) => folder.to_owned(),
        };
        // The runtime makes the folder if the image has none.
        let _ = host.files.create_directories(&working_directory);
        if bool_at(spec, "/securityContext/readOnlyRootFilesystem") {
            host.files.set_read_only("/").map_err(|error| error.to_string())?;
        }
        let mut rng = kubelet.sim.rng("container-id", &[&self.uid, name, &attempt.to_string()]);
        let spec = ContainerSpec {
            id: rng.hex(32),
            name: name.to_owned(),
            attempt,
            image: image.clone(),
            host,
            args,
            env,
            working_directory,
            user,
            stdin: bool_at(spec, "/stdin"),
            tty,
            stand_in_ports: ports_of(spec),
        };
        Ok(Container::new(&kubelet.sim, spec))
    }

    /// The variables of the pod's spec and of the services, without the image's.
    fn environment(&self, pod: &Value, spec: &Value) -> Result<BTreeMap<String, String>, String> {
        let links = at(pod, "/spec/enableServiceLinks").as_bool().unwrap_or(true);
        let services = {
            let services = self.kubelet.0.fabric.services();
            // The API server's own service is always told of.
            let master = services.get("default", "kubernetes").cloned();
            let mut found: Vec<Rc<Value>> = Vec::new();
            if links {
                found.extend(services.in_namespace(&self.namespace).cloned());
            }
            found.extend(master);
            service_links(found.iter())
        };
        self.with_facts(pod, |facts| {
            container_env(facts, spec, services, &|resource, name| self.lookup(resource, name))
        })
    }

    // Upstream: pkg/kubelet/kuberuntime/security_context.go
    fn user(&self, pod: &Value, spec: &Value, image: &Image, files: &FileSystem) -> Result<UserIds, String> {
        let setting = |field: &str| {
            i64_at(spec, &format!("/securityContext/{field}"))
                .or_else(|| i64_at(pod, &format!("/spec/securityContext/{field}")))
                .and_then(|id| u32::try_from(id).ok())
        };
        let mut user = look_up(files, &image.config.user).ok_or_else(|| {
            format!("unable to find user {}: no matching entries in passwd file", image.config.user)
        })?;
        if let Some(uid) = setting("runAsUser") {
            user = look_up(files, &uid.to_string()).unwrap_or(UserIds { uid, gid: 0 });
        }
        if let Some(gid) = setting("runAsGroup") {
            user.gid = gid;
        }
        let non_root = at(spec, "/securityContext/runAsNonRoot")
            .as_bool()
            .or_else(|| at(pod, "/spec/securityContext/runAsNonRoot").as_bool())
            .unwrap_or(false);
        if non_root && user.uid == 0 {
            let (pod_name, container) = (&self.name, str_at(spec, "/name"));
            let pod = format!("{pod_name}_{}({})", self.namespace, self.uid);
            return Err(if setting("runAsUser").is_some() {
                format!(
                    "container's runAsUser breaks non-root policy (pod: \"{pod}\", container: {container})"
                )
            } else {
                format!(
                    "container has runAsNonRoot and image will run as root (pod: \"{pod}\", container: {container})"
                )
            });
        }
        Ok(user)
    }

    fn mount_into(
        &self,
        pod: &Value,
        spec: &Value,
        sandbox: &Sandbox,
        files: &FileSystem,
    ) -> Result<(), String> {
        let said = |error: podground_vfs::Error| error.to_string();
        files.mount("/proc", &self.node.proc(&self.kubelet), true, "proc").map_err(said)?;
        for (name, path) in
            [("/hosts", "/etc/hosts"), ("/resolv.conf", "/etc/resolv.conf"), ("/hostname", "/etc/hostname")]
        {
            files.mount_path(path, &sandbox.files, name, false, "/dev/vda1").map_err(said)?;
        }
        let words = podground_vfs::Tree::new();
        FileSystem::new(words.clone(), Rc::new(|| 0)).write("/termination-log", b"").map_err(said)?;
        let path = match str_at(spec, "/terminationMessagePath") {
            "" => "/dev/termination-log",
            path => path,
        };
        files.mount_path(path, &words, "/termination-log", false, "/dev/vda1").map_err(said)?;
        self.record(str_at(spec, "/name"), |record| record.last_words = Some(words));
        for mount in array_at(spec, "/volumeMounts") {
            self.mount_volume(pod, spec, mount, files)?;
        }
        Ok(())
    }
}

/// The ports at which a stand-in answers: those that the spec names, and those that its probes call.
fn ports_of(spec: &Value) -> Vec<u16> {
    let mut ports: Vec<u16> = Vec::new();
    let named = array_at(spec, "/ports")
        .iter()
        .filter(|port| matches!(str_at(port, "/protocol"), "" | "TCP"))
        .filter_map(|port| i64_at(port, "/containerPort"));
    let probed = ["livenessProbe", "readinessProbe", "startupProbe"].iter().flat_map(|probe| {
        ["httpGet", "tcpSocket", "grpc"].map(|kind| i64_at(spec, &format!("/{probe}/{kind}/port")))
    });
    for port in named.chain(probed.flatten()) {
        if let Ok(port) = u16::try_from(port)
            && !ports.contains(&port)
        {
            ports.push(port);
        }
    }
    ports
}

/// The number of a port that a probe or hook names by number or name.
pub(super) fn port_number(spec: &Value, port: &Value) -> Option<u16> {
    if let Some(number) = port.as_i64() {
        return u16::try_from(number).ok();
    }
    let name = port.as_str()?;
    let named = array_at(spec, "/ports").iter().find(|port| str_at(port, "/name") == name);
    named
        .and_then(|port| i64_at(port, "/containerPort"))
        .and_then(|port| u16::try_from(port).ok())
        .or_else(|| name.parse().ok())
}

/// The name that processes of the pod see as their host's.
pub(super) fn hostname(pod: &Value) -> String {
    let name = match str_at(pod, "/spec/hostname") {
        "" => str_at(pod, "/metadata/name"),
        name => name,
    };
    if spec::host_network(pod) {
        return str_at(pod, "/spec/nodeName").to_owned();
    }
    name.chars().take(63).collect::<String>().trim_end_matches(['-', '.']).to_owned()
}
