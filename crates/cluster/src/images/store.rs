//! The registries: from a reference to an image.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use std::time::Duration;

use podground_shell::ProgramTable;
use podground_sim::{Rng, Sim, stable_hash};
use podground_vfs::Tree;

use super::base::Base;
use super::builder::Layer;
use super::entries;
use super::{Image, Reference};

/// Why containerd could not pull an image, in its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullError {
    /// The gRPC code: `NotFound`, `Unknown`.
    pub code: &'static str,
    /// What containerd says.
    pub description: String,
}

impl fmt::Display for PullError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rpc error: code = {} desc = {}", self.code, self.description)
    }
}

/// All images that can be had; clones share the store.
#[derive(Clone)]
pub struct ImageStore(Rc<Inner>);

struct Inner {
    programs: Rc<ProgramTable>,
    bases: RefCell<BTreeMap<Base, Tree>>,
    images: RefCell<BTreeMap<String, Rc<Image>>>,
}

impl ImageStore {
    /// A store of images whose executables are of this table.
    pub fn new(programs: Rc<ProgramTable>) -> Self {
        Self(Rc::new(Inner { programs, bases: RefCell::default(), images: RefCell::default() }))
    }

    /// What the executables of images can name.
    pub fn programs(&self) -> &Rc<ProgramTable> {
        &self.0.programs
    }

    /// Makes an image available under its reference, over what was there: what `docker push` does.
    pub fn publish(&self, image: Rc<Image>) {
        self.0.images.borrow_mut().insert(image.reference.to_string(), image);
    }

    /// The image that a reference names.
    pub fn pull(&self, reference: &Reference) -> Result<Rc<Image>, PullError> {
        let full = reference.to_string();
        if let Some(image) = self.0.images.borrow().get(&full) {
            return Ok(image.clone());
        }
        missing(reference)?;
        let image = Rc::new(self.build(reference));
        self.0.images.borrow_mut().insert(full, image.clone());
        Ok(image)
    }

    /// Starts a layer on a base.
    pub(crate) fn layer(&self, base: Base) -> Layer {
        let tree = {
            let mut bases = self.0.bases.borrow_mut();
            bases.entry(base).or_insert_with(|| base.build(&self.0.programs)).fork()
        };
        Layer::new(tree, self.0.programs.clone())
    }

    /// The root file system of a node.
    pub(crate) fn machine_tree(&self, hostname: &str) -> Tree {
        let mut layer = self.layer(Base::Debian);
        layer
            .programs("/usr/bin", super::base::DEBIAN_FULL)
            .programs("/usr/local/bin", &["docker", "crictl"])
            .programs("/usr/bin", &["sudo", "systemctl"])
            .programs("/usr/sbin", &["halt", "poweroff", "reboot", "shutdown"])
            .file("/etc/hostname", format!("{hostname}\n"))
            .file(
                "/etc/hosts",
                format!(
                    "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n127.0.1.1\t{hostname}\n"
                ),
            )
            .file("/etc/resolv.conf", crate::kubelet::NODE_RESOLV_CONF);
        layer.into_tree()
    }

    fn build(&self, reference: &Reference) -> Image {
        let layer = entries::build(self, reference);
        let repository = reference.repository();
        let digest_of = |purpose: &str| {
            let parts = [purpose.as_bytes(), repository.as_bytes(), reference.tag().as_bytes()];
            format!("sha256:{}", Rng::new(stable_hash(&parts)).hex(32))
        };
        let digest = reference.digest.clone().unwrap_or_else(|| digest_of("manifest"));
        layer.finish(reference.clone(), digest, digest_of("config"))
    }

    /// How long the pull of an image takes on a node: half a second to a little below three.
    pub fn pull_time(&self, sim: &Sim, reference: &Reference, node: &str, size: u64) -> Duration {
        let mut rng = sim.rng("image-pull", &[&reference.to_string(), node, &sim.now().0.to_string()]);
        let by_size = (size / 400_000).min(900);
        Duration::from_millis(450 + by_size + rng.below(700)) + Duration::from_nanos(rng.below(1_000_000))
    }
}

/// Whether a name is one of those that stand for others in texts and never resolve (RFC 2606, RFC 6761).
fn is_reserved(host: &str) -> bool {
    let labels: Vec<&str> = host.rsplit('.').collect();
    matches!(
        labels.as_slice(),
        ["example" | "invalid" | "test", _, ..] | ["com" | "net" | "org", "example", _, ..]
    )
}

/// The images that do not exist, in containerd's words.
fn missing(reference: &Reference) -> Result<(), PullError> {
    let full = reference.to_string();
    let failed = |code, reason: String| PullError {
        code,
        description: format!(
            "failed to pull and unpack image \"{full}\": failed to resolve reference \"{full}\": {reason}"
        ),
    };
    let host = reference.host.split(':').next().unwrap_or_default();
    if host.starts_with("nosuch") || is_reserved(host) {
        let target = reference.digest.as_deref().unwrap_or(reference.tag());
        return Err(failed(
            "Unknown",
            format!(
                "failed to do request: Head \"https://{}/v2/{}/manifests/{target}\": dial tcp: lookup {host}: no such host",
                reference.host, reference.path
            ),
        ));
    }
    if reference.path.split('/').any(|part| part.starts_with("nosuch")) {
        let reason = "pull access denied, repository does not exist or may require authorization: server message: \
                      insufficient_scope: authorization failed";
        return Err(failed("Unknown", reason.to_owned()));
    }
    if reference.digest.is_none()
        && (reference.tag().starts_with("nosuch") || !super::tags::exists(reference))
    {
        return Err(failed("NotFound", format!("{full}: not found")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_exist_fails_in_containerds_words() {
        let store = ImageStore::new(Rc::default());
        let pull = |text: &str| store.pull(&Reference::parse(text).unwrap()).map(|image| image.repo_digest());
        let error = pull("nginx:nosuchtag").unwrap_err().to_string();
        assert_eq!(
            error,
            "rpc error: code = NotFound desc = failed to pull and unpack image \
             \"docker.io/library/nginx:nosuchtag\": failed to resolve reference \
             \"docker.io/library/nginx:nosuchtag\": docker.io/library/nginx:nosuchtag: not found"
        );
        for host in ["registry.example.com", "images.test", "nosuch.io"] {
            assert!(
                pull(&format!("{host}/a/b:1")).unwrap_err().to_string().ends_with("no such host"),
                "{host}"
            );
        }
        assert!(pull("nosuchimage").unwrap_err().to_string().contains("pull access denied"));
        assert!(pull("quay.io/some/thing:1.2").unwrap().starts_with("quay.io/some/thing@sha256:"));
    }
}
