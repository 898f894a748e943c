//! Names in objects that name other objects: they follow when those are renamed.
//!
//! Upstream: `builtinpluginconsts/namereference.go`, `api/filters/nameref/nameref.go`

use podground_api::object::{self, array_at, str_at};
use serde_json::Value;

use super::fields;
use super::resource::{Gvk, Id, Resource};
use super::resources::Resources;

/// Kinds with a pod's spec, and where it is.
const POD_SPECS: &[(&str, &str, &str)] = &[
    ("Pod", "v1", "spec"),
    ("PodTemplate", "", "template/spec"),
    ("Deployment", "", "spec/template/spec"),
    ("ReplicaSet", "", "spec/template/spec"),
    ("DaemonSet", "", "spec/template/spec"),
    ("StatefulSet", "", "spec/template/spec"),
    ("Job", "", "spec/template/spec"),
    ("CronJob", "", "spec/jobTemplate/spec/template/spec"),
];

/// Those that accounts, claims and priorities are looked for in.
const WORKLOADS: &[(&str, &str, &str)] = &[
    ("Pod", "", "spec"),
    ("StatefulSet", "", "spec/template/spec"),
    ("Deployment", "", "spec/template/spec"),
    ("ReplicationController", "", "spec/template/spec"),
    ("CronJob", "", "spec/jobTemplate/spec/template/spec"),
    ("Job", "", "spec/template/spec"),
    ("DaemonSet", "", "spec/template/spec"),
];

const RBAC: &str = "rbac.authorization.k8s.io";
const ADMISSION: &str = "admissionregistration.k8s.io";

/// Names of one kind: in pods' specs, and in fields of other kinds (kind, group, version, path).
struct Names {
    kind: &'static str,
    group: &'static str,
    version: &'static str,
    hosts: &'static [(&'static str, &'static str, &'static str)],
    in_pods: &'static [&'static str],
    in_others: &'static [(&'static str, &'static str, &'static str, &'static str)],
}

const SCALED: &[(&str, &str, &str, &str)] =
    &[("HorizontalPodAutoscaler", "", "", "spec/scaleTargetRef/name")];

const fn scaled(kind: &'static str) -> Names {
    Names { kind, group: "", version: "", hosts: &[], in_pods: &[], in_others: SCALED }
}

const NAMES: &[Names] = &[
    scaled("Deployment"),
    scaled("ReplicationController"),
    scaled("ReplicaSet"),
    scaled("StatefulSet"),
    Names {
        kind: "ConfigMap",
        group: "",
        version: "v1",
        hosts: POD_SPECS,
        in_pods: &[
            "volumes/configMap/name",
            "containers/env/valueFrom/configMapKeyRef/name",
            "initContainers/env/valueFrom/configMapKeyRef/name",
            "containers/envFrom/configMapRef/name",
            "initContainers/envFrom/configMapRef/name",
            "volumes/projected/sources/configMap/name",
        ],
        in_others: &[
            ("Node", "", "", "spec/configSource/configMap"),
            ("Role", "", "", "rules/resourceNames"),
            ("ClusterRole", "", "", "rules/resourceNames"),
            (
                "Ingress",
                "",
                "",
                "metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap",
            ),
        ],
    },
    Names {
        kind: "Secret",
        group: "",
        version: "v1",
        hosts: POD_SPECS,
        in_pods: &[
            "volumes/secret/secretName",
            "containers/env/valueFrom/secretKeyRef/name",
            "initContainers/env/valueFrom/secretKeyRef/name",
            "containers/envFrom/secretRef/name",
            "initContainers/envFrom/secretRef/name",
            "imagePullSecrets/name",
            "volumes/projected/sources/secret/name",
        ],
        in_others: &[
            ("Ingress", "", "", "spec/tls/secretName"),
            ("Ingress", "", "", "metadata/annotations/ingress.kubernetes.io\\/auth-secret"),
            ("Ingress", "", "", "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-secret"),
            ("Ingress", "", "", "metadata/annotations/nginx.ingress.kubernetes.io\\/auth-tls-secret"),
            ("ServiceAccount", "", "", "imagePullSecrets/name"),
            ("StorageClass", "", "", "parameters/secretName"),
            ("StorageClass", "", "", "parameters/adminSecretName"),
            ("StorageClass", "", "", "parameters/userSecretName"),
            ("StorageClass", "", "", "parameters/secretRef"),
            ("Role", "", "", "rules/resourceNames"),
            ("ClusterRole", "", "", "rules/resourceNames"),
            (
                "Service",
                "serving.knative.dev",
                "v1",
                "spec/template/spec/containers/env/valueFrom/secretKeyRef/name",
            ),
            ("PersistentVolume", "", "", "spec/azureFile/secretName"),
        ],
    },
    Names {
        kind: "Service",
        group: "",
        version: "v1",
        hosts: &[],
        in_pods: &[],
        in_others: &[
            ("StatefulSet", "apps", "", "spec/serviceName"),
            ("Ingress", "", "", "spec/rules/http/paths/backend/serviceName"),
            ("Ingress", "", "", "spec/backend/serviceName"),
            ("Ingress", "", "", "spec/rules/http/paths/backend/service/name"),
            ("Ingress", "", "", "spec/defaultBackend/service/name"),
            ("APIService", "apiregistration.k8s.io", "", "spec/service/name"),
            ("ValidatingWebhookConfiguration", ADMISSION, "", "webhooks/clientConfig/service"),
            ("MutatingWebhookConfiguration", ADMISSION, "", "webhooks/clientConfig/service"),
            ("HTTPRoute", "", "", "spec/rules/backendRefs/name"),
        ],
    },
    Names {
        kind: "Role",
        group: RBAC,
        version: "",
        hosts: &[],
        in_pods: &[],
        in_others: &[("RoleBinding", RBAC, "", "roleRef/name")],
    },
    Names {
        kind: "ClusterRole",
        group: RBAC,
        version: "",
        hosts: &[],
        in_pods: &[],
        in_others: &[
            ("RoleBinding", RBAC, "", "roleRef/name"),
            ("ClusterRoleBinding", RBAC, "", "roleRef/name"),
        ],
    },
    Names {
        kind: "ServiceAccount",
        group: "",
        version: "v1",
        hosts: WORKLOADS,
        in_pods: &["serviceAccountName"],
        in_others: &[("RoleBinding", RBAC, "", "subjects"), ("ClusterRoleBinding", RBAC, "", "subjects")],
    },
    Names {
        kind: "PersistentVolumeClaim",
        group: "",
        version: "v1",
        hosts: WORKLOADS,
        in_pods: &["volumes/persistentVolumeClaim/claimName"],
        in_others: &[],
    },
    Names {
        kind: "PersistentVolume",
        group: "",
        version: "v1",
        hosts: &[],
        in_pods: &[],
        in_others: &[
            ("PersistentVolumeClaim", "", "", "spec/volumeName"),
            ("ClusterRole", "", "", "rules/resourceNames"),
        ],
    },
    Names {
        kind: "StorageClass",
        group: "storage.k8s.io",
        version: "v1",
        hosts: &[],
        in_pods: &[],
        in_others: &[
            ("PersistentVolume", "", "", "spec/storageClassName"),
            ("PersistentVolumeClaim", "", "", "spec/storageClassName"),
            ("StatefulSet", "", "", "spec/volumeClaimTemplates/spec/storageClassName"),
        ],
    },
    Names {
        kind: "PriorityClass",
        group: "scheduling.k8s.io",
        version: "v1",
        hosts: WORKLOADS,
        in_pods: &["priorityClassName"],
        in_others: &[],
    },
    Names {
        kind: "ValidatingAdmissionPolicy",
        group: ADMISSION,
        version: "",
        hosts: &[],
        in_pods: &[],
        in_others: &[("ValidatingAdmissionPolicyBinding", ADMISSION, "", "spec/policyName")],
    },
];

/// Lets all names follow.
///
/// # Errors
/// A name that could mean several objects.
pub(super) fn follow(found: &mut Resources) -> Result<(), String> {
    let known: Vec<Known> = found.0.iter().map(Known::of).collect();
    for at in 0..found.0.len() {
        let original = found.0[at].original().gvk;
        for names in NAMES {
            let target = gvk(names.kind, names.group, names.version);
            for (kind, version, prefix) in names.hosts {
                if original.is_selected(&gvk(kind, "", version)) {
                    for path in names.in_pods {
                        follow_field(
                            &mut found.0[at],
                            &known[at],
                            &known,
                            &target,
                            &format!("{prefix}/{path}"),
                        )?;
                    }
                }
            }
            for (kind, group, version, path) in names.in_others {
                if original.is_selected(&gvk(kind, group, version)) {
                    follow_field(&mut found.0[at], &known[at], &known, &target, path)?;
                }
            }
        }
    }
    Ok(())
}

fn gvk(kind: &str, group: &str, version: &str) -> Gvk {
    Gvk { group: group.to_owned(), version: version.to_owned(), kind: kind.to_owned() }
}

/// What is known of an object that a name could mean.
struct Known {
    id: Id,
    original: Id,
    previous: Vec<Id>,
    /// The names alone that its own name was made of.
    affixes: Resource,
    /// The namespaces of the accounts that it binds.
    bound: Vec<String>,
}

impl Known {
    fn of(resource: &Resource) -> Self {
        let accounts = array_at(&resource.value, "/subjects")
            .iter()
            .filter(|subject| str_at(subject, "/kind") == "ServiceAccount")
            .map(|subject| str_at(subject, "/namespace").to_owned());
        Self {
            id: resource.id(),
            original: resource.original(),
            previous: resource.previous_ids(),
            affixes: Resource {
                prefixes: resource.prefixes.clone(),
                suffixes: resource.suffixes.clone(),
                ..Resource::default()
            },
            bound: if object::kind(&resource.value) == "RoleBinding" {
                accounts.collect()
            } else {
                Vec::new()
            },
        }
    }

    /// Whether an object can name this one at all.
    ///
    /// Upstream: `SubsetThatCouldBeReferencedByResource`, `sameCurrentNamespaceAsReferrer`
    fn is_seen_by(&self, referrer: &Known) -> bool {
        referrer.id.gvk.is_cluster_scoped()
            || self.id.gvk.is_cluster_scoped()
            || self.id.same_namespace(&referrer.id)
            || (self.id.gvk.kind == "ServiceAccount" && referrer.bound.contains(&self.id.namespace))
    }
}

fn follow_field(
    resource: &mut Resource,
    referrer: &Known,
    known: &[Known],
    target: &Gvk,
    path: &str,
) -> Result<(), String> {
    let role = path.ends_with("roleRef/name").then(|| {
        gvk(str_at(&resource.value, "/roleRef/kind"), str_at(&resource.value, "/roleRef/apiGroup"), "")
    });
    let meant = |name: &str, namespace: Option<&str>| -> Result<Option<&Known>, String> {
        let fits = |one: &&Known| {
            one.is_seen_by(referrer)
                && one.previous.iter().any(|id| id.name == name)
                && one.previous.iter().any(|id| id.gvk.is_selected(target))
                && role.as_ref().is_none_or(|role| one.previous.iter().any(|id| id.gvk.is_selected(role)))
        };
        let mut candidates: Vec<&Known> = known.iter().filter(fits).collect();
        if let Some(namespace) = namespace {
            let originally = |one: &&Known| one.original.effective_namespace() == namespace;
            // What was in the namespace once goes before what is in it now.
            if known.iter().any(|one| originally(&one)) {
                candidates.retain(originally);
            } else {
                candidates.retain(|one| one.id.effective_namespace() == namespace);
            }
        }
        for loosely in [true, false] {
            if candidates.len() > 1 {
                candidates.retain(|one| one.affixes.same_affixes(&referrer.affixes, loosely));
            }
        }
        let Some(first) = candidates.first() else { return Ok(None) };
        let same = |one: &&Known| one.id.name == first.id.name && one.id.namespace == first.id.namespace;
        if candidates.iter().all(same) {
            return Ok(Some(first));
        }
        let ids: Vec<String> = candidates.iter().map(|one| one.id.text()).collect();
        Err(format!(
            "updating name reference in '{path}' field of '{}':  found multiple possible referrals: {}",
            referrer.id.text(),
            ids.join(", ")
        ))
    };
    let mut failure = None;
    let mut set = |place: &mut Value| {
        let items: &mut [Value] = match place {
            Value::Array(items) => items,
            one => std::slice::from_mut(one),
        };
        for item in items {
            if let Err(why) = follow_one(item, &meant) {
                failure.get_or_insert(why);
            }
        }
    };
    fields::visit(&mut resource.value, &fields::split(path), None, &mut set);
    failure.map_or(Ok(()), Err)
}

/// What a name, and a namespace where one is written beside it, mean.
type Meant<'m, 'k> = &'m dyn Fn(&str, Option<&str>) -> Result<Option<&'k Known>, String>;

/// A name, or a map with a name and perhaps a namespace.
fn follow_one(item: &mut Value, meant: Meant<'_, '_>) -> Result<(), String> {
    match item {
        Value::String(name) => {
            if let Some(found) = meant(name, None)? {
                name.clone_from(&found.id.name);
            }
        }
        Value::Object(map) => {
            let Some(name) = map.get("name").and_then(Value::as_str) else { return Ok(()) };
            let namespace = map.get("namespace").and_then(Value::as_str);
            if let Some(found) = meant(name, namespace)? {
                map.insert("name".to_owned(), found.id.name.clone().into());
                if !found.id.namespace.is_empty() {
                    map.insert("namespace".to_owned(), found.id.namespace.clone().into());
                }
            }
        }
        _ => {}
    }
    Ok(())
}
