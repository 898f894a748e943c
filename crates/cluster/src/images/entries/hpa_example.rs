//! `hpa-example`: the server of the autoscaler's walk-through, which computes square roots for each request.

use super::ImageEntry;

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &["registry.k8s.io/hpa-example"],
    summary: "answers `OK!`, and each request costs a tenth of a second of CPU",
    build: |store, reference| {
        let mut layer = (super::nginx::IMAGE.build)(store, reference);
        layer.file("/usr/share/nginx/html/index.html", "OK!");
        layer
    },
};
