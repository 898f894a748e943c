//! What holds for any value: what is printed is read back, a patch makes what it was made from, no text panics.
#![allow(clippy::unwrap_used, reason = "a test may end there")]

use podground_api::patch::{
    apply_json_patch, apply_merge_patch, apply_strategic_merge_patch, three_way, three_way_merge_patch,
};
use podground_api::{FieldSelector, Map, Quantity, Schema, Selector, Value, duration, json, yaml};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// Runs a property with values that are the same at every run.
fn check<S: Strategy>(strategy: &S, cases: u32, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    if let Err(error) = TestRunner::new_with_rng(config, rng).run(strategy, test) {
        panic!("{error}");
    }
}

/// Texts that parsers stumble over, and any others.
fn text() -> BoxedStrategy<String> {
    let tricky = [
        "",
        " ",
        "~",
        "null",
        "Null",
        "true",
        "yes",
        "on",
        "No",
        "-",
        "- a",
        "a: b",
        "a:",
        ": a",
        "#x",
        "a #b",
        "'",
        "\"",
        "1",
        "0x1f",
        "0o7",
        "1e3",
        ".5",
        "1_000",
        "-0",
        "+1",
        ".inf",
        ".nan",
        "1:30",
        "2026-01-01",
        "2026-01-01T00:00:00Z",
        "{",
        "}",
        "[a]",
        "&a",
        "*a",
        "!t",
        "|",
        ">",
        "%",
        "@",
        "`",
        "---",
        "...",
        "a\nb",
        "a\n",
        "\na",
        "a\n\n",
        " a",
        "a ",
        "\ta",
        "a\tb",
        "\u{1}",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "é€😀",
        "a\\nb",
        "?",
        "? a",
        "=",
        "<<",
        "=~",
        "0b1",
        "123456789012345678901234567890",
        "1Gi",
        "a,b",
        "k=v",
    ];
    prop_oneof![
        4 => prop::sample::select(tricky.to_vec()).prop_map(str::to_owned),
        2 => "[a-zA-Z0-9 :#{}\\[\\],&*!|>'\"%@`?\\n-]{0,24}",
        1 => any::<String>(),
    ]
    .boxed()
}

fn scalar(nulls: bool) -> BoxedStrategy<Value> {
    let some = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        // Whole numbers become integers on their way through YAML, as in Go.
        (-1_000_000_i32..1_000_000).prop_map(|number| Value::from((f64::from(number) + 0.5) / 64.0)),
        text().prop_map(Value::from),
    ];
    if nulls { prop_oneof![6 => some, 1 => Just(Value::Null)].boxed() } else { some.boxed() }
}

/// Any JSON value.
fn value(nulls: bool) -> BoxedStrategy<Value> {
    scalar(nulls)
        .prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map(text(), inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
        .boxed()
}

/// Small objects over few names, so that two of them have something in common.
fn object() -> BoxedStrategy<Value> {
    let name = || prop::sample::select(vec!["a", "b", "c", "d/e", "f~g"]);
    let leaf = prop_oneof![
        (0..3_i64).prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        name().prop_map(Value::from),
        prop::collection::vec((0..3_i64).prop_map(Value::from), 0..3).prop_map(Value::from),
    ];
    let map = move |inner: BoxedStrategy<Value>| {
        prop::collection::btree_map(name(), inner, 0..4)
            .prop_map(|map| {
                Value::Object(map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
            })
            .boxed()
    };
    let inner = leaf.prop_recursive(3, 24, 4, move |inner| map(inner.boxed()));
    prop::collection::btree_map(name(), inner, 0..4)
        .prop_map(|map| Value::Object(map.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()))
        .boxed()
}

/// Pods whose lists have merge keys.
fn pod() -> BoxedStrategy<Value> {
    let names =
        |names: &[&'static str]| prop::sample::subsequence(names.to_vec(), 0..=names.len()).prop_shuffle();
    let labels = prop::collection::btree_map(prop::sample::select(vec!["app", "tier", "a/b"]), "[a-c]", 0..3);
    let env = (names(&["A", "B", "C"]), 0..3_u8);
    let ports = names(&["80", "81", "443"]);
    let container = (prop::sample::select(vec!["nginx", "redis"]), env, ports, any::<bool>());
    let containers = (names(&["web", "side", "log"]), prop::collection::vec(container, 3));
    (labels, containers, prop::option::of(0..3_i64), names(&["x", "y"]))
        .prop_map(|(labels, (order, bodies), grace, finalizers)| {
            let labels: Map<String, Value> =
                labels.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
            let containers: Vec<Value> = order
                .iter()
                .zip(bodies)
                .map(|(name, (image, (env, number), ports, tty))| {
                    let mut container = json!({"name": name, "image": image});
                    if !env.is_empty() {
                        container["env"] =
                            env.iter().map(|name| json!({"name": name, "value": number.to_string()})).collect();
                    }
                    if !ports.is_empty() {
                        container["ports"] = ports
                            .iter()
                            .map(|port| json!({"containerPort": port.parse::<i64>().unwrap(), "protocol": "TCP"}))
                            .collect();
                    }
                    if tty {
                        container["tty"] = true.into();
                    }
                    container
                })
                .collect();
            let mut pod = json!({"metadata": {"name": "p"}, "spec": {"containers": containers}});
            if !labels.is_empty() {
                pod["metadata"]["labels"] = labels.into();
            }
            if !finalizers.is_empty() {
                pod["metadata"]["finalizers"] = json!(finalizers);
            }
            if let Some(grace) = grace {
                pod["spec"]["terminationGracePeriodSeconds"] = grace.into();
            }
            pod
        })
        .boxed()
}

#[test]
fn yaml_is_read_back() {
    check(&value(true), 3000, |value| {
        let text = yaml::print(&value);
        prop_assert_eq!(yaml::load(&text), Ok(value), "{}", text);
        Ok(())
    });
}

#[test]
fn json_is_read_back() {
    check(&value(true), 1500, |value| {
        for text in [podground_api::json::print(&value), podground_api::json::compact(&value)] {
            let read: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(&read, &value);
            // YAML holds JSON, but for what YAML does not allow in a text.
            if !text.contains(['\u{7f}', '\u{85}', '\u{2028}', '\u{feff}']) {
                prop_assert_eq!(yaml::load(&text), Ok(read), "{}", text);
            }
        }
        Ok(())
    });
}

#[test]
fn a_merge_patch_makes_what_it_was_made_from() {
    check(&(object(), object()), 3000, |(from, to)| {
        let patch = three_way_merge_patch(&from, &to, &from);
        prop_assert_eq!(apply_merge_patch(&from, &patch), to, "{}", patch);
        let nothing = three_way_merge_patch(&from, &from, &from);
        prop_assert_eq!(nothing, json!({}));
        Ok(())
    });
}

#[test]
fn a_strategic_patch_makes_what_it_was_made_from() {
    let schema = Schema::builtin();
    check(&(pod(), pod()), 3000, |(from, to)| {
        let patch = three_way(schema, "core.v1.Pod", &from, &to, &from);
        let made =
            apply_strategic_merge_patch(schema, "core.v1.Pod", &from, &patch).map_err(TestCaseError::fail)?;
        prop_assert_eq!(made, to, "{}", patch);
        Ok(())
    });
}

#[test]
fn what_others_have_set_survives_an_apply() {
    let schema = Schema::builtin();
    check(&(pod(), pod(), "[a-z]{1,5}"), 1500, |(last, wanted, theirs)| {
        // Somebody else has added an annotation that was never applied.
        let mut live = last.clone();
        live["metadata"]["annotations"] = json!({"theirs": theirs});
        let patch = three_way(schema, "core.v1.Pod", &last, &wanted, &live);
        let made =
            apply_strategic_merge_patch(schema, "core.v1.Pod", &live, &patch).map_err(TestCaseError::fail)?;
        let mut expected = wanted;
        expected["metadata"]["annotations"] = json!({"theirs": theirs});
        prop_assert_eq!(made, expected, "{}", patch);
        Ok(())
    });
}

#[test]
fn a_json_patch_undoes_itself() {
    check(&(object(), text(), value(false)), 1500, |(target, key, added)| {
        prop_assume!(target.get(&key).is_none());
        let path = format!("/{}", key.replace('~', "~0").replace('/', "~1"));
        let add = json!([{"op": "add", "path": path, "value": added}, {"op": "test", "path": path, "value": added}]);
        let made = apply_json_patch(&target, &add).map_err(TestCaseError::fail)?;
        prop_assert_eq!(&made[&key], &added);
        let removed = apply_json_patch(&made, &json!([{"op": "remove", "path": path}]));
        prop_assert_eq!(removed, Ok(target));
        Ok(())
    });
}

#[test]
fn selectors_and_quantities_are_read_back() {
    let word = "[a-z]([a-z0-9.-]{0,6}[a-z0-9])?";
    let requirement = prop_oneof![
        word.prop_map(|key| key),
        word.prop_map(|key| format!("!{key}")),
        (word, word).prop_map(|(key, value)| format!("{key}={value}")),
        (word, word).prop_map(|(key, value)| format!("{key}!={value}")),
        (word, prop::collection::vec(word, 1..4))
            .prop_map(|(key, list)| format!("{key} in ({})", list.join(","))),
        (word, prop::collection::vec(word, 1..4))
            .prop_map(|(key, list)| format!("{key} notin ({})", list.join(","))),
    ];
    check(&prop::collection::vec(requirement, 0..4), 1500, |parts| {
        let selector = Selector::parse(&parts.join(",")).map_err(TestCaseError::fail)?;
        let again = Selector::parse(&selector.to_string()).map_err(TestCaseError::fail)?;
        prop_assert_eq!(again.to_string(), selector.to_string());
        Ok(())
    });
    let unit = prop::sample::select(vec!["", "m", "k", "M", "G", "Ki", "Mi", "Gi", "Ti"]);
    check(&(0..100_000_i64, unit), 1500, |(number, unit)| {
        let quantity =
            Quantity::parse(&format!("{number}{unit}")).map_err(|e| TestCaseError::fail(format!("{e:?}")))?;
        let again =
            Quantity::parse(&quantity.to_string()).map_err(|e| TestCaseError::fail(format!("{e:?}")))?;
        prop_assert_eq!(again.millis(), quantity.millis(), "{}", quantity);
        Ok(())
    });
}

#[test]
fn no_text_panics() {
    let line = prop::collection::vec(text(), 0..8).prop_map(|parts| parts.concat());
    check(&(line, value(true), value(true)), 4000, |(line, left, right)| {
        let _ = yaml::load(&line);
        let _ = yaml::load_node(&line);
        for (_, part) in yaml::documents(&line) {
            let _ = yaml::load(part);
        }
        let _ = Selector::parse(&line);
        let _ = FieldSelector::parse(&line);
        let _ = Quantity::parse(&line);
        let _ = duration::parse_go(&line);
        let _ = Selector::from_label_selector(&left);
        let _ = Selector::from_map(&left);
        let _ = apply_merge_patch(&left, &right);
        let _ = apply_json_patch(&left, &right);
        let _ = three_way_merge_patch(&left, &right, &left);
        let schema = Schema::builtin();
        let _ = three_way(schema, "core.v1.Pod", &left, &right, &right);
        let _ = apply_strategic_merge_patch(schema, "core.v1.Pod", &left, &right);
        Ok(())
    });
}
