//! `mongo`: the document database, as far as the book's texts use it.

use super::{ImageEntry, version_of};
use crate::images::base::Base;

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &["docker.io/library/mongo"],
    summary: "documents in /data/db; the shell `mongo`: use, show, insert, find, count, remove, drop",
    build: |store, reference| {
        let mut layer = store.layer(Base::Debian);
        layer
            .program("/usr/bin/mongod", "mongod")
            .program("/usr/bin/mongo", "mongo")
            .program("/usr/bin/mongosh", "mongo")
            .directory("/data/db", 0o755)
            .env("MONGO_VERSION", &version_of(reference, "8.0.13"))
            .command(&["mongod"])
            .expose(27017)
            .size(318_922_111);
        layer
    },
};
