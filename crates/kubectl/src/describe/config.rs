//! ConfigMaps, Secrets, ServiceAccounts.

use podground_api::object::{array_at, str_at, strings_at};
use serde_json::Value;

use super::Describer;
use super::text::Writer;
use crate::error::Result;

/// How many bytes a text in base64 stands for.
fn decoded_length(text: &str) -> usize {
    let padding = text.bytes().rev().take_while(|byte| *byte == b'=').count();
    (text.len() / 4 * 3).saturating_sub(padding)
}

pub(super) async fn config_map(d: &Describer, map: &Value, w: &mut Writer) -> Result<()> {
    w.head(map);
    w.line(0, "\nData\n====");
    for (key, value) in strings_at(map, "/data") {
        w.line(0, format_args!("{key}:\n----\n{value}\n"));
    }
    w.line(0, "\nBinaryData\n====");
    for (key, value) in strings_at(map, "/binaryData") {
        w.line(0, format_args!("{key}: {} bytes", decoded_length(value)));
    }
    w.line(0, "");
    d.events(map, w).await;
    Ok(())
}

pub(super) async fn secret(_: &Describer, secret: &Value, w: &mut Writer) -> Result<()> {
    w.head(secret);
    let kind = str_at(secret, "/type");
    w.line(0, format_args!("\nType:\t{kind}\n\nData\n===="));
    for (key, value) in strings_at(secret, "/data") {
        if kind == "kubernetes.io/service-account-token" && key == "token" {
            use base64::Engine as _;
            let token = base64::engine::general_purpose::STANDARD.decode(value).unwrap_or_default();
            w.line(0, format_args!("{key}:\t{}", String::from_utf8_lossy(&token)));
        } else {
            w.line(0, format_args!("{key}:\t{} bytes", decoded_length(value)));
        }
    }
    Ok(())
}

pub(super) async fn service_account(d: &Describer, account: &Value, w: &mut Writer) -> Result<()> {
    w.head(account);
    for (name, pointer) in [("Image pull secrets", "/imagePullSecrets"), ("Mountable secrets", "/secrets")] {
        let names: Vec<String> = array_at(account, pointer)
            .iter()
            .map(|reference| str_at(reference, "/name").to_owned())
            .collect();
        if name == "Image pull secrets" || !names.is_empty() {
            w.values(name, names);
        }
    }
    d.events(account, w).await;
    Ok(())
}
