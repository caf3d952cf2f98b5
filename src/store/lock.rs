//! An advisory lock on an output folder, so that two runs keep apart.
//!
//! The lock is the system's lock on the file `.lock`, not the file itself: it goes with the process, however that
//! ends, and a file that a dead process left behind locks nobody out. The file is never deleted, because a process
//! that waits on a deleted file would hold a lock that nobody else can see.

use super::{Error, Result, io_error, now_utc};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

/// Name of the lock file in the output folder.
pub const FILE_NAME: &str = ".lock";

/// Held as long as it lives.
#[derive(Debug)]
pub struct RunLock {
    file: File,
}

impl RunLock {
    /// Takes the lock of that output folder, which must exist. Never waits: a lock that another process holds is
    /// [`Error::Locked`], with pid and start of the holder. `None` on a file system that knows no locks.
    pub fn take(folder: &Path) -> Result<Option<RunLock>> {
        let path = folder.join(FILE_NAME);
        // Not truncated on opening: the text is the present holder's until the lock is ours.
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io_error("open", &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Locked { path: folder.to_path_buf(), holder: holder(&mut file) });
            }
            Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(io_error("lock", &path)(error)),
        }
        let text = format!("pid {}, since {}\n", std::process::id(), now_utc());
        file.set_len(0).and_then(|()| file.write_all(text.as_bytes())).map_err(io_error("write", &path))?;
        Ok(Some(RunLock { file }))
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        // Tidiness only.
        let _ = self.file.set_len(0);
        // Closing is not enough: a program that is being started at this moment holds the file open as well, until it has begun.
        let _ = self.file.unlock();
    }
}

/// What the holder wrote, for the message; empty when it has not written yet or the system hides it.
fn holder(file: &mut File) -> String {
    let mut bytes = Vec::new();
    if file.rewind().is_err() || file.take(200).read_to_end(&mut bytes).is_err() {
        return String::new();
    }
    let text: String = String::from_utf8_lossy(&bytes).chars().filter(|c| !c.is_control()).collect();
    if text.is_empty() { String::new() } else { format!(" ({text})") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_fails_at_once_and_says_who_holds_the_lock() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let first = RunLock::take(dir.path()).expect("free");
        assert!(first.is_some());
        let error = RunLock::take(dir.path()).expect_err("held");
        assert!(matches!(error, Error::Locked { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains(&format!("(pid {}, since 2", std::process::id())), "{text}");
        assert!(error.hint().is_some());

        drop(first);
        assert!(RunLock::take(dir.path()).expect("free again").is_some());
    }

    #[test]
    fn a_lock_file_that_a_dead_process_left_locks_nobody_out() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join(FILE_NAME);
        std::fs::write(&path, "pid 1, since 2020-01-01T00:00:00Z, and a long tail of text\n").expect("written");
        let lock = RunLock::take(dir.path()).expect("free");
        let text = std::fs::read_to_string(&path).expect("readable");
        assert!(text.starts_with(&format!("pid {}, since", std::process::id())) && !text.contains("tail"), "{text}");
        drop(lock);
        assert_eq!(std::fs::read_to_string(&path).expect("readable"), "");
    }
}
