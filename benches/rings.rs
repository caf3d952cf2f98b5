//! Rings found in generated companies, ring by ring: `cargo bench --bench rings`.
//!
//! For each seed a company is generated, run and measured against its truth (`eval::rings`). One line a seed, their mean
//! and worst, then the planted rings that were missed by how their values agree and by what ties them, and the false rings
//! by the innocent group they are made of. Set by `SAMEHAND_PEOPLE` (20,000), `SAMEHAND_RINGS` (48), `SAMEHAND_SEEDS` (20),
//! `SAMEHAND_SEED` (the first, 1). With `SAMEHAND_MIX=1` companies have events and the published cases planted among their
//! people, and three more lines tell what became of them. `SAMEHAND_COMPANY=folder` measures a company that is there, with its `truth/`, instead.
//! `SAMEHAND_TELL=1` tells every miss and every false ring with the evidence between its personas.

use samehand::config::{self, Config};
use samehand::eval::expected::{Outcome, parse};
use samehand::eval::rings::{Measured, PredictedRing, RingFigures, RingTruth, Verdict, measure, persons};
use samehand::ingest;
use samehand::model::cluster::Level;
use samehand::model::evidence::Evidence;
use samehand::model::ids::{PersonaId, RecordId, ValueId};
use samehand::near::{NearPair, neighbours};
use samehand::pipeline::progress::{Progress, Quiet};
use samehand::pipeline::{self, Found};
use samehand::synth::{self, Plan};
use samehand::weigh::facts::Facts;
use samehand::weigh::holdings::Holdings;
use samehand::weigh::weigh;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

fn main() {
    let (people, rings) = (number("SAMEHAND_PEOPLE", 20_000), number("SAMEHAND_RINGS", 48));
    let (first, seeds) = (number("SAMEHAND_SEED", 1), number("SAMEHAND_SEEDS", 20));
    println!(
        "{:>8} {:>7} {:>6} {:>7} {:>5} {:>9} {:>9} {:>7} {:>8}",
        "company", "planted", "found", "recall", "rings", "precision", "top decoy", "AUC", "seconds"
    );
    let mut all: Vec<(RingFigures, f64)> = Vec::new();
    let mut tally = Tally::default();
    let mut stages: Vec<f64> = Vec::new();
    let mut alone = Alone::default();
    let mut one = |name: String, folder: &Path| {
        let begun = Instant::now();
        let case = Case::run(folder);
        let seconds = begun.elapsed().as_secs_f64();
        let figures = case.measured.figures.clone();
        println!("{}", line(&name, &figures, seconds));
        case.tally(&mut tally);
        stages.push(case.assess_share);
        case.alone(folder, &mut alone);
        if number("SAMEHAND_TELL", 0) > 0 {
            case.tell();
        }
        all.push((figures, seconds));
    };
    match std::env::var_os("SAMEHAND_COMPANY") {
        Some(folder) => one("folder".to_string(), Path::new(&folder)),
        None => {
            for seed in first..first + seeds {
                let folder = tempfile::tempdir().expect("a temporary folder can be made");
                let plan = Plan { people, rings, seed: seed as u64 };
                let mix = number("SAMEHAND_MIX", 0) > 0;
                let company = if mix { synth::generate_mix(&plan) } else { synth::generate(&plan) };
                synth::write(&company, folder.path()).expect("the company can be written");
                drop(company);
                one(format!("{seed}"), folder.path());
            }
        }
    }
    if all.is_empty() {
        return;
    }
    let mean = |of: &dyn Fn(&RingFigures) -> f64| all.iter().map(|(f, _)| of(f)).sum::<f64>() / all.len() as f64;
    let least = |of: &dyn Fn(&RingFigures) -> f64| all.iter().map(|(f, _)| of(f)).fold(f64::INFINITY, f64::min);
    for (name, over) in [("mean", &mean as &dyn Fn(&dyn Fn(&RingFigures) -> f64) -> f64), ("worst", &least)] {
        println!(
            "{name:>8} {:>7} {:>6} {:>7.4} {:>5} {:>9.4} {:>9} {:>7.4} {:>8.2}",
            "",
            "",
            over(&|f| f.recall),
            "",
            over(&|f| f.precision),
            if name == "mean" { mean(&|f| f.decoys_first as f64) } else { -least(&|f| -(f.decoys_first as f64)) },
            over(&|f| f.auc),
            all.iter().map(|(_, seconds)| seconds).sum::<f64>() / all.len() as f64
        );
    }
    println!(
        "assessing takes {:.1} % of the stages up to publishing",
        100.0 * stages.iter().sum::<f64>() / stages.len() as f64
    );
    alone.print();
    tally.print();
}

/// What became of cases of one persona, of farms of which few laptops are seen, and of what a company is expected to show.
#[derive(Default)]
struct Alone {
    /// Farms of which one to three laptops are seen: found, all.
    farms: [usize; 2],
    /// Cases of one persona at review or above: deserved, all.
    shown: [usize; 2],
    /// Planted cases of one persona: shown, all.
    planted: [usize; 2],
    /// Lines of what is expected: unmet, all.
    expected: [usize; 2],
    unmet: Vec<String>,
    /// Indicators of cases that nobody planted, with how often.
    undeserved: BTreeMap<String, usize>,
}

impl Alone {
    fn print(&self) {
        let share = |[some, all]: [usize; 2]| format!("{some} of {all} ({:.3})", some as f64 / all.max(1) as f64);
        if self.expected[1] == 0 {
            return;
        }
        println!("farms of which one to three laptops are seen, found: {}", share(self.farms));
        println!("planted cases of one persona, shown: {}", share(self.planted));
        println!("cases of one persona that are shown, deserved: {}", share(self.shown));
        for (indicators, count) in &self.undeserved {
            println!("{count:>5}  undeserved by {indicators}");
        }
        println!("expectations of the published cases, unmet: {}", share(self.expected));
        self.unmet.iter().for_each(|line| println!("       {line}"));
    }
}

fn line(name: &str, f: &RingFigures, seconds: f64) -> String {
    format!(
        "{name:>8} {:>7} {:>6} {:>7.4} {:>5} {:>9.4} {:>9} {:>7.4} {seconds:>8.2}{}",
        f.planted,
        f.found,
        f.recall,
        f.predicted,
        f.precision,
        f.decoys_first,
        f.auc,
        if f.false_rings == 0 { "  none false" } else { "" }
    )
}

/// What was missed and what was false, by kind, over all companies.
#[derive(Default)]
struct Tally {
    /// By class, ties and size: missed, planted.
    classes: BTreeMap<String, [usize; 2]>,
    ties: BTreeMap<String, [usize; 2]>,
    sizes: BTreeMap<usize, [usize; 2]>,
    /// Where the personas of missed rings are.
    whereabouts: BTreeMap<String, usize>,
    /// False rings by what they are made of.
    made_of: BTreeMap<String, usize>,
}

impl Tally {
    fn print(&self) {
        println!("\nmissed of planted, by how values agree, size, and families that tie (lower case: near only)");
        let sizes = self.sizes.iter().map(|(size, counts)| (format!("{size} persons"), counts));
        let named = |map: &BTreeMap<String, [usize; 2]>| -> Vec<(String, [usize; 2])> {
            map.iter().map(|(name, counts)| (name.clone(), *counts)).collect()
        };
        let rows = named(&self.classes).into_iter().chain(sizes.map(|(size, counts)| (size, *counts)));
        for (name, [missed, planted]) in rows {
            println!("{missed:>5} of {planted:>5}  {name}");
        }
        for (name, [missed, planted]) in named(&self.ties).into_iter().filter(|(_, counts)| counts[0] > 0) {
            println!("{missed:>5} of {planted:>5}  {name}");
        }
        println!("where the missed ones are");
        for (name, count) in &self.whereabouts {
            println!("{count:>5}  {name}");
        }
        println!("false rings, by what they are made of");
        for (name, count) in &self.made_of {
            println!("{count:>5}  {name}");
        }
    }
}

/// One company, run and measured.
struct Case {
    config: Config,
    found: Found,
    /// Truth person of each record of a person.
    person_of: Vec<Option<u32>>,
    person_names: Vec<String>,
    ring_names: Vec<String>,
    decoy_kinds: Vec<String>,
    truth: RingTruth,
    measured: Measured,
    near_pairs: Vec<NearPair>,
    near: BTreeMap<ValueId, Vec<ValueId>>,
    holdings: Holdings,
    /// Share of the time up to publishing that assessing took.
    assess_share: f64,
}

/// Rows of a truth file without its header; no cell of it holds a comma.
fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).expect("the truth can be read");
    text.lines().skip(1).map(|line| line.split(',').map(str::to_string).collect()).collect()
}

impl Case {
    fn run(folder: &Path) -> Case {
        let (config, _) =
            config::load(&folder.join("samehand.toml"), &ingest::header).unwrap_or_else(|faults| panic!("{faults:?}"));
        let mut progress = Progress::new(&Quiet);
        let found = pipeline::find(&config, &mut progress).unwrap_or_else(|faults| panic!("{faults:?}"));
        progress.end();
        let of = |stage: &str| -> f64 {
            progress.stages().iter().filter(|one| stage.is_empty() || one.name == stage).map(|one| one.seconds).sum()
        };
        let assess_share = of("assess") / of("").max(1e-9);
        let mut by_key: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        for (at, record) in found.claims.records.iter().enumerate().filter(|(_, record)| record.kind.is_person()) {
            by_key.insert(
                (config.sources[record.source.index()].name.as_str(), found.claims.key(RecordId::from(at))),
                at,
            );
        }
        let record = |source: &str, key: &str| by_key.get(&(source, key)).copied();
        let mut person_of = vec![None; found.claims.records.len()];
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        let mut person_names = Vec::new();
        for row in rows(&folder.join("truth/personas.csv")) {
            let Some(at) = record(&row[0], &row[1]) else { continue };
            let number = *numbers.entry(row[2].clone()).or_insert_with(|| {
                person_names.push(row[2].clone());
                person_names.len() as u32 - 1
            });
            person_of[at] = Some(number);
        }
        let groups = |rows: Vec<Vec<String>>, name: usize, source: usize| -> BTreeMap<String, BTreeSet<u32>> {
            let mut groups: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
            for row in rows {
                let person = record(&row[source], &row[source + 1]).and_then(|at| person_of[at]);
                groups.entry(row[name].clone()).or_default().extend(person);
            }
            groups
        };
        let planted = groups(rows(&folder.join("truth/rings.csv")), 2, 0);
        let decoy_rows: Vec<Vec<String>> = rows(&folder.join("truth/decoys.csv"))
            .into_iter()
            .map(|row| vec![format!("{},{}", row[0], row[1]), row[2].clone(), row[3].clone()])
            .collect();
        let decoys = groups(decoy_rows, 0, 1);
        let truth = RingTruth {
            planted: planted.values().map(|set| set.iter().copied().collect()).collect(),
            decoys: decoys.values().map(|set| set.iter().copied().collect()).collect(),
        };
        let predicted: Vec<PredictedRing> = found
            .clusters
            .rings
            .iter()
            .map(|ring| {
                let personas = ring.personas.iter().map(|persona| &found.personas.personas[persona.index()]);
                let records = personas.flat_map(|persona| persona.records.iter().map(|record| record.index()));
                PredictedRing {
                    asks: matches!(ring.level, Level::Priority | Level::Review),
                    weight_bits: ring.weight_bits,
                    persons: persons(records, |record| person_of[record]),
                }
            })
            .collect();
        let measured = measure(&predicted, &truth);
        let mut near: BTreeMap<ValueId, Vec<ValueId>> = BTreeMap::new();
        // A run lets go of them before it writes.
        let near_pairs = neighbours(&found.claims.dictionary).pairs;
        let holdings = Holdings::new(&found.claims, &found.personas.of_record, found.personas.personas.len());
        for pair in &near_pairs {
            near.entry(pair.left).or_default().push(pair.right);
            near.entry(pair.right).or_default().push(pair.left);
        }
        drop(by_key);
        Case {
            config,
            person_of,
            person_names,
            ring_names: planted.into_keys().collect(),
            decoy_kinds: decoys.into_keys().map(|key| key.split(',').nth(1).unwrap_or("").to_string()).collect(),
            truth,
            measured,
            near_pairs,
            near,
            holdings,
            found,
            assess_share,
        }
    }

    /// What the run says, in the words of an expectation file.
    fn outcome(&self) -> Outcome {
        let name = |persona: &PersonaId| self.found.personas.personas[persona.index()].name.clone();
        let mut outcome = Outcome::default();
        for (at, record) in self.found.claims.records.iter().enumerate() {
            if let Some(persona) = &self.found.personas.of_record[at] {
                let source = self.config.sources[record.source.index()].name.clone();
                outcome
                    .persona_of
                    .insert((source, self.found.claims.key(RecordId::from(at)).to_string()), name(persona));
            }
        }
        for ring in &self.found.clusters.rings {
            outcome.ring_levels.insert(ring.name.clone(), ring.level.name().to_string());
            outcome.ring_of.extend(ring.personas.iter().map(|persona| (name(persona), ring.name.clone())));
        }
        let assessment = &self.found.assessment;
        outcome.case_levels =
            assessment.cases.iter().map(|case| (name(&case.persona), case.level.name().to_string())).collect();
        for finding in assessment.findings.iter().filter(|finding| finding.counts()) {
            outcome.findings.extend(finding.personas.iter().map(|p| (name(p), finding.indicator.to_string())));
        }
        outcome.roles = assessment.roles.iter().map(|role| (role.ring.clone(), role.role.name().to_string())).collect();
        for group in &self.found.clusters.set_aside {
            for persona in &group.personas {
                outcome.guards.entry(name(persona)).or_default().insert(group.guard.clone());
            }
        }
        outcome
    }

    /// Adds what became of cases of one persona, farms and expectations, where the company has them.
    fn alone(&self, folder: &Path, alone: &mut Alone) {
        let Ok(text) = std::fs::read_to_string(folder.join("truth/expected.csv")) else { return };
        let expected = parse(&text).unwrap_or_else(|fault| panic!("{fault}"));
        let outcome = self.outcome();
        let unmet = outcome.unmet(&expected);
        alone.expected = [alone.expected[0] + unmet.len(), alone.expected[1] + expected.len()];
        alone.unmet.extend(unmet);
        let persona = |source: &str, key: &str| outcome.persona_of.get(&(source.to_string(), key.to_string()));
        let asks = |level: Option<&String>| level.is_some_and(|level| level != "note");
        let shown = |persona: &String| {
            asks(outcome.case_levels.get(persona))
                || outcome.ring_of.get(persona).is_some_and(|ring| asks(outcome.ring_levels.get(ring)))
        };
        let mut deserved: BTreeSet<String> = BTreeSet::new();
        let mut planted: BTreeMap<String, bool> = BTreeMap::new();
        for row in rows(&folder.join("truth/cases.csv")) {
            let Some(persona) = persona(&row[0], &row[1]) else { continue };
            deserved.insert(persona.clone());
            *planted.entry(row[2].clone()).or_default() |= shown(persona);
        }
        for row in rows(&folder.join("truth/rings.csv")) {
            deserved.extend(persona(&row[0], &row[1]).cloned());
        }
        alone.planted[0] += planted.values().filter(|shown| **shown).count();
        alone.planted[1] += planted.len();
        let mut farms: BTreeMap<String, bool> = BTreeMap::new();
        if folder.join("truth/farms.csv").exists() {
            for row in rows(&folder.join("truth/farms.csv")) {
                let Some(persona) = persona(&row[4], &row[5]) else { continue };
                deserved.insert(persona.clone());
                *farms.entry(row[0].clone()).or_default() |= shown(persona);
            }
        }
        alone.farms[0] += farms.values().filter(|shown| **shown).count();
        alone.farms[1] += farms.len();
        for (persona, level) in &outcome.case_levels {
            if asks(Some(level)) {
                alone.shown[1] += 1;
                if deserved.contains(persona) {
                    alone.shown[0] += 1;
                } else {
                    let by = outcome.findings.iter().filter(|(of, _)| of == persona).map(|(_, by)| by.as_str());
                    *alone.undeserved.entry(by.collect::<Vec<_>>().join(" ")).or_default() += 1;
                }
            }
        }
    }

    /// The run's personas of these persons.
    fn personas(&self, persons: &[u32]) -> BTreeSet<PersonaId> {
        let of = |at: usize| self.person_of[at].filter(|person| persons.binary_search(person).is_ok());
        (0..self.person_of.len())
            .filter(|&at| of(at).is_some())
            .filter_map(|at| self.found.personas.of_record[at])
            .collect()
    }

    /// The persons of one of the run's personas.
    fn persons_of(&self, persona: PersonaId) -> Vec<u32> {
        let records = self.found.personas.personas[persona.index()].records.iter();
        persons(records.map(|record: &RecordId| record.index()), |record| self.person_of[record])
    }

    /// How the personas' values agree (`exact`, `mixed`, `near`), and in which families: those with an exact value in
    /// capitals. Only values that few others hold count.
    fn class(&self, personas: &BTreeSet<PersonaId>) -> (&'static str, String) {
        let (mut exact, mut near) = (BTreeSet::new(), BTreeSet::new());
        let dictionary = &self.found.claims.dictionary;
        let few = |value: ValueId| self.holdings.personas_of(value).len() <= 2 * personas.len();
        for &a in personas {
            let own = self.holdings.of_persona(a);
            for holding in own.iter().filter(|holding| few(holding.value)) {
                let family = dictionary.kind(holding.value).family();
                let held = |value: ValueId| {
                    personas.iter().filter(|&&b| b != a).any(|&b| {
                        self.holdings.of_persona(b).binary_search_by_key(&value, |holding| holding.value).is_ok()
                    })
                };
                if held(holding.value) {
                    exact.insert(family);
                }
                if self.near.get(&holding.value).into_iter().flatten().any(|&value| held(value)) {
                    near.insert(family);
                }
            }
        }
        let only_near = near.difference(&exact).count();
        let class = match (exact.is_empty(), only_near) {
            (true, _) => "near",
            (false, 0) => "exact",
            (false, _) => "mixed",
        };
        let upper = exact.iter().map(|family| family.name().to_uppercase());
        let lower = near.difference(&exact).map(|family| family.name().to_string());
        (class, upper.chain(lower).collect::<Vec<_>>().join(" + "))
    }

    fn missed(&self) -> Vec<usize> {
        (0..self.truth.planted.len()).filter(|&planted| !self.measured.found(planted)).collect()
    }

    fn whereabouts(&self, planted: usize) -> String {
        let persons = &self.truth.planted[planted];
        let personas = self.personas(persons);
        let rings: Vec<_> = self
            .found
            .clusters
            .rings
            .iter()
            .filter(|ring| ring.personas.iter().any(|p| personas.contains(p)))
            .collect();
        let mut guards: BTreeMap<&str, usize> = BTreeMap::new();
        for group in &self.found.clusters.set_aside {
            if group.personas.iter().filter(|persona| personas.contains(persona)).count() >= 2 {
                *guards.entry(&group.guard).or_default() += 1;
            }
        }
        let guards = guards.into_keys().collect::<Vec<_>>().join(", ");
        let held: usize = rings.iter().map(|ring| ring.personas.len()).max().unwrap_or(0);
        match (rings.len(), guards.is_empty()) {
            (0, true) => "in no ring, nothing set aside".to_string(),
            (0, false) => format!("in no ring, set aside: {guards}"),
            (1, _) if held > 2 * persons.len() => "in a ring with many others".to_string(),
            (1, true) => "in part in one ring".to_string(),
            (1, false) => format!("in part in one ring, set aside: {guards}"),
            (_, true) => "in several rings".to_string(),
            (_, false) => format!("in several rings, set aside: {guards}"),
        }
    }

    fn made_of(&self, ring: usize) -> String {
        let personas = &self.found.clusters.rings[ring].personas;
        let all: Vec<Vec<u32>> = personas.iter().map(|&persona| self.persons_of(persona)).collect();
        let distinct: BTreeSet<u32> = all.iter().flatten().copied().collect();
        match self.measured.verdicts[ring] {
            Verdict::Decoy(group) => self.decoy_kinds[group].clone(),
            _ if distinct.len() < personas.len() => "one person in several personas".to_string(),
            _ if distinct.iter().any(|person| self.truth.planted.iter().flatten().any(|p| p == person)) => {
                "half of a planted ring".to_string()
            }
            _ => "nothing in common by the truth".to_string(),
        }
    }

    fn tally(&self, tally: &mut Tally) {
        for planted in 0..self.truth.planted.len() {
            let missed = usize::from(!self.measured.found(planted));
            let (class, ties) = self.class(&self.personas(&self.truth.planted[planted]));
            let size = self.truth.planted[planted].len();
            let add = |counts: &mut [usize; 2]| {
                counts[0] += missed;
                counts[1] += 1;
            };
            add(tally.classes.entry(class.to_string()).or_default());
            add(tally.ties.entry(ties).or_default());
            add(tally.sizes.entry(size).or_default());
            if missed == 1 {
                *tally.whereabouts.entry(self.whereabouts(planted)).or_default() += 1;
            }
        }
        for ring in 0..self.measured.verdicts.len() {
            if matches!(self.measured.verdicts[ring], Verdict::Decoy(_) | Verdict::False) {
                *tally.made_of.entry(self.made_of(ring)).or_default() += 1;
            }
        }
    }

    /// Tells misses and false rings with all evidence between their personas, links or not.
    fn tell(&self) {
        let mut settings = self.config.settings.clone();
        settings.thresholds.ring_bits = f64::NEG_INFINITY;
        let (found, count) = (&self.found, self.found.personas.personas.len());
        let facts = Facts::new(&found.claims, &found.personas.of_record, count, &self.near_pairs);
        let explained = found.explained.clone();
        let all = weigh(
            &found.claims,
            &found.personas.of_record,
            count,
            self.near_pairs.clone(),
            explained,
            &facts,
            &settings,
        );
        let tell = |personas: &BTreeSet<PersonaId>| {
            for &persona in personas {
                let people = self.persons_of(persona);
                let people: Vec<&str> =
                    people.iter().map(|&person| self.person_names[person as usize].as_str()).collect();
                println!("    {} is {}", found.personas.personas[persona.index()].name, people.join(" "));
            }
            let between = |e: &&Evidence| personas.contains(&e.left) && personas.contains(&e.right);
            for evidence in all.evidence.iter().filter(between) {
                let name = |persona: PersonaId| found.personas.personas[persona.index()].name.as_str();
                println!(
                    "    {} {}: chance {:+.1}, total {:+.1}, {} families, innocence {}",
                    name(evidence.left),
                    name(evidence.right),
                    evidence.against_chance,
                    evidence.total_bits,
                    evidence.families.len(),
                    evidence
                        .innocence
                        .as_ref()
                        .map_or("none".to_string(), |i| format!("{} {:+.1}", i.relation, i.bits))
                );
                for c in &evidence.contributions {
                    println!(
                        "      {:+6.1} of {:+6.1}  {} {} [{} holders] {} {} {}",
                        c.counted,
                        c.bits,
                        c.how,
                        c.kind.name(),
                        c.holders,
                        pipeline::shown(&found.claims, c.left),
                        if c.is_near() { pipeline::shown(&found.claims, c.right) } else { String::new() },
                        c.note
                    );
                }
            }
        };
        if number("SAMEHAND_TELL", 0) > 1 {
            for e in
                all.evidence.iter().filter(|e| e.against_chance >= 0.0 && e.total_bits > -3.0 && e.total_bits < 12.0)
            {
                let one = |persona| -> BTreeSet<usize> {
                    let people = self.persons_of(persona);
                    (0..self.truth.planted.len())
                        .filter(|&at| self.truth.planted[at].iter().any(|p| people.contains(p)))
                        .collect()
                };
                let real = !one(e.left).is_disjoint(&one(e.right));
                let kinds: Vec<String> = e
                    .contributions
                    .iter()
                    .filter(|c| c.counted >= 1.0)
                    .map(|c| format!("{}{}", c.kind.name(), if c.is_near() { "~" } else { "" }))
                    .collect();
                println!(
                    "PAIR {} {:.2} {} left {} innocence {} {}",
                    u8::from(real),
                    e.total_bits,
                    e.families.len(),
                    e.families_left().len(),
                    e.innocence.as_ref().map_or("none".to_string(), |i| format!("{}{:+.1}", i.relation, i.bits)),
                    kinds.join(",")
                );
            }
        }
        for planted in self.missed() {
            let personas = self.personas(&self.truth.planted[planted]);
            let (class, ties) = self.class(&personas);
            println!(
                "  missed {}: {} persons, {class}: {ties}; {}",
                self.ring_names[planted],
                self.truth.planted[planted].len(),
                self.whereabouts(planted)
            );
            tell(&personas);
        }
        for (at, ring) in found.clusters.rings.iter().enumerate() {
            if matches!(self.measured.verdicts[at], Verdict::Decoy(_) | Verdict::False) {
                println!("  false {} at rank {} ({}): {}", ring.name, ring.rank, self.made_of(at), ring.reason);
                tell(&ring.personas.iter().copied().collect());
            }
        }
    }
}
