//! Units of an address: flats, suites, floors, buildings, boxes, in whatever spelling, to one text.

use super::tables::{self, Designator};
use super::tokens::{Token, is_shape, ordinal_digits};
use std::borrow::Cow;

/// The units of an address under construction: `bldg 2` before `fl 3` before a bare id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unit {
    kept: Vec<String>,
    bare: String,
    other: String,
}

impl Unit {
    pub fn add_kept(&mut self, designator: &str, id: &str) {
        let part = if id.is_empty() { designator.to_owned() } else { format!("{designator} {id}") };
        if !self.kept.contains(&part) {
            self.kept.push(part);
        }
    }

    /// Two bare ids belong together (`apt 4 b`), unless the second repeats the first (a unit column beside the line).
    pub fn add_bare(&mut self, id: &str) {
        if self.bare != id {
            self.bare.push_str(id);
        }
    }

    pub fn add_other(&mut self, word: &str) {
        if !self.other.is_empty() {
            self.other.push(' ');
        }
        self.other.push_str(word);
    }

    /// Takes over the units of another cell of the same row.
    pub fn unite(&mut self, other: Unit) {
        for part in other.kept {
            if !self.kept.contains(&part) {
                self.kept.push(part);
            }
        }
        self.add_bare(&other.bare);
        if !other.other.is_empty() && self.other != other.other {
            self.add_other(&other.other);
        }
    }

    /// The canonical text: designated parts in alphabetical order, then the name of a building, then the bare id.
    pub fn text(mut self) -> String {
        if self.kept.is_empty() && self.other.is_empty() {
            return self.bare;
        }
        self.kept.sort_unstable();
        let parts = self.kept.iter().map(String::as_str).chain([self.other.as_str(), self.bare.as_str()]);
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// Takes one unit from the front and returns how many tokens it took; 0 when there is none. `may_stand_alone` allows words
/// that need no id (`rear`, `lower`), which elsewhere are part of a street's name.
pub fn take_unit(tokens: &[Token], unit: &mut Unit, is_mailbox: &mut bool, may_stand_alone: bool) -> usize {
    let [first, rest @ ..] = tokens else { return 0 };
    if first.word.designator.is_none() && first.word.ordinal.is_none() && !first.has_digit {
        // Most words: neither a designator, nor `3rd` or `third` before a floor, nor both in one as `apt4b`.
        return 0;
    }
    // `3rd floor`
    if let Some(number) = ordinal_digits(first.text).or(first.word.ordinal)
        && let Some(next) = rest.first()
        && next.word.designator == Some(Designator::Kept("fl"))
    {
        unit.add_kept("fl", &number.to_string());
        return 2;
    }
    let Some(designator) = first.word.designator else { return take_joined_unit(first.text, unit, is_mailbox) };
    let label = usize::from(first.text != "#" && rest.first().is_some_and(|next| matches!(next.text, "#" | "no")));
    let id = rest.get(label).map_or("", |token| token.text);
    match designator {
        Designator::Alone(text) => {
            let has_id = text == "ph" && is_unit_like(id) && !id.is_empty();
            if !has_id && !may_stand_alone {
                return 0;
            }
            // `lower main st` begins a street, `rear` ends one.
            if !has_id && text != "ph" && rest.iter().any(|token| token.word.suffix.is_some()) {
                return 0;
            }
            let id_text = unit_id(id);
            unit.add_kept(text, if has_id { &id_text } else { "" });
            1 + if has_id { label + 1 } else { 0 }
        }
        Designator::Plain => {
            if id.is_empty() || !(is_unit_like(id) || is_short_name(id)) {
                return 0;
            }
            let text = unit_id(id);
            let mut used = label + 2;
            // `apt 4 b` at the end.
            if let [letter] = &tokens[used.min(tokens.len())..]
                && is_shape(letter.text, "a")
                && text.bytes().all(|b| b.is_ascii_digit())
                && !letter.starts_segment
            {
                unit.add_bare(&[&text, letter.text].concat());
                used += 1;
            } else {
                unit.add_bare(&text);
            }
            used
        }
        Designator::Kept(name) => {
            let fits = is_unit_like(id) && (!name.is_empty() || id.as_bytes()[0].is_ascii_digit());
            // `lot 5 rd` does not occur, `tower a st` and `block 9th ave` would be streets.
            if !fits || ordinal_digits(id).is_some() {
                return 0;
            }
            *is_mailbox |= name == "pmb";
            let text = unit_id(id);
            if name.is_empty() {
                unit.add_bare(&text)
            } else {
                unit.add_kept(name, &text)
            }
            label + 2
        }
    }
}

/// `apt4b`, `ste200`, `bldg2`: designator and id without space.
pub fn take_joined_unit(text: &str, unit: &mut Unit, is_mailbox: &mut bool) -> usize {
    let Some(at) = text.bytes().position(|b| b.is_ascii_digit()).filter(|&at| at > 1) else { return 0 };
    let (name, id) = text.split_at(at);
    match tables::word(name).designator {
        Some(Designator::Plain) => unit.add_bare(&unit_id(id)),
        Some(Designator::Kept(short)) if !short.is_empty() => {
            *is_mailbox |= short == "pmb";
            unit.add_kept(short, &unit_id(id));
        }
        _ => return 0,
    }
    1
}

/// A digit in it, or one letter.
pub fn is_unit_like(id: &str) -> bool {
    id.len() <= 8 && (id.bytes().any(|b| b.is_ascii_digit()) || is_shape(id, "a"))
}

/// Two letters that are no street word: `apt gf`.
pub fn is_short_name(id: &str) -> bool {
    is_shape(id, "aa") && {
        let known = tables::word(id);
        known.suffix.is_none() && known.designator.is_none()
    }
}

/// Whether a word without designator is a unit: `4b`, `12`, `b`, but no ordinal.
pub fn is_bare_id(text: &str) -> bool {
    text.len() <= 6 && is_unit_like(text) && ordinal_digits(text).is_none()
}

/// An id without hyphens, slashes and leading zeros.
pub fn unit_id(id: &str) -> Cow<'_, str> {
    if !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        let text: String = id.chars().filter(char::is_ascii_alphanumeric).collect();
        return Cow::Owned(without_zeros(&text).to_owned());
    }
    Cow::Borrowed(without_zeros(id))
}

/// A text without leading zeros, unless it has nothing else.
fn without_zeros(text: &str) -> &str {
    match text.bytes().position(|b| b != b'0') {
        Some(at) => &text[at..],
        None => text,
    }
}
