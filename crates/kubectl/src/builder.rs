//! From words and files of the command line to objects: `TYPE NAME`, `TYPE/NAME`, `-f`, `-l`, `--all`.
//!
//! Upstream: `cli-runtime/pkg/resource/builder.go`

mod files;
mod names;
mod select;

pub(crate) use select::flatten;

use std::rc::Rc;

use podground_api::{Method, Request, object};
use serde_json::Value;

use crate::context::Context;
use crate::error::{Error, Result};
use crate::flags::Args;
use crate::mapper::Mapping;

/// An object that a call is about.
#[derive(Clone, Debug)]
pub(crate) struct Info {
    /// Its resource.
    pub(crate) mapping: Rc<Mapping>,
    /// Its namespace; empty for what is in none.
    pub(crate) namespace: String,
    /// Its name.
    pub(crate) name: String,
    /// The file it is from, `STDIN`, or empty.
    pub(crate) source: String,
    /// The object, as read from the file or the server.
    pub(crate) object: Rc<Value>,
}

impl Info {
    /// The path of the object.
    pub(crate) fn path(&self) -> String {
        self.mapping.object_path(&self.namespace, &self.name)
    }

    /// Takes over an object of the server.
    pub(crate) fn set(&mut self, value: Rc<Value>) {
        object::name(&value).clone_into(&mut self.name);
        if self.mapping.namespaced {
            object::namespace(&value).clone_into(&mut self.namespace);
        }
        self.object = value;
    }

    /// `deployments.apps "web"`, as messages name it.
    pub(crate) fn quoted(&self) -> String {
        format!("{} \"{}\"", self.mapping.group_resource(), self.name)
    }

    /// `deployment.apps/web`, as results name it.
    pub(crate) fn kind_name(&self) -> String {
        format!("{}/{}", self.mapping.group_kind_lower(), self.name)
    }
}

/// What to look for, as the flags and words of a command say it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query {
    /// Types and names.
    pub(crate) words: Vec<String>,
    /// `-f`
    pub(crate) files: Vec<String>,
    /// `-k`
    pub(crate) kustomize: String,
    /// `-R`
    pub(crate) recursive: bool,
    /// `-l`
    pub(crate) labels: Option<String>,
    /// `--field-selector`
    pub(crate) fields: String,
    /// `--all`
    pub(crate) all: bool,
    /// Whether a type alone means all its objects.
    pub(crate) type_is_enough: bool,
    /// `-A`
    pub(crate) all_namespaces: bool,
    /// The namespace.
    pub(crate) namespace: String,
    /// Whether `-n` was given: objects of files must agree with it.
    pub(crate) explicit_namespace: bool,
    /// Whether objects of files are read from the server.
    pub(crate) latest: bool,
    /// Whether named objects are read from the server.
    pub(crate) fetch: bool,
    /// Whether to ask the server for tables.
    pub(crate) table: bool,
    /// Whether the rows of tables are to hold whole objects, not their metadata alone.
    pub(crate) whole: bool,
    /// `--subresource`
    pub(crate) subresource: String,
    /// How many objects to ask for at once.
    pub(crate) chunk: i64,
    /// Whether the words are names of this type.
    pub(crate) resource: Option<&'static str>,
    /// Whether all words must be of one type.
    pub(crate) single_type: bool,
    /// Whether the server is not asked at all (`--local`).
    pub(crate) local: bool,
    /// Whether documents without kind or apiVersion are refused before anything else is done.
    pub(crate) validate: bool,
}

impl Query {
    /// What the usual flags of a command say.
    pub(crate) fn from_args(cx: &Context, args: &Args, words: &[String]) -> Result<Self> {
        Ok(Self {
            words: words.to_vec(),
            files: args.list("filename").to_vec(),
            kustomize: args.text("kustomize").to_owned(),
            recursive: args.is("recursive"),
            labels: Some(args.text("selector").trim().to_owned()).filter(|labels| !labels.is_empty()),
            fields: args.text("field-selector").to_owned(),
            all: args.is("all"),
            all_namespaces: args.is("all-namespaces"),
            namespace: cx.namespace()?,
            explicit_namespace: cx.explicit_namespace().is_some(),
            fetch: true,
            chunk: args.number("chunk-size"),
            subresource: args.text("subresource").to_owned(),
            ..Self::default()
        })
    }

    /// Whether named objects are read from the server.
    pub(crate) fn with_fetch(mut self, fetch: bool) -> Self {
        self.fetch = fetch;
        self
    }

    /// A type alone means all its objects.
    pub(crate) fn with_types(mut self) -> Self {
        self.type_is_enough = true;
        self
    }

    /// The words are names of this type.
    pub(crate) fn of(mut self, resource: &'static str) -> Self {
        self.resource = Some(resource);
        self
    }

    /// Reads objects of files from the server.
    pub(crate) fn with_latest(mut self) -> Self {
        self.latest = true;
        self
    }

    /// Whether any file was named.
    pub(crate) fn has_files(&self) -> bool {
        !self.files.is_empty() || !self.kustomize.is_empty()
    }

    /// The objects and the failures, in the order in which they are met.
    /// The outer error is a mistake that nothing can be done with.
    ///
    /// Upstream: `builder.go visitorResult`
    pub(crate) async fn run(&self, cx: &Context) -> Result<Found> {
        let selection = names::parse(cx, self).await?;
        if self.all && (self.labels.is_some() || !self.fields.is_empty()) {
            return Err(Error::local("setting 'all' parameter but found a non empty selector. "));
        }
        if self.has_files() {
            if !selection.types.is_empty() {
                return Err(Error::local(
                    "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well",
                ));
            }
            if !selection.pairs.is_empty() {
                return Err(Error::local(
                    "resource/name arguments cannot be provided when a path is specified",
                ));
            }
            return files::find(cx, self).await;
        }
        select::find(cx, self, selection).await
    }

    /// As [`Self::run`], all failures as one error if there are any.
    pub(crate) async fn infos(&self, cx: &Context) -> Result<Vec<Info>> {
        let (infos, errors) = self.run(cx).await?.split();
        Error::many(errors)?;
        Ok(infos)
    }

    async fn fetch(&self, cx: &Context, info: &mut Info) -> Result<()> {
        if info.name.is_empty() {
            return Err(Error::local("resource name may not be empty"));
        }
        let mut path = info.path();
        if !self.subresource.is_empty() {
            path.push('/');
            path.push_str(&self.subresource);
        }
        let mut request = Request::new(Method::Get, path);
        if self.table {
            request =
                request.with_query("includeObject", "Object").with_header("accept", crate::client::TABLE);
        }
        let value = cx.client()?.json(request).await?;
        if object::kind(&value) == "Table" {
            info.object = value;
        } else {
            info.set(value);
        }
        Ok(())
    }
}

/// What a [`Query`] finds.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Objects and failures in order.
    pub(crate) items: Vec<Result<Info>>,
    /// Whether the call names exactly one object, not a list.
    pub(crate) single: bool,
}

impl Found {
    /// Objects and failures apart.
    pub(crate) fn split(self) -> (Vec<Info>, Vec<Error>) {
        let (mut infos, mut errors) = (Vec::new(), Vec::new());
        for item in self.items {
            match item {
                Ok(info) => infos.push(info),
                Err(Error::Many(many)) => errors.extend(many),
                Err(error) => errors.push(error),
            }
        }
        (infos, errors)
    }
}

/// What kubectl says when nothing names an object.
pub(crate) const NO_RESOURCE: &str = "You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'";
