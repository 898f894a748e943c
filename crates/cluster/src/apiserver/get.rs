//! Reading one object.

use std::rc::Rc;

use podground_api::object::{name, namespace};
use podground_api::{Response, Status, Value};

use super::context::Context;
use super::{errors, handler};

/// `GET …/pods/web`
pub(super) fn get(cx: &Context) -> Result<Response, Status> {
    if let Some(computed) = cx.resource.strategy.computed {
        let is_it = |object: &Value| name(object) == cx.name && namespace(object) == cx.namespace;
        let found = computed(cx.api).into_iter().find(is_it);
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
