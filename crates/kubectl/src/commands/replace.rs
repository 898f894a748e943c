//! `kubectl replace`
//!
//! Upstream: `kubectl/pkg/cmd/replace/replace.go`

use std::rc::Rc;
use std::time::Duration;

use podground_api::Method;
use podground_api::object::{set_at, str_at};
use serde_json::json;

use super::common::{Change, DryRun, remember_applied};
use super::delete::{self, Deletion};
use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let change = Change::from_args(cx, &args).await?;
    let grace = args.number("grace-period");
    if grace >= 0 && !args.is("force") {
        return Err(Error::local("--grace-period must have --force specified"));
    }
    if !args.duration("timeout").is_zero() && !args.is("force") {
        return Err(Error::local("--timeout must have --force specified"));
    }
    if !args.text("raw").is_empty() {
        return super::get::send_raw(cx, &args, Method::Put).await;
    }
    if args.list("filename").is_empty() && args.text("kustomize").is_empty() {
        return Err(args.usage("Must specify --filename to replace"));
    }
    let mut query = Query::from_args(cx, &args, &[])?;
    query.subresource = String::new();
    query.validate = change.validates();
    let items = query.run(cx).await?.items;
    let mut errors = Vec::new();
    let mut count = 0;
    if args.is("force") {
        return force(cx, &args, &change, items).await;
    }
    for item in items {
        let done = async {
            let info = item?;
            let replaced = put(cx, &args, &change, &info)
                .await
                .map_err(|error| error.with_source("replacing", &info.source))?;
            count += 1;
            change.tell(cx, &replaced, "replaced").await
        };
        match done.await {
            Err(Error::Many(many)) => errors.extend(many),
            Err(error) => errors.push(error),
            Ok(()) => {}
        }
    }
    if count == 0 && errors.is_empty() {
        errors.push(Error::local("no objects passed to replace"));
    }
    Error::many(errors)
}

async fn put(cx: &Context, args: &Args, change: &Change, info: &Info) -> Result<Rc<serde_json::Value>> {
    let mut value = (*info.object).clone();
    super::common::record(args, &mut value);
    if args.is("save-config") {
        remember_applied(&mut value, false);
    }
    if change.dry_run == DryRun::Client {
        return Ok(Rc::new(value));
    }
    if str_at(&value, "/metadata/resourceVersion").is_empty()
        && let Ok(current) = cx.client()?.get(&info.path()).await
    {
        let version = str_at(&current, "/metadata/resourceVersion");
        set_at(&mut value, "/metadata/resourceVersion", json!(version));
    }
    let mut path = info.path();
    if !args.text("subresource").is_empty() {
        path = format!("{path}/{}", args.text("subresource"));
    }
    cx.client()?.json(change.request(Method::Put, path).with_body(value)).await
}

/// Deletes all, waits until they are gone, and creates them anew.
async fn force(cx: &Context, args: &Args, change: &Change, items: Vec<Result<Info>>) -> Result<()> {
    let grace = args.number("grace-period");
    let deletion = Deletion {
        grace: (grace >= 0).then_some(grace),
        propagation: delete::cascade(cx, args.text("cascade")).await?,
        dry_run: change.dry_run,
        names_only: false,
        quiet: false,
    };
    let infos = items.into_iter().collect::<Result<Vec<_>>>()?;
    let mut deleted = Vec::new();
    for info in &infos {
        match delete::delete(cx, info, &deletion).await {
            Ok(uid) => deleted.push((info.clone(), uid)),
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
    }
    if change.dry_run == DryRun::None {
        let timeout = match args.duration("timeout") {
            Duration::ZERO => Duration::from_mins(5),
            timeout => timeout,
        };
        delete::wait_all(cx, &deleted, timeout).await?;
    }
    for info in infos {
        let mut value = (*info.object).clone();
        podground_api::object::remove_at(&mut value, "/metadata/resourceVersion");
        podground_api::object::remove_at(&mut value, "/metadata/uid");
        if args.is("save-config") {
            remember_applied(&mut value, false);
        }
        let created = change
            .create(cx, &info.mapping, &info.namespace, Rc::new(value))
            .await
            .map_err(|error| error.with_source("creating", &info.source))?;
        change.tell(cx, &created, "replaced").await?;
    }
    Ok(())
}
