//! Reading nginx' configuration: directives, blocks, includes.

use podground_vfs::{FileSystem, glob, join, parent};

/// A directive with its place.
#[derive(Clone, Debug)]
pub(super) struct Directive {
    pub(super) name: String,
    pub(super) args: Vec<String>,
    pub(super) block: Option<Vec<Directive>>,
    pub(super) file: String,
    pub(super) line: usize,
}

impl Directive {
    /// `in /etc/nginx/nginx.conf:3`, as errors end.
    pub(super) fn place(&self) -> String {
        format!("in {}:{}", self.file, self.line)
    }

    pub(super) fn arg(&self, index: usize) -> &str {
        self.args.get(index).map_or("", String::as_str)
    }
}

/// The first directive of that name.
pub(super) fn find<'a>(directives: &'a [Directive], name: &str) -> Option<&'a Directive> {
    directives.iter().find(|directive| directive.name == name)
}

/// All directives of that name.
pub(super) fn all<'a>(directives: &'a [Directive], name: &'a str) -> impl Iterator<Item = &'a Directive> {
    directives.iter().filter(move |directive| directive.name == name)
}

/// The directives that are known; those that change nothing that is simulated are taken and left alone.
const KNOWN: &[&str] = &[
    "absolute_redirect",
    "access_log",
    "add_header",
    "alias",
    "allow",
    "auth_basic",
    "auth_basic_user_file",
    "autoindex",
    "charset",
    "client_body_buffer_size",
    "client_body_timeout",
    "client_header_buffer_size",
    "client_header_timeout",
    "client_max_body_size",
    "daemon",
    "default_type",
    "deny",
    "env",
    "error_log",
    "error_page",
    "etag",
    "events",
    "expires",
    "fastcgi_pass",
    "geo",
    "gzip",
    "gzip_comp_level",
    "gzip_min_length",
    "gzip_proxied",
    "gzip_types",
    "gzip_vary",
    "http",
    "http2",
    "if",
    "include",
    "index",
    "internal",
    "ip_hash",
    "keepalive",
    "keepalive_requests",
    "keepalive_timeout",
    "large_client_header_buffers",
    "least_conn",
    "limit_conn",
    "limit_except",
    "limit_req",
    "limit_req_zone",
    "listen",
    "location",
    "log_format",
    "log_not_found",
    "map",
    "multi_accept",
    "open_file_cache",
    "pid",
    "port_in_redirect",
    "proxy_buffer_size",
    "proxy_buffering",
    "proxy_buffers",
    "proxy_busy_buffers_size",
    "proxy_cache",
    "proxy_cache_bypass",
    "proxy_cache_path",
    "proxy_connect_timeout",
    "proxy_hide_header",
    "proxy_http_version",
    "proxy_intercept_errors",
    "proxy_next_upstream",
    "proxy_pass",
    "proxy_pass_header",
    "proxy_pass_request_headers",
    "proxy_read_timeout",
    "proxy_redirect",
    "proxy_request_buffering",
    "proxy_send_timeout",
    "proxy_set_header",
    "proxy_ssl_verify",
    "real_ip_header",
    "resolver",
    "return",
    "rewrite",
    "root",
    "satisfy",
    "sendfile",
    "server",
    "server_name",
    "server_names_hash_bucket_size",
    "server_tokens",
    "set",
    "set_real_ip_from",
    "ssl",
    "ssl_certificate",
    "ssl_certificate_key",
    "ssl_ciphers",
    "ssl_client_certificate",
    "ssl_dhparam",
    "ssl_prefer_server_ciphers",
    "ssl_protocols",
    "ssl_session_cache",
    "ssl_session_tickets",
    "ssl_session_timeout",
    "ssl_stapling",
    "ssl_verify_client",
    "stream",
    "stub_status",
    "tcp_nodelay",
    "tcp_nopush",
    "thread_pool",
    "try_files",
    "types",
    "types_hash_max_size",
    "underscores_in_headers",
    "upstream",
    "use",
    "user",
    "worker_connections",
    "worker_processes",
    "worker_rlimit_nofile",
    "worker_shutdown_timeout",
    "zone",
];

/// Reads a file and all that it includes; the error is what nginx prints behind `[emerg]`.
pub(super) fn read(
    files: &FileSystem,
    path: &str,
    from: Option<&Directive>,
) -> Result<Vec<Directive>, String> {
    let text = files.read_to_string(path).map_err(|error| {
        let number = if error == podground_vfs::Error::NotFound { 2 } else { 21 };
        let place = from.map(|from| format!(" {}", from.place())).unwrap_or_default();
        format!("open() \"{path}\" failed ({number}: {error}){place}")
    })?;
    parse(files, &text, path)
}

/// Reads directives from a text.
pub(super) fn parse(files: &FileSystem, text: &str, path: &str) -> Result<Vec<Directive>, String> {
    let mut parser = Parser { files, tokens: tokens(text, path)?, at: 0, file: path };
    parser.block(false)
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Open,
    Close,
    End,
}

fn tokens(text: &str, path: &str) -> Result<Vec<(Token, usize)>, String> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => line += 1,
            c if c.is_whitespace() => {}
            '#' => while chars.next_if(|c| *c != '\n').is_some() {},
            ';' => tokens.push((Token::End, line)),
            '{' => tokens.push((Token::Open, line)),
            '}' => tokens.push((Token::Close, line)),
            '"' | '\'' => {
                let start = line;
                let mut word = String::new();
                loop {
                    match chars.next() {
                        None => {
                            return Err(format!(
                                "unexpected end of file, expecting \";\" or \"}}\" in {path}:{start}"
                            ));
                        }
                        Some('\\') => word.extend(chars.next()),
                        Some(end) if end == c => break,
                        Some(inner) => {
                            line += usize::from(inner == '\n');
                            word.push(inner);
                        }
                    }
                }
                tokens.push((Token::Word(word), start));
            }
            first => {
                let mut word = String::from(first);
                // `${name}` is the one place for a brace in a word.
                while let Some(next) = chars.peek().copied() {
                    let variable = word.ends_with('$') && next == '{';
                    if !variable && (next.is_whitespace() || matches!(next, ';' | '{')) {
                        break;
                    }
                    if next == '}' && !word.contains("${") {
                        break;
                    }
                    word.push(next);
                    chars.next();
                }
                tokens.push((Token::Word(word), line));
            }
        }
    }
    tokens.push((Token::Close, line));
    Ok(tokens)
}

struct Parser<'a> {
    files: &'a FileSystem,
    tokens: Vec<(Token, usize)>,
    at: usize,
    file: &'a str,
}

impl Parser<'_> {
    fn next(&mut self) -> Option<(Token, usize)> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn block(&mut self, inner: bool) -> Result<Vec<Directive>, String> {
        let mut directives = Vec::new();
        let file = self.file.to_owned();
        loop {
            let Some((token, line)) = self.next() else { return Ok(directives) };
            let name = match token {
                Token::Word(name) => name,
                Token::Close if self.at == self.tokens.len() => {
                    // The closing token behind the end of the text.
                    return if inner {
                        Err(format!("unexpected end of file, expecting \"}}\" in {file}:{line}"))
                    } else {
                        Ok(directives)
                    };
                }
                Token::Close if inner => return Ok(directives),
                Token::Close => return Err(format!("unexpected \"}}\" in {file}:{line}")),
                Token::Open => return Err(format!("unexpected \"{{\" in {file}:{line}")),
                Token::End => return Err(format!("unexpected \";\" in {file}:{line}")),
            };
            let mut args = Vec::new();
            let block = loop {
                match self.next() {
                    Some((Token::Word(word), _)) => args.push(word),
                    Some((Token::End, _)) => break None,
                    Some((Token::Open, _)) => break Some(self.values_or_block(&name)?),
                    Some((Token::Close, at)) if self.at < self.tokens.len() => {
                        return Err(format!("unexpected \"}}\" in {file}:{at}"));
                    }
                    Some((Token::Close, at)) => {
                        return Err(format!(
                            "unexpected end of file, expecting \";\" or \"}}\" in {file}:{at}"
                        ));
                    }
                    None => return Ok(directives),
                }
            };
            let directive = Directive { name, args, block, file: file.clone(), line };
            if directive.name == "include" {
                directives.extend(self.include(&directive)?);
            } else if KNOWN.contains(&directive.name.as_str()) {
                directives.push(directive);
            } else {
                return Err(format!("unknown directive \"{}\" {}", directive.name, directive.place()));
            }
        }
    }

    /// The inside of `types` and `map` are pairs, not directives.
    fn values_or_block(&mut self, name: &str) -> Result<Vec<Directive>, String> {
        if !matches!(name, "types" | "map" | "geo") {
            return self.block(true);
        }
        loop {
            match self.next() {
                Some((Token::Close, _)) | None => return Ok(Vec::new()),
                Some(_) => {}
            }
        }
    }

    fn include(&self, directive: &Directive) -> Result<Vec<Directive>, String> {
        let pattern = join("/etc/nginx", directive.arg(0));
        if pattern.ends_with("mime.types") {
            return Ok(Vec::new());
        }
        if !pattern.contains(['*', '?', '[']) {
            return read(self.files, &pattern, Some(directive));
        }
        let folder = parent(&pattern).to_owned();
        let mut directives = Vec::new();
        for path in glob(self.files, &folder, &pattern) {
            directives.extend(read(self.files, &path, Some(directive))?);
        }
        Ok(directives)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use podground_vfs::Tree;
    use std::rc::Rc;

    #[test]
    fn blocks_includes_and_errors() {
        let files = FileSystem::new(Tree::new(), Rc::new(|| 0));
        files.create_directories("/etc/nginx/conf.d").unwrap();
        files.write("/etc/nginx/conf.d/a.conf", b"server { listen 81; # x\n return 200 'a;b'; }").unwrap();
        let parsed = parse(&files, "http {\n  include conf.d/*.conf;\n}\n", "x.conf").unwrap();
        let server = &parsed[0].block.as_ref().unwrap()[0];
        let inner = server.block.as_ref().unwrap();
        assert_eq!((inner[0].arg(0), inner[1].arg(1)), ("81", "a;b"));
        let error = |text: &str| parse(&files, text, "/x").unwrap_err();
        assert_eq!(error("\nfoo 1;"), "unknown directive \"foo\" in /x:2");
        assert_eq!(error("server { listen 80; "), "unexpected end of file, expecting \"}\" in /x:1");
        assert_eq!(error("}"), "unexpected \"}\" in /x:1");
        assert_eq!(
            error("include missing.conf;"),
            "open() \"/etc/nginx/missing.conf\" failed (2: No such file or directory) in /x:1"
        );
    }
}
