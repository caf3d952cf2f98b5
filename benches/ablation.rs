//! What each part of same-person resolution adds or costs: F1 with the part and without it, on sets whose truth is known.
//!
//! `SAMEHAND_DATA=folder cargo bench --bench ablation -- [set …]` reads `<set>.csv` and `<set>.truth.csv`
//! (`record_id,cluster_id`), maps columns as `samehand init` does, and prints pairwise F1 at the configured threshold and
//! at the best of five. The sets are no part of the repository. Results are the same on every machine.

use samehand::block::{self, Blocking};
use samehand::cluster::personas::{Judge, personas};
use samehand::config::{self, Config};
use samehand::eval::{self, Truth};
use samehand::guess::{self, Guess, Preview};
use samehand::ingest;
use samehand::model::claim::Claims;
use samehand::model::field::Field;
use samehand::model::pair::ScoredPair;
use samehand::model::weight::MatchWeight;
use samehand::pipeline::progress::{Progress, Quiet};
use samehand::pipeline::resolve::{Resolution, name_knowledge, names_agree};
use samehand::pipeline::{self};
use samehand::score::{Model, Options, Scorer, score, train};
use std::path::Path;

const SETS: [&str; 4] = ["fake_1000", "febrl3", "childcare", "restaurants"];
/// Thresholds of which the best counts.
const THRESHOLDS: [f64; 5] = [0.2, 0.5, 0.8, 0.95, 0.99];
/// Blocking rules that are listed for a set: those that it misses most.
const RULES_LISTED: usize = 3;
/// The rule that finds every pair of a small table.
const ALL_WITH_ALL: &str = "all with all";
/// Fields that `place` compares as one decision.
const PLACE: [Field; 5] = [Field::StreetNumber, Field::Street, Field::City, Field::PostalCode, Field::Region];

/// Pairwise F1 at the configured threshold and the best one.
#[derive(Clone, Copy)]
struct F1 {
    configured: f64,
    best: f64,
}

/// Which parts of the rule that joins groups of records hold.
#[derive(Clone, Copy)]
struct Groups {
    contradictions: bool,
    weight: bool,
}

const BOTH: Groups = Groups { contradictions: true, weight: true };

/// One set with everything that its variants share.
struct Bench<'a> {
    resolution: &'a Resolution<'a>,
    claims: &'a Claims,
    config: &'a Config,
    blocking: &'a Blocking,
    known: Vec<Option<&'a str>>,
    names: Vec<&'a str>,
    configured: f64,
}

impl Bench<'_> {
    fn f1(&self, scorer: &Scorer, scored: &[ScoredPair], groups: Groups) -> F1 {
        let know = name_knowledge();
        let context = &self.resolution.context;
        let at = |probability: f64| {
            let bits = MatchWeight::of_probability(probability).0;
            let judge = Judge {
                distinct: &|_| false,
                records_max: usize::MAX,
                contradict: &|left, right| groups.contradictions && context.contradict(left, right),
                group_bits: &|left, right| {
                    let pairs = left.iter().flat_map(|&a| right.iter().map(move |&b| (a, b)));
                    scorer.weigh_groups(pairs.map(|(a, b)| context.compare(a, b)))
                },
                bound: if groups.weight { bits } else { f64::NEG_INFINITY },
                names_agree: &|a, b| names_agree(self.claims, a, b, &know),
            };
            let found = personas(self.claims, &self.names, scored, bits, &judge);
            let name = |persona: &Option<samehand::model::ids::PersonaId>| {
                persona.map(|persona| found.personas[persona.index()].name.as_str())
            };
            let predicted: Vec<Option<&str>> = found.of_record.iter().map(name).collect();
            eval::figures("persona", &predicted, &self.known).pairwise.f1
        };
        F1 { configured: at(self.configured), best: THRESHOLDS.iter().map(|&p| at(p)).fold(0.0, f64::max) }
    }

    /// All candidates scored anew.
    fn scored_anew(&self, model: &Model, options: Options) -> F1 {
        let context = &self.resolution.context;
        let scorer = Scorer::of(context, model, options);
        let scored = score(context, &scorer, &self.blocking.pairs, least_bits());
        self.f1(&scorer, &scored, BOTH)
    }

    /// Only the pairs that some rule of the mask found.
    fn of_rules(&self, mask: u16) -> F1 {
        let scored: Vec<ScoredPair> =
            self.resolution.scored.iter().filter(|scored| scored.pair.rules & mask != 0).cloned().collect();
        self.f1(&self.resolution.scorer, &scored, BOTH)
    }

    fn learned(&self, start: &Model) -> Model {
        train::train(&self.resolution.context, &self.blocking.pairs, start).unwrap_or_else(|_| start.clone())
    }
}

fn least_bits() -> f64 {
    THRESHOLDS.iter().map(|&probability| MatchWeight::of_probability(probability).0).fold(f64::INFINITY, f64::min)
}

fn load(folder: &Path, toml: &str) -> Config {
    let path = folder.join("samehand.toml");
    std::fs::write(&path, toml).expect("the config can be written");
    config::load(&path, &ingest::header).unwrap_or_else(|faults| panic!("{faults:?}\n{toml}")).0
}

/// The config with every column of a place as a comparison of its own, where there are several.
fn places_apart(guess: &Guess) -> Option<String> {
    let source = guess.sources.first()?;
    let parts: Vec<&(Field, Vec<String>)> =
        source.columns.iter().filter(|(field, columns)| PLACE.contains(field) && !columns.is_empty()).collect();
    if parts.len() < 2 {
        return None;
    }
    let is_place = |line: &str| parts.iter().any(|(field, _)| line.starts_with(&format!("{} = ", field.name())));
    let mut toml: String = guess.toml.lines().filter(|line| !is_place(line)).map(|line| format!("{line}\n")).collect();
    for (field, columns) in parts {
        let kind = if matches!(field, Field::PostalCode | Field::StreetNumber) { "code" } else { "text" };
        toml.push_str(&format!(
            "\n[[comparison]]\nname = \"part_{}\"\nas = \"{kind}\"\ncolumns = {columns:?}\n",
            field.name()
        ));
    }
    Some(toml)
}

fn with<T>(config: &Config, truth: &Truth, ask: impl FnOnce(&Bench) -> T) -> T {
    let (blocking, _) =
        pipeline::blocking(config, &mut Progress::new(&Quiet)).unwrap_or_else(|faults| panic!("{faults:?}"));
    let ask = |resolution: &Resolution, claims: &Claims| {
        let names: Vec<&str> = config.sources.iter().map(|source| source.name.as_str()).collect();
        let records = eval::records(claims, |source| names[source.index()]);
        let (known, _) = truth.of_records(&records).unwrap_or_else(|faults| panic!("{faults:?}"));
        let configured = config.settings.thresholds.persona_probability;
        ask(&Bench { resolution, claims, config, blocking: &blocking, known, names, configured })
    };
    let asked = pipeline::resolution(config, &mut Progress::new(&Quiet), least_bits(), ask);
    asked.unwrap_or_else(|faults| panic!("{faults:?}")).0
}

/// Variants with their F1, where they could be measured.
type Rows = Vec<(&'static str, Option<F1>)>;
/// Blocking rules with what leaving each out costs.
type Rules = Vec<(&'static str, f64)>;

/// The rows of one set, then its blocking rules.
fn measure(folder: &Path, set: &str) -> (Rows, Rules) {
    let work = tempfile::tempdir().expect("a temporary folder");
    let file = format!("{set}.csv");
    std::fs::copy(folder.join(&file), work.path().join(&file)).expect("the set can be read");
    let table = ingest::peek(&work.path().join(&file), None).unwrap_or_else(|fault| panic!("{fault:?}")).table;
    let guess = guess::guess(&[Preview { path: file, name: set.to_string(), table }]);
    let truth = folder.join(format!("{set}.truth.csv"));
    let truth = ingest::load_file(&truth, "truth", None, "truth").unwrap_or_else(|fault| panic!("{fault:?}"));
    let truth = eval::read_truth(&truth.table).unwrap_or_else(|faults| panic!("{faults:?}"));

    let (mut rows, rules) = with(&load(work.path(), &guess.toml), &truth, |bench| {
        let resolution = bench.resolution;
        let built_in = Model::built_in(resolution.comparisons());
        let strangers_only = Model { rivals: Vec::new(), ..built_in.clone() };
        let all = Options::default();
        let grouped = |groups| Some(bench.f1(&resolution.scorer, &resolution.scored, groups));
        let bit = |name: &str| (0..16).find(|&rule| block::rule_name(rule) == name).map_or(0, |rule| 1u16 << rule);
        let rules_only = !bit(ALL_WITH_ALL);
        let without_all = bench.of_rules(rules_only);
        let rows = vec![
            ("everything", grouped(BOTH)),
            ("no term frequency", Some(bench.scored_anew(&resolution.model, Options { term_frequency: false, ..all }))),
            ("no rivals in scoring", Some(bench.scored_anew(&resolution.model, Options { rivals: false, ..all }))),
            ("no rivals at all", Some(bench.scored_anew(&bench.learned(&strangers_only), all))),
            ("built-in model", Some(bench.scored_anew(&built_in, all))),
            ("no all with all", Some(without_all)),
            ("no contradictions", grouped(Groups { contradictions: false, ..BOTH })),
            ("no weight of groups", grouped(Groups { weight: false, ..BOTH })),
            ("plain components", grouped(Groups { contradictions: false, weight: false })),
        ];
        let mut rules: Vec<(&'static str, f64)> = (0..16)
            .map(block::rule_name)
            .filter(|&name| name != "?" && name != ALL_WITH_ALL)
            .map(|name| (name, bench.of_rules(rules_only & !bit(name)).configured - without_all.configured))
            .collect();
        rules.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(b.0)));
        (rows, rules)
    });
    let apart = places_apart(&guess).map(|toml| {
        with(&load(work.path(), &toml), &truth, |bench| {
            bench.f1(&bench.resolution.scorer, &bench.resolution.scored, BOTH)
        })
    });
    rows.insert(5, ("parts of a place apart", apart));
    let has_email = guess.sources.iter().any(|source| source.columns.iter().any(|(field, _)| *field == Field::Email));
    let beside = has_email.then(|| {
        with(&load(work.path(), &guess.toml), &truth, |bench| {
            let near = Vec::new();
            let added = samehand::pipeline::resolve::added(bench.config);
            let mut context = samehand::compare::Context::new(bench.claims, &near, name_knowledge(), &added);
            context.email_beside_name = true;
            let model = Model::built_in(context.comparisons());
            let model = train::train(&context, &bench.blocking.pairs, &model).unwrap_or(model);
            let scorer = Scorer::of(&context, &model, Options::default());
            let scored = score(&context, &scorer, &bench.blocking.pairs, least_bits());
            bench.f1(&scorer, &scored, BOTH)
        })
    });
    rows.insert(6, ("email beside the name", beside));
    (rows, rules)
}

fn main() {
    let Some(folder) = std::env::var_os("SAMEHAND_DATA") else {
        println!("skipped: needs SAMEHAND_DATA");
        return;
    };
    let asked: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let sets: Vec<&str> = if asked.is_empty() { SETS.to_vec() } else { asked.iter().map(String::as_str).collect() };
    let measured: Vec<_> = sets.iter().map(|set| measure(Path::new(&folder), set)).collect();
    for (title, pick) in [
        ("F1 at the configured threshold", (|f1: F1| f1.configured) as fn(F1) -> f64),
        ("F1 at the best of the thresholds 0.2, 0.5, 0.8, 0.95, 0.99", |f1: F1| f1.best),
    ] {
        println!("{title}\n{:<24}{}", "", sets.iter().map(|set| format!("{set:>14}")).collect::<String>());
        for row in 0..measured.first().map_or(0, |(rows, _)| rows.len()) {
            let cells =
                measured.iter().map(|(rows, _)| rows[row].1.map_or("-".to_string(), |f1| format!("{:.4}", pick(f1))));
            println!("{:<24}{}", measured[0].0[row].0, cells.map(|cell| format!("{cell:>14}")).collect::<String>());
        }
        println!();
    }
    println!("Blocking rules that cost most F1 when left out, without {ALL_WITH_ALL:?}");
    for (set, (_, rules)) in sets.iter().zip(&measured) {
        let worst: Vec<String> =
            rules.iter().take(RULES_LISTED).map(|(name, cost)| format!("{name} {cost:+.4}")).collect();
        println!("{set:<24}{}", worst.join(", "));
    }
}
