//! `dig` and `host`

use std::net::IpAddr;

use podground_shell::{DnsAnswer, DnsData, DnsQuery, DnsRecord, DnsType, NetworkError, Process};

use crate::calendar::{self, Zone};

/// What is asked.
struct Question {
    name: String,
    record_type: DnsType,
}

/// The name servers and search domains of `/etc/resolv.conf`.
struct Resolver {
    server: String,
    search: Vec<String>,
    dots: usize,
}

fn resolver(process: &Process) -> Resolver {
    let text = process.host.files.read_to_string("/etc/resolv.conf").unwrap_or_default();
    let mut resolver = Resolver { server: "127.0.0.1".to_owned(), search: Vec::new(), dots: 1 };
    let mut any = false;
    for line in text.lines() {
        let mut words = line.split_whitespace();
        match words.next() {
            Some("nameserver") if !any => {
                any = true;
                resolver.server = words.next().unwrap_or("127.0.0.1").to_owned();
            }
            Some("search" | "domain") => resolver.search = words.map(str::to_owned).collect(),
            Some("options") => {
                let dots = words.find_map(|word| word.strip_prefix("ndots:"));
                resolver.dots = dots.and_then(|dots| dots.parse().ok()).unwrap_or(1);
            }
            _ => {}
        }
    }
    resolver
}

impl Resolver {
    /// The full names that a name may mean, in the order in which they are tried.
    fn candidates(&self, name: &str) -> Vec<String> {
        let plain = name.trim_end_matches('.').to_owned();
        if name.ends_with('.') {
            return vec![plain];
        }
        let searched = self.search.iter().map(|domain| format!("{plain}.{domain}"));
        if name.matches('.').count() >= self.dots {
            std::iter::once(plain.clone()).chain(searched).collect()
        } else {
            searched.chain(std::iter::once(plain.clone())).collect()
        }
    }
}

fn type_of(word: &str) -> Option<DnsType> {
    Some(match word.to_ascii_uppercase().as_str() {
        "A" => DnsType::A,
        "AAAA" => DnsType::Aaaa,
        "CNAME" => DnsType::Cname,
        "SRV" => DnsType::Srv,
        "PTR" => DnsType::Ptr,
        _ => return None,
    })
}

fn type_name(record_type: DnsType) -> &'static str {
    match record_type {
        DnsType::A => "A",
        DnsType::Aaaa => "AAAA",
        DnsType::Cname => "CNAME",
        DnsType::Srv => "SRV",
        DnsType::Ptr => "PTR",
    }
}

fn data(record: &DnsRecord) -> String {
    match &record.data {
        DnsData::Address(address) => address.to_string(),
        DnsData::Name(name) => format!("{name}."),
        DnsData::Service { priority, weight, port, target } => {
            format!("{priority} {weight} {port} {target}.")
        }
    }
}

/// `1.0.96.10.in-addr.arpa`
fn reverse(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(address) => {
            let digits: Vec<String> = address
                .octets()
                .iter()
                .rev()
                .map(|byte| format!("{:x}.{:x}", byte & 15, byte >> 4))
                .collect();
            format!("{}.ip6.arpa", digits.join("."))
        }
    }
}

async fn ask(
    process: &Process,
    server: Option<IpAddr>,
    name: &str,
    record_type: DnsType,
) -> Result<DnsAnswer, NetworkError> {
    process.host.network.query(DnsQuery { server, name: name.to_owned(), record_type }).await
}

/// The address of a server that was named.
async fn server_address(process: &Process, name: &str) -> Option<IpAddr> {
    match name.parse() {
        Ok(address) => Some(address),
        Err(_) => process.host.network.resolve(name).await.ok()?.first().copied(),
    }
}

pub(crate) async fn dig(process: &Process) -> Result<u8, u8> {
    let (mut server, mut short, mut search, mut bare) = (None, false, false, false);
    let mut shows = (true, true, true, true);
    let mut question = Question { name: String::new(), record_type: DnsType::A };
    let mut words = process.args.iter().skip(1);
    while let Some(word) = words.next() {
        if let Some(name) = word.strip_prefix('@') {
            server = server_address(process, name).await;
            if server.is_none() {
                process.eprint(&format!("dig: couldn't get address for '{name}': not found\n")).await;
                return Err(10);
            }
        } else if let Some(option) = word.strip_prefix('+') {
            match option {
                "short" => short = true,
                "search" => search = true,
                "noall" => shows = (false, false, false, false),
                "answer" => (shows.2, bare) = (true, !shows.0),
                "noanswer" => shows.2 = false,
                "nocomments" => shows.0 = false,
                "nocmd" => bare = true,
                "noquestion" => shows.1 = false,
                "nostats" => shows.3 = false,
                "tcp" | "notcp" | "recurse" | "norecurse" | "nodnssec" => {}
                _ if option.starts_with("time=")
                    || option.starts_with("tries=")
                    || option.starts_with("retry=") => {}
                _ => {
                    process
                        .eprint(&format!(
                            "Invalid option: +{option}\nUsage:  dig [@global-server] [domain] [q-type]\n"
                        ))
                        .await;
                    return Err(1);
                }
            }
        } else if word == "-x" {
            let Some(address) = words.next().and_then(|word| word.parse().ok()) else {
                process.eprint("dig: Invalid IP address\n").await;
                return Err(1);
            };
            question = Question { name: reverse(address), record_type: DnsType::Ptr };
        } else if matches!(word.as_str(), "-t" | "-q") {
            let value = words.next().cloned().unwrap_or_default();
            if word == "-q" {
                question.name = value;
            } else if let Some(record_type) = type_of(&value) {
                question.record_type = record_type;
            } else {
                process.eprint(&format!(";; Warning, ignoring invalid type {value}\n")).await;
            }
        } else if matches!(word.as_str(), "-4" | "-6") {
        } else if word.starts_with('-') {
            process
                .eprint(&format!("Invalid option: {word}\nUsage:  dig [@global-server] [domain] [q-type]\n"))
                .await;
            return Err(1);
        } else if let Some(record_type) =
            type_of(word).filter(|_| !question.name.is_empty() || words.len() > 0)
        {
            question.record_type = record_type;
        } else if !matches!(word.as_str(), "IN" | "in") {
            question.name.clone_from(word);
        }
    }
    let resolver = resolver(process);
    let names = if search {
        resolver.candidates(&question.name)
    } else {
        vec![question.name.trim_end_matches('.').to_owned()]
    };
    let mut result = Err(NetworkError::NameServerUnreachable);
    let mut asked = String::new();
    for name in names {
        result = ask(process, server, &name, question.record_type).await;
        asked = name;
        if result.as_ref().map_or(true, |answer| !answer.records.is_empty()) {
            break;
        }
    }
    let shown_server = server.map_or(resolver.server, |server| server.to_string());
    let command: Vec<&str> = process.args.iter().skip(1).map(String::as_str).collect();
    let Ok(answer) = result else {
        let text = format!(
            ";; communications error to {shown_server}#53: timed out\n;; communications error to {shown_server}#53: timed out\n\n; <<>> DiG 9.18.33-1~deb12u2-Debian <<>> {}\n;; global options: +cmd\n;; no servers could be reached\n",
            command.join(" ")
        );
        process.print(&text).await;
        return Err(9);
    };
    if short {
        let lines: String = answer.records.iter().map(|record| data(record) + "\n").collect();
        process.print(&lines).await;
        return Ok(0);
    }
    process.print(&page(process, &command, &question, &asked, &answer, shows, bare)).await;
    Ok(0)
}

fn page(
    process: &Process,
    command: &[&str],
    question: &Question,
    asked: &str,
    answer: &DnsAnswer,
    (comments, questions, answers, stats): (bool, bool, bool, bool),
    bare: bool,
) -> String {
    let mut text = String::new();
    if !bare && comments {
        text.push_str(&format!(
            "\n; <<>> DiG 9.18.33-1~deb12u2-Debian <<>> {}\n;; global options: +cmd\n",
            command.join(" ")
        ));
    }
    let kind = type_name(question.record_type);
    if comments {
        let status = if answer.exists { "NOERROR" } else { "NXDOMAIN" };
        let id = process.host.sim.rng("dig", &[asked, &process.pid.to_string()]).below(65_536);
        text.push_str(&format!(
            ";; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: {status}, id: {id}\n;; flags: qr aa rd; QUERY: 1, ANSWER: {}, AUTHORITY: 0, ADDITIONAL: 1\n\n;; OPT PSEUDOSECTION:\n; EDNS: version: 0, flags:; udp: 1232\n",
            answer.records.len()
        ));
    }
    if questions {
        text.push_str(&format!(
            "{}{asked}.\t\tIN\t{kind}\n",
            if comments { ";; QUESTION SECTION:\n;" } else { ";" }
        ));
    }
    if answers && !answer.records.is_empty() {
        if comments {
            text.push_str("\n;; ANSWER SECTION:\n");
        }
        for record in &answer.records {
            let kind = type_name(record.record_type);
            text.push_str(&format!("{}.\t{}\tIN\t{kind}\t{}\n", record.name, record.ttl, data(record)));
        }
    }
    if stats {
        let now = calendar::format(process.host.sim.now(), &Zone::utc(), "%a %b %d %H:%M:%S %Z %Y");
        let server = answer.server;
        text.push_str(&format!(
            "\n;; Query time: 0 msec\n;; SERVER: {0}#{1}({0}) (UDP)\n;; WHEN: {now}\n\n",
            server.ip(),
            server.port()
        ));
    }
    text
}

pub(crate) async fn host(process: &Process) -> Result<u8, u8> {
    let mut record_type = None;
    let mut operands = Vec::new();
    let mut words = process.args.iter().skip(1);
    while let Some(word) = words.next() {
        if word == "-t" {
            record_type = words.next().and_then(|word| type_of(word));
            if record_type.is_none() {
                process.eprint("host: invalid type\n").await;
                return Err(2);
            }
        } else if word.starts_with('-') && word != "-4" {
            process.eprint(&format!("host: illegal option -- {}\n", word.trim_start_matches('-'))).await;
            return Err(1);
        } else {
            operands.push(word.clone());
        }
    }
    let Some(name) = operands.first() else {
        process.eprint("Usage: host [-t type] name [server]\n").await;
        return Err(1);
    };
    let server = match operands.get(1) {
        Some(name) => server_address(process, name).await,
        None => None,
    };
    let resolver = resolver(process);
    if let Some(server) = server {
        process
            .print(&format!(
                "Using domain server:\nName: {0}\nAddress: {server}#53\nAliases: \n\n",
                operands[1]
            ))
            .await;
    }
    let (names, types) = match name.parse::<IpAddr>() {
        Ok(address) => (vec![reverse(address)], vec![DnsType::Ptr]),
        Err(_) => {
            (resolver.candidates(name), record_type.map_or(vec![DnsType::A, DnsType::Aaaa], |one| vec![one]))
        }
    };
    for full in &names {
        let mut found = false;
        for record_type in &types {
            let Ok(answer) = ask(process, server, full, *record_type).await else {
                process.print(";; connection timed out; no servers could be reached\n").await;
                return Err(1);
            };
            found |= answer.exists;
            for record in &answer.records {
                let line = match &record.data {
                    DnsData::Address(address @ IpAddr::V4(_)) => {
                        format!("{} has address {address}\n", record.name)
                    }
                    DnsData::Address(address) => format!("{} has IPv6 address {address}\n", record.name),
                    DnsData::Name(target) if record.record_type == DnsType::Ptr => {
                        format!("{} domain name pointer {target}.\n", record.name)
                    }
                    DnsData::Name(target) => format!("{} is an alias for {target}.\n", record.name),
                    DnsData::Service { .. } => format!("{} has SRV record {}\n", record.name, data(record)),
                };
                process.print(&line).await;
            }
        }
        if found {
            return Ok(0);
        }
    }
    process.print(&format!("Host {} not found: 3(NXDOMAIN)\n", names.last().unwrap_or(name))).await;
    Ok(1)
}
