//! What a command works with: streams, global flags, the kubeconfig, the client, the mapper.
//!
//! Upstream: `kubectl/pkg/cmd/util/factory.go`

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use podground_api::Transport;

use crate::client::Client;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::io::Io;
use crate::kubeconfig::{self, KubeConfig, Target};
use crate::mapper::Mapper;

/// Finds the API server behind a URL.
pub type Connect = Rc<dyn Fn(&str) -> Option<Rc<dyn Transport>>>;

/// `--request-timeout`: seconds, or a number with a unit; zero is no limit.
///
/// Upstream: `client-go/tools/clientcmd/helpers.go ParseTimeout`
fn request_timeout(text: &str) -> Result<Option<Duration>> {
    let wrong = "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a \
                 corresponding time unit (e.g. 1s | 2m | 3h)";
    let timeout = match text.parse::<u64>() {
        _ if text.is_empty() => Duration::ZERO,
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => podground_api::duration::parse_go(text).ok_or_else(|| Error::local(wrong))?,
    };
    Ok((!timeout.is_zero()).then_some(timeout))
}

/// One run of kubectl.
pub(crate) struct Context {
    /// Standard streams, files, environment.
    pub(crate) io: Io,
    connect: Connect,
    globals: RefCell<Args>,
    target: OnceCell<Rc<Target>>,
    client: OnceCell<Rc<Client>>,
    mapper: OnceCell<Rc<Mapper>>,
}

impl Context {
    /// A run for a process.
    pub(crate) fn new(io: Io, connect: Connect) -> Self {
        Self {
            io,
            connect,
            globals: RefCell::default(),
            target: OnceCell::new(),
            client: OnceCell::new(),
            mapper: OnceCell::new(),
        }
    }

    /// Takes note of the flags that every command has.
    pub(crate) fn set_globals(&self, args: &Args) -> Result<()> {
        let globals = args.globals();
        let profiles = globals.changed("profile") && globals.text("profile") != "none";
        *self.globals.borrow_mut() = globals;
        if profiles {
            return Err(Error::unsupported("--profile of \"kubectl\""));
        }
        Ok(())
    }

    /// The kubeconfig files, merged.
    pub(crate) fn kubeconfig(&self) -> Result<KubeConfig> {
        kubeconfig::load(&self.io, self.globals.borrow().text("kubeconfig"))
    }

    /// Where the commands go: server, user, namespace.
    pub(crate) fn target(&self) -> Result<Rc<Target>> {
        if let Some(target) = self.target.get() {
            return Ok(target.clone());
        }
        let target = Rc::new(self.kubeconfig()?.target(&self.globals.borrow())?);
        let _ = self.target.set(target.clone());
        Ok(target)
    }

    /// The namespace that commands work in.
    pub(crate) fn namespace(&self) -> Result<String> {
        Ok(self.target()?.namespace.clone())
    }

    /// The namespace of `--namespace`, if it was given.
    pub(crate) fn explicit_namespace(&self) -> Option<String> {
        let globals = self.globals.borrow();
        (globals.changed("namespace") && !globals.text("namespace").is_empty())
            .then(|| globals.text("namespace").to_owned())
    }

    /// The client of the API server.
    pub(crate) fn client(&self) -> Result<Rc<Client>> {
        if let Some(client) = self.client.get() {
            return Ok(client.clone());
        }
        let target = self.target()?;
        let transport = (self.connect)(&target.server);
        let client = Rc::new(Client::new(
            target,
            transport,
            self.io.clone(),
            self.globals.borrow().is("warnings-as-errors"),
            self.globals.borrow().number("v"),
            request_timeout(self.globals.borrow().text("request-timeout"))?,
        ));
        let _ = self.client.set(client.clone());
        Ok(client)
    }

    /// The names of all resources that the server has.
    pub(crate) async fn mapper(&self) -> Result<Rc<Mapper>> {
        if let Some(mapper) = self.mapper.get() {
            return Ok(mapper.clone());
        }
        let mapper = match Mapper::discover(&*self.client()?).await {
            Ok(mapper) => Rc::new(mapper),
            Err(error) => {
                self.tell_refused(&error).await;
                return Err(error);
            }
        };
        let _ = self.mapper.set(mapper.clone());
        Ok(mapper)
    }

    /// Discovery is tried several times, and each time it says so.
    async fn tell_refused(&self, error: &Error) {
        let Error::Connection(why, url) = error else { return };
        let cause = crate::flags::go_quote(&format!(
            "couldn't get current server API group list: Get \"{url}?timeout=32s\": {why}"
        ));
        for _ in 0..5 {
            let line = self.klog('E', "memcache.go:265", &format!("\"Unhandled Error\" err={cause}"));
            self.io.err_line(line).await;
        }
    }

    /// A warning in klog's format: `W0101 00:00:00.000000      12 helpers.go:726] …`.
    pub(crate) async fn klog_warning(&self, place: &str, text: &str) {
        self.io.err_line(self.klog('W', place, text)).await;
    }

    /// A line in klog's format.
    pub(crate) fn klog(&self, level: char, place: &str, text: &str) -> String {
        let civil = self.io.now().rfc3339_micro();
        let (month, day, time) = (&civil[5..7], &civil[8..10], &civil[11..26]);
        format!("{level}{month}{day} {time} {:>7} {place}] {text}", self.io.0.pid)
    }
}
