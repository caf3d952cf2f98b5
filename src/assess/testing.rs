//! Scenes for the tests of indicators and guards: personas with their records, assets and events, said in a few words.
//!
//! A scene is told persona by persona: [`Scene::applicant`] or [`Scene::employee`] names the persona, and what follows
//! belongs to it until another is named. Values are canonical, as normalizing leaves them; short addresses are completed.

use super::context::{Asked, Context, Inputs, Known};
use super::guards;
use super::lists::Lists;
use super::registry::indicator;
use crate::config::Settings;
use crate::model::claim::{Period, Role};
use crate::model::cluster::{Clusters, Persona};
use crate::model::evidence::{Contribution, Evidence};
use crate::model::finding::{Finding, Strength};
use crate::model::ids::{PersonaId, RecordId, SourceId, ValueId};
use crate::model::moment::Moment;
use crate::model::record::RecordKind;
use crate::model::testing::Builder;
use crate::model::value::{IdentifierKind, Marks, address_parts};
use crate::pipeline::resolve::{name_knowledge, names_agree};
use std::collections::BTreeSet;

/// A value with its kind, as a record claims it.
pub type Value<'v> = (IdentifierKind, &'v str);

/// Values that two share.
type Shared = Vec<(IdentifierKind, String)>;

/// Personas made by hand.
#[derive(Default)]
pub struct Scene {
    builder: Builder,
    /// Name, records of persons, assets and events.
    people: Vec<(String, Vec<RecordId>, Vec<RecordId>)>,
    current: usize,
    last: Option<RecordId>,
    marks: Vec<(IdentifierKind, String, Marks)>,
    explained: Vec<(IdentifierKind, String, &'static str)>,
    approved: Vec<String>,
    links: Vec<(String, String, Shared)>,
    settings: Settings,
    sources: Vec<(RecordId, SourceId)>,
}

/// Days since 1970 of an ISO date or moment.
pub fn day(iso: &str) -> i32 {
    Moment::parse(iso).unwrap_or_else(|| panic!("{iso} is no canonical moment")).day()
}

/// A moment so many seconds after another, in canonical text.
pub fn after(iso: &str, seconds: i64) -> String {
    let start = Moment::parse(iso).unwrap_or_else(|| panic!("{iso} is no canonical moment"));
    Moment { seconds: start.seconds + seconds, has_time: start.has_time || seconds % 86_400 != 0 }.to_string()
}

impl Scene {
    pub fn new() -> Scene {
        Scene { builder: Builder::new(), ..Scene::default() }
    }

    /// Who the next records belong to.
    pub fn of(mut self, who: &str) -> Scene {
        self.current = match self.people.iter().position(|(name, ..)| name == who) {
            Some(at) => at,
            None => {
                self.people.push((who.to_string(), Vec::new(), Vec::new()));
                self.people.len() - 1
            }
        };
        self
    }

    /// An application of a persona, on a day where one is given (`""` for none).
    pub fn applicant(self, who: &str, applied: &str, values: &[Value]) -> Scene {
        self.of(who).record(RecordKind::Applicant, period(applied, ""), values)
    }

    /// A persona's record as an employee, hired on that day (`""` for unknown).
    pub fn employee(self, who: &str, hired: &str, values: &[Value]) -> Scene {
        self.of(who).record(RecordKind::Employee, period(hired, ""), values)
    }

    /// The same of a source of its own, with the day it ended.
    pub fn employee_at(mut self, who: &str, source: u16, hired: &str, ended: &str, values: &[Value]) -> Scene {
        self = self.of(who).record(RecordKind::Employee, period(hired, ended), values);
        self.sources.extend(self.last.map(|record| (record, SourceId(source))));
        self
    }

    /// An asset from–to: a device, a parcel, a payment account.
    pub fn asset(self, kind: RecordKind, from: &str, to: &str, values: &[Value]) -> Scene {
        self.record(kind, period(from, to), values)
    }

    /// A parcel sent on that day.
    pub fn shipment(self, sent: &str, values: &[Value]) -> Scene {
        self.record(RecordKind::Shipment, period(sent, sent), values)
    }

    /// An event at a day or moment (`""` for none).
    pub fn event(self, kind: RecordKind, time: &str, values: &[Value]) -> Scene {
        let field = match kind {
            RecordKind::Interview => IdentifierKind::Start,
            RecordKind::BackgroundCheck => IdentifierKind::Ordered,
            _ => IdentifierKind::Time,
        };
        let mut all = values.to_vec();
        if !time.is_empty() {
            all.push((field, time));
        }
        let to = if kind == RecordKind::PayrollChange { "" } else { time };
        self.record(kind, period(time, to), &all)
    }

    /// A program seen on a device.
    pub fn software(self, application: &str, time: &str) -> Scene {
        let folded = application.to_lowercase();
        self.event(RecordKind::Software, time, &[(IdentifierKind::Application, &folded)])
    }

    /// A sign-in.
    pub fn sign_in(self, time: &str, values: &[Value]) -> Scene {
        self.event(RecordKind::SignIn, time, values)
    }

    /// A record of the current persona.
    pub fn record(mut self, kind: RecordKind, valid: Period, values: &[Value]) -> Scene {
        let record = self.builder.record(kind);
        let mut claims: Vec<(IdentifierKind, String, Role, Period)> = Vec::new();
        for &(of, text) in values {
            let text = if of == IdentifierKind::Address { whole(text) } else { text.to_string() };
            claims.push((of, text, role(kind, of), valid));
        }
        if kind == RecordKind::AddressChange {
            // The first address is the old one, the second the new one.
            let addresses = claims.iter_mut().filter(|claim| claim.0 == IdentifierKind::Address);
            for (at, claim) in addresses.enumerate() {
                match at {
                    0 => claim.3.from = i32::MIN,
                    _ => claim.3.to = i32::MAX,
                }
            }
        }
        for (of, text, role, valid) in &claims {
            self.builder.claim_in(record, *of, text, *role, *valid);
        }
        self.last = Some(record);
        let (_, records, assets) = &mut self.people[self.current];
        if kind.is_person() {
            records.push(record)
        } else {
            assets.push(record)
        }
        self
    }

    /// A mark of a value.
    pub fn marked(mut self, kind: IdentifierKind, text: &str, marks: Marks) -> Scene {
        let text = if kind == IdentifierKind::Address { whole(text) } else { text.to_string() };
        self.marks.push((kind, text, marks));
        self
    }

    /// A value that an allow list explains.
    pub fn explained(mut self, kind: IdentifierKind, text: &str, list: &'static str) -> Scene {
        let text = if kind == IdentifierKind::Address { whole(text) } else { text.to_string() };
        self.explained.push((kind, text, list));
        self
    }

    /// A program on the customer's list of approved tools.
    pub fn approved(mut self, application: &str) -> Scene {
        self.approved.push(application.to_string());
        self
    }

    /// An accepted link between two personas that share these values.
    pub fn link(mut self, left: &str, right: &str, values: &[Value]) -> Scene {
        let values = values.iter().map(|&(kind, text)| match kind {
            IdentifierKind::Address => (kind, whole(text)),
            _ => (kind, text.to_string()),
        });
        self.links.push((left.to_string(), right.to_string(), values.collect()));
        self
    }

    /// Another value of a parameter.
    pub fn parameter(mut self, indicator: &'static str, name: &str, value: f64) -> Scene {
        self.settings.indicators.entry(indicator.to_string()).or_default().insert(name.to_string(), value);
        self
    }

    /// What an indicator finds, guards applied; sorted as the stage leaves it.
    pub fn findings(self, id: &str) -> Vec<Finding> {
        self.with(|context| {
            let indicator = indicator(id).unwrap_or_else(|| panic!("{id} is not registered"));
            let mut found = super::run(indicator, context);
            for finding in &mut found {
                finding.personas.sort_unstable();
                finding.personas.dedup();
                finding.cites.sort_unstable();
                finding.cites.dedup();
                finding.guarded = guards::explains(context, finding);
            }
            found.sort_by(|a, b| (&a.personas, &a.cites).cmp(&(&b.personas, &b.cites)));
            found
        })
    }

    /// Strengths of the findings that count.
    pub fn strengths(self, id: &str) -> Vec<Strength> {
        self.findings(id).into_iter().filter(Finding::counts).map(|finding| finding.strength).collect()
    }

    /// Everything that the stage makes of the scene.
    pub fn assess(self) -> super::Assessment {
        self.with(super::assess)
    }

    /// The guard of the first finding that one explains.
    pub fn guard(self, id: &str) -> Option<&'static str> {
        self.findings(id).into_iter().find_map(|finding| Some(finding.guarded?.0))
    }

    /// Looks at the scene as an indicator does.
    pub fn with<T>(self, look: impl FnOnce(&Context) -> T) -> T {
        let Scene { builder, mut people, marks, explained, approved, links, settings, sources, .. } = self;
        let mut claims = builder.build();
        for (record, source) in sources {
            claims.records[record.index()].source = source;
        }
        for (kind, text, marks) in marks {
            claims.dictionary.intern(kind, &text, marks);
        }
        people.sort_by_key(|(_, records, assets)| records.iter().chain(assets).min().copied());
        let named = |who: &str| {
            PersonaId::from(people.iter().position(|(name, ..)| name == who).unwrap_or_else(|| panic!("{who}?")))
        };
        let mut of_record = vec![None; claims.records.len()];
        let mut personas = Vec::new();
        for (at, (name, records, assets)) in people.iter().enumerate() {
            for record in records.iter().chain(assets) {
                of_record[record.index()] = Some(PersonaId::from(at));
            }
            personas.push(Persona { name: format!("P-{name}"), records: records.clone(), assets: assets.clone() });
        }
        let explained: Vec<(ValueId, &'static str)> = explained
            .into_iter()
            .filter_map(|(kind, text, list)| Some((claims.dictionary.get(kind, &text)?, list)))
            .collect();
        let holders = |value: ValueId| -> Vec<PersonaId> {
            let holds = claims.claims.iter().filter(|claim| claim.value == value);
            holds.filter_map(|claim| of_record[claim.record.index()]).collect::<BTreeSet<_>>().into_iter().collect()
        };
        let mut links: Vec<Evidence> = links
            .iter()
            .map(|(left, right, values)| {
                let (left, right) = (named(left), named(right));
                let values = values.iter().map(|(kind, text)| {
                    let value = claims.dictionary.get(*kind, text).unwrap_or_else(|| panic!("{text} is nobody's"));
                    contribution(*kind, value, holders(value).len())
                });
                evidence(left.min(right), left.max(right), values.collect())
            })
            .collect();
        links.sort_by_key(|link| (link.left, link.right));
        let clusters = Clusters { links, ..Clusters::default() };
        let fields = crate::model::field::Field::ALL;
        let inputs = Inputs {
            fields: RecordKind::ALL.iter().flat_map(|&kind| fields.iter().map(move |&field| (kind, field))).collect(),
        };
        let lists = Lists::new(approved.iter().map(String::as_str));
        let know = name_knowledge();
        let known = Known::default();
        look(&Context {
            claims: &claims,
            personas: &personas,
            of_record: &of_record,
            clusters: &clusters,
            inputs,
            lists: &lists,
            settings: &settings,
            explained: &|value| explained.iter().find(|(known, _)| *known == value).map(|(_, list)| *list),
            powerless: &|value| explained.iter().any(|(known, _)| *known == value),
            holders: &holders,
            shown: &|value| claims.dictionary.text(value).to_string(),
            names_agree: &|a, b| names_agree(&claims, a, b, &know),
            one_place: &|a, b| building(claims.dictionary.text(a)) == building(claims.dictionary.text(b)),
            known: &known,
            asked: &Asked::default(),
        })
    }
}

/// Number, street and city of a canonical address.
fn building(canonical: &str) -> Option<[&str; 3]> {
    address_parts(canonical).map(|[number, street, _, city, ..]| [number, street, city])
}

/// `12|elm st` in a city: parts that are left out are those of one town.
fn whole(address: &str) -> String {
    const REST: [&str; 7] = ["1", "main st", "", "springfield", "il", "62704", "us"];
    let said: Vec<&str> = address.split('|').collect();
    (0..7).map(|at| said.get(at).copied().unwrap_or(REST[at])).collect::<Vec<_>>().join("|")
}

/// From–to of two ISO days, open where empty.
fn period(from: &str, to: &str) -> Period {
    Period {
        from: if from.is_empty() { i32::MIN } else { day(from) },
        to: if to.is_empty() { i32::MAX } else { day(to) },
    }
}

/// In what role a record of that kind carries a value.
fn role(kind: RecordKind, of: IdentifierKind) -> Role {
    use IdentifierKind::*;
    let is_place = matches!(of, Address | City | Region | PostalCode | Country);
    match (of, kind) {
        (PayeeName, _) => Role::Payee,
        (RefereeName | RefereeEmail | RefereePhone, _) => Role::Referee,
        (_, RecordKind::Device | RecordKind::CarrierEvent) if is_place => Role::Delivery,
        (_, RecordKind::Shipment) if is_place || matches!(of, Name | Email | Phone) => Role::Delivery,
        (_, RecordKind::Applicant | RecordKind::Employee | RecordKind::Person | RecordKind::PaymentAccount)
            if is_place =>
        {
            Role::Home
        }
        (Address, RecordKind::AddressChange) => Role::Home,
        _ => Role::Own,
    }
}

fn contribution(kind: IdentifierKind, value: ValueId, holders: usize) -> Contribution {
    Contribution {
        kind,
        family: kind.family(),
        left: value,
        right: value,
        left_names_right: false,
        how: "same",
        holders: u32::try_from(holders).unwrap_or(u32::MAX),
        bits: 8.0,
        counted: 8.0,
        explained: 0.0,
        note: "",
    }
}

fn evidence(left: PersonaId, right: PersonaId, contributions: Vec<Contribution>) -> Evidence {
    let families: BTreeSet<_> = contributions.iter().map(|c| c.family).collect();
    let bits = contributions.iter().map(|c| c.counted).sum();
    Evidence {
        left,
        right,
        contributions,
        against_chance: bits,
        control_against_chance: bits,
        innocence: None,
        total_bits: bits,
        control_bits: bits,
        control_families: families.len(),
        families: families.into_iter().collect(),
    }
}

/// Looks at many personas that a builder made, each with its records of persons and its events.
pub fn measure(builder: Builder, people: Vec<(Vec<RecordId>, Vec<RecordId>)>, look: impl FnOnce(&Context)) {
    let people = people.into_iter().enumerate().map(|(at, (own, events))| (format!("{at}"), own, events)).collect();
    Scene { builder, people, ..Scene::default() }.with(look);
}
