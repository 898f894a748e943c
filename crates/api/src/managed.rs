//! Who has set which field: the sets of fields that managers own, and server-side apply's merge.
//!
//! Upstream: `sigs.k8s.io/structured-merge-diff/v6` fieldpath, typed, merge; here one version of a kind is enough.

mod compare;
mod merge;
mod set;
mod shape;

pub use compare::{Comparison, compare, fields_of};
pub use merge::{merge, remove};
pub use set::Set;
pub use shape::Shape;
