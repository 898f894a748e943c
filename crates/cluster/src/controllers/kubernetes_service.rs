//! The API server's own service comes back when somebody deletes it.
//!
//! Upstream: `pkg/controlplane/controller/kubernetesservice/controller.go UpdateKubernetesService`

use std::time::Duration;

use podground_api::object;

use super::{Context, Controller, Requeue, SyncError};
use crate::bootstrap;
use crate::client::is_already_exists;
use crate::informer::InformerEvent;

const NAMESPACE: &str = "default";
const NAME: &str = "kubernetes";

struct KubernetesService;

/// The loop in the API server that looks after its service.
pub(super) fn kubernetes_service() -> Box<dyn Controller> {
    Box::new(KubernetesService)
}

impl Controller for KubernetesService {
    fn name(&self) -> &'static str {
        "kubernetes-service"
    }

    fn agent(&self) -> &'static str {
        "kube-apiserver"
    }

    fn watches(&self) -> &'static [&'static str] {
        &["services"]
    }

    /// It looks every ten seconds.
    fn delay(&self) -> Duration {
        Duration::from_secs(10)
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        let service = &event.object;
        if object::name(service) == NAME && object::namespace(service) == NAMESPACE {
            cx.queue.add(NAME);
        }
    }

    fn sync(&mut self, cx: &mut Context<'_>, _key: &str) -> Result<Requeue, SyncError> {
        if cx.informers.get("services", NAMESPACE, NAME).is_none() {
            for (resource, object) in bootstrap::kubernetes_service() {
                match cx.client.create(resource, object) {
                    Err(status) if !is_already_exists(&status) => return Err(status.into()),
                    _ => {}
                }
            }
        }
        Ok(Requeue::Done)
    }
}
