//! `luksa/kiada`: the app of the book's second edition.

use super::{ImageEntry, version_of};
use crate::images::base::{Base, DEBIAN_FULL};

const TEXT: &str = "Kiada version {{version}}. Request processed by \"{{hostname}}\". Client IP: {{clientIP}}\n{{statusMessage}}";
const PAGE: &str = "<!DOCTYPE html>\n<html>\n<head><title>Kiada</title></head>\n<body>\n<h1>Kiada {{version}}</h1>\n\
<p>Request processed by {{hostname}}.</p>\n<p>Client IP: {{clientIP}}</p>\n<p>{{statusMessage}}</p>\n</body>\n</html>\n";

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &["docker.io/luksa/kiada"],
    summary: "says which pod answered; a status message from standard input; ends on SIGTERM from 0.3 on",
    build: |store, reference| {
        let version = version_of(reference, "0.1");
        let mut layer = store.layer(Base::Debian);
        layer
            .programs("/usr/bin", DEBIAN_FULL)
            .program("/usr/local/bin/node", "node")
            .file("/app.js", format!("// podground-app: kiada {version}\n// Serves html/index.txt and html/index.html at port 8080.\n"))
            .file("/html/index.txt", TEXT)
            .file("/html/index.html", PAGE)
            .env("NODE_VERSION", "16.20.2")
            .entrypoint(&["node", "app.js"])
            .expose(8080)
            .size(341_117_092);
        layer
    },
};
