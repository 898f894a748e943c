//! `eval`, `source`.

use std::rc::Rc;

use podground_sim::LocalBoxFuture;
use podground_vfs::FileType;

use super::Call;
use crate::OpenOptions;
use crate::bash::exec::Origin;
use crate::bash::state::{Frame, Run, Shell, Unwind};
use crate::bash::traps::Trap;
use crate::exec::find_in_path;

pub(super) fn eval<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let words = call.rest();
        let words = if words.first().is_some_and(|word| word == "--") { &words[1..] } else { words };
        if words.is_empty() {
            return Ok(0);
        }
        let line = shell.line;
        shell.evals += 1;
        let result = shell.run_text(&words.join(" "), line).await;
        shell.evals -= 1;
        shell.line = line;
        result
    })
}

pub(super) fn source<'a>(shell: &'a mut Shell, call: Call<'a>) -> LocalBoxFuture<'a, Run> {
    Box::pin(async move {
        let name = call.name();
        let Some((file, arguments)) = call.rest().split_first() else {
            shell.error(&format!("{name}: filename argument required")).await;
            return shell.usage(name).await;
        };
        let mut path = file.clone();
        if !file.contains('/') {
            let folders = shell.variable_text("PATH").unwrap_or_default();
            let process = &shell.process;
            if let Some(found) =
                find_in_path(&process.host, &folders, &process.cwd, file, process.uid, process.gid)
            {
                path = found;
            }
        }
        let text = match shell.process.open(&path, OpenOptions::READ) {
            Ok(fd) => {
                let folder = shell.process.host.files.metadata(&shell.process.path(&path));
                if folder.is_ok_and(|metadata| metadata.file_type == FileType::Directory) {
                    return shell.complain(name, &format!("{file}: is a directory"), 1).await;
                }
                let mut all = Vec::new();
                while let Ok(bytes) = fd.read(usize::MAX >> 1).await {
                    if bytes.is_empty() {
                        break;
                    }
                    all.extend(bytes);
                    shell.process.pace(&fd).await;
                }
                String::from_utf8_lossy(&all).into_owned()
            }
            Err(error) => {
                shell.error(&format!("{file}: {error}")).await;
                return Ok(1);
            }
        };
        let positional = shell.positional.clone();
        if !arguments.is_empty() {
            shell.positional = Rc::new(arguments.to_vec());
        }
        let line = shell.line;
        let label = std::mem::replace(&mut shell.label, file.clone());
        let interactive = std::mem::replace(&mut shell.interactive, false);
        shell.sources += 1;
        shell.evals += 1;
        let frame = Frame { name: "source".to_owned(), line, source: label.clone(), file: file.clone() };
        shell.frames.push(frame);
        let mut result = shell.run_source(&text, 1, Origin::File).await;
        if matches!(result, Ok(_) | Err(Unwind::Return(_))) {
            result = shell.fire(Trap::Return).await.and(result);
        }
        shell.frames.pop();
        shell.sources -= 1;
        shell.evals -= 1;
        shell.interactive = interactive;
        shell.label = label;
        shell.line = line;
        if !arguments.is_empty() {
            shell.positional = positional;
        }
        match result {
            Err(Unwind::Return(status)) => Ok(status),
            result => result,
        }
    })
}
