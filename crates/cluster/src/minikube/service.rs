//! `minikube service`

use podground_api::object::{array_at, i64_at, str_at};
use podground_shell::Process;

use crate::Cluster;

pub(super) async fn main(cluster: &Cluster, process: &Process, args: &[String]) -> u8 {
    let (mut names, mut namespace, mut url_only) = (Vec::new(), "default".to_owned(), false);
    let mut words = args.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--url" => url_only = true,
            "-n" | "--namespace" => namespace = words.next().cloned().unwrap_or_default(),
            word if word.starts_with("--namespace=") => namespace = word["--namespace=".len()..].to_owned(),
            word if word.starts_with('-') => {
                return super::unsupported(process, &format!("{word} of \"minikube service\"")).await;
            }
            word => names.push(word.to_owned()),
        }
    }
    let [name] = names.as_slice() else {
        process.eprint("X Exiting due to MK_USAGE: You must specify a service name\n").await;
        return 14;
    };
    let found = cluster.with_informers(|informers| informers.get("services", &namespace, name).cloned());
    let Some(service) = found else {
        process
            .eprint(&format!(
                "X Exiting due to SVC_NOT_FOUND: Service '{name}' was not found in '{namespace}' namespace.\n"
            ))
            .await;
        return 115;
    };
    let address = super::address(cluster);
    let ports: Vec<(String, String)> = array_at(&service, "/spec/ports")
        .iter()
        .filter_map(|port| {
            let node_port = i64_at(port, "/nodePort").filter(|port| *port != 0)?;
            let label = match str_at(port, "/name") {
                "" => i64_at(port, "/port").unwrap_or(0).to_string(),
                label => format!("{label}/{}", i64_at(port, "/port").unwrap_or(0)),
            };
            Some((label, format!("http://{address}:{node_port}")))
        })
        .collect();
    if ports.is_empty() {
        process.eprint(&format!("* service {namespace}/{name} has no node port\n")).await;
        return 0;
    }
    if url_only {
        let text: String = ports.iter().map(|(_, url)| format!("{url}\n")).collect();
        process.print(&text).await;
        return 0;
    }
    let mut rows = vec![["NAMESPACE", "NAME", "TARGET PORT", "URL"].map(str::to_owned)];
    rows.extend(
        ports.iter().map(|(label, url)| [namespace.clone(), name.clone(), label.clone(), url.clone()]),
    );
    process.print(&boxed(&rows)).await;
    process.print("* There is no browser to open here: ask the URL with curl\n").await;
    0
}

/// A table between lines, as minikube draws it.
pub(super) fn boxed<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let rule: String =
        (0..N).map(|column| format!("|{}", "-".repeat(width(column) + 2))).collect::<String>() + "|\n";
    let mut text = rule.clone();
    for (index, row) in rows.iter().enumerate() {
        for (column, cell) in row.iter().enumerate() {
            text.push_str(&format!("| {cell:<width$} ", width = width(column)));
        }
        text.push_str("|\n");
        if index == 0 {
            text.push_str(&rule);
        }
    }
    text + &rule
}
