//! kubectl, as a client of the API alone.
