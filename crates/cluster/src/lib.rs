//! The simulated cluster: API server, controllers, scheduler, kubelets, containers, network.

pub mod fault;
pub mod network;
