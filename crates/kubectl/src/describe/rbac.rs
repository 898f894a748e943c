//! Roles and their bindings.

use podground_api::object::{array_at, name, str_at};
use serde_json::Value;

use super::Describer;
use super::text::{Writer, go_list};
use crate::error::Result;

pub(super) async fn role(_: &Describer, role: &Value, w: &mut Writer) -> Result<()> {
    w.field(0, "Name", name(role));
    w.labels("Labels", role, "/metadata/labels");
    w.annotations("Annotations", role);
    w.line(0, "PolicyRule:\n  Resources\tNon-Resource URLs\tResource Names\tVerbs");
    w.line(0, "  ---------\t-----------------\t--------------\t-----");
    let mut rows: Vec<(String, String)> = Vec::new();
    for rule in array_at(role, "/rules") {
        let verbs = go_list(array_at(rule, "/verbs"));
        let urls = go_list(array_at(rule, "/nonResourceURLs"));
        let names = go_list(array_at(rule, "/resourceNames"));
        let resources = array_at(rule, "/resources");
        if resources.is_empty() {
            rows.push((String::new(), format!("\t{urls}\t{names}\t{verbs}")));
        }
        for group in array_at(rule, "/apiGroups").iter().filter_map(Value::as_str) {
            for resource in resources.iter().filter_map(Value::as_str) {
                // Upstream: describe.go CombineResourceGroup: the group stands before a subresource.
                let shown = match (resource.split_once('/'), group) {
                    (_, "") => resource.to_owned(),
                    (Some((resource, part)), group) => format!("{resource}.{group}/{part}"),
                    (None, group) => format!("{resource}.{group}"),
                };
                rows.push((shown, format!("\t{urls}\t{names}\t{verbs}")));
            }
        }
    }
    rows.sort();
    for (resource, rest) in rows {
        w.line(1, format_args!("{resource}{rest}"));
    }
    Ok(())
}

pub(super) async fn binding(_: &Describer, binding: &Value, w: &mut Writer) -> Result<()> {
    w.field(0, "Name", name(binding));
    w.labels("Labels", binding, "/metadata/labels");
    w.annotations("Annotations", binding);
    w.line(0, "Role:");
    w.field(1, "Kind", str_at(binding, "/roleRef/kind"));
    w.field(1, "Name", str_at(binding, "/roleRef/name"));
    w.line(0, "Subjects:\n  Kind\tName\tNamespace\n  ----\t----\t---------");
    for subject in array_at(binding, "/subjects") {
        let cells: Vec<&str> =
            ["/kind", "/name", "/namespace"].into_iter().map(|pointer| str_at(subject, pointer)).collect();
        w.line(1, cells.join("\t"));
    }
    Ok(())
}
