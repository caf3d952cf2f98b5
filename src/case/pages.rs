//! Tables of a run that are read page by page as they are asked for, or whole.
//!
//! A question never fails half-way: a page that cannot be read is empty, and the fault is kept for [`super::Case::check`],
//! which whoever asks calls before telling an answer. Nothing here waits for another thread: two that need the same page read it
//! twice, and one of the two is kept.

use crate::store::Error;
use crate::store::lookup::Lookup;
use crate::store::table::{InTable, PagedTable};
use std::fmt;
use std::hash::BuildHasher;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The first thing that went wrong while pages were read.
#[derive(Clone, Debug, Default)]
pub(super) struct Faults(Arc<Mutex<Option<Error>>>);

impl Faults {
    pub(super) fn note(&self, error: Error) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    /// Hands the fault over, if there was one.
    pub(super) fn take(&self) -> Option<Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// How one page becomes values: its table, its number, and the first of its rows.
type Read<P> = Box<dyn Fn(&InTable, usize) -> Result<P, Error> + Send + Sync>;

/// Where pages come from.
struct Source<P> {
    lookup: Arc<Lookup>,
    path: PathBuf,
    /// What the file says of its pages, once one of them is read.
    table: OnceLock<PagedTable>,
    read: Read<P>,
    faults: Faults,
}

/// The pages of one table.
pub(super) struct Pages<P> {
    name: &'static str,
    pages: Vec<OnceLock<P>>,
    /// First row of each page, and the number of rows.
    starts: Vec<usize>,
    /// Absent for a table that was read whole.
    source: Option<Source<P>>,
}

impl<P: Default + Send + Sync> Pages<P> {
    /// A table that was read whole is one page.
    pub(super) fn whole(name: &'static str, page: P, rows: usize) -> Self {
        Pages { name, pages: vec![OnceLock::from(page)], starts: vec![0, rows], source: None }
    }

    /// A table of which nothing is read yet; `None` where the lookup does not have it.
    pub(super) fn part(
        name: &'static str,
        folder: &Path,
        lookup: &Arc<Lookup>,
        faults: &Faults,
        read: impl Fn(&InTable, usize) -> Result<P, Error> + Send + Sync + 'static,
    ) -> Option<Self> {
        let starts = lookup.starts(name)?;
        let pages = (1..starts.len()).map(|_| OnceLock::new()).collect();
        let path = folder.join(format!("{name}.parquet"));
        let (lookup, table, faults) = (lookup.clone(), OnceLock::new(), faults.clone());
        let source = Source { lookup, path, table, read: Box::new(read), faults };
        Some(Pages { name, pages, starts, source: Some(source) })
    }

    /// Whether pages are read as they are asked for.
    pub(super) fn is_part(&self) -> bool {
        self.source.is_some()
    }

    /// How many rows all pages have.
    pub(super) fn rows(&self) -> usize {
        self.starts.last().copied().unwrap_or_default()
    }

    /// How many pages there are.
    pub(super) fn count(&self) -> usize {
        self.pages.len()
    }

    /// The page of a row, and which row of it that is; none for a row that is not there.
    pub(super) fn place(&self, row: usize) -> Option<(usize, usize)> {
        let page = self.starts.partition_point(|start| *start <= row).checked_sub(1)?;
        (page < self.pages.len()).then(|| (page, row - self.starts[page]))
    }

    /// The first row of a page.
    pub(super) fn start(&self, page: usize) -> usize {
        self.starts.get(page).copied().unwrap_or_default()
    }

    /// A value that goes with the pages; nothing, and the fault is kept, where it cannot be read.
    pub(super) fn unless_failed<T: Default>(&self, read: Result<T, Error>) -> T {
        read.unwrap_or_else(|error| {
            if let Some(source) = &self.source {
                source.faults.note(error);
            }
            T::default()
        })
    }

    /// A page, read now if it was not before.
    pub(super) fn page(&self, page: usize) -> Option<&P> {
        let cell = self.pages.get(page)?;
        if let (None, Some(source)) = (cell.get(), &self.source) {
            let read = self.table(source).and_then(|table| (source.read)(&table.read(page)?, page));
            // Another thread may have been faster; its page has the same rows.
            let _ = cell.set(read.unwrap_or_else(|error| {
                source.faults.note(error);
                P::default()
            }));
        }
        cell.get()
    }

    /// What the file says of its pages, which must be what the lookup says.
    fn table<'a>(&self, source: &'a Source<P>) -> Result<&'a PagedTable, Error> {
        if let Some(table) = source.table.get() {
            return Ok(table);
        }
        let table = PagedTable::open(&source.path)?;
        if table.starts() != self.starts {
            let message = "it and lookup.bin do not go together".to_string();
            return Err(Error::Table { action: "read", path: source.path.clone(), message });
        }
        Ok(source.table.get_or_init(|| table))
    }

    /// Reads these pages at the same time. On threads of its own: a worker of the common pool that waits for the reader of
    /// tables would begin with another page meanwhile, on top of this one, and so on until its stack ends.
    pub(super) fn load(&self, pages: &[usize]) {
        let unread = |page: &usize| self.pages.get(*page).is_some_and(|page| page.get().is_none());
        let pages: Vec<usize> = pages.iter().copied().filter(unread).collect();
        if self.source.is_none() || pages.is_empty() {
            return;
        }
        // The first one finds what the others need, too.
        let _ = self.page(pages[0]);
        let next = AtomicUsize::new(1);
        let work = || {
            while let Some(&page) = pages.get(next.fetch_add(1, Ordering::Relaxed)) {
                let _ = self.page(page);
            }
        };
        let threads = rayon::current_num_threads().min(pages.len() - 1);
        std::thread::scope(|scope| {
            (1..threads).for_each(|_| drop(scope.spawn(work)));
            work();
        });
    }

    /// Reads all that is left to read.
    pub(super) fn load_all(&self) {
        self.load(&(0..self.pages.len()).collect::<Vec<usize>>());
    }

    /// Pages in which one of these texts may stand, ascending; all that do are among them. They are read.
    pub(super) fn having(&self, texts: &[&str]) -> Vec<usize> {
        let Some(source) = &self.source else { return (0..self.pages.len()).collect() };
        let mut pages = Vec::new();
        for text in texts {
            match source.lookup.pages(self.name, text) {
                Ok(found) => pages.extend(found),
                Err(error) => source.faults.note(error),
            }
        }
        pages.sort_unstable();
        pages.dedup();
        self.load(&pages);
        pages
    }
}

impl<P> fmt::Debug for Pages<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let read = self.pages.iter().filter(|page| page.get().is_some()).count();
        write!(f, "{} of {} pages of {}", read, self.pages.len(), self.name)
    }
}

/// Answers by what was asked, kept where they can be pointed at. Only ever grows.
#[derive(Debug)]
pub(super) struct Memo<V>(Vec<OnceLock<Box<Kept<V>>>>);

#[derive(Debug)]
struct Kept<V> {
    key: String,
    value: V,
    next: OnceLock<Box<Kept<V>>>,
}

impl<V> Default for Memo<V> {
    fn default() -> Self {
        Memo((0..1024).map(|_| OnceLock::new()).collect())
    }
}

impl<V> Memo<V> {
    /// The answer that is kept, or the one that is found now.
    pub(super) fn get(&self, key: &str, find: impl FnOnce() -> V) -> &V {
        let hash = rustc_hash::FxBuildHasher.hash_one(key);
        let mut slot = &self.0[(hash >> 32) as usize % self.0.len()];
        let mut found = None;
        let mut find = Some(find);
        loop {
            if slot.get().is_none() {
                // Found outside of the slot, which may be asked again while this is looked for.
                if let Some(find) = find.take() {
                    found = Some(find());
                }
                if slot.get().is_none()
                    && let Some(value) = found.take()
                {
                    let kept = Kept { key: key.to_string(), value, next: OnceLock::new() };
                    if let Err(kept) = slot.set(Box::new(kept)) {
                        found = Some(kept.value);
                    }
                }
            }
            match slot.get() {
                Some(kept) if kept.key == key => return &kept.value,
                Some(kept) => slot = &kept.next,
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_found_once_and_stays_where_it_is() {
        let memo = Memo::default();
        let keys: Vec<String> = (0..5000).map(|at| format!("key {at}")).collect();
        let first: Vec<&String> = keys.iter().map(|key| memo.get(key, || key.to_uppercase())).collect();
        for (key, first) in keys.iter().zip(first) {
            assert_eq!(memo.get(key, || unreachable!()), first);
            assert_eq!(*first, key.to_uppercase());
        }
        // One answer may need another.
        let sum = memo.get("a b", || format!("{} {}", memo.get("a", || "A".into()), memo.get("b", || "B".into())));
        assert_eq!(sum, "A B");
    }

    #[test]
    fn threads_that_ask_for_the_same_get_the_same() {
        let memo = Memo::default();
        let ask = || {
            for at in 0..5_000 {
                let key = format!("key {}", at % 97);
                assert_eq!(*memo.get(&key, || key.clone()), key);
            }
        };
        std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(ask))));
    }

    #[test]
    fn rows_are_found_in_a_table_that_was_read_whole() {
        let pages = Pages::whole("rows", vec![1, 2, 3], 3);
        assert_eq!((pages.place(0), pages.place(2)), (Some((0, 0)), Some((0, 2))));
        assert_eq!((pages.place(3), pages.rows(), pages.having(&["x"])), (None, 3, vec![0]));
        assert!(!pages.is_part());
        let none: Pages<Vec<u8>> = Pages::whole("none", Vec::new(), 0);
        assert_eq!(none.place(0), None);
    }
}
