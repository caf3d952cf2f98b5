//! What an indicator may ask: a persona with its records, assets and events in order of time, values with their holders,
//! the customer's lists, parameters. Plain borrowed data; what another stage knows is handed in as a function, and what takes a
//! look at the whole run is found out once, by the first that asks.

use super::lists::Lists;
use crate::config::Settings;
use crate::model::claim::{Claim, Claims, Role};
use crate::model::cluster::{Clusters, Persona};
use crate::model::field::Field;
use crate::model::finding::Citation;
use crate::model::ids::{PersonaId, RecordId, ValueId};
use crate::model::moment::{DAY, Moment};
use crate::model::record::RecordKind;
use crate::model::value::IdentifierKind;
use rustc_hash::FxBuildHasher;
use std::collections::BTreeSet;
use std::hash::BuildHasher;
use std::sync::OnceLock;

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
    /// What was asked about the whole run so far.
    pub asked: &'a Asked,
}

/// Answers to what guards ask about the whole run, kept for the next ring that asks.
#[derive(Debug, Default)]
pub struct Asked {
    /// Homes and agencies with the personas that state them, sorted.
    stated: OnceLock<Vec<(ValueId, PersonaId)>>,
    /// Addresses by a hash of their house number, sorted.
    numbers: OnceLock<Vec<(u64, ValueId)>>,
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

    /// Personas that state this address as their home, or came through this agency, sorted. Time: logarithmic; the first that
    /// asks waits for one pass over all claims.
    pub fn stated_by(&self, value: ValueId) -> impl Iterator<Item = PersonaId> + 'a {
        let stated = self.asked.stated.get_or_init(|| {
            let stated = |claim: &Claim| {
                let is_asked = match self.claims.dictionary.kind(claim.value) {
                    IdentifierKind::Agency => true,
                    IdentifierKind::Address => claim.role() == Role::Home,
                    _ => false,
                };
                let persona = if is_asked { self.of_record[claim.record.index()] } else { None };
                persona.map(|persona| (claim.value, persona))
            };
            // On one thread: one that waits for others might be given work that asks the same.
            let mut all: Vec<(ValueId, PersonaId)> = self.claims.claims.iter().filter_map(stated).collect();
            all.sort_unstable();
            all.dedup();
            all
        });
        let start = stated.partition_point(|&(other, _)| other < value);
        stated[start..].iter().take_while(move |&&(other, _)| other == value).map(|&(_, persona)| persona)
    }

    /// Addresses with the house number of this one, itself among them, ascending. Time: that of those it finds; the first that
    /// asks waits for one pass over all addresses.
    pub fn of_number(&self, address: ValueId) -> impl Iterator<Item = ValueId> + 'a {
        let dictionary = &self.claims.dictionary;
        // What stands first in a canonical address.
        let number = |value: ValueId| dictionary.text(value).split('|').next().unwrap_or_default();
        let hash = move |value: ValueId| FxBuildHasher.hash_one(number(value));
        let numbers = self.asked.numbers.get_or_init(|| {
            let mut all: Vec<(u64, ValueId)> =
                dictionary.values_of(IdentifierKind::Address).map(|value| (hash(value), value)).collect();
            all.sort_unstable();
            all
        });
        let (wanted, key) = (number(address), hash(address));
        let start = numbers.partition_point(|&(other, _)| other < key);
        let same = numbers[start..].iter().take_while(move |&&(other, _)| other == key);
        same.map(|&(_, value)| value).filter(move |&value| number(value) == wanted)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::{Scene, Value};
    use IdentifierKind::{Address, Agency, Name, Phone};

    #[test]
    fn what_is_found_out_once_is_what_a_look_at_all_claims_finds() {
        let homes = ["12|oak st", "12|elm st", "12|oak st|4", "123|oak st", "|po box 12"];
        let mut scene = Scene::new();
        for at in 0..40 {
            let (who, agency) = (format!("p{}", at % 23), format!("agency {}", at % 3));
            let values: [Value; 4] =
                [(Name, "ann/lee"), (Address, homes[at % 5]), (Agency, &agency), (Phone, "+12025550141")];
            scene = scene.applicant(&who, "", &values[..2 + at % 3]);
        }
        let scene = scene.of("p1").shipment("2026-03-01", &[(Address, "7|fir st")]);
        scene.with(|context| {
            let dictionary = &context.claims.dictionary;
            let number = |value| dictionary.text(value).split('|').next();
            for value in dictionary.values() {
                let kind = dictionary.kind(value);
                let states = |claim: &&Claim| {
                    claim.value == value && (kind == Agency || kind == Address && claim.role() == Role::Home)
                };
                let claims = context.claims.claims.iter().filter(states);
                let expected: BTreeSet<PersonaId> =
                    claims.filter_map(|claim| context.of_record[claim.record.index()]).collect();
                let found: Vec<PersonaId> = context.stated_by(value).collect();
                assert_eq!(found, Vec::from_iter(expected), "{}", dictionary.text(value));
                if kind == Address {
                    let same = dictionary.values_of(Address).filter(|&other| number(other) == number(value));
                    assert_eq!(context.of_number(value).collect::<Vec<_>>(), same.collect::<Vec<_>>());
                }
            }
            let parcel = dictionary.values_of(Address).find(|&value| number(value) == Some("7")).expect("the parcel's");
            assert_eq!(context.stated_by(parcel).count(), 0, "a parcel's address is nobody's home");
            let home = dictionary.values_of(Address).find(|&value| dictionary.text(value).starts_with("12|oak"));
            assert!(
                home.is_some_and(|home| context.stated_by(home).count() > 1 && context.of_number(home).count() == 3)
            );
        });
    }
}
