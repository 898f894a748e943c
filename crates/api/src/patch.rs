//! The three kinds of patches, and making them.

mod diff;
mod json_patch;
mod merge;
mod strategic;

pub use diff::three_way;
pub use json_patch::apply_json_patch;
pub use merge::{apply_merge_patch, three_way_merge_patch};
pub use strategic::apply_strategic_merge_patch;

/// The media type of a JSON patch (RFC 6902).
pub const JSON_PATCH: &str = "application/json-patch+json";
/// The media type of a merge patch (RFC 7386).
pub const MERGE_PATCH: &str = "application/merge-patch+json";
/// The media type of Kubernetes' strategic merge patch.
pub const STRATEGIC_MERGE_PATCH: &str = "application/strategic-merge-patch+json";
/// The media type of server-side apply.
pub const APPLY_PATCH: &str = "application/apply-patch+yaml";
