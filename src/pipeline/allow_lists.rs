//! The customer's allow lists, matched against the values of the run.
//!
//! Lists are small and partial; they are read as tables, normalized like any input, and matched: offices at building
//! level with the street suffix optional, networks by range, agencies by phone. What matches has no power to link.

use crate::assess::lists::Lists;
use crate::config::{Config, HubList};
use crate::model::claim::Claims;
use crate::model::diagnostic::Diagnostic;
use crate::model::ids::{RecordId, ValueId};
use crate::model::record::RecordKind;
use crate::model::table::Table;
use crate::model::value::{IdentifierKind, address_parts};
use crate::normalize::address::{Address, AddressFields};
use crate::normalize::{bank, ip, phone};
use crate::weigh::hubs::Explained;
use rustc_hash::{FxHashMap, FxHashSet};

/// Every value that a list explains. Entries that do not normalize are diagnostics.
pub fn explained(config: &Config, claims: &Claims, tables: &[Table], diagnostics: &mut Vec<Diagnostic>) -> Explained {
    let mut explained = Explained::default();
    for (hub, table) in config.hubs.iter().zip(tables) {
        let mut faults = Vec::new();
        let column = |name: &str| table.names.iter().position(|header| header.trim().eq_ignore_ascii_case(name));
        let list = hub.list.name();
        match hub.list {
            HubList::OwnOffices | HubList::VirtualOffices => {
                let mut buildings: FxHashSet<String> = FxHashSet::default();
                for row in 0..table.rows() {
                    let cell = |name: &str| column(name).and_then(|column| table.cell(row, column));
                    let fields = AddressFields {
                        street: cell("street"),
                        unit: cell("unit"),
                        city: cell("city"),
                        region: cell("region"),
                        postal_code: cell("postal_code"),
                        ..AddressFields::default()
                    };
                    match Address::from_parts(fields, &config.settings.default_region) {
                        Ok(Some(address)) => buildings.extend(building_keys(&address.canonical())),
                        Ok(None) => {}
                        Err(reason) => faults.push((row, reason)),
                    }
                }
                for value in claims.dictionary.values_of(IdentifierKind::Address) {
                    if building_keys(claims.dictionary.text(value)).iter().any(|key| buildings.contains(key)) {
                        explained.insert(value, list);
                    }
                }
            }
            HubList::OwnEgress => {
                for row in 0..table.rows() {
                    let Some(raw) = column("ip").and_then(|column| table.cell(row, column)) else { continue };
                    match ip::ip(raw) {
                        Ok(Some(normalized)) => {
                            if let Some(value) = claims.dictionary.get(IdentifierKind::Ip, &normalized.text) {
                                explained.insert(value, list);
                            }
                        }
                        Ok(None) => {}
                        Err(reason) => faults.push((row, reason)),
                    }
                }
            }
            HubList::VpnRanges => {
                let mut ranges = Vec::new();
                for row in 0..table.rows() {
                    let Some(raw) = column("cidr").and_then(|column| table.cell(row, column)) else { continue };
                    match ip::Cidr::parse(raw) {
                        Some(range) => ranges.push(range),
                        None => faults.push((row, format!("\"{raw}\" is no network range"))),
                    }
                }
                for value in claims.dictionary.values_of(IdentifierKind::Ip) {
                    if let Ok(address) = claims.dictionary.text(value).parse()
                        && ranges.iter().any(|range| range.contains(address))
                    {
                        explained.insert(value, list);
                    }
                }
            }
            HubList::Agencies => {
                for row in 0..table.rows() {
                    let Some(raw) = column("phone").and_then(|column| table.cell(row, column)) else { continue };
                    match phone::phone(raw, &config.settings.default_region) {
                        Ok(Some(normalized)) => {
                            for kind in [IdentifierKind::Phone, IdentifierKind::RefereePhone] {
                                if let Some(value) = claims.dictionary.get(kind, &normalized.text) {
                                    explained.insert(value, list);
                                }
                            }
                        }
                        Ok(None) => {}
                        Err(reason) => faults.push((row, reason)),
                    }
                }
            }
            HubList::PaycardRouting => {
                let mut routings: FxHashSet<String> = FxHashSet::default();
                for row in 0..table.rows() {
                    let Some(raw) = column("routing_number").and_then(|column| table.cell(row, column)) else {
                        continue;
                    };
                    match bank::routing(raw) {
                        Ok(Some(normalized)) => {
                            routings.insert(normalized.text);
                        }
                        Ok(None) => {}
                        Err(reason) => faults.push((row, reason)),
                    }
                }
                // At a pay-card programme the routing number is everybody's, so last four digits alone say nothing.
                for value in claims.dictionary.values_of(IdentifierKind::Account) {
                    if let Some((routing, number)) = claims.dictionary.text(value).split_once(':')
                        && number.starts_with('*')
                        && routings.contains(routing)
                    {
                        explained.insert(value, list);
                    }
                }
            }
            // Programs, which no link rests on: the indicator of remote-control software asks for them.
            HubList::RemoteTools => {}
        }
        if let Some((row, reason)) = faults.first() {
            diagnostics.push(
                Diagnostic::warning(
                    "allow-list-entry",
                    hub.file.shown.clone(),
                    format!("{} entries of {list} are not used; the first is row {}: {reason}", faults.len(), row + 1),
                )
                .hint("correct these rows; the others hold"),
            );
        }
    }
    explained
}

/// The built-in list that explains network addresses by the organisation that a sign-in names beside them.
pub(super) const ANONYMIZING: &str = "anonymizing_networks";

/// Marks the addresses of consumer VPNs and hosting: strangers leave through one door there. What an indicator makes of
/// somebody who uses them is another matter.
pub(super) fn anonymizing(claims: &Claims, explained: &mut Explained) {
    let lists = Lists::default();
    let mut known: FxHashMap<ValueId, bool> = FxHashMap::default();
    for (index, record) in claims.records.iter().enumerate() {
        if record.kind != RecordKind::SignIn {
            continue;
        }
        let record = RecordId::from(index);
        let Some(organisation) = claims.of_kind(record, IdentifierKind::AsOrg).next() else { continue };
        let is_listed = *known
            .entry(organisation.value)
            .or_insert_with(|| lists.anonymizing(claims.dictionary.text(organisation.value)).is_some());
        if is_listed {
            for claim in claims.of_kind(record, IdentifierKind::Ip) {
                explained.insert(claim.value, ANONYMIZING);
            }
        }
    }
}

/// Keys under which one building is found: number and street with and without suffix, by postal code and by city.
pub(super) fn building_keys(canonical: &str) -> Vec<String> {
    let Some([number, street, _, city, region, postal, _]) = address_parts(canonical) else { return Vec::new() };
    if number.is_empty() || street.is_empty() {
        return Vec::new();
    }
    let stem = match street.rsplit_once(' ') {
        Some((stem, last)) if SUFFIXES.contains(&last) => stem,
        _ => street,
    };
    let mut keys = Vec::with_capacity(2);
    if !postal.is_empty() {
        keys.push(format!("{number}|{stem}|{postal}"));
    }
    if !city.is_empty() {
        keys.push(format!("{number}|{stem}|{city}|{region}"));
    }
    keys
}

/// Canonical street suffixes that an entry may leave out.
const SUFFIXES: &[&str] = &[
    "st",
    "ave",
    "blvd",
    "rd",
    "dr",
    "ln",
    "ct",
    "pl",
    "way",
    "ter",
    "pkwy",
    "hwy",
    "sq",
    "cir",
    "plz",
    "trl",
    "loop",
    "row",
    "street",
    "avenue",
    "boulevard",
    "road",
    "drive",
    "lane",
    "court",
    "place",
];

#[cfg(test)]
mod tests {
    use super::building_keys;

    fn meet(a: &str, b: &str) -> bool {
        let b = building_keys(b);
        building_keys(a).iter().any(|key| b.contains(key))
    }

    #[test]
    fn a_building_is_found_without_unit_suffix_or_city() {
        assert!(meet("100|main st|ste 5|springfield|il|62704|", "100|main|||il|62704|"));
        assert!(meet("100|main st||springfield|il||", "100|main st|9|springfield|il|62704|"));
    }

    #[test]
    fn another_number_street_or_town_is_another_building() {
        assert!(!meet("100|main st||springfield|il|62704|", "102|main st||springfield|il|62704|"));
        assert!(!meet("100|main st||springfield|il|62704|", "100|oak st||springfield|il|62704|"));
        assert!(!meet("100|main st||springfield|il||", "100|main st||salem|or||"));
        assert!(!meet("|main st||springfield|il|62704|", "|main st||springfield|il|62704|"));
    }
}
