//! What one asks of a pod: binding, eviction, and the calls that its kubelet answers.

use podground_api::object::{array_at, at, i64_at, is_deleting, name, set_at, str_at, uid};
use podground_api::status::StatusCause;
use podground_api::{Response, Selector, Status, Value, json};

use super::{changed, errors, get, handler, query, success, update};
use crate::apiserver::context::Context;
use crate::apiserver::{NodeProxy, delete, meta};

/// Binds a pod to a node.
///
/// Upstream: `pkg/registry/core/pod/storage/storage.go BindingREST`.
pub(super) fn bind(cx: &Context) -> Result<Response, Status> {
    let binding = handler::body(cx)?;
    let node = str_at(&binding, "/target/name");
    if node.is_empty() {
        let mut wrong = crate::apiserver::field::Errors::new();
        let target = crate::apiserver::field::Path::new("target");
        wrong.required(&target.child("name"), "");
        let mut status = errors::invalid(cx.resource, &cx.name, &wrong.into_vec());
        status.message = format!("Binding {:?} is invalid: target.name: Required value", cx.name);
        return Err(status);
    }
    let old = get::present(cx)?;
    if is_deleting(&old) {
        return Err(errors::conflict(
            cx.resource,
            &cx.name,
            &format!("pod {} is being deleted, cannot be assigned to a host", cx.name),
        ));
    }
    let present = str_at(&old, "/spec/nodeName");
    if !present.is_empty() {
        let why = format!("pod {} is already assigned to node {present:?}", cx.name);
        return Err(errors::conflict(cx.resource, &cx.name, &why));
    }
    let wanted = str_at(&binding, "/metadata/uid");
    if !wanted.is_empty() && wanted != uid(&old) {
        let why =
            format!("Precondition failed: UID in precondition: {wanted}, UID in object meta: {}", uid(&old));
        return Err(errors::conflict(cx.resource, &cx.name, &why));
    }
    let mut pod = changed(&old);
    set_at(&mut pod, "/spec/nodeName", node.into());
    for field in ["annotations", "labels"] {
        for (key, value) in at(&binding, &format!("/metadata/{field}")).as_object().into_iter().flatten() {
            let map = meta::metadata(&mut pod).entry(field).or_insert_with(|| json!({}));
            map[key.as_str()] = value.clone();
        }
    }
    let mut condition = json!({
        "type": "PodScheduled", "status": "True", "lastProbeTime": null, "lastTransitionTime": cx.now().rfc3339(),
    });
    if let Some(generation) = i64_at(&pod, "/metadata/generation") {
        condition["observedGeneration"] = generation.into();
    }
    let mut conditions = array_at(&pod, "/status/conditions").to_vec();
    conditions.retain(|condition| str_at(condition, "/type") != "PodScheduled");
    conditions.push(condition);
    set_at(&mut pod, "/status/conditions", conditions.into());
    update::store(cx, pod);
    Ok(success(201))
}

/// Deletes a pod if its disruption budgets allow it.
///
/// Upstream: `pkg/registry/core/pod/storage/eviction.go`.
pub(super) fn evict(cx: &Context) -> Result<Response, Status> {
    let eviction = handler::body(cx)?;
    let pod = get::present(cx)?;
    let phase = str_at(&pod, "/status/phase");
    let may_go = ["Succeeded", "Failed", "Pending"].contains(&phase) || is_deleting(&pod);
    if !may_go {
        allowed(cx, &pod)?;
    }
    let options = at(&eviction, "/deleteOptions").clone();
    let mut request = cx.request.clone();
    request.body = Some(std::rc::Rc::new(options));
    let inner = Context { request: &request, subresource: String::new(), ..cx.again() };
    delete::delete(&inner)?;
    Ok(success(201))
}

/// Asks the budgets that select the pod, and counts the disruption.
fn allowed(cx: &Context, pod: &Value) -> Result<(), Status> {
    let key = "poddisruptionbudgets.policy";
    let budgets: Vec<_> = cx
        .store()
        .list(key, Some(&cx.namespace))
        .filter(|budget| {
            Selector::from_label_selector(at(budget, "/spec/selector"))
                .is_some_and(|selector| selector.matches_object(pod))
        })
        .cloned()
        .collect();
    let Some(budget) = budgets.first() else { return Ok(()) };
    if budgets.len() > 1 {
        return Err(errors::internal(
            "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
        ));
    }
    let disruptions = i64_at(budget, "/status/disruptionsAllowed").unwrap_or(0);
    if disruptions < 1 {
        let desired = i64_at(budget, "/status/desiredHealthy").unwrap_or(0);
        let healthy = i64_at(budget, "/status/currentHealthy").unwrap_or(0);
        let cause = StatusCause {
            reason: "DisruptionBudget".to_owned(),
            message: format!(
                "The disruption budget {} needs {desired} healthy pods and has {healthy} currently",
                name(budget)
            ),
            field: String::new(),
        };
        return Err(errors::too_many_requests(
            "Cannot evict pod as it would violate the pod's disruption budget.",
            0,
            cause,
        ));
    }
    if !cx.dry_run
        && let Some(resource) = cx.api.resource("policy", "v1", "poddisruptionbudgets")
    {
        let mut budget = changed(budget);
        set_at(&mut budget, "/status/disruptionsAllowed", (disruptions - 1).into());
        let disrupted = format!("/status/disruptedPods/{}", name(pod));
        set_at(&mut budget, &disrupted, cx.now().rfc3339().into());
        let budget_name = name(&budget).to_owned();
        cx.api.put(resource, &cx.namespace, &budget_name, budget);
    }
    Ok(())
}

/// Passes a call on to the pod's kubelet.
pub(super) fn proxied(
    cx: &Context,
    call: impl Fn(&dyn NodeProxy, &Value, &[(String, String)]) -> Response,
) -> Result<Response, Status> {
    let pod = get::present(cx)?;
    match cx.api.nodes() {
        Some(nodes) => Ok(call(&*nodes, &pod, query(cx))),
        None => Err(errors::internal("no kubelet is connected")),
    }
}
