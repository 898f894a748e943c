//! `ip` and `ifconfig`

use std::net::{IpAddr, Ipv4Addr};

use podground_shell::{Interface, Process};

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let (mut brief, mut only_v4) = (false, false);
    let mut words = process.args.iter().skip(1).map(String::as_str).peekable();
    while let Some(option) = words.next_if(|word| word.starts_with('-')) {
        match option {
            "-br" | "-brief" => brief = true,
            "-4" => only_v4 = true,
            "-f" | "-family" => only_v4 = words.next() == Some("inet"),
            "-c" | "-color" | "-6" => {}
            other => {
                process.eprint(&format!("Option \"{other}\" is unknown, try \"ip -help\".\n")).await;
                return Err(255);
            }
        }
    }
    let object = words.next().unwrap_or_default().to_owned();
    let rest: Vec<&str> =
        words.filter(|word| !matches!(*word, "show" | "list" | "sh" | "ls" | "dev")).collect();
    let interfaces = process.host.network.interfaces();
    let is = |name: &str| !object.is_empty() && name.starts_with(&object);
    if is("address") {
        if let Some(name) = rest.first().filter(|name| !interfaces.iter().any(|one| one.name == **name)) {
            process.eprint(&format!("Device \"{name}\" does not exist.\n")).await;
            return Err(1);
        }
        for (index, interface) in interfaces.iter().enumerate() {
            if rest.first().is_some_and(|name| *name != interface.name) {
                continue;
            }
            process.print(&address(index + 1, interface, brief, only_v4)).await;
        }
        Ok(0)
    } else if is("link") {
        for (index, interface) in interfaces.iter().enumerate() {
            process.print(&link(index + 1, interface)).await;
        }
        Ok(0)
    } else if is("route") || object == "r" {
        for interface in interfaces.iter().filter(|interface| interface.name != "lo") {
            if let IpAddr::V4(own) = interface.address {
                let network = network(own, interface.prefix);
                let gateway = Ipv4Addr::from(u32::from(network) + 1);
                let name = &interface.name;
                let mut text = format!("default via {gateway} dev {name} \n");
                text.push_str(&format!(
                    "{network}/{} dev {name} proto kernel scope link src {own} \n",
                    interface.prefix
                ));
                process.print(&text).await;
            }
        }
        Ok(0)
    } else if object.is_empty() || object == "help" {
        process.eprint("Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { address | link | route }\n").await;
        Err(255)
    } else if ["neighbour", "rule", "netns", "maddress", "tunnel"].iter().any(|name| is(name)) {
        process.eprint(&format!("error: podground does not support \"ip {object}\" yet\n")).await;
        Err(1)
    } else {
        process.eprint(&format!("Object \"{object}\" is unknown, try \"ip help\".\n")).await;
        Err(1)
    }
}

fn network(address: Ipv4Addr, prefix: u8) -> Ipv4Addr {
    let mask = u32::MAX.checked_shl(32 - u32::from(prefix.min(32))).unwrap_or(0);
    Ipv4Addr::from(u32::from(address) & mask)
}

fn broadcast(address: Ipv4Addr, prefix: u8) -> Ipv4Addr {
    let mask = u32::MAX.checked_shr(u32::from(prefix)).unwrap_or(0);
    Ipv4Addr::from(u32::from(address) | mask)
}

fn link(index: usize, interface: &Interface) -> String {
    let name = &interface.name;
    if name == "lo" {
        return format!(
            "{index}: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
        );
    }
    format!(
        "{index}: {name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default qlen 1000\n    link/ether {} brd ff:ff:ff:ff:ff:ff\n",
        interface.mac
    )
}

fn address(index: usize, interface: &Interface, brief: bool, only_v4: bool) -> String {
    let name = &interface.name;
    let (own, prefix) = (interface.address, interface.prefix);
    if brief {
        let state = if name == "lo" { "UNKNOWN" } else { "UP" };
        return format!("{name:<16} {state:<14} {own}/{prefix} \n");
    }
    let mut text = link(index, interface);
    if only_v4 {
        // Without the line of the hardware.
        text.truncate(text.find('\n').map_or(0, |at| at + 1));
    }
    let scope = if name == "lo" { "host" } else { "global" };
    text.push_str(&match own {
        IpAddr::V4(own) if name != "lo" => {
            format!("    inet {own}/{prefix} brd {} scope {scope} {name}\n", broadcast(own, prefix))
        }
        IpAddr::V4(own) => format!("    inet {own}/{prefix} scope {scope} {name}\n"),
        IpAddr::V6(own) => format!("    inet6 {own}/{prefix} scope {scope} \n"),
    });
    text.push_str("       valid_lft forever preferred_lft forever\n");
    text
}

pub(crate) async fn ifconfig(process: &Process) -> Result<u8, u8> {
    let wanted = process.args.get(1);
    let mut any = false;
    for interface in process.host.network.interfaces() {
        if wanted.is_some_and(|wanted| *wanted != interface.name) {
            continue;
        }
        any = true;
        let name = &interface.name;
        let IpAddr::V4(own) = interface.address else { continue };
        let mask =
            Ipv4Addr::from(u32::MAX.checked_shl(32 - u32::from(interface.prefix.min(32))).unwrap_or(0));
        let text = if name == "lo" {
            format!(
                "{name:<10}Link encap:Local Loopback  \n          inet addr:{own}  Mask:{mask}\n          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n\n"
            )
        } else {
            format!(
                "{name:<10}Link encap:Ethernet  HWaddr {}  \n          inet addr:{own}  Bcast:{}  Mask:{mask}\n          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n\n",
                interface.mac.to_uppercase(),
                broadcast(own, interface.prefix)
            )
        };
        process.print(&text).await;
    }
    if let (Some(wanted), false) = (wanted, any) {
        process
            .eprint(&format!("ifconfig: {wanted}: error fetching interface information: Device not found\n"))
            .await;
        return Err(1);
    }
    Ok(0)
}
