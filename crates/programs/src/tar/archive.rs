//! The format of tar: a head of 512 bytes for each file, its content behind, in steps of 512.

use podground_shell::Process;
use podground_sim::Time;
use podground_vfs::{Error, FileType, Metadata, parent};

use crate::calendar::{self, Zone};
use crate::{files, users};

/// A file of an archive.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) metadata: Metadata,
    /// Where a symbolic link leads.
    pub(super) link: String,
    pub(super) content: Vec<u8>,
}

const BLOCK: usize = 512;

fn field(head: &mut [u8], at: usize, text: &str) {
    let bytes = text.as_bytes();
    let end = (at + bytes.len()).min(head.len());
    head[at..end].copy_from_slice(&bytes[..end - at]);
}

/// Adds a file.
pub(super) fn write(archive: &mut Vec<u8>, entry: &Entry) {
    // Names that are too long have an entry of their own before.
    if entry.name.len() > 100 {
        let mut long = entry.name.clone().into_bytes();
        long.push(0);
        head(archive, "././@LongLink", 0o644, (0, 0), long.len() as u64, 0, b'L', "");
        pad(archive, &long);
    }
    let metadata = &entry.metadata;
    let kind = match metadata.file_type {
        FileType::Directory => b'5',
        FileType::Symlink => b'2',
        _ => b'0',
    };
    let name = entry.name.get(..100).unwrap_or(&entry.name);
    let size = entry.content.len() as u64;
    let seconds = metadata.modified / 1_000_000_000;
    head(
        archive,
        name,
        metadata.mode & 0o7777,
        (metadata.uid, metadata.gid),
        size,
        seconds,
        kind,
        &entry.link,
    );
    pad(archive, &entry.content);
}

#[expect(clippy::too_many_arguments, reason = "the fields of a head")]
fn head(
    archive: &mut Vec<u8>,
    name: &str,
    mode: u32,
    (uid, gid): (u32, u32),
    size: u64,
    seconds: u64,
    kind: u8,
    link: &str,
) {
    let mut head = [0_u8; BLOCK];
    field(&mut head[..100], 0, name);
    field(&mut head, 100, &format!("{mode:07o}"));
    field(&mut head, 108, &format!("{uid:07o}"));
    field(&mut head, 116, &format!("{gid:07o}"));
    field(&mut head, 124, &format!("{size:011o}"));
    field(&mut head, 136, &format!("{seconds:011o}"));
    field(&mut head, 148, "        ");
    head[156] = kind;
    field(&mut head[..257], 157, link);
    field(&mut head, 257, "ustar  ");
    let sum: u32 = head.iter().map(|byte| u32::from(*byte)).sum();
    field(&mut head, 148, &format!("{sum:06o}\0 "));
    archive.extend_from_slice(&head);
}

fn pad(archive: &mut Vec<u8>, content: &[u8]) {
    archive.extend_from_slice(content);
    archive.resize(archive.len().next_multiple_of(BLOCK), 0);
}

/// Ends an archive.
pub(super) fn finish(archive: &mut Vec<u8>) {
    let length = (archive.len() + 2 * BLOCK).next_multiple_of(20 * BLOCK);
    archive.resize(length, 0);
}

/// The files of an archive; `None` if it is none.
pub(super) fn read(bytes: &[u8]) -> Option<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut at = 0;
    let mut long_name = None;
    while let Some(head) = bytes.get(at..at + BLOCK) {
        if head.iter().all(|byte| *byte == 0) {
            break;
        }
        let text = |from: usize, length: usize| -> String {
            let part = &head[from..from + length];
            let end = part.iter().position(|byte| *byte == 0).unwrap_or(length);
            String::from_utf8_lossy(&part[..end]).into_owned()
        };
        let number = |from: usize, length: usize| u64::from_str_radix(text(from, length).trim(), 8).ok();
        let sum: u32 =
            head[..148].iter().chain(&head[156..]).map(|byte| u32::from(*byte)).sum::<u32>() + 8 * 32;
        if number(148, 8) != Some(u64::from(sum)) {
            return None;
        }
        let size = usize::try_from(number(124, 12)?).ok()?;
        let content = bytes.get(at + BLOCK..at + BLOCK + size)?.to_vec();
        at += BLOCK + size.next_multiple_of(BLOCK);
        let file_type = match head[156] {
            b'L' => {
                long_name = Some(String::from_utf8_lossy(&content).trim_end_matches('\0').to_owned());
                continue;
            }
            // What other tools note of times and names.
            b'x' | b'g' => continue,
            b'5' => FileType::Directory,
            b'2' => FileType::Symlink,
            _ => FileType::File,
        };
        let prefix = if &head[257..263] == b"ustar\0" { text(345, 155) } else { String::new() };
        let short = if prefix.is_empty() { text(0, 100) } else { format!("{prefix}/{}", text(0, 100)) };
        let metadata = Metadata {
            file_type,
            mode: number(100, 8).unwrap_or(0o644) as u32,
            uid: number(108, 8).unwrap_or(0) as u32,
            gid: number(116, 8).unwrap_or(0) as u32,
            size: size as u64,
            modified: number(136, 12).unwrap_or(0).saturating_mul(1_000_000_000),
            inode: 0,
        };
        entries.push(Entry {
            name: long_name.take().unwrap_or(short),
            metadata,
            link: text(157, 100),
            content,
        });
    }
    if at == 0 && !bytes.is_empty() && bytes.len() < BLOCK { None } else { Some(entries) }
}

/// Puts a file of an archive where it belongs.
pub(super) fn put(process: &Process, path: &str, entry: &Entry) -> Result<(), Error> {
    let absolute = process.path(path);
    let host_files = &process.host.files;
    if !host_files.is_directory(parent(&absolute)) {
        host_files.create_directories(parent(&absolute))?;
    }
    match entry.metadata.file_type {
        FileType::Directory => {
            if !host_files.is_directory(&absolute) {
                files::create_directory(process, path, Some(entry.metadata.mode))?;
            }
            return Ok(());
        }
        FileType::Symlink => {
            let _ = host_files.remove_file(&absolute);
            return files::symlink(process, &entry.link, path);
        }
        _ => {
            files::create_file(process, path)?;
            host_files.write(&absolute, &entry.content)?;
        }
    }
    let mode = entry.metadata.mode & if process.uid == 0 { 0o7777 } else { !process.umask };
    host_files.set_mode(&absolute, mode)?;
    if process.uid == 0 {
        host_files.set_owner(&absolute, entry.metadata.uid, entry.metadata.gid)?;
    }
    host_files.set_modified(&absolute, entry.metadata.modified)
}

/// The line of `tar -tv`.
pub(super) fn long(process: &Process, entry: &Entry) -> String {
    let metadata = &entry.metadata;
    let owner = format!("{}/{}", users::user(process, metadata.uid), users::group(process, metadata.gid));
    let size = metadata.size.to_string();
    let width = 19_usize.saturating_sub(owner.len() + 1);
    let zone = Zone::of(process.env("TZ"));
    let time = calendar::format(Time(metadata.modified), &zone, "%Y-%m-%d %H:%M");
    let link = if entry.link.is_empty() { String::new() } else { format!(" -> {}", entry.link) };
    format!("{} {owner} {size:>width$} {time} {}{link}\n", files::mode_string(metadata), entry.name)
}
