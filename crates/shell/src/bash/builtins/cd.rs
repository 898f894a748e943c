//! `cd`, `pwd`.

use podground_sim::LocalBoxFuture;
use podground_vfs::{FileType, join};

use super::{Call, parse_options};
use crate::bash::state::{Run, Shell};
use crate::exec::allowed;

pub(super) fn run<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let options = match parse_options(call.rest(), "LPe@") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("cd", bad).await,
        };
        let physical = options.letters.iter().rev().find(|letter| matches!(letter, 'L' | 'P')) == Some(&'P');
        let mut show = false;
        let target = match options.rest {
            [] => match shell.variable_text("HOME") {
                Some(home) => home,
                None => return shell.complain("cd", "HOME not set", 1).await,
            },
            [dash] if dash == "-" => match shell.variable_text("OLDPWD") {
                Some(old) => {
                    show = true;
                    old
                }
                None => return shell.complain("cd", "OLDPWD not set", 1).await,
            },
            [target] => target.clone(),
            _ => return shell.complain("cd", "too many arguments", 1).await,
        };
        let path = match in_cdpath(shell, &target) {
            Some(path) => {
                show = true;
                path
            }
            None => shell.process.path(&target),
        };
        if let Err(message) = shell.change_directory(&path, physical) {
            let message = shell.cannot_change(&target, &message);
            return shell.complain("cd", &message, 1).await;
        }
        if show {
            let cwd = format!("{}\n", shell.process.cwd);
            return Ok(shell.out("cd", &cwd).await);
        }
        Ok(0)
    })
}

/// The folder of CDPATH that has `target`.
fn in_cdpath(shell: &Shell, target: &str) -> Option<String> {
    if target.starts_with(['/', '.']) {
        return None;
    }
    let folders = shell.variable_text("CDPATH")?;
    let found = |folder: &str| {
        let path = join(&shell.process.path(folder), target);
        shell.process.host.files.is_directory(&path).then_some(path)
    };
    folders.split(':').filter(|folder| !folder.is_empty() && *folder != ".").find_map(found)
}

impl Shell {
    /// Makes a folder the working directory.
    pub(crate) fn change_directory(&mut self, path: &str, physical: bool) -> Result<(), String> {
        let files = &self.process.host.files;
        let metadata = files.metadata(path).map_err(|error| error.to_string())?;
        if metadata.file_type != FileType::Directory {
            return Err("Not a directory".to_owned());
        }
        if !allowed(&metadata, self.process.uid, self.process.gid, 1) {
            return Err("Permission denied".to_owned());
        }
        let path = if physical || self.options.physical {
            files.canonicalize(path).map_err(|error| error.to_string())?
        } else {
            path.to_owned()
        };
        let old = std::mem::replace(&mut self.process.cwd, path.clone());
        for (name, value) in [("OLDPWD", old), ("PWD", path)] {
            self.set_text(name, &value);
            if let Some(variable) = self.variables.get_mut(name) {
                variable.exported = true;
            }
        }
        Ok(())
    }
}

pub(super) fn pwd<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let options = match parse_options(call.rest(), "LP") {
            Ok(options) => options,
            Err(bad) => return shell.bad_option("pwd", bad).await,
        };
        let cwd = shell.process.cwd.clone();
        let shown =
            if options.has('P') { shell.process.host.files.canonicalize(&cwd).unwrap_or(cwd) } else { cwd };
        Ok(shell.out("pwd", &format!("{shown}\n")).await)
    })
}
