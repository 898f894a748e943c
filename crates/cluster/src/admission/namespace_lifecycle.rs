//! Nothing is created in a namespace that is not there or is going away.
//!
//! Upstream: `apiserver/pkg/admission/plugin/namespace/lifecycle/admission.go`.

use podground_api::object::{is_deleting, name, str_at};
use podground_api::status::StatusCause;
use podground_api::{Status, Value};

use super::Plugin;
use crate::apiserver::context::Context;
use crate::apiserver::errors;
use crate::resources::core::namespace::NAMESPACE;

pub(super) const PLUGIN: Plugin =
    Plugin { name: "NamespaceLifecycle", mutate: Some(mutate), validate: Some(validate) };

const IMMORTAL: [&str; 3] = ["default", "kube-system", "kube-public"];

fn mutate(cx: &Context, object: &mut Value, old: Option<&Value>) -> Result<(), Status> {
    // Asking whether one may do something needs no namespace.
    if old.is_some() || cx.namespace.is_empty() || cx.resource.group == "authorization.k8s.io" {
        return Ok(());
    }
    let namespace = cx.store().get("namespaces", "", &cx.namespace).cloned();
    let Some(namespace) = namespace else { return Err(errors::not_found(&NAMESPACE, &cx.namespace)) };
    if is_deleting(&namespace) || str_at(&namespace, "/status/phase") == "Terminating" {
        let why = format!(
            "unable to create new content in namespace {} because it is being terminated",
            cx.namespace
        );
        let mut status = errors::forbidden(cx.resource, name(object), &why);
        if let Some(details) = &mut status.details {
            details.causes.push(StatusCause {
                reason: "NamespaceTerminating".to_owned(),
                message: format!("namespace {} is being terminated", cx.namespace),
                field: "metadata.namespace".to_owned(),
            });
        }
        return Err(status);
    }
    Ok(())
}

fn validate(cx: &Context, object: Option<&Value>, _old: Option<&Value>) -> Result<(), Status> {
    if object.is_none() && cx.resource.key == "namespaces" && IMMORTAL.contains(&cx.name.as_str()) {
        return Err(errors::forbidden(cx.resource, &cx.name, "this namespace may not be deleted"));
    }
    Ok(())
}
