//! Aligns tab-separated cells, as Go's `text/tabwriter` does: a column is a run of adjacent lines that have
//! a cell there, and the last cell of a line belongs to no column.

/// How columns are padded.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    /// The least width of a column, its padding included.
    pub(crate) min_width: usize,
    /// The spaces after the widest cell of a column.
    pub(crate) padding: usize,
}

/// What `kubectl get` uses.
pub(crate) const TABLE: Style = Style { min_width: 6, padding: 3 };
/// What `kubectl describe` uses.
pub(crate) const DESCRIBE: Style = Style { min_width: 0, padding: 2 };

/// Replaces the tabs of `text` by the spaces that align its columns.
pub(crate) fn align(text: &str, style: Style) -> String {
    write(text, style, None)
}

/// As [`align`], with columns at least as wide as in the texts before.
pub(crate) fn align_after(text: &str, style: Style, remembered: &mut Vec<usize>) -> String {
    write(text, style, Some(remembered))
}

fn write(text: &str, style: Style, remembered: Option<&mut Vec<usize>>) -> String {
    let lines: Vec<Vec<&str>> = text.split('\n').map(|line| line.split('\t').collect()).collect();
    let out = String::with_capacity(text.len() * 2);
    let end = lines.len();
    let mut writer = Writer { lines, style, widths: Vec::new(), remembered, out };
    writer.format(0, end);
    writer.out
}

struct Writer<'a> {
    lines: Vec<Vec<&'a str>>,
    style: Style,
    widths: Vec<usize>,
    remembered: Option<&'a mut Vec<usize>>,
    out: String,
}

impl Writer<'_> {
    fn format(&mut self, mut first: usize, end: usize) {
        let column = self.widths.len();
        let mut this = first;
        while this < end {
            if column + 1 >= self.lines[this].len() {
                this += 1;
                continue;
            }
            self.write_lines(first, this);
            first = this;
            let mut width = self.style.min_width;
            while this < end && column + 1 < self.lines[this].len() {
                width = width.max(self.lines[this][column].chars().count() + self.style.padding);
                this += 1;
            }
            if self.lines[first..this].iter().all(|line| line[column].is_empty()) {
                width = width.max(self.style.padding);
            }
            if let Some(remembered) = &mut self.remembered {
                match remembered.get_mut(column) {
                    Some(known) => {
                        width = width.max(*known);
                        *known = width;
                    }
                    None => remembered.push(width),
                }
            }
            self.widths.push(width);
            self.format(first, this);
            self.widths.pop();
            first = this;
        }
        self.write_lines(first, end);
    }

    fn write_lines(&mut self, first: usize, end: usize) {
        for index in first..end {
            for (column, cell) in self.lines[index].iter().enumerate() {
                self.out.push_str(cell);
                if let Some(width) = self.widths.get(column) {
                    let spaces = width.saturating_sub(cell.chars().count());
                    self.out.extend(std::iter::repeat_n(' ', spaces));
                }
            }
            if index + 1 < self.lines.len() {
                self.out.push('\n');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aligns_runs_of_lines() {
        assert_eq!(
            align("NAME\tAGE\na\t3s\nlonger\t10m\n", TABLE),
            "NAME     AGE\na        3s\nlonger   10m\n"
        );
        assert_eq!(align("c\t1/1\t3s\n", TABLE), "c     1/1   3s\n");
        assert_eq!(
            align("Name:\tx\nIPs:\n  IP:\t1\nLonger Name:\ty\n", DESCRIBE),
            "Name:  x\nIPs:\n  IP:         1\nLonger Name:  y\n"
        );
    }
}
