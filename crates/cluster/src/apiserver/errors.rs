//! The sentences in which the API server refuses.
//!
//! Upstream: `apimachinery/pkg/api/errors/errors.go`.

use podground_api::Status;
use podground_api::status::{StatusCause, StatusDetails};

use super::field::{FieldError, aggregate, causes};
use crate::resource::Resource;

fn failure(code: u16, reason: &str, message: String, details: Option<StatusDetails>) -> Status {
    Status { status: "Failure".to_owned(), message, reason: reason.to_owned(), details, code }
}

fn about(resource: &Resource, name: &str) -> StatusDetails {
    StatusDetails {
        name: name.to_owned(),
        group: resource.group.to_owned(),
        kind: resource.plural.to_owned(),
        ..StatusDetails::default()
    }
}

/// The object does not exist.
pub fn not_found(resource: &Resource, name: &str) -> Status {
    let message = format!("{} {name:?} not found", resource.group_resource());
    failure(404, "NotFound", message, Some(about(resource, name)))
}

/// The object exists already.
pub fn already_exists(resource: &Resource, name: &str) -> Status {
    let message = format!("{} {name:?} already exists", resource.group_resource());
    failure(409, "AlreadyExists", message, Some(about(resource, name)))
}

/// The server cannot answer now.
pub fn unavailable(why: &str) -> Status {
    failure(503, "ServiceUnavailable", why.to_owned(), None)
}

/// Somebody else was faster.
pub fn conflict(resource: &Resource, name: &str, why: &str) -> Status {
    let message = format!("Operation cannot be fulfilled on {} {name:?}: {why}", resource.group_resource());
    failure(409, "Conflict", message, Some(about(resource, name)))
}

/// The sentence of a conflict of resource versions.
pub const MODIFIED: &str =
    "the object has been modified; please apply your changes to the latest version and try again";

/// Admission or authorization refuses.
pub fn forbidden(resource: &Resource, name: &str, why: &str) -> Status {
    let message = if name.is_empty() {
        format!("{} is forbidden: {why}", resource.group_resource())
    } else {
        format!("{} {name:?} is forbidden: {why}", resource.group_resource())
    };
    failure(403, "Forbidden", message, Some(about(resource, name)))
}

/// The user may not read a path.
pub fn forbidden_path(why: &str) -> Status {
    failure(403, "Forbidden", format!("forbidden: {why}"), Some(StatusDetails::default()))
}

/// The token is nobody's.
pub fn unauthorized() -> Status {
    failure(401, "Unauthorized", "Unauthorized".to_owned(), None)
}

/// The object's fields are wrong.
pub fn invalid(resource: &Resource, name: &str, errors: &[FieldError]) -> Status {
    let message = format!("{} {name:?} is invalid: {}", resource.group_kind(), aggregate(errors));
    let details = StatusDetails {
        name: name.to_owned(),
        group: resource.group.to_owned(),
        kind: resource.kind.to_owned(),
        causes: causes(errors),
        ..StatusDetails::default()
    };
    failure(422, "Invalid", message, Some(details))
}

/// The request makes no sense.
pub fn bad_request(message: impl Into<String>) -> Status {
    failure(400, "BadRequest", message.into(), None)
}

/// The path or the resource has no such verb.
pub fn method_not_allowed(resource: &Resource) -> Status {
    let message = "the server does not allow this method on the requested resource".to_owned();
    failure(405, "MethodNotAllowed", message, Some(about(resource, "")))
}

/// There is nothing at this path.
pub fn unknown_path() -> Status {
    let details = StatusDetails {
        causes: vec![StatusCause {
            reason: "UnexpectedServerResponse".to_owned(),
            message: "404 page not found".to_owned(),
            field: String::new(),
        }],
        ..StatusDetails::default()
    };
    let message = "the server could not find the requested resource".to_owned();
    failure(404, "NotFound", message, Some(details))
}

/// The body is of a type that this resource does not take.
pub fn unsupported_media_type(accepted: &str) -> Status {
    let message = format!(
        "the body of the request was in an unknown format - accepted media types include: {accepted}"
    );
    failure(415, "UnsupportedMediaType", message, None)
}

/// The request can be read but not done.
pub fn unprocessable() -> Status {
    let message = "the server rejected our request due to an error in our request".to_owned();
    failure(422, "Invalid", message, Some(StatusDetails::default()))
}

/// The resource version lies before what the log keeps.
pub fn expired(message: impl Into<String>) -> Status {
    failure(410, "Expired", message.into(), None)
}

/// Too many requests: an eviction that a disruption budget does not allow now.
pub fn too_many_requests(message: impl Into<String>, retry_after: i32, cause: StatusCause) -> Status {
    let details =
        StatusDetails { causes: vec![cause], retry_after_seconds: retry_after, ..StatusDetails::default() };
    failure(429, "TooManyRequests", message.into(), Some(details))
}

/// What Podground does not simulate.
pub fn not_implemented(what: &str) -> Status {
    failure(501, "NotImplemented", format!("podground does not simulate {what} yet"), None)
}

/// A fault inside the server.
pub fn internal(message: impl Into<String>) -> Status {
    failure(500, "InternalError", format!("Internal error occurred: {}", message.into()), None)
}
