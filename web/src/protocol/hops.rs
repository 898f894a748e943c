//! Who called whom.

use serde::{Deserialize, Serialize};

/// One end of a call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HopEnd {
    /// `pod`, `node`, `workstation`, `internet`; empty if nobody was reached.
    pub kind: String,
    /// The pod's namespace.
    pub namespace: String,
    /// The pod's, the node's or the host's name.
    pub name: String,
}

/// One call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HopView {
    /// Counts all calls.
    pub sequence: u64,
    /// Who called.
    pub from: HopEnd,
    /// `namespace/name` of the service in between; empty if there is none.
    pub service: String,
    /// Who was reached.
    pub to: HopEnd,
    /// The port that was called.
    pub port: u16,
    /// `delivered`, `refused`, `unreachable`, `lost`, `forbidden`
    pub result: String,
}

impl HopView {
    /// Whether somebody has answered.
    pub fn delivered(&self) -> bool {
        self.result == "delivered"
    }
}
