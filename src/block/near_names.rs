//! Names one letter off: records with name tokens that are one edit apart (a letter more, less or another, or two
//! neighbors swapped) and a second thing in common. A typo that changes how a name sounds is found here.
//!
//! The neighborhood of distinct tokens is complete: tokens within one edit share what is left when one letter is
//! deleted (deletion neighborhoods: Mor and Fraenkel 1982). The rarer token of a pair asks for the commoner one, so that
//! the work goes with the number of slips and not with that of Smiths.

use super::RuleStatistics;
use super::context::{Context, Token, key, mix, text_key, year};
use super::pairs::{Keyed, Reach, Side, of_blocks};
use crate::model::ids::RecordId;
use crate::model::value::IdentifierKind;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

/// Shorter tokens are one edit from too many others.
const LETTERS_MIN: usize = 3;
/// Commoner neighbors that one token asks for, the commonest first. More have only tokens made for it.
const NEIGHBORS_MAX: usize = 32;

/// Pairs of records through tokens one edit apart, with a second thing in common.
pub(super) fn pairs(context: &Context, reach: Reach, statistics: &mut RuleStatistics) -> Vec<u64> {
    let (neighbors, cut) = neighborhood(context);
    statistics.bounded += cut;
    if neighbors.is_empty() {
        return Vec::new();
    }
    let asked = |token: Token| {
        let start = neighbors.partition_point(|&(rarer, _)| rarer < token);
        neighbors[start..].iter().take_while(move |&&(rarer, _)| rarer == token).map(|&(_, commoner)| commoner)
    };
    let mut is_asked_for = vec![false; context.tokens.len()];
    neighbors.iter().for_each(|&(_, commoner)| is_asked_for[commoner as usize] = true);
    let asking = |record: RecordId, out: &mut Vec<u64>| {
        for &token in context.tokens(record) {
            for other in asked(token) {
                with_second_things(context, record, token, |second| {
                    out.push(key!("near", &[u64::from(other), second]))
                });
            }
        }
    };
    let holding = |record: RecordId, out: &mut Vec<u64>| {
        for &token in context.tokens(record).iter().filter(|&&token| is_asked_for[token as usize]) {
            with_second_things(context, record, token, |second| out.push(key!("near", &[u64::from(token), second])));
        }
    };
    // Most keys are on one side only. Two sets of bits leave nearly all of those out before anything is sorted.
    let questions = Bits::of(context, &asking);
    let mut keyed = sided(context, &holding, Side::Right, &questions);
    let answers = Bits::of_keys(&keyed);
    keyed.par_extend(sided(context, &asking, Side::Left, &answers));
    of_blocks(context, keyed, reach, statistics)
}

fn sided(context: &Context, keys: &(impl Fn(RecordId, &mut Vec<u64>) + Sync), side: Side, others: &Bits) -> Vec<Keyed> {
    let of_record = |&record: &RecordId| {
        let mut out = Vec::new();
        keys(record, &mut out);
        out.retain(|&key| others.has(key));
        out.sort_unstable();
        out.dedup();
        out.into_iter().map(move |key| Keyed { key, record, side })
    };
    context.people.par_iter().flat_map_iter(of_record).collect()
}

/// What else two records may agree in, beside that token: the sound of another name token, postal code, city, street,
/// birth year, or day and month of birth.
fn with_second_things(context: &Context, record: RecordId, token: Token, mut visit: impl FnMut(u64)) {
    for &other in context.tokens(record).iter().filter(|&&other| other != token) {
        visit(key!("2 sound", &[context.sound(other)]));
    }
    for kind in [IdentifierKind::PostalCode, IdentifierKind::City] {
        context.values(record, kind).for_each(|place| visit(key!("2 place", &[u64::from(place.0)])));
    }
    for date in context.texts(record, IdentifierKind::BirthDate) {
        visit(key!("2 year", &[text_key(year(date))]));
        if let Some(day) = date.get(4..) {
            visit(key!("2 day", &[text_key(day)]));
        }
    }
    context.streets(record).for_each(|[_, street]| visit(key!("2 street", &[street])));
}

/// A set of keys in which some that are not there seem to be.
struct Bits(Vec<AtomicU64>);

impl Bits {
    const WORDS: usize = 1 << 20;

    fn new() -> Self {
        Bits((0..Self::WORDS).map(|_| AtomicU64::new(0)).collect())
    }

    fn of(context: &Context, keys: &(impl Fn(RecordId, &mut Vec<u64>) + Sync)) -> Self {
        let bits = Self::new();
        context.people.par_iter().for_each_init(Vec::new, |out, &record| {
            keys(record, out);
            out.drain(..).for_each(|key| bits.add(key));
        });
        bits
    }

    fn of_keys(keyed: &[Keyed]) -> Self {
        let bits = Self::new();
        keyed.par_iter().for_each(|keyed| bits.add(keyed.key));
        bits
    }

    fn add(&self, key: u64) {
        self.0[(key >> 6) as usize % Self::WORDS].fetch_or(1 << (key & 63), Ordering::Relaxed);
    }

    fn has(&self, key: u64) -> bool {
        self.0[(key >> 6) as usize % Self::WORDS].load(Ordering::Relaxed) >> (key & 63) & 1 == 1
    }
}

/// Pairs of tokens one edit apart as (rarer, commoner), sorted, and how many tokens had more than [`NEIGHBORS_MAX`].
/// Tokens with digits are left out: another number is no slip.
fn neighborhood(context: &Context) -> (Vec<(Token, Token)>, u64) {
    let mut signatures: Vec<(u64, Token)> = (0..context.tokens.len() as Token)
        .into_par_iter()
        .filter(|&token| {
            let text = context.tokens[token as usize];
            text.chars().all(char::is_alphabetic) && text.chars().count() >= LETTERS_MIN
        })
        .flat_map_iter(|token| {
            let letters: Vec<char> = context.tokens[token as usize].chars().collect();
            let without = |left_out: usize| {
                let rest = letters.iter().enumerate().filter(move |&(index, _)| index != left_out);
                rest.fold(0, |state, (_, &c)| mix(state ^ u64::from(c)))
            };
            let mut keys: Vec<u64> = (0..=letters.len()).map(without).collect();
            keys.sort_unstable();
            keys.dedup();
            keys.into_iter().map(move |key| (key, token))
        })
        .collect();
    signatures.par_sort_unstable();
    let groups: Vec<&[(u64, Token)]> = signatures.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1).collect();
    let mut edges: Vec<(Token, (u32, Token))> = groups
        .into_par_iter()
        .flat_map_iter(|group| {
            group.iter().enumerate().flat_map(move |(index, &(_, a))| {
                group[index + 1..].iter().filter_map(move |&(_, b)| {
                    let is_near = is_one_edit(context.tokens[a as usize], context.tokens[b as usize]);
                    let (rarer, commoner) = if context.count(a) <= context.count(b) { (a, b) } else { (b, a) };
                    is_near.then_some((rarer, (u32::MAX - context.count(commoner), commoner)))
                })
            })
        })
        .collect();
    edges.par_sort_unstable();
    edges.dedup();
    let (mut kept, mut cut) = (Vec::with_capacity(edges.len()), 0);
    for asked in edges.chunk_by(|a, b| a.0 == b.0) {
        kept.extend(asked.iter().take(NEIGHBORS_MAX).map(|&(rarer, (_, commoner))| (rarer, commoner)));
        cut += u64::from(asked.len() > NEIGHBORS_MAX);
    }
    (kept, cut)
}

/// Whether two different words are one edit apart (optimal string alignment distance 1).
fn is_one_edit(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let (long, short) = if a.len() >= b.len() { (&a[..], &b[..]) } else { (&b[..], &a[..]) };
    let start = long.iter().zip(short).take_while(|(x, y)| x == y).count();
    let (long, short) = (&long[start..], &short[start..]);
    match long.len() - short.len() {
        0 if long.is_empty() => false,
        0 => {
            let swapped = long.len() > 1 && long[0] == short[1] && long[1] == short[0] && long[2..] == short[2..];
            long[1..] == short[1..] || swapped
        }
        1 => long[1..] == *short,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_one_edit;
    use proptest::prelude::*;

    #[test]
    fn one_slip_and_two() {
        for (a, b) in [("smith", "amith"), ("jones", "jonws"), ("jones", "joens"), ("ann", "anne"), ("lee", "le")] {
            assert!(is_one_edit(a, b) && is_one_edit(b, a), "{a} {b}");
        }
        for (a, b) in [("smith", "smith"), ("smith", "amitt"), ("ann", "nna"), ("lee", "l"), ("abcd", "badc")] {
            assert!(!is_one_edit(a, b) && !is_one_edit(b, a), "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn it_is_optimal_string_alignment(a in "[ab]{0,5}", b in "[abc]{0,5}") {
            prop_assert_eq!(is_one_edit(&a, &b), strsim::osa_distance(&a, &b) == 1);
        }
    }
}
