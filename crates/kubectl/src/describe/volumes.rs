//! Volumes.

use podground_api::object::{array_at, at, bool_at, i64_at, map_at, str_at};
use serde_json::Value;

use super::text::{Writer, scalar_or};

/// A kind of volume: its field, what stands under `Type`, and the fields that follow.
struct Kind {
    field: &'static str,
    title: &'static str,
    fields: &'static [(&'static str, &'static str)],
}

/// The kinds whose fields are simply listed; a name that ends with `?` is `false` where it is absent.
const KINDS: &[Kind] = &[
    Kind {
        field: "hostPath",
        title: "HostPath (bare host directory volume)",
        fields: &[("Path", "/path"), ("HostPathType", "/type")],
    },
    Kind {
        field: "secret",
        title: "Secret (a volume populated by a Secret)",
        fields: &[("SecretName", "/secretName"), ("Optional?", "/optional")],
    },
    Kind {
        field: "configMap",
        title: "ConfigMap (a volume populated by a ConfigMap)",
        fields: &[("Name", "/name"), ("Optional?", "/optional")],
    },
    Kind {
        field: "persistentVolumeClaim",
        title: "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        fields: &[("ClaimName", "/claimName"), ("ReadOnly?", "/readOnly")],
    },
    Kind {
        field: "nfs",
        title: "NFS (an NFS mount that lasts the lifetime of a pod)",
        fields: &[("Server", "/server"), ("Path", "/path"), ("ReadOnly?", "/readOnly")],
    },
    Kind {
        field: "gitRepo",
        title: "GitRepo (a volume that is pulled from git when the pod is created)",
        fields: &[("Repository", "/repository"), ("Revision", "/revision")],
    },
    Kind {
        field: "csi",
        title: "CSI (a Container Storage Interface (CSI) volume source)",
        fields: &[("Driver", "/driver"), ("FSType", "/fsType"), ("ReadOnly?", "/readOnly")],
    },
    Kind {
        field: "gcePersistentDisk",
        title: "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        fields: &[
            ("PDName", "/pdName"),
            ("FSType", "/fsType"),
            ("Partition", "/partition"),
            ("ReadOnly?", "/readOnly"),
        ],
    },
    Kind {
        field: "awsElasticBlockStore",
        title: "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        fields: &[
            ("VolumeID", "/volumeID"),
            ("FSType", "/fsType"),
            ("Partition", "/partition"),
            ("ReadOnly?", "/readOnly"),
        ],
    },
    Kind {
        field: "local",
        title: "LocalVolume (a persistent volume backed by local storage on a node)",
        fields: &[("Path", "/path")],
    },
    Kind {
        field: "image",
        title: "Image (a container image or OCI artifact)",
        fields: &[("Reference", "/reference"), ("PullPolicy", "/pullPolicy")],
    },
];

/// Writes the volumes of a pod; `space` indents those of a template.
pub(super) fn volumes(w: &mut Writer, volumes: &[Value], space: &str) {
    if volumes.is_empty() {
        w.line(0, format_args!("{space}Volumes:\t<none>"));
        return;
    }
    w.line(0, format_args!("{space}Volumes:"));
    let name_indent = if space.is_empty() { "" } else { " " };
    for volume in volumes {
        w.line(1, format_args!("{name_indent}{}:", str_at(volume, "/name")));
        source(w, volume);
    }
}

/// Writes what a volume of a pod, or a persistent volume, is made of.
pub(super) fn source(w: &mut Writer, volume: &Value) {
    if let Some(kind) = KINDS.iter().find(|kind| volume.get(kind.field).is_some_and(Value::is_object)) {
        let source = &volume[kind.field];
        w.field(2, "Type", kind.title);
        for (name, pointer) in kind.fields {
            match name.strip_suffix('?') {
                Some(name) => w.field(2, name, bool_at(source, pointer)),
                None => w.field(2, name, scalar_or(at(source, pointer), "")),
            }
        }
    } else if map_at(volume, "/emptyDir").is_some() {
        w.field(2, "Type", "EmptyDir (a temporary directory that shares a pod's lifetime)");
        w.field(2, "Medium", str_at(volume, "/emptyDir/medium"));
        w.field(2, "SizeLimit", scalar_or(at(volume, "/emptyDir/sizeLimit"), "<unset>"));
    } else if map_at(volume, "/downwardAPI").is_some() {
        w.field(2, "Type", "DownwardAPI (a volume populated by information about the pod)");
        w.line(2, "Items:");
        downward_items(w, array_at(volume, "/downwardAPI/items"));
    } else if map_at(volume, "/ephemeral").is_some() {
        w.field(2, "Type", "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)");
    } else if map_at(volume, "/projected").is_some() {
        w.field(2, "Type", "Projected (a volume that contains injected data from multiple sources)");
        for source in array_at(volume, "/projected/sources") {
            projected(w, source);
        }
    } else {
        w.line(2, "<unknown>");
    }
}

fn downward_items(w: &mut Writer, items: &[Value]) {
    for item in items {
        let from = match str_at(item, "/fieldRef/fieldPath") {
            "" => str_at(item, "/resourceFieldRef/resource"),
            path => path,
        };
        w.line(3, format_args!("{from} -> {}", str_at(item, "/path")));
    }
}

fn projected(w: &mut Writer, source: &Value) {
    if map_at(source, "/secret").is_some() {
        w.field(2, "SecretName", str_at(source, "/secret/name"));
        optional(w, source, "/secret/optional");
    } else if map_at(source, "/downwardAPI").is_some() {
        w.field(2, "DownwardAPI", "true");
    } else if map_at(source, "/configMap").is_some() {
        w.field(2, "ConfigMapName", str_at(source, "/configMap/name"));
        optional(w, source, "/configMap/optional");
    } else if map_at(source, "/serviceAccountToken").is_some() {
        let seconds = i64_at(source, "/serviceAccountToken/expirationSeconds").unwrap_or(3600);
        w.field(2, "TokenExpirationSeconds", seconds);
    }
}

fn optional(w: &mut Writer, source: &Value, pointer: &str) {
    w.field(2, "Optional", bool_at(source, pointer));
}
