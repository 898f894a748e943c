//! The simulated cluster: API server, controllers, scheduler, kubelets, containers, network.
//!
//! Suggested reading order: [`Cluster`], [`store`], [`apiserver`], [`client`], [`informer`], [`controllers`],
//! [`scheduler`].
//! Objects are reached through the API alone: what teaches learners the truth about a real controller is that
//! ours has no other way.

#![allow(
    clippy::result_large_err,
    reason = "a `Status` is what the wire carries: boxing it would only move the cost"
)]

pub mod admission;
pub mod apiserver;
pub mod bootstrap;
pub(crate) mod cel;
pub mod client;
mod cloud;
mod cluster;
mod complete;
pub mod container;
pub mod controllers;
mod docker;
pub mod event;
pub mod fault;
mod gateway;
pub mod heartbeat;
mod hosts;
pub mod images;
pub mod informer;
mod kubeconfig;
pub mod kubelet;
mod minikube;
pub mod network;
mod pki;
mod proxy;
mod remote;
pub mod resource;
pub mod resources;
pub mod scheduler;
mod ssh;
pub mod store;

pub use bootstrap::Profile;
pub use cluster::{Cluster, ClusterConfig};
pub use hosts::workstation_tools;
