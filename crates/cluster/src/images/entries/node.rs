//! `node`: runs scripts that one brings.

use super::{ImageEntry, version_of};
use crate::images::base::{Base, DEBIAN_FULL};

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &["docker.io/library/node"],
    summary: "runs small servers: the modules http, os, fs; timers and signals; no classes, promises or npm",
    build: |store, reference| {
        let small = reference.tag().contains("alpine");
        let mut layer = store.layer(if small { Base::Alpine } else { Base::Debian });
        if !small {
            layer.programs("/usr/bin", DEBIAN_FULL);
        }
        let version = version_of(reference, "22.19.0");
        // A tag such as `7` means the last of its versions.
        let full = match version.matches('.').count() {
            0 => format!("{version}.10.1"),
            1 => format!("{version}.0"),
            _ => version,
        };
        layer
            .program("/usr/local/bin/node", "node")
            .env("NODE_VERSION", &full)
            .command(&["node"])
            .size(if small { 53_190_200 } else { 263_220_117 });
        layer
    },
};
