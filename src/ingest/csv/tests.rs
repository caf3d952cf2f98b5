//! Tests of the whole reader: header, shape, rejects, and polars against the scan.

use super::*;
use proptest::prelude::*;

fn read(text: &[u8]) -> Result<Rows, Diagnostic> {
    let input = Input { bytes: text, whole: true, shown: "f.csv" };
    Delimited { tab: false }.read(&input, &Wanted::default())
}

/// Header, then rows, absent cells as `-`.
fn table(rows: &Rows) -> Vec<String> {
    let cells = |row: usize| rows.columns.iter().map(move |column| column.get(row).unwrap_or("-"));
    let body = (0..rows.numbers.len()).map(|row| cells(row).collect::<Vec<_>>().join("¦"));
    std::iter::once(rows.names.join("¦")).chain(body).collect()
}

fn check(text: &str, expected: &[&str]) {
    let rows = read(text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(table(&rows), expected, "{text:?}");
    assert!(rows.faults.is_empty(), "{:?}", rows.faults);
}

/// Rows that survive, and the reasons of those that do not, with their numbers.
fn check_faults(text: &[u8], expected: &[&str], faults: &[(u64, &str)]) {
    let rows = read(text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(table(&rows)[1..], *expected, "{:?}", String::from_utf8_lossy(text));
    let found: Vec<_> = rows.faults.iter().map(|fault| (fault.row, fault.reason.as_str())).collect();
    assert_eq!(found, faults);
    assert_eq!(rows.found, (expected.len() + faults.len()) as u64);
}

#[test]
fn cells_come_out_as_they_went_in() {
    check(
        "id,zip,note\n007,02139, two  spaces \n1e5,-0,NULL\n",
        &["id¦zip¦note", "007¦02139¦ two  spaces ", "1e5¦-0¦NULL"],
    );
    check("a,b\r\n\"x, y\",\"say \"\"hi\"\"\"\r\n\"two\nlines\",\r\n", &["a¦b", "x, y¦say \"hi\"", "two\nlines¦-"]);
    check("a;b\n1,5;2\n", &["a¦b", "1,5¦2"]);
    check("a,b\n,\n\"\",\"\"\n", &["a¦b", "-¦-", "-¦-"]);
    check("'a','b'\n'O''Neill','1,5'\n", &["a¦b", "O'Neill¦1,5"]);
}

#[test]
fn encodings_and_line_ends_give_the_same_table() {
    let text = "name,city\nZoë Example,Köln\n박민준,서울\n";
    let expected = ["name¦city", "Zoë Example¦Köln", "박민준¦서울"];
    check(text, &expected);
    check(&format!("\u{feff}{text}"), &expected);
    check(&text.replace('\n', "\r\n"), &expected);
    check(&text.replace('\n', "\r"), &expected);
    check(text.trim_end(), &expected);
    let utf_16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let rows = read(&utf_16).unwrap();
    assert_eq!((table(&rows), rows.read_as.as_str()), (expected.map(String::from).to_vec(), "csv, ',', UTF-16LE"));
    let rows = read(b"name;city\nZo\xeb;K\xf6ln\n").unwrap();
    assert_eq!(table(&rows), ["name¦city", "Zoë¦Köln"]);
    assert_eq!((rows.read_as.as_str(), rows.diagnostics.len()), ("csv, ';', Windows-1252", 1));
}

#[test]
fn the_header_is_tidied() {
    check("Application ID ,\" IP  address\"\n1,2\n", &["Application ID¦IP address", "1¦2"]);
    check("a,,b\n1,2,3\n", &["a¦column_2¦b", "1¦2¦3"]);
    let rows = read(b"name,name\nAda,Bob\n").unwrap();
    assert_eq!(table(&rows), ["name¦name_2", "Ada¦Bob"]);
    assert_eq!(rows.diagnostics[0].code, "duplicate-column");
    check("\n  \nsep\n1\n", &["sep", "1"]);
    check("sep=;\na;b\n1;2\n", &["a¦b", "1¦2"]);
}

#[test]
fn trailing_delimiters_are_no_cells() {
    check("a,b,\n1,2,\n3,4,\n", &["a¦b", "1¦2", "3¦4"]);
    check("a,b\n1,2,\n3,4,\n", &["a¦b", "1¦2", "3¦4"]);
    check("a,b,\n1,2\n3,4\n", &["a¦b", "1¦2", "3¦4"]);
    check("a,b,,,\n1,2,,,\n", &["a¦b", "1¦2"]);
    // A value under an empty name is a column.
    check("a,b,\n1,2,x\n3,4,\n", &["a¦b¦column_3", "1¦2¦x", "3¦4¦-"]);
    // One row with an empty cell too many is more likely an unquoted comma.
    check_faults(b"a,b\n1,2\n3,4,\n5,6\n7,8\n", &["1¦2", "5¦6", "7¦8"], &[(2, "3 cells where the header has 2")]);
}

#[test]
fn ragged_rows_are_rejected_and_their_neighbors_stay() {
    check_faults(
        b"a,b,c,d,e,f,g\n1,2,3,4,5\n1,2,3,4,5,6,7\nx\n1,2,3,4,5,6,7,8\n",
        &["1¦2¦3¦4¦5¦6¦7"],
        &[
            (1, "5 cells where the header has 7"),
            (3, "1 cell where the header has 7"),
            (4, "8 cells where the header has 7"),
        ],
    );
}

#[test]
fn an_unclosed_quote_costs_one_row() {
    let unclosed = "a quote that is not closed";
    let either = "text after a closing quote, or a quote that is not closed";
    check_faults(b"a,b\n1,\"open\n2,x\n3,y\n", &["2¦x", "3¦y"], &[(1, unclosed)]);
    check_faults(b"a,b\n1,\"open\n2,\"x\"\n3,y\n", &["2¦x", "3¦y"], &[(1, either)]);
    // It swallows good rows up to a stray quote, and the number of cells gives it away.
    check_faults(b"a,b,c\n1,\"open,x\n2,y,z\n3,w,v\"\n4,p,q\n", &["2¦y¦z", "3¦w¦v\"", "4¦p¦q"], &[(1, unclosed)]);
    // What is left of a broken cell of several lines is not taken for a row.
    let rest = "follows a row with broken quoting";
    check_faults(b"a,b\n1,\"two\nlines\"oops,x\n2,5\" disk\n", &["2¦5\" disk"], &[(1, either), (2, rest)]);
    // A row that spans lines and is ragged is one row all the same.
    check_faults(b"a,b\n1,\"three\nof\nlines\",x\n2,y\n", &["2¦y"], &[(1, "3 cells where the header has 2")]);
    check_faults(b"a,b\n1,\"two\nlines\",x\n2,y\n", &["2¦y"], &[(1, "3 cells where the header has 2")]);
}

#[test]
fn stray_bytes_cost_their_row() {
    check_faults(b"a,b\n1,x\n2,y\0\n3,z\n", &["1¦x", "3¦z"], &[(2, "a NUL character in cell 2")]);
    let broken = ["a,b\n1,Zoë\n2,Björn\n".as_bytes(), b"3,\xff\n4,w\n"].concat();
    check_faults(&broken, &["1¦Zoë", "2¦Björn", "4¦w"], &[(3, "not valid UTF-8")]);
    let long = format!("a,b\n1,{}\n2,x\n", "y".repeat(CELL_MAX + 1));
    check_faults(long.as_bytes(), &["2¦x"], &[(1, "a cell over 1 MiB, or a quote that is not closed")]);
}

#[test]
fn blank_lines_are_no_rows() {
    let rows = read(b"a,b\n\n1,2\n   \n3,4\n\n").unwrap();
    assert_eq!((table(&rows).len(), rows.found, &rows.numbers[..]), (3, 2, &[1, 2][..]));
}

#[test]
fn rejected_rows_keep_their_place_in_the_count() {
    let rows = read(b"a,b\n1,2\nx\n3,4\n").unwrap();
    assert_eq!(rows.numbers, [1, 3]);
    assert_eq!(rows.faults[0].value, "x");
}

#[test]
fn one_column_is_legal_but_a_delimiter_in_its_name_is_suspicious() {
    check("name\nAda\nBob\n", &["name", "Ada", "Bob"]);
    let rows = read(b"id^name\n1^Ada\n").unwrap();
    assert_eq!(rows.diagnostics.iter().map(|warning| warning.code).collect::<Vec<_>>(), ["one-column"]);
    let rows = read(b"\"id,name\"\n\"1,Ada\"\n").unwrap();
    assert_eq!((rows.names.len(), rows.diagnostics.len()), (1, 1));
}

#[test]
fn what_is_no_table_is_an_error() {
    let code = |text: &[u8]| read(text).err().map(|error| error.code);
    assert_eq!(code(b""), Some("empty-file"));
    assert_eq!(code(b"\n \n"), Some("empty-file"));
    assert_eq!(code(b"a,\"b\n"), Some("broken-header"));
    assert_eq!(code(b"a;\"b\n1;2\n"), Some("broken-header"));
    assert_eq!(code(b"%PDF-1.4"), Some("binary-file"));
    assert_eq!(code(b"a,b\n"), None);
}

#[test]
fn unwanted_columns_are_not_kept() {
    let only = ["b".to_string()];
    let input = Input { bytes: b"a,b,c\n1,2,3\n4,5\n", whole: true, shown: "f" };
    let rows = Delimited { tab: false }.read(&input, &Wanted { limit: None, only: Some(&only) }).unwrap();
    assert_eq!((table(&rows), rows.header.len(), rows.faults.len()), (vec!["b".to_string(), "2".to_string()], 3, 1));
    let rows = Delimited { tab: false }.read(&input, &Wanted { limit: None, only: Some(&[]) }).unwrap();
    assert_eq!((rows.columns.len(), &rows.numbers[..]), (0, &[1][..]));
}

/// Text in which polars sees other cells than RFC 4180: the scan's own cells must win.
#[test]
fn where_polars_errs_the_scan_decides() {
    let only_polars = |text: &[u8], width: usize, rows: usize| {
        let dialect = Dialect { delimiter: b',', quote: b'"', line_end: b'\n' };
        let kept: Vec<usize> = (0..width).collect();
        let frame = parse(text, dialect, width, &kept).ok()?;
        let mut columns = vec![TextColumn::default(); width];
        copy(&frame, &mut columns);
        (frame.height() == rows)
            .then(|| columns.iter().map(|column| column.get(0).unwrap_or("-").to_string()).collect())
    };
    // It drops a CR at the end of a cell in mid-row.
    assert_eq!(only_polars(b"x\r,y\n", 2, 1), Some(vec!["x".to_string(), "y".to_string()]));
    check("a,b\nx\r,y\n", &["a¦b", "x\r¦y"]);
    // It takes text that begins like zlib for a packed file.
    assert_eq!(only_polars(b"x^2,y\n", 2, 1), None);
    check("a,b\nx^2,y\n", &["a¦b", "x^2¦y"]);
    // It counts quotes inside unquoted cells when it looks for line ends: these rows are handed over quoted anew.
    let inches: String = (0..200).map(|n| format!("{n},5\" disk {n}\n{n},\"two\nlines {n}\"\n")).collect();
    assert_eq!(only_polars(inches.as_bytes(), 2, 400), None);
    let rows = read(format!("a,b\n{inches}").as_bytes()).unwrap();
    assert_eq!((rows.found, rows.faults.len()), (400, 0));
    for n in 0..200 {
        assert_eq!(rows.columns[1].get(2 * n), Some(format!("5\" disk {n}").as_str()));
        assert_eq!(rows.columns[1].get(2 * n + 1), Some(format!("two\nlines {n}").as_str()));
    }
}

#[test]
fn blocks_join_without_a_seam() {
    let line = |n: usize| match n % 1000 {
        3 => format!("{n},ragged,row\n"),
        5 => format!("{n},\"{}\nline\"\n", "x".repeat(n % 70)),
        _ => format!("{n},{}\n", "y".repeat(n % 90)),
    };
    let count = 2 * BLOCK_BYTES / 45;
    let text: String = std::iter::once("n,text\n".to_string()).chain((0..count).map(line)).collect();
    assert!(text.len() > 2 * BLOCK_BYTES);
    let rows = read(text.as_bytes()).unwrap();
    assert_eq!((rows.found as usize, rows.faults.len()), (count, count.div_ceil(1000)));
    let expected = (0..count).filter(|n| n % 1000 != 3);
    assert!(rows.columns[0].iter().zip(expected).all(|(cell, n)| cell == Some(n.to_string().as_str())));
    assert_eq!(rows.columns[0].len(), rows.numbers.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(
        prop_oneof![4 => Just(b'"'), 4 => Just(b','), 4 => Just(b'\n'), 1 => Just(b'\r'), 4 => Just(b'a'), 1 => any::<u8>()], 0..200)) {
        if let Ok(rows) = read(&bytes) {
            prop_assert_eq!(rows.found as usize, rows.numbers.len() + rows.faults.len());
            prop_assert!(rows.columns.iter().all(|column| column.len() == rows.numbers.len()));
        }
    }

    #[test]
    fn well_formed_tables_come_back(
        cells in proptest::collection::vec(proptest::collection::vec("[ab\",; \n\r']{0,6}", 3), 0..20),
        delimiter in prop_oneof![Just(','), Just(';'), Just('\t'), Just('|')],
    ) {
        let row = |cells: &Vec<String>| {
            let quoted = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
            quoted.collect::<Vec<_>>().join(&delimiter.to_string()) + "\n"
        };
        let header = row(&vec!["one".to_string(), "two".to_string(), "three".to_string()]);
        let text: String = std::iter::once(header).chain(cells.iter().map(row)).collect();
        let rows = read(text.as_bytes()).unwrap();
        prop_assert_eq!(&rows.names, &["one", "two", "three"]);
        let found: Vec<Vec<String>> = (0..rows.numbers.len())
            .map(|row| rows.columns.iter().map(|column| column.get(row).unwrap_or_default().to_string()).collect())
            .collect();
        prop_assert_eq!(found, cells);
    }

    /// The scan's own cells and polars' are the same wherever polars is believed.
    #[test]
    fn polars_and_the_scan_agree(
        cells in proptest::collection::vec(proptest::collection::vec("[ab\",\n]{0,5}", 2), 1..30)
    ) {
        let row = |cells: &Vec<String>| {
            let quoted = cells.iter().map(|cell| {
                if cell.contains(['"', ',', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
            });
            quoted.collect::<Vec<_>>().join(",") + "\n"
        };
        let text: String = cells.iter().map(row).collect();
        let dialect = Dialect { delimiter: b',', quote: b'"', line_end: b'\n' };
        let shape = Shape { width: 2, trailing: [2, 2] };
        let lengths: Vec<u64> = (0..2).map(|index| cells.iter().map(|row| row[index].len() as u64).sum()).collect();
        let frame = by_polars(text.as_bytes(), dialect, shape, &[0, 1], cells.len(), &lengths);
        let mut by_scan = vec![TextColumn::default(); 2];
        split(text.as_bytes(), dialect, &[0, 1], &mut by_scan);
        let mut by_frame = vec![TextColumn::default(); 2];
        prop_assert!(frame.is_some(), "polars came to other figures for {:?}", text);
        copy(&frame.unwrap(), &mut by_frame);
        prop_assert_eq!(by_frame, by_scan);
    }
}
