//! What comparing knows of all records together, written down with a run, so that a few of its records are compared later
//! as if all were there.

use super::carried::{COLUMNS, KINDS};
use super::name::NameKnowledge;
use super::{BUILT_IN, Context};
use crate::model::claim::Claims;
use crate::model::counts::{Counted, Counts, Known, in_whole, key};
use crate::model::ids::ValueId;
use crate::model::value::AttributeType;

impl<'a> Context<'a> {
    /// All counts that comparing rests on. Linear in what is counted.
    pub fn counts(&mut self) -> Counts {
        let mut counts = Counts::default();
        self.each_count(&mut |counted, count| counts.note(counted, *count));
        counts
    }

    /// [`Context::new`] for some records of a run, of which `known` says what [`Context::counts`] said of all.
    pub fn of_some(
        claims: &'a Claims,
        near: &[(ValueId, ValueId)],
        know: NameKnowledge,
        added: &[(String, AttributeType)],
        known: &Known,
    ) -> Self {
        let mut context = Context::new(claims, near, know, added);
        let dictionary = &claims.dictionary;
        context.each_count(&mut |counted, count| {
            let (key, always) = match counted {
                Counted::Value(value) => (key(dictionary.kind(value).name(), dictionary.text(value)), false),
                Counted::Text { what, text, always } => (key(what, text), always),
            };
            *count = in_whole(known, key, always, *count);
        });
        context
    }

    /// Hands on everything that is counted over all records, to be read or changed.
    fn each_count(&mut self, visit: &mut dyn FnMut(Counted, &mut u32)) {
        let mut all = |text: &str, count: &mut u32| visit(Counted::Text { what: "all", text, always: true }, count);
        all("records of persons", &mut self.population);
        let mut plain = u32::from(self.plain);
        all("plain tables", &mut plain);
        self.plain = plain > 0;
        let (columns, values) = self.frequencies.parts_mut();
        for (column, count) in columns.iter_mut().enumerate() {
            let (what, text) = match KINDS.get(column) {
                Some(kind) => ("records with", kind.name()),
                None => ("records with added", self.comparisons[BUILT_IN.len() + column - COLUMNS].name.as_str()),
            };
            visit(Counted::Text { what, text, always: true }, count);
        }
        values.for_each(|(value, count)| visit(Counted::Value(value), count));
        self.names.each_count(visit);
        self.name_words.each_count(["names", "word of a name"], "", visit);
        self.emails.each_count(visit);
        for (attribute, comparison) in self.attributes.iter_mut().zip(&self.comparisons[BUILT_IN.len()..]) {
            attribute.each_count(&comparison.name, visit);
        }
    }
}
