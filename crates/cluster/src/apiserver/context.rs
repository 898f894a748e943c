//! What the steps of the pipeline know of the request at hand.

use std::cell::{Ref, RefCell};

use podground_api::{Request, Value, json};
use podground_sim::Time;

use super::ApiServer;
use crate::resource::Resource;
use crate::store::Store;

/// Who asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// The name: `kubernetes-admin`, `system:serviceaccount:default:default`.
    pub name: String,
    /// The groups: `system:masters`.
    pub groups: Vec<String>,
    /// Whether somebody else acts under this name: then nothing more is known of the user.
    pub impersonated: bool,
}

impl User {
    /// What else is known of a user: the certificate that it has shown. `null` for service accounts.
    pub fn extra(&self) -> Value {
        if self.impersonated
            || self.name.starts_with("system:serviceaccount:")
            || self.name == "system:anonymous"
        {
            return Value::Null;
        }
        // A certificate's hash, the same for the same name.
        let part = |n: u8| format!("{:016x}", podground_sim::stable_hash(&[self.name.as_bytes(), &[n]]));
        let hash: String = (0..4).map(part).collect();
        json!({ "authentication.kubernetes.io/credential-id": [format!("X509SHA256={hash}")] })
    }
}

/// One request on its way through the pipeline.
pub struct Context<'a> {
    /// The server.
    pub api: &'a ApiServer,
    /// What was sent.
    pub request: &'a Request,
    /// What it is about.
    pub resource: &'static Resource,
    /// The namespace of the path, `""` for none or all.
    pub namespace: String,
    /// The name of the path, `""` for the collection.
    pub name: String,
    /// The subresource of the path, `""` for the object itself.
    pub subresource: String,
    /// Who asks.
    pub user: User,
    /// Whether nothing is to be stored.
    pub dry_run: bool,
    /// Sentences for the `Warning` headers.
    pub warnings: RefCell<Vec<String>>,
}

impl Context<'_> {
    /// The server's time.
    pub fn now(&self) -> Time {
        self.api.sim().now()
    }

    /// The objects.
    pub fn store(&self) -> Ref<'_, Store> {
        self.api.store()
    }

    /// The same request once more, for a step that changes one of its parts.
    pub fn again(&self) -> Context<'_> {
        Context {
            api: self.api,
            request: self.request,
            resource: self.resource,
            namespace: self.namespace.clone(),
            name: self.name.clone(),
            subresource: self.subresource.clone(),
            user: self.user.clone(),
            dry_run: self.dry_run,
            warnings: RefCell::default(),
        }
    }

    /// Adds a warning, unless it was given already.
    pub fn warn(&self, text: String) {
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&text) {
            warnings.push(text);
        }
    }
}
