//! Apiregistration.

use crate::resource::Resource;

/// `apiservices` of `apiregistration.k8s.io`.
pub static API_SERVICE: Resource = Resource {
    categories: &["api-extensions"],
    subresources: &["status"],
    ..Resource::cluster("apiregistration.k8s.io", "v1", "APIService").named(
        "apiservices",
        "apiservice",
        "apiservices.apiregistration.k8s.io",
    )
};
