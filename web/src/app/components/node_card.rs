//! A node with the pods on it.

use super::picture_pane::Scene;
use crate::actions::Context;
use crate::strings::fill;
use podground_web::protocol::{NodeView, ObjectRef, PodView};
use yew::prelude::*;

/// A node.
pub(crate) fn node_card(context: &Context, node: &NodeView, ghosts: &[PodView], scene: &Scene<'_>) -> Html {
    let strings = context.strings;
    let ready = node.status.split(',').next() == Some("Ready");
    let object = ObjectRef { kind: "Node".into(), namespace: String::new(), name: node.name.clone() };
    let inspect = {
        let inspect = scene.inspect.clone();
        Callback::from(move |_: MouseEvent| inspect.emit(object.clone()))
    };
    let pods = node.pods.iter().map(|pod| scene.tile(pod, false));
    let fading = ghosts.iter().map(|pod| scene.tile(pod, true));
    let empty = node.pods.is_empty() && ghosts.is_empty() && node.more_pods == 0;
    let class = classes!(
        "node",
        (!ready || node.off).then_some("is-not-ready"),
        node.control_plane.then_some("is-control-plane"),
        empty.then_some("is-empty"),
    );
    html! {
        <section key={node.name.clone()} {class} data-node={node.name.clone()} aria-label={fill(strings.node_label, &[("name", &node.name), ("status", &node.status)])}>
            <button class="node-head" type="button" onclick={inspect}>
                <span class="node-name">{ node.name.clone() }</span>
                if node.control_plane { <span class="node-role">{ strings.control_plane }</span> }
                if node.off { <span class="node-status">{ strings.node_off }</span> }
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
                    { for fading }
                    if node.more_pods > 0 {
                        <span class="pods-more">{ fill(strings.node_more, &[("n", &node.more_pods)]) }</span>
                    }
                </div>
            }
        </section>
    }
}
