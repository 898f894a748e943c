//! Signs the requests for certificates that somebody has approved.
//!
//! Upstream: `pkg/controller/certificates/signer/signer.go`, `pkg/apis/certificates/helpers.go`

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use podground_api::object::{array_at, i64_at, str_at};
use podground_api::{Value, json, object};
use podground_programs::x509::{Certificate, SigningRequest, Template};

use super::{Context, Controller, Requeue, SyncError};
use crate::informer::InformerEvent;
use crate::pki;

const RESOURCE: &str = "certificatesigningrequests.certificates.k8s.io";
/// How long certificates are good that ask for nothing.
const LONGEST: Duration = Duration::from_hours(8760);
const SHORTEST: Duration = Duration::from_mins(10);
/// How far back they begin to be good.
const BACKDATE: Duration = Duration::from_mins(5);
/// Those of less than that are good all the time that they ask for.
const SHORT: Duration = Duration::from_hours(8);

/// Finds what is wrong with a request.
type Check = fn(&SigningRequest, &[&str]) -> Result<(), String>;

/// The signers, and what they ask of a request.
const SIGNERS: &[(&str, Check)] = &[
    ("kubernetes.io/kube-apiserver-client", client),
    ("kubernetes.io/kube-apiserver-client-kubelet", kubelet_client),
    ("kubernetes.io/kubelet-serving", kubelet_serving),
    ("kubernetes.io/legacy-unknown", |_, _| Ok(())),
];

struct Signing;

/// The controller that signs.
pub(super) fn certificate_signing() -> Box<dyn Controller> {
    Box::new(Signing)
}

impl Controller for Signing {
    fn name(&self) -> &'static str {
        "certificate-controller"
    }

    fn watches(&self) -> &'static [&'static str] {
        &[RESOURCE]
    }

    fn on_event(&mut self, cx: &mut Context<'_>, event: &InformerEvent) {
        cx.queue.add(object::name(&event.object));
    }

    fn sync(&mut self, cx: &mut Context<'_>, name: &str) -> Result<Requeue, SyncError> {
        let Some(found) = cx.informers.get(RESOURCE, "", name) else { return Ok(Requeue::Done) };
        let Some((_, check)) =
            SIGNERS.iter().find(|(signer, _)| *signer == str_at(found, "/spec/signerName"))
        else {
            return Ok(Requeue::Done);
        };
        let done = !str_at(found, "/status/certificate").is_empty();
        if done || !has(found, "Approved") || has(found, "Denied") || has(found, "Failed") {
            return Ok(Requeue::Done);
        }
        let text = BASE64_STANDARD.decode(str_at(found, "/spec/request")).unwrap_or_default();
        let Some(request) = SigningRequest::from_pem(&String::from_utf8_lossy(&text)) else {
            // The real one tries again and again, and writes about it to its log only.
            return Ok(Requeue::Done);
        };
        let mut usages: Vec<&str> =
            array_at(found, "/spec/usages").iter().filter_map(Value::as_str).collect();
        usages.sort_unstable();
        usages.dedup();
        let mut changed = Value::clone(found);
        if let Err(message) = check(&request, &usages) {
            let mut conditions = array_at(found, "/status/conditions").to_vec();
            conditions.push(json!({
                "type": "Failed", "status": "True", "reason": "SignerValidationFailure", "message": message,
                "lastUpdateTime": cx.now.rfc3339(), "lastTransitionTime": cx.now.rfc3339(),
            }));
            object::set_at(&mut changed, "/status/conditions", conditions.into());
        } else {
            let Some(certificate) = sign(cx, found, &request) else { return Ok(Requeue::Done) };
            let text = BASE64_STANDARD.encode(certificate.to_pem());
            object::set_at(&mut changed, "/status/certificate", text.into());
        }
        cx.client.update_status(RESOURCE, changed)?;
        Ok(Requeue::Done)
    }
}

fn has(object: &Value, kind: &str) -> bool {
    array_at(object, "/status/conditions").iter().any(|condition| str_at(condition, "/type") == kind)
}

// Upstream: pkg/controller/certificates/authority/policies.go PermissiveSigningPolicy
fn sign(cx: &Context<'_>, object: &Value, request: &SigningRequest) -> Option<Certificate> {
    let lifetime = match i64_at(object, "/spec/expirationSeconds") {
        None => LONGEST,
        Some(seconds) => Duration::from_secs(seconds.unsigned_abs()).clamp(SHORTEST, LONGEST),
    };
    let template = Template {
        subject: request.subject.clone(),
        dns: request.dns.clone(),
        ips: request.ips.clone(),
        authority: false,
        not_before: cx.now - BACKDATE,
        lifetime: if lifetime < SHORT { lifetime + BACKDATE } else { lifetime },
    };
    let (authority, key) = pki::authority_and_key(cx.sim)?;
    let mut rng = cx.sim.rng("signed-certificate", &[str_at(object, "/metadata/uid")]);
    Certificate::grant(&mut rng, &template, request, (&authority, &key))
}

fn client(_: &SigningRequest, usages: &[&str]) -> Result<(), String> {
    for usage in usages {
        if !["digital signature", "key encipherment", "client auth"].contains(usage) {
            return Err(format!("invalid usage for client certificate: {usage}"));
        }
    }
    if usages.contains(&"client auth") {
        return Ok(());
    }
    Err("missing required usage for client certificate: client auth".to_owned())
}

fn kubelet_client(request: &SigningRequest, usages: &[&str]) -> Result<(), String> {
    organization(request)?;
    if !request.dns.is_empty() {
        return Err("DNS subjectAltNames are not allowed".to_owned());
    }
    if !request.ips.is_empty() {
        return Err("IP subjectAltNames are not allowed".to_owned());
    }
    common_name(request)?;
    exactly(usages, ["client auth", "digital signature", "key encipherment"])
}

fn kubelet_serving(request: &SigningRequest, usages: &[&str]) -> Result<(), String> {
    organization(request)?;
    if request.dns.is_empty() && request.ips.is_empty() {
        return Err("DNS or IP subjectAltName is required".to_owned());
    }
    exactly(usages, ["digital signature", "key encipherment", "server auth"])?;
    common_name(request)
}

fn organization(request: &SigningRequest) -> Result<(), String> {
    let mut all = request.subject.0.iter().filter(|(key, _)| key == "O");
    if all.next().is_some_and(|(_, value)| value == "system:nodes") && all.next().is_none() {
        return Ok(());
    }
    Err("subject organization is not system:nodes".to_owned())
}

fn common_name(request: &SigningRequest) -> Result<(), String> {
    if request.subject.get("CN").is_some_and(|name| name.starts_with("system:node:")) {
        return Ok(());
    }
    Err("subject common name does not begin with system:node:".to_owned())
}

/// `usages`, sorted, are all that are wanted; key encipherment is of RSA only and may be missing.
fn exactly(usages: &[&str], wanted: [&str; 3]) -> Result<(), String> {
    let without: Vec<&str> = wanted.into_iter().filter(|usage| *usage != "key encipherment").collect();
    if usages == wanted || usages == without {
        return Ok(());
    }
    Err(format!("usages did not match [{}]", wanted.join(" ")))
}
