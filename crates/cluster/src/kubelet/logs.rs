//! `kubectl logs`: which container's log, and which part of it.

use std::rc::Rc;
use std::time::Duration;

use podground_api::object::str_at;
use podground_api::{Body, Response, Value};
use podground_sim::Time;
use podground_sim::channel::unbounded;

use super::Kubelet;
use crate::container::{Container, Log, LogEntry};

/// The options of `v1.PodLogOptions`.
#[derive(Clone, Debug, Default)]
struct Options {
    follow: bool,
    previous: bool,
    timestamps: bool,
    tail: Option<usize>,
    limit: Option<usize>,
    since: Option<Time>,
    stream: Option<crate::container::LogStream>,
}

impl Options {
    fn parse(query: &[(String, String)], now: Time) -> Self {
        let value = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let flag = |name: &str| value(name).is_some_and(|value| !matches!(value, "" | "0" | "false"));
        let number = |name: &str| value(name).and_then(|value| value.parse::<i64>().ok());
        let since = value("sinceTime").and_then(Time::parse_rfc3339).or_else(|| {
            number("sinceSeconds").map(|seconds| now - Duration::from_secs(seconds.max(0) as u64))
        });
        let count = |name: &str| number(name).and_then(|value| usize::try_from(value).ok());
        Self {
            follow: flag("follow"),
            previous: flag("previous"),
            timestamps: flag("timestamps"),
            tail: count("tailLines"),
            limit: count("limitBytes"),
            since,
            stream: match value("stream") {
                Some("Stdout") => Some(crate::container::LogStream::Stdout),
                Some("Stderr") => Some(crate::container::LogStream::Stderr),
                _ => None,
            },
        }
    }

    fn wants(&self, entry: &LogEntry) -> bool {
        self.since.is_none_or(|since| entry.time >= since)
            && self.stream.is_none_or(|stream| entry.stream == stream)
    }

    fn write(&self, entry: &LogEntry, out: &mut Vec<u8>) {
        if self.timestamps {
            out.extend(rfc3339_nano(entry.time).bytes());
            out.push(b' ');
        }
        out.extend(&entry.bytes);
    }
}

/// As Go writes `RFC3339Nano` with all digits.
pub(super) fn rfc3339_nano(time: Time) -> String {
    let seconds = time.rfc3339();
    format!("{}.{:09}Z", seconds.trim_end_matches('Z'), time.0 % 1_000_000_000)
}

impl Kubelet {
    /// Answers `GET …/pods/NAME/log`.
    pub(super) fn logs_of(&self, pod: &Value, query: &[(String, String)]) -> Response {
        let name = match super::proxy::chosen_container(pod, query) {
            Ok(name) => name,
            Err(response) => return response,
        };
        let options = Options::parse(query, self.0.sim.now());
        match self.log_container(pod, &name, options.previous) {
            Ok(container) => self.log_response(&container, &options),
            Err(message) => super::proxy::bad_request(&message),
        }
    }

    // Upstream: pkg/kubelet/kubelet_pods.go validateContainerLogStatus
    fn log_container(&self, pod: &Value, name: &str, previous: bool) -> Result<Rc<Container>, String> {
        let pod_name = str_at(pod, "/metadata/name");
        let worker = self.0.pods.borrow().get(str_at(pod, "/metadata/uid")).cloned();
        let Some(worker) = worker else {
            return Err(format!("container {name:?} in pod {pod_name:?} is not available"));
        };
        let state = worker.state();
        let Some(record) = state.records.get(name) else {
            let reason = match super::spec::init_containers(pod) {
                [] => "ContainerCreating",
                _ => "PodInitializing",
            };
            return Err(format!("container {name:?} in pod {pod_name:?} is waiting to start: {reason}"));
        };
        if previous {
            // What counts is how it ended last: a container that waits for its restart has ended before.
            let ended = record
                .container
                .clone()
                .filter(|container| container.exit().is_some() && record.waiting.is_some());
            return ended.or_else(|| record.previous.clone()).ok_or_else(|| {
                format!("previous terminated container {name:?} in pod {pod_name:?} not found")
            });
        }
        match (&record.container, &record.waiting) {
            (Some(container), _) if container.started().is_some() => Ok(container.clone()),
            (_, Some((reason, message))) => Err(match reason.as_str() {
                "ErrImagePull" => {
                    format!(
                        "container {name:?} in pod {pod_name:?} is waiting to start: image can't be pulled"
                    )
                }
                "ImagePullBackOff" => format!(
                    "container {name:?} in pod {pod_name:?} is waiting to start: trying and failing to pull image"
                ),
                "CreateContainerConfigError" | "RunContainerError" if message.is_empty() => {
                    format!("container {name:?} in pod {pod_name:?} is waiting to start: {reason}")
                }
                reason => format!("container {name:?} in pod {pod_name:?} is waiting to start: {reason}"),
            }),
            (Some(container), None) => Ok(container.clone()),
            (None, None) => {
                let reason = match super::spec::init_containers(pod) {
                    [] => "ContainerCreating",
                    _ => "PodInitializing",
                };
                Err(format!("container {name:?} in pod {pod_name:?} is waiting to start: {reason}"))
            }
        }
    }

    fn log_response(&self, container: &Rc<Container>, options: &Options) -> Response {
        let entries = container.log.since(0);
        let mut sequence = entries.last().map_or(0, |entry| entry.sequence);
        let entries: Vec<LogEntry> = entries.into_iter().filter(|entry| options.wants(entry)).collect();
        let start = options.tail.map_or(0, |tail| entries.len().saturating_sub(tail));
        let mut text = Vec::new();
        for entry in &entries[start..] {
            options.write(entry, &mut text);
        }
        let mut left = options.limit;
        limit(&mut text, &mut left);
        let headers = vec![("content-type".to_owned(), "text/plain".to_owned())];
        if !options.follow || container.log.is_closed() {
            let body = Body::Text(String::from_utf8_lossy(&text).into_owned());
            return Response { status: 200, headers, body };
        }
        let (sender, receiver) = unbounded();
        // The receiver is still here: it takes the message.
        let _ = sender.try_send(text);
        let (log, options) = (log_of(container), options.clone());
        self.0
            .sim
            .spawn(async move {
                loop {
                    let generation = log.changed.generation();
                    let closed = log.is_closed();
                    let mut text = Vec::new();
                    for entry in log.since(sequence) {
                        sequence = entry.sequence;
                        if options.wants(&entry) {
                            options.write(&entry, &mut text);
                        }
                    }
                    limit(&mut text, &mut left);
                    if !text.is_empty() && sender.send(text).await.is_err() {
                        return;
                    }
                    if closed || left == Some(0) || sender.is_closed() {
                        return;
                    }
                    log.changed.wait_after(generation).await;
                }
            })
            .detach();
        Response { status: 200, headers, body: Body::Bytes(receiver) }
    }
}

fn log_of(container: &Rc<Container>) -> Rc<Log> {
    container.log.clone()
}

/// Cuts a text to what is left of a limit.
fn limit(text: &mut Vec<u8>, left: &mut Option<usize>) {
    if let Some(left) = left {
        text.truncate(*left);
        *left -= text.len();
    }
}
