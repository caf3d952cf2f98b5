//! Texts that know what they are, so that redaction can decide on each of them.
//!
//! Every text of a [`super::case_file::CaseFile`] that could hold data is a [`Shown`]: a document cannot print a name, a
//! value or a sentence that [`super::redact`] has not passed on. What is not a [`Shown`] there is a number or one of the
//! program's own words.

use crate::model::value::IdentifierKind;
use serde::{Serialize, Serializer};

/// What a text is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// The program's own words, numbers and ids; never data. Passes in every mode.
    Own,
    /// The name or the id of the persona with this id.
    Persona(String),
    /// `source:key` of a record.
    Record,
    /// The name of a source, a file or a column.
    Source,
    /// Where something stands: `devices.csv row 12 [Last IP]`.
    Cell,
    /// A value of that kind, in whatever spelling; the text here is how links show it, by which it is one value.
    Value(IdentifierKind, String),
    /// An ISO date, or date and time.
    Day,
    /// A sentence made by the program, with data in it.
    Prose,
    /// A cell as delivered of which nothing is known; never shown to others, masked inside the house.
    Raw,
}

/// A text of a document with what it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shown {
    /// What it is.
    pub what: What,
    /// The text; empty where there is nothing to show.
    pub text: String,
}

impl Default for Shown {
    fn default() -> Self {
        Shown::own("")
    }
}

impl Serialize for Shown {
    /// As its text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl Shown {
    /// A text of that sort.
    pub fn new(what: What, text: impl Into<String>) -> Self {
        Self { what, text: text.into() }
    }

    /// The program's own words. Only for texts in which no data can be.
    pub fn own(text: impl Into<String>) -> Self {
        Self::new(What::Own, text)
    }

    /// A persona, shown by this text: its name or its id.
    pub fn persona(id: &str, text: impl Into<String>) -> Self {
        Self::new(What::Persona(id.to_string()), text)
    }

    /// A record by its label.
    pub fn record(text: impl Into<String>) -> Self {
        Self::new(What::Record, text)
    }

    /// A source, file or column by its name.
    pub fn source(text: impl Into<String>) -> Self {
        Self::new(What::Source, text)
    }

    /// A place in the input.
    pub fn cell(text: impl Into<String>) -> Self {
        Self::new(What::Cell, text)
    }

    /// A value as links show it.
    pub fn value(kind: IdentifierKind, text: impl Into<String>) -> Self {
        let text = text.into();
        Self::new(What::Value(kind, text.clone()), text)
    }

    /// A value in another spelling than links show it in.
    pub fn spelled(kind: IdentifierKind, as_linked: &str, text: impl Into<String>) -> Self {
        Self::new(What::Value(kind, as_linked.to_string()), text)
    }

    /// A date.
    pub fn day(text: impl Into<String>) -> Self {
        Self::new(What::Day, text)
    }

    /// A sentence with data in it.
    pub fn prose(text: impl Into<String>) -> Self {
        Self::new(What::Prose, text)
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

impl std::fmt::Display for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}
