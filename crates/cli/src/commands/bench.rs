//! `podground bench`: figures on this machine, for people to compare; no test looks at them.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use podground_core::{Session, SessionConfig};

use crate::options::Options;

/// How often each figure is taken; the median is printed.
const ROUNDS: usize = 5;

pub(crate) fn run(options: Options) -> Result<ExitCode, String> {
    let config = options.config;
    report("start-up to a prompt", || {
        let started = Instant::now();
        let mut session = Session::new(config.clone());
        let terminal = session.open_terminal(80, 24);
        session.advance(Duration::from_secs(1));
        assert!(!session.take_output(terminal).is_empty(), "no prompt");
        started.elapsed()
    });
    for pods in [10, 100, 1000, 10_000] {
        let mut session = deployment(&config, pods)?;
        session.advance(Duration::from_secs(600));
        println!("memory with {pods} pods: {}", memory("VmRSS:"));
        report(&format!("kubectl get pods -A, {pods} pods"), || {
            let started = Instant::now();
            let _ = session.run_script("kubectl get pods -A", Duration::from_secs(60));
            started.elapsed()
        });
    }
    report("a Deployment of 1000 to all Ready", || {
        let Ok(mut session) = deployment(&config, 0) else { return Duration::MAX };
        let started = Instant::now();
        let script = "kubectl scale deployment web --replicas=1000 && kubectl rollout status deployment web";
        let (output, status) = session.run_script(script, Duration::from_secs(3600));
        assert!(status == Some(0), "{output}");
        started.elapsed()
    });
    println!("peak memory: {}", memory("VmHWM:"));
    Ok(ExitCode::SUCCESS)
}

/// A session with nodes enough for a Deployment of that many pods.
fn deployment(config: &SessionConfig, pods: usize) -> Result<Session, String> {
    let mut session =
        Session::new(SessionConfig { nodes: config.nodes.max(pods / 100).max(13), ..config.clone() });
    let script = format!("kubectl create deployment web --image=nginx --replicas={pods}");
    match session.run_script(&script, Duration::from_secs(60)) {
        (_, Some(0)) => Ok(session),
        (output, _) => Err(output),
    }
}

fn report(what: &str, mut measure: impl FnMut() -> Duration) {
    let mut times: Vec<Duration> = (0..ROUNDS).map(|_| measure()).collect();
    times.sort();
    println!(
        "{what}: median {:.1} ms (min {:.1}, max {:.1})",
        times[ROUNDS / 2].as_secs_f64() * 1e3,
        times[0].as_secs_f64() * 1e3,
        times[ROUNDS - 1].as_secs_f64() * 1e3
    );
}

/// A line of what the system says of this process's memory.
fn memory(name: &str) -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    line.map_or_else(|| "not known on this system".to_owned(), |value| value.trim().to_owned())
}
