//! How far the precision that a run expects of itself is from the true one, and how far a pair's probability is.
//!
//! Generated data are always measured. Public sets are when `SAMEHAND_DATA` names the folder that holds `<set>.csv` and
//! `<set>.truth.csv` (`record_id,cluster_id`); they are no part of the repository. `docs/accuracy.md` has the figures.

use crate::support::{TestEnv, tell};
use samehand::block::{self, Blocking, recall};
use samehand::config::{self, Config};
use samehand::eval::{self, Truth};
use samehand::guess::{self, Preview};
use samehand::model::claim::Claims;
use samehand::model::cluster::RecordLink;
use samehand::model::pair::CandidatePair;
use samehand::model::weight::MatchWeight;
use samehand::pipeline::progress::{Progress, Quiet};
use samehand::pipeline::resolve::Resolution;
use samehand::pipeline::{self, expected};
use samehand::{ingest, synth};
use std::collections::BTreeMap;
use std::path::Path;

/// Pairs below this probability are not looked at.
const LEAST: f64 = 0.001;
/// Thresholds at which expected and measured precision are held against each other.
const THRESHOLDS: [f64; 3] = [0.5, 0.8, 0.95];

/// Expected and measured precision at one threshold.
struct Precision {
    threshold: f64,
    expected: Option<f64>,
    /// The plain mean over links, for comparison.
    of_links: f64,
    measured: f64,
}

/// Scored pairs of one tenth of probability.
#[derive(Clone, Copy, Default)]
struct Tenth {
    pairs: u32,
    probability: f64,
    is_match: u32,
}

struct Calibration {
    precision: Vec<Precision>,
    tenths: [Tenth; 10],
    /// Recall of the blocking rules without *all with all*: as estimated from the links, and measured.
    blocking: (Option<f64>, f64),
}

impl Calibration {
    /// How far the probability of a pair is from the share of matches, on average over pairs.
    fn error(&self) -> f64 {
        let off = |tenth: &Tenth| (tenth.probability - f64::from(tenth.is_match)).abs();
        let pairs: u32 = self.tenths.iter().map(|tenth| tenth.pairs).sum();
        self.tenths.iter().map(off).sum::<f64>() / f64::from(pairs.max(1))
    }

    /// Expected less measured precision where they are furthest apart: above zero where too much is expected.
    fn furthest(&self) -> f64 {
        let off = self.precision.iter().map(|at| at.expected.map_or(0.0, |expected| expected - at.measured));
        off.fold(0.0, |most, off| if f64::abs(off) > f64::abs(most) { off } else { most })
    }

    /// Estimated less measured recall of the blocking rules.
    fn blocking_off(&self) -> f64 {
        self.blocking.0.map_or(0.0, |estimated| estimated - self.blocking.1)
    }

    fn tell(&self, name: &str) {
        let (estimated, measured) = self.blocking;
        let estimated = estimated.map_or("?".to_string(), |estimated| format!("{estimated:.4}"));
        tell(&format!("{name:<12} recall of blocking rules: estimated {estimated}  measured {measured:.4}"));
        for at in &self.precision {
            let expected = at.expected.map_or("     ?".to_string(), |expected| format!("{expected:.4}"));
            tell(&format!(
                "{name:<12} at {:<4}  expected {expected}  mean of links {:.4}  measured {:.4}",
                at.threshold, at.of_links, at.measured
            ));
        }
        for (index, tenth) in self.tenths.iter().enumerate().filter(|(_, tenth)| tenth.pairs > 0) {
            let pairs = f64::from(tenth.pairs);
            let from = if index == 0 { LEAST } else { index as f64 / 10.0 };
            tell(&format!(
                "{name:<12} probability {from:<5} to {:.1}  {:>6} pairs  mean probability {:.3}  matches {:.3}",
                (index + 1) as f64 / 10.0,
                tenth.pairs,
                tenth.probability / pairs,
                f64::from(tenth.is_match) / pairs
            ));
        }
        tell(&format!("{name:<12} mean error of a pair's probability {:.4}", self.error()));
    }
}

fn load(path: &Path) -> Config {
    config::load(path, &ingest::header).unwrap_or_else(|faults| panic!("{faults:?}")).0
}

fn read_truth(path: &Path) -> Truth {
    let loaded = ingest::load_file(path, "truth", None, "truth").unwrap_or_else(|fault| panic!("{fault:?}"));
    eval::read_truth(&loaded.table).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn calibrate(config: &Config, truth: &Truth) -> Calibration {
    let least = MatchWeight::of_probability(LEAST).0;
    let (blocking, _) =
        pipeline::blocking(config, &mut Progress::new(&Quiet)).unwrap_or_else(|faults| panic!("{faults:?}"));
    let (found, _) = pipeline::resolution(config, &mut Progress::new(&Quiet), least, |resolution, claims| {
        of_resolution(resolution, claims, config, truth, &blocking)
    })
    .unwrap_or_else(|faults| panic!("{faults:?}"));
    found
}

fn of_resolution(
    resolution: &Resolution,
    claims: &Claims,
    config: &Config,
    truth: &Truth,
    blocking: &Blocking,
) -> Calibration {
    let records = eval::records(claims, |source| &config.sources[source.index()].name);
    let (known, _) = truth.of_records(&records).unwrap_or_else(|faults| panic!("{faults:?}"));
    let probability = |index: usize| MatchWeight(f64::from(resolution.scored[index].bits)).probability();

    let mut tenths = [Tenth::default(); 10];
    for (index, scored) in resolution.scored.iter().enumerate().filter(|(_, scored)| !scored.names_disagree) {
        let tenth = &mut tenths[((probability(index) * 10.0) as usize).min(9)];
        let (left, right) = (known[scored.pair.left().index()], known[scored.pair.right().index()]);
        tenth.pairs += 1;
        tenth.probability += probability(index);
        tenth.is_match += u32::from(left.is_some() && left == right);
    }

    let precision = THRESHOLDS.iter().map(|&threshold| {
        let personas = resolution.personas(MatchWeight::of_probability(threshold).0);
        // Records of persons only: an asset has no probability.
        let named = |(record, persona): (usize, &Option<samehand::model::ids::PersonaId>)| {
            let persona = persona.filter(|_| claims.records[record].kind.is_person())?;
            Some(personas.personas[persona.index()].name.as_str())
        };
        let predicted: Vec<Option<&str>> = personas.of_record.iter().enumerate().map(named).collect();
        let links: Vec<f64> = personas
            .links
            .iter()
            .filter_map(|link| match link {
                RecordLink::Scored(index) => Some(probability(*index)),
                _ => None,
            })
            .collect();
        Precision {
            threshold,
            expected: expected::precision(&personas, &resolution.scored),
            of_links: links.iter().sum::<f64>() / links.len().max(1) as f64,
            measured: eval::figures("persona", &predicted, &known).pairwise.precision,
        }
    });
    let personas = resolution.personas(MatchWeight::of_probability(0.8).0);
    let accepted = personas.links.iter().filter_map(|link| match link {
        RecordLink::Scored(index) => Some((resolution.scored[*index].pair.rules, probability(*index))),
        _ => None,
    });
    let estimated = recall::estimate(accepted).map(|found| found.recall);
    let blocking = (estimated, blocking_recall(blocking, claims, &known));
    Calibration { precision: precision.collect(), tenths, blocking }
}

/// The share of the pairs of records of persons in one true cluster that a rule other than *all with all* found.
fn blocking_recall(blocking: &Blocking, claims: &Claims, known: &[Option<&str>]) -> f64 {
    let all_with_all = (0..16).find(|&rule| block::rule_name(rule) == "all with all").map_or(0, |rule| 1u16 << rule);
    let mut sizes: BTreeMap<&str, u64> = BTreeMap::new();
    for (cluster, _) in known.iter().zip(&claims.records).filter(|(_, record)| record.kind.is_person()) {
        *sizes.entry(cluster.unwrap_or_default()).or_default() += 1;
    }
    sizes.remove("");
    let true_pairs: u64 = sizes.values().map(|size| size * (size - 1) / 2).sum();
    let is_found = |pair: &&CandidatePair| {
        let (left, right) = (known[pair.left().index()], known[pair.right().index()]);
        pair.rules & !all_with_all != 0 && left.is_some() && left == right
    };
    blocking.pairs.iter().filter(is_found).count() as f64 / true_pairs.max(1) as f64
}

#[test]
fn what_a_run_expects_of_generated_data_comes_true() {
    for seed in [1, 2] {
        let env = TestEnv::new();
        let company = synth::generate(&synth::Plan { people: 1200, rings: 20, seed });
        synth::write(&company, &env.path("company")).expect("the company can be written");
        let found =
            calibrate(&load(&env.path("company/samehand.toml")), &read_truth(&env.path("company/truth/personas.csv")));
        let name = format!("company {seed}");
        found.tell(&name);
        assert!(found.precision.iter().all(|at| at.expected.is_some()), "{name}: enough links to tell");
        assert!(found.furthest().abs() <= 0.02, "{name}: {:.4} off", found.furthest());
        assert!(found.error() <= 0.05, "{name}: {:.4}", found.error());
    }
}

/// Public sets, how far expected precision may be from the measured one at any of the thresholds, and how far a pair's
/// probability may be: what was measured and a margin.
const SETS: [(&str, f64, f64); 4] =
    [("fake_1000", 0.02, 0.05), ("febrl3", 0.01, 0.01), ("childcare", 0.16, 0.07), ("restaurants", 0.09, 0.08)];

/// How far the estimated recall of the blocking rules may be from the measured one.
const BLOCKING_OFF_MAX: f64 = 0.07;

#[test]
fn what_a_run_expects_of_public_sets_is_as_far_off_as_documented() {
    let Some(folder) = std::env::var_os("SAMEHAND_DATA") else {
        tell("skipped: needs SAMEHAND_DATA");
        return;
    };
    let mut failed = Vec::new();
    for (name, precision_off_max, error_max) in SETS {
        let env = TestEnv::new();
        let file = format!("{name}.csv");
        std::fs::copy(Path::new(&folder).join(&file), env.path(&file)).expect("the set can be read");
        let table = ingest::peek(&env.path(&file), None).unwrap_or_else(|fault| panic!("{fault:?}")).table;
        let config = guess::guess(&[Preview { path: file, name: name.to_string(), table }]).toml;
        let path = env.write("samehand.toml", config);
        let found = calibrate(&load(&path), &read_truth(&Path::new(&folder).join(format!("{name}.truth.csv"))));
        found.tell(name);
        let off = found.blocking_off();
        if found.furthest().abs() > precision_off_max || found.error() > error_max || off.abs() > BLOCKING_OFF_MAX {
            failed.push(format!(
                "{name}: precision {:+.4} off, a pair's probability {:.4}, recall of blocking {off:+.4}",
                found.furthest(),
                found.error()
            ));
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}
