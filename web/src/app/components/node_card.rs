//! A node with the pods on it.

use super::pod_tile::{Density, Light, PodTile};
use crate::actions::Context;
use crate::strings::fill;
use podground_web::protocol::{NodeView, ObjectRef, PodView};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) node: NodeView,
    pub(crate) density: Density,
    pub(crate) light: Light,
    pub(crate) set_light: Callback<Light>,
    pub(crate) inspect: Callback<ObjectRef>,
    pub(crate) inspected: Option<ObjectRef>,
    /// Pods that have just left it.
    pub(crate) ghosts: Vec<PodView>,
}

/// A node.
#[component]
pub(crate) fn NodeCard(props: &Props) -> Html {
    let context = use_context::<Context>().expect("the app provides it");
    let strings = context.strings;
    let node = &props.node;
    let ready = node.status.split(',').next() == Some("Ready");
    let object = ObjectRef { kind: "Node".into(), namespace: String::new(), name: node.name.clone() };
    let inspect = {
        let inspect = props.inspect.clone();
        Callback::from(move |_: MouseEvent| inspect.emit(object.clone()))
    };
    let pods = node.pods.iter().map(|pod| tile(props, pod, false));
    let ghosts = props.ghosts.iter().map(|pod| tile(props, pod, true));
    let empty = node.pods.is_empty() && props.ghosts.is_empty() && node.more_pods == 0;
    let class = classes!(
        "node",
        (!ready).then_some("is-not-ready"),
        node.control_plane.then_some("is-control-plane"),
        empty.then_some("is-empty"),
    );
    html! {
        <section {class} aria-label={fill(strings.node_label, &[("name", &node.name), ("status", &node.status)])}>
            <button class="node-head" type="button" onclick={inspect}>
                <span class="node-name">{ node.name.clone() }</span>
                if node.control_plane { <span class="node-role">{ strings.control_plane }</span> }
                if node.status != "Ready" { <span class="node-status">{ node.status.clone() }</span> }
                if node.hidden_pods > 0 {
                    <span class="node-hidden">{ fill(strings.node_hidden, &[("n", &node.hidden_pods)]) }</span>
                }
                <span class="node-ip">{ node.ip.clone() }</span>
            </button>
            if empty {
                if !node.control_plane { <p class="node-empty">{ strings.node_empty }</p> }
            } else {
                <div class="pods">
                    { for pods }
                    { for ghosts }
                    if node.more_pods > 0 {
                        <span class="pods-more">{ fill(strings.node_more, &[("n", &node.more_pods)]) }</span>
                    }
                </div>
            }
        </section>
    }
}

fn tile(props: &Props, pod: &PodView, ghost: bool) -> Html {
    html! {
        <PodTile key={format!("{}/{}", pod.namespace, pod.name)} pod={pod.clone()} density={props.density}
            light={props.light.clone()} set_light={props.set_light.clone()} inspect={props.inspect.clone()}
            inspected={props.inspected.clone()} {ghost} />
    }
}
