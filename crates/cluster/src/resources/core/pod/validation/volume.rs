//! Volumes.

use std::collections::BTreeSet;

use podground_api::object::{array_at, at, i64_at, str_at};
use podground_api::validation::{config_map_key, dns1123_label};
use podground_api::{Quantity, Value};

use super::env::downward_items;
use crate::apiserver::field::{Errors, Path};

/// The kinds of volumes in the order in which upstream looks for them.
const SOURCES: [&str; 30] = [
    "emptyDir",
    "hostPath",
    "gitRepo",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "secret",
    "nfs",
    "iscsi",
    "glusterfs",
    "flocker",
    "persistentVolumeClaim",
    "rbd",
    "cinder",
    "cephfs",
    "quobyte",
    "downwardAPI",
    "fc",
    "azureFile",
    "vsphereVolume",
    "photonPersistentDisk",
    "configMap",
    "azureDisk",
    "portworxVolume",
    "scaleIO",
    "storageos",
    "projected",
    "csi",
    "ephemeral",
    "image",
    "flexVolume",
];

const MODE: &str = "must be a number between 0 and 0777 (octal), both inclusive";

/// Checks the volumes of a pod; gives the names of those that are in order.
pub(super) fn volumes<'a>(spec: &'a Value, path: &Path<'_>, errors: &mut Errors) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for (index, volume) in array_at(spec, "/volumes").iter().enumerate() {
        let path = path.index(index);
        let before = errors.len();
        source(volume, &path, errors);
        let name = str_at(volume, "/name");
        if name.is_empty() {
            errors.required(&path.child("name"), "");
        } else {
            errors.invalid_all(&path.child("name"), name, dns1123_label(name));
        }
        if names.contains(name) {
            errors.duplicate(&path.child("name"), name);
        }
        if errors.len() == before {
            names.insert(name);
        }
    }
    names
}

/// Upstream: `validateVolumeSource`
fn source(volume: &Value, path: &Path<'_>, errors: &mut Errors) {
    let mut count = 0;
    for kind in SOURCES {
        let Some(source) = volume.get(kind).filter(|source| !source.is_null()) else { continue };
        let path = path.child(kind);
        count += 1;
        if count > 1 {
            errors.forbidden(&path, "may not specify more than 1 volume type");
            continue;
        }
        match kind {
            "emptyDir" => {
                let limit = str_at(source, "/sizeLimit");
                if Quantity::parse(limit).is_ok_and(|limit| limit.signum() < 0) {
                    errors.forbidden(
                        &path.child("sizeLimit"),
                        "SizeLimit field must be a valid resource quantity",
                    );
                }
            }
            "hostPath" => host_path(source, &path, errors),
            "secret" => {
                require(source, "secretName", &path, errors);
                mode_and_items(source, &path, errors);
            }
            "configMap" => {
                require(source, "name", &path, errors);
                mode_and_items(source, &path, errors);
            }
            "persistentVolumeClaim" => require(source, "claimName", &path, errors),
            "nfs" => {
                require(source, "server", &path, errors);
                require(source, "path", &path, errors);
                let place = str_at(source, "/path");
                if !place.is_empty() && !place.starts_with('/') {
                    errors.invalid(&path.child("path"), place, "must be an absolute path");
                }
            }
            "gcePersistentDisk" => require(source, "pdName", &path, errors),
            "awsElasticBlockStore" => require(source, "volumeID", &path, errors),
            "gitRepo" => require(source, "repository", &path, errors),
            "csi" => require(source, "driver", &path, errors),
            "downwardAPI" => {
                mode(source, "defaultMode", &path, errors);
                downward_items(source, &path, errors);
            }
            "projected" => projected(source, &path, errors),
            _ => {}
        }
    }
    if count == 0 {
        errors.required(path, "must specify a volume type");
    }
}

fn require(source: &Value, field: &str, path: &Path<'_>, errors: &mut Errors) {
    if str_at(source, &format!("/{field}")).is_empty() {
        errors.required(&path.child(field), "");
    }
}

fn host_path(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    require(source, "path", path, errors);
    let place = str_at(source, "/path");
    if place.split('/').any(|part| part == "..") {
        errors.invalid(&path.child("path"), place, "must not contain '..'");
    }
    let kinds =
        ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];
    let kind = str_at(source, "/type");
    if !kinds.contains(&kind) {
        errors.not_supported(&path.child("type"), kind, &kinds);
    }
}

fn mode(source: &Value, field: &str, path: &Path<'_>, errors: &mut Errors) {
    if let Some(mode) = i64_at(source, &format!("/{field}"))
        && !(0..=0o777).contains(&mode)
    {
        errors.invalid(&path.child(field), mode, MODE);
    }
}

fn mode_and_items(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    mode(source, "defaultMode", path, errors);
    let list = path.child("items");
    for (index, item) in array_at(source, "/items").iter().enumerate() {
        let path = list.index(index);
        let key = str_at(item, "/key");
        if key.is_empty() {
            errors.required(&path.child("key"), "");
        } else {
            errors.invalid_all(&path.child("key"), key, config_map_key(key));
        }
        let place = str_at(item, "/path");
        if place.is_empty() {
            errors.required(&path.child("path"), "");
        } else if place.starts_with('/') {
            errors.invalid(&path.child("path"), place, "must be a relative path");
        } else if place.split('/').any(|part| part == "..") {
            errors.invalid(&path.child("path"), place, "must not contain '..'");
        }
        mode(item, "mode", &path, errors);
    }
}

fn projected(source: &Value, path: &Path<'_>, errors: &mut Errors) {
    mode(source, "defaultMode", path, errors);
    let list = path.child("sources");
    for (index, part) in array_at(source, "/sources").iter().enumerate() {
        let path = list.index(index);
        for kind in ["secret", "configMap"] {
            let value = at(part, &format!("/{kind}"));
            if !value.is_null() {
                let path = path.child(kind);
                require(value, "name", &path, errors);
                mode_and_items(value, &path, errors);
            }
        }
        let api = at(part, "/downwardAPI");
        if !api.is_null() {
            downward_items(api, &path.child("downwardAPI"), errors);
        }
        let token = at(part, "/serviceAccountToken");
        if !token.is_null() {
            let path = path.child("serviceAccountToken");
            let seconds = i64_at(token, "/expirationSeconds").unwrap_or(0);
            if seconds < 600 {
                errors.invalid(
                    &path.child("expirationSeconds"),
                    seconds,
                    "may not specify a duration less than 10 minutes",
                );
            }
            require(token, "path", &path, errors);
        }
    }
}

/// Access modes, as claims and volumes have them.
pub(crate) fn access_modes(modes: &[Value], path: &Path<'_>, errors: &mut Errors) {
    let known = ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
    if modes.is_empty() {
        errors.required(path, "at least 1 access mode is required");
    }
    for mode in modes.iter().filter_map(Value::as_str).filter(|mode| !known.contains(mode)) {
        errors.not_supported(path, mode, &known);
    }
}
