//! Single files that outlive a run and lie outside its folder, such as a model file or a diagram: texts are read with a
//! bound, and whatever is written is written whole or not at all.

use super::{Error, Result, io_error};
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

/// Reads a UTF-8 text. Errors: the file cannot be read, has more than `bytes_max` bytes, or is no UTF-8.
pub fn read(path: &Path, bytes_max: u64) -> Result<String> {
    let file = File::open(path).map_err(io_error("open", path))?;
    let mut bytes = Vec::new();
    file.take(bytes_max.saturating_add(1)).read_to_end(&mut bytes).map_err(io_error("read", path))?;
    let failed =
        |message: String| io_error("read", path)(std::io::Error::new(std::io::ErrorKind::InvalidData, message));
    if bytes.len() as u64 > bytes_max {
        return Err(failed(format!("it has more than {bytes_max} bytes")));
    }
    let text = String::from_utf8(bytes).map_err(|_| failed("it is not UTF-8".to_owned()))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Writes a file in one step: into a temporary file of the same folder, synced, then renamed. With `overwrite` it takes
/// the place of a file that is there. Errors: the system refuses, or ([`Error::InTheWay`]) something is there already.
pub fn write(path: &Path, content: impl AsRef<[u8]>, overwrite: bool) -> Result<()> {
    let mut builder = tempfile::Builder::new();
    // A temporary file is private by default; this one is made for others to read, as far as the umask lets them.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    write_by(&mut builder, path, content.as_ref(), overwrite)
}

/// The same over whatever is there, for nobody but its owner to read (mode 0600).
pub fn write_private(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    write_by(&mut tempfile::Builder::new(), path, content.as_ref(), true)
}

fn write_by(builder: &mut tempfile::Builder, path: &Path, content: &[u8], overwrite: bool) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = builder.prefix(".samehand-").tempfile_in(folder).map_err(io_error("write to", folder))?;
    file.write_all(content).and_then(|()| file.as_file().sync_all()).map_err(io_error("write", path))?;
    let kept = if overwrite { file.persist(path) } else { file.persist_noclobber(path) };
    match kept {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(Error::InTheWay { path: path.to_path_buf(), expected: "a new file" })
        }
        Err(error) => Err(io_error("write", path)(error.error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_written_whole_and_overwritten_only_when_asked() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("model.json");
        write(&path, "one\n", false).expect("written");
        assert!(matches!(write(&path, "two\n", false), Err(Error::InTheWay { .. })));
        assert_eq!(read(&path, 100).expect("read"), "one\n");
        write(&path, "two\n", true).expect("overwritten");
        assert_eq!(read(&path, 4).expect("four bytes fit"), "two\n");
        let names = std::fs::read_dir(dir.path()).expect("a folder").count();
        assert_eq!(names, 1, "no temporary file is left");
        assert!(write(&dir.path().join("none/model.json"), "x", false).is_err());
    }

    #[test]
    fn what_is_too_long_or_no_text_is_refused() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("model.json");
        std::fs::write(&path, "five!").expect("written");
        assert!(read(&path, 4).expect_err("too long").to_string().contains("more than 4 bytes"));
        std::fs::write(&path, [0xff, 0xfe, 0x00]).expect("written");
        assert!(read(&path, 100).expect_err("no text").to_string().contains("not UTF-8"));
        assert!(read(dir.path(), 100).is_err() && read(&dir.path().join("none"), 100).is_err());
        // The look-alike: a byte order mark is no fault.
        std::fs::write(&path, "\u{feff}{}").expect("written");
        assert_eq!(read(&path, 100).expect("read"), "{}");
    }
}
