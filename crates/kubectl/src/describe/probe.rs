//! Probes on one line.

use podground_api::object::{array_at, at, map_at, str_at};
use serde_json::Value;

use super::text::{go_list, number, scalar_or};

/// `http-get http://:80/ delay=5s timeout=1s period=10s #success=1 #failure=3`
pub(super) fn probe(probe: &Value) -> String {
    let timing = format!(
        "delay={}s timeout={}s period={}s #success={} #failure={}",
        number(probe, "/initialDelaySeconds"),
        number(probe, "/timeoutSeconds"),
        number(probe, "/periodSeconds"),
        number(probe, "/successThreshold"),
        number(probe, "/failureThreshold")
    );
    if map_at(probe, "/exec").is_some() {
        return format!("exec {} {timing}", go_list(array_at(probe, "/exec/command")));
    }
    if map_at(probe, "/httpGet").is_some() {
        let path = str_at(probe, "/httpGet/path");
        let slash = if path.is_empty() || path.starts_with('/') { "" } else { "/" };
        return format!(
            "http-get {}://{}:{}{slash}{path} {timing}",
            str_at(probe, "/httpGet/scheme").to_lowercase(),
            str_at(probe, "/httpGet/host"),
            scalar_or(at(probe, "/httpGet/port"), "")
        );
    }
    if map_at(probe, "/tcpSocket").is_some() {
        let host = str_at(probe, "/tcpSocket/host");
        return format!("tcp-socket {host}:{} {timing}", scalar_or(at(probe, "/tcpSocket/port"), ""));
    }
    if map_at(probe, "/grpc").is_some() {
        let service = str_at(probe, "/grpc/service");
        return format!("grpc <pod>:{} {service} {timing}", number(probe, "/grpc/port"));
    }
    format!("unknown {timing}")
}
