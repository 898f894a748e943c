//! What scripts find without making it: console, process, modules, methods of texts and lists.

mod http;
mod methods;

use std::rc::Rc;
use std::time::Duration;

use podground_shell::Process;

use super::machine::{Machine, Timer, error_value};
use super::value::{Kind, Object, Scope, Thrown, Value};

pub(super) use http::{request, response};
pub(super) use methods::member;

type Run = Result<Value, Thrown>;

fn arg(arguments: &[Value], index: usize) -> Value {
    arguments.get(index).cloned().unwrap_or(Value::Undefined)
}

/// Defines the global names.
pub(super) fn define(scope: &Rc<Scope>, process: &Process) {
    let env = process.env.iter().map(|(name, value)| (name.as_str(), value.as_str().into())).collect();
    let version = process.env("NODE_VERSION").unwrap_or("22.19.0").to_owned();
    let args = std::iter::once("/usr/local/bin/node".to_owned())
        .chain(process.args.get(1).map(|file| process.path(file)))
        .chain(process.args.iter().skip(2).cloned());
    let globals: Vec<(&str, Value)> = vec![
        (
            "console",
            Value::object(vec![
                ("log", Value::Native(|machine, _, arguments| print(machine, 1, arguments))),
                ("info", Value::Native(|machine, _, arguments| print(machine, 1, arguments))),
                ("error", Value::Native(|machine, _, arguments| print(machine, 2, arguments))),
                ("warn", Value::Native(|machine, _, arguments| print(machine, 2, arguments))),
            ]),
        ),
        (
            "process",
            Value::object(vec![
                ("env", Value::object(env)),
                ("argv", Value::array(args.map(Value::from).collect())),
                ("pid", Value::Number(f64::from(process.pid))),
                ("version", format!("v{version}").into()),
                ("on", Value::Native(on)),
                (
                    "exit",
                    Value::Native(|_, _, arguments| {
                        Err(Thrown::Exit(arg(arguments, 0).number() as i64 as u8))
                    }),
                ),
                (
                    "stdout",
                    Value::object(vec![(
                        "write",
                        Value::Native(|machine, _, arguments| {
                            machine.out.push((1, arg(arguments, 0).text()));
                            Ok(Value::Bool(true))
                        }),
                    )]),
                ),
            ]),
        ),
        ("require", Value::Native(require)),
        ("setTimeout", Value::Native(|machine, _, arguments| timer(machine, arguments, false))),
        ("setInterval", Value::Native(|machine, _, arguments| timer(machine, arguments, true))),
        ("clearTimeout", Value::Native(clear)),
        ("clearInterval", Value::Native(clear)),
        (
            "JSON",
            Value::object(vec![
                (
                    "stringify",
                    Value::Native(|_, _, arguments| {
                        let indent = arg(arguments, 2).number();
                        let indent = (indent >= 1.0).then_some(indent.min(10.0) as usize);
                        Ok(arg(arguments, 0).to_json(indent, 0).map_or(Value::Undefined, Value::from))
                    }),
                ),
                (
                    "parse",
                    Value::Native(|machine, _, arguments| {
                        match serde_json::from_str(&arg(arguments, 0).text()) {
                            Ok(json) => Ok(Value::from_json(&json)),
                            Err(_) => machine.error("SyntaxError", "Unexpected token in JSON"),
                        }
                    }),
                ),
            ]),
        ),
        (
            "Math",
            Value::object(vec![
                (
                    "floor",
                    Value::Native(|_, _, arguments| Ok(Value::Number(arg(arguments, 0).number().floor()))),
                ),
                (
                    "round",
                    Value::Native(|_, _, arguments| {
                        Ok(Value::Number((arg(arguments, 0).number() + 0.5).floor()))
                    }),
                ),
                ("random", Value::Native(random)),
            ]),
        ),
        (
            "Date",
            Value::Native(|machine, _, _| {
                Ok(Value::Object(Object::new(Kind::Date(machine.process.host.sim.now()))))
            }),
        ),
        ("Error", Value::Native(|_, _, arguments| Ok(error_value("Error", &arg(arguments, 0).text())))),
        ("String", Value::Native(|_, _, arguments| Ok(arg(arguments, 0).text().into()))),
        ("Number", Value::Native(|_, _, arguments| Ok(Value::Number(arg(arguments, 0).number())))),
        ("parseInt", Value::Native(parse_int)),
        ("module", Value::object(vec![("exports", Value::object(Vec::new()))])),
        ("__dirname", process.args.get(1).map_or("/", |file| podground_vfs::parent(file)).into()),
    ];
    for (name, value) in globals {
        scope.define(&name.into(), value);
    }
}

fn print(machine: &mut Machine, fd: u32, arguments: &[Value]) -> Run {
    let words: Vec<String> = arguments.iter().map(|value| value.shown(0)).collect();
    machine.out.push((fd, format!("{}\n", words.join(" "))));
    Ok(Value::Undefined)
}

/// `process.on('SIGTERM', …)`
fn on(machine: &mut Machine, this: &Value, arguments: &[Value]) -> Run {
    machine.handlers.push((arg(arguments, 0).text(), arg(arguments, 1)));
    machine.changed.notify();
    Ok(this.clone())
}

fn timer(machine: &mut Machine, arguments: &[Value], repeats: bool) -> Run {
    let wait = Duration::from_millis(arg(arguments, 1).number().max(1.0) as u64);
    let id = machine.next_timer;
    machine.next_timer += 1;
    let due = machine.process.host.sim.now() + wait;
    machine.timers.push(Timer { id, due, period: repeats.then_some(wait), call: arg(arguments, 0) });
    machine.changed.notify();
    Ok(Value::Number(id as f64))
}

fn clear(machine: &mut Machine, _: &Value, arguments: &[Value]) -> Run {
    let id = arg(arguments, 0).number() as u64;
    machine.timers.retain(|timer| timer.id != id);
    machine.changed.notify();
    Ok(Value::Undefined)
}

fn random(machine: &mut Machine, _: &Value, _: &[Value]) -> Run {
    let sim = &machine.process.host.sim;
    let count = machine.next_timer;
    machine.next_timer += 1;
    let host = machine.process.host.hostname.borrow().clone();
    let mut rng = sim.rng("node-random", &[&host, &sim.now().0.to_string(), &count.to_string()]);
    Ok(Value::Number(rng.below(1 << 53) as f64 / (1_u64 << 53) as f64))
}

fn parse_int(_: &mut Machine, _: &Value, arguments: &[Value]) -> Run {
    let text = arg(arguments, 0).text();
    let text = text.trim();
    let end = text.char_indices().find(|(at, c)| !(c.is_ascii_digit() || *at == 0 && *c == '-'));
    let digits = &text[..end.map_or(text.len(), |(at, _)| at)];
    Ok(Value::Number(digits.parse::<i64>().map_or(f64::NAN, |number| number as f64)))
}

fn require(machine: &mut Machine, _: &Value, arguments: &[Value]) -> Run {
    let name = arg(arguments, 0).text();
    match name.strip_prefix("node:").unwrap_or(&name) {
        "http" => Ok(http::module()),
        "os" => Ok(Value::object(vec![
            (
                "hostname",
                Value::Native(|machine, _, _| Ok(machine.process.host.hostname.borrow().as_str().into())),
            ),
            ("platform", Value::Native(|_, _, _| Ok("linux".into()))),
            ("EOL", "\n".into()),
        ])),
        "fs" => Ok(Value::object(vec![
            ("existsSync", Value::Native(exists)),
            ("readFileSync", Value::Native(read_file)),
            ("writeFileSync", Value::Native(|machine, _, arguments| write_file(machine, arguments, false))),
            ("appendFileSync", Value::Native(|machine, _, arguments| write_file(machine, arguments, true))),
        ])),
        known @ ("dns" | "https" | "net" | "readline" | "path" | "url" | "util" | "child_process"
        | "events" | "crypto") => {
            machine.error("Error", &format!("podground's node does not support the module '{known}' yet"))
        }
        _ => machine.error("Error", &format!("Cannot find module '{name}'")),
    }
}

fn exists(machine: &mut Machine, _: &Value, arguments: &[Value]) -> Run {
    let process = &machine.process;
    Ok(Value::Bool(process.host.files.exists(&process.path(&arg(arguments, 0).text()))))
}

fn read_file(machine: &mut Machine, _: &Value, arguments: &[Value]) -> Run {
    let path = arg(arguments, 0).text();
    match machine.process.host.files.read_to_string(&machine.process.path(&path)) {
        Ok(text) => Ok(text.into()),
        Err(_) => machine.error("Error", &format!("ENOENT: no such file or directory, open '{path}'")),
    }
}

fn write_file(machine: &mut Machine, arguments: &[Value], append: bool) -> Run {
    let (path, text) = (arg(arguments, 0).text(), arg(arguments, 1).text());
    let full = machine.process.path(&path);
    let files = &machine.process.host.files;
    let result =
        if append { files.append(&full, text.as_bytes()) } else { files.write(&full, text.as_bytes()) };
    match result {
        Ok(()) => Ok(Value::Undefined),
        Err(error) => machine.error("Error", &format!("{error}, open '{path}'")),
    }
}
