//! The cluster's network: every pod an address, flat, without address translation between pods.
//!
//! [`Fabric`] knows all namespaces and the services; [`HostNetwork`] is what a process sees of
//! it. A connection is a pair of pipes; routing decides who gets the other ends, or why nobody does.

mod connect;
mod dns;
mod fabric;
pub(crate) mod firewall;
mod hop;
mod internet;
pub mod ipam;
mod namespace;
mod policy;
mod route;
mod services;
mod view;

pub(crate) use fabric::API_PORT;
pub use fabric::{Fabric, NodeAddress};
pub use hop::{Hop, HopKind, HopResult, ServiceHop};
pub(crate) use namespace::LOAD_WINDOW;
pub use namespace::{Namespace, Peer};
pub use services::{Backend, ServiceTable};
pub use view::HostNetwork;
