//! Mounting a pod's volumes, making its sandbox, and keeping projected volumes up to date.

use std::net::IpAddr;
use std::rc::Rc;
use std::time::Duration;

use podground_api::Value;
use podground_api::object::{array_at, at, bool_at, i64_at, name, namespace, str_at};
use podground_vfs::{FileSystem, Tree};

use super::config::hostname;
use super::env::expand;
use super::volumes::{self, Sources, Volume};
use super::worker::{Sandbox, Worker};
use super::{Kubelet, files, spec};
use crate::controllers::support::EventType;

/// The first and the longest wait between two tries to mount.
const RETRY: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(122));

impl Worker {
    /// Mounts all volumes; returns when they are all there.
    pub(super) async fn mount_volumes(self: &Rc<Self>, pod: &Value) {
        if self.state().mounted {
            return;
        }
        self.sleep(self.jitter("mount", 20, 80)).await;
        let mut wait = RETRY.0;
        loop {
            let mut failed = false;
            for volume in array_at(pod, "/spec/volumes") {
                let volume_name = str_at(volume, "/name");
                if self.state().volumes.contains_key(volume_name) {
                    continue;
                }
                match self.make_volume(pod, volume) {
                    Ok(mounted) => {
                        self.state_mut().volumes.insert(volume_name.to_owned(), mounted);
                    }
                    Err(error) => {
                        failed = true;
                        let message =
                            format!("MountVolume.SetUp failed for volume {volume_name:?} : {error}");
                        self.event(EventType::Warning, "FailedMount", &message);
                    }
                }
            }
            if !failed {
                self.state_mut().mounted = true;
                return;
            }
            self.sleep(wait).await;
            wait = (wait * 2).min(RETRY.1);
        }
    }

    fn make_volume(&self, pod: &Value, volume: &Value) -> Result<Volume, String> {
        if !at(volume, "/emptyDir").is_null() {
            return Ok(volumes::empty_dir(volume));
        }
        if !at(volume, "/hostPath").is_null() {
            return volumes::host_path(volume, &self.node.disk(&self.kubelet));
        }
        if !at(volume, "/gitRepo").is_null() {
            // Upstream: pkg/volume/git_repo/git_repo.go
            return Err("git-repo volume plugin has been disabled; if necessary, it may be re-enabled by enabling the \
                        feature-gate `GitRepoVolumeDriver`"
                .to_owned());
        }
        let projected = self.with_sources(pod, |facts, sources| volumes::projected(volume, facts, sources));
        if let Some(result) = projected {
            return result;
        }
        let claim = match str_at(volume, "/persistentVolumeClaim/claimName") {
            "" if !at(volume, "/ephemeral").is_null() => format!("{}-{}", self.name, str_at(volume, "/name")),
            claim => claim.to_owned(),
        };
        if claim.is_empty() {
            // A disk somewhere else: what is written stays for as long as the cluster lives.
            let kind = volume.as_object().and_then(|map| map.keys().find(|key| *key != "name"));
            let key = format!("{}/{}", kind.map_or("", String::as_str), volume);
            return Ok(self.kubelet.disk(&key));
        }
        self.claimed_volume(&claim)
    }

    fn claimed_volume(&self, claim: &str) -> Result<Volume, String> {
        let claim = self.lookup("persistentvolumeclaims", claim).map_err(|status| status.message)?;
        let volume_name = str_at(&claim, "/spec/volumeName");
        if volume_name.is_empty() {
            return Err("PVC is not bound".to_owned());
        }
        let client = &self.kubelet.0.client;
        let volume = client.get("persistentvolumes", "", volume_name).map_err(|status| status.message)?;
        let path = match str_at(&volume, "/spec/hostPath/path") {
            "" => str_at(&volume, "/spec/local/path"),
            path => path,
        };
        if path.is_empty() {
            return Ok(self.kubelet.disk(&format!("pv/{volume_name}")));
        }
        let kind = str_at(&volume, "/spec/hostPath/type");
        let spec = podground_api::json!({"hostPath": {"path": path, "type": kind}});
        volumes::host_path(&spec, &self.node.disk(&self.kubelet))
    }

    fn with_sources<T>(
        &self,
        pod: &Value,
        work: impl FnOnce(&super::fields::PodFacts<'_>, &Sources<'_>) -> T,
    ) -> T {
        let lookup = |resource: &str, name: &str| self.lookup(resource, name);
        let account = match str_at(pod, "/spec/serviceAccountName") {
            "" => "default",
            account => account,
        };
        let token = |audience: &str, seconds: i64| -> Rc<dyn Fn() -> Vec<u8>> {
            let client = self.kubelet.0.client.clone();
            let (namespace, account) = (self.namespace.clone(), account.to_owned());
            let audiences = if audience.is_empty() { vec![] } else { vec![audience.to_owned()] };
            let request = podground_api::json!({
                "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
                "spec": {"audiences": audiences, "expirationSeconds": seconds, "boundObjectRef":
                    {"apiVersion": "v1", "kind": "Pod", "name": self.name, "uid": self.uid}},
            });
            Rc::new(move || {
                let reply = client.create_subresource(
                    "serviceaccounts",
                    &namespace,
                    &account,
                    "token",
                    request.clone(),
                );
                reply.map(|reply| str_at(&reply, "/status/token").as_bytes().to_vec()).unwrap_or_default()
            })
        };
        let sources = Sources { lookup: &lookup, token: &token, now: self.now().0 };
        self.with_facts(pod, |facts| work(facts, &sources))
    }

    /// Makes what the containers share, once.
    pub(super) async fn ensure_sandbox(&self, pod: &Value) {
        if self.state().sandbox.is_some() {
            return;
        }
        self.sleep(self.jitter("sandbox", 120, 260)).await;
        let fabric = &self.kubelet.0.fabric;
        let (network, address) = if spec::host_network(pod) {
            (self.node.network.clone(), self.node.address)
        } else {
            loop {
                if let Some(address) = self.node.allocate_address() {
                    self.open_host_ports(pod, address);
                    break (fabric.add_pod(address, &self.namespace, &self.name, &self.node.name), address);
                }
                let mut rng = self.kubelet.0.sim.rng("sandbox-id", &[&self.uid]);
                let message = format!(
                    "Failed to create pod sandbox: rpc error: code = Unknown desc = failed to setup network for sandbox \
                     \"{}\": plugin type=\"ptp\" failed (add): failed to allocate for range 0: no IP addresses available \
                     in range set",
                    rng.hex(32)
                );
                self.event(EventType::Warning, "FailedCreatePodSandBox", &message);
                self.sleep(Duration::from_secs(12)).await;
            }
        };
        let hostname = hostname(pod);
        let tree = Tree::new();
        let own = FileSystem::new(tree.clone(), Rc::new(|| 0));
        // A new tree takes every file.
        let _ = own.write("/hosts", files::hosts(pod, &address.to_string(), &hostname).as_bytes());
        let _ = own.write("/resolv.conf", files::resolv_conf(pod).as_bytes());
        let _ = own.write("/hostname", format!("{hostname}\n").as_bytes());
        let id = self.kubelet.0.sim.rng("sandbox-id", &[&self.uid]).hex(32);
        {
            let mut state = self.state_mut();
            state.pod_ip = Some(address);
            state.sandbox = Some(Sandbox { id, network, hostname, files: tree });
        }
        self.report();
    }

    fn open_host_ports(&self, pod: &Value, address: std::net::Ipv4Addr) {
        for port in spec::all_containers(pod).flat_map(|container| array_at(container, "/ports")) {
            let number = |field: &str| {
                i64_at(port, field).and_then(|port| u16::try_from(port).ok()).filter(|p| *p != 0)
            };
            if let (Some(host), Some(own)) = (number("/hostPort"), number("/containerPort")) {
                self.kubelet.0.fabric.add_host_port(&self.node.name, host, (address, own).into());
            }
        }
    }

    /// Takes the sandbox away.
    pub(super) fn remove_sandbox(&self) {
        let Some(sandbox) = self.state_mut().sandbox.take() else { return };
        if !Rc::ptr_eq(&sandbox.network, &self.node.network)
            && let IpAddr::V4(address) = sandbox.network.address()
        {
            self.kubelet.0.fabric.remove_pod(address);
            self.node.release_address(address);
        }
    }

    /// Mounts one volume into a container.
    pub(super) fn mount_volume(
        &self,
        pod: &Value,
        spec: &Value,
        mount: &Value,
        files: &FileSystem,
    ) -> Result<(), String> {
        let volume_name = str_at(mount, "/name");
        let Some(volume) = self.state().volumes.get(volume_name).cloned() else {
            return Err(format!(
                "cannot find volume {volume_name:?} to mount into container {:?}",
                str_at(spec, "/name")
            ));
        };
        let sub_path = match str_at(mount, "/subPathExpr") {
            "" => str_at(mount, "/subPath").to_owned(),
            expression => {
                let env = self.kubelet_env(pod, spec);
                expand(expression, |name| env.get(name).cloned())
            }
        };
        let mut root = podground_vfs::normalize(&format!("{}/{sub_path}", volume.root));
        let own = FileSystem::new(volume.tree.clone(), Rc::new(|| 0));
        if !sub_path.is_empty() && !own.exists(&root) {
            own.create_directories(&root).map_err(|error| error.to_string())?;
        }
        // Projected files are links into a data folder; a mount is of what they lead to.
        if let Ok(path) = own.canonicalize(&root) {
            root = path;
        }
        let read_only = volume.projected || bool_at(mount, "/readOnly");
        files
            .mount_path(str_at(mount, "/mountPath"), &volume.tree, &root, read_only, volume.source)
            .map_err(|error| format!("failed to mount {volume_name:?}: {error}"))
    }

    fn kubelet_env(&self, pod: &Value, spec: &Value) -> std::collections::BTreeMap<String, String> {
        self.with_facts(pod, |facts| {
            let lookup = |resource: &str, name: &str| self.lookup(resource, name);
            super::env::container_env(facts, spec, std::collections::BTreeMap::new(), &lookup)
        })
        .unwrap_or_default()
    }

    /// The pod itself has changed: files of the downward API follow soon, if it has any.
    pub(super) fn refresh_soon(self: &Rc<Self>) {
        let downward = |volume: &Value| {
            !at(volume, "/downwardAPI").is_null()
                || array_at(volume, "/projected/sources")
                    .iter()
                    .any(|source| !at(source, "/downwardAPI").is_null())
        };
        if !array_at(&self.pod(), "/spec/volumes").iter().any(downward) {
            return;
        }
        let worker = self.clone();
        let delay = self.jitter("downward-sync", 1_000, 5_000);
        let task = async move {
            worker.sleep(delay).await;
            worker.refresh_volumes();
        };
        self.kubelet.0.sim.spawn(task).detach();
    }

    /// Brings projected volumes up to date.
    pub(super) fn refresh_volumes(&self) {
        let pod = self.pod();
        for volume in array_at(&pod, "/spec/volumes") {
            let mounted = self.state().volumes.get(str_at(volume, "/name")).cloned();
            if let Some(mounted) = mounted.filter(|mounted| mounted.projected) {
                self.with_sources(&pod, |facts, sources| volumes::refresh(volume, &mounted, facts, sources));
            }
        }
    }

    /// Whether a volume of the pod shows this object.
    fn shows(&self, resource: &str, object: &str) -> bool {
        let (field, name_field) =
            if resource == "secrets" { ("secret", "secretName") } else { ("configMap", "name") };
        array_at(&self.pod(), "/spec/volumes").iter().any(|volume| {
            str_at(volume, &format!("/{field}/{name_field}")) == object
                || array_at(volume, "/projected/sources")
                    .iter()
                    .any(|source| str_at(source, &format!("/{field}/name")) == object)
        })
    }
}

impl Kubelet {
    /// A disk that is not on a node.
    fn disk(&self, key: &str) -> Volume {
        let tree = self.0.disks.borrow_mut().entry(key.to_owned()).or_default().clone();
        Volume { tree, root: "/".to_owned(), source: "/dev/sdb", projected: false }
    }

    /// Forgets the data of a persistent volume.
    pub(crate) fn forget_disk(&self, volume: &str) {
        self.0.disks.borrow_mut().remove(&format!("pv/{volume}"));
    }

    /// A ConfigMap or Secret has changed: the pods that mount it see that within a minute or so, when their
    /// kubelet looks at them next.
    pub(super) fn config_changed(&self, resource: &str, object: &Value) {
        let pods: Vec<Rc<Worker>> = {
            let pods = self.0.pods.borrow();
            let in_namespace = pods.values().filter(|worker| worker.namespace == namespace(object));
            in_namespace.filter(|worker| worker.shows(resource, name(object))).cloned().collect()
        };
        for worker in pods {
            let delay = worker.jitter("config-sync", 15_000, 75_000);
            let task = async move {
                worker.sleep(delay).await;
                worker.refresh_volumes();
            };
            self.0.sim.spawn(task).detach();
        }
    }
}
