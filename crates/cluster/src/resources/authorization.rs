//! Authorization.

use crate::resource::Resource;

/// `localsubjectaccessreviews` of `authorization.k8s.io`.
pub static LOCAL_SUBJECT_ACCESS_REVIEW: Resource = Resource {
    verbs: &["create"],
    ..Resource::namespaced("authorization.k8s.io", "v1", "LocalSubjectAccessReview").named(
        "localsubjectaccessreviews",
        "localsubjectaccessreview",
        "localsubjectaccessreviews.authorization.k8s.io",
    )
};

/// `selfsubjectaccessreviews` of `authorization.k8s.io`.
pub static SELF_SUBJECT_ACCESS_REVIEW: Resource = Resource {
    verbs: &["create"],
    ..Resource::cluster("authorization.k8s.io", "v1", "SelfSubjectAccessReview").named(
        "selfsubjectaccessreviews",
        "selfsubjectaccessreview",
        "selfsubjectaccessreviews.authorization.k8s.io",
    )
};

/// `selfsubjectrulesreviews` of `authorization.k8s.io`.
pub static SELF_SUBJECT_RULES_REVIEW: Resource = Resource {
    verbs: &["create"],
    ..Resource::cluster("authorization.k8s.io", "v1", "SelfSubjectRulesReview").named(
        "selfsubjectrulesreviews",
        "selfsubjectrulesreview",
        "selfsubjectrulesreviews.authorization.k8s.io",
    )
};

/// `subjectaccessreviews` of `authorization.k8s.io`.
pub static SUBJECT_ACCESS_REVIEW: Resource = Resource {
    verbs: &["create"],
    ..Resource::cluster("authorization.k8s.io", "v1", "SubjectAccessReview").named(
        "subjectaccessreviews",
        "subjectaccessreview",
        "subjectaccessreviews.authorization.k8s.io",
    )
};
