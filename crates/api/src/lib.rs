//! The Kubernetes wire: requests, responses, statuses, selectors, quantities, schema, YAML and JSON.
//!
//! No behaviour and no clock: both sides of the API import this crate, the cluster and its clients.
//! Objects are `serde_json::Value`s (keys sorted, as Go's maps are printed), held in an `Rc` where shared.

pub mod decode;
pub mod duration;
pub mod go_order;
pub mod json;
pub mod managed;
pub mod object;
pub mod patch;
pub mod quantity;
pub mod schema;
pub mod selector;
pub mod status;
pub mod validation;
pub mod wire;
pub mod yaml;

pub use quantity::Quantity;
pub use schema::Schema;
pub use selector::{FieldSelector, Selector};
pub use serde_json::{Map, Value, json};
pub use status::Status;
pub use wire::{Body, Method, Request, Response, Transport, Upgrade};
