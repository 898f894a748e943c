//! `redis`: the key-value server, with its most used commands.

use super::{ImageEntry, version_of};
use crate::images::base::Base;

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &["docker.io/library/redis", "docker.io/bitnami/redis", "registry.k8s.io/redis"],
    summary: "key-value server: SET, GET, INCR, lists; redis-cli",
    build: |store, reference| {
        let version = version_of(reference, "8.2.1");
        let full = match version.matches('.').count() {
            0 => format!("{version}.0.0"),
            1 => format!("{version}.0"),
            _ => version,
        };
        let alpine = reference.tag().contains("alpine");
        let mut layer = store.layer(if alpine { Base::Alpine } else { Base::Debian });
        layer
            .program("/usr/local/bin/redis-server", "redis-server")
            .program("/usr/local/bin/redis-cli", "redis-cli")
            .script("/usr/local/bin/docker-entrypoint.sh", "#!/bin/sh\nset -e\nexec \"$@\"\n")
            .directory("/data", 0o755)
            .env("REDIS_VERSION", &full)
            .command(&["redis-server"])
            .expose(6379)
            .size(if alpine { 17_236_018 } else { 49_842_113 });
        "/data".clone_into(&mut layer.config.working_directory);
        layer
    },
};
