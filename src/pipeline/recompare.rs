//! Pairs of a finished run compared again from its tables, for those that the run did not keep; and the verdict on any
//! pair: linked, or why not.
//!
//! Claims are rebuilt as they are stored, in their order. How common things are is read from `counts.bin`, so that the
//! two records that are asked about suffice and the numbers are those of the run; in a folder without that file all claims are
//! read and counted. Sensitive values are stored as keyed hashes: equal ones are still equal, but whether two
//! are near cannot be judged.

use super::pairs;
use super::resolve::name_knowledge;
use crate::block;
use crate::case::waterfall::{Brings, StoredPair, Waterfall, stated};
use crate::case::{Case, CaseClaim, Term};
use crate::compare::{self, Comparison, Context, date};
use crate::model::claim::{Claim, Claims, Period, Role};
use crate::model::counts::Known;
use crate::model::ids::{RecordId, SourceId, ValueId};
use crate::model::pair::{CandidatePair, ScoredPair};
use crate::model::record::{Record, RecordKind};
use crate::model::value::{AttributeType, Dictionary, IdentifierKind, Marks};
use crate::model::weight::MatchWeight;
use crate::near;
use crate::score::{Model, Options, Scorer};
use rustc_hash::FxHashMap;
use serde_json::json;

/// Pairs between two personas that are compared again at most; the first in the order of their records.
const PAIRS_MAX: usize = 400;

/// Records of a persona that are looked at for a contradiction.
const GROUP_MAX: usize = 8;

/// Marks by the words that tables have for them.
const MARKS: &[(Marks, &str)] = &[
    (Marks::GENERIC, "placeholder"),
    (Marks::UNASSIGNED, "unassigned"),
    (Marks::ATTRIBUTE, "too general"),
    (Marks::MASKED, "masked"),
    (Marks::FREE_MAIL, "free mail"),
    (Marks::DISPOSABLE, "disposable mail"),
    (Marks::MAILBOX, "mailbox"),
    (Marks::CHECKED, "checked"),
    (Marks::RESTORED, "restored"),
    (Marks::ROLE_MAILBOX, "role mailbox"),
    (Marks::DAMAGED, "damaged"),
];

/// Marks in words, joined by ` + `; empty for none.
pub fn marks_text(marks: Marks) -> String {
    let words: Vec<&str> = MARKS.iter().filter(|(mark, _)| marks.has(*mark)).map(|&(_, word)| word).collect();
    words.join(" + ")
}

/// The marks that such words stand for; words that are none are passed over.
fn marks_of(text: &str) -> Marks {
    text.split(" + ").fold(Marks::NONE, |marks, word| {
        MARKS.iter().find(|(_, known)| *known == word).map_or(marks, |&(mark, _)| marks.with(mark))
    })
}

/// A finished run, ready to compare any two of its records that are persons.
pub struct Recompare<'c> {
    case: &'c Case,
    /// All records, where the folder does not say how common things are or where all are asked for.
    whole: Option<Among>,
    added: Vec<(String, AttributeType)>,
    comparisons: Vec<Comparison>,
    model: Model,
}

/// What is read of a run to compare its records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// All claims, once.
    All,
    /// Those of the records of each question, where the folder says how common things are; else all.
    Pairs,
}

/// Records of a run with their claims.
struct Among {
    claims: Claims,
    /// The record of the claims that a record of the run is. They have the order in which the run compared them.
    ids: FxHashMap<u32, RecordId>,
    /// Whether they are not all of the run, of which the folder says how common things are.
    is_part: bool,
}

impl Among {
    fn all(case: &Case) -> Among {
        case.load_all();
        Among::of(case, (0..case.records.len() as u32).collect(), false)
    }

    fn some(case: &Case, records: Vec<u32>) -> Among {
        case.expect_claims_of(&records);
        Among::of(case, records, true)
    }

    fn of(case: &Case, mut records: Vec<u32>, is_part: bool) -> Among {
        // What two records have in common may depend on which of them is the first.
        records.sort_unstable_by_key(|&record| (case.records[record as usize].number, record));
        records.dedup();
        let ids = records.iter().enumerate().map(|(id, &record)| (record, RecordId::from(id))).collect();
        Among { claims: claims(case, &records), ids, is_part }
    }

    /// Two records of the run among these.
    fn ids(&self, (left, right): (u32, u32)) -> Option<(RecordId, RecordId)> {
        let id = |record: u32| self.ids.get(&record).copied();
        Some((id(left)?, id(right)?))
    }

    /// Pairs of near values between the records of the pairs.
    fn near(&self, pairs: &[(RecordId, RecordId)]) -> Vec<(ValueId, ValueId)> {
        let dictionary = &self.claims.dictionary;
        let values = |side: fn(&(RecordId, RecordId)) -> RecordId| -> Vec<ValueId> {
            let mut records: Vec<RecordId> = pairs.iter().map(side).collect();
            records.sort_unstable();
            records.dedup();
            let of_record = |&record: &RecordId| self.claims.of(record).iter().map(|claim| claim.value);
            let mut values: Vec<ValueId> = records.iter().flat_map(of_record).collect();
            values.retain(|&value| can_be_near(dictionary, value));
            values.sort_unstable();
            values.dedup();
            values
        };
        let theirs = values(|pair| pair.1);
        let near_to = |left: ValueId| {
            theirs
                .iter()
                .filter(move |&&right| near::near_values(dictionary, left, right).is_some())
                .map(move |&right| (left.min(right), left.max(right)))
        };
        let mut near: Vec<(ValueId, ValueId)> = values(|pair| pair.0).into_iter().flat_map(near_to).collect();
        near.sort_unstable();
        near.dedup();
        near
    }
}

impl<'c> Recompare<'c> {
    /// Makes a run ready; `model` is the text of its model file. Errors say what is wrong with that. Time: that of reading all
    /// claims, where all are read.
    pub fn new(case: &'c Case, asked: Asked, model: &str) -> Result<Self, String> {
        let stored: Model = serde_json::from_str(model).map_err(|error| format!("not a model file: {error}"))?;
        let kind_of = |name: &Option<String>| name.as_deref().and_then(AttributeType::from_name);
        let added: Vec<(String, AttributeType)> = stored
            .comparisons
            .iter()
            .filter_map(|comparison| Some((comparison.name.clone(), kind_of(&comparison.compared_as)?)))
            .collect();
        let comparisons = compare::comparisons(&added);
        let (model, _) = Model::from_json(model, &comparisons)?;
        let whole = (asked == Asked::All || !case.has_counts()).then(|| Among::all(case));
        Ok(Recompare { case, whole, added, comparisons, model })
    }

    /// Asks something of these records, or of all where all are read.
    fn among<R>(&self, records: Vec<u32>, ask: impl FnOnce(&Among) -> R) -> R {
        match &self.whole {
            Some(whole) => ask(whole),
            None => ask(&Among::some(self.case, records)),
        }
    }

    /// Everything that comparing needs, for these pairs. Time: linear in the claims.
    fn context<'a>(&self, among: &'a Among, pairs: &[(RecordId, RecordId)]) -> Context<'a> {
        let near = among.near(pairs);
        match among.is_part {
            true => Context::of_some(&among.claims, &near, name_knowledge(), &self.added, &|key, always| {
                self.case.count(key, always)
            }),
            false => Context::new(&among.claims, &near, name_knowledge(), &self.added),
        }
    }

    /// The pairs with their weights, in their order; a pair of one record with itself is left out. Where not all is read each
    /// pair is read by itself: of what agrees equally the first speaks, and with the two alone it is the same one as in the run.
    pub fn score(&self, pairs: &[(u32, u32)]) -> Vec<ScoredPair> {
        let one = |&pair: &(u32, u32)| self.among(vec![pair.0, pair.1], |among| self.score_among(among, &[pair]));
        match &self.whole {
            Some(whole) => self.score_among(whole, pairs),
            None => pairs.iter().flat_map(one).collect(),
        }
    }

    fn score_among(&self, among: &Among, pairs: &[(u32, u32)]) -> Vec<ScoredPair> {
        let pairs: Vec<(RecordId, RecordId)> = pairs.iter().filter_map(|&pair| among.ids(pair)).collect();
        let context = self.context(among, &pairs);
        let scorer = Scorer::of(&context, &self.model, Options::default());
        let score = |&(left, right): &(RecordId, RecordId)| {
            let pair = CandidatePair::new(left, right, 0)?;
            let vector = context.compare(pair.left(), pair.right());
            let names_disagree = context.names_disagree(&vector);
            Some(ScoredPair { names_disagree, ..scorer.score(pair, &vector) })
        };
        pairs.iter().filter_map(score).collect()
    }

    /// The parts of a weight as the run writes them.
    pub fn terms(&self, scored: &ScoredPair) -> Vec<Term> {
        let rows = pairs::contributions(scored, &self.comparisons, &self.model);
        serde_json::from_value(json!(rows)).unwrap_or_default()
    }

    /// Whether two records contradict each other.
    fn contradict(&self, pair: (u32, u32)) -> bool {
        self.among(vec![pair.0, pair.1], |among| {
            among.ids(pair).is_some_and(|(a, b)| self.context(among, &[(a, b)]).contradict(&[a], &[b]))
        })
    }

    /// The blocking rules that bring two records together, one bit each.
    pub fn rules(&self, pair: (u32, u32)) -> u16 {
        self.among(vec![pair.0, pair.1], |among| {
            let Some((left, right)) = among.ids(pair) else { return 0 };
            let near = among.near(&[(left, right)]);
            let known: Option<&Known> =
                if among.is_part { Some(&|key, always| self.case.count(key, always)) } else { None };
            block::rules_between(&among.claims, &near, &self.added, left, right, known)
        })
    }
}

/// Whether there is a way to tell that a stored value is near another, and a reason to ask.
fn can_be_near(dictionary: &Dictionary, value: ValueId) -> bool {
    let kind = dictionary.kind(value);
    !kind.is_sensitive() && !matches!(kind, IdentifierKind::ResumeLine | IdentifierKind::Ip)
}

/// The claims of records of a run as they are stored. Values are interned in the order of the records, as the run did it.
fn claims(case: &Case, records: &[u32]) -> Claims {
    let mut claims = Claims { starts: vec![0], ..Claims::default() };
    let mut sources: FxHashMap<&str, u16> = FxHashMap::default();
    for (index, &at) in records.iter().enumerate() {
        let record = &case.records[at as usize];
        let next = u16::try_from(sources.len()).unwrap_or(u16::MAX);
        claims.records.push(Record {
            source: SourceId(*sources.entry(&record.source).or_insert(next)),
            // A kind that is none takes no part in same-person resolution.
            kind: RecordKind::from_name(&record.kind).unwrap_or(RecordKind::Device),
            file: 0,
            row: record.row,
            table_row: 0,
        });
        claims.keys.push(&record.key);
        for claim in case.claims_of(at) {
            let Some(kind) = IdentifierKind::from_name(claim.kind) else { continue };
            let role = Role::ALL.into_iter().find(|role| role.name() == claim.role).unwrap_or(Role::Own);
            let value = claims.dictionary.intern(kind, claim.value, marks_of(claim.marks));
            claims.claims.push(Claim::new(RecordId(index as u32), value, role, 0, Period::ALWAYS));
        }
        claims.starts.push(claims.claims.len() as u32);
    }
    claims
}

/// The weight of the strongest pair between two groups of records of persons, and the verdict on it. `stored` is their
/// strongest pair that the run kept; without one they are compared again. `None` when the groups have no two records. Errors say what is wrong with the model file.
pub fn waterfall(
    case: &Case,
    stored: Option<StoredPair>,
    model: &str,
    rules_left_out: &[String],
    threshold_bits: f64,
    left: &[u32],
    right: &[u32],
) -> Result<Option<Waterfall>, String> {
    let mut waterfall = match &stored {
        Some(stored) => Waterfall {
            stored: true,
            total_bits: stored.bits,
            probability: stored.probability,
            found_by: stored.found_by.clone(),
            ..Waterfall::of_terms(&stored.terms)
        },
        None => Waterfall::default(),
    };
    waterfall.threshold_bits = super::publish::round(threshold_bits, 3);
    let Some(stored) = stored else {
        let pairs: Vec<(u32, u32)> = left
            .iter()
            .flat_map(|&a| right.iter().map(move |&b| (a, b)))
            .filter(|(a, b)| a != b)
            .take(PAIRS_MAX)
            .collect();
        let again = Recompare::new(case, Asked::Pairs, model)?;
        return Ok(not_kept(case, &again, rules_left_out, waterfall, &pairs));
    };
    let (a, b) = (stored.left, stored.right);
    finish(case, &mut waterfall, a, b);
    let contradictions = match stored.outcome.as_str() {
        "cannot link" => contradictions(case, &Recompare::new(case, Asked::Pairs, model)?, a, b),
        _ => Vec::new(),
    };
    judge(case, &mut waterfall, (a, b), &stored.outcome, contradictions);
    Ok(Some(waterfall))
}

/// The same for a pair that the run did not keep.
fn not_kept(
    case: &Case,
    again: &Recompare,
    rules_left_out: &[String],
    mut waterfall: Waterfall,
    pairs: &[(u32, u32)],
) -> Option<Waterfall> {
    let scored = again.score(pairs);
    let strongest = scored.iter().zip(pairs).reduce(|best, next| if next.0.bits > best.0.bits { next } else { best });
    let (scored, &(a, b)) = strongest?;
    let (threshold_bits, terms) = (waterfall.threshold_bits, again.terms(scored));
    waterfall = Waterfall {
        threshold_bits,
        total_bits: super::publish::round(f64::from(scored.bits), 3),
        probability: super::publish::round(MatchWeight(f64::from(scored.bits)).probability(), 6),
        ..Waterfall::of_terms(&terms)
    };
    finish(case, &mut waterfall, a, b);
    waterfall.notes.push("the run did not keep this pair; the numbers were computed again from its tables".to_string());
    for term in &waterfall.terms {
        let kind = IdentifierKind::from_name(&term.comparison);
        if kind.is_some_and(IdentifierKind::is_sensitive) && term.level == "different" {
            let what = term.comparison.replace('_', " ");
            waterfall
                .notes
                .push(format!("{what}: stored as keyed hashes, so whether two are near cannot be judged here"));
        }
    }
    let (brings, left_out) = (again.rules((a, b)), block::rules_named(rules_left_out));
    let (rules, did_not_run) = (brings & !left_out, brings & left_out);
    waterfall.found_by = pairs::rule_names(rules).into_iter().map(str::to_string).collect();
    let contradictions = contradictions(case, again, a, b);
    let over = waterfall.total_bits >= threshold_bits;
    let outcome = match scored {
        _ if scored.names_disagree => "names disagree",
        _ if over && again.contradict((a, b)) => "cannot link",
        _ if rules == 0 && did_not_run != 0 => "rules left out",
        _ if rules == 0 => "never compared",
        _ if over => "left out",
        _ => "below threshold",
    };
    if rules == 0 && did_not_run != 0 {
        let needs = "to run: among so many records it was left out (bounds.pairs_per_link)";
        let brings = |rule: &'static str| Brings { rule: rule.to_string(), needs: needs.to_string() };
        waterfall.would_be_found_by = pairs::rule_names(did_not_run).into_iter().map(brings).collect();
    } else if rules == 0 {
        waterfall.would_be_found_by = RULES_NEED
            .iter()
            .map(|&(rule, needs)| Brings { rule: rule.to_string(), needs: needs.to_string() })
            .collect();
    }
    judge(case, &mut waterfall, (a, b), outcome, contradictions);
    Some(waterfall)
}

/// Labels and values of the two records.
fn finish(case: &Case, waterfall: &mut Waterfall, left: u32, right: u32) {
    waterfall.left = case.records[left as usize].label();
    waterfall.right = case.records[right as usize].label();
    waterfall.show_values(case, left, right);
}

/// The verdict and its reason. What a source states comes before what the model says, and the persona that the two are in
/// before what keeps them apart.
fn judge(case: &Case, waterfall: &mut Waterfall, pair: (u32, u32), outcome: &str, contradictions: Vec<String>) {
    let persona = |record: u32| case.records[record as usize].persona.as_str();
    let one_persona = !persona(pair.0).is_empty() && persona(pair.0) == persona(pair.1);
    let (total, threshold) = (waterfall.total_bits, waterfall.threshold_bits);
    let against = if total >= threshold {
        format!("{:.1} bits over the threshold", total - threshold)
    } else {
        format!("{:.1} bits below the threshold", threshold - total)
    };
    let (verdict, reason) = match outcome {
        _ if let Some(cell) = stated(case, pair.0, pair.1) => {
            ("stated", format!("linked: a source states it, in {cell}"))
        }
        "linked" => ("linked", format!("linked as the same person: {against}")),
        _ if one_persona => ("within", format!("in one persona through other links; this pair alone is {against}")),
        "names disagree" => (
            outcome,
            "not linked: given and family name both disagree; such a pair joins only by a stated reference".to_string(),
        ),
        "cannot link" => {
            let facts = match contradictions.join("; ") {
                facts if facts.is_empty() => "birth date or government id".to_string(),
                facts => facts,
            };
            (outcome, format!("not linked: they contradict each other in what a person has only once: {facts}"))
        }
        "cut" => (
            outcome,
            format!(
                "not linked: {against}, but cut as a bridge: between all the records that it would join, the weight is \
                 below the threshold of {threshold:.1} bits"
            ),
        ),
        "never compared" => (
            outcome,
            format!(
                "not linked: never compared, since no blocking rule brings the two together; they would be {against}"
            ),
        ),
        "rules left out" => (
            "never compared",
            format!(
                "not linked: never compared, since the blocking rules that bring the two together were left out among so \
                 many records; they would be {against}"
            ),
        ),
        "left out" => (
            "never compared",
            format!(
                "not linked: never compared, since the blocks that the two share are larger than the bound; they would \
                 be {against}"
            ),
        ),
        _ => ("below threshold", format!("not linked: {against} of {threshold:.1}")),
    };
    if verdict != "cannot link" {
        waterfall.notes.extend(contradictions.into_iter().map(|fact| format!("contradiction: {fact}")));
    }
    (waterfall.verdict, waterfall.reason) = (verdict.to_string(), reason);
}

/// A record and others of its persona that are persons, as many as are looked at for a contradiction.
fn group(case: &Case, record: u32) -> Vec<u32> {
    let persona = case.personas.get(&case.records[record as usize].persona);
    let others = persona.into_iter().flatten().copied().filter(|&other| other != record);
    std::iter::once(record)
        .chain(others.filter(|&other| {
            RecordKind::from_name(&case.records[other as usize].kind).is_some_and(RecordKind::is_person)
        }))
        .take(GROUP_MAX)
        .collect()
}

/// The facts that two records, or else the personas that they are in, contradict each other in, with their cells.
fn contradictions(case: &Case, again: &Recompare, left: u32, right: u32) -> Vec<String> {
    let (ours, theirs) = (group(case, left), group(case, right));
    let vectors: Vec<(u32, u32, compare::ComparisonVector)> =
        again.among([ours.clone(), theirs.clone()].concat(), |among| {
            // What is near is told of the two alone.
            let context = again.context(among, &among.ids((left, right)).into_iter().collect::<Vec<_>>());
            let pairs = ours.iter().flat_map(|&a| theirs.iter().map(move |&b| (a, b))).filter(|(a, b)| a != b);
            pairs.filter_map(|(a, b)| among.ids((a, b)).map(|ids| (a, b, context.compare(ids.0, ids.1)))).collect()
        });
    let different = |comparison: &Comparison| comparison.levels.len() as u8 - 1;
    let mut facts = Vec::new();
    for (at, comparison) in again.comparisons.iter().enumerate() {
        let from = match comparison.name.as_str() {
            "birth_date" => date::CONTRADICT,
            "government_id" => different(comparison),
            _ => continue,
        };
        let observed: Vec<_> = vectors.iter().filter(|(_, _, vector)| vector[at].level != 0).collect();
        if !observed.iter().all(|(_, _, vector)| vector[at].level >= from) {
            continue;
        }
        let Some(&&(a, b, _)) = observed.first() else { continue };
        let told = |record: u32| {
            let claim = |claim: &CaseClaim| format!("{} ({})", claim.raw, case.cell(claim));
            case.claims_of(record).find(|own| own.kind == comparison.name).map(|own| claim(&own)).unwrap_or_default()
        };
        facts.push(format!("{} {} and {}", comparison.name.replace('_', " "), told(a), told(b)));
    }
    facts
}

/// What two records need for a blocking rule to bring them together, in the order of the rules.
const RULES_NEED: &[(&str, &str)] = &[
    ("same identifier", "one email, phone, address, account, document or handle in common"),
    ("near identifier", "two such values that are near each other, as one digit off"),
    ("same name and birth date", "a name token and the birth date in common"),
    ("same whole name", "all name tokens in common, in any order"),
    ("local part of email", "the same local part of an email, or a name that it is made of"),
    ("attributes", "an added column in common: a code, a rare word, or two values together"),
    ("many words in common", "most words of a long name, text or resume in common"),
    ("birth date and name sound", "a name that sounds alike and two of three parts of the birth date"),
    ("name one letter off", "a name token one letter off and a second thing: place, birth year, street, other name"),
    ("name sounds", "two name tokens that sound alike"),
    ("name and locality", "a name token that sounds alike and the postal code or city"),
    ("two name tokens", "two name tokens in common, or one rare token"),
    ("street and name token", "the street and a name token in common"),
    ("birth date", "the birth date in common"),
    ("all with all", "a run of at most 2,000 records of persons"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_blocking_rule_says_what_it_needs() {
        let names: Vec<&str> = RULES_NEED.iter().map(|(rule, _)| *rule).collect();
        let known: Vec<&str> = (0..16).map(block::rule_name).take_while(|name| *name != "?").collect();
        assert_eq!(names, known);
    }

    #[test]
    fn marks_survive_the_table() {
        for bits in 0..2048 {
            let marks = Marks(bits);
            assert_eq!(marks_of(&marks_text(marks)), marks, "{}", marks_text(marks));
        }
        assert_eq!(marks_text(Marks::NONE), "");
        assert_eq!(marks_of("no such mark"), Marks::NONE);
    }
}
