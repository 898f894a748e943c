//! Custom resource definition.

use crate::resource::Resource;

/// `customresourcedefinitions` of `apiextensions.k8s.io`.
pub static CUSTOM_RESOURCE_DEFINITION: Resource = Resource {
    short_names: &["crd", "crds"],
    categories: &["api-extensions"],
    subresources: &["status"],
    ..Resource::cluster("apiextensions.k8s.io", "v1", "CustomResourceDefinition").named(
        "customresourcedefinitions",
        "customresourcedefinition",
        "customresourcedefinitions.apiextensions.k8s.io",
    )
};
