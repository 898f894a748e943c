//! How lists are shown: as Cloud Shell's terminal shows them, or as `--format` says.

use super::Call;

/// A cell: the head of its column, the field of the API that it shows, its value.
pub(super) type Cell = (&'static str, &'static str, String);

impl Call {
    /// Shows rows; Cloud Shell's own way is a block of lines for each.
    pub(super) async fn show(&self, rows: &[Vec<Cell>]) -> u8 {
        let text = match self.flag("format") {
            None => blocks(rows),
            Some(format) => match format.strip_prefix("value(").and_then(|rest| rest.strip_suffix(')')) {
                Some(keys) => match values(rows, keys) {
                    Ok(text) => text,
                    Err(key) => return self.unsupported(&format!("the key {key:?} in --format")).await,
                },
                None => return self.unsupported(&format!("--format={format}")).await,
            },
        };
        self.process.print(&text).await;
        0
    }
}

fn blocks(rows: &[Vec<Cell>]) -> String {
    let blocks: Vec<String> = rows
        .iter()
        .map(|row| row.iter().map(|(head, _, value)| format!("{head}: {value}\n")).collect())
        .collect();
    blocks.join("\n")
}

fn values(rows: &[Vec<Cell>], keys: &str) -> Result<String, String> {
    let mut text = String::new();
    for row in rows {
        let mut cells = Vec::new();
        for key in keys.split(',').map(str::trim) {
            let plain = key.split(".basename(").next().unwrap_or(key).replace("[]", "[0]");
            let cell = row.iter().find(|(head, field, _)| {
                head.eq_ignore_ascii_case(&plain) || field.eq_ignore_ascii_case(&plain)
            });
            cells.push(cell.map(|(.., value)| value.as_str()).ok_or_else(|| key.to_owned())?);
        }
        text.push_str(&cells.join("\t"));
        text.push('\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_chosen_by_head_or_field() {
        let rows =
            [vec![("NAME", "name", "a".to_owned()), ("EXTERNAL_IP", "x[0].natIP", "1.2.3.4".to_owned())]];
        assert_eq!(values(&rows, "name,x[].natIP").unwrap(), "a\t1.2.3.4\n");
        assert_eq!(values(&rows, "external_ip").unwrap(), "1.2.3.4\n");
        assert_eq!(values(&rows, "nope").unwrap_err(), "nope");
        assert_eq!(blocks(&rows), "NAME: a\nEXTERNAL_IP: 1.2.3.4\n");
    }
}
