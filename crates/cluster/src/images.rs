//! Container images: what a reference names, what is in it, what it runs.
//!
//! [`IMAGES`] lists what is simulated in depth, one file each. Every other plausible reference pulls too and
//! runs idle under its own name; one whose host, name or tag begins with `nosuch` does not
//! exist.

mod base;
mod builder;
mod entries;
pub mod programs;
mod reference;
mod store;
mod tags;

pub use builder::{Image, ImageConfig, Layer};
pub(crate) use entries::nginx::DEFAULT as DEFAULT_NGINX_CONF;
pub use entries::{IMAGES, ImageEntry};
pub use reference::{Reference, ReferenceError};
pub use store::{ImageStore, PullError};
