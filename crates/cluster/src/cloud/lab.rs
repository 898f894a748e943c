//! The files of the lab "Orchestrating the Cloud with Kubernetes", with the deployments in the form `apps/v1`.
//!
//! Certificates and keys are made at run time, good for a year from the lab's day on.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use podground_programs::x509::{Certificate, Name, PrivateKey, Template};
use podground_sim::{Sim, Time};

/// The folder that holds all.
pub(super) const FOLDER: &str = "orchestrate-with-kubernetes";

/// A file of the lab.
pub(super) struct File {
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    pub(super) executable: bool,
}

/// All files, by their paths within the folder.
pub(super) fn files(sim: &Sim) -> Vec<File> {
    let mut files: Vec<(String, String)> = Vec::new();
    let mut add = |path: &str, text: String| files.push((format!("kubernetes/{path}"), text));
    add("cleanup.sh", CLEANUP.to_owned());
    for deployment in DEPLOYMENTS {
        add(&format!("deployments/{}.yaml", deployment.name), deployment.text());
    }
    add("deployments/frontend.yaml", frontend(NGINX));
    add("nginx/frontend.conf", FRONTEND_CONF.to_owned());
    add("nginx/proxy.conf", PROXY_CONF.to_owned());
    add("pods/monolith.yaml", pod("monolith", MONOLITH_ARGS, ""));
    add("pods/healthy-monolith.yaml", pod("healthy-monolith", "", &probes(6)));
    add("pods/secure-monolith.yaml", secure_monolith());
    for (file, service) in SERVICES {
        add(&format!("services/{file}.yaml"), service.text());
    }
    for (name, text) in tls(sim) {
        add(&format!("tls/{name}"), text);
    }
    files.push(("README.md".to_owned(), README.to_owned()));
    files.sort();
    files
        .into_iter()
        .map(|(path, text)| File {
            executable: path == "kubernetes/cleanup.sh",
            path,
            bytes: text.into_bytes(),
        })
        .collect()
}

const README: &str = "# Orchestrating the Cloud with Kubernetes\n\n\
Files of the lab: `kubernetes/` holds pods, services, deployments, the configuration of nginx and demo certificates.\n";

const CLEANUP: &str = "#!/bin/bash\n\n\
kubectl delete pods healthy-monolith monolith secure-monolith\n\
kubectl delete services monolith auth frontend hello\n\
kubectl delete deployments auth frontend hello hello-canary hello-green\n\
kubectl delete secrets tls-certs\n\
kubectl delete configmaps nginx-frontend-conf nginx-proxy-conf\n";

const FRONTEND_CONF: &str = "upstream hello {\n    server hello.default.svc.cluster.local;\n}\n\n\
upstream auth {\n    server auth.default.svc.cluster.local;\n}\n\n\
server {\n    listen 443;\n    ssl    on;\n\n\
\x20   ssl_certificate     /etc/tls/cert.pem;\n    ssl_certificate_key /etc/tls/key.pem;\n\n\
\x20   location / {\n        proxy_pass http://hello;\n    }\n\n\
\x20   location /login {\n        proxy_pass http://auth;\n    }\n}\n";

const PROXY_CONF: &str = "server {\n    listen 443;\n    ssl    on;\n\n\
\x20   ssl_certificate     /etc/tls/cert.pem;\n    ssl_certificate_key /etc/tls/key.pem;\n\n\
\x20   location / {\n        proxy_pass http://127.0.0.1:80;\n    }\n}\n";

struct Deployment {
    name: &'static str,
    app: &'static str,
    track: &'static str,
    /// The label that tells versions apart, if the deployment has one.
    version: Option<&'static str>,
    image: &'static str,
    replicas: u8,
}

const DEPLOYMENTS: &[Deployment] = &[
    Deployment {
        name: "auth",
        app: "auth",
        track: "stable",
        version: None,
        image: "auth:2.0.0",
        replicas: 1,
    },
    Deployment {
        name: "hello",
        app: "hello",
        track: "stable",
        version: Some("1.0.0"),
        image: "hello:1.0.0",
        replicas: 3,
    },
    Deployment {
        name: "hello-canary",
        app: "hello",
        track: "canary",
        version: Some("2.0.0"),
        image: "hello:2.0.0",
        replicas: 1,
    },
    Deployment {
        name: "hello-green",
        app: "hello",
        track: "stable",
        version: Some("2.0.0"),
        image: "hello:2.0.0",
        replicas: 3,
    },
];

impl Deployment {
    fn text(&self) -> String {
        let Self { name, app, track, version, image, replicas } = self;
        let version = version.map(|version| format!("        version: {version}\n")).unwrap_or_default();
        let (container, probes) = (container(app, image, "", 8), probes(10));
        format!(
            "{HEAD}metadata:\n  name: {name}\nspec:\n  replicas: {replicas}\n  selector:\n    matchLabels:\n      app: {app}\n      \
             track: {track}\n  template:\n    metadata:\n      labels:\n        app: {app}\n        track: {track}\n{version}    \
             spec:\n      containers:\n{container}{probes}"
        )
    }
}

/// What a deployment begins with.
pub(super) const HEAD: &str = "apiVersion: apps/v1\nkind: Deployment\n";

/// Shifts a block to the right.
pub(super) fn indent(text: &str, by: usize) -> String {
    let pad = " ".repeat(by);
    text.lines().map(|line| format!("{pad}{line}\n")).collect()
}

const NGINX: &str = "nginx:1.9.14";

/// A container of the app, as an entry of a list.
fn container(name: &str, image: &str, args: &str, by: usize) -> String {
    let text = format!(
        "- name: {name}\n  image: \"kelseyhightower/{image}\"\n{args}  ports:\n    - name: http\n      containerPort: 80\n    \
         - name: health\n      containerPort: 81\n  resources:\n    limits:\n      cpu: 0.2\n      memory: \"10Mi\"\n"
    );
    indent(&text, by)
}

const MONOLITH_ARGS: &str =
    "  args:\n    - \"-http=0.0.0.0:80\"\n    - \"-health=0.0.0.0:81\"\n    - \"-secret=secret\"\n";

fn probes(by: usize) -> String {
    let text = "livenessProbe:\n  httpGet:\n    path: /healthz\n    port: 81\n    scheme: HTTP\n  initialDelaySeconds: 5\n  \
                periodSeconds: 15\n  timeoutSeconds: 5\nreadinessProbe:\n  httpGet:\n    path: /readiness\n    port: 81\n    \
                scheme: HTTP\n  initialDelaySeconds: 5\n  timeoutSeconds: 1\n";
    indent(text, by)
}

fn pod(name: &str, args: &str, probes: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  labels:\n    app: monolith\nspec:\n  containers:\n{}{probes}",
        container("monolith", "monolith:1.0.0", args, 4)
    )
}

/// The container of nginx with its two volumes, and those volumes.
pub(super) fn nginx(image: &str, config: &str, by: usize) -> (String, String) {
    let container = format!(
        "- name: nginx\n  image: \"{image}\"\n  lifecycle:\n    preStop:\n      exec:\n        command: \
         [\"/usr/sbin/nginx\",\"-s\",\"quit\"]\n  volumeMounts:\n    - name: \"nginx-{config}-conf\"\n      mountPath: \
         \"/etc/nginx/conf.d\"\n    - name: \"tls-certs\"\n      mountPath: \"/etc/tls\"\n"
    );
    let volumes = format!(
        "volumes:\n  - name: \"tls-certs\"\n    secret:\n      secretName: \"tls-certs\"\n  - name: \"nginx-{config}-conf\"\n    \
         configMap:\n      name: \"nginx-{config}-conf\"\n      items:\n        - key: \"{config}.conf\"\n          path: \
         \"{config}.conf\"\n"
    );
    (indent(&container, by + 2), indent(&volumes, by))
}

fn secure_monolith() -> String {
    let (nginx, volumes) = nginx(NGINX, "proxy", 2);
    let app = container("monolith", "monolith:1.0.0", "", 4);
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: \"secure-monolith\"\n  labels:\n    app: monolith\nspec:\n  containers:\n\
         {nginx}{app}{}{volumes}",
        probes(6)
    )
}

pub(super) fn frontend(image: &str) -> String {
    let (nginx, volumes) = nginx(image, "frontend", 6);
    format!(
        "{HEAD}metadata:\n  name: frontend\nspec:\n  replicas: 1\n  selector:\n    matchLabels:\n      app: frontend\n      track: \
         stable\n  template:\n    metadata:\n      labels:\n        app: frontend\n        track: stable\n    spec:\n      \
         containers:\n{nginx}{volumes}"
    )
}

struct Service {
    name: &'static str,
    /// What is selected besides the app of that name.
    also: &'static str,
    port: u16,
    /// The service's other fields.
    rest: &'static str,
    node_port: Option<u16>,
}

const fn plain(name: &'static str, also: &'static str) -> Service {
    Service { name, also, port: 80, rest: "", node_port: None }
}

const SERVICES: &[(&str, Service)] = &[
    ("auth", plain("auth", "")),
    ("hello", plain("hello", "")),
    ("hello-blue", plain("hello", "    version: 1.0.0\n")),
    ("hello-green", plain("hello", "    version: 2.0.0\n")),
    (
        "frontend",
        Service { name: "frontend", also: "", port: 443, rest: "  type: LoadBalancer\n", node_port: None },
    ),
    (
        "monolith",
        Service {
            name: "monolith",
            also: "    secure: \"enabled\"\n",
            port: 443,
            rest: "  type: NodePort\n",
            node_port: Some(31000),
        },
    ),
];

impl Service {
    fn text(&self) -> String {
        let Self { name, also, port, rest, node_port } = self;
        let node_port = node_port.map(|port| format!("      nodePort: {port}\n")).unwrap_or_default();
        format!(
            "kind: Service\napiVersion: v1\nmetadata:\n  name: \"{name}\"\nspec:\n  selector:\n    app: \"{name}\"\n{also}  \
             ports:\n    - protocol: \"TCP\"\n      port: {port}\n      targetPort: {port}\n{node_port}{rest}"
        )
    }
}

/// An authority and a server's certificate for `*.example.com` and the learner's own machine.
pub(super) fn tls(sim: &Sim) -> Vec<(&'static str, String)> {
    let mut rng = sim.rng("lab-certificates", &[]);
    let (authority_key, key) = (PrivateKey::generate(&mut rng, 2048), PrivateKey::generate(&mut rng, 2048));
    let name = |common: &str| Name::parse(&format!("/C=US/ST=Oregon/L=Portland/O=Demo/OU=Lab/CN={common}"));
    let mut template = Template {
        subject: name("Demo CA").unwrap_or_default(),
        authority: true,
        not_before: Time(DAY.as_nanos() as u64 * (sim.now().since(Time(0)).as_secs() / DAY.as_secs())),
        lifetime: DAY * 365,
        ..Template::default()
    };
    let Some(authority) = Certificate::issue(&mut rng, &template, &authority_key, None) else {
        return Vec::new();
    };
    template.subject = name("*.example.com").unwrap_or_default();
    template.authority = false;
    template.dns = vec!["*.example.com".to_owned(), "localhost".to_owned()];
    template.ips = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    let issuer = Some((&authority, &authority_key));
    let Some(certificate) = Certificate::issue(&mut rng, &template, &key, issuer) else { return Vec::new() };
    vec![
        ("ca-key.pem", authority_key.to_rsa_pem()),
        ("ca.pem", authority.to_pem()),
        ("cert.pem", certificate.to_pem()),
        ("key.pem", key.to_rsa_pem()),
    ]
}

const DAY: Duration = Duration::from_secs(86_400);
