//! A pair of records to a comparison vector: for each comparison, the level of agreement that the two records reach.
//!
//! Levels say what is seen, not what it is worth; that is `score`. Each comparison has *not observed* as level 0, so a
//! column that a source lacks costs nothing. Parts that go together (given and family name with their order; street,
//! postal code and city; an email's local part and the name it is made of) are one decision here, so that nothing counts
//! twice.

pub mod attribute;
mod contradict;
pub mod date;
mod email;
pub mod name;
pub mod place;
pub mod similarity;
pub mod words;

use crate::model::claim::{Claims, Role};
use crate::model::ids::{RecordId, ValueId};
use crate::model::pair::{Observed, Rarity};
use crate::model::record::RecordKind;
use crate::model::value::{AttributeType, IdentifierKind, Marks, attribute_parts};
use attribute::{Attribute, words_rarity};
use name::{NameKnowledge, PartAgreement};
use rustc_hash::{FxHashMap, FxHashSet};
use words::{Text, WordAgreement, Words};

/// A comparison: one aspect judged on a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    pub name: String,
    /// The type of an added comparison; `None` for the built-in ones.
    pub added: Option<AttributeType>,
    /// Names of the levels, the first is always *not observed*, then from strong to weak.
    pub levels: &'static [&'static str],
}

/// Levels of a part of a name.
const NAME_LEVELS: &[&str] =
    &["not observed", "same", "variant", "typo", "other column", "initial", "similar", "different"];

/// The built-in comparisons with their levels, in the order of the comparison vector.
pub const BUILT_IN: &[(&str, &[&str])] = &[
    ("given_name", NAME_LEVELS),
    ("family_name", NAME_LEVELS),
    ("full_name", &["not observed", "same", "strong", "good", "fair", "weak", "different"]),
    ("birth_date", date::LEVELS),
    ("email", email::LEVELS),
    ("phone", &["not observed", "same", "one digit off", "different"]),
    ("place", place::LEVELS),
    ("government_id", &["not observed", "same", "one edit", "different"]),
    ("document_number", &["not observed", "same", "one edit", "different"]),
    ("account", &["not observed", "same", "near", "different"]),
    ("handle", &["not observed", "same", "near", "different"]),
    ("photo_hash", &["not observed", "same", "near", "different"]),
    ("resume", &["not observed", "three rare lines", "one rare line", "different"]),
];

/// Indexes into the comparison vector that other stages name.
pub const GIVEN_NAME: usize = 0;
/// See [`GIVEN_NAME`].
pub const FAMILY_NAME: usize = 1;
/// See [`GIVEN_NAME`].
pub const FULL_NAME: usize = 2;

/// The built-in comparisons, then those that a config adds.
pub fn comparisons(added: &[(String, AttributeType)]) -> Vec<Comparison> {
    let built_in = BUILT_IN.iter().map(|&(name, levels)| Comparison { name: name.to_owned(), added: None, levels });
    let added = added.iter().map(|(name, kind)| Comparison {
        name: name.clone(),
        added: Some(*kind),
        levels: attribute::levels(*kind),
    });
    built_in.chain(added).collect()
}

/// The level reached in every comparison.
pub type ComparisonVector = Vec<Observed>;

const BIRTH_DATE: usize = 3;
const GOVERNMENT_ID: usize = 7;
const DOCUMENT_NUMBER: usize = 8;

/// Where the values of a kind, or of an added comparison, stand among what a record carries.
type Slot = u16;

const FIRST_ADDED: Slot = 256;

/// A name as the two ways of comparing names need it.
struct ReadName<'a> {
    parts: name::Name<'a>,
    words: Text,
}

/// What comparing needs beside the two records, looked up once.
pub struct Context<'a> {
    claims: &'a Claims,
    know: NameKnowledge,
    near: FxHashSet<u64>,
    comparisons: Vec<Comparison>,
    /// How often each value occurs among the records of persons. Records that say the same in everything count once, and
    /// an identifier counts once for each name that stands beside it: a person who applied twenty times makes neither
    /// their name nor their phone a common one.
    value_counts: Vec<u32>,
    /// Records of persons that carry a value of each kind or added comparison.
    slot_counts: FxHashMap<Slot, u32>,
    /// How often each name token occurs, counted like values, by part: given, family.
    token_counts: [FxHashMap<&'a str, u32>; 2],
    names: FxHashMap<ValueId, ReadName<'a>>,
    name_words: Words,
    email_parts: email::Parts<'a>,
    attributes: Vec<Attribute>,
    /// What each record carries for itself, by kind, in one run of memory: a pair is compared in a dozen kinds, and
    /// there are millions of pairs.
    own: Vec<(Slot, ValueId)>,
    own_starts: Vec<u32>,
    people: Vec<RecordId>,
    /// Counts the local part of an email beside the name that it is made of: for measuring what one decision is worth.
    pub email_beside_name: bool,
    /// Whether all records of persons stand in plain tables: no source says that a row is somebody's claimed identity.
    plain: bool,
}

impl<'a> Context<'a> {
    /// Counts values and parses names; `near` are pairs of near values, `added` the comparisons of the config.
    pub fn new(
        claims: &'a Claims,
        near: &[(ValueId, ValueId)],
        know: NameKnowledge,
        added: &[(String, AttributeType)],
    ) -> Self {
        let mut context = Self {
            claims,
            know,
            near: near.iter().map(|&(a, b)| pack(a, b)).collect(),
            comparisons: comparisons(added),
            value_counts: vec![0; claims.dictionary.len()],
            slot_counts: FxHashMap::default(),
            token_counts: Default::default(),
            names: FxHashMap::default(),
            name_words: Words::default(),
            email_parts: email::Parts::default(),
            attributes: added.iter().map(|&(_, kind)| Attribute::new(kind)).collect(),
            own: Vec::new(),
            own_starts: Vec::with_capacity(claims.records.len() + 1),
            people: Vec::new(),
            email_beside_name: false,
            plain: claims.records.iter().all(|record| !record.kind.is_person() || record.kind == RecordKind::Person),
        };
        let slots: FxHashMap<&str, Slot> =
            added.iter().enumerate().map(|(at, (name, _))| (name.as_str(), FIRST_ADDED + at as Slot)).collect();
        context.own_starts.push(0);
        let (mut said, mut named) = (FxHashSet::default(), FxHashSet::default());
        for (index, record) in claims.records.iter().enumerate() {
            if record.kind.is_person() {
                context.keep_own(RecordId::from(index), &slots);
            }
            context.own_starts.push(context.own.len() as u32);
            if !record.kind.is_person() {
                continue;
            }
            context.people.push(RecordId::from(index));
            context.count(RecordId::from(index), &mut said, &mut named);
        }
        context
    }

    /// Counts what a record says. `said` are the records counted so far, by all that they say; `named` the pairs of
    /// identifier and name.
    fn count(&mut self, record: RecordId, said: &mut FxHashSet<u64>, named: &mut FxHashSet<(ValueId, u64)>) {
        let dictionary = &self.claims.dictionary;
        let own = &self.own[self.own_starts[record.index()] as usize..];
        let mut last = None;
        for &(slot, _) in own {
            if last.replace(slot) != Some(slot) {
                *self.slot_counts.entry(slot).or_default() += 1;
            }
        }
        let is_new = said.insert(hash_of(own.iter().map(|&(_, value)| value)));
        let name_slot = IdentifierKind::Name as Slot;
        let names = hash_of(own.iter().filter(|&&(slot, _)| slot == name_slot).map(|&(_, value)| value));
        for &(slot, value) in own {
            let text = dictionary.text(value);
            if slot == name_slot {
                let words = &mut self.name_words;
                let know = &self.know;
                let read = self
                    .names
                    .entry(value)
                    .or_insert_with(|| ReadName { parts: name::parse(text), words: words.read(text, know) });
                if is_new {
                    self.name_words.count(&read.words);
                    for (part, tokens) in [(0, &read.parts.given), (1, &read.parts.family)] {
                        tokens.iter().for_each(|token| *self.token_counts[part].entry(token).or_default() += 1);
                    }
                }
            } else if slot == IdentifierKind::Email as Slot && is_new {
                self.email_parts.count(text);
            } else if slot >= FIRST_ADDED {
                let value_text = attribute_parts(text).map_or("", |(_, value)| value);
                self.attributes[usize::from(slot - FIRST_ADDED)].read(value, value_text, is_new, &self.know);
            }
            let identifies = dictionary.kind(value).links();
            if if identifies { named.insert((value, names)) } else { is_new } {
                self.value_counts[value.index()] += 1;
            }
        }
    }

    /// Keeps what a record carries for itself and what means something, sorted by kind and value.
    fn keep_own(&mut self, record: RecordId, slots: &FxHashMap<&str, Slot>) {
        let dictionary = &self.claims.dictionary;
        let start = self.own.len();
        for claim in self.claims.of(record).iter().filter(|claim| claim.role != Role::Referee) {
            let (kind, marks) = (dictionary.kind(claim.value), dictionary.marks(claim.value));
            // An address without a number or a damaged email is no identifier, but it is compared part by part.
            let in_parts = matches!(kind, IdentifierKind::Address | IdentifierKind::Email);
            if marks.has(Marks::GENERIC) || kind.links() && !marks.can_link() && !in_parts {
                continue;
            }
            let slot = if kind == IdentifierKind::Attribute {
                let name = attribute_parts(dictionary.text(claim.value)).map_or("", |(name, _)| name);
                let Some(&slot) = slots.get(name) else { continue };
                slot
            } else {
                kind as Slot
            };
            self.own.push((slot, claim.value));
        }
        self.own[start..].sort_unstable();
        let mut kept = start;
        for at in start..self.own.len() {
            if at == start || self.own[at] != self.own[kept - 1] {
                self.own[kept] = self.own[at];
                kept += 1;
            }
        }
        self.own.truncate(kept);
    }

    /// The comparisons, in the order of the vector.
    pub fn comparisons(&self) -> &[Comparison] {
        &self.comparisons
    }

    /// Records of persons, sorted.
    pub fn people(&self) -> &[RecordId] {
        &self.people
    }

    fn text(&self, value: ValueId) -> &'a str {
        self.claims.dictionary.text(value)
    }

    /// Values in one slot that the record carries for itself and that mean something. Sorted.
    fn in_slot(&self, record: RecordId, slot: Slot) -> impl Iterator<Item = ValueId> + Clone + use<'_, 'a> {
        let own = &self.own[self.own_starts[record.index()] as usize..self.own_starts[record.index() + 1] as usize];
        let start = own.partition_point(|&(other, _)| other < slot);
        own[start..].iter().take_while(move |&&(other, _)| other == slot).map(|&(_, value)| value)
    }

    fn values(&self, record: RecordId, kind: IdentifierKind) -> impl Iterator<Item = ValueId> + Clone + use<'_, 'a> {
        self.in_slot(record, kind as Slot)
    }

    fn slot_count(&self, slot: Slot) -> u32 {
        self.slot_counts.get(&slot).copied().unwrap_or(0).max(1)
    }

    /// The share of records of the slot that carry the value beside these two, smoothed by `pseudo` records.
    fn share(&self, value: ValueId, slot: Slot, pseudo: f32) -> f32 {
        let others = self.value_counts[value.index()].saturating_sub(2) as f32;
        ((others + pseudo) / self.slot_count(slot) as f32).min(1.0)
    }

    /// How common the more common of two near values is.
    fn near_share(&self, a: ValueId, b: ValueId, slot: Slot, pseudo: f32) -> Rarity {
        let others = |value: ValueId| self.value_counts[value.index()].saturating_sub(1) as f32;
        Rarity::Near(((others(a).max(others(b)) + pseudo) / self.slot_count(slot) as f32).min(1.0))
    }

    fn is_near(&self, a: ValueId, b: ValueId) -> bool {
        self.near.contains(&pack(a, b))
    }

    /// The comparison vector of two records. O(values of a × values of b) in each kind.
    pub fn compare(&self, a: RecordId, b: RecordId) -> ComparisonVector {
        let mut vector = ComparisonVector::with_capacity(self.comparisons.len());
        self.compare_into(a, b, &mut vector, false);
        vector
    }

    /// Writes the comparison vector into `vector`. With `stop_at_names`, returns false as soon as given and family name
    /// both disagree: such a pair joins only by a stated reference, so there is nothing further to compare.
    pub fn compare_into(&self, a: RecordId, b: RecordId, vector: &mut ComparisonVector, stop_at_names: bool) -> bool {
        vector.clear();
        // Words are matched one after the other, so the order of the two must not be the caller's.
        let (a, b) = (a.min(b), a.max(b));
        let (given, family, full) = self.names(a, b);
        vector.extend([given, family, full]);
        if stop_at_names && !self.plain && names_differ(vector) {
            return false;
        }
        let handle = self.simple(a, b, IdentifierKind::Handle, 0.2);
        vector.extend([
            self.birth_dates(a, b),
            self.emails(a, b),
            self.simple(a, b, IdentifierKind::Phone, 0.2),
            self.places(a, b),
            self.simple(a, b, IdentifierKind::GovernmentId, 0.05),
            self.simple(a, b, IdentifierKind::DocumentNumber, 0.05),
            self.simple(a, b, IdentifierKind::Account, 0.2),
            best(handle, self.simple(a, b, IdentifierKind::ProfileUrl, 0.2)),
            self.simple(a, b, IdentifierKind::PhotoHash, 0.2),
            self.resumes(a, b),
        ]);
        vector.extend((0..self.attributes.len()).map(|at| self.attribute(a, b, at)));
        !(stop_at_names && self.names_disagree(vector))
    }

    /// Whether given and family name both disagree, so that the pair joins by a stated reference only: two names on one
    /// identity document are evidence of a ring, and not one person.
    ///
    /// Plain tables (kind `person`) state no identities that somebody claims; there a clerk's mix-up of names is the
    /// likelier reading when the number of a document agrees and the birth date does not contradict, and the weights decide.
    pub fn names_disagree(&self, vector: &[Observed]) -> bool {
        let agrees = |at: usize| matches!(vector[at].level, 1 | 2);
        let documented =
            vector[BIRTH_DATE].level < date::CONTRADICT && (agrees(GOVERNMENT_ID) || agrees(DOCUMENT_NUMBER));
        names_differ(vector) && !(self.plain && documented)
    }

    /// Levels *same*, *near*, *different* over all values of one kind.
    fn simple(&self, a: RecordId, b: RecordId, kind: IdentifierKind, pseudo: f32) -> Observed {
        let slot = kind as Slot;
        let mut found = Observed::default();
        let right = self.in_slot(b, slot);
        for left in self.in_slot(a, slot) {
            for right in right.clone() {
                if left == right {
                    let share = self.share(left, slot, pseudo);
                    // Of several shared values the rarest speaks.
                    if !matches!(found, Observed { level: 1, rarity: Rarity::Value(known) } if known <= share) {
                        found = Observed { level: 1, rarity: Rarity::Value(share) };
                    }
                } else if !matches!(found.level, 1 | 2) && self.is_near(left, right) {
                    found = Observed { level: 2, rarity: self.near_share(left, right, slot, pseudo) };
                } else if found.level == 0 {
                    found.level = 3;
                }
            }
        }
        found
    }

    fn names(&self, a: RecordId, b: RecordId) -> (Observed, Observed, Observed) {
        let kind = IdentifierKind::Name;
        let mut best_split: Option<(PartAgreement, PartAgreement, ValueId, ValueId)> = None;
        let mut best_words: Option<(WordAgreement, f32, ValueId, ValueId)> = None;
        for left in self.values(a, kind) {
            for right in self.values(b, kind) {
                let (Some(x), Some(y)) = (self.names.get(&left), self.names.get(&right)) else { continue };
                if x.parts.split && y.parts.split {
                    let (given, family) = name::compare_split(&x.parts, &y.parts, &self.know);
                    let rank = |(given, family): (PartAgreement, PartAgreement)| given as u8 + family as u8;
                    if best_split.is_none_or(|(g, f, ..)| rank((given, family)) < rank((g, f))) {
                        best_split = Some((given, family, left, right));
                    }
                } else {
                    let (agreement, shared) = self.name_words.compare(&x.words, &y.words, &self.know);
                    if best_words.is_none_or(|(best, ..)| agreement < best) {
                        best_words = Some((agreement, shared, left, right));
                    }
                }
            }
        }
        if let Some((given, family, left, right)) = best_split {
            let (x, y) = (&self.names[&left].parts, &self.names[&right].parts);
            let first = |tokens: &'_ [&'a str]| tokens.first().copied();
            let (given_x, given_y) = (first(&x.given), first(&y.given));
            let crossed = given == PartAgreement::Swapped;
            let given_rarity = if crossed {
                // A name in the other column is as common as it is in both columns together.
                let share = |token: &str| self.token_share(0, token, 2) + self.token_share(1, token, 2);
                let token = given_x.filter(|token| y.family.contains(token)).or(given_y);
                token.map_or(Rarity::None, |token| Rarity::Value(share(token).min(1.0)))
            } else {
                self.part_rarity(given, 0, given_x, given_y)
            };
            let rarest = |tokens: &[&'a str]| {
                tokens
                    .iter()
                    .copied()
                    .min_by_key(|token| (self.token_counts[1].get(token).copied().unwrap_or(0), *token))
            };
            let other = if crossed { &y.given } else { &y.family };
            let family_rarity = self.part_rarity(family, 1, rarest(&x.family), rarest(other));
            let observed = |part: PartAgreement, rarity| Observed { level: part.level(), rarity };
            return (observed(given, given_rarity), observed(family, family_rarity), Observed::default());
        }
        let full = best_words.map_or(Observed::default(), |(agreement, shared, left, right)| {
            let mut rarity = words_rarity(agreement, shared);
            if let (WordAgreement::Exact, Rarity::Value(by_words)) = (agreement, rarity) {
                let pseudo = if left == right { 0.5 } else { 1.0 };
                let whole = self.share(left, kind as Slot, pseudo).max(self.share(right, kind as Slot, pseudo));
                rarity = Rarity::Value(by_words.max(whole));
            }
            Observed { level: agreement.level(), rarity }
        });
        (Observed::default(), Observed::default(), full)
    }

    /// The share of names that carry the token in that part, beside `own` records.
    fn token_share(&self, part: usize, token: &str, own: u32) -> f32 {
        let count = self.token_counts[part].get(token).copied().unwrap_or(0);
        let all = self.slot_count(IdentifierKind::Name as Slot) as f32;
        ((count.saturating_sub(own) as f32 + 1.0) / all).min(1.0)
    }

    fn part_rarity(&self, agreement: PartAgreement, part: usize, a: Option<&str>, b: Option<&str>) -> Rarity {
        let (Some(a), Some(b)) = (a, b) else { return Rarity::None };
        match agreement {
            PartAgreement::Exact => Rarity::Value(self.token_share(part, a, 2).max(self.token_share(part, b, 2))),
            PartAgreement::Variant | PartAgreement::Typo | PartAgreement::Similar => {
                Rarity::Near(self.token_share(part, a, 1).max(self.token_share(part, b, 1)))
            }
            _ => Rarity::None,
        }
    }

    fn birth_dates(&self, a: RecordId, b: RecordId) -> Observed {
        let kind = IdentifierKind::BirthDate;
        let mut found = Observed::default();
        for left in self.values(a, kind) {
            for right in self.values(b, kind) {
                let level = date::level(self.text(left), self.text(right));
                if found.level == 0 || level < found.level {
                    let share = || Rarity::Value(self.share(left, kind as Slot, 1.0));
                    found = Observed { level, rarity: if level == 1 { share() } else { Rarity::None } };
                }
            }
        }
        found
    }

    fn emails(&self, a: RecordId, b: RecordId) -> Observed {
        let kind = IdentifierKind::Email;
        let mut found = Observed::default();
        for left in self.values(a, kind) {
            for right in self.values(b, kind) {
                let (x, y) = (self.text(left), self.text(right));
                let mut level = email::level(x, y);
                if level > email::NEAR && self.is_near(left, right) {
                    level = email::NEAR;
                }
                let alike = (email::SAME_LOCAL_PART..=email::NEAR_LOCAL_PART).contains(&level);
                if alike && !self.email_beside_name && self.is_made_of_name(a, x) && self.is_made_of_name(b, y) {
                    level = email::beside_names(level, x, y);
                }
                if level == 0 {
                    continue;
                }
                if found.level == 0 || level < found.level {
                    let rarity = match level {
                        email::SAME => Rarity::Value(self.share(left, kind as Slot, 0.1)),
                        email::SAME_LOCAL_PART => Rarity::Value(self.email_parts.local_share(x)),
                        email::NEAR => self.near_share(left, right, kind as Slot, 0.5),
                        email::SAME_DOMAIN => Rarity::Value(self.email_parts.domain_share(x)),
                        _ => Rarity::None,
                    };
                    found = Observed { level, rarity };
                }
            }
        }
        found
    }

    /// Whether the local part of an email says no more than the record's name does.
    fn is_made_of_name(&self, record: RecordId, text: &str) -> bool {
        self.values(record, IdentifierKind::Name)
            .filter_map(|value| self.names.get(&value))
            .any(|name| email::is_made_of(text, name.parts.given.iter().chain(&name.parts.family).copied()))
    }

    fn places(&self, a: RecordId, b: RecordId) -> Observed {
        let mut found = Observed::default();
        let slot = IdentifierKind::Address as Slot;
        let right_values = self.values(b, IdentifierKind::Address);
        for left in self.values(a, IdentifierKind::Address) {
            for right in right_values.clone() {
                let level = if left == right && self.claims.dictionary.marks(left).can_link() {
                    place::SAME_ADDRESS
                } else {
                    place::address_level(self.text(left), self.text(right))
                };
                if level != 0 && (found.level == 0 || level < found.level) {
                    let rarity = match level {
                        place::SAME_ADDRESS | place::SAME_BUILDING => Rarity::Value(self.share(left, slot, 0.5)),
                        _ => Rarity::None,
                    };
                    found = Observed { level, rarity };
                }
            }
        }
        if found.level != 0 && found.level <= place::SAME_STREET {
            return found;
        }
        let postal = self.shared(a, b, IdentifierKind::PostalCode);
        if let Some(Some(share)) = postal {
            return Observed { level: place::SAME_POSTAL_CODE, rarity: Rarity::Value(share) };
        }
        let city = self.shared(a, b, IdentifierKind::City);
        if let Some(Some(share)) = city {
            return Observed { level: place::SAME_CITY, rarity: Rarity::Value(share) };
        }
        let cities = || self.values(b, IdentifierKind::City);
        let slip = self.values(a, IdentifierKind::City).any(|x| {
            cities().any(|y| {
                let (x, y) = (self.text(x), self.text(y));
                similarity::is_typo(x, y) || x.len().min(y.len()) >= 4 && similarity::jaro_winkler(x, y) >= 0.88
            })
        });
        if slip {
            return Observed { level: place::SIMILAR_CITY, rarity: Rarity::None };
        }
        if postal.is_none() && city.is_none() && found.level == 0 {
            return found;
        }
        Observed { level: place::DIFFERENT, rarity: Rarity::None }
    }

    /// `None` when one of the records has no value of the kind; else the share of the rarest value of both.
    fn shared(&self, a: RecordId, b: RecordId, kind: IdentifierKind) -> Option<Option<f32>> {
        let right = self.values(b, kind);
        if self.values(a, kind).next().is_none() || right.clone().next().is_none() {
            return None;
        }
        let common = self.values(a, kind).filter(|left| right.clone().any(|right| right == *left));
        Some(common.map(|value| self.share(value, kind as Slot, 1.0)).min_by(f32::total_cmp))
    }

    fn resumes(&self, a: RecordId, b: RecordId) -> Observed {
        let kind = IdentifierKind::ResumeLine;
        let (left, right): (Vec<ValueId>, Vec<ValueId>) =
            (self.values(a, kind).collect(), self.values(b, kind).collect());
        if left.is_empty() || right.is_empty() {
            return Observed::default();
        }
        let rare = left
            .iter()
            .filter(|value| self.value_counts[value.index()] <= 8 && right.binary_search(value).is_ok())
            .count();
        Observed {
            level: match rare {
                0 => 3,
                1 | 2 => 2,
                _ => 1,
            },
            rarity: Rarity::None,
        }
    }

    /// An added comparison: the best level over all values.
    fn attribute(&self, a: RecordId, b: RecordId, at: usize) -> Observed {
        let slot = FIRST_ADDED + at as Slot;
        let value_text = |value: ValueId| attribute_parts(self.text(value)).map_or("", |(_, value)| value);
        let mut found = Observed::default();
        let right = self.in_slot(b, slot);
        for x in self.in_slot(a, slot) {
            for y in right.clone() {
                let (level, mut rarity) =
                    self.attributes[at].compare((x, value_text(x)), (y, value_text(y)), &self.know);
                if x == y {
                    rarity = Rarity::Value(self.share(x, slot, 1.0));
                }
                if level != 0 && (found.level == 0 || level < found.level) {
                    found = Observed { level, rarity };
                }
            }
        }
        found
    }
}

fn names_differ(vector: &[Observed]) -> bool {
    let different = PartAgreement::Different.level();
    vector[GIVEN_NAME].level == different && vector[FAMILY_NAME].level == different
}

/// A hash of several values in their order.
fn hash_of(values: impl Iterator<Item = ValueId>) -> u64 {
    use std::hash::{BuildHasher, Hash, Hasher};
    let mut hasher = rustc_hash::FxBuildHasher.build_hasher();
    values.for_each(|value| value.hash(&mut hasher));
    hasher.finish()
}

fn pack(a: ValueId, b: ValueId) -> u64 {
    let (left, right) = if a < b { (a, b) } else { (b, a) };
    (u64::from(left.0) << 32) | u64::from(right.0)
}

fn best(a: Observed, b: Observed) -> Observed {
    match (a.level, b.level) {
        (0, _) => b,
        (_, 0) => a,
        (x, y) if x <= y => a,
        _ => b,
    }
}

#[cfg(test)]
mod tests;
