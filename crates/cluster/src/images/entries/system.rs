//! What the control plane and the nodes themselves run.

use super::ImageEntry;
use crate::images::base::Base;

pub(super) const PAUSE: ImageEntry = ImageEntry {
    repositories: &["registry.k8s.io/pause", "k8s.gcr.io/pause", "gcr.io/google_containers/pause"],
    summary: "does nothing, and well",
    build: |store, _| {
        let mut layer = store.layer(Base::Scratch);
        layer.program("/pause", "pause").entrypoint(&["/pause"]).size(320_448);
        layer
    },
};

pub(super) const COREDNS: ImageEntry = ImageEntry {
    repositories: &["registry.k8s.io/coredns/coredns", "docker.io/coredns/coredns"],
    summary: "the cluster's name server: names resolve while it runs",
    build: |store, _| {
        let mut layer = store.layer(Base::Scratch);
        layer.program("/coredns", "coredns").entrypoint(&["/coredns"]).expose(53).size(22_383_901);
        layer
    },
};

pub(super) const CONTROL_PLANE: ImageEntry = ImageEntry {
    repositories: &[
        "registry.k8s.io/kube-apiserver",
        "registry.k8s.io/kube-controller-manager",
        "registry.k8s.io/kube-scheduler",
        "registry.k8s.io/kube-proxy",
        "registry.k8s.io/etcd",
        "docker.io/kindest/*",
    ],
    summary: "parts of the control plane: they run and report healthy; their work is the simulator's own",
    build: |store, reference| {
        let mut layer = store.layer(Base::Scratch);
        let path = format!("/usr/local/bin/{}", reference.short_name());
        layer.program(&path, "control-plane-part").entrypoint(&[&path]).size(27_000_000);
        // `etcd` and the like are named without a path in the static pods' commands.
        layer
    },
};
