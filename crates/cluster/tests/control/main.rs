//! Controllers and scheduler, driven through the API alone, in virtual time.

mod deployment;
mod lifecycle;
mod nodes;
mod scale;
mod services;
mod support;
mod workloads;
