//! Values that investigators look up: phones, emails, networks, addresses, wallets, devices, parcels, handles.

use super::super::view::value_key;
use crate::model::value::IdentifierKind;
use crate::report::case_file::{CaseFile, SourceCell};
use crate::report::shown::What;
use std::collections::{BTreeMap, BTreeSet};

/// Kinds that are listed, in this order.
const KINDS: &[IdentifierKind] = &[
    IdentifierKind::Phone,
    IdentifierKind::Email,
    IdentifierKind::Ip,
    IdentifierKind::Address,
    IdentifierKind::Account,
    IdentifierKind::Wallet,
    IdentifierKind::PaymentHandle,
    IdentifierKind::Serial,
    IdentifierKind::HardwareAddress,
    IdentifierKind::Hostname,
    IdentifierKind::Device,
    IdentifierKind::TrackingNumber,
    IdentifierKind::ProfileUrl,
    IdentifierKind::Handle,
    IdentifierKind::PhotoHash,
    IdentifierKind::GovernmentId,
    IdentifierKind::DocumentNumber,
    IdentifierKind::RefereeEmail,
    IdentifierKind::RefereePhone,
    IdentifierKind::Destination,
];

/// Cells that are named of one value; the rest is counted.
pub const CELLS_NAMED: usize = 5;

/// One value of the case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Indicator {
    pub kind: &'static str,
    pub value: String,
    /// `own`, `home`, `delivery`, …
    pub roles: BTreeSet<String>,
    /// Days between which its rows lie; empty where they have none.
    pub first_seen: String,
    pub last_seen: String,
    /// Indexes of members that carry it.
    pub members: BTreeSet<usize>,
    /// Row and cell of each place where it stands.
    pub places: Vec<(usize, usize)>,
}

impl Indicator {
    /// All values of a case: those of more members first within their kind.
    pub fn of_case(file: &CaseFile) -> Vec<Indicator> {
        let mut found: BTreeMap<(usize, String), Indicator> = BTreeMap::new();
        for (row_at, row) in file.rows.iter().enumerate() {
            let days = days_of(&row.cells);
            for (cell_at, cell) in row.cells.iter().enumerate() {
                let Some(kind) = IdentifierKind::from_name(&cell.kind) else { continue };
                let Some(order) = KINDS.iter().position(|&listed| listed == kind) else { continue };
                if cell.value.is_empty() {
                    continue;
                }
                let key = match &cell.value.what {
                    What::Value(kind, as_linked) => value_key(*kind, as_linked),
                    _ => cell.value.text.clone(),
                };
                let one = found.entry((order, key)).or_insert_with(|| Indicator {
                    kind: kind.name(),
                    value: cell.value.text.clone(),
                    ..Indicator::default()
                });
                one.roles.insert(cell.role.clone());
                one.members.insert(row.member);
                one.places.push((row_at, cell_at));
                if let Some((first, last)) = &days {
                    if one.first_seen.is_empty() || *first < one.first_seen {
                        one.first_seen = first.clone();
                    }
                    if *last > one.last_seen {
                        one.last_seen = last.clone();
                    }
                }
            }
        }
        let mut all: Vec<((usize, String), Indicator)> = found.into_iter().collect();
        all.sort_by(|(a_key, a), (b_key, b)| {
            (a_key.0, b.members.len(), &a_key.1).cmp(&(b_key.0, a.members.len(), &b_key.1))
        });
        all.into_iter().map(|(_, indicator)| indicator).collect()
    }

    /// The places that are named.
    pub fn cited(&self) -> &[(usize, usize)] {
        &self.places[..self.places.len().min(CELLS_NAMED)]
    }
}

/// First and last day that a row's cells name: when it holds, or when it happened.
pub fn days_of(cells: &[SourceCell]) -> Option<(String, String)> {
    let mut days: BTreeSet<&str> = BTreeSet::new();
    for cell in cells {
        days.extend([cell.valid_from.text.as_str(), cell.valid_to.text.as_str()]);
        if matches!(cell.kind.as_str(), "time" | "start" | "ordered" | "completed") {
            let text = cell.value.text.as_str();
            days.insert(text.get(..10).unwrap_or(text));
        }
    }
    // A pseudonym is no day.
    days.retain(|day| day.starts_with(|c: char| c.is_ascii_digit()));
    Some((days.first()?.to_string(), days.last()?.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::packet::testing::case;
    use crate::report::redact::{Pseudonyms, Redaction, redact_case};

    #[test]
    fn a_value_of_two_members_is_one_line_with_both_cells() {
        let all = Indicator::of_case(&case());
        let phone = &all[0];
        assert_eq!((phone.kind, phone.value.as_str(), phone.members.len()), ("phone", "+12025550147", 2));
        assert_eq!(phone.places, [(0, 1), (1, 1)]);
        assert_eq!((phone.first_seen.as_str(), phone.last_seen.as_str()), ("2024-11-05", "2024-12-01"));
        // A name is nothing to look up.
        assert!(all.iter().all(|one| one.kind != "name"));
    }

    #[test]
    fn kinds_alone_are_shown_as_kinds() {
        let shown = redact_case(&case(), Redaction::Structure, &mut Pseudonyms::default());
        let all = Indicator::of_case(&shown);
        assert!(all.iter().all(|one| one.value == one.kind.replace('_', " ")), "{all:?}");
        assert!(all.iter().all(|one| one.first_seen.is_empty()));
    }
}
