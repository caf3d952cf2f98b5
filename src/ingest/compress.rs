//! Packed files: gzip by its magic bytes, whatever the file is called, several members in a row included.
//! Other packers are recognized and refused with a hint.

use crate::model::diagnostic::Diagnostic;
use flate2::read::MultiGzDecoder;
use std::borrow::Cow;
use std::io::Read;

/// How many times its size a looked-at beginning is unpacked to at most; text grows about tenfold.
const UNPACKED_MAX: u64 = 16;

/// How a beginning was unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Packed {
    /// Whether more would have come out.
    pub cut: bool,
}

/// The unpacked bytes of a whole file, and whether it was packed. An archive that breaks off is an error, because
/// the rows that are missing could be anyone's.
pub(crate) fn unpack<'a>(raw: &'a [u8], shown: &str) -> Result<(Cow<'a, [u8]>, bool), Diagnostic> {
    refuse_others(raw, shown)?;
    if !is_gzip(raw) {
        return Ok((Cow::Borrowed(raw), false));
    }
    let mut bytes = Vec::new();
    match MultiGzDecoder::new(raw).read_to_end(&mut bytes) {
        Ok(_) => Ok((Cow::Owned(bytes), true)),
        Err(error) => Err(damaged(shown, &error)),
    }
}

/// The unpacked beginning of a file of which `raw` is the beginning (all of it when `whole`). `asked` is how much the
/// caller wanted to see; who asks for more gets more, however well it was packed.
pub(crate) fn unpack_head<'a>(
    raw: &'a [u8],
    whole: bool,
    asked: u64,
    shown: &str,
) -> Result<(Cow<'a, [u8]>, Option<Packed>), Diagnostic> {
    refuse_others(raw, shown)?;
    if !is_gzip(raw) {
        return Ok((Cow::Borrowed(raw), None));
    }
    let bound = asked.saturating_mul(UNPACKED_MAX);
    let mut bytes = Vec::new();
    let result = MultiGzDecoder::new(raw).take(bound).read_to_end(&mut bytes);
    match result {
        Err(error) if whole => Err(damaged(shown, &error)),
        // Only so much was given to it: what came out until then is good.
        Err(_) => Ok((Cow::Owned(bytes), Some(Packed { cut: true }))),
        Ok(read) => {
            let cut = !whole || read as u64 >= bound;
            Ok((Cow::Owned(bytes), Some(Packed { cut })))
        }
    }
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b, 0x08])
}

fn refuse_others(raw: &[u8], shown: &str) -> Result<(), Diagnostic> {
    let kind = match raw {
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "zstd",
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..] => "bzip2",
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => "xz",
        _ => return Ok(()),
    };
    let error = Diagnostic::error("packed-file", shown, format!("packed with {kind}, which cannot be read"));
    Err(error.hint("unpack it, or pack it with gzip"))
}

fn damaged(shown: &str, error: &std::io::Error) -> Diagnostic {
    let error = Diagnostic::error("damaged-gzip", shown, format!("the gzip data is damaged or cut off: {error}"));
    error.hint("fetch the file again and compare its size with the original")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("a vector takes all");
        encoder.finish().expect("a vector takes all")
    }

    #[test]
    fn plain_bytes_pass_through() {
        let (bytes, packed) = unpack(b"a,b\n", "f").unwrap();
        assert_eq!((&bytes[..], packed), (&b"a,b\n"[..], false));
    }

    #[test]
    fn two_members_in_a_row_are_one_file() {
        let raw = [gzip(b"a,b\n"), gzip(b"1,2\n")].concat();
        let (bytes, packed) = unpack(&raw, "f").unwrap();
        assert_eq!((&bytes[..], packed), (&b"a,b\n1,2\n"[..], true));
    }

    #[test]
    fn a_cut_archive_is_an_error_but_a_cut_beginning_is_not() {
        let text: Vec<u8> = (0..20_000u32).flat_map(|n| format!("{},{}\n", n, n * 7919).into_bytes()).collect();
        let raw = gzip(&text);
        let cut = &raw[..raw.len() / 2];
        assert_eq!(unpack(cut, "f.gz").unwrap_err().code, "damaged-gzip");
        assert_eq!(unpack_head(cut, true, 1 << 20, "f.gz").unwrap_err().code, "damaged-gzip");
        let (bytes, packed) = unpack_head(cut, false, 1 << 20, "f.gz").unwrap();
        assert!(!bytes.is_empty() && text.starts_with(&bytes));
        assert_eq!(packed, Some(Packed { cut: true }));
    }

    #[test]
    fn other_packers_are_named() {
        let error = unpack(&[0x28, 0xb5, 0x2f, 0xfd, 0, 0], "f.zst").unwrap_err();
        assert!(error.message.contains("zstd"), "{error}");
    }
}
