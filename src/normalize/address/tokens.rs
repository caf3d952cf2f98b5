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
    let folded: Cow<str> = if raw.is_ascii() {
        Cow::Borrowed(raw)
    } else {
        // Folding collapses line ends to spaces, so they become commas first.
        Cow::Owned(fold(&raw.replace(['\n', '\r'], ",")))
    };
    let bytes = folded.as_bytes();
    let mut out = Vec::with_capacity(bytes.len() + 4);
    // Letters since the last thing that is no letter: `p.o.` is one word, `ste.200` and `st.paul` are two.
    let mut run = 0usize;
    for (at, &byte) in bytes.iter().enumerate() {
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        let previous = if at == 0 { b' ' } else { bytes[at - 1] };
        if byte.is_ascii_alphanumeric() {
            out.push(byte.to_ascii_lowercase());
            run += 1;
            continue;
        }
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
    String::from_utf8(out).unwrap_or_default()
}

fn begins_with_ordinal(bytes: &[u8]) -> bool {
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let word = bytes[digits..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
    digits > 0
        && word == 2
        && [b"st", b"nd", b"rd", b"th"].iter().any(|ending| bytes[digits..digits + 2].eq_ignore_ascii_case(*ending))
}

pub fn tokenize(clean: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::with_capacity(16);
    let mut starts_segment = true;
    for text in clean.split(' ') {
        match text {
            "" => {}
            "," => starts_segment = true,
            _ => {
                tokens.push(Token { text, word: tables::word(text), starts_segment });
                starts_segment = false;
            }
        }
    }
    tokens
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
    let digits = text.len().checked_sub(2).filter(|&n| n > 0 && text.is_char_boundary(n))?;
    let (number, ending) = text.split_at(digits);
    if !matches!(ending, "st" | "nd" | "rd" | "th") {
        return None;
    }
    number.parse().ok()
}
