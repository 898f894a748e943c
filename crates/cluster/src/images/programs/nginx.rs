//! `nginx`: serves files, logs, ends when asked to.

use std::rc::Rc;
use std::time::Duration;

use podground_programs::http::{self, Request, Response, percent_decode};
use podground_shell::{Listener, NetworkError, Process, Signal};

use super::kubia::http_date;
use super::serving::{Connections, accept_loop, listen};

/// How often nginx tries to bind a port that is taken.
const TRIES: usize = 5;
const PAUSE: Duration = Duration::from_millis(500);

/// The image's entry point: says what its scripts do, then runs the command.
pub(super) async fn entrypoint(mut process: Process) -> u8 {
    process.args.remove(0);
    if process.args.first().map(String::as_str) != Some("nginx") {
        let args = process.args.clone();
        return process.run(args).await;
    }
    let script = "/docker-entrypoint.sh:";
    let listen = "10-listen-on-ipv6-by-default.sh: info:";
    let launch = "Launching /docker-entrypoint.d";
    let changed = process.host.files.read_to_string("/etc/nginx/conf.d/default.conf");
    let ipv6 = match changed {
        Ok(text) if text == crate::images::DEFAULT_NGINX_CONF => {
            format!(
                "{listen} Getting the checksum of /etc/nginx/conf.d/default.conf\n{listen} Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf\n"
            )
        }
        Ok(_) => format!(
            "{listen} Getting the checksum of /etc/nginx/conf.d/default.conf\n{listen} /etc/nginx/conf.d/default.conf differs from the packaged version\n"
        ),
        Err(_) => format!("{listen} /etc/nginx/conf.d/default.conf is not a file or does not exist\n"),
    };
    process
        .print(&format!(
            "{script} /docker-entrypoint.d/ is not empty, will attempt to perform configuration\n\
             {script} Looking for shell scripts in /docker-entrypoint.d/\n\
             {script} {launch}/10-listen-on-ipv6-by-default.sh\n{ipv6}\
             {script} Sourcing /docker-entrypoint.d/15-local-resolvers.envsh\n\
             {script} {launch}/20-envsubst-on-templates.sh\n\
             {script} {launch}/30-tune-worker-processes.sh\n\
             {script} Configuration complete; ready for start up\n"
        ))
        .await;
    nginx(process).await
}

/// `nginx [-g DIRECTIVES] [-s SIGNAL] [-t] [-v]`
pub(super) async fn nginx(process: Process) -> u8 {
    let version = process.env("NGINX_VERSION").unwrap_or("1.29.1").to_owned();
    let option = |name: &str| {
        process.args.iter().position(|arg| arg == name).and_then(|index| process.args.get(index + 1)).cloned()
    };
    if process.args.iter().any(|arg| arg == "-v") {
        process.eprint(&format!("nginx version: nginx/{version}\n")).await;
        return 0;
    }
    if let Some(signal) = option("-s") {
        return send(&process, &signal).await;
    }
    serve(process, version).await
}

/// `nginx -s quit`: tells the running server by its process number.
async fn send(process: &Process, word: &str) -> u8 {
    let signal = match word {
        "quit" => Signal::Quit,
        "stop" => Signal::Term,
        "reload" => Signal::Hup,
        "reopen" => Signal::Usr1,
        other => {
            process.eprint(&format!("nginx: invalid option: \"-s {other}\"\n")).await;
            return 1;
        }
    };
    let text = process.host.files.read_to_string("/run/nginx.pid").unwrap_or_default();
    let Ok(pid) = text.trim().parse() else {
        process.eprint("nginx: [error] invalid PID number \"\" in \"/run/nginx.pid\"\n").await;
        return 1;
    };
    if process.kill(pid, signal).is_err() {
        process
            .eprint(&format!("nginx: [alert] kill({pid}, {}) failed (3: No such process)\n", signal.number()))
            .await;
        return 1;
    }
    0
}

async fn bind(process: &Process, port: u16) -> Option<Listener> {
    let sim = process.host.sim.clone();
    for attempt in 0..TRIES {
        if attempt > 0 {
            sim.sleep(PAUSE).await;
        }
        match listen(process, port) {
            Ok(listener) => return Some(listener),
            Err(error) => {
                let (number, text) = match error {
                    NetworkError::PermissionDenied => (13, "Permission denied"),
                    NetworkError::AddressNotAvailable => (99, "Cannot assign requested address"),
                    _ => (98, "Address already in use"),
                };
                notice(process, "emerg", &format!("bind() to 0.0.0.0:{port} failed ({number}: {text})"))
                    .await;
                process
                    .eprint(&format!("nginx: [emerg] bind() to 0.0.0.0:{port} failed ({number}: {text})\n"))
                    .await;
                if number != 98 {
                    return None;
                }
            }
        }
    }
    sim.sleep(PAUSE).await;
    notice(process, "emerg", "still could not bind()").await;
    process.eprint("nginx: [emerg] still could not bind()\n").await;
    None
}

/// A line of the error log.
async fn notice(process: &Process, level: &str, text: &str) {
    let c = process.host.sim.now().civil();
    let pid = process.pid;
    process
        .eprint(&format!(
            "{:04}/{:02}/{:02} {:02}:{:02}:{:02} [{level}] {pid}#{pid}: {text}\n",
            c.year, c.month, c.day, c.hour, c.minute, c.second
        ))
        .await;
}

async fn serve(process: Process, version: String) -> u8 {
    let signals = process.catch_all(&[Signal::Term, Signal::Int, Signal::Quit, Signal::Hup, Signal::Usr1]);
    let Some(listener) = bind(&process, 80).await else { return 1 };
    let _ = process.host.files.create_directories("/run");
    let _ = process.host.files.write("/run/nginx.pid", format!("{}\n", process.pid).as_bytes());
    let compiler = "built by gcc 12.2.0 (Debian 12.2.0-14+deb12u1)";
    for line in [
        "using the \"epoll\" event method",
        &format!("nginx/{version}"),
        compiler,
        "OS: Linux 6.1.0-37-amd64",
        "getrlimit(RLIMIT_NOFILE): 1048576:1048576",
        "start worker processes",
        "start worker process 29",
    ] {
        notice(&process, "notice", line).await;
    }
    let process = Rc::new(process);
    let version: Rc<str> = version.into();
    let mut connections = Connections::new(process.host.sim.clone());
    let mut listeners = vec![listener];
    loop {
        let served = std::mem::take(&mut listeners);
        let (accepted, inner) = (process.clone(), version.clone());
        let signal = accept_loop(served, signals.clone(), &mut connections, move |_, connection| {
            let (process, version) = (accepted.clone(), inner.clone());
            async move {
                http::serve(connection, |request, peer| {
                    let (process, version) = (process.clone(), version.clone());
                    async move { respond(&process, &version, request.ok(), &peer.ip().to_string()).await }
                })
                .await;
            }
        })
        .await;
        let name = signal.short_name();
        notice(
            &process,
            "notice",
            &format!(
                "signal {} (SIG{name}) received from 1, {}",
                signal.number(),
                match signal {
                    Signal::Quit => "shutting down",
                    Signal::Hup => "reconfiguring",
                    Signal::Usr1 => "reopening logs",
                    _ => "exiting",
                }
            ),
        )
        .await;
        if !matches!(signal, Signal::Hup | Signal::Usr1) {
            notice(&process, "notice", "exit").await;
            return 0;
        }
        match bind(&process, 80).await {
            Some(listener) => listeners.push(listener),
            None => return 1,
        }
    }
}

async fn respond(process: &Process, version: &str, request: Option<Request>, peer: &str) -> Response {
    let (mut response, line) = match &request {
        None => (error_page(400, version), String::new()),
        Some(request) => (
            page(process, version, request),
            format!("{} {} {}", request.method, request.target, request.version),
        ),
    };
    response.headers.0.insert(0, ("Server".to_owned(), format!("nginx/{version}")));
    response.headers.0.insert(1, ("Date".to_owned(), http_date(process)));
    let header =
        |name: &str| request.as_ref().and_then(|request| request.headers.get(name)).unwrap_or("-").to_owned();
    let c = process.host.sim.now().civil();
    let date = http_date(process);
    let month = date.split(' ').nth(2).unwrap_or_default().to_owned();
    process
        .print(&format!(
            "{peer} - - [{:02}/{month}/{}:{:02}:{:02}:{:02} +0000] \"{line}\" {} {} \"{}\" \"{}\" \"{}\"\n",
            c.day,
            c.year,
            c.hour,
            c.minute,
            c.second,
            response.status,
            response.body.len(),
            header("Referer"),
            header("User-Agent"),
            header("X-Forwarded-For"),
        ))
        .await;
    response
}

fn page(process: &Process, version: &str, request: &Request) -> Response {
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return error_page(405, version);
    }
    let path = podground_vfs::normalize(&percent_decode(request.path()));
    let mut file = format!("/usr/share/nginx/html{path}");
    let files = &process.host.files;
    if files.is_directory(&file) {
        if !request.path().ends_with('/') {
            return error_page(301, version).with_header("Location", format!("{path}/"));
        }
        file = format!("{}/index.html", file.trim_end_matches('/'));
        if !files.exists(&file) {
            return error_page(403, version);
        }
    }
    match files.read(&file) {
        Ok(bytes) => Response::new(200, bytes.to_vec())
            .with_header("Content-Type", content_type(&file))
            .with_header("Content-Length", bytes.len().to_string())
            .with_header("Accept-Ranges", "bytes"),
        Err(podground_vfs::Error::PermissionDenied) => error_page(403, version),
        Err(_) => error_page(404, version),
    }
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html" | "htm") => "text/html",
        Some("css") => "text/css",
        Some("js") => "application/javascript",
        Some("json") => "application/json",
        Some("txt") => "text/plain",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

fn error_page(status: u16, version: &str) -> Response {
    let reason = match status {
        405 => "Not Allowed",
        other => http::reason(other),
    };
    let title = format!("{status} {reason}");
    let body = format!(
        "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n\
         <hr><center>nginx/{version}</center>\r\n</body>\r\n</html>\r\n"
    );
    Response::new(status, body).with_header("Content-Type", "text/html")
}
