//! `spl-lab-apps/fortune-app`, `auth-service`, `fortune-service`: the app of the lab since 2025.

use super::{ImageEntry, version_of};
use crate::images::base::Base;

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &[
        "*/qwiklabs-resources/spl-lab-apps/fortune-app",
        "*/qwiklabs-resources/spl-lab-apps/auth-service",
        "*/qwiklabs-resources/spl-lab-apps/fortune-service",
    ],
    summary: "tells fortunes at port 8080; /login for a token, /secure with it, /version",
    build: |store, reference| {
        let name = reference.short_name();
        let mut layer = store.layer(Base::Alpine);
        layer
            .program(&format!("/usr/bin/{name}"), "fortune-app")
            .file(crate::images::programs::VERSION_FILE, version_of(reference, "1.0.0"))
            .entrypoint(&[name])
            .expose(8080)
            .size(12_480_512);
        layer
    },
};
