//! Controllers and scheduler, driven through the API alone, in virtual time.

mod deployment;
mod lifecycle;
mod nodes;
mod properties;
mod scale;
mod services;
mod support;
mod workloads;
