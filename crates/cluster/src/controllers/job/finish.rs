//! The ends of a job, and its pauses.

use podground_api::{Value, json, object};

use super::{Sync, delete};
use crate::controllers::SyncError;
use crate::controllers::support::conditions;

impl Sync<'_, '_> {
    fn add_condition(&mut self, kind: &str, status: &str, reason: &str, message: &str) {
        let now = self.cx.timestamp();
        let mut condition = conditions::condition(kind, status, reason, message, &now);
        condition["lastProbeTime"] = now.into();
        conditions::set(&mut self.status, condition);
    }

    /// Enough pods have succeeded; those that still run are stopped.
    pub(super) fn complete(&mut self) -> Result<(), SyncError> {
        let message = "Reached expected number of succeeded pods";
        self.add_condition("SuccessCriteriaMet", "True", "CompletionsReached", message);
        self.stop_active()?;
        if self.pods.iter().any(|pod| crate::controllers::support::pods::is_terminating(pod)) {
            // The job is complete once nothing of it runs any more.
            return Ok(());
        }
        self.add_condition("Complete", "True", "CompletionsReached", message);
        self.status["completionTime"] = self.cx.timestamp().into();
        self.cx.normal(&self.job, "Completed", "Job completed");
        Ok(())
    }

    /// The job has failed; its pods are stopped.
    pub(super) fn fail(&mut self, reason: &str, message: &str) -> Result<(), SyncError> {
        let first = conditions::find(&self.status, "FailureTarget");
        let (reason, message) = match first {
            // The first reason stays.
            Some(first) => {
                (object::str_at(first, "/reason").to_owned(), object::str_at(first, "/message").to_owned())
            }
            None => (reason.to_owned(), message.to_owned()),
        };
        self.add_condition("FailureTarget", "True", &reason, &message);
        self.stop_active()?;
        if self.pods.iter().any(|pod| crate::controllers::support::pods::is_terminating(pod)) {
            return Ok(());
        }
        self.add_condition("Failed", "True", &reason, &message);
        self.cx.warning(&self.job, &reason, &message);
        Ok(())
    }

    /// A suspended job has no pods.
    pub(super) fn suspend(&mut self) -> Result<(), SyncError> {
        self.stop_active()?;
        if !object::condition_is_true(&json!({"status": self.status}), "Suspended") {
            self.add_condition("Suspended", "True", "JobSuspended", "Job suspended");
            self.cx.normal(&self.job, "Suspended", "Job suspended");
        }
        object::remove_at(&mut self.status, "/startTime");
        Ok(())
    }

    /// A job that was suspended goes on.
    pub(super) fn resume(&mut self) {
        let was_suspended = conditions::find(&self.status, "Suspended")
            .is_some_and(|condition| object::str_at(condition, "/status") == "True");
        if was_suspended {
            self.add_condition("Suspended", "False", "JobResumed", "Job resumed");
            self.cx.normal(&self.job, "Resumed", "Job resumed");
            self.status["startTime"] = self.cx.timestamp().into();
        }
    }

    fn stop_active(&mut self) -> Result<(), SyncError> {
        for pod in std::mem::take(&mut self.active) {
            delete(self.cx, &self.job, &pod)?;
            // It goes on until the kubelet has stopped it.
            if let Some(place) = self.pods.iter_mut().find(|other| object::uid(other) == object::uid(&pod))
                && let Ok(current) = self.cx.client.get("pods", object::namespace(&pod), object::name(&pod))
            {
                *place = current;
            }
        }
        self.pods.retain(|pod| {
            let reply = self.cx.client.get("pods", object::namespace(pod), object::name(pod));
            reply.is_ok_and(|current: std::rc::Rc<Value>| object::uid(&current) == object::uid(pod))
        });
        Ok(())
    }
}
