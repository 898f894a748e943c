//! `mongod` and its shell `mongo`: collections of documents, one file each below `/data/db`.

mod literal;

use std::rc::Rc;

use podground_programs::http::Stream;
use podground_shell::{Connection, Process, Signal};
use podground_vfs::FileSystem;
use serde_json::{Map, Value, json};

use super::serving::{Connections, accept_loop, listen};

const PORT: u16 = 27017;
const FOLDER: &str = "/data/db";

/// `mongod`
pub(super) async fn server(process: Process) -> u8 {
    let signals = process.catch_all(&[Signal::Term, Signal::Int]);
    let sim = process.host.sim.clone();
    let log = |text: &str| {
        let time = sim.now().rfc3339();
        format!(
            "{{\"t\":{{\"$date\":\"{time}\"}},\"s\":\"I\",\"c\":\"NETWORK\",\"ctx\":\"listener\",\"msg\":\"{text}\"}}\n"
        )
    };
    if process.host.files.create_directories(FOLDER).is_err() {
        process.eprint(&log("Data directory /data/db not found")).await;
        return 100;
    }
    let Ok(listener) = listen(&process, PORT) else {
        process.eprint(&log("Failed to set up listener: Address already in use")).await;
        return 48;
    };
    process.print(&log("Listening on 0.0.0.0")).await;
    process.print(&log("Waiting for connections")).await;
    let process = Rc::new(process);
    let mut connections = Connections::new(process.host.sim.clone());
    accept_loop(vec![listener], signals, &mut connections, |_, connection| {
        serve(process.clone(), connection)
    })
    .await;
    process.print(&log("Shutting down")).await;
    0
}

/// One request a line, one answer a line.
async fn serve(process: Rc<Process>, connection: Connection) {
    let mut stream = Stream::new(connection);
    while let Some(line) = stream.read_line_bytes().await {
        let request: Value = serde_json::from_slice(&line).unwrap_or_default();
        let answer = execute(&process, &request);
        if !stream.write(format!("{answer}\n").as_bytes()).await {
            return;
        }
    }
}

fn execute(process: &Process, request: &Value) -> Value {
    let text = |field: &str| request.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
    let files = &process.host.files;
    let path = format!("{FOLDER}/{}.{}.json", text("db"), text("collection"));
    let mut documents = load(files, &path);
    let query = request.get("query").cloned().unwrap_or_default();
    let fits = |document: &Value| {
        query
            .as_object()
            .is_none_or(|query| query.iter().all(|(key, value)| document.get(key) == Some(value)))
    };
    match text("op").as_str() {
        "insert" => {
            let count = documents.len();
            let new = request.get("documents").and_then(Value::as_array).cloned().unwrap_or_default();
            for mut document in new {
                let number = documents.len().to_string();
                let seconds = process.host.sim.now().unix_seconds();
                let rest = process.host.sim.rng("object-id", &[&path, &number, &seconds.to_string()]).hex(8);
                let id = json!({"$oid": format!("{seconds:08x}{rest}")});
                let mut with_id = Map::new();
                with_id.insert("_id".to_owned(), id);
                with_id.extend(document.as_object_mut().map(std::mem::take).unwrap_or_default());
                documents.push(Value::Object(with_id));
            }
            match files.write(&path, Value::Array(documents.clone()).to_string().as_bytes()) {
                Ok(()) => json!({"documents": documents[count..]}),
                Err(error) => json!({"error": error.to_string()}),
            }
        }
        "find" => {
            json!({"documents": documents.into_iter().filter(|document| fits(document)).collect::<Vec<_>>()})
        }
        "remove" => {
            let before = documents.len();
            documents.retain(|document| !fits(document));
            let count = before - documents.len();
            match files.write(&path, Value::Array(documents).to_string().as_bytes()) {
                Ok(()) => json!({"count": count}),
                Err(error) => json!({"error": error.to_string()}),
            }
        }
        "drop" => json!({"dropped": files.remove_file(&path).is_ok()}),
        _ => json!({"names": names(files)}),
    }
}

fn load(files: &FileSystem, path: &str) -> Vec<Value> {
    let text = files.read_to_string(path).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// `database.collection` of every file.
fn names(files: &FileSystem) -> Vec<String> {
    let entries = files.read_directory(FOLDER).unwrap_or_default();
    entries.iter().filter_map(|entry| entry.name.strip_suffix(".json").map(str::to_owned)).collect()
}

/// `mongo`, `mongosh`
pub(super) async fn shell(process: Process) -> u8 {
    let eval =
        process.args.iter().position(|arg| arg == "--eval").and_then(|at| process.args.get(at + 1)).cloned();
    let database = process.args[1..]
        .iter()
        .find(|arg| !arg.starts_with('-') && Some(*arg) != eval.as_ref())
        .map_or("test", |arg| arg.rsplit('/').next().unwrap_or(arg))
        .to_owned();
    if let Some(flag) = process.args[1..]
        .iter()
        .find(|arg| arg.starts_with('-') && !["--eval", "--quiet"].contains(&arg.as_str()))
    {
        process.eprint(&format!("error: podground does not support {flag} of \"mongo\" yet\n")).await;
        return 1;
    }
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], PORT));
    let Ok(connection) = process.host.network.connect(address).await else {
        process
            .eprint(&format!(
                "Error: couldn't connect to server 127.0.0.1:{PORT}, connection attempt failed: SocketException: Error \
                 connecting to 127.0.0.1:{PORT} :: caused by :: Connection refused\n"
            ))
            .await;
        return 1;
    };
    let mut session = Session { stream: Stream::new(connection), database };
    if let Some(text) = eval {
        for statement in text.split(';').map(str::trim).filter(|statement| !statement.is_empty()) {
            let Some(answer) = session.run(statement).await else { return 0 };
            process.print(&answer).await;
        }
        return 0;
    }
    if !process.args.iter().any(|arg| arg == "--quiet") {
        let version = process.env("MONGO_VERSION").unwrap_or("8.0.13");
        process
            .print(&format!("MongoDB shell version: {version}\nconnecting to: mongodb://127.0.0.1:{PORT}\n"))
            .await;
    }
    let interactive = process.is_terminal(0);
    loop {
        if interactive {
            process.print("> ").await;
        }
        let Ok(Some(line)) = process.read_line(0).await else { break };
        let mut line = line.trim().to_owned();
        // A statement goes on until its brackets are closed.
        while count(&line, "([{") > count(&line, ")]}") {
            if interactive {
                process.print("... ").await;
            }
            let Ok(Some(more)) = process.read_line(0).await else { break };
            line.push(' ');
            line.push_str(more.trim());
        }
        let line = line.trim_end_matches(';');
        if line.is_empty() {
            continue;
        }
        match session.run(line).await {
            Some(answer) => process.print(&answer).await,
            None => break,
        }
    }
    process.print("bye\n").await;
    0
}

fn count(text: &str, of: &str) -> usize {
    text.chars().filter(|c| of.contains(*c)).count()
}

struct Session {
    stream: Stream,
    database: String,
}

impl Session {
    /// Runs one statement; `None` ends the shell.
    async fn run(&mut self, line: &str) -> Option<String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        Some(match words.as_slice() {
            ["exit" | "quit" | "quit()" | "exit()"] => return None,
            ["use", name] => {
                (*name).clone_into(&mut self.database);
                format!("switched to db {name}\n")
            }
            ["db"] => format!("{}\n", self.database),
            ["show", what @ ("dbs" | "databases" | "collections" | "tables")] => {
                let answer = self.ask(json!({"op": "names"})).await;
                let names = answer.get("names").and_then(Value::as_array).cloned().unwrap_or_default();
                let pairs = names.iter().filter_map(|name| name.as_str()?.split_once('.'));
                let mut shown: Vec<&str> = if what.starts_with('d') {
                    pairs.map(|(database, _)| database).collect()
                } else {
                    pairs.filter(|(database, _)| *database == self.database).map(|(_, name)| name).collect()
                };
                shown.dedup();
                shown.iter().map(|name| format!("{name}\n")).collect()
            }
            _ => match self.call(line).await {
                Ok(text) => text,
                Err(message) => format!("{message}\n"),
            },
        })
    }

    /// `db.foo.insert({…})`
    async fn call(&mut self, line: &str) -> Result<String, String> {
        let unknown = || format!("uncaught exception: podground's mongo does not support `{line}` yet");
        let rest = line.strip_prefix("db.").ok_or_else(unknown)?;
        let (path, args) = rest.split_once('(').ok_or_else(unknown)?;
        let (collection, method) = path.rsplit_once('.').ok_or_else(unknown)?;
        let (args, after) = args.rsplit_once(')').ok_or_else(unknown)?;
        // `.pretty()` and an argument-less call may follow `find(…)`: the last parenthesis is theirs then.
        let (args, method) = match args.rsplit_once(").") {
            Some((inner, "pretty(" | "toArray(")) => (inner, method),
            Some((inner, "count(")) if method == "find" => (inner, "count"),
            Some(_) => return Err(unknown()),
            None => (args, method),
        };
        if !after.trim().is_empty() {
            return Err(unknown());
        }
        let value = match args.trim() {
            "" => json!({}),
            text => {
                literal::parse(text).map_err(|error| format!("uncaught exception: SyntaxError: {error}"))?
            }
        };
        let mut request = json!({"db": self.database, "collection": collection});
        let many = value.as_array().cloned();
        match method {
            "insert" | "insertOne" | "insertMany" | "save" => {
                request["op"] = "insert".into();
                request["documents"] = Value::Array(many.unwrap_or_else(|| vec![value]));
            }
            "find" | "findOne" | "count" | "countDocuments" => {
                request["op"] = "find".into();
                request["query"] = value;
            }
            "remove" | "deleteMany" => {
                request["op"] = "remove".into();
                request["query"] = value;
            }
            "drop" => request["op"] = "drop".into(),
            _ => return Err(unknown()),
        }
        let answer = self.ask(request).await;
        if let Some(error) = answer.get("error").and_then(Value::as_str) {
            return Err(format!("uncaught exception: Error: {error}"));
        }
        let documents = answer.get("documents").and_then(Value::as_array).cloned().unwrap_or_default();
        let count = answer.get("count").and_then(Value::as_u64).unwrap_or(0);
        Ok(match method {
            "insert" | "save" => format!("WriteResult({{ \"nInserted\" : {} }})\n", documents.len()),
            "insertOne" => {
                let id =
                    documents.first().and_then(|document| document.get("_id")).cloned().unwrap_or_default();
                format!("{{ \"acknowledged\" : true, \"insertedId\" : {} }}\n", literal::print(&id))
            }
            "insertMany" => "{ \"acknowledged\" : true }\n".to_owned(),
            "find" => documents.iter().map(|document| format!("{}\n", literal::print(document))).collect(),
            "findOne" => {
                documents.first().map_or("null\n".to_owned(), |first| format!("{}\n", literal::print(first)))
            }
            "count" | "countDocuments" => format!("{}\n", documents.len()),
            "remove" => format!("WriteResult({{ \"nRemoved\" : {count} }})\n"),
            "deleteMany" => format!("{{ \"acknowledged\" : true, \"deletedCount\" : {count} }}\n"),
            _ => format!("{}\n", answer.get("dropped").and_then(Value::as_bool).unwrap_or(false)),
        })
    }

    async fn ask(&mut self, request: Value) -> Value {
        if !self.stream.write(format!("{request}\n").as_bytes()).await {
            return json!({"error": "network error while attempting to run command"});
        }
        match self.stream.read_line_bytes().await {
            Some(line) => serde_json::from_slice(&line).unwrap_or_default(),
            None => json!({"error": "network error while attempting to run command"}),
        }
    }
}
