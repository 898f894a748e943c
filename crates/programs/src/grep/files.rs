//! Which files `grep` searches.

use podground_vfs::{FileType, glob_matches};

use super::{Grep, scan};
use crate::stream::{Input, Output};

/// Searches all operands; gives the exit status.
pub(super) async fn search_all(grep: &Grep, out: &mut Output<'_>, operands: &[String]) -> u8 {
    let recursive = grep.parsed.has('r') || grep.parsed.has('R');
    let (mut found, mut failed) = (false, false);
    let standard = ["-".to_owned()];
    let operands = if operands.is_empty() { &standard } else { operands };
    for operand in operands {
        let is_directory = out.process.host.files.is_directory(&out.process.path(operand));
        let files = if recursive && is_directory && operand != "-" {
            walk(grep, out, operand)
        } else {
            if is_directory && operand != "-" {
                if !grep.parsed.has('s') {
                    out.complain(format_args!("{operand}: Is a directory")).await;
                }
                failed = true;
                continue;
            }
            vec![operand.clone()]
        };
        for file in files {
            match Input::open(out.process, &file) {
                Ok(input) => match scan::search(grep, out, &file, input).await {
                    Ok(matched) => found |= matched,
                    Err(error) => {
                        failed = true;
                        if !grep.parsed.has('s') {
                            out.complain(format_args!("{file}: {error}")).await;
                        }
                    }
                },
                Err(error) => {
                    failed = true;
                    if !grep.parsed.has('s') {
                        out.complain(format_args!("{file}: {error}")).await;
                    }
                }
            }
            if found && grep.parsed.has('q') {
                return 0;
            }
        }
    }
    if failed { 2 } else { u8::from(!found) }
}

/// The files below a folder. The empty name is the working directory, of which no `./` is shown.
fn walk(grep: &Grep, out: &Output<'_>, folder: &str) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let path = out.process.path(&folder);
        let Ok(entries) = out.process.host.files.read_directory(&path) else { continue };
        let mut below = Vec::new();
        for entry in entries {
            let name = match folder.as_str() {
                "" => entry.name.clone(),
                folder => format!("{}/{}", folder.trim_end_matches('/'), entry.name),
            };
            let mut file_type = entry.metadata.file_type;
            if file_type == FileType::Symlink && grep.parsed.has('R') {
                let target = out.process.host.files.metadata(&out.process.path(&name));
                file_type = target.map_or(file_type, |metadata| metadata.file_type);
            }
            let listed =
                |letter| grep.parsed.values(letter).any(|pattern| glob_matches(pattern, &entry.name));
            match file_type {
                FileType::Directory if !listed('6') => below.push(name),
                FileType::File if (!grep.parsed.has('4') || listed('4')) && !listed('5') => files.push(name),
                _ => {}
            }
        }
        folders.extend(below.into_iter().rev());
    }
    files
}
