//! Claims that name no class get the default one.
//!
//! Upstream: `plugin/pkg/admission/storage/storageclass/setdefault/admission.go`.

use podground_api::object::{at, name, set_at, str_at};
use podground_api::{Status, Value};

use super::Plugin;
use crate::apiserver::context::Context;
use crate::resources::storage::storage_class::is_default;

pub(super) const PLUGIN: Plugin =
    Plugin { name: "DefaultStorageClass", mutate: Some(mutate), validate: None };

fn mutate(cx: &Context, claim: &mut Value, old: Option<&Value>) -> Result<(), Status> {
    let silent = cx.resource.key == "persistentvolumeclaims"
        && old.is_none()
        && at(claim, "/spec/storageClassName").is_null()
        && at(claim, "/metadata/annotations/volume.beta.kubernetes.io~1storage-class").is_null();
    if !silent {
        return Ok(());
    }
    let store = cx.store();
    let defaults = store.list("storageclasses.storage.k8s.io", None).filter(|class| is_default(class));
    // The newest of several.
    let newest = defaults.max_by(|a, b| {
        let key = |class: &Value| str_at(class, "/metadata/creationTimestamp").to_owned();
        key(a).cmp(&key(b)).then_with(|| name(b).cmp(name(a)))
    });
    if let Some(class) = newest {
        set_at(claim, "/spec/storageClassName", name(class).into());
    }
    Ok(())
}
