//! Calls as dots that move from the caller through the service to the pod. The table of the picture has them in
//! words; who wants no motion sees no dots (`picture.css`).

use super::wires::{Place, TRACKS, place_in, rounded, route};
use podground_web::protocol::{ClusterView, HopEnd, HopView};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::Element;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) hops: Rc<Vec<HopView>>,
    pub(crate) view: Rc<ClusterView>,
}

/// How long a dot is under way.
const SECONDS: &str = "0.8s";

/// One dot.
#[derive(Debug, Clone, PartialEq)]
struct Dot {
    sequence: u64,
    path: String,
    track: usize,
    delivered: bool,
}

/// The dots.
#[component]
pub(crate) fn Hops(props: &Props) -> Html {
    let node = use_node_ref();
    let dots = use_state_eq(Vec::<Dot>::new);
    // What was there when the picture was opened does not move any more.
    let seen = use_mut_ref(|| props.hops.last().map_or(0, |hop| hop.sequence));
    {
        let (node, dots, view) = (node.clone(), dots.clone(), props.view.clone());
        use_effect_with(props.hops.clone(), move |hops| {
            let last = *seen.borrow();
            *seen.borrow_mut() = hops.last().map_or(0, |hop| hop.sequence);
            let Some(picture) = node.cast::<Element>().and_then(|svg| svg.parent_element()) else { return };
            let fresh = hops.iter().filter(|hop| hop.sequence > last);
            let fresh: Vec<Dot> = fresh.filter_map(|hop| dot(&picture, &view, hop)).collect();
            if !fresh.is_empty() {
                let old =
                    dots.iter().filter(|dot| hops.iter().any(|hop| hop.sequence == dot.sequence)).cloned();
                dots.set(old.chain(fresh).collect());
            }
        });
    }
    {
        let node = node.clone();
        let begun = use_mut_ref(|| 0_u64);
        use_effect_with((*dots).clone(), move |dots| {
            let last = begun.replace(dots.iter().map(|dot| dot.sequence).max().unwrap_or(0));
            let Some(svg) = node.cast::<Element>() else { return };
            for dot in dots.iter().filter(|dot| dot.sequence > last) {
                begin(&svg, dot.sequence);
            }
        });
    }
    let circles = dots.iter().map(|dot| {
        let class = classes!("hop", format!("on-track-{}", dot.track), (!dot.delivered).then_some("is-lost"));
        html! {
            <circle key={dot.sequence.to_string()} {class} r="4.5" opacity="0" data-hop={dot.sequence.to_string()}>
                <animateMotion dur={SECONDS} begin="indefinite" path={dot.path.clone()} />
                <animate attributeName="opacity" values="1;1;0" keyTimes="0;0.9;1" dur={SECONDS} begin="indefinite" />
            </circle>
        }
    });
    html! { <svg class="wires hops" ref={node} aria-hidden="true" focusable="false">{ for circles }</svg> }
}

/// Starts the animations of a dot: they would otherwise count from the time of the page.
fn begin(svg: &Element, sequence: u64) {
    let Ok(found) = svg.query_selector_all(&format!("[data-hop='{sequence}'] > *")) else { return };
    for index in 0..found.length() {
        let Some(animation) = found.get(index) else { continue };
        let begin = js_sys::Reflect::get(&animation, &JsValue::from_str("beginElement"));
        if let Some(begin) = begin.ok().and_then(|begin| begin.dyn_into::<js_sys::Function>().ok()) {
            // What cannot move stays unseen.
            let _ = begin.call0(&animation);
        }
    }
}

/// The way of a call, as far as its ends are drawn.
fn dot(picture: &Element, view: &ClusterView, hop: &HopView) -> Option<Dot> {
    let at = |end: &HopEnd| -> Option<Place> {
        match end.kind.as_str() {
            "pod" => place_in(picture, &format!("[data-pod='{}/{}']", end.namespace, end.name)),
            "node" => place_in(picture, &format!("[data-node='{}']", end.name)),
            _ => None,
        }
    };
    let middle = |place: &Place| (place.left + 16.0, f64::midpoint(place.top, place.bottom));
    // The learner's machine is where the terminal is: beyond the left edge.
    let start = at(&hop.from).map_or((0.0, 0.0), |place| middle(&place));
    let to = at(&hop.to);
    let index = view
        .services
        .iter()
        .position(|service| hop.service == format!("{}/{}", service.namespace, service.name));
    let service = index.and_then(|_| place_in(picture, &format!("[data-service='{}']", hop.service)));
    let track = index.unwrap_or(0) % TRACKS;
    let path = match (service, to) {
        (Some(service), to) => {
            let entry = (service.left + 18.0, f64::midpoint(service.top, service.bottom));
            let first = rounded(&[start, entry]);
            let rest = to.map(|to| {
                let row = place_in(picture, ".service-row").map_or(0.0, |row| row.bottom);
                let first_column = place_in(picture, "[data-pod]").map_or(0.0, |pod| pod.left);
                route(service, row, to, to.left > first_column + 40.0, track).0.replacen('M', "L", 1)
            });
            format!("{first}{}", rest.unwrap_or_default())
        }
        (None, Some(to)) => rounded(&[start, middle(&to)]),
        (None, None) => return None,
    };
    Some(Dot { sequence: hop.sequence, path, track, delivered: hop.delivered() })
}
