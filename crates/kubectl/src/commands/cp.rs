//! `kubectl cp`
//!
//! Upstream: `kubectl/pkg/cmd/cp/cp.go`

use podground_api::object::str_at;
use podground_vfs::{base_name, join, normalize, parent};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::pods;
use crate::streams::Streams;
use crate::tar::{self, Content, Member};

const FORMAT: &str = "filespec must match the canonical format: [[namespace/]pod:]file/path";

/// One side of the copy.
struct Spec {
    namespace: String,
    pod: String,
    file: String,
}

impl Spec {
    /// `[[NAMESPACE/]POD:]FILE`
    fn parse(text: &str) -> Result<Self> {
        let Some((pod, file)) = text.split_once(':') else {
            return Ok(Self { namespace: String::new(), pod: String::new(), file: text.to_owned() });
        };
        if pod.is_empty() {
            return Err(Error::local(FORMAT));
        }
        let (namespace, pod) = match pod.split('/').collect::<Vec<_>>()[..] {
            [pod] => ("", pod),
            [namespace, pod] => (namespace, pod),
            _ => return Err(Error::local(FORMAT)),
        };
        Ok(Self { namespace: namespace.to_owned(), pod: pod.to_owned(), file: file.to_owned() })
    }
}

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let [from, to] = args.words.as_slice() else {
        return Err(Error::local("source and destination are required"));
    };
    let (from, to) = (Spec::parse(from)?, Spec::parse(to)?);
    if !from.pod.is_empty() && !to.pod.is_empty() {
        return Err(Error::local("one of src or dest must be a local file specification"));
    }
    if from.file.is_empty() || to.file.is_empty() {
        return Err(Error::local("filepath can not be empty"));
    }
    if !from.pod.is_empty() {
        return download(cx, &args, &from, &to.file).await;
    }
    if !to.pod.is_empty() {
        return upload(cx, &args, &from.file, &to).await;
    }
    Err(Error::local("one of src or dest must be a remote file specification"))
}

/// A pod to run commands in.
struct Remote<'a> {
    cx: &'a Context,
    path: String,
    container: String,
}

impl<'a> Remote<'a> {
    async fn open(cx: &'a Context, args: &Args, spec: &Spec) -> Result<Self> {
        let namespace = if spec.namespace.is_empty() { cx.namespace()? } else { spec.namespace.clone() };
        let pod = cx.client()?.get(&format!("/api/v1/namespaces/{namespace}/pods/{}", spec.pod)).await?;
        if pods::is_over(&pod) {
            return Err(Error::Local(format!(
                "cannot exec into a container in a completed pod; current phase is {}",
                str_at(&pod, "/status/phase")
            )));
        }
        let container = pods::container(cx, &pod, args.text("container"), false).await?;
        Ok(Self { cx, path: pods::path(&pod), container })
    }

    /// Runs a command with input; gives what it wrote. Its errors go to a descriptor of ours, if to any.
    async fn run(&self, command: &[&str], input: Option<&[u8]>, errors: Option<u32>) -> Result<Vec<u8>> {
        let command: Vec<String> = command.iter().map(|word| (*word).to_owned()).collect();
        let streams = Streams { stdin: input.is_some(), tty: false };
        let upgrade = streams.open(self.cx, &self.path, "exec", &self.container, &command).await?;
        let (out, err, done) = crate::streams::exchange(upgrade, input.unwrap_or_default()).await;
        match errors {
            Some(1) => self.cx.io.out_bytes(&err).await,
            Some(_) => self.cx.io.err_bytes(&err).await,
            None => {}
        }
        done.map(|()| out)
    }
}

async fn upload(cx: &Context, args: &Args, file: &str, to: &Spec) -> Result<()> {
    let local = cx.io.path(file);
    let files = &cx.io.0.host.files;
    if !files.exists(&local) {
        return Err(Error::Local(format!("{file} doesn't exist in local filesystem")));
    }
    let remote = Remote::open(cx, args, to).await?;
    let mut target = normalize_remote(&to.file);
    if remote.run(&["test", "-d", &to.file], None, None).await.is_ok() {
        target = join(&target, base_name(&local));
    }
    let mut members = Vec::new();
    add(cx, &local, base_name(&target), &mut members)?;
    let mut command = vec!["tar"];
    if args.is("no-preserve") {
        command.extend(["--no-same-permissions", "--no-same-owner"]);
    }
    command.extend(["-xmf", "-"]);
    let directory = match target.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((directory, _)) => directory,
        None => ".",
    };
    command.extend(["-C", directory]);
    let out = remote.run(&command, Some(&tar::write(&members)), Some(2)).await?;
    cx.io.out_bytes(&out).await;
    Ok(())
}

/// A path on the other side, cleaned; one that is relative stays so.
fn normalize_remote(path: &str) -> String {
    let clean = normalize(&format!("/{path}"));
    if path.starts_with('/') { clean } else { clean.trim_start_matches('/').to_owned() }
}

/// Adds a file, or a directory with all that is in it.
fn add(cx: &Context, path: &str, name: &str, members: &mut Vec<Member>) -> Result<()> {
    let files = &cx.io.0.host.files;
    let wrong = |error: podground_vfs::Error| {
        Error::Local(format!("open {path}: {}", error.to_string().to_lowercase()))
    };
    let metadata = files.symlink_metadata(path).map_err(wrong)?;
    let mut member = |content| {
        members.push(Member {
            name: name.to_owned(),
            mode: metadata.mode & 0o7777,
            modified: metadata.modified / 1_000_000_000,
            content,
        });
    };
    if let Ok(target) = files.read_link(path) {
        member(Content::Link(target));
    } else if files.is_directory(path) {
        let entries = files.read_directory(path).map_err(wrong)?;
        if entries.is_empty() {
            member(Content::Directory);
        }
        for entry in entries {
            add(cx, &join(path, &entry.name), &format!("{name}/{}", entry.name), members)?;
        }
    } else {
        member(Content::File(files.read(path).map_err(wrong)?.to_vec()));
    }
    Ok(())
}

async fn download(cx: &Context, args: &Args, from: &Spec, file: &str) -> Result<()> {
    let remote = Remote::open(cx, args, from).await?;
    let mut tries = 0;
    let limit = args.number("retries");
    let archive = loop {
        match remote.run(&["tar", "cf", "-", &from.file], None, Some(1)).await {
            Ok(archive) => break archive,
            Err(error) if limit == 0 || tries == limit => return Err(error),
            Err(_) => {
                tries += 1;
                cx.io.line(format!("Resuming copy at 0 bytes, retry {tries}/{limit}")).await;
            }
        }
    };
    let prefix = normalize_remote(&from.file);
    let prefix = prefix.trim_start_matches('/');
    let root = cx.io.path(file);
    let mut told = false;
    for member in tar::read(&archive).map_err(Error::Local)? {
        let Some(rest) = member.name.strip_prefix(prefix) else {
            return Err(Error::local("tar contents corrupted"));
        };
        let path = normalize(&format!("{root}/{rest}"));
        if path != root && !path.starts_with(&format!("{}/", root.trim_end_matches('/'))) {
            cx.io.err_line(format!("warning: file {path:?} is outside target destination, skipping")).await;
            continue;
        }
        match &member.content {
            Content::Link(target) => {
                let shown = format!("{}{rest}", file.trim_end_matches('/'));
                let mut text = format!("warning: skipping symlink: {shown:?} -> {target:?}");
                if !told {
                    text.push_str(&format!(
                        " (consider using \"kubectl exec -n {:?} {:?} -- tar cf - {:?} | tar xf -\")",
                        from.namespace, from.pod, from.file
                    ));
                    told = true;
                }
                cx.io.err_line(text).await;
            }
            Content::Directory => {
                // What is there already stays.
                let _ = cx.io.0.host.files.create_directories(&path);
            }
            Content::File(bytes) => {
                let _ = cx.io.0.host.files.create_directories(parent(&path));
                cx.io.write_file(&path, bytes).map_err(|why| Error::Local(format!("open {path}: {why}")))?;
            }
        }
    }
    Ok(())
}
