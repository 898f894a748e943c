//! Virtual time, tasks, pipes and keyed randomness: the deterministic floor that all else stands on.
