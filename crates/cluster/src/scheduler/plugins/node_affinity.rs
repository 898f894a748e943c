//! `nodeSelector` and node affinity.

use std::collections::BTreeSet;

use podground_api::selector::{Operator, Requirement};
use podground_api::{Selector, Value, object};

use super::{Verdict, normalize};
use crate::scheduler::cycle::Cycle;
use crate::scheduler::nodes::NodeInfo;

const REQUIRED: &str =
    "/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms";
const PREFERRED: &str = "/spec/affinity/nodeAffinity/preferredDuringSchedulingIgnoredDuringExecution";

// Upstream: plugins/nodeaffinity/node_affinity.go Filter
pub(super) fn filter(cycle: &Cycle<'_>, node: &NodeInfo) -> Verdict {
    if matches(&cycle.pod.pod, &node.node) {
        return Verdict::Fit;
    }
    Verdict::unresolvable("node(s) didn't match Pod's node affinity/selector")
}

pub(super) fn score(cycle: &Cycle<'_>, nodes: &[&NodeInfo]) -> Vec<i64> {
    let terms = object::array_at(&cycle.pod.pod, PREFERRED);
    let one = |node: &&NodeInfo| {
        let matching = terms.iter().filter(|term| term_matches(object::at(term, "/preference"), &node.node));
        matching.filter_map(|term| object::i64_at(term, "/weight")).sum()
    };
    normalize(nodes.iter().map(one).collect(), false)
}

/// Whether a node is one of those that a pod may run on.
// Upstream: component-helpers scheduling/corev1/nodeaffinity GetRequiredNodeAffinity
pub(crate) fn matches(pod: &Value, node: &Value) -> bool {
    let selected = object::strings_at(pod, "/spec/nodeSelector")
        .all(|(key, value)| object::label(node, key) == Some(value));
    selected && terms_match(object::at(pod, REQUIRED), node)
}

/// The nodes that a pod names, if it can run on no others: as the pods of daemon sets do.
// Upstream: plugins/nodeaffinity/node_affinity.go PreFilter
pub(in crate::scheduler) fn named_nodes(pod: &Value) -> Option<BTreeSet<&str>> {
    let terms = object::at(pod, REQUIRED).as_array()?;
    let mut names = BTreeSet::new();
    for term in terms {
        let mut fields = object::array_at(term, "/matchFields").iter().filter(|field| {
            object::str_at(field, "/key") == "metadata.name" && object::str_at(field, "/operator") == "In"
        });
        let values = |field| object::array_at(field, "/values").iter().filter_map(Value::as_str);
        let mut listed: BTreeSet<&str> = values(fields.next()?).collect();
        for field in fields {
            let others: BTreeSet<&str> = values(field).collect();
            listed.retain(|name| others.contains(name));
        }
        names.extend(listed);
    }
    Some(names)
}

/// Whether a node matches one of the terms; no list of terms matches all.
pub(crate) fn terms_match(terms: &Value, node: &Value) -> bool {
    match terms.as_array() {
        None => true,
        Some(terms) => terms.iter().any(|term| term_matches(term, node)),
    }
}

fn term_matches(term: &Value, node: &Value) -> bool {
    let (labels, fields) =
        (object::array_at(term, "/matchExpressions"), object::array_at(term, "/matchFields"));
    if labels.is_empty() && fields.is_empty() {
        return false;
    }
    let requirement = |expression: &Value| {
        let values = object::array_at(expression, "/values");
        let operator = match object::str_at(expression, "/operator") {
            "In" => Operator::In,
            "NotIn" => Operator::NotIn,
            "Exists" => Operator::Exists,
            "DoesNotExist" => Operator::DoesNotExist,
            "Gt" => Operator::GreaterThan,
            "Lt" => Operator::LessThan,
            _ => return None,
        };
        Some(Requirement {
            key: object::str_at(expression, "/key").to_owned(),
            operator,
            values: values.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        })
    };
    let Some(requirements) = labels.iter().map(requirement).collect::<Option<Vec<_>>>() else { return false };
    Selector { requirements }.matches(object::labels(node))
        && fields.iter().all(|field| {
            let listed = object::array_at(field, "/values")
                .iter()
                .any(|value| value.as_str() == Some(object::name(node)));
            match object::str_at(field, "/operator") {
                "In" => listed,
                "NotIn" => !listed,
                _ => false,
            }
        })
}
