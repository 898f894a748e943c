//! What programs do with files, with the rights of the process's user.

use podground_shell::Process;
use podground_shell::exec::allowed;
use podground_vfs::{Error, FileType, Metadata, Result, base_name, parent};

/// What is at a path seen from the working directory, links followed.
pub(crate) fn metadata(process: &Process, path: &str) -> Result<Metadata> {
    if path.is_empty() {
        return Err(Error::NotFound);
    }
    let metadata = process.host.files.metadata(&process.path(path))?;
    if path.ends_with('/') && metadata.file_type != FileType::Directory {
        return Err(Error::NotADirectory);
    }
    Ok(metadata)
}

/// What is at a path; a link at its end is not followed.
pub(crate) fn symlink_metadata(process: &Process, path: &str) -> Result<Metadata> {
    if path.is_empty() {
        return Err(Error::NotFound);
    }
    if path.ends_with('/') {
        return metadata(process, path);
    }
    process.host.files.symlink_metadata(&process.path(path))
}

/// Whether there is a directory.
pub(crate) fn is_directory(process: &Process, path: &str) -> bool {
    metadata(process, path).is_ok_and(|metadata| metadata.file_type == FileType::Directory)
}

/// Whether the user may do what `bit` (4 read, 2 write, 1 execute) says.
pub(crate) fn may(process: &Process, path: &str, bit: u32) -> bool {
    metadata(process, path).is_ok_and(|metadata| allowed(&metadata, process.uid, process.gid, bit))
}

/// Refuses changes of names in the folder of `path` by users who may not make them.
fn folder_is_writable(process: &Process, path: &str) -> Result<()> {
    let absolute = process.path(path);
    let folder = process.host.files.metadata(parent(&absolute))?;
    if allowed(&folder, process.uid, process.gid, 2) { Ok(()) } else { Err(Error::PermissionDenied) }
}

/// Makes a directory for the process's user.
pub(crate) fn create_directory(process: &Process, path: &str, mode: Option<u32>) -> Result<()> {
    let absolute = process.path(path);
    if path.is_empty() {
        return Err(Error::NotFound);
    }
    if process.host.files.symlink_metadata(&absolute).is_ok() {
        return Err(Error::Exists);
    }
    folder_is_writable(process, path)?;
    process.host.files.create_directory(&absolute)?;
    process.host.files.set_mode(&absolute, mode.unwrap_or(0o777 & !process.umask))?;
    process.host.files.set_owner(&absolute, process.uid, process.gid)
}

/// Makes an empty file for the process's user, if there is none.
pub(crate) fn create_file(process: &Process, path: &str) -> Result<()> {
    process.open(
        path,
        podground_shell::OpenOptions { truncate: false, ..podground_shell::OpenOptions::WRITE },
    )?;
    Ok(())
}

/// Takes a file or an empty directory away.
pub(crate) fn remove(process: &Process, path: &str) -> Result<()> {
    let absolute = process.path(path);
    let metadata = process.host.files.symlink_metadata(&absolute)?;
    folder_is_writable(process, path)?;
    if metadata.file_type == FileType::Directory {
        process.host.files.remove_directory(&absolute)
    } else {
        process.host.files.remove_file(&absolute)
    }
}

/// Moves a file over what is at `to`.
pub(crate) fn rename(process: &Process, from: &str, to: &str) -> Result<()> {
    folder_is_writable(process, from)?;
    folder_is_writable(process, to)?;
    process.host.files.rename(&process.path(from), &process.path(to))
}

/// Makes a symbolic link.
pub(crate) fn symlink(process: &Process, target: &str, path: &str) -> Result<()> {
    folder_is_writable(process, path)?;
    process.host.files.symlink(target, &process.path(path))
}

/// Makes a second name of a file.
pub(crate) fn hard_link(process: &Process, existing: &str, path: &str) -> Result<()> {
    folder_is_writable(process, path)?;
    process.host.files.hard_link(&process.path(existing), &process.path(path))
}

/// The bytes of a file.
pub(crate) async fn read(process: &Process, path: &str) -> std::result::Result<Vec<u8>, String> {
    if path == "-" {
        return process.read_to_end(0).await.map_err(|error| error.to_string());
    }
    let fd = process.open(path, podground_shell::OpenOptions::READ).map_err(|error| error.to_string())?;
    let mut all = Vec::new();
    loop {
        let bytes = fd.read(64 * 1024).await.map_err(|error| error.to_string())?;
        if bytes.is_empty() {
            return Ok(all);
        }
        all.extend(bytes);
    }
}

/// Makes bytes the content of a file.
pub(crate) async fn write(process: &Process, path: &str, bytes: &[u8]) -> std::result::Result<(), String> {
    let fd = process.open(path, podground_shell::OpenOptions::WRITE).map_err(|error| error.to_string())?;
    fd.write(bytes).await.map_err(|error| error.to_string())
}

/// A name in a folder, as `cp a b dir` builds it.
pub(crate) fn in_folder(folder: &str, name: &str) -> String {
    format!("{}/{}", folder.trim_end_matches('/'), base_name(name))
}

/// `drwxr-xr-x`
pub(crate) fn mode_string(metadata: &Metadata) -> String {
    let kind = match metadata.file_type {
        FileType::File => '-',
        FileType::Directory => 'd',
        FileType::Symlink => 'l',
        FileType::Device(_) => 'c',
    };
    let mut text = String::from(kind);
    for shift in [6, 3, 0] {
        let bits = metadata.mode >> shift;
        let special = metadata.mode >> (9 + shift / 3) & 1 == 1;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        let letter = if shift == 0 { 't' } else { 's' };
        text.push(match (bits & 1 != 0, special) {
            (true, false) => 'x',
            (false, false) => '-',
            (true, true) => letter,
            (false, true) => letter.to_ascii_uppercase(),
        });
    }
    text
}

/// The mode that `chmod` makes of an old one: `644`, `u+x,go-w`, `+x`. `None` is no mode.
pub(crate) fn change_mode(text: &str, old: u32, is_directory: bool, umask: u32) -> Option<u32> {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return u32::from_str_radix(text, 8).ok().filter(|mode| *mode <= 0o7777);
    }
    let mut mode = old;
    for clause in text.split(',') {
        let at = clause.find(['+', '-', '='])?;
        let (who, mut rest) = clause.split_at(at);
        let mut mask = 0;
        for letter in who.chars() {
            mask |= match letter {
                'u' => 0o4700,
                'g' => 0o2070,
                'o' => 0o1007,
                'a' => 0o7777,
                _ => return None,
            };
        }
        // Without letters the umask holds bits back.
        let allowed = if who.is_empty() { 0o7777 & !umask } else { mask };
        while let Some(operator) = rest.chars().next() {
            rest = &rest[1..];
            let end = rest.find(['+', '-', '=']).unwrap_or(rest.len());
            let mut bits = 0;
            for letter in rest[..end].chars() {
                let spread = |part: u32| part & 7 | (part & 7) << 3 | (part & 7) << 6;
                bits |= match letter {
                    'r' => 0o444,
                    'w' => 0o222,
                    'x' => 0o111,
                    'X' if is_directory || old & 0o111 != 0 => 0o111,
                    'X' => 0,
                    's' => 0o6000,
                    't' => 0o1000,
                    'u' => spread(mode >> 6),
                    'g' => spread(mode >> 3),
                    'o' => spread(mode),
                    _ => return None,
                };
            }
            rest = &rest[end..];
            match operator {
                '+' => mode |= bits & allowed,
                '-' => mode &= !(bits & allowed),
                _ => {
                    let cleared = if who.is_empty() { 0o777 } else { mask & 0o777 };
                    mode = mode & !cleared | bits & allowed;
                }
            }
        }
    }
    Some(mode)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_change() {
        for (text, old, expected) in [
            ("644", 0, 0o644),
            ("+x", 0o644, 0o755),
            ("u+x,go-r", 0o644, 0o700),
            ("a=r", 0o755, 0o444),
            ("g=u", 0o700, 0o770),
            ("o=", 0o777, 0o770),
            ("+w", 0o444, 0o644),
        ] {
            assert_eq!(change_mode(text, old, false, 0o022), Some(expected), "{text}");
        }
        assert_eq!(change_mode("z", 0, false, 0), None);
    }
}
