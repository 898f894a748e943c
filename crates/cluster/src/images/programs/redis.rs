//! `redis-server` and `redis-cli`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;

use podground_shell::{Connection, Process, Signal};

use super::serving::{Connections, accept_loop, listen};

const PORT: u16 = 6379;

/// What a key holds.
enum Stored {
    Text(String),
    List(Vec<String>),
    Hash(BTreeMap<String, String>),
}

/// A reply of the protocol.
enum Reply {
    Simple(&'static str),
    Error(String),
    Integer(i64),
    Bulk(String),
    Nil,
    Array(Vec<Reply>),
}

type Database = Rc<RefCell<BTreeMap<String, Stored>>>;

/// A line of the server's log.
async fn log(process: &Process, mark: char, text: &str) {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let now = process.host.sim.now();
    let c = now.civil();
    let month = MONTHS[(c.month as usize + 11) % 12];
    process
        .print(&format!(
            "{}:M {:02} {month} {} {:02}:{:02}:{:02}.{:03} {mark} {text}\n",
            process.pid,
            c.day,
            c.year,
            c.hour,
            c.minute,
            c.second,
            now.0 / 1_000_000 % 1000
        ))
        .await;
}

/// `redis-server`
pub(super) async fn server(process: Process) -> u8 {
    let version = process.env("REDIS_VERSION").unwrap_or("8.2.1").to_owned();
    let signals = process.catch_all(&[Signal::Term, Signal::Int]);
    let option = |name: &str| {
        process.args.iter().position(|arg| arg == name).and_then(|index| process.args.get(index + 1))
    };
    let port = option("--port").and_then(|port| port.parse().ok()).unwrap_or(PORT);
    log(&process, '*', "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo").await;
    log(
        &process,
        '*',
        &format!(
            "Redis version={version}, bits=64, commit=00000000, modified=0, pid={}, just started",
            process.pid
        ),
    )
    .await;
    let Ok(listener) = listen(&process, port) else {
        log(
            &process,
            '#',
            &format!(
                "Warning: Could not create server TCP listening socket *:{port}: bind: Address already in use"
            ),
        )
        .await;
        log(&process, '#', &format!("Failed listening on port {port} (tcp), aborting.")).await;
        return 1;
    };
    log(&process, '*', &format!("Running mode=standalone, port={port}.")).await;
    log(&process, '*', "Server initialized").await;
    log(&process, '*', "Ready to accept connections tcp").await;
    let database = Database::default();
    let mut connections = Connections::new(process.host.sim.clone());
    let signal = accept_loop(vec![listener], signals, &mut connections, |_, connection| {
        talk(connection, database.clone())
    })
    .await;
    log(&process, '#', &format!("Received SIG{} scheduling shutdown...", signal.short_name())).await;
    log(&process, '*', "User requested shutdown...").await;
    log(&process, '#', "Redis is now ready to exit, bye bye...").await;
    0
}

/// Serves one client: commands in the protocol's arrays, or inline as typed by hand.
async fn talk(connection: Connection, database: Database) {
    let mut buffer: Vec<u8> = Vec::new();
    loop {
        while let Some((words, used)) = parse_command(&buffer) {
            buffer.drain(..used);
            if words.is_empty() {
                continue;
            }
            let quit = words[0].eq_ignore_ascii_case("quit");
            let reply = if quit { Reply::Simple("OK") } else { run(&database, &words) };
            let mut text = String::new();
            encode(&reply, &mut text);
            if connection.writer.write_all(text.as_bytes()).await.is_err() || quit {
                return;
            }
        }
        let bytes = connection.reader.read(4096).await;
        if bytes.is_empty() {
            return;
        }
        buffer.extend(bytes);
    }
}

fn line(buffer: &[u8], from: usize) -> Option<(String, usize)> {
    let end = buffer.get(from..)?.iter().position(|byte| *byte == b'\n')? + from;
    let text = String::from_utf8_lossy(&buffer[from..end]).trim_end_matches('\r').to_owned();
    Some((text, end + 1))
}

/// The next command and how many bytes it took; `None` if it is not there whole.
fn parse_command(buffer: &[u8]) -> Option<(Vec<String>, usize)> {
    let (first, mut at) = line(buffer, 0)?;
    let Some(count) = first.strip_prefix('*') else {
        return Some((first.split_whitespace().map(str::to_owned).collect(), at));
    };
    let mut words = Vec::new();
    for _ in 0..count.parse::<usize>().unwrap_or(0).min(1024) {
        let (header, next) = line(buffer, at)?;
        let length: usize = header.strip_prefix('$')?.parse().ok()?;
        let bytes = buffer.get(next..next + length)?;
        buffer.get(next + length..next + length + 2)?;
        words.push(String::from_utf8_lossy(bytes).into_owned());
        at = next + length + 2;
    }
    Some((words, at))
}

fn encode(reply: &Reply, text: &mut String) {
    match reply {
        Reply::Simple(word) => text.push_str(&format!("+{word}\r\n")),
        Reply::Error(message) => text.push_str(&format!("-{message}\r\n")),
        Reply::Integer(number) => text.push_str(&format!(":{number}\r\n")),
        Reply::Bulk(bytes) => text.push_str(&format!("${}\r\n{bytes}\r\n", bytes.len())),
        Reply::Nil => text.push_str("$-1\r\n"),
        Reply::Array(items) => {
            text.push_str(&format!("*{}\r\n", items.len()));
            for item in items {
                encode(item, text);
            }
        }
    }
}

fn wrong_type() -> Reply {
    Reply::Error("WRONGTYPE Operation against a key holding the wrong kind of value".to_owned())
}

fn run(database: &Database, words: &[String]) -> Reply {
    let name = words[0].to_ascii_lowercase();
    let args: Vec<&str> = words[1..].iter().map(String::as_str).collect();
    let mut data = database.borrow_mut();
    match (name.as_str(), args.as_slice()) {
        ("ping", []) => Reply::Simple("PONG"),
        ("ping" | "echo", [text]) => Reply::Bulk((*text).to_owned()),
        ("select" | "auth", [_])
        | ("flushall" | "flushdb", _)
        | ("client" | "config", ["setname" | "set", ..]) => {
            if name.starts_with("flush") {
                data.clear();
            }
            Reply::Simple("OK")
        }
        ("command" | "client", _) => Reply::Array(Vec::new()),
        ("info", _) => Reply::Bulk(
            "# Server\r\nredis_mode:standalone\r\n# Replication\r\nrole:master\r\nconnected_slaves:0\r\n"
                .to_owned(),
        ),
        ("dbsize", []) => Reply::Integer(data.len() as i64),
        ("set", [key, value, ..]) => {
            data.insert((*key).to_owned(), Stored::Text((*value).to_owned()));
            Reply::Simple("OK")
        }
        ("setnx", [key, value]) => {
            let absent = !data.contains_key(*key);
            if absent {
                data.insert((*key).to_owned(), Stored::Text((*value).to_owned()));
            }
            Reply::Integer(i64::from(absent))
        }
        ("get", [key]) => match data.get(*key) {
            Some(Stored::Text(value)) => Reply::Bulk(value.clone()),
            Some(_) => wrong_type(),
            None => Reply::Nil,
        },
        ("mget", [_, ..]) => Reply::Array(
            args.iter()
                .map(|key| match data.get(*key) {
                    Some(Stored::Text(value)) => Reply::Bulk(value.clone()),
                    _ => Reply::Nil,
                })
                .collect(),
        ),
        ("del" | "unlink", [_, ..]) => {
            Reply::Integer(args.iter().filter(|key| data.remove(**key).is_some()).count() as i64)
        }
        ("exists", [_, ..]) => {
            Reply::Integer(args.iter().filter(|key| data.contains_key(**key)).count() as i64)
        }
        ("keys", [pattern]) => Reply::Array(
            data.keys()
                .filter(|key| podground_vfs::glob_matches(pattern, key))
                .cloned()
                .map(Reply::Bulk)
                .collect(),
        ),
        ("incr", [key]) => add(&mut data, key, 1),
        ("decr", [key]) => add(&mut data, key, -1),
        ("incrby", [key, by]) => match by.parse() {
            Ok(by) => add(&mut data, key, by),
            Err(_) => Reply::Error("ERR value is not an integer or out of range".to_owned()),
        },
        ("append", [key, value]) => {
            match data.entry((*key).to_owned()).or_insert(Stored::Text(String::new())) {
                Stored::Text(text) => {
                    text.push_str(value);
                    Reply::Integer(text.len() as i64)
                }
                _ => wrong_type(),
            }
        }
        ("lpush" | "rpush", [key, values @ ..]) if !values.is_empty() => {
            match data.entry((*key).to_owned()).or_insert(Stored::List(Vec::new())) {
                Stored::List(list) => {
                    for value in values {
                        let at = if name == "lpush" { 0 } else { list.len() };
                        list.insert(at, (*value).to_owned());
                    }
                    Reply::Integer(list.len() as i64)
                }
                _ => wrong_type(),
            }
        }
        ("lrange", [key, start, stop]) => match data.get(*key) {
            Some(Stored::List(list)) => Reply::Array(
                range(list.len(), start, stop).map(|index| Reply::Bulk(list[index].clone())).collect(),
            ),
            Some(_) => wrong_type(),
            None => Reply::Array(Vec::new()),
        },
        ("llen", [key]) => match data.get(*key) {
            Some(Stored::List(list)) => Reply::Integer(list.len() as i64),
            Some(_) => wrong_type(),
            None => Reply::Integer(0),
        },
        ("hset", [key, pairs @ ..]) if !pairs.is_empty() && pairs.len() % 2 == 0 => {
            match data.entry((*key).to_owned()).or_insert(Stored::Hash(BTreeMap::new())) {
                Stored::Hash(hash) => {
                    let added = pairs
                        .chunks_exact(2)
                        .filter(|pair| hash.insert(pair[0].to_owned(), pair[1].to_owned()).is_none())
                        .count();
                    Reply::Integer(added as i64)
                }
                _ => wrong_type(),
            }
        }
        ("hget", [key, field]) => match data.get(*key) {
            Some(Stored::Hash(hash)) => hash.get(*field).cloned().map_or(Reply::Nil, Reply::Bulk),
            Some(_) => wrong_type(),
            None => Reply::Nil,
        },
        ("hgetall", [key]) => match data.get(*key) {
            Some(Stored::Hash(hash)) => Reply::Array(
                hash.iter().flat_map(|(k, v)| [Reply::Bulk(k.clone()), Reply::Bulk(v.clone())]).collect(),
            ),
            Some(_) => wrong_type(),
            None => Reply::Array(Vec::new()),
        },
        ("type", [key]) => Reply::Simple(match data.get(*key) {
            Some(Stored::Text(_)) => "string",
            Some(Stored::List(_)) => "list",
            Some(Stored::Hash(_)) => "hash",
            None => "none",
        }),
        (
            "get" | "set" | "del" | "incr" | "decr" | "keys" | "exists" | "lpush" | "rpush" | "lrange"
            | "llen" | "hset" | "hget" | "hgetall" | "append" | "echo" | "type" | "mget" | "setnx" | "incrby",
            _,
        ) => Reply::Error(format!("ERR wrong number of arguments for '{name}' command")),
        _ => {
            let mut shown = String::new();
            for arg in args {
                shown.push_str(&format!("'{arg}' "));
            }
            Reply::Error(format!("ERR unknown command '{}', with args beginning with: {shown}", words[0]))
        }
    }
}

fn add(data: &mut BTreeMap<String, Stored>, key: &str, by: i64) -> Reply {
    let error = || Reply::Error("ERR value is not an integer or out of range".to_owned());
    match data.entry(key.to_owned()).or_insert(Stored::Text("0".to_owned())) {
        Stored::Text(text) => {
            let Some(sum) = text.parse::<i64>().ok().and_then(|value| value.checked_add(by)) else {
                return error();
            };
            *text = sum.to_string();
            Reply::Integer(sum)
        }
        _ => wrong_type(),
    }
}

fn range(length: usize, start: &str, stop: &str) -> std::ops::Range<usize> {
    let index = |text: &str| {
        let value = text.parse::<i64>().unwrap_or(0);
        if value < 0 { (length as i64 + value).max(-1) } else { value }
    };
    let (from, to) = (index(start).max(0) as usize, (index(stop) + 1).max(0) as usize);
    let to = to.min(length);
    from.min(to)..to
}

/// `redis-cli [-h HOST] [-p PORT] [COMMAND…]`
pub(super) async fn cli(process: Process) -> u8 {
    let (mut host, mut port, mut command) = ("127.0.0.1".to_owned(), PORT, Vec::new());
    let mut args = process.args[1..].iter();
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "-h" if command.is_empty() => host = args.next().cloned().unwrap_or_default(),
            "-p" if command.is_empty() => {
                port = args.next().and_then(|port| port.parse().ok()).unwrap_or(PORT);
            }
            "-a" | "-n" if command.is_empty() => drop(args.next()),
            _ => command.push(arg.clone()),
        }
    }
    let network = process.host.network.clone();
    let address = network.resolve(&host).await.ok().and_then(|addresses| addresses.first().copied());
    let Some(address) = address else {
        process
            .eprint(&format!("Could not connect to Redis at {host}:{port}: Name or service not known\n"))
            .await;
        return 1;
    };
    let Ok(connection) = connect(&*network, address, port).await else {
        process.eprint(&format!("Could not connect to Redis at {host}:{port}: Connection refused\n")).await;
        return 1;
    };
    if !command.is_empty() {
        return ask(&process, &connection, &command).await.unwrap_or(1);
    }
    let terminal = process.is_terminal(0);
    loop {
        if terminal {
            process.print(&format!("{host}:{port}> ")).await;
        }
        let Ok(Some(line)) = process.read_line(0).await else { return 0 };
        let words: Vec<String> =
            line.split_whitespace().map(|word| word.trim_matches(['"', '\'']).to_owned()).collect();
        match words.first().map(String::as_str) {
            Some("quit" | "exit") => return 0,
            Some(_) if ask(&process, &connection, &words).await.is_none() => return 1,
            _ => {}
        }
    }
}

async fn connect(
    network: &dyn podground_shell::Network,
    address: IpAddr,
    port: u16,
) -> Result<Connection, podground_shell::NetworkError> {
    network.connect(SocketAddr::new(address, port)).await
}

async fn ask(process: &Process, connection: &Connection, words: &[String]) -> Option<u8> {
    let mut text = format!("*{}\r\n", words.len());
    for word in words {
        text.push_str(&format!("${}\r\n{word}\r\n", word.len()));
    }
    connection.writer.write_all(text.as_bytes()).await.ok()?;
    let mut buffer = Vec::new();
    loop {
        if let Some((shown, _)) = show(&buffer, 0, process.is_terminal(1), "") {
            process.print(&shown).await;
            return Some(0);
        }
        let bytes = connection.reader.read(4096).await;
        if bytes.is_empty() {
            process.eprint("Error: Server closed the connection\n").await;
            return None;
        }
        buffer.extend(bytes);
    }
}

/// A reply as the client shows it: with types on a terminal, bare otherwise.
fn show(buffer: &[u8], from: usize, typed: bool, indent: &str) -> Option<(String, usize)> {
    let (head, at) = line(buffer, from)?;
    let rest = head.get(1..).unwrap_or_default();
    match head.as_bytes().first()? {
        b':' if typed => Some((format!("(integer) {rest}\n"), at)),
        b'-' if typed => Some((format!("(error) {rest}\n"), at)),
        b'$' => {
            let Ok(length) = rest.parse::<usize>() else {
                return Some((if typed { "(nil)\n".to_owned() } else { "\n".to_owned() }, at));
            };
            let text = String::from_utf8_lossy(buffer.get(at..at + length)?).into_owned();
            buffer.get(at + length..at + length + 2)?;
            Some((if typed { format!("\"{text}\"\n") } else { format!("{text}\n") }, at + length + 2))
        }
        b'*' => {
            let count: usize = rest.parse().unwrap_or(0);
            let (mut text, mut at) = (String::new(), at);
            for index in 1..=count {
                let (item, next) = show(buffer, at, typed, indent)?;
                text.push_str(&if typed { format!("{indent}{index}) {item}") } else { item });
                at = next;
            }
            Some((if count == 0 && typed { "(empty array)\n".to_owned() } else { text }, at))
        }
        _ => Some((format!("{rest}\n"), at)),
    }
}
