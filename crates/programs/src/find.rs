//! `find`

mod parse;
mod printf;
mod tests;

use podground_shell::Process;
use podground_vfs::{Error, FileType, Metadata, base_name};

use crate::stream::Output;
use crate::{files, flavor};
use parse::{Expression, Op};

/// A file that is looked at.
pub(super) struct Found {
    /// The name as it is shown.
    pub(super) path: String,
    /// How long the part of the path is that was given.
    pub(super) start: usize,
    pub(super) depth: usize,
    pub(super) metadata: Metadata,
}

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let (starts, expression) = match parse::parse(process) {
        Ok(parsed) => parsed,
        Err(message) => {
            crate::stream::complain(process, message).await;
            return Err(1);
        }
    };
    let mut find = Find { out: Output::new(process), expression, status: 0, batches: Vec::new() };
    find.batches.resize(find.expression.batches, Vec::new());
    for start in &starts {
        if find.walk(start).await.is_err() {
            break;
        }
    }
    for index in 0..find.batches.len() {
        find.flush_batch(index).await;
    }
    let status = find.status;
    Ok(find.out.finish(status).await)
}

struct Find<'a> {
    out: Output<'a>,
    expression: Expression,
    status: u8,
    /// The files that wait for each `-exec … +`.
    batches: Vec<Vec<String>>,
}

/// What became of the look at a file.
struct Seen {
    prune: bool,
    quit: bool,
}

/// What is still to do.
enum Task {
    Visit(Found),
    /// After what is below it, where `-depth` asks for that.
    Evaluate(Found),
}

impl Find<'_> {
    async fn walk(&mut self, start: &str) -> Result<(), ()> {
        let process = self.out.process;
        let follow = self.expression.follow;
        let metadata = match self.stat(start, follow || self.expression.follow_arguments) {
            Ok(metadata) => metadata,
            Err(error) => {
                self.complain(start, error).await;
                return Ok(());
            }
        };
        let found = Found { path: start.to_owned(), start: start.len(), depth: 0, metadata };
        let mut tasks = vec![Task::Visit(found)];
        while let Some(task) = tasks.pop() {
            self.out.spend(64).await;
            let found = match task {
                Task::Visit(found) => found,
                Task::Evaluate(found) => {
                    if self.evaluate(&found).await.quit {
                        return Err(());
                    }
                    continue;
                }
            };
            let mut enter =
                found.metadata.file_type == FileType::Directory && found.depth < self.expression.max;
            if !self.expression.depth_first {
                let seen = self.evaluate(&found).await;
                if seen.quit {
                    return Err(());
                }
                enter &= !seen.prune;
            }
            let below = if enter { self.entries(&found).await } else { Vec::new() };
            if self.expression.depth_first {
                tasks.push(Task::Evaluate(found));
            }
            tasks.extend(below.into_iter().rev().map(Task::Visit));
            if self.out.failed() {
                return Err(());
            }
        }
        let _ = process;
        Ok(())
    }

    fn stat(&self, path: &str, follow: bool) -> Result<Metadata, Error> {
        let process = self.out.process;
        if follow && let Ok(metadata) = files::metadata(process, path) {
            return Ok(metadata);
        }
        files::symlink_metadata(process, path)
    }

    async fn entries(&mut self, folder: &Found) -> Vec<Found> {
        let process = self.out.process;
        if !files::may(process, &folder.path, 4) {
            self.complain(&folder.path, Error::PermissionDenied).await;
            return Vec::new();
        }
        let entries = match process.host.files.read_directory(&process.path(&folder.path)) {
            Ok(entries) => entries,
            Err(error) => {
                self.complain(&folder.path, error).await;
                return Vec::new();
            }
        };
        let slash = if folder.path.ends_with('/') { "" } else { "/" };
        let found = entries.into_iter().map(|entry| {
            let path = format!("{}{slash}{}", folder.path, entry.name);
            let metadata = self.stat(&path, self.expression.follow).unwrap_or(entry.metadata);
            Found { path, start: folder.start, depth: folder.depth + 1, metadata }
        });
        found.collect()
    }

    async fn complain(&mut self, path: &str, error: Error) {
        let name =
            if flavor::is_busybox(self.out.process) { path.to_owned() } else { format!("‘{path}’") };
        self.out.complain(format_args!("{name}: {error}")).await;
        self.status = 1;
    }

    /// Runs the expression over a file.
    async fn evaluate(&mut self, found: &Found) -> Seen {
        let mut seen = Seen { prune: false, quit: false };
        if found.depth < self.expression.min {
            return seen;
        }
        let mut truth = true;
        let mut at = 0;
        while let Some(op) = self.expression.ops.get(at).cloned() {
            at += 1;
            match op {
                Op::Test(test) => truth = tests::holds(self.out.process, &test, found),
                Op::Not => truth = !truth,
                Op::True => truth = true,
                Op::JumpIfFalse(to) => {
                    if !truth {
                        at = to;
                    }
                }
                Op::JumpIfTrue(to) => {
                    if truth {
                        at = to;
                    }
                }
                Op::Prune => (seen.prune, truth) = (true, true),
                Op::Quit => {
                    seen.quit = true;
                    return seen;
                }
                Op::Print(end) => {
                    self.out.write([found.path.as_bytes(), end.as_bytes()].concat()).await;
                    truth = true;
                }
                Op::Printf(format) => {
                    let text = printf::write(self.out.process, &format, found);
                    self.out.write(text).await;
                    truth = true;
                }
                Op::Delete => truth = self.delete(found).await,
                Op::Exec { words, in_folder } => truth = self.exec(&words, in_folder, found).await,
                Op::Batch { index, .. } => {
                    self.batches[index].push(found.path.clone());
                    truth = true;
                }
            }
        }
        seen
    }

    async fn delete(&mut self, found: &Found) -> bool {
        if found.path == "." {
            return true;
        }
        match files::remove(self.out.process, &found.path) {
            Ok(()) => true,
            Err(error) => {
                self.out.complain(format_args!("cannot delete ‘{}’: {error}", found.path)).await;
                self.status = 1;
                false
            }
        }
    }

    async fn exec(&mut self, words: &[String], in_folder: bool, found: &Found) -> bool {
        let process = self.out.process;
        let (name, folder) = if in_folder {
            let parent = podground_vfs::parent(&process.path(&found.path)).to_owned();
            (format!("./{}", base_name(&found.path)), Some(parent))
        } else {
            (found.path.clone(), None)
        };
        let words: Vec<String> = words.iter().map(|word| word.replace("{}", &name)).collect();
        self.spawn(words, folder).await == Some(0)
    }

    /// Runs a command; `None` if it could not be started.
    async fn spawn(&mut self, words: Vec<String>, folder: Option<String>) -> Option<u8> {
        let process = self.out.process;
        self.out.flush().await;
        let name = words.first().cloned().unwrap_or_default();
        let mut command = process.command(words);
        if let Some(folder) = folder {
            command.cwd = folder;
        }
        match process.spawn(command) {
            Ok(child) => Some(child.wait().await.code()),
            Err(error) => {
                self.out.complain(format_args!("‘{name}’: {error}")).await;
                None
            }
        }
    }

    async fn flush_batch(&mut self, index: usize) {
        let files = std::mem::take(&mut self.batches[index]);
        let words = self.expression.ops.iter().find_map(|op| match op {
            Op::Batch { index: own, words } if *own == index => Some(words.clone()),
            _ => None,
        });
        if let (Some(mut words), false) = (words, files.is_empty()) {
            words.extend(files);
            if self.spawn(words, None).await != Some(0) {
                self.status = 1;
            }
        }
    }
}
