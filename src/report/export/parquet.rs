//! The tables of [`super::csv`] as Apache Parquet, compressed with zstd, with their types.

use super::tables::{Table, Values, tables};
use crate::report::case_file::CaseFile;
use crate::report::{Exporter, Part};
use polars::error::PolarsResult;
use polars::prelude::{
    BooleanChunked, Column, DataFrame, Float64Chunked, IntoColumn, NewChunkedArray, ParquetCompression, ParquetWriter,
    StatisticsOptions, StringChunked, UInt64Chunked,
};

/// The export.
pub struct Parquet;

impl Exporter for Parquet {
    fn name(&self) -> &'static str {
        "parquet"
    }

    fn doc(&self) -> &'static str {
        "The same tables as Parquet, for polars, pandas, DuckDB, Spark."
    }

    fn export(&self, cases: &[CaseFile]) -> Result<Vec<Part>, String> {
        let mut parts = Vec::new();
        for table in tables(cases) {
            let name = format!("{}.parquet", table.name);
            parts.push(Part { name, bytes: write(table).map_err(|error| error.to_string())? });
        }
        Ok(parts)
    }
}

fn write(table: Table) -> PolarsResult<Vec<u8>> {
    let rows = table.rows();
    let columns: Vec<Column> = table
        .columns
        .into_iter()
        .map(|column| {
            let name = column.name.into();
            match column.values {
                Values::Text(values) => StringChunked::from_iter_values(name, values.into_iter()).into_column(),
                Values::Count(values) => UInt64Chunked::from_iter_options(name, values.into_iter()).into_column(),
                Values::Number(values) => Float64Chunked::from_iter_options(name, values.into_iter()).into_column(),
                Values::Flag(values) => BooleanChunked::from_slice(name, &values).into_column(),
            }
        })
        .collect();
    let frame = DataFrame::new(rows, columns)?;
    let mut bytes = Vec::new();
    // One row group at a time and in order: the bytes do not depend on the number of threads.
    let mut writer = ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        .with_statistics(StatisticsOptions::default())
        .batched(frame.schema())?;
    writer.write_batch(&frame)?;
    writer.finish()?;
    drop(writer);
    Ok(bytes)
}
