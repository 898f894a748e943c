//! Pod templates.

use podground_api::object::{array_at, at, map_at, str_at};
use serde_json::Value;

use super::containers::{containers, tolerations};
use super::text::Writer;
use super::volumes::volumes;

/// Writes `Pod Template:` and what is in it.
pub(super) fn template(w: &mut Writer, template: &Value) {
    w.line(0, "Pod Template:");
    if template.is_null() {
        w.line(0, "  <unset>");
        return;
    }
    w.labels("  Labels", template, "/metadata/labels");
    if map_at(template, "/metadata/annotations").is_some_and(|map| !map.is_empty()) {
        w.annotations("  Annotations", template);
    }
    let spec = at(template, "/spec");
    let account = str_at(spec, "/serviceAccountName");
    if !account.is_empty() {
        w.field(0, "  Service Account", account);
    }
    let init = array_at(spec, "/initContainers");
    if !init.is_empty() {
        containers(w, "Init Containers", init, &[], None, "  ");
    }
    containers(w, "Containers", array_at(spec, "/containers"), &[], None, "  ");
    volumes(w, array_at(spec, "/volumes"), "  ");
    let priority = str_at(spec, "/priorityClassName");
    if !priority.is_empty() {
        w.field(0, "  Priority Class Name", priority);
    }
    w.labels("  Node-Selectors", spec, "/nodeSelector");
    w.values("  Tolerations", tolerations(array_at(spec, "/tolerations")));
}
