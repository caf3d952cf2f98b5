//! Known data, known answers: planted rings are found, foreign tables are resolved, `init` is as good as a hand.
//!
//! The figures are told on stderr at every run, so that a change for the worse is seen before a floor is reached.

use crate::support::{Figures, TestEnv, crate_path, files, names, tell, xml};
use std::path::Path;
use std::process::Command;

/// What precision and recall of the ring tier must reach, pairwise over records.
const FLOOR: f64 = 0.80;

fn demo(path: &str) -> String {
    crate_path("datasets/demo").join(path).to_string_lossy().into_owned()
}

fn line(name: &str, figures: &Figures) -> String {
    format!(
        "{name:<16} precision {:.4}  recall {:.4}  F1 {:.4}  B-cubed F1 {:.4}",
        figures.precision(),
        figures.recall(),
        figures.f1(),
        figures.bcubed_f1()
    )
}

#[test]
fn the_demo_rings_are_found_and_drawn() {
    let env = TestEnv::new();
    let run = env.samehand(&["run", "-c", &demo("samehand.toml"), "--json"]).exits(0).json();
    let figures = env.evaluate("output", "ring", &demo("truth/rings.csv"));
    tell(&line("demo, rings", &figures));
    for (tier, truth) in [("operator", "truth/operators.csv"), ("persona", "truth/personas.csv")] {
        tell(&line(&format!("demo, {tier}s"), &env.evaluate("output", tier, &demo(truth))));
    }
    assert!(figures.recall() >= FLOOR, "{}", line("demo", &figures));
    assert!(figures.precision() >= FLOOR, "{}", line("demo", &figures));

    let rings = run["rings"].as_array().expect("rings");
    assert!(rings.len() >= 48, "of 60 planted ones, {} were found", rings.len());
    let drawn: Vec<&str> = rings.iter().take(50).map(|ring| ring["ring_id"].as_str().expect("an id")).collect();
    let mut sorted: Vec<String> = drawn.iter().map(|ring| ring.to_string()).collect();
    sorted.sort();
    assert_eq!(names(&env.path("output/latest/rings")), sorted, "the top rings are drawn, and only they");
    for ring in &drawn {
        let svg = env.read(&format!("output/latest/rings/{ring}/diagram.svg"));
        assert_eq!(xml::fault(&svg), None, "{ring}");
        assert!(svg.contains("<svg") && svg.contains(ring), "{ring} draws itself");
        assert!(!svg.contains("<script") && !svg.contains("href"), "{ring} loads nothing");
    }
    graphviz_accepts(&env.path("output/latest/rings"), &drawn);
}

/// Lets Graphviz read every diagram and lay out the first.
fn graphviz_accepts(folder: &Path, rings: &[&str]) {
    let dots: Vec<_> = rings.iter().map(|ring| folder.join(ring).join("diagram.dot")).collect();
    assert!(dots.iter().all(|dot| dot.is_file()), "{dots:?}");
    let parsed = match Command::new("dot").arg("-Tcanon").args(&dots).output() {
        Ok(parsed) => parsed,
        Err(error) => {
            return tell(&format!("SKIPPED: Graphviz does not read the diagrams, `dot` cannot be started: {error}"));
        }
    };
    let complaint = String::from_utf8_lossy(&parsed.stderr);
    assert!(parsed.status.success() && complaint.is_empty(), "dot: {complaint}");
    let graphs = String::from_utf8_lossy(&parsed.stdout).lines().filter(|line| line.starts_with("graph ")).count();
    assert_eq!(graphs, dots.len(), "every file is one graph");
    let drawn = Command::new("dot").arg("-Tsvg").arg(&dots[0]).output().expect("dot starts, it did before");
    assert!(drawn.status.success(), "dot: {}", String::from_utf8_lossy(&drawn.stderr));
    assert!(String::from_utf8_lossy(&drawn.stdout).contains("</svg>"));
}

/// What ten companies must come to: a hundredth less than they did when this was written (0.9997 and 0.9016).
const MEAN_PRECISION: f64 = 0.99;
const MEAN_RECALL: f64 = 0.89;

#[test]
fn ten_other_companies_are_as_good_on_average() {
    let mut table = String::from("planted rings, generate --people 4000 --rings 60\n");
    let (mut precision, mut recall) = (0.0, 0.0);
    for seed in 2..=11 {
        let env = TestEnv::new();
        env.generate(4000, 60, seed).run_company(&["--quiet"]);
        let figures = env.evaluate("output", "ring", "company/truth/rings.csv");
        table.push_str(&format!("  {}\n", line(&format!("seed {seed}"), &figures)));
        precision += figures.precision() / 10.0;
        recall += figures.recall() / 10.0;
    }
    table.push_str(&format!("  {:<16} precision {precision:.4}  recall {recall:.4}", "mean"));
    tell(&table);
    assert!(precision >= MEAN_PRECISION && recall >= MEAN_RECALL, "{table}");
}

#[test]
fn the_demo_is_what_generate_makes() {
    let env = TestEnv::new();
    env.generate(4000, 60, 1);
    let (made, kept) = (files(&env.path("company"), &[]), files(&crate_path("datasets/demo"), &["README.md"]));
    assert_eq!(made.keys().collect::<Vec<_>>(), kept.keys().collect::<Vec<_>>());
    for (name, content) in &made {
        assert!(kept[name] == *content, "{name} differs: make the demo anew as its README says");
    }
}

#[test]
fn init_finds_the_same_rings_as_the_written_config() {
    let env = TestEnv::new();
    let tables: Vec<String> =
        names(&crate_path("datasets/demo")).into_iter().filter(|name| name.ends_with(".csv")).collect();
    assert!(tables.len() > 5, "five sources and the allow lists");
    for name in &tables {
        env.write(name, std::fs::read(demo(name)).expect("the demo is there"));
    }
    let args: Vec<&str> = std::iter::once("init").chain(tables.iter().map(String::as_str)).collect();
    env.samehand(&args).exits(0).prints("samehand.toml");
    env.samehand(&["check"]).exits(0);
    env.samehand(&["run"]).exits(0);
    env.samehand(&["run", "-c", &demo("samehand.toml"), "-o", "written"]).exits(0);
    env.members("output").assert_same(&env.members("written"));
    assert_eq!(env.sheet("output/latest/rejects.csv").rows.len(), env.sheet("written/latest/rejects.csv").rows.len());
}

/// F1 of the labelled sets as it was when this was written, so that a change that costs a few pairs is seen. Nothing is
/// tuned to them: a change that is right and costs something here says so and writes down the new figure.
const KNOWN_F1: [(&str, f64); 4] =
    [("childcare", 0.9487), ("fake_1000", 0.9625), ("febrl3", 0.9992), ("restaurants", 0.9649)];
const F1_LOST: f64 = 0.001;

#[test]
fn foreign_tables_are_resolved_without_a_written_config() {
    let folder = crate_path("../shared/data");
    if !folder.is_dir() {
        return tell("SKIPPED: no labelled tables beside the crate (../shared/data)");
    }
    let sets: Vec<String> =
        names(&folder).iter().filter_map(|name| name.strip_suffix(".truth.csv").map(str::to_string)).collect();
    assert!(!sets.is_empty(), "tables and their truth");
    let mut table = String::from("labelled tables, init and run, personas\n");
    let mut poor = Vec::new();
    for set in &sets {
        let env = TestEnv::new();
        for name in [format!("{set}.csv"), format!("{set}.truth.csv")] {
            env.write(&name, std::fs::read(folder.join(&name)).expect("the table is there"));
        }
        env.samehand(&["init", &format!("{set}.csv")]).exits(0);
        env.samehand(&["run"]).exits(0);
        let figures = env.evaluate("output", "persona", &format!("{set}.truth.csv"));
        table.push_str(&format!("  {}\n", line(set, &figures)));
        let known = KNOWN_F1.iter().find(|(name, _)| name == set).map_or(0.5, |(_, f1)| f1 - F1_LOST);
        if figures.f1() < known {
            poor.push(set);
        }
    }
    tell(table.trim_end());
    assert!(poor.is_empty(), "worse than it was: {poor:?}\n{table}");
}
