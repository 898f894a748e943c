//! What the configuration asks for: servers, locations, upstreams.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::rc::Rc;

use podground_vfs::FileSystem;

use super::config::{Directive, all, find, parse, read};

/// A whole configuration.
#[derive(Debug, Default)]
pub(super) struct Config {
    pub(super) servers: Vec<Server>,
}

/// A `server` block.
#[derive(Debug, Default)]
pub(super) struct Server {
    pub(super) listens: Vec<Listen>,
    pub(super) names: Vec<String>,
    /// The certificates, for ports with TLS.
    pub(super) certificates: Option<String>,
    pub(super) scope: Rc<Scope>,
    pub(super) locations: Vec<Location>,
}

/// Where a server listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Listen {
    pub(super) address: SocketAddr,
    pub(super) tls: bool,
    pub(super) default: bool,
}

/// What server and location can both say; a location inherits.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    pub(super) root: String,
    pub(super) alias: Option<String>,
    pub(super) index: Vec<String>,
    pub(super) autoindex: bool,
    pub(super) answer: Option<(u16, String)>,
    pub(super) proxy: Option<Rc<Proxy>>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) proxy_headers: Vec<(String, String)>,
    pub(super) try_files: Vec<String>,
    pub(super) default_type: String,
    pub(super) stub_status: bool,
    pub(super) access_log: bool,
    pub(super) gzip: bool,
    /// The content types that are packed besides `text/html`.
    pub(super) gzip_types: Vec<String>,
}

impl Default for Scope {
    fn default() -> Self {
        Self {
            root: "/etc/nginx/html".to_owned(),
            alias: None,
            index: vec!["index.html".to_owned()],
            autoindex: false,
            answer: None,
            proxy: None,
            headers: Vec::new(),
            proxy_headers: Vec::new(),
            try_files: Vec::new(),
            default_type: "text/plain".to_owned(),
            stub_status: false,
            access_log: true,
            gzip: false,
            gzip_types: Vec::new(),
        }
    }
}

/// How a location is chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Match {
    Exact(String),
    /// With `final`, no regular expression is looked at.
    Prefix {
        path: String,
        last: bool,
    },
    Regex {
        pattern: String,
        ignore_case: bool,
    },
}

/// A `location` block.
#[derive(Debug)]
pub(super) struct Location {
    pub(super) rule: Match,
    pub(super) scope: Rc<Scope>,
}

/// Where requests are passed on to.
#[derive(Debug)]
pub(super) struct Proxy {
    /// `http` or `https`
    pub(super) scheme: String,
    /// What stands behind it: a host with a port perhaps, or an upstream's name.
    pub(super) name: String,
    /// The part of the URL that replaces the location's; `None` passes the target as it is.
    pub(super) path: Option<String>,
    /// The servers.
    pub(super) upstream: Upstream,
}

/// How a server is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Balance {
    /// They take turns.
    #[default]
    Turns,
    /// `ip_hash`: by the client's network.
    ClientNetwork,
    /// `least_conn`: the one with the fewest requests under way.
    LeastBusy,
}

/// Servers that stand for each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Upstream {
    pub(super) balance: Balance,
    pub(super) targets: Vec<Target>,
}

/// A server to which requests are passed on.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) host: String,
    pub(super) port: u16,
    /// How often it takes its turn.
    pub(super) weight: usize,
    /// Whether it is asked only when no other answers.
    pub(super) backup: bool,
    /// Where it was named, for errors.
    pub(super) place: String,
}

impl Config {
    /// Reads the configuration as `nginx -c PATH` does; the error is what it prints behind `[emerg]`.
    pub(super) fn load(files: &FileSystem, path: &str, global: &str) -> Result<Self, String> {
        parse(files, global, "command line")?;
        let main = read(files, path, None)?;
        if find(&main, "events").is_none() {
            return Err("no \"events\" section in configuration".to_owned());
        }
        for misplaced in ["server", "location", "listen"] {
            if let Some(directive) = find(&main, misplaced) {
                return Err(format!("\"{misplaced}\" directive is not allowed here {}", directive.place()));
            }
        }
        let mut config = Self::default();
        for http in all(&main, "http") {
            let inner = http.block.as_deref().unwrap_or_default();
            let upstreams = upstreams(inner)?;
            let base = scope(inner, &Scope::default(), &upstreams, "")?;
            if let Some(location) = find(inner, "location") {
                return Err(format!("\"location\" directive is not allowed here {}", location.place()));
            }
            for server in all(inner, "server") {
                config.servers.push(self::server(files, server, &base, &upstreams)?);
            }
        }
        Ok(config)
    }
}

type Upstreams = BTreeMap<String, Upstream>;

fn upstreams(http: &[Directive]) -> Result<Upstreams, String> {
    let mut found = Upstreams::new();
    for upstream in all(http, "upstream") {
        let inner = upstream.block.as_deref().unwrap_or_default();
        let mut targets = Vec::new();
        for server in all(inner, "server") {
            let mut target = target(server.arg(0), 80, server);
            let mut down = false;
            for parameter in server.args.iter().skip(1) {
                match parameter.split_once('=') {
                    Some(("weight", weight)) => {
                        target.weight =
                            weight.parse().ok().filter(|weight| (1..=100).contains(weight)).ok_or_else(
                                || format!("invalid parameter \"{parameter}\" {}", server.place()),
                            )?;
                    }
                    None if parameter == "backup" => target.backup = true,
                    None if parameter == "down" => down = true,
                    _ => {
                        return Err(format!(
                            "podground does not support the parameter \"{parameter}\" of \"server\" yet {}",
                            server.place()
                        ));
                    }
                }
            }
            if !down {
                targets.push(target);
            }
        }
        if find(inner, "server").is_none() {
            return Err(format!("no servers are inside upstream {}", upstream.place()));
        }
        let balance = if find(inner, "ip_hash").is_some() {
            Balance::ClientNetwork
        } else if find(inner, "least_conn").is_some() {
            Balance::LeastBusy
        } else {
            Balance::Turns
        };
        found.insert(upstream.arg(0).to_owned(), Upstream { balance, targets });
    }
    Ok(found)
}

fn target(text: &str, default: u16, directive: &Directive) -> Target {
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().unwrap_or(default)),
        None => (text, default),
    };
    Target { host: host.to_owned(), port, weight: 1, backup: false, place: directive.place() }
}

fn listen(directive: &Directive) -> Result<Listen, String> {
    let text = directive.arg(0);
    let any = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let address = if let Ok(port) = text.parse::<u16>() {
        SocketAddr::new(any, port)
    } else if let Some(port) = text.strip_prefix("*:") {
        SocketAddr::new(
            any,
            port.parse().map_err(|_| {
                format!("invalid port in \"{text}\" of the \"listen\" directive {}", directive.place())
            })?,
        )
    } else if let Ok(address) = text.parse::<SocketAddr>() {
        address
    } else if let Ok(address) = text.parse::<IpAddr>() {
        SocketAddr::new(address, 80)
    } else if let Some(port) = text.strip_prefix("localhost:").and_then(|port| port.parse().ok()) {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
    } else {
        return Err(format!(
            "host not found in \"{text}\" of the \"listen\" directive {}",
            directive.place()
        ));
    };
    let has = |word: &str| directive.args.iter().any(|arg| arg == word);
    Ok(Listen { address, tls: has("ssl"), default: has("default_server") || has("default") })
}

fn server(
    files: &FileSystem,
    directive: &Directive,
    base: &Scope,
    upstreams: &Upstreams,
) -> Result<Server, String> {
    let inner = directive.block.as_deref().unwrap_or_default();
    let mut listens: Vec<Listen> = all(inner, "listen").map(listen).collect::<Result<_, _>>()?;
    if listens.is_empty() {
        let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 80);
        listens.push(Listen { address, tls: false, default: false });
    }
    // `ssl on;` is the older way, for all ports of the server.
    if find(inner, "ssl").is_some_and(|ssl| ssl.arg(0) == "on") {
        for listen in &mut listens {
            listen.tls = true;
        }
    }
    let mut certificates = None;
    if listens.iter().any(|listen| listen.tls) {
        let Some(certificate) = find(inner, "ssl_certificate") else {
            return Err(format!(
                "no \"ssl_certificate\" is defined for the \"listen ... ssl\" directive {}",
                directive.place()
            ));
        };
        let Some(key) = find(inner, "ssl_certificate_key") else {
            return Err(format!(
                "no \"ssl_certificate_key\" is defined for certificate \"{}\"",
                certificate.arg(0)
            ));
        };
        let load = |what: &str, path: &str| {
            let path = podground_vfs::join("/etc/nginx", path);
            files.read_to_string(&path).map_err(|_| {
                format!(
                    "cannot load {what} \"{path}\": BIO_new_file() failed (SSL: error:80000002:system library::No such \
                     file or directory:calling fopen({path}, r) error:10000080:BIO routines::no such file)"
                )
            })
        };
        let text = load("certificate", certificate.arg(0))?;
        if !text.contains("-----BEGIN CERTIFICATE-----") {
            return Err(format!(
                "cannot load certificate \"{}\": PEM_read_bio_X509_AUX() failed (SSL: error:0480006C:PEM routines::no \
                 start line:Expecting: TRUSTED CERTIFICATE)",
                podground_vfs::join("/etc/nginx", certificate.arg(0))
            ));
        }
        load("certificate key", key.arg(0))?;
        certificates = Some(text);
    }
    let own = scope(inner, base, upstreams, "")?;
    let mut locations = Vec::new();
    for location in all(inner, "location") {
        let rule = rule(location)?;
        let path = match &rule {
            Match::Exact(path) | Match::Prefix { path, .. } => path.clone(),
            Match::Regex { .. } => String::new(),
        };
        let inherited = Scope { answer: None, proxy: None, try_files: Vec::new(), ..own.clone() };
        let scope = scope(location.block.as_deref().unwrap_or_default(), &inherited, upstreams, &path)?;
        locations.push(Location { rule, scope: Rc::new(scope) });
    }
    let names = all(inner, "server_name").flat_map(|names| names.args.clone()).collect();
    Ok(Server { listens, names, certificates, scope: Rc::new(own), locations })
}

fn rule(location: &Directive) -> Result<Match, String> {
    let path = location.arg(1).to_owned();
    Ok(match (location.arg(0), location.args.len()) {
        (path, 1) => Match::Prefix { path: path.to_owned(), last: false },
        ("=", 2) => Match::Exact(path),
        ("^~", 2) => Match::Prefix { path, last: true },
        ("~", 2) => Match::Regex { pattern: path, ignore_case: false },
        ("~*", 2) => Match::Regex { pattern: path, ignore_case: true },
        (other, 2) => return Err(format!("invalid location modifier \"{other}\" {}", location.place())),
        _ => {
            return Err(format!(
                "invalid number of arguments in \"location\" directive {}",
                location.place()
            ));
        }
    })
}

fn scope(inner: &[Directive], base: &Scope, upstreams: &Upstreams, path: &str) -> Result<Scope, String> {
    let mut scope = base.clone();
    let pairs = |name: &str| -> Vec<(String, String)> {
        all(inner, name).map(|directive| (directive.arg(0).to_owned(), directive.arg(1).to_owned())).collect()
    };
    if let Some(root) = find(inner, "root") {
        scope.root = podground_vfs::join("/etc/nginx", root.arg(0));
        scope.alias = None;
    }
    if let Some(alias) = find(inner, "alias") {
        scope.alias = Some(alias.arg(0).to_owned());
    }
    if let Some(index) = find(inner, "index") {
        scope.index.clone_from(&index.args);
    }
    if let Some(autoindex) = find(inner, "autoindex") {
        scope.autoindex = autoindex.arg(0) == "on";
    }
    if let Some(try_files) = find(inner, "try_files") {
        scope.try_files.clone_from(&try_files.args);
    }
    if let Some(default_type) = find(inner, "default_type") {
        default_type.arg(0).clone_into(&mut scope.default_type);
    }
    if let Some(log) = find(inner, "access_log") {
        scope.access_log = log.arg(0) != "off";
    }
    if let Some(gzip) = find(inner, "gzip") {
        scope.gzip = gzip.arg(0) == "on";
    }
    if let Some(types) = find(inner, "gzip_types") {
        scope.gzip_types.clone_from(&types.args);
    }
    scope.stub_status |= find(inner, "stub_status").is_some();
    let headers = pairs("add_header");
    if !headers.is_empty() {
        scope.headers = headers;
    }
    let headers = pairs("proxy_set_header");
    if !headers.is_empty() {
        scope.proxy_headers = headers;
    }
    if let Some(answer) = find(inner, "return") {
        scope.answer = Some(match answer.arg(0).parse() {
            Ok(status) => (status, answer.arg(1).to_owned()),
            Err(_) => (302, answer.arg(0).to_owned()),
        });
    }
    if let Some(pass) = find(inner, "proxy_pass") {
        scope.proxy = Some(Rc::new(proxy(pass, upstreams, path)?));
    }
    Ok(scope)
}

fn proxy(pass: &Directive, upstreams: &Upstreams, _location: &str) -> Result<Proxy, String> {
    let Some((scheme, rest)) = pass.arg(0).split_once("://").filter(|(s, _)| matches!(*s, "http" | "https"))
    else {
        return Err(format!("invalid URL prefix {}", pass.place()));
    };
    let (name, path) = match rest.find('/') {
        Some(slash) => (&rest[..slash], Some(rest[slash..].to_owned())),
        None => (rest, None),
    };
    let default = if scheme == "https" { 443 } else { 80 };
    let upstream = upstreams
        .get(name)
        .cloned()
        .unwrap_or_else(|| Upstream { targets: vec![target(name, default, pass)], ..Upstream::default() });
    Ok(Proxy { scheme: scheme.to_owned(), name: name.to_owned(), path, upstream })
}
