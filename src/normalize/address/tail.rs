//! The end of an address line: country, postal code, region. Read from the right, before anything else.

use super::line::Line;
use super::tables::{self, Land};
use super::tokens::{Token, is_shape, words};
use std::borrow::Cow;

/// Takes country, postal code and region from the end. True when the end says that a city stands before it.
pub fn take_tail<'a>(tokens: &mut Vec<Token<'a>>, line: &mut Line<'a>) -> bool {
    if let Some((count, code)) = country_at_end(tokens) {
        line.country = code;
        tokens.truncate(tokens.len() - count);
    }
    let postal = postal_at_end(tokens, line.country);
    let before = tokens.len() - postal.as_ref().map_or(0, |found| found.count);
    if let Some((count, region)) = region_at_end(&tokens[..before], postal.is_some() || !line.country.is_empty()) {
        line.region = region;
        tokens.truncate(before - count);
    } else if let Some(found) = &postal {
        if found.needs_region {
            return false;
        }
        tokens.truncate(before);
    }
    if let Some(found) = postal {
        (line.postal_code, line.is_restored) = restore_zip(found.code, line.region);
    }
    !line.region.is_empty() || !line.postal_code.is_empty()
}

fn joined<'a>(tokens: &[Token<'a>]) -> Cow<'a, str> {
    match tokens {
        [one] => Cow::Borrowed(one.text),
        _ => Cow::Owned(tokens.iter().map(|token| token.text).collect::<Vec<_>>().join(" ")),
    }
}

fn country_at_end(tokens: &[Token]) -> Option<(usize, &'static str)> {
    let last = tokens.last()?;
    let count = match last.text {
        "usa" => 1,
        "us" if tokens.len() >= 3 => 1,
        "states" if tokens.len() >= 4 && tokens[tokens.len() - 2].text == "united" => 2,
        "america" if tokens.len() >= 6 && tokens[tokens.len() - 4].text == "united" => 4,
        _ => {
            let start = tokens.iter().rposition(|token| token.starts_segment)?;
            // A region of the same name, and a two-letter code, are more likely a region.
            let name = (start > 0 && tokens.len() - start <= 4).then(|| joined(&tokens[start..]))?;
            if tables::region(&name).is_some() {
                return None;
            }
            return tables::country(&name).map(|code| (tokens.len() - start, code));
        }
    };
    // `route us` and `highway us` would be a street, but no country stands right behind a street's first word.
    (count < tokens.len()).then_some((count, "us"))
}

struct Postal<'a> {
    count: usize,
    code: Cow<'a, str>,
    /// Four digits are a postal code only behind a region that has such.
    needs_region: bool,
}

fn postal_at_end<'a>(tokens: &[Token<'a>], country: &str) -> Option<Postal<'a>> {
    let [.., before, last] = tokens else { return None };
    let text = last.text;
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits == text.len() || (text.contains('-') && digits + 1 == text.len()) {
        let zip = text.bytes().position(|b| b == b'-').map_or(text, |at| &text[..at]);
        // Behind these words a number is part of the street, the unit or the box.
        if !last.starts_segment
            && (before.word.designator.is_some()
                || matches!(before.text, "box" | "hwy" | "highway" | "rte" | "route" | "rt" | "pob" | "pobox" | "po"))
        {
            return None;
        }
        let has_suffix = text.len() > zip.len();
        return match zip.len() {
            5 if !has_suffix || matches!(text.len(), 10 | 9) => {
                Some(Postal { count: 1, code: Cow::Borrowed(zip), needs_region: false })
            }
            3 | 4 if !has_suffix || text.len() == zip.len() + 5 => {
                Some(Postal { count: 1, code: Cow::Borrowed(zip), needs_region: country != "au" || zip.len() == 3 })
            }
            _ => None,
        };
    }
    if is_canadian(before.text, last.text) || is_british(before.text, last.text) {
        let code = Cow::Owned(format!("{} {}", before.text, last.text));
        return Some(Postal { count: 2, code, needs_region: false });
    }
    split_postal(text).map(|(outward, inward)| Postal {
        count: 1,
        code: Cow::Owned(format!("{outward} {inward}")),
        needs_region: false,
    })
}

/// The two halves of a British or Canadian postal code written without space.
fn split_postal(text: &str) -> Option<(&str, &str)> {
    if !(5..=7).contains(&text.len()) || !text.is_ascii() {
        return None;
    }
    let halves = text.split_at(text.len() - 3);
    (is_canadian(halves.0, halves.1) || is_british(halves.0, halves.1)).then_some(halves)
}

fn is_canadian(first: &str, second: &str) -> bool {
    is_shape(first, "a9a") && is_shape(second, "9a9")
}

fn is_british(outward: &str, inward: &str) -> bool {
    is_shape(inward, "9aa") && ["a9", "a99", "aa9", "aa99", "a9a", "aa9a"].iter().any(|shape| is_shape(outward, shape))
}

/// A postal code in canonical form, and whether zeros were restored. `code` is in the alphabet of [`clean`]; `region` and
/// `country` are canonical or empty.
pub fn postal_text<'a>(code: &'a str, region: &str, country: &str) -> (Cow<'a, str>, bool) {
    if !code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        let code = words(code).collect::<Vec<_>>().join(" ");
        let (text, is_restored) = spaced_postal_text(&code, region, country);
        return (Cow::Owned(text.into_owned()), is_restored);
    }
    spaced_postal_text(code, region, country)
}

/// As [`postal_text`], of words with single spaces.
fn spaced_postal_text<'a>(code: &'a str, region: &str, country: &str) -> (Cow<'a, str>, bool) {
    if code.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b' ') {
        let mut parts = code.split(['-', ' ']);
        let (zip, plus_four, more) = (parts.next().unwrap_or(""), parts.next(), parts.next());
        let is_us = matches!(country, "" | "us") && (tables::land(region) == Some(Land::Us) || region.is_empty());
        // Nine digits in one are a ZIP+4, eight one whose zero was eaten.
        let zip = match (zip.len(), plus_four) {
            (9, None) if is_us => &zip[..5],
            (8, None) if is_us && tables::eaten_zeros(region) > 0 => &zip[..4],
            (3..=5, Some(four)) if four.len() == 4 && more.is_none() && is_us => zip,
            (_, None) => zip,
            _ => return (Cow::Borrowed(code), false),
        };
        return if is_us { restore_zip(Cow::Borrowed(zip), region) } else { (Cow::Borrowed(zip), false) };
    }
    match split_postal(code) {
        Some((outward, inward)) => (Cow::Owned(format!("{outward} {inward}")), false),
        None => (Cow::Borrowed(code), false),
    }
}

/// Puts back the leading zeros of a ZIP whose state's ZIPs begin with as many.
fn restore_zip<'a>(zip: Cow<'a, str>, region: &str) -> (Cow<'a, str>, bool) {
    let zeros = tables::eaten_zeros(region);
    if zeros > 0 && zip.len() < 5 && zip.len() + zeros >= 5 && zip.bytes().all(|b| b.is_ascii_digit()) {
        (Cow::Owned(format!("{zip:0>5}")), true)
    } else {
        (zip, false)
    }
}

/// The region at the end. Without postal code or country behind it, it must stand behind a comma.
fn region_at_end(tokens: &[Token], is_backed: bool) -> Option<(usize, &'static str)> {
    if !tokens.last()?.word.ends_region {
        return None;
    }
    for count in (1..=4.min(tokens.len().saturating_sub(1))).rev() {
        let start = tokens.len() - count;
        let name = &tokens[start..];
        if name[1..].iter().any(|token| token.starts_segment) || (count > 1 && name[0].text.len() < 3) {
            continue;
        }
        let Some(region) = tables::region(&joined(name)) else { continue };
        // `washington dc` is a city and its region.
        if count == 2 && region == "dc" {
            continue;
        }
        let own_segment = name[0].starts_segment;
        let behind_comma = tokens[1..].iter().any(|token| token.starts_segment);
        if !is_backed && !behind_comma {
            continue;
        }
        // Court and Connecticut, north-east and Nebraska: behind a suffix, or in a segment of its own, it is the state.
        let is_street_word = name[0].word.suffix.is_some() || name[0].word.direction.is_some();
        if count == 1 && is_street_word && !own_segment {
            let behind_suffix = tokens[1..start].iter().any(|token| token.word.suffix.is_some());
            if !behind_suffix && !tokens[2.min(start)..start].iter().any(|token| token.starts_segment) {
                continue;
            }
        }
        // `12 Virginia` keeps its street.
        let left = &tokens[..start];
        if !own_segment && left.len() == 1 && left[0].starts_with_digit() {
            continue;
        }
        return Some((count, region));
    }
    None
}
