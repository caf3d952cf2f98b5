//! References that sources state: the cell of one record names another one by its key, or by the serial number of a
//! device or the tracking number of a shipment.
//!
//! A reference is ground, not a guess: what is not found, or found twice, is refused and told, never matched loosely.

use super::cells;
use super::claims::{Normalization, joined_key, reject};
use super::device;
use super::plan::Plan;
use super::text::Outcome;
use crate::model::claim::{Claims, Period, Reference};
use crate::model::diagnostic::Diagnostic;
use crate::model::ids::{RecordId, ValueId};
use crate::model::record::RecordKind;
use crate::model::value::IdentifierKind;
use rustc_hash::FxHashMap;

/// Examples in a diagnostic.
const EXAMPLES_MAX: usize = 3;

/// The records that go by one name.
#[derive(Clone)]
enum Found {
    One(RecordId),
    Many(Vec<RecordId>),
}

/// Records of one kind by what may be said to name them.
struct Index {
    by_key: FxHashMap<String, Found>,
    by_value: FxHashMap<ValueId, Found>,
}

type Read = fn(&str) -> Outcome;

/// The identifier that names a record of that kind beside its key.
fn natural_identifier(kind: RecordKind) -> Option<(IdentifierKind, Read)> {
    match kind {
        RecordKind::Device => Some((IdentifierKind::Serial, device::serial)),
        RecordKind::Shipment => Some((IdentifierKind::TrackingNumber, device::tracking_number)),
        _ => None,
    }
}

fn add<K: std::hash::Hash + Eq>(map: &mut FxHashMap<K, Found>, key: K, record: RecordId) {
    map.entry(key)
        .and_modify(|found| match found {
            Found::One(one) if *one == record => {}
            Found::One(one) => *found = Found::Many(vec![*one, record]),
            Found::Many(many) => many.push(record),
        })
        .or_insert(Found::One(record));
}

/// The period that a record's claims hold in; open without claims.
fn period(claims: &Claims, record: RecordId) -> Period {
    claims.of(record).first().map_or(Period::ALWAYS, |claim| claim.valid())
}

/// The one record of several whose period has begun and not ended when the referring row begins: a laptop that was handed
/// on is named by its serial number at a time.
fn at_that_time(claims: &Claims, many: &[RecordId], from: RecordId) -> Option<RecordId> {
    let day = period(claims, from).from;
    if day == i32::MIN {
        return None;
    }
    let mut there = many.iter().copied().filter(|&record| {
        let period = period(claims, record);
        !period.is_always() && period.from <= day && day <= period.to
    });
    there.next().filter(|_| there.next().is_none())
}

impl Index {
    fn new(kind: RecordKind, claims: &Claims) -> Self {
        let mut index = Index { by_key: FxHashMap::default(), by_value: FxHashMap::default() };
        let natural = natural_identifier(kind);
        for (at, _) in claims.records.iter().enumerate().filter(|(_, record)| record.kind == kind) {
            let id = RecordId::from(at);
            add(&mut index.by_key, claims.key(id).trim().to_owned(), id);
            let Some((identifier, _)) = natural else { continue };
            for claim in claims.of_kind(id, identifier) {
                if claims.dictionary.marks(claim.value).can_link() {
                    add(&mut index.by_value, claim.value, id);
                }
            }
        }
        index
    }

    /// The record that a cell names, or the reason why there is none.
    fn find(
        &self,
        kind: RecordKind,
        cell: &str,
        shown: &str,
        from: RecordId,
        claims: &Claims,
    ) -> Result<RecordId, String> {
        if let Some(found) = self.by_key.get(cell.trim()) {
            return match found {
                Found::One(record) => Ok(*record),
                Found::Many(_) => Err(format!("two {}s have the key \"{shown}\"", label(kind))),
            };
        }
        if let Some((identifier, normalize)) = natural_identifier(kind)
            && let Ok(Some(value)) = normalize(cell)
            && let Some(found) = claims.dictionary.get(identifier, &value.text).and_then(|id| self.by_value.get(&id))
        {
            return match found {
                Found::One(record) => Ok(*record),
                Found::Many(many) => at_that_time(claims, many, from).ok_or_else(|| {
                    format!("two {}s have the {} \"{shown}\"", label(kind), identifier.name().replace('_', " "))
                }),
            };
        }
        Err(format!("no {} has the key \"{shown}\"", label(kind)))
    }
}

fn label(kind: RecordKind) -> String {
    kind.name().replace('_', " ")
}

/// Resolves the references of all records; those that name nobody, or several, are rejected cell by cell, with one warning
/// per source and column.
pub(super) fn resolve(plans: &[Plan<'_>], out: &mut Normalization) {
    let mut indexes: Vec<(RecordKind, Index)> = Vec::new();
    for kind in RecordKind::ALL {
        if plans.iter().any(|plan| plan.references.iter().any(|(referenced, ..)| *referenced == kind)) {
            indexes.push((kind, Index::new(kind, &out.claims)));
        }
    }
    let mut references = Vec::new();
    for plan in plans {
        let first = out.claims.records.partition_point(|record| record.source < plan.id);
        let end = out.claims.records.partition_point(|record| record.source <= plan.id);
        for (kind, columns, cells) in &plan.references {
            let Some((_, index)) = indexes.iter().find(|(indexed, _)| indexed == kind) else { continue };
            let is_sensitive = columns.iter().any(|&column| plan.is_sensitive[usize::from(column)]);
            let mut dangling = 0u64;
            let mut examples: Vec<String> = Vec::new();
            for at in first..end {
                let row = out.claims.records[at].table_row as usize;
                let Some(cell) = joined_key(plan, row, columns) else { continue };
                let shown = cells::shown(&cell, is_sensitive);
                let from = RecordId::from(at);
                match index.find(*kind, &cell, &shown, from, &out.claims) {
                    Ok(to) if to == from => {}
                    Ok(to) => references.push(Reference { from, to, cells: *cells }),
                    Err(reason) => {
                        dangling += 1;
                        let example = format!("\"{shown}\"");
                        if examples.len() < EXAMPLES_MAX && !examples.contains(&example) {
                            examples.push(example);
                        }
                        out.rejects.push(reject(plan, row, columns.first().copied(), shown, reason));
                    }
                }
            }
            if dangling > 0 {
                let names: Vec<&str> = columns.iter().map(|&column| plan.column_name(column)).collect();
                out.diagnostics.push(
                    Diagnostic::warning(
                        "dangling-reference",
                        plan.location(),
                        format!(
                            "column \"{}\": {dangling} rows name no single {}, for example {}",
                            names.join("\", \""),
                            label(*kind),
                            examples.join(", ")
                        ),
                    )
                    .hint("check that the other source is loaded, and that both write the key the same way"),
                );
            }
        }
    }
    references.sort_unstable();
    references.dedup();
    out.claims.references = references;
}
