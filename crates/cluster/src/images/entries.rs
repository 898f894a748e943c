//! The table of images.

mod alpine;
mod busybox;
mod curl;
mod fortune;
mod fortune_app;
mod generic;
mod hpa_example;
mod ingress;
mod jobs;
mod kiada;
mod kiada_suite;
mod kubectl_proxy;
mod kubia;
mod mongo;
mod monolith;
pub(super) mod nginx;
mod node;
mod redis;
mod stress;
mod system;
mod tutum;

use super::builder::Layer;
use super::{ImageStore, Reference};

/// An image that is simulated in depth.
pub struct ImageEntry {
    /// Its repositories: `docker.io/library/nginx`; a `*` at the end or the beginning stands for anything.
    pub repositories: &'static [&'static str],
    /// What it does, for the list of supported images.
    pub summary: &'static str,
    /// Builds it.
    pub(crate) build: fn(&ImageStore, &Reference) -> Layer,
}

/// All of them; the first whose repository fits is taken.
pub const IMAGES: &[ImageEntry] = &[
    busybox::IMAGE,
    alpine::IMAGE,
    curl::IMAGE,
    nginx::IMAGE,
    hpa_example::IMAGE,
    redis::IMAGE,
    stress::IMAGE,
    kubia::IMAGE,
    node::IMAGE,
    monolith::IMAGE,
    kiada::IMAGE,
    kiada_suite::IMAGE,
    fortune::IMAGE,
    fortune_app::IMAGE,
    jobs::IMAGE,
    kubectl_proxy::IMAGE,
    mongo::IMAGE,
    ingress::IMAGE,
    tutum::IMAGE,
    system::PAUSE,
    system::COREDNS,
    system::CONTROL_PLANE,
];

/// Builds what a reference names.
pub(super) fn build(store: &ImageStore, reference: &Reference) -> Layer {
    let repository = reference.repository();
    let fits = |pattern: &str| match (pattern.strip_suffix('*'), pattern.strip_prefix('*')) {
        (Some(prefix), _) => repository.starts_with(prefix),
        (None, Some(end)) => repository.ends_with(end),
        (None, None) => repository == pattern,
    };
    match IMAGES.iter().find(|entry| entry.repositories.iter().any(|pattern| fits(pattern))) {
        Some(entry) => (entry.build)(store, reference),
        None => generic::build(store, reference),
    }
}

/// The version that a tag names: the tag's leading numbers, or `latest` where it has none.
pub(super) fn version_of(reference: &Reference, latest: &str) -> String {
    let version: String = reference.tag().chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let version = version.trim_matches('.').to_owned();
    if version.is_empty() { latest.to_owned() } else { version }
}
