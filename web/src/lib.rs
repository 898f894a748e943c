//! What the page and the engine's worker share: the messages between them. Plain data only.

pub mod protocol;
