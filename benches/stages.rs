//! How long each stage takes, on companies of growing size: `cargo bench --bench stages`.
//!
//! `generate` makes each company (its seed is fixed); the whole pipeline runs over it, and the median, the least and the
//! most of a few times is printed for each stage, with what it comes to for a thousand records. `SAMEHAND_SIZES=1000,50000`
//! chooses numbers of people, `SAMEHAND_TIMES` how often each runs. A first run that is not counted warms the memory.

use samehand::pipeline::progress::{Progress, Quiet, Stage};
use samehand::pipeline::publish;
use samehand::store::folder::OutputRoot;
use samehand::store::key::Key;
use samehand::{config, ingest};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

const SIZES: &str = "500,5000,50000";
const TIMES: usize = 3;
const RINGS_PER_PEOPLE: usize = 200;

fn main() {
    let sizes = std::env::var("SAMEHAND_SIZES").unwrap_or_else(|_| SIZES.to_string());
    let times = std::env::var("SAMEHAND_TIMES").ok().and_then(|times| times.parse().ok()).unwrap_or(TIMES).max(1);
    for people in sizes.split(',').filter_map(|size| size.trim().parse::<usize>().ok()) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        generate(people, folder.path());
        let mut runs: Vec<Vec<Stage>> = (0..=times).map(|_| run(folder.path())).collect();
        runs.remove(0);
        print(people, &runs);
    }
}

fn generate(people: usize, folder: &Path) {
    let rings = (people / RINGS_PER_PEOPLE).max(1).to_string();
    let done = Command::new(env!("CARGO_BIN_EXE_samehand"))
        .args(["-q", "generate", "--people", &people.to_string(), "--rings", &rings, "--seed", "1"])
        .arg(folder.join("company"))
        .status();
    assert!(done.is_ok_and(|status| status.success()), "a company is generated");
}

/// The stages of one whole run, published into a folder of its own.
fn run(folder: &Path) -> Vec<Stage> {
    let output = tempfile::tempdir_in(folder).expect("a temporary folder");
    let file = folder.join("company").join("samehand.toml");
    let Ok((config, noted)) = config::load(&file, &ingest::header) else { panic!("the company's config is sound") };
    let root = OutputRoot::open(output.path()).expect("opened");
    let (key, _) = Key::open_or_create(Some("a key of this bench"), root.path()).expect("a key");
    let mut progress = Progress::new(&Quiet);
    assert!(publish::run(&config, noted, &root, &key, &mut progress).is_ok(), "the company runs");
    progress.stages().to_vec()
}

fn print(people: usize, runs: &[Vec<Stage>]) {
    let records = runs[0].iter().flat_map(|stage| &stage.counts).find(|(what, _)| what == "records");
    let records = records.map_or(0, |(_, count)| *count);
    println!("\n{people} people, {records} records, {} threads", rayon::current_num_threads());
    println!("{:<22} {:>10} {:>10} {:>10} {:>14}", "stage", "median ms", "least", "most", "ms per 1,000");
    let mut seconds: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    for run in runs {
        run.iter().enumerate().for_each(|(at, stage)| seconds.entry(at).or_default().push(stage.seconds));
        seconds.entry(usize::MAX).or_default().push(run.iter().map(|stage| stage.seconds).sum());
    }
    for (at, mut times) in seconds {
        times.sort_by(f64::total_cmp);
        let name = runs[0].get(at).map_or("all", |stage| stage.name.as_str());
        let (median, least, most) = (times[times.len() / 2], times[0], times[times.len() - 1]);
        let per_thousand = median * 1e6 / records.max(1) as f64;
        println!("{name:<22} {:>10.1} {:>10.1} {:>10.1} {per_thousand:>14.3}", median * 1e3, least * 1e3, most * 1e3);
    }
}
