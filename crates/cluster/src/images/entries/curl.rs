//! `curlimages/curl`: curl, run by an unprivileged user.

use super::{ImageEntry, version_of};
use crate::images::base::Base;

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &["docker.io/curlimages/curl", "quay.io/curl/curl"],
    summary: "the program curl",
    build: |store, reference| {
        let mut layer = store.layer(Base::Alpine);
        let passwd = layer.files.read_to_string("/etc/passwd").unwrap_or_default();
        layer
            .program("/usr/bin/curl", "curl")
            .file(
                "/etc/passwd",
                format!("{passwd}curl_user:x:100:101:Linux User,,,:/home/curl_user:/sbin/nologin\n"),
            )
            .directory("/home/curl_user", 0o755)
            .entrypoint(&["/entrypoint.sh"])
            .script("/entrypoint.sh", "#!/bin/sh\nset -e\nexec curl \"$@\"\n")
            .env("CURL_VERSION", &version_of(reference, "8.16.0"))
            .size(9_643_211);
        "curl_user".clone_into(&mut layer.config.user);
        "/home/curl_user".clone_into(&mut layer.config.working_directory);
        layer
    },
};
