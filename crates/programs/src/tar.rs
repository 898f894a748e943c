//! `tar`, `gzip`, `gunzip`, `zcat`

mod archive;
pub(crate) mod gzip;

use podground_shell::Process;
use podground_vfs::FileType;

use crate::files;
use crate::options::{self, Parsed, Syntax};
use crate::stream::Output;
use archive::Entry;

const SYNTAX: Syntax = Syntax::new(
    "cxtruf:C:zjJvkOpPmT:X:",
    &[
        ("create", 'c'),
        ("extract", 'x'),
        ("get", 'x'),
        ("list", 't'),
        ("file=", 'f'),
        ("directory=", 'C'),
        ("gzip", 'z'),
        ("gunzip", 'z'),
        ("bzip2", 'j'),
        ("xz", 'J'),
        ("verbose", 'v'),
        ("keep-old-files", 'k'),
        ("to-stdout", 'O'),
        ("exclude=", '1'),
        ("strip-components=", '2'),
        ("no-same-owner", '3'),
        ("preserve-permissions", 'p'),
    ],
    "[OPTION]... [FILE]...",
    "Put files into an archive, or take them out.",
)
.failing_with(64);

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    // The first word may be letters without a dash: `tar xzf a.tgz`.
    let mut words = process.args.get(1..).unwrap_or_default().to_vec();
    if let Some(first) = words.first().filter(|word| !word.starts_with('-')).cloned() {
        let mut taken = 1;
        let mut expanded = Vec::new();
        for letter in first.chars() {
            expanded.push(format!("-{letter}"));
            if "fCTX".contains(letter) && taken < words.len() {
                expanded.push(words[taken].clone());
                taken += 1;
            }
        }
        words.splice(..taken, expanded);
    }
    let parsed = options::parse_words(process, &SYNTAX, &words).await?;
    let mut out = Output::new(process);
    if let Some(letter) = parsed.last_of("jJruTX") {
        out.complain(format_args!("podground does not support the option -{letter} yet")).await;
        return Err(2);
    }
    let folder = parsed.value('C').unwrap_or(".").to_owned();
    if parsed.has('C') && !files::is_directory(process, &folder) {
        out.complain(format_args!("{folder}: Cannot open: No such file or directory")).await;
        out.complain("Error is not recoverable: exiting now").await;
        return Err(2);
    }
    match parsed.last_of("cxt") {
        Some('c') => create(&mut out, &parsed, &folder).await,
        Some(_) => extract(&mut out, &parsed, &folder).await,
        None => {
            let message = "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options";
            process
                .eprint(&format!("tar: {message}\nTry 'tar --help' or 'tar --usage' for more information.\n"))
                .await;
            Err(2)
        }
    }
}

/// A path below the folder of `-C`.
fn below(folder: &str, name: &str) -> String {
    if folder == "." || name.starts_with('/') {
        name.to_owned()
    } else {
        format!("{}/{name}", folder.trim_end_matches('/'))
    }
}

fn excluded(parsed: &Parsed, name: &str) -> bool {
    let base = podground_vfs::base_name(name);
    parsed.values('1').any(|pattern| {
        let pattern = pattern.trim_end_matches('/');
        podground_vfs::glob_matches(pattern, name) || podground_vfs::glob_matches(pattern, base)
    })
}

async fn create(out: &mut Output<'_>, parsed: &Parsed, folder: &str) -> Result<u8, u8> {
    let process = out.process;
    if parsed.operands.is_empty() {
        out.complain("Cowardly refusing to create an empty archive").await;
        process.eprint("Try 'tar --help' or 'tar --usage' for more information.\n").await;
        return Err(2);
    }
    let mut status = 0;
    let mut archive = Vec::new();
    let mut stripped = false;
    let mut queue: Vec<String> = parsed.operands.iter().rev().cloned().collect();
    let target = parsed.value('f').unwrap_or("-");
    while let Some(name) = queue.pop() {
        if excluded(parsed, &name) {
            continue;
        }
        let path = below(folder, &name);
        let metadata = match files::symlink_metadata(process, &path) {
            Ok(metadata) => metadata,
            Err(error) => {
                out.complain(format_args!("{name}: Cannot stat: {error}")).await;
                status = 2;
                continue;
            }
        };
        let is_folder = metadata.file_type == FileType::Directory;
        let mut shown = name.trim_start_matches('/').to_owned();
        if name.starts_with('/') && !stripped {
            stripped = true;
            out.complain("Removing leading `/' from member names").await;
        }
        if is_folder {
            shown = format!("{}/", shown.trim_end_matches('/'));
        }
        let content = match metadata.file_type {
            FileType::File => match files::read(process, &path).await {
                Ok(bytes) => bytes,
                Err(error) => {
                    out.complain(format_args!("{name}: Cannot open: {error}")).await;
                    status = 2;
                    continue;
                }
            },
            FileType::Directory | FileType::Symlink => Vec::new(),
            FileType::Device(_) => continue,
        };
        out.spend(content.len() * 2).await;
        let link = process.host.files.read_link(&process.path(&path)).unwrap_or_default();
        archive::write(&mut archive, &Entry { name: shown.clone(), metadata, link, content });
        if parsed.has('v') {
            let line = format!("{shown}\n");
            if target == "-" { process.eprint(&line).await } else { out.write(line).await }
        }
        if is_folder {
            let entries = process.host.files.read_directory(&process.path(&path)).unwrap_or_default();
            let names = entries.iter().map(|entry| format!("{}/{}", name.trim_end_matches('/'), entry.name));
            queue.extend(names.collect::<Vec<_>>().into_iter().rev());
        }
    }
    archive::finish(&mut archive);
    if parsed.has('z') {
        archive = gzip::compress(&archive, 6);
    }
    if target == "-" {
        out.write(archive).await;
    } else if let Err(error) = files::write(process, target, &archive).await {
        out.complain(format_args!("{target}: Cannot open: {error}")).await;
        out.complain("Error is not recoverable: exiting now").await;
        return Err(2);
    }
    if status != 0 {
        out.complain("Exiting with failure status due to previous errors").await;
    }
    out.flush().await;
    Ok(status)
}

async fn extract(out: &mut Output<'_>, parsed: &Parsed, folder: &str) -> Result<u8, u8> {
    let process = out.process;
    let source = parsed.value('f').unwrap_or("-");
    let fatal = "Error is not recoverable: exiting now";
    let bytes = match files::read(process, source).await {
        Ok(bytes) => bytes,
        Err(error) => {
            out.complain(format_args!("{source}: Cannot open: {error}")).await;
            out.complain(fatal).await;
            return Err(2);
        }
    };
    out.spend(bytes.len()).await;
    let bytes = if bytes.starts_with(&gzip::MAGIC) {
        match gzip::decompress(&bytes) {
            Ok(bytes) => bytes,
            Err(error) => {
                process.eprint(&format!("\ngzip: stdin: {error}\n")).await;
                out.complain(fatal).await;
                return Err(2);
            }
        }
    } else if parsed.has('z') {
        process.eprint("\ngzip: stdin: not in gzip format\n").await;
        out.complain("Child returned status 1").await;
        out.complain(fatal).await;
        return Err(2);
    } else {
        bytes
    };
    let Some(entries) = archive::read(&bytes) else {
        out.complain("This does not look like a tar archive").await;
        out.complain("Exiting with failure status due to previous errors").await;
        return Err(2);
    };
    let mut status = 0;
    let strip: usize = parsed.value('2').and_then(|count| count.parse().ok()).unwrap_or(0);
    let mut wanted: Vec<(&String, bool)> = parsed.operands.iter().map(|name| (name, false)).collect();
    for entry in entries {
        let plain = entry.name.trim_end_matches('/');
        if !wanted.is_empty() {
            let fits = |name: &str| {
                let name = name.trim_end_matches('/');
                plain == name || plain.starts_with(&format!("{name}/"))
            };
            let Some(found) = wanted.iter_mut().find(|(name, _)| fits(name)) else { continue };
            found.1 = true;
        }
        if excluded(parsed, plain) {
            continue;
        }
        if parsed.has('t') {
            out.write(if parsed.has('v') {
                archive::long(process, &entry)
            } else {
                format!("{}\n", entry.name)
            })
            .await;
            continue;
        }
        if parsed.has('O') {
            out.write(&entry.content).await;
            continue;
        }
        let name: Vec<&str> = entry.name.split('/').skip(strip).collect();
        let name = name.join("/");
        if name.is_empty() {
            continue;
        }
        if parsed.has('v') {
            out.write(format!("{}\n", entry.name)).await;
        }
        let path = below(folder, name.trim_start_matches('/').trim_end_matches('/'));
        if let Err(error) = archive::put(process, &path, &entry) {
            out.complain(format_args!("{name}: Cannot open: {error}")).await;
            status = 2;
        }
    }
    for (name, found) in wanted {
        if !found {
            out.complain(format_args!("{name}: Not found in archive")).await;
            status = 2;
        }
    }
    if status != 0 {
        out.complain("Exiting with failure status due to previous errors").await;
    }
    out.flush().await;
    Ok(status)
}
