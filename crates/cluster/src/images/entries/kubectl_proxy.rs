//! `luksa/kubectl-proxy`: the ambassador through which a pod reaches the API server without a token of its own.

use super::ImageEntry;
use crate::images::base::Base;

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &["docker.io/luksa/kubectl-proxy"],
    summary: "passes requests at localhost:8001 on to the API server, with the pod's service account",
    build: |store, _| {
        let mut layer = store.layer(Base::Alpine);
        layer.program("/kubectl-proxy", "kubectl-proxy").entrypoint(&["/kubectl-proxy"]).size(35_914_220);
        layer
    },
};
