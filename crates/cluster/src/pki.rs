//! The certificates of the cluster itself: its authority, and what the API server shows.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use podground_programs::x509::{Certificate, Name, PrivateKey, Template};
use podground_sim::{Sim, Time};

const YEAR: Duration = Duration::from_secs(365 * 86_400);

/// When they begin to be good: long enough ago and long enough for any session, so that no text depends on the
/// day.
const FOREVER: Time = Time::from_unix_seconds(1_735_689_600);

/// The names that kubeadm writes into the API server's certificate, besides its addresses.
const NAMES: [&str; 6] = [
    "control-plane",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
    "localhost",
];

/// The cluster's authority and the key that it signs with.
pub(crate) fn authority_and_key(sim: &Sim) -> Option<(Certificate, PrivateKey)> {
    let mut rng = sim.rng("root-ca", &[]);
    let key = PrivateKey::generate(&mut rng, 2048);
    let template = Template {
        subject: Name::parse("/CN=kubernetes")?,
        dns: vec!["kubernetes".to_owned()],
        authority: true,
        not_before: FOREVER,
        lifetime: YEAR * 30,
        ..Template::default()
    };
    Some((Certificate::issue(&mut rng, &template, &key, None)?, key))
}

/// The certificate by which everybody knows the API server, as PEM text.
pub(crate) fn authority(sim: &Sim) -> String {
    authority_and_key(sim).map(|(certificate, _)| certificate.to_pem()).unwrap_or_default()
}

/// What the API server shows, as PEM text.
pub(crate) fn server(sim: &Sim, addresses: Vec<IpAddr>) -> String {
    let issue = || {
        let (authority, authority_key) = authority_and_key(sim)?;
        let mut rng = sim.rng("apiserver-certificate", &[]);
        let key = PrivateKey::generate(&mut rng, 2048);
        let mut ips = vec![IpAddr::V4(Ipv4Addr::new(10, 96, 0, 1)), IpAddr::V4(Ipv4Addr::LOCALHOST)];
        ips.extend(addresses);
        let template = Template {
            subject: Name::parse("/CN=kube-apiserver")?,
            dns: NAMES.map(str::to_owned).to_vec(),
            ips,
            authority: false,
            not_before: FOREVER,
            lifetime: YEAR * 30,
        };
        Certificate::issue(&mut rng, &template, &key, Some((&authority, &authority_key)))
    };
    issue().map(|certificate| certificate.to_pem()).unwrap_or_default()
}
