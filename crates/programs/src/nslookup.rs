//! `nslookup`, in busybox's form or in that of BIND.

use std::net::IpAddr;

use podground_shell::{DnsAnswer, DnsData, DnsQuery, DnsType, Process};

use crate::dig::{data, resolver, reverse, server_address, type_of};
use crate::flavor;

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let busybox = flavor::is_busybox(process);
    let mut operands: Vec<&String> = Vec::new();
    let mut record_type = None;
    for word in process.args.iter().skip(1) {
        match word.strip_prefix('-') {
            None => operands.push(word),
            Some(option) => {
                if let Some((_, kind)) = option.split_once('=') {
                    record_type = type_of(kind);
                }
            }
        }
    }
    let Some(name) = operands.first() else {
        process.eprint("Usage: nslookup HOST [SERVER]\n").await;
        return Err(1);
    };
    let resolver = resolver(process);
    let mut server = None;
    if let Some(given) = operands.get(1) {
        server = server_address(process, given).await;
        if server.is_none() {
            process.eprint(&format!("nslookup: couldn't get address for '{given}': not found\n")).await;
            return Err(1);
        }
    }
    let shown = server.map_or_else(|| resolver.server.clone(), |server| server.to_string());
    let heading = format!("Server:\t\t{shown}\nAddress:\t{shown}{}\n\n", if busybox { ":53" } else { "#53" });
    let (names, kind) = match name.parse::<IpAddr>() {
        Ok(address) => (vec![reverse(address)], DnsType::Ptr),
        Err(_) => (resolver.candidates(name), record_type.unwrap_or(DnsType::A)),
    };
    let mut answer: Option<DnsAnswer> = None;
    for full in &names {
        let query = DnsQuery { server, name: full.clone(), record_type: kind };
        let Ok(found) = process.host.network.query(query).await else {
            process.print(";; connection timed out; no servers could be reached\n\n").await;
            return Err(1);
        };
        let done = !found.records.is_empty();
        answer = Some(found);
        if done {
            break;
        }
    }
    let answer = answer.filter(|answer| !answer.records.is_empty());
    // BIND's says nothing of the server when it asks for the name of an address.
    if busybox || kind != DnsType::Ptr || answer.is_none() {
        process.print(&heading).await;
    }
    let Some(answer) = answer else {
        process.print(&format!("** server can't find {name}: NXDOMAIN\n\n")).await;
        return Err(1);
    };
    for record in &answer.records {
        let line = match &record.data {
            DnsData::Address(address) => format!("Name:\t{}\nAddress: {address}\n", record.name),
            DnsData::Name(target) if kind == DnsType::Ptr => {
                let dot = if busybox { "" } else { "." };
                format!("{}\tname = {target}{dot}\n", record.name)
            }
            DnsData::Name(target) => format!("{}\tcanonical name = {target}\n", record.name),
            DnsData::Service { .. } => format!("{}\tservice = {}\n", record.name, data(record)),
        };
        process.print(&line).await;
    }
    process.print("\n").await;
    Ok(0)
}
