//! `kubectl api-resources` and `api-versions`
//!
//! Upstream: `kubectl/pkg/cmd/apiresources`

use std::rc::Rc;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::mapper::Mapping;
use crate::tabwriter;

/// `kubectl api-resources`
pub(crate) async fn resources(cx: &Context, args: Args) -> Result<()> {
    if !args.words.is_empty() {
        return Err(args.usage(format!("unexpected arguments: [{}]", args.words.join(" "))));
    }
    let output = args.text("output");
    if !matches!(output, "" | "wide" | "name") {
        return Err(Error::Local(format!("--output {output} is not available")));
    }
    let sort = args.text("sort-by");
    if !matches!(sort, "" | "name" | "kind") {
        return Err(Error::local("--sort-by accepts only name or kind"));
    }
    let mapper = cx.mapper().await?;
    let mut rows: Vec<Rc<Mapping>> = mapper
        .preferred()
        .filter(|mapping| {
            (!args.changed("api-group") || mapping.group == args.text("api-group"))
                && (!args.changed("namespaced") || mapping.namespaced == args.is("namespaced"))
                && args.list("verbs").iter().all(|verb| mapping.can(verb))
                && args.list("categories").iter().all(|category| mapping.categories.contains(category))
        })
        .cloned()
        .collect();
    match sort {
        "name" => rows.sort_by(|left, right| left.resource.cmp(&right.resource)),
        "kind" => rows.sort_by(|left, right| left.kind.cmp(&right.kind)),
        _ => rows.sort_by(|left, right| (&left.group, &left.resource).cmp(&(&right.group, &right.resource))),
    }
    let mut text = String::new();
    if output == "name" {
        for row in &rows {
            text.push_str(&format!("{}\n", row.group_resource()));
        }
        cx.io.out(&text).await;
        return Ok(());
    }
    let wide = output == "wide";
    if !args.is("no-headers") {
        text.push_str("NAME\tSHORTNAMES\tAPIVERSION\tNAMESPACED\tKIND");
        text.push_str(if wide { "\tVERBS\tCATEGORIES\n" } else { "\n" });
    }
    for row in rows {
        text.push_str(&format!(
            "{}\t{}\t{}\t{}\t{}",
            row.resource,
            row.short_names.join(","),
            row.api_version(),
            row.namespaced,
            row.kind
        ));
        if wide {
            text.push_str(&format!("\t{}\t{}", row.verbs.join(","), row.categories.join(",")));
        }
        text.push('\n');
    }
    cx.io.out(&tabwriter::align(&text, tabwriter::TABLE)).await;
    Ok(())
}

/// `kubectl api-versions`
pub(crate) async fn versions(cx: &Context, args: Args) -> Result<()> {
    if !args.words.is_empty() {
        return Err(args.usage(format!("unexpected arguments: [{}]", args.words.join(" "))));
    }
    let mapper = cx.mapper().await?;
    let mut versions: Vec<String> =
        mapper
            .groups()
            .iter()
            .flat_map(|(group, versions)| {
                versions.iter().map(move |version| {
                    if group.is_empty() { version.clone() } else { format!("{group}/{version}") }
                })
            })
            .collect();
    versions.sort();
    cx.io.out(&(versions.join("\n") + "\n")).await;
    Ok(())
}
