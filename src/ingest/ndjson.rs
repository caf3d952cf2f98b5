//! JSON: one object a line, one array of objects, or objects one after the other over several lines.
//!
//! `serde_json` decides whether a record is valid JSON; a walk of ours then takes the cells out of the valid text, so that
//! numbers stay exactly as written (`12345678901234567890`, `1.10`). Nested objects become columns joined by dots
//! (`name.first`), arrays stay JSON text, null and absent are the same. The header is the union of all keys in order of
//! first appearance. A record that is no valid object is rejected, with the reason; a key that comes twice in one object
//! keeps its last value.
//!
//! Lines are read in parallel in fixed portions that are joined in order: the result does not depend on the threads.

use super::{Fault, Input, Rows, TableReader, Wanted, encoding, header};
use crate::config::Format;
use crate::model::diagnostic::Diagnostic;
use crate::model::table::TextColumn;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::ops::Range;

/// Records that one task reads.
const PORTION: usize = 4096;
/// Objects inside objects that become columns; deeper ones stay JSON text.
const DEPTH_MAX: usize = 16;
/// Columns of one file. A file with more has values for keys (`{"E-1042": …}`), and each costs memory in every row.
const KEYS_MAX: usize = 4096;

pub(super) struct Ndjson;

impl TableReader for Ndjson {
    fn format(&self) -> Format {
        Format::Ndjson
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["ndjson", "jsonl", "json"]
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        matches!(head, [b'{', ..] | [b'[', ..])
    }

    fn reads_beginnings(&self) -> bool {
        true
    }

    fn read(&self, input: &Input, wanted: &Wanted) -> Result<Rows, Diagnostic> {
        let decoded = encoding::decode(input.bytes, input.whole, input.shown)?;
        let bytes = &decoded.bytes[..];
        let (mut records, layout) = records(bytes);
        if records.is_empty() {
            let empty = bytes.trim_ascii().is_empty();
            return Err(if empty {
                super::empty_file(input.shown)
            } else {
                Diagnostic::error("no-rows", input.shown, "an empty array").hint("check that the export is complete")
            });
        }
        if !input.whole && !wanted.is_enough(records.len() - 1) {
            // The last record may be cut off. Too few are left: the caller comes back with more of the file.
            records.pop();
        }
        records.truncate(wanted.limit.unwrap_or(usize::MAX));
        let mut all = Portion::default();
        let portions: Vec<Portion> = records
            .par_chunks(PORTION)
            .enumerate()
            .map(|(index, records)| Portion::read(bytes, records, (index * PORTION) as u64, wanted))
            .collect();
        for portion in portions {
            all.append(portion);
            if all.keys.len() > KEYS_MAX {
                let message = format!("more than {KEYS_MAX} different keys");
                let error = Diagnostic::error("too-many-columns", input.shown, message);
                return Err(error.hint("deliver one flat object per record, with the same keys in each"));
            }
        }
        if all.numbers.is_empty() && input.whole {
            let reason = all.faults.first().map_or("", |fault| fault.reason.as_str());
            let error =
                Diagnostic::error("no-rows", input.shown, format!("no record can be read; the first: {reason}"));
            return Err(error.hint("deliver one JSON object per line, or one array of objects"));
        }
        let (header, mut diagnostics) = header::tidy(&all.keys, input.shown);
        diagnostics.splice(0..0, decoded.warning);
        let mut rows = Rows {
            numbers: all.numbers,
            found: records.len() as u64,
            faults: all.faults,
            diagnostics,
            read_as: format!("ndjson, {layout}, {}", decoded.name),
            ..Rows::default()
        };
        for (name, column) in header.iter().zip(all.columns) {
            if let Some(column) = column
                && wanted.keeps(name)
            {
                rows.names.push(name.clone());
                rows.columns.push(column);
            }
        }
        rows.header = header;
        Ok(rows)
    }
}

/// Where each record stands, and the layout for people.
fn records(bytes: &[u8]) -> (Vec<Range<usize>>, &'static str) {
    let start = bytes.len() - bytes.trim_ascii_start().len();
    if bytes.get(start) == Some(&b'[') {
        return (values(bytes, start + 1), "one array");
    }
    let mut lines = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |offset| at + offset);
        if !bytes[at..end].trim_ascii().is_empty() {
            lines.push(at..end);
        }
        at = end + 1;
    }
    // A first line that is not JSON, in a text that is: objects spread over lines.
    let is_value = |range: &Range<usize>| serde_json::from_slice::<IgnoredAny>(&bytes[range.clone()]).is_ok();
    if lines.len() > 1 && lines.first().is_some_and(|first| !is_value(first)) {
        let values = values(bytes, start);
        if values.first().is_some_and(is_value) {
            return (values, "objects over several lines");
        }
    }
    (lines, "one object a line")
}

/// The values from `at` on, up to a closing bracket or the end, by brackets and strings alone. Something between values
/// that is none is a value of its own, for the parser to refuse.
fn values(bytes: &[u8], at: usize) -> Vec<Range<usize>> {
    let mut values = Vec::new();
    let (mut start, mut depth, mut at) = (None, 0usize, at);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                start = start.or(Some(at));
                at = string_end(bytes, at);
                continue;
            }
            b'{' | b'[' => {
                start = start.or(Some(at));
                depth += 1;
            }
            b']' if depth == 0 => break,
            b'}' | b']' if depth > 0 => {
                depth -= 1;
                if depth == 0
                    && let Some(start) = start.take()
                {
                    values.push(start..at + 1);
                }
            }
            b',' if depth == 0 => values.extend(start.take().map(|start| start..at)),
            byte if byte.is_ascii_whitespace() => {}
            _ => start = start.or(Some(at)),
        }
        at += 1;
    }
    values.extend(start.map(|start| start..at.min(bytes.len())));
    values
}

/// Where the text goes on after the string that opens at `at`; the end when it is not closed.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(offset) = bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        if bytes[at + offset] == b'"' {
            return at + offset + 1;
        }
        at += offset + 2;
    }
    bytes.len()
}

/// Some records in a row, as columns.
#[derive(Default)]
struct Portion {
    keys: Vec<String>,
    index: FxHashMap<String, usize>,
    /// `None` for a column that is not kept.
    columns: Vec<Option<TextColumn>>,
    numbers: Vec<u64>,
    faults: Vec<Fault>,
}

impl Portion {
    /// Reads records of which `before` others come first.
    fn read(bytes: &[u8], records: &[Range<usize>], before: u64, wanted: &Wanted) -> Portion {
        let mut portion = Portion::default();
        let mut row = Row::default();
        for (offset, range) in records.iter().enumerate() {
            let number = before + offset as u64 + 1;
            let raw = bytes[range.clone()].trim_ascii();
            match check(raw) {
                Err(reason) => portion.faults.push(Fault::row(number, raw, reason)),
                Ok(text) => {
                    row.cells.clear();
                    row.next = 0;
                    Walk { text, at: 0 }.object(&mut String::new(), 0, &mut portion, &mut row, wanted);
                    portion.push(&mut row, number);
                    if portion.keys.len() > KEYS_MAX {
                        // The reader gives up anyway.
                        break;
                    }
                }
            }
        }
        portion
    }

    fn push(&mut self, row: &mut Row, number: u64) {
        row.cells.resize(self.keys.len(), Cow::Borrowed(""));
        for (column, cell) in self.columns.iter_mut().zip(&row.cells) {
            if let Some(column) = column {
                column.push(cell);
            }
        }
        self.numbers.push(number);
    }

    /// The column of a key; new ones are made with absent cells for the rows before.
    fn column(&mut self, key: &str, guess: usize, wanted: &Wanted) -> usize {
        // Objects mostly come with the same keys in the same order.
        if self.keys.get(guess).is_some_and(|known| known == key) {
            return guess;
        }
        if let Some(&column) = self.index.get(key) {
            return column;
        }
        let column = self.keys.len();
        // Names are made unique once all are known: `name ` may turn out to be `name_2`. Until then every column that
        // could get a wanted name is kept, and the reader drops those that did not.
        let tidy = header::tidy_name(key);
        let may_be_kept = wanted.only.is_none_or(|only| only.iter().any(|wanted| wanted.starts_with(&tidy)));
        self.columns.push((may_be_kept || tidy.is_empty()).then(|| absent(self.numbers.len())));
        self.keys.push(key.to_string());
        self.index.insert(key.to_string(), column);
        column
    }

    /// Adds the records of a later portion.
    fn append(&mut self, mut next: Portion) {
        let (before, added) = (self.numbers.len(), next.numbers.len());
        if before == 0 && self.keys.is_empty() {
            next.faults.splice(0..0, std::mem::take(&mut self.faults));
            *self = next;
            return;
        }
        for (key, column) in next.keys.iter().zip(&next.columns) {
            if !self.index.contains_key(key) {
                self.index.insert(key.clone(), self.keys.len());
                self.keys.push(key.clone());
                self.columns.push(column.as_ref().map(|_| absent(before)));
            }
        }
        for (key, column) in self.keys.iter().zip(&mut self.columns) {
            let Some(column) = column else { continue };
            match next.index.get(key).and_then(|index| next.columns[*index].take()) {
                Some(from) => from.iter().for_each(|cell| column.push(cell.unwrap_or_default())),
                None => (0..added).for_each(|_| column.push("")),
            }
        }
        self.numbers.append(&mut next.numbers);
        self.faults.append(&mut next.faults);
    }
}

fn absent(rows: usize) -> TextColumn {
    let mut column = TextColumn::with_capacity(rows);
    (0..rows).for_each(|_| column.push(""));
    column
}

/// The text of a record, if it is one valid JSON object.
fn check(raw: &[u8]) -> Result<&str, String> {
    let Ok(text) = std::str::from_utf8(raw) else {
        return Err("not valid UTF-8".to_string());
    };
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        return Err(format!("not valid JSON: {error}"));
    }
    if text.starts_with('{') { Ok(text) } else { Err("not a JSON object".to_string()) }
}

/// The cells of one record, by column.
#[derive(Default)]
struct Row<'a> {
    cells: Vec<Cow<'a, str>>,
    /// The column that probably comes next.
    next: usize,
}

/// A walk over text that is known to be valid JSON.
struct Walk<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Walk<'a> {
    /// The object that begins here: its values go to the row under `path` and their keys.
    fn object(&mut self, path: &mut String, depth: usize, portion: &mut Portion, row: &mut Row<'a>, wanted: &Wanted) {
        self.at += 1;
        loop {
            if self.peek() != Some(b'"') {
                self.at += 1;
                return;
            }
            let key = self.string();
            // Past the colon.
            self.peek();
            self.at += 1;
            let length = path.len();
            if depth > 0 {
                path.push('.');
            }
            path.push_str(&key);
            if self.peek() == Some(b'{') && depth + 1 < DEPTH_MAX {
                self.object(path, depth + 1, portion, row, wanted);
            } else {
                let value = self.value();
                let column = portion.column(path, row.next, wanted);
                row.next = column + 1;
                if row.cells.len() <= column {
                    row.cells.resize(column + 1, Cow::Borrowed(""));
                }
                row.cells[column] = value;
            }
            path.truncate(length);
            if self.peek() == Some(b',') {
                self.at += 1;
            }
        }
    }

    /// The value that begins here, as a cell.
    fn value(&mut self) -> Cow<'a, str> {
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'{' | b'[') => {
                let mut depth = 0usize;
                while let Some(byte) = self.text.as_bytes().get(self.at) {
                    match byte {
                        b'"' => {
                            self.at = string_end(self.text.as_bytes(), self.at);
                            continue;
                        }
                        b'{' | b'[' => depth += 1,
                        b'}' | b']' => depth -= 1,
                        _ => {}
                    }
                    self.at += 1;
                    if depth == 0 {
                        break;
                    }
                }
                self.since(start)
            }
            _ => {
                let rest = &self.text.as_bytes()[self.at..];
                let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace();
                self.at += rest.iter().position(ends).unwrap_or(rest.len());
                match self.since(start) {
                    Cow::Borrowed("null") => Cow::Borrowed(""),
                    other => other,
                }
            }
        }
    }

    /// The string that begins here, without quotes and escapes.
    fn string(&mut self) -> Cow<'a, str> {
        let start = self.at;
        self.at = string_end(self.text.as_bytes(), start);
        let quoted = self.text.get(start..self.at).unwrap_or_default();
        let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default();
        if !inner.contains('\\') {
            return Cow::Borrowed(inner);
        }
        // A lone surrogate is valid to skip but not to decode; then the escapes stay as they are.
        serde_json::from_str(quoted).map_or(Cow::Borrowed(inner), Cow::Owned)
    }

    fn since(&self, start: usize) -> Cow<'a, str> {
        Cow::Borrowed(self.text.get(start..self.at).unwrap_or_default().trim_ascii())
    }

    /// The next byte that is not a space.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let offset = rest.iter().position(|byte| !byte.is_ascii_whitespace())?;
        self.at += offset;
        Some(rest[offset])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &[u8], only: Option<&[String]>) -> Result<Rows, Diagnostic> {
        let input = Input { bytes: text, whole: true, shown: "f.ndjson" };
        Ndjson.read(&input, &Wanted { limit: None, only })
    }

    /// Header, then rows, absent cells as `-`.
    fn table(rows: &Rows) -> Vec<String> {
        let cells = |row: usize| rows.columns.iter().map(move |column| column.get(row).unwrap_or("-"));
        let body = (0..rows.numbers.len()).map(|row| cells(row).collect::<Vec<_>>().join("¦"));
        std::iter::once(rows.names.join("¦")).chain(body).collect()
    }

    fn check(text: &str, expected: &[&str]) {
        let rows = read(text.as_bytes(), None).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(table(&rows), expected, "{text}");
        assert!(rows.faults.is_empty(), "{:?}", rows.faults);
    }

    #[test]
    fn numbers_stay_as_written() {
        check(
            "{\"id\":12345678901234567890123,\"x\":1.10,\"zip\":\"00123\"}\n{\"id\":-0,\"x\":1e3,\"zip\":7}\n",
            &["id¦x¦zip", "12345678901234567890123¦1.10¦00123", "-0¦1e3¦7"],
        );
    }

    #[test]
    fn nesting_is_flattened_and_arrays_stay_json() {
        check(
            r#"{"name":{"first":"Ada","last":"Example"},"emails":["a@example.com", "b@example.org"],"x":{},"deep":{"a":{"b":true}}}"#,
            &["name.first¦name.last¦emails¦deep.a.b", r#"Ada¦Example¦["a@example.com", "b@example.org"]¦true"#],
        );
    }

    #[test]
    fn keys_are_united_in_order_of_appearance() {
        check("{\"a\":1}\n{\"b\":2,\"a\":null}\n\n{\"c\":\"\",\"b\":3}\n", &["a¦b¦c", "1¦-¦-", "-¦2¦-", "-¦3¦-"]);
        check("{\"a\":1,\"a\":2}", &["a", "2"]);
    }

    #[test]
    fn arrays_and_spread_objects_read_like_lines() {
        let expected = ["a¦b", "1¦x,]}", "2¦-"];
        check("{\"a\":1,\"b\":\"x,]}\"}\n{\"a\":2}\n", &expected);
        check("[{\"a\":1,\"b\":\"x,]}\"},{\"a\":2}]", &expected);
        check("[\n  {\n    \"a\": 1,\n    \"b\": \"x,]}\"\n  },\n  { \"a\": 2 }\n]\n", &expected);
        check("{\n  \"a\": 1,\n  \"b\": \"x,]}\"\n}\n{\n  \"a\": 2\n}\n", &expected);
        check("\u{feff}{\"a\":1,\"b\":\"x,]}\"}\r\n{\"a\":2}", &expected);
    }

    #[test]
    fn escapes_are_decoded() {
        check(r#"{"a":"Zo\u00eb \"Z\" \\ \ud83d\ude00","k\"ey":"x"}"#, &["a¦k\"ey", "Zoë \"Z\" \\ 😀¦x"]);
    }

    #[test]
    fn a_malformed_line_costs_itself() {
        let rows = read(
            &[&b"{\"a\":1}\n{\"a\":\n[1]\n"[..], "{\"a\":\"Zoë, Köln\"}\n".as_bytes(), b"{\"a\":\"\xff\"}\n"].concat(),
            None,
        )
        .unwrap();
        let reasons: Vec<_> = rows.faults.iter().map(|fault| (fault.row, fault.reason.clone())).collect();
        assert_eq!((rows.found, &rows.numbers[..]), (5, &[1, 4][..]));
        assert!(reasons[0].0 == 2 && reasons[0].1.starts_with("not valid JSON"), "{reasons:?}");
        assert_eq!(reasons[1], (3, "not a JSON object".to_string()));
        assert_eq!(reasons[2].0, 5);
    }

    #[test]
    fn an_array_that_breaks_off_keeps_what_is_whole() {
        let rows = read(b"[{\"a\":1},{\"a\":2},{\"a\":", None).unwrap();
        assert_eq!((rows.numbers.len(), rows.faults.len()), (2, 1));
    }

    #[test]
    fn only_wanted_columns_are_kept_but_the_header_is_whole() {
        let only = ["a b".to_string()];
        let rows = read(b"{\"x\":1,\"a  b\":2}\n{\"gender\":\"f\"}\n", Some(&only)).unwrap();
        assert_eq!(table(&rows), ["a b", "2", "-"]);
        assert_eq!(rows.header, ["x", "a b", "gender"]);
        // A name that the header made up can be wanted too; the look-alike that only begins the same is not kept.
        let only = ["name_2".to_string(), "column_3".to_string()];
        let rows = read(b"{\"name\":1,\"name \":2,\"\":3,\"nam\":4}\n", Some(&only)).unwrap();
        assert_eq!(table(&rows), ["name_2¦column_3", "2¦3"]);
    }

    #[test]
    fn many_portions_join_in_order() {
        let line =
            |n: usize| if n % 1000 == 7 { format!("{{\"n\":{n},\"k{n}\":1}}\n") } else { format!("{{\"n\":{n}}}\n") };
        let count = PORTION * 2 + 100;
        let text: String = (0..count).map(line).collect();
        let rows = read(text.as_bytes(), None).unwrap();
        assert_eq!(rows.names[..3], ["n", "k7", "k1007"]);
        for row in 0..count {
            assert_eq!(rows.columns[0].get(row), Some(row.to_string().as_str()));
        }
        assert_eq!(rows.columns[2].iter().filter(Option::is_some).count(), 1);
        assert_eq!(rows.columns[2].get(1007), Some("1"));
    }

    #[test]
    fn hostile_files_end_in_a_diagnostic() {
        let deep = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
        let rows = read(deep.as_bytes(), None).unwrap();
        assert_eq!(rows.names, [vec!["a"; DEPTH_MAX].join(".")]);
        let wide: String = (0..KEYS_MAX + 1).map(|n| format!("{{\"k{n}\":1}}\n")).collect();
        assert_eq!(read(wide.as_bytes(), None).unwrap_err().code, "too-many-columns");
        assert_eq!(read(b"hello\n", None).unwrap_err().code, "no-rows");
        assert_eq!(read(b"[]", None).unwrap_err().code, "no-rows");
        assert_eq!(read(b" \n", None).unwrap_err().code, "empty-file");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn any_text_is_read_or_refused(text in "[\\[\\]{}:,\"\\\\ua1 \n]{0,60}") {
            let _ = read(text.as_bytes(), None);
        }

        #[test]
        fn flat_objects_come_back(rows in proptest::collection::vec(
            proptest::collection::btree_map("[a-c\"\\\\.]{1,2}", "[ab\"\\\\\n,}é]{1,4}", 1..4), 1..6)) {
            let text: String = rows.iter().map(|row| serde_json::to_string(row).unwrap() + "\n").collect();
            let read = read(text.as_bytes(), None).unwrap();
            prop_assert_eq!(read.numbers.len(), rows.len());
            for (index, row) in rows.iter().enumerate() {
                for (key, value) in row {
                    let column = read.names.iter().position(|name| name == key).unwrap();
                    prop_assert_eq!(read.columns[column].get(index), Some(value.as_str()));
                }
            }
        }
    }
}
