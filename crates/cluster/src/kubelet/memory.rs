//! What a container's program would take of memory, as far as its command line says so, and what the kernel does
//! about it.

use std::rc::Rc;
use std::time::Duration;

use podground_api::Value;
use podground_api::object::str_at;
use podground_api::quantity::Quantity;

use super::worker::Worker;
use crate::container::Container;

/// The bytes that `stress --vm-bytes` and its like are told to take.
pub(super) fn demand(args: &[String]) -> Option<i64> {
    if args.first().is_some_and(|name| name == "memoryhog") {
        return args.get(1)?.parse().ok();
    }
    let position = args.iter().position(|arg| arg == "--vm-bytes" || arg == "-mem-total")?;
    let text = args.get(position + 1)?;
    // The tool's own units are powers of two: 250M means 250Mi.
    let text = match text.as_bytes().last()? {
        b'K' | b'M' | b'G' => format!("{text}i"),
        b'k' | b'm' | b'g' => format!("{}i", text.to_uppercase()),
        _ => text.clone(),
    };
    Quantity::parse(&text).ok().map(Quantity::units)
}

/// The cores that `stress --cpu` is told to keep busy.
pub(super) fn cpu_demand(args: &[String]) -> u64 {
    let flag = |arg: &String| ["--cpu", "-c", "-cpus"].contains(&arg.as_str());
    if !args.first().is_some_and(|name| name.contains("stress")) && !args.iter().any(|arg| arg == "-cpus") {
        return 0;
    }
    let position = args.iter().position(flag);
    position.and_then(|position| args.get(position + 1)?.parse().ok()).unwrap_or(0)
}

impl Worker {
    /// Kills a container a moment after it takes more memory than its limit allows.
    pub(super) fn watch_memory(&self, spec: &Value, container: &Rc<Container>) {
        let Ok(limit) = Quantity::parse(str_at(spec, "/resources/limits/memory")) else { return };
        if demand(&container.spec.args).is_none_or(|demand| demand <= limit.units()) {
            return;
        }
        let (sim, container) = (self.kubelet.0.sim.clone(), container.clone());
        let kill = async move {
            sim.sleep(Duration::from_millis(400)).await;
            container.kill_out_of_memory();
        };
        self.kubelet.0.sim.spawn(kill).detach();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demands_are_read_in_binary_units() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(demand(&words("stress --vm 1 --vm-bytes 250M --vm-hang 1")), Some(250 << 20));
        assert_eq!(demand(&words("stress --cpu 2")), None);
    }
}
