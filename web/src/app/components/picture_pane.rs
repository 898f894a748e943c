//! The picture of the cluster.

use super::node_card::NodeCard;
use super::object_drawer::ObjectDrawer;
use super::pane::Frame;
use super::picture_bar::{PictureBar, view_choice};
use super::picture_table::PictureTable;
use super::pod_tile::{Density, Light, PodTile};
use super::service_card::ServiceCard;
use super::wires::{TRACKS, Wires};
use crate::actions::Context;
use crate::state::{Action, Pane, Store};
use crate::strings::fill;
use podground_web::protocol::{ClusterView, ObjectRef};
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
    let inspect = {
        let context = context.clone();
        Callback::from(move |object: ObjectRef| context.send(Action::Inspect(Some(object))))
    };
    let set_light = {
        let light = light.clone();
        Callback::from(move |now: Light| light.set(now))
    };
    let scene = Scene {
        view: &state.view,
        light: (*light).clone().over(&state.look.selector),
        set_light,
        inspect,
        inspected: state.inspected.clone(),
    };
    let folded = state.preferences.folded.contains(&Pane::Picture);
    html! {
        <Frame pane={Pane::Picture} {folded} tools={view_choice(&context, *as_table, &show)}>
            <PictureBar view={state.view.clone()} look={state.look.clone()} />
            <div class="picture-scroll" tabindex="0" data-focus="" role="region"
                aria-label={context.strings.pane_picture}>
                if *as_table {
                    <PictureTable view={state.view.clone()} hidden={false} />
                } else {
                    { picture(&scene, props, &context) }
                    <PictureTable view={state.view.clone()} hidden={true} />
                }
            </div>
            if let Some(object) = &state.inspected {
                <ObjectDrawer object={object.clone()} detail={state.detail.clone()} />
            }
        </Frame>
    }
}

/// What the parts of the picture are drawn from.
struct Scene<'a> {
    view: &'a ClusterView,
    light: Light,
    set_light: Callback<Light>,
    inspect: Callback<ObjectRef>,
    inspected: Option<ObjectRef>,
}

fn picture(scene: &Scene<'_>, props: &Props, context: &Context) -> Html {
    let strings = context.strings;
    let view = scene.view;
    let density = Density::of(view.pod_count, view.nodes.len());
    let services = view.services.iter().enumerate().map(|(index, service)| html! {
        <ServiceCard track={index % TRACKS} key={format!("{}/{}", service.namespace, service.name)} service={service.clone()}
            light={scene.light.clone()} set_light={scene.set_light.clone()} inspect={scene.inspect.clone()} />
    });
    let waiting = view.waiting.iter().map(|pod| html! {
        <PodTile key={format!("{}/{}", pod.namespace, pod.name)} pod={pod.clone()} {density}
            light={scene.light.clone()} set_light={scene.set_light.clone()} inspect={scene.inspect.clone()}
            inspected={scene.inspected.clone()} />
    });
    let nodes = view.nodes.iter().map(|node| {
        let ghosts = props.state.ghosts.iter().filter(|ghost| ghost.node == node.name);
        html! {
            <NodeCard key={node.name.clone()} node={node.clone()} {density} light={scene.light.clone()}
                ghosts={ghosts.map(|ghost| ghost.pod.clone()).collect::<Vec<_>>()}
                set_light={scene.set_light.clone()} inspect={scene.inspect.clone()}
                inspected={scene.inspected.clone()} />
        }
    });
    html! {
        <div class={classes!("picture", density.class(), (!view.services.is_empty()).then_some("has-services"))}>
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
        </div>
    }
}
