//! What goes when something else goes: owners and dependents, namespaces.

use podground_api::{json, object};
use podground_cluster::client::DeleteOptions;

use crate::support::{World, deployment, pod};

#[test]
fn deleting_a_deployment_deletes_what_it_made() {
    for policy in ["Background", "Foreground"] {
        let world = World::new();
        world.create("deployments.apps", deployment("web", 3, "nginx"));
        world.settle();
        let options = DeleteOptions::default().with_propagation(policy);
        world.client.delete("deployments.apps", "default", "web", &options).unwrap();
        world.settle();
        assert_eq!(world.list("deployments.apps").len(), 0, "{policy}");
        assert_eq!(world.list("replicasets.apps").len(), 0, "{policy}");
        assert_eq!(world.list("pods").len(), 0, "{policy}");
    }
}

#[test]
fn orphans_stay_and_are_adopted_again() {
    let world = World::new();
    world.create("deployments.apps", deployment("web", 2, "nginx"));
    world.settle();
    let options = DeleteOptions::default().with_propagation("Orphan");
    world.client.delete("deployments.apps", "default", "web", &options).unwrap();
    world.settle();
    let sets = world.list("replicasets.apps");
    assert_eq!(sets.len(), 1);
    assert!(object::controller_of(&sets[0]).is_none());
    assert_eq!(world.list("pods").len(), 2);
    world.create("deployments.apps", deployment("web", 2, "nginx"));
    world.settle();
    assert_eq!(world.list("replicasets.apps").len(), 1);
    assert!(object::controller_of(&world.list("replicasets.apps")[0]).is_some());
}

#[test]
fn a_namespace_is_emptied_and_goes() {
    let world = World::new();
    world.create("namespaces", json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "dev"}}));
    world.settle();
    assert!(world.client.get("serviceaccounts", "dev", "default").is_ok());
    assert!(world.client.get("configmaps", "dev", "kube-root-ca.crt").is_ok());
    let mut web = deployment("web", 2, "nginx");
    object::set_at(&mut web, "/metadata/namespace", "dev".into());
    world.create("deployments.apps", web);
    world.create("pods", pod("solo", json!({})));
    world.settle();
    world.client.delete("namespaces", "", "dev", &DeleteOptions::default()).unwrap();
    let dev = world.client.get("namespaces", "", "dev").unwrap();
    assert_eq!(object::str_at(&dev, "/status/phase"), "Terminating");
    world.settle();
    assert!(world.client.get("namespaces", "", "dev").is_err());
    world.cluster.with_informers(|informers| {
        for resource in informers.resources() {
            assert_eq!(informers.in_namespace(resource, "dev").count(), 0, "{resource}");
        }
    });
    assert_eq!(world.list("pods").len(), 1);
}

/// A request of `openssl req -new -subj /CN=anna/O=dev`, by that program of podground itself.
fn signing_request(name: &str, usage: &str) -> Option<podground_api::Value> {
    use podground_programs::x509::{Name, PrivateKey, SigningRequest, Template};
    let key = PrivateKey::generate(&mut podground_sim::Rng::new(3), 2048);
    let template = Template { subject: Name::parse("/CN=anna/O=dev")?, ..Template::default() };
    let request = SigningRequest::new(&template, &key)?.to_pem();
    Some(json!({
        "apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest",
        "metadata": {"name": name},
        "spec": {
            "request": base64::Engine::encode(&base64::prelude::BASE64_STANDARD, request),
            "signerName": "kubernetes.io/kube-apiserver-client", "usages": [usage],
        },
    }))
}

#[test]
fn approved_requests_for_certificates_are_signed() {
    const RESOURCE: &str = "certificatesigningrequests.certificates.k8s.io";
    let world = World::new();
    for (name, usage, verdict) in [
        ("good", "client auth", "Approved"),
        ("bad", "server auth", "Approved"),
        ("denied", "client auth", "Denied"),
        ("waiting", "client auth", ""),
    ] {
        world.create(RESOURCE, signing_request(name, usage).unwrap());
        world.settle();
        if !verdict.is_empty() {
            let mut request = (*world.client.get(RESOURCE, "", name).unwrap()).clone();
            let condition = json!({"type": verdict, "status": "True", "reason": "Test"});
            object::set_at(&mut request, "/status/conditions", json!([condition]));
            world.client.update_subresource(RESOURCE, request, "approval").unwrap();
            world.settle();
        }
        let request = world.client.get(RESOURCE, "", name).unwrap();
        let text = object::str_at(&request, "/status/certificate");
        assert_eq!(!text.is_empty(), name == "good", "{name}");
        let conditions = object::array_at(&request, "/status/conditions");
        let last = conditions.last().map(|condition| object::str_at(condition, "/message"));
        match name {
            "bad" => assert_eq!(last, Some("invalid usage for client certificate: server auth")),
            "waiting" => assert_eq!(last, None),
            _ => assert_eq!(conditions.len(), 1, "{name}"),
        }
    }
}
