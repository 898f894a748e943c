//! Reading one object.

use std::rc::Rc;

use podground_api::object::name;
use podground_api::{Response, Status, Value};

use super::context::Context;
use super::{errors, handler};

/// `GET …/pods/web`
pub(super) fn get(cx: &Context) -> Result<Response, Status> {
    if let Some(computed) = cx.resource.strategy.computed {
        let found = computed().into_iter().find(|object| name(object) == cx.name);
        let object = found.ok_or_else(|| errors::not_found(cx.resource, &cx.name))?;
        return Ok(handler::respond(cx, 200, Rc::new(object)));
    }
    present(cx).map(|object| handler::respond(cx, 200, object))
}

/// The object that the path names, as it is stored.
pub(super) fn present(cx: &Context) -> Result<Rc<Value>, Status> {
    let store = cx.store();
    let found = store.get(cx.resource.key, &cx.namespace, &cx.name);
    found.cloned().ok_or_else(|| errors::not_found(cx.resource, &cx.name))
}
