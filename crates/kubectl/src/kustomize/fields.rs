//! The fields of built-in kinds that labels, annotations, namespaces, images and numbers of replicas go to.
//!
//! Upstream: `api/internal/konfig/builtinpluginconsts`, `api/filters/fieldspec/fieldspec.go`

use serde_json::{Map, Value};

use super::resource::Gvk;

/// Fields of a kind: the kind, its group and version (empty stands for all), whether they are made where they are
/// missing, and their paths.
pub(super) type Spec = (&'static str, &'static str, &'static str, bool, &'static [&'static str]);

/// Where labels go beside `metadata/labels`.
pub(super) const TEMPLATE_LABELS: &[Spec] = &[
    ("ReplicationController", "", "v1", true, &["spec/template/metadata/labels"]),
    ("Deployment", "", "", true, &["spec/template/metadata/labels"]),
    ("ReplicaSet", "", "", true, &["spec/template/metadata/labels"]),
    ("DaemonSet", "", "", true, &["spec/template/metadata/labels"]),
    ("StatefulSet", "apps", "", true, &["spec/template/metadata/labels"]),
    ("Job", "batch", "", true, &["spec/template/metadata/labels"]),
    (
        "CronJob",
        "batch",
        "",
        true,
        &["spec/jobTemplate/metadata/labels", "spec/jobTemplate/spec/template/metadata/labels"],
    ),
];

/// Where labels of claims go.
pub(super) const CLAIM_LABELS: &[Spec] =
    &[("StatefulSet", "apps", "", true, &["spec/volumeClaimTemplates[]/metadata/labels"])];

const AFFINITY: &[&str] = &[
    "spec/template/spec/affinity/podAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
    "spec/template/spec/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
    "spec/template/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels",
    "spec/template/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels",
    "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels",
];

/// Where labels go that selectors are to have.
pub(super) const SELECTORS: &[Spec] = &[
    ("Service", "", "v1", true, &["spec/selector"]),
    ("ReplicationController", "", "v1", true, &["spec/selector"]),
    ("Deployment", "", "", true, &["spec/selector/matchLabels"]),
    ("Deployment", "apps", "", false, AFFINITY),
    ("ReplicaSet", "", "", true, &["spec/selector/matchLabels"]),
    ("DaemonSet", "", "", true, &["spec/selector/matchLabels"]),
    ("StatefulSet", "apps", "", true, &["spec/selector/matchLabels"]),
    ("StatefulSet", "apps", "", false, AFFINITY),
    ("Job", "batch", "", false, &["spec/selector/matchLabels"]),
    ("CronJob", "batch", "", false, &["spec/jobTemplate/spec/selector/matchLabels"]),
    ("PodDisruptionBudget", "policy", "", false, &["spec/selector/matchLabels"]),
    (
        "NetworkPolicy",
        "networking.k8s.io",
        "",
        false,
        &[
            "spec/podSelector/matchLabels",
            "spec/ingress/from/podSelector/matchLabels",
            "spec/egress/to/podSelector/matchLabels",
        ],
    ),
];

/// Where labels always go.
pub(super) const LABELS: &[Spec] = &[("", "", "", true, &["metadata/labels"])];

/// Where annotations go.
pub(super) const ANNOTATIONS: &[Spec] = &[
    ("", "", "", true, &["metadata/annotations"]),
    ("ReplicationController", "", "v1", true, &["spec/template/metadata/annotations"]),
    ("Deployment", "", "", true, &["spec/template/metadata/annotations"]),
    ("ReplicaSet", "", "", true, &["spec/template/metadata/annotations"]),
    ("DaemonSet", "", "", true, &["spec/template/metadata/annotations"]),
    ("StatefulSet", "", "", true, &["spec/template/metadata/annotations"]),
    ("Job", "batch", "", true, &["spec/template/metadata/annotations"]),
    (
        "CronJob",
        "batch",
        "",
        true,
        &["spec/jobTemplate/metadata/annotations", "spec/jobTemplate/spec/template/metadata/annotations"],
    ),
];

/// Where the namespace goes beside `metadata/namespace`.
pub(super) const NAMESPACE: &[Spec] = &[
    ("Namespace", "", "v1", true, &["metadata/name"]),
    ("APIService", "apiregistration.k8s.io", "", true, &["spec/service/namespace"]),
    (
        "CustomResourceDefinition",
        "apiextensions.k8s.io",
        "",
        false,
        &["spec/conversion/webhook/clientConfig/service/namespace"],
    ),
];

/// Where images stand that are not in `containers` or `initContainers`.
pub(super) const IMAGES: &[Spec] = &[(
    "",
    "",
    "",
    false,
    &["spec/volumes[]/image/reference", "spec/template/spec/volumes[]/image/reference"],
)];

/// Where the number of replicas stands.
pub(super) const REPLICAS: &[Spec] = &[
    ("Deployment", "", "", true, &["spec/replicas"]),
    ("ReplicationController", "", "", true, &["spec/replicas"]),
    ("ReplicaSet", "", "", true, &["spec/replicas"]),
    ("StatefulSet", "", "", true, &["spec/replicas"]),
];

/// The pattern of a [`Spec`].
pub(super) fn pattern(spec: &Spec) -> Gvk {
    Gvk { kind: spec.0.to_owned(), group: spec.1.to_owned(), version: spec.2.to_owned() }
}

/// Changes the fields of a table in an object.
pub(super) fn change(value: &mut Value, specs: &[Spec], make: &Value, set: &mut dyn FnMut(&mut Value)) {
    let gvk = Gvk::of(value);
    for spec in specs {
        if gvk.is_selected(&pattern(spec)) {
            for path in spec.4 {
                visit(value, &split(path), spec.3.then_some(make), set);
            }
        }
    }
}

/// The parts of a path; `\/` is a slash within one.
pub(super) fn split(path: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for part in path.split('/') {
        match parts.last_mut().filter(|last| last.ends_with('\\')) {
            Some(last) => {
                last.pop();
                last.push('/');
                last.push_str(part);
            }
            None => parts.push(part.to_owned()),
        }
    }
    parts
}

/// Calls `set` with what a path leads to, through all items of lists on the way.
/// With `make`, what is missing is made, and ends in that value.
pub(super) fn visit(
    value: &mut Value,
    path: &[String],
    make: Option<&Value>,
    set: &mut dyn FnMut(&mut Value),
) {
    let Some((first, rest)) = path.split_first() else { return set(value) };
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| visit(item, path, make, set)),
        Value::Object(map) => {
            let (name, is_list) =
                first.strip_suffix("[]").map_or((first.as_str(), false), |name| (name, true));
            let missing = map.get(name).is_none_or(Value::is_null);
            if missing
                && let Some(make) = make
                && !is_list
            {
                let made = if rest.is_empty() { make.clone() } else { Value::Object(Map::new()) };
                map.insert(name.to_owned(), made);
            }
            if let Some(next) = map.get_mut(name) {
                visit(next, rest, make, set);
            }
        }
        _ => {}
    }
}
