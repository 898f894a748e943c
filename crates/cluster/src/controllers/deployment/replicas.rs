//! Counting pods over replica sets.
//!
//! Upstream: `pkg/controller/deployment/util/deployment_util.go`

use std::cmp::Ordering;
use std::rc::Rc;

use podground_api::{Value, object};

use super::Rollout;
use crate::controllers::support::numbers::{count_at, scaled};

/// How many pods the deployment wanted when the set was last scaled.
pub(super) const DESIRED: &str = "deployment.kubernetes.io/desired-replicas";
/// How many pods there could be at most then.
pub(super) const MAX: &str = "deployment.kubernetes.io/max-replicas";

/// What a set should have.
pub(super) fn spec(set: &Value) -> i64 {
    count_at(set, "/spec/replicas")
}

/// What a set has.
pub(super) fn actual(set: &Value) -> i64 {
    count_at(set, "/status/replicas")
}

/// What a set has ready for long enough.
pub(super) fn available(set: &Value) -> i64 {
    count_at(set, "/status/availableReplicas")
}

/// A sum over sets.
pub(super) fn sum(sets: &[Rc<Value>], count: impl Fn(&Value) -> i64) -> i64 {
    sets.iter().map(|set| count(set)).sum()
}

/// A number in an annotation.
pub(super) fn annotation(set: &Value, name: &str) -> Option<i64> {
    object::annotation(set, name)?.parse().ok()
}

/// Oldest first, then by name.
pub(super) fn by_age(a: &Value, b: &Value) -> Ordering {
    let created = |set| object::str_at(set, "/metadata/creationTimestamp");
    created(a).cmp(created(b)).then_with(|| object::name(a).cmp(object::name(b)))
}

impl Rollout<'_, '_> {
    /// How many pods the deployment wants.
    pub(super) fn wanted(&self) -> i64 {
        count_at(&self.deployment, "/spec/replicas")
    }

    fn is_rolling(&self) -> bool {
        object::str_at(&self.deployment, "/spec/strategy/type") != "Recreate"
    }

    /// How many pods there may be above what is wanted.
    pub(super) fn max_surge(&self) -> i64 {
        if !self.is_rolling() {
            return 0;
        }
        scaled(object::at(&self.deployment, "/spec/strategy/rollingUpdate/maxSurge"), self.wanted(), true)
    }

    /// How many of the wanted pods may be missing.
    // Upstream: deployment_util.go MaxUnavailable, ResolveFenceposts
    pub(super) fn max_unavailable(&self) -> i64 {
        let wanted = self.wanted();
        if !self.is_rolling() || wanted == 0 {
            return 0;
        }
        let field = object::at(&self.deployment, "/spec/strategy/rollingUpdate/maxUnavailable");
        let unavailable = scaled(field, wanted, false);
        // Both zero, by rounding, would stop all progress.
        if unavailable == 0 && self.max_surge() == 0 { 1 } else { unavailable.min(wanted) }
    }

    /// How many pods the new set should have now.
    // Upstream: deployment_util.go NewRSNewReplicas
    pub(super) fn new_set_size(&self, all: &[Rc<Value>], current: i64) -> i64 {
        if !self.is_rolling() {
            return self.wanted();
        }
        let (total, limit) = (sum(all, spec), self.wanted() + self.max_surge());
        if total >= limit {
            return current;
        }
        current + (limit - total).min(self.wanted() - current)
    }
}
