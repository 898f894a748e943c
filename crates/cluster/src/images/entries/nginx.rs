//! `nginx`: the web server, version by tag.

use super::{ImageEntry, version_of};
use crate::images::base::Base;

/// What the server shows before anybody has written a page.
pub(crate) const WELCOME: &str = "<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n<style>\n\
html { color-scheme: light dark; }\nbody { width: 35em; margin: 0 auto;\nfont-family: Tahoma, Verdana, Arial, sans-serif; }\n\
</style>\n</head>\n<body>\n<h1>Welcome to nginx!</h1>\n\
<p>If you see this page, the nginx web server is successfully installed and\nworking. Further configuration is required.</p>\n\n\
<p>For online documentation and support please refer to\n<a href=\"http://nginx.org/\">nginx.org</a>.<br/>\n\
Commercial support is available at\n<a href=\"http://nginx.com/\">nginx.com</a>.</p>\n\n\
<p><em>Thank you for using nginx.</em></p>\n</body>\n</html>\n";

pub(super) const IMAGE: ImageEntry = ImageEntry {
    repositories: &[
        "docker.io/library/nginx",
        "docker.io/nginxinc/nginx-unprivileged",
        "public.ecr.aws/nginx/nginx",
    ],
    summary: "web server: welcome page, files, logs, signals",
    build: |store, reference| {
        let version = version_of(reference, "1.29.1");
        let alpine = reference.tag().contains("alpine");
        let mut layer = store.layer(if alpine { Base::Alpine } else { Base::Debian });
        if alpine {
            layer.program("/usr/bin/curl", "curl");
        } else {
            let passwd = layer.files.read_to_string("/etc/passwd").unwrap_or_default();
            layer
                .file("/etc/passwd", format!("{passwd}nginx:x:101:101:nginx user:/nonexistent:/bin/false\n"));
            layer.program("/usr/bin/curl", "curl");
        }
        // Full patch versions are what the program reports; a tag such as `1.27` means its last patch.
        let full = if version.matches('.').count() < 2 { format!("{version}.0") } else { version };
        layer
            .program("/usr/sbin/nginx", "nginx")
            .file("/usr/share/nginx/html/index.html", WELCOME)
            .file("/usr/share/nginx/html/50x.html", "<html><head><title>Error</title></head><body><h1>An error occurred.</h1></body></html>\n")
            .file("/etc/nginx/nginx.conf", MAIN)
            .file("/etc/nginx/conf.d/default.conf", DEFAULT)
            .file("/etc/nginx/mime.types", "types {\n    text/html html htm shtml;\n    text/css css;\n    text/plain txt;\n    application/javascript js;\n    application/json json;\n    image/png png;\n    image/svg+xml svg svgz;\n}\n")
            .link("/dev/stdout", "/var/log/nginx/access.log")
            .link("/dev/stderr", "/var/log/nginx/error.log")
            .directory("/var/cache/nginx", 0o755)
            .env("NGINX_VERSION", &full)
            .command(&["nginx", "-g", "daemon off;"])
            .expose(80)
            .size(if alpine { 22_477_192 } else { 72_324_501 });
        if has_entrypoint(&full) {
            layer
                .program("/docker-entrypoint.sh", "nginx-entrypoint")
                .directory("/docker-entrypoint.d", 0o755)
                .entrypoint(&["/docker-entrypoint.sh"]);
        }
        layer.config.stop_signal = Some(podground_shell::Signal::Quit);
        layer
    },
};

/// The image runs its program through a script since 1.19.
fn has_entrypoint(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap_or(1), parts.next().unwrap_or(0)) >= (1, 19)
}

/// The main configuration of the package.
const MAIN: &str = "user  nginx;\nworker_processes  auto;\n\nerror_log  /var/log/nginx/error.log notice;\n\
pid        /run/nginx.pid;\n\nevents {\n    worker_connections  1024;\n}\n\nhttp {\n\
\x20   include       /etc/nginx/mime.types;\n    default_type  application/octet-stream;\n\n\
\x20   access_log  /var/log/nginx/access.log  main;\n\n    sendfile        on;\n    keepalive_timeout  65;\n\n\
\x20   include /etc/nginx/conf.d/*.conf;\n}\n";

pub(crate) const DEFAULT: &str = "server {\n    listen       80;\n    listen  [::]:80;\n    server_name  localhost;\n\n\
\x20   location / {\n        root   /usr/share/nginx/html;\n        index  index.html index.htm;\n    }\n\n\
\x20   error_page   500 502 503 504  /50x.html;\n    location = /50x.html {\n        root   /usr/share/nginx/html;\n    }\n}\n";
