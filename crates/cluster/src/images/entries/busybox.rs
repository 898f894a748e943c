//! `busybox`: a shell and small tools.

use super::ImageEntry;
use crate::images::base::Base;

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &[
        "docker.io/library/busybox",
        "gcr.io/google-containers/busybox",
        "registry.k8s.io/busybox",
    ],
    summary: "shell and small tools",
    build: |store, _| {
        let mut layer = store.layer(Base::Busybox);
        layer.command(&["sh"]).size(2_156_518);
        layer
    },
};
