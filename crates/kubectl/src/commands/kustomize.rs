//! `kubectl kustomize`
//!
//! Upstream: `sigs.k8s.io/kustomize/kustomize/v5/commands/build/build.go`

use podground_api::{Schema, object, yaml};
use serde_json::Value;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

const RESTRICTORS: [&str; 2] = ["LoadRestrictionsRootOnly", "LoadRestrictionsNone"];

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let directory = match args.words.as_slice() {
        [] => ".",
        [one] => one,
        _ => return Err(Error::local("specify one path to kustomization.yaml")),
    };
    let restrictor = args.text("load-restrictor");
    if !RESTRICTORS.contains(&restrictor) {
        return Err(Error::Local(format!(
            "illegal flag value --load-restrictor {restrictor}; legal values: [{}]",
            RESTRICTORS.join(" ")
        )));
    }
    let objects = build(cx, directory, restrictor == RESTRICTORS[1]).await?;
    let output = args.text("output");
    if output.is_empty() {
        cx.io.out(&stream(&objects)).await;
        return Ok(());
    }
    if cx.io.0.host.files.is_directory(&cx.io.path(output)) {
        return write_each(cx, output, &objects);
    }
    write(cx, output, &stream(&objects))
}

/// The objects of a kustomization; its warnings go to standard error.
pub(crate) async fn build(cx: &Context, directory: &str, free: bool) -> Result<Vec<Value>> {
    let mut warnings = Vec::new();
    let process = &cx.io.0;
    let built = crate::kustomize::build(&process.host.files, &process.cwd, directory, free, &mut warnings);
    for warning in warnings {
        cx.io.err_line(warning).await;
    }
    built.map_err(Error::Local)
}

/// The objects as documents of one text.
pub(crate) fn stream(objects: &[Value]) -> String {
    objects.iter().map(yaml::print).collect::<Vec<_>>().join("---\n")
}

fn write(cx: &Context, path: &str, text: &str) -> Result<()> {
    let files = &cx.io.0.host.files;
    files
        .write(&cx.io.path(path), text.as_bytes())
        .map_err(|why| Error::Local(format!("open {path}: {}", why.to_string().to_lowercase())))
}

/// One file for each object, named after its kind and name.
///
/// Upstream: `build/writer.go`
fn write_each(cx: &Context, directory: &str, objects: &[Value]) -> Result<()> {
    let namespace = |value: &Value| {
        let known = Schema::builtin().kind(object::api_version(value), object::kind(value));
        let namespaced = known.and_then(|known| known.kind.as_ref()).is_none_or(|kind| kind.namespaced);
        let namespace = object::namespace(value);
        namespaced.then(|| if namespace.is_empty() { "default" } else { namespace }.to_owned())
    };
    let mut namespaces: Vec<String> = objects.iter().filter_map(namespace).collect();
    namespaces.sort();
    namespaces.dedup();
    for value in objects {
        let api_version = object::api_version(value).replace('/', "_");
        let mut name = format!("{api_version}_{}_{}.yaml", object::kind(value), object::name(value));
        if let Some(namespace) = namespace(value).filter(|_| namespaces.len() > 1) {
            name = format!("{namespace}_{name}");
        }
        write(
            cx,
            &format!("{}/{}", directory.trim_end_matches('/'), name.to_lowercase()),
            &yaml::print(value),
        )?;
    }
    Ok(())
}
