//! Waiting for an object to become what one wants.
//!
//! Upstream: `kubectl/pkg/cmd/wait`

use std::rc::Rc;
use std::time::Duration;

use podground_api::object::{self, array_at, str_at};
use podground_api::{Body, Method, Request};
use podground_sim::Time;
use serde_json::Value;

use crate::builder::Info;
use crate::context::Context;
use crate::error::{Error, Result};

/// Why waiting ended.
pub(crate) enum Outcome {
    /// It is so.
    Met(Option<Rc<Value>>),
    /// Time is up.
    TimedOut,
}

/// Waits until `check` agrees with the object, `None` standing for its absence.
pub(crate) async fn until(
    cx: &Context,
    info: &Info,
    deadline: Time,
    mut check: impl FnMut(Option<&Value>) -> Result<bool>,
) -> Result<Outcome> {
    loop {
        let list = Request::new(Method::Get, info.mapping.path(&info.namespace))
            .with_query("fieldSelector", format!("metadata.name={}", info.name));
        let answer = cx.client()?.json(list.clone()).await?;
        let current = array_at(&answer, "/items").first();
        if check(current)? {
            return Ok(Outcome::Met(current.map(|value| Rc::new(value.clone()))));
        }
        if cx.io.now() >= deadline {
            return Ok(Outcome::TimedOut);
        }
        let version = str_at(&answer, "/metadata/resourceVersion").to_owned();
        let watch = list.with_query("watch", "true").with_query("resourceVersion", version);
        let response = cx.client()?.send(watch).await?;
        let Body::Events(events) = response.body else {
            return Err(Error::local("the server does not send events"));
        };
        loop {
            let left = deadline.since(cx.io.now());
            let event = match cx.io.0.host.sim.timeout(left, events.recv()).await {
                None => return Ok(Outcome::TimedOut),
                Some(Err(_)) => break,
                Some(Ok(event)) => event,
            };
            let value = object::at(&event, "/object");
            let current = match str_at(&event, "/type") {
                "BOOKMARK" => continue,
                "ERROR" => break,
                "DELETED" => None,
                _ => Some(value),
            };
            if check(current)? {
                return Ok(Outcome::Met(current.map(|value| Rc::new(value.clone()))));
            }
        }
        // A watch that ends at once must not spin.
        cx.io.sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until an object, or the one of that UID, is gone.
pub(crate) async fn until_deleted(cx: &Context, info: &Info, uid: &str, deadline: Time) -> Result<()> {
    let outcome = until(cx, info, deadline, |current| {
        Ok(current.is_none_or(|value| !uid.is_empty() && object::uid(value) != uid))
    })
    .await?;
    match outcome {
        Outcome::Met(_) => Ok(()),
        Outcome::TimedOut => Err(timed_out(info)),
    }
}

/// `timed out waiting for the condition on pods/web`
pub(crate) fn timed_out(info: &Info) -> Error {
    Error::Local(format!("timed out waiting for the condition on {}/{}", info.mapping.resource, info.name))
}
