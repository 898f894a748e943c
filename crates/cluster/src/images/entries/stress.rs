//! `stress`: programs that take memory and cores.

use super::ImageEntry;
use crate::images::base::Base;

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &["docker.io/polinux/stress", "docker.io/progrium/stress", "docker.io/vish/stress"],
    summary: "takes memory (`--vm`, `--vm-bytes`; vish: `-mem-total`) and cores (`--cpu`; `-cpus`) as it is told to",
    build: |store, reference| {
        let repository = reference.repository();
        let mut layer = store.layer(Base::Alpine);
        if repository.ends_with("vish/stress") {
            layer.program("/stress", "vish-stress").entrypoint(&["/stress", "-logtostderr"]);
            return layer;
        }
        layer.program("/usr/local/bin/stress", "stress").size(4_041_495);
        if repository.ends_with("progrium/stress") {
            layer.entrypoint(&["/usr/local/bin/stress", "--verbose"]);
        } else {
            layer.command(&["/bin/sh"]);
        }
        layer
    },
};
