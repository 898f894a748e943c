//! `wget`, in GNU's form and in busybox's.

use std::time::Duration;

use podground_shell::{NetworkError, Process};

use crate::http::{self, HttpError, Url};
use crate::options::{self, Syntax};

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

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    if parsed.operands.is_empty() {
        process.eprint("wget: missing URL\nUsage: wget [OPTION]... [URL]...\n").await;
        return Err(1);
    }
    let limit = parsed.value('T').and_then(|text| text.parse().ok()).unwrap_or(900);
    let mut status = 0;
    for text in &parsed.operands {
        let get = fetch(process, text, parsed.value('O'), parsed.has('q'), parsed.has('S'), parsed.has('s'));
        match process.host.sim.timeout(Duration::from_secs(limit), get).await {
            Some(Ok(())) => {}
            Some(Err(message)) => {
                process.eprint(&format!("wget: {message}\n")).await;
                status = 1;
            }
            None => {
                process.eprint("wget: download timed out\n").await;
                status = 1;
            }
        }
    }
    Ok(status)
}

async fn fetch(
    process: &Process,
    text: &str,
    output: Option<&str>,
    quiet: bool,
    headers: bool,
    spider: bool,
) -> Result<(), String> {
    let url = Url::parse(text).map_err(|_| format!("not an http or ftp url: {text}"))?;
    if !quiet {
        process.eprint(&format!("Connecting to {}:{}\n", url.host, url.port)).await;
    }
    if url.scheme == "https" {
        process.eprint("wget: note: TLS certificate validation not implemented\n").await;
    }
    let response =
        http::get(process.host.network.as_ref(), &url, "Wget").await.map_err(|error| match error {
            HttpError::Resolve(_) => format!("bad address '{}'", url.host),
            HttpError::Connect(NetworkError::TimedOut) => {
                format!("can't connect to remote host ({}): Connection timed out", url.host)
            }
            HttpError::Connect(NetworkError::HostUnreachable | NetworkError::NetworkUnreachable) => {
                format!("can't connect to remote host ({}): No route to host", url.host)
            }
            HttpError::Connect(_) => {
                format!("can't connect to remote host ({}): Connection refused", url.host)
            }
            HttpError::Message(_) => "error getting response".to_owned(),
            HttpError::Tls(_) | HttpError::Verify(_) => "TLS error from peer".to_owned(),
        })?;
    if headers {
        process.eprint(&String::from_utf8_lossy(&response.encode_head()).replace('\r', "")).await;
    }
    if response.status >= 400 {
        return Err(format!("server returned error: HTTP/1.1 {} {}", response.status, response.reason));
    }
    if spider {
        if !quiet {
            process.eprint("remote file exists\n").await;
        }
        return Ok(());
    }
    let name = match output {
        Some("-") => {
            process.write(1, &response.body).await.map_err(|_| "write error".to_owned())?;
            return Ok(());
        }
        Some(name) => name.to_owned(),
        None => match podground_vfs::base_name(url.path.trim_end_matches('/')) {
            "" => "index.html".to_owned(),
            name => name.to_owned(),
        },
    };
    process
        .host
        .files
        .write(&process.path(&name), &response.body)
        .map_err(|error| format!("can't open '{name}': {error}"))?;
    if !quiet {
        process.eprint(&format!("saving to '{name}'\n'{name}' saved\n")).await;
    }
    Ok(())
}
