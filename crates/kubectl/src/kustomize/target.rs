//! One kustomization and all that it builds on.
//!
//! Upstream: `api/internal/target/kusttarget.go`

use podground_api::object::{self, array_at, str_at};
use serde_json::Value;

use super::files::{Loader, is_remote};
use super::kustomization;
use super::resources::{self, Resources};
use super::{generators, images, labels, names, patches, replacements, replicas};

/// A kustomization that is being built.
pub(super) struct Target<'a> {
    /// Where its files are.
    pub(super) loader: Loader<'a>,
    /// What its file says.
    pub(super) fields: Value,
}

impl<'a> Target<'a> {
    /// Reads the kustomization of a directory.
    pub(super) fn load(loader: Loader<'a>, warnings: &mut Vec<String>) -> Result<Self, String> {
        let text = loader.kustomization()?;
        let fields = kustomization::read(&text, &loader.root, warnings)?;
        Ok(Self { loader, fields })
    }

    /// The strings of a list.
    fn paths(&self, field: &str) -> Vec<String> {
        let items = self.fields.get(field).and_then(Value::as_array);
        items.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
    }

    /// Adds to the objects of the kustomization that this one is a component of (none, if it is not one) its own, and
    /// changes them all as it says.
    pub(super) fn accumulate(
        &self,
        mut found: Resources,
        warnings: &mut Vec<String>,
    ) -> Result<Resources, String> {
        for path in self.paths("resources") {
            self.add_resource(&path, &mut found, warnings)
                .map_err(|why| format!("accumulating resources: {why}"))?;
        }
        generators::run(self, &mut found)?;
        for path in self.paths("components") {
            found = self
                .add_component(&path, found, warnings)
                .map_err(|why| format!("accumulating components: {why}"))?;
        }
        self.transform(&mut found)?;
        Ok(found)
    }

    fn add_resource(
        &self,
        path: &str,
        found: &mut Resources,
        warnings: &mut Vec<String>,
    ) -> Result<(), String> {
        if is_remote(path) {
            return Err(format!(
                "podground does not support the remote resource {path:?} of a kustomization yet"
            ));
        }
        let Err(of_file) = self.add_file(path, found) else { return Ok(()) };
        let loader = match self.loader.enter(path) {
            Ok(loader) => loader,
            Err(_) if of_file.contains("MalformedYAMLError") => return Err(of_file),
            Err(why) => return Err(format!("accumulation err='{of_file}': {why}")),
        };
        self.add_directory(loader, false, Resources::default(), warnings)
            .and_then(|(root, below)| {
                found.append_all(below.0).map_err(|why| format!("recursed merging from path '{root}': {why}"))
            })
            .map_err(|why| format!("accumulation err='{of_file}': {why}"))
    }

    fn add_file(&self, path: &str, found: &mut Resources) -> Result<(), String> {
        let read = self.loader.load(path).and_then(|bytes| {
            resources::parse(&String::from_utf8_lossy(&bytes)).map_err(|why| {
                if why.starts_with("MalformedYAMLError") { format!("{why} in File: {path}") } else { why }
            })
        });
        let read = read.map_err(|why| format!("accumulating resources from '{path}': {why}"))?;
        found.append_all(read).map_err(|why| format!("merging resources from '{path}': {why}"))
    }

    fn add_component(
        &self,
        path: &str,
        found: Resources,
        warnings: &mut Vec<String>,
    ) -> Result<Resources, String> {
        let loader = self.loader.enter(path).map_err(|why| format!("loader.New {why:?}"))?;
        let built = self.add_directory(loader, true, found, warnings);
        built.map(|(_, found)| found).map_err(|why| format!("accumulateDirectory: {why:?}"))
    }

    fn add_directory(
        &self,
        loader: Loader<'a>,
        is_component: bool,
        found: Resources,
        warnings: &mut Vec<String>,
    ) -> Result<(String, Resources), String> {
        let root = loader.root.clone();
        let target = Target::load(loader, warnings)
            .map_err(|why| format!("couldn't make target for path '{root}': {why}"))?;
        let kind = str_at(&target.fields, "/kind");
        if is_component && kind != "Component" {
            return Err(format!("expected kind 'Component' for path '{root}' but got '{kind}'"));
        }
        if !is_component && kind == "Component" {
            return Err(format!("expected kind != 'Component' for path '{root}'"));
        }
        let found = target
            .accumulate(found, warnings)
            .map_err(|why| format!("recursed accumulation of path '{root}': {why}"))?;
        Ok((root, found))
    }

    /// Changes objects as the kustomization says.
    ///
    /// Upstream: `kusttarget_configplugin.go configureBuiltinTransformers`
    fn transform(&self, found: &mut Resources) -> Result<(), String> {
        patches::strategic_merges(self, found)?;
        patches::patches(self, found)?;
        names::namespace(str_at(&self.fields, "/namespace"), found)?;
        names::prefix(str_at(&self.fields, "/namePrefix"), found);
        names::suffix(str_at(&self.fields, "/nameSuffix"), found);
        labels::labels(&self.fields, found);
        labels::annotations(&self.fields, found);
        patches::json_patches(self, found)?;
        for replica in array_at(&self.fields, "/replicas") {
            replicas::set(replica, found)?;
        }
        for image in array_at(&self.fields, "/images") {
            images::set(image, found);
        }
        replacements::run(self, found)
    }
}

/// Whether an object is for tools alone and is not put out.
pub(super) fn is_local(value: &Value) -> bool {
    object::annotation(value, "config.kubernetes.io/local-config").is_some_and(|word| word != "false")
}
