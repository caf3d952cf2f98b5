//! Ways from scored pairs to personas, held against each other on labelled sets:
//! `SAMEHAND_DATA=folder cargo bench --bench personas -- [set…]`.
//!
//! A set is `NAME.csv` with `NAME.truth.csv` beside it, in the folder or one level below. Each gets the config that
//! `samehand init` writes, and all ways get the same scored pairs, the same threshold and the same weights:
//!
//! - *components*: connected components of the pairs at or over the threshold.
//! - *star*: the record with the most such pairs becomes a centre and takes all its neighbours that have none (Aslam,
//!   Pelekhov and Rus 2004).
//! - *pivot*: the same with centres in a fixed random order (Ailon, Charikar and Newman 2008), an approximation of
//!   correlation clustering (Bansal, Blum and Chawla 2004).
//! - *additive*: correlation clustering by greedy contraction of the two clusters with the largest sum of log odds
//!   between them, as long as that is positive (Keuper and others 2015).
//! - *bridges cut*: components, then every bridge cut whose two sides weigh less than the threshold by the mean of their
//!   pairs, until none is left.
//! - *ours*: what a run does.
//! - *ours, cut again*: the same with bridges cut afterwards.
//! - *ours, moved*: the same, then every record moved to the neighbouring cluster that it weighs more with than with the
//!   rest of its own, once through all pairs.

use petgraph::algo::bridges;
use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::visit::EdgeRef;
use samehand::cluster::union_find::UnionFind;
use samehand::eval::{self, Assignment, Figures, Truth};
use samehand::guess::{self, Preview};
use samehand::model::claim::Claims;
use samehand::model::ids::RecordId;
use samehand::model::weight::MatchWeight;
use samehand::pipeline::progress::{Progress, Quiet};
use samehand::pipeline::resolve::Resolution;
use samehand::{config, ingest, pipeline};
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The cluster of each record, by any number.
type Labels = Vec<u32>;

/// What every way is given.
struct Case<'a> {
    resolution: &'a Resolution<'a>,
    records: usize,
    threshold: f64,
    /// Pairs at or over the threshold, strongest first.
    pairs: Vec<(u32, u32, f64)>,
    /// The weight of every pair that was kept.
    bits: BTreeMap<(u32, u32), f64>,
}

impl Case<'_> {
    /// The weight of a pair, kept or not.
    fn weight(&self, a: u32, b: u32) -> f64 {
        let key = (a.min(b), a.max(b));
        self.bits.get(&key).copied().unwrap_or_else(|| {
            self.resolution.scorer.weigh(&self.resolution.context.compare(RecordId(key.0), RecordId(key.1))).bits
        })
    }

    /// The weight between two groups by the mean of what their pairs say; at most 8 records of each, as in a run.
    fn between(&self, left: &[u32], right: &[u32]) -> f64 {
        let pairs = left.iter().take(8).flat_map(|&a| right.iter().take(8).map(move |&b| (RecordId(a), RecordId(b))));
        self.resolution.scorer.weigh_groups(pairs.map(|(a, b)| self.resolution.context.compare(a.min(b), a.max(b))))
    }

    fn neighbours(&self) -> Vec<Vec<u32>> {
        let mut neighbours = vec![Vec::new(); self.records];
        for &(a, b, _) in &self.pairs {
            neighbours[a as usize].push(b);
            neighbours[b as usize].push(a);
        }
        neighbours
    }
}

fn components(case: &Case) -> Labels {
    let mut sets = UnionFind::new(case.records);
    case.pairs.iter().for_each(|&(a, b, _)| {
        sets.union(a, b);
    });
    (0..case.records as u32).map(|record| sets.find(record)).collect()
}

/// Centres in the given order take their neighbours that are not taken yet.
fn centres(case: &Case, order: &[u32]) -> Labels {
    let neighbours = case.neighbours();
    let mut labels: Vec<Option<u32>> = vec![None; case.records];
    for &centre in order {
        if labels[centre as usize].is_none() {
            labels[centre as usize] = Some(centre);
            for &other in &neighbours[centre as usize] {
                labels[other as usize].get_or_insert(centre);
            }
        }
    }
    (0..).zip(labels).map(|(record, label)| label.unwrap_or(record)).collect()
}

fn star(case: &Case) -> Labels {
    let neighbours = case.neighbours();
    let mut order: Vec<u32> = (0..case.records as u32).collect();
    order.sort_by_key(|&record| (std::cmp::Reverse(neighbours[record as usize].len()), record));
    centres(case, &order)
}

fn pivot(case: &Case) -> Labels {
    let mut order: Vec<u32> = (0..case.records as u32).collect();
    // Multiplying by an odd number permutes the 32-bit integers.
    order.sort_by_key(|&record| record.wrapping_add(1).wrapping_mul(0x9e37_79b9));
    centres(case, &order)
}

fn additive(case: &Case) -> Labels {
    let mut sets = UnionFind::new(case.records);
    let mut members: Vec<Vec<u32>> = (0..case.records as u32).map(|record| vec![record]).collect();
    let mut sums: Vec<BTreeMap<u32, f64>> = vec![BTreeMap::new(); case.records];
    // Sums as ordered integers of a millionth of a bit.
    let mut heap: BinaryHeap<(i64, std::cmp::Reverse<(u32, u32)>)> = BinaryHeap::new();
    let ordered = |sum: f64| (sum * 1e6) as i64;
    for &(a, b, bits) in &case.pairs {
        let over = bits - case.threshold;
        sums[a as usize].insert(b, over);
        sums[b as usize].insert(a, over);
        heap.push((ordered(over), std::cmp::Reverse((a.min(b), a.max(b)))));
    }
    while let Some((sum, std::cmp::Reverse((a, b)))) = heap.pop() {
        let current = sums[a as usize].get(&b).is_some_and(|&now| ordered(now) == sum);
        if sum < 0 || sets.find(a) != a || sets.find(b) != b || !current {
            continue;
        }
        sets.union(a, b);
        let (left, right) = (std::mem::take(&mut sums[a as usize]), std::mem::take(&mut sums[b as usize]));
        let others: BTreeSet<u32> = left.keys().chain(right.keys()).copied().filter(|&c| c != a && c != b).collect();
        for c in others {
            // A pair that nobody proposed counts with what it weighs.
            let total = |known: Option<&f64>, group: u32| {
                known.copied().unwrap_or_else(|| {
                    let pairs =
                        members[group as usize].iter().flat_map(|&x| members[c as usize].iter().map(move |&y| (x, y)));
                    pairs.map(|(x, y)| case.weight(x, y) - case.threshold).sum()
                })
            };
            let sum = total(left.get(&c), a) + total(right.get(&c), b);
            sums[c as usize].remove(&b);
            sums[c as usize].insert(a, sum);
            sums[a as usize].insert(c, sum);
            heap.push((ordered(sum), std::cmp::Reverse((a.min(c), a.max(c)))));
        }
        let moved = std::mem::take(&mut members[b as usize]);
        members[a as usize].extend(moved);
    }
    (0..case.records as u32).map(|record| sets.find(record)).collect()
}

/// Cuts, within each cluster of `labels`, bridges whose sides do not weigh enough. Each cut makes two clusters, which
/// are looked at again.
fn cut_bridges(case: &Case, labels: &Labels) -> Labels {
    let mut graph: UnGraph<(), ()> = UnGraph::with_capacity(case.records, case.pairs.len());
    (0..case.records).for_each(|_| {
        graph.add_node(());
    });
    for &(a, b, _) in case.pairs.iter().filter(|&&(a, b, _)| labels[a as usize] == labels[b as usize]) {
        graph.add_edge(NodeIndex::new(a as usize), NodeIndex::new(b as usize), ());
    }
    loop {
        let mut found: Vec<(usize, usize)> = bridges::bridges(&graph)
            .map(|edge| (edge.source().index(), edge.target().index()))
            .map(|(a, b)| (a.min(b), a.max(b)))
            .collect();
        found.sort_unstable();
        let side = |from: usize, without: usize| {
            let (mut seen, mut next) = (BTreeSet::from([from as u32]), vec![from]);
            while let Some(at) = next.pop() {
                for other in graph.neighbors(NodeIndex::new(at)).map(NodeIndex::index) {
                    if (at, other) != (from, without) && seen.insert(other as u32) {
                        next.push(other);
                    }
                }
            }
            seen.into_iter().collect::<Vec<u32>>()
        };
        let weak: Vec<(usize, usize)> = found
            .into_iter()
            .filter(|&(a, b)| {
                let (left, right) = (side(a, b), side(b, a));
                left.len() + right.len() > 2 && case.between(&left, &right) < case.threshold
            })
            .collect();
        if weak.is_empty() {
            break;
        }
        for (a, b) in weak {
            if let Some(edge) = graph.find_edge(NodeIndex::new(a), NodeIndex::new(b)) {
                graph.remove_edge(edge);
            }
        }
    }
    let mut sets = UnionFind::new(case.records);
    for edge in graph.edge_indices().filter_map(|edge| graph.edge_endpoints(edge)) {
        sets.union(edge.0.index() as u32, edge.1.index() as u32);
    }
    (0..case.records as u32).map(|record| sets.find(record)).collect()
}

fn ours(case: &Case) -> Labels {
    let personas = case.resolution.personas(case.threshold);
    let alone = (case.records as u32..).take(case.records);
    personas.of_record.iter().zip(alone).map(|(persona, alone)| persona.map_or(alone, |persona| persona.0)).collect()
}

/// Moves single records along pairs between two clusters where they weigh more with the other one.
fn moved(case: &Case, labels: &Labels) -> Labels {
    let mut labels = labels.clone();
    let mut members: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (record, &label) in (0..).zip(&labels) {
        members.entry(label).or_default().push(record);
    }
    for &(a, b, _) in &case.pairs {
        for (record, to) in [(a, labels[b as usize]), (b, labels[a as usize])] {
            let from = labels[record as usize];
            if from == to {
                continue;
            }
            let rest: Vec<u32> = members[&from].iter().copied().filter(|&other| other != record).collect();
            let at_home = if rest.is_empty() { case.threshold } else { case.between(&[record], &rest) };
            let records = |list: &[u32]| list.iter().map(|&record| RecordId(record)).collect::<Vec<_>>();
            if case.between(&[record], &members[&to]) > at_home
                && !case.resolution.context.contradict(&[RecordId(record)], &records(&members[&to]))
            {
                labels[record as usize] = to;
                members.insert(from, rest);
                members.entry(to).or_default().push(record);
            }
        }
    }
    labels
}

/// A way from scored pairs to clusters.
type Way = fn(&Case) -> Labels;

fn main() {
    let Some(folder) = std::env::var_os("SAMEHAND_DATA").map(PathBuf::from) else {
        println!("skipped: needs SAMEHAND_DATA, the folder of labelled sets (NAME.csv with NAME.truth.csv)");
        return;
    };
    let chosen: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    println!(
        "{:<16} {:>8}  {:<16} {:>9} {:>9} {:>9} {:>8}",
        "set", "records", "way", "precision", "recall", "F1", "seconds"
    );
    let mut totals: BTreeMap<usize, (&str, f64, usize)> = BTreeMap::new();
    for (name, table, truth) in sets(&folder) {
        if !chosen.is_empty() && !chosen.contains(&name) {
            continue;
        }
        match measure(&table, &truth) {
            Ok(rows) => {
                for (at, (way, figures, seconds)) in rows.into_iter().enumerate() {
                    let p = figures.pairwise;
                    println!(
                        "{:<16} {:>8}  {:<16} {:>9.4} {:>9.4} {:>9.4} {:>8.2}",
                        name, figures.records, way, p.precision, p.recall, p.f1, seconds
                    );
                    let total = totals.entry(at).or_insert((way, 0.0, 0));
                    total.1 += p.f1;
                    total.2 += 1;
                }
            }
            Err(fault) => println!("{name:<16} skipped: {fault}"),
        }
    }
    for (way, sum, count) in totals.into_values() {
        println!("{:<16} {:>8}  {:<16} {:>9} {:>9} {:>9.4}", "mean F1", count, way, "", "", sum / count as f64);
    }
}

/// Every labelled set of the folder and of the folders in it, by name: table and truth.
fn sets(folder: &Path) -> Vec<(String, PathBuf, PathBuf)> {
    let files = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
    };
    let below = files(folder).into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    let mut found: Vec<(String, PathBuf, PathBuf)> = below
        .filter_map(|truth| {
            let name = truth.file_name()?.to_str()?.strip_suffix(".truth.csv")?.to_string();
            let table = truth.with_file_name(format!("{name}.csv"));
            table.is_file().then_some((name, table, truth))
        })
        .collect();
    found.sort();
    found.dedup_by(|a, b| a.0 == b.0);
    found
}

/// All ways on one set: name, figures, seconds.
fn measure(table: &Path, truth: &Path) -> Result<Vec<(&'static str, Figures, f64)>, String> {
    let said = |diagnostics: Vec<_>| diagnostics.iter().map(ToString::to_string).collect::<Vec<String>>().join("; ");
    let read =
        ingest::load_file(truth, &truth.display().to_string(), None, "truth").map_err(|fault| fault.to_string())?;
    let truth = eval::read_truth(&read.table).map_err(said)?;
    let path = std::path::absolute(table).map_err(|error| error.to_string())?.to_string_lossy().replace('\\', "/");
    let name = table.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let preview = ingest::peek(table, None).map_err(|fault| fault.to_string())?.table;
    let toml = guess::guess(&[Preview { path, name, table: preview }]).toml;
    let (config, _) = config::parse(&toml, Path::new("samehand.toml"), &ingest::header).map_err(said)?;
    let threshold = MatchWeight::of_probability(config.settings.thresholds.persona_probability).0;
    let sources: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
    let asked = pipeline::resolution(&config, &mut Progress::new(&Quiet), threshold - 4.0, |resolution, claims| {
        let kept = || {
            resolution.scored.iter().map(|scored| (scored.pair.left().0, scored.pair.right().0, f64::from(scored.bits)))
        };
        let mut pairs: Vec<(u32, u32, f64)> = kept().filter(|pair| pair.2 >= threshold).collect();
        pairs.sort_by(|a, b| b.2.total_cmp(&a.2).then_with(|| (a.0, a.1).cmp(&(b.0, b.1))));
        let bits = kept().map(|(a, b, bits)| ((a, b), bits)).collect();
        let case = Case { resolution, records: claims.records.len(), threshold, pairs, bits };
        let ways: [(&'static str, Way); 8] = [
            ("components", components),
            ("star", star),
            ("pivot", pivot),
            ("additive", additive),
            ("bridges cut", |case| cut_bridges(case, &components(case))),
            ("ours", ours),
            ("ours, cut again", |case| cut_bridges(case, &ours(case))),
            ("ours, moved", |case| moved(case, &ours(case))),
        ];
        ways.into_iter()
            .map(|(way, cluster)| {
                let start = Instant::now();
                let labels = cluster(&case);
                let seconds = start.elapsed().as_secs_f64();
                Ok((way, figures(way, claims, &sources, &labels, &truth)?, seconds))
            })
            .collect()
    });
    asked.map_err(said)?.0
}

fn figures(way: &str, claims: &Claims, sources: &[&str], labels: &Labels, truth: &Truth) -> Result<Figures, String> {
    let names: Vec<String> = labels.iter().map(u32::to_string).collect();
    let assigned: Vec<Assignment> = claims
        .records
        .iter()
        .zip(0..)
        .zip(&names)
        .map(|((record, at), name)| Assignment {
            source: sources[record.source.index()],
            record_id: claims.keys.get(at),
            cluster: Some(name),
        })
        .collect();
    let found = eval::evaluate(way, &assigned, truth);
    found.map(|found| found.0).map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}
