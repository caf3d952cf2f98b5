//! Names one letter off: records with name tokens that are one edit apart (a letter more, less or another, or two
//! neighbors swapped) and a second thing in common. A typo that changes how a name sounds is found here.
//!
//! The neighborhood of distinct tokens is complete: tokens within one edit share what is left when one letter is
//! deleted (deletion neighborhoods: Mor and Fraenkel 1982). The rarer token of a pair asks for the commoner one, so that
//! the work goes with the number of slips and not with that of Smiths.

use super::RuleStatistics;
use super::context::{Context, Token, key, key_after, mix};
use super::pairs::{Dealt, Reach, Sampling, Side, deal, of_dealt};
use crate::model::ids::RecordId;
use crate::model::value::IdentifierKind;
use rayon::prelude::*;
use std::sync::atomic::{AtomicU64, Ordering};

/// Shorter tokens are one edit from too many others.
const LETTERS_MIN: usize = 3;
/// Commoner neighbors that one token asks for, the commonest first. More have only tokens made for it.
const NEIGHBORS_MAX: usize = 32;

/// Name tokens one edit apart.
pub(super) struct Neighborhood {
    /// By token: starts into `commoner`.
    starts: Vec<u32>,
    /// The commoner neighbors that a token asks for.
    commoner: Vec<Token>,
    /// Whether any token asks for it.
    is_asked_for: Vec<bool>,
    /// Tokens that had more than [`NEIGHBORS_MAX`].
    cut: u64,
}

impl Neighborhood {
    fn asked_by(&self, token: Token) -> &[Token] {
        &self.commoner[self.starts[token as usize] as usize..self.starts[token as usize + 1] as usize]
    }
}

/// Pairs of records through tokens one edit apart, with a second thing in common.
pub(super) fn pairs(context: &Context, reach: Reach, sampling: Sampling, statistics: &mut RuleStatistics) -> Vec<u64> {
    let neighborhood = context.neighborhood();
    statistics.bounded += neighborhood.cut;
    if neighborhood.commoner.is_empty() {
        return Vec::new();
    }
    let asking = |scratch: &mut Scratch, record: RecordId, keys: &mut Vec<u64>| {
        let asks = |token: &Token| !neighborhood.asked_by(*token).is_empty();
        if !context.tokens(record).iter().any(asks) {
            return;
        }
        scratch.read_seconds(context, record);
        for &token in context.tokens(record) {
            for &other in neighborhood.asked_by(token) {
                scratch.combine(context, record, token, other, keys);
            }
        }
    };
    let holding = |scratch: &mut Scratch, record: RecordId, keys: &mut Vec<u64>| {
        let is_asked_for = |token: &Token| neighborhood.is_asked_for[*token as usize];
        if !context.tokens(record).iter().any(is_asked_for) {
            return;
        }
        scratch.read_seconds(context, record);
        for &token in context.tokens(record).iter().filter(|token| is_asked_for(token)) {
            scratch.combine(context, record, token, token, keys);
        }
    };
    // Most keys are on one side only. Two sets of bits leave nearly all of those out before anything is sorted.
    let questions = Bits::of(context, sampling, &asking);
    let mut dealt = deal(context, Side::Right, holding, |key| sampling.takes(key) && questions.has(key));
    drop(questions);
    let answers = Bits::of_dealt(context, &dealt);
    dealt.extend(deal(context, Side::Left, asking, |key| sampling.takes(key) && answers.has(key)));
    of_dealt(context, &dealt, reach, statistics)
}

/// What one record is asked by, used for one after the other.
#[derive(Default)]
struct Scratch {
    /// What else two records may agree in, beside a token: postal code, city, street, birth year, day and month of birth;
    /// mixed.
    seconds: Vec<u64>,
}

impl Scratch {
    fn read_seconds(&mut self, context: &Context, record: RecordId) {
        self.seconds.clear();
        for kind in [IdentifierKind::PostalCode, IdentifierKind::City] {
            self.seconds.extend(context.values(record, kind).map(|place| key!("2 place", &[u64::from(place.0)])));
        }
        for date in context.dates(record) {
            self.seconds.push(key!("2 year", &[date.year]));
            self.seconds.extend((date.month_and_day != 0).then(|| key!("2 day", &[date.month_and_day])));
        }
        self.seconds.extend(context.streets(record).map(|[_, street]| key!("2 street", &[street])));
        self.seconds.iter_mut().for_each(|second| *second = mix(*second));
    }

    /// Keys of a token of the record, asked for as `other`, with each second thing and the sound of each other token.
    fn combine(&self, context: &Context, record: RecordId, token: Token, other: Token, keys: &mut Vec<u64>) {
        let near = key!("near", &[u64::from(other)]);
        keys.extend(self.seconds.iter().map(|&second| key_after(near, second)));
        let others = context.tokens(record).iter().filter(|&&other| other != token);
        keys.extend(others.map(|&other| key_after(near, mix(key!("2 sound", &[context.sound(other)])))));
    }
}

/// A set of keys in which some that are not there seem to be.
struct Bits(Vec<AtomicU64>);

impl Bits {
    const WORDS_MIN: usize = 1 << 10;
    const WORDS_MAX: usize = 1 << 23;

    /// A word for each record of a person.
    fn new(context: &Context) -> Self {
        let words = context.people.len().clamp(Self::WORDS_MIN, Self::WORDS_MAX).next_power_of_two();
        Bits((0..words).map(|_| AtomicU64::new(0)).collect())
    }

    /// Those of all keys that the sampling takes.
    fn of(
        context: &Context,
        sampling: Sampling,
        keys: &(impl Fn(&mut Scratch, RecordId, &mut Vec<u64>) + Sync),
    ) -> Self {
        let bits = Self::new(context);
        context.people.par_iter().for_each_init(<(Scratch, Vec<u64>)>::default, |(scratch, own), &record| {
            keys(scratch, record, own);
            own.drain(..).filter(|&key| sampling.takes(key)).for_each(|key| bits.add(key));
        });
        bits
    }

    fn of_dealt(context: &Context, dealt: &Dealt) -> Self {
        let bits = Self::new(context);
        dealt.par_iter().flatten_iter().flatten().for_each(|keyed| bits.add(keyed.key));
        bits
    }

    fn add(&self, key: u64) {
        self.0[(key >> 6) as usize & (self.0.len() - 1)].fetch_or(1 << (key & 63), Ordering::Relaxed);
    }

    fn has(&self, key: u64) -> bool {
        self.0[(key >> 6) as usize & (self.0.len() - 1)].load(Ordering::Relaxed) >> (key & 63) & 1 == 1
    }
}

/// Which tokens are one edit apart. Tokens with digits are left out: another number is no slip.
pub(super) fn neighborhood(context: &Context) -> Neighborhood {
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
    let count = context.tokens.len();
    let mut found =
        Neighborhood { starts: vec![0; count + 1], commoner: Vec::new(), is_asked_for: vec![false; count], cut: 0 };
    for asked in edges.chunk_by(|a, b| a.0 == b.0) {
        let kept = &asked[..asked.len().min(NEIGHBORS_MAX)];
        found.cut += u64::from(asked.len() > NEIGHBORS_MAX);
        found.starts[asked[0].0 as usize + 1] = kept.len() as u32;
        for &(_, (_, commoner)) in kept {
            found.is_asked_for[commoner as usize] = true;
            found.commoner.push(commoner);
        }
    }
    (0..count).for_each(|token| found.starts[token + 1] += found.starts[token]);
    found
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
