//! Looking at the cluster with kubectl without disturbing it: on a simulation of its own, whose requests are
//! answered at once. No virtual time passes for the session, and nothing has to be journalled.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;

use podground_api::{Method, Request, Response, Transport};
use podground_cluster::apiserver::ApiServer;
use podground_shell::process::Command;
use podground_shell::{Fd, Host, Network, ProcessTable, ProgramTable};
use podground_sim::Sim;
use podground_vfs::{FileSystem, Tree};

use crate::kubeconfig;
use crate::session::Session;
use crate::view::{ObjectDetail, resource_of};

/// How many task polls a look may take.
const POLLS: usize = 100_000;

impl Session {
    /// An object in full, as kubectl prints it; `None` if there is no such object.
    pub fn object(&self, kind: &str, namespace: &str, name: &str) -> Option<ObjectDetail> {
        let resource = resource_of(kind)?;
        let in_namespace =
            if namespace.is_empty() { String::new() } else { format!("--namespace={namespace}") };
        let look = |verb: &[&str]| {
            let arguments = verb.iter().copied().chain(Some(in_namespace.as_str()).filter(|n| !n.is_empty()));
            self.kubectl(arguments)
        };
        let (yaml, found) = look(&["get", resource, name, "--output=yaml"]);
        if !found {
            return None;
        }
        let target = format!("{resource}/{name}");
        Some(ObjectDetail {
            describe: look(&["describe", resource, name]).0,
            yaml,
            events: look(&["events", &format!("--for={target}")]).0,
        })
    }

    /// Runs a kubectl command that only reads; gives what it prints and whether it succeeded.
    fn kubectl<'a>(&self, arguments: impl Iterator<Item = &'a str>) -> (String, bool) {
        let sim = Sim::new(0, self.now());
        let transport: Rc<dyn Transport> = Rc::new(DirectTransport(self.cluster().api()));
        let mut programs = ProgramTable::new();
        programs
            .insert("kubectl", podground_kubectl::program(Rc::new(move |_: &str| Some(transport.clone()))));
        let now = self.now().0;
        let files = FileSystem::new(Tree::new(), Rc::new(move || now));
        let config = "/config";
        // A fresh tree takes both files.
        let _ = files.write(config, kubeconfig::TEXT.as_bytes());
        let _ = files.write("/kubectl", &Host::program_file("kubectl"));
        let _ = files.set_mode("/kubectl", 0o755);
        let host = Rc::new(Host {
            sim: sim.clone(),
            files,
            hostname: RefCell::new("observer".to_owned()),
            network: self.host().network.clone() as Rc<dyn Network>,
            programs: Rc::new(programs),
            processes: ProcessTable::starting_at(2),
        });
        let (reader, writer) = podground_sim::pipe(1 << 22);
        let output = Fd::PipeWriter(writer);
        let mut command = Command::new(std::iter::once("kubectl").chain(arguments))
            .env("KUBECONFIG", config)
            .env("HOME", "/")
            .fd(0, Fd::null())
            .fd(1, output.clone())
            .fd(2, output);
        command.file = Some("/kubectl".to_owned());
        let Ok(child) = host.spawn(command) else { return (String::new(), false) };
        for _ in 0..POLLS {
            if child.try_wait().is_some() {
                break;
            }
            if !sim.run_ready(1) {
                let Some(deadline) = sim.next_deadline() else { break };
                sim.advance_to(deadline);
            }
        }
        let bytes = reader.try_read(usize::MAX).unwrap_or_default();
        let succeeded = child.try_wait().is_some_and(|status| status.code() == 0);
        (String::from_utf8_lossy(&bytes).into_owned(), succeeded)
    }
}

/// Asks the API server at once; refuses whatever would change something.
struct DirectTransport(ApiServer);

impl Transport for DirectTransport {
    fn send(&self, request: Request) -> Pin<Box<dyn Future<Output = Result<Response, String>>>> {
        let result = if request.method == Method::Get {
            Ok(self.0.handle(request.with_header("x-podground-user", "kubernetes-admin")))
        } else {
            Err("the observer only reads".to_owned())
        };
        Box::pin(std::future::ready(result))
    }
}
