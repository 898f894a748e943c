//! All kinds: one folder per group, one file or folder per kind, one visible table.

use std::time::Duration;

use podground_api::object::{array_at, at, str_at};
use podground_api::{Value, duration};
use podground_sim::Time;

use crate::resource::{Resource, RowContext};

pub mod admissionregistration;
pub mod apiextensions;
pub mod apiregistration;
pub mod apps;
pub mod authentication;
pub mod authorization;
pub mod autoscaling;
pub mod batch;
pub mod certificates;
pub mod coordination;
pub mod core;
pub mod discovery;
pub mod events;
pub mod flowcontrol;
pub mod metrics;
pub mod networking;
pub mod node;
pub mod policy;
pub mod rbac;
pub mod resource_k8s;
pub mod scheduling;
pub(crate) mod selector;
pub mod storage;
pub(crate) mod workload;

/// The resources in the order of discovery.
pub static RESOURCES: &[&Resource] = &[
    &core::binding::BINDING,
    &core::component_status::COMPONENT_STATUS,
    &core::config_map::CONFIG_MAP,
    &core::endpoints::ENDPOINTS,
    &core::event::EVENT,
    &core::limit_range::LIMIT_RANGE,
    &core::namespace::NAMESPACE,
    &core::node::NODE,
    &core::persistent_volume_claim::PERSISTENT_VOLUME_CLAIM,
    &core::persistent_volume::PERSISTENT_VOLUME,
    &core::pod::POD,
    &core::pod_template::POD_TEMPLATE,
    &core::replication_controller::REPLICATION_CONTROLLER,
    &core::resource_quota::RESOURCE_QUOTA,
    &core::secret::SECRET,
    &core::service_account::SERVICE_ACCOUNT,
    &core::service::SERVICE,
    &apiregistration::API_SERVICE,
    &apps::controller_revision::CONTROLLER_REVISION,
    &apps::daemon_set::DAEMON_SET,
    &apps::deployment::DEPLOYMENT,
    &apps::replica_set::REPLICA_SET,
    &apps::stateful_set::STATEFUL_SET,
    &events::EVENT,
    &authentication::SELF_SUBJECT_REVIEW,
    &authentication::TOKEN_REVIEW,
    &authorization::LOCAL_SUBJECT_ACCESS_REVIEW,
    &authorization::SELF_SUBJECT_ACCESS_REVIEW,
    &authorization::SELF_SUBJECT_RULES_REVIEW,
    &authorization::SUBJECT_ACCESS_REVIEW,
    &autoscaling::horizontal_pod_autoscaler::HORIZONTAL_POD_AUTOSCALER,
    &autoscaling::horizontal_pod_autoscaler::HORIZONTAL_POD_AUTOSCALER_V1,
    &batch::cron_job::CRON_JOB,
    &batch::job::JOB,
    &certificates::CERTIFICATE_SIGNING_REQUEST,
    &networking::ingress_class::INGRESS_CLASS,
    &networking::ingress::INGRESS,
    &networking::ip_address::IP_ADDRESS,
    &networking::network_policy::NETWORK_POLICY,
    &networking::service_cidr::SERVICE_CIDR,
    &policy::pod_disruption_budget::POD_DISRUPTION_BUDGET,
    &rbac::cluster_role_binding::CLUSTER_ROLE_BINDING,
    &rbac::cluster_role::CLUSTER_ROLE,
    &rbac::role_binding::ROLE_BINDING,
    &rbac::role::ROLE,
    &storage::csi_driver::CSI_DRIVER,
    &storage::csi_node::CSI_NODE,
    &storage::csi_storage_capacity::CSI_STORAGE_CAPACITY,
    &storage::storage_class::STORAGE_CLASS,
    &storage::volume_attachment::VOLUME_ATTACHMENT,
    &storage::volume_attributes_class::VOLUME_ATTRIBUTES_CLASS,
    &admissionregistration::MUTATING_ADMISSION_POLICY,
    &admissionregistration::MUTATING_ADMISSION_POLICY_BINDING,
    &admissionregistration::MUTATING_WEBHOOK_CONFIGURATION,
    &admissionregistration::VALIDATING_ADMISSION_POLICY,
    &admissionregistration::VALIDATING_ADMISSION_POLICY_BINDING,
    &admissionregistration::VALIDATING_WEBHOOK_CONFIGURATION,
    &apiextensions::custom_resource_definition::CUSTOM_RESOURCE_DEFINITION,
    &scheduling::PRIORITY_CLASS,
    &coordination::LEASE,
    &node::RUNTIME_CLASS,
    &discovery::endpoint_slice::ENDPOINT_SLICE,
    &resource_k8s::DEVICE_CLASS,
    &resource_k8s::RESOURCE_CLAIM,
    &resource_k8s::RESOURCE_CLAIM_TEMPLATE,
    &resource_k8s::RESOURCE_SLICE,
    &flowcontrol::FLOW_SCHEMA,
    &flowcontrol::PRIORITY_LEVEL_CONFIGURATION,
];

/// The heading, type, format and priority of a resource's columns.
pub(crate) fn columns(resource: &Resource) -> Vec<(String, String, String, u8)> {
    if let Some(definition) = resource.custom {
        return apiextensions::custom::definitions(resource, definition);
    }
    let columns = resource.columns.iter();
    columns
        .map(|column| {
            (column.name.to_owned(), column.kind.to_owned(), column.format.to_owned(), column.priority)
        })
        .collect()
}

/// The cell with an object's name.
pub(crate) fn name_cell(object: &Value) -> Value {
    at(object, "/metadata/name").clone()
}

/// The cell with an object's age.
pub(crate) fn age_cell(object: &Value, cx: &RowContext) -> Value {
    since(str_at(object, "/metadata/creationTimestamp"), cx.now).into()
}

/// How long ago an instant was, as kubectl prints it: `5m`, `<unknown>`.
pub(crate) fn since(time: &str, now: Time) -> String {
    match Time::parse_rfc3339(time) {
        None => "<unknown>".to_owned(),
        Some(time) => age(time, now),
    }
}

/// The age of something that began at `time`.
pub(crate) fn age(time: Time, now: Time) -> String {
    // Times are written in whole seconds: what was made within this second is not from the future.
    duration::human(Duration::from_secs(now.unix_seconds().saturating_sub(time.unix_seconds())))
}

/// The names and the images of the containers of a pod template, as `-o wide` shows them.
pub(crate) fn containers_cells(template_spec: &Value) -> [Value; 2] {
    let all = |pointer: &str| -> Value {
        let texts: Vec<&str> = array_at(template_spec, "/containers")
            .iter()
            .map(|container| str_at(container, pointer))
            .collect();
        texts.join(",").into()
    };
    [all("/name"), all("/image")]
}

/// A selector as text, `<none>` for one that selects everything.
pub(crate) fn selector_cell(selector: &Value) -> Value {
    let parsed = podground_api::Selector::from_label_selector(selector);
    let text = parsed.map(|selector| selector.to_string()).unwrap_or_default();
    if text.is_empty() { "<none>".into() } else { text.into() }
}

/// A map of labels as text, `<none>` if it is empty.
pub(crate) fn labels_cell(labels: &Value) -> Value {
    let pairs = labels.as_object().into_iter().flatten();
    let text: Vec<String> =
        pairs.map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default())).collect();
    if text.is_empty() { "<none>".into() } else { text.join(",").into() }
}
