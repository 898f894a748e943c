//! `luksa/kubia` and its siblings: small web apps that say which pod answered.

use super::ImageEntry;
use crate::images::base::{Base, DEBIAN_FULL};

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &[
        "docker.io/luksa/kubia",
        "docker.io/luksa/kubia-unhealthy",
        "docker.io/luksa/kubia-pet",
        "docker.io/luksa/kubia-pet-peers",
    ],
    summary: "says which pod answered; v1, v2, v4; v3 and kubia-unhealthy fail from some request on; kubia-pet keeps data",
    build: |store, reference| {
        let variant = match (reference.short_name(), reference.tag()) {
            ("kubia-unhealthy", _) => "unhealthy",
            ("kubia-pet", _) => "pet",
            ("kubia-pet-peers", _) => "pet-peers",
            (_, "v1") => "v1",
            (_, "v2") => "v2",
            (_, "v3") => "v3",
            (_, "v4") => "v4",
            _ => "plain",
        };
        let mut layer = store.layer(Base::Debian);
        layer
            .programs("/usr/bin", DEBIAN_FULL)
            .program("/usr/local/bin/node", "node")
            .file("/app.js", script(variant))
            .directory("/var/data", 0o755)
            .env("NODE_VERSION", "7.10.1")
            .entrypoint(&["node", "app.js"])
            .size(264_332_004);
        layer
    },
};

/// The script that `node` runs.
fn script(variant: &str) -> String {
    if variant.starts_with("pet") {
        return pet(variant);
    }
    let said = match variant {
        "plain" | "unhealthy" => "You've hit ${os.hostname()}\\n".to_owned(),
        version => format!("This is {version} running in pod ${{os.hostname()}}\\n"),
    };
    let failing = match variant {
        "unhealthy" => Some(("> 5", "I'm not well. Please restart me!".to_owned())),
        "v3" => {
            Some((">= 5", "Some internal error has occurred! This is pod ${os.hostname()}\\n".to_owned()))
        }
        _ => None,
    };
    let failing = failing.map_or_else(String::new, |(when, text)| {
        format!("  if (++requests {when}) {{\n    response.writeHead(500);\n    response.end(`{text}`);\n    return;\n  }}\n")
    });
    format!(
        "const http = require('http');\nconst os = require('os');\n\nlet requests = 0;\n\nconsole.log('Kubia server starting...');\n\n\
         http.createServer((request, response) => {{\n  console.log('Received request from ' + \
         request.connection.remoteAddress);\n{failing}  response.writeHead(200);\n  response.end(`{said}`);\n}}).listen(8080);\n"
    )
}

fn pet(variant: &str) -> String {
    let answer = match variant {
        "pet" => "    response.end(`You've hit ${os.hostname()}\\nData stored on this pod: ${data()}\\n`);\n",
        _ => {
            "    // With the names from dns.resolveSrv: asks each peer for /data.\n    \
             response.end(request.url === '/data' ? data() : await peers());\n"
        }
    };
    format!(
        "// podground-app: {variant}\nconst http = require('http');\nconst os = require('os');\nconst fs = require('fs');\n\n\
         const file = '/var/data/kubia.txt';\nconst data = () => fs.existsSync(file) ? fs.readFileSync(file) : 'No data posted \
         yet';\n\nhttp.createServer(async (request, response) => {{\n  if (request.method === 'POST') {{\n    \
         request.pipe(fs.createWriteStream(file));\n    response.end(`Data stored on pod ${{os.hostname()}}\\n`);\n  }} else {{\n\
         {answer}  }}\n}}).listen(8080);\n"
    )
}
