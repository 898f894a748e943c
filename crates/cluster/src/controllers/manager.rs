//! Runs the controllers: feeds them events, lets them work on what is due.

use std::collections::{BTreeMap, VecDeque};

use podground_sim::{Sim, Time};

use super::support::{EventRecorder, WorkQueue};
use super::{Context, Controller, Requeue};
use crate::apiserver::ApiServer;
use crate::client::Client;
use crate::event::{Event, Inbox};
use crate::informer::{InformerEvent, Informers};

/// All controllers with their queues, and the caches that they share.
pub(crate) struct Manager {
    sim: Sim,
    api: ApiServer,
    inbox: Inbox,
    events: EventRecorder,
    informers: Informers,
    entries: Vec<Entry>,
    /// Who watches a resource, by index; `*` watches all.
    watchers: BTreeMap<&'static str, Vec<usize>>,
    /// Up to where the watch log was read.
    revision: u64,
    /// The latest failures, for those who look for the reason of a silence.
    failures: VecDeque<String>,
}

/// So many failures are kept.
const FAILURES: usize = 100;

struct Entry {
    controller: Box<dyn Controller>,
    queue: WorkQueue,
    client: Client,
}

impl Manager {
    pub(crate) fn new(sim: &Sim, api: ApiServer, inbox: Inbox) -> Self {
        let client = Client::new(api.clone(), "system:kube-controller-manager", "kube-controller-manager");
        Self {
            sim: sim.clone(),
            events: EventRecorder::new(client, sim.clone()),
            api,
            inbox,
            informers: Informers::default(),
            entries: Vec::new(),
            watchers: BTreeMap::new(),
            revision: 0,
            failures: VecDeque::new(),
        }
    }

    /// Adds a controller; it sees the changes from now on.
    pub(crate) fn add(&mut self, controller: Box<dyn Controller>) {
        let user = ["system:serviceaccount:kube-system:", controller.name()].concat();
        let index = self.entries.len();
        for resource in controller.watches() {
            self.watchers.entry(resource).or_default().push(index);
        }
        self.entries.push(Entry {
            queue: WorkQueue::new(self.sim.clone(), controller.delay()),
            client: Client::new(self.api.clone(), &user, controller.agent()),
            controller,
        });
        self.with(index, |controller, cx| controller.start(cx));
    }

    /// What failed lately, oldest first.
    pub(crate) fn failures(&self) -> impl Iterator<Item = &str> {
        self.failures.iter().map(String::as_str)
    }

    /// The caches.
    pub(crate) fn informers(&self) -> &Informers {
        &self.informers
    }

    /// Works on what is due, at most `budget` keys; returns whether more is due now.
    pub(crate) fn run(&mut self, budget: usize) -> bool {
        for _ in 0..budget {
            self.receive();
            let Some(index) = self.next_due() else { return false };
            self.sync(index);
        }
        true
    }

    /// When the next key is due.
    pub(crate) fn next_deadline(&self) -> Option<Time> {
        self.entries.iter().filter_map(|entry| entry.queue.next_due()).min()
    }

    /// Takes in all that has happened since the last call.
    pub(crate) fn receive(&mut self) {
        while let Some(event) = self.inbox.pop() {
            match event {
                Event::Enqueue { controller, key, after } => {
                    let entry = self.entries.iter_mut().find(|entry| entry.controller.name() == controller);
                    if let Some(entry) = entry {
                        entry.queue.add_after(&key, after);
                    }
                }
            }
        }
        let news: Vec<InformerEvent> = {
            let store = self.api.store();
            if store.revision() == self.revision {
                return;
            }
            let news = store.events_since(self.revision).cloned().collect();
            self.revision = store.revision();
            news
        };
        for event in news {
            self.sim.trace(event.resource.as_bytes());
            self.sim.trace(podground_api::object::name(&event.object).as_bytes());
            self.informers.apply(&event);
            for resource in [event.resource, "*"] {
                for position in 0..self.watchers.get(resource).map_or(0, Vec::len) {
                    let index = self.watchers[resource][position];
                    self.with(index, |controller, cx| controller.on_event(cx, &event));
                }
            }
        }
    }

    /// The controller whose next key was due first.
    fn next_due(&self) -> Option<usize> {
        let now = self.sim.now();
        let due = self.entries.iter().enumerate().filter_map(|(index, entry)| {
            let time = entry.queue.next_due()?;
            (time <= now).then_some((time, index))
        });
        due.min().map(|(_, index)| index)
    }

    fn sync(&mut self, index: usize) {
        let Some(key) = self.entries[index].queue.pop() else { return };
        let result = self.with(index, |controller, cx| controller.sync(cx, &key));
        let queue = &mut self.entries[index].queue;
        match result {
            Ok(Requeue::Done) => queue.forget(&key),
            Ok(Requeue::After(delay)) => {
                queue.forget(&key);
                queue.add_after(&key, delay);
            }
            Err(error) => {
                let name = self.entries[index].controller.name();
                let text = format!("{} {name} {key}: {error}", self.sim.now().rfc3339());
                self.sim.trace(text.as_bytes());
                self.failures.push_back(text);
                if self.failures.len() > FAILURES {
                    self.failures.pop_front();
                }
                self.entries[index].queue.add_rate_limited(&key);
            }
        }
    }

    fn with<T>(&mut self, index: usize, work: impl FnOnce(&mut dyn Controller, &mut Context<'_>) -> T) -> T {
        let Entry { controller, queue, client } = &mut self.entries[index];
        let mut cx = Context {
            now: self.sim.now(),
            sim: &self.sim,
            client,
            informers: &self.informers,
            queue,
            events: &self.events,
            inbox: &self.inbox,
            component: controller.component(),
        };
        work(controller.as_mut(), &mut cx)
    }
}
