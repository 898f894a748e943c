//! What a command can fail with, and the one place where failures become text and exit status.
//!
//! Upstream: `kubectl/pkg/cmd/util/helpers.go checkErr`

use podground_api::Status;

/// Why a command failed.
#[derive(Clone, Debug)]
pub(crate) enum Error {
    /// The server refused.
    Server(Box<Status>),
    /// The server cannot be reached: the text of the connection's error and the server's URL.
    Connection(String, String),
    /// No such resource: resource, group, version.
    NoResource(String),
    /// The kubeconfig is wrong.
    Configuration(String),
    /// Anything else; `error: ` is put before it.
    Local(String),
    /// Printed as it is, without `error: `.
    Plain(String),
    /// Several failures.
    Many(Vec<Error>),
    /// All is said; only the exit status is left.
    Exit(u8),
    /// Fails with an exit status other than 1.
    WithStatus(Box<Error>, u8),
}

/// What commands give.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A failure of kubectl itself.
    pub(crate) fn local(text: impl Into<String>) -> Self {
        Self::Local(text.into())
    }

    /// A mistake in the command line: `See 'kubectl get -h' for help and examples` follows.
    pub(crate) fn usage(command: &str, text: impl AsRef<str>) -> Self {
        Self::Local(format!("{}\nSee '{command} -h' for help and examples", text.as_ref()))
    }

    /// What podground does not simulate.
    pub(crate) fn unsupported(what: impl AsRef<str>) -> Self {
        Self::Local(format!("podground does not support {} yet", what.as_ref()))
    }

    /// One error of several: none is success, one is itself.
    pub(crate) fn many(mut errors: Vec<Error>) -> Result<()> {
        match errors.len() {
            0 => Ok(()),
            1 => Err(errors.swap_remove(0)),
            _ => Err(Self::Many(errors)),
        }
    }

    /// The server's status, if the server refused.
    pub(crate) fn status(&self) -> Option<&Status> {
        match self {
            Self::Server(status) => Some(status),
            _ => None,
        }
    }

    /// Whether the server has no such object.
    pub(crate) fn is_not_found(&self) -> bool {
        self.has_reason("NotFound")
    }

    /// Whether the server refused for this reason.
    pub(crate) fn has_reason(&self, reason: &str) -> bool {
        self.status().is_some_and(|status| status.reason == reason)
    }

    /// Names the verb and the file in the message, as upstream's `AddSourceToErr`.
    pub(crate) fn with_source(self, verb: &str, source: &str) -> Self {
        if source.is_empty() {
            return self;
        }
        self.map_message(|message| format!("error when {verb} {source:?}: {message}"))
    }

    /// Puts words before the message and keeps the kind of error.
    pub(crate) fn map_message(self, change: impl FnOnce(&str) -> String) -> Self {
        match self {
            Self::Server(mut status) => {
                status.message = change(&status.message);
                Self::Server(status)
            }
            other => Self::Local(change(&other.bare())),
        }
    }

    /// The sentence alone, as Go's `err.Error()`.
    pub(crate) fn bare(&self) -> String {
        match self {
            Self::Server(status) => status.message.clone(),
            Self::Connection(text, url) => format!("Get \"{url}\": {text}"),
            Self::NoResource(resource) => format!("the server doesn't have a resource type {resource:?}"),
            Self::Configuration(text) | Self::Local(text) | Self::Plain(text) => text.clone(),
            Self::Many(errors) => {
                let mut parts: Vec<String> = Vec::new();
                for error in errors {
                    let text = error.bare();
                    if !parts.contains(&text) {
                        parts.push(text);
                    }
                }
                match parts.as_slice() {
                    [one] => one.clone(),
                    _ => format!("[{}]", parts.join(", ")),
                }
            }
            Self::Exit(status) => format!("exit status {status}"),
            Self::WithStatus(error, _) => error.bare(),
        }
    }

    /// The text on standard error (without the last line's end) and the exit status.
    pub(crate) fn render(&self) -> (String, u8) {
        match self {
            Self::Exit(status) => (String::new(), *status),
            Self::WithStatus(error, status) => (error.render().0, *status),
            Self::Many(errors) if errors.len() == 1 => errors[0].render(),
            Self::Many(errors) => {
                let lines: Vec<String> = errors.iter().map(Self::standard).collect();
                (lines.join("\n"), 1)
            }
            Self::Server(status) if status.reason == "Invalid" => (invalid(status), 1),
            Self::Configuration(text) => (format!("Error in configuration: {text}"), 1),
            Self::Plain(text) => (text.clone(), 1),
            Self::Server(_) | Self::Connection(..) => (self.standard(), 1),
            Self::NoResource(_) | Self::Local(_) => {
                let text = self.bare();
                (if text.starts_with("error: ") { text } else { format!("error: {text}") }, 1)
            }
        }
    }

    /// One line of several.
    ///
    /// Upstream: `helpers.go messageForError`
    fn standard(&self) -> String {
        match self {
            Self::Server(status) if status.reason == "Unauthorized" => {
                format!("error: You must be logged in to the server ({})", status.message)
            }
            Self::Server(status) if status.reason.is_empty() => {
                format!("Error from server: {}", status.message)
            }
            Self::Server(status) => format!("Error from server ({}): {}", status.reason, status.message),
            Self::Connection(text, url) if text.contains("connection refused") => {
                let host = url.split("://").nth(1).unwrap_or(url);
                let host = host.split('/').next().unwrap_or(host);
                format!(
                    "The connection to the server {host} was refused - did you specify the right host or port?"
                )
            }
            Self::Connection(text, _) => format!("Unable to connect to the server: {text}"),
            other => other.bare(),
        }
    }
}

impl From<Status> for Error {
    fn from(status: Status) -> Self {
        Self::Server(Box::new(status))
    }
}

fn invalid(status: &Status) -> String {
    let Some(details) = &status.details else {
        return format!("The request is invalid: {}", status.message);
    };
    let head = if !details.kind.is_empty() || !details.name.is_empty() {
        format!("The {} {:?} is invalid", details.kind, details.name)
    } else if !status.message.is_empty() && details.causes.is_empty() {
        format!("The request is invalid: {}", status.message)
    } else {
        "The request is invalid".to_owned()
    };
    let mut causes: Vec<String> = Vec::new();
    for cause in &details.causes {
        let text = format!("{}: {}", cause.field, cause.message);
        if !causes.contains(&text) {
            causes.push(text);
        }
    }
    match causes.as_slice() {
        [] => head,
        [one] => format!("{head}: {one}"),
        many => {
            let mut text = format!("{head}: ");
            for cause in many {
                text.push_str("\n* ");
                text.push_str(cause);
            }
            text
        }
    }
}
