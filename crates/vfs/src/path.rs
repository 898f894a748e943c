//! Paths as strings.

/// `path` seen from the directory `base`: absolute, without `.`, `..` and double slashes.
///
/// `..` is taken away by name; symbolic links are followed later, by the file system.
pub fn join(base: &str, path: &str) -> String {
    if path.starts_with('/') { normalize(path) } else { normalize(&format!("{base}/{path}")) }
}

/// An absolute path without `.`, `..`, double slashes or a slash at the end.
pub fn normalize(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    format!("/{}", parts.join("/"))
}

/// The directory that holds `path`; `/` for `/`.
pub fn parent(path: &str) -> &str {
    match path.trim_end_matches('/').rfind('/') {
        Some(0) | None => "/",
        Some(index) => &path[..index],
    }
}

/// The last part of `path`.
pub fn base_name(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins() {
        assert_eq!(join("/root", "a/../b"), "/root/b");
        assert_eq!(join("/root", "/etc//hosts"), "/etc/hosts");
        assert_eq!(join("/", ".."), "/");
        assert_eq!((parent("/a/b"), parent("/a"), base_name("/a/b/")), ("/a", "/", "b"));
    }
}
