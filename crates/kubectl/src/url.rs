//! Manifests from the web.

use crate::context::Context;
use crate::error::{Error, Result};

/// Reads what a URL of `-f` names.
pub(crate) async fn fetch(cx: &Context, url: &str) -> Result<String> {
    let rest = url.split("://").nth(1).unwrap_or_default();
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    if cx.io.0.host.network.resolve(host).await.is_err() {
        return Err(Error::Local(format!("Get {url:?}: dial tcp: lookup {host}: no such host")));
    }
    Err(Error::unsupported("-f with a URL"))
}
