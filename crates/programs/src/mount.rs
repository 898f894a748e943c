//! `mount`, as far as it lists.

use podground_shell::Process;

use crate::stream::{Output, complain};

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    if process.args.len() > 1 {
        complain(process, "podground does not support mounting anything here yet").await;
        return Err(1);
    }
    let mut out = Output::new(process);
    for mount in process.host.files.mounts() {
        let source = if mount.source.is_empty() { "overlay" } else { &mount.source };
        let kind = if source.starts_with("/dev/") { "ext4" } else { source };
        let access = if mount.read_only { "ro" } else { "rw" };
        out.push(format!("{source} on {} type {kind} ({access},relatime)\n", mount.path));
    }
    Ok(out.finish(0).await)
}
