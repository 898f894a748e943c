//! From a request to the function that answers it.

use std::cell::RefCell;
use std::rc::Rc;

use podground_api::{Body, Method, Request, Response, Status, Value};

use super::context::{Context, User};
use super::route::{Route, Target, route};
use super::{
    ApiServer, authorization, create, delete, discovery, errors, get, list, managed, patch, subresource,
    update, watch,
};

/// Answers a request.
pub(super) fn handle(api: &ApiServer, request: Request) -> Response {
    let answer = match route(api, &request.path) {
        None => Err(errors::unknown_path()),
        Some(Route::Objects(target)) => return objects(api, &request, target),
        Some(other) => user(api, &request)
            .and_then(|user| authorization::check_path(api, &user, &request))
            .and_then(|()| discovery::answer(api, &request, other)),
    };
    answer.unwrap_or_else(refuse)
}

/// The response that carries a status.
fn refuse(status: Status) -> Response {
    let mut value = serde_json::to_value(&status).unwrap_or_default();
    if let Value::Object(map) = &mut value {
        map.insert("kind".to_owned(), "Status".into());
        map.insert("apiVersion".to_owned(), "v1".into());
        map.insert("metadata".to_owned(), Value::Object(podground_api::Map::new()));
        if status.code == 404 && status.reason.is_empty() {
            map.insert("reason".to_owned(), "NotFound".into());
        }
    }
    Response::json(status.code, value)
}

fn objects(api: &ApiServer, request: &Request, target: Target) -> Response {
    let user = match user(api, request) {
        Ok(user) => user,
        Err(status) => return refuse(status),
    };
    let context = Context {
        api,
        request,
        resource: target.resource,
        namespace: target.namespace,
        name: target.name,
        subresource: target.subresource,
        user,
        dry_run: request.query.iter().any(|(key, value)| key == "dryRun" && value == "All"),
        warnings: RefCell::default(),
    };
    let mut response = dispatch(&context).unwrap_or_else(refuse);
    for warning in context.warnings.into_inner() {
        response.headers.push(("warning".to_owned(), warning));
    }
    response
}

/// The user of the kubeconfig that a cluster comes with.
const ADMINISTRATOR: &str = "kubernetes-admin";

/// Whom the headers name. Without any it is the cluster's own administrator.
fn user(api: &ApiServer, request: &Request) -> Result<User, Status> {
    let all = |name: &str| -> Vec<String> {
        request.headers.iter().filter(|(key, _)| key == name).map(|(_, value)| value.clone()).collect()
    };
    let authorization = request.header("authorization");
    let token = authorization.and_then(|text| text.strip_prefix("Bearer "));
    if authorization.is_some() && token.is_none() {
        // Names with passwords are not known to any server of today.
        return Err(errors::unauthorized());
    }
    let user = match (token, request.header("x-podground-user")) {
        (Some(token), _) => match authorization::token_user(api, token) {
            Some(name) => authorization::with_groups(&name, Vec::new()),
            // Only who shows no token at all is let in as nobody.
            None if token != "-" => return Err(errors::unauthorized()),
            None => authorization::anonymous(),
        },
        (None, Some(name)) if name != ADMINISTRATOR => {
            authorization::with_groups(name, all("x-podground-group"))
        }
        // Its certificate says so.
        _ => authorization::with_groups(ADMINISTRATOR, vec!["system:masters".to_owned()]),
    };
    let Some(name) = request.header("impersonate-user") else { return Ok(user) };
    let groups = all("impersonate-group");
    let target = User { impersonated: true, ..authorization::with_groups(name, groups.clone()) };
    authorization::check_impersonation(api, &user, &target, &groups)?;
    Ok(target)
}

fn dispatch(cx: &Context) -> Result<Response, Status> {
    authorization::check(cx)?;
    match cx.resource.key {
        "endpoints" => cx.warn(crate::resources::core::endpoints::DEPRECATED.to_owned()),
        "componentstatuses" => cx.warn(crate::resources::core::component_status::DEPRECATED.to_owned()),
        _ => {}
    }
    if !cx.subresource.is_empty() {
        return subresource::handle(cx);
    }
    if cx.resource.key == "bindings" && cx.request.method == Method::Post {
        return bind(cx);
    }
    let watching = cx.request.query_value("watch").is_some_and(|value| value == "true" || value == "1");
    let (verb, collection) = match (cx.request.method, cx.name.is_empty()) {
        (Method::Get, true) if watching => ("watch", true),
        (Method::Get, true) => ("list", true),
        (Method::Get, false) => ("get", false),
        (Method::Post, true) => ("create", true),
        (Method::Post, false) => ("", false),
        (Method::Put, collection) => ("update", collection),
        (Method::Patch, collection) => ("patch", collection),
        (Method::Delete, true) => ("deletecollection", true),
        (Method::Delete, false) => ("delete", false),
    };
    let served = cx.resource.verbs.contains(&verb);
    if !served || collection && matches!(verb, "update" | "patch") {
        return Err(errors::method_not_allowed(cx.resource));
    }
    match verb {
        "watch" => watch::watch(cx),
        "list" => list::list(cx),
        "get" => get::get(cx),
        "create" => create::create(cx),
        "update" => update::update(cx),
        "patch" => patch::patch(cx),
        "deletecollection" => delete::delete_collection(cx),
        _ => delete::delete(cx),
    }
}

/// A binding that is made on its own: the pod is the one of its name.
fn bind(cx: &Context) -> Result<Response, Status> {
    let binding = body(cx)?;
    let pod = Context {
        resource: &crate::resources::core::pod::POD,
        name: podground_api::object::name(&binding).to_owned(),
        subresource: "binding".to_owned(),
        ..cx.again()
    };
    subresource::handle(&pod)
}

/// The body of a request that needs one.
pub(super) fn body(cx: &Context) -> Result<Value, Status> {
    match &cx.request.body {
        Some(value) => Ok((**value).clone()),
        None => Err(errors::bad_request("the request body is empty")),
    }
}

/// The answer that holds an object, in the form that was asked for.
pub(super) fn respond(cx: &Context, status: u16, object: Rc<Value>) -> Response {
    let object = match cx.resource.conversion {
        Some(conversion) if cx.subresource.is_empty() || cx.subresource == "status" => {
            let mut converted = (*object).clone();
            (conversion.from_stored)(&mut converted);
            Rc::new(converted)
        }
        _ => object,
    };
    let object = managed::show(cx, object);
    if super::table::is_wanted(cx.request) {
        let table = super::table::of_object(cx, &object);
        return Response { status, headers: Vec::new(), body: Body::Json(Rc::new(table)) };
    }
    Response { status, headers: Vec::new(), body: Body::Json(object) }
}
