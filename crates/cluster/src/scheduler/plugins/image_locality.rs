//! A node that has a pod's images already starts it sooner.

use std::collections::BTreeMap;

use podground_api::object;

use super::MAX_SCORE;
use crate::scheduler::cycle::Cycle;
use crate::scheduler::nodes::NodeInfo;

const MEGABYTE: i64 = 1024 * 1024;
const MIN: i64 = 23 * MEGABYTE;
const MAX_PER_CONTAINER: i64 = 1000 * MEGABYTE;

// Upstream: plugins/imagelocality/image_locality.go
pub(super) fn score(cycle: &Cycle<'_>, nodes: &[&NodeInfo]) -> Vec<i64> {
    let pod = &cycle.pod.pod;
    let containers = ["/spec/containers", "/spec/initContainers"].map(|list| object::array_at(pod, list));
    let images: Vec<String> = containers
        .iter()
        .copied()
        .flatten()
        .map(|container| normalized(object::str_at(container, "/image")))
        .collect();
    let mut holders = BTreeMap::<&str, i64>::new();
    let sizes: Vec<Vec<i64>> =
        nodes.iter().map(|node| images.iter().map(|image| size_on(node, image)).collect()).collect();
    for sizes in &sizes {
        for (image, size) in images.iter().zip(sizes) {
            *holders.entry(image).or_default() += i64::from(*size > 0);
        }
    }
    let max = MAX_PER_CONTAINER * images.len().max(1) as i64;
    let total = nodes.len().max(1) as i64;
    let one = |sizes: &Vec<i64>| {
        let spread = images.iter().zip(sizes).map(|(image, size)| size / total * holders[image.as_str()]);
        let sum = spread.sum::<i64>().clamp(MIN, max);
        MAX_SCORE * (sum - MIN) / (max - MIN)
    };
    sizes.iter().map(one).collect()
}

/// The size of an image on a node, 0 if it is not there.
fn size_on(node: &NodeInfo, image: &str) -> i64 {
    let images = object::array_at(&node.node, "/status/images");
    let found = images.iter().find(|entry| {
        object::array_at(entry, "/names").iter().any(|name| name.as_str().is_some_and(|name| name == image))
    });
    found.and_then(|entry| object::i64_at(entry, "/sizeBytes")).unwrap_or(0)
}

/// An image's name as nodes list it: with registry and tag.
fn normalized(image: &str) -> String {
    let last = image.rsplit('/').next().unwrap_or(image);
    let tag = if last.contains(':') || image.contains('@') { "" } else { ":latest" };
    let first = image.split('/').next().unwrap_or_default();
    let prefix = match image.contains('/') {
        false => "docker.io/library/",
        true if first.contains(['.', ':']) || first == "localhost" => "",
        true => "docker.io/",
    };
    [prefix, image, tag].concat()
}
