//! `ssh NODE [COMMAND…]` from the learner's machine.

use std::collections::BTreeMap;

use podground_shell::{Command, Process};

use crate::{Cluster, remote};

/// The program.
pub(crate) async fn ssh(cluster: Cluster, process: Process) -> u8 {
    let mut words = process.args[1..].iter();
    let (mut terminal, mut destination) = (None, None);
    while destination.is_none() {
        let Some(word) = words.next() else {
            process
                .eprint("usage: ssh [-t] [-l user] [-p port] [user@]host [command [argument ...]]\n")
                .await;
            return 255;
        };
        match word.as_str() {
            "-t" | "-tt" => terminal = Some(true),
            "-T" => terminal = Some(false),
            // Keys, options and ports make no difference here: every node takes the learner in as root.
            "-o" | "-i" | "-p" | "-l" | "-F" => drop(words.next()),
            "-q" | "-v" | "-A" | "-4" | "-6" | "-n" | "-x" | "-X" => {}
            other if other.starts_with("-o") || other.starts_with("-p") || other.starts_with("-l") => {}
            other if other.starts_with('-') => {
                process.eprint(&format!("error: podground does not support {other} of \"ssh\" yet\n")).await;
                return 255;
            }
            host => destination = Some(host.to_owned()),
        }
    }
    let command: Vec<String> = words.cloned().collect();
    let destination = destination.unwrap_or_default();
    let host = destination.rsplit('@').next().unwrap_or_default().to_owned();
    let network = process.host.network.clone();
    let address = match network.resolve(&host).await {
        Ok(addresses) if !addresses.is_empty() => addresses[0],
        _ => {
            process
                .eprint(&format!("ssh: Could not resolve hostname {host}: Name or service not known\n"))
                .await;
            return 255;
        }
    };
    let Some(node) = cluster.kubelet().node_at(address) else {
        process.eprint(&format!("ssh: connect to host {host} port 22: Connection refused\n")).await;
        return 255;
    };
    let Some(machine) = cluster.node_host(&node) else {
        process.host.sim.sleep(std::time::Duration::from_millis(3070)).await;
        process.eprint(&format!("ssh: connect to host {host} port 22: No route to host\n")).await;
        return 255;
    };
    process.host.sim.sleep(std::time::Duration::from_millis(120)).await;
    let terminal = terminal.unwrap_or(command.is_empty() && process.is_terminal(0));
    let args: Vec<String> = if command.is_empty() {
        vec!["bash".to_owned(), "-l".to_owned()]
    } else {
        vec!["bash".to_owned(), "-c".to_owned(), command.join(" ")]
    };
    let mut start = Command::new(args);
    "/root".clone_into(&mut start.cwd);
    start.env = BTreeMap::from([
        ("HOME".to_owned(), "/root".to_owned()),
        ("USER".to_owned(), "root".to_owned()),
        ("LOGNAME".to_owned(), "root".to_owned()),
        ("SHELL".to_owned(), "/bin/bash".to_owned()),
        ("PATH".to_owned(), "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned()),
        ("PWD".to_owned(), "/root".to_owned()),
    ]);
    if terminal {
        start.env.insert("TERM".to_owned(), process.env("TERM").unwrap_or("xterm").to_owned());
    }
    match remote::run(&process, &machine, start, terminal, true).await {
        Ok(_) if cluster.node_host(&node).is_none() => {
            process.eprint(&format!("Connection to {host} closed by remote host.\r\n")).await;
            if terminal {
                process.eprint(&format!("Connection to {host} closed.\r\n")).await;
            }
            255
        }
        Ok(status) => {
            if terminal {
                process.eprint(&format!("Connection to {host} closed.\r\n")).await;
            }
            status
        }
        Err(error) => {
            process.eprint(&format!("bash: {error}\n")).await;
            255
        }
    }
}
