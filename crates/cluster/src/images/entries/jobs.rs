//! `luksa/batch-job`, `luksa/ssd-monitor`, `luksa/memoryhog`: a task with an end, one without, and one that is killed.

use super::ImageEntry;
use crate::images::base::Base;

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &["docker.io/luksa/batch-job", "docker.io/luksa/ssd-monitor", "docker.io/luksa/memoryhog"],
    summary: "batch-job works for two minutes and ends; ssd-monitor says `SSD OK` every five seconds; memoryhog takes \
              as many bytes as it is told",
    build: |store, reference| {
        if reference.short_name() == "memoryhog" {
            let mut layer = store.layer(Base::Busybox);
            layer.program("/bin/memoryhog", "memoryhog").entrypoint(&["memoryhog"]).size(2_156_712);
            return layer;
        }
        let script = match reference.short_name() {
            "batch-job" => {
                "#!/bin/sh\necho \"$(date) Batch job starting\"\nsleep 120\necho \"$(date) Finished succesfully\"\n"
            }
            _ => "#!/bin/sh\nwhile true; do\n  echo \"SSD OK\"\n  sleep 5\ndone\n",
        };
        let mut layer = store.layer(Base::Busybox);
        layer.script("/main.sh", script).entrypoint(&["/main.sh"]).size(2_156_712);
        layer
    },
};
