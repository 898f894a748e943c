//! Ingresses that name no class get the default one.
//!
//! Upstream: `plugin/pkg/admission/network/defaultingressclass/admission.go`.

use podground_api::object::{at, name, set_at, str_at};
use podground_api::{Status, Value};

use super::Plugin;
use crate::apiserver::context::Context;

pub(super) const PLUGIN: Plugin =
    Plugin { name: "DefaultIngressClass", mutate: Some(mutate), validate: None };

fn mutate(cx: &Context, ingress: &mut Value, old: Option<&Value>) -> Result<(), Status> {
    let silent = cx.resource.key == "ingresses.networking.k8s.io"
        && old.is_none()
        && at(ingress, "/spec/ingressClassName").is_null()
        && at(ingress, "/metadata/annotations/kubernetes.io~1ingress.class").is_null();
    if !silent {
        return Ok(());
    }
    let store = cx.store();
    let annotation = "/metadata/annotations/ingressclass.kubernetes.io~1is-default-class";
    let default = store
        .list("ingressclasses.networking.k8s.io", None)
        .find(|class| str_at(class, annotation) == "true")
        .map(|class| name(class).to_owned());
    if let Some(class) = default {
        set_at(ingress, "/spec/ingressClassName", class.into());
    }
    Ok(())
}
