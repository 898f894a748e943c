//! Namespaces, with their quotas and limits.

use podground_api::object::{array_at, name, str_at};
use serde_json::Value;

use super::Describer;
use super::policy::{limit_rows, quota_rows};
use super::text::Writer;
use crate::error::Result;

pub(super) async fn describe(d: &Describer, namespace: &Value, w: &mut Writer) -> Result<()> {
    w.head(namespace);
    w.field(0, "Status", str_at(namespace, "/status/phase"));
    let conditions = array_at(namespace, "/status/conditions");
    if !conditions.is_empty() {
        w.line(0, "Conditions:\n  Type\tStatus\tLastTransitionTime\tReason\tMessage");
        w.line(0, "  ----\t------\t------------------\t------\t-------");
        for condition in conditions {
            let cells: Vec<&str> = ["/type", "/status", "/lastTransitionTime", "/reason", "/message"]
                .into_iter()
                .map(|pointer| str_at(condition, pointer))
                .collect();
            w.line(1, cells.join("\t"));
        }
    }
    let path = format!("/api/v1/namespaces/{}", name(namespace));
    let quotas = d.list(&format!("{path}/resourcequotas"), &[]).await;
    w.line(0, "");
    if quotas.is_empty() {
        w.line(0, "No resource quota.");
    } else {
        w.line(0, "Resource Quotas");
        for quota in &quotas {
            w.field(1, "Name", name(quota));
            let scopes: Vec<&str> =
                array_at(quota, "/spec/scopes").iter().filter_map(Value::as_str).collect();
            if !scopes.is_empty() {
                w.field(1, "Scopes", scopes.join(", "));
            }
            w.line(1, "Resource\tUsed\tHard");
            w.line(1, "--------\t---\t---");
            quota_rows(w, 1, quota);
        }
    }
    let limits = d.list(&format!("{path}/limitranges"), &[]).await;
    w.line(0, "");
    if limits.is_empty() {
        w.line(0, "No LimitRange resource.");
    } else {
        w.line(0, "Resource Limits");
        w.line(0, " Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio");
        w.line(0, " ----\t--------\t---\t---\t---------------\t-------------\t-----------------------");
        for range in &limits {
            for row in limit_rows(range) {
                w.line(0, format_args!(" {row}"));
            }
        }
    }
    Ok(())
}
