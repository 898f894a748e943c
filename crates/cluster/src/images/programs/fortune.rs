//! `fortune`: a saying, another each time.

use podground_shell::Process;

const SAYINGS: &[&str] = &[
    "A pod that is never restarted has never been watched.",
    "Whoever names a thing :latest will not know tomorrow what it was today.",
    "The shortest manifest is the one that you need not explain.",
    "Two containers, one pod: they share the house, not the toothbrush.",
    "Patience is a readiness probe.",
    "He who deletes the namespace deletes the evidence.",
    "A label is worth a thousand names.",
    "What has no limit will find one.",
    "You cannot step into the same container twice.",
    "The log remembers what the dashboard forgives.",
    "Ask not which node; ask which selector.",
    "Every outage begins with a small, harmless change.",
];

/// The program.
pub(super) async fn fortune(process: Process) -> u8 {
    process.print(&format!("{}\n", saying(&process))).await;
    0
}

/// A saying, by who asks and when.
pub(super) fn saying(process: &Process) -> &'static str {
    let sim = &process.host.sim;
    let hostname = process.host.hostname.borrow().clone();
    let mut rng = sim.rng("fortune", &[&hostname, &sim.now().0.to_string()]);
    SAYINGS[rng.below(SAYINGS.len() as u64) as usize % SAYINGS.len()]
}
