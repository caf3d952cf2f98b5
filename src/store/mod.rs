//! What survives a run: the output folder, run folders with their manifest and tables, the lock and the key.
//!
//! Leaves to others what the tables mean (pipeline, report) and how inputs are read (ingest). Three invariants:
//! a run exists exactly when its folder bears its final name, and the manifest in it was written last; apart from
//! the manifest's `clock`, nothing that is written depends on time, machine or number of threads; the key for
//! sensitive values is in no output.

pub mod counts;
pub mod folder;
pub mod key;
pub mod lock;
pub mod lookup;
pub mod manifest;
pub mod mapping;
pub mod packet;
pub mod run;
pub mod spill;
pub mod table;
pub mod text_file;

pub use folder::{OutputRoot, Staging};
pub use key::Key;
pub use manifest::Manifest;
pub use run::{RunFolder, RunPaths};
pub use table::{InTable, OutTable};

use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// What can go wrong with what survives a run. The message says what and which file, [`Error::hint`] what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system refused to read or write.
    #[error("cannot {action} {}: {}", path.display(), plain(source))]
    Io {
        /// Verb, for the message: `write`, `create the folder`.
        action: &'static str,
        /// What it was tried on.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Something else stands where the output folder, or a part of it, belongs.
    #[error("{} is in the way: {expected} belongs there", path.display())]
    InTheWay {
        /// Where.
        path: PathBuf,
        /// What belongs there, with its article.
        expected: &'static str,
    },
    /// Another run is writing to the same output folder.
    #[error("another run is writing to {}{holder}", path.display())]
    Locked {
        /// The output folder.
        path: PathBuf,
        /// Who, when it is known: ` (pid 4711, since 2026-03-01T02:00:00Z)`.
        holder: String,
    },
    /// There is no finished run to read.
    #[error("{}", no_run(path, wanted.as_deref()))]
    NoRun {
        /// The output folder.
        path: PathBuf,
        /// The run that was asked for; none when it was the latest.
        wanted: Option<String>,
    },
    /// A run id that could not be one.
    #[error("{0:?} cannot be a run id")]
    RunId(String),
    /// A manifest that cannot be read.
    #[error("{} is not a manifest: {message}", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        message: String,
    },
    /// A manifest of another format version.
    #[error("{} has format version {found}, this program reads {expected}", path.display())]
    FormatVersion {
        /// The file.
        path: PathBuf,
        /// What it says.
        found: u64,
        /// What this program reads.
        expected: u64,
    },
    /// A table that cannot be read or written.
    #[error("cannot {action} the table {}: {message}", path.display())]
    Table {
        /// `read` or `write`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// What the reader or writer said.
        message: String,
    },
    /// A column that a table does not have, or has in another type.
    #[error("column {column:?} of {} {problem}", path.display())]
    Column {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Columns that do not make a table. A fault of the program, not of its input.
    #[error("the columns of table {table:?} do not fit together: {message}")]
    Shape {
        /// The table's name.
        table: String,
        /// Which columns, and how.
        message: String,
    },
    /// A packet that cannot be checked, or written.
    #[error("{} cannot be taken for a packet: {message}", path.display())]
    Packet {
        /// The folder or file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A key that cannot be used.
    #[error("the key for sensitive values cannot be used: {0}")]
    Key(String),
}

/// Result of everything in this module.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// What to do about it, for the `hint:` line.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Error::Io { source, .. } => match source.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    "the disk is full: free some space, or choose another output folder with -o".into()
                }
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    "check the permissions, or choose another output folder with -o".into()
                }
                io::ErrorKind::NotADirectory => "a part of that path is a file: choose another folder with -o".into(),
                _ => return None,
            },
            Error::InTheWay { .. } => "move it away, or choose another output folder with -o".into(),
            Error::Locked { .. } => "wait until it has ended, or choose another output folder with -o".into(),
            Error::NoRun { wanted: None, .. } => {
                "make one with `samehand run`, or name the output folder with -o".into()
            }
            Error::NoRun { path, .. } => {
                format!("give a run folder or a run id; the runs are in {}", path.join("runs").display())
            }
            Error::FormatVersion { found, expected, .. } if found > expected => {
                "the run was made by a newer samehand: use that one, or run again with this one".into()
            }
            Error::FormatVersion { .. } | Error::Manifest { .. } => "run again to make a new run folder".into(),
            Error::Table { action: "read", .. } | Error::Column { .. } => {
                "the run folder may be damaged or of another version: run again, or choose another run with --run"
                    .into()
            }
            Error::Key(_) => "set SAMEHAND_KEY, or remove the file `key` in the output folder to get a new key; \
                              hashes of earlier runs can then no longer be compared"
                .into(),
            Error::Packet { .. } => "ask whoever sent it for the packet as it was made".into(),
            Error::Table { .. } | Error::RunId(_) | Error::Shape { .. } => return None,
        };
        Some(hint)
    }
}

/// The system's message without its number: `No space left on device`.
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].to_string(),
        None => text,
    }
}

fn no_run(path: &Path, wanted: Option<&str>) -> String {
    match wanted {
        None => format!("there is no finished run in {} yet", path.display()),
        Some(wanted) => format!("there is no finished run {wanted:?} in {}", path.display()),
    }
}

/// Turns a system error into ours, for `map_err`.
fn io_error<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> Error + 'a {
    move |source| Error::Io { action, path: path.to_path_buf(), source }
}

/// Lower-case hex.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Lower-case hex SHA-256 of a file, and its size in bytes. Reads in pieces, so memory does not grow with the file.
pub fn sha256_file(path: &Path) -> Result<(String, u64)> {
    let mut file = File::open(path).map_err(io_error("open", path))?;
    sha256_reader(&mut file).map_err(io_error("read", path))
}

fn sha256_reader(reader: &mut impl Read) -> io::Result<(String, u64)> {
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok((hex(&digest.finalize()), bytes)),
            Ok(n) => {
                digest.update(&buffer[..n]);
                bytes += n as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The time now, UTC, to the second: `2026-03-01T02:00:00Z`.
pub fn now_utc() -> String {
    let now = jiff::Timestamp::now();
    jiff::Timestamp::from_second(now.as_second()).unwrap_or(now).to_string()
}

/// The most memory that this process has held so far, in MB of 1,000,000 bytes. Known on Linux only.
pub fn peak_memory_mb() -> Option<u64> {
    of_status(&std::fs::read_to_string("/proc/self/status").ok()?, "VmHWM:")
}

/// The memory that this process holds now, in MB of 1,000,000 bytes. Known on Linux only.
pub fn memory_mb() -> Option<u64> {
    of_status(&std::fs::read_to_string("/proc/self/status").ok()?, "VmRSS:")
}

/// An entry of a Linux process status, which is in KiB.
fn of_status(status: &str, entry: &str) -> Option<u64> {
    let rest = status.lines().find_map(|line| line.strip_prefix(entry))?;
    let kib: u64 = rest.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some((kib.saturating_mul(1024)).div_ceil(1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn io(kind: io::ErrorKind) -> Error {
        Error::Io { action: "write", path: "out/x".into(), source: kind.into() }
    }

    #[test]
    fn errors_say_what_where_and_what_to_do() {
        let full = io(io::ErrorKind::StorageFull);
        assert!(full.to_string().starts_with("cannot write out/x: "), "{full}");
        assert!(full.hint().is_some_and(|hint| hint.contains("disk is full")));
        assert!(io(io::ErrorKind::PermissionDenied).hint().is_some_and(|hint| hint.contains("permissions")));
        // The look-alike: an error that no setting would mend has no hint.
        assert_eq!(io(io::ErrorKind::UnexpectedEof).hint(), None);

        let none = Error::NoRun { path: "output".into(), wanted: None };
        assert_eq!(none.to_string(), "there is no finished run in output yet");
        assert!(none.hint().is_some_and(|hint| hint.contains("`samehand run`")));
    }

    #[test]
    fn system_messages_lose_their_number() {
        let error = io::Error::from_raw_os_error(2);
        assert!(error.to_string().contains("os error 2"));
        assert!(!plain(&error).contains("os error"), "{}", plain(&error));
        assert_eq!(plain(&io::Error::other("odd (very)")), "odd (very)");
    }

    #[test]
    fn sha256_is_the_published_one() {
        // FIPS 180-4 examples.
        let digest = |text: &str| sha256_reader(&mut text.as_bytes()).expect("memory can be read");
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest("abc"), (abc.to_string(), 3));
        assert_eq!(digest("").0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn peak_memory_is_read_in_kib_and_told_in_mb() {
        assert_eq!(of_status("Name:\tx\nVmPeak:\t 9 kB\nVmHWM:\t  250000 kB\n", "VmHWM:"), Some(256));
        assert_eq!(of_status("VmPeak:\t 9 kB\n", "VmHWM:"), None);
        assert_eq!(of_status("VmHWM:\t many kB\n", "VmHWM:"), None);
        #[cfg(target_os = "linux")]
        assert!(peak_memory_mb().is_some_and(|mb| mb > 0));
    }

    #[test]
    fn the_clock_is_utc_to_the_second() {
        let now = now_utc();
        assert_eq!((now.len(), now.ends_with('Z'), now.contains('.')), (20, true, false), "{now}");
    }
}
