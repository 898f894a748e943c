//! The value of an expression.

use super::{ArithmeticError, Expression, Node, Operator, Target, error_at, parse};

/// How deep variables may refer to expressions: a bound for the stack.
const MAX_DEPTH: usize = 40;

type Result<T> = std::result::Result<T, ArithmeticError>;

/// The variables that an expression reads and writes.
pub(crate) trait Environment {
    /// The text of a variable or of an element of an array; `None` if it is not set.
    fn read(&mut self, name: &str, index: Option<&str>, depth: usize) -> Result<Option<String>>;
    /// Sets a variable or an element.
    fn write(&mut self, name: &str, index: Option<&str>, value: i64, depth: usize) -> Result<()>;
}

/// Evaluates an expression; `depth` counts the variables that led here.
pub(crate) fn evaluate(expression: &Expression, env: &mut dyn Environment, depth: usize) -> Result<i64> {
    if depth > MAX_DEPTH {
        return Err(error_at(&expression.text, 0, "expression recursion level exceeded"));
    }
    Evaluator { text: &expression.text, env, depth }.node(&expression.root)
}

struct Evaluator<'a> {
    text: &'a [char],
    env: &'a mut dyn Environment,
    depth: usize,
}

impl Evaluator<'_> {
    fn node(&mut self, node: &Node) -> Result<i64> {
        Ok(match node {
            Node::Number(number) => *number,
            Node::Variable(target) => self.read(target)?,
            Node::Negate(inner) => self.node(inner)?.wrapping_neg(),
            Node::Not(inner) => i64::from(self.node(inner)? == 0),
            Node::Complement(inner) => !self.node(inner)?,
            Node::Binary { operator, left, right, position } => {
                let left = self.node(left)?;
                let right = self.node(right)?;
                self.apply(*operator, left, right, *position)?
            }
            Node::And(left, right) => i64::from(self.node(left)? != 0 && self.node(right)? != 0),
            Node::Or(left, right) => i64::from(self.node(left)? != 0 || self.node(right)? != 0),
            Node::Conditional(condition, yes, no) => {
                if self.node(condition)? != 0 {
                    self.node(yes)?
                } else {
                    self.node(no)?
                }
            }
            Node::Comma(first, second) => {
                self.node(first)?;
                self.node(second)?
            }
            Node::Assign { operator, target, value, position } => {
                let value = match operator {
                    None => self.node(value)?,
                    Some(operator) => {
                        let left = self.read(target)?;
                        let right = self.node(value)?;
                        self.apply(*operator, left, right, *position)?
                    }
                };
                self.env.write(&target.name, target.index.as_deref(), value, self.depth)?;
                value
            }
            Node::Step { target, by, before } => {
                let old = self.read(target)?;
                let new = old.wrapping_add(*by);
                self.env.write(&target.name, target.index.as_deref(), new, self.depth)?;
                if *before { new } else { old }
            }
        })
    }

    fn read(&mut self, target: &Target) -> Result<i64> {
        let Some(text) = self.env.read(&target.name, target.index.as_deref(), self.depth)? else {
            return Ok(0);
        };
        if let Ok(number) = text.parse::<i64>()
            && !(text.len() > 1 && text.trim_start_matches(['-', '+']).starts_with('0'))
        {
            return Ok(number);
        }
        if self.depth >= MAX_DEPTH {
            return Err(error_at(self.text, target.position, "expression recursion level exceeded"));
        }
        evaluate(&parse(&text)?, self.env, self.depth + 1)
    }

    fn apply(&self, operator: Operator, left: i64, right: i64, position: usize) -> Result<i64> {
        Ok(match operator {
            Operator::Power => {
                if right < 0 {
                    return Err(error_at(self.text, position, "exponent less than 0"));
                }
                power(left, right)
            }
            Operator::Multiply => left.wrapping_mul(right),
            Operator::Divide | Operator::Remainder if right == 0 => {
                return Err(error_at(self.text, position, "division by 0"));
            }
            Operator::Divide => left.wrapping_div(right),
            Operator::Remainder => left.wrapping_rem(right),
            Operator::Add => left.wrapping_add(right),
            Operator::Subtract => left.wrapping_sub(right),
            Operator::ShiftLeft => left.wrapping_shl(right as u32),
            Operator::ShiftRight => left.wrapping_shr(right as u32),
            Operator::Less => i64::from(left < right),
            Operator::LessEqual => i64::from(left <= right),
            Operator::Greater => i64::from(left > right),
            Operator::GreaterEqual => i64::from(left >= right),
            Operator::Equal => i64::from(left == right),
            Operator::NotEqual => i64::from(left != right),
            Operator::BitAnd => left & right,
            Operator::BitXor => left ^ right,
            Operator::BitOr => left | right,
        })
    }
}

fn power(mut base: i64, mut exponent: i64) -> i64 {
    let mut result: i64 = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result.wrapping_mul(base);
        }
        base = base.wrapping_mul(base);
        exponent >>= 1;
    }
    result
}
