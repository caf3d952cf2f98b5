//! How often values, words and their like occur among all records of a run, by a hash of what they are: what it takes to
//! compare two of its records again without reading the others.

use super::hash::stable_hash;
use super::ids::ValueId;

/// Something that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted<'t> {
    /// A value, by its kind and the text that is stored.
    Value(ValueId),
    /// A text under what it is counted as. With `always` it is written however often it occurs; without, what occurs once may
    /// be left out.
    Text { what: &'static str, text: &'t str, always: bool },
}

/// Counts of a run. What is not in it occurs once, among the records that it is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Values that several hold. They are keyed by whoever stores them, since some are stored in another form.
    pub values: Vec<(ValueId, u32)>,
    pub texts: Vec<(u64, u32)>,
}

impl Counts {
    /// Takes note of a count, unless it goes without saying.
    pub fn note(&mut self, counted: Counted, count: u32) {
        match counted {
            Counted::Value(value) if count > 1 => self.values.push((value, count)),
            Counted::Text { what, text, always } if always || count > 1 => self.texts.push((key(what, text), count)),
            _ => {}
        }
    }
}

/// Says how often something occurs in a whole run, by its key and whether it is always written; `None` of what is not written.
pub type Known<'k> = dyn Fn(u64, bool) -> Option<u32> + 'k;

/// The count in a whole run of what some of its records have so often, by its key. What is not written occurs once, which is
/// among these.
pub fn in_whole(known: &Known, key: u64, always: bool, here: u32) -> u32 {
    known(key, always).unwrap_or(here.min(1))
}

/// The key of a text under what it is counted as.
pub fn key(what: &str, text: &str) -> u64 {
    stable_hash(what.bytes().chain([0]).chain(text.bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_what_they_are_and_tell_what_is_counted_from_its_text() {
        assert_eq!(key("given name", "ann"), 0x9fad_fa1e_6225_04d3);
        assert_ne!(key("given name", "ann"), key("family name", "ann"));
        assert_ne!(key("a", "bc"), key("ab", "c"));
    }

    #[test]
    fn what_occurs_once_goes_without_saying() {
        let mut counts = Counts::default();
        counts.note(Counted::Value(ValueId(7)), 1);
        counts.note(Counted::Value(ValueId(8)), 2);
        counts.note(Counted::Text { what: "domain", text: "example.com", always: false }, 1);
        counts.note(Counted::Text { what: "all", text: "emails", always: true }, 0);
        assert_eq!(counts, Counts { values: vec![(ValueId(8), 2)], texts: vec![(key("all", "emails"), 0)] });
    }
}
