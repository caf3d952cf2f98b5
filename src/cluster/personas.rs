//! Records to personas, and assets to the persona that they belong to.
//!
//! References that the sources state come first and always hold. Scored pairs follow, strongest first; a pair does not
//! join two clusters whose members contradict each other (birth dates, government ids) or on average speak against it, and
//! a pair whose given and family names both disagree never joins anything: what such records share is ring evidence.

use super::join::join;
use super::stable_name;
use super::union_find::UnionFind;
use crate::model::claim::{Claim, Claims, Period, Reference};
use crate::model::cluster::{Apart, Persona, RecordLink};
use crate::model::diagnostic::Diagnostic;
use crate::model::ids::{PersonaId, RecordId, SourceId, ValueId};
use crate::model::pair::ScoredPair;
use crate::model::record::RecordKind;
use crate::model::value::IdentifierKind;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// Personas that the diagnostic about large ones names.
const LARGE_NAMED: usize = 5;
/// References from asset to asset that are followed to a person (a shipment names a device, the device an employee).
const REFERENCE_DEPTH: usize = 4;

/// Questions about two records or names that comparing answers.
pub struct Judge<'a> {
    /// Whether two groups of records contradict each other in a fact that a person has once.
    pub contradict: &'a (dyn Fn(&[RecordId], &[RecordId]) -> bool + Sync),
    /// The weight of two groups of records being one person, in bits.
    pub group_bits: &'a (dyn Fn(&[RecordId], &[RecordId]) -> f64 + Sync),
    /// What the weight of two groups must reach.
    pub bound: f64,
    /// Whether a source is stated to hold each person once.
    pub distinct: &'a (dyn Fn(SourceId) -> bool + Sync),
    /// A persona of more records is reported.
    pub records_max: usize,
    /// Whether two name values agree in both parts.
    pub names_agree: &'a (dyn Fn(ValueId, ValueId) -> bool + Sync),
}

/// All personas of a run.
#[derive(Clone, Debug, Default)]
pub struct Personas {
    /// In the order of their smallest record.
    pub personas: Vec<Persona>,
    /// The persona of each record; `None` for an asset that belongs to nobody known.
    pub of_record: Vec<Option<PersonaId>>,
    /// Every link that was accepted.
    pub links: Vec<RecordLink>,
    /// Scored pairs at or over the threshold whose records ended up in two personas, by index, with what kept them apart;
    /// strongest first.
    pub apart: Vec<(usize, Apart)>,
    /// How many these are.
    pub kept_apart: usize,
    pub diagnostics: Vec<Diagnostic>,
}

/// Joins records to personas at `threshold_bits` and attaches assets. `scored` in any order.
pub fn personas(
    claims: &Claims,
    source_names: &[&str],
    scored: &[ScoredPair],
    threshold_bits: f64,
    judge: &Judge,
) -> Personas {
    let mut result = Personas::default();
    let mut sets = UnionFind::new(claims.records.len());
    join_stated(claims, &mut sets, &mut result.links);
    let joined = join(claims, scored, threshold_bits, judge, &mut sets);
    result.links.extend(joined.links.into_iter().map(RecordLink::Scored));
    result.kept_apart = joined.apart.len();
    result.apart = joined.apart;
    name_personas(claims, source_names, &mut sets, &mut result);
    report_large(judge.records_max, &mut result);
    attach_assets(claims, judge, &mut result);
    result
}

fn join_stated(claims: &Claims, sets: &mut UnionFind, links: &mut Vec<RecordLink>) {
    for reference in &claims.references {
        if claims.record(reference.from).kind.is_person() && claims.record(reference.to).kind.is_person() {
            sets.union(reference.from.0, reference.to.0);
            links.push(RecordLink::Stated { from: reference.from, to: reference.to, cells: reference.cells });
        }
    }
}

fn name_personas(claims: &Claims, source_names: &[&str], sets: &mut UnionFind, result: &mut Personas) {
    let is_person = |record: &RecordId| claims.record(*record).kind.is_person();
    let named = |set: Vec<u32>| {
        let records: Vec<RecordId> = set.into_iter().map(RecordId).filter(is_person).collect();
        let label = |&record: &RecordId| (source_names[claims.record(record).source.index()], claims.key(record));
        let (source, key) = records.iter().map(label).min()?;
        Some(Persona { name: stable_name("P", [source, key]), records, assets: Vec::new() })
    };
    result.personas = sets.sets(1).into_par_iter().filter_map(named).collect();
    result.of_record = vec![None; claims.records.len()];
    for (index, persona) in result.personas.iter().enumerate() {
        for record in &persona.records {
            result.of_record[record.index()] = Some(PersonaId::from(index));
        }
    }
}

/// Says which personas have more records than the bound. Nothing is cut for being large: a person may be in a table a
/// hundred times, and size says nothing of whom.
fn report_large(records_max: usize, result: &mut Personas) {
    let mut large: Vec<&Persona> =
        result.personas.iter().filter(|persona| persona.records.len() > records_max).collect();
    if large.is_empty() {
        return;
    }
    large.sort_by_key(|persona| std::cmp::Reverse(persona.records.len()));
    let mut named: Vec<String> = large
        .iter()
        .take(LARGE_NAMED)
        .map(|persona| format!("{} ({} records)", persona.name, persona.records.len()))
        .collect();
    if large.len() > named.len() {
        named.push(format!("{} more", large.len() - named.len()));
    }
    let message = match large.len() {
        1 => format!("one persona has more than {records_max} records: {}", named.join(", ")),
        count => format!("{count} personas have more than {records_max} records: {}", named.join(", ")),
    };
    result.diagnostics.push(Diagnostic::warning("large-persona", "", message).hint(
        "nothing was cut; look at the records in personas.parquet, a placeholder that many rows carry is the usual cause",
    ));
}

fn attach_assets(claims: &Claims, judge: &Judge, result: &mut Personas) {
    if claims.records.iter().all(|record| record.kind.is_person()) {
        return;
    }
    let is_stated =
        |asset: RecordId| stated_owner(claims, &result.of_record, asset, REFERENCE_DEPTH, &mut Vec::new()).is_some();
    let unstated: Vec<RecordId> = (0..claims.records.len())
        .into_par_iter()
        .map(RecordId::from)
        .filter(|&asset| !claims.record(asset).kind.is_person() && !is_stated(asset))
        .collect();
    let contacts = ContactIndex::new(claims, result, &unstated);
    // Devices by serial number and parcels by tracking number, for what names them by that alone.
    let mut things: FxHashMap<ValueId, Vec<RecordId>> = FxHashMap::default();
    let mut orphans: Vec<RecordId> = Vec::new();
    for index in 0..claims.records.len() {
        let asset = RecordId::from(index);
        if claims.record(asset).kind.is_person() {
            continue;
        }
        let Personas { of_record, links, .. } = &mut *result;
        let owner = stated_owner(claims, of_record, asset, REFERENCE_DEPTH, links).or_else(|| {
            let (to, values) = contacts.owner(claims, judge, result, asset)?;
            result.links.push(RecordLink::ByContact { asset, to, values });
            result.of_record[to.index()]
        });
        match owner {
            Some(persona) => {
                result.of_record[index] = Some(persona);
                result.personas[persona.index()].assets.push(asset);
                if matches!(claims.record(asset).kind, RecordKind::Device | RecordKind::Shipment) {
                    for claim in own_numbers(claims, asset) {
                        things.entry(claim.value).or_default().push(asset);
                    }
                }
            }
            None => orphans.push(asset),
        }
    }
    // A parcel that names nobody but the device in it belongs to whoever has that device at the time; so does what was
    // seen on a device, and what a carrier scanned to the parcel.
    orphans.retain(|&asset| {
        let Some((thing, value)) = owner_by_number(claims, result, &things, asset) else { return true };
        let Some(persona) = result.of_record[thing.index()] else { return true };
        result.links.push(RecordLink::ByContact { asset, to: thing, values: vec![value] });
        result.of_record[asset.index()] = Some(persona);
        result.personas[persona.index()].assets.push(asset);
        false
    });
    for persona in &mut result.personas {
        persona.assets.sort_unstable();
    }
    let orphans = orphans.len();
    if orphans > 0 {
        result.diagnostics.push(
            Diagnostic::note(
                "asset-without-owner",
                "",
                format!("{orphans} accounts, devices, shipments or events belong to no known persona"),
            )
            .hint("a reference column in [source.references], or a name together with an email or phone, would attach them"),
        );
    }
}

/// The number that names an asset: of a parcel and its scans the tracking number, of all else a device's serial number. A
/// parcel names the device in it too, but is no device.
fn own_numbers(claims: &Claims, asset: RecordId) -> impl Iterator<Item = &Claim> {
    let kind = match claims.record(asset).kind {
        RecordKind::Shipment | RecordKind::CarrierEvent => IdentifierKind::TrackingNumber,
        _ => IdentifierKind::Serial,
    };
    claims.of_kind(asset, kind).filter(|claim| claims.dictionary.marks(claim.value).can_link())
}

/// The device or parcel of a known persona that an asset names by number; of a device that was handed on, the one whose
/// period holds the day on which the asset's begins. `None` when several personas fit.
fn owner_by_number(
    claims: &Claims,
    result: &Personas,
    things: &FxHashMap<ValueId, Vec<RecordId>>,
    asset: RecordId,
) -> Option<(RecordId, ValueId)> {
    let kind = match claims.record(asset).kind {
        RecordKind::CarrierEvent => IdentifierKind::TrackingNumber,
        _ => IdentifierKind::Serial,
    };
    let named = claims.of_kind(asset, kind).filter(|claim| claims.dictionary.marks(claim.value).can_link());
    let mut fits: Vec<(RecordId, ValueId)> = Vec::new();
    for claim in named {
        let day = Period { from: claim.valid().from, to: claim.valid().from };
        let things = things.get(&claim.value).map(Vec::as_slice).unwrap_or_default();
        let then = |thing: &&RecordId| {
            own_numbers(claims, **thing).any(|other| other.value == claim.value && other.valid().overlaps(day))
        };
        let owners = |things: &[RecordId]| {
            things.iter().filter_map(|thing| result.of_record[thing.index()]).collect::<BTreeSet<_>>().len()
        };
        let held: Vec<RecordId> = match owners(things) {
            0 => Vec::new(),
            1 => things.to_vec(),
            _ if claim.valid().from == i32::MIN => Vec::new(),
            _ => things.iter().filter(then).copied().collect(),
        };
        if owners(&held) == 1 {
            fits.extend(held.first().map(|&thing| (thing, claim.value)));
        }
    }
    let personas: BTreeSet<_> = fits.iter().map(|(thing, _)| result.of_record[thing.index()]).collect();
    fits.into_iter().next().filter(|_| personas.len() == 1)
}

/// Follows references from an asset to a person: a person that is named directly comes before one behind another asset.
fn stated_owner(
    claims: &Claims,
    of_record: &[Option<PersonaId>],
    asset: RecordId,
    depth: usize,
    links: &mut Vec<RecordLink>,
) -> Option<PersonaId> {
    let targets = claims.references_of(asset);
    // A referral names two people; it belongs to the one who was referred.
    let by = |to: RecordId| {
        claims.record(asset).kind == RecordKind::Referral && claims.record(to).kind != RecordKind::Applicant
    };
    let persons = targets.iter().filter(|target| claims.record(target.to).kind.is_person());
    if let Some(&Reference { to, cells, .. }) = persons.min_by_key(|target| (by(target.to), target.to, target.cells)) {
        links.push(RecordLink::Stated { from: asset, to, cells });
        return of_record[to.index()];
    }
    if depth == 0 {
        return None;
    }
    targets.iter().filter(|target| target.to != asset).find_map(|&Reference { to, cells, .. }| {
        let owner = stated_owner(claims, of_record, to, depth - 1, links)?;
        links.push(RecordLink::Stated { from: asset, to, cells });
        Some(owner)
    })
}

/// Finds the persona of an asset without a reference, by contact and name.
struct ContactIndex {
    /// Contact values of assets without a reference, each with every record of a person that has it; sorted.
    holders: Vec<(ValueId, RecordId)>,
}

impl ContactIndex {
    const KINDS: [IdentifierKind; 3] = [IdentifierKind::Email, IdentifierKind::Phone, IdentifierKind::Address];

    /// Of what these assets carry. Linear in claims, apart from sorting what is found.
    fn new(claims: &Claims, result: &Personas, assets: &[RecordId]) -> Self {
        let is_contact = |claim: &&Claim| {
            Self::KINDS.contains(&claims.dictionary.kind(claim.value))
                && claims.dictionary.marks(claim.value).can_link()
        };
        let mut asked = vec![false; if assets.is_empty() { 0 } else { claims.dictionary.len() }];
        let own = assets.iter().flat_map(|&asset| claims.of(asset)).filter(is_contact);
        own.for_each(|claim| asked[claim.value.index()] = true);
        if !asked.contains(&true) {
            return Self { holders: Vec::new() };
        }
        let held = |index: usize| {
            let is_owned = claims.records[index].kind.is_person() && result.of_record[index].is_some();
            let record = Some(RecordId::from(index)).filter(|_| is_owned);
            let of_record = record.into_iter().flat_map(|record| claims.of(record));
            let asked_for = of_record.filter(is_contact).filter(|claim| asked[claim.value.index()]);
            asked_for.map(|claim| (claim.value, claim.record))
        };
        let mut holders: Vec<_> = (0..claims.records.len()).into_par_iter().flat_map_iter(held).collect();
        holders.par_sort_unstable();
        holders.dedup();
        Self { holders }
    }

    /// Records of persons that have the value, in their order.
    fn of(&self, value: ValueId) -> impl Iterator<Item = RecordId> {
        let first = self.holders.partition_point(|(held, _)| *held < value);
        self.holders[first..].iter().take_while(move |(held, _)| *held == value).map(|&(_, record)| record)
    }

    /// The one persona whose record shares a contact with the asset and bears the asset's name; with no name on the
    /// asset, the one persona that holds its email.
    fn owner(
        &self,
        claims: &Claims,
        judge: &Judge,
        result: &Personas,
        asset: RecordId,
    ) -> Option<(RecordId, Vec<ValueId>)> {
        // Who signs in is told by the account; the display name beside it may be anything.
        let by_account = matches!(claims.record(asset).kind, RecordKind::SignIn | RecordKind::ScmEvent);
        let names: Vec<ValueId> = claims
            .of(asset)
            .iter()
            .map(|claim| claim.value)
            .filter(|&value| matches!(claims.dictionary.kind(value), IdentifierKind::Name | IdentifierKind::PayeeName))
            .filter(|_| !by_account)
            .collect();
        let mut found: Option<(RecordId, Vec<ValueId>)> = None;
        for claim in claims.of(asset) {
            let kind = claims.dictionary.kind(claim.value);
            if names.is_empty() && kind != IdentifierKind::Email {
                continue;
            }
            for record in self.of(claim.value) {
                let named = names.is_empty()
                    || claims
                        .of_kind(record, IdentifierKind::Name)
                        .any(|own| names.iter().any(|&name| (judge.names_agree)(own.value, name)));
                if !named {
                    continue;
                }
                match &mut found {
                    None => found = Some((record, vec![claim.value])),
                    Some((first, values)) => {
                        if result.of_record[first.index()] != result.of_record[record.index()] {
                            return None;
                        }
                        if !values.contains(&claim.value) {
                            values.push(claim.value);
                        }
                    }
                }
            }
        }
        found
    }
}
