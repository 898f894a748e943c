//! `luksa/quiz-api`: questions out of the mongo beside it, and answers into it.

use std::net::SocketAddr;
use std::rc::Rc;

use podground_programs::http::{self, Request, Response, Stream};
use podground_shell::{Process, Signal};
use serde_json::{Value, json};

use super::monolith::log;
use super::node::http_date;
use super::serving::{Connections, accept_loop, listen};

const DATABASE: &str = "kiada";

/// The program.
pub(super) async fn main(process: Process) -> u8 {
    let signals = process.catch_all(&[Signal::Term, Signal::Int]);
    log(&process, "Quiz API Server 0.1 starting...").await;
    let mongo = process.env("MONGO_ADDRESS").unwrap_or("mongodb://127.0.0.1:27017").to_owned();
    log(&process, "Listen address:  \":8080\"").await;
    log(&process, &format!("MongoDB address: {mongo:?}")).await;
    log(&process, "Checking if MongoDB is reachable...").await;
    let address = mongo.trim_start_matches("mongodb://").trim_end_matches('/').to_owned();
    let Some(address) = resolve(&process, &address).await else {
        log(
            &process,
            &format!("Could not connect to MongoDB: server selection error: {address}: no such host"),
        )
        .await;
        return 1;
    };
    // The driver tries for half a minute.
    let mut reached = false;
    for _ in 0..30 {
        reached = process.host.network.connect(address).await.is_ok();
        if reached {
            break;
        }
        process.host.sim.sleep(std::time::Duration::from_secs(1)).await;
    }
    if !reached {
        log(&process, "Could not connect to MongoDB: server selection error: context deadline exceeded")
            .await;
        return 1;
    }
    log(&process, "MongoDB connection check succeeded!").await;
    log(&process, "Starting HTTP server...").await;
    let Ok(listener) = listen(&process, 8080) else {
        process.eprint("panic: listen tcp :8080: bind: address already in use\n").await;
        return 2;
    };
    let process = Rc::new(process);
    let mut connections = Connections::new(process.host.sim.clone());
    accept_loop(vec![listener], signals, &mut connections, |_, connection| {
        let process = process.clone();
        async move {
            http::serve(connection, |request, _| {
                let process = process.clone();
                async move {
                    let mut response = match request {
                        Ok(request) => respond(&process, address, &request).await,
                        Err(_) => Response::new(400, "400 Bad Request"),
                    };
                    response.headers.set("Date", http_date(&process));
                    response
                }
            })
            .await;
        }
    })
    .await;
    0
}

async fn resolve(process: &Process, address: &str) -> Option<SocketAddr> {
    let (host, port) = address.rsplit_once(':').unwrap_or((address, "27017"));
    let ip = process.host.network.resolve(host).await.ok()?.first().copied()?;
    Some(SocketAddr::new(ip, port.parse().ok()?))
}

async fn ask(process: &Process, mongo: SocketAddr, mut request: Value) -> Result<Value, String> {
    request["db"] = DATABASE.into();
    let connection = process
        .host
        .network
        .connect(mongo)
        .await
        .map_err(|_| "server selection error: context deadline exceeded".to_owned())?;
    let mut stream = Stream::new(connection);
    stream.write(format!("{request}\n").as_bytes()).await;
    let line = stream.read_line_bytes().await.ok_or("connection closed")?;
    serde_json::from_slice(&line).map_err(|error| error.to_string())
}

async fn questions(process: &Process, mongo: SocketAddr, query: Value) -> Result<Vec<Value>, String> {
    let answer =
        ask(process, mongo, json!({"op": "find", "collection": "questions", "query": query})).await?;
    Ok(answer.get("documents").and_then(Value::as_array).cloned().unwrap_or_default())
}

async fn respond(process: &Process, mongo: SocketAddr, request: &Request) -> Response {
    let failure = |status: u16, text: &str| Response::new(status, format!("ERROR: {text}\n"));
    let parts: Vec<&str> = request.path().trim_matches('/').split('/').collect();
    let done = match (request.method.as_str(), parts.as_slice()) {
        ("GET", ["questions", id]) => question(process, mongo, id).await,
        ("POST", ["questions", id, "answers"]) => answer(process, mongo, id, &request.body).await,
        _ => {
            return Response::new(404, "404 page not found\n")
                .with_header("Content-Type", "text/plain; charset=utf-8");
        }
    };
    match done {
        Ok(value) => {
            Response::new(200, format!("{value}\n")).with_header("Content-Type", "text/plain; charset=utf-8")
        }
        Err((status, text)) => {
            if status == 500 {
                log(process, &format!("ERROR: {text}")).await;
            }
            failure(status, &text)
        }
    }
}

async fn question(process: &Process, mongo: SocketAddr, id: &str) -> Result<Value, (u16, String)> {
    log(process, &format!("Received request for question {id}")).await;
    let query = match (id, id.parse::<i64>()) {
        ("random", _) => json!({}),
        (_, Ok(number)) => json!({"id": number}),
        _ => return Err((404, "404 page not found".to_owned())),
    };
    let found = questions(process, mongo, query).await.map_err(|text| (500, text))?;
    let mut rng = process.host.sim.rng("quiz", &[&process.host.sim.now().0.to_string()]);
    let index = rng.below(found.len().max(1) as u64) as usize;
    let found = found.get(index).ok_or_else(|| (404, format!("Question {id} not found")))?;
    Ok(
        json!({"id": found["id"], "text": found["text"], "correctAnswerIndex": found["correctAnswerIndex"], "answers": found["answers"]}),
    )
}

async fn answer(process: &Process, mongo: SocketAddr, id: &str, body: &[u8]) -> Result<Value, (u16, String)> {
    log(process, &format!("Received answer to question {id}")).await;
    let mut answer: Value = serde_json::from_slice(body).map_err(|error| (400, error.to_string()))?;
    let number: i64 = id.parse().map_err(|_| (404, "404 page not found".to_owned()))?;
    if answer["questionId"].as_i64() != Some(number) {
        return Err((400, "questionId in payload doesn't match id in URL".to_owned()));
    }
    let found = questions(process, mongo, json!({"id": number})).await.map_err(|text| (500, text))?;
    let found = found.first().ok_or_else(|| (500, format!("Question {id} not found")))?;
    answer["timestamp"] = process.host.sim.now().rfc3339().into();
    answer["correctAnswerIndex"] = found["correctAnswerIndex"].clone();
    answer["correct"] = (answer["answerIndex"] == found["correctAnswerIndex"]).into();
    let insert = json!({"op": "insert", "collection": "responses", "documents": [answer]});
    ask(process, mongo, insert).await.map_err(|text| (500, text))?;
    Ok(answer)
}
