//! Getting a lesson's files from the host.

use super::fetch;
use podground_core::lessons::{Catalogue, Checks, Files, LESSON_FILES};
use web_sys::DedicatedWorkerGlobalScope;

/// The lessons as they lie beside the worker.
pub(crate) struct Source {
    pub(crate) scope: DedicatedWorkerGlobalScope,
    /// Asked for with each file, so that no cache mixes two builds.
    pub(crate) build: String,
}

impl Source {
    async fn text(&self, path: &str) -> Result<String, String> {
        self.file(&format!("lessons/{path}")).await
    }

    async fn file(&self, path: &str) -> Result<String, String> {
        let query = if self.build.is_empty() { String::new() } else { format!("?v={}", self.build) };
        fetch::text(&self.scope, &format!("{path}{query}")).await
    }

    /// What `kubectl explain` tells: asked for when first needed, kept as long as the worker lives.
    pub(crate) async fn descriptions(&self) -> Result<&'static str, String> {
        Ok(Box::leak(self.file("descriptions.txt").await?.into_boxed_str()))
    }

    /// The list of courses.
    pub(crate) async fn catalogue(&self) -> Result<Catalogue, String> {
        let text = self.text("index.yaml").await?;
        Catalogue::parse("index.yaml", &text).map_err(|error| error.to_string())
    }

    /// One lesson's files.
    pub(crate) async fn lesson(&self, id: &str) -> Result<Files, String> {
        let mut files = Files::new();
        for name in LESSON_FILES {
            files.insert(name.to_owned(), self.text(&format!("{id}/{name}")).await?);
        }
        let checks =
            Checks::parse("checks.yaml", &files["checks.yaml"]).map_err(|error| error.to_string())?;
        for name in checks.start_paths() {
            let text = self.text(&format!("{id}/{name}")).await?;
            files.insert(name, text);
        }
        Ok(files)
    }
}
