//! How many pods of a job run now.
//!
//! Upstream: `pkg/controller/job/job_controller.go manageJob`

use std::collections::BTreeSet;
use std::time::Duration;

use podground_api::{Status, Value, json, object};
use podground_sim::Time;

use super::{INDEX, Sync, TRACKING, delete, indexes};
use crate::controllers::support::numbers::count_at;
use crate::controllers::support::owners::controller_reference;
use crate::controllers::support::pods;
use crate::controllers::{Requeue, SyncError};

/// The wait after the first failure; it doubles with each.
const BACKOFF: Duration = Duration::from_secs(10);
const MAX_BACKOFF: Duration = Duration::from_mins(10);

impl Sync<'_, '_> {
    /// Makes pods that are missing, stops those that are too many.
    pub(super) fn manage(&mut self, newest_failure: Option<Time>) -> Result<Requeue, SyncError> {
        let parallelism = count_at(&self.job, "/spec/parallelism").max(0);
        let succeeded = count_at(&self.status, "/succeeded");
        let active = self.active.len() as i64;
        let wanted = match object::i64_at(&self.job, "/spec/completions") {
            Some(completions) => parallelism.min(completions - succeeded),
            // A work queue takes no new pods once one has succeeded.
            None if succeeded > 0 => active.min(parallelism),
            None => parallelism,
        };
        if active > wanted {
            let surplus = usize::try_from(active - wanted.max(0)).unwrap_or(0);
            let mut ranked = std::mem::take(&mut self.active);
            ranked.sort_by(|a, b| pods::deletion_order((a, 0), (b, 0), self.cx.now));
            for pod in ranked.drain(..surplus) {
                delete(self.cx, &self.job, &pod)?;
            }
            self.active = ranked;
            return Ok(Requeue::Done);
        }
        if active == wanted {
            return Ok(Requeue::Done);
        }
        if let Some(wait) = self.backoff(newest_failure) {
            return Ok(Requeue::After(wait));
        }
        let missing = usize::try_from(wanted - active).unwrap_or(0).min(500);
        let free = self.free_indexes(missing);
        let is_indexed = indexes::is_indexed(&self.job);
        let mut made = Vec::new();
        let failure = pods::slow_start(if is_indexed { free.len() } else { missing }, |position| {
            let index = is_indexed.then(|| free[position]);
            made.push(self.create(index)?);
            Ok(())
        })
        .1;
        self.active.extend(made);
        failure.map_or(Ok(Requeue::Done), |status| Err(status.into()))
    }

    /// How long to wait after failures.
    // Upstream: pkg/controller/job/backoff_utils.go
    fn backoff(&self, newest_failure: Option<Time>) -> Option<Duration> {
        let failures = count_at(&self.status, "/failed");
        let failed_at = newest_failure?;
        if failures == 0 {
            return None;
        }
        let exponent = u32::try_from(failures - 1).unwrap_or(0).min(16);
        let due = failed_at + BACKOFF.saturating_mul(1 << exponent).min(MAX_BACKOFF);
        (due > self.cx.now).then(|| due.since(self.cx.now))
    }

    /// The lowest indexes that neither have succeeded nor are at work.
    fn free_indexes(&self, count: usize) -> Vec<i64> {
        let done = self.completed_indexes();
        let busy: BTreeSet<i64> = self.active.iter().filter_map(|pod| indexes::of(pod)).collect();
        let completions = object::i64_at(&self.job, "/spec/completions").unwrap_or(0);
        let free = (0..completions).filter(|index| !done.contains(index) && !busy.contains(index));
        free.take(count).collect()
    }

    fn create(&self, index: Option<i64>) -> Result<std::rc::Rc<Value>, Status> {
        let (job, cx) = (&self.job, self.cx);
        let owner = controller_reference(job, "batch/v1", "Job");
        let template = object::at(job, "/spec/template");
        let mut pod = pods::from_template(template, object::namespace(job), object::name(job), owner);
        let mut finalizers = object::array_at(&pod, "/metadata/finalizers").to_vec();
        finalizers.push(TRACKING.into());
        object::set_at(&mut pod, "/metadata/finalizers", finalizers.into());
        if let Some(index) = index {
            let name = format!("{}-{index}", object::name(job));
            object::set_at(&mut pod, "/metadata/generateName", format!("{name}-").into());
            let escaped = INDEX.replace('/', "~1");
            for part in ["annotations", "labels"] {
                let pointer = format!("/metadata/{part}/{escaped}");
                object::set_at(&mut pod, &pointer, index.to_string().into());
            }
            if object::str_at(&pod, "/spec/hostname").is_empty() {
                object::set_at(&mut pod, "/spec/hostname", name.into());
            }
            add_index_variable(&mut pod);
        }
        match cx.client.create("pods", pod) {
            Ok(pod) => {
                cx.normal(job, "SuccessfulCreate", &format!("Created pod: {}", object::name(&pod)));
                Ok(pod)
            }
            Err(status) => {
                cx.warning(job, "FailedCreate", &format!("Error creating: {}", status.message));
                Err(status)
            }
        }
    }
}

fn add_index_variable(pod: &mut Value) {
    let path = format!("metadata.labels['{INDEX}']");
    let variable = json!({"name": "JOB_COMPLETION_INDEX", "valueFrom": {"fieldRef": {"fieldPath": path}}});
    for list in ["/spec/initContainers", "/spec/containers"] {
        let Some(containers) = pod.pointer_mut(list).and_then(Value::as_array_mut) else { continue };
        for container in containers {
            let mut variables = object::array_at(container, "/env").to_vec();
            if !variables.iter().any(|other| object::str_at(other, "/name") == "JOB_COMPLETION_INDEX") {
                variables.push(variable.clone());
                container["env"] = variables.into();
            }
        }
    }
}
