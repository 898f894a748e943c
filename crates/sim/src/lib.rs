//! Virtual time, tasks, pipes and keyed randomness: the deterministic floor that all else stands on.
//!
//! Nothing here knows of Kubernetes or of a shell.
//! The same seed and the same inputs give the same order of polls, the same random values and the same
//! [`Sim::trace_hash`].

mod hash;
mod notify;
mod pipe;
mod rng;
mod sim;
mod time;

pub use hash::stable_hash;
pub use notify::Notify;
pub use pipe::{BrokenPipe, PipeReader, PipeWriter, pipe};
pub use rng::Rng;
pub use sim::{Sim, Sleep, Task};
pub use time::Time;

/// Multi-producer channels; see the crate `async-channel`.
pub use async_channel as channel;

/// A boxed future that stays on its thread.
pub type LocalBoxFuture<'a, T> = std::pin::Pin<Box<dyn Future<Output = T> + 'a>>;
