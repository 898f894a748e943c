//! The picture of the cluster.

use super::hops::Hops;
use super::node_card::node_card;
use super::object_drawer::ObjectDrawer;
use super::pane::{Frame, frame};
use super::picture_bar::{picture_bar, view_choice};
use super::picture_table::picture_table;
use super::pod_tile::{Density, Light, PodTile};
use super::service_card::{Service, service_card};
use super::wires::{TRACKS, Wires};
use crate::actions::Context;
use crate::state::{Action, Pane, Store};
use crate::strings::fill;
use podground_web::protocol::{ClusterView, ObjectRef, PodView};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) state: Store,
}

/// The picture's pane.
#[component]
pub(crate) fn PicturePane(props: &Props) -> Html {
    let context = use_context::<Context>().expect("the app provides it");
    let state = &props.state;
    let as_table = use_state(|| false);
    let light = use_state(Light::default);
    let show = {
        let as_table = as_table.clone();
        Callback::from(move |table: bool| as_table.set(table))
    };
    // These stay the same from one rendering to the next, so that tiles that have not changed are left alone.
    let inspect = use_callback((), {
        let context = context.clone();
        move |object: ObjectRef, ()| context.send(Action::Inspect(Some(object)))
    });
    let set_light = use_callback((), {
        let setter = light.setter();
        move |now: Light, ()| setter.set(now)
    });
    let scene = Scene {
        view: &state.view,
        density: Density::of(state.view.pod_count, state.view.nodes.len()),
        light: (*light).clone().over(&state.look.selector),
        set_light,
        inspect,
        inspected: state.inspected.clone(),
    };
    let folded = state.preferences.folded.contains(&Pane::Picture);
    let body = html! {
        <>
        { picture_bar(&context, &state.view, &state.look) }
        <div class="picture-scroll" tabindex="0" data-focus="" role="region"
            aria-label={context.strings.pane_picture}>
            if *as_table {
                { picture_table(&context, &state.view, &state.hops, false) }
            } else {
                { picture(&scene, props, &context) }
                { picture_table(&context, &state.view, &state.hops, true) }
            }
        </div>
        if let Some(object) = &state.inspected {
            <ObjectDrawer object={object.clone()} detail={state.detail.clone()} off={switch_of(&state.view, object)} />
        }
        </>
    };
    frame(
        &context,
        Frame {
            pane: Pane::Picture,
            folded,
            head: None,
            tools: Some(view_choice(&context, *as_table, &show)),
            body,
        },
    )
}

/// Whether the object is a node that is switched off; none if it is no node that can be switched.
fn switch_of(view: &ClusterView, object: &ObjectRef) -> Option<bool> {
    let mut nodes = view.nodes.iter().filter(|node| object.kind == "Node" && !node.control_plane);
    nodes.find(|node| node.name == object.name).map(|node| node.off)
}

/// What the parts of the picture are drawn from.
pub(crate) struct Scene<'a> {
    view: &'a ClusterView,
    density: Density,
    light: Light,
    set_light: Callback<Light>,
    pub(crate) inspect: Callback<ObjectRef>,
    inspected: Option<ObjectRef>,
}

impl Scene<'_> {
    /// A pod's tile; as a ghost it has just left, and fades.
    pub(crate) fn tile(&self, pod: &PodView, ghost: bool) -> Html {
        html! {
            <PodTile key={format!("{}/{}", pod.namespace, pod.name)} pod={pod.clone()} density={self.density}
                light={self.light.clone()} set_light={self.set_light.clone()} inspect={self.inspect.clone()}
                inspected={self.inspected.clone()} {ghost} />
        }
    }
}

fn picture(scene: &Scene<'_>, props: &Props, context: &Context) -> Html {
    let strings = context.strings;
    let view = scene.view;
    let services = view.services.iter().enumerate().map(|(index, service)| {
        let track = index % TRACKS;
        let (light, set_light, inspect) = (&scene.light, &scene.set_light, &scene.inspect);
        service_card(context, &Service { service, track, light, set_light, inspect })
    });
    let waiting = view.waiting.iter().map(|pod| scene.tile(pod, false));
    let nodes = view.nodes.iter().map(|node| {
        let ghosts = props.state.ghosts.iter().filter(|ghost| ghost.node == node.name);
        let ghosts: Vec<PodView> = ghosts.map(|ghost| ghost.pod.clone()).collect();
        node_card(context, node, &ghosts, scene)
    });
    let wired = view.services.iter().any(|service| !service.pods.is_empty());
    html! {
        <div class={classes!("picture", scene.density.class(), wired.then_some("has-services"))}>
            if !view.services.is_empty() {
                <section class="services" aria-label={strings.services}>
                    <h3 class="picture-heading">{ strings.services }</h3>
                    <div class="service-row">{ for services }</div>
                </section>
            }
            if view.pod_count == 0 && props.state.ready {
                <p class="picture-empty">
                    { strings.empty_cluster }
                    <span>{ strings.empty_try }{ " " }<code>{ "kubectl run web --image=nginx" }</code></span>
                </p>
            }
            if !view.waiting.is_empty() {
                <section class="waiting-area" aria-label={strings.waiting_area}>
                    <h3 class="picture-heading">{ strings.waiting_area }</h3>
                    <div class="pods">{ for waiting }</div>
                </section>
            }
            <div class="nodes">{ for nodes }</div>
            if view.more_nodes > 0 {
                <p class="picture-more">{ fill(strings.nodes_more, &[("n", &view.more_nodes)]) }</p>
            }
            <Wires view={props.state.view.clone()} light={scene.light.clone()} />
            if scene.density != Density::Dots {
                <Hops hops={props.state.hops.clone()} view={props.state.view.clone()} />
            }
        </div>
    }
}
