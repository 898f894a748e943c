//! URLs as `curl` and `wget` take them.

use std::fmt;

/// A URL in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// `http` or `https`, in lower case.
    pub scheme: String,
    /// `name:password`, if given.
    pub user: Option<String>,
    /// The host without brackets.
    pub host: String,
    /// The port, the scheme's own if none was given.
    pub port: u16,
    /// The path, with a slash at its beginning.
    pub path: String,
    /// What follows the question mark.
    pub query: Option<String>,
}

/// What is wrong with a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UrlError {
    /// There is no host.
    NoHost,
    /// The port is no number up to 65535.
    BadPort,
    /// The scheme is neither `http` nor `https`.
    Unsupported,
}

impl Url {
    /// Reads a URL; without a scheme it is `http`.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) => (scheme.to_ascii_lowercase(), rest),
            None => ("http".to_owned(), text),
        };
        let default = match scheme.as_str() {
            "http" | "ws" => 80,
            "https" | "wss" => 443,
            _ => return Err(UrlError::Unsupported),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let (user, authority) = match authority.rsplit_once('@') {
            Some((user, authority)) => (Some(percent_decode(user)), authority),
            None => (None, authority),
        };
        let (host, port) = if let Some(inner) = authority.strip_prefix('[') {
            let (host, rest) = inner.split_once(']').ok_or(UrlError::NoHost)?;
            (host, rest.strip_prefix(':'))
        } else {
            match authority.rsplit_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (authority, None),
            }
        };
        let port = match port {
            None | Some("") => default,
            Some(port) => port.parse().map_err(|_| UrlError::BadPort)?,
        };
        if host.is_empty() {
            return Err(UrlError::NoHost);
        }
        let rest = rest.split('#').next().unwrap_or_default();
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (rest, None),
        };
        let path = if path.is_empty() { "/".to_owned() } else { path.to_owned() };
        Ok(Self { scheme, user, host: host.to_owned(), port, path, query })
    }

    /// Path and query: what a request asks for.
    pub fn target(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }

    /// Host and, if it is not the scheme's own, port: what the field `Host` says.
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let own = matches!((self.scheme.as_str(), self.port), ("http" | "ws", 80) | ("https" | "wss", 443));
        if own { host } else { format!("{host}:{}", self.port) }
    }

    /// A link seen from this URL.
    pub fn join(&self, link: &str) -> Result<Self, UrlError> {
        if link.contains("://") {
            return Self::parse(link);
        }
        let origin = format!("{}://{}", self.scheme, self.authority());
        if link.starts_with('/') {
            return Self::parse(&format!("{origin}{link}"));
        }
        let folder = &self.path[..=self.path.rfind('/').unwrap_or(0)];
        Self::parse(&format!("{origin}{folder}{link}"))
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority(), self.target())
    }
}

/// Replaces `%41` by `A`.
pub fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        let code = (*first == b'%')
            .then(|| tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok()))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match code {
            Some(code) => {
                bytes.push(code);
                rest = &tail[2..];
            }
            None => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_have_parts() {
        let url = Url::parse("https://user:pa%20ss@example.com:8443/a/b?x=1#top").unwrap();
        assert_eq!((url.host.as_str(), url.port, url.target().as_str()), ("example.com", 8443, "/a/b?x=1"));
        assert_eq!(url.user.as_deref(), Some("user:pa ss"));
        assert_eq!(Url::parse("localhost:8888").unwrap().to_string(), "http://localhost:8888/");
        assert_eq!(Url::parse("http://[::1]:80/").unwrap().authority(), "[::1]");
        assert_eq!(url.join("c").unwrap().path, "/a/c");
        assert_eq!(url.join("/c").unwrap().port, 8443);
        assert_eq!(Url::parse("ftp://x").unwrap_err(), UrlError::Unsupported);
        assert_eq!(Url::parse("http://x:99999").unwrap_err(), UrlError::BadPort);
    }
}
