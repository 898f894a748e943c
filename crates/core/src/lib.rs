//! The facade: a session with terminals, files, a cluster and a lesson.
