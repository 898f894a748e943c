//! `curl`

use std::time::Duration;

use podground_shell::{NetworkError, Process};

use crate::http::tls::TlsError;
use crate::http::{self, HttpError, MessageError, Request, Response, Shown, Trust, Url};
use crate::openssl::gmt;
use crate::x509::{Certificate, VerifyError};

/// What the command line asks for.
#[derive(Default)]
struct Options {
    urls: Vec<String>,
    method: Option<String>,
    headers: Vec<(String, String)>,
    data: Option<String>,
    user: Option<String>,
    output: Option<String>,
    remote_name: bool,
    write_out: Option<String>,
    silent: bool,
    show_error: bool,
    include: bool,
    head: bool,
    follow: bool,
    fail: bool,
    verbose: bool,
    max_time: Option<Duration>,
    agent: Option<String>,
    resolve: Vec<String>,
    insecure: bool,
    authority: Option<String>,
}

/// Options of one letter that take a value, and their long names.
const VALUED: &[(&str, char)] = &[
    ("request", 'X'),
    ("header", 'H'),
    ("data", 'd'),
    ("data-raw", 'd'),
    ("user", 'u'),
    ("output", 'o'),
    ("write-out", 'w'),
    ("max-time", 'm'),
    ("connect-timeout", 'm'),
    ("user-agent", 'A'),
    ("resolve", '1'),
    ("cacert", '5'),
    ("cert", '2'),
    ("key", '2'),
    ("retry", '2'),
];

/// Options that take none.
const PLAIN: &[(&str, char)] = &[
    ("silent", 's'),
    ("show-error", 'S'),
    ("insecure", 'k'),
    ("verbose", 'v'),
    ("include", 'i'),
    ("head", 'I'),
    ("location", 'L'),
    ("fail", 'f'),
    ("remote-name", 'O'),
    ("http1.1", '3'),
    ("compressed", '3'),
    ("no-progress-meter", '4'),
];

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let options = parse(process).await?;
    if options.urls.is_empty() {
        process.eprint("curl: (2) no URL specified\ncurl: try 'curl --help' for more information\n").await;
        return Err(2);
    }
    let mut status = 0;
    for url in &options.urls {
        status = one(process, &options, url).await;
    }
    Ok(status)
}

async fn parse(process: &Process) -> Result<Options, u8> {
    let mut options = Options::default();
    let mut words = process.args.iter().skip(1);
    while let Some(word) = words.next() {
        if let Some(long) = word.strip_prefix("--") {
            if long == "help" {
                process.print("Usage: curl [options...] <url>\n").await;
                return Err(0);
            }
            let (name, attached) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (long, None),
            };
            if let Some((_, letter)) = PLAIN.iter().find(|(known, _)| *known == name) {
                plain(&mut options, *letter);
            } else if let Some((_, letter)) = VALUED.iter().find(|(known, _)| *known == name) {
                let value = match attached {
                    Some(value) => value,
                    None => value_of(process, word, words.next()).await?,
                };
                valued(&mut options, *letter, value);
            } else {
                return Err(unknown(process, word).await);
            }
        } else if let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            let mut rest = letters.chars();
            while let Some(letter) = rest.next() {
                if PLAIN.iter().any(|(_, known)| *known == letter) {
                    plain(&mut options, letter);
                } else if VALUED.iter().any(|(_, known)| *known == letter) {
                    let attached: String = rest.by_ref().collect();
                    let value = if attached.is_empty() {
                        value_of(process, &format!("-{letter}"), words.next()).await?
                    } else {
                        attached
                    };
                    valued(&mut options, letter, value);
                } else {
                    return Err(unknown(process, &format!("-{letter}")).await);
                }
            }
        } else {
            options.urls.push(word.clone());
        }
    }
    Ok(options)
}

async fn value_of(process: &Process, option: &str, value: Option<&String>) -> Result<String, u8> {
    if let Some(value) = value {
        return Ok(value.clone());
    }
    process
        .eprint(&format!(
            "curl: option {option}: requires parameter\ncurl: try 'curl --help' for more information\n"
        ))
        .await;
    Err(2)
}

async fn unknown(process: &Process, option: &str) -> u8 {
    process
        .eprint(&format!("curl: option {option}: is unknown\ncurl: try 'curl --help' for more information\n"))
        .await;
    2
}

fn plain(options: &mut Options, letter: char) {
    match letter {
        's' | '4' => options.silent = true,
        'S' => options.show_error = true,
        'v' => options.verbose = true,
        'i' => options.include = true,
        'I' => options.head = true,
        'L' => options.follow = true,
        'f' => options.fail = true,
        'O' => options.remote_name = true,
        'k' => options.insecure = true,
        // What concerns encodings makes no difference here.
        _ => {}
    }
}

fn valued(options: &mut Options, letter: char, value: String) {
    match letter {
        'X' => options.method = Some(value),
        'H' => {
            if let Some((name, value)) = value.split_once(':') {
                options.headers.push((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
        'd' => {
            options.data = Some(match options.data.take() {
                Some(data) => format!("{data}&{value}"),
                None => value,
            });
        }
        'u' => options.user = Some(value),
        'o' => options.output = Some(value),
        'w' => options.write_out = Some(value),
        'm' => {
            options.max_time =
                value.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        }
        'A' => options.agent = Some(value),
        '1' => options.resolve.push(value),
        '5' => options.authority = Some(value),
        _ => {}
    }
}

/// Why a transfer failed: curl's number and its sentence.
struct Failure(u8, String);

async fn one(process: &Process, options: &Options, text: &str) -> u8 {
    let started = process.host.sim.now();
    let work = transfer(process, options, text);
    let result = match options.max_time {
        Some(limit) => process.host.sim.timeout(limit, work).await.unwrap_or_else(|| {
            let millis = process.host.sim.now().since(started).as_millis();
            Err(Failure(28, format!("Connection timed out after {millis} milliseconds")))
        }),
        None => work.await,
    };
    match result {
        Ok(status) => status,
        Err(Failure(code, sentence)) => {
            if !options.silent || options.show_error {
                process.eprint(&format!("curl: ({code}) {sentence}\n")).await;
            }
            code
        }
    }
}

async fn transfer(process: &Process, options: &Options, text: &str) -> Result<u8, Failure> {
    let mut url =
        Url::parse(text).map_err(|_| Failure(3, "URL using bad/illegal format or missing URL".to_owned()))?;
    let user = match &options.user {
        Some(user) if !user.contains(':') => {
            let password = password(process, user).await;
            Some(format!("{user}:{password}"))
        }
        user => user.clone(),
    };
    let mut hops = 0;
    let (request, response) = loop {
        let request = request(options, &url, user.as_deref());
        let response = send(process, options, &url, request.clone()).await?;
        let link = response.headers.get("location").map(str::to_owned);
        match link.filter(|_| options.follow && (300..400).contains(&response.status)) {
            Some(link) if hops < 50 => {
                url = url.join(&link).map_err(|_| Failure(3, "bad redirect".to_owned()))?;
                hops += 1;
            }
            _ => break (request, response),
        }
    };
    if options.verbose {
        told_response(process, &response).await;
    }
    if options.fail && response.status >= 400 {
        return Err(Failure(22, format!("The requested URL returned error: {}", response.status)));
    }
    put_out(process, options, &url, &request, &response).await
}

fn request(options: &Options, url: &Url, user: Option<&str>) -> Request {
    let method = match (&options.method, options.head, &options.data) {
        (Some(method), _, _) => method.as_str(),
        (None, true, _) => "HEAD",
        (None, false, Some(_)) => "POST",
        (None, false, None) => "GET",
    };
    let mut request = Request::new(method, &url.target()).with_header("Host", url.authority());
    if let Some(user) = user {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(user);
        request = request.with_header("Authorization", format!("Basic {text}"));
    }
    let agent = options.agent.as_deref().unwrap_or("curl/8.14.1");
    request = request.with_header("User-Agent", agent).with_header("Accept", "*/*");
    for (name, value) in &options.headers {
        request.headers.set(name, value.as_str());
    }
    if let Some(data) = &options.data {
        request.body = data.clone().into_bytes();
        if request.headers.get("content-type").is_none() {
            request = request.with_header("Content-Type", "application/x-www-form-urlencoded");
        }
        request = request.with_header("Content-Length", data.len().to_string());
    }
    request
}

async fn password(process: &Process, user: &str) -> String {
    crate::ask::hidden(process, &format!("Enter host password for user '{user}':")).await
}

async fn send(
    process: &Process,
    options: &Options,
    url: &Url,
    request: Request,
) -> Result<Response, Failure> {
    let started = process.host.sim.now();
    // `--resolve host:port:address` goes before the name server.
    let pinned = options.resolve.iter().find_map(|entry| {
        let mut parts = entry.splitn(3, ':');
        let (host, port, address) = (parts.next()?, parts.next()?, parts.next()?);
        (host == url.host && port == url.port.to_string()).then(|| address.to_owned())
    });
    let trust = trust(process, options)?;
    let now = process.host.sim.now();
    let opened = http::open(process.host.network.as_ref(), url, pinned.as_deref(), &trust, now).await;
    let (host, port) = (&url.host, url.port);
    let failure = |error| {
        let millis = process.host.sim.now().since(started).as_millis();
        let unreachable =
            format!("Failed to connect to {host} port {port} after {millis} ms: Could not connect to server");
        match error {
            HttpError::Resolve(_) => Failure(6, format!("Could not resolve host: {host}")),
            HttpError::Connect(NetworkError::TimedOut) => Failure(28, unreachable),
            HttpError::Connect(_) => Failure(7, unreachable),
            HttpError::Message(MessageError::Closed) => Failure(52, "Empty reply from server".to_owned()),
            HttpError::Message(_) => Failure(1, "Received HTTP/0.9 when not allowed".to_owned()),
            HttpError::Tls(error) => no_tls(&error, host, port),
            HttpError::Verify(error) => no_trust(&error, host),
        }
    };
    let (mut stream, shown) = opened.map_err(failure)?;
    if options.verbose {
        told_certificate(process, options, &shown).await;
        told_request(process, url, &request).await;
    }
    stream.write(&request.encode()).await;
    stream.read_response(&request.method).await.map_err(|error| failure(HttpError::Message(error)))
}

/// Whom the command line trusts: `--cacert`, or what the machine does.
fn trust(process: &Process, options: &Options) -> Result<Trust, Failure> {
    let files = &process.host.files;
    let named = options.authority.as_deref().or_else(|| process.env("CURL_CA_BUNDLE"));
    let text = match named {
        Some(path) => files
            .read_to_string(&process.path(path))
            .map_err(|_| Failure(77, format!("error setting certificate file: {path}")))?,
        None => files.read_to_string("/etc/ssl/certs/ca-certificates.crt").unwrap_or_default(),
    };
    Ok(Trust { insecure: options.insecure, roots: Certificate::all_from_pem(&text) })
}

fn no_tls(error: &TlsError, host: &str, port: u16) -> Failure {
    let sentence = match error {
        TlsError::WrongVersion => {
            "TLS connect error: error:0A00010B:SSL routines::wrong version number".to_owned()
        }
        TlsError::Closed => {
            format!("OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to {host}:{port}")
        }
        TlsError::Alert(alert) => format!("TLS connect error: {alert}"),
    };
    Failure(35, sentence)
}

fn no_trust(error: &VerifyError, host: &str) -> Failure {
    const MORE: &str = "More details here: https://curl.se/docs/sslcerts.html\n\n\
        curl failed to verify the legitimacy of the server and therefore could not\n\
        establish a secure connection to it. To learn more about this situation and\n\
        how to fix it, please visit the webpage mentioned above.";
    let kind = if host.parse::<std::net::Ipv4Addr>().is_ok() { "ipv4 address" } else { "host name" };
    match error {
        VerifyError::WrongHost => {
            let sentence =
                format!("SSL: no alternative certificate subject name matches target {kind} '{host}'");
            Failure(60, format!("{sentence}\n{MORE}"))
        }
        error => Failure(60, format!("SSL certificate problem: {error}\n{MORE}")),
    }
}

/// What a secure server has shown, for `-v`.
async fn told_certificate(process: &Process, options: &Options, shown: &Shown) {
    let Some(certificate) = shown.certificates.first() else { return };
    let Certificate { subject, issuer, .. } = certificate;
    let joined = |name: &crate::x509::Name| name.to_string().replace(", ", "; ").replace(" = ", "=");
    let verified = match &shown.doubt {
        None => "*  SSL certificate verify ok.\n".to_owned(),
        Some(doubt) if options.insecure => {
            format!("*  SSL certificate verify result: {doubt} ({}), continuing anyway.\n", doubt.number())
        }
        Some(_) => String::new(),
    };
    let text = format!(
        "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384 / X25519 / RSASSA-PSS\n* Server certificate:\n\
         *  subject: {}\n*  start date: {}\n*  expire date: {}\n*  issuer: {}\n{verified}",
        joined(subject),
        gmt(certificate.not_before),
        gmt(certificate.not_after),
        joined(issuer)
    );
    process.eprint(&text).await;
}

async fn told_request(process: &Process, url: &Url, request: &Request) {
    let mut text = format!(
        "* Connected to {} port {}\n> {} {} HTTP/1.1\n",
        url.host, url.port, request.method, request.target
    );
    for (name, value) in &request.headers.0 {
        text.push_str(&format!("> {name}: {value}\n"));
    }
    process.eprint(&format!("{text}> \n* Request completely sent off\n")).await;
}

async fn told_response(process: &Process, response: &Response) {
    let head = String::from_utf8_lossy(&response.encode_head()).replace('\r', "");
    let mut text = String::new();
    for line in head.trim_end().lines() {
        text.push_str(&format!("< {line}\n"));
    }
    process.eprint(&format!("{text}< \n")).await;
}

async fn put_out(
    process: &Process,
    options: &Options,
    url: &Url,
    request: &Request,
    response: &Response,
) -> Result<u8, Failure> {
    let mut bytes = Vec::new();
    if options.include || options.head {
        bytes.extend(response.encode_head());
    }
    if request.method != "HEAD" {
        bytes.extend(&response.body);
    }
    let file = match &options.output {
        Some(file) => Some(file.clone()),
        None if options.remote_name => {
            Some(podground_vfs::base_name(url.target().split('?').next().unwrap_or("")).to_owned())
        }
        None => None,
    };
    let to_terminal = file.is_none() && process.is_terminal(1);
    if !(options.silent || to_terminal) {
        meter(process, bytes.len()).await;
    }
    match file.as_deref() {
        Some("/dev/null") => {}
        Some(file) => {
            if process.host.files.write(&process.path(file), &bytes).is_err() {
                return Err(Failure(23, "Failure writing output to destination".to_owned()));
            }
        }
        None => {
            if process.write(1, &bytes).await.is_err() {
                return Err(Failure(23, "Failure writing output to destination".to_owned()));
            }
        }
    }
    if let Some(format) = &options.write_out {
        let text = format
            .replace("%{http_code}", &format!("{:03}", response.status))
            .replace("%{response_code}", &format!("{:03}", response.status))
            .replace("%{size_download}", &response.body.len().to_string())
            .replace("%{content_type}", response.headers.get("content-type").unwrap_or_default())
            .replace("%{remote_ip}", &url.host)
            .replace("\\n", "\n")
            .replace("\\t", "\t");
        process.print(&text).await;
    }
    Ok(0)
}

/// The table that curl shows while its output is no terminal.
async fn meter(process: &Process, size: usize) {
    let row = format!(
        "100 {size:>5}  100 {size:>5}    0     0  {size:>5}      0 --:--:-- --:--:-- --:--:-- {size:>5}"
    );
    process
        .eprint(&format!(
            "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n                                 Dload  Upload   Total   Spent    Left  Speed\n\r{row}\n"
        ))
        .await;
}
