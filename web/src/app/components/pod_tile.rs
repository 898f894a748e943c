//! A pod: its state in shape, colour and words, its containers, its labels.

use super::glyph::{self, glyph};
use crate::actions::Context;
use crate::strings::fill;
use podground_web::protocol::{ContainerView, ObjectRef, PodView};
use yew::prelude::*;

/// Labels shown on a tile before the rest is counted.
const CHIPS: usize = 3;
/// Kept for pods of controllers: says nothing to the learner.
const QUIET_LABELS: [&str; 3] = ["pod-template-hash", "controller-revision-hash", "pod-template-generation"];

/// How much of a pod there is room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Density {
    /// All of it.
    Full,
    /// Name and state.
    Compact,
    /// The state alone.
    Dots,
}

impl Density {
    /// For so many pods on so many nodes.
    pub(crate) fn of(pods: u32, nodes: usize) -> Self {
        match pods {
            0..=16 if nodes <= 8 => Self::Full,
            0..=60 if nodes <= 24 => Self::Compact,
            _ => Self::Dots,
        }
    }

    /// Its name in class names.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Full => "is-full",
            Self::Compact => "is-compact",
            Self::Dots => "is-dots",
        }
    }
}

/// What is lit up.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Light {
    /// Nothing.
    #[default]
    None,
    /// What the typed selector matches; the engine has marked it.
    Selector,
    /// Pods with this label.
    Label(String, String),
    /// Pods of this service.
    Service {
        /// Its namespace.
        namespace: String,
        /// Its name.
        name: String,
        /// The pods that it selects.
        pods: Vec<String>,
    },
}

impl Light {
    /// What the pointer lights up wins over the selector.
    pub(crate) fn over(self, selector: &str) -> Self {
        if self == Self::None && !selector.trim().is_empty() { Self::Selector } else { self }
    }

    /// Whether the pod is lit; none if nothing is lit at all.
    pub(crate) fn on(&self, pod: &PodView) -> Option<bool> {
        match self {
            Self::None => None,
            Self::Selector => Some(pod.lit),
            Self::Label(key, value) => Some(pod.labels.get(key) == Some(value)),
            Self::Service { namespace, pods, .. } => {
                Some(pod.namespace == *namespace && pods.contains(&pod.name))
            }
        }
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct Props {
    pub(crate) pod: PodView,
    pub(crate) density: Density,
    pub(crate) light: Light,
    pub(crate) set_light: Callback<Light>,
    pub(crate) inspect: Callback<ObjectRef>,
    pub(crate) inspected: Option<ObjectRef>,
    /// Has just left, and fades.
    #[prop_or_default]
    pub(crate) ghost: bool,
}

/// A pod.
#[component]
pub(crate) fn PodTile(props: &Props) -> Html {
    let context = use_context::<Context>().expect("the app provides it");
    let strings = context.strings;
    let pod = &props.pod;
    let object = ObjectRef { kind: "Pod".into(), namespace: pod.namespace.clone(), name: pod.name.clone() };
    let chosen = props.inspected.as_ref() == Some(&object);
    let lit = props.light.on(pod);
    let class = classes!(
        "pod",
        format!("is-{}", glyph::key(pod.health)),
        lit.map(|lit| if lit { "is-lit" } else { "is-dim" }),
        chosen.then_some("is-chosen"),
        props.ghost.then_some("is-ghost"),
    );
    if props.ghost {
        return html! { <div {class} aria-hidden="true">{ head(pod) }</div> };
    }
    let main = || pod.containers.iter().filter(|container| !container.init);
    let ready = main().filter(|container| container.health == podground_web::protocol::Health::Ready).count();
    let ready = format!("{ready}/{}", main().count());
    let label = fill(strings.pod_label, &[("name", &pod.name), ("status", &pod.status), ("ready", &ready)]);
    let inspect = {
        let inspect = props.inspect.clone();
        Callback::from(move |_: MouseEvent| inspect.emit(object.clone()))
    };
    let full = props.density == Density::Full;
    let identity = format!("{}/{}", pod.namespace, pod.name);
    html! {
        <div {class} data-pod={identity}>
            <button class="pod-main" type="button" aria-pressed={chosen.to_string()}
                title={(!full).then(|| label.clone())} onclick={inspect}>
                <span class="visually-hidden">{ if full { strings.pod } else { &label } }</span>
                { head(pod) }
                if full {
                    <span class="pod-status">
                        <span>{ pod.status.clone() }</span>
                        <span class="pod-ready">{ ready }</span>
                    </span>
                    <span class="containers">{ for pod.containers.iter().map(|it| container(&context, it)) }</span>
                }
            </button>
            if full { { chips(&context, props) } }
        </div>
    }
}

fn head(pod: &PodView) -> Html {
    html! {
        <span class="pod-head">
            { glyph(pod.health) }
            <span class="pod-name">{ pod.name.clone() }</span>
            if pod.namespace != "default" { <span class="pod-namespace">{ pod.namespace.clone() }</span> }
        </span>
    }
}

fn container(context: &Context, container: &ContainerView) -> Html {
    let strings = context.strings;
    let values: [(&str, &dyn std::fmt::Display); 2] =
        [("name", &container.name), ("state", &container.state)];
    let mut title = format!("{} ({})", fill(strings.container_label, &values), container.image);
    if container.restarts > 0 {
        title.push_str(", ");
        title.push_str(&fill(strings.restarts, &[("n", &container.restarts)]));
    }
    let is = format!("is-{}", glyph::key(container.health));
    html! {
        <span class={classes!("container", is, container.init.then_some("is-init"))} {title}>
            { glyph(container.health) }
            <span>{ container.name.clone() }</span>
            if container.restarts > 0 { <span class="restarts">{ format!("↻{}", container.restarts) }</span> }
        </span>
    }
}

fn chips(context: &Context, props: &Props) -> Html {
    let strings = context.strings;
    let labels: Vec<_> =
        props.pod.labels.iter().filter(|(key, _)| !QUIET_LABELS.contains(&key.as_str())).collect();
    if labels.is_empty() {
        return html! {};
    }
    let more = labels.len().saturating_sub(CHIPS);
    let chips = labels.into_iter().take(CHIPS).map(|(key, value)| {
        let text = format!("{key}={value}");
        let lit = matches!(&props.light, Light::Label(k, v) if k == key && v == value);
        let light = |on: bool| {
            let set = props.set_light.clone();
            let light = if on { Light::Label(key.clone(), value.clone()) } else { Light::None };
            move || set.emit(light.clone())
        };
        let (enter, leave, focus, blur) = (light(true), light(false), light(true), light(false));
        let choose = {
            let (context, selector) = (context.clone(), text.clone());
            Callback::from(move |_: MouseEvent| context.choose_selector(&selector))
        };
        html! {
            <button class={classes!("chip", lit.then_some("is-lit"))} type="button"
                aria-label={fill(strings.light_up, &[("label", &text)])} title={text.clone()}
                onmouseenter={move |_: MouseEvent| enter()} onmouseleave={move |_: MouseEvent| leave()}
                onfocus={move |_: FocusEvent| focus()} onblur={move |_: FocusEvent| blur()} onclick={choose}>
                { text }
            </button>
        }
    });
    html! {
        <div class="chips">
            { for chips }
            if more > 0 {
                <span class="chip-more" title={fill(strings.labels_more, &[("n", &more)])}>{ format!("+{more}") }</span>
            }
        </div>
    }
}
