//! Kinds with a few fields of their own.

use podground_api::object::{at, bool_at, str_at};
use serde_json::Value;

use super::Describer;
use super::text::{Writer, number, scalar_or};
use crate::error::Result;

pub(super) async fn priority_class(d: &Describer, class: &Value, w: &mut Writer) -> Result<()> {
    w.name(class);
    w.field(0, "Value", number(class, "/value"));
    w.field(0, "GlobalDefault", bool_at(class, "/globalDefault"));
    w.field(0, "PreemptionPolicy", scalar_or(at(class, "/preemptionPolicy"), "PreemptLowerPriority"));
    w.field(0, "Description", str_at(class, "/description"));
    w.annotations("Annotations", class);
    d.events(class, w).await;
    Ok(())
}
