//! Which delimiter, quote character and line end a file is written with, found from its beginning alone, so that looking
//! at a file and loading it come to the same answer.

use super::scan::{Cell, Dialect, Scanner, Step};

/// Bytes of a file that decide its dialect.
pub(super) const SAMPLE_BYTES: usize = 256 << 10;
/// Records of the sample that are compared.
const SAMPLE_RECORDS: usize = 500;
/// In order of preference where the content does not decide.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A dialect, and where the table begins (after a `sep=;` line).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub dialect: Dialect,
    pub start: usize,
}

/// The dialect of a file. With `tab`, tab is the delimiter whenever the header has one.
pub(super) fn detect(bytes: &[u8], tab: bool) -> Found {
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let cut = sample.len() < bytes.len();
    let line_end = if !sample.contains(&b'\n') && sample.contains(&b'\r') { b'\r' } else { b'\n' };
    if let Some((delimiter, start)) = declared(sample, line_end) {
        let quote = quote_of(&sample[start..], delimiter, line_end);
        return Found { dialect: Dialect { delimiter, quote, line_end }, start };
    }
    let mut best: Option<(f64, Dialect)> = None;
    let mut narrow: Option<(f64, Dialect)> = None;
    for delimiter in DELIMITERS {
        let quote = quote_of(sample, delimiter, line_end);
        let dialect = Dialect { delimiter, quote, line_end };
        let Some(widths) = widths(sample, dialect, cut) else {
            // Better to report the header than to find one column in it.
            narrow = narrow.filter(|(known, _)| *known > 1.0).or(Some((2.0, dialect)));
            continue;
        };
        let Some(&header) = widths.first() else { continue };
        let agreeing = widths.iter().filter(|width| **width == header).count();
        let share = agreeing as f64 / widths.len() as f64;
        let (slot, score) = if header > 1 {
            // Agreement counts more than width: a comma inside addresses must not win over a consistent semicolon.
            (&mut best, share * share * (header as f64).ln())
        } else {
            (&mut narrow, share)
        };
        if slot.is_none_or(|(known, _)| score > known) {
            *slot = Some((score, dialect));
        }
        if tab && delimiter == b'\t' && header > 1 {
            best = Some((f64::INFINITY, dialect));
        }
    }
    let default = Dialect { delimiter: if tab { b'\t' } else { b',' }, quote: b'"', line_end };
    let dialect = best.or(narrow).map_or(default, |(_, dialect)| dialect);
    Found { dialect, start: 0 }
}

/// A first line `sep=;`, as spreadsheets write it: the delimiter and where the next line begins.
fn declared(sample: &[u8], line_end: u8) -> Option<(u8, usize)> {
    let length = memchr::memchr(line_end, sample)?;
    let line = sample[..length].strip_suffix(b"\r").unwrap_or(&sample[..length]);
    let line = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    match line.strip_prefix(b"sep=")? {
        [b'"' | b'\''] => None,
        [delimiter] if delimiter.is_ascii_punctuation() || *delimiter == b'\t' => Some((*delimiter, length + 1)),
        _ => None,
    }
}

/// Cells in each record of the sample, header first; broken rows and blank lines do not count. `None` when the header
/// itself is broken.
fn widths(sample: &[u8], dialect: Dialect, cut: bool) -> Option<Vec<usize>> {
    let mut scanner = Scanner::new(sample, dialect, 0);
    let (mut cells, mut widths): (Vec<Cell>, Vec<usize>) = (Vec::new(), Vec::new());
    while widths.len() < SAMPLE_RECORDS
        && let Some(step) = scanner.next(&mut cells)
    {
        // The last record of a cut sample may be half a record.
        if cut && scanner.at >= sample.len() && !widths.is_empty() {
            break;
        }
        match step {
            Step::Record { .. } => widths.push(cells.len()),
            Step::Broken { .. } if widths.is_empty() => return None,
            _ => {}
        }
    }
    Some(widths)
}

/// The quote character: `"`, unless no cell begins with it while several are enclosed in `'`.
/// A leading `'` alone is not enough: spreadsheets put one before numbers that are to stay text.
fn quote_of(sample: &[u8], delimiter: u8, line_end: u8) -> u8 {
    let edge = |byte: Option<&u8>| byte.is_none_or(|byte| *byte == delimiter || *byte == line_end || *byte == b'\r');
    let before = |at: usize| at.checked_sub(1).and_then(|before| sample.get(before));
    let opens = |quote: u8| memchr::memchr_iter(quote, sample).filter(|at| edge(before(*at))).count();
    let closes = |quote: u8| memchr::memchr_iter(quote, sample).filter(|at| edge(sample.get(at + 1))).count();
    let single = opens(b'\'');
    if single >= 2 && opens(b'"') == 0 && closes(b'\'').abs_diff(single) * 10 <= single { b'\'' } else { b'"' }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, delimiter: char, quote: char) {
        let found = detect(text.as_bytes(), false).dialect;
        assert_eq!((found.delimiter as char, found.quote as char), (delimiter, quote), "{text:?}");
    }

    #[test]
    fn each_delimiter() {
        check("a,b\n1,2\n", ',', '"');
        check("a;b\n1;2\n", ';', '"');
        check("a\tb\n1\t2\n", '\t', '"');
        check("a|b\n1|2\n", '|', '"');
    }

    #[test]
    fn a_comma_inside_cells_does_not_win_over_a_consistent_delimiter() {
        check("id;name, address;city\n1;Ada;Wien, 1010, AT\n2;Bob, Main St 1;Graz\n", ';', '"');
        check("id|home\n1|1 Oak St, Springfield, IL\n2|2 Elm St, Salem, OR\n", '|', '"');
    }

    #[test]
    fn one_column_with_commas_in_it_stays_one_column() {
        check("address\n1 Oak St, Springfield\n2 Elm St, Salem, OR\n", ';', '"');
        check("name\nAda\n", ',', '"');
    }

    #[test]
    fn single_quotes_only_when_they_enclose() {
        check("'a','b'\n'1,5','O''Neill'\n", ',', '\'');
        // A text mark of a spreadsheet, and names with apostrophes.
        check("a,b\n'00123,O'Neill\n'00456,D'Arcy\n", ',', '"');
    }

    #[test]
    fn a_declared_delimiter_is_believed() {
        let found = detect(b"sep=^\r\na^b\r\n1^2\r\n", false);
        assert_eq!((found.dialect.delimiter, found.start), (b'^', 7));
        assert_eq!(detect(b"sep=\t\na\tb\n", false).dialect.delimiter, b'\t');
        assert_eq!(detect(b"separator\n1\n", false).start, 0);
    }

    #[test]
    fn a_tsv_file_keeps_its_tabs() {
        assert_eq!(detect(b"a\tb, c, d, e\n1\tx\n", true).dialect.delimiter, b'\t');
        assert_eq!(detect(b"a,b\n1,2\n", true).dialect.delimiter, b',');
    }

    #[test]
    fn old_line_ends() {
        assert_eq!(detect(b"a,b\r1,2\r", false).dialect.line_end, b'\r');
        assert_eq!(detect(b"a,b\r\n1,2\r\n", false).dialect.line_end, b'\n');
    }

    #[test]
    fn nothing_at_all_is_still_a_dialect() {
        assert_eq!(detect(b"", false).dialect.delimiter, b',');
    }
}
