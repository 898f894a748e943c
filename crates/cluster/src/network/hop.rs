//! Who called whom, through what: what the picture shows as moving dots.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use podground_sim::Time;

use super::Peer;

/// How many hops are kept.
const KEPT: usize = 512;

/// What kind of traffic it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HopKind {
    /// A TCP connection.
    Tcp,
    /// A question to a name server.
    Dns,
    /// An ICMP echo.
    Ping,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HopResult {
    /// The other side answered.
    Delivered,
    /// Nothing listens there, or the service has no endpoints.
    Refused,
    /// There is no such host.
    Unreachable,
    /// The packets were lost.
    Lost,
    /// A network policy forbids it.
    Forbidden,
}

/// The service that a call went through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceHop {
    /// The service's namespace.
    pub namespace: String,
    /// The service's name.
    pub name: String,
    /// The node whose node port was called.
    pub node_port_of: Option<String>,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// Counts all hops of a cluster.
    pub sequence: u64,
    /// When it began.
    pub time: Time,
    /// The traffic.
    pub kind: HopKind,
    /// Who called.
    pub from: Peer,
    /// Who was reached; `None` if nobody was.
    pub to: Option<Peer>,
    /// The port that was called.
    pub port: u16,
    /// The service in between.
    pub service: Option<ServiceHop>,
    /// How it ended.
    pub result: HopResult,
}

/// The last hops.
#[derive(Default)]
pub(crate) struct HopLog {
    sequence: Cell<u64>,
    hops: RefCell<VecDeque<Hop>>,
}

impl HopLog {
    pub(crate) fn record(&self, mut hop: Hop) {
        hop.sequence = self.sequence.get() + 1;
        self.sequence.set(hop.sequence);
        let mut hops = self.hops.borrow_mut();
        if hops.len() == KEPT {
            hops.pop_front();
        }
        hops.push_back(hop);
    }

    pub(crate) fn since(&self, sequence: u64) -> Vec<Hop> {
        self.hops.borrow().iter().filter(|hop| hop.sequence > sequence).cloned().collect()
    }
}
