//! What the kernel does to a container that takes more memory than it may.

use std::rc::Rc;

use podground_api::Value;
use podground_api::object::str_at;
use podground_api::quantity::Quantity;

use super::worker::Worker;
use crate::container::Container;

impl Worker {
    /// Limits the memory of a container's processes: when they take more, all are killed.
    // Upstream: pkg/kubelet/kuberuntime/kuberuntime_container_linux.go, memory.oom.group
    pub(super) fn limit_memory(&self, spec: &Value, container: &Rc<Container>) {
        let Ok(limit) = Quantity::parse(str_at(spec, "/resources/limits/memory")) else { return };
        let killed = Rc::downgrade(container);
        container.spec.host.processes.usage().set_limit(limit.units().unsigned_abs(), move || {
            if let Some(container) = killed.upgrade() {
                container.kill_out_of_memory();
            }
        });
    }
}
