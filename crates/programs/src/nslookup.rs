//! `nslookup`, in busybox's form.

use podground_shell::Process;

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let words: Vec<&String> = process.args.iter().skip(1).filter(|word| !word.starts_with('-')).collect();
    let Some(name) = words.first() else {
        process.eprint("Usage: nslookup HOST [SERVER]\n").await;
        return Err(1);
    };
    let resolver = process.host.files.read_to_string("/etc/resolv.conf").unwrap_or_default();
    let server = resolver
        .lines()
        .find_map(|line| line.strip_prefix("nameserver "))
        .map_or_else(|| "127.0.0.1".to_owned(), |server| server.trim().to_owned());
    process.print(&format!("Server:\t\t{server}\nAddress:\t{server}:53\n\n")).await;
    match process.host.network.resolve(name).await {
        Ok(addresses) if !addresses.is_empty() => {
            for address in addresses {
                process.print(&format!("Name:\t{name}\nAddress: {address}\n")).await;
            }
            process.print("\n").await;
            Ok(0)
        }
        _ => {
            process.print(&format!("** server can't find {name}: NXDOMAIN\n\n")).await;
            Err(1)
        }
    }
}
