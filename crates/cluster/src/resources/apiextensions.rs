//! The group `apiextensions.k8s.io`, and what its definitions bring.

pub mod custom;
pub mod custom_resource_definition;
mod structural;
