//! The files of the lab as it is since 2025, around the `fortune-app`, and of its sequel GSP053.
//!
//! What is publicly known of them is kept: names, kinds, images, ports, labels, selectors. The rest is our own.

use podground_sim::Sim;

use super::lab::{self, File, HEAD, indent};

/// The folder of the sequel.
pub(super) const SEQUEL_FOLDER: &str = "kubernetes";

const IMAGES: &str = "us-central1-docker.pkg.dev/qwiklabs-resources/spl-lab-apps";

/// All files, by their paths within the lab's folder.
pub(super) fn files(sim: &Sim) -> Vec<File> {
    let mut files: Vec<(String, String)> = vec![
        ("deployments/auth.yaml".to_owned(), part("auth", "auth-service")),
        ("deployments/fortune-service.yaml".to_owned(), part("fortune-service", "fortune-service")),
        ("deployments/frontend.yaml".to_owned(), lab::frontend(NGINX)),
        ("nginx/frontend.conf".to_owned(), frontend_conf()),
        (
            "nginx/proxy.conf".to_owned(),
            server("    location / {\n        proxy_pass http://127.0.0.1:8080;\n    }\n"),
        ),
        (
            "pods/fortune-app.yaml".to_owned(),
            pod("fortune-app", &container("fortune-app", "fortune-app:1.0.0", "", 4), ""),
        ),
        ("pods/secure-fortune.yaml".to_owned(), secure_fortune()),
        ("services/auth.yaml".to_owned(), service("auth", "app: auth", "", "80", "8080")),
        ("services/fortune-app.yaml".to_owned(), node_port()),
        (
            "services/fortune-service.yaml".to_owned(),
            service("fortune-service", "app: fortune-service", "", "80", "8080"),
        ),
        (
            "services/frontend.yaml".to_owned(),
            service("frontend", "app: frontend", "  type: LoadBalancer\n", "443", "443"),
        ),
    ];
    files.extend(lab::tls(sim).into_iter().map(|(name, text)| (format!("tls/{name}"), text)));
    for (path, _) in &mut files {
        *path = format!("kubernetes/{path}");
    }
    finish(files)
}

/// The files of the sequel.
pub(super) fn sequel() -> Vec<File> {
    let mut files: Vec<(String, String)> =
        [("blue", "stable", "1.0.0", 3), ("canary", "canary", "2.0.0", 1), ("green", "stable", "2.0.0", 3)]
            .into_iter()
            .map(|(color, track, version, replicas)| {
                (format!("deployments/fortune-app-{color}.yaml"), colored(color, track, version, replicas))
            })
            .collect();
    let name = "fortune-app";
    for (file, selector) in [
        ("fortune-app", "app: fortune-app"),
        ("fortune-app-blue-service", "app: fortune-app\n    version: \"1.0.0\""),
        ("fortune-app-green-service", "app: fortune-app\n    version: \"2.0.0\""),
    ] {
        files.push((
            format!("services/{file}.yaml"),
            service(name, selector, "  type: LoadBalancer\n", "80", "8080"),
        ));
    }
    finish(files)
}

fn finish(mut files: Vec<(String, String)>) -> Vec<File> {
    files.sort();
    files.into_iter().map(|(path, text)| File { path, bytes: text.into_bytes(), executable: false }).collect()
}

const NGINX: &str = "nginx:1.27.0";

fn container(name: &str, image: &str, env: &str, by: usize) -> String {
    let text = format!(
        "- name: {name}\n  image: \"{IMAGES}/{image}\"\n  ports:\n    - name: http\n      containerPort: 8080\n{env}  \
         resources:\n    limits:\n      cpu: 0.2\n      memory: \"20Mi\"\n"
    );
    indent(&text, by)
}

fn pod(name: &str, containers: &str, volumes: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  labels:\n    app: fortune-app\nspec:\n  containers:\n\
         {containers}{volumes}"
    )
}

fn secure_fortune() -> String {
    let (nginx, volumes) = lab::nginx(NGINX, "proxy", 2);
    let app = container("fortune-app", "fortune-app:1.0.0", "", 4);
    pod("secure-fortune", &format!("{nginx}{app}"), &volumes)
}

/// A deployment of one part of the app.
fn part(name: &str, image: &str) -> String {
    let container = container(name, &format!("{image}:1.0.0"), "", 8);
    format!(
        "{HEAD}metadata:\n  name: {name}\nspec:\n  replicas: 1\n  selector:\n    matchLabels:\n      app: {name}\n  \
         template:\n    metadata:\n      labels:\n        app: {name}\n    spec:\n      containers:\n{container}"
    )
}

/// A deployment of the sequel.
fn colored(color: &str, track: &str, version: &str, replicas: u8) -> String {
    let env = format!("  env:\n    - name: APP_VERSION\n      value: \"{version}\"\n");
    let container = container("fortune-app", &format!("fortune-service:{version}"), &env, 8);
    // The first one selects by the app alone; the others must not take its pods.
    let own = if color == "blue" {
        String::new()
    } else {
        format!("      track: {track}\n      version: \"{version}\"\n")
    };
    format!(
        "{HEAD}metadata:\n  name: fortune-app-{color}\nspec:\n  replicas: {replicas}\n  selector:\n    matchLabels:\n      \
         app: fortune-app\n{own}  template:\n    metadata:\n      labels:\n        app: fortune-app\n        track: {track}\n        \
         version: \"{version}\"\n    spec:\n      containers:\n{container}"
    )
}

fn service(name: &str, selector: &str, rest: &str, port: &str, target: &str) -> String {
    format!(
        "kind: Service\napiVersion: v1\nmetadata:\n  name: \"{name}\"\nspec:\n  selector:\n    {selector}\n  ports:\n    - \
         protocol: \"TCP\"\n      port: {port}\n      targetPort: {target}\n{rest}"
    )
}

fn node_port() -> String {
    let rest = "      nodePort: 31000\n  type: NodePort\n";
    service("fortune-app", "app: \"fortune-app\"\n    secure: \"enabled\"", rest, "443", "443")
}

/// A server of nginx with the lab's certificate.
fn server(locations: &str) -> String {
    format!(
        "server {{\n    listen 443 ssl;\n\n    ssl_certificate     /etc/tls/cert.pem;\n    ssl_certificate_key \
         /etc/tls/key.pem;\n\n{locations}}}\n"
    )
}

fn frontend_conf() -> String {
    let upstream =
        |name: &str| format!("upstream {name} {{\n    server {name}.default.svc.cluster.local;\n}}\n\n");
    let locations = "    location / {\n        proxy_pass http://fortune-service;\n    }\n\n    location /login {\n        \
                     proxy_pass http://auth;\n    }\n";
    format!("{}{}{}", upstream("fortune-service"), upstream("auth"), server(locations))
}
