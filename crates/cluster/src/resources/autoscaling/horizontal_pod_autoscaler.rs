//! Horizontal pod autoscaler.

use crate::resource::Resource;

/// `horizontalpodautoscalers` of `autoscaling`, version v2.
pub static HORIZONTAL_POD_AUTOSCALER: Resource = Resource {
    short_names: &["hpa"],
    categories: &["all"],
    subresources: &["status"],
    ..Resource::namespaced("autoscaling", "v2", "HorizontalPodAutoscaler").named(
        "horizontalpodautoscalers",
        "horizontalpodautoscaler",
        "horizontalpodautoscalers.autoscaling",
    )
};

/// `horizontalpodautoscalers` of `autoscaling`, version v1.
pub static HORIZONTAL_POD_AUTOSCALER_V1: Resource = Resource {
    short_names: &["hpa"],
    categories: &["all"],
    subresources: &["status"],
    ..Resource::namespaced("autoscaling", "v1", "HorizontalPodAutoscaler").named(
        "horizontalpodautoscalers",
        "horizontalpodautoscaler",
        "horizontalpodautoscalers.autoscaling",
    )
};
