//! Character encodings of text files: UTF-8 and UTF-16 with and without byte order mark, Windows-1252 as the last resort;
//! and what is no text at all.
//!
//! A file that is not valid UTF-8 throughout is taken for UTF-8 with some broken rows when it holds more valid multi-byte
//! sequences than invalid ones (Windows-1252 text practically never forms a valid sequence by chance); those rows are left
//! to the readers to reject. Otherwise the whole file is decoded as Windows-1252, which is Latin-1 where that has
//! characters. Other 8-bit and East Asian encodings cannot be told from it with certainty, so a warning says what was assumed.

use crate::model::diagnostic::Diagnostic;
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// Bytes looked at to tell binary files and unmarked UTF-16 from text.
const LOOK_BYTES: usize = 8 << 10;

/// Text as UTF-8 without byte order mark.
pub(crate) struct Decoded<'a> {
    pub bytes: Cow<'a, [u8]>,
    /// For people: `UTF-8`, `UTF-16LE`, `Windows-1252`.
    pub name: &'static str,
    /// False when some sequences are not UTF-8: rows that hold one must be rejected.
    pub valid: bool,
    pub warning: Option<Diagnostic>,
}

/// Decodes a text file (or its beginning, when not `whole`). Errors on an empty file and on what is no text.
pub(crate) fn decode<'a>(bytes: &'a [u8], whole: bool, shown: &str) -> Result<Decoded<'a>, Diagnostic> {
    if bytes.is_empty() {
        return Err(super::empty_file(shown));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return Ok(utf_16(rest, UTF_16LE, whole, shown));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return Ok(utf_16(rest, UTF_16BE, whole, shown));
    }
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        if rest.is_empty() {
            return Err(super::empty_file(shown));
        }
        return Ok(utf_8(rest, whole, shown));
    }
    if let Some(encoding) = unmarked_utf_16(bytes) {
        return Ok(utf_16(bytes, encoding, whole, shown));
    }
    if let Some(what) = not_text(bytes) {
        let error = Diagnostic::error("binary-file", shown, format!("this is {what}, not a table of text"));
        return Err(error.hint("export the table as CSV, XLSX, Parquet or NDJSON"));
    }
    Ok(utf_8(bytes, whole, shown))
}

fn utf_8<'a>(bytes: &'a [u8], whole: bool, shown: &str) -> Decoded<'a> {
    let (valid, invalid) = sequences(bytes, whole);
    if invalid == 0 {
        return Decoded { bytes: Cow::Borrowed(bytes), name: "UTF-8", valid: true, warning: None };
    }
    if valid > invalid {
        return Decoded { bytes: Cow::Borrowed(bytes), name: "UTF-8", valid: false, warning: None };
    }
    let text = WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
    let warning = Diagnostic::warning("assumed-encoding", shown, "not UTF-8; read as Windows-1252");
    let warning = warning.hint("if names with accents or in other scripts look wrong, export the file as UTF-8");
    let bytes = Cow::Owned(text.into_bytes());
    Decoded { bytes, name: "Windows-1252", valid: true, warning: Some(warning) }
}

fn utf_16<'a>(bytes: &[u8], encoding: &'static Encoding, whole: bool, shown: &str) -> Decoded<'a> {
    // The beginning of a file may end inside a character.
    let bytes = if whole { bytes } else { &bytes[..bytes.len() - bytes.len() % 2] };
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let warning = (had_errors && whole).then(|| {
        let message = format!("some characters are not valid {} and show as \u{fffd}", encoding.name());
        Diagnostic::warning("broken-encoding", shown, message).hint("export the file as UTF-8")
    });
    let bytes = Cow::Owned(text.into_owned().into_bytes());
    Decoded { bytes, name: encoding.name(), valid: true, warning }
}

/// How many multi-byte sequences are valid, and how many sequences are not.
fn sequences(bytes: &[u8], whole: bool) -> (usize, usize) {
    if std::str::from_utf8(bytes).is_ok() {
        return (0, 0);
    }
    let (mut valid, mut invalid) = (0, 0);
    let mut chunks = bytes.utf8_chunks().peekable();
    while let Some(chunk) = chunks.next() {
        // Every character beyond ASCII has exactly one leading byte from 0xC2 on.
        valid += chunk.valid().bytes().filter(|byte| *byte >= 0xc2).count();
        let cut_off = !whole && chunks.peek().is_none() && is_incomplete(chunk.invalid());
        invalid += usize::from(!chunk.invalid().is_empty() && !cut_off);
    }
    (valid, invalid)
}

/// Whether more bytes could have made this a character.
fn is_incomplete(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

/// UTF-16 of mostly Latin text has a zero in every other byte; no other text has.
fn unmarked_utf_16(bytes: &[u8]) -> Option<&'static Encoding> {
    let look = &bytes[..bytes.len().min(LOOK_BYTES)];
    let pairs = look.len() / 2;
    if pairs < 2 {
        return None;
    }
    let zeros = |offset: usize| look.chunks_exact(2).filter(|pair| pair[offset] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    // Half the pairs, so that names in other scripts leave it recognizable, and hardly any on the other side.
    if second * 2 > pairs && first * 50 < pairs {
        Some(UTF_16LE)
    } else if first * 2 > pairs && second * 50 < pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// What a file is when it is not text.
fn not_text(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"\x89PNG", "a PNG image"),
        (b"\xff\xd8\xff", "a JPEG image"),
        (b"GIF8", "a GIF image"),
        (b"%PDF", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive or office document"),
        (b"PK\x05\x06", "an empty ZIP archive"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"Rar!\x1a\x07", "a RAR archive"),
        (b"\xd0\xcf\x11\xe0", "an old Office file (XLS or DOC)"),
        (b"\x7fELF", "a program"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"PAR1", "a Parquet file"),
        (b"ARROW1", "an Arrow file"),
    ];
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(what);
    }
    let look = &bytes[..bytes.len().min(LOOK_BYTES)];
    let is_control = |byte: &&u8| matches!(**byte, 0..=8 | 14..=26 | 28..=31 | 127);
    let control = look.iter().filter(is_control).count();
    // One in ten: text with a few stray control characters stays well below, binary data well above.
    (control * 10 > look.len()).then_some("binary data")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], name: &str, text: &str) {
        let decoded = decode(bytes, true, "f.csv").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((decoded.name, std::str::from_utf8(&decoded.bytes)), (name, Ok(text)));
    }

    fn utf_16_bytes(text: &str, little: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn marked_and_unmarked_unicode() {
        let text = "name,city\nZoë 박민준,Köln\nAda,Wien and a few more letters\n";
        check(text.as_bytes(), "UTF-8", text);
        check(format!("\u{feff}{text}").as_bytes(), "UTF-8", text);
        for little in [true, false] {
            let name = if little { "UTF-16LE" } else { "UTF-16BE" };
            check(&utf_16_bytes(text, little), name, text);
            check(&utf_16_bytes(&format!("\u{feff}{text}"), little), name, text);
        }
    }

    #[test]
    fn eight_bit_text_is_read_with_a_warning() {
        check(b"name\nZo\xeb\nK\xf6ln \x80\n", "Windows-1252", "name\nZoë\nKöln €\n");
        let decoded = decode(b"name\nZo\xeb\n", true, "f.csv").unwrap();
        assert_eq!(decoded.warning.map(|warning| warning.code), Some("assumed-encoding"));
    }

    #[test]
    fn one_broken_row_does_not_turn_utf_8_into_something_else() {
        let good = "name\nZoë\nBjörn\n".as_bytes();
        assert!(decode(good, true, "f.csv").unwrap().valid);
        let broken = [good, b"Zo\xeb\n"].concat();
        let decoded = decode(&broken, true, "f.csv").unwrap();
        assert_eq!((decoded.name, decoded.valid), ("UTF-8", false));
    }

    #[test]
    fn a_character_cut_off_at_the_end_of_a_beginning_is_no_fault() {
        let bytes = "name\nZoë".as_bytes();
        let cut = &bytes[..bytes.len() - 1];
        assert_eq!(decode(cut, false, "f").unwrap().name, "UTF-8");
        assert_eq!(decode(cut, true, "f").unwrap().name, "Windows-1252");
    }

    #[test]
    fn what_is_no_text_is_named() {
        let code = |bytes: &[u8]| decode(bytes, true, "f.csv").err().map(|error| error.code);
        assert_eq!(code(b""), Some("empty-file"));
        assert_eq!(code(b"\xef\xbb\xbf"), Some("empty-file"));
        assert_eq!(code(b"\x89PNG\r\n\x1a\n rest"), Some("binary-file"));
        assert_eq!(code(b"PK\x03\x04rest"), Some("binary-file"));
        assert_eq!(code(b"%PDF-1.7 rest"), Some("binary-file"));
        let noise: Vec<u8> = (0..2000u32).map(|n| (n * 7 % 32) as u8).collect();
        assert_eq!(code(&noise), Some("binary-file"));
        // The look-alike: one stray NUL in a long text is a matter of that row.
        assert_eq!(code(b"name,city\nAda Example,Wien\nBob\0 Example,Graz\n"), None);
    }
}
