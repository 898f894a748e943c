//! The module `http`: servers, requests, responses.

use std::net::SocketAddr;
use std::rc::Rc;

use podground_programs::http::Request;

use super::{Run, arg};
use crate::images::programs::node::machine::{Machine, Server};
use crate::images::programs::node::value::{Kind, Object, Reply, Value};

pub(super) fn module() -> Value {
    Value::object(vec![("createServer", Value::Native(create))])
}

fn create(machine: &mut Machine, _: &Value, arguments: &[Value]) -> Run {
    // Options may stand before the handler.
    let handler =
        arguments.iter().find(|value| value.kind() == "function").cloned().unwrap_or(Value::Undefined);
    machine.servers.push(Server { handler, port: None, ready: None, closed: false });
    let object = Object::new(Kind::Server(machine.servers.len() - 1));
    object.set("listen", Value::Native(listen));
    object.set("close", Value::Native(close));
    object.set("on", Value::Native(server_on));
    Ok(Value::Object(object))
}

fn number(this: &Value) -> Option<usize> {
    match this {
        Value::Object(object) => match object.kind {
            Kind::Server(number) => Some(number),
            _ => None,
        },
        _ => None,
    }
}

fn listen(machine: &mut Machine, this: &Value, arguments: &[Value]) -> Run {
    let port = arg(arguments, 0).number();
    if !(0.0..65536.0).contains(&port) {
        return machine
            .error("RangeError", &format!("options.port should be >= 0 and < 65536. Received {port}."));
    }
    if let Some(server) = number(this).and_then(|number| machine.servers.get_mut(number)) {
        server.port = Some(port as u16);
        server.ready = arguments.iter().find(|value| value.kind() == "function").cloned();
    }
    machine.changed.notify();
    Ok(this.clone())
}

fn close(machine: &mut Machine, this: &Value, arguments: &[Value]) -> Run {
    if let Some(server) = number(this).and_then(|number| machine.servers.get_mut(number)) {
        server.closed = true;
    }
    machine.changed.notify();
    let done = arg(arguments, 0);
    if done.kind() == "function" {
        machine.call(&done, &Value::Undefined, &[])?;
    }
    Ok(this.clone())
}

fn server_on(machine: &mut Machine, this: &Value, arguments: &[Value]) -> Run {
    match (arg(arguments, 0).text().as_str(), number(this).and_then(|number| machine.servers.get_mut(number)))
    {
        ("request", Some(server)) => server.handler = arg(arguments, 1),
        ("listening", Some(server)) => server.ready = Some(arg(arguments, 1)),
        _ => {}
    }
    Ok(this.clone())
}

/// The request as a handler sees it.
pub(in crate::images::programs::node) fn request(request: &Request, peer: SocketAddr) -> Value {
    let headers = Object::new(Kind::Plain);
    for (name, value) in &request.headers.0 {
        headers.set(&name.to_ascii_lowercase(), value.as_str().into());
    }
    let address = match peer.ip() {
        std::net::IpAddr::V4(address) => format!("::ffff:{address}"),
        std::net::IpAddr::V6(address) => address.to_string(),
    };
    let socket = Value::object(vec![
        ("remoteAddress", address.into()),
        ("remotePort", Value::Number(f64::from(peer.port()))),
    ]);
    let body = String::from_utf8_lossy(&request.body).into_owned();
    let object = Object::new(Kind::Request(body.into()));
    object.set("method", request.method.as_str().into());
    object.set("url", request.target.as_str().into());
    object.set("headers", Value::Object(headers));
    object.set("connection", socket.clone());
    object.set("socket", socket);
    object.set("on", Value::Native(request_on));
    Value::Object(object)
}

/// The body has come whole by the time that a handler asks for it.
fn request_on(machine: &mut Machine, this: &Value, arguments: &[Value]) -> Run {
    if let Value::Object(object) = this
        && let Kind::Request(body) = &object.kind
    {
        let call = arg(arguments, 1);
        match arg(arguments, 0).text().as_str() {
            "data" if !body.is_empty() => drop(machine.call(&call, this, &[Value::Text(body.clone())])?),
            "end" => drop(machine.call(&call, this, &[])?),
            _ => {}
        }
    }
    Ok(this.clone())
}

/// The response as a handler sees it.
pub(in crate::images::programs::node) fn response(reply: &Rc<Reply>) -> Value {
    let object = Object::new(Kind::Response(reply.clone()));
    object.set("statusCode", Value::Number(200.0));
    object.set("writeHead", Value::Native(write_head));
    object.set("setHeader", Value::Native(set_header));
    object.set("write", Value::Native(write));
    object.set("end", Value::Native(end));
    Value::Object(object)
}

fn reply(this: &Value) -> Option<(&Object, &Reply)> {
    match this {
        Value::Object(object) => match &object.kind {
            Kind::Response(reply) => Some((object, reply)),
            _ => None,
        },
        _ => None,
    }
}

fn put(reply: &Reply, name: &str, value: &Value) {
    let mut headers = reply.headers.borrow_mut();
    headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    headers.push((name.to_owned(), value.text()));
}

fn write_head(_: &mut Machine, this: &Value, arguments: &[Value]) -> Run {
    if let Some((object, reply)) = reply(this) {
        object.set("statusCode", arg(arguments, 0));
        if let Some(Value::Object(headers)) = arguments.iter().find(|value| value.kind() == "object") {
            for (name, value) in headers.fields.borrow().iter() {
                put(reply, name, value);
            }
        }
    }
    Ok(this.clone())
}

fn set_header(_: &mut Machine, this: &Value, arguments: &[Value]) -> Run {
    if let Some((_, reply)) = reply(this) {
        put(reply, &arg(arguments, 0).text(), &arg(arguments, 1));
    }
    Ok(this.clone())
}

fn write(_: &mut Machine, this: &Value, arguments: &[Value]) -> Run {
    if let Some((_, reply)) = reply(this) {
        reply.body.borrow_mut().push_str(&arg(arguments, 0).text());
    }
    Ok(Value::Bool(true))
}

fn end(_: &mut Machine, this: &Value, arguments: &[Value]) -> Run {
    if let Some((object, reply)) = reply(this) {
        if let Some(text) =
            arguments.first().filter(|value| !matches!(value.kind(), "undefined" | "function"))
        {
            reply.body.borrow_mut().push_str(&text.text());
        }
        let status = object.field("statusCode").unwrap_or(Value::Number(200.0));
        put(reply, ":status", &status);
        reply.ended.set(true);
        reply.changed.notify();
    }
    Ok(this.clone())
}
