//! Certificate signing requests.
//!
//! Upstream: `pkg/registry/certificates/certificates/strategy.go`, `pkg/printers/internalversion/printers.go`.

use podground_api::object::{array_at, at, i64_at, set_at, str_at};
use podground_api::{Value, duration, json};

use crate::resource::{AGE, NAME, Resource, RowContext, Strategy, column, field};
use crate::resources::{age_cell, name_cell, workload};

/// `certificatesigningrequests` of `certificates.k8s.io`.
pub static CERTIFICATE_SIGNING_REQUEST: Resource = Resource {
    short_names: &["csr"],
    subresources: &["approval", "status"],
    strategy: Strategy {
        prepare_create: |cx, object| {
            workload::new_status(object, json!({}));
            set_at(object, "/spec/username", cx.user.name.as_str().into());
            let mut groups = cx.user.groups.clone();
            if !groups.iter().any(|group| group == "system:authenticated") {
                groups.push("system:authenticated".to_owned());
            }
            set_at(object, "/spec/groups", json!(groups));
            let extra = cx.user.extra();
            if !extra.is_null() {
                set_at(object, "/spec/extra", extra);
            }
        },
        prepare_update: |_, object, old| set_at(object, "/spec", at(old, "/spec").clone()),
        fields: &[field("spec.signerName", "/spec/signerName")],
        ..Strategy::GENERIC
    },
    columns: &[
        NAME,
        AGE,
        column("SignerName"),
        column("Requestor"),
        column("RequestedDuration"),
        column("Condition"),
    ],
    row,
    ..Resource::cluster("certificates.k8s.io", "v1", "CertificateSigningRequest").named(
        "certificatesigningrequests",
        "certificatesigningrequest",
        "certificatesigningrequests.certificates.k8s.io",
    )
};

fn row(object: &Value, cx: &RowContext) -> Vec<Value> {
    let has = |kind: &str| {
        array_at(object, "/status/conditions").iter().any(|condition| str_at(condition, "/type") == kind)
    };
    let mut status = if has("Denied") {
        "Denied"
    } else if has("Approved") {
        "Approved"
    } else {
        "Pending"
    }
    .to_owned();
    if has("Failed") {
        status.push_str(",Failed");
    }
    if !str_at(object, "/status/certificate").is_empty() {
        status.push_str(",Issued");
    }
    let requested = i64_at(object, "/spec/expirationSeconds").map_or("<none>".to_owned(), |seconds| {
        duration::human(std::time::Duration::from_secs(seconds.unsigned_abs()))
    });
    vec![
        name_cell(object),
        age_cell(object, cx),
        str_at(object, "/spec/signerName").into(),
        str_at(object, "/spec/username").into(),
        requested.into(),
        status.into(),
    ]
}
