//! What one finds in /bin.
