//! A pair of records to a comparison vector: for each comparison, the level of agreement that the two records reach.
//!
//! Levels say what is seen, not what it is worth; that is `score`. Each comparison has *not observed* as level 0, so a
//! column that a source lacks costs nothing. Parts that go together (given and family name with their order; street,
//! postal code and city; an email's local part and the name it is made of) are one decision here, so that nothing counts
//! twice.

pub mod attribute;
mod carried;
mod contradict;
pub mod date;
mod email;
mod frequencies;
pub mod glance;
pub mod kernel;
pub mod name;
mod names;
pub mod place;
mod recount;
mod signature;
pub mod similarity;
pub mod words;

use crate::model::claim::Claims;
use crate::model::ids::{RecordId, ValueId};
use crate::model::pair::{CandidatePair, Observed, Rarity};
use crate::model::record::RecordKind;
use crate::model::value::{AttributeType, attribute_parts};
use attribute::{Attribute, words_rarity};
use carried::{COLUMNS, Carried, Column, NearValues};
use email::Emails;
pub use email::SAME_DOMAIN;
use frequencies::Frequencies;
use glance::{Blocks, Glance, Rows};
use name::{NameKnowledge, PartAgreement};
use names::{Names, Word};
use place::Addresses;
use rustc_hash::FxHashSet;
use signature::Signature;
use std::sync::atomic::{AtomicU8, Ordering};
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
/// See [`GIVEN_NAME`].
pub const EMAIL: usize = 4;
/// See [`GIVEN_NAME`].
pub const PHONE: usize = 5;
const PLACE: usize = 6;
const GOVERNMENT_ID: usize = 7;
const DOCUMENT_NUMBER: usize = 8;
/// See [`GIVEN_NAME`].
pub const ACCOUNT: usize = 9;
const HANDLE: usize = 10;
const PHOTO_HASH: usize = 11;
const RESUME: usize = 12;

/// For how many records a value counts beside those that hold it, so that no value is rarer than anything can be: fewer where
/// nobody shares it by chance.
const GOVERNMENT_PSEUDO: f32 = 0.05;
const EMAIL_PSEUDO: f32 = 0.1;
const IDENTIFIER_PSEUDO: f32 = 0.2;
const ADDRESS_PSEUDO: f32 = 0.5;

/// What comparing needs beside the two records, looked up once.
pub struct Context<'a> {
    claims: &'a Claims,
    know: NameKnowledge,
    near: NearValues,
    comparisons: Vec<Comparison>,
    frequencies: Frequencies,
    people: Vec<RecordId>,
    /// Records of persons of the whole run, of which these may be some.
    population: u32,
    carried: Carried,
    names: Names,
    /// The words of each name, where some name is not split into given and family part.
    name_texts: Vec<Text>,
    name_words: Words,
    emails: Emails,
    addresses: Addresses,
    /// The digits of each birth date, where it is a full one.
    dates: Vec<Option<u32>>,
    cities: Vec<Signature>,
    attributes: Vec<Attribute>,
    rows: Rows,
    blocks: Blocks,
    made_of_name: FoundOut,
    /// Counts the local part of an email beside the name that it is made of: for measuring what one decision is worth.
    pub email_beside_name: bool,
    /// Whether all records of persons stand in plain tables: no source says that a row is somebody's claimed identity.
    plain: bool,
}

/// Answers by record that are found out when they are first asked for. They depend on the record alone, so that it does not
/// matter which thread is the first.
struct FoundOut(Vec<AtomicU8>);

impl FoundOut {
    fn new(records: usize) -> FoundOut {
        FoundOut((0..records).map(|_| AtomicU8::new(0)).collect())
    }

    #[inline]
    fn get(&self, record: RecordId, find_out: impl FnOnce() -> bool) -> bool {
        const NO: u8 = 1;
        const YES: u8 = 2;
        let known = &self.0[record.index()];
        match known.load(Ordering::Relaxed) {
            0 => {
                let found = find_out();
                known.store(if found { YES } else { NO }, Ordering::Relaxed);
                found
            }
            known => known == YES,
        }
    }
}

impl<'a> Context<'a> {
    /// Reads what records of persons carry; `near` are pairs of near values, `added` the comparisons of the config.
    pub fn new(
        claims: &'a Claims,
        near: &[(ValueId, ValueId)],
        know: NameKnowledge,
        added: &[(String, AttributeType)],
    ) -> Self {
        let is_person = |record: &RecordId| claims.record(*record).kind.is_person();
        let people: Vec<RecordId> = (0..claims.records.len()).map(RecordId::from).filter(is_person).collect();
        let (mut carried, digests) = Carried::new(claims, &people, added);
        let dictionary = &claims.dictionary;
        let numbered = carried.number(dictionary.len());
        let texts = |column: Column| numbered[column as usize].iter().map(|&value| dictionary.text(value));
        let small = || {
            let dates = texts(Column::BirthDate).map(date::digits).collect();
            (dates, texts(Column::City).map(Signature::of).collect())
        };
        let (names, (emails, (addresses, (dates, cities)))) = rayon::join(
            || Names::of(know, texts(Column::Name)),
            || {
                rayon::join(
                    || Emails::of(texts(Column::Email)),
                    || rayon::join(|| Addresses::of(texts(Column::Address)), small),
                )
            },
        );
        let near = NearValues::new(near, dictionary.len());
        let emails = emails.with_near(numbered[Column::Email as usize].iter().map(|&value| near.has_any(value)));
        let mut context = Self {
            claims,
            know,
            near,
            comparisons: comparisons(added),
            frequencies: Frequencies::default(),
            population: people.len() as u32,
            people,
            carried,
            names,
            name_texts: Vec::new(),
            name_words: Words::default(),
            emails,
            addresses,
            dates,
            cities,
            attributes: added.iter().map(|&(_, kind)| Attribute::new(kind)).collect(),
            rows: Rows::default(),
            blocks: Blocks::default(),
            made_of_name: FoundOut::new(claims.records.len()),
            email_beside_name: false,
            plain: claims.records.iter().all(|record| !record.kind.is_person() || record.kind == RecordKind::Person),
        };
        context.read_unsplit_names();
        context.count(digests);
        context.rows = Rows::new(&context);
        context.blocks = Blocks::new(&context);
        context
    }

    /// Reads the words of names, where there is one that is not split: such a name is compared with any by its words.
    fn read_unsplit_names(&mut self) {
        let values = &self.carried.values[Column::Name as usize];
        if (0..values.len() as u32).all(|name| self.names.is_split(name)) {
            return;
        }
        for &value in values {
            let text = self.name_words.read(self.claims.dictionary.text(value), &self.know);
            self.name_texts.push(text);
        }
    }

    /// Counts what the records say: those that say the same in everything, which their `digests` tell, count once.
    fn count(&mut self, digests: Vec<u64>) {
        let mut said = FxHashSet::default();
        let rows = 0..self.people.len();
        let is_new: Vec<bool> = digests.into_iter().map(|digest| said.insert(digest)).collect();
        drop(said);
        let (carried, dictionary) = (&self.carried, &self.claims.dictionary);
        let of_new = |column: Column| {
            let rows = rows.clone().filter(|&row| is_new[row]);
            rows.flat_map(move |row| carried.held(row, column as usize)).copied()
        };
        let (names, emails) = (&mut self.names, &mut self.emails);
        let (texts, words) = (&self.name_texts, &mut self.name_words);
        let count_names = || {
            for name in of_new(Column::Name) {
                names.count(name);
                if let Some(text) = texts.get(name as usize) {
                    words.count(text);
                }
            }
        };
        let count_emails = || of_new(Column::Email).for_each(|email| emails.count(email));
        let columns = COLUMNS + self.attributes.len();
        (self.frequencies, _) = rayon::join(
            || Frequencies::of(dictionary, carried, &is_new, columns),
            || rayon::join(count_names, count_emails),
        );
        for (at, attribute) in self.attributes.iter_mut().enumerate() {
            for (row, &is_new) in is_new.iter().enumerate() {
                for &held in carried.held(row, COLUMNS + at) {
                    let value = carried.value(COLUMNS + at, held);
                    let text = attribute_parts(dictionary.text(value)).map_or("", |(_, text)| text);
                    attribute.read(value, text, is_new, &self.know);
                }
            }
        }
    }

    /// The comparisons, in the order of the vector.
    pub fn comparisons(&self) -> &[Comparison] {
        &self.comparisons
    }

    /// Records of persons, sorted.
    pub fn people(&self) -> &[RecordId] {
        &self.people
    }

    /// Records of persons of the whole run.
    pub fn population(&self) -> usize {
        self.population as usize
    }

    fn text(&self, value: ValueId) -> &'a str {
        self.claims.dictionary.text(value)
    }

    /// What a record carries for itself in a column, by number; see [`Carried`].
    fn held(&self, record: RecordId, column: Column) -> &[u32] {
        self.carried.of(record, column as usize)
    }

    fn value(&self, column: Column, number: u32) -> ValueId {
        self.carried.value(column as usize, number)
    }

    /// The least share that a value of a comparison can have that counts for so many records at least.
    pub fn least_share(&self, comparison: usize, pseudo: f32) -> f32 {
        match comparison {
            // Of days there are few, so that none is rare.
            BIRTH_DATE => {
                let dates = self.carried.values[Column::BirthDate as usize].iter();
                self.frequencies.least_share(dates.copied(), Column::BirthDate as usize, pseudo)
            }
            // Parts of emails are shares of all emails, of which a record may have several.
            EMAIL => pseudo / self.people.len().max(self.emails.counted()).max(1) as f32,
            _ => pseudo / self.people.len().max(1) as f32,
        }
    }

    /// The comparison vector of two records. O(values of a × values of b) in each kind.
    pub fn compare(&self, a: RecordId, b: RecordId) -> ComparisonVector {
        let mut vector = ComparisonVector::with_capacity(self.comparisons.len());
        self.compare_into(a, b, &mut vector);
        vector
    }

    /// Writes the comparison vector into `vector`.
    pub fn compare_into(&self, a: RecordId, b: RecordId, vector: &mut ComparisonVector) {
        self.compare_rest(a, b, &self.glance(a, b), vector);
    }

    /// Writes the comparison vector of a pair that was glanced at into `vector`.
    pub fn compare_rest(&self, a: RecordId, b: RecordId, glance: &Glance, vector: &mut ComparisonVector) {
        self.look(a, b, glance, vector, |_, _| true);
    }

    /// The same, but looks at one open comparison after the other only as long as `goes_on` says so of each; returns
    /// whether it always did.
    pub fn compare_while(
        &self,
        pair: &CandidatePair,
        glance: &Glance,
        vector: &mut ComparisonVector,
        goes_on: impl FnMut(usize, Observed) -> bool,
    ) -> bool {
        self.look(pair.left(), pair.right(), glance, vector, goes_on)
    }

    #[inline]
    fn look(
        &self,
        a: RecordId,
        b: RecordId,
        glance: &Glance,
        vector: &mut ComparisonVector,
        mut goes_on: impl FnMut(usize, Observed) -> bool,
    ) -> bool {
        // Words are matched one after the other, so the order of the two must not be the caller's.
        let (a, b) = (a.min(b), a.max(b));
        vector.clear();
        vector.extend_from_slice(&glance.all_settled());
        vector.resize(self.comparisons.len(), Observed::default());
        if glance.is_open(GIVEN_NAME) || glance.is_open(FAMILY_NAME) {
            let (given, family, full) = self.names(a, b, glance);
            for (comparison, observed) in [(GIVEN_NAME, given), (FAMILY_NAME, family), (FULL_NAME, full)] {
                vector[comparison] = observed;
                if !goes_on(comparison, observed) {
                    return false;
                }
            }
        }
        // From the cheapest to the dearest.
        for comparison in
            [BIRTH_DATE, PHONE, ACCOUNT, GOVERNMENT_ID, DOCUMENT_NUMBER, HANDLE, PHOTO_HASH, EMAIL, PLACE, RESUME]
        {
            if !glance.is_open(comparison) {
                continue;
            }
            let observed = match comparison {
                BIRTH_DATE => self.birth_dates(a, b),
                EMAIL => self.emails(a, b),
                PHONE => match self.plain_phones(a, b) {
                    Some(values) => self.of_two(values, Column::Phone, IDENTIFIER_PSEUDO),
                    None => self.simple(a, b, Column::Phone, IDENTIFIER_PSEUDO),
                },
                PLACE => self.places(a, b),
                GOVERNMENT_ID => self.simple(a, b, Column::GovernmentId, GOVERNMENT_PSEUDO),
                DOCUMENT_NUMBER => self.simple(a, b, Column::DocumentNumber, GOVERNMENT_PSEUDO),
                ACCOUNT => match self.plain_accounts(a, b) {
                    Some(values) => self.of_two(values, Column::Account, IDENTIFIER_PSEUDO),
                    None => self.simple(a, b, Column::Account, IDENTIFIER_PSEUDO),
                },
                HANDLE => {
                    let of = |column| self.simple(a, b, column, IDENTIFIER_PSEUDO);
                    best(of(Column::Handle), of(Column::ProfileUrl))
                }
                PHOTO_HASH => self.simple(a, b, Column::PhotoHash, IDENTIFIER_PSEUDO),
                _ => self.resumes(a, b),
            };
            vector[comparison] = observed;
            if !goes_on(comparison, observed) {
                return false;
            }
        }
        if glance.others {
            for at in 0..self.attributes.len() {
                vector[BUILT_IN.len() + at] = self.attribute(a, b, at);
            }
        }
        true
    }

    /// Whether a glance shows that the pair can join by a stated reference only; see [`Context::names_disagree`].
    pub fn names_surely_disagree(&self, glance: &Glance) -> bool {
        let different = PartAgreement::Different.level();
        let differs = |part: usize| !glance.is_open(part) && glance.levels[part] == different;
        !self.plain && differs(GIVEN_NAME) && differs(FAMILY_NAME)
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

    /// Levels *same*, *near*, *different* of two values of one kind.
    fn of_two(&self, [left, right]: [ValueId; 2], column: Column, pseudo: f32) -> Observed {
        if left == right {
            let share = self.frequencies.share(left, column as usize, pseudo);
            return Observed { level: 1, rarity: Rarity::Value(share) };
        }
        match self.near.has(left, right) {
            true => {
                let rarity = self.frequencies.near_share(left, right, column as usize, pseudo);
                Observed { level: 2, rarity }
            }
            false => Observed { level: 3, rarity: Rarity::None },
        }
    }

    /// The same over all values of one kind: the strongest level, and of several shared values the rarest.
    fn simple(&self, a: RecordId, b: RecordId, column: Column, pseudo: f32) -> Observed {
        let mut found = Observed::default();
        let right_values = self.held(b, column);
        for &left in self.held(a, column) {
            for &right in right_values {
                if left != right && matches!(found.level, 1 | 2) {
                    continue;
                }
                let seen = self.of_two([ValueId(left), ValueId(right)], column, pseudo);
                let is_rarer = match (seen, found) {
                    (
                        Observed { level: 1, rarity: Rarity::Value(share) },
                        Observed { level: 1, rarity: Rarity::Value(known) },
                    ) => share < known,
                    _ => false,
                };
                if found.level == 0 || seen.level < found.level || is_rarer {
                    found = seen;
                }
            }
        }
        found
    }

    fn names(&self, a: RecordId, b: RecordId, glance: &Glance) -> (Observed, Observed, Observed) {
        if let Some([left, right]) = self.plain_names(a, b) {
            if glance.may_be_crossed() {
                let (given, family) = self.names.compare_plain(left, right);
                let (given, family) =
                    self.split_names(given, family, [&left[..1], &left[1..]], [&right[..1], &right[1..]]);
                return (given, family, Observed::default());
            }
            let part = |part: usize, compare: fn(&Names, Word, Word) -> PartAgreement| {
                if !glance.is_open(part) {
                    return glance.settled(part);
                }
                let (x, y) = (left[part], right[part]);
                let agreement = compare(&self.names, x, y);
                Observed { level: agreement.level(), rarity: self.part_rarity(agreement, part, Some(x), Some(y)) }
            };
            let (given, family) = (part(GIVEN_NAME, name::compare_given), part(FAMILY_NAME, name::compare_family));
            return (given, family, Observed::default());
        }
        let mut best_split: Option<(PartAgreement, PartAgreement, u32, u32)> = None;
        let mut best_words: Option<(WordAgreement, f32, u32, u32)> = None;
        let right_names = self.held(b, Column::Name);
        for &left in self.held(a, Column::Name) {
            for &right in right_names {
                if self.names.is_split(left) && self.names.is_split(right) {
                    let (given, family) = self.names.compare(left, right);
                    let rank = |(given, family): (PartAgreement, PartAgreement)| given as u8 + family as u8;
                    if best_split.is_none_or(|(g, f, ..)| rank((given, family)) < rank((g, f))) {
                        best_split = Some((given, family, left, right));
                    }
                } else {
                    let (x, y) = (&self.name_texts[left as usize], &self.name_texts[right as usize]);
                    let (agreement, shared) = self.name_words.compare(x, y, &self.know);
                    if best_words.is_none_or(|(best, ..)| agreement < best) {
                        best_words = Some((agreement, shared, left, right));
                    }
                }
            }
        }
        if let Some((given, family, left, right)) = best_split {
            let words = |name| [self.names.given(name), self.names.family(name)];
            let (given, family) = self.split_names(given, family, words(left), words(right));
            return (given, family, Observed::default());
        }
        let full = best_words.map_or(Observed::default(), |(agreement, shared, left, right)| {
            let mut rarity = words_rarity(agreement, shared);
            if let (WordAgreement::Exact, Rarity::Value(by_words)) = (agreement, rarity) {
                let pseudo = if left == right { 0.5 } else { 1.0 };
                let share =
                    |name| self.frequencies.share(self.value(Column::Name, name), Column::Name as usize, pseudo);
                rarity = Rarity::Value(by_words.max(share(left).max(share(right))));
            }
            Observed { level: agreement.level(), rarity }
        });
        (Observed::default(), Observed::default(), full)
    }

    /// Given and family name as observed, with how common what agrees is.
    fn split_names(
        &self,
        given: PartAgreement,
        family: PartAgreement,
        [given_x, family_x]: [&[Word]; 2],
        [given_y, family_y]: [&[Word]; 2],
    ) -> (Observed, Observed) {
        let (first_x, first_y) = (given_x.first().copied(), given_y.first().copied());
        let crossed = given == PartAgreement::Swapped;
        let given_rarity = if crossed {
            // A name in the other column is as common as it is in both columns together.
            let share = |word: Word| self.word_share(0, word, 2) + self.word_share(1, word, 2);
            let word = first_x.filter(|word| family_y.contains(word)).or(first_y);
            word.map_or(Rarity::None, |word| Rarity::Value(share(word).min(1.0)))
        } else {
            self.part_rarity(given, 0, first_x, first_y)
        };
        let other = if crossed { given_y } else { family_y };
        let (rarest_x, rarest_y) = (self.names.rarest_family(family_x), self.names.rarest_family(other));
        let family_rarity = self.part_rarity(family, 1, rarest_x, rarest_y);
        let observed = |part: PartAgreement, rarity| Observed { level: part.level(), rarity };
        (observed(given, given_rarity), observed(family, family_rarity))
    }

    /// The share of names that carry the word in that part, beside `own` records.
    fn word_share(&self, part: usize, word: Word, own: u32) -> f32 {
        let all = self.frequencies.records(Column::Name as usize) as f32;
        ((self.names.word_count(part, word).saturating_sub(own) as f32 + 1.0) / all).min(1.0)
    }

    fn part_rarity(&self, agreement: PartAgreement, part: usize, a: Option<Word>, b: Option<Word>) -> Rarity {
        let (Some(a), Some(b)) = (a, b) else { return Rarity::None };
        match agreement {
            PartAgreement::Exact => Rarity::Value(self.word_share(part, a, 2).max(self.word_share(part, b, 2))),
            PartAgreement::Variant | PartAgreement::Typo | PartAgreement::Similar => {
                Rarity::Near(self.word_share(part, a, 1).max(self.word_share(part, b, 1)))
            }
            _ => Rarity::None,
        }
    }

    fn birth_dates(&self, a: RecordId, b: RecordId) -> Observed {
        let mut found = Observed::default();
        let right_dates = self.held(b, Column::BirthDate);
        for &left in self.held(a, Column::BirthDate) {
            for &right in right_dates {
                let level = self.date_level(left, right);
                if found.level == 0 || level < found.level {
                    let column = Column::BirthDate;
                    let share =
                        || Rarity::Value(self.frequencies.share(self.value(column, left), column as usize, 1.0));
                    found = Observed { level, rarity: if level == 1 { share() } else { Rarity::None } };
                }
            }
        }
        found
    }

    fn date_level(&self, a: u32, b: u32) -> u8 {
        match (self.dates[a as usize], self.dates[b as usize]) {
            (Some(x), Some(y)) => date::level_of_digits(x, y),
            _ => {
                let text = |date| self.text(self.value(Column::BirthDate, date));
                date::level(text(a), text(b))
            }
        }
    }

    fn emails(&self, a: RecordId, b: RecordId) -> Observed {
        let column = Column::Email;
        let text = |email| self.text(self.value(column, email));
        let mut found = Observed::default();
        let right_emails = self.held(b, column);
        for &x in self.held(a, column) {
            for &y in right_emails {
                let values = || (self.value(column, x), self.value(column, y));
                let are_near = || {
                    let (left, right) = values();
                    self.near.has(left, right)
                };
                let mut level = self.emails.level(x, y, text);
                if level > email::NEAR && self.emails.may_be_near(x, y) && are_near() {
                    level = email::NEAR;
                }
                let alike = (email::SAME_LOCAL_PART..=email::NEAR_LOCAL_PART).contains(&level);
                if alike && !self.email_beside_name && self.is_made_of_name(a, x) && self.is_made_of_name(b, y) {
                    level = email::beside_names(level, text(x), text(y));
                }
                if level == 0 {
                    continue;
                }
                if found.level == 0 || level < found.level {
                    let rarity = match level {
                        email::SAME => Rarity::Value(self.frequencies.share(values().0, column as usize, EMAIL_PSEUDO)),
                        email::SAME_LOCAL_PART => Rarity::Value(self.emails.local_share(x)),
                        email::NEAR => self.frequencies.near_share(values().0, values().1, column as usize, 0.5),
                        email::SAME_DOMAIN => Rarity::Value(self.emails.domain_share(x)),
                        _ => Rarity::None,
                    };
                    found = Observed { level, rarity };
                }
            }
        }
        found
    }

    /// Whether the local part of an email says no more than the record's name does. Of a record with one email it is found out
    /// once.
    fn is_made_of_name(&self, record: RecordId, email: u32) -> bool {
        let found_out = || {
            let text = self.text(self.value(Column::Email, email));
            self.held(record, Column::Name).iter().any(|&name| email::is_made_of(text, self.names.texts(name)))
        };
        match self.held(record, Column::Email) {
            [_] => self.made_of_name.get(record, found_out),
            _ => found_out(),
        }
    }

    fn places(&self, a: RecordId, b: RecordId) -> Observed {
        let column = Column::Address;
        let mut found = Observed::default();
        let right_addresses = self.held(b, column);
        for &left in self.held(a, column) {
            for &right in right_addresses {
                let value = self.value(column, left);
                let level = if left == right && self.claims.dictionary.marks(value).can_link() {
                    place::SAME_ADDRESS
                } else {
                    self.addresses.level(left, right)
                };
                if level != 0 && (found.level == 0 || level < found.level) {
                    let rarity = match level {
                        place::SAME_ADDRESS | place::SAME_BUILDING => {
                            Rarity::Value(self.frequencies.share(value, column as usize, ADDRESS_PSEUDO))
                        }
                        _ => Rarity::None,
                    };
                    found = Observed { level, rarity };
                }
            }
        }
        if found.level != 0 && found.level <= place::SAME_STREET {
            return found;
        }
        let postal = self.shared(a, b, Column::PostalCode);
        if let Some(Some(share)) = postal {
            return Observed { level: place::SAME_POSTAL_CODE, rarity: Rarity::Value(share) };
        }
        let city = self.shared(a, b, Column::City);
        if let Some(Some(share)) = city {
            return Observed { level: place::SAME_CITY, rarity: Rarity::Value(share) };
        }
        let right_cities = self.held(b, Column::City);
        if self.held(a, Column::City).iter().any(|&x| right_cities.iter().any(|&y| self.is_slip_of_city(x, y))) {
            return Observed { level: place::SIMILAR_CITY, rarity: Rarity::None };
        }
        if postal.is_none() && city.is_none() && found.level == 0 {
            return found;
        }
        Observed { level: place::DIFFERENT, rarity: Rarity::None }
    }

    fn is_slip_of_city(&self, a: u32, b: u32) -> bool {
        if !self.may_be_slip_of_city(a, b) {
            return false;
        }
        let text = |city| self.text(self.value(Column::City, city));
        let (x, y) = (text(a), text(b));
        similarity::is_typo(x, y) || x.len().min(y.len()) >= 4 && similarity::jaro_winkler_from(x, y, 0.88).is_some()
    }

    #[inline(always)]
    fn may_be_slip_of_city(&self, a: u32, b: u32) -> bool {
        let (x, y) = (self.cities[a as usize], self.cities[b as usize]);
        x.may_be_within(y, 2) || x.may_reach(y, 0.88)
    }

    /// `None` when one of the records has no value of the kind; else the share of the rarest value of both.
    fn shared(&self, a: RecordId, b: RecordId, column: Column) -> Option<Option<f32>> {
        let (left, right) = (self.held(a, column), self.held(b, column));
        if left.is_empty() || right.is_empty() {
            return None;
        }
        let common = left.iter().filter(|number| right.contains(number));
        let share = |&number: &u32| self.frequencies.share(self.value(column, number), column as usize, 1.0);
        Some(common.map(share).min_by(f32::total_cmp))
    }

    fn resumes(&self, a: RecordId, b: RecordId) -> Observed {
        let (left, right) = (self.held(a, Column::ResumeLine), self.held(b, Column::ResumeLine));
        if left.is_empty() || right.is_empty() {
            return Observed::default();
        }
        let is_rare =
            |line: &&u32| self.frequencies.of_value(ValueId(**line)) <= 8 && right.binary_search(line).is_ok();
        Observed {
            level: match left.iter().filter(is_rare).count() {
                0 => 3,
                1 | 2 => 2,
                _ => 1,
            },
            rarity: Rarity::None,
        }
    }

    /// An added comparison: the best level over all values.
    fn attribute(&self, a: RecordId, b: RecordId, at: usize) -> Observed {
        let column = COLUMNS + at;
        let value_text = |value: ValueId| attribute_parts(self.text(value)).map_or("", |(_, value)| value);
        let mut found = Observed::default();
        let right = self.carried.of(b, column);
        for &x in self.carried.of(a, column) {
            for &y in right {
                let (x, y) = (ValueId(x), ValueId(y));
                let (level, mut rarity) =
                    self.attributes[at].compare((x, value_text(x)), (y, value_text(y)), &self.know);
                if x == y {
                    rarity = Rarity::Value(self.frequencies.share(x, column, 1.0));
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
