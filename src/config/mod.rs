//! Typed settings: what the user wrote (`raw`), checked and completed from `defaults.toml` (`resolve`).
//! Everything that is wrong with a config is found in one go, before any work.

use crate::model::field::Field;
use crate::model::record::RecordKind;
use crate::model::value::{AttributeType, IdentifierKind};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A file format that ingest reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// Delimited text; delimiter, quote and encoding are detected.
    Csv,
    /// Tab-separated text.
    Tsv,
    /// A spreadsheet; its first sheet with a header.
    Xlsx,
    Parquet,
    /// One JSON object a line, or one JSON array of objects.
    Ndjson,
}

impl Format {
    pub const ALL: [Format; 5] = [Format::Csv, Format::Tsv, Format::Xlsx, Format::Parquet, Format::Ndjson];

    pub fn name(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Xlsx => "xlsx",
            Format::Parquet => "parquet",
            Format::Ndjson => "ndjson",
        }
    }

    pub fn from_name(name: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// A checked source: its files exist, its columns are in their headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub name: String,
    pub kind: RecordKind,
    /// Files of the path or glob, sorted; never empty.
    pub files: Vec<SourceFile>,
    /// Given in the config, else detected from name and content.
    pub format: Option<Format>,
    /// Columns of the source's own primary key; empty: the row number serves.
    pub key: Vec<String>,
    /// Canonical field to the columns that feed it, in the config's order.
    pub columns: Vec<(Field, Vec<String>)>,
    /// Columns that the config's comparisons take from this source: index into [`Config::comparisons`] to columns.
    pub compared: Vec<(usize, Vec<String>)>,
    /// The source is stated to hold each person once: no two of its records are ever one persona.
    pub distinct: bool,
    /// References to records of another kind: kind to the columns that hold the key (parts of a composite key).
    pub references: Vec<(RecordKind, Vec<String>)>,
    /// Columns that name an attribute that the product refuses; dropped at load.
    pub refused: Vec<String>,
    /// Columns mapped to nothing.
    pub unmapped: Vec<String>,
    /// Line of its `[[source]]` in the config file, from 1.
    pub line: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    pub path: PathBuf,
    /// The path for people: as the config gave it, globs expanded, relative paths kept relative to the config.
    pub shown: String,
}

/// A customer's allow list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HubList {
    /// `street,unit,city,region,postal_code`
    OwnOffices,
    /// `street,unit,city,region,postal_code`
    VirtualOffices,
    /// `ip`
    OwnEgress,
    /// `cidr`
    VpnRanges,
    /// `name,phone,city`, more columns allowed
    Agencies,
    /// `routing_number`
    PaycardRouting,
    /// `application`
    RemoteTools,
}

impl HubList {
    pub const ALL: [HubList; 7] = [
        HubList::OwnOffices,
        HubList::VirtualOffices,
        HubList::OwnEgress,
        HubList::VpnRanges,
        HubList::Agencies,
        HubList::PaycardRouting,
        HubList::RemoteTools,
    ];

    pub fn name(self) -> &'static str {
        match self {
            HubList::OwnOffices => "own_offices",
            HubList::VirtualOffices => "virtual_offices",
            HubList::OwnEgress => "own_egress",
            HubList::VpnRanges => "vpn_ranges",
            HubList::Agencies => "agencies",
            HubList::PaycardRouting => "paycard_routing",
            HubList::RemoteTools => "remote_tools",
        }
    }

    /// Columns that the list's CSV file must have. Addresses need a street and one of city and postal code.
    pub fn required_columns(self) -> &'static [&'static str] {
        match self {
            HubList::OwnOffices | HubList::VirtualOffices => &["street"],
            HubList::OwnEgress => &["ip"],
            HubList::VpnRanges => &["cidr"],
            HubList::Agencies => &["name"],
            HubList::PaycardRouting => &["routing_number"],
            HubList::RemoteTools => &["application"],
        }
    }
}

/// An allow list's file, relative to the config.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubFile {
    pub list: HubList,
    pub file: SourceFile,
}

/// What a run works with.
#[derive(Clone, Debug)]
pub struct Config {
    pub path: PathBuf,
    /// Lower-case hex SHA-256 over the settings that decide a result (sources, settings; not the path of the config).
    pub digest: String,
    pub sources: Vec<Source>,
    pub hubs: Vec<HubFile>,
    /// Comparisons beyond the vocabulary, in the config's order.
    pub comparisons: Vec<AddedComparison>,
    /// A trained model that same-person resolution uses.
    pub model: Option<SourceFile>,
    /// What is known to be bad, as typed.
    pub known: KnownBad,
    pub settings: Settings,
    /// Bytes of memory that a run may hold, as the command line says; decides no result.
    pub memory_limit: Option<u64>,
    /// Where a run may set aside on disk what it does not need for a while; decides no result.
    pub spill_folder: Option<PathBuf>,
}

/// `[known]`: records, personas and values that are known to be bad, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownBad {
    /// `source:key`.
    pub records: Vec<String>,
    /// Persona ids of an earlier run, `P-…`.
    pub personas: Vec<String>,
    /// Any value as a person types it: a phone, an email, an account, a wallet, an address, a network.
    pub values: Vec<String>,
}

impl KnownBad {
    pub fn is_empty(&self) -> bool {
        self.records.is_empty() && self.personas.is_empty() && self.values.is_empty()
    }
}

/// A `[[comparison]]`: columns that the vocabulary does not know, compared by type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedComparison {
    /// Lower-case letters, digits and `_`; no name of a built-in comparison.
    pub name: String,
    pub compared_as: AttributeType,
}

/// Everything of `defaults.toml`, with the user's overrides.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    pub default_region: String,
    pub thresholds: Thresholds,
    pub bounds: Bounds,
    pub weights: Weights,
    pub relations: BTreeMap<String, Relation>,
    /// Parameters of indicators: id to name to number; `bits` has the bits of each strength.
    pub indicators: BTreeMap<String, BTreeMap<String, f64>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    pub persona_probability: f64,
    pub operator_bits: f64,
    pub ring_bits: f64,
    pub review_families: usize,
    pub priority_families: usize,
    pub strong_bits: f64,
    pub site_share: f64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    pub candidate_pairs_millions: f64,
    pub value_holders: usize,
    pub diagram_vertices: usize,
    pub persona_records: usize,
    /// Candidate pairs that a link which nothing else finds may cost; zero: any number.
    pub pairs_per_link: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    pub partners: f64,
    pub pseudo_count: f64,
    pub within_family: f64,
    pub kinds: BTreeMap<IdentifierKind, KindWeight>,
}

/// How often two personas of one operator share a value of a kind, and how often innocent people do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KindWeight {
    pub m: f64,
    pub m_near: f64,
    pub innocent: f64,
}

/// An innocent relation that competes with "one operator".
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    pub partners: f64,
    pub shares: BTreeMap<IdentifierKind, f64>,
}

mod compared;
mod files;
pub mod header;
pub mod raw;
pub mod resolve;
pub mod settings;

pub use compared::BUILT_IN_COMPARISONS;
pub use resolve::{Peek, load, parse, settings_alone};
pub use settings::reference;
