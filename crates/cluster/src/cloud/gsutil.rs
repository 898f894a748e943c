//! `gsutil`: cp, ls, cat, mb, rm.

use podground_shell::Process;

use super::bucket::Labs;
use super::storage::{entries, plan, size, split, write};
use crate::Cluster;

/// The program.
pub(super) async fn main(cluster: Cluster, process: Process) -> u8 {
    let mut words: Vec<String> = process.args.iter().skip(1).cloned().collect();
    // Options before the command: many at once, quiet.
    let mut quiet = false;
    while let Some(word) = words.first().filter(|word| word.starts_with('-')).cloned() {
        match word.as_str() {
            "-m" => {}
            "-q" => quiet = true,
            other => return unsupported(&process, &format!("{other} of \"gsutil\"")).await,
        }
        words.remove(0);
    }
    let Some(command) = words.first().cloned() else {
        process.print("Usage: gsutil [-m] [-q] [command [opts...] args...]\nAvailable commands here:\n  cat cp ls mb rm\n").await;
        return 0;
    };
    let (flags, args): (Vec<String>, Vec<String>) =
        words.drain(1..).partition(|word| word.starts_with('-') && word.len() > 1);
    let known = match command.as_str() {
        "cp" => &["-r", "-R", "-n"][..],
        "rm" => &["-r", "-R", "-f"][..],
        _ => &[],
    };
    if let Some(flag) = flags.iter().find(|flag| !known.contains(&flag.as_str())) {
        return unsupported(&process, &format!("{flag} of \"gsutil {command}\"")).await;
    }
    let recursive = flags.iter().any(|flag| flag.eq_ignore_ascii_case("-r"));
    let result = match command.as_str() {
        "cp" => {
            let keep = flags.iter().any(|flag| flag == "-n");
            copy(&cluster, &process, &args, recursive, keep, quiet).await
        }
        "ls" => list(&cluster, &process, &args).await,
        "cat" => cat(&cluster, &process, &args).await,
        "mb" => make(&cluster, &process, &args).await,
        "rm" => remove(&cluster, &process, &args, recursive).await,
        "version" | "--version" => {
            process.print("gsutil version: 5.35\n").await;
            Ok(())
        }
        other => return unsupported(&process, &format!("the command {other:?} of \"gsutil\"")).await,
    };
    match result {
        Ok(()) => 0,
        Err(message) => {
            process.eprint(&format!("{message}\n")).await;
            1
        }
    }
}

async fn unsupported(process: &Process, what: &str) -> u8 {
    process.eprint(&format!("error: podground does not support {what} yet\n")).await;
    1
}

async fn copy(
    cluster: &Cluster,
    process: &Process,
    args: &[String],
    recursive: bool,
    keep: bool,
    quiet: bool,
) -> Result<(), String> {
    let Some((target, sources)) = args.split_last().filter(|(_, sources)| !sources.is_empty()) else {
        return Err("CommandException: The cp command accepts a minimum of 2 arguments.".to_owned());
    };
    let copies = plan(cluster, process, sources, target, recursive, Labs::Monolith)?;
    let mut total = 0;
    for (index, copy) in copies.iter().enumerate() {
        if keep && process.host.files.exists(&copy.to) {
            process.eprint(&format!("Skipping existing item: file://{}\n", copy.to)).await;
            continue;
        }
        write(cluster, process, copy)?;
        total += copy.bytes.len();
        if !quiet {
            process.eprint(&format!("Copying {}...\n", copy.from)).await;
        }
        // A request for every object, but many are under way at a time.
        if index % 4 == 3 {
            process.host.sim.sleep(std::time::Duration::from_millis(60)).await;
        }
    }
    if !quiet {
        let size = size(total, " ");
        let count = copies.len();
        let noun = if count == 1 { "object" } else { "objects" };
        process
            .eprint(&format!(
                "/ [{count} files][{size:>10}/{size:>10}]\nOperation completed over {count} {noun}/{size}.\n"
            ))
            .await;
    }
    Ok(())
}

async fn list(cluster: &Cluster, process: &Process, args: &[String]) -> Result<(), String> {
    if args.is_empty() {
        let text: String =
            cluster.cloud().own_buckets().iter().map(|name| format!("gs://{name}/\n")).collect();
        process.print(&text).await;
        return Ok(());
    }
    for url in args {
        let Some((bucket, name)) = split(url) else {
            return Err("CommandException: \"ls\" command does not support \"file://\" URLs.".to_owned());
        };
        let Some(objects) = cluster.cloud().objects(&process.host.sim, bucket, Labs::Monolith) else {
            return Err(format!("BucketNotFoundException: 404 gs://{bucket} bucket does not exist."));
        };
        let as_folder = format!("{}/", name.trim_end_matches('/'));
        let is_folder = objects.keys().any(|key| key.starts_with(&as_folder));
        let (folder, pattern) = match name.trim_end_matches('/') {
            "" => (String::new(), "*"),
            _ if is_folder => (as_folder, "*"),
            name => (
                name.rfind('/').map_or("", |slash| &name[..=slash]).to_owned(),
                podground_vfs::base_name(name),
            ),
        };
        let found = entries(objects.keys().cloned(), &folder, pattern);
        if found.is_empty() && !name.is_empty() {
            return Err("CommandException: One or more URLs matched no objects.".to_owned());
        }
        let text: String = found.iter().map(|entry| format!("gs://{bucket}/{entry}\n")).collect();
        process.print(&text).await;
    }
    Ok(())
}

async fn cat(cluster: &Cluster, process: &Process, args: &[String]) -> Result<(), String> {
    for url in args {
        let object = split(url).and_then(|(bucket, name)| {
            cluster.cloud().objects(&process.host.sim, bucket, Labs::Monolith)?.get(name).cloned()
        });
        let Some(bytes) = object else {
            return Err(format!("CommandException: No URLs matched: {url}"));
        };
        let _ = process.write(1, &bytes).await;
    }
    Ok(())
}

async fn make(cluster: &Cluster, process: &Process, args: &[String]) -> Result<(), String> {
    for url in args {
        let Some((bucket, "")) = split(url.trim_end_matches('/')) else {
            return Err(format!("InvalidUrlError: Invalid bucket name in URL {url:?}."));
        };
        process.eprint(&format!("Creating gs://{bucket}/...\n")).await;
        if !cluster.cloud().make_bucket(bucket) {
            return Err(format!(
                "ServiceException: 409 A Cloud Storage bucket named '{bucket}' already exists. Try another name. Bucket \
                 names must be globally unique across all Google Cloud projects, including those outside of your \
                 organization."
            ));
        }
    }
    Ok(())
}

async fn remove(
    cluster: &Cluster,
    process: &Process,
    args: &[String],
    recursive: bool,
) -> Result<(), String> {
    for url in args {
        let Some((bucket, name)) = split(url) else {
            return Err("CommandException: \"rm\" command does not support \"file://\" URLs.".to_owned());
        };
        let objects = cluster.cloud().objects(&process.host.sim, bucket, Labs::Monolith).unwrap_or_default();
        let folder = format!("{}/", name.trim_end_matches('/'));
        let doomed: Vec<&String> =
            objects.keys().filter(|key| *key == name || recursive && key.starts_with(&folder)).collect();
        if doomed.is_empty() {
            return Err(format!("CommandException: No URLs matched: {url}"));
        }
        for key in doomed {
            process.eprint(&format!("Removing gs://{bucket}/{key}...\n")).await;
            if !cluster.cloud().remove(bucket, key) {
                return Err(format!("AccessDeniedException: 403 no access to gs://{bucket}"));
            }
        }
    }
    Ok(())
}
