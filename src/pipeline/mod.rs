//! The only place where stages meet. `find` is the table of contents of the product.
//!
//! Between ingest and publish nothing fails: a stage returns a value and diagnostics. What is found here is published
//! by [`publish`]; nothing is written before it.

pub mod allow_lists;
mod assess;
mod assessed;
pub mod expected;
pub mod memory;
mod order;
pub mod pairs;
pub mod progress;
pub mod publish;
pub mod publish_personas;
pub mod recompare;
pub mod resolve;

use crate::assess::Assessment;
pub use crate::block::Blocking;
use crate::block::{self, Worth};
use crate::cluster::personas::Personas;
use crate::cluster::rings::{self, Questions};
use crate::compare;
use crate::config::Config;
use crate::ingest;
use crate::model::claim::Claims;
use crate::model::cluster::{Clusters, Hub};
use crate::model::counts::Counts;
use crate::model::diagnostic::{Diagnostic, Severity};
use crate::model::ids::ValueId;
use crate::model::near::NearPair;
use crate::model::pair::ScoredPair;
use crate::model::table::{Reject, Table};
use crate::model::weight::MatchWeight;
use crate::near;
use crate::normalize;
pub use crate::score::Model;
use crate::store;
use crate::store::spill::{self, SetAside};
use crate::weigh;
use crate::weigh::facts::Facts;
use crate::weigh::holdings::Holdings;
use crate::weigh::hubs::Explained;
use assess::Clustered;
use progress::Progress;
use resolve::{
    Chosen, ModelSource, NamedModel, Resolution, added, data_digest, name_knowledge, names_agree, near_of_persons,
};

/// Scored pairs this far below the threshold are kept, so that `explain` can say how near they came.
const KEEP_BELOW_BITS: f64 = 4.0;

/// Everything that a run finds, before anything is written.
#[derive(Debug)]
pub struct Found {
    pub tables: Vec<Table>,
    /// Cells that wait on disk until they are written; their columns are empty.
    set_aside: Option<SetAside>,
    pub hub_tables: Vec<Table>,
    pub claims: Claims,
    pub rejects: Vec<Reject>,
    pub blocking: Blocking,
    pub model: Model,
    /// Which model that is, and why.
    pub chosen: Chosen,
    pub comparisons: Vec<compare::Comparison>,
    pub scored: Vec<ScoredPair>,
    /// What comparing any two records again takes beside them.
    pub counts: Counts,
    pub personas: Personas,
    pub explained: Explained,
    /// Rings in their final order.
    pub clusters: Clusters,
    /// What was found about them, and cases of one persona. Its rings and groups are those of `clusters`.
    pub assessment: Assessment,
    pub hubs: Vec<Hub>,
    pub diagnostics: Vec<Diagnostic>,
}

impl Found {
    /// Has the cells in memory that waited on disk.
    fn give_back_cells(&mut self) -> store::Result<()> {
        self.set_aside.take().map_or(Ok(()), |set_aside| set_aside.give_back(&mut self.tables))
    }

    /// Lets go of the cells as delivered; files and column names stay.
    fn let_go_of_cells(&mut self) {
        self.tables.iter_mut().for_each(|table| table.keep_cells_of(|_| false));
    }

    /// Lets go of what only the tables of a run are made from, which is most of it: they are read from then on.
    fn let_go_of_records(&mut self) {
        self.let_go_of_cells();
        (self.claims, self.scored, self.counts) = Default::default();
    }
}

/// Runs every stage up to publishing. Errors are those of the inputs: nothing has been written then.
pub fn find(config: &Config, progress: &mut Progress) -> Result<Found, Vec<Diagnostic>> {
    let named = resolve::named_model(config)?;
    let Read { mut delivered, source, claims, near, set_aside } = read(config, named, Cells::Kept, progress)?;
    let mut candidates = candidates(config, &claims, &near, &source, &mut delivered, progress)?;
    let counts = candidates.counts();
    let Resolved { blocking, model, chosen, comparisons, scored, personas } =
        resolve_personas(config, &claims, candidates, source, &mut delivered, progress);
    memory::before_weighing(config, &claims, near.len())?;
    let mut weighed = weigh_shared_values(config, &claims, near, &personas, &mut delivered, progress);
    let mut clusters = cluster_personas(config, &claims, &personas, &mut weighed, progress);
    let clustered = Clustered { config, claims: &claims, personas: &personas, weighed: &weighed, clusters: &clusters };
    let mut assessment = assess::assess(&clustered, &mut delivered, progress);
    assess::settle(&mut assessment, &mut clusters);
    let hubs = weigh::hubs::hubs(&claims, &weighed.holdings, &weighed.explained, &clusters);
    // What nobody writes.
    drop((weighed.holdings, weighed.facts));
    memory::before_writing(config, &claims, set_aside.as_ref().map_or(0, SetAside::bytes))?;
    let Delivered { tables, hub_tables, rejects, diagnostics } = delivered;
    Ok(Found {
        tables,
        set_aside,
        hub_tables,
        claims,
        rejects,
        blocking,
        model,
        chosen,
        comparisons,
        scored,
        counts,
        personas,
        explained: weighed.explained,
        clusters,
        assessment,
        hubs,
        diagnostics,
    })
}

/// What same-person resolution finds: all that a run asks for that stops there.
#[derive(Debug)]
pub struct FoundPersonas {
    /// Files and column names; the cells are let go as soon as they are read.
    pub tables: Vec<Table>,
    pub claims: Claims,
    pub rejects: Vec<Reject>,
    pub blocking: Blocking,
    pub model: Model,
    pub chosen: Chosen,
    pub comparisons: Vec<compare::Comparison>,
    pub scored: Vec<ScoredPair>,
    pub personas: Personas,
    pub diagnostics: Vec<Diagnostic>,
}

/// Runs the stages up to personas, as [`find`] does. Errors are those of the inputs: nothing has been written then.
pub fn find_personas(config: &Config, progress: &mut Progress) -> Result<FoundPersonas, Vec<Diagnostic>> {
    let named = resolve::named_model(config)?;
    let Read { mut delivered, source, claims, near, .. } = read(config, named, Cells::LetGo, progress)?;
    let candidates = candidates(config, &claims, &near, &source, &mut delivered, progress)?;
    let Resolved { blocking, model, chosen, comparisons, scored, personas } =
        resolve_personas(config, &claims, candidates, source, &mut delivered, progress);
    let Delivered { tables, rejects, diagnostics, .. } = delivered;
    Ok(FoundPersonas { tables, claims, rejects, blocking, model, chosen, comparisons, scored, personas, diagnostics })
}

/// Runs the stages up to blocking, for a look at what would be compared. Errors are those of the inputs.
pub fn blocking(config: &Config, progress: &mut Progress) -> Result<(Blocking, Vec<Diagnostic>), Vec<Diagnostic>> {
    let named = resolve::named_model(config)?;
    let Read { mut delivered, source, claims, near, .. } = read(config, named, Cells::LetGo, progress)?;
    let Candidates { blocking, .. } = candidates(config, &claims, &near, &source, &mut delivered, progress)?;
    progress.end();
    Ok((blocking, delivered.diagnostics))
}

/// Everything up to scored pairs, in memory, for those who ask more of it than one set of personas: pairs of at least
/// `keep_bits`, handed to `ask`.
pub fn resolution<T>(
    config: &Config,
    progress: &mut Progress,
    keep_bits: f64,
    ask: impl FnOnce(&Resolution, &Claims) -> T,
) -> Result<(T, Vec<Diagnostic>), Vec<Diagnostic>> {
    let named = resolve::named_model(config)?;
    let Read { mut delivered, source, claims, near, .. } = read(config, named, Cells::LetGo, progress)?;
    let candidates = candidates(config, &claims, &near, &source, &mut delivered, progress)?;
    progress.stage("resolve personas");
    let resolution =
        Resolution::new(config, &claims, candidates.context, &candidates.blocking.pairs, source, keep_bits);
    delivered.diagnostics.extend(resolution.chosen.diagnostics.iter().cloned());
    progress.end();
    Ok((ask(&resolution, &claims), delivered.diagnostics))
}

/// A model that was learned, or why the data cannot carry one, with what there was to say on the way.
pub type Trained = (Result<Model, String>, Vec<Diagnostic>);

/// Learns a model from the sources, whatever model the config names: the model, or why the data cannot carry one.
/// Errors are those of the inputs.
pub fn train(config: &Config, progress: &mut Progress) -> Result<Trained, Vec<Diagnostic>> {
    let Read { mut delivered, source, claims, near, .. } = read(config, None, Cells::LetGo, progress)?;
    let Candidates { context, blocking } = candidates(config, &claims, &near, &source, &mut delivered, progress)?;
    progress.stage("train");
    let model = resolve::learn(&context, &blocking.pairs, &source.data_sha256);
    if let Some(training) = model.as_ref().ok().and_then(|model| model.training.as_ref()) {
        progress.count("training pairs", training.training_pairs);
        progress.count("random pairs", training.random_pairs);
        progress.count("rounds", training.trace.len() as u64);
    }
    progress.end();
    Ok((model, delivered.diagnostics))
}

/// What ingest delivered, with rejects and diagnostics as later stages add to them.
struct Delivered {
    tables: Vec<Table>,
    hub_tables: Vec<Table>,
    rejects: Vec<Reject>,
    diagnostics: Vec<Diagnostic>,
}

/// Which cells as delivered are needed after they were read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cells {
    /// Those that a claim was read from.
    Kept,
    /// None: files and column names stay.
    LetGo,
}

fn let_go_of_cells(tables: &mut [Table], claims: &Claims, cells: Cells) {
    let mut read: Vec<(usize, usize)> = Vec::new();
    if cells == Cells::Kept {
        let columns = |read: &crate::model::claim::Cells| {
            let source = read.source.index();
            read.columns.iter().map(|&column| (source, usize::from(column))).collect::<Vec<_>>()
        };
        read.extend(claims.cells.iter().flat_map(columns));
    }
    for (source, table) in tables.iter_mut().enumerate() {
        table.keep_cells_of(|column| read.contains(&(source, column)));
        table.origins = Vec::new();
    }
}

/// What the records say, before any two of them meet.
struct Read {
    delivered: Delivered,
    source: ModelSource,
    claims: Claims,
    near: Vec<NearPair>,
    /// Cells that wait until the run is written.
    set_aside: Option<SetAside>,
}

/// Bytes of cells from which they wait on disk where memory is not limited: fewer would spare little.
const SET_ASIDE_FROM: u64 = 512 * memory::MEGABYTE;

/// Sets aside on disk what is asked for again only when the run is written. Sensitive cells stay in memory: in clear they are
/// on no disk.
fn set_aside(config: &Config, tables: &mut [Table]) -> Option<SetAside> {
    let is_sensitive = |source: usize, column: &str| {
        let mut fields = config.sources[source].columns.iter().filter(|(field, _)| field.is_sensitive());
        fields.any(|(_, names)| names.iter().any(|name| name == column))
    };
    let sensitive: Vec<Vec<bool>> = tables
        .iter()
        .enumerate()
        .map(|(source, table)| table.names.iter().map(|name| is_sensitive(source, name)).collect())
        .collect();
    let from = if config.memory_limit.is_some() { 1 } else { SET_ASIDE_FROM };
    let may_wait = |table: usize, column: usize| !sensitive[table].get(column).copied().unwrap_or(true);
    spill::set_aside(config.spill_folder.as_ref()?, tables, from, may_wait)
}

/// The stages that every command begins with. `named` is the model that the config names, where it is to hold.
fn read(
    config: &Config,
    named: Option<NamedModel>,
    cells: Cells,
    progress: &mut Progress,
) -> Result<Read, Vec<Diagnostic>> {
    let mut delivered = ingest_sources(config, progress)?;
    let source = ModelSource { named, data_sha256: data_digest(&delivered.tables) };
    let claims = normalize_tables(config, &mut delivered, progress)?;
    let_go_of_cells(&mut delivered.tables, &claims, cells);
    let set_aside = set_aside(config, &mut delivered.tables);
    let near = near_values(&claims, &mut delivered, progress);
    Ok(Read { delivered, source, claims, near, set_aside })
}

struct Weighed {
    evidence: Vec<crate::model::evidence::Evidence>,
    holdings: Holdings,
    explained: Explained,
    facts: Facts,
}

fn ingest_sources(config: &Config, progress: &mut Progress) -> Result<Delivered, Vec<Diagnostic>> {
    progress.stage("ingest");
    let mut delivered =
        Delivered { tables: Vec::new(), hub_tables: Vec::new(), rejects: Vec::new(), diagnostics: Vec::new() };
    let mut faults = Vec::new();
    for source in &config.sources {
        match ingest::load(source) {
            Ok(loaded) => {
                progress.count(&source.name, loaded.table.rows() as u64);
                delivered.rejects.extend(loaded.rejects);
                delivered.diagnostics.extend(loaded.diagnostics);
                delivered.tables.push(loaded.table);
            }
            Err(diagnostics) => faults.extend(diagnostics),
        }
    }
    for hub in &config.hubs {
        match ingest::load_file(&hub.file.path, &hub.file.shown, None, hub.list.name()) {
            Ok(loaded) => {
                delivered.rejects.extend(loaded.rejects);
                delivered.diagnostics.extend(loaded.diagnostics);
                delivered.hub_tables.push(loaded.table);
            }
            Err(diagnostic) => faults.push(diagnostic),
        }
    }
    if faults.iter().any(|fault| fault.severity == Severity::Error) { Err(faults) } else { Ok(delivered) }
}

fn normalize_tables(
    config: &Config,
    delivered: &mut Delivered,
    progress: &mut Progress,
) -> Result<Claims, Vec<Diagnostic>> {
    memory::before_normalizing(config, &delivered.tables)?;
    progress.stage("normalize");
    let normalization = normalize::normalize(config, &delivered.tables);
    if normalization.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        return Err(normalization.diagnostics);
    }
    // Those of reading come first.
    let of_reading = std::mem::replace(&mut delivered.rejects, normalization.rejects);
    delivered.rejects.splice(0..0, of_reading);
    delivered.diagnostics.extend(normalization.diagnostics);
    let claims = normalization.claims;
    progress.count("records", claims.records.len() as u64);
    progress.count("claims", claims.claims.len() as u64);
    progress.count("values", claims.dictionary.len() as u64);
    progress.count("references", claims.references.len() as u64);
    Ok(claims)
}

fn near_values(claims: &Claims, delivered: &mut Delivered, progress: &mut Progress) -> Vec<NearPair> {
    progress.stage("near values");
    let neighbourhood = near::neighbours(&claims.dictionary);
    delivered.diagnostics.extend(neighbourhood.diagnostics);
    progress.count("near pairs", neighbourhood.pairs.len() as u64);
    neighbourhood.pairs
}

/// Records that may be one person, and what comparing them needs.
struct Candidates<'a> {
    context: compare::Context<'a>,
    blocking: Blocking,
}

impl Candidates<'_> {
    /// How often everything occurs that comparing and blocking look at, to be kept with the run.
    fn counts(&mut self) -> Counts {
        let mut counts = self.context.counts();
        counts.texts.append(&mut self.blocking.counts.texts);
        counts
    }
}

/// A sample of pairs is judged by the named model, else by the built-in one.
fn candidates<'a>(
    config: &Config,
    claims: &'a Claims,
    near: &[NearPair],
    source: &ModelSource,
    delivered: &mut Delivered,
    progress: &mut Progress,
) -> Result<Candidates<'a>, Vec<Diagnostic>> {
    let pairs_max = memory::before_blocking(config, claims, near.len())?;
    progress.stage("block");
    let context = resolve::context(config, claims, near);
    let mut blocking = {
        let kept = resolve::kept_unlearned(&context, source.named.as_ref(), threshold_bits(config) - KEEP_BELOW_BITS);
        let pairs_per_link = config.settings.bounds.pairs_per_link as u64;
        let worth = Worth { pairs_per_link, records_per_sample: block::RECORDS_PER_SAMPLE, kept: &kept };
        let worth = Some(&worth).filter(|_| pairs_per_link > 0);
        block::block(claims, &near_of_persons(claims, near), &added(config), pairs_max, worth)
    };
    delivered.diagnostics.append(&mut blocking.diagnostics);
    progress.count("candidate pairs", blocking.candidates);
    Ok(Candidates { context, blocking })
}

/// The weight from which two records are one person.
fn threshold_bits(config: &Config) -> f64 {
    MatchWeight::of_probability(config.settings.thresholds.persona_probability).0
}

/// What same-person resolution brings.
struct Resolved {
    blocking: Blocking,
    model: Model,
    chosen: Chosen,
    comparisons: Vec<compare::Comparison>,
    scored: Vec<ScoredPair>,
    personas: Personas,
}

fn resolve_personas(
    config: &Config,
    claims: &Claims,
    Candidates { context, mut blocking }: Candidates,
    source: ModelSource,
    delivered: &mut Delivered,
    progress: &mut Progress,
) -> Resolved {
    progress.stage("resolve personas");
    let threshold = threshold_bits(config);
    let resolution = Resolution::new(config, claims, context, &blocking.pairs, source, threshold - KEEP_BELOW_BITS);
    delivered.diagnostics.extend(resolution.chosen.diagnostics.iter().cloned());
    progress.count("scored pairs kept", resolution.scored.len() as u64);
    blocking.pairs = Vec::new();
    let mut personas = resolution.personas(threshold);
    delivered.diagnostics.append(&mut personas.diagnostics);
    progress.count("personas", personas.personas.len() as u64);
    progress.count("pairs kept apart", personas.kept_apart as u64);
    let comparisons = resolution.comparisons().to_vec();
    let Resolution { model, chosen, scored, .. } = resolution;
    Resolved { blocking, model, chosen, comparisons, scored, personas }
}

fn weigh_shared_values(
    config: &Config,
    claims: &Claims,
    near: Vec<NearPair>,
    personas: &Personas,
    delivered: &mut Delivered,
    progress: &mut Progress,
) -> Weighed {
    progress.stage("weigh shared values");
    let count = personas.personas.len();
    let facts = Facts::new(claims, &personas.of_record, count, &near);
    let mut explained = allow_lists::explained(config, claims, &delivered.hub_tables, &mut delivered.diagnostics);
    allow_lists::anonymizing(claims, &mut explained);
    let mut weighing = weigh::weigh(claims, &personas.of_record, count, near, explained, &facts, &config.settings);
    delivered.diagnostics.append(&mut weighing.diagnostics);
    progress.count("persona pairs scored", weighing.candidates as u64);
    progress.count("persona pairs over chance", weighing.evidence.len() as u64);
    Weighed { evidence: weighing.evidence, holdings: weighing.holdings, explained: weighing.explained, facts }
}

fn cluster_personas(
    config: &Config,
    claims: &Claims,
    personas: &Personas,
    weighed: &mut Weighed,
    progress: &mut Progress,
) -> Clusters {
    progress.stage("cluster");
    let know = name_knowledge();
    let evidence = std::mem::take(&mut weighed.evidence);
    let (facts, holdings) = (&weighed.facts, &weighed.holdings);
    let held = |value, persona| {
        let own = holdings.of_persona(persona);
        own.binary_search_by_key(&value, |holding| holding.value).ok().map(|at| own[at])
    };
    let questions = Questions {
        persona_name: &|persona| personas.personas[persona.index()].name.as_str(),
        same_name: &|a, b| {
            facts.names(a).iter().any(|&x| facts.names(b).iter().any(|&y| names_agree(claims, x, y, &know)))
        },
        holders: &|value| holdings.personas_of(value).to_vec(),
        together: &|value, a, b| match (held(value, a), held(value, b)) {
            (Some(x), Some(y)) => {
                x.period.overlaps(y.period) && !facts.share_home(a, b) && !facts.share_family_name(a, b)
            }
            _ => false,
        },
        shown: &|value| shown(claims, value),
    };
    let clusters = rings::rings(evidence, personas.personas.len(), &config.settings, &questions);
    progress.count("rings", clusters.rings.len() as u64);
    progress.count("set aside", clusters.set_aside.len() as u64);
    clusters
}

/// A value as people read it; sensitive ones masked to their last four.
pub fn shown(claims: &Claims, value: ValueId) -> String {
    let (kind, text) = (claims.dictionary.kind(value), claims.dictionary.text(value));
    normalize::display::shown_text(kind, text)
}
