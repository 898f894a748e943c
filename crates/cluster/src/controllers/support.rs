//! What controllers share.

pub mod backends;
pub mod conditions;
pub mod hash;
pub mod numbers;
pub mod owners;
pub mod pods;
pub mod queue;
pub mod recorder;
pub mod revisions;
pub mod volumes;

pub use queue::WorkQueue;
pub use recorder::{EventRecorder, EventType, Involved, Source};
