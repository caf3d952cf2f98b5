//! What an indicator may ask: a persona with its records, assets and events in order of time, values with their holders,
//! the customer's lists, parameters. Plain borrowed data; what another stage knows is handed in as a function.

use super::lists::Lists;
use crate::config::Settings;
use crate::model::claim::{Claim, Claims};
use crate::model::cluster::{Clusters, Persona};
use crate::model::field::Field;
use crate::model::finding::Citation;
use crate::model::ids::{PersonaId, RecordId, ValueId};
use crate::model::moment::{DAY, Moment};
use crate::model::record::RecordKind;
use crate::model::value::IdentifierKind;
use std::collections::BTreeSet;

/// Which fields the sources of each kind deliver.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    pub fields: BTreeSet<(RecordKind, Field)>,
}

impl Inputs {
    /// Whether a source of one of these kinds maps one of these fields; any field where none is named.
    pub fn has(&self, kinds: &[RecordKind], fields: &[Field]) -> bool {
        self.fields.iter().any(|(kind, field)| kinds.contains(kind) && (fields.is_empty() || fields.contains(field)))
    }
}

/// The run as an indicator sees it.
pub struct Context<'a> {
    pub claims: &'a Claims,
    pub personas: &'a [Persona],
    /// Owner of each record.
    pub of_record: &'a [Option<PersonaId>],
    pub clusters: &'a Clusters,
    pub inputs: Inputs,
    pub lists: &'a Lists,
    pub settings: &'a Settings,
    /// The allow list that explains a value.
    pub explained: &'a (dyn Fn(ValueId) -> Option<&'static str> + Sync),
    /// Whether a value has no power to link: an allow list explains it, or strangers leave through it.
    pub powerless: &'a (dyn Fn(ValueId) -> bool + Sync),
    /// All personas that hold a linking value, sorted.
    pub holders: &'a (dyn Fn(ValueId) -> Vec<PersonaId> + Sync),
    /// Text of a value for people; sensitive ones masked.
    pub shown: &'a (dyn Fn(ValueId) -> String + Sync),
    /// Whether two name values agree in both parts, nicknames and order aside.
    pub names_agree: &'a (dyn Fn(ValueId, ValueId) -> bool + Sync),
    /// Whether two address values may be one home however it is written (same building and unit, or a unit left out).
    pub one_place: &'a (dyn Fn(ValueId, ValueId) -> bool + Sync),
    /// Records, personas and values that the config says are known bad.
    pub known: &'a Known,
}

/// What the config says is known bad, found in this run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// Sorted.
    pub personas: Vec<PersonaId>,
    /// Sorted.
    pub values: Vec<ValueId>,
}

impl<'a> Context<'a> {
    /// A parameter of an indicator: `parameter("B13", "days")` is `indicators.B13.days`. A test holds every registered
    /// parameter to have a default.
    pub fn parameter(&self, indicator: &str, name: &str) -> f64 {
        self.settings.indicators.get(indicator).and_then(|own| own.get(name)).copied().unwrap_or_default()
    }

    /// Everything that belongs to a persona: records of persons, then assets and events, each in order of id.
    pub fn records(&self, persona: PersonaId) -> impl Iterator<Item = RecordId> + 'a {
        let own = &self.personas[persona.index()];
        own.records.iter().chain(&own.assets).copied()
    }

    /// Records of one kind that belong to a persona.
    pub fn of_kind(&self, persona: PersonaId, kind: RecordKind) -> impl Iterator<Item = RecordId> + 'a {
        let claims = self.claims;
        self.records(persona).filter(move |&record| claims.record(record).kind == kind)
    }

    /// The first claim of a kind that a record makes.
    pub fn claim(&self, record: RecordId, kind: IdentifierKind) -> Option<&'a Claim> {
        self.claims.of_kind(record, kind).next()
    }

    /// Its text.
    pub fn text(&self, record: RecordId, kind: IdentifierKind) -> Option<&'a str> {
        self.claim(record, kind).map(|claim| self.claims.dictionary.text(claim.value))
    }

    /// The moment that a record states in one field.
    pub fn moment(&self, record: RecordId, kind: IdentifierKind) -> Option<Moment> {
        self.text(record, kind).and_then(Moment::parse)
    }

    /// When a record happened or began: its moment, else the first day on which it holds.
    pub fn when(&self, record: RecordId) -> Option<Moment> {
        [IdentifierKind::Time, IdentifierKind::Start, IdentifierKind::Ordered]
            .into_iter()
            .find_map(|kind| self.moment(record, kind))
            .or_else(|| {
                let day = self.claims.of(record).first()?.valid().from;
                (day != i32::MIN).then_some(Moment { seconds: i64::from(day) * DAY, has_time: false })
            })
    }

    /// Records of one kind that belong to a persona and have a moment, in order of time.
    pub fn in_time(&self, persona: PersonaId, kind: RecordKind) -> Vec<(Moment, RecordId)> {
        let mut dated: Vec<(Moment, RecordId)> =
            self.of_kind(persona, kind).filter_map(|record| Some((self.when(record)?, record))).collect();
        dated.sort_unstable();
        dated
    }

    /// Days of hire of a persona with the record that states each, in order. Hire is the `valid_from` of an employee.
    pub fn hires(&self, persona: PersonaId) -> Vec<(i32, RecordId)> {
        let mut hires: Vec<(i32, RecordId)> = self
            .of_kind(persona, RecordKind::Employee)
            .filter_map(|record| Some((self.claims.of(record).first()?.valid().from, record)))
            .filter(|&(day, _)| day != i32::MIN)
            .collect();
        hires.sort_unstable();
        hires
    }

    /// The cells of a record that hold one of these kinds.
    pub fn cite(&self, record: RecordId, kinds: &[IdentifierKind]) -> Vec<Citation> {
        let dictionary = &self.claims.dictionary;
        let of_kind = |claim: &&Claim| kinds.contains(&dictionary.kind(claim.value));
        self.claims.of(record).iter().filter(of_kind).map(Citation::of).collect()
    }

    /// The cells through which a persona holds a value.
    pub fn cite_value(&self, persona: PersonaId, value: ValueId) -> Vec<Citation> {
        self.records(persona)
            .flat_map(|record| self.claims.of(record).iter())
            .filter(|claim| claim.value == value)
            .map(Citation::of)
            .collect()
    }
}
