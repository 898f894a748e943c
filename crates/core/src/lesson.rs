//! The lesson that is open: its start, its checks, how far the learner is.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use podground_api::{Body, Method, Request};
use podground_cluster::Cluster;
use podground_lessons::{
    CommandRun, Files, Host as Place, HttpAnswer, Lesson, LocalBoxFuture, ObjectQuery, Progress, Report,
    World, evaluate,
};
use podground_programs::http::{self, Url};
use podground_shell::{Host, Pid};
use podground_sim::{Sim, Task};
use serde_json::Value;

use crate::manifests;
use crate::session::Session;
use crate::workstation::HOME;

/// How often the checks look.
const INTERVAL: Duration = Duration::from_millis(500);

/// How long a request of a check waits for an answer.
const HTTP_LIMIT: Duration = Duration::from_secs(3);

/// An open lesson.
pub(crate) struct LessonRun {
    lesson: Rc<Lesson>,
    report: Rc<RefCell<Option<Report>>>,
    /// Looks at the world as long as the lesson is open.
    _watch: Task<()>,
}

impl Session {
    /// The open lesson's texts and steps.
    pub fn lesson(&self) -> Option<&Lesson> {
        self.lesson.as_ref().map(|run| run.lesson.as_ref())
    }

    /// How far the learner is, as of the last look at the world.
    pub fn lesson_report(&self) -> Option<Report> {
        self.lesson.as_ref()?.report.borrow().clone()
    }
}

/// Puts the lesson's files into the home and its manifests into the cluster, and begins to look.
pub(crate) fn open(session: &mut Session, id: &str, files: Files) -> Result<(), String> {
    let lesson = Lesson::parse(id, &files).map_err(|error| error.to_string())?;
    for (path, text) in &lesson.home {
        session.place_file(&format!("{HOME}/{path}"), text)?;
    }
    for (name, text) in &lesson.manifests {
        manifests::create(session.cluster(), text)
            .map_err(|reason| format!("{id}: start/manifests/{name}: {reason}"))?;
    }
    session.advance(Duration::from_secs(u64::from(lesson.checks.start.advance_seconds())));
    let lesson = Rc::new(lesson);
    let report = Rc::new(RefCell::new(None));
    let world = SessionWorld {
        sim: session.sim().clone(),
        cluster: session.cluster().clone(),
        workstation: session.host().clone(),
        last_pid: session.host().processes.history().last().map_or(0, |past| past.pid),
    };
    let watch = session.sim().spawn(watch(lesson.clone(), world, report.clone()));
    session.lesson = Some(LessonRun { lesson, report, _watch: watch });
    Ok(())
}

async fn watch(lesson: Rc<Lesson>, world: SessionWorld, report: Rc<RefCell<Option<Report>>>) {
    let mut progress = Progress::default();
    loop {
        let now = evaluate(&lesson, &world, &mut progress).await;
        let solved = now.solved;
        *report.borrow_mut() = Some(now);
        if solved {
            return;
        }
        world.sim.sleep(INTERVAL).await;
    }
}

/// The world as checks see it.
struct SessionWorld {
    sim: Sim,
    cluster: Cluster,
    workstation: Rc<Host>,
    /// The last process before the lesson began.
    last_pid: Pid,
}

impl SessionWorld {
    fn host(&self, place: &Place) -> Option<Rc<Host>> {
        match place {
            Place::Workstation => Some(self.workstation.clone()),
            Place::Node(name) => self.cluster.node_host(name),
            Place::Pod { namespace, pod, container } => {
                self.cluster.container_host(namespace, pod, container.as_deref())
            }
        }
    }
}

impl World for SessionWorld {
    fn objects(&self, query: &ObjectQuery) -> Result<Vec<Value>, String> {
        let path = manifests::path(&query.api_version, &query.kind, query.namespace.as_deref())?;
        let mut request = Request::new(Method::Get, path);
        if let Some(name) = &query.name {
            request = request.with_query("fieldSelector", format!("metadata.name={name}"));
        }
        if let Some(selector) = &query.selector {
            request = request.with_query("labelSelector", selector.as_str());
        }
        match manifests::send(&self.cluster, request)? {
            Body::Json(list) => Ok(podground_api::object::array_at(&list, "/items").to_vec()),
            _ => Ok(Vec::new()),
        }
    }

    fn log(&self, namespace: &str, pod: &str, container: &str, previous: bool) -> Option<String> {
        let path = format!("/api/v1/namespaces/{namespace}/pods/{pod}/log");
        let request = Request::new(Method::Get, path)
            .with_query("container", container)
            .with_query("previous", previous.to_string());
        match manifests::send(&self.cluster, request).ok()? {
            Body::Text(text) => Some(text),
            _ => None,
        }
    }

    fn file(&self, place: &Place, path: &str) -> Option<String> {
        let host = self.host(place)?;
        let home = host.home_of("root").unwrap_or_else(|| "/root".to_owned());
        let path = match path.strip_prefix('~') {
            Some(rest) => format!("{home}{rest}"),
            None => path.to_owned(),
        };
        host.files.read_to_string(&path).ok()
    }

    fn commands(&self) -> Vec<CommandRun> {
        let history = self.workstation.processes.history();
        history
            .iter()
            .filter(|past| past.pid > self.last_pid)
            .map(|past| CommandRun {
                host: Place::Workstation,
                line: past.command.join(" "),
                status: past.exit.map(|exit| i32::from(exit.code())),
            })
            .collect()
    }

    fn http<'a>(&'a self, from: &'a Place, url: &'a str) -> LocalBoxFuture<'a, Option<HttpAnswer>> {
        Box::pin(async move {
            let host = self.host(from)?;
            let url = Url::parse(url).ok()?;
            let exchange = http::get(host.network.as_ref(), &url, "podground-check");
            let response = self.sim.timeout(HTTP_LIMIT, exchange).await?.ok()?;
            let body = String::from_utf8_lossy(&response.body).into_owned();
            Some(HttpAnswer { status: response.status, body })
        })
    }
}
