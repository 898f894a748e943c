//! Archives as `tar` writes them, for `kubectl cp`: the ustar format, with GNU's long names.

/// What lies in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A file.
    File(Vec<u8>),
    /// A directory.
    Directory,
    /// A symbolic link to a path.
    Link(String),
}

/// One member of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    /// Its path.
    pub(crate) name: String,
    /// The permission bits.
    pub(crate) mode: u32,
    /// When it was changed, in seconds.
    pub(crate) modified: u64,
    /// What it is.
    pub(crate) content: Content,
}

const BLOCK: usize = 512;
/// The longest name that a header holds.
const NAME: usize = 100;

/// Writes an archive.
pub(crate) fn write(members: &[Member]) -> Vec<u8> {
    let mut out = Vec::new();
    for member in members {
        let (kind, data, link): (u8, &[u8], &str) = match &member.content {
            Content::File(bytes) => (b'0', bytes, ""),
            Content::Directory => (b'5', &[], ""),
            Content::Link(target) => (b'2', &[], target),
        };
        for (kind, text) in [(b'L', member.name.as_str()), (b'K', link)] {
            if text.len() > NAME {
                let bytes = [text.as_bytes(), &[0]].concat();
                out.extend(header("././@LongLink", 0, 0, bytes.len(), kind, ""));
                pad(&mut out, &bytes);
            }
        }
        out.extend(header(&member.name, member.mode, member.modified, data.len(), kind, link));
        pad(&mut out, data);
    }
    out.resize(out.len() + 2 * BLOCK, 0);
    out
}

fn pad(out: &mut Vec<u8>, data: &[u8]) {
    out.extend(data);
    out.resize(out.len().next_multiple_of(BLOCK), 0);
}

fn header(name: &str, mode: u32, modified: u64, size: usize, kind: u8, link: &str) -> Vec<u8> {
    let mut block = vec![0; BLOCK];
    let mut put = |at: usize, length: usize, bytes: &[u8]| {
        let length = length.min(bytes.len());
        block[at..at + length].copy_from_slice(&bytes[..length]);
    };
    put(0, NAME, name.as_bytes());
    put(100, 8, format!("{mode:07o}\0").as_bytes());
    put(108, 8, b"0000000\0");
    put(116, 8, b"0000000\0");
    put(124, 12, format!("{size:011o}\0").as_bytes());
    put(136, 12, format!("{modified:011o}\0").as_bytes());
    put(148, 8, b"        ");
    put(156, 1, &[kind]);
    put(157, NAME, link.as_bytes());
    put(257, 8, b"ustar\x0000");
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

/// Reads an archive; what is cut off is left out.
pub(crate) fn read(mut bytes: &[u8]) -> Result<Vec<Member>, String> {
    let mut members = Vec::new();
    let (mut long_name, mut long_link) = (None, None);
    while bytes.len() >= BLOCK {
        let (head, rest) = bytes.split_at(BLOCK);
        if head.iter().all(|byte| *byte == 0) {
            break;
        }
        let text = |at: usize, length: usize| {
            let field = &head[at..at + length];
            let end = field.iter().position(|byte| *byte == 0).unwrap_or(length);
            String::from_utf8_lossy(&field[..end]).into_owned()
        };
        let number = |at: usize, length: usize| u64::from_str_radix(text(at, length).trim(), 8).ok();
        let size = number(124, 12).ok_or("archive/tar: invalid tar header")?;
        let size = usize::try_from(size).map_err(|_| "archive/tar: invalid tar header")?;
        let data = rest.get(..size).ok_or("unexpected EOF")?;
        bytes = rest.get(size.next_multiple_of(BLOCK)..).unwrap_or_default();
        let as_text = || String::from_utf8_lossy(data).trim_end_matches('\0').to_owned();
        let kind = head[156];
        let content = match kind {
            b'L' => {
                long_name = Some(as_text());
                continue;
            }
            b'K' => {
                long_link = Some(as_text());
                continue;
            }
            b'0' | 0 | b'7' => Content::File(data.to_vec()),
            b'5' => Content::Directory,
            b'1' | b'2' => Content::Link(long_link.take().unwrap_or_else(|| text(157, NAME))),
            _ => continue,
        };
        let mut name = text(0, NAME);
        let prefix = if &head[257..263] == b"ustar\0" { text(345, 155) } else { String::new() };
        if !prefix.is_empty() {
            name = format!("{prefix}/{name}");
        }
        members.push(Member {
            name: long_name.take().unwrap_or(name),
            mode: number(100, 8).and_then(|mode| u32::try_from(mode).ok()).unwrap_or(0o644),
            modified: number(136, 12).unwrap_or_default(),
            content,
        });
    }
    Ok(members)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let long = "a/".repeat(80) + "end";
        let member =
            |name: &str, content| Member { name: name.to_owned(), mode: 0o640, modified: 12345, content };
        let members = vec![
            member("plain", Content::File(b"text\n".to_vec())),
            member("empty/", Content::Directory),
            member(&long, Content::File(vec![7; 1500])),
            member("link", Content::Link(long.clone())),
        ];
        assert_eq!(read(&write(&members)), Ok(members));
    }

    #[test]
    fn broken_archives_are_refused() {
        let good = write(&[Member {
            name: "a".to_owned(),
            mode: 0,
            modified: 0,
            content: Content::File(vec![1; 2000]),
        }]);
        assert!(read(&good[..1000]).is_err());
        assert!(read(&[b'x'; 512]).is_err());
        assert_eq!(read(b"short"), Ok(Vec::new()));
    }
}
