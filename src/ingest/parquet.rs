//! Parquet, read by polars, every column as the text that a person would have typed: whole numbers plain, dates and times
//! in ISO form, lists as JSON text. Text columns pass as they are.
//!
//! A column of a kind that has no such text (records inside records, decimals, durations), or that polars was built without
//! (8- and 16-bit integers), is left out with a warning when nobody asked for it, and an error when the config uses it.

use super::{Input, Rows, TableReader, Wanted, guarded, header, text};
use crate::config::Format;
use crate::model::diagnostic::Diagnostic;
use crate::model::table::TextColumn;
use polars::io::mmap::MmapBytesReader;
use polars::prelude::{
    AnyValue, ArrowDataType, DataFrame, ParallelStrategy, ParquetReader, PolarsResult, SerReader, Series, TimeUnit,
};
use rayon::prelude::*;
use std::fs::File;
use std::io::Cursor;

pub(super) struct Parquet;

impl TableReader for Parquet {
    fn format(&self) -> Format {
        Format::Parquet
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["parquet", "pq"]
    }

    fn recognizes(&self, head: &[u8]) -> bool {
        head.starts_with(b"PAR1")
    }

    fn reads_beginnings(&self) -> bool {
        false
    }

    fn indexed(&self, mut file: File, shown: &str) -> Option<Vec<String>> {
        let (fields, _) = guarded(|| contents(&mut file))?.ok()?;
        // Of small integers only reading one tells whether it can be read.
        if fields.is_empty() || fields.iter().any(|(_, kind)| is_small(kind)) {
            return None;
        }
        let raw: Vec<String> = fields.iter().map(|(name, _)| name.clone()).collect();
        let names = header::tidy(&raw, shown).0.into_iter().zip(&fields);
        Some(names.filter(|(_, (_, kind))| is_text_like(kind)).map(|(name, _)| name).collect())
    }

    fn read(&self, input: &Input, wanted: &Wanted) -> Result<Rows, Diagnostic> {
        if input.bytes.is_empty() {
            return Err(super::empty_file(input.shown));
        }
        if !input.bytes.starts_with(b"PAR1") || !input.bytes.ends_with(b"PAR1") {
            let what =
                if input.bytes.starts_with(b"PAR1") { "a Parquet file that breaks off" } else { "no Parquet file" };
            let error = Diagnostic::error("damaged-parquet", input.shown, format!("this is {what}"));
            return Err(error.hint("fetch the file again, or correct its format in the config"));
        }
        let damaged = |why: String| {
            let error = Diagnostic::error("damaged-parquet", input.shown, format!("cannot be read: {why}"));
            error.hint("fetch the file again, or deliver it as CSV")
        };
        let contents = guarded(|| contents(Cursor::new(input.bytes)));
        let (fields, count) =
            contents.unwrap_or_else(|| Ok((Vec::new(), 0))).map_err(|error| damaged(first_line(&error)))?;
        if fields.is_empty() {
            return Err(damaged("it names no columns".to_string()));
        }
        let raw: Vec<String> = fields.iter().map(|(name, _)| name.clone()).collect();
        let (names, mut diagnostics) = header::tidy(&raw, input.shown);

        let mut kept = Vec::new();
        let mut readable = Vec::new();
        for (index, (name, (_, kind))) in names.iter().zip(&fields).enumerate() {
            let has_text = is_text_like(kind)
                && (!is_small(kind)
                    || guarded(|| frame(input.bytes, &[index], count.min(1))).is_some_and(|read| read.is_ok()));
            if has_text {
                readable.push(name.clone());
            }
            match (wanted.keeps(name), has_text) {
                (true, true) => kept.push(index),
                (true, false) => {
                    let message = format!("column \"{name}\" holds {}, which cannot be read as text", described(kind));
                    if wanted.only.is_some() {
                        let error = Diagnostic::error("unreadable-column", input.shown, message);
                        return Err(error.hint("cast it to text in the export, or deliver the table as NDJSON"));
                    }
                    let warning = Diagnostic::warning("unreadable-column", input.shown, message);
                    diagnostics.push(warning.hint("it is left out; cast it to text in the export to use it"));
                }
                (false, _) => {}
            }
        }
        let rows = count.min(wanted.limit.unwrap_or(usize::MAX));
        // Column by column, so that no more than a few are there in two forms at a time.
        let column = |&index: &usize| -> Result<TextColumn, Diagnostic> {
            let read = guarded(|| {
                let frame = frame(input.bytes, &[index], rows)?;
                Ok(frame.columns().first().map(|column| as_text(column.as_materialized_series())))
            });
            let read: PolarsResult<Option<TextColumn>> =
                read.ok_or_else(|| damaged("its pages or values are damaged".to_string()))?;
            let column = read.map_err(|error| damaged(first_line(&error)))?;
            let whole = column.filter(|column| column.len() == rows);
            whole.ok_or_else(|| damaged("it holds fewer rows than it says".to_string()))
        };
        let columns = match rows {
            0 => kept.iter().map(|_| TextColumn::default()).collect(),
            _ => kept.par_iter().with_max_len(1).map(column).collect::<Result<Vec<_>, _>>()?,
        };
        Ok(Rows {
            names: kept.iter().map(|index| names[*index].clone()).collect(),
            columns,
            numbers: (1..=rows as u64).collect(),
            found: rows as u64,
            faults: Vec::new(),
            diagnostics,
            read_as: "parquet".to_string(),
            header: readable,
        })
    }
}

/// Names and kinds of the columns, and the number of rows.
fn contents(file: impl MmapBytesReader) -> PolarsResult<(Vec<(String, ArrowDataType)>, usize)> {
    let mut reader = ParquetReader::new(file);
    let schema = reader.schema()?;
    let fields = schema.iter_values().map(|field| (field.name.to_string(), field.dtype.clone())).collect();
    Ok((fields, reader.num_rows()?))
}

fn frame(bytes: &[u8], kept: &[usize], rows: usize) -> PolarsResult<DataFrame> {
    let reader = ParquetReader::new(Cursor::new(bytes)).with_projection(Some(kept.to_vec()));
    // Columns are read beside each other already, and a thread that only reads would keep the memory that it did it in. The
    // price: a file of fewer columns than there are cores is decoded by as many as there are columns.
    let reader = reader.read_parallel(ParallelStrategy::None);
    reader.with_slice(Some((0, rows))).finish()
}

/// Whether a column of that kind can be told in plain text.
fn is_text_like(kind: &ArrowDataType) -> bool {
    use ArrowDataType as Kind;
    match kind {
        Kind::Null | Kind::Boolean | Kind::Utf8 | Kind::LargeUtf8 | Kind::Utf8View => true,
        Kind::Int8 | Kind::Int16 | Kind::Int32 | Kind::Int64 => true,
        Kind::UInt8 | Kind::UInt16 | Kind::UInt32 | Kind::UInt64 | Kind::Float32 | Kind::Float64 => true,
        Kind::Date32 | Kind::Date64 | Kind::Timestamp(..) | Kind::Time32(_) | Kind::Time64(_) => true,
        Kind::Binary | Kind::LargeBinary | Kind::BinaryView => true,
        Kind::Dictionary(_, values, _) => matches!(**values, Kind::Utf8 | Kind::LargeUtf8 | Kind::Utf8View),
        Kind::List(item) | Kind::LargeList(item) => is_text_like(&item.dtype),
        _ => false,
    }
}

/// Integers that polars reads only when it was built for them, which only it can tell.
fn is_small(kind: &ArrowDataType) -> bool {
    use ArrowDataType as Kind;
    match kind {
        Kind::Int8 | Kind::Int16 | Kind::UInt8 | Kind::UInt16 => true,
        Kind::List(item) | Kind::LargeList(item) => is_small(&item.dtype),
        _ => false,
    }
}

fn described(kind: &ArrowDataType) -> &'static str {
    use ArrowDataType as Kind;
    match kind {
        Kind::Struct(_) => "records inside records",
        Kind::Map(..) => "maps",
        Kind::Decimal(..) | Kind::Decimal32(..) | Kind::Decimal64(..) | Kind::Decimal256(..) => "decimals",
        Kind::Duration(_) | Kind::Interval(_) => "durations",
        Kind::Int8 | Kind::Int16 | Kind::UInt8 | Kind::UInt16 => "8- or 16-bit integers",
        Kind::List(_) | Kind::LargeList(_) | Kind::FixedSizeList(..) => "lists of a kind",
        _ => "a kind of value",
    }
}

/// A column as text.
fn as_text(series: &Series) -> TextColumn {
    if let Ok(texts) = series.str() {
        let bytes = texts.downcast_iter().flat_map(|chunk| chunk.iter()).map(|cell| cell.map_or(0, str::len)).sum();
        let mut column = TextColumn::with_bytes(series.len(), bytes);
        texts.downcast_iter().flat_map(|chunk| chunk.iter()).for_each(|cell| column.push(cell.unwrap_or_default()));
        return column;
    }
    let mut column = TextColumn::with_capacity(series.len());
    for value in series.rechunk().iter() {
        column.push(&cell(&value).unwrap_or_default());
    }
    column
}

/// A value as text; `None` when it is absent.
fn cell(value: &AnyValue) -> Option<String> {
    Some(match value {
        AnyValue::Null => return None,
        AnyValue::Boolean(value) => value.to_string(),
        AnyValue::String(value) => value.to_string(),
        AnyValue::StringOwned(value) => value.to_string(),
        AnyValue::Int8(value) => value.to_string(),
        AnyValue::Int16(value) => value.to_string(),
        AnyValue::Int32(value) => value.to_string(),
        AnyValue::Int64(value) => value.to_string(),
        AnyValue::UInt8(value) => value.to_string(),
        AnyValue::UInt16(value) => value.to_string(),
        AnyValue::UInt32(value) => value.to_string(),
        AnyValue::UInt64(value) => value.to_string(),
        // By way of its own shortest form: 1.1 as a 32-bit number is not 1.100000023841858.
        AnyValue::Float32(value) => return text::number(value.to_string().parse().unwrap_or(f64::NAN)),
        AnyValue::Float64(value) => return text::number(*value),
        AnyValue::Date(days) => text::date(i64::from(*days)),
        AnyValue::Datetime(count, unit, zone) => moment(*count, *unit, zone.is_some()),
        AnyValue::DatetimeOwned(count, unit, zone) => moment(*count, *unit, zone.is_some()),
        AnyValue::Time(nanos) => text::time(*nanos),
        AnyValue::Binary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        AnyValue::BinaryOwned(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        AnyValue::List(values) => {
            let items: Vec<String> = values.iter().map(|value| json(&value)).collect();
            format!("[{}]", items.join(","))
        }
        other => other.get_str().map_or_else(|| other.to_string(), str::to_string),
    })
}

/// A value as JSON: what is a number, a truth value or a list stays one, everything else is a string.
fn json(value: &AnyValue) -> String {
    let Some(text) = cell(value) else { return "null".to_string() };
    match value {
        AnyValue::Boolean(_) | AnyValue::List(_) => text,
        value if value.is_primitive_numeric() => text,
        _ => serde_json::Value::String(text).to_string(),
    }
}

/// ISO date and time, in UTC with a `Z` when the column has a time zone.
fn moment(count: i64, unit: TimeUnit, zoned: bool) -> String {
    let per_second = match unit {
        TimeUnit::Nanoseconds => 1_000_000_000,
        TimeUnit::Microseconds => 1_000_000,
        TimeUnit::Milliseconds => 1_000,
    };
    let moment = text::date_time(count, per_second);
    if zoned { format!("{moment}Z") } else { moment }
}

fn first_line(error: &impl std::fmt::Display) -> String {
    error.to_string().lines().next().unwrap_or_default().to_string()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use polars::prelude::{Column, DataType, IntoColumn, NamedFrom, ParquetWriter};
    use proptest::prelude::*;

    pub(crate) fn write(columns: Vec<Column>) -> Vec<u8> {
        let height = columns.first().map_or(0, Column::len);
        let mut frame = DataFrame::new(height, columns).unwrap();
        let mut bytes = Vec::new();
        ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Rows, Diagnostic> {
        Parquet.read(&Input { bytes, whole: true, shown: "f.parquet" }, &Wanted::default())
    }

    fn check(series: Series, expected: &[Option<&str>]) {
        let rows = read(&write(vec![series.into_column()])).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(rows.columns[0].iter().collect::<Vec<_>>(), expected);
    }

    fn series<T, V: AsRef<[T]>>(values: V) -> Series
    where
        Series: NamedFrom<V, [T]>,
    {
        Series::new("x".into(), values)
    }

    #[test]
    fn each_kind_has_its_text() {
        check(series([Some("00123"), None, Some(""), Some(" a ")]), &[Some("00123"), None, None, Some(" a ")]);
        check(series([i64::MAX, -5]), &[Some("9223372036854775807"), Some("-5")]);
        check(series([u64::MAX]), &[Some("18446744073709551615")]);
        check(series([12_025_550_100.0, 1.5, f64::NAN]), &[Some("12025550100"), Some("1.5"), None]);
        check(series([1.1f32]), &[Some("1.1")]);
        check(series([true, false]), &[Some("true"), Some("false")]);
        check(series([19_782i32]).cast(&DataType::Date).unwrap(), &[Some("2024-02-29")]);
        let moments = series([1_700_000_000_000_000i64, 0]).cast(&DataType::Datetime(TimeUnit::Microseconds, None));
        check(moments.unwrap(), &[Some("2023-11-14T22:13:20"), Some("1970-01-01T00:00:00")]);
    }

    #[test]
    fn lists_become_json() {
        let emails = series(["a@example.com", "say \"hi\""]);
        let numbers = Series::new("x".into(), [1i64, 2]);
        check(Series::new("x".into(), [emails]), &[Some(r#"["a@example.com","say \"hi\""]"#)]);
        check(Series::new("x".into(), [numbers]), &[Some("[1,2]")]);
    }

    #[test]
    fn only_wanted_columns_are_read() {
        let bytes = write(vec![series(["a"]).with_name("keep me ".into()).into_column(), series([1i64]).into_column()]);
        let only = ["keep me".to_string()];
        let input = Input { bytes: &bytes, whole: true, shown: "f" };
        let rows = Parquet.read(&input, &Wanted { limit: None, only: Some(&only) }).unwrap();
        assert_eq!((rows.names.len(), rows.header.len()), (1, 2));
        assert_eq!(rows.columns[0].get(0), Some("a"));
        let rows = Parquet.read(&input, &Wanted { limit: None, only: Some(&[]) }).unwrap();
        assert_eq!((rows.columns.len(), rows.found), (0, 1));
    }

    #[test]
    fn no_rows_is_a_table_too() {
        let bytes = write(vec![Series::new("x".into(), Vec::<String>::new()).into_column()]);
        let rows = read(&bytes).unwrap();
        assert_eq!((rows.names, rows.found), (vec!["x".to_string()], 0));
    }

    #[test]
    fn kinds_without_text_are_left_out_or_refused() {
        // Written by another tool: x is a struct, d a decimal(38,2), s a 16-bit number, c a dictionary, t text.
        let bytes = include_bytes!("../../tests/data/ingest/kinds.parquet");
        let rows = read(bytes).unwrap();
        let cell =
            |name: &str| rows.names.iter().position(|known| known == name).map(|index| rows.columns[index].get(0));
        assert_eq!(
            [cell("c"), cell("t"), cell("l")],
            [Some(Some("Wien")), Some(Some("00123")), Some(Some(r#"["a","b"]"#))]
        );
        assert_eq!([cell("x"), cell("d")], [None, None]);
        // Whether 16-bit integers are read depends on how polars was built; either way nothing is lost unsaid.
        let is_said =
            |name: &str| rows.diagnostics.iter().any(|warning| warning.message.contains(&format!("\"{name}\"")));
        assert!(is_said("x") && is_said("d"), "{:?}", rows.diagnostics);
        assert!(cell("s") == Some(Some("7")) || (cell("s").is_none() && is_said("s")), "{:?}", rows.diagnostics);
        let only = ["d".to_string()];
        let input = Input { bytes, whole: true, shown: "f" };
        let error = Parquet.read(&input, &Wanted { limit: None, only: Some(&only) }).unwrap_err();
        assert!(error.code == "unreadable-column" && error.message.contains("decimals"), "{error}");
    }

    #[test]
    fn damage_is_an_error() {
        let bytes = write(vec![series(["a", "b"]).into_column()]);
        let code = |bytes: &[u8]| read(bytes).err().map(|error| error.code);
        assert_eq!(code(b""), Some("empty-file"));
        assert_eq!(code(b"a,b\n1,2\n"), Some("damaged-parquet"));
        assert_eq!(code(&bytes[..bytes.len() - 1]), Some("damaged-parquet"));
        let mut short = bytes[..20].to_vec();
        short.extend_from_slice(&bytes[bytes.len() - 8..]);
        assert_eq!(code(&short), Some("damaged-parquet"));
        assert_eq!(code(&bytes), None);
    }

    proptest! {
        // One seed for all runs: about one damaged byte in two thousand makes the Parquet reader ask for memory that no
        // machine has, which ends the process and cannot be caught here.
        #![proptest_config(ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::with_cases(48) })]

        /// Damage in the index or the pages ends in an error or in other values, never in a panic.
        #[test]
        fn damaged_bytes_are_survived(place in 4usize..10_000, byte in any::<u8>()) {
            let mut bytes = write(vec![series(["a", "b", "c"]).into_column(), series([1i64, 2, 3]).with_name("y".into()).into_column()]);
            let place = place % (bytes.len() - 8);
            bytes[place] = byte;
            let _ = read(&bytes);
        }
    }
}
