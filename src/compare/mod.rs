//! A pair of records to a comparison vector: for each comparison, the level of agreement that the two records reach.
//!
//! Levels say what is seen, not what it is worth; that is `score`. Each comparison has *not observed* as level 0, so a
//! column that a source lacks costs nothing. Parts that go together (given and family name with their order; street,
//! postal code and city) are one decision here, so that nothing counts twice.

pub mod name;
pub mod similarity;

use crate::model::claim::{Claims, Role};
use crate::model::ids::{RecordId, ValueId};
use crate::model::pair::Observed;
use crate::model::value::{IdentifierKind, address_parts};
use name::{NameKnowledge, PartAgreement, TokenAgreement};
use rustc_hash::{FxHashMap, FxHashSet};
use similarity::osa_distance;

/// A comparison: one aspect judged on a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    pub name: &'static str,
    /// Names of the levels, the first is always *not observed*.
    pub levels: &'static [&'static str],
}

/// Every comparison, in the order of the comparison vector.
pub const COMPARISONS: &[Comparison] = &[
    Comparison { name: "given_name", levels: &["not observed", "same", "variant", "typo", "initial", "different"] },
    Comparison { name: "family_name", levels: &["not observed", "same", "variant", "typo", "initial", "different"] },
    Comparison { name: "full_name", levels: &["not observed", "same", "strong", "good", "weak", "different"] },
    Comparison {
        name: "birth_date",
        levels: &["not observed", "same", "one digit or swapped", "two of three parts", "similar", "different"],
    },
    Comparison { name: "email", levels: &["not observed", "same", "same local part", "near", "different"] },
    Comparison { name: "phone", levels: &["not observed", "same", "one digit off", "different"] },
    Comparison {
        name: "place",
        levels: &[
            "not observed",
            "same address",
            "same building",
            "near address",
            "same postal code",
            "same city",
            "different",
        ],
    },
    Comparison { name: "government_id", levels: &["not observed", "same", "one edit", "different"] },
    Comparison { name: "document_number", levels: &["not observed", "same", "one edit", "different"] },
    Comparison { name: "account", levels: &["not observed", "same", "near", "different"] },
    Comparison { name: "handle", levels: &["not observed", "same", "near", "different"] },
    Comparison { name: "photo_hash", levels: &["not observed", "same", "near", "different"] },
    Comparison { name: "resume", levels: &["not observed", "three rare lines", "one rare line", "different"] },
];

/// Indexes into [`COMPARISONS`] that other stages name.
pub const GIVEN_NAME: usize = 0;
/// See [`GIVEN_NAME`].
pub const FAMILY_NAME: usize = 1;
/// See [`GIVEN_NAME`].
pub const FULL_NAME: usize = 2;

/// Comparisons that two people of one household agree in as a rule.
pub const SHARED_BY_HOUSEHOLDS: &[&str] = &["family_name", "phone", "place", "account"];

/// The level reached in every comparison.
pub type ComparisonVector = [Observed; COMPARISONS.len()];

/// What comparing needs beside the two records, looked up once.
pub struct Context<'a> {
    claims: &'a Claims,
    know: NameKnowledge,
    near: FxHashSet<u64>,
    /// How often each value occurs among the records of persons. Records that say the same in everything count once, and
    /// an identifier counts once for each name that stands beside it: a person who applied twenty times makes neither
    /// their name nor their phone a common one.
    value_counts: Vec<u32>,
    /// Records of persons that carry a value of each kind.
    kind_counts: Vec<u32>,
    /// How often each name token occurs, counted like values, by part: given, family, unsplit.
    token_counts: [FxHashMap<&'a str, u32>; 3],
    names: FxHashMap<ValueId, name::Name<'a>>,
    /// What each record carries for itself, by kind, in one run of memory: a pair is compared in a dozen kinds, and
    /// there are millions of pairs.
    own: Vec<(IdentifierKind, ValueId)>,
    own_starts: Vec<u32>,
    people: u32,
}

impl<'a> Context<'a> {
    /// Counts values and parses names; `near` are pairs of near values.
    pub fn new(claims: &'a Claims, near: &[(ValueId, ValueId)], know: NameKnowledge) -> Self {
        let mut context = Self {
            claims,
            know,
            near: near.iter().map(|&(a, b)| pack(a, b)).collect(),
            value_counts: vec![0; claims.dictionary.len()],
            kind_counts: vec![0; IdentifierKind::ALL.len()],
            token_counts: Default::default(),
            names: FxHashMap::default(),
            own: Vec::new(),
            own_starts: Vec::with_capacity(claims.records.len() + 1),
            people: 0,
        };
        context.own_starts.push(0);
        let (mut said, mut named) = (FxHashSet::default(), FxHashSet::default());
        for (index, record) in claims.records.iter().enumerate() {
            if record.kind.is_person() {
                context.keep_own(RecordId::from(index));
            }
            context.own_starts.push(context.own.len() as u32);
            if !record.kind.is_person() {
                continue;
            }
            context.people += 1;
            context.count(RecordId::from(index), &mut said, &mut named);
        }
        context
    }

    /// Counts what a record says. `said` are the records counted so far, by all that they say; `named` the pairs of
    /// identifier and name.
    fn count(&mut self, record: RecordId, said: &mut FxHashSet<u64>, named: &mut FxHashSet<(ValueId, u64)>) {
        let claims = self.claims;
        let own = &self.own[self.own_starts[record.index()] as usize..];
        let mut last_kind = None;
        for &(kind, _) in own {
            if last_kind.replace(kind) != Some(kind) {
                self.kind_counts[kind as usize] += 1;
            }
        }
        let is_new = said.insert(hash_of(own.iter().map(|&(_, value)| value)));
        let names = hash_of(own.iter().filter(|&&(kind, _)| kind == IdentifierKind::Name).map(|&(_, value)| value));
        for &(kind, value) in own {
            if kind == IdentifierKind::Name {
                let parsed = name::parse(claims.dictionary.text(value));
                let (first, second) = if parsed.split { (0, 1) } else { (2, 2) };
                for (part, tokens) in [(first, &parsed.given), (second, &parsed.family)] {
                    for token in tokens.iter().filter(|_| is_new) {
                        *self.token_counts[part].entry(token).or_default() += 1;
                    }
                }
                self.names.entry(value).or_insert(parsed);
            }
            if if kind.links() { named.insert((value, names)) } else { is_new } {
                self.value_counts[value.index()] += 1;
            }
        }
    }

    /// Keeps what a record carries for itself and what means something, sorted by kind and value.
    fn keep_own(&mut self, record: RecordId) {
        let dictionary = &self.claims.dictionary;
        let start = self.own.len();
        for claim in self.claims.of(record).iter().filter(|claim| claim.role != Role::Referee) {
            let kind = dictionary.kind(claim.value);
            // An address without a number is no identifier, but it is compared part by part.
            let means = !kind.links() || kind == IdentifierKind::Address || dictionary.marks(claim.value).can_link();
            if means && self.own[start..].last() != Some(&(kind, claim.value)) {
                self.own.push((kind, claim.value));
            }
        }
        self.own[start..].sort_unstable();
    }

    /// Records of persons.
    pub fn people(&self) -> u32 {
        self.people
    }

    fn text(&self, value: ValueId) -> &'a str {
        self.claims.dictionary.text(value)
    }

    /// Values of one kind that the record carries for itself and that mean something. Sorted.
    fn values(&self, record: RecordId, kind: IdentifierKind) -> impl Iterator<Item = ValueId> + Clone + use<'_, 'a> {
        let own = &self.own[self.own_starts[record.index()] as usize..self.own_starts[record.index() + 1] as usize];
        let start = own.partition_point(|&(other, _)| other < kind);
        own[start..].iter().take_while(move |&&(other, _)| other == kind).map(|&(_, value)| value)
    }

    /// The share of records of the kind that carry the value beside these two, smoothed by `pseudo` records.
    fn frequency(&self, value: ValueId, kind: IdentifierKind, pseudo: f32) -> Option<f32> {
        let others = self.value_counts[value.index()].saturating_sub(2) as f32;
        let all = self.kind_counts[kind as usize].max(1) as f32;
        Some(((others + pseudo) / all).min(1.0))
    }

    fn token_frequency(&self, part: usize, tokens: &[&str]) -> Option<f32> {
        let count = tokens.iter().map(|token| self.token_counts[part].get(token).copied().unwrap_or(0)).min()?;
        let all = self.kind_counts[IdentifierKind::Name as usize].max(1) as f32;
        Some(((count.saturating_sub(2) as f32 + 1.0) / all).min(1.0))
    }

    fn is_near(&self, a: ValueId, b: ValueId) -> bool {
        self.near.contains(&pack(a, b))
    }

    /// The comparison vector of two records. O(values of a × values of b) in each kind.
    pub fn compare(&self, a: RecordId, b: RecordId) -> ComparisonVector {
        self.compare_rest(a, b, self.names(a, b))
    }

    /// The comparison vector, or `None` when given and family name both disagree: such a pair joins only by a stated
    /// reference, so there is nothing further to compare.
    pub fn compare_unless_names_disagree(&self, a: RecordId, b: RecordId) -> Option<ComparisonVector> {
        let names = self.names(a, b);
        let different = part_level(PartAgreement::Different);
        let disagree = names.0.level == different && names.1.level == different;
        (!disagree).then(|| self.compare_rest(a, b, names))
    }

    fn compare_rest(&self, a: RecordId, b: RecordId, names: (Observed, Observed, Observed)) -> ComparisonVector {
        let mut vector = ComparisonVector::default();
        (vector[GIVEN_NAME], vector[FAMILY_NAME], vector[FULL_NAME]) = names;
        vector[3] = self.birth_dates(a, b);
        vector[4] = self.emails(a, b);
        vector[5] = self.simple(a, b, IdentifierKind::Phone, 0.2);
        vector[6] = self.places(a, b);
        vector[7] = self.simple(a, b, IdentifierKind::GovernmentId, 0.05);
        vector[8] = self.simple(a, b, IdentifierKind::DocumentNumber, 0.05);
        vector[9] = self.simple(a, b, IdentifierKind::Account, 0.2);
        vector[10] =
            best(self.simple(a, b, IdentifierKind::Handle, 0.2), self.simple(a, b, IdentifierKind::ProfileUrl, 0.2));
        vector[11] = self.simple(a, b, IdentifierKind::PhotoHash, 0.2);
        vector[12] = self.resumes(a, b);
        vector
    }

    /// Levels *same*, *near*, *different* over all values of one kind.
    fn simple(&self, a: RecordId, b: RecordId, kind: IdentifierKind, pseudo: f32) -> Observed {
        let mut level = 0u8;
        let mut frequency = None;
        let right = self.values(b, kind);
        for left in self.values(a, kind) {
            for right in right.clone() {
                if left == right {
                    let found = self.frequency(left, kind, pseudo);
                    if level != 1 || found < frequency {
                        (level, frequency) = (1, found);
                    }
                } else if level != 1 && self.is_near(left, right) {
                    level = 2;
                } else if level == 0 {
                    level = 3;
                }
            }
        }
        Observed { level, frequency }
    }

    fn names(&self, a: RecordId, b: RecordId) -> (Observed, Observed, Observed) {
        let mut best_split: Option<(PartAgreement, PartAgreement, ValueId)> = None;
        let mut best_tokens: Option<(TokenAgreement, f32)> = None;
        let all = (self.kind_counts[IdentifierKind::Name as usize].max(2) as f32).log2();
        let bits = |token: &str| -> f32 {
            let count: u32 = self.token_counts.iter().filter_map(|counts| counts.get(token)).sum();
            all - (count.max(1) as f32).log2()
        };
        for left in self.values(a, IdentifierKind::Name) {
            for right in self.values(b, IdentifierKind::Name) {
                let (Some(x), Some(y)) = (self.names.get(&left), self.names.get(&right)) else { continue };
                if x.split && y.split {
                    let (given, family) = name::compare_split(x, y, &self.know);
                    if best_split.is_none_or(|(g, f, _)| rank_parts(given, family) < rank_parts(g, f)) {
                        best_split = Some((given, family, left));
                    }
                } else {
                    let flat = |name: &name::Name<'a>| -> Vec<&'a str> {
                        name.given.iter().chain(&name.family).copied().collect()
                    };
                    let found = name::compare_tokens(&flat(x), &flat(y), &self.know, &bits);
                    if best_tokens.is_none_or(|(agreement, _)| found.0 < agreement) {
                        best_tokens = Some(found);
                    }
                }
            }
        }
        if let Some((given, family, value)) = best_split {
            let parsed = &self.names[&value];
            let observed = |agreement: PartAgreement, part: usize, tokens: &[&str]| Observed {
                level: part_level(agreement),
                frequency: match agreement {
                    PartAgreement::Exact => self.token_frequency(part, tokens),
                    _ => None,
                },
            };
            let first = &parsed.given[..parsed.given.len().min(1)];
            return (observed(given, 0, first), observed(family, 1, &parsed.family), Observed::default());
        }
        let full = best_tokens.map_or(Observed::default(), |(agreement, shared)| Observed {
            level: token_level(agreement),
            // Tokens of one title are not independent: their bits are discounted, and one record in all is the floor.
            frequency: (agreement <= TokenAgreement::Good)
                .then(|| (-0.8 * shared).exp2().clamp(1.0 / all.exp2().max(1.0), 1.0)),
        });
        (Observed::default(), Observed::default(), full)
    }

    fn birth_dates(&self, a: RecordId, b: RecordId) -> Observed {
        let kind = IdentifierKind::BirthDate;
        let mut found = Observed::default();
        for left in self.values(a, kind) {
            for right in self.values(b, kind) {
                let level = date_level(self.text(left), self.text(right));
                if found.level == 0 || level < found.level {
                    let frequency = if level == 1 { self.frequency(left, kind, 1.0) } else { None };
                    found = Observed { level, frequency };
                }
            }
        }
        found
    }

    fn emails(&self, a: RecordId, b: RecordId) -> Observed {
        let kind = IdentifierKind::Email;
        let simple = self.simple(a, b, kind, 0.1);
        if simple.level <= 1 {
            return simple;
        }
        let local = |value: ValueId| self.text(value).split('@').next().unwrap_or_default();
        for left in self.values(a, kind) {
            for right in self.values(b, kind) {
                if local(left) == local(right) && local(left).len() >= 4 {
                    return Observed { level: 2, frequency: None };
                }
                if osa_distance(local(left), local(right)) <= 2 && local(left).len().min(local(right).len()) >= 6 {
                    return Observed { level: 3, frequency: None };
                }
            }
        }
        Observed { level: if simple.level == 2 { 3 } else { 4 }, frequency: None }
    }

    fn places(&self, a: RecordId, b: RecordId) -> Observed {
        let mut found = Observed::default();
        let right_values = self.values(b, IdentifierKind::Address);
        for left in self.values(a, IdentifierKind::Address) {
            for right in right_values.clone() {
                let level = if left == right && self.claims.dictionary.marks(left).can_link() {
                    1
                } else {
                    address_level(self.text(left), self.text(right))
                };
                if level != 0 && (found.level == 0 || level < found.level) {
                    let frequency = if level <= 2 { self.frequency(left, IdentifierKind::Address, 0.5) } else { None };
                    found = Observed { level, frequency };
                }
            }
        }
        if found.level != 0 && found.level < 4 {
            return found;
        }
        let postal = self.simple(a, b, IdentifierKind::PostalCode, 1.0);
        if postal.level == 1 {
            return Observed { level: 4, frequency: postal.frequency };
        }
        let city = self.simple(a, b, IdentifierKind::City, 1.0);
        if city.level == 1 {
            return Observed { level: 5, frequency: city.frequency };
        }
        let cities = || self.values(b, IdentifierKind::City);
        if self
            .values(a, IdentifierKind::City)
            .any(|x| cities().any(|y| similarity::is_typo(self.text(x), self.text(y))))
        {
            return Observed { level: 5, frequency: None };
        }
        if postal.level == 0 && city.level == 0 && found.level == 0 {
            return found;
        }
        Observed { level: 6, frequency: None }
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
            frequency: None,
        }
    }

    /// Whether two records contradict each other in a fact that a person has once: full birth dates or government ids
    /// that are not near.
    pub fn contradict(&self, a: RecordId, b: RecordId) -> bool {
        let dates = self.birth_dates(a, b).level;
        let ids = self.simple(a, b, IdentifierKind::GovernmentId, 0.05).level;
        // One of the two may be mistyped where the other agrees; twins share a birth date, so it excuses another id
        // only where the given names agree too.
        let excused = || matches!(dates, 1..=3) && self.names(a, b).0.level != part_level(PartAgreement::Different);
        dates == 5 && !matches!(ids, 1 | 2) || ids == 3 && !excused()
    }
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

fn rank_parts(given: PartAgreement, family: PartAgreement) -> u8 {
    given as u8 + family as u8
}

fn part_level(agreement: PartAgreement) -> u8 {
    match agreement {
        PartAgreement::NotObserved => 0,
        PartAgreement::Exact => 1,
        PartAgreement::Variant => 2,
        PartAgreement::Typo => 3,
        PartAgreement::Initial => 4,
        PartAgreement::Different => 5,
    }
}

fn token_level(agreement: TokenAgreement) -> u8 {
    match agreement {
        TokenAgreement::NotObserved => 0,
        TokenAgreement::Exact => 1,
        TokenAgreement::Strong => 2,
        TokenAgreement::Good => 3,
        TokenAgreement::Weak => 4,
        TokenAgreement::Different => 5,
    }
}

/// The level of two ISO dates.
fn date_level(a: &str, b: &str) -> u8 {
    if a == b {
        return 1;
    }
    if !a.is_ascii() || !b.is_ascii() || a.len() < 4 || b.len() < 4 {
        return 5;
    }
    let parts = |date: &str| -> Option<(u32, u32, u32)> {
        let mut parts = date.split('-');
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    };
    let (Some(x), Some(y)) = (parts(a), parts(b)) else { return 5 };
    let swapped = x.0 == y.0 && x.1 == y.2 && x.2 == y.1;
    if swapped || osa_distance(a, b) == 1 {
        return 2;
    }
    if u8::from(x.0 == y.0) + u8::from(x.1 == y.1) + u8::from(x.2 == y.2) == 2 {
        return 3;
    }
    // Each part at most a slip away: a year one off or one digit off, a month one off, a day two off.
    let year = x.0.abs_diff(y.0) <= 1 || osa_distance(&a[..4], &b[..4]) == 1;
    if year && x.1.abs_diff(y.1) <= 1 && x.2.abs_diff(y.2) <= 2 { 4 } else { 5 }
}

/// The level of two addresses in canonical form: 1 same, 2 building, 3 near, 0 nothing to compare, 6 different.
fn address_level(a: &str, b: &str) -> u8 {
    let (Some(x), Some(y)) = (address_parts(a), address_parts(b)) else { return 0 };
    if x[1].is_empty() || y[1].is_empty() {
        return 0;
    }
    let conflict = |at: usize| !x[at].is_empty() && !y[at].is_empty() && x[at] != y[at];
    let elsewhere = conflict(5) && conflict(3);
    let same_number = x[0] == y[0] && !x[0].is_empty();
    let same_street = x[1] == y[1];
    if same_number && same_street && !elsewhere {
        return match (conflict(2), conflict(3) || conflict(5)) {
            (true, _) => 2,
            (false, true) => 2,
            (false, false) => 1,
        };
    }
    let near_street = || {
        let shorter = x[1].len().min(y[1].len());
        let distance = osa_distance(x[1], y[1]);
        distance <= 2 && shorter >= 6
            || x[1].split(' ').any(|token| {
                token.len() >= 5 && y[1].split(' ').any(|other| other == token || similarity::is_typo(token, other))
            })
    };
    if !elsewhere && same_number && near_street() {
        return 3;
    }
    if !elsewhere && same_street && !x[0].is_empty() && !y[0].is_empty() && osa_distance(x[0], y[0]) == 1 {
        return 3;
    }
    6
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_levels() {
        for (a, b, level) in [
            ("1971-06-24", "1971-06-24", 1),
            ("1971-06-24", "1971-05-24", 2),
            ("1971-06-12", "1971-12-06", 2),
            ("1971-06-24", "1971-06-11", 3),
            ("1971-06-24", "1981-07-23", 4),
            ("1971-06-24", "1971-11-03", 5),
            ("1971-06-24", "1988-11-03", 5),
        ] {
            assert_eq!(date_level(a, b), level, "{a} {b}");
            assert_eq!(date_level(b, a), level, "{b} {a}");
        }
    }

    #[test]
    fn addresses_have_levels() {
        for (a, b, level) in [
            ("12|oak st|4|springfield|il|62704|", "12|oak st|4|springfield|il||", 1),
            ("12|oak st|4|springfield|il|62704|", "12|oak st|5|springfield|il|62704|", 2),
            ("12|oakwood st||springfield|il|62704|", "12|oakwod st||springfield|il|62704|", 3),
            ("12|oak st||springfield|il|62704|", "12|oak st||portland|or|97201|", 6),
            ("12|oak st||springfield|il|62704|", "12|elm st||springfield|il|62704|", 6),
            ("||||il|62704|", "12|elm st||springfield|il|62704|", 0),
        ] {
            assert_eq!(address_level(a, b), level, "{a} {b}");
            assert_eq!(address_level(b, a), level, "{b} {a}");
        }
    }
}
