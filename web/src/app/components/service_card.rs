//! A service; lines run from it to the pods that it selects.

use super::pod_tile::Light;
use crate::actions::Context;
use crate::strings::fill;
use podground_web::protocol::{ObjectRef, ServiceView};
use yew::prelude::*;

/// A service and what it acts on.
pub(crate) struct Service<'a> {
    pub(crate) service: &'a ServiceView,
    /// The place of its lines, which share its colour.
    pub(crate) track: usize,
    pub(crate) light: &'a Light,
    pub(crate) set_light: &'a Callback<Light>,
    pub(crate) inspect: &'a Callback<ObjectRef>,
}

/// A service.
pub(crate) fn service_card(context: &Context, view: &Service<'_>) -> Html {
    let strings = context.strings;
    let service = view.service;
    let lit = matches!(view.light, Light::Service { namespace, name, .. }
        if *namespace == service.namespace && *name == service.name);
    let light = |on: bool| {
        let set = view.set_light.clone();
        let light = if on {
            Light::Service {
                namespace: service.namespace.clone(),
                name: service.name.clone(),
                pods: service.pods.clone(),
            }
        } else {
            Light::None
        };
        move || set.emit(light.clone())
    };
    let (enter, leave, focus, blur) = (light(true), light(false), light(true), light(false));
    let object = ObjectRef {
        kind: "Service".into(),
        namespace: service.namespace.clone(),
        name: service.name.clone(),
    };
    let inspect = {
        let inspect = view.inspect.clone();
        Callback::from(move |_: MouseEvent| inspect.emit(object.clone()))
    };
    let selects = if service.selector.is_empty() {
        strings.no_selector.to_owned()
    } else if service.pods.len() == 1 {
        strings.service_selects_one.to_owned()
    } else {
        fill(strings.service_selects, &[("n", &service.pods.len())])
    };
    html! {
        <button class={classes!("service", format!("on-track-{}", view.track), lit.then_some("is-lit"))} type="button"
            data-service={format!("{}/{}", service.namespace, service.name)} onclick={inspect}
            onmouseenter={move |_: MouseEvent| enter()} onmouseleave={move |_: MouseEvent| leave()}
            onfocus={move |_: FocusEvent| focus()} onblur={move |_: FocusEvent| blur()}>
            <span class="service-head">
                <span class="visually-hidden">{ strings.service }</span>
                <span class="service-name">{ service.name.clone() }</span>
                <span class="service-kind">{ service.kind.clone() }</span>
            </span>
            <span class="service-address">{ format!("{} · {}", service.cluster_ip, service.ports) }</span>
            if !service.selector.is_empty() { <span class="service-selector">{ service.selector.clone() }</span> }
            <span class="service-selects">{ selects }</span>
        </button>
    }
}
