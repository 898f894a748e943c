//! Whose tools a machine has: GNU's or busybox's.

use podground_shell::Process;

/// What busybox says above its usage.
pub(crate) const BUSYBOX_BANNER: &str = "BusyBox v1.37.0 (2025-01-17 18:12:01 UTC) multi-call binary.";

/// Whether the programs of the process's machine are busybox's: it has `/bin/busybox`.
pub(crate) fn is_busybox(process: &Process) -> bool {
    process.host.files.symlink_metadata("/bin/busybox").is_ok()
}
