//! Answering one request.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use podground_programs::http::{self, MessageError, Request, Response, Stream, percent_decode};
use podground_shell::{NetworkError, Process};
use podground_sim::Time;

use super::super::node::{http_date, http_date_of};
use super::model::{Balance, Config, Match, Proxy, Scope, Server, Upstream};

/// When the files of images count as written: they have no times of their own.
const IMAGE_BUILT: Time = Time::from_unix_seconds(1_755_095_621);

/// A server program that is at work.
pub(super) struct Running {
    pub(super) process: Rc<Process>,
    pub(super) version: Rc<str>,
    pub(super) config: Config,
    /// The addresses of the hosts to which requests are passed on, as found at the start.
    pub(super) addresses: BTreeMap<String, Vec<IpAddr>>,
    /// Counts requests that were passed on: servers take turns.
    pub(super) turns: Cell<usize>,
    /// How many requests are under way to each server.
    pub(super) busy: RefCell<BTreeMap<SocketAddr, usize>>,
    pub(super) requests: Cell<u64>,
}

impl Running {
    /// The server for a port and a host name.
    pub(super) fn server(&self, port: u16, host: &str) -> Option<&Server> {
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        let here = || {
            self.config
                .servers
                .iter()
                .filter(|server| server.listens.iter().any(|l| l.address.port() == port))
        };
        here()
            .find(|server| server.names.iter().any(|name| name_fits(name, host)))
            .or_else(|| {
                here().find(|server| server.listens.iter().any(|l| l.address.port() == port && l.default))
            })
            .or_else(|| here().next())
    }

    /// Answers a request and logs it.
    pub(super) async fn respond(
        &self,
        request: Result<Request, MessageError>,
        local: SocketAddr,
        peer: SocketAddr,
        tls: bool,
    ) -> Response {
        self.requests.set(self.requests.get() + 1);
        let (mut response, line, log) = match &request {
            Err(_) => (self.error(400), String::new(), true),
            Ok(request) => {
                let line = format!("{} {} {}", request.method, request.target, request.version);
                let (response, log) = self.answer(request, local, peer, tls, &line).await;
                (response, line, log)
            }
        };
        response.headers.remove("Server");
        response.headers.remove("Date");
        response.headers.0.insert(0, ("Server".to_owned(), format!("nginx/{}", self.version)));
        response.headers.0.insert(1, ("Date".to_owned(), http_date(&self.process)));
        if log {
            self.log(request.as_ref().ok(), &line, &response, peer).await;
        }
        response
    }

    async fn log(&self, request: Option<&Request>, line: &str, response: &Response, peer: SocketAddr) {
        let header =
            |name: &str| request.and_then(|request| request.headers.get(name)).unwrap_or("-").to_owned();
        let c = self.process.host.sim.now().civil();
        let date = http_date(&self.process);
        let month = date.split(' ').nth(2).unwrap_or_default();
        let head = request.is_some_and(|request| request.method == "HEAD");
        self.process
            .print(&format!(
                "{} - - [{:02}/{month}/{}:{:02}:{:02}:{:02} +0000] \"{line}\" {} {} \"{}\" \"{}\" \"{}\"\n",
                peer.ip(),
                c.day,
                c.year,
                c.hour,
                c.minute,
                c.second,
                response.status,
                if head { 0 } else { response.body.len() },
                header("Referer"),
                header("User-Agent"),
                header("X-Forwarded-For"),
            ))
            .await;
    }

    async fn answer(
        &self,
        request: &Request,
        local: SocketAddr,
        peer: SocketAddr,
        tls: bool,
        line: &str,
    ) -> (Response, bool) {
        let host = request.headers.get("Host").unwrap_or_default();
        if host.is_empty() && request.version == "HTTP/1.1" {
            return (self.error(400), true);
        }
        let Some(server) = self.server(local.port(), host) else { return (self.error(404), true) };
        let listen = server.listens.iter().find(|listen| listen.address.port() == local.port());
        if listen.is_some_and(|listen| listen.tls) && !tls {
            let mut response = self.error(400);
            let text = String::from_utf8_lossy(&response.body).into_owned();
            let title = "400 The plain HTTP request was sent to HTTPS port";
            let text = text.replace("<title>400 Bad Request", &format!("<title>{title}"));
            let text = text.replace(
                "</h1></center>\r\n",
                "</h1></center>\r\n<center>The plain HTTP request was sent to HTTPS port</center>\r\n",
            );
            response.body = text.into_bytes();
            return (response.with_header("Connection", "close"), true);
        }
        let path = podground_vfs::normalize(&percent_decode(request.path()));
        let path = if request.path().ends_with('/') && path != "/" { format!("{path}/") } else { path };
        let (scope, prefix) = choose(server, &path);
        let variables = |name: &str| variable(name, request, host, peer, tls);
        let mut response = if let Some((status, text)) = &scope.answer {
            self.returned(*status, &expand(text, &variables), &scope)
        } else if let Some(proxy) = &scope.proxy {
            self.pass(request, proxy, &scope, &prefix, peer, host, line, &variables).await
        } else if scope.stub_status {
            let count = self.requests.get();
            Response::new(
                200,
                format!(
                    "Active connections: 1 \nserver accepts handled requests\n {count} {count} {count} \n\
                     Reading: 0 Writing: 1 Waiting: 0 \n"
                ),
            )
            .with_header("Content-Type", "text/plain")
        } else {
            self.file(request, &scope, &path, &prefix)
        };
        super::gzip::pack(request, &scope, &mut response);
        if response.status < 400 {
            for (name, value) in &scope.headers {
                response.headers.add(name, expand(value, &variables));
            }
        }
        if response.status == 404 && scope.proxy.is_none() && scope.answer.is_none() && scope.access_log {
            let file = format!("{}{path}", scope.root);
            super::notice(
                &self.process,
                "error",
                &format!(
                    "*{} open() \"{file}\" failed (2: No such file or directory), client: {}, server: {}, request: \
                     \"{line}\", host: \"{host}\"",
                    self.requests.get(),
                    peer.ip(),
                    server.names.first().map_or("", String::as_str)
                ),
            )
            .await;
        }
        (response, scope.access_log)
    }

    fn returned(&self, status: u16, text: &str, scope: &Scope) -> Response {
        if matches!(status, 301 | 302 | 303 | 307 | 308) {
            return self.error(status).with_header("Location", text);
        }
        if text.is_empty() && status >= 300 {
            return self.error(status);
        }
        Response::new(status, text.as_bytes().to_vec())
            .with_header("Content-Type", scope.default_type.clone())
    }

    fn file(&self, request: &Request, scope: &Scope, path: &str, prefix: &str) -> Response {
        if !matches!(request.method.as_str(), "GET" | "HEAD") {
            return self.error(405);
        }
        let files = &self.process.host.files;
        let on_disk = |path: &str| match &scope.alias {
            Some(alias) => format!("{alias}{}", path.strip_prefix(prefix).unwrap_or(path)),
            None => format!("{}{path}", scope.root),
        };
        let mut path = path.to_owned();
        if !scope.try_files.is_empty() {
            let (last, tried) = scope.try_files.split_last().map_or(("", &[][..]), |(l, t)| (l.as_str(), t));
            let found = tried.iter().map(|rule| rule.replace("$uri", &path)).find(|candidate| {
                let file = on_disk(candidate);
                if candidate.ends_with('/') { files.is_directory(&file) } else { files.is_file(&file) }
            });
            path = match (found, last.strip_prefix('=')) {
                (Some(found), _) => found,
                (None, Some(status)) => return self.error(status.parse().unwrap_or(404)),
                (None, None) => last.replace("$uri", &path),
            };
        }
        let mut file = on_disk(&path);
        if files.is_directory(&file) {
            if !path.ends_with('/') {
                let host = request.headers.get("Host").unwrap_or("localhost");
                return self.error(301).with_header("Location", format!("http://{host}{path}/"));
            }
            let folder = file.trim_end_matches('/').to_owned();
            let index =
                scope.index.iter().map(|name| format!("{folder}/{name}")).find(|name| files.exists(name));
            match index {
                Some(index) => file = index,
                None if scope.autoindex => return self.listing(&folder, &path),
                None => return self.error(403),
            }
        } else if path.ends_with('/') {
            return self.error(404);
        }
        match files.read(&file) {
            Ok(bytes) => {
                let modified = files.metadata(&file).map_or(0, |metadata| metadata.modified);
                let modified = if modified == 0 { IMAGE_BUILT } else { Time(modified) };
                let tag = format!("\"{:x}-{:x}\"", modified.unix_seconds(), bytes.len());
                Response::new(200, bytes.to_vec())
                    .with_header("Content-Type", content_type(&file).unwrap_or(&scope.default_type))
                    .with_header("Content-Length", bytes.len().to_string())
                    .with_header("Last-Modified", http_date_of(modified))
                    .with_header("Connection", "keep-alive")
                    .with_header("ETag", tag)
                    .with_header("Accept-Ranges", "bytes")
            }
            Err(podground_vfs::Error::PermissionDenied) => self.error(403),
            Err(_) => self.error(404),
        }
    }

    fn listing(&self, folder: &str, path: &str) -> Response {
        let mut text = format!(
            "<html>\r\n<head><title>Index of {path}</title></head>\r\n<body>\r\n<h1>Index of {path}</h1><hr><pre><a \
             href=\"../\">../</a>\r\n"
        );
        for entry in self.process.host.files.read_directory(folder).unwrap_or_default() {
            if !entry.name.starts_with('.') {
                text.push_str(&format!("<a href=\"{0}\">{0}</a>\r\n", entry.name));
            }
        }
        text.push_str("</pre><hr></body>\r\n</html>\r\n");
        Response::new(200, text).with_header("Content-Type", "text/html")
    }

    #[allow(clippy::too_many_arguments, reason = "all of a request's surroundings")]
    async fn pass(
        &self,
        request: &Request,
        proxy: &Proxy,
        scope: &Scope,
        prefix: &str,
        peer: SocketAddr,
        host: &str,
        line: &str,
        variables: &dyn Fn(&str) -> Option<String>,
    ) -> Response {
        let target = match &proxy.path {
            None => request.target.clone(),
            Some(path) => format!("{path}{}", request.target.strip_prefix(prefix).unwrap_or_default()),
        };
        let mut passed =
            Request { target: target.clone(), version: "HTTP/1.0".to_owned(), ..request.clone() };
        passed.headers.set("Host", proxy.name.clone());
        passed.headers.set("Connection", "close");
        passed.headers.remove("Keep-Alive");
        passed.headers.remove("Transfer-Encoding");
        for (name, value) in &scope.proxy_headers {
            passed.headers.set(name, expand(value, variables));
        }
        if !passed.body.is_empty() {
            let length = passed.body.len().to_string();
            passed.headers.set("Content-Length", length);
        }
        let network = self.process.host.network.clone();
        let addresses = self.choose(&proxy.upstream, peer);
        if addresses.is_empty() {
            return self.error(502);
        }
        for address in addresses {
            let _busy = Busy::begin(self, address);
            let problem = match network.connect(address).await {
                Ok(connection) => {
                    let mut stream = Stream::new(connection);
                    stream.write(&passed.encode()).await;
                    match stream.read_response(&request.method).await {
                        Ok(mut response) => {
                            for name in ["Connection", "Keep-Alive", "Transfer-Encoding"] {
                                response.headers.remove(name);
                            }
                            "HTTP/1.1".clone_into(&mut response.version);
                            return response;
                        }
                        Err(_) => {
                            "upstream prematurely closed connection while reading response header from upstream"
                        }
                    }
                }
                Err(NetworkError::TimedOut) => {
                    "upstream timed out (110: Connection timed out) while connecting to upstream"
                }
                Err(NetworkError::HostUnreachable | NetworkError::NetworkUnreachable) => {
                    "connect() failed (113: Host is unreachable) while connecting to upstream"
                }
                Err(_) => "connect() failed (111: Connection refused) while connecting to upstream",
            };
            super::notice(
                &self.process,
                "error",
                &format!(
                    "*{} {problem}, client: {}, server: {}, request: \"{line}\", upstream: \"{}://{address}{target}\", \
                     host: \"{host}\"",
                    self.requests.get(),
                    peer.ip(),
                    self.server(0, host).and_then(|server| server.names.first()).map_or("", String::as_str),
                    proxy.scheme,
                ),
            )
            .await;
            if problem.contains("timed out") {
                return self.error(504);
            }
        }
        self.error(502)
    }

    /// The servers in the order in which they are asked.
    fn choose(&self, upstream: &Upstream, peer: SocketAddr) -> Vec<SocketAddr> {
        let addresses = |backup: bool| -> Vec<SocketAddr> {
            let targets = upstream.targets.iter().filter(|target| target.backup == backup);
            let known = targets.flat_map(|target| {
                let known = self.addresses.get(&target.host).cloned().unwrap_or_default();
                known.into_iter().flat_map(|ip| vec![SocketAddr::new(ip, target.port); target.weight])
            });
            known.collect()
        };
        let mut chosen = addresses(false);
        if !chosen.is_empty() {
            let turn = self.turns.get();
            self.turns.set(turn + 1);
            let count = chosen.len();
            match upstream.balance {
                Balance::Turns => chosen.rotate_left(turn % count),
                Balance::ClientNetwork => chosen.rotate_left(network_hash(peer.ip()) % count),
                Balance::LeastBusy => {
                    chosen.rotate_left(turn % count);
                    let busy = self.busy.borrow();
                    chosen.sort_by_key(|address| busy.get(address).copied().unwrap_or(0));
                }
            }
        }
        chosen.extend(addresses(true));
        let mut unique = Vec::new();
        for address in chosen {
            if !unique.contains(&address) {
                unique.push(address);
            }
        }
        unique
    }

    fn error(&self, status: u16) -> Response {
        let reason = match status {
            405 => "Not Allowed",
            502 => "Bad Gateway",
            503 => "Service Temporarily Unavailable",
            504 => "Gateway Time-out",
            other => http::reason(other),
        };
        let title = format!("{status} {reason}");
        let body = format!(
            "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
             <hr><center>nginx/{}</center>\r\n</body>\r\n</html>\r\n",
            self.version
        );
        let mut response = Response::new(status, body).with_header("Content-Type", "text/html");
        reason.clone_into(&mut response.reason);
        response
    }
}

fn name_fits(name: &str, host: &str) -> bool {
    match name.strip_prefix('*') {
        Some(suffix) => host.ends_with(suffix),
        None => name.eq_ignore_ascii_case(host),
    }
}

/// The location for a path, and the part of the path that it names.
// Upstream: nginx src/http/ngx_http_core_module.c ngx_http_core_find_location
fn choose(server: &Server, path: &str) -> (Rc<Scope>, String) {
    let mut best: Option<(&str, bool, &Rc<Scope>)> = None;
    for location in &server.locations {
        match &location.rule {
            Match::Exact(exact) if exact == path => return (location.scope.clone(), exact.clone()),
            Match::Prefix { path: prefix, last }
                if path.starts_with(prefix.as_str())
                    && best.is_none_or(|(longest, _, _)| prefix.len() > longest.len()) =>
            {
                best = Some((prefix, *last, &location.scope));
            }
            _ => {}
        }
    }
    if best.is_none_or(|(_, last, _)| !last) {
        for location in &server.locations {
            if let Match::Regex { pattern, ignore_case } = &location.rule
                && regex_lite::RegexBuilder::new(pattern)
                    .case_insensitive(*ignore_case)
                    .build()
                    .is_ok_and(|regex| regex.is_match(path))
            {
                return (location.scope.clone(), String::new());
            }
        }
    }
    best.map_or_else(
        || (server.scope.clone(), String::new()),
        |(prefix, _, scope)| (scope.clone(), prefix.to_owned()),
    )
}

/// The variables of a request, as far as configurations of lessons use them.
fn variable(name: &str, request: &Request, host: &str, peer: SocketAddr, tls: bool) -> Option<String> {
    let bare_host = host.rsplit_once(':').map_or(host, |(host, _)| host);
    Some(match name {
        "host" => bare_host.to_owned(),
        "http_host" => host.to_owned(),
        "hostname" => String::new(),
        "remote_addr" | "binary_remote_addr" => peer.ip().to_string(),
        "remote_port" => peer.port().to_string(),
        "scheme" => if tls { "https" } else { "http" }.to_owned(),
        "request_uri" => request.target.clone(),
        "uri" | "document_uri" => percent_decode(request.path()),
        "args" | "query_string" => request.target.split_once('?').map_or("", |(_, query)| query).to_owned(),
        "request_method" => request.method.clone(),
        "proxy_add_x_forwarded_for" => match request.headers.get("X-Forwarded-For") {
            Some(known) => format!("{known}, {}", peer.ip()),
            None => peer.ip().to_string(),
        },
        other => {
            let header = other.strip_prefix("http_")?.replace('_', "-");
            request.headers.get(&header).unwrap_or_default().to_owned()
        }
    })
}

fn expand(text: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(dollar) = rest.find('$') {
        out.push_str(&rest[..dollar]);
        rest = &rest[dollar + 1..];
        let braced = rest.starts_with('{');
        let name: String = rest
            .trim_start_matches('{')
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        if name.is_empty() {
            out.push('$');
            continue;
        }
        rest = &rest[name.len() + usize::from(braced)..];
        rest = if braced { rest.strip_prefix('}').unwrap_or(rest) } else { rest };
        out.push_str(&value(&name).unwrap_or_default());
    }
    out.push_str(rest);
    out
}

fn content_type(path: &str) -> Option<&'static str> {
    Some(match path.rsplit('.').next()? {
        "html" | "htm" => "text/html",
        "css" => "text/css",
        "js" => "application/javascript",
        "json" => "application/json",
        "txt" => "text/plain",
        "xml" => "text/xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "svg" => "image/svg+xml",
        _ => return None,
    })
}

/// What `ip_hash` makes of a client: of an IPv4 address the first three numbers count.
// Upstream: nginx src/http/modules/ngx_http_upstream_ip_hash_module.c
fn network_hash(client: IpAddr) -> usize {
    let numbers = match client {
        IpAddr::V4(address) => address.octets()[..3].to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    numbers.iter().fold(89, |hash, number| (hash * 113 + usize::from(*number)) % 6271)
}

/// A request that is under way to a server.
struct Busy<'a> {
    running: &'a Running,
    address: SocketAddr,
}

impl<'a> Busy<'a> {
    fn begin(running: &'a Running, address: SocketAddr) -> Self {
        *running.busy.borrow_mut().entry(address).or_insert(0) += 1;
        Self { running, address }
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        if let Some(count) = self.running.busy.borrow_mut().get_mut(&self.address) {
            *count -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_expanded() {
        let value = |name: &str| (name == "host").then(|| "web".to_owned());
        assert_eq!(expand("http://$host:80/${host}x$", &value), "http://web:80/webx$");
    }
}
