//! `poweroff`, `halt`, `reboot`, `shutdown`, and what `systemctl` knows of them.

use std::time::Duration;

use podground_shell::Process;

use crate::kubelet::Kubelet;

/// How long a machine takes to go down, and to come up again.
const DOWN: Duration = Duration::from_millis(900);
const BOOT: Duration = Duration::from_secs(20);

/// What becomes of the machine.
#[derive(Clone, Copy)]
enum Fate {
    Off,
    Reboot,
}

/// The programs.
pub(super) async fn main(kubelet: Kubelet, process: Process) -> u8 {
    let words: Vec<&str> = process.args[1..].iter().map(String::as_str).collect();
    let fate = match (process.name(), words.as_slice()) {
        ("poweroff" | "halt", []) | ("systemctl", ["poweroff" | "halt"]) => Fate::Off,
        ("reboot", []) | ("systemctl", ["reboot"]) => Fate::Reboot,
        ("shutdown", ["now" | "+0"] | ["-h" | "-P" | "--poweroff", "now" | "+0"]) => Fate::Off,
        ("shutdown", ["-r" | "--reboot", "now" | "+0"]) => Fate::Reboot,
        (name, words) => {
            let text = format!("error: podground does not support \"{name} {}\" yet\n", words.join(" "));
            process.eprint(&text).await;
            return 1;
        }
    };
    let node = process.host.hostname.borrow().clone();
    if kubelet.is_control_plane(&node) {
        process.eprint("error: podground does not support switching the control plane off yet\n").await;
        return 1;
    }
    let sim = process.host.sim.clone();
    // The machine's own processes are gone when it comes up again.
    let power = async move {
        kubelet.0.sim.sleep(DOWN).await;
        kubelet.set_node_down(&node, true);
        if matches!(fate, Fate::Reboot) {
            kubelet.0.sim.sleep(BOOT).await;
            kubelet.set_node_down(&node, false);
        }
    };
    sim.spawn(power).detach();
    0
}
