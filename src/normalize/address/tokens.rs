//! The words of an address line, in the alphabet of canonical parts.

use super::super::text::fold;
use super::tables::{self, Word};
use std::borrow::Cow;

#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    pub text: &'a str,
    /// What the tables say of it.
    pub word: &'static Word,
    /// A comma, a line's end, or the like stands before it.
    pub starts_segment: bool,
    /// A digit stands in it.
    pub has_digit: bool,
}

impl Token<'_> {
    /// A number, or an ordinal in digits.
    pub fn starts_with_digit(&self) -> bool {
        self.text.as_bytes()[0].is_ascii_digit()
    }
}

/// The text in the alphabet of canonical parts: lower-case letters and digits, single spaces, `,` between segments, `#` as
/// a word, `-` beside a digit and `/` between digits.
pub fn clean(raw: &str) -> String {
    let mut out = String::new();
    clean_into(raw, &mut out);
    out
}

/// As [`clean`], in place of what `out` holds.
pub fn clean_into(raw: &str, out: &mut String) {
    out.clear();
    if raw.bytes().all(|b| b.is_ascii_alphanumeric()) {
        out.push_str(raw);
        out.make_ascii_lowercase();
        return;
    }
    let folded: Cow<str> = if raw.is_ascii() {
        Cow::Borrowed(raw)
    } else {
        // Folding collapses line ends to spaces, so they become commas first.
        Cow::Owned(fold(&raw.replace(['\n', '\r'], ",")))
    };
    let bytes = folded.as_bytes();
    let text = out;
    let mut out = std::mem::take(text).into_bytes();
    out.reserve(bytes.len() + 4);
    // Letters since the last thing that is no letter: `p.o.` is one word, `ste.200` and `st.paul` are two.
    let mut run = 0usize;
    for (at, &byte) in bytes.iter().enumerate() {
        let lower = LOWER[usize::from(byte)];
        if lower != 0 {
            out.push(lower);
            // What stands between words is of no account here.
            run = if lower == b' ' { 0 } else { run + 1 };
            continue;
        }
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        let previous = if at == 0 { b' ' } else { bytes[at - 1] };
        let initials = run == 1;
        run = 0;
        match byte {
            b'\'' | b'`' => {
                run = 2;
            }
            b'.' if initials && previous.is_ascii_alphabetic() => {}
            b',' | b';' | b'\n' | b'\r' | b'(' | b')' | b'|' | b'\t' => out.extend_from_slice(b" , "),
            b'#' => out.extend_from_slice(b" # "),
            b'&' => out.extend_from_slice(b" and "),
            // `489-27th street` is number 489 of 27th street.
            b'-' if previous.is_ascii_digit() && begins_with_ordinal(&bytes[at + 1..]) => out.push(b' '),
            b'-' if previous == b' ' && next == b' ' => out.extend_from_slice(b" , "),
            b'-' if previous.is_ascii_alphanumeric()
                && next.is_ascii_alphanumeric()
                && (previous.is_ascii_digit() || next.is_ascii_digit()) =>
            {
                out.push(b'-');
            }
            b'/' if previous.is_ascii_digit() && next.is_ascii_digit() => out.push(b'/'),
            b'/' if initials && previous.eq_ignore_ascii_case(&b'c') && next.eq_ignore_ascii_case(&b'o') => {
                out.push(b'/');
            }
            _ => out.push(b' '),
        }
    }
    *text = String::from_utf8(out).unwrap_or_default();
}

/// Letters in lower case, digits and the space as they are; 0 for every other sign.
static LOWER: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0u8;
    while byte < 128 {
        if byte.is_ascii_alphanumeric() || byte == b' ' {
            table[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

fn begins_with_ordinal(bytes: &[u8]) -> bool {
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let word = bytes[digits..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    digits > 0
        && word == 2
        && [b"st", b"nd", b"rd", b"th"].iter().any(|ending| bytes[digits..digits + 2].eq_ignore_ascii_case(*ending))
}

pub fn tokenize(clean: &str) -> Vec<Token<'_>> {
    // Most lines have no more words than this.
    let mut tokens = Vec::with_capacity(8);
    let mut starts_segment = true;
    for text in pieces(clean, |b| b == b' ') {
        if text == "," {
            starts_segment = true;
        } else {
            let has_digit = text.bytes().any(|b| b.is_ascii_digit());
            tokens.push(Token { text, word: tables::word(text), starts_segment, has_digit });
            starts_segment = false;
        }
    }
    tokens
}

/// The words of a clean text that is one part of an address, its segments and number signs disregarded.
pub fn words(clean: &str) -> impl Iterator<Item = &str> + Clone {
    pieces(clean, |b| matches!(b, b' ' | b',' | b'#'))
}

/// What stands between those ASCII signs, where anything does.
fn pieces(text: &str, is_sign: impl Fn(u8) -> bool + Clone) -> impl Iterator<Item = &str> + Clone {
    let mut start = 0;
    std::iter::from_fn(move || {
        let bytes = text.as_bytes();
        while start < bytes.len() && is_sign(bytes[start]) {
            start += 1;
        }
        let from = start;
        while start < bytes.len() && !is_sign(bytes[start]) {
            start += 1;
        }
        (from < start).then(|| &text[from..start])
    })
}

pub fn is_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, class)| match class {
            b'a' => byte.is_ascii_alphabetic(),
            _ => byte.is_ascii_digit(),
        })
}

/// The number of `21st`, `2nd`, `3rd`, `11th`, whatever ending it was given.
pub fn ordinal_digits(text: &str) -> Option<u32> {
    let [_, .., b't' | b'd' | b'h'] = text.as_bytes() else { return None };
    let digits = text.len().checked_sub(2).filter(|&n| n > 0 && text.is_char_boundary(n))?;
    let (number, ending) = text.split_at(digits);
    if !matches!(ending, "st" | "nd" | "rd" | "th") {
        return None;
    }
    number.parse().ok()
}
