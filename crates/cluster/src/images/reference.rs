//! Image references: `luksa/kubia:v1` means `docker.io/luksa/kubia:v1`.

use std::fmt;

/// A complete reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference {
    /// The registry: `docker.io`.
    pub host: String,
    /// The repository in it: `library/nginx`.
    pub path: String,
    /// The tag; `latest` where neither tag nor digest was given.
    pub tag: Option<String>,
    /// The digest: `sha256:…`.
    pub digest: Option<String>,
}

/// Why a text is no reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceError(String);

impl fmt::Display for ReferenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Reference {
    /// Reads a reference as container tools do, with the defaults of Docker Hub.
    // Upstream: github.com/distribution/reference ParseNormalizedNamed
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let invalid = || ReferenceError("invalid reference format".to_owned());
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (text, None),
        };
        if let Some(digest) = digest {
            let (algorithm, hex) = digest.split_once(':').ok_or_else(invalid)?;
            let is_hex = hex.len() >= 32 && hex.bytes().all(|b| b.is_ascii_hexdigit());
            if algorithm.is_empty() || !is_hex {
                return Err(invalid());
            }
        }
        let slash = rest.rfind('/').map_or(0, |index| index + 1);
        let (name, tag) = match rest[slash..].rfind(':') {
            Some(colon) => (&rest[..slash + colon], Some(&rest[slash + colon + 1..])),
            None => (rest, None),
        };
        if let Some(tag) = tag {
            let valid = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
            let starts = tag.bytes().next().is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
            if !starts || tag.len() > 128 || !tag.bytes().all(valid) {
                return Err(invalid());
            }
        }
        let (host, path) = match name.split_once('/') {
            Some((host, path))
                if host.contains(['.', ':'])
                    || host == "localhost"
                    || host.bytes().any(|b| b.is_ascii_uppercase()) =>
            {
                (host.to_owned(), path.to_owned())
            }
            Some(_) => ("docker.io".to_owned(), name.to_owned()),
            None => ("docker.io".to_owned(), format!("library/{name}")),
        };
        let host = if host == "index.docker.io" { "docker.io".to_owned() } else { host };
        let path = if host == "docker.io" && !path.contains('/') { format!("library/{path}") } else { path };
        if path.bytes().any(|b| b.is_ascii_uppercase()) {
            let text = format!("invalid reference format: repository name ({path}) must be lowercase");
            return Err(ReferenceError(text));
        }
        let component = |part: &str| {
            let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._-".contains(&b);
            let edge = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
            edge(part.bytes().next()) && edge(part.bytes().last()) && part.bytes().all(inner)
        };
        let host_ok = host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b));
        if !host_ok || path.is_empty() || !path.split('/').all(component) {
            return Err(invalid());
        }
        let tag = tag.map(str::to_owned).or_else(|| digest.is_none().then(|| "latest".to_owned()));
        Ok(Self { host, path, tag, digest: digest.map(str::to_owned) })
    }

    /// Registry and repository: `docker.io/library/nginx`.
    pub fn repository(&self) -> String {
        format!("{}/{}", self.host, self.path)
    }

    /// The tag, `""` if a digest is all that was given.
    pub fn tag(&self) -> &str {
        self.tag.as_deref().unwrap_or_default()
    }

    /// The last part of the repository: `nginx`.
    pub fn short_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host, self.path)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_completed() {
        let full = |text: &str| Reference::parse(text).unwrap().to_string();
        assert_eq!(full("nginx"), "docker.io/library/nginx:latest");
        assert_eq!(full("luksa/kubia:v1"), "docker.io/luksa/kubia:v1");
        assert_eq!(full("localhost:5000/app"), "localhost:5000/app:latest");
        assert_eq!(full("registry.k8s.io/pause:3.10"), "registry.k8s.io/pause:3.10");
        let digest = format!("busybox@sha256:{}", "a".repeat(64));
        assert_eq!(full(&digest), format!("docker.io/library/{digest}"));
    }

    #[test]
    fn what_is_no_reference() {
        let error = |text: &str| Reference::parse(text).unwrap_err().to_string();
        assert_eq!(
            error("Nginx"),
            "invalid reference format: repository name (library/Nginx) must be lowercase"
        );
        for text in ["", "nginx:", "a b", "nginx:bad tag", "-x", "x@sha256:12"] {
            assert_eq!(error(text), "invalid reference format", "{text}");
        }
    }
}
