//! `alpine`: busybox with a package manager.

use super::ImageEntry;
use crate::images::base::Base;

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &["docker.io/library/alpine"],
    summary: "shell and small tools",
    build: |store, _| {
        let mut layer = store.layer(Base::Alpine);
        layer.command(&["/bin/sh"]).size(3_806_831);
        layer
    },
};
