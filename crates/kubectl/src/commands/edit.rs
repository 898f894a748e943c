//! `kubectl edit`
//!
//! Upstream: `kubectl/pkg/cmd/util/editor/editoptions.go`

use std::rc::Rc;

use podground_api::object::{self, array_at};
use podground_api::{Schema, json as api_json, patch, yaml};
use serde_json::{Value, json};

use super::common::{Change, LAST_APPLIED, PatchType, remember_applied};
use crate::builder::{Info, Query};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::printers;

/// What stands above the object.
const HEADER: &str = "# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
";

/// What becomes of the text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The objects become so.
    Normal,
    /// The objects remember it as what was applied last.
    LastApplied,
    /// New objects are made of it.
    Create,
}

/// Runs the command.
pub(crate) async fn run(cx: &Context, args: Args) -> Result<()> {
    let query = Query::from_args(cx, &args, &args.words)?.with_types().with_latest();
    if query.words.is_empty() && !query.has_files() {
        return Err(Error::local(crate::builder::NO_RESOURCE));
    }
    let (infos, errors) = query.run(cx).await?.split();
    Error::many(errors)?;
    session(cx, &args, &infos, Mode::Normal).await
}

/// Lets the objects be edited until the server takes them.
pub(crate) async fn session(cx: &Context, args: &Args, infos: &[Info], mode: Mode) -> Result<()> {
    let change = Change::from_args(cx, args).await?;
    if infos.is_empty() {
        cx.io.err_line("edit cancelled, no objects found").await;
        return Ok(());
    }
    let format = match args.text("output") {
        "json" => Format::Json,
        "" | "yaml" => Format::Yaml,
        other => {
            return Err(Error::Local(format!("The flag 'output' must be one of yaml|json, got {other}")));
        }
    };
    let saving = Saving {
        cx,
        change,
        infos,
        mode,
        save_config: args.is("save-config"),
        args,
        tell_patch: args.is("output-patch"),
    };
    let original = format.print(&document(infos));
    let crlf = args.is("windows-line-endings");
    let mut editor = Editor { text: format!("{HEADER}{original}"), last: None, format, crlf };
    loop {
        let (edited, file) = editor.launch(cx).await?;
        let stripped = strip_comments(&edited);
        if editor.last.as_ref() == Some(&stripped) {
            cx.io.err_line(format!("A copy of your changes has been stored to {file:?}")).await;
            return Err(Error::local("Edit cancelled, no valid changes were saved."));
        }
        if stripped == original {
            discard(cx, &file);
            cx.io.err_line("Edit cancelled, no changes made.").await;
            return Ok(());
        }
        let is_empty = stripped.trim().is_empty();
        if is_empty && !saving.change.validates() {
            discard(cx, &file);
            cx.io.err_line("Edit cancelled, saved file was empty.").await;
            return Ok(());
        }
        let failures = saving.save(&stripped).await?;
        discard(cx, &file);
        if failures.is_empty() {
            return Ok(());
        }
        let mut header = HEADER.to_owned();
        for (summary, detail) in &failures {
            cx.io.err_line(format!("error: {summary}")).await;
            header.push_str(&format!("# {summary}:\n"));
            for line in detail.lines() {
                header.push_str(&format!("# * {line}\n"));
            }
            header.push_str("#\n");
        }
        editor.text = format!("{header}{stripped}");
        editor.last = Some(stripped);
    }
}

/// How the objects are written.
#[derive(Clone, Copy)]
enum Format {
    Yaml,
    Json,
}

impl Format {
    fn print(self, value: &Value) -> String {
        match self {
            Self::Yaml => yaml::print(value),
            Self::Json => api_json::print(value),
        }
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Yaml => "yaml",
            Self::Json => "json",
        }
    }
}

/// What is edited: the object, or a list of several.
fn document(infos: &[Info]) -> Value {
    match infos {
        [one] => clean(one),
        many => printers::list_of(many.iter().map(clean).collect()),
    }
}

/// The object as it is shown: who set which field is not.
fn clean(info: &Info) -> Value {
    let mut value = (*info.object).clone();
    object::remove_at(&mut value, "/metadata/managedFields");
    value
}

fn strip_comments(text: &str) -> String {
    let mut out = String::new();
    // `lines` takes carriage returns away as well.
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        out.push_str(line);
        out.push('\n');
    }
    out
}

fn discard(cx: &Context, file: &str) {
    // A file that the editor removed itself is gone already.
    let _ = cx.io.0.host.files.remove_file(file);
}

struct Editor {
    text: String,
    /// What was refused before.
    last: Option<String>,
    format: Format,
    /// `--windows-line-endings`
    crlf: bool,
}

impl Editor {
    /// Lets the learner's editor work on the text; gives the new text and the file.
    async fn launch(&self, cx: &Context) -> Result<(String, String)> {
        let process = &cx.io.0;
        let name =
            ["KUBE_EDITOR", "EDITOR"].iter().find_map(|name| cx.io.env(name)).unwrap_or("vi").to_owned();
        let number = process.host.sim.rng("kubectl-edit", &[&process.pid.to_string()]).below(4_000_000_000);
        let file = format!("/tmp/kubectl-edit-{number}.{}", self.format.extension());
        let text = if self.crlf { self.text.replace('\n', "\r\n") } else { self.text.clone() };
        cx.io.write_file(&file, text.as_bytes()).map_err(Error::Local)?;
        let words: Vec<String> = if name.contains(['"', '\'', '\\']) {
            vec!["/bin/bash".to_owned(), "-c".to_owned(), format!("{name} {file:?}")]
        } else {
            name.split(' ')
                .filter(|word| !word.is_empty())
                .chain([file.as_str()])
                .map(str::to_owned)
                .collect()
        };
        let Ok(child) = process.spawn(process.command(words)) else {
            return Err(Error::Local(format!("unable to launch the editor {name:?}")));
        };
        if child.wait().await.code() != 0 {
            return Err(Error::Local(format!("there was a problem with the editor {name:?}")));
        }
        let bytes = cx.io.read(&file).map_err(Error::Local)?;
        Ok((String::from_utf8_lossy(&bytes).into_owned(), file))
    }
}

/// Sends what was changed.
struct Saving<'a> {
    cx: &'a Context,
    change: Change,
    infos: &'a [Info],
    mode: Mode,
    save_config: bool,
    args: &'a Args,
    tell_patch: bool,
}

impl Saving<'_> {
    /// What is refused comes back as summary and details, to be edited again.
    async fn save(&self, text: &str) -> Result<Vec<(String, String)>> {
        let infos = self.infos;
        let invalid = |info: &Info, detail: String| vec![(format!("{} is invalid", info.quoted()), detail)];
        let edited = match yaml::load(text) {
            Ok(value) if value.is_object() => value,
            Ok(_) => {
                return Ok(invalid(&infos[0], "the edited file failed validation: no object".to_owned()));
            }
            Err(error) => {
                return Ok(invalid(&infos[0], format!("The edited file failed validation: {error}")));
            }
        };
        let values = match infos {
            [_] => vec![edited],
            _ => array_at(&edited, "/items").to_vec(),
        };
        let mut failures = Vec::new();
        let mut changed = false;
        for value in values {
            if object::kind(&value).is_empty() {
                return Ok(invalid(&infos[0], "kind not set".to_owned()));
            }
            let same = |info: &&Info| {
                (object::name(&value) == info.name || self.mode == Mode::Create)
                    && object::kind(&value) == object::kind(&info.object)
                    && object::api_version(&value) == object::api_version(&info.object)
            };
            let Some(info) = infos.iter().find(same) else {
                return Err(Error::local("At least one of apiVersion, kind and name was changed"));
            };
            if value == clean(info) && self.mode != Mode::Create {
                self.cx.io.line(format!("{} skipped", info.kind_name())).await;
                continue;
            }
            changed = true;
            let verb = if self.mode == Mode::Create { "created" } else { "edited" };
            match self.send(info, value).await {
                Ok(result) => self.change.tell(self.cx, &result, verb).await?,
                Err(error) => failures.push(failure(info, &error)),
            }
        }
        if !changed && failures.is_empty() {
            self.cx.io.err_line("Edit cancelled, no changes made.").await;
        }
        Ok(failures)
    }

    async fn send(&self, info: &Info, mut value: Value) -> Result<Rc<Value>> {
        super::common::record(self.args, &mut value);
        if self.save_config {
            remember_applied(&mut value, false);
        }
        match self.mode {
            Mode::Create => self.change.create(self.cx, &info.mapping, &info.namespace, Rc::new(value)).await,
            Mode::LastApplied => {
                let text = format!("{}\n", api_json::compact(&value).trim_end());
                let patch = json!({"metadata": {"annotations": {LAST_APPLIED: text}}});
                self.tell_patch(&patch).await;
                self.change.patch(self.cx, info, PatchType::Merge, patch).await
            }
            Mode::Normal => {
                let original = clean(info);
                let schema = Schema::builtin();
                let known = schema.kind(&info.mapping.api_version(), &info.mapping.kind);
                let (patch, kind) = match known {
                    Some(object_type) => (
                        patch::three_way(schema, &object_type.name, &original, &value, &original),
                        PatchType::Strategic,
                    ),
                    None => (patch::three_way_merge_patch(&original, &value, &original), PatchType::Merge),
                };
                self.tell_patch(&patch).await;
                self.change.patch(self.cx, info, kind, patch).await
            }
        }
    }

    /// `--output-patch`
    async fn tell_patch(&self, patch: &Value) {
        if self.tell_patch {
            self.cx.io.line(format!("Patch: {}", api_json::compact(patch).trim_end())).await;
        }
    }
}

/// Upstream: `editoptions.go editResults.addError`
fn failure(info: &Info, error: &Error) -> (String, String) {
    let quoted = info.quoted();
    if error.has_reason("Invalid") || error.has_reason("BadRequest") {
        let details = error.status().and_then(|status| status.details.as_ref());
        let causes: Vec<String> = details
            .map(|details| details.causes.iter().map(|c| format!("{}: {}", c.field, c.message)).collect())
            .unwrap_or_default();
        let detail = if causes.is_empty() { error.bare() } else { causes.join("\n") };
        return (format!("{quoted} is invalid"), detail);
    }
    if error.is_not_found() {
        return (format!("{quoted} could not be found on the server"), error.bare());
    }
    (format!("{quoted} could not be patched: {}", error.bare()), String::new())
}
