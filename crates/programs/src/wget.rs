//! `wget`, in GNU's form and in busybox's.

use std::time::Duration;

use podground_shell::{NetworkError, Process};

use crate::calendar::{self, Zone};
use crate::http::{self, HttpError, Url};
use crate::options::{self, Syntax};
use crate::stream::complain;
use crate::x509::{Certificate, VerifyError};
use crate::{files, flavor, text};

const SYNTAX: Syntax = Syntax::new(
    "qO:T:Scn",
    &[
        ("quiet", 'q'),
        ("output-document=", 'O'),
        ("timeout=", 'T'),
        ("server-response", 'S'),
        ("spider", 's'),
        ("no-check-certificate", 'k'),
        ("no-verbose", 'n'),
        ("tries=", 't'),
    ],
    "[OPTION]... [URL]...",
    "Fetch files over HTTP.",
);

/// What is asked of a download.
struct Job<'a> {
    process: &'a Process,
    url: Url,
    /// The URL as it was given.
    text: &'a str,
    output: Option<&'a str>,
    quiet: bool,
    brief: bool,
    headers: bool,
    spider: bool,
    /// Whether a server need not prove who it is.
    trusting: bool,
}

/// A failure: the exit status, and what is said behind the program's name if anything is.
type Failure = (u8, Option<String>);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    let busybox = flavor::is_busybox(process);
    if parsed.operands.is_empty() {
        process.eprint("wget: missing URL\nUsage: wget [OPTION]... [URL]...\n").await;
        if !busybox {
            process.eprint("\nTry `wget --help' for more options.\n").await;
        }
        return Err(1);
    }
    let limit = parsed.value('T').and_then(|text| text.parse().ok()).unwrap_or(900);
    let mut status = 0;
    for text in &parsed.operands {
        let Ok(url) = Url::parse(text) else {
            let message = if busybox {
                format!("not an http or ftp url: {text}")
            } else {
                format!("{text}: Invalid URL")
            };
            complain(process, message).await;
            status = 1;
            continue;
        };
        let job = Job {
            process,
            url,
            text,
            output: parsed.value('O'),
            quiet: parsed.has('q'),
            brief: parsed.has('n'),
            headers: parsed.has('S'),
            spider: parsed.has('s'),
            trusting: parsed.has('k'),
        };
        let get = async { if busybox { job.busybox().await } else { job.gnu().await } };
        match process.host.sim.timeout(Duration::from_secs(limit), get).await {
            Some(Ok(())) => {}
            Some(Err((code, message))) => {
                if let Some(message) = message {
                    complain(process, message).await;
                }
                status = code;
            }
            None if busybox => {
                complain(process, "download timed out").await;
                status = 1;
            }
            None => {
                process.eprint("failed: Connection timed out.\nGiving up.\n\n").await;
                status = 4;
            }
        }
    }
    Ok(status)
}

impl Job<'_> {
    async fn say(&self, text: &str) {
        if !self.quiet && !self.brief {
            self.process.eprint(&text::for_locale(self.process, text)).await;
        }
    }

    /// The name of the file to write; `None` is standard output.
    fn target(&self) -> Option<String> {
        match self.output {
            Some("-") => None,
            Some(name) => Some(name.to_owned()),
            None if self.url.path.ends_with('/') => Some("index.html".to_owned()),
            None => match podground_vfs::base_name(&self.url.path) {
                "" => Some("index.html".to_owned()),
                name => Some(name.to_owned()),
            },
        }
    }

    async fn put(&self, body: &[u8]) -> Result<(), String> {
        match self.target() {
            None => self.process.write(1, body).await.map_err(|error| error.to_string()),
            Some(name) => files::write(self.process, &name, body).await,
        }
    }

    /// Why the server does not convince, if it does not.
    async fn doubt(&self) -> Option<VerifyError> {
        let files = &self.process.host.files;
        let text = files.read_to_string("/etc/ssl/certs/ca-certificates.crt").unwrap_or_default();
        let trust = http::Trust { insecure: false, roots: Certificate::all_from_pem(&text) };
        let now = self.process.host.sim.now();
        match http::open(self.process.host.network.as_ref(), &self.url, None, &trust, now).await {
            Err(HttpError::Verify(doubt)) => Some(doubt),
            _ => None,
        }
    }

    async fn busybox(&self) -> Result<(), Failure> {
        let url = &self.url;
        let network = &self.process.host.network;
        let failed = |message: String| (1, Some(message));
        let Ok(addresses) = network.resolve(&url.host).await else {
            return Err(failed(format!("bad address '{}'", url.host)));
        };
        let address = addresses.first().map(ToString::to_string).unwrap_or_default();
        self.say(&format!("Connecting to {}:{} ({address}:{})\n", url.host, url.port, url.port)).await;
        if url.scheme == "https" {
            self.say("wget: note: TLS certificate validation not implemented\n").await;
        }
        let response = http::get(network.as_ref(), url, "Wget").await.map_err(|error| {
            failed(match error {
                HttpError::Resolve(_) => format!("bad address '{}'", url.host),
                HttpError::Connect(error) => {
                    format!("can't connect to remote host ({address}): {}", connect_error(error))
                }
                HttpError::Message(_) => "error getting response".to_owned(),
                HttpError::Tls(_) | HttpError::Verify(_) => "TLS error from peer".to_owned(),
            })
        })?;
        if self.headers {
            let head = String::from_utf8_lossy(&response.encode_head()).replace('\r', "");
            let lines: String = head.trim_end().lines().map(|line| format!("  {line}\n")).collect();
            self.process.eprint(&lines).await;
        }
        if response.status >= 400 {
            return Err(failed(format!(
                "server returned error: HTTP/1.1 {} {}",
                response.status, response.reason
            )));
        }
        if self.spider {
            self.say("remote file exists\n").await;
            return Ok(());
        }
        let target = self.target();
        let (before, after, shown) = match &target {
            None => ("writing to stdout\n".to_owned(), "written to stdout\n".to_owned(), "-"),
            Some(name) => (format!("saving to '{name}'\n"), format!("'{name}' saved\n"), name.as_str()),
        };
        self.say(&before).await;
        if let Err(error) = self.put(&response.body).await {
            return Err(failed(format!("can't open '{shown}': {error}")));
        }
        let size = response.body.len();
        self.say(&format!("{shown:<20.20} 100% |{}| {size:5}  0:00:00 ETA\n{after}", "*".repeat(32))).await;
        Ok(())
    }

    async fn gnu(&self) -> Result<(), Failure> {
        let url = &self.url;
        let process = self.process;
        let network = &process.host.network;
        let now =
            || calendar::format(process.host.sim.now(), &Zone::of(process.env("TZ")), "%Y-%m-%d %H:%M:%S");
        let shown =
            if self.text.contains("://") { self.text.to_owned() } else { format!("http://{}", self.text) };
        let slash = if url.path == "/" && !shown.ends_with('/') { "/" } else { "" };
        self.say(&format!("--{}--  {shown}{slash}\n", now())).await;
        let numeric = url.host.parse::<std::net::IpAddr>().is_ok();
        if !numeric {
            self.say(&format!("Resolving {0} ({0})... ", url.host)).await;
        }
        let Ok(addresses) = network.resolve(&url.host).await else {
            self.say("failed: Name or service not known.\n").await;
            return Err((4, Some(format!("unable to resolve host address ‘{}’", url.host))));
        };
        let list: Vec<String> = addresses.iter().map(ToString::to_string).collect();
        if numeric {
            self.say(&format!("Connecting to {}:{}... ", url.host, url.port)).await;
        } else {
            self.say(&format!(
                "{}\nConnecting to {1} ({1})|{2}|:{3}... ",
                list.join(", "),
                url.host,
                list.first().map_or("", String::as_str),
                url.port
            ))
            .await;
        }
        if url.scheme == "https"
            && !self.trusting
            && let Some(doubt) = self.doubt().await
        {
            let host = &url.host;
            process
                .eprint(&format!(
                    "ERROR: cannot verify {host}'s certificate: {doubt}\nTo connect to {host} insecurely, use \
                     `--no-check-certificate'.\n"
                ))
                .await;
            return Err((5, None));
        }
        let response = match http::get(network.as_ref(), url, "Wget/1.21.3").await {
            Ok(response) => response,
            Err(HttpError::Connect(error)) => {
                self.say(&format!("failed: {}.\n", connect_error(error))).await;
                return Err((4, None));
            }
            Err(HttpError::Resolve(_)) => return Err((4, None)),
            Err(HttpError::Tls(_) | HttpError::Verify(_)) => {
                self.say("connected.\nUnable to establish SSL connection.\n").await;
                return Err((4, None));
            }
            Err(HttpError::Message(_)) => {
                self.say(
                    "connected.\nHTTP request sent, awaiting response... No data received.\nGiving up.\n\n",
                )
                .await;
                return Err((4, None));
            }
        };
        let (status, reason) = (response.status, &response.reason);
        self.say("connected.\nHTTP request sent, awaiting response... ").await;
        if self.headers {
            let head = String::from_utf8_lossy(&response.encode_head()).replace('\r', "");
            let lines: String = head.trim_end().lines().map(|line| format!("  {line}\n")).collect();
            self.say(&format!("\n{lines}")).await;
        } else {
            self.say(&format!("{status} {reason}\n")).await;
        }
        if status >= 400 {
            if !self.quiet {
                let prefix = if self.brief { format!("{shown}:\n") } else { String::new() };
                process.eprint(&format!("{prefix}{} ERROR {status}: {reason}.\n\n", now())).await;
            }
            return Err((8, None));
        }
        let size = response.body.len();
        let kind = response
            .headers
            .get("Content-Type")
            .map(|kind| kind.split(';').next().unwrap_or(kind).to_owned());
        let kind = kind.map_or(String::new(), |kind| format!(" [{kind}]"));
        let length = if response.headers.get("Content-Length").is_some() {
            size.to_string()
        } else {
            "unspecified".to_owned()
        };
        self.say(&format!("Length: {length}{kind}\n")).await;
        if self.spider {
            self.say("Remote file exists.\n\n").await;
            return Ok(());
        }
        let target = self.target();
        let name = target.as_deref().unwrap_or("STDOUT");
        self.say(&format!("Saving to: ‘{name}’\n\n")).await;
        if let Err(error) = self.put(&response.body).await {
            return Err((3, Some(format!("{name}: {error}"))));
        }
        let verb =
            if target.is_some() { format!("‘{name}’ saved") } else { "written to stdout".to_owned() };
        self.say(&format!(
            "     0K {:<54} 100%  100M=0s\n\n{} (100 MB/s) - {verb} [{size}/{size}]\n\n",
            ".".repeat(size.div_ceil(1024).min(50)),
            now()
        ))
        .await;
        if self.brief && !self.quiet {
            let name = target.as_deref().unwrap_or("-");
            process
                .eprint(&format!("{} URL:{shown}{slash} [{size}/{size}] -> \"{name}\" [1]\n", now()))
                .await;
        }
        Ok(())
    }
}

fn connect_error(error: NetworkError) -> &'static str {
    match error {
        NetworkError::TimedOut => "Connection timed out",
        NetworkError::HostUnreachable => "No route to host",
        NetworkError::NetworkUnreachable => "Network is unreachable",
        _ => "Connection refused",
    }
}
