//! Connected components of a large random graph, by edge list.
//!
//! - `cargo bench --bench components -- [uniform|rmat|groups] [vertices] [edges] [threads]` makes the graph in memory
//!   and times each way (10,000,000 vertices, 50,000,000 edges and 2 threads by default).
//! - `… -- write FILE KIND VERTICES EDGES` writes the same edges as pairs of little-endian u32, for other programs.
//! - `… -- time FILE VERTICES THREADS REPEATS LABELS` times such a file, says so in JSON, one way a line, and writes the
//!   label of each vertex as u32. `benches/peers/components.py` calls these two.
//!
//! Kinds: *uniform* has both ends anywhere; *rmat* has few vertices with many edges (quarters of 0.57, 0.19, 0.19, 0.05);
//! *groups* has edges only inside of groups of ten neighbours, as records of one person have.

use samehand::cluster::components::components;
use samehand::cluster::union_find::UnionFind;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

type Edges = Vec<(u32, u32)>;

const TIMES: usize = 3;
const GROUP: u64 = 10;

/// SplitMix64: seeded, so that every run times the same graph.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(bound)) >> 64) as u64
    }
}

fn uniform(random: &mut Random, vertices: u64) -> (u32, u32) {
    (random.below(vertices) as u32, random.below(vertices) as u32)
}

fn groups(random: &mut Random, vertices: u64) -> (u32, u32) {
    let first = random.below(vertices) / GROUP * GROUP;
    let size = GROUP.min(vertices - first);
    ((first + random.below(size)) as u32, (first + random.below(size)) as u32)
}

/// A quarter of the matrix again and again (Chakrabarti, Zhan and Faloutsos 2004); ids beyond the last are drawn anew.
fn rmat(random: &mut Random, vertices: u64) -> (u32, u32) {
    loop {
        let (mut a, mut b, mut bits) = (0u64, 0u64, 0u64);
        for level in 0..vertices.next_power_of_two().trailing_zeros() {
            if level % 8 == 0 {
                bits = random.next();
            }
            let (right, down) = match bits & 0xff {
                ..146 => (0, 0),
                146..195 => (1, 0),
                195..243 => (0, 1),
                _ => (1, 1),
            };
            bits >>= 8;
            (a, b) = (2 * a + right, 2 * b + down);
        }
        if a.max(b) < vertices {
            return (a as u32, b as u32);
        }
    }
}

fn edges(kind: &str, vertices: usize, count: usize) -> Edges {
    let make = match kind {
        "uniform" => uniform,
        "rmat" => rmat,
        "groups" => groups,
        other => panic!("{other} is none of uniform, rmat, groups"),
    };
    let mut random = Random(7);
    (0..count).map(|_| make(&mut random, vertices as u64)).collect()
}

fn write(path: &Path, edges: &Edges) -> std::io::Result<()> {
    let mut file = BufWriter::new(std::fs::File::create(path)?);
    for (a, b) in edges {
        file.write_all(&a.to_le_bytes())?;
        file.write_all(&b.to_le_bytes())?;
    }
    file.flush()
}

fn read(path: &Path) -> std::io::Result<Edges> {
    let number = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().expect("four bytes"));
    let bytes = std::fs::read(path)?;
    Ok(bytes.chunks_exact(8).map(|edge| (number(&edge[..4]), number(&edge[4..]))).collect())
}

fn by_union_find(vertices: usize, edges: &Edges) -> Vec<u32> {
    let mut sets = UnionFind::new(vertices);
    for &(a, b) in edges {
        sets.union(a, b);
    }
    (0..vertices as u32).map(|vertex| sets.find(vertex)).collect()
}

type Way = (String, Box<dyn Fn(&Edges) -> Vec<u32>>);

fn ways(vertices: usize, threads: usize) -> Vec<Way> {
    let of = move |threads| -> Way {
        let many = if threads == 1 { "1 thread".to_string() } else { format!("{threads} threads") };
        (format!("components, {many}"), Box::new(move |edges| components(vertices, edges, threads)))
    };
    let mut ways: Vec<Way> =
        vec![("union-find".to_string(), Box::new(move |edges| by_union_find(vertices, edges))), of(1)];
    if threads > 1 {
        ways.push(of(threads));
    }
    ways
}

/// Seconds of each time, and the labels of the last.
fn timed(way: &Way, edges: &Edges, times: usize) -> (Vec<f64>, Vec<u32>) {
    let mut labels = Vec::new();
    let seconds = (0..times).map(|_| {
        let begun = Instant::now();
        labels = way.1(edges);
        begun.elapsed().as_secs_f64()
    });
    (seconds.collect(), labels)
}

fn count(labels: &[u32]) -> usize {
    labels.iter().enumerate().filter(|&(vertex, &label)| vertex as u32 == label).count()
}

fn time_file(path: &Path, vertices: usize, threads: usize, times: usize, labels_path: &Path) -> std::io::Result<()> {
    let edges = read(path)?;
    let mut first: Option<Vec<u32>> = None;
    for way in ways(vertices, threads) {
        let (seconds, labels) = timed(&way, &edges, times);
        println!(r#"{{"way": "{}", "seconds": {seconds:?}, "components": {}}}"#, way.0, count(&labels));
        assert!(first.as_ref().is_none_or(|first| *first == labels), "all ways give the same labels");
        first.get_or_insert(labels);
    }
    let bytes: Vec<u8> = first.into_iter().flatten().flat_map(u32::to_le_bytes).collect();
    std::fs::write(labels_path, bytes)
}

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<usize>().unwrap_or_else(|_| panic!("{text} is no number"));
    match arguments[..] {
        ["write", file, kind, vertices, count] => write(Path::new(file), &edges(kind, number(vertices), number(count))),
        ["time", file, vertices, threads, times, labels] => {
            time_file(Path::new(file), number(vertices), number(threads), number(times), Path::new(labels))
        }
        _ => {
            let argument = |at: usize, otherwise| arguments.get(at).map_or(otherwise, |text| number(text));
            let kind = arguments.first().copied().unwrap_or("uniform");
            let (vertices, count) = (argument(1, 10_000_000), argument(2, 50_000_000));
            let edges = edges(kind, vertices, count);
            for way in ways(vertices, argument(3, 2)) {
                let (mut seconds, labels) = timed(&way, &edges, TIMES);
                seconds.sort_by(f64::total_cmp);
                println!(
                    "{kind}, {vertices} vertices, {count} edges, {}: {:.3} s, {} components",
                    way.0,
                    seconds[TIMES / 2],
                    self::count(&labels)
                );
            }
            Ok(())
        }
    }
}
