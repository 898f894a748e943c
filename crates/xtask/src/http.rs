//! A static server, as plain as the hosts that the page is made for: no compression, no special headers, and on
//! demand a path to live under.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Component, Path, PathBuf},
    time::Duration,
};

use crate::Failure;

/// A folder, served.
pub(crate) struct Server {
    listener: TcpListener,
    folder: PathBuf,
    base: String,
}

impl Server {
    /// Takes the port (0: any free one). `base` is the path that the folder appears under, as `/` or `/x/`.
    pub(crate) fn bind(folder: PathBuf, port: u16, base: &str) -> Result<Self, Failure> {
        let listener = TcpListener::bind(("127.0.0.1", port)).map_err(|error| match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!("port {port} is taken: stop what uses it, or choose another (--port 8081)")
            }
            _ => format!("cannot listen on port {port}: {error}"),
        })?;
        let trimmed = base.trim_matches('/');
        let base = if trimmed.is_empty() { "/".to_owned() } else { format!("/{trimmed}/") };
        Ok(Self { listener, folder, base })
    }

    /// The page's address.
    pub(crate) fn url(&self) -> Result<String, Failure> {
        let address: SocketAddr = self.listener.local_addr().map_err(|error| error.to_string())?;
        Ok(format!("http://{address}{}", self.base))
    }

    /// Serves until the process ends.
    pub(crate) fn run(self) {
        let shared = std::sync::Arc::new(self);
        for stream in shared.listener.incoming().flatten() {
            let server = std::sync::Arc::clone(&shared);
            std::thread::spawn(move || server.answer(&stream));
        }
    }

    /// A browser that hangs up in the middle is no concern of ours: errors of the socket end the connection.
    fn answer(&self, stream: &TcpStream) -> Option<()> {
        stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
        let mut lines = BufReader::new(stream).lines();
        let request = lines.next()?.ok()?;
        for line in lines.by_ref() {
            if line.ok()?.is_empty() {
                break;
            }
        }
        let mut words = request.split(' ');
        let (method, target) = (words.next()?, words.next()?);
        let reply = if method == "GET" || method == "HEAD" { self.find(target) } else { Reply::status(405) };
        let mut head = format!(
            "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\nConnection: close\r\n",
            reply.status,
            reply.mime,
            reply.body.len()
        );
        if let Some(location) = &reply.location {
            head.push_str(&format!("Location: {location}\r\n"));
        }
        let mut stream = stream;
        stream.write_all(format!("{head}\r\n").as_bytes()).ok()?;
        if method != "HEAD" {
            stream.write_all(&reply.body).ok()?;
        }
        stream.flush().ok()
    }

    fn find(&self, target: &str) -> Reply {
        let path = target.split(['?', '#']).next().unwrap_or_default();
        let Some(path) = decode(path) else { return Reply::status(400) };
        if format!("{path}/") == self.base {
            return Reply { location: Some(self.base.clone()), ..Reply::status(301) };
        }
        let Some(inside) = path.strip_prefix(&self.base) else { return Reply::status(404) };
        let inside = Path::new(inside);
        if !inside.components().all(|part| matches!(part, Component::Normal(_))) {
            return Reply::status(404);
        }
        let mut file = self.folder.join(inside);
        if file.is_dir() {
            file.push("index.html");
        }
        match fs::read(&file) {
            Ok(body) => Reply { status: "200 OK", mime: mime(&file), location: None, body },
            Err(_) => Reply::status(404),
        }
    }
}

struct Reply {
    status: &'static str,
    mime: &'static str,
    location: Option<String>,
    body: Vec<u8>,
}

impl Reply {
    fn status(code: u16) -> Self {
        let status = match code {
            301 => "301 Moved Permanently",
            400 => "400 Bad Request",
            405 => "405 Method Not Allowed",
            _ => "404 Not Found",
        };
        Self {
            status,
            mime: "text/plain; charset=utf-8",
            location: None,
            body: format!("{status}\n").into_bytes(),
        }
    }
}

fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        if *first == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

fn mime(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        // Browsers compile while loading only under this name.
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "md" => "text/markdown; charset=utf-8",
        "yaml" | "yml" | "txt" | "sh" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::{Server, decode};
    use crate::paths;

    #[test]
    fn serves_files_under_its_base_only() {
        let server = Server::bind(paths::root(), 0, "x").expect("a free port");
        assert_eq!(server.find("/x/Cargo.toml?v=1").status, "200 OK");
        assert_eq!(server.find("/x").location.as_deref(), Some("/x/"));
        for outside in
            ["/Cargo.toml", "/x/../Cargo.toml", "/x/%2e%2e/etc/passwd", "/x//etc/passwd", "/x/nope"]
        {
            assert_eq!(server.find(outside).status, "404 Not Found", "{outside}");
        }
        assert_eq!(server.find("/x/%zz").status, "400 Bad Request");
    }

    #[test]
    fn decodes_percents() {
        assert_eq!(decode("/%EB%A0%88/a%20b").as_deref(), Some("/레/a b"));
        assert_eq!(decode("/%f"), None);
    }
}
