//! Cells as delivered are asked for again only when the run is written. Where they are many, or memory is limited, they wait
//! until then in a file without a name in the output folder: nobody else can open it, and nothing of it is left whatever
//! becomes of the process.

use super::memory::MEGABYTE;
use crate::config::Config;
use crate::model::diagnostic::Diagnostic;
use crate::model::table::{Table, TextColumn};
use std::fs::File;
use std::io::{self, Read, Seek, Write};

/// Bytes of cells from which they are set aside where memory is not limited: fewer are soon written and soon read, and would
/// spare little.
const SET_ASIDE_FROM: u64 = 512 * MEGABYTE;

/// Cells that wait in a file.
pub(super) struct SetAside {
    file: File,
    columns: Vec<Waiting>,
}

/// A column without the text of its cells.
struct Waiting {
    table: usize,
    column: usize,
    cells: TextColumn,
    bytes: usize,
}

/// Sets the cells of these tables aside where that is worth it; until they are given back their columns are empty. Where the
/// folder takes no file, or the disk is full, they stay where they are.
pub(super) fn set_aside(config: &Config, tables: &mut [Table]) -> Option<SetAside> {
    let bytes: usize = tables.iter().flat_map(|table| &table.columns).map(|column| column.text().len()).sum();
    let from = if config.memory_limit.is_some() { 1 } else { SET_ASIDE_FROM };
    let folder = config.spill_folder.as_ref().filter(|_| bytes as u64 >= from)?;
    let mut file = tempfile::tempfile_in(folder).ok()?;
    let mut texts = tables.iter().flat_map(|table| &table.columns).map(|column| column.text().as_bytes());
    texts.try_for_each(|text| file.write_all(text)).ok()?;
    file.rewind().ok()?;
    let mut columns = Vec::new();
    for (at, table) in tables.iter_mut().enumerate() {
        for (column, cells) in table.columns.iter_mut().enumerate() {
            let mut cells = std::mem::take(cells);
            let bytes = cells.replace_text(String::new()).len();
            columns.push(Waiting { table: at, column, cells, bytes });
        }
    }
    Some(SetAside { file, columns })
}

impl SetAside {
    /// Bytes that come back.
    pub(super) fn bytes(&self) -> u64 {
        self.columns.iter().map(|waiting| waiting.bytes as u64).sum()
    }

    /// Puts every cell where it was. Errors: the file cannot be read.
    pub(super) fn give_back(mut self, tables: &mut [Table]) -> Result<(), Vec<Diagnostic>> {
        self.read_into(tables).map_err(|error| {
            let message = format!("cells that were set aside on disk cannot be read again: {error}");
            let hint = "look at the disk of the output folder, or name another one with --output";
            vec![Diagnostic::error("spill", "", message).hint(hint)]
        })
    }

    fn read_into(&mut self, tables: &mut [Table]) -> io::Result<()> {
        for waiting in &mut self.columns {
            let mut text = String::with_capacity(waiting.bytes);
            (&mut self.file).take(waiting.bytes as u64).read_to_string(&mut text)?;
            if text.len() != waiting.bytes {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            waiting.cells.replace_text(text);
            tables[waiting.table].columns[waiting.column] = std::mem::take(&mut waiting.cells);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::memory;
    use std::path::Path;

    fn tables() -> Vec<Table> {
        let column = |cells: &[&str]| {
            let mut column = TextColumn::default();
            cells.iter().for_each(|cell| column.push(cell));
            column
        };
        let table = |columns: Vec<TextColumn>| Table { columns, ..Table::default() };
        vec![
            table(vec![column(&["a", "", "Zoë"]), TextColumn::default()]),
            table(vec![column(&["", ""]), column(&["kite", "1"])]),
        ]
    }

    fn config(limit: Option<u64>, folder: Option<&Path>) -> Config {
        Config { spill_folder: folder.map(Path::to_path_buf), ..memory::tests::config(limit) }
    }

    fn columns(tables: &[Table]) -> Vec<&TextColumn> {
        tables.iter().flat_map(|table| &table.columns).collect()
    }

    #[test]
    fn cells_come_back_as_they_were_and_the_folder_shows_no_file() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut tables = tables();
        let before = tables.clone();
        let aside = set_aside(&config(Some(1), Some(folder.path())), &mut tables).expect("memory is limited");
        assert!(tables.iter().all(|table| table.columns.iter().all(TextColumn::is_empty)));
        assert_eq!(tables[0].cell(0, 0), None, "and no panic");
        assert_eq!(std::fs::read_dir(folder.path()).expect("readable").count(), 0);
        assert_eq!(aside.bytes(), 10);
        aside.give_back(&mut tables).expect("readable");
        assert_eq!(columns(&tables), columns(&before));
    }

    #[test]
    fn few_cells_and_a_folder_that_takes_no_file_leave_them_where_they_are() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let missing = folder.path().join("none");
        for config in [config(None, Some(folder.path())), config(Some(1), Some(&missing)), config(Some(1), None)] {
            let mut tables = tables();
            let before = tables.clone();
            assert!(set_aside(&config, &mut tables).is_none());
            assert_eq!(columns(&tables), columns(&before));
        }
    }
}
