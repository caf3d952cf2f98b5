//! B05: a parcel was redirected after its label was made, or travelled on to another country.

use super::places;
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::field::Field;
use crate::model::finding::{Finding, Strength};
use crate::model::ids::{PersonaId, RecordId, ValueId};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use std::collections::{BTreeMap, BTreeSet};

pub const INDICATOR: Indicator = Indicator {
    id: "B05",
    name: "parcel redirected or sent on",
    definition: "A carrier notes that a parcel of the persona was redirected, rerouted, forwarded or intercepted or \
                 that its address was changed, or scans it in another country than the persona's parcels were sent to, \
                 within `days` days after its delivery or after it was redirected; a label that is none of the known \
                 parcels counts from the first delivery. Strong where another country is scanned. What goes back to \
                 its sender is left out.",
    needs: &[Need(&[RecordKind::CarrierEvent], &[Field::Event])],
    parameters: &["days"],
    family: EvidenceFamily::Place,
    strength: Strength::Strong,
    misleads: "A real relocation, a repair, a pick-up point instead of the door.",
    source: "FBI update of 2025 on facilitators: they send equipment on; United States v. Chapman, 2025",
    rule: Rule::Persona(find),
};

const REDIRECTED: [&str; 9] = [
    "redirect",
    "rerout",
    "re-rout",
    "address change",
    "address was changed",
    "change of address",
    "forwarded",
    "intercept",
    "delivery changed",
];

fn find(context: &Context, persona: PersonaId) -> Option<Finding> {
    let scans = context.in_time(persona, RecordKind::CarrierEvent);
    if scans.is_empty() {
        return None;
    }
    let days = context.parameter("B05", "days") as i32;
    let sent: Vec<&str> =
        context.of_kind(persona, RecordKind::Shipment).filter_map(|record| places::country(context, record)).collect();
    let mut delivered: BTreeMap<Option<RecordId>, i32> = BTreeMap::new();
    let mut redirects: BTreeSet<Option<RecordId>> = BTreeSet::new();
    let labels = labels(context, persona);
    let mut redirected: Vec<(i32, RecordId)> = Vec::new();
    let mut abroad: Vec<(i32, RecordId, &str)> = Vec::new();
    for (moment, record) in scans {
        let event = context.text(record, IdentifierKind::Event).unwrap_or_default();
        if event.contains("return") {
            continue;
        }
        let day = moment.day();
        let redirect = REDIRECTED.iter().any(|word| event.contains(word));
        let parcel = parcel(context, record, &labels);
        if redirect {
            redirects.insert(parcel);
        }
        // A parcel of its own that comes in from abroad was not delivered yet; a label of no known parcel goes out.
        let since = match parcel {
            Some(_) => delivered.get(&parcel).copied(),
            None => delivered.values().min().copied(),
        };
        let soon = since.is_some_and(|first| (0..=days).contains(&(day - first)));
        if let Some(country) = places::country(context, record)
            && (soon || redirects.contains(&parcel))
            && !sent.is_empty()
            && !sent.contains(&country)
        {
            abroad.push((day, record, country));
        } else if redirect {
            redirected.push((day, record));
        }
        if event.contains("delivered") && !event.contains("not delivered") && !event.contains("undelivered") {
            delivered.entry(parcel).or_insert(day);
        }
    }
    let (strength, text) = match (abroad.first(), redirected.first()) {
        (Some((_, _, country)), _) => (
            Strength::Strong,
            format!("a parcel was scanned in {} after it had been delivered or redirected", country.to_uppercase()),
        ),
        (None, Some(&(_, record))) => {
            let event = context.text(record, IdentifierKind::Event).unwrap_or_default();
            (Strength::Medium, format!("the carrier notes: {event}"))
        }
        (None, None) => return None,
    };
    let cells = [IdentifierKind::Event, IdentifierKind::Time, IdentifierKind::Country, IdentifierKind::Address];
    let seen: Vec<(i32, RecordId)> =
        abroad.iter().map(|&(day, record, _)| (day, record)).chain(redirected.iter().copied()).collect();
    Some(
        Finding::about("B05", persona, strength, EvidenceFamily::Place, text)
            .citing(seen.iter().flat_map(|&(_, record)| context.cite(record, &cells)))
            .on(seen.iter().map(|&(day, _)| day)),
    )
}

/// Tracking numbers of the persona's parcels.
fn labels(context: &Context, persona: PersonaId) -> BTreeMap<ValueId, RecordId> {
    let parcels = context.of_kind(persona, RecordKind::Shipment);
    let labels = parcels.flat_map(|record| context.claims.of_kind(record, IdentifierKind::TrackingNumber));
    labels.map(|claim| (claim.value, claim.record)).collect()
}

/// The parcel that a scan is about: the one with its tracking number; without one the one that it names.
fn parcel(context: &Context, scan: RecordId, labels: &BTreeMap<ValueId, RecordId>) -> Option<RecordId> {
    if let Some(label) = context.claim(scan, IdentifierKind::TrackingNumber) {
        return labels.get(&label.value).copied();
    }
    let references = &context.claims.references;
    let from = references.partition_point(|reference| reference.from < scan);
    let own = references[from..].iter().take_while(|reference| reference.from == scan);
    own.map(|reference| reference.to).find(|&to| context.claims.record(to).kind == RecordKind::Shipment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{Address, Country, Event, Name, TrackingNumber};

    fn scans(scans: &[(&str, &str, &str)]) -> Scene {
        let mut scene = Scene::new()
            .employee("E1", "2025-03-03", &[(Name, "ann / lee")])
            .shipment("2025-03-01", &[(Address, "9|oak st")]);
        for (day, event, country) in scans {
            scene = scene.event(RecordKind::CarrierEvent, day, &[(Event, event), (Country, country)]);
        }
        scene
    }

    #[test]
    fn a_plain_delivery_an_import_and_a_return_are_refused() {
        let delivered = ("2025-03-05", "delivered", "us");
        assert_eq!(scans(&[("2025-03-04", "redirected", "us"), delivered]).strengths("B05"), [Strength::Medium]);
        assert_eq!(scans(&[delivered, ("2025-03-12", "departed facility", "cn")]).strengths("B05"), [Strength::Strong]);
        assert!(scans(&[("2025-03-02", "departed facility", "cn"), delivered]).findings("B05").is_empty());
        assert!(scans(&[delivered, ("2025-03-12", "return to sender", "cn")]).findings("B05").is_empty());
        assert!(scans(&[delivered, ("2026-03-12", "departed facility", "cn")]).findings("B05").is_empty());
        // A second laptop that comes from its maker abroad.
        let second = |label: &str| {
            scans(&[delivered]).shipment("2025-03-10", &[(Address, "9|oak st"), (TrackingNumber, "1Z2")]).event(
                RecordKind::CarrierEvent,
                "2025-03-11",
                &[(Event, "departed facility"), (Country, "cn"), (TrackingNumber, label)],
            )
        };
        assert!(second("1Z2").findings("B05").is_empty());
        assert_eq!(second("1Z9").strengths("B05"), [Strength::Strong]);
        assert!(scans(&[("2025-03-04", "out for delivery", "us"), delivered]).findings("B05").is_empty());
    }
}
