//! Numbered exhibits: the rows of the input that a case rests on, in the order in which they are cited.
//!
//! Numbers are made from the case as it is in the run, so that a citation finds its row in every mode; what is printed comes
//! from the redacted case alone. Invariant: every exhibit that a citation names is in [`Exhibits::list`].

use super::indicators::Indicator;
use super::transactions::Transaction;
use crate::model::record::RecordKind;
use crate::report::case_file::CaseFile;
use crate::report::shown::Shown;
use std::collections::{BTreeMap, BTreeSet};

/// One exhibit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exhibit {
    /// Index into [`CaseFile::rows`]; none for a row that belongs to nobody of the case.
    pub row: Option<usize>,
    /// How the run names it, as shown.
    pub cell: String,
    /// Whether links, findings, roles or the members themselves rest on it, not the timeline alone.
    pub holds: bool,
}

/// The exhibits of a case and who cites which, by number from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exhibits {
    /// Exhibit 1 first.
    pub list: Vec<Exhibit>,
    /// Per link and term: what its left and its right side rest on.
    pub links: Vec<Vec<[Vec<usize>; 2]>>,
    /// Per finding, per role, per event of the timeline.
    pub findings: Vec<Vec<usize>>,
    pub roles: Vec<Vec<usize>>,
    pub timeline: Vec<Vec<usize>>,
    by_row: BTreeMap<usize, usize>,
    by_text: BTreeMap<String, usize>,
    rows: BTreeMap<String, usize>,
}

impl Exhibits {
    /// Numbers the exhibits of a case. `full` is the case as it is in the run, `shown` the same case redacted.
    pub fn of(full: &CaseFile, shown: &CaseFile) -> Exhibits {
        let mut out = Exhibits {
            rows: full.rows.iter().enumerate().map(|(at, row)| (format!("{} row {}", row.file, row.row), at)).collect(),
            ..Exhibits::default()
        };
        for (link, shown) in full.links.iter().zip(&shown.links) {
            let terms = link.terms.iter().zip(&shown.terms).map(|(term, shown)| {
                [
                    out.cite(&term.left_cells, &shown.left_cells, true),
                    out.cite(&term.right_cells, &shown.right_cells, true),
                ]
            });
            let terms = terms.collect();
            out.links.push(terms);
        }
        for (finding, shown) in full.findings.iter().zip(&shown.findings) {
            let cited = out.cite(&finding.cells, &shown.cells, true);
            out.findings.push(cited);
        }
        for (role, shown) in full.roles.iter().zip(&shown.roles) {
            let cited = out.cite(&role.cells, &shown.cells, true);
            out.roles.push(cited);
        }
        // Who the members say they are.
        for (at, row) in full.rows.iter().enumerate() {
            if RecordKind::from_name(&row.kind).is_some_and(RecordKind::is_person) {
                out.row(at, true);
            }
        }
        for transaction in Transaction::of_case(full) {
            out.row(transaction.row, true);
        }
        for (event, shown) in full.timeline.iter().zip(&shown.timeline) {
            let cited = out.cite(std::slice::from_ref(&event.cell), std::slice::from_ref(&shown.cell), false);
            out.timeline.push(cited);
        }
        for row in Indicator::of_case(full).iter().flat_map(|indicator| indicator.cited()) {
            out.row(row.0, false);
        }
        out
    }

    /// The exhibit that is that row of the case, if it is one.
    pub fn of_row(&self, row: usize) -> Option<usize> {
        self.by_row.get(&row).copied()
    }

    fn cite(&mut self, full: &[Shown], shown: &[Shown], holds: bool) -> Vec<usize> {
        let mut numbers = BTreeSet::new();
        for (full, shown) in full.iter().zip(shown).filter(|(full, _)| !full.is_empty()) {
            // `applicants.csv row 4 [Phone]`; a file's name may have brackets of its own.
            let ends = full.text.rmatch_indices(" [").map(|(at, _)| at);
            let row = std::iter::once(full.text.len()).chain(ends).find_map(|end| self.rows.get(full.text.get(..end)?));
            numbers.insert(match row.copied() {
                Some(row) => self.row(row, holds),
                None => self.foreign(&full.text, &shown.text, holds),
            });
        }
        numbers.into_iter().collect()
    }

    fn row(&mut self, row: usize, holds: bool) -> usize {
        let number = match self.by_row.get(&row) {
            Some(&number) => number,
            None => {
                self.list.push(Exhibit { row: Some(row), ..Exhibit::default() });
                self.by_row.insert(row, self.list.len());
                self.list.len()
            }
        };
        self.mark(number, holds)
    }

    fn foreign(&mut self, full: &str, shown: &str, holds: bool) -> usize {
        let number = match self.by_text.get(full) {
            Some(&number) => number,
            None => {
                self.list.push(Exhibit { cell: shown.to_string(), ..Exhibit::default() });
                self.by_text.insert(full.to_string(), self.list.len());
                self.list.len()
            }
        };
        self.mark(number, holds)
    }

    fn mark(&mut self, number: usize, holds: bool) -> usize {
        if let Some(exhibit) = number.checked_sub(1).and_then(|at| self.list.get_mut(at)) {
            exhibit.holds |= holds;
        }
        number
    }
}

/// `exhibits 1, 3 and 4 more`; empty for none.
pub fn cited(numbers: &[usize], most: usize) -> String {
    let shown: Vec<String> = numbers.iter().take(most).map(ToString::to_string).collect();
    match (numbers.len(), numbers.len().saturating_sub(most)) {
        (0, _) => String::new(),
        (1, _) => format!("exhibit {}", shown.join(", ")),
        (_, 0) => format!("exhibits {}", shown.join(", ")),
        (_, more) => format!("exhibits {} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::packet::testing::case;
    use crate::report::redact::{Pseudonyms, Redaction, redact_case};

    #[test]
    fn the_same_row_is_one_exhibit_and_a_foreign_row_is_one_too() {
        let full = case();
        let exhibits = Exhibits::of(&full, &full);
        // Both sides of the shared phone, in the order in which they are cited.
        assert_eq!(exhibits.links[0][1], [vec![1], vec![2]]);
        assert_eq!(exhibits.list[0].row, Some(0));
        // A finding cites a row of the case again and one of somebody else.
        assert_eq!(exhibits.findings[0], [1, 3]);
        assert_eq!(exhibits.list[2], Exhibit { row: None, cell: "devices.csv row 90 [Serial]".into(), holds: true });
    }

    #[test]
    fn numbers_do_not_depend_on_what_is_shown() {
        let full = case();
        let open = Exhibits::of(&full, &full);
        for mode in [Redaction::External, Redaction::Structure] {
            let shown = redact_case(&full, mode, &mut Pseudonyms::default());
            let hidden = Exhibits::of(&full, &shown);
            assert_eq!(
                (&open.links, &open.findings, &open.timeline),
                (&hidden.links, &hidden.findings, &hidden.timeline)
            );
            assert!(!hidden.list[2].cell.contains("devices.csv"), "{}", hidden.list[2].cell);
        }
    }

    #[test]
    fn long_lists_say_how_many_more() {
        assert_eq!(cited(&[], 3), "");
        assert_eq!(cited(&[4], 3), "exhibit 4");
        assert_eq!(cited(&[4, 5], 3), "exhibits 4, 5");
        assert_eq!(cited(&[1, 2, 3, 9], 3), "exhibits 1, 2, 3 and 1 more");
    }
}
