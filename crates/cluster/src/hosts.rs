//! The cluster's machines as hosts of processes, and what the workstation shares with it.

use std::rc::Rc;

use podground_shell::{Host, Network, ProgramTable};
use podground_vfs::FileSystem;

use crate::Cluster;

impl Cluster {
    /// Adds what every machine can run: the shell and the programs of `/bin`.
    pub fn register_programs(&self, table: &mut ProgramTable) {
        podground_programs::register(table);
    }

    /// The machine of a node.
    pub fn node_host(&self, _name: &str) -> Option<Rc<Host>> {
        None
    }

    /// The inside of a running container; the first container if none is named.
    pub fn container_host(&self, _namespace: &str, _pod: &str, _container: Option<&str>) -> Option<Rc<Host>> {
        None
    }

    /// The network of the learner's machine, whose files hold `/etc/hosts`.
    pub fn workstation_network(&self, files: FileSystem) -> Rc<dyn Network> {
        let fabric = crate::network::Fabric::new(self.sim().clone(), crate::fault::Faults::default());
        Rc::new(fabric.view(fabric.workstation(), files))
    }
}
