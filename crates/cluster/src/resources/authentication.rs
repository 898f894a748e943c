//! Authentication.

use crate::resource::Resource;

/// `selfsubjectreviews` of `authentication.k8s.io`.
pub static SELF_SUBJECT_REVIEW: Resource = Resource {
    verbs: &["create"],
    ..Resource::cluster("authentication.k8s.io", "v1", "SelfSubjectReview").named(
        "selfsubjectreviews",
        "selfsubjectreview",
        "selfsubjectreviews.authentication.k8s.io",
    )
};

/// `tokenreviews` of `authentication.k8s.io`.
pub static TOKEN_REVIEW: Resource = Resource {
    verbs: &["create"],
    ..Resource::cluster("authentication.k8s.io", "v1", "TokenReview").named(
        "tokenreviews",
        "tokenreview",
        "tokenreviews.authentication.k8s.io",
    )
};
