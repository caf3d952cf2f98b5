//! Settings: the numbers of `defaults.toml`, what each may be, and how overrides change them. Also the reference of all
//! settings as Markdown, made from the same file, so that the two cannot drift apart.
//!
//! Invariant: `defaults.toml` is the only place where a setting's default stands, and [`Settings::leaves`] names every
//! setting that it has.

use super::raw::{Faults, Located};
use super::{Bounds, Format, HubList, KindWeight, Relation, Settings, Thresholds, Weights};
use crate::model::field::Field;
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use toml::de::{DeTable, DeValue};

/// The compiled-in defaults with their reasons.
pub const DEFAULTS: &str = include_str!("defaults.toml");

/// A number as typed: whether it had a fraction decides if it may be a count.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// `300`
    Integer(i64),
    /// `0.3`, `inf`, `nan`
    Float(f64),
}

impl Number {
    /// The number that a TOML value is, if it is one that fits.
    pub(super) fn of(value: &DeValue<'_>) -> Option<Number> {
        match value {
            DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).ok().map(Number::Integer),
            DeValue::Float(n) => n.as_str().parse().ok().map(Number::Float),
            _ => None,
        }
    }

    fn as_f64(self) -> f64 {
        match self {
            Number::Integer(n) => n as f64,
            Number::Float(n) => n,
        }
    }
}

/// What a setting may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// More than 0 and less than 1.
    Probability,
    /// More than 0 and at most 1.
    Share,
    /// From 0 to 1.
    Fraction,
    /// 0 or more.
    NonNegative,
    /// More than 0.
    Positive,
    /// 1 or more.
    AtLeastOne,
    /// A whole number, 1 or more.
    Count,
    /// A whole number, 0 or more.
    CountOrNone,
    /// A whole number of evidence families.
    Families,
}

impl Rule {
    /// The rule of the setting with that dotted name.
    fn of(path: &str) -> Rule {
        let last = path.rsplit('.').next().unwrap_or(path);
        match (path.split('.').next().unwrap_or(path), last) {
            ("thresholds", "persona_probability") => Rule::Probability,
            ("thresholds", "review_families" | "priority_families") => Rule::Families,
            ("thresholds", "site_share") => Rule::Share,
            ("thresholds", _) => Rule::NonNegative,
            ("bounds", "candidate_pairs_millions") => Rule::AtLeastOne,
            ("bounds", "pairs_per_link") => Rule::CountOrNone,
            ("bounds", _) => Rule::Count,
            ("indicators", _) => Rule::NonNegative,
            (_, "partners" | "pseudo_count") => Rule::Positive,
            ("weights", "m") | ("relations", _) => Rule::Share,
            ("weights", "m_near" | "within_family") => Rule::Fraction,
            _ => Rule::NonNegative,
        }
    }

    fn text(self) -> &'static str {
        match self {
            Rule::Probability => "more than 0 and less than 1",
            Rule::Share => "more than 0 and at most 1",
            Rule::Fraction => "from 0 to 1",
            Rule::NonNegative => "0 or more",
            Rule::Positive => "more than 0",
            Rule::AtLeastOne => "1 or more",
            Rule::Count => "a whole number, 1 or more",
            Rule::CountOrNone => "a whole number, 0 or more",
            Rule::Families => "a whole number from 1 to 6, one per evidence family",
        }
    }

    fn is_whole(self) -> bool {
        matches!(self, Rule::Count | Rule::CountOrNone | Rule::Families)
    }

    fn allows(self, n: f64) -> bool {
        n.is_finite()
            && match self {
                Rule::Probability => n > 0.0 && n < 1.0,
                Rule::Share => n > 0.0 && n <= 1.0,
                Rule::Fraction => (0.0..=1.0).contains(&n),
                Rule::NonNegative => n >= 0.0,
                Rule::Positive => n > 0.0,
                Rule::AtLeastOne => n >= 1.0,
                // Beyond 2^53 a count is no longer exact, and no machine has the memory that it would bound.
                Rule::Count => (1.0..=9.0e15).contains(&n),
                Rule::CountOrNone => (0.0..=9.0e15).contains(&n),
                Rule::Families => n >= 1.0 && n <= EvidenceFamily::ALL.len() as f64,
            }
    }
}

static DEFAULT_LEAVES: LazyLock<Vec<(String, Number)>> = LazyLock::new(|| {
    let document = DeTable::parse(DEFAULTS).expect("the compiled-in defaults.toml is valid TOML, which a test proves");
    let mut leaves = Vec::new();
    flatten("", document.get_ref(), &mut leaves);
    leaves
});

fn flatten(path: &str, table: &DeTable<'_>, leaves: &mut Vec<(String, Number)>) {
    for (key, value) in table.iter() {
        let name = if path.is_empty() { key.get_ref().to_string() } else { format!("{path}.{}", key.get_ref()) };
        match value.get_ref() {
            DeValue::Table(table) => flatten(&name, table, leaves),
            value => leaves.extend(Number::of(value).map(|number| (name, number))),
        }
    }
}

/// Every numeric setting of defaults.toml in its order, by dotted name.
pub(super) fn defaults() -> &'static [(String, Number)] {
    &DEFAULT_LEAVES
}

/// The names that defaults.toml has directly below a table, each once, in its order.
pub(super) fn names_below(path: &str) -> Vec<&'static str> {
    let mut names = Vec::new();
    for (leaf, _) in defaults() {
        let below = leaf.strip_prefix(path).and_then(|rest| rest.strip_prefix('.'));
        if let Some(name) = below.and_then(|rest| rest.split('.').next())
            && !names.contains(&name)
        {
            names.push(name);
        }
    }
    names
}

impl Default for Settings {
    /// `defaults.toml` as it is.
    fn default() -> Self {
        let leaves = defaults().iter().map(|(name, number)| (name.clone(), number.as_f64())).collect();
        build(&leaves, default_region())
    }
}

fn default_region() -> String {
    let document = DeTable::parse(DEFAULTS).expect("the compiled-in defaults.toml is valid TOML, which a test proves");
    let region = document.get_ref().get("default_region").and_then(|value| value.get_ref().as_str());
    region.expect("defaults.toml names a default region, which a test proves").to_owned()
}

impl Settings {
    /// Every numeric setting by its dotted name (`weights.kinds.phone.m`), sorted by name.
    pub fn leaves(&self) -> BTreeMap<String, f64> {
        let (t, b, w) = (&self.thresholds, &self.bounds, &self.weights);
        let mut leaves: BTreeMap<String, f64> = [
            ("thresholds.persona_probability", t.persona_probability),
            ("thresholds.operator_bits", t.operator_bits),
            ("thresholds.ring_bits", t.ring_bits),
            ("thresholds.review_families", t.review_families as f64),
            ("thresholds.priority_families", t.priority_families as f64),
            ("thresholds.strong_bits", t.strong_bits),
            ("thresholds.site_share", t.site_share),
            ("bounds.candidate_pairs_millions", b.candidate_pairs_millions),
            ("bounds.value_holders", b.value_holders as f64),
            ("bounds.diagram_vertices", b.diagram_vertices as f64),
            ("bounds.persona_records", b.persona_records as f64),
            ("bounds.pairs_per_link", b.pairs_per_link as f64),
            ("weights.partners", w.partners),
            ("weights.pseudo_count", w.pseudo_count),
            ("weights.within_family", w.within_family),
        ]
        .map(|(name, number)| (name.to_owned(), number))
        .into();
        for (kind, weight) in &w.kinds {
            for (part, number) in [("m", weight.m), ("m_near", weight.m_near), ("innocent", weight.innocent)] {
                leaves.insert(format!("weights.kinds.{}.{part}", kind.name()), number);
            }
        }
        for (name, relation) in &self.relations {
            leaves.insert(format!("relations.{name}.partners"), relation.partners);
            for (kind, share) in &relation.shares {
                leaves.insert(format!("relations.{name}.shares.{}", kind.name()), *share);
            }
        }
        for (id, parameters) in &self.indicators {
            leaves.extend(parameters.iter().map(|(name, number)| (format!("indicators.{id}.{name}"), *number)));
        }
        leaves
    }
}

/// Defaults with overrides laid over them. Faulty overrides are reported and leave the default.
pub(super) fn resolve(
    overrides: &[(Located<String>, Number)],
    region: Option<&Located<String>>,
    faults: &mut Faults,
) -> Settings {
    let mut leaves: BTreeMap<String, f64> =
        defaults().iter().map(|(name, number)| (name.clone(), number.as_f64())).collect();
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, number) in overrides {
        let rule = Rule::of(&name.value);
        if rule.is_whole() && matches!(number, Number::Float(_)) {
            let message = format!("`{}` must be a whole number", name.value);
            faults.error(name.line, "wrong-type", message, "write it without a decimal point");
        } else if !rule.allows(number.as_f64()) {
            let message = format!("`{}` = {} is impossible: it must be {}", name.value, number.as_f64(), rule.text());
            let default = leaves.get(&name.value).copied().unwrap_or_default();
            faults.error(name.line, "impossible-setting", message, format!("the default is {default}"));
        } else {
            leaves.insert(name.value.clone(), number.as_f64());
            lines.insert(&name.value, name.line);
        }
    }
    let (review, priority) = ("thresholds.review_families", "thresholds.priority_families");
    let (r, p) = (leaves[review], leaves[priority]);
    if r > p {
        let line = lines.get(review).or(lines.get(priority)).copied().unwrap_or(1);
        let message = format!("`{review}` = {r} is more than `{priority}` = {p}");
        faults.error(
            line,
            "impossible-setting",
            message,
            "what is looked at first must need at least as many families",
        );
    }
    let region = region.and_then(|region| resolve_region(region, faults)).unwrap_or_else(default_region);
    build(&leaves, region)
}

/// Codes of ISO 3166-1 alpha-2.
const REGIONS: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT \
BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM \
FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO \
JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT \
MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA \
SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US \
UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

fn resolve_region(region: &Located<String>, faults: &mut Faults) -> Option<String> {
    let code = region.value.trim().to_ascii_uppercase();
    if code.len() == 2 && REGIONS.split(' ').any(|known| known == code) {
        return Some(code);
    }
    let hint = match code.as_str() {
        "UK" => "the code of the United Kingdom is \"GB\"",
        "USA" => "write \"US\"",
        _ => "two letters of ISO 3166, for example \"US\" or \"GB\"",
    };
    faults.error(region.line, "unknown-region", format!("unknown region `{}`", region.value), hint);
    None
}

/// Settings from all leaves of defaults.toml, overridden or not.
fn build(leaves: &BTreeMap<String, f64>, default_region: String) -> Settings {
    let get = |name: &str| -> f64 {
        *leaves.get(name).expect("defaults.toml has every setting that is read here, which a test proves")
    };
    // Counts were checked to be whole, not negative and exact; the cast loses nothing.
    let count = |name: &str| get(name) as usize;
    let kinds = IdentifierKind::ALL.iter().copied().filter_map(|kind| {
        let of = |part: &str| leaves.get(&format!("weights.kinds.{}.{part}", kind.name())).copied();
        Some((kind, KindWeight { m: of("m")?, m_near: of("m_near")?, innocent: of("innocent")? }))
    });
    let relations = names_below("relations").into_iter().map(|name| {
        let shares = IdentifierKind::ALL.iter().copied().filter_map(|kind| {
            leaves.get(&format!("relations.{name}.shares.{}", kind.name())).map(|share| (kind, *share))
        });
        let partners = get(&format!("relations.{name}.partners"));
        (name.to_owned(), Relation { partners, shares: shares.collect() })
    });
    let indicators = names_below("indicators").into_iter().map(|id| {
        let path = format!("indicators.{id}");
        let of = |name: &str| (name.to_owned(), get(&format!("{path}.{name}")));
        (id.to_owned(), names_below(&path).into_iter().map(of).collect())
    });
    Settings {
        default_region,
        thresholds: Thresholds {
            persona_probability: get("thresholds.persona_probability"),
            operator_bits: get("thresholds.operator_bits"),
            ring_bits: get("thresholds.ring_bits"),
            review_families: count("thresholds.review_families"),
            priority_families: count("thresholds.priority_families"),
            strong_bits: get("thresholds.strong_bits"),
            site_share: get("thresholds.site_share"),
        },
        bounds: Bounds {
            candidate_pairs_millions: get("bounds.candidate_pairs_millions"),
            value_holders: count("bounds.value_holders"),
            diagram_vertices: count("bounds.diagram_vertices"),
            persona_records: count("bounds.persona_records"),
            pairs_per_link: count("bounds.pairs_per_link"),
        },
        weights: Weights {
            partners: get("weights.partners"),
            pseudo_count: get("weights.pseudo_count"),
            within_family: get("weights.within_family"),
            kinds: kinds.collect(),
        },
        relations: relations.collect(),
        indicators: indicators.collect(),
    }
}

/// Everything that a config may say, as Markdown: keys of a source, kinds, fields, allow lists, and every setting with
/// its default, what it may be, and its reason from defaults.toml.
pub fn reference() -> String {
    let mut out = String::from(
        "# The config\n\n`samehand.toml` names the sources, says which column holds what, and may override any setting. \
         `samehand init FILES…` writes a first one; `samehand check` tells everything that is wrong with one.\n\n\
         ## `[[source]]`\n\nOne per table as delivered.\n\n| key | what it is |\n|---|---|\n\
         | `name` | A name of your choice; unique. |\n\
         | `kind` | What its rows are, see below. |\n\
         | `path` | A file, a glob, or a list of them; relative to the config. |\n\
         | `format` | Optional: ",
    );
    out.push_str(&Format::ALL.map(|format| format!("`{}`", format.name())).join(", "));
    out.push_str(
        ". Detected when it is not given. |\n\
         | `key` | Optional: the column, or the list of columns, that names a row in its own system. Without it the row number serves. |\n\
         | `[source.columns]` | Field to column, or to a list of columns. |\n\
         | `[source.references]` | Kind to the column (or the parts of a composite key) that holds the key of a record of that kind. |\n\n\
         Kinds: ",
    );
    out.push_str(&RecordKind::ALL.map(|kind| format!("`{}`", kind.name())).join(", "));
    out.push_str(".\n\n### Fields\n\n| field | what it holds |\n|---|---|\n");
    for field in Field::ALL {
        out.push_str(&format!("| `{}` | {} |\n", field.name(), field.doc()));
    }
    out.push_str("\n### Refused attributes\n\nColumns whose header names one of these are dropped at load and named: ");
    out.push_str(&super::header::REFUSED.iter().map(|(attribute, _)| *attribute).collect::<Vec<_>>().join(", "));
    out.push_str(".\n\n## `[hubs]`\n\nAllow lists: CSV files, relative to the config.\n\n| list | columns it must have |\n|---|---|\n");
    for list in HubList::ALL {
        let columns = list.required_columns().iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let more = if is_address_list(list) { ", and one of `city` and `postal_code`" } else { "" };
        out.push_str(&format!("| `{}` | {columns}{more} |\n", list.name()));
    }
    out.push_str("\n## Settings\n\n");
    settings_reference(&mut out);
    out
}

/// Whether an allow list holds addresses, which need a city or a postal code beside the street.
pub(super) fn is_address_list(list: HubList) -> bool {
    matches!(list, HubList::OwnOffices | HubList::VirtualOffices)
}

/// The lines of defaults.toml as Markdown: a comment directly above a setting is that setting's reason, one that
/// stands above a table or alone is prose.
fn settings_reference(out: &mut String) {
    const HEAD: &str = "| setting | default | may be | reason |\n|---|---|---|---|\n";
    let (mut section, mut comment, mut in_table) = (String::new(), String::new(), false);
    // One comment may stand above two settings that belong together.
    let mut reason = String::new();
    for line in DEFAULTS.lines().map(str::trim) {
        if let Some(text) = line.strip_prefix('#') {
            if !comment.is_empty() {
                comment.push(' ');
            }
            comment.push_str(text.trim());
        } else if line.is_empty() {
            if !comment.is_empty() {
                out.push_str(&format!("{}\n\n", std::mem::take(&mut comment)));
            }
            if std::mem::take(&mut in_table) {
                out.push('\n');
            }
            reason.clear();
        } else if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.to_owned();
            out.push_str(&format!("### `[{name}]`\n\n"));
            if !comment.is_empty() {
                out.push_str(&format!("{}\n\n", std::mem::take(&mut comment)));
            }
        } else if let Some((name, default)) = line.split_once('=') {
            if !std::mem::replace(&mut in_table, true) {
                out.push_str(HEAD);
            }
            let (name, default) = (name.trim(), default.trim());
            let path = if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") };
            let may_be = match defaults().iter().any(|(leaf, _)| *leaf == path) {
                true => Rule::of(&path).text().to_owned(),
                false if path == "default_region" => "two letters of ISO 3166".to_owned(),
                false => names_below(&path)
                    .iter()
                    .map(|part| (*part, Rule::of(&format!("{path}.{part}")).text()))
                    .fold(Vec::<(&str, &str)>::new(), |mut parts, (part, rule)| {
                        // Shares of a relation all have one rule: it is said once.
                        if section.starts_with("relations") {
                            parts.truncate(0);
                            parts.push(("each", rule));
                        } else {
                            parts.push((part, rule));
                        }
                        parts
                    })
                    .iter()
                    .map(|(part, rule)| format!("{part}: {rule}"))
                    .collect::<Vec<_>>()
                    .join("; "),
            };
            if !comment.is_empty() {
                reason = std::mem::take(&mut comment);
            }
            out.push_str(&format!("| `{name}` | `{default}` | {may_be} | {reason} |\n"));
        }
    }
    while out.ends_with("\n\n") {
        out.pop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_parse_and_every_one_of_them_is_read() {
        let settings = Settings::default();
        let read = settings.leaves();
        let written: BTreeMap<String, f64> = defaults().iter().map(|(n, v)| (n.clone(), v.as_f64())).collect();
        assert_eq!(read, written);
        assert_eq!(settings.default_region, "US");
        assert!(settings.relations.contains_key("household"));
    }

    #[test]
    fn defaults_keep_their_own_rules_and_name_linking_kinds_only() {
        for (name, number) in defaults() {
            assert!(Rule::of(name).allows(number.as_f64()), "{name}");
            // Parameters of indicators are written as they are meant; any number from 0 on may stand there.
            if !name.starts_with("indicators.") {
                assert_eq!(Rule::of(name).is_whole(), matches!(number, Number::Integer(_)), "{name}");
            }
        }
        assert!(Settings::default().weights.kinds.keys().all(|kind| kind.links()));
    }

    #[test]
    fn every_linking_kind_has_a_weight() {
        let settings = Settings::default();
        for kind in IdentifierKind::ALL.iter().filter(|kind| kind.links()) {
            assert!(settings.weights.kinds.contains_key(kind), "{}", kind.name());
        }
    }

    #[test]
    fn rules_hold_at_their_edges() {
        let check = |path: &str, allowed: &[f64], refused: &[f64]| {
            allowed.iter().for_each(|&n| assert!(Rule::of(path).allows(n), "{path} = {n}"));
            refused.iter().for_each(|&n| assert!(!Rule::of(path).allows(n), "{path} = {n}"));
            assert!(!Rule::of(path).allows(f64::NAN) && !Rule::of(path).allows(f64::INFINITY), "{path}");
        };
        check("thresholds.persona_probability", &[0.5, 0.999], &[0.0, 1.0, -0.1]);
        check("thresholds.operator_bits", &[0.0, 40.0], &[-0.1]);
        check("thresholds.review_families", &[1.0, 6.0], &[0.0, 7.0]);
        check("thresholds.site_share", &[1.0, 0.1], &[0.0, 1.1]);
        check("bounds.value_holders", &[1.0], &[0.0, -3.0]);
        check("bounds.pairs_per_link", &[0.0, 10_000.0], &[-1.0]);
        check("bounds.candidate_pairs_millions", &[1.0, 2.5], &[0.5]);
        check("weights.kinds.phone.m", &[1.0, 0.01], &[0.0, 1.01]);
        check("weights.kinds.phone.m_near", &[0.0, 1.0], &[-0.1, 1.01]);
        check("weights.kinds.phone.innocent", &[0.0, 30.0], &[-0.1]);
        check("weights.within_family", &[0.0, 1.0], &[1.2]);
        check("weights.partners", &[0.05, 3.0], &[0.0]);
        check("relations.household.shares.address", &[1.0, 0.01], &[0.0, 1.01]);
        check("relations.household.partners", &[0.6], &[0.0]);
    }

    #[test]
    fn the_reference_names_everything() {
        let text = reference();
        for field in Field::ALL {
            assert!(text.contains(&format!("| `{}` |", field.name())), "{}", field.name());
        }
        for (name, _) in defaults() {
            let last = name.rsplit('.').next().unwrap_or(name);
            assert!(text.contains(last), "{name}");
        }
        for list in HubList::ALL {
            assert!(text.contains(list.name()));
        }
        assert!(text.contains("| `operator_bits` | `4.0` | 0 or more | Two personas have one operator"), "{text}");
        assert!(!text.contains("\n\n\n"), "one empty line between blocks");
    }
}
