//! L10: resumes of two linked personas share a word that hardly any other resume has.

use super::persona_names;
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::evidence::Evidence;
use crate::model::field::Field;
use crate::model::finding::{Citation, Finding, Strength};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

pub const INDICATOR: Indicator = Indicator {
    id: "L10",
    name: "same odd token",
    definition: "Resumes of two linked personas share a word of five letters and more that at most `holders` personas of the \
                 run write, outside lines that both have in full. What counts is that it is shared; how anybody spells does \
                 not.",
    needs: &[Need(&[RecordKind::Applicant, RecordKind::Employee, RecordKind::Person], &[Field::ResumeText])],
    parameters: &["holders"],
    family: EvidenceFamily::DocumentText,
    strength: Strength::Weak,
    misleads: "The name of one former employer, product or town.",
    source: "FBI PSA I-012325-PSA, 23 January 2025: typos and odd nomenclature in resumes, of which only the sharing is used",
    rule: Rule::Run(find),
};

/// Shorter words are endings, abbreviations and initials.
const LETTERS_MIN: usize = 5;

type Lines = BTreeMap<ValueId, Citation>;

fn find(context: &Context) -> Vec<Finding> {
    let mut lines_of: FxHashMap<PersonaId, Lines> = FxHashMap::default();
    for link in &context.clusters.links {
        for persona in [link.left, link.right] {
            lines_of.entry(persona).or_insert_with(|| lines(context, persona));
        }
    }
    let common: Vec<(&Evidence, BTreeSet<&str>)> = context
        .clusters
        .links
        .par_iter()
        .map(|link| (link, common_tokens(context, link, &lines_of)))
        .filter(|(_, tokens)| !tokens.is_empty())
        .collect();
    let most = context.parameter("L10", "holders") as usize;
    let holders = holders(context, common.iter().flat_map(|(_, tokens)| tokens.iter().copied()), most);
    common
        .into_iter()
        .filter_map(|(link, tokens)| {
            let rare: Vec<&str> =
                tokens.into_iter().filter(|token| holders.get(token).is_some_and(|own| own.len() <= most)).collect();
            let cites = [link.left, link.right].into_iter().flat_map(|persona| lines_of.get(&persona)).flatten();
            let cites: Vec<Citation> = cites
                .filter(|(line, _)| tokens_of(context, **line).any(|token| rare.contains(&token)))
                .map(|(_, cite)| *cite)
                .collect();
            let first = rare.first()?;
            let more = if rare.len() > 1 { format!(" and {} more", rare.len() - 1) } else { String::new() };
            let text = format!("both resumes write \"{first}\"{more}, which at most {most} personas do");
            let mut finding =
                Finding::about("L10", link.left, Strength::Weak, EvidenceFamily::DocumentText, text).citing(cites);
            finding.personas.push(link.right);
            Some(finding)
        })
        .collect()
}

/// Resume lines of a persona, each with its cells.
fn lines(context: &Context, persona: PersonaId) -> Lines {
    let records = context.personas[persona.index()].records.iter();
    let claims = records.flat_map(|&record| context.claims.of_kind(record, IdentifierKind::ResumeLine));
    claims.map(|claim| (claim.value, Citation::of(claim))).collect()
}

fn tokens_of<'a>(context: &Context<'a>, line: ValueId) -> impl Iterator<Item = &'a str> + use<'a> {
    let claims = context.claims;
    claims
        .dictionary
        .text(line)
        .split(' ')
        .filter(|token| token.chars().count() >= LETTERS_MIN && token.chars().any(char::is_alphabetic))
}

/// Words of both resumes outside the lines that both have, names of the two aside.
fn common_tokens<'a>(
    context: &Context<'a>,
    link: &Evidence,
    lines_of: &FxHashMap<PersonaId, Lines>,
) -> BTreeSet<&'a str> {
    let (Some(left), Some(right)) = (lines_of.get(&link.left), lines_of.get(&link.right)) else {
        return BTreeSet::new();
    };
    let near = |line: ValueId| {
        let of_line = |c: &&crate::model::evidence::Contribution| c.left == line || c.right == line;
        link.contributions.iter().any(|c| c.kind == IdentifierKind::ResumeLine && of_line(&c))
    };
    let own = |lines: &Lines, other: &Lines| -> BTreeSet<&'a str> {
        let alone = lines.keys().filter(|line| !other.contains_key(line) && !near(**line));
        alone.flat_map(|&line| tokens_of(context, line)).collect()
    };
    let names = [link.left, link.right].map(|persona| persona_names(context, persona)).concat();
    let is_name = |token: &str| {
        names.iter().any(|&name| context.claims.dictionary.text(name).split([' ', '/']).any(|part| part == token))
    };
    let theirs = own(right, left);
    own(left, right).into_iter().filter(|token| theirs.contains(token) && !is_name(token)).collect()
}

/// The personas that write each of these words; of a word of more than `most`, more than `most` of them. One pass over all
/// lines of the run.
fn holders<'a>(
    context: &Context<'a>,
    tokens: impl Iterator<Item = &'a str>,
    most: usize,
) -> FxHashMap<&'a str, BTreeSet<PersonaId>> {
    let mut holders: FxHashMap<&str, BTreeSet<PersonaId>> = tokens.map(|token| (token, BTreeSet::new())).collect();
    if holders.is_empty() {
        return holders;
    }
    for line in context.claims.dictionary.values_of(IdentifierKind::ResumeLine) {
        for token in tokens_of(context, line) {
            if let Some(own) = holders.get_mut(token).filter(|own| own.len() <= most) {
                own.extend((context.holders)(line));
            }
        }
    }
    holders
}
