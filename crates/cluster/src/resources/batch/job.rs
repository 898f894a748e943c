//! Job.

use crate::resource::Resource;

/// `jobs` of `batch`.
pub static JOB: Resource = Resource {
    categories: &["all"],
    subresources: &["status"],
    ..Resource::namespaced("batch", "v1", "Job").named("jobs", "job", "jobs.batch")
};
