//! Times the string kernels on names, on one thread: `cargo bench --bench kernels -- [names file]`.
//!
//! The file has one name a line; without one, names of 8 to 12 letters are made from syllables. `--write PATH` writes
//! the names instead of timing, for a peer that is to be timed on the same ones. Each line says millions of pairs a
//! second of processor time: the median of five runs, then the slowest and the fastest.

use rapidfuzz::distance::{jaro_winkler as peer_jaro_winkler, levenshtein as peer_levenshtein, osa as peer_osa};
use samehand::compare::kernel::{
    Batch, Pattern, jaro_winkler, jaro_winkler_from, levenshtein_within, osa_distance, osa_within,
};
use std::hint::black_box;
use std::time::Instant;

const NAMES: usize = 5000;
const RUNS: usize = 5;
const SECONDS: f64 = 0.15;
const LEAST: f64 = 0.9;
const MOST: usize = 2;

/// SplitMix64: seeded, so that every run times the same names.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) % bound as u64) as usize
    }

    fn name(&mut self) -> String {
        const STARTS: &str =
            "an al be car dan ed fran gre hel is jo kath lau mar nich ol pat ros ste tho val wil yu zo";
        const MIDDLES: &str =
            "a an ar ber ca de di e el en er go i in la le li lo ma mi na ne ni o ra ri ro sa ta ti to vi";
        const ENDS: &str =
            "as ert es ette ez ia iel ina is ka ley man nder nes no ov rd rez ric sen ski son ta th ton us vich";
        let pick = |random: &mut Self, list: &'static str| {
            let all: Vec<&str> = list.split(' ').collect();
            all[random.below(all.len())]
        };
        loop {
            let mut name = pick(self, STARTS).to_owned();
            for _ in 0..1 + self.below(3) {
                name += pick(self, MIDDLES);
            }
            name += pick(self, ENDS);
            if (8..=12).contains(&name.len()) {
                return name;
            }
        }
    }
}

/// Seconds this thread has had the processor, or since `start` where the system does not say.
fn seconds(start: Instant) -> f64 {
    let said = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = said.and_then(|text| text.split(' ').next()?.parse::<f64>().ok()).filter(|&spent| spent > 0.0);
    nanoseconds.map_or_else(|| start.elapsed().as_secs_f64(), |spent| spent / 1e9)
}

/// Prints what the runs of `run`, which compares so many pairs, come to.
fn time(what: &str, pairs: usize, mut run: impl FnMut() -> f64) {
    let start = Instant::now();
    let mut spent = |times: usize| {
        let before = seconds(start);
        for _ in 0..times {
            black_box(run());
        }
        seconds(start) - before
    };
    let mut times = 1;
    while spent(times) < SECONDS {
        times *= 2;
    }
    let mut rates: Vec<f64> = (0..RUNS).map(|_| (pairs * times) as f64 / spent(times) / 1e6).collect();
    rates.sort_by(f64::total_cmp);
    println!("{what:<56}  {:>9.1}  {:>9.1}  {:>9.1}", rates[RUNS / 2], rates[0], rates[RUNS - 1]);
}

/// Times `pair` on the first names beside every name.
fn time_pairs(what: &str, names: &[&str], pair: impl Fn(&str, &str) -> f64) {
    let few = &names[..names.len().min(200)];
    time(what, few.len() * names.len(), || few.iter().map(|a| names.iter().map(|b| pair(a, b)).sum::<f64>()).sum());
}

/// Times `query`, which compares one name with every name.
fn time_queries(what: &str, names: &[&str], mut query: impl FnMut(&str) -> f64) {
    let few = &names[..names.len().min(1000)];
    time(what, few.len() * names.len(), || few.iter().map(|a| query(a)).sum());
}

fn similarities(names: &[&str]) {
    time_pairs("jaro-winkler, strsim", names, strsim::jaro_winkler);
    time_pairs("jaro-winkler, rapidfuzz crate", names, |a, b| peer_jaro_winkler::similarity(a.bytes(), b.bytes()));
    time_queries("jaro-winkler, rapidfuzz crate, prepared", names, |a| {
        let prepared = peer_jaro_winkler::BatchComparator::new(a.bytes());
        names.iter().map(|b| prepared.similarity(b.bytes())).sum()
    });
    let cut = peer_jaro_winkler::Args::default().score_cutoff(LEAST);
    time_queries("jaro-winkler, rapidfuzz crate, prepared, from 0.9", names, |a| {
        let prepared = peer_jaro_winkler::BatchComparator::new(a.bytes());
        names.iter().filter_map(|b| prepared.similarity_with_args(b.bytes(), &cut)).sum()
    });
    time_pairs("jaro-winkler, ours, pair", names, jaro_winkler);
    time_pairs("jaro-winkler, ours, pair, from 0.9", names, |a, b| jaro_winkler_from(a, b, LEAST).unwrap_or(0.0));
    time_queries("jaro-winkler, ours, pattern", names, |a| {
        let pattern = Pattern::new(a);
        names.iter().map(|b| pattern.jaro_winkler(b)).sum()
    });
    time_queries("jaro-winkler, ours, pattern, from 0.9", names, |a| {
        let pattern = Pattern::new(a);
        names.iter().filter_map(|b| pattern.jaro_winkler_from(b, LEAST)).sum()
    });
}

fn batches(names: &[&str]) {
    let batch = Batch::new(names.iter().copied());
    let mut all = Vec::new();
    time_queries("jaro-winkler, ours, batch", names, |a| {
        batch.jaro_winkler(a, &mut all);
        black_box(&all)[0]
    });
    let mut found = Vec::new();
    for least in [0.7, 0.8, LEAST, 0.95] {
        time_queries(&format!("jaro-winkler, ours, batch, from {least}"), names, |a| {
            batch.jaro_winkler_from(a, least, &mut found);
            black_box(&found).len() as f64
        });
    }
}

/// As a peer works that returns a matrix of all pairs, new for each run, with zeros under the bound. Packing is
/// included.
fn matrices(names: &[&str]) {
    let (side, pairs) = (names.len(), names.len() * names.len());
    time("jaro-winkler, ours, matrix", pairs, || {
        let (mut matrix, mut all) = (Vec::with_capacity(pairs), Vec::new());
        let batch = Batch::new(names.iter().copied());
        for a in names {
            batch.jaro_winkler(a, &mut all);
            matrix.extend(all.iter().map(|&similarity| similarity as f32));
        }
        f64::from(black_box(&matrix)[pairs - 1])
    });
    time("jaro-winkler, ours, matrix, from 0.9", pairs, || {
        let (mut matrix, mut found) = (vec![0.0_f32; pairs], Vec::new());
        let batch = Batch::new(names.iter().copied());
        for (a, row) in names.iter().zip(matrix.chunks_exact_mut(side)) {
            batch.jaro_winkler_from(a, LEAST, &mut found);
            found.iter().for_each(|&(position, similarity)| row[position] = similarity as f32);
            black_box(row);
        }
        f64::from(black_box(&matrix)[pairs - 1])
    });
}

/// All pairs of a short list, packing and preparing included.
fn short_lists(names: &[&str]) {
    let mut found = Vec::new();
    for size in [10, 30, 100, 300] {
        let lists: Vec<&[&str]> = names.chunks_exact(size).take(1 + 1000 / size).collect();
        let pairs = lists.len() * size * size;
        time(&format!("jaro-winkler, lists of {size}, ours, pair, from 0.9"), pairs, || {
            let pair = |a: &str, b: &str| jaro_winkler_from(a, b, LEAST).unwrap_or(0.0);
            let list = |list: &&[&str]| list.iter().map(|a| list.iter().map(|b| pair(a, b)).sum::<f64>()).sum::<f64>();
            lists.iter().map(list).sum()
        });
        time(&format!("jaro-winkler, lists of {size}, ours, pattern, from 0.9"), pairs, || {
            let row = |a: &str, list: &[&str]| {
                let pattern = Pattern::new(a);
                list.iter().filter_map(|b| pattern.jaro_winkler_from(b, LEAST)).sum::<f64>()
            };
            lists.iter().map(|list| list.iter().map(|a| row(a, list)).sum::<f64>()).sum()
        });
        time(&format!("jaro-winkler, lists of {size}, ours, batch, from 0.9"), pairs, || {
            let mut sum = 0.0;
            for list in &lists {
                let batch = Batch::new(list.iter().copied());
                for a in *list {
                    batch.jaro_winkler_from(a, LEAST, &mut found);
                    sum += found.iter().map(|&(_, similarity)| similarity).sum::<f64>();
                }
            }
            sum
        });
    }
}

fn distances(names: &[&str]) {
    let batch = Batch::new(names.iter().copied());
    let mut found = Vec::new();
    time_pairs("osa, strsim", names, |a, b| strsim::osa_distance(a, b) as f64);
    time_pairs("osa, rapidfuzz crate", names, |a, b| peer_osa::distance(a.bytes(), b.bytes()) as f64);
    let cut = peer_osa::Args::default().score_cutoff(MOST);
    time_queries("osa, rapidfuzz crate, prepared, within 2", names, |a| {
        let prepared = peer_osa::BatchComparator::new(a.bytes());
        names.iter().filter_map(|b| prepared.distance_with_args(b.bytes(), &cut)).sum::<usize>() as f64
    });
    time_pairs("osa, ours, pair", names, |a, b| osa_distance(a, b) as f64);
    time_pairs("osa, ours, pair, within 2", names, |a, b| osa_within(a, b, MOST).unwrap_or(0) as f64);
    time_queries("osa, ours, pattern, within 2", names, |a| {
        let pattern = Pattern::new(a);
        names.iter().filter_map(|b| pattern.osa_within(b, MOST)).sum::<usize>() as f64
    });
    time_queries("osa, ours, batch, within 2", names, |a| {
        batch.osa_within(a, MOST, &mut found);
        black_box(&found).len() as f64
    });
    let cut = peer_levenshtein::Args::default().score_cutoff(MOST);
    time_queries("levenshtein, rapidfuzz crate, prepared, within 2", names, |a| {
        let prepared = peer_levenshtein::BatchComparator::new(a.bytes());
        names.iter().filter_map(|b| prepared.distance_with_args(b.bytes(), &cut)).sum::<usize>() as f64
    });
    time_pairs("levenshtein, ours, pair, within 2", names, |a, b| levenshtein_within(a, b, MOST).unwrap_or(0) as f64);
    time_queries("levenshtein, ours, batch, within 2", names, |a| {
        batch.levenshtein_within(a, MOST, &mut found);
        black_box(&found).len() as f64
    });
}

fn main() {
    // Cargo adds `--bench` itself.
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let first = arguments.next();
    let mut random = Random(7);
    let text = match first.as_deref() {
        None | Some("--write") => (0..NAMES).map(|_| random.name() + "\n").collect(),
        Some(path) => std::fs::read_to_string(path).expect("the names file can be read"),
    };
    if let (Some("--write"), Some(path)) = (first.as_deref(), arguments.next()) {
        std::fs::write(path, text).expect("the names file can be written");
        return;
    }
    let names: Vec<&str> = text.lines().filter(|name| !name.is_empty()).collect();
    println!(
        "{:<56}  {:>9}  {:>9}  {:>9}",
        format!("million pairs a second, {} names", names.len()),
        "median",
        "slowest",
        "fastest"
    );
    similarities(&names);
    batches(&names);
    matrices(&names);
    short_lists(&names);
    distances(&names);
}
