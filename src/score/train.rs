//! Learning m, the prior and the rivals' rates by expectation maximisation, and u by random pairs; no labels.
//!
//! u is counted on random pairs of records, chosen by hashes of their ranks, so that it is the same on any number of
//! threads. m is learned over candidate pairs of all blocking rules that ran, together: each comparison is then seen where another
//! rule brought the pair and it need not agree. Candidates are the pairs that can be matches at all, so a round over
//! them, with u fixed and the prior per random pair, is a round over all pairs in which the rest has no part (Fellegi and
//! Sunter 1969; Winkler 1988; Enamorado, Fifield and Imai 2019). Every m is drawn towards its built-in value as if
//! `PSEUDO_MATCHES` matches had been seen before, so a level that never occurs keeps a sensible weight.

use super::model::{FORMAT, Iteration, Model, Training};
use super::{Options, Scorer};
use crate::compare::Context;
use crate::model::pair::{CandidatePair, Observed};
use rayon::prelude::*;

/// Random pairs that u is counted on, unless there are fewer pairs in all: so many, and so many a record in a small table,
/// where more pairs of the same records tell next to nothing more.
const RANDOM_PAIRS: u64 = 400_000;
const RANDOM_PAIRS_PER_RECORD: u64 = 100;
/// Candidate pairs that are learned from, of each first blocking rule.
const PAIRS_PER_RULE: usize = 40_000;
/// Matches with the built-in m that count as seen beforehand.
const PSEUDO_MATCHES: f64 = 20.0;
/// Observations of a level at which learning and the built-in ratio have equal say.
const SEEN_ENOUGH: f64 = 3.0;
/// Random pairs with the built-in u that count as seen beforehand.
const PSEUDO_RANDOM: f64 = 2.0;
/// Rounds after which learning stops, converged or not.
const ROUNDS_MAX: usize = 60;
/// Learning has converged when no m changes by more.
const CHANGE_MAX: f64 = 5e-4;
/// Pairs whose sums are added up in one go, so that sums do not depend on threads.
const CHUNK: usize = 4096;

/// What data must have to carry a model of its own.
const RECORDS_MIN: usize = 100;
const COMPARISONS_MIN: usize = 2;
const MATCHES_MIN: f64 = 30.0;

/// Pairs to learn from. What m they have depends on their levels alone, so pairs with the same levels stand together.
struct Examples {
    /// Distinct vectors of levels, sorted.
    levels: Vec<Box<[u8]>>,
    /// Of each pair its levels, and the candidate pairs that it stands for. Sorted by levels; pairs with the same levels and
    /// log2 u are one.
    pairs: Vec<(u32, f64)>,
    /// Of each pair log2 u of what was observed, by class: over all comparisons, then over those of each rival.
    u_bits: Vec<f64>,
    classes: usize,
}

/// Learns a model from the data, or says why the data cannot carry one. `start` is where learning starts and what unseen
/// levels keep: the built-in model. The result is usable whatever the data: every m and u lies above 0 and not above 1,
/// and what had to be set aside stands in its notes. O(rounds × training pairs × comparisons).
pub fn train(context: &Context, candidates: &[CandidatePair], start: &Model) -> Result<Model, String> {
    train_within(context, candidates, start, ROUNDS_MAX)
}

/// See [`train`]; learning stops after `rounds_max` rounds.
pub(super) fn train_within(
    context: &Context,
    candidates: &[CandidatePair],
    start: &Model,
    rounds_max: usize,
) -> Result<Model, String> {
    let people = context.people().len();
    if people < RECORDS_MIN {
        return Err(format!("{people} records of persons are fewer than the {RECORDS_MIN} that learning needs"));
    }
    let mut model = start.clone();
    let mut training = Training {
        records: people as u64,
        candidate_pairs: candidates.len() as u64,
        converged: false,
        ..Training::default()
    };
    training.random_pairs = learn_u(context, &mut model);
    let observed: Vec<bool> =
        model.comparisons.iter().map(|known| known.levels.iter().any(|level| level.random > 0)).collect();
    let seen = observed.iter().filter(|&&seen| seen).count();
    if seen < COMPARISONS_MIN {
        return Err(format!(
            "{seen} of the comparisons can be observed here, and learning needs {COMPARISONS_MIN} to hold against each other"
        ));
    }
    let sampled = sample(candidates);
    training.training_pairs = sampled.len() as u64;
    let examples = examples(context, &model, &sampled);
    for round in 0..rounds_max {
        let sums = expect(context, &model, &examples);
        if round == 0 && sums.classes[0] < MATCHES_MIN {
            return Err(format!(
                "about {:.0} matches are expected among {} candidate pairs, and learning needs {MATCHES_MIN:.0}",
                sums.classes[0],
                candidates.len()
            ));
        }
        let change = maximise(&mut model, start, &sums, people, &observed);
        training.expected_matches = sums.classes[0];
        training.trace.push(Iteration {
            log2_likelihood: round_to(sums.log2_likelihood / sums.weight.max(1.0), 6),
            expected_matches: round_to(sums.classes[0], 3),
            largest_change: round_to(change, 6),
        });
        if change < CHANGE_MAX {
            training.converged = true;
            break;
        }
    }
    if !training.converged {
        training.notes.push(format!("learning stopped after {rounds_max} rounds before it settled"));
    }
    if training.expected_matches < MATCHES_MIN {
        training.notes.push(format!(
            "after learning, about {:.0} matches are expected: m stays near its built-in values",
            training.expected_matches
        ));
    }
    for (known, _) in model.comparisons.iter().zip(&observed).filter(|(_, seen)| !**seen) {
        // What is in no column at all is not worth a word; a column that the config adds is.
        if known.compared_as.is_some() {
            training
                .notes
                .push(format!("`{}` is observed in no random pair and keeps its built-in values", known.name));
        }
    }
    if let Some(name) = never_agrees(&model, start) {
        return Err(format!(
            "what learning found are no records of one person: in {:.0} expected matches `{name}` hardly ever agrees",
            training.expected_matches
        ));
    }
    keep_sensible(&mut model, start, &mut training.notes);
    model.format = FORMAT.to_owned();
    model.origin = "trained".to_owned();
    for level in model.comparisons.iter_mut().flat_map(|known| &mut known.levels) {
        level.m = round_to(level.m, 9);
        level.u = round_to(level.u, 12);
        level.matches = round_to(level.matches, 3);
    }
    model.matches_per_record = round_to(model.matches_per_record, 6);
    model.rivals.iter_mut().for_each(|rival| rival.per_record = round_to(rival.per_record, 6));
    training.expected_matches = round_to(training.expected_matches, 3);
    model.training = Some(training);
    Ok(model)
}

/// Counts u on random pairs; returns how many there were.
fn learn_u(context: &Context, model: &mut Model) -> u64 {
    let people = context.people();
    let n = people.len() as u64;
    let all = n * (n - 1) / 2;
    let wanted = RANDOM_PAIRS.min(RANDOM_PAIRS_PER_RECORD * n);
    let pair = |a: u64, b: u64| CandidatePair::new(people[a as usize], people[b as usize], 0);
    let exhaustive = all <= wanted;
    // Every pair of one record with those behind it, or a chunk of random ones: what one task counts.
    let tasks = if exhaustive { n } else { wanted.div_ceil(CHUNK as u64) };
    let of_task = |task: u64| -> Vec<CandidatePair> {
        if exhaustive {
            return (task + 1..n).filter_map(|other| pair(task, other)).collect();
        }
        let indexes = task * CHUNK as u64..wanted.min((task + 1) * CHUNK as u64);
        indexes.filter_map(|index| pair(mix(2 * index) % n, mix(2 * index + 1) % n)).collect()
    };
    let mut counts: Vec<Vec<u64>> = model.comparisons.iter().map(|known| vec![0; known.levels.len() + 1]).collect();
    let counted: Vec<(u64, Vec<Vec<u64>>)> = (0..tasks)
        .into_par_iter()
        .map(|task| {
            let mut counts = counts.clone();
            let pairs = of_task(task);
            context.compare_each(&pairs, |_, vector| {
                for (count, observed) in counts.iter_mut().zip(vector) {
                    count[observed.level as usize] += 1;
                }
            });
            (pairs.len() as u64, counts)
        })
        .collect();
    let pairs = counted.iter().map(|(pairs, _)| pairs).sum();
    for (_, part) in counted {
        for (sum, part) in counts.iter_mut().flatten().zip(part.into_iter().flatten()) {
            *sum += part;
        }
    }
    for (known, counts) in model.comparisons.iter_mut().zip(&counts) {
        let total: u64 = counts[1..].iter().sum();
        for (level, &count) in known.levels.iter_mut().zip(&counts[1..]) {
            level.random = count;
            level.u = ((count as f64 + PSEUDO_RANDOM * level.u) / (total as f64 + PSEUDO_RANDOM)).clamp(1e-9, 1.0);
        }
    }
    pairs
}

/// At most [`PAIRS_PER_RULE`] pairs of each first rule, by hash, each with the number of pairs that it stands for.
fn sample(candidates: &[CandidatePair]) -> Vec<(CandidatePair, f64)> {
    let mut per_rule = [0usize; 16];
    candidates.iter().for_each(|pair| per_rule[usize::from(pair.rule())] += 1);
    let shares = per_rule.map(|count| (PAIRS_PER_RULE as f64 / count.max(1) as f64).min(1.0));
    // What a hash of 53 bits is held against; none is above that of a share of one.
    let limits = shares.map(|share| share * (1u64 << 53) as f64);
    let kept = |&pair: &CandidatePair| {
        let rule = usize::from(pair.rule());
        let hash = mix(u64::from(pair.left().0) << 32 | u64::from(pair.right().0));
        ((hash >> 11) as f64 <= limits[rule]).then_some((pair, 1.0 / shares[rule]))
    };
    candidates.par_chunks(CHUNK).flat_map_iter(|chunk| chunk.iter().filter_map(kept)).collect()
}

/// Levels of a pair, its log2 u by class, and the candidate pairs that it stands for.
type Compared = (Box<[u8]>, Box<[f64]>, f64);

/// Compares the pairs that are learned from. A pair whose names disagree joins by a stated reference only and teaches
/// nothing about matches.
fn examples(context: &Context, model: &Model, pairs: &[(CandidatePair, f64)]) -> Examples {
    let scorer = Scorer::of(context, model, Options::default());
    let classes = scorer.rivals.len() + 1;
    let mut compared: Vec<Compared> = pairs
        .par_chunks(CHUNK)
        .flat_map_iter(|chunk| {
            let (pairs, weights): (Vec<CandidatePair>, Vec<f64>) = chunk.iter().copied().unzip();
            let mut compared = Vec::with_capacity(chunk.len());
            let mut weights = weights.into_iter();
            context.compare_each(&pairs, |_, vector| {
                let weight = weights.next().unwrap_or(0.0);
                if !context.names_disagree(vector) {
                    compared.push((levels_of(vector), u_bits_of(&scorer, vector), weight));
                }
            });
            compared
        })
        .collect();
    // In one order, whatever the threads: sums depend on it.
    let by_u = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne());
    compared.par_sort_unstable_by(|a, b| {
        let by_weight = || a.2.total_cmp(&b.2);
        a.0.cmp(&b.0).then_with(|| by_u(&a.1, &b.1).unwrap_or_else(by_weight))
    });
    let mut examples = Examples { levels: Vec::new(), pairs: Vec::new(), u_bits: Vec::new(), classes };
    for (levels, u_bits, weight) in compared {
        let is_known = examples.levels.last() == Some(&levels);
        if !is_known {
            examples.levels.push(levels);
        }
        // Most strangers differ in the same things, and in nothing of which it counts how common it is.
        let before = examples.u_bits.len().saturating_sub(classes);
        match examples.pairs.last_mut() {
            Some((_, sum)) if is_known && examples.u_bits[before..] == *u_bits => *sum += weight,
            _ => {
                examples.pairs.push((examples.levels.len() as u32 - 1, weight));
                examples.u_bits.extend_from_slice(&u_bits);
            }
        }
    }
    examples
}

fn levels_of(vector: &[Observed]) -> Box<[u8]> {
    vector.iter().map(|observed| observed.level).collect()
}

/// log2 u of what was observed, by class: over all comparisons, then over those of each rival.
fn u_bits_of(scorer: &Scorer, vector: &[Observed]) -> Box<[f64]> {
    let mut u_bits = vec![0.0; scorer.rivals.len() + 1].into_boxed_slice();
    for (at, observed) in vector.iter().enumerate().filter(|(_, observed)| observed.level != 0) {
        let bits = scorer.u_bits(at, *observed);
        u_bits[0] += bits;
        for (sum, (_, mask)) in u_bits[1..].iter_mut().zip(&scorer.rivals) {
            if mask >> at & 1 == 1 {
                *sum += bits;
            }
        }
    }
    u_bits
}

/// Expected counts of one round.
struct Sums {
    /// Pairs that are one person, then pairs in each rival relation.
    classes: Vec<f64>,
    /// Matches by comparison and level.
    levels: Vec<Vec<f64>>,
    log2_likelihood: f64,
    weight: f64,
}

/// Log2 odds below which a class has no part in a pair.
const ODDS_MIN: f64 = -50.0;

fn expect(context: &Context, model: &Model, examples: &Examples) -> Sums {
    let scorer = Scorer::of(context, model, Options::default());
    let classes = examples.classes;
    let empty = || Sums {
        classes: vec![0.0; classes],
        levels: model.comparisons.iter().map(|known| vec![0.0; known.levels.len()]).collect(),
        log2_likelihood: 0.0,
        weight: 0.0,
    };
    // log2 of the odds before u is taken off, by class.
    let before_u = |levels: &[u8], odds: &mut [f64]| {
        odds[0] = scorer.prior;
        odds[1..].iter_mut().zip(&scorer.rivals).for_each(|(odds, (rate, _))| *odds = *rate);
        for (at, &level) in levels.iter().enumerate().filter(|(_, level)| **level != 0) {
            let m = scorer.levels[at][level as usize - 1].0;
            odds[0] += m;
            for (odds, (_, mask)) in odds[1..].iter_mut().zip(&scorer.rivals) {
                if mask >> at & 1 == 1 {
                    *odds += m;
                }
            }
        }
    };
    let add = |sums: &mut Sums, levels: &[u8], matches: f64| {
        for (sums, &level) in sums.levels.iter_mut().zip(levels).filter(|(_, level)| **level != 0) {
            sums[level as usize - 1] += matches;
        }
    };
    let parts: Vec<Sums> = examples
        .pairs
        .par_chunks(CHUNK)
        .zip(examples.u_bits.par_chunks(CHUNK * classes))
        .map(|(pairs, u_bits)| {
            let mut sums = empty();
            let (mut before, mut odds) = (vec![0.0f64; classes], vec![0.0f64; classes]);
            let mut u_bits = u_bits.chunks_exact(classes);
            for run in pairs.chunk_by(|a, b| a.0 == b.0) {
                let levels = &examples.levels[run[0].0 as usize];
                before_u(levels, &mut before);
                let mut matches = 0.0;
                for (&(_, weight), u_bits) in run.iter().zip(&mut u_bits) {
                    // Against strangers, whose log2 odds are zero.
                    let mut top = 0.0f64;
                    for ((odds, before), u_bits) in odds.iter_mut().zip(&before).zip(u_bits) {
                        *odds = before - u_bits;
                        top = top.max(*odds);
                    }
                    let mut total = (-top).exp2();
                    for odds in &mut odds {
                        *odds = if *odds - top > ODDS_MIN { (*odds - top).exp2() } else { 0.0 };
                        total += *odds;
                    }
                    sums.log2_likelihood += weight * (top + total.log2());
                    sums.weight += weight;
                    for (sum, odds) in sums.classes.iter_mut().zip(&odds) {
                        *sum += weight * odds / total;
                    }
                    matches += weight * odds[0] / total;
                }
                add(&mut sums, levels, matches);
            }
            sums
        })
        .collect();
    parts.into_iter().fold(empty(), |mut sums, part| {
        sums.classes.iter_mut().zip(&part.classes).for_each(|(sum, part)| *sum += part);
        sums.levels.iter_mut().flatten().zip(part.levels.iter().flatten()).for_each(|(sum, part)| *sum += part);
        sums.log2_likelihood += part.log2_likelihood;
        sums.weight += part.weight;
        sums
    })
}

/// Sets m, prior and rates from the expected counts; returns the largest change of any m.
fn maximise(model: &mut Model, start: &Model, sums: &Sums, people: usize, observed: &[bool]) -> f64 {
    let mut change = 0.0f64;
    for ((known, first), (sums, seen)) in
        model.comparisons.iter_mut().zip(&start.comparisons).zip(sums.levels.iter().zip(observed))
    {
        if !seen {
            continue;
        }
        let of_words = known.name == "full_name" || matches!(known.compared_as.as_deref(), Some("text" | "long_text"));
        let total: f64 = sums.iter().sum();
        let sums = if of_words { &falling(sums) } else { sums };
        for ((level, first), &matches) in known.levels.iter_mut().zip(&first.levels).zip(sums) {
            let m = (matches + PSEUDO_MATCHES * first.m) / (total + PSEUDO_MATCHES);
            // A level that is hardly ever seen keeps the ratio that it has in the built-in model.
            let seen = matches + (level.random as f64).min(50.0);
            let trust = seen / (seen + SEEN_ENOUGH);
            let ratio = (m / level.u).ln() * trust + (first.m / first.u).ln() * (1.0 - trust);
            let m = (level.u * ratio.exp()).clamp(1e-9, 1.0);
            change = change.max((m - level.m).abs());
            level.m = m;
            level.matches = matches;
        }
    }
    // A pair tells of two records.
    let per_record = |pairs: f64| 2.0 * pairs / people as f64;
    let prior = PSEUDO_MATCHES / people as f64;
    model.matches_per_record =
        ((per_record(sums.classes[0]) + prior * start.matches_per_record) / (1.0 + prior)).max(1e-3);
    for ((rival, first), &pairs) in model.rivals.iter_mut().zip(&start.rivals).zip(&sums.classes[1..]) {
        rival.per_record = ((per_record(pairs) + prior * first.per_record) / (1.0 + prior)).max(1e-6);
    }
    change
}

/// The counts of the levels of agreement, the last but one and the last aside, made to fall from strong to weak: a class
/// of pairs that share some words more often than all of them is not that of one thing's records. Neighbours out of order
/// get their mean (pool adjacent violators; Ayer et al. 1955).
fn falling(counts: &[f64]) -> Vec<f64> {
    let agreeing = counts.len().saturating_sub(1);
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for &count in &counts[..agreeing] {
        blocks.push((count, 1));
        while let [.., (before, n), (last, m)] = blocks[..]
            && last * n as f64 > before * m as f64
        {
            blocks.truncate(blocks.len() - 2);
            blocks.push((before + last, n + m));
        }
    }
    let pooled = blocks.iter().flat_map(|&(sum, n)| std::iter::repeat_n(sum / n as f64, n));
    pooled.chain(counts[agreeing..].iter().copied()).collect()
}

/// A value that one person holds (birth date, email, phone, a number) that agrees in next to none of the matches that were
/// learned, although they carry it: then the class is one of another kind, such as people of one name in one street.
fn never_agrees(model: &Model, start: &Model) -> Option<String> {
    const HELD_BY_ONE: [&str; 6] = ["birth_date", "email", "phone", "government_id", "document_number", "account"];
    model.comparisons.iter().zip(&start.comparisons).find_map(|(known, first)| {
        let observed: f64 = known.levels.iter().map(|level| level.matches).sum();
        let agreeing = known.levels.iter().zip(&first.levels).filter(|(_, first)| first.m >= TELLING * first.u);
        let agree: f64 = agreeing.map(|(level, _)| level.matches).sum();
        let tells = known.levels.first().is_some_and(|same| same.u < 0.1);
        let never = HELD_BY_ONE.contains(&known.name.as_str())
            && tells
            && observed >= MATCHES_MIN
            && agree < AGREE_MIN * observed;
        never.then(|| known.name.clone())
    })
}

/// How much likelier a level must be among matches than among strangers to count as agreement.
const TELLING: f64 = 8.0;
/// The least share of matches in which a value that one person holds agrees.
const AGREE_MIN: f64 = 0.05;

/// A comparison that came out upside down (agreement speaks against a match) has learned something else than matches;
/// it keeps its built-in m.
fn keep_sensible(model: &mut Model, start: &Model, notes: &mut Vec<String>) {
    for (known, first) in model.comparisons.iter_mut().zip(&start.comparisons) {
        let upside_down = known.levels.first().is_some_and(|same| same.random > 0 && same.m < same.u)
            || known.levels.last().is_some_and(|different| different.random > 0 && different.m > different.u.max(0.5));
        if upside_down && known.compared_as.is_none() {
            notes.push(format!("`{}` came out upside down and keeps its built-in m", known.name));
            for (level, first) in known.levels.iter_mut().zip(&first.levels) {
                level.m = first.m;
            }
        }
    }
}

/// A well-mixed number from a running one (SplitMix64; Steele, Lea and Flood 2014).
pub(super) fn mix(index: u64) -> u64 {
    let mut z = index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn round_to(value: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (value * scale).round() / scale
}
