//! Spreadsheets: the first visible sheet that has anything in it, its first row with anything in it as the header.
//!
//! Numbers come out whole without `.0` and never with an exponent, dates in ISO form, truth values as `true` and `false`;
//! text as it is. A cell with an error (`#N/A`) is absent and reported, so is one beyond the header. Zeros that the
//! spreadsheet itself has eaten are gone: `normalize` restores them where it can prove them. Empty rows are no rows.
//!
//! Cells are read one after the other and not as a grid, so that a stray cell at the end of the sheet costs nothing.

use super::{Fault, Input, Rows, TableReader, Wanted, guarded, header, text};
use crate::config::Format;
use crate::model::diagnostic::Diagnostic;
use crate::model::table::TextColumn;
use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, XlsxError};
use std::io::Cursor;

type Workbook<'a> = calamine::Xlsx<Cursor<&'a [u8]>>;

pub(super) struct Xlsx;

impl TableReader for Xlsx {
    fn format(&self) -> Format {
        Format::Xlsx
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["xlsx", "xlsm"]
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        head.starts_with(b"PK\x03\x04") && memchr::memmem::find(head, b"xl/").is_some()
    }

    fn reads_beginnings(&self) -> bool {
        false
    }

    fn read(&self, input: &Input, wanted: &Wanted) -> Result<Rows, Diagnostic> {
        if input.bytes.is_empty() {
            return Err(super::empty_file(input.shown));
        }
        let read = guarded(|| read_workbook(input, wanted));
        read.unwrap_or_else(|| Err(damaged(input.shown, "its sheets are damaged")))
    }
}

fn read_workbook(input: &Input, wanted: &Wanted) -> Result<Rows, Diagnostic> {
    let opened = Workbook::new(Cursor::new(input.bytes));
    let mut workbook = opened.map_err(|error| refused(input.shown, &error))?;
    let sheets = workbook.sheets_metadata().to_vec();
    let is_sheet = |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet;
    let visible = sheets.iter().filter(is_sheet).filter(|sheet| sheet.visible == SheetVisible::Visible);
    let hidden = sheets.iter().filter(is_sheet).filter(|sheet| sheet.visible != SheetVisible::Visible);
    for sheet in visible.chain(hidden) {
        let found = read_sheet(&mut workbook, &sheet.name, input.shown, wanted);
        let Some(mut rows) = found.map_err(|error| refused(input.shown, &error))? else { continue };
        let others: Vec<&str> = sheets
            .iter()
            .filter(is_sheet)
            .map(|other| other.name.as_str())
            .filter(|name| *name != sheet.name)
            .collect();
        if !others.is_empty() {
            let message = format!("read sheet \"{}\"; not read: {}", sheet.name, others.join(", "));
            let note = Diagnostic::note("other-sheets", input.shown, message);
            rows.diagnostics.push(note.hint("save another sheet as a file of its own to use it"));
        }
        return Ok(rows);
    }
    let error = Diagnostic::error("empty-file", input.shown, "none of its sheets has anything in it");
    Err(error.hint("check that the export is complete"))
}

/// Reads one sheet; `None` when it is empty.
fn read_sheet(book: &mut Workbook, name: &str, shown: &str, wanted: &Wanted) -> Result<Option<Rows>, XlsxError> {
    let mut reader = book.worksheet_cells_reader(name)?;
    let mut table: Option<Sheet> = None;
    // The cells of the row at hand: column in the sheet, text.
    let mut cells: Vec<(u32, Content)> = Vec::new();
    let mut row = None;
    while let Some(cell) = reader.next_cell()? {
        let (at, column) = cell.get_position();
        if row != Some(at) {
            take(&mut table, &mut cells, shown, wanted);
            row = Some(at);
            if table.as_ref().is_some_and(|table| wanted.is_enough(table.rows.found as usize)) {
                break;
            }
        }
        match content(cell.get_value()) {
            Content::Text(text) if text.is_empty() => {}
            content => cells.push((column, content)),
        }
    }
    take(&mut table, &mut cells, shown, wanted);
    Ok(table.map(|table| Rows { read_as: format!("xlsx, sheet \"{name}\""), ..table.rows }))
}

enum Content {
    Text(String),
    Error(String),
}

/// A sheet in the course of being read.
struct Sheet {
    /// First column of the header in the sheet.
    first: u32,
    /// For each column of the header, which kept one it is.
    kept: Vec<Option<usize>>,
    rows: Rows,
}

/// Takes the collected cells in: as the header first, then as rows.
fn take(table: &mut Option<Sheet>, cells: &mut Vec<(u32, Content)>, shown: &str, wanted: &Wanted) {
    if cells.is_empty() {
        return;
    }
    match table {
        None => *table = Some(Sheet::new(cells, shown, wanted)),
        Some(table) if !wanted.is_enough(table.rows.found as usize) => table.push(cells),
        Some(_) => {}
    }
    cells.clear();
}

impl Sheet {
    fn new(cells: &[(u32, Content)], shown: &str, wanted: &Wanted) -> Sheet {
        let columns = || cells.iter().map(|(column, _)| *column);
        let (first, last) = (columns().min().unwrap_or(0), columns().max().unwrap_or(0));
        // The format ends at 16,384 columns; a file that says otherwise must not cost memory.
        let width = (last - first).min(16_383) as usize + 1;
        let mut raw = vec![String::new(); width];
        for (column, content) in cells {
            if let (Content::Text(text), Some(name)) = (content, raw.get_mut((column - first) as usize)) {
                *name = text.clone();
            }
        }
        let (header, diagnostics) = header::tidy(&raw, shown);
        let names: Vec<String> = header.iter().filter(|name| wanted.keeps(name)).cloned().collect();
        let mut next = 0;
        let kept = header.iter().map(|name| {
            wanted.keeps(name).then(|| {
                next += 1;
                next - 1
            })
        });
        let kept = kept.collect();
        let columns = names.iter().map(|_| TextColumn::default()).collect();
        Sheet { first, kept, rows: Rows { header, names, columns, diagnostics, ..Rows::default() } }
    }

    fn push(&mut self, cells: &[(u32, Content)]) {
        let rows = &mut self.rows;
        rows.found += 1;
        let mut texts: Vec<&str> = vec![""; rows.columns.len()];
        for (column, content) in cells {
            let index = column.checked_sub(self.first).map(|index| index as usize);
            let known = index.filter(|index| *index < self.kept.len());
            let mut fault = |column: String, value: &str, reason: &str| {
                let (value, reason) = (super::cut(value.as_bytes()), reason.to_string());
                rows.faults.push(Fault { row: rows.found, column, value, reason, whole_row: false });
            };
            match (known.map(|index| (index, self.kept[index])), content) {
                (Some((_, None)), _) => {}
                (Some((_, Some(kept))), Content::Text(text)) => texts[kept] = text,
                (Some((index, _)), Content::Error(error)) => {
                    fault(rows.header[index].clone(), error, "the spreadsheet shows an error here");
                }
                // The value may be anyone's, so it is not shown.
                (None, _) => fault(format!("column_{}", column + 1), "", "a value outside the columns of the header"),
            }
        }
        for (column, text) in rows.columns.iter_mut().zip(texts) {
            column.push(text);
        }
        rows.numbers.push(rows.found);
    }
}

fn content(value: &DataRef) -> Content {
    Content::Text(match value {
        DataRef::Int(value) => value.to_string(),
        // A spreadsheet keeps 15 digits and writes zeros for the rest: two long account numbers become one.
        DataRef::Float(value) if value.fract() == 0.0 && value.abs() >= 1e15 => {
            return Content::Error(
                "the spreadsheet keeps 15 digits and has lost the others; store it as text".to_string(),
            );
        }
        DataRef::Float(value) => text::number(*value).unwrap_or_default(),
        DataRef::String(value) => value.clone(),
        DataRef::SharedString(value) => value.to_string(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(value) => moment(value),
        DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => value.clone(),
        DataRef::Error(error) => return Content::Error(error.to_string()),
        DataRef::Empty => String::new(),
    })
}

/// A date, a time of day, or both, in ISO form. Spreadsheets count days; a value below one is a time of day.
fn moment(value: &ExcelDateTime) -> String {
    let days = value.as_f64();
    if value.is_duration() || (0.0..1.0).contains(&days) {
        let millis = (days * 86_400_000.0).round();
        // Beyond this the number is no time that anyone wrote.
        return if millis.abs() < 1e15 { text::time(millis as i64 * 1_000_000) } else { days.to_string() };
    }
    let (year, month, day, hour, minute, second, milli) = value.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    let nanos = seconds * 1_000_000_000 + i64::from(milli) * 1_000_000;
    if nanos == 0 { date } else { format!("{date}T{}", text::time(nanos)) }
}

fn refused(shown: &str, error: &XlsxError) -> Diagnostic {
    match error {
        XlsxError::Password => {
            let error = Diagnostic::error("locked-file", shown, "the workbook is protected by a password");
            error.hint("save it without a password")
        }
        other => damaged(shown, &other.to_string()),
    }
}

fn damaged(shown: &str, why: &str) -> Diagnostic {
    let error = Diagnostic::error("damaged-xlsx", shown, format!("cannot be read as a workbook: {why}"));
    error.hint("open it in a spreadsheet program and save it again as XLSX, or export CSV")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Made with openpyxl; `tests/data/ingest/README.md` says how.
    const PEOPLE: &[u8] = include_bytes!("../../tests/data/ingest/people.xlsx");

    fn read(bytes: &[u8], only: Option<&[String]>) -> Result<Rows, Diagnostic> {
        Xlsx.read(&Input { bytes, whole: true, shown: "people.xlsx" }, &Wanted { limit: None, only })
    }

    fn column<'a>(rows: &'a Rows, name: &str) -> Vec<&'a str> {
        let index = rows.names.iter().position(|known| known == name).unwrap_or_else(|| panic!("no {name}"));
        rows.columns[index].iter().map(|cell| cell.unwrap_or("-")).collect()
    }

    #[test]
    fn the_first_sheet_with_anything_in_it_is_read() {
        let rows = read(PEOPLE, None).unwrap();
        assert_eq!(
            rows.names,
            ["Employee ID", "name", "phone", "zip", "hired", "seen", "remote", "account", "column_9", "rate"]
        );
        assert_eq!(rows.found, 3);
        assert_eq!(rows.numbers, [1, 2, 3]);
        assert_eq!(rows.read_as, "xlsx, sheet \"People\"");
        assert!(rows.diagnostics.iter().any(|note| note.code == "other-sheets" && note.message.contains("Notes")));
    }

    #[test]
    fn values_are_the_text_that_one_sees() {
        let rows = read(PEOPLE, None).unwrap();
        assert_eq!(column(&rows, "Employee ID"), ["1001", "1002", "1003"]);
        assert_eq!(column(&rows, "phone"), ["12025550100", "(202) 555-0101", "12025550102"]);
        assert_eq!(column(&rows, "zip"), ["02139", "2139", "-"]);
        assert_eq!(column(&rows, "hired"), ["2024-02-29", "2024-03-01", "1999-12-31"]);
        assert_eq!(column(&rows, "seen"), ["2024-03-01T08:30:15", "09:05:00", "-"]);
        assert_eq!(column(&rows, "remote"), ["true", "false", "-"]);
        assert_eq!(column(&rows, "account"), ["123456789012345", "00123", "-"]);
        assert_eq!(column(&rows, "rate"), ["1.5", "-", "0"]);
    }

    #[test]
    fn an_error_cell_and_a_stray_cell_are_reported_and_the_row_stays() {
        let rows = read(PEOPLE, None).unwrap();
        let faults: Vec<_> =
            rows.faults.iter().map(|fault| (fault.row, fault.column.as_str(), fault.whole_row)).collect();
        assert_eq!(faults, [(2, "rate", false), (2, "column_12", false), (3, "account", false)]);
        assert_eq!(rows.faults[2].value, "#N/A");
    }

    #[test]
    fn only_wanted_columns_are_kept_and_reported() {
        let only = ["phone".to_string()];
        let rows = read(PEOPLE, Some(&only)).unwrap();
        assert_eq!((rows.names.len(), rows.header.len()), (1, 10));
        assert_eq!(column(&rows, "phone").len(), 3);
        assert_eq!(rows.faults.len(), 1);
    }

    #[test]
    fn a_limit_ends_the_reading() {
        let input = Input { bytes: PEOPLE, whole: true, shown: "f" };
        let rows = Xlsx.read(&input, &Wanted { limit: Some(2), only: None }).unwrap();
        assert_eq!((rows.found, rows.numbers.len()), (2, 2));
    }

    #[test]
    fn what_is_no_workbook_is_an_error() {
        let code = |bytes: &[u8]| read(bytes, None).err().map(|error| error.code);
        assert_eq!(code(b""), Some("empty-file"));
        assert_eq!(code(b"a,b\n"), Some("damaged-xlsx"));
        assert_eq!(code(&PEOPLE[..PEOPLE.len() / 2]), Some("damaged-xlsx"));
        assert_eq!(code(PEOPLE), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn damaged_bytes_are_survived(place in 0usize..PEOPLE.len(), byte in any::<u8>()) {
            let mut bytes = PEOPLE.to_vec();
            bytes[place] = byte;
            let _ = read(&bytes, None);
        }
    }
}
