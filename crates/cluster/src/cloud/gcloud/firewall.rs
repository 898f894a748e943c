//! `gcloud compute firewall-rules`

use super::output::Cell;
use super::{Call, Command};
use crate::network::firewall::{ANYWHERE, Rule, Traffic};

pub(super) const COMMANDS: &[Command] = &[
    Command {
        path: "compute firewall-rules create",
        valued: &[
            "allow",
            "action",
            "rules",
            "direction",
            "priority",
            "source-ranges",
            "network",
            "description",
        ],
        switches: &["disabled"],
        run: |call| Box::pin(create(call)),
    },
    Command {
        path: "compute firewall-rules list",
        valued: &[],
        switches: &[],
        run: |call| Box::pin(list(call)),
    },
    Command {
        path: "compute firewall-rules describe",
        valued: &[],
        switches: &[],
        run: |call| Box::pin(describe(call)),
    },
    Command {
        path: "compute firewall-rules delete",
        valued: &[],
        switches: &[],
        run: |call| Box::pin(delete(call)),
    },
];

fn row(rule: &Rule) -> Vec<Cell> {
    let traffic = rule.matches.iter().map(Traffic::to_string).collect::<Vec<_>>().join(",");
    let (allow, deny) = if rule.allow { (traffic, String::new()) } else { (String::new(), traffic) };
    vec![
        ("NAME", "name", rule.name.clone()),
        ("NETWORK", "network", "default".to_owned()),
        ("DIRECTION", "direction", "INGRESS".to_owned()),
        ("PRIORITY", "priority", rule.priority.to_string()),
        ("ALLOW", "allowed[0].map().firewall_rule().list()", allow),
        ("DENY", "denied[0].map().firewall_rule().list()", deny),
        ("DISABLED", "disabled", if rule.disabled { "True" } else { "False" }.to_owned()),
    ]
}

/// The rule that the flags describe; the error is the message.
fn rule(call: &Call, name: &str) -> Result<Rule, String> {
    let (text, allow) = match (call.flag("allow"), call.flag("action"), call.flag("rules")) {
        (Some(allow), None, None) => (allow, true),
        (None, Some(action), Some(rules)) => (rules, !action.eq_ignore_ascii_case("deny")),
        (None, None, _) => return Err("Exactly one of (--action | --allow) must be specified.".to_owned()),
        (None, Some(_), None) => return Err("argument --rules: Must be specified with --action.".to_owned()),
        _ => return Err("argument --action: At most one of --action | --allow can be specified.".to_owned()),
    };
    let mut matches = Vec::new();
    for part in text.split(',').map(str::trim) {
        let Some(traffic) = Traffic::parse(part) else {
            return Err(format!(
                "Firewall rules must be of the form PROTOCOL[:PORT[-PORT]]; received [{part}]."
            ));
        };
        matches.push(traffic);
    }
    let priority = call.flag("priority").unwrap_or("1000");
    Ok(Rule {
        name: name.to_owned(),
        priority: priority
            .parse()
            .map_err(|_| format!("argument --priority: invalid int value: '{priority}'"))?,
        matches,
        allow,
        sources: call
            .flag("source-ranges")
            .unwrap_or(ANYWHERE)
            .split(',')
            .map(|range| range.trim().to_owned())
            .collect(),
        disabled: call.has("disabled"),
    })
}

async fn create(call: Call) -> u8 {
    let [name] = call.words.as_slice() else {
        return call.fail("argument NAME: Must be specified.").await;
    };
    if call
        .flag("direction")
        .is_some_and(|direction| !["ingress", "in"].contains(&direction.to_lowercase().as_str()))
    {
        return call.unsupported("--direction other than INGRESS").await;
    }
    if call.flag("network").is_some_and(|network| network != "default") {
        return call.unsupported("--network other than default").await;
    }
    let rule = match rule(&call, name) {
        Ok(rule) => rule,
        Err(message) => return call.fail(&message).await,
    };
    let project = call.project();
    let fabric = call.cluster.kubelet().fabric();
    call.process.eprint("Creating firewall...").await;
    if fabric.with_firewall(|firewall| firewall.get(name).is_some()) {
        call.process.eprint("failed.\n").await;
        let message = format!(
            "Could not fetch resource:\n - The resource 'projects/{project}/global/firewalls/{name}' already exists\n"
        );
        return call.fail(&message).await;
    }
    call.process.host.sim.sleep(std::time::Duration::from_secs(4)).await;
    fabric.with_firewall(|firewall| firewall.set(rule.clone()));
    call.process
        .eprint(&format!(
            "Created [https://www.googleapis.com/compute/v1/projects/{project}/global/firewalls/{name}].\n\
             Creating firewall...done.\n"
        ))
        .await;
    call.show(&[row(&rule)]).await
}

async fn list(call: Call) -> u8 {
    let rows: Vec<Vec<Cell>> =
        call.cluster.kubelet().fabric().with_firewall(|firewall| firewall.rules().iter().map(row).collect());
    let status = call.show(&rows).await;
    if status == 0 && call.flag("format").is_none() {
        call.process
            .eprint("\nTo show all fields of the firewall, please show in JSON format: --format=json\nTo show all fields in table format, please see the examples in --help.\n\n")
            .await;
    }
    status
}

async fn describe(call: Call) -> u8 {
    let [name] = call.words.as_slice() else {
        return call.fail("argument NAME: Must be specified.").await;
    };
    let found = call.cluster.kubelet().fabric().with_firewall(|firewall| firewall.get(name).map(row));
    match found {
        Some(row) => call.show(&[row]).await,
        None => missing(&call, name).await,
    }
}

async fn missing(call: &Call, name: &str) -> u8 {
    let project = call.project();
    call.fail(&format!(
        "Could not fetch resource:\n - The resource 'projects/{project}/global/firewalls/{name}' was not found\n"
    ))
    .await
}

async fn delete(call: Call) -> u8 {
    if call.words.is_empty() {
        return call.fail("argument NAME [NAME ...]: Must be specified.").await;
    }
    let project = call.project();
    if !call.has("quiet") {
        let mut text = "The following firewalls will be deleted:\n".to_owned();
        for name in &call.words {
            text.push_str(&format!(" - [{name}]\n"));
        }
        call.process.eprint(&format!("{text}\nDo you want to continue (Y/n)?  ")).await;
        let answer = call.process.read_line(0).await.ok().flatten().unwrap_or_else(|| "y".to_owned());
        if answer.trim().to_lowercase().starts_with('n') {
            call.process
                .eprint("\nERROR: (gcloud.compute.firewall-rules.delete) Deletion aborted by user.\n")
                .await;
            return 1;
        }
        call.process.eprint("\n").await;
    }
    for name in &call.words {
        if !call.cluster.kubelet().fabric().with_firewall(|firewall| firewall.remove(name)) {
            return missing(&call, name).await;
        }
        call.process
            .eprint(&format!(
                "Deleted [https://www.googleapis.com/compute/v1/projects/{project}/global/firewalls/{name}].\n"
            ))
            .await;
    }
    0
}
