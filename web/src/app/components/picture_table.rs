//! The picture in words: for screen readers always, for everyone on request.

use super::pod_tile::Density;
use crate::actions::Context;
use crate::strings::Strings;
use podground_web::protocol::{ClusterView, HopEnd, HopView, PodView};
use yew::prelude::*;

/// Rows beyond this are left to `kubectl get`.
const MOST: usize = 200;

/// So many of the last calls.
const MOST_HOPS: usize = 10;

/// The tables.
pub(crate) fn picture_table(context: &Context, view: &ClusterView, hops: &[HopView], hidden: bool) -> Html {
    let strings = context.strings;
    if hidden && Density::of(view.pod_count, view.nodes.len()) == Density::Dots {
        return html! {}; // twice thousands of elements would only slow the page; the table view has them
    }
    let nodes = view.nodes.iter().map(|node| {
        let count = node.pods.len() as u32 + node.more_pods;
        vec![node.name.clone(), node.status.clone(), node.ip.clone(), count.to_string()]
    });
    let waiting = view.waiting.iter().map(|pod| pod_row(pod, ""));
    let placed = view.nodes.iter().flat_map(|node| node.pods.iter().map(|pod| pod_row(pod, &node.name)));
    let services = view.services.iter().map(|service| {
        vec![
            service.name.clone(),
            service.namespace.clone(),
            format!("{} {}", service.cluster_ip, service.ports),
            service.selector.clone(),
            service.pods.join(", "),
        ]
    });
    html! {
        <div class={classes!("tables", hidden.then_some("visually-hidden"))}>
            { table(strings.table_nodes, &node_columns(strings), nodes.collect()) }
            { table(strings.table_pods, &pod_columns(strings), waiting.chain(placed).take(MOST).collect()) }
            if !view.services.is_empty() {
                { table(strings.table_services, &service_columns(strings), services.collect()) }
            }
            if !hops.is_empty() {
                { table(strings.table_hops, &hop_columns(strings), hop_rows(strings, hops)) }
            }
        </div>
    }
}

fn node_columns(strings: &Strings) -> [&'static str; 4] {
    [strings.column_name, strings.column_status, strings.column_address, strings.column_pods]
}

fn pod_columns(strings: &Strings) -> [&'static str; 7] {
    [
        strings.column_name,
        strings.column_namespace,
        strings.column_status,
        strings.column_node,
        strings.column_address,
        strings.column_containers,
        strings.column_labels,
    ]
}

fn service_columns(strings: &Strings) -> [&'static str; 5] {
    [
        strings.column_name,
        strings.column_namespace,
        strings.column_address,
        strings.selector,
        strings.column_pods,
    ]
}

fn hop_columns(strings: &Strings) -> [&'static str; 5] {
    [
        strings.column_from,
        strings.column_through,
        strings.column_to,
        strings.column_port,
        strings.column_result,
    ]
}

/// The last calls, the latest first.
fn hop_rows(strings: &Strings, hops: &[HopView]) -> Vec<Vec<String>> {
    let end = |end: &HopEnd| match end.kind.as_str() {
        "workstation" => strings.hop_workstation.to_owned(),
        "pod" => format!("{}/{}", end.namespace, end.name),
        _ => end.name.clone(),
    };
    let row = |hop: &HopView| {
        let result = match hop.result.as_str() {
            "delivered" => strings.hop_delivered,
            "refused" => strings.hop_refused,
            "unreachable" => strings.hop_unreachable,
            "forbidden" => strings.hop_forbidden,
            _ => strings.hop_lost,
        };
        vec![end(&hop.from), hop.service.clone(), end(&hop.to), hop.port.to_string(), result.to_owned()]
    };
    hops.iter().rev().take(MOST_HOPS).map(row).collect()
}

fn pod_row(pod: &PodView, node: &str) -> Vec<String> {
    let containers = pod.containers.iter().map(|it| format!("{}: {}", it.name, it.state));
    let labels = pod.labels.iter().map(|(key, value)| format!("{key}={value}"));
    vec![
        pod.name.clone(),
        pod.namespace.clone(),
        pod.status.clone(),
        node.to_owned(),
        pod.ip.clone(),
        containers.collect::<Vec<_>>().join(", "),
        labels.collect::<Vec<_>>().join(", "),
    ]
}

fn table(caption: &'static str, columns: &[&'static str], rows: Vec<Vec<String>>) -> Html {
    html! {
        <table>
            <caption>{ caption }</caption>
            <thead><tr>{ for columns.iter().map(|column| html! { <th scope="col">{ *column }</th> }) }</tr></thead>
            <tbody>
                { for rows.into_iter().map(|row| html! {
                    <tr>{ for row.into_iter().enumerate().map(|(index, cell)| {
                        if index == 0 { html! { <th scope="row">{ cell }</th> } } else { html! { <td>{ cell }</td> } }
                    }) }</tr>
                }) }
            </tbody>
        </table>
    }
}
