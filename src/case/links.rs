//! The accepted links of a run and their terms.

use super::pages::{Memo, Pages};
use super::text;
use crate::store::Error;
use crate::store::table::InTable;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::fmt;
use std::ops::Deref;
use std::sync::OnceLock;

/// One term of a link, as the run wrote it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Term {
    pub kind: String,
    pub comparison: String,
    pub level: String,
    pub family: String,
    pub side: String,
    pub how: String,
    pub left: String,
    pub right: String,
    pub holders: u32,
    pub bits: f64,
    /// The part of them that is due to how common the agreed value is.
    pub frequency_bits: f64,
    /// What it adds; terms of record links have `bits` only.
    pub counted: Option<f64>,
    pub note: String,
    pub left_cell: String,
    pub left_cells: Vec<String>,
    pub right_cells: Vec<String>,
}

impl Term {
    /// The bits that the term adds to its link.
    pub fn adds(&self) -> f64 {
        self.counted.unwrap_or(self.bits)
    }

    /// What the term says, in words.
    pub fn words(&self) -> String {
        let kind = self.kind.replace('_', " ");
        match (self.comparison.as_str(), self.how.as_str()) {
            ("", "") => kind,
            ("", how) if self.kind.is_empty() => how.to_string(),
            ("", "same") => format!("same {kind} {}", self.left),
            ("", how) if self.left.is_empty() => format!("{kind}: {how}"),
            ("", how) => format!("{kind}: {how}, {} ~ {}", self.left, self.right),
            (comparison, _) if self.level.is_empty() => comparison.replace('_', " "),
            (comparison, _) => format!("{}: {}", comparison.replace('_', " "), self.level),
        }
    }
}

/// The terms of a link, taken apart when somebody looks at them: a run has many links, and a question looks at few.
#[derive(Clone)]
pub struct Terms {
    written: String,
    terms: OnceLock<Vec<Term>>,
}

impl Deref for Terms {
    type Target = Vec<Term>;

    fn deref(&self) -> &Vec<Term> {
        // The run wrote this text itself; a folder that somebody changed shows links without terms.
        self.terms.get_or_init(|| serde_json::from_str(&self.written).unwrap_or_default())
    }
}

impl<'a> IntoIterator for &'a Terms {
    type Item = &'a Term;
    type IntoIter = std::slice::Iter<'a, Term>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for Terms {
    fn eq(&self, other: &Terms) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// An accepted link of the run.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseLink {
    /// `record` or `persona`: what the two ends are.
    pub tier: String,
    pub rule: String,
    pub left: String,
    pub right: String,
    pub bits: Option<f64>,
    pub ring: String,
    pub bridge: bool,
    pub terms: Terms,
}

/// Rows of the table of links.
pub(super) fn read(table: &InTable) -> Result<Vec<CaseLink>, Error> {
    let column = |name| text(table, name).map(Vec::into_iter);
    let (mut rule, mut left, mut right) = (column("rule")?, column("left")?, column("right")?);
    let (mut bits, mut ring) = (table.opt_f64("bits")?.into_iter(), column("ring_id")?);
    let (mut bridge, mut terms) = (table.bool("bridge")?.into_iter(), column("contributions")?);
    let mut next = move |tier: String| {
        Some(CaseLink {
            tier,
            rule: rule.next()?,
            left: left.next()?,
            right: right.next()?,
            bits: bits.next()?,
            ring: ring.next()?,
            bridge: bridge.next()?,
            terms: Terms { written: terms.next()?, terms: OnceLock::new() },
        })
    };
    Ok(text(table, "tier")?.into_iter().map_while(&mut next).collect())
}

/// All links of a run, in the order of their table.
#[derive(Debug)]
pub struct Links {
    pages: Pages<Vec<CaseLink>>,
    /// Places of the links between personas, by both ends; for a table that was read whole.
    all: OnceLock<FxHashMap<String, Vec<u32>>>,
    asked: Memo<Vec<u32>>,
}

impl Links {
    pub(super) fn new(pages: Pages<Vec<CaseLink>>) -> Links {
        Links { pages, all: OnceLock::new(), asked: Memo::default() }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.pages.rows()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The link at that place.
    pub fn get(&self, index: usize) -> Option<&CaseLink> {
        let (page, row) = self.pages.place(index)?;
        self.pages.page(page)?.get(row)
    }

    /// All of them; reads what was not read yet.
    pub fn iter(&self) -> impl Iterator<Item = &CaseLink> {
        self.pages.load_all();
        (0..self.pages.count()).flat_map(|page| self.pages.page(page)).flatten()
    }

    /// Links with their places, ascending, among which are all that have one of these texts as an end or as their ring.
    pub(super) fn having<'a>(&'a self, texts: &[&str]) -> impl Iterator<Item = (u32, &'a CaseLink)> + use<'a> {
        self.pages.having(texts).into_iter().flat_map(|page| {
            let start = self.pages.start(page);
            let rows = self.pages.page(page).map(Vec::as_slice).unwrap_or_default();
            rows.iter().enumerate().map(move |(row, link)| ((start + row) as u32, link))
        })
    }

    /// Places of the links between personas that touch this one, ascending.
    pub(super) fn of_persona(&self, persona: &str) -> &[u32] {
        if self.pages.is_part() {
            let touches = |(_, link): &(u32, &CaseLink)| {
                link.tier == "persona" && (link.left == persona || link.right == persona)
            };
            return self.asked.get(persona, || self.having(&[persona]).filter(touches).map(|(at, _)| at).collect());
        }
        let all = self.all.get_or_init(|| {
            let mut all: FxHashMap<String, Vec<u32>> = FxHashMap::default();
            for (index, link) in self.iter().enumerate().filter(|(_, link)| link.tier == "persona") {
                all.entry(link.left.clone()).or_default().push(index as u32);
                if link.left != link.right {
                    all.entry(link.right.clone()).or_default().push(index as u32);
                }
            }
            all
        });
        all.get(persona).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn load_all(&self) {
        self.pages.load_all();
    }
}
