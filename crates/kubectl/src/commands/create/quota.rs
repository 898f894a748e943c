//! `kubectl create quota`

use podground_api::Quantity;
use serde_json::{Map, json};

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let name = super::name_of(&args)?;
    let mut spec = Map::new();
    let mut hard = Map::new();
    for part in args.text("hard").split(',').filter(|part| !part.is_empty()) {
        let Some((key, amount)) = part.split_once('=') else {
            return Err(Error::Local(format!("Invalid argument syntax {part}, expected <resource>=<value>")));
        };
        Quantity::parse(amount).map_err(|_| {
            Error::local(
                "quantities must match the regular expression \
                 '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
            )
        })?;
        hard.insert(key.to_owned(), json!(amount));
    }
    if !hard.is_empty() {
        spec.insert("hard".to_owned(), hard.into());
    }
    let scopes: Vec<&str> = args.text("scopes").split(',').filter(|scope| !scope.is_empty()).collect();
    if !scopes.is_empty() {
        spec.insert("scopes".to_owned(), json!(scopes));
    }
    let value = json!({
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name}, "spec": spec, "status": {}
    });
    super::create(cx, &args, "resourcequotas", "resource quota: ", value).await
}
