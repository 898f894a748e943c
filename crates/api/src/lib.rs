//! The Kubernetes wire: requests, responses, statuses, selectors, quantities, schema, YAML and JSON.
