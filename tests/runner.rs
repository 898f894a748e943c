//! Tests over the whole of Podground.
#![expect(clippy::disallowed_methods, reason = "these tests read the repository")]

mod kubectl;
mod tidy;
