//! Same-person resolution: which model holds, candidate pairs scored by it, and personas at a threshold.

use crate::block::Blocking;
use crate::cluster::personas::{self, Judge, Personas};
use crate::compare::name::{self, NameKnowledge};
use crate::compare::{Comparison, Context};
use crate::config::Config;
use crate::model::claim::Claims;
use crate::model::ids::ValueId;
use crate::model::pair::ScoredPair;
use crate::model::value::{AttributeType, IdentifierKind};
use crate::normalize;
use crate::score::{self, Model, Options, Scorer, train};
use crate::weigh::NearValue;

/// Everything that is known of the candidate pairs, before anyone is joined.
pub struct Resolution<'a> {
    claims: &'a Claims,
    source_names: Vec<&'a str>,
    pub context: Context<'a>,
    pub model: Model,
    pub scorer: Scorer,
    /// Pairs of at least the bits that were asked for, in the order of the candidates.
    pub scored: Vec<ScoredPair>,
}

impl<'a> Resolution<'a> {
    /// Chooses a model and scores the candidates; pairs below `keep_bits` are let go.
    pub fn new(
        config: &'a Config,
        claims: &'a Claims,
        near: &[NearValue],
        blocking: &Blocking,
        keep_bits: f64,
    ) -> Self {
        let context = Context::new(claims, &near_of_persons(claims, near), name_knowledge(), &added(config));
        let model = choose_model(&context, blocking);
        let scorer = Scorer::new(&model, context.comparisons(), context.people().len(), Options::default());
        let scored = score::score(&context, &scorer, &blocking.pairs, keep_bits);
        let source_names = config.sources.iter().map(|source| source.name.as_str()).collect();
        Self { claims, source_names, context, model, scorer, scored }
    }

    /// Personas at a threshold in bits.
    pub fn personas(&self, threshold_bits: f64) -> Personas {
        let know = name_knowledge();
        let judge = Judge {
            contradict: &|left, right| self.context.contradict(left, right),
            group_bits: &|left, right| {
                let pairs = left.iter().flat_map(|&a| right.iter().map(move |&b| (a, b)));
                self.scorer.weigh_groups(pairs.map(|(a, b)| self.context.compare(a, b)))
            },
            bound: threshold_bits,
            names_agree: &|a, b| names_agree(self.claims, a, b, &know),
        };
        personas::personas(self.claims, &self.source_names, &self.scored, threshold_bits, &judge)
    }

    /// The comparisons, in the order of terms.
    pub fn comparisons(&self) -> &[Comparison] {
        self.context.comparisons()
    }
}

/// The model that holds: learned from the data where they carry it, else the built-in one.
fn choose_model(context: &Context, blocking: &Blocking) -> Model {
    let built_in = Model::built_in(context.comparisons());
    train::train(context, &blocking.pairs, &built_in).unwrap_or(built_in)
}

/// The comparisons that the config adds, by name and type.
pub fn added(config: &Config) -> Vec<(String, AttributeType)> {
    config.comparisons.iter().map(|added| (added.name.clone(), added.compared_as)).collect()
}

/// Pairs of near values that say something of one person; a line of a resume or a network does not.
pub fn near_of_persons(claims: &Claims, near: &[NearValue]) -> Vec<(ValueId, ValueId)> {
    near.iter()
        .filter(|pair| !matches!(claims.dictionary.kind(pair.left), IdentifierKind::ResumeLine | IdentifierKind::Ip))
        .map(|pair| (pair.left, pair.right))
        .collect()
}

/// What comparing asks of the normalizers.
pub fn name_knowledge() -> NameKnowledge {
    NameKnowledge {
        nickname: normalize::name::same_by_nickname,
        romanization: normalize::name::surname_variants_equal,
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
