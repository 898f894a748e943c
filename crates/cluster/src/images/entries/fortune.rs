//! `luksa/fortune`: writes another saying into a web page every few seconds.

use super::ImageEntry;
use crate::images::base::Base;

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &["docker.io/luksa/fortune"],
    summary: "writes /var/htdocs/index.html every 10 s; `:args` takes the seconds as an argument, `:env` from INTERVAL",
    build: |store, reference| {
        let seconds = match reference.tag() {
            "args" => Some("INTERVAL=$1\n"),
            "env" => Some(""),
            _ => None,
        };
        let (said, pause) = match seconds {
            Some(assigned) => (
                format!("{assigned}echo Configured to generate new fortune every $INTERVAL seconds\n"),
                "$INTERVAL",
            ),
            None => (String::new(), "10"),
        };
        let script = format!(
            "#!/bin/bash\ntrap \"exit\" SIGINT\n{said}mkdir -p /var/htdocs\nwhile true; do\n  echo $(date) Writing fortune to \
             /var/htdocs/index.html\n  /usr/games/fortune > /var/htdocs/index.html\n  sleep {pause}\ndone\n"
        );
        let mut layer = store.layer(Base::Debian);
        layer
            .program("/usr/games/fortune", "fortune")
            .script("/bin/fortuneloop.sh", &script)
            .entrypoint(&["/bin/fortuneloop.sh"])
            .size(47_013_845);
        if reference.tag() == "args" {
            layer.command(&["10"]);
        }
        layer
    },
};
