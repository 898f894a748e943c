//! Webhooks and policies of admission: stored, not enforced.
//!
//! Upstream: `pkg/apis/admissionregistration/v1/defaults.go`, `pkg/printers/internalversion/printers.go`.

use podground_api::object::{array_at, at, str_at};
use podground_api::{Map, Value, json};

use crate::resource::{AGE, Column, NAME, Resource, RowContext, Strategy, column, integer};
use crate::resources::core::pod::defaults::{absent, child, items, present};
use crate::resources::{age_cell, name_cell, workload};

const POLICY: Strategy = Strategy {
    default: policy_default,
    prepare_create: |_, object| {
        if str_at(object, "/kind") == "ValidatingAdmissionPolicy" {
            workload::new_status(object, json!({}));
        }
    },
    generation: true,
    ..Strategy::GENERIC
};

const BINDING: Strategy = Strategy { default: binding_default, generation: true, ..Strategy::GENERIC };

const WEBHOOKS: Strategy = Strategy { default: webhook_default, generation: true, ..Strategy::GENERIC };

const BINDING_COLUMNS: &[Column] = &[NAME, column("PolicyName"), column("ParamRef"), AGE];

const WEBHOOK_COLUMNS: &[Column] = &[NAME, integer("Webhooks"), AGE];

/// `mutatingadmissionpolicies` of `admissionregistration.k8s.io`.
pub static MUTATING_ADMISSION_POLICY: Resource = Resource {
    categories: &["api-extensions"],
    strategy: POLICY,
    columns: &[NAME, integer("Mutations"), column("ParamKind"), AGE],
    row: |object, cx| policy_row(object, "mutations", cx),
    ..Resource::cluster("admissionregistration.k8s.io", "v1", "MutatingAdmissionPolicy").named(
        "mutatingadmissionpolicies",
        "mutatingadmissionpolicy",
        "mutatingadmissionpolicies.admissionregistration.k8s.io",
    )
};

/// `mutatingadmissionpolicybindings` of `admissionregistration.k8s.io`.
pub static MUTATING_ADMISSION_POLICY_BINDING: Resource = Resource {
    categories: &["api-extensions"],
    strategy: BINDING,
    columns: BINDING_COLUMNS,
    row: binding_row,
    ..Resource::cluster("admissionregistration.k8s.io", "v1", "MutatingAdmissionPolicyBinding").named(
        "mutatingadmissionpolicybindings",
        "mutatingadmissionpolicybinding",
        "mutatingadmissionpolicybindings.admissionregistration.k8s.io",
    )
};

/// `mutatingwebhookconfigurations` of `admissionregistration.k8s.io`.
pub static MUTATING_WEBHOOK_CONFIGURATION: Resource = Resource {
    categories: &["api-extensions"],
    strategy: WEBHOOKS,
    columns: WEBHOOK_COLUMNS,
    row: webhook_row,
    ..Resource::cluster("admissionregistration.k8s.io", "v1", "MutatingWebhookConfiguration").named(
        "mutatingwebhookconfigurations",
        "mutatingwebhookconfiguration",
        "mutatingwebhookconfigurations.admissionregistration.k8s.io",
    )
};

/// `validatingadmissionpolicies` of `admissionregistration.k8s.io`.
pub static VALIDATING_ADMISSION_POLICY: Resource = Resource {
    categories: &["api-extensions"],
    subresources: &["status"],
    strategy: POLICY,
    columns: &[NAME, integer("Validations"), column("ParamKind"), AGE],
    row: |object, cx| policy_row(object, "validations", cx),
    ..Resource::cluster("admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicy").named(
        "validatingadmissionpolicies",
        "validatingadmissionpolicy",
        "validatingadmissionpolicies.admissionregistration.k8s.io",
    )
};

/// `validatingadmissionpolicybindings` of `admissionregistration.k8s.io`.
pub static VALIDATING_ADMISSION_POLICY_BINDING: Resource = Resource {
    categories: &["api-extensions"],
    strategy: BINDING,
    columns: BINDING_COLUMNS,
    row: binding_row,
    ..Resource::cluster("admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicyBinding").named(
        "validatingadmissionpolicybindings",
        "validatingadmissionpolicybinding",
        "validatingadmissionpolicybindings.admissionregistration.k8s.io",
    )
};

/// `validatingwebhookconfigurations` of `admissionregistration.k8s.io`.
pub static VALIDATING_WEBHOOK_CONFIGURATION: Resource = Resource {
    categories: &["api-extensions"],
    strategy: WEBHOOKS,
    columns: WEBHOOK_COLUMNS,
    row: webhook_row,
    ..Resource::cluster("admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration").named(
        "validatingwebhookconfigurations",
        "validatingwebhookconfiguration",
        "validatingwebhookconfigurations.admissionregistration.k8s.io",
    )
};

fn policy_default(object: &mut Value) {
    let spec = object.as_object_mut().and_then(|policy| child(policy, "spec"));
    let Some(spec) = spec else { return };
    absent(spec, "failurePolicy", "Fail");
    if let Some(constraints) = present(spec, "matchConstraints") {
        resources_default(constraints);
    }
}

fn binding_default(object: &mut Value) {
    let spec = object.as_object_mut().and_then(|binding| present(binding, "spec"));
    if let Some(constraints) = spec.and_then(|spec| present(spec, "matchResources")) {
        resources_default(constraints);
    }
}

fn resources_default(constraints: &mut Map<String, Value>) {
    absent(constraints, "matchPolicy", "Equivalent");
    absent(constraints, "namespaceSelector", json!({}));
    absent(constraints, "objectSelector", json!({}));
    for field in ["resourceRules", "excludeResourceRules"] {
        items(constraints, field).for_each(|rule| absent(rule, "scope", "*"));
    }
}

fn webhook_default(object: &mut Value) {
    let mutating = str_at(object, "/kind").starts_with("Mutating");
    let Some(configuration) = object.as_object_mut() else { return };
    for webhook in items(configuration, "webhooks") {
        absent(webhook, "failurePolicy", "Fail");
        absent(webhook, "matchPolicy", "Equivalent");
        absent(webhook, "namespaceSelector", json!({}));
        absent(webhook, "objectSelector", json!({}));
        absent(webhook, "timeoutSeconds", 10);
        if mutating {
            absent(webhook, "reinvocationPolicy", "Never");
        }
        items(webhook, "rules").for_each(|rule| absent(rule, "scope", "*"));
        if let Some(client) = present(webhook, "clientConfig")
            && let Some(service) = present(client, "service")
        {
            absent(service, "port", 443);
        }
    }
}

fn policy_row(object: &Value, what: &str, cx: &RowContext) -> Vec<Value> {
    let kind = at(object, "/spec/paramKind");
    let kind = if kind.is_null() {
        "<unset>".to_owned()
    } else {
        format!("{}/{}", str_at(kind, "/apiVersion"), str_at(kind, "/kind"))
    };
    let count = array_at(object, &format!("/spec/{what}")).len();
    vec![name_cell(object), count.into(), kind.into(), age_cell(object, cx)]
}

fn binding_row(object: &Value, cx: &RowContext) -> Vec<Value> {
    let reference = at(object, "/spec/paramRef");
    let (name, namespace) = (str_at(reference, "/name"), str_at(reference, "/namespace"));
    let text = match (name, namespace) {
        ("", "") => "<unset>".to_owned(),
        (name, "") => name.to_owned(),
        ("", namespace) => format!("{namespace}/*"),
        (name, namespace) => format!("{namespace}/{name}"),
    };
    vec![name_cell(object), str_at(object, "/spec/policyName").into(), text.into(), age_cell(object, cx)]
}

fn webhook_row(object: &Value, cx: &RowContext) -> Vec<Value> {
    vec![name_cell(object), array_at(object, "/webhooks").len().into(), age_cell(object, cx)]
}
