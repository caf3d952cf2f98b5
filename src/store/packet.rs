//! Packets on disk: a folder or a ZIP of files that a list of hashes covers, written whole or not at all, and checked.
//!
//! What the files say is made by `report::packet`. Writing: the same files give the same bytes, also as ZIP (sorted, one
//! fixed date). Checking takes nothing on trust: a packet comes from elsewhere. Nothing is ever unpacked; names that lead out of the
//! packet, links, doubles and floods of data are refused before they are read.

use super::run::{RunFolder, check_run_id, files_below};
use super::{Error, Result, hex, io_error, sha256_file, sha256_reader};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{Cursor, Read, Seek, SeekFrom, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// Name of the list of hashes, in the format of `sha256sum -c`.
pub const HASHES: &str = "MANIFEST.sha256";
/// Name of the file that says what the packet is.
pub const ABOUT: &str = "packet.json";

/// What a packet may hold at most when it is checked. A packet of a ring of 300 personas has some ten megabytes.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Files.
    pub files: usize,
    /// Bytes of all files, unpacked.
    pub bytes: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { files: 10_000, bytes: 1 << 30 }
    }
}

/// Bytes of the list of hashes and of what the packet says of itself.
const TEXT_MAX: u64 = 4 << 20;

/// Writes a packet. A path that ends in `.zip` becomes a ZIP, any other a folder; both for their owner only. What is there
/// already stays: [`Error::InTheWay`]. With `overwrite` an older packet is replaced, and nothing but one.
pub fn write(path: &Path, files: &[(String, Vec<u8>)], overwrite: bool) -> Result<()> {
    for (name, _) in files {
        if !is_safe(name) {
            return Err(fault(path, format!("{name:?} is no name for a file of a packet")));
        }
    }
    if is_zip(path) { write_zip(path, files, overwrite) } else { write_folder(path, files, overwrite) }
}

/// Whether a packet of that name is a ZIP.
pub fn is_zip(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
}

fn write_zip(path: &Path, files: &[(String, Vec<u8>)], overwrite: bool) -> Result<()> {
    if path.is_dir() {
        return Err(Error::InTheWay { path: path.to_path_buf(), expected: "a new file" });
    }
    let bytes = zipped(files).map_err(io_error("write", path))?;
    let folder = parent(path);
    let mut file =
        tempfile::Builder::new().prefix(".samehand-").tempfile_in(folder).map_err(io_error("write to", folder))?;
    file.write_all(&bytes).and_then(|()| file.as_file().sync_all()).map_err(io_error("write", path))?;
    let kept = if overwrite { file.persist(path) } else { file.persist_noclobber(path) };
    match kept {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(Error::InTheWay { path: path.to_path_buf(), expected: "a new file" })
        }
        Err(error) => Err(io_error("write", path)(error.error)),
    }
}

/// The files as ZIP, sorted by name, all of 1980-01-01, the first day that a ZIP can name.
fn zipped(files: &[(String, Vec<u8>)]) -> std::io::Result<Vec<u8>> {
    let mut sorted: Vec<&(String, Vec<u8>)> = files.iter().collect();
    sorted.sort();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for (name, bytes) in sorted {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn write_folder(path: &Path, files: &[(String, Vec<u8>)], overwrite: bool) -> Result<()> {
    let there = path.symlink_metadata().is_ok();
    if there && !overwrite {
        return Err(Error::InTheWay { path: path.to_path_buf(), expected: "a new folder" });
    }
    if there {
        replaceable(path)?;
    }
    let folder = parent(path);
    let mut builder = tempfile::Builder::new();
    // A packet shows everything about people: it is its owner's to read until they hand it on.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let staged = builder.prefix(".samehand-").tempdir_in(folder).map_err(io_error("write to", folder))?;
    for (name, bytes) in files {
        let to = staged.path().join(name);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder).map_err(io_error("create the folder", folder))?;
        }
        let mut file = File::create_new(&to).map_err(io_error("write", &to))?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(io_error("write", &to))?;
    }
    if !there {
        return fs::rename(staged.keep(), path).map_err(io_error("write", path));
    }
    // The old packet steps aside, so that there is one at any time but the moment between two names.
    let aside =
        tempfile::Builder::new().prefix(".samehand-").tempdir_in(folder).map_err(io_error("write to", folder))?;
    let old = aside.path().join("old");
    fs::rename(path, &old).map_err(io_error("replace", path))?;
    if let Err(error) = fs::rename(staged.path(), path) {
        // Back to where it was; when that fails as well, the folder is kept and the first error is told.
        if fs::rename(&old, path).is_err() {
            let _ = aside.keep();
        }
        return Err(io_error("write", path)(error));
    }
    let _ = staged.keep();
    Ok(())
}

/// Whether that is a packet with nothing in it that no packet put there.
fn replaceable(path: &Path) -> Result<()> {
    let no = |why: String| Error::InTheWay { path: path.join(why), expected: "nothing but an older packet" };
    let is_folder = path.symlink_metadata().is_ok_and(|found| found.is_dir());
    if !is_folder || !path.join(HASHES).is_file() || !path.join(ABOUT).is_file() {
        return Err(Error::InTheWay { path: path.to_path_buf(), expected: "an older packet, or nothing," });
    }
    let listed = listed(path, &read_bounded(&path.join(HASHES))?)?;
    match files_below(path)?.into_iter().find(|file| file != HASHES && !listed.contains_key(file)) {
        Some(other) => Err(no(other)),
        None => Ok(()),
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// How a packet differs from its list of hashes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PacketFault {
    /// The list names it, the packet has no such plain file.
    Missing(String),
    /// The hash differs.
    Changed(String),
    /// The packet has it, the list does not name it.
    Unlisted(String),
}

impl std::fmt::Display for PacketFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PacketFault::Missing(file) => write!(f, "{file}: missing"),
            PacketFault::Changed(file) => write!(f, "{file}: changed since the packet was made"),
            PacketFault::Unlisted(file) => write!(f, "{file}: not in {HASHES}"),
        }
    }
}

/// What a packet says of itself. Texts of the packet's; not to be trusted where the hashes do not hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    pub case: String,
    pub redaction: String,
    /// Empty where it is none.
    pub run_id: String,
    /// See [`run_digest`].
    pub run_digest: String,
}

/// A packet that was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    pub about: About,
    /// Files that the list names.
    pub files: usize,
    /// Sorted; none when it holds.
    pub faults: Vec<PacketFault>,
}

/// Whether there is a packet: a folder with a list of hashes, or any file.
pub fn is_packet(path: &Path) -> bool {
    path.join(HASHES).symlink_metadata().is_ok() || path.is_file()
}

/// Computes the hashes of a packet again, folder or ZIP. Errors: it is none, or one that is built to do harm.
///
/// It proves the files against the list in the packet. Who could change both could hide it: note the hash of the list itself
/// when a packet is handed over.
pub fn verify(path: &Path, bounds: Bounds) -> Result<Checked> {
    if path.is_dir() { verify_folder(path, bounds) } else { verify_zip(path, bounds) }
}

fn verify_folder(path: &Path, bounds: Bounds) -> Result<Checked> {
    let listed = listed(path, &read_bounded(&path.join(HASHES))?)?;
    let there = files_below(path)?;
    if there.len() > bounds.files {
        return Err(fault(path, format!("it has more than {} files", bounds.files)));
    }
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let mut about = Vec::new();
    for name in there {
        let file = path.join(&name);
        // A link or a pipe is no file of a packet; it counts as not there where it is listed.
        let plain = file.symlink_metadata().is_ok_and(|found| found.is_file());
        if name == ABOUT && plain {
            about = read_bounded(&file)?;
        }
        let hash = if plain && listed.contains_key(&name) { sha256_file(&file)?.0 } else { String::new() };
        if plain || !listed.contains_key(&name) {
            found.insert(name, hash);
        }
    }
    Ok(held(&listed, &found, &about))
}

fn verify_zip(path: &Path, bounds: Bounds) -> Result<Checked> {
    let file = File::open(path).map_err(io_error("open", path))?;
    let size = file.metadata().map_err(io_error("read", path))?;
    if !size.is_file() {
        return Err(fault(path, "it is neither a folder nor a file"));
    }
    if size.len() > bounds.bytes {
        return Err(fault(path, format!("it has more than {} bytes", bounds.bytes)));
    }
    let no_zip = |error: zip::result::ZipError| fault(path, format!("it is no ZIP that can be read: {error}"));
    let mut zip = ZipArchive::new(file).map_err(no_zip)?;
    if zip.len() > bounds.files {
        return Err(fault(path, format!("it has more than {} files", bounds.files)));
    }
    let start = zip.central_directory_start();
    let mut own = File::open(path).map_err(io_error("open", path))?;
    let names = directory(&mut own, start, bounds.files).map_err(io_error("read", path))?;
    let mut seen = BTreeSet::new();
    for name in &names {
        let Ok(name) = std::str::from_utf8(name) else {
            return Err(fault(path, "it has a name that is no text"));
        };
        if !is_safe(name.strip_suffix('/').unwrap_or(name)) {
            return Err(fault(path, format!("the entry {name:?} would lead out of the packet")));
        }
        // Two names that differ in case alone are one file on many systems.
        if !seen.insert(name.to_lowercase()) {
            return Err(fault(path, format!("the entry {name:?} is there twice")));
        }
    }
    if names.len() != zip.len() {
        return Err(fault(path, "its directory does not agree with itself"));
    }

    let mut left = bounds.bytes;
    let mut entries: BTreeMap<String, (String, Vec<u8>)> = BTreeMap::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).map_err(no_zip)?;
        let name = entry.name().to_string();
        if entry.is_symlink() {
            return Err(fault(path, format!("the entry {name:?} is a link")));
        }
        if local_name(&mut own, entry.header_start()).map_err(io_error("read", path))? != name.as_bytes() {
            return Err(fault(path, format!("the entry {name:?} has two names")));
        }
        if entry.is_dir() {
            continue;
        }
        let keeps = name.ends_with(HASHES) || name.ends_with(ABOUT);
        let mut kept = Vec::new();
        let mut digest = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            let read = entry.read(&mut buffer).map_err(io_error("read", path))?;
            let Some(piece) = buffer.get(..read).filter(|piece| !piece.is_empty()) else { break };
            left = left
                .checked_sub(read as u64)
                .ok_or_else(|| fault(path, format!("it unpacks to more than {} bytes", bounds.bytes)))?;
            digest.update(piece);
            if keeps {
                if kept.len() as u64 + read as u64 > TEXT_MAX {
                    return Err(fault(path, format!("{name} has more than {TEXT_MAX} bytes")));
                }
                kept.extend_from_slice(piece);
            }
        }
        entries.insert(name, (hex(&digest.finalize()), kept));
    }

    // Who packs the folder again gets one folder above all files.
    let above = match entries.contains_key(HASHES) {
        true => String::new(),
        false => {
            let first =
                entries.keys().next().and_then(|name| name.split_once('/')).map(|(folder, _)| format!("{folder}/"));
            first.filter(|folder| entries.keys().all(|name| name.starts_with(folder))).unwrap_or_default()
        }
    };
    let entries: BTreeMap<String, (String, Vec<u8>)> =
        entries.into_iter().map(|(name, entry)| (name[above.len()..].to_string(), entry)).collect();
    let Some((_, hashes)) = entries.get(HASHES) else {
        return Err(fault(path, format!("it is no packet: it has no {HASHES}")));
    };
    let listed = listed(path, hashes)?;
    let about = entries.get(ABOUT).map(|(_, text)| text.clone()).unwrap_or_default();
    let found = entries.into_iter().map(|(name, (hash, _))| (name, hash)).collect();
    Ok(held(&listed, &found, &about))
}

fn held(listed: &BTreeMap<String, String>, found: &BTreeMap<String, String>, about: &[u8]) -> Checked {
    let mut faults = Vec::new();
    for (name, hash) in listed {
        match found.get(name) {
            None => faults.push(PacketFault::Missing(name.clone())),
            Some(other) if other != hash => faults.push(PacketFault::Changed(name.clone())),
            Some(_) => {}
        }
    }
    let unlisted = found.keys().filter(|name| *name != HASHES && !listed.contains_key(*name));
    faults.extend(unlisted.map(|name| PacketFault::Unlisted(name.clone())));
    faults.sort();
    Checked { about: said(about), files: listed.len(), faults }
}

/// What the packet says of itself; empty where it says nothing that could be read.
fn said(about: &[u8]) -> About {
    let json: serde_json::Value = serde_json::from_slice(about).unwrap_or_default();
    let text = |key: &str| json.get(key).and_then(|value| value.as_str()).unwrap_or_default().to_string();
    let run_id = Some(text("run_id")).filter(|id| check_run_id(id).is_ok()).unwrap_or_default();
    About { case: text("case"), redaction: text("redaction"), run_id, run_digest: text("run_manifest_sha256") }
}

/// Names and hashes of a list. Every line is one, no name stands twice, none leads out of the packet.
fn listed(path: &Path, text: &[u8]) -> Result<BTreeMap<String, String>> {
    let text = std::str::from_utf8(text).map_err(|_| fault(path, format!("{HASHES} is no text")))?;
    let mut listed = BTreeMap::new();
    for (at, line) in text.lines().enumerate() {
        let parts = line.split_once("  ").or_else(|| line.split_once(" *"));
        let is_hash = |hash: &str| hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        let Some((hash, name)) = parts.filter(|(hash, _)| is_hash(hash)) else {
            return Err(fault(path, format!("line {} of {HASHES} is not a hash and a name", at + 1)));
        };
        if !is_safe(name) {
            return Err(fault(path, format!("{HASHES} names {name:?}, which would lead out of the packet")));
        }
        if listed.insert(name.to_string(), hash.to_lowercase()).is_some() {
            return Err(fault(path, format!("{HASHES} names {name:?} twice")));
        }
    }
    if listed.is_empty() {
        return Err(fault(path, format!("{HASHES} lists no file")));
    }
    Ok(listed)
}

/// Whether a name stays in the packet on every system.
fn is_safe(name: &str) -> bool {
    let odd = |c: char| c.is_control() || matches!(c, '\\' | ':');
    let part = |part: &str| !part.is_empty() && part != "." && part != "..";
    name.len() <= 240 && !name.contains(odd) && name.split('/').all(part)
}

/// Names of a ZIP's central directory, as they stand there; the reader of the archive keeps one of two that are alike.
fn directory(file: &mut File, start: u64, most: usize) -> std::io::Result<Vec<Vec<u8>>> {
    file.seek(SeekFrom::Start(start))?;
    let mut file = std::io::BufReader::new(file);
    let mut names = Vec::new();
    loop {
        let mut head = [0u8; 46];
        if file.read_exact(&mut head).is_err() || !head.starts_with(b"PK\x01\x02") || names.len() > most {
            return Ok(names);
        }
        let size = |at: usize| usize::from(u16::from_le_bytes([head[at], head[at + 1]]));
        let mut name = vec![0; size(28)];
        file.read_exact(&mut name)?;
        let skip = (size(30) + size(32)) as u64;
        std::io::copy(&mut file.by_ref().take(skip), &mut std::io::sink())?;
        names.push(name);
    }
}

/// The name that stands before an entry's data.
fn local_name(file: &mut File, start: u64) -> std::io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(start))?;
    let mut head = [0u8; 30];
    file.read_exact(&mut head)?;
    let mut name = vec![0; usize::from(u16::from_le_bytes([head[26], head[27]]))];
    file.read_exact(&mut name)?;
    Ok(name)
}

fn read_bounded(path: &Path) -> Result<Vec<u8>> {
    if !path.symlink_metadata().map_err(io_error("read", path))?.is_file() {
        return Err(fault(path, "it is not a plain file"));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(io_error("open", path))?;
    file.take(TEXT_MAX + 1).read_to_end(&mut bytes).map_err(io_error("read", path))?;
    if bytes.len() as u64 > TEXT_MAX {
        return Err(fault(path, format!("it has more than {TEXT_MAX} bytes")));
    }
    Ok(bytes)
}

fn fault(path: &Path, message: impl Into<String>) -> Error {
    Error::Packet { path: path.to_path_buf(), message: message.into() }
}

/// The manifest of a run without its clock, and the SHA-256 of that: what a packet states of the run it was made from. The same
/// inputs and settings have the same one, whenever the run was made.
pub fn run_digest(run: &RunFolder) -> Result<(String, serde_json::Value)> {
    let path = run.paths().manifest();
    let bytes = fs::read(&path).map_err(io_error("read", &path))?;
    let failed = |error: serde_json::Error| Error::Manifest { path: path.clone(), message: error.to_string() };
    let mut manifest: serde_json::Value = serde_json::from_slice(&bytes).map_err(failed)?;
    if let Some(entries) = manifest.as_object_mut() {
        entries.shift_remove("clock");
    }
    let text = manifest_text(&manifest);
    let (digest, _) = sha256_reader(&mut text.as_slice()).map_err(io_error("read", &path))?;
    Ok((digest, manifest))
}

/// A manifest as the packet holds it.
pub fn manifest_text(manifest: &serde_json::Value) -> Vec<u8> {
    let mut text = serde_json::to_string_pretty(manifest).unwrap_or_default();
    text.push('\n');
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Vec<(String, Vec<u8>)> {
        let mut files = vec![
            ("a.txt".to_string(), b"alpha\n".to_vec()),
            ("evidence/b.csv".to_string(), b"beta\n".to_vec()),
            (
                ABOUT.to_string(),
                br#"{"case": "R-1", "run_id": "0123456789ab", "run_manifest_sha256": "ff", "redaction": "full"}"#
                    .to_vec(),
            ),
        ];
        let hashes: String =
            files.iter().map(|(name, bytes)| format!("{}  {name}\n", hex(&Sha256::digest(bytes)))).collect();
        files.push((HASHES.to_string(), hashes.into_bytes()));
        files
    }

    /// A ZIP with these entries, one of which may be a link.
    fn zip_of(dir: &Path, entries: &[(&str, &[u8])], link: Option<(&str, &str)>) -> std::path::PathBuf {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            zip.start_file(*name, SimpleFileOptions::default()).expect("started");
            zip.write_all(bytes).expect("written");
        }
        if let Some((name, target)) = link {
            zip.add_symlink(name, target, SimpleFileOptions::default()).expect("added");
        }
        let path = dir.join("hostile.zip");
        fs::write(&path, zip.finish().expect("finished").into_inner()).expect("written");
        path
    }

    fn own(files: &[(String, Vec<u8>)]) -> Vec<(&str, &[u8])> {
        files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect()
    }

    fn refused(path: &Path, words: &str) {
        let error = verify(path, Bounds::default()).expect_err(words).to_string();
        assert!(error.contains(words), "{words:?} in {error}");
    }

    #[test]
    fn a_packet_holds_as_folder_and_as_zip_and_the_zip_is_the_same_twice() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for name in ["packet", "packet.zip"] {
            let path = dir.path().join(name);
            write(&path, &files(), false).expect("written");
            let checked = verify(&path, Bounds::default()).expect("checked");
            assert_eq!((checked.files, checked.faults), (3, vec![]), "{name}");
            assert_eq!((checked.about.run_id.as_str(), checked.about.case.as_str()), ("0123456789ab", "R-1"));
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let mode = fs::metadata(&path).expect("there").permissions().mode();
                assert_eq!(mode & 0o077, 0, "{name} is its owner's");
            }
            // Nothing is written over unless it was asked for.
            assert!(matches!(write(&path, &files(), false), Err(Error::InTheWay { .. })), "{name}");
            write(&path, &files(), true).expect("overwritten");
            assert!(verify(&path, Bounds::default()).expect("checked").faults.is_empty());
        }
        let mut turned = files();
        turned.reverse();
        assert_eq!(zipped(&files()).expect("zipped"), zipped(&turned).expect("zipped"));
        assert_eq!(fs::read_dir(dir.path()).expect("a folder").count(), 2, "no temporary folder is left");
    }

    #[test]
    fn what_no_packet_put_there_is_never_removed() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let photos = dir.path().join("photos");
        fs::create_dir(&photos).expect("made");
        fs::write(photos.join("one.jpg"), "x").expect("written");
        assert!(matches!(write(&photos, &files(), true), Err(Error::InTheWay { .. })));
        let packet = dir.path().join("packet");
        write(&packet, &files(), false).expect("written");
        fs::write(packet.join("my notes.txt"), "x").expect("written");
        let error = write(&packet, &files(), true).expect_err("notes").to_string();
        assert!(error.contains("my notes.txt"), "{error}");
        assert!(photos.join("one.jpg").exists() && packet.join("my notes.txt").exists());
    }

    #[test]
    fn what_differs_is_named() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let packet = dir.path().join("packet");
        write(&packet, &files(), false).expect("written");
        fs::write(packet.join("a.txt"), "alphb\n").expect("written");
        fs::write(packet.join("evidence/extra.csv"), "x").expect("written");
        fs::remove_file(packet.join("evidence/b.csv")).expect("removed");
        let faults = verify(&packet, Bounds::default()).expect("checked").faults;
        let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "evidence/b.csv: missing",
                "a.txt: changed since the packet was made",
                "evidence/extra.csv: not in MANIFEST.sha256"
            ]
        );
        // The same in a ZIP, one folder down.
        let mut changed = files();
        changed[0].1 = b"alphb\n".to_vec();
        let inside: Vec<(String, Vec<u8>)> =
            changed.into_iter().map(|(name, bytes)| (format!("packet-R-1/{name}"), bytes)).collect();
        let faults = verify(&zip_of(dir.path(), &own(&inside), None), Bounds::default()).expect("checked").faults;
        assert_eq!(faults, [PacketFault::Changed("a.txt".into())]);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_in_a_folder_is_no_file_of_it() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let packet = dir.path().join("packet");
        write(&packet, &files(), false).expect("written");
        fs::write(dir.path().join("outside"), "alpha\n").expect("written");
        fs::remove_file(packet.join("a.txt")).expect("removed");
        std::os::unix::fs::symlink(dir.path().join("outside"), packet.join("a.txt")).expect("linked");
        let faults = verify(&packet, Bounds::default()).expect("checked").faults;
        assert_eq!(faults, [PacketFault::Missing("a.txt".into())]);
        fs::remove_file(packet.join(HASHES)).expect("removed");
        std::os::unix::fs::symlink("/dev/zero", packet.join(HASHES)).expect("linked");
        refused(&packet, "not a plain file");
    }

    #[test]
    fn hostile_packets_are_refused() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let good = files();
        for name in ["../evil.txt", "/etc/evil", "evidence/../../evil", "c:evil", "a\\..\\evil"] {
            let mut entries = own(&good);
            entries.push((name, b"x"));
            refused(&zip_of(dir.path(), &entries, None), "lead out of the packet");
        }
        let mut entries = own(&good);
        entries.push(("A.txt", b"x"));
        refused(&zip_of(dir.path(), &entries, None), "there twice");
        refused(&zip_of(dir.path(), &own(&good), Some(("link", "/etc/passwd"))), "is a link");

        // The same name twice: the second is written under another name of the same length, then renamed in the bytes.
        let mut entries = own(&good);
        entries.push(("b.txt", b"other"));
        let path = zip_of(dir.path(), &entries, None);
        let bytes = fs::read(&path).expect("read");
        let renamed = replaced(&bytes, b"b.txt", b"a.txt");
        fs::write(&path, &renamed).expect("written");
        refused(&path, "there twice");
        // One that is called otherwise before its data than in the directory.
        let at = bytes.windows(5).position(|window| window == b"b.txt").expect("there");
        let mut two_named = bytes.clone();
        two_named[at] = b'c';
        fs::write(&path, &two_named).expect("written");
        refused(&path, "two names");

        fs::write(&path, "no zip at all").expect("written");
        refused(&path, "no ZIP");
        refused(&zip_of(dir.path(), &[("a.txt", b"x")], None), "no packet");
        let hash = "0".repeat(64);
        for (list, words) in [
            (format!("{hash}  ../a.txt\n"), "lead out"),
            (format!("{hash}  a.txt\n{hash}  a.txt\n"), "twice"),
            ("x  a.txt\n".to_string(), "line 1"),
            (String::new(), "lists no file"),
        ] {
            refused(&zip_of(dir.path(), &[(HASHES, list.as_bytes())], None), words);
        }
        assert_eq!(fs::read_dir(dir.path()).expect("a folder").count(), 1, "nothing was unpacked");
    }

    #[test]
    fn a_flood_is_stopped() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let flood = vec![0; 3_000_000];
        let good = files();
        let mut entries = own(&good);
        entries.push(("flood.bin", &flood));
        let path = zip_of(dir.path(), &entries, None);
        assert!(fs::metadata(&path).expect("there").len() < 20_000);
        let bounds = Bounds { files: 100, bytes: 2_000_000 };
        assert!(verify(&path, bounds).expect_err("a flood").to_string().contains("unpacks to more than"));
        let few = Bounds { files: 3, ..Bounds::default() };
        assert!(verify(&path, few).expect_err("many files").to_string().contains("more than 3 files"));
    }

    fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
        let mut out = bytes.to_vec();
        let mut at = 0;
        while let Some(found) = out[at..].windows(from.len()).position(|window| window == from) {
            out[at + found..at + found + from.len()].copy_from_slice(to);
            at += found + from.len();
        }
        out
    }

    #[test]
    fn names_stay_inside() {
        for good in ["a", "a/b.csv", "README.txt", "Zoë.txt", "..a", "a b"] {
            assert!(is_safe(good), "{good}");
        }
        for bad in ["", "/a", "a/", "a//b", "..", "a/../b", "./a", "c:a", "a\\b", "a\nb", "a\0", &"a".repeat(241)] {
            assert!(!is_safe(bad), "{bad:?}");
        }
    }

    #[test]
    fn a_run_id_that_is_a_path_is_none() {
        assert_eq!(said(br#"{"run_id": "../../etc"}"#).run_id, "");
        assert_eq!(said(b"{").run_id, "");
        assert_eq!(said(br#"{"run_id": "0123456789ab"}"#).run_id, "0123456789ab");
    }
}
