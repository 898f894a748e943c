//! What stands beside kiada in the book's second edition: the proxy, the quotes, the quiz, two that run first.

use super::ImageEntry;
use crate::images::base::Base;

const WRITER: &str = "#!/bin/sh\ntrap \"exit\" INT\nINTERVAL=${INTERVAL:-60}\nOUTPUT_FILE=${1:-/var/local/output/quote}\n\
echo \"Quote Writer 0.1\"\n\
echo \"Configured to write quote from ${INPUT_FILE:-/book-quotes.txt} to $OUTPUT_FILE every $INTERVAL seconds\"\n\
while :; do\n  echo \"$(date) Writing fortune...\"\n  fortune > $OUTPUT_FILE\n  sleep $INTERVAL\ndone\n";

const INIT: &str = "#!/bin/sh\nsteps=${1:-5}\necho \"Initialization started...\"\nfor i in $(seq 1 $steps); do\n  \
echo \"Performing initialization procedure $i/$steps\"\n  sleep 1\ndone\necho \"Initialization complete!\"\n";

const CHECK: &str = "#!/bin/sh\nhost=${1:-1.1.1.1}\necho \"Checking network connectivity to ${host} ...\"\n\
if ping ${host} -c 1 > /dev/null 2> /dev/null; then\n  echo \"Host appears to be reachable\"\nelse\n  \
echo \"Host unreachable!\"\n  exit 1\nfi\n";

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &[
        "docker.io/luksa/kiada-ssl-proxy",
        "docker.io/luksa/quote-writer",
        "docker.io/luksa/quiz-api",
        "docker.io/luksa/init-demo",
        "docker.io/luksa/network-connectivity-checker",
    ],
    summary: "envoy with TLS at 8443 and its administration at 9901; quotes into a file; questions out of mongo",
    build: |store, reference| {
        let name = reference.short_name();
        let base = if name == "kiada-ssl-proxy" { Base::Debian } else { Base::Alpine };
        let mut layer = store.layer(base);
        match name {
            "kiada-ssl-proxy" => {
                layer
                    .program("/usr/local/bin/envoy", "envoy")
                    .directory("/etc/certs", 0o755)
                    .entrypoint(&["envoy", "-c", "/etc/envoy/envoy.yaml"])
                    .expose(8443)
                    .expose(9901)
                    .size(49_812_004);
            }
            "quiz-api" => {
                layer
                    .program("/quiz-api", "quiz-api")
                    .entrypoint(&["/quiz-api"])
                    .expose(8080)
                    .size(12_402_113);
            }
            "quote-writer" => {
                layer.program("/usr/bin/fortune", "fortune").directory("/var/local/output", 0o755);
                layer
                    .script("/docker_entrypoint.sh", WRITER)
                    .entrypoint(&["/docker_entrypoint.sh"])
                    .size(8_911_552);
            }
            other => {
                let script = if other == "init-demo" { INIT } else { CHECK };
                layer
                    .script("/docker_entrypoint.sh", script)
                    .entrypoint(&["/docker_entrypoint.sh"])
                    .size(3_811_331);
            }
        }
        layer
    },
};
