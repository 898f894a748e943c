//! The Common Expression Language, as far as rules of definitions and admission policies use it.
//!
//! Values are JSON; a whole number is an `int`. What is not known says so when it is evaluated.
//! Upstream: `github.com/google/cel-spec`, `apiserver/pkg/cel`.

mod eval;
mod functions;
mod parse;

use std::collections::BTreeMap;

use podground_api::Value;

pub(crate) use parse::Expr;

/// Reads an expression.
///
/// # Errors
/// What is wrong with its syntax.
pub(crate) fn parse(text: &str) -> Result<Expr, String> {
    parse::parse(text)
}

/// Evaluates an expression with these variables.
///
/// # Errors
/// CEL's sentence: `no such key: replicas`.
pub(crate) fn evaluate(expression: &Expr, variables: &BTreeMap<String, Value>) -> Result<Value, String> {
    let mut scope = eval::Scope::new(variables);
    scope.plain(expression)
}

/// Whether an expression speaks of a variable.
pub(crate) fn mentions(expression: &Expr, name: &str) -> bool {
    let mut found = false;
    expression.visit(&mut |expression| found |= matches!(expression, Expr::Ident(ident) if ident == name));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use podground_api::json;

    fn run(text: &str) -> Result<Value, String> {
        let object = json!({
            "spec": {"replicas": 3, "image": "nginx:1.27", "list": [1, 2, 3], "labels": {"a": "b"}, "ratio": 0.5},
            "items": [{"name": "x", "tls": true}, {"name": "y"}],
        });
        let variables = [("self".to_owned(), object)].into_iter().collect();
        evaluate(&parse(text)?, &variables)
    }

    #[test]
    fn evaluates() {
        for (text, expected) in [
            ("self.spec.replicas <= 5 && self.spec.replicas > 0", json!(true)),
            ("has(self.spec.image) && !has(self.spec.nope)", json!(true)),
            ("self.spec.image.startsWith('nginx:') ? 'yes' : 'no'", json!("yes")),
            ("self.items.all(i, has(i.tls) || i.name == 'y')", json!(true)),
            ("self.items.exists_one(i, has(i.tls))", json!(true)),
            ("self.spec.list.filter(n, n % 2 == 1).map(n, n * 10)", json!([10, 30])),
            ("size(self.spec.list) + self.spec.image.size()", json!(13)),
            ("'a' in self.spec.labels && 2 in [1, 2]", json!(true)),
            ("self.spec.labels['a'] + \"c\"", json!("bc")),
            ("self.spec.?nope.orValue(7) == 7", json!(true)),
            ("self.spec.image.matches('^nginx:[0-9.]+$')", json!(true)),
            ("self.spec.ratio < 1.0 && self.spec.ratio * 2.0 == 1.0", json!(true)),
            ("-self.spec.replicas + 10 / 2 - 1", json!(1)),
            ("self.spec.nope == 1 || true", json!(true)),
            ("{'k': [1, 2][1]}.k", json!(2)),
            ("string(self.spec.replicas) + r'\\d'", json!("3\\d")),
            ("'a,b'.split(',').join('-').upperAscii()", json!("A-B")),
            (
                "Object{spec: Object.spec{replicas: self.spec.replicas + 1, labels: {'x': 'y'}}}",
                json!({"spec": {"replicas": 4, "labels": {"x": "y"}}}),
            ),
            (
                "[JSONPatch{op: 'add', path: '/a/' + jsonpatch.escapeKey('b/c~d'), value: [1]}]",
                json!([{"op": "add", "path": "/a/b~1c~0d", "value": [1]}]),
            ),
        ] {
            assert_eq!(run(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn errors() {
        assert_eq!(run("self.spec.nope == 1"), Err("no such key: nope".to_owned()));
        assert!(run("self.spec.replicas.foo() == 1").unwrap_err().contains("podground does not support"));
        assert!(run("1 +").is_err());
        assert_eq!(run("1 / 0"), Err("division by zero".to_owned()));
        assert!(parse("a.b.all(x").is_err());
    }
}
