//! Perceptual image hashes that the customer made. No image is ever read here: a hash is a value like any other, and how
//! far apart two of them may be is the near rule's business.

use super::text::{Outcome, is_empty_word};
use crate::model::value::{Marks, Normalized};

/// A perceptual hash: 16 to 64 hex digits in lower case, whatever prefix it had (`0x`, `phash:`).
/// Zeros or ones only are what hashing an empty picture gives, so they are marked `GENERIC`.
pub fn photo_hash(raw: &str) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    let raw = raw.trim();
    let hex = match raw.split_once(':') {
        Some((algorithm, rest)) if algorithm.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => rest.trim(),
        _ => raw,
    };
    let hex = hex.strip_prefix("0x").or_else(|| hex.strip_prefix("0X")).unwrap_or(hex);
    if !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(String::from("not an image hash: something other than hex digits in it"));
    }
    if !(16..=64).contains(&hex.len()) {
        return Err(format!("an image hash has 16 to 64 hex digits, this one has {}", hex.len()));
    }
    let text = hex.to_ascii_lowercase();
    let empty = text.bytes().all(|b| b == b'0') || text.bytes().all(|b| b == b'f');
    Ok(Some(Normalized::marked(text, if empty { Marks::GENERIC } else { Marks::NONE })))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, expected: Option<&str>) {
        let got = photo_hash(raw).ok().flatten();
        assert_eq!(got.as_ref().map(|v| v.text.as_str()), expected, "{raw}");
        if let Some(value) = got {
            assert_eq!(photo_hash(&value.text), Ok(Some(value)), "{raw} is not idempotent");
        }
    }

    #[test]
    fn hashes_of_usual_spellings() {
        check("C3D2E1F0A9B8C7D6", Some("c3d2e1f0a9b8c7d6"));
        check(" 0xC3D2E1F0A9B8C7D6 ", Some("c3d2e1f0a9b8c7d6"));
        check("phash:c3d2e1f0a9b8c7d6", Some("c3d2e1f0a9b8c7d6"));
        check("dhash: 0xc3d2e1f0a9b8c7d6", Some("c3d2e1f0a9b8c7d6"));
        check(&"ab".repeat(32), Some(&"ab".repeat(32)));
        check("", None);
        check("c3d2e1f0a9b8c7d", None);
        check(&"ab".repeat(33), None);
        check("c3d2e1f0a9b8c7dg", None);
        check("https://example.com/photo.jpg", None);
    }

    #[test]
    fn hashes_of_nothing_are_generic() {
        for raw in ["0000000000000000", "FFFFFFFFFFFFFFFF"] {
            assert!(photo_hash(raw).unwrap().unwrap().marks.has(Marks::GENERIC), "{raw}");
        }
        assert_eq!(photo_hash("000000000000000f").unwrap().unwrap().marks, Marks::NONE);
    }
}
