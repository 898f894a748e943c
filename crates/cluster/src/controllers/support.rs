//! What controllers share.

pub mod queue;
pub mod recorder;

pub use queue::WorkQueue;
pub use recorder::{EventRecorder, EventType, Involved, Source};
