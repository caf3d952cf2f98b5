//! Records to candidate pairs: which records of persons may meet at all.
//!
//! Every rule turns a record into blocking keys; records with one key meet. A block over the bound is split by a
//! second key, a third and a fourth (birth year, sound of the rarest name token, place); what is still over the bound
//! then is bounded and reported; it is never dropped silently. Near values (see `near`) bring their holders together as
//! well, name tokens one letter off do with a second thing in common, and in a small table all meet all. What is
//! compared is up to `compare`; how many matches no rule brought is estimated in [`recall`].
//!
//! Invariant: each pair appears once, with a bit for each rule that found it, in sorted order, on any thread count.

mod attributes;
mod context;
mod keys;
mod min_hash;
mod near_names;
mod near_values;
mod pairs;
pub mod recall;
mod sound;
#[cfg(test)]
mod tests;
mod worth;

use crate::model::claim::Claims;
use crate::model::counts::{Counted, Counts, Known, in_whole, key};
use crate::model::diagnostic::Diagnostic;
use crate::model::ids::{RecordId, ValueId};
use crate::model::pair::{ALL_WITH_ALL_RECORDS, CandidatePair};
use crate::model::value::AttributeType;
use context::Context;
use keys::{RULES, Rule, Source};
use pairs::{Collected, Sampling, pack};
use rayon::prelude::*;
use worth::Asked;
pub use worth::{Kept, RECORDS_PER_SAMPLE, Sample, Worth};

/// What one rule brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleStatistics {
    /// Name of the rule.
    pub rule: &'static str,
    /// Blocks of two and more records.
    pub blocks: u64,
    /// Pairs that the rule makes, those that an earlier rule found included.
    pub pairs: u64,
    /// Pairs among the candidates that no earlier rule had found.
    pub new_pairs: u64,
    /// Records of the largest block.
    pub largest: u64,
    /// Blocks that stayed over the bound after the splits, where records meet their neighbors only.
    pub bounded: u64,
    /// The sample that said that the rule is not worth its pairs; it did not run then.
    pub left_out: Option<Sample>,
}

/// Candidate pairs with what there is to say about them.
#[derive(Clone, Debug, Default)]
pub struct Blocking {
    /// Sorted by left, then right. Whoever needs them no more may let them go.
    pub pairs: Vec<CandidatePair>,
    /// How many pairs were found.
    pub candidates: u64,
    /// Records of persons: those that may meet.
    pub people: u64,
    /// In the order of the rules.
    pub statistics: Vec<RuleStatistics>,
    /// Whether there were more pairs than the bound allows.
    pub bound_reached: bool,
    /// How often occurs what the keys of a record depend on, for [`rules_between`].
    pub counts: Counts,
    pub diagnostics: Vec<Diagnostic>,
}

/// How much is made at most.
#[derive(Clone, Copy)]
pub struct Bounds<'a> {
    /// Candidate pairs that are kept.
    pub pairs_max: usize,
    /// Records of persons up to which all meet all; zero leaves that rule out. See [`ALL_WITH_ALL_RECORDS`].
    pub all_with_all: usize,
    /// What a loose rule must bring; `None`: every rule runs.
    pub worth: Option<&'a Worth<'a>>,
}

/// Rules by name, one bit each, as a candidate pair is tagged with them; names that are none are passed over.
pub fn rules_named(names: &[String]) -> u16 {
    let bit = |name: &String| RULES.iter().position(|rule| rule.name == name).map_or(0, |index| 1 << index);
    names.iter().map(bit).fold(0, |mask, bit| mask | bit)
}

/// The name of the rule that a candidate pair is tagged with.
pub fn rule_name(rule: u8) -> &'static str {
    RULES.get(rule as usize).map_or("?", |rule| rule.name)
}

/// All candidate pairs among the records of persons. `near` are pairs of near values, `attributes` the comparisons that
/// the config adds, by name; `worth` says what a rule must bring where there are many records.
///
/// Time and memory grow with records and with the pairs that result; at most `pairs_max` pairs are kept, those of the
/// most specific rules, and reaching that bound is a diagnostic, as is a rule that is left out.
pub fn block(
    claims: &Claims,
    near: &[(ValueId, ValueId)],
    attributes: &[(String, AttributeType)],
    pairs_max: usize,
    worth: Option<&Worth>,
) -> Blocking {
    block_within(claims, near, attributes, Bounds { pairs_max, all_with_all: ALL_WITH_ALL_RECORDS, worth })
}

/// [`block`] with every bound given.
pub fn block_within(
    claims: &Claims,
    near: &[(ValueId, ValueId)],
    attributes: &[(String, AttributeType)],
    bounds: Bounds,
) -> Blocking {
    let mut context = Context::new(claims, attributes);
    let mut blocking = Blocking { people: context.people.len() as u64, ..Default::default() };
    let everybody_meets = context.people.len() <= bounds.all_with_all;
    blocking.statistics = RULES.iter().map(|rule| RuleStatistics { rule: rule.name, ..Default::default() }).collect();
    if everybody_meets && context.people.len() > 1 {
        // The last rule; it has no keys.
        let all_with_all = blocking.statistics.last_mut();
        all_with_all.into_iter().for_each(|all| (all.blocks, all.largest) = (1, blocking.people));
    }
    let found = pairs_of_rules(&context, near, bounds.worth, &mut blocking.statistics);
    let collected = if everybody_meets {
        pairs::collect_everybody(&found, &context.people, bounds.pairs_max)
    } else {
        pairs::collect(found, bounds.pairs_max)
    };
    for (statistics, (&found, &new)) in blocking.statistics.iter_mut().zip(collected.found.iter().zip(&collected.new)) {
        (statistics.pairs, statistics.new_pairs) = (found, new);
    }
    context.each_count(&mut |counted, count| blocking.counts.note(counted, *count));
    blocking.bound_reached = collected.refused > 0;
    blocking.diagnostics = diagnostics(&blocking, &collected, bounds.pairs_max);
    blocking.candidates = collected.pairs.len() as u64;
    blocking.pairs = collected.pairs;
    blocking
}

/// What each rule with keys finds, in their order: nothing of those that are left out.
fn pairs_of_rules(
    context: &Context,
    near: &[(ValueId, ValueId)],
    worth: Option<&Worth>,
    statistics: &mut [RuleStatistics],
) -> Vec<Vec<u64>> {
    let keyed = RULES.iter().filter(|rule| !matches!(rule.keys, Source::AllWithAll)).count();
    let mut found = vec![Vec::new(); keyed];
    let sample = worth.and_then(|worth| Some((worth, worth.sampling(context.people.len())?)));
    let (to_ask, to_run): (Vec<usize>, Vec<usize>) =
        (0..keyed).partition(|&rule| sample.is_some() && !RULES[rule].is_sure);
    for rule in to_run {
        found[rule] = pairs_of(&RULES[rule], context, near, Sampling::ALL, &mut statistics[rule]);
    }
    let Some((worth, sampling)) = sample else { return found };
    let sampled_by = |&rule: &usize| {
        let mut sampled = pairs_of(&RULES[rule], context, near, sampling, &mut RuleStatistics::default());
        sampled.par_sort_unstable();
        sampled.dedup();
        sampled
    };
    let sampled: Vec<Vec<u64>> = to_ask.iter().map(sampled_by).collect();
    let all_sampled = sampled.iter().flatten().copied().collect();
    let known = found.iter().flat_map(|found| worth::known(&all_sampled, found)).collect();
    let asked = to_ask.into_iter().zip(&sampled).map(|(rule, sampled)| worth.ask(rule, sampling, sampled, &known));
    let mut asked: Vec<Asked> = asked.collect();
    while let Some(Asked { rule, .. }) = worth.next(&mut asked) {
        found[rule] = pairs_of(&RULES[rule], context, near, Sampling::ALL, &mut statistics[rule]);
        asked.iter_mut().for_each(|asked| asked.forget(&found[rule]));
    }
    asked.iter().for_each(|asked| statistics[asked.rule].left_out = Some(asked.sample()));
    found
}

/// What a rule finds among the keys of the sampling, not sorted and not yet each once; nothing for *all with all*, which
/// has no keys.
fn pairs_of(
    rule: &Rule,
    context: &Context,
    near: &[(ValueId, ValueId)],
    sampling: Sampling,
    statistics: &mut RuleStatistics,
) -> Vec<u64> {
    match rule.keys {
        Source::Keys(keys) => pairs::of_keys(context, keys, rule.reach, sampling, statistics),
        Source::NearValues => near_values::pairs(context, near, rule.reach, sampling, statistics),
        Source::NearNames => near_names::pairs(context, rule.reach, sampling, statistics),
        Source::AllWithAll => Vec::new(),
    }
}

/// The rules that bring two records of persons together, one bit each: what [`block`] would tag the pair with, but that
/// a block of many may be bounded there and a rule left out. `near` are near values among those of the two. Where `claims` are
/// those of some records of a run, `known` says what [`Blocking::counts`] said of all.
pub fn rules_between(
    claims: &Claims,
    near: &[(ValueId, ValueId)],
    attributes: &[(String, AttributeType)],
    left: RecordId,
    right: RecordId,
    known: Option<&Known>,
) -> u16 {
    let mut context = Context::new(claims, attributes);
    if let Some(known) = known {
        context.each_count(&mut |counted, count| {
            if let Counted::Text { what, text, always } = counted {
                *count = in_whole(known, key(what, text), always, *count);
            }
        });
    }
    // Which values and name tokens are rare is asked of everybody, which keys are in common of these two alone.
    context.narrow_to(vec![left.min(right), left.max(right)]);
    let pair = pack(left.min(right), left.max(right));
    let mut rules = 0;
    for (index, rule) in RULES.iter().enumerate() {
        let mut statistics = RuleStatistics::default();
        let brings = match rule.keys {
            Source::AllWithAll => context.population as usize <= ALL_WITH_ALL_RECORDS,
            _ => pairs_of(rule, &context, near, Sampling::ALL, &mut statistics).contains(&pair),
        };
        rules |= u16::from(brings) << index;
    }
    rules
}

fn diagnostics(blocking: &Blocking, collected: &Collected, pairs_max: usize) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    if blocking.bound_reached {
        diagnostics.push(
            Diagnostic::warning(
                "candidate-pairs-bound",
                "",
                format!(
                    "more than {pairs_max} candidate pairs; only so many are scored, those of the most specific rules \
                     ({} more were left out)",
                    collected.refused
                ),
            )
            .hint("raise bounds.candidate_pairs_millions if there is memory for it (about 100 bytes a pair)"),
        );
    }
    let left_out: Vec<String> = blocking
        .statistics
        .iter()
        .filter_map(|statistics| {
            let sample = statistics.left_out?;
            let (pairs, links) = (sample.all_pairs(), sample.all_links());
            Some(format!("{} (about {pairs} pairs, {links} links)", statistics.rule))
        })
        .collect();
    if !left_out.is_empty() {
        diagnostics.push(
            Diagnostic::note(
                "rules-left-out",
                "",
                format!(
                    "among so many records some blocking rules bring hardly a link that no other brings, and were left out, by \
                     a sample of their keys: {}",
                    left_out.join(", ")
                ),
            )
            .hint("bounds.pairs_per_link says what a link may cost; 0 runs every rule"),
        );
    }
    let bounded: u64 = blocking.statistics.iter().map(|statistics| statistics.bounded).sum();
    if bounded > 0 {
        let names: Vec<&str> = blocking.statistics.iter().filter(|s| s.bounded > 0).map(|s| s.rule).collect();
        diagnostics.push(Diagnostic::note(
            "block-bound",
            "",
            format!(
                "{bounded} blocks stayed over their bound after the splits (rules: {}); there a record meets its \
                 nearest neighbors by name and whatever other rules bring",
                names.join(", ")
            ),
        ));
    }
    diagnostics
}
