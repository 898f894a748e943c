//! Templates and paths that nobody would write: they may fail, and must not panic.

use podground_api::go_order;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use super::jsonpath::JsonPath;
use super::template::Template;
use super::{kyaml, name, sort};

/// Texts made of pieces that mean something, in any order.
fn pieces(list: &'static [&'static str]) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => prop::sample::select(list).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => (-3_i32..12).prop_map(|number| number.to_string()),
    ];
    prop::collection::vec(piece, 0..14).prop_map(|parts| parts.concat())
}

const PATH: &[&str] = &[
    "{",
    "}",
    ".",
    "..",
    "[",
    "]",
    "(",
    ")",
    "?",
    "@",
    "*",
    ",",
    ":",
    "'",
    "\"",
    "\\",
    "-",
    "==",
    "!=",
    ">",
    "<=",
    "=~",
    "$",
    "range",
    "end",
    " ",
    ".items",
    "[*]",
    ".metadata.name",
    "{range .items[*]}",
    "{end}",
    "{.kind}",
    "[?(@.a==1)]",
    "[0:2:1]",
    "[-1]",
    "['a','b']",
    "&&",
    "\n",
];

const TEMPLATE: &[&str] = &[
    "{{",
    "}}",
    "{{-",
    "-}}",
    ".",
    "$",
    "$x",
    ":=",
    "=",
    "|",
    "(",
    ")",
    "range",
    "if",
    "else",
    "with",
    "end",
    "define",
    "template",
    "block",
    "break",
    "continue",
    "index",
    "len",
    "printf",
    "print",
    "eq",
    "and",
    "or",
    "not",
    "slice",
    "html",
    "js",
    "urlquery",
    "base64decode",
    " ",
    ".items",
    ".metadata",
    ".name",
    "\"%s\"",
    "\"%d\"",
    "`a`",
    "'c'",
    "/*",
    "*/",
    "nil",
    "true",
    "1.5",
    "0x1f",
    "{{range .items}}",
    "{{end}}",
    "{{.kind}}",
    "{{if .a}}",
    "\\",
    "\n",
];

fn objects() -> Vec<Value> {
    vec![
        json!({}),
        json!({"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "web", "labels": {"a.b/c": "d"}}, "a": 1}),
        json!({"kind": "List", "items": [{"metadata": {"name": "x"}, "a": [1, "two", null, {"b": 2.5}]}, {"a": {}}, null]}),
        json!({"items": "no list", "metadata": [], "kind": 7}),
        json!([1, [2, [3]], "é"]),
        json!("text"),
        Value::Null,
    ]
}

fn check<S: Strategy>(strategy: &S, test: impl Fn(S::Value)) {
    let config = Config { cases: 6000, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[3; 32]);
    let outcome = TestRunner::new_with_rng(config, rng).run(strategy, |value| {
        test(value);
        Ok(())
    });
    assert!(outcome.is_ok(), "{}", outcome.map_or_else(|error| error.to_string(), |()| String::new()));
}

#[test]
fn no_path_panics() {
    let objects = objects();
    check(&pieces(PATH), |text| {
        for path in [JsonPath::parse(&text), JsonPath::parse_relaxed(&text)].into_iter().flatten() {
            for object in &objects {
                let path = path.clone().allow_missing(true);
                let _ = path.execute(object, false);
                let _ = path.execute(object, true);
                let _ = path.values(object);
            }
        }
        let _ = sort::order(objects.iter(), &text);
    });
}

#[test]
fn no_template_panics() {
    let objects = objects();
    check(&pieces(TEMPLATE), |text| {
        if let Ok(template) = Template::parse(&text) {
            for object in &objects {
                let _ = template.execute(object);
            }
        }
    });
}

#[test]
fn any_object_can_be_printed() {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(Value::Null)
    ];
    let value = leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(
                prop_oneof![
                    prop::sample::select(vec!["kind", "items", "metadata", "name", "spec"])
                        .prop_map(str::to_owned),
                    any::<String>()
                ],
                inner,
                0..4
            )
            .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    });
    check(&value, |value| {
        // KYAML is YAML, and the order of fields changes nothing.
        assert_eq!(podground_api::yaml::load(&kyaml::print(&value)), Ok(value.clone()));
        assert_eq!(serde_json::from_str::<Value>(&go_order::print(&value)).ok(), Some(value.clone()));
        let _ = name::print(&value);
    });
}
