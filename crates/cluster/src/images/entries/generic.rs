//! Every image that is not in the table: it pulls and stands in for itself under its own name.

use podground_sim::{Rng, stable_hash};

use crate::images::base::{Base, DEBIAN_FULL};
use crate::images::builder::Layer;
use crate::images::{ImageStore, Reference};

/// Builds the stand-in. Its program is not in its files: the runtime knows that and starts
/// [`stand_in`](crate::images::programs::stand_in) instead.
pub(super) fn build(store: &ImageStore, reference: &Reference) -> Layer {
    let small = reference.tag().contains("alpine") || reference.tag().contains("busybox");
    let mut layer = store.layer(if small { Base::Alpine } else { Base::Debian });
    if !small {
        layer.programs("/usr/bin", DEBIAN_FULL);
    }
    if matches!(reference.short_name(), "debian" | "ubuntu" | "centos" | "fedora" | "buildpack-deps") {
        layer.command(&["bash"]);
    } else {
        layer.entrypoint(&[reference.short_name()]);
        layer.stand_in = true;
    }
    let mut rng = Rng::new(stable_hash(&[reference.to_string().as_bytes()]));
    layer.size(20_000_000 + rng.below(90_000_000));
    layer
}
