//! `registry.k8s.io/ingress-nginx/controller`: makes ingresses work.

use super::ImageEntry;
use crate::images::base::Base;

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &["registry.k8s.io/ingress-nginx/controller"],
    summary: "an ingress controller: hosts, paths, TLS; `minikube addons enable ingress` installs it",
    build: |store, _| {
        let mut layer = store.layer(Base::Alpine);
        layer
            .program("/nginx-ingress-controller", "nginx-ingress-controller")
            .entrypoint(&["/nginx-ingress-controller"])
            .expose(80)
            .expose(443)
            .size(113_903_192);
        layer
    },
};
