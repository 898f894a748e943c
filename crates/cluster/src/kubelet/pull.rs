//! Getting a container's image onto the node.

use std::rc::Rc;
use std::time::Duration;

use podground_api::Value;
use podground_api::object::str_at;

use super::worker::Worker;
use crate::controllers::support::EventType;
use crate::images::{Image, Reference};

impl Worker {
    /// The image of a container, pulled if need be; the error is when to look again.
    // Upstream: pkg/kubelet/images/image_manager.go EnsureImageExists
    pub(super) async fn ensure_image(&self, pod: &Value, spec: &Value) -> Result<Rc<Image>, Duration> {
        let name = str_at(spec, "/name");
        let text = str_at(spec, "/image");
        let reference = match Reference::parse(text) {
            Ok(reference) => reference,
            Err(error) => {
                let message = format!(
                    "Failed to apply default image tag {text:?}: couldn't parse image name {text:?}: {error}"
                );
                self.container_event(name, EventType::Warning, "InspectFailed", &message);
                self.container_event(name, EventType::Warning, "Failed", "Error: InvalidImageName");
                return Err(self.waits(name, "InvalidImageName", &message, (10_000, 13_000)));
            }
        };
        let full = reference.to_string();
        let present = self.node.images.borrow().get(&full).cloned();
        let policy = match str_at(spec, "/imagePullPolicy") {
            "" if reference.tag() == "latest" => "Always",
            "" => "IfNotPresent",
            policy => policy,
        };
        match (policy, present) {
            ("Never", None) => {
                let message = format!("Container image {text:?} is not present with pull policy of Never");
                self.container_event(name, EventType::Warning, "ErrImageNeverPull", &message);
                self.container_event(name, EventType::Warning, "Failed", "Error: ErrImageNeverPull");
                Err(self.waits(name, "ErrImageNeverPull", &message, (10_000, 13_000)))
            }
            ("Never" | "IfNotPresent", Some(image)) => {
                let message = format!(
                    "Container image {text:?} already present on machine and can be accessed by the pod"
                );
                self.container_event(name, EventType::Normal, "Pulled", &message);
                Ok(image)
            }
            (_, present) => self.pull(pod, name, text, &reference, present.is_some()).await,
        }
    }

    async fn pull(
        &self,
        pod: &Value,
        name: &str,
        text: &str,
        reference: &Reference,
        present: bool,
    ) -> Result<Rc<Image>, Duration> {
        let (waits, error) = self.record(name, |record| {
            (record.pull.remaining_since_failure(self.now()), record.pull_error.clone())
        });
        if let Some(remaining) = waits {
            let message = format!("Back-off pulling image {text:?}");
            self.container_event(name, EventType::Normal, "BackOff", &message);
            self.container_event(name, EventType::Warning, "Failed", "Error: ImagePullBackOff");
            let message = format!("{message}: ErrImagePull: {error}");
            let resync = self.waits(name, "ImagePullBackOff", &message, (10_000, 13_000));
            return Err(remaining.min(resync) + Duration::from_millis(10));
        }
        let kubelet = &self.kubelet.0;
        self.container_event(name, EventType::Normal, "Pulling", &format!("Pulling image {text:?}"));
        let started = self.now();
        let found = kubelet.images.pull(reference);
        let size = found.as_ref().map_or(0, |image| image.size);
        let mut time = kubelet.images.pull_time(&kubelet.sim, reference, &self.node.name, size);
        if present || found.is_err() {
            // Only the registry's answer has to come.
            time /= 3;
        }
        self.sleep(time.saturating_mul(kubelet.faults.pull_factor())).await;
        match found {
            Ok(image) => {
                let took = self.now().since(started);
                let took = podground_api::duration::go(Duration::from_millis(took.as_millis() as u64));
                let message = format!(
                    "Successfully pulled image {text:?} in {took} ({took} including waiting). Image size: {size} bytes."
                );
                self.container_event(name, EventType::Normal, "Pulled", &message);
                let news =
                    self.node.images.borrow_mut().insert(reference.to_string(), image.clone()).is_none();
                if news {
                    self.kubelet.report_images(&self.node);
                }
                self.record(name, |record| record.pull = super::backoff::Backoff::default());
                Ok(image)
            }
            Err(error) => {
                let error = error.to_string();
                let _ = pod;
                self.container_event(
                    name,
                    EventType::Warning,
                    "Failed",
                    &format!("Failed to pull image {text:?}: {error}"),
                );
                self.container_event(name, EventType::Warning, "Failed", "Error: ErrImagePull");
                let now = self.now();
                let failures = self.record(name, |record| {
                    record.pull.next(now, now);
                    record.pull_error.clone_from(&error);
                    record.pull_failures += 1;
                    record.pull_failures
                });
                // The sandbox's own start makes the kubelet look again at once the first time.
                let resync = if failures == 1 { (900, 1_400) } else { (10_000, 13_000) };
                Err(self.waits(name, "ErrImagePull", &error, resync))
            }
        }
    }

    fn waits(&self, name: &str, reason: &str, message: &str, resync: (u64, u64)) -> Duration {
        self.record(name, |record| record.waiting = Some((reason.to_owned(), message.to_owned())));
        self.report();
        self.jitter("resync", resync.0, resync.1)
    }
}
