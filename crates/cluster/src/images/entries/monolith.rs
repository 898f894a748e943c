//! `kelseyhightower/monolith`, `auth`, `hello`: the app of the lab "Orchestrating the Cloud with Kubernetes".

use super::{ImageEntry, version_of};
use crate::images::base::Base;

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &[
        "docker.io/kelseyhightower/monolith",
        "docker.io/kelseyhightower/auth",
        "docker.io/kelseyhightower/hello",
    ],
    summary: "greets; /login for a token, /secure with it, /version; health and its toggles on port 81",
    build: |store, reference| {
        let name = reference.short_name();
        let path = format!("/usr/bin/{name}");
        let mut layer = store.layer(Base::Alpine);
        layer
            .program(&path, name)
            .file("/etc/alpine-release", "3.1.4\n")
            .file(crate::images::programs::VERSION_FILE, version_of(reference, "1.0.0"))
            .entrypoint(&[name])
            .size(5_012_770);
        layer
    },
};
