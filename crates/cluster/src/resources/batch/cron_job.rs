//! Cron job.

use crate::resource::Resource;

/// `cronjobs` of `batch`.
pub static CRON_JOB: Resource = Resource {
    short_names: &["cj"],
    categories: &["all"],
    subresources: &["status"],
    ..Resource::namespaced("batch", "v1", "CronJob").named("cronjobs", "cronjob", "cronjobs.batch")
};
