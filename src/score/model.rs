//! The model: m and u of every level of every comparison, the prior, and the innocent relations that compete.

use super::{RIVALS_MAX, built_in};
use crate::compare::Comparison;
use crate::model::value::AttributeType;
use serde::{Deserialize, Serialize};

/// m and u of one comparison level.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelParameters {
    pub name: String,
    /// P(level given the records match).
    pub m: f64,
    /// P(level given they are strangers); where the share of the agreed value is known, it takes the place of u.
    pub u: f64,
    /// Expected matches among the training pairs that reached the level; 0 where m is the built-in one.
    #[serde(default)]
    pub matches: f64,
    /// Random pairs that reached the level.
    #[serde(default)]
    pub random: u64,
}

/// The levels of one comparison after *not observed*, from strong to weak.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparisonParameters {
    pub name: String,
    /// The type of a comparison that the config added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared_as: Option<String>,
    pub levels: Vec<LevelParameters>,
}

/// An innocent relation that competes with "one person": two people in it agree in some comparisons as one person's
/// records would, and in the others as strangers do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rival {
    pub name: String,
    /// Comparisons in which such two agree.
    pub shares: Vec<String>,
    /// Expected records in that relation to a record.
    pub per_record: f64,
}

/// How a model was learned.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Records of persons.
    pub records: u64,
    /// Lower-case hex SHA-256 over the digests of the input files, in the order of the config.
    pub data_sha256: String,
    /// Candidate pairs, and how many of them were learned from.
    pub candidate_pairs: u64,
    pub training_pairs: u64,
    /// Random pairs that u was counted on.
    pub random_pairs: u64,
    /// Matches that the model expects among the candidate pairs.
    pub expected_matches: f64,
    pub converged: bool,
    pub trace: Vec<Iteration>,
    /// What had to be set aside or filled in.
    pub notes: Vec<String>,
}

/// One round of expectation maximisation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Iteration {
    /// Mean log2 likelihood of a training pair, against strangers.
    pub log2_likelihood: f64,
    pub expected_matches: f64,
    /// The largest change of any m.
    pub largest_change: f64,
}

/// A complete model, as it stands in a model file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// `samehand-model 1`.
    pub format: String,
    /// `built-in` or `trained`.
    pub origin: String,
    /// Expected further records of its person that a record has in the data.
    pub matches_per_record: f64,
    pub rivals: Vec<Rival>,
    pub comparisons: Vec<ComparisonParameters>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<Training>,
}

/// The format that this program writes and reads.
pub const FORMAT: &str = "samehand-model 1";

/// Further records of a person, or records in a rival relation, that a record can have in a model file.
const PER_RECORD_MAX: f64 = 1e6;

impl Model {
    /// Sensible values for data about people and organisations; see `built_in`.
    pub fn built_in(comparisons: &[Comparison]) -> Model {
        Model {
            format: FORMAT.to_owned(),
            origin: "built-in".to_owned(),
            matches_per_record: built_in::MATCHES_PER_RECORD,
            rivals: built_in::rivals(comparisons),
            comparisons: comparisons.iter().map(built_in::parameters).collect(),
            training: None,
        }
    }

    /// Reads a model file and fits it to the comparisons of this run: comparisons that the file lacks get built-in
    /// values, with a note each. Errors say what is wrong with the file.
    pub fn from_json(text: &str, comparisons: &[Comparison]) -> Result<(Model, Vec<String>), String> {
        let mut model: Model = serde_json::from_str(text).map_err(|error| format!("not a model file: {error}"))?;
        if model.format != FORMAT {
            return Err(format!("its format is `{}`, and this program reads `{FORMAT}`", model.format));
        }
        model.check()?;
        let mut notes = Vec::new();
        let mut fitted = Vec::with_capacity(comparisons.len());
        let known = |name: &String| comparisons.iter().any(|comparison| comparison.name == *name);
        for rival in model.rivals.iter().filter(|rival| !rival.shares.iter().any(known)) {
            notes.push(format!("the rival `{}` shares no comparison of this run and counts for nothing", rival.name));
        }
        model.rivals.retain(|rival| rival.shares.iter().any(known));
        for comparison in comparisons {
            let compared_as = comparison.added.map(AttributeType::name);
            let found = model.comparisons.iter().find(|known| known.name == comparison.name);
            let fits = |known: &&ComparisonParameters| {
                known.compared_as.as_deref() == compared_as
                    && known.levels.iter().map(|level| level.name.as_str()).eq(comparison.levels[1..].iter().copied())
            };
            match found {
                Some(known) if fits(&known) => fitted.push(known.clone()),
                Some(_) => {
                    return Err(format!("its levels of `{}` are not those of this program", comparison.name));
                }
                None => {
                    notes.push(format!("the model does not know `{}`; built-in values are used", comparison.name));
                    fitted.push(built_in::parameters(comparison));
                }
            }
        }
        model.comparisons = fitted;
        Ok((model, notes))
    }

    /// Whether every number can be what it is said to be.
    fn check(&self) -> Result<(), String> {
        let positive = |value: f64| value.is_finite() && value > 0.0;
        if self.rivals.len() > RIVALS_MAX {
            return Err(format!("it has {} rivals, and {RIVALS_MAX} can compete", self.rivals.len()));
        }
        if !positive(self.matches_per_record) || self.matches_per_record > PER_RECORD_MAX {
            return Err(format!("matches_per_record must lie above 0 and not above {PER_RECORD_MAX}"));
        }
        for rival in &self.rivals {
            if !rival.per_record.is_finite() || !(0.0..=PER_RECORD_MAX).contains(&rival.per_record) {
                return Err(format!(
                    "per_record of the rival `{}` must lie between 0 and {PER_RECORD_MAX}",
                    rival.name
                ));
            }
        }
        for comparison in &self.comparisons {
            for level in &comparison.levels {
                if !positive(level.m) || !positive(level.u) || level.m > 1.0 || level.u > 1.0 {
                    return Err(format!(
                        "m and u of `{}`, level `{}`, must lie above 0 and not above 1",
                        comparison.name, level.name
                    ));
                }
            }
        }
        Ok(())
    }

    /// The text of a model file; ends with a line break.
    pub fn to_json(&self) -> String {
        // Every field is a number, a text or a list of them.
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
    }

    /// Lower-case hex SHA-256 of [`Model::to_json`]: everything that decides a weight, and how it was learned.
    pub fn digest(&self) -> String {
        use sha2::{Digest, Sha256};
        Sha256::digest(self.to_json()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
