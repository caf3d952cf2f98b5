//! RFC 4180, read and written by the shortest code that is right, so that the product's reader is not its own judge.

/// A table of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Sheet {
    pub fn parse(text: &str) -> Sheet {
        let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
        let (mut quoted, mut chars) = (false, text.chars().peekable());
        while let Some(c) = chars.next() {
            match c {
                '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
                '"' => quoted = !quoted,
                ',' if !quoted => row.push(std::mem::take(&mut cell)),
                '\n' if !quoted => {
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
                '\r' if !quoted => {}
                c => cell.push(c),
            }
        }
        if !row.is_empty() || !cell.is_empty() {
            row.push(cell);
            rows.push(row);
        }
        let header = if rows.is_empty() { Vec::new() } else { rows.remove(0) };
        assert!(rows.iter().all(|row| row.len() == header.len()), "ragged");
        Sheet { header, rows }
    }

    /// Written with that delimiter; every cell quoted that has to be.
    pub fn delimited(&self, delimiter: char) -> String {
        let quote = |cell: &String| {
            if cell.contains([delimiter, '"', '\n', '\r']) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell.clone()
            }
        };
        let line = |row: &Vec<String>| row.iter().map(quote).collect::<Vec<_>>().join(&delimiter.to_string());
        let mut lines: Vec<String> = std::iter::once(&self.header).chain(&self.rows).map(line).collect();
        lines.push(String::new());
        lines.join("\n")
    }

    /// The place of a column.
    #[track_caller]
    pub fn at(&self, column: &str) -> usize {
        let found = self.header.iter().position(|name| name == column);
        found.unwrap_or_else(|| panic!("no column {column:?} in {:?}", self.header))
    }

    /// The cells of a column.
    #[track_caller]
    pub fn column(&self, column: &str) -> Vec<&str> {
        let at = self.at(column);
        self.rows.iter().map(|row| row[at].as_str()).collect()
    }

    /// The cell of a column in the row where `key` has that value.
    #[track_caller]
    pub fn cell(&self, key: &str, value: &str, column: &str) -> &str {
        let (key, at) = (self.at(key), self.at(column));
        let row = self.rows.iter().find(|row| row[key] == value).unwrap_or_else(|| panic!("no row {value:?}"));
        &row[at]
    }

    /// The rows in another order, the same for the same seed.
    pub fn shuffled(mut self, seed: u64) -> Sheet {
        use rand::SeedableRng;
        use rand::seq::SliceRandom;
        self.rows.shuffle(&mut rand_chacha::ChaCha8Rng::seed_from_u64(seed));
        self
    }
}

#[test]
fn quotes_delimiters_and_line_breaks_survive() {
    let text = "a,b\n\"x, \"\"y\"\"\nz\",\n,2\n";
    let sheet = Sheet::parse(text);
    assert_eq!(sheet.rows, [["x, \"y\"\nz", ""], ["", "2"]]);
    assert_eq!(sheet.delimited(','), text);
    assert_eq!(Sheet::parse(&text.replace('\n', "\r\n").replace("y\"\"\r\n", "y\"\"\n")), sheet);
    assert_eq!(sheet.delimited(';'), "a;b\n\"x, \"\"y\"\"\nz\";\n;2\n");
    let mut again = sheet.clone().shuffled(7);
    again.rows.sort();
    assert_eq!(again.rows.len(), 2);
}
