//! Cells that wait on disk while nobody asks for them.
//!
//! Cells as delivered are asked for again only when a run is written. Where they are many, or memory is limited, they wait
//! until then in a file that has no name where the file system can do that. Which columns may wait, and when, is decided by
//! whoever calls: what is sensitive stays in memory.

use super::{Result, io_error};
use crate::model::table::{Table, TextColumn};
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// Cells that wait in a file.
#[derive(Debug)]
pub struct SetAside {
    folder: PathBuf,
    file: File,
    columns: Vec<Waiting>,
}

/// A column without the text of its cells.
#[derive(Debug)]
struct Waiting {
    table: usize,
    column: usize,
    cells: TextColumn,
    bytes: usize,
}

/// Sets those columns of the tables aside of which `may_wait` says so, by table and column, if they come to `from` bytes; until
/// they are given back they are empty. Where the folder takes no file, or the disk is full, they stay where they are.
pub fn set_aside(
    folder: &Path,
    tables: &mut [Table],
    from: u64,
    may_wait: impl Fn(usize, usize) -> bool,
) -> Option<SetAside> {
    let places =
        tables.iter().enumerate().flat_map(|(at, table)| (0..table.columns.len()).map(move |column| (at, column)));
    let places: Vec<(usize, usize)> = places.filter(|&(table, column)| may_wait(table, column)).collect();
    let text = |&(table, column): &(usize, usize)| tables[table].columns[column].text();
    let bytes: usize = places.iter().map(|place| text(place).len()).sum();
    if bytes == 0 || (bytes as u64) < from {
        return None;
    }
    let mut file = tempfile::tempfile_in(folder).ok()?;
    places.iter().try_for_each(|place| file.write_all(text(place).as_bytes())).ok()?;
    file.rewind().ok()?;
    let wait = |(table, column): (usize, usize)| {
        let mut cells = std::mem::take(&mut tables[table].columns[column]);
        let bytes = cells.replace_text(String::new()).len();
        Waiting { table, column, cells, bytes }
    };
    let columns = places.into_iter().map(wait).collect();
    Some(SetAside { folder: folder.to_path_buf(), file, columns })
}

impl SetAside {
    /// Bytes that come back.
    pub fn bytes(&self) -> u64 {
        self.columns.iter().map(|waiting| waiting.bytes as u64).sum()
    }

    /// Puts every cell where it was. Errors: the file cannot be read.
    pub fn give_back(mut self, tables: &mut [Table]) -> Result<()> {
        let folder = std::mem::take(&mut self.folder);
        self.read_into(tables).map_err(io_error("read again what was set aside in", &folder))
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

    fn tables() -> Vec<Table> {
        let column = |cells: &[&str]| {
            let mut column = TextColumn::default();
            cells.iter().for_each(|cell| column.push(cell));
            column
        };
        let table = |columns: Vec<TextColumn>| Table { columns, ..Table::default() };
        vec![
            table(vec![column(&["a", "", "Zoë"]), TextColumn::default()]),
            table(vec![column(&["", ""]), column(&["kite", "1"]), column(&["X123", ""])]),
        ]
    }

    fn columns(tables: &[Table]) -> Vec<&TextColumn> {
        tables.iter().flat_map(|table| &table.columns).collect()
    }

    #[test]
    fn cells_come_back_as_they_were_and_what_may_not_wait_never_leaves() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut tables = tables();
        let before = tables.clone();
        let may_wait = |table, column| (table, column) != (1, 2);
        let mut aside = set_aside(folder.path(), &mut tables, 1, may_wait).expect("there are cells");
        assert_eq!(std::fs::read_dir(folder.path()).expect("readable").count(), 0, "no file to be seen");
        assert_eq!(aside.bytes(), 10);
        let mut written = String::new();
        aside.file.read_to_string(&mut written).expect("text");
        assert_eq!(written, "aZoëkite1");
        aside.file.rewind().expect("a file");
        assert_eq!((tables[0].cell(0, 0), tables[1].cell(1, 1)), (None, None), "and no panic");
        assert_eq!(tables[1].cell(0, 2), Some("X123"));
        aside.give_back(&mut tables).expect("readable");
        assert_eq!(columns(&tables), columns(&before));
    }

    #[test]
    fn a_file_that_lost_its_end_is_an_error() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut tables = tables();
        let aside = set_aside(folder.path(), &mut tables, 1, |_, _| true).expect("there are cells");
        aside.file.set_len(3).expect("shortened");
        let error = aside.give_back(&mut tables).expect_err("too short").to_string();
        assert!(error.contains("set aside") && error.contains(&folder.path().display().to_string()), "{error}");
    }

    #[test]
    fn few_cells_and_a_folder_that_takes_no_file_leave_them_where_they_are() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let missing = folder.path().join("none");
        for (folder, from) in [(folder.path(), 1000), (missing.as_path(), 1)] {
            let mut tables = tables();
            let before = tables.clone();
            assert!(set_aside(folder, &mut tables, from, |_, _| true).is_none());
            assert_eq!(columns(&tables), columns(&before));
        }
    }
}
