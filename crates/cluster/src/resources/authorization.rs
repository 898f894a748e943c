//! Questions about rights: answered, not stored.
//!
//! Upstream: `pkg/registry/authorization`.

use podground_api::object::{array_at, at, str_at};
use podground_api::{Value, json};

use crate::apiserver::authorization::{Attributes, allowed, each_rule, with_groups};
use crate::apiserver::context::{Context, User};
use crate::resource::{Resource, Strategy};

const CREATE: &[&str] = &["create"];

/// `localsubjectaccessreviews` of `authorization.k8s.io`.
pub static LOCAL_SUBJECT_ACCESS_REVIEW: Resource = Resource {
    verbs: CREATE,
    strategy: Strategy { answer: Some(subject), ..Strategy::GENERIC },
    ..Resource::namespaced("authorization.k8s.io", "v1", "LocalSubjectAccessReview").named(
        "localsubjectaccessreviews",
        "localsubjectaccessreview",
        "localsubjectaccessreviews.authorization.k8s.io",
    )
};

/// `selfsubjectaccessreviews` of `authorization.k8s.io`.
pub static SELF_SUBJECT_ACCESS_REVIEW: Resource = Resource {
    verbs: CREATE,
    strategy: Strategy { answer: Some(own), ..Strategy::GENERIC },
    ..Resource::cluster("authorization.k8s.io", "v1", "SelfSubjectAccessReview").named(
        "selfsubjectaccessreviews",
        "selfsubjectaccessreview",
        "selfsubjectaccessreviews.authorization.k8s.io",
    )
};

/// `selfsubjectrulesreviews` of `authorization.k8s.io`.
pub static SELF_SUBJECT_RULES_REVIEW: Resource = Resource {
    verbs: CREATE,
    strategy: Strategy { answer: Some(rules), ..Strategy::GENERIC },
    ..Resource::cluster("authorization.k8s.io", "v1", "SelfSubjectRulesReview").named(
        "selfsubjectrulesreviews",
        "selfsubjectrulesreview",
        "selfsubjectrulesreviews.authorization.k8s.io",
    )
};

/// `subjectaccessreviews` of `authorization.k8s.io`.
pub static SUBJECT_ACCESS_REVIEW: Resource = Resource {
    verbs: CREATE,
    strategy: Strategy { answer: Some(subject), ..Strategy::GENERIC },
    ..Resource::cluster("authorization.k8s.io", "v1", "SubjectAccessReview").named(
        "subjectaccessreviews",
        "subjectaccessreview",
        "subjectaccessreviews.authorization.k8s.io",
    )
};

fn review(cx: &Context, mut object: Value, user: &User) -> Value {
    let resource = at(&object, "/spec/resourceAttributes");
    let name = str_at(resource, "/resource");
    let subresource = str_at(resource, "/subresource");
    let wanted = if resource.is_null() {
        Attributes {
            verb: str_at(&object, "/spec/nonResourceAttributes/verb"),
            path: str_at(&object, "/spec/nonResourceAttributes/path"),
            ..Attributes::default()
        }
    } else {
        Attributes {
            verb: str_at(resource, "/verb"),
            group: str_at(resource, "/group"),
            resource: if subresource.is_empty() { name.to_owned() } else { format!("{name}/{subresource}") },
            namespace: str_at(resource, "/namespace"),
            name: str_at(resource, "/name"),
            path: "",
        }
    };
    let reason = allowed(&cx.store(), user, &wanted);
    let mut status = json!({ "allowed": reason.is_some() });
    if let Some(reason) = reason.filter(|reason| !reason.is_empty()) {
        status["reason"] = reason.into();
    }
    object["status"] = status;
    object
}

fn own(cx: &Context, object: Value) -> Value {
    review(cx, object, &cx.user)
}

fn subject(cx: &Context, object: Value) -> Value {
    let groups =
        array_at(&object, "/spec/groups").iter().filter_map(|group| group.as_str().map(str::to_owned));
    let user = with_groups(str_at(&object, "/spec/user"), groups.collect());
    review(cx, object, &user)
}

fn rules(cx: &Context, mut object: Value) -> Value {
    let namespace = str_at(&object, "/spec/namespace").to_owned();
    let (mut resources, mut urls) = (Vec::new(), Vec::new());
    if cx.user.groups.iter().any(|group| group == "system:masters") {
        resources.push(json!({ "verbs": ["*"], "apiGroups": ["*"], "resources": ["*"] }));
        urls.push(json!({ "verbs": ["*"], "nonResourceURLs": ["*"] }));
    }
    each_rule(&cx.store(), &cx.user, &namespace, &mut |rule, _| {
        if array_at(rule, "/nonResourceURLs").is_empty() {
            resources.push(rule.clone());
        } else {
            urls.push(rule.clone());
        }
    });
    object["status"] = json!({ "resourceRules": resources, "nonResourceRules": urls, "incomplete": false });
    object
}
