//! Probes: liveness, readiness, startup.

use std::cell::{Cell, RefCell};
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::time::Duration;

use podground_api::Value;
use podground_api::object::{array_at, at, i64_at, str_at};
use podground_programs::http::{HttpError, MessageError, Request, Stream};
use podground_shell::{NetworkError, SpawnError};
use podground_sim::Task;

use super::config::port_number;
use super::worker::Worker;
use crate::container::{Container, exec};
use crate::controllers::support::EventType;

/// What the probes of a running container have found.
#[derive(Debug)]
pub(crate) struct Health {
    /// Whether the startup probe, if any, has succeeded.
    pub(crate) started: Cell<bool>,
    /// What the readiness probe says; without one a container that runs is ready.
    pub(crate) ready: Cell<bool>,
    /// The probe that wants the container killed, with a grace period of its own perhaps.
    pub(crate) failed: RefCell<Option<(&'static str, Option<Duration>)>>,
}

impl Health {
    /// Nothing is known yet: the container only begins to start.
    pub(crate) fn new(_spec: &Value) -> Self {
        Self { started: Cell::new(false), ready: Cell::new(false), failed: RefCell::default() }
    }

    /// The container has started, its hook is done: what no probe decides is decided.
    pub(crate) fn begin(&self, spec: &Value) {
        self.started.set(at(spec, "/startupProbe").is_null());
        self.ready.set(at(spec, "/readinessProbe").is_null());
    }
}

/// Which of the three it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Startup,
    Liveness,
    Readiness,
}

impl Kind {
    fn field(self) -> &'static str {
        match self {
            Self::Startup => "/startupProbe",
            Self::Liveness => "/livenessProbe",
            Self::Readiness => "/readinessProbe",
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Startup => "startup",
            Self::Liveness => "liveness",
            Self::Readiness => "readiness",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Startup => "Startup",
            Self::Liveness => "Liveness",
            Self::Readiness => "Readiness",
        }
    }
}

/// What one attempt found.
enum Outcome {
    Success,
    /// With what the probe printed or why it failed.
    Failure(String),
    /// The probe itself could not be run; that decides nothing.
    Unknown(String),
}

/// Starts the tasks of a container's probes; they end when they are dropped.
pub(super) fn start(
    worker: &Rc<Worker>,
    spec: &Value,
    container: &Rc<Container>,
    health: &Rc<Health>,
) -> Vec<Task<()>> {
    [Kind::Startup, Kind::Liveness, Kind::Readiness]
        .into_iter()
        .filter(|kind| !at(spec, kind.field()).is_null())
        .map(|kind| {
            let probe = Probe {
                worker: worker.clone(),
                container: container.clone(),
                health: health.clone(),
                spec: Rc::new(spec.clone()),
                kind,
            };
            worker.kubelet.0.sim.spawn(probe.run())
        })
        .collect()
}

struct Probe {
    worker: Rc<Worker>,
    container: Rc<Container>,
    health: Rc<Health>,
    spec: Rc<Value>,
    kind: Kind,
}

impl Probe {
    fn field(&self) -> &Value {
        at(&self.spec, self.kind.field())
    }

    fn seconds(&self, name: &str, default: u64) -> Duration {
        let value = i64_at(self.field(), &format!("/{name}")).and_then(|value| u64::try_from(value).ok());
        Duration::from_secs(value.unwrap_or(default))
    }

    fn count(&self, name: &str, default: i64) -> i64 {
        i64_at(self.field(), &format!("/{name}")).unwrap_or(default).max(1)
    }

    // Upstream: pkg/kubelet/prober/worker.go run, doProbe
    async fn run(self) {
        let worker = &self.worker;
        let delay = self.seconds("initialDelaySeconds", 0);
        let period = self.seconds("periodSeconds", 10).max(Duration::from_secs(1));
        // The worker's first look comes a moment after the start.
        worker.sleep(worker.jitter("probe-start", 20, 60)).await;
        if !delay.is_zero() {
            worker.sleep(delay).await;
        }
        let (mut last, mut run) = (None, 0);
        loop {
            let after_startup = self.kind != Kind::Startup;
            if after_startup && !self.health.started.get() {
                worker.sleep(period.min(Duration::from_secs(1))).await;
                continue;
            }
            let success = match self.attempt().await {
                Outcome::Success => true,
                Outcome::Failure(output) => {
                    let message = format!("{} probe failed: {output}", self.kind.title());
                    worker.container_event(self.container.name(), EventType::Warning, "Unhealthy", &message);
                    false
                }
                Outcome::Unknown(error) => {
                    let message =
                        format!("{} probe errored and resulted in unknown state: {error}", self.kind.title());
                    worker.container_event(self.container.name(), EventType::Warning, "Unhealthy", &message);
                    worker.sleep(period).await;
                    continue;
                }
            };
            run = if last == Some(success) { run + 1 } else { 1 };
            last = Some(success);
            let needed =
                if success { self.count("successThreshold", 1) } else { self.count("failureThreshold", 3) };
            if run >= needed && self.decide(success) {
                return;
            }
            worker.sleep(period).await;
        }
    }

    /// Acts on a result; whether the probe is done.
    fn decide(&self, success: bool) -> bool {
        let worker = &self.worker;
        match (self.kind, success) {
            (Kind::Readiness, ready) => {
                if self.health.ready.replace(ready) != ready {
                    worker.report();
                }
                false
            }
            (Kind::Startup, true) => {
                if !self.health.started.replace(true) {
                    worker.report();
                    worker.changed.notify();
                }
                true
            }
            (Kind::Liveness, true) => false,
            (Kind::Startup | Kind::Liveness, false) => {
                let grace = i64_at(self.field(), "/terminationGracePeriodSeconds")
                    .and_then(|seconds| u64::try_from(seconds).ok())
                    .map(Duration::from_secs);
                *self.health.failed.borrow_mut() = Some((self.kind.word(), grace));
                worker.changed.notify();
                true
            }
        }
    }

    async fn attempt(&self) -> Outcome {
        let probe = self.field();
        let timeout = self.seconds("timeoutSeconds", 1).max(Duration::from_secs(1));
        if !at(probe, "/exec").is_null() {
            return self.exec(timeout).await;
        }
        let (kind, target) = ["httpGet", "tcpSocket", "grpc"]
            .into_iter()
            .map(|kind| (kind, at(probe, &format!("/{kind}"))))
            .find(|(_, target)| !target.is_null())
            .unwrap_or(("", &Value::Null));
        let Some(port) = port_number(&self.spec, at(target, "/port")) else {
            return Outcome::Unknown(format!("invalid port number: {}", at(target, "/port")));
        };
        let host = match str_at(target, "/host") {
            "" => self.worker.state().pod_ip.map(|ip| ip.to_string()).unwrap_or_default(),
            host => host.to_owned(),
        };
        match kind {
            "httpGet" => self.http(&host, port, timeout).await,
            "tcpSocket" => match self.connect(&host, port, timeout).await {
                Ok(_) => Outcome::Success,
                Err(error) => Outcome::Failure(format!("dial tcp {host}:{port}: {error}")),
            },
            "grpc" => match self.connect(&host, port, timeout).await {
                Ok(_) => Outcome::Success,
                Err(_) => Outcome::Failure(format!(
                    "timeout: failed to connect service \"{host}:{port}\" within {}: context deadline exceeded",
                    podground_api::duration::go(timeout)
                )),
            },
            _ => Outcome::Unknown("missing probe handler".to_owned()),
        }
    }

    async fn exec(&self, timeout: Duration) -> Outcome {
        let args: Vec<String> = array_at(self.field(), "/exec/command")
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        let sim = &self.worker.kubelet.0.sim;
        match sim.timeout(timeout, exec::capture(sim, &self.container, &args)).await {
            None => Outcome::Failure(format!(
                "command timed out: {:?} timed out after {}",
                args.join(" "),
                podground_api::duration::go(timeout)
            )),
            Some(Ok(done)) if done.code == 0 => Outcome::Success,
            Some(Ok(done)) => Outcome::Failure(String::from_utf8_lossy(&done.output).into_owned()),
            // A stand-in has none of the real image's tools.
            Some(Err(SpawnError::NotFound)) if self.container.spec.image.stand_in => Outcome::Success,
            Some(Err(error)) => Outcome::Unknown(format!(
                "rpc error: code = Unknown desc = {}",
                exec::exec_failure(args.first().map_or("", String::as_str), &error)
            )),
        }
    }

    async fn connect(
        &self,
        host: &str,
        port: u16,
        timeout: Duration,
    ) -> Result<podground_shell::Connection, &'static str> {
        let address: IpAddr = match host {
            "localhost" => IpAddr::V4(std::net::Ipv4Addr::LOCALHOST),
            host => host.parse().map_err(|_| "no such host")?,
        };
        let fabric = self.worker.kubelet.0.fabric.clone();
        let opened = fabric.open(self.worker.node.network.clone(), SocketAddr::new(address, port));
        match self.worker.kubelet.0.sim.timeout(timeout, opened).await {
            None | Some(Err(NetworkError::TimedOut)) => Err("i/o timeout"),
            Some(Err(NetworkError::HostUnreachable)) => Err("connect: no route to host"),
            Some(Err(_)) => Err("connect: connection refused"),
            Some(Ok(connection)) => Ok(connection),
        }
    }

    async fn http(&self, host: &str, port: u16, timeout: Duration) -> Outcome {
        let probe = at(self.field(), "/httpGet");
        let path = match str_at(probe, "/path") {
            "" => "/".to_owned(),
            path if path.starts_with('/') => path.to_owned(),
            path => format!("/{path}"),
        };
        let scheme = if str_at(probe, "/scheme") == "HTTPS" { "https" } else { "http" };
        let url = format!("{scheme}://{host}:{port}{path}");
        let mut request = Request::new("GET", &path)
            .with_header("Host", format!("{host}:{port}"))
            .with_header("User-Agent", "kube-probe/1.36")
            .with_header("Accept", "*/*")
            .with_header("Connection", "close");
        for header in array_at(probe, "/httpHeaders") {
            request.headers.set(str_at(header, "/name"), str_at(header, "/value"));
        }
        let sim = self.worker.kubelet.0.sim.clone();
        let asked = async {
            let connection = self.connect(host, port, timeout).await.map_err(Err)?;
            let mut stream = Stream::new(connection);
            stream.write(&request.encode()).await;
            stream.read_response("GET").await.map_err(|error| Ok(HttpError::Message(error)))
        };
        let failure = |text: String| Outcome::Failure(format!("Get \"{url}\": {text}"));
        match sim.timeout(timeout, asked).await {
            None => failure(
                "context deadline exceeded (Client.Timeout exceeded while awaiting headers)".to_owned(),
            ),
            Some(Ok(response)) if (200..400).contains(&response.status) => Outcome::Success,
            Some(Ok(response)) => {
                Outcome::Failure(format!("HTTP probe failed with statuscode: {}", response.status))
            }
            Some(Err(Err(error))) => failure(format!("dial tcp {host}:{port}: {error}")),
            Some(Err(Ok(HttpError::Message(MessageError::Closed)))) => failure("EOF".to_owned()),
            Some(Err(Ok(_))) => {
                failure("net/http: HTTP/1.x transport connection broken: malformed HTTP response".to_owned())
            }
        }
    }
}
