//! `tutum/curl`, `tutum/dnsutils` and their like: tools for looking around in the cluster.

use super::ImageEntry;
use crate::images::base::{Base, DEBIAN_FULL};

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &[
        "docker.io/tutum/curl",
        "docker.io/tutum/dnsutils",
        "registry.k8s.io/e2e-test-images/jessie-dnsutils",
    ],
    summary: "a shell with curl, nslookup and dig",
    build: |store, reference| {
        let mut layer = store.layer(Base::Debian);
        layer.programs("/usr/bin", DEBIAN_FULL).programs("/usr/bin", &["nslookup", "dig", "host"]);
        match reference.short_name() {
            // Idles until it is told to end.
            "jessie-dnsutils" => {
                layer.script("/pause.sh", "#!/bin/sh\nexec sleep infinity\n").command(&["/pause.sh"]);
            }
            _ => {
                layer.command(&["/bin/bash"]);
            }
        }
        layer.size(88_301_022);
        layer
    },
};
