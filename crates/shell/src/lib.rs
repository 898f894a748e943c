//! The bash language, terminals, processes and hosts.
