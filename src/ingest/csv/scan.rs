//! Where the records of delimited text begin and end, and which of them are faulty: RFC 4180 with what real exports add.
//!
//! A quoted cell begins with the quote character right after a delimiter or line end; inside it the quote character is
//! doubled, and delimiters and line ends are content. Spaces between a closing quote and the next delimiter are dropped.
//! A quote character inside an unquoted cell is content (`5" disk`). Lines end with LF or CR LF, in old files with CR.
//!
//! Invariant: every call makes progress, and a scan of any bytes takes time linear in them but for a cell that is never
//! closed, which costs one look at up to [`CELL_MAX`] bytes.

use memchr::{memchr, memchr2, memchr3};

/// Bytes a cell may have. A quoted cell that is longer was not closed, as a rule; one text of a resume is far below.
pub(super) const CELL_MAX: usize = 1 << 20;

/// How a file of delimited text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    pub delimiter: u8,
    pub quote: u8,
    /// `\n` (with or without CR before it) or `\r`.
    pub line_end: u8,
}

/// A cell's content, without its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub start: usize,
    pub end: usize,
    pub quoted: bool,
    /// Whether it holds doubled quotes, which stand for one.
    pub doubled: bool,
}

/// What is wrong with a row by its structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Broken {
    /// No closing quote up to the end of the file.
    Unclosed,
    /// Text between a closing quote and the next delimiter: the quote was not a closing one.
    AfterQuote,
    /// More than [`CELL_MAX`] bytes.
    TooLong,
}

/// One step of the scan. Positions are those of the scanned bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A record; its cells are in the caller's buffer.
    Record {
        start: usize,
        /// Where its last cell ends (before the line end).
        end: usize,
        /// Whether any RFC 4180 reader must see the same cells in these bytes.
        plain: bool,
    },
    /// A line with nothing but spaces.
    Blank,
    /// A row that cannot be split into cells, from `start` to `end` (the end of the line where the fault began).
    /// Up to `suspect`, text may be what is left of a cell that had several lines.
    Broken { start: usize, end: usize, suspect: usize, what: Broken },
}

/// Goes through delimited text record by record.
pub(super) struct Scanner<'a> {
    bytes: &'a [u8],
    dialect: Dialect,
    /// Where the next record begins.
    pub at: usize,
}

impl<'a> Scanner<'a> {
    pub fn new(bytes: &'a [u8], dialect: Dialect, at: usize) -> Self {
        Self { bytes, dialect, at }
    }

    /// The next record, its cells put into `cells`; `None` at the end.
    pub fn next(&mut self, cells: &mut Vec<Cell>) -> Option<Step> {
        let Dialect { delimiter, quote, line_end } = self.dialect;
        let (bytes, start) = (self.bytes, self.at);
        if start >= bytes.len() {
            return None;
        }
        cells.clear();
        let mut plain = line_end == b'\n';
        let mut at = start;
        loop {
            if bytes.get(at) == Some(&quote) {
                let (cell, after) = match self.quoted(at) {
                    Ok(found) => found,
                    Err((what, suspect)) => return Some(self.broken(start, at, what, suspect)),
                };
                plain &= after == cell.end + 1;
                cells.push(cell);
                at = after;
            } else {
                let rest = &bytes[at..];
                let mut length = memchr3(delimiter, line_end, quote, rest).unwrap_or(rest.len());
                if rest.get(length) == Some(&quote) {
                    plain = false;
                    let further = &rest[length..];
                    length += memchr2(delimiter, line_end, further).unwrap_or(further.len());
                }
                if length > CELL_MAX {
                    return Some(self.broken(start, at, Broken::TooLong, start));
                }
                cells.push(Cell { start: at, end: at + length, quoted: false, doubled: false });
                at += length;
            }
            if bytes.get(at) == Some(&delimiter) {
                at += 1;
            } else {
                break;
            }
        }
        // Here is a line end (for a quoted last cell with a CR before it), or the end of the file.
        if let Some(last) = cells.last_mut()
            && !last.quoted
            && line_end == b'\n'
            && last.start < last.end
            && bytes[last.end - 1] == b'\r'
        {
            last.end -= 1;
        }
        let end = cells.last().map_or(at, |last| if last.quoted { at } else { last.end });
        self.at = self.after_line_end(at);
        let blank = |byte: &u8| *byte == b' ' || *byte == b'\t';
        match cells[..] {
            [only] if !only.quoted && bytes[only.start..only.end].iter().all(blank) => Some(Step::Blank),
            _ => Some(Step::Record { start, end, plain }),
        }
    }

    /// The quoted cell whose opening quote stands at `open`, and where what follows it begins. When there is none:
    /// why, and where the quote stands that was no closing one.
    fn quoted(&self, open: usize) -> Result<(Cell, usize), (Broken, usize)> {
        let Dialect { delimiter, quote, line_end } = self.dialect;
        let bytes = self.bytes;
        let start = open + 1;
        let limit = bytes.len().min(start + CELL_MAX + 1);
        let (mut from, mut doubled) = (start, false);
        let end = loop {
            let found = bytes.get(from..limit).and_then(|rest| memchr(quote, rest));
            let Some(offset) = found else {
                return Err((if limit < bytes.len() { Broken::TooLong } else { Broken::Unclosed }, open));
            };
            if bytes.get(from + offset + 1) != Some(&quote) {
                break from + offset;
            }
            doubled = true;
            from += offset + 2;
        };
        let mut after = end + 1;
        while delimiter != b' ' && bytes.get(after) == Some(&b' ') {
            after += 1;
        }
        if bytes.get(after) == Some(&b'\r') && matches!(bytes.get(after + 1), None | Some(b'\n')) {
            after += usize::from(line_end == b'\n');
        }
        match bytes.get(after) {
            Some(&byte) if byte != delimiter && byte != line_end => Err((Broken::AfterQuote, end)),
            _ => Ok((Cell { start, end, quoted: true, doubled }, after)),
        }
    }

    /// Gives up a row: the scan goes on after the line in which the faulty cell began.
    fn broken(&mut self, start: usize, cell: usize, what: Broken, suspect: usize) -> Step {
        let rest = &self.bytes[cell..];
        let end = cell + memchr(self.dialect.line_end, rest).unwrap_or(rest.len());
        self.at = self.after_line_end(end);
        Step::Broken { start, end, suspect, what }
    }

    fn after_line_end(&self, at: usize) -> usize {
        let crlf = self.dialect.line_end == b'\r' && self.bytes.get(at + 1) == Some(&b'\n');
        at + 1 + usize::from(crlf)
    }

    /// Where the line that begins at `start` ends, and where the next one begins, if there is a next one before `end`.
    pub fn line(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let offset = memchr(self.dialect.line_end, self.bytes.get(start..end)?)?;
        Some((start + offset, self.after_line_end(start + offset)))
    }
}

/// A cell's content with doubled quotes made single, appended to `text`.
pub(super) fn unquote(bytes: &[u8], cell: Cell, quote: u8, text: &mut Vec<u8>) {
    let mut rest = &bytes[cell.start..cell.end];
    if cell.doubled {
        while let Some(offset) = memchr(quote, rest) {
            text.extend_from_slice(&rest[..=offset]);
            rest = rest.get(offset + 2..).unwrap_or_default();
        }
    }
    text.extend_from_slice(rest);
}

/// How many bytes [`unquote`] makes of a cell.
pub(super) fn unquoted_len(bytes: &[u8], cell: Cell, quote: u8) -> usize {
    let raw = cell.end - cell.start;
    if cell.doubled { raw - memchr::memchr_iter(quote, &bytes[cell.start..cell.end]).count() / 2 } else { raw }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const COMMA: Dialect = Dialect { delimiter: b',', quote: b'"', line_end: b'\n' };

    /// The whole scan as text: cells joined by `¦`, broken rows as `!` and blank lines as `-`.
    fn scan(text: &[u8], dialect: Dialect) -> Vec<String> {
        let (mut scanner, mut cells, mut steps) = (Scanner::new(text, dialect, 0), Vec::new(), Vec::new());
        while let Some(step) = scanner.next(&mut cells) {
            steps.push(match step {
                Step::Blank => "-".to_string(),
                Step::Broken { what, .. } => format!("!{what:?}"),
                Step::Record { .. } => {
                    let texts = cells.iter().map(|cell| {
                        let mut content = Vec::new();
                        unquote(text, *cell, dialect.quote, &mut content);
                        assert_eq!(content.len(), unquoted_len(text, *cell, dialect.quote));
                        String::from_utf8_lossy(&content).into_owned()
                    });
                    texts.collect::<Vec<_>>().join("¦")
                }
            });
        }
        steps
    }

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(scan(text.as_bytes(), COMMA), expected, "{text:?}");
    }

    #[test]
    fn plain_lines() {
        check("a,b\n1,2\n", &["a¦b", "1¦2"]);
        check("a,b\r\n1,2\r\n", &["a¦b", "1¦2"]);
        check("a,b\n1,2", &["a¦b", "1¦2"]);
        check("a,b,\n,,\n", &["a¦b¦", "¦¦"]);
        check("", &[]);
    }

    #[test]
    fn quoted_cells_hold_anything() {
        check("\"a,b\",c\n", &["a,b¦c"]);
        check("\"two\nlines\",c\nd,e\n", &["two\nlines¦c", "d¦e"]);
        check("\"two\r\nlines\"\r\nnext\r\n", &["two\r\nlines", "next"]);
        check("\"say \"\"hi\"\"\",\"\"\n", &["say \"hi\"¦"]);
        check("\"\"\"\"\n", &["\""]);
        check("\"a\"", &["a"]);
    }

    #[test]
    fn quotes_inside_an_unquoted_cell_are_content() {
        check("1,5\" disk\n2,x\n", &["1¦5\" disk", "2¦x"]);
        check("1, \"a\"\n", &["1¦ \"a\""]);
    }

    #[test]
    fn spaces_after_a_closing_quote_are_dropped_but_text_is_a_fault() {
        check("\"a\" ,\"b\"  \n", &["a¦b"]);
        check("\"a\"x,b\nc,d\n", &["!AfterQuote", "c¦d"]);
    }

    #[test]
    fn blank_lines_are_told_from_empty_rows() {
        check("a\n\n  \n\r\nb\n", &["a", "-", "-", "-", "b"]);
        check(",\n\"\"\n", &["¦", ""]);
    }

    #[test]
    fn an_unclosed_quote_costs_its_own_line_only() {
        check("1,\"open,x\n2,b,c\n", &["!Unclosed", "2¦b¦c"]);
        check("1,\"open,x\n2,b,\"c\"\n3,d,e\n", &["!AfterQuote", "2¦b¦c", "3¦d¦e"]);
    }

    #[test]
    fn the_bound_on_cells_holds_for_both_kinds() {
        let long = "x".repeat(CELL_MAX);
        check(&format!("{long},b\n\"{long}\",b\n"), &[&format!("{long}¦b"), &format!("{long}¦b")]);
        check(&format!("{long}x,b\n\"{long}x\",b\n1,2\n"), &["!TooLong", "!TooLong", "1¦2"]);
    }

    #[test]
    fn old_line_ends() {
        let old = Dialect { line_end: b'\r', ..COMMA };
        assert_eq!(scan(b"a,b\r\"1\",2\r3,\"4\"\r", old), ["a¦b", "1¦2", "3¦4"]);
        // A lone CR in a file of LF lines is content.
        check("a\rb,c\n", &["a\rb¦c"]);
    }

    /// The obvious way: one character at a time, for text without faults.
    fn naive(text: &str) -> Vec<Vec<String>> {
        let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' if quoted && chars.peek() == Some(&'"') => {
                    chars.next();
                    cell.push('"');
                }
                '"' => quoted = !quoted,
                ',' if !quoted => row.push(std::mem::take(&mut cell)),
                '\n' if !quoted => {
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
                c => cell.push(c),
            }
        }
        rows
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn any_bytes_are_scanned_to_the_end(bytes in proptest::collection::vec(
            prop_oneof![Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r'), Just(b' '), any::<u8>()], 0..300)) {
            for line_end in [b'\n', b'\r'] {
                let dialect = Dialect { line_end, ..COMMA };
                let (mut scanner, mut cells, mut before) = (Scanner::new(&bytes, dialect, 0), Vec::new(), 0);
                while let Some(step) = scanner.next(&mut cells) {
                    prop_assert!(scanner.at > before, "no progress at {before}");
                    if let Step::Record { start, end, .. } | Step::Broken { start, end, .. } = step {
                        prop_assert!(start == before && start <= end && end <= bytes.len());
                    }
                    before = scanner.at;
                }
                prop_assert!(before >= bytes.len());
            }
        }

        #[test]
        fn well_formed_text_is_split_as_the_obvious_way_does(
            rows in proptest::collection::vec(proptest::collection::vec("[ab\", \n]{0,5}", 2..4), 0..12)
        ) {
            let quote = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let lines = rows.iter().map(|row| row.iter().map(quote).collect::<Vec<_>>().join(",") + "\n");
            let text: String = lines.collect();
            let expected: Vec<String> = naive(&text).iter().map(|row| row.join("¦")).collect();
            prop_assert_eq!(scan(text.as_bytes(), COMMA), expected);
            prop_assert_eq!(naive(&text), rows);
        }
    }
}
