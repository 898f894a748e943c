//! The lines from services to their pods, drawn behind the tiles.

use super::pod_tile::Light;
use gloo::timers::callback::Timeout;
use podground_web::protocol::{ClusterView, Health};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

/// More lines than this would only be a tangle.
const MOST: usize = 150;
/// Tiles still move for a while after the view has changed.
const SETTLE_MILLIS: u32 = 260;

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) view: Rc<ClusterView>,
    pub(crate) light: Light,
}

/// Lines of different services keep apart by this much, and repeat their places after that many.
const TRACK: f64 = 5.0;
pub(crate) const TRACKS: usize = 4;
/// Corners are rounded by this much.
const ROUND: f64 = 7.0;

/// One line.
#[derive(Debug, Clone, PartialEq)]
struct Wire {
    service: String,
    track: usize,
    path: String,
    ready: bool,
    end: (f64, f64),
}

/// The lines.
#[component]
pub(crate) fn Wires(props: &Props) -> Html {
    let node = use_node_ref();
    let wires = use_state_eq(Vec::<Wire>::new);
    let beat = use_state(|| 0_u32);
    {
        let (node, beat) = (node.clone(), beat.clone());
        use_effect_with((), move |()| {
            let count = std::cell::Cell::new(0);
            let resized = Closure::<dyn FnMut()>::new(move || {
                count.set(count.get() + 1);
                beat.set(count.get());
            });
            let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok();
            let parent = node.cast::<Element>().and_then(|svg| svg.parent_element());
            if let (Some(observer), Some(parent)) = (&observer, parent) {
                observer.observe(&parent);
            }
            move || {
                if let Some(observer) = observer {
                    observer.disconnect();
                }
                drop(resized);
            }
        });
    }
    {
        let (node, wires) = (node.clone(), wires.clone());
        use_effect_with((props.view.clone(), *beat), move |(view, _)| {
            let draw = {
                let view = view.clone();
                move || {
                    if let Some(svg) = node.cast::<Element>() {
                        wires.set(measure(&svg, &view));
                    }
                }
            };
            draw();
            let settled = Timeout::new(SETTLE_MILLIS, draw);
            move || drop(settled)
        });
    }
    let lines = wires.iter().map(|wire| {
        let lit = match &props.light {
            Light::Service { namespace, name, .. } => Some(wire.service == format!("{namespace}/{name}")),
            Light::None => None,
            _ => Some(false),
        };
        let class = classes!(
            "wire",
            format!("on-track-{}", wire.track),
            (!wire.ready).then_some("is-broken"),
            lit.map(|lit| if lit { "is-lit" } else { "is-dim" }),
        );
        html! {
            <g {class}>
                <path d={wire.path.clone()} />
                <circle cx={whole(wire.end.0).to_string()} cy={whole(wire.end.1).to_string()} r="3" />
            </g>
        }
    });
    html! { <svg class="wires" ref={node} aria-hidden="true" focusable="false">{ for lines }</svg> }
}

/// Where an element is, as seen from the picture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
}

/// Where the first element that a selector finds in the picture is.
pub(crate) fn place_in(picture: &Element, selector: &str) -> Option<Place> {
    let found: Element = picture.query_selector(selector).ok().flatten()?.unchecked_into();
    let (origin, rect) = (picture.get_bounding_client_rect(), found.get_bounding_client_rect());
    let (left, top) = (rect.left() - origin.left(), rect.top() - origin.top());
    Some(Place { left, top, bottom: top + rect.height() })
}

fn measure(svg: &Element, view: &ClusterView) -> Vec<Wire> {
    let Some(picture) = svg.parent_element() else { return Vec::new() };
    let place = |selector: &str| place_in(&picture, selector);
    let health: BTreeMap<(&str, &str), Health> = view
        .nodes
        .iter()
        .flat_map(|node| &node.pods)
        .chain(&view.waiting)
        .map(|pod| ((pod.namespace.as_str(), pod.name.as_str()), pod.health))
        .collect();
    let row = place(".service-row").map_or(0.0, |row| row.bottom);
    let first_column = place("[data-pod]").map_or(0.0, |pod| pod.left);
    let mut wires = Vec::new();
    for (index, service) in view.services.iter().enumerate() {
        let key = format!("{}/{}", service.namespace, service.name);
        let Some(from) = place(&format!("[data-service='{key}']")) else { continue };
        let track = index % TRACKS;
        for pod in &service.pods {
            if wires.len() == MOST {
                return wires;
            }
            let Some(to) = place(&format!("[data-pod='{}/{pod}']", service.namespace)) else { continue };
            let (path, end) = route(from, row, to, to.left > first_column + 40.0, track);
            let ready = health.get(&(service.namespace.as_str(), pod.as_str())) == Some(&Health::Ready);
            wires.push(Wire { service: key.clone(), track, path, ready, end });
        }
    }
    wires
}

/// Down from the service, along the left margin, and into the pod: from the left if it is the first of its row,
/// else from above, so that no line seems to end at a pod that it only passes.
pub(crate) fn route(from: Place, row: f64, to: Place, inner: bool, track: usize) -> (String, (f64, f64)) {
    let shift = TRACK * track as f64;
    let margin = 8.0 + shift;
    let mut points =
        vec![(from.left + 18.0 + shift, from.bottom), (from.left + 18.0 + shift, row + 3.0 + shift / 2.0)];
    points.push((margin, row + 3.0 + shift / 2.0));
    let end = if inner {
        let y = to.top - 4.0;
        points.extend([(margin, y), (to.left + 16.0 + shift, y)]);
        (to.left + 16.0 + shift, to.top)
    } else {
        let y = (to.top + 16.0 + shift).min(to.bottom - 4.0);
        points.push((margin, y));
        (to.left, y)
    };
    points.push(end);
    (rounded(&points), end)
}

/// Whole pixels are enough: printing fractions would cost more code than all of this.
fn whole(number: f64) -> i32 {
    number.round() as i32
}

/// A path through the points with rounded corners.
pub(crate) fn rounded(points: &[(f64, f64)]) -> String {
    let (x, y) = points[0];
    let mut path = format!("M{} {}", whole(x), whole(y));
    for at in points.windows(3) {
        let ((x0, y0), (x, y), (x1, y1)) = (at[0], at[1], at[2]);
        let towards = |tx: f64, ty: f64| {
            let length = (tx - x).hypot(ty - y).max(0.01);
            let round = ROUND.min(length / 2.0) / length;
            (x + (tx - x) * round, y + (ty - y) * round)
        };
        let ((ax, ay), (bx, by)) = (towards(x0, y0), towards(x1, y1));
        path.push_str(&format!(
            "L{} {}Q{} {} {} {}",
            whole(ax),
            whole(ay),
            whole(x),
            whole(y),
            whole(bx),
            whole(by)
        ));
    }
    let (x, y) = points[points.len() - 1];
    path.push_str(&format!("L{} {}", whole(x), whole(y)));
    path
}
