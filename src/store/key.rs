//! The key under which sensitive values are hashed, and the form in which they are stored.
//!
//! Leaves to others which values are sensitive ([`IdentifierKind::is_sensitive`]) and where the environment is read.
//! The key is in no output and in no message; `Debug` does not show it.

use super::{Error, Result, hex, io_error};
use crate::model::diagnostic::Diagnostic;
use crate::model::value::IdentifierKind;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

/// Name of the key file in the output folder.
pub const FILE_NAME: &str = "key";

/// A key shorter than this many bytes can be guessed from the hashes it made.
const LENGTH_MIN: usize = 16;

/// A file larger than this is no key.
const FILE_BYTES_MAX: u64 = 4096;

/// A secret for HMAC-SHA256 (RFC 2104).
#[derive(Clone)]
pub struct Key {
    /// Prepared once; each value starts from a copy.
    mac: Hmac<Sha256>,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(not shown)")
    }
}

impl Key {
    /// The key that was given (`SAMEHAND_KEY`), else that of the file `key` in the output folder, which is made from
    /// the system's randomness when there is none. Space around a key is not part of it; an empty key was not given.
    ///
    /// The text of the file is the key, so a key file's text given as `SAMEHAND_KEY` is the same key.
    /// Diagnostics: a short key; a key file that others could read, which is made private.
    pub fn open_or_create(given: Option<&str>, output_root: &Path) -> Result<(Key, Vec<Diagnostic>)> {
        if let Some(found) = Key::open(given, output_root)? {
            return Ok(found);
        }
        let path = output_root.join(FILE_NAME);
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|error| Error::Key(format!("the system gave no randomness: {error}")))?;
        let text = hex(&secret);
        // A temporary file is private from its first moment, and bears the final name only when it is whole.
        let mut file =
            tempfile::NamedTempFile::with_prefix_in(".key-", output_root).map_err(io_error("write to", output_root))?;
        writeln!(file, "{text}").and_then(|()| file.as_file().sync_all()).map_err(io_error("write", &path))?;
        match file.persist_noclobber(&path) {
            Ok(_) => Ok((Key::new(text.as_bytes()), Vec::new())),
            // Somebody else made one in the meantime: theirs counts.
            Err(error) if error.error.kind() == std::io::ErrorKind::AlreadyExists => {
                Key::open(None, output_root)?.ok_or_else(|| Error::Key(format!("{} comes and goes", path.display())))
            }
            Err(error) => Err(io_error("write", &path)(error.error)),
        }
    }

    /// The same without making one: for commands that read a finished run. `None` when there is no key.
    pub fn open(given: Option<&str>, output_root: &Path) -> Result<Option<(Key, Vec<Diagnostic>)>> {
        let mut diagnostics = Vec::new();
        if let Some(given) = given.map(str::trim).filter(|given| !given.is_empty()) {
            diagnostics.extend(short(given.as_bytes(), "SAMEHAND_KEY"));
            return Ok(Some((Key::new(given.as_bytes()), diagnostics)));
        }
        let path = output_root.join(FILE_NAME);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io_error("open", &path)(error)),
        };
        diagnostics.extend(make_private(&file, &path)?);
        let mut bytes = Vec::new();
        (&file).take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(io_error("read", &path))?;
        if bytes.len() as u64 > FILE_BYTES_MAX {
            return Err(Error::Key(format!("{} is larger than {FILE_BYTES_MAX} bytes", path.display())));
        }
        let text = bytes.trim_ascii();
        if text.is_empty() {
            return Err(Error::Key(format!("{} is empty", path.display())));
        }
        diagnostics.extend(short(text, &path.display().to_string()));
        Ok(Some((Key::new(text), diagnostics)))
    }

    /// A key made of these bytes.
    pub fn new(secret: &[u8]) -> Key {
        Key { mac: Hmac::new_from_slice(secret).expect("HMAC takes a key of any length") }
    }

    /// The keyed hash of a normalized value: 32 hex digits, the first half of HMAC-SHA256 over the kind's name, a zero
    /// byte and the text. The same text of two kinds has two hashes.
    pub fn hash(&self, kind: IdentifierKind, text: &str) -> String {
        let mut mac = self.mac.clone();
        mac.update(kind.name().as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        hex(&mac.finalize().into_bytes()[..16])
    }

    /// The form in which a sensitive value is stored: `hmac:` hash `:…` last four, as in
    /// `hmac:9f3c52d8a1b04e6f8d7c6b5a49382716:…1207`.
    ///
    /// The last four are letters and digits of the part after the last colon (of an account, without its routing
    /// number), and fewer where four would be more than half of it. Of an account that was delivered masked
    /// (`routing:*1207`) they are what is known.
    pub fn protect(&self, kind: IdentifierKind, text: &str) -> String {
        format!("hmac:{}:…{}", self.hash(kind, text), last_four(text))
    }
}

/// The end of a value that people may see. See [`Key::protect`].
fn last_four(text: &str) -> String {
    let part = text.rsplit(':').next().unwrap_or(text);
    let masked = part.starts_with('*');
    let letters: Vec<char> = part.chars().filter(|c| c.is_alphanumeric()).collect();
    let shown = if masked { 4 } else { (letters.len() / 2).min(4) };
    letters[letters.len().saturating_sub(shown)..].iter().collect()
}

fn short(secret: &[u8], location: &str) -> Option<Diagnostic> {
    (secret.len() < LENGTH_MIN).then(|| {
        Diagnostic::warning("short-key", location, format!("the key has fewer than {LENGTH_MIN} characters"))
            .hint("a short key can be guessed from the hashes: use at least 32 random characters")
    })
}

/// Takes everybody else's rights off the key file, and says so.
#[cfg(unix)]
fn make_private(file: &File, path: &Path) -> Result<Option<Diagnostic>> {
    use std::os::unix::fs::PermissionsExt;
    let mode = file.metadata().map_err(io_error("read", path))?.permissions().mode() & 0o7777;
    if mode & 0o077 == 0 {
        return Ok(None);
    }
    let was = format!("the key file had mode {mode:04o}, so that others could use it");
    Ok(Some(match file.set_permissions(std::fs::Permissions::from_mode(0o600)) {
        Ok(()) => Diagnostic::warning("key-mode", path.display().to_string(), format!("{was}; it is now 0600"))
            .hint("whoever has seen the key can test guesses against stored hashes: consider a new one"),
        Err(_) => Diagnostic::warning("key-mode", path.display().to_string(), format!("{was}, and cannot be changed"))
            .hint("give the file mode 0600"),
    }))
}

/// There are no modes to look at.
#[cfg(not(unix))]
fn make_private(_: &File, _: &Path) -> Result<Option<Diagnostic>> {
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use IdentifierKind::{Account, DocumentNumber, GovernmentId};

    fn key() -> Key {
        Key::new(b"a key for tests only, 32 letters")
    }

    #[test]
    fn the_hash_is_hmac_sha256_cut_to_half() {
        // Computed with Python: hmac.new(b"key", b"government_id\0" + b"900001207", "sha256").hexdigest()[:32]
        assert_eq!(Key::new(b"key").hash(GovernmentId, "900001207"), "b45e5fd72d30c6a264b6bf3538bed381");
    }

    #[test]
    fn a_hash_depends_on_key_kind_and_text_and_on_nothing_else() {
        let hash = key().hash(GovernmentId, "900001207");
        assert_eq!(hash.len(), 32);
        assert!(hash.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase()));
        assert_eq!(hash, key().hash(GovernmentId, "900001207"));
        assert_ne!(hash, Key::new(b"another key").hash(GovernmentId, "900001207"));
        assert_ne!(hash, key().hash(DocumentNumber, "900001207"));
        assert_ne!(hash, key().hash(GovernmentId, "900001208"));
    }

    #[test]
    fn at_most_four_and_never_more_than_half_of_a_value_is_shown() {
        let check = |text: &str, expected: &str| assert_eq!(last_four(text), expected, "{text}");
        check("900001207", "1207");
        check("021000021:000123456789", "6789");
        check("iban:GB33BUKB20201555555555", "5555");
        check("021000021:*1207", "1207");
        check("*07", "07");
        // Short ones: four would give most of it away.
        check("021000021:12345", "45");
        check("A1207", "07");
        check("7", "");
        check("", "");
        // Only letters and digits, whatever their script.
        check("AB-12 34-56 7", "4567");
        check("ДО123456", "3456");
    }

    #[test]
    fn a_protected_value_shows_hash_and_last_four_only() {
        let shown = key().protect(Account, "021000021:000123456789");
        assert_eq!(shown, format!("hmac:{}:…6789", key().hash(Account, "021000021:000123456789")));
        assert!(!shown.contains("12345") && !shown.contains("021000021"));
    }

    #[test]
    fn a_key_given_comes_before_the_file_and_makes_none() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (given, diagnostics) =
            Key::open_or_create(Some(" a key for tests only, 32 letters\n"), dir.path()).expect("given");
        assert!(diagnostics.is_empty());
        assert_eq!(given.hash(Account, "1"), key().hash(Account, "1"));
        assert!(!dir.path().join(FILE_NAME).exists());

        let (_, diagnostics) = Key::open_or_create(Some("secret"), dir.path()).expect("given");
        assert_eq!(diagnostics[0].code, "short-key");
        assert!(!diagnostics[0].to_string().contains("secret"));
    }

    #[test]
    fn a_key_is_made_once_and_found_again() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        assert!(Key::open(None, dir.path()).expect("no file is no error").is_none());
        let (first, diagnostics) = Key::open_or_create(Some("  "), dir.path()).expect("made");
        assert!(diagnostics.is_empty());
        let (second, _) = Key::open_or_create(None, dir.path()).expect("found");
        assert_eq!(first.hash(Account, "1"), second.hash(Account, "1"));

        let text = std::fs::read_to_string(dir.path().join(FILE_NAME)).expect("readable");
        assert_eq!(text.trim().len(), 64);
        let (third, _) = Key::open_or_create(Some(&text), Path::new("/nowhere")).expect("given");
        assert_eq!(first.hash(Account, "1"), third.hash(Account, "1"), "the file's text is the key");
        assert!(!format!("{first:?}").contains(text.trim()));

        let other = tempfile::tempdir().expect("a temporary folder");
        let (other, _) = Key::open_or_create(None, other.path()).expect("made");
        assert_ne!(first.hash(Account, "1"), other.hash(Account, "1"));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_file_is_private_and_one_that_is_not_is_made_so_with_a_warning() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join(FILE_NAME);
        let mode = || std::fs::metadata(&path).expect("there").permissions().mode() & 0o7777;
        Key::open_or_create(None, dir.path()).expect("made");
        assert_eq!(mode(), 0o600);

        // Stricter than asked for is fine.
        for (given, warned, after) in [(0o400, false, 0o400), (0o640, true, 0o600), (0o604, true, 0o600)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(given)).expect("changed");
            let (_, diagnostics) = Key::open_or_create(None, dir.path()).expect("found");
            assert_eq!(diagnostics.iter().any(|d| d.code == "key-mode"), warned, "{given:o}");
            assert_eq!(mode(), after, "{given:o}");
        }
    }

    #[test]
    fn an_empty_or_huge_key_file_is_refused() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        for text in [" \n".to_string(), "k".repeat(5000)] {
            std::fs::write(dir.path().join(FILE_NAME), text).expect("written");
            let error = Key::open_or_create(None, dir.path()).expect_err("no key");
            assert!(matches!(error, Error::Key(_)) && error.hint().is_some(), "{error}");
        }
    }
}
