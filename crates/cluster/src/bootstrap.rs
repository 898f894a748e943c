//! What a cluster holds from the start.

use crate::{Cluster, ClusterConfig};

/// A set of objects that a cluster starts with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// What the recorded transcripts were recorded on: no pods in kube-system.
    Bare,
    /// What kubeadm makes.
    #[default]
    Default,
}

/// Creates the objects of the configured profile.
pub(crate) fn create_objects(_cluster: &Cluster, _config: &ClusterConfig) {}
