//! Programs that are commands of the shell as well: `echo`, `printf`, `test`, `[`, `true`, `false`.

use podground_shell::{Process, bash};
use podground_sim::LocalBoxFuture;

/// Runs the shell's own command of the program's name.
pub(crate) fn run(mut process: Process) -> LocalBoxFuture<'static, u8> {
    let name = process.name().to_owned();
    let mut args = vec!["sh".to_owned(), "-c".to_owned(), format!("builtin {name} \"$@\""), name];
    args.extend(process.args.drain(1.min(process.args.len())..));
    process.args = args;
    bash(process)
}
