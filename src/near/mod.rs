//! Near values: all pairs of distinct values of one kind that are near by that kind's own rule. Values are compared
//! once, however many records carry them. What a near value weighs, and which records become candidates through it, is
//! left to the stages that use the pairs.
//!
//! Each kind has its file: the rule on two values, and the signatures that near values are bound to share. The search
//! over signatures is one for all kinds (`groups`).
//!
//! Invariant: no pair within the rule is missed, except inside groups that are named in [`Neighbourhood::skipped`] or
//! told of in a diagnostic. The result is the same on any number of threads.

mod account;
mod address;
mod document;
pub mod edit;
mod email;
mod groups;
mod handle;
mod ip;
mod phone;
mod photo;
mod resume;
mod signatures;

use crate::model::diagnostic::Diagnostic;
use crate::model::ids::ValueId;
use crate::model::interner::Texts;
pub use crate::model::near::{NearPair, NearRule};
use crate::model::value::{Dictionary, IdentifierKind, Marks};
use groups::{Found, LeftOut, Meeting, Outcome, Signatures};
use rayon::prelude::*;

/// Values that share a whole key (a building, a local part, a sentence but for one word) and are all near each other
/// through it. A larger group is skipped: what so many share says nothing about two of them, and its pairs would grow
/// with its square. The group itself is handed out.
pub const GROUP_MAX: u64 = 200;

/// Values that meet because one edit may lie between them. Such a group is as large as the alphabet and the length of
/// the values allow, so that only values built for the purpose reach this.
pub const EDIT_GROUP_MAX: u64 = 1_000;

/// IPv6 addresses in one /56. Devices change theirs daily, so that one household has hundreds in a year.
pub const NETWORK_GROUP_MAX: u64 = 1_000;

/// Image hashes that agree in two segments. Most of them are not near, and holding two against each other costs little.
pub const PHOTO_GROUP_MAX: u64 = 5_000;

/// Near pairs per value of a kind, on average, above which the weakest rules are left out, and of the last rule that has
/// room the densest groups: where every value has that many, most are near by chance. A million numbers in one run
/// (`user000000` to `user999999`) have 30, and are cut.
pub const PAIRS_PER_VALUE_MAX: usize = 4;

/// Near pairs of a kind that are always allowed, however few its values.
pub const PAIRS_ALLOWED: usize = 4_000_000;

/// Values that share so much with so many that their pairs were not enumerated. They may still be near to each other
/// or to others through something else.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SkippedGroup {
    /// The kind of the values.
    pub kind: IdentifierKind,
    /// What they share: "building, by postal code".
    pub shared: &'static str,
    /// Sorted.
    pub members: Vec<ValueId>,
}

/// All near pairs of a dictionary.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Neighbourhood {
    /// Sorted; each pair once, with the strongest rule that holds.
    pub pairs: Vec<NearPair>,
    /// Sorted; each group once.
    pub skipped: Vec<SkippedGroup>,
    /// Bounds that were reached.
    pub diagnostics: Vec<Diagnostic>,
}

impl Neighbourhood {
    /// The rule by which two values are near, if they are. Time: logarithmic.
    pub fn rule(&self, a: ValueId, b: ValueId) -> Option<NearRule> {
        let (left, right) = (a.min(b), a.max(b));
        let position = self.pairs.binary_search_by_key(&(left, right), |pair| (pair.left, pair.right)).ok()?;
        Some(self.pairs[position].rule)
    }
}

/// One kind's rule, on values that were taken apart once. Near is symmetric, and no value is near itself.
trait Rule<'a>: Sized + Send + Sync {
    /// The value taken apart, or `None` when it is near to nothing, whatever the other is.
    fn parse(text: &'a str, marks: Marks) -> Option<Self>;

    /// The strongest rule that holds.
    fn near(&self, other: &Self) -> Option<NearRule>;

    /// The ways in which near values meet: two of these values that are near share a signature in one of them.
    fn meetings(values: &[Self]) -> Vec<Meeting<Self>>;

    /// Hashes that are fewer than the signatures, each bound to be common to two values with certain signatures in
    /// common. Where a value has it with no other, these signatures need not be given.
    fn gates() -> Vec<fn(&Self, &mut Signatures)> {
        Vec::new()
    }

    /// Tells the value which gates, as bits, it has in common with others.
    fn pass(&mut self, _gates: u32) {}
}

/// Evaluates an expression with `$rule` standing for the rule of a kind; kinds without one give `$otherwise`.
macro_rules! for_kind {
    ($kind:expr, $rule:ident => $call:expr, $otherwise:expr) => {
        for_kind!(@ $kind, $rule, $call, $otherwise;
            Email | RefereeEmail => email::Email,
            Phone | RefereePhone => phone::Phone,
            Account => account::Account,
            Address => address::Address,
            Handle | PaymentHandle => handle::Handle,
            ProfileUrl => handle::ProfileUrl,
            ResumeLine => resume::ResumeLine,
            PhotoHash => photo::PhotoHash,
            Ip => ip::Ip,
            DocumentNumber | GovernmentId => document::Document,
        )
    };
    (@ $kind:expr, $rule:ident, $call:expr, $otherwise:expr; $($($variant:ident)|+ => $type:path,)*) => {
        match $kind {
            $($(IdentifierKind::$variant)|+ => {
                use $type as $rule;
                $call
            })*
            _ => $otherwise,
        }
    };
}

/// The rule itself, on two canonical texts of a kind: the strongest that holds, or `None`. Marks are not known here;
/// see [`near_values`].
pub fn near(kind: IdentifierKind, a: &str, b: &str) -> Option<NearRule> {
    near_marked(kind, (a, Marks::NONE), (b, Marks::NONE))
}

/// The rule on two values of a dictionary, marks regarded: what [`neighbours`] finds all of. `None` for values of two
/// kinds.
pub fn near_values(dictionary: &Dictionary, a: ValueId, b: ValueId) -> Option<NearRule> {
    let (marks_a, marks_b) = (dictionary.marks(a), dictionary.marks(b));
    if dictionary.kind(a) != dictionary.kind(b) || !marks_a.can_link() || !marks_b.can_link() {
        return None;
    }
    near_marked(dictionary.kind(a), (dictionary.text(a), marks_a), (dictionary.text(b), marks_b))
}

fn near_marked(kind: IdentifierKind, a: (&str, Marks), b: (&str, Marks)) -> Option<NearRule> {
    for_kind!(kind, Kind => Kind::parse(a.0, a.1)?.near(&Kind::parse(b.0, b.1)?), None)
}

/// All pairs of near values that can link.
///
/// Time: near-linear in the values, with about as many signatures as characters. Memory: while a kind is searched an eighth of
/// a gigabyte or 128 bytes for each of its values, and 12 bytes per pair, at most [`PAIRS_PER_VALUE_MAX`]
/// pairs per value or [`PAIRS_ALLOWED`].
pub fn neighbours(dictionary: &Dictionary) -> Neighbourhood {
    let has_rule = |kind: IdentifierKind| for_kind!(kind, Kind => size_of::<Kind>() > 0, false);
    let has_rule: Vec<bool> = IdentifierKind::ALL.iter().map(|&kind| has_rule(kind)).collect();
    let mut values_of_kind = vec![Vec::new(); IdentifierKind::ALL.len()];
    for value in dictionary.values() {
        let kind = dictionary.kind(value) as usize;
        if has_rule[kind] && dictionary.marks(value).can_link() {
            values_of_kind[kind].push(value);
        }
    }
    let mut neighbourhood = Neighbourhood::default();
    for (&kind, values) in IdentifierKind::ALL.iter().zip(values_of_kind) {
        if values.is_empty() {
            continue;
        }
        for_kind!(kind, Kind => {
            let texts = Copied::new(dictionary, &values);
            search::<Kind>(dictionary, kind, values, &texts, &mut neighbourhood);
        }, ());
    }
    neighbourhood.pairs.par_sort_unstable();
    neighbourhood
}

/// Searches the values of one kind, of which these are the texts, and adds what is found.
fn search<'a, K: Rule<'a>>(
    dictionary: &Dictionary,
    kind: IdentifierKind,
    mut values: Vec<ValueId>,
    texts: &'a Copied,
    neighbourhood: &mut Neighbourhood,
) {
    let parsed: Vec<Option<K>> = (0..values.len())
        .into_par_iter()
        .map(|position| K::parse(texts.get(position), dictionary.marks(values[position])))
        .collect();
    let mut each = parsed.iter();
    values.retain(|_| each.next().is_some_and(Option::is_some));
    let mut parsed: Vec<K> = parsed.into_iter().flatten().collect();
    let (meetings, compared) = (K::meetings(&parsed), values.len());
    let gates = K::gates();
    if !gates.is_empty() {
        keep_shared(&gates, &mut values, &mut parsed);
    }
    let budget = compared.saturating_mul(PAIRS_PER_VALUE_MAX).max(PAIRS_ALLOWED);
    let outcome = groups::search(&parsed, &meetings, K::near, budget);
    drop(parsed);
    add(kind, &values, outcome, neighbourhood);
}

/// Leaves only the values that pass a gate: the others meet nobody.
fn keep_shared<'a, K: Rule<'a>>(gates: &[fn(&K, &mut Signatures)], values: &mut Vec<ValueId>, parsed: &mut Vec<K>) {
    let shared = groups::shared_gates(parsed, gates);
    let mut each = shared.iter();
    values.retain(|_| each.next().is_some_and(|&gates| gates != 0));
    let mut each = shared.iter();
    parsed.retain_mut(|value| {
        let gates = each.next().copied().unwrap_or(0);
        value.pass(gates);
        gates != 0
    });
    parsed.shrink_to_fit();
}

/// Texts of one kind, copied so that they lie together: in the dictionary those of other kinds lie between them, and
/// each would be fetched from far away several times.
struct Copied(Vec<Texts>);

impl Copied {
    const TEXTS_PER_TASK: usize = 1 << 13;

    fn new(dictionary: &Dictionary, values: &[ValueId]) -> Copied {
        let copy = |values: &[ValueId]| {
            let mut texts = Texts::default();
            for &value in values {
                texts.push(dictionary.text(value));
            }
            texts
        };
        Copied(values.par_chunks(Copied::TEXTS_PER_TASK).map(copy).collect())
    }

    fn get(&self, position: usize) -> &str {
        self.0[position / Copied::TEXTS_PER_TASK].get((position % Copied::TEXTS_PER_TASK) as u32)
    }
}

/// Adds what was found among these values.
fn add(kind: IdentifierKind, values: &[ValueId], outcome: Outcome<NearRule>, neighbourhood: &mut Neighbourhood) {
    let Outcome { pairs, skipped, left_out } = outcome;
    let near =
        |Found { left, right, rule, .. }| NearPair { left: values[left as usize], right: values[right as usize], rule };
    neighbourhood.pairs.extend(pairs.into_iter().map(near));
    if let Some(left_out) = left_out {
        neighbourhood.diagnostics.push(too_many_pairs(kind, left_out));
    }
    for groups in skipped.chunk_by(|a, b| a.shared == b.shared) {
        let largest = groups.iter().map(|group| group.members.len()).max().unwrap_or(0);
        neighbourhood.diagnostics.push(group_too_large(kind, groups[0].shared, groups.len(), largest));
    }
    neighbourhood.skipped.extend(skipped.into_iter().map(|group| SkippedGroup {
        kind,
        shared: group.shared,
        members: group.members.into_iter().map(|member| values[member as usize]).collect(),
    }));
}

/// Values are not shown: kinds may be sensitive, and a diagnostic ends up in the manifest.
fn group_too_large(kind: IdentifierKind, shared: &str, groups: usize, largest: usize) -> Diagnostic {
    let groups = if groups == 1 { String::from("one group") } else { format!("{groups} groups") };
    Diagnostic::warning(
        "near-group-too-large",
        format!("kind \"{}\"", kind.name()),
        format!("{groups} of values with the same {shared} (up to {largest} values) not compared pair by pair"),
    )
    .hint("values of such a group still meet through anything else they share; look at it when it should be small")
}

fn too_many_pairs(kind: IdentifierKind, left_out: LeftOut<NearRule>) -> Diagnostic {
    let LeftOut { rule, density } = left_out;
    Diagnostic::warning(
        "near-pairs-bounded",
        format!("kind \"{}\"", kind.name()),
        format!(
            "more near pairs than {PAIRS_PER_VALUE_MAX} per value and {PAIRS_ALLOWED} in all; \"{}\" was left out of groups \
             with {density} or more per value, and weaker rules of all groups",
            rule.name()
        ),
    )
    .hint("values that were made by counting up are near without meaning anything; map such a column to nothing")
}

#[cfg(test)]
mod testing {
    use super::*;
    use proptest::prelude::*;

    /// Some texts of that pattern.
    pub fn texts(pattern: &'static str) -> impl Strategy<Value = Vec<String>> {
        proptest::collection::vec(pattern, 2..60)
    }

    /// A dictionary of these texts and what is found in it.
    pub fn neighbourhood(kind: IdentifierKind, texts: &[String]) -> (Neighbourhood, Dictionary) {
        let mut dictionary = Dictionary::default();
        for text in texts {
            dictionary.intern(kind, text, Marks::NONE);
        }
        (neighbours(&dictionary), dictionary)
    }

    /// The rule on two texts, in both orders, and the search on the two of them.
    pub fn check(kind: IdentifierKind, a: &str, b: &str, expected: Option<NearRule>) {
        assert_eq!(near(kind, a, b), expected, "{a:?} {b:?}");
        assert_eq!(near(kind, b, a), expected, "{b:?} {a:?}");
        assert_eq!(near(kind, a, a), None, "{a:?} itself");
        let (found, _) = neighbourhood(kind, &[a.to_owned(), b.to_owned()]);
        let rules: Vec<NearRule> = found.pairs.iter().map(|pair| pair.rule).collect();
        assert_eq!(rules, Vec::from_iter(expected), "searching {a:?} {b:?}");
    }

    /// The search finds what holding every value against every other finds.
    pub fn complete(kind: IdentifierKind, texts: &[String]) {
        let (found, dictionary) = neighbourhood(kind, texts);
        let mut expected = Vec::new();
        for left in dictionary.values() {
            for right in dictionary.values().filter(|&right| left < right) {
                let rule = near(kind, dictionary.text(left), dictionary.text(right));
                expected.extend(rule.map(|rule| NearPair { left, right, rule }));
            }
        }
        let show = |pairs: &[NearPair]| -> Vec<String> {
            pairs
                .iter()
                .map(|p| format!("{} ~ {}: {:?}", dictionary.text(p.left), dictionary.text(p.right), p.rule))
                .collect()
        };
        assert_eq!(show(&found.pairs), show(&expected));
        assert_eq!(found.diagnostics, []);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary(values: &[(IdentifierKind, &str, Marks)]) -> Dictionary {
        let mut dictionary = Dictionary::default();
        for &(kind, text, marks) in values {
            dictionary.intern(kind, text, marks);
        }
        dictionary
    }

    #[test]
    fn kinds_do_not_mix() {
        let dictionary = dictionary(&[
            (IdentifierKind::Phone, "+12025550100", Marks::NONE),
            (IdentifierKind::Email, "kim.dev@example.com", Marks::NONE),
            (IdentifierKind::RefereePhone, "+12025550101", Marks::NONE),
            (IdentifierKind::Email, "kim.devs@example.com", Marks::NONE),
            (IdentifierKind::Phone, "+12025550102", Marks::NONE),
        ]);
        let found = neighbours(&dictionary);
        let [phone, email] = [NearRule::PhoneBlock, NearRule::EmailOneEdit];
        assert_eq!(
            found.pairs,
            [
                NearPair { left: ValueId(0), right: ValueId(4), rule: phone },
                NearPair { left: ValueId(1), right: ValueId(3), rule: email },
            ]
        );
        assert_eq!(found.rule(ValueId(4), ValueId(0)), Some(phone));
        assert_eq!(found.rule(ValueId(2), ValueId(0)), None);
        assert_eq!(near_values(&dictionary, ValueId(0), ValueId(2)), None);
        assert_eq!(near_values(&dictionary, ValueId(4), ValueId(0)), Some(phone));
    }

    #[test]
    fn values_that_cannot_link_are_left_alone() {
        let pairs = |marks| {
            let dictionary = dictionary(&[
                (IdentifierKind::Phone, "+12025550100", Marks::NONE),
                (IdentifierKind::Phone, "+12025550101", marks),
            ]);
            let near = near_values(&dictionary, ValueId(0), ValueId(1)).is_some();
            assert_eq!(neighbours(&dictionary).pairs.len(), usize::from(near));
            near
        };
        assert!(pairs(Marks::UNASSIGNED));
        assert!(!pairs(Marks::GENERIC));
        assert!(!pairs(Marks::ATTRIBUTE));
    }

    #[test]
    fn kinds_without_rule_have_no_near_values() {
        assert_eq!(near(IdentifierKind::Serial, "C02XK0AAJHD2", "C02XK0AAJHD3"), None);
        assert_eq!(near(IdentifierKind::Name, "kim/dev", "kim/dew"), None);
    }

    #[test]
    fn names_and_docs_are_there_and_the_numbering_is_dense() {
        for (position, &rule) in NearRule::ALL.iter().enumerate() {
            assert_eq!(rule as usize, position);
            assert!(!rule.name().is_empty() && rule.doc().ends_with('.'), "{rule:?}");
        }
    }

    #[test]
    fn a_bound_that_is_reached_is_reported_without_values() {
        let texts: Vec<String> = (0..250).map(|i| format!("kim.dev@{i}.example")).collect();
        let (found, _) = testing::neighbourhood(IdentifierKind::Email, &texts);
        assert!(found.pairs.is_empty());
        assert_eq!(found.skipped[0].shared, "local part");
        assert_eq!(found.skipped[0].members, (0..250).map(ValueId).collect::<Vec<_>>());
        let shown: Vec<String> = found.diagnostics.iter().map(|diagnostic| diagnostic.to_string()).collect();
        assert_eq!(
            shown,
            ["warning: kind \"email\": one group of values with the same local part (up to 250 values) not compared \
              pair by pair\n  hint: values of such a group still meet through anything else they share; look at it \
              when it should be small"]
        );
    }

    #[test]
    fn numbers_without_a_gap_keep_their_strongest_rules_and_say_what_was_left_out() {
        let texts: Vec<String> = (0..240_000).map(|number| format!("+1202{:07}", 5_550_000 + number)).collect();
        let (found, _) = testing::neighbourhood(IdentifierKind::Phone, &texts);
        let pairs_by = |rule| found.pairs.iter().filter(|pair| pair.rule == rule).count();
        let swapped = |text: &String| {
            let digits = text.as_bytes();
            let swap = |at: usize| [&digits[..at], &[digits[at + 1], digits[at]], &digits[at + 2..]].concat();
            (1..digits.len() - 1)
                .map(swap)
                .filter(|other| {
                    other.as_slice() > digits && texts.binary_search_by(|t| t.as_bytes().cmp(other)).is_ok()
                })
                .count()
        };
        assert_eq!(pairs_by(NearRule::PhoneSwapped), texts.iter().map(swapped).sum::<usize>());
        // Each number and the ten that follow it, but for those of them that are two digits swapped.
        assert!((2_200_000..2_400_000).contains(&pairs_by(NearRule::PhoneBlock)));
        assert!(pairs_by(NearRule::PhoneOneDigit) > 0 && found.pairs.len() <= PAIRS_ALLOWED);
        let shown: Vec<String> = found.diagnostics.iter().map(|diagnostic| diagnostic.to_string()).collect();
        assert_eq!(
            shown,
            [
                "warning: kind \"phone\": more near pairs than 4 per value and 4000000 in all; \"one digit off\" was left out \
              of groups with 23 or more per value, and weaker rules of all groups\n  hint: values that were made by \
              counting up are near without meaning anything; map such a column to nothing"
            ]
        );
    }

    #[test]
    fn empty_dictionary() {
        assert_eq!(neighbours(&Dictionary::default()), Neighbourhood::default());
    }
}
