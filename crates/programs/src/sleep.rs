//! `sleep`

use std::time::Duration;

use podground_shell::Process;

use crate::options::{self, Syntax};

const SYNTAX: Syntax =
    Syntax::new("", &[], "NUMBER[SUFFIX]...", "Wait for as long as all the numbers say: s, m, h or d.");

pub(crate) async fn run(process: &Process) -> Result<u8, u8> {
    let parsed = options::parse(process, &SYNTAX).await?;
    if parsed.operands.is_empty() {
        return Err(options::refuse(process, &SYNTAX, "missing operand").await);
    }
    let mut total = Duration::ZERO;
    for operand in &parsed.operands {
        let Some(span) = span(operand) else {
            let message = format!("invalid time interval ‘{operand}’");
            return Err(options::refuse(process, &SYNTAX, &message).await);
        };
        total = total.saturating_add(span);
    }
    process.host.sim.sleep(total).await;
    Ok(0)
}

/// `1.5`, `2m`, `infinity`
pub(crate) fn span(text: &str) -> Option<Duration> {
    if matches!(text, "inf" | "infinity") {
        return Some(Duration::from_secs(u64::from(u32::MAX)));
    }
    let (number, unit) = match text.char_indices().last() {
        Some((at, c)) if c.is_ascii_alphabetic() => (&text[..at], c),
        _ => (text, 's'),
    };
    let factor = match unit {
        's' => 1.0,
        'm' => 60.0,
        'h' => 3600.0,
        'd' => 86400.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(number.parse::<f64>().ok()? * factor).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans() {
        assert_eq!(span("1.5"), Some(Duration::from_millis(1500)));
        assert_eq!(span("2m"), Some(Duration::from_secs(120)));
        assert_eq!(span("x"), None);
        assert_eq!(span("-1"), None);
    }
}
