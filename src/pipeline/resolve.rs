//! Same-person resolution: which model holds, candidate pairs scored by it, and personas at a threshold.

use crate::cluster::personas::{self, Judge, Personas};
use crate::compare::name::{self, NameKnowledge};
use crate::compare::{self, Comparison, Context};
use crate::config::Config;
use crate::model::claim::Claims;
use crate::model::diagnostic::Diagnostic;
use crate::model::ids::ValueId;
use crate::model::near::NearPair;
use crate::model::pair::{CandidatePair, ScoredPair};
use crate::model::table::Table;
use crate::model::value::{AttributeType, IdentifierKind};
use crate::normalize;
use crate::score::model::Training;
use crate::score::{self, Model, Options, Scorer, train};
use crate::store::text_file;
use sha2::{Digest, Sha256};

/// Everything that is known of the candidate pairs, before anyone is joined.
pub struct Resolution<'a> {
    claims: &'a Claims,
    config: &'a Config,
    source_names: Vec<&'a str>,
    pub context: Context<'a>,
    pub model: Model,
    pub chosen: Chosen,
    pub scorer: Scorer,
    /// Pairs of at least the bits that were asked for, in the order of the candidates.
    pub scored: Vec<ScoredPair>,
}

/// Where the model comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file that the config names.
    Named,
    /// Learned from the records of this run.
    Trained,
    BuiltIn,
}

impl Origin {
    pub fn name(self) -> &'static str {
        match self {
            Origin::Named => "named",
            Origin::Trained => "trained",
            Origin::BuiltIn => "built-in",
        }
    }
}

/// Which model holds, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    pub origin: Origin,
    /// For people: the file, from how many matches, or why nothing could be learned.
    pub because: String,
    pub diagnostics: Vec<Diagnostic>,
}

/// A model that the config names, read and fitted to the comparisons of the run.
#[derive(Debug)]
pub struct NamedModel {
    model: Model,
    file: String,
    notes: Vec<String>,
}

/// What a model is chosen from, besides the records.
#[derive(Debug, Default)]
pub struct ModelSource {
    pub named: Option<NamedModel>,
    /// See [`data_digest`].
    pub data_sha256: String,
}

/// A model file larger than this is none.
const MODEL_BYTES_MAX: u64 = 16_000_000;

/// Reads the model that the config names, before any work starts. Errors: the file cannot be read, or is no model.
pub fn named_model(config: &Config) -> Result<Option<NamedModel>, Vec<Diagnostic>> {
    let Some(file) = &config.model else { return Ok(None) };
    let fault = |message: String| {
        let hint = "let `model` in the config name a file that `samehand train` wrote, or remove that line to learn from \
                    the data";
        vec![Diagnostic::error("bad-model", file.shown.clone(), message).hint(hint)]
    };
    let text = text_file::read(&file.path, MODEL_BYTES_MAX).map_err(|error| fault(error.to_string()))?;
    let (model, notes) = Model::from_json(&text, &compare::comparisons(&added(config))).map_err(fault)?;
    Ok(Some(NamedModel { model, file: file.shown.clone(), notes }))
}

/// Lower-case hex SHA-256 over the digests of the input files, one a line, in the order of the config.
pub fn data_digest(tables: &[Table]) -> String {
    let mut hasher = Sha256::new();
    for file in tables.iter().flat_map(|table| &table.files) {
        hasher.update(file.sha256.as_bytes());
        hasher.update(b"\n");
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

impl<'a> Resolution<'a> {
    /// Chooses a model and scores the candidate pairs; those below `keep_bits` are let go.
    pub fn new(
        config: &'a Config,
        claims: &'a Claims,
        context: Context<'a>,
        pairs: &[CandidatePair],
        source: ModelSource,
        keep_bits: f64,
    ) -> Self {
        let (model, chosen) = choose_model(&context, pairs, source);
        let scorer = Scorer::of(&context, &model, Options::default());
        let scored = score::score(&context, &scorer, pairs, keep_bits);
        let source_names = config.sources.iter().map(|source| source.name.as_str()).collect();
        Self { claims, config, source_names, context, model, chosen, scorer, scored }
    }

    /// Personas at a threshold in bits.
    pub fn personas(&self, threshold_bits: f64) -> Personas {
        let know = name_knowledge();
        let judge = Judge {
            contradict: &|left, right| self.context.contradict(left, right),
            group_bits: &|left, right| {
                let pairs = left.iter().flat_map(|&a| right.iter().map(move |&b| (a, b)));
                // As candidates are compared: the smaller record first.
                self.scorer.weigh_groups(pairs.map(|(a, b)| self.context.compare(a.min(b), a.max(b))))
            },
            bound: threshold_bits,
            distinct: &|source| self.config.sources.get(source.index()).is_some_and(|source| source.distinct),
            records_max: self.config.settings.bounds.persona_records,
            names_agree: &|a, b| names_agree(self.claims, a, b, &know),
        };
        personas::personas(self.claims, &self.source_names, &self.scored, threshold_bits, &judge)
    }

    /// The comparisons, in the order of terms.
    pub fn comparisons(&self) -> &[Comparison] {
        self.context.comparisons()
    }
}

/// Everything that comparing needs.
pub fn context<'a>(config: &Config, claims: &'a Claims, near: &[NearPair]) -> Context<'a> {
    Context::new(claims, &near_of_persons(claims, near), name_knowledge(), &added(config))
}

/// Says which pairs reach `keep_bits` by the named model or the built-in one: for asking before anything is learned.
pub fn kept_unlearned(
    context: &Context,
    named: Option<&NamedModel>,
    keep_bits: f64,
) -> impl Fn(&[CandidatePair]) -> Vec<CandidatePair> + Sync {
    let model = named.map_or_else(|| Model::built_in(context.comparisons()), |named| named.model.clone());
    let scorer = Scorer::of(context, &model, Options::default());
    move |pairs| score::score(context, &scorer, pairs, keep_bits).iter().map(|scored| scored.pair).collect()
}

/// Learns a model from the candidate pairs, or says why the data cannot carry one.
pub fn learn(context: &Context, pairs: &[CandidatePair], data_sha256: &str) -> Result<Model, String> {
    let mut model = train::train(context, pairs, &Model::built_in(context.comparisons()))?;
    if let Some(training) = &mut model.training {
        training.data_sha256 = data_sha256.to_owned();
    }
    Ok(model)
}

/// The model that holds: the one that the config names, else learned from the data where they carry it, else the
/// built-in one. Always usable.
fn choose_model(context: &Context, pairs: &[CandidatePair], source: ModelSource) -> (Model, Chosen) {
    if let Some(NamedModel { model, file, notes }) = source.named {
        let note = |note: String| Diagnostic::note("model", file.clone(), note);
        let diagnostics = notes.into_iter().map(note).collect();
        return (model, Chosen { origin: Origin::Named, because: format!("the config names {file}"), diagnostics });
    }
    match learn(context, pairs, &source.data_sha256) {
        Ok(model) => {
            let (because, diagnostics) = model.training.as_ref().map(told).unwrap_or_default();
            (model, Chosen { origin: Origin::Trained, because, diagnostics })
        }
        Err(because) => {
            let message = format!("the built-in model scores records: {because}");
            let hint =
                "a model that `samehand train` wrote from similar data can be named in the config, `model = ...`";
            let diagnostics = vec![Diagnostic::note("built-in-model", "", message).hint(hint)];
            (Model::built_in(context.comparisons()), Chosen { origin: Origin::BuiltIn, because, diagnostics })
        }
    }
}

/// What learning rests on, in words, and its notes as diagnostics.
fn told(training: &Training) -> (String, Vec<Diagnostic>) {
    let because = format!(
        "about {:.0} matches are expected among {} candidate pairs",
        training.expected_matches, training.candidate_pairs
    );
    (because, training.notes.iter().map(|note| Diagnostic::note("training", "", note.clone())).collect())
}

/// The comparisons that the config adds, by name and type.
pub fn added(config: &Config) -> Vec<(String, AttributeType)> {
    config.comparisons.iter().map(|added| (added.name.clone(), added.compared_as)).collect()
}

/// Pairs of near values that say something of one person; a line of a resume or a network does not.
pub fn near_of_persons(claims: &Claims, near: &[NearPair]) -> Vec<(ValueId, ValueId)> {
    near.iter()
        .filter(|pair| !matches!(claims.dictionary.kind(pair.left), IdentifierKind::ResumeLine | IdentifierKind::Ip))
        .map(|pair| (pair.left, pair.right))
        .collect()
}

/// What comparing asks of the normalizers.
pub fn name_knowledge() -> NameKnowledge {
    NameKnowledge {
        nicknames: normalize::name::nickname_roots,
        romanizations: normalize::name::surname_groups,
        organisation_token: normalize::name::fold_organisation_token,
    }
}

/// Whether two name values agree in given and family part, typos and nicknames allowed.
pub fn names_agree(claims: &Claims, a: ValueId, b: ValueId, know: &NameKnowledge) -> bool {
    let (x, y) = (name::parse(claims.dictionary.text(a)), name::parse(claims.dictionary.text(b)));
    if x.split && y.split {
        let (given, family) = name::compare_split(&x, &y, know);
        given.agrees() && family.agrees()
    } else {
        a == b
    }
}
