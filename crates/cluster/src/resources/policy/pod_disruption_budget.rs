//! Pod disruption budget.

use crate::resource::Resource;

/// `poddisruptionbudgets` of `policy`.
pub static POD_DISRUPTION_BUDGET: Resource = Resource {
    short_names: &["pdb"],
    subresources: &["status"],
    ..Resource::namespaced("policy", "v1", "PodDisruptionBudget").named(
        "poddisruptionbudgets",
        "poddisruptionbudget",
        "poddisruptionbudgets.policy",
    )
};
