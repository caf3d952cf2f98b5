//! `counts.bin`: how often things occur in a run, looked up by their keys without reading the file. Leaves to others what
//! is counted (see [`crate::model::counts`]).
//!
//! Layout: mark, number of keys, the keys in ascending order (64 bits each), their counts in the same order (32 bits). All
//! numbers are little-endian.

use super::{Error, Result, io_error};
use rayon::prelude::*;
use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Name of the file in a run folder.
pub const FILE: &str = "counts.bin";

/// Its last digit is the version.
const MARK: &[u8; 8] = b"samecnt1";
/// Bytes of the mark and the number of keys, of a key, of a count.
const START: u64 = 16;
const KEY: u64 = 8;
const COUNT: u64 = 4;
/// Keys that are read at once.
const BLOCK: u64 = 512;

/// Writes the counts of a run folder. Of equal keys the highest count is kept.
pub fn write(folder: &Path, mut counts: Vec<(u64, u32)>) -> Result<()> {
    counts.par_sort_unstable();
    counts.reverse();
    counts.dedup_by_key(|(key, _)| *key);
    counts.reverse();
    let path = folder.join(FILE);
    let write = || {
        let mut file = BufWriter::new(File::create(&path)?);
        file.write_all(MARK)?;
        file.write_all(&(counts.len() as u64).to_le_bytes())?;
        counts.iter().try_for_each(|(key, _)| file.write_all(&key.to_le_bytes()))?;
        counts.iter().try_for_each(|(_, count)| file.write_all(&count.to_le_bytes()))?;
        file.flush()
    };
    write().map_err(io_error("write", &path))
}

/// The file, opened for questions.
#[derive(Debug)]
pub struct CountsFile {
    path: PathBuf,
    file: Mutex<File>,
    keys: u64,
}

impl CountsFile {
    /// Opens the file of a run folder; `None` where there is none, as in folders of earlier versions, or no whole one.
    pub fn open(folder: &Path) -> Option<CountsFile> {
        let path = folder.join(FILE);
        let mut file = File::open(&path).ok()?;
        let mut start = [0; START as usize];
        file.read_exact(&mut start).ok()?;
        let (mark, keys) = start.split_at(MARK.len());
        let keys = u64::from_le_bytes(keys.try_into().ok()?);
        let length = keys.checked_mul(KEY + COUNT)?.checked_add(START)?;
        let is_whole = mark == MARK && file.metadata().ok()?.len() == length;
        is_whole.then(|| CountsFile { path, file: Mutex::new(file), keys })
    }

    /// The count of a key, if there is one. O(log n) reads of a few bytes.
    pub fn get(&self, key: u64) -> Result<Option<u32>> {
        let (mut from, mut to) = (0, self.keys);
        while to - from > BLOCK {
            let middle = from + (to - from) / 2;
            let [found] = self.keys_at(middle, 1)?[..] else { return Err(self.damaged()) };
            if found <= key { from = middle } else { to = middle }
        }
        let Ok(at) = self.keys_at(from, to - from)?.binary_search(&key) else { return Ok(None) };
        let mut count = [0; COUNT as usize];
        self.read(START + self.keys * KEY + (from + at as u64) * COUNT, &mut count)?;
        Ok(Some(u32::from_le_bytes(count)))
    }

    fn keys_at(&self, at: u64, count: u64) -> Result<Vec<u64>> {
        let mut bytes = vec![0; (count * KEY) as usize];
        self.read(START + at * KEY, &mut bytes)?;
        let keys = bytes.as_chunks::<{ KEY as usize }>().0;
        Ok(keys.iter().map(|key| u64::from_le_bytes(*key)).collect())
    }

    fn read(&self, at: u64, into: &mut [u8]) -> Result<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(into)).map_err(io_error("read", &self.path))
    }

    /// What there is to say of a file that lacks what every run writes.
    pub fn damaged(&self) -> Error {
        let message = "it is damaged, or of another run".to_string();
        Error::Table { action: "read", path: self.path.clone(), message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_its_count_and_no_other_has_one() {
        for keys in [0u64, 1, 2, 511, 512, 513, 5_000] {
            let dir = tempfile::tempdir().expect("a folder");
            let counts: Vec<(u64, u32)> = (0..keys).rev().map(|key| (key * 3 + 1, key as u32 + 7)).collect();
            write(dir.path(), counts.clone()).expect("written");
            let file = CountsFile::open(dir.path()).expect("opened");
            for (key, count) in counts {
                assert_eq!(file.get(key).expect("read"), Some(count));
                assert_eq!(file.get(key + 1).expect("read"), None);
            }
            assert_eq!(file.get(0).expect("read"), None);
            assert_eq!(file.get(u64::MAX).expect("read"), None);
        }
    }

    #[test]
    fn a_file_that_is_cut_short_or_of_something_else_is_none() {
        let dir = tempfile::tempdir().expect("a folder");
        assert!(CountsFile::open(dir.path()).is_none(), "none there");
        write(dir.path(), vec![(1, 2), (3, 4), (3, 9)]).expect("written");
        let bytes = std::fs::read(dir.path().join(FILE)).expect("bytes");
        assert_eq!(CountsFile::open(dir.path()).expect("whole").get(3).expect("read"), Some(9));
        for damaged in [&bytes[..bytes.len() - 1], &bytes[..10], b"samecnt9________", &[255; 40]] {
            std::fs::write(dir.path().join(FILE), damaged).expect("damaged");
            assert!(CountsFile::open(dir.path()).is_none(), "{} bytes", damaged.len());
        }
    }
}
