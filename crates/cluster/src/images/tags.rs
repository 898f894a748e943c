//! Which tags of the most used images exist: a mistyped version is not found, as in life (`nginx:1.161`).

use super::Reference;

/// An image whose tags are known.
struct Known {
    /// Its name among the official images.
    name: &'static str,
    /// The versions that were released: major number, the first and the last minor one.
    versions: &'static [(u32, u32, u32)],
    /// Words that stand for a release.
    words: &'static [&'static str],
}

/// Releases up to the end of 2026, and room for some to come.
const KNOWN: &[Known] = &[
    Known { name: "alpine", versions: &[(2, 6, 7), (3, 1, 25)], words: &["edge"] },
    Known {
        name: "busybox",
        versions: &[(1, 21, 38)],
        words: &["stable", "unstable", "glibc", "musl", "uclibc", "ubuntu", "buildroot"],
    },
    Known { name: "httpd", versions: &[(2, 2, 4)], words: &["alpine", "bookworm", "trixie"] },
    Known {
        name: "mysql",
        versions: &[(5, 5, 7), (8, 0, 4), (9, 0, 7)],
        words: &["lts", "innovation", "oracle", "debian"],
    },
    Known {
        name: "nginx",
        versions: &[(1, 7, 33)],
        words: &["stable", "mainline", "alpine", "perl", "otel", "bookworm", "trixie"],
    },
    Known {
        name: "redis",
        versions: &[(2, 6, 8), (3, 0, 2), (4, 0, 0), (5, 0, 0), (6, 0, 2), (7, 0, 4), (8, 0, 8)],
        words: &["alpine", "bookworm", "trixie"],
    },
];

/// Whether the registry has the tag; of images that are not in the table any may be there.
pub(super) fn exists(reference: &Reference) -> bool {
    let repository = reference.repository();
    let Some(name) = repository.strip_prefix("docker.io/library/") else { return true };
    let Some(known) = KNOWN.iter().find(|known| known.name == name) else { return true };
    let head = reference.tag().split('-').next().unwrap_or_default();
    if head == "latest" || known.words.contains(&head) || head.starts_with("alpine3") {
        return true;
    }
    let numbers: Option<Vec<u32>> = head.split('.').map(|part| part.parse().ok()).collect();
    match numbers.as_deref() {
        Some([major]) => known.versions.iter().any(|(known, ..)| known == major),
        Some([major, minor] | [major, minor, _]) => known
            .versions
            .iter()
            .any(|(known, first, last)| known == major && (first..=last).contains(&minor)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_were_never_released_are_not_there() {
        let exists = |text: &str| Reference::parse(text).is_ok_and(|reference| exists(&reference));
        for text in [
            "nginx",
            "nginx:1.14.2",
            "nginx:1.9.14",
            "nginx:1.27",
            "nginx:1",
            "nginx:alpine",
            "nginx:1.25-alpine",
            "nginx:stable-alpine",
            "busybox:1.28",
            "busybox:musl",
            "alpine:3.20",
            "redis:6-alpine",
            "redis:7.2.4",
            "redis:alpine3.20",
            "mysql:8.0",
            "acme/nginx:9",
            "quay.io/library/nginx:9",
            "web:1.999",
        ] {
            assert!(exists(text), "{text}");
        }
        for text in [
            "nginx:1.161",
            "nginx:1.91",
            "nginx:9.99",
            "nginx:lastest",
            "busybox:v1",
            "redis:99",
            "alpine:3.99",
        ] {
            assert!(!exists(text), "{text}");
        }
    }
}
