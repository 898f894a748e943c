//! The lesson format, its catalogue and its checks.
