//! Questions about who somebody is: answered, not stored.
//!
//! Upstream: `pkg/registry/authentication`.

use podground_api::object::str_at;
use podground_api::{Value, json};

use crate::apiserver::authorization::{token_user, with_groups};
use crate::apiserver::context::User;
use crate::resource::{Resource, Strategy};

/// `selfsubjectreviews` of `authentication.k8s.io`.
pub static SELF_SUBJECT_REVIEW: Resource = Resource {
    verbs: &["create"],
    strategy: Strategy {
        answer: Some(|cx, mut object| {
            object["metadata"] = json!({ "creationTimestamp": cx.now().rfc3339() });
            object["status"] = json!({ "userInfo": info(&cx.user) });
            object
        }),
        ..Strategy::GENERIC
    },
    ..Resource::cluster("authentication.k8s.io", "v1", "SelfSubjectReview").named(
        "selfsubjectreviews",
        "selfsubjectreview",
        "selfsubjectreviews.authentication.k8s.io",
    )
};

/// `tokenreviews` of `authentication.k8s.io`.
pub static TOKEN_REVIEW: Resource = Resource {
    verbs: &["create"],
    strategy: Strategy {
        answer: Some(|cx, mut object| {
            let user = token_user(cx.api, str_at(&object, "/spec/token"));
            object["status"] = match user {
                Some(name) => json!({ "authenticated": true, "user": info(&with_groups(&name, Vec::new())) }),
                None => json!({ "user": {}, "error": "[invalid bearer token]" }),
            };
            object
        }),
        ..Strategy::GENERIC
    },
    ..Resource::cluster("authentication.k8s.io", "v1", "TokenReview").named(
        "tokenreviews",
        "tokenreview",
        "tokenreviews.authentication.k8s.io",
    )
};

fn info(user: &User) -> Value {
    let mut info = json!({ "username": user.name, "groups": user.groups });
    let extra = user.extra();
    if !extra.is_null() {
        info["extra"] = extra;
    }
    info
}
