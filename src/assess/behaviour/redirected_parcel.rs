//! B05: a parcel was redirected after its label was made, or travelled on to another country.

use super::places;
use crate::assess::{Context, Indicator, Need, Rule};
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
                 parcels counts from the first delivery. Or a second parcel goes to another country within `days` \
                 days after the first one was sent, and the two are not said to hold different devices. \
                 Strong where another country is named. What goes back to its sender is left out.",
    needs: &[Need(&[RecordKind::CarrierEvent, RecordKind::Shipment], &[])],
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
        return sent_on(context, persona);
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
        (None, None) => return sent_on(context, persona),
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

/// A second label: what was sent to one country goes on to another soon after.
fn sent_on(context: &Context, persona: PersonaId) -> Option<Finding> {
    let days = context.parameter("B05", "days") as i32;
    let sent: Vec<(i32, RecordId, &str)> = context
        .in_time(persona, RecordKind::Shipment)
        .into_iter()
        .filter_map(|(moment, record)| Some((moment.day(), record, places::country(context, record)?)))
        .collect();
    let serial = |record: RecordId| context.claim(record, IdentifierKind::Serial).map(|claim| claim.value);
    let goes_on = |first: RecordId, later: RecordId| match (serial(first), serial(later)) {
        (Some(first), Some(later)) => first == later,
        _ => true,
    };
    let mut found: Option<[(i32, RecordId, &str); 2]> = None;
    for (at, &(day, first, country)) in sent.iter().enumerate() {
        let known: BTreeSet<&str> = sent[..=at].iter().map(|&(_, _, country)| country).collect();
        let later = sent[at + 1..].iter().find(|(on, record, to)| {
            !known.contains(to) && (1..=days).contains(&(on - day)) && goes_on(first, *record)
        });
        if let Some(&later) = later {
            found.get_or_insert([(day, first, country), later]);
        }
    }
    let [(day, first, from), (on, later, to)] = found?;
    let text = format!(
        "what was sent to {} was sent on to {} {} days later",
        from.to_uppercase(),
        to.to_uppercase(),
        on - day
    );
    let cells = [IdentifierKind::Address, IdentifierKind::Country, IdentifierKind::City, IdentifierKind::Serial];
    Some(
        Finding::about("B05", persona, Strength::Strong, EvidenceFamily::Place, text)
            .citing([first, later].into_iter().flat_map(|record| context.cite(record, &cells)))
            .on([day, on]),
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
    fn a_second_label_abroad_is_found_and_one_at_home_or_of_another_device_is_refused() {
        let second = |day: &str, country: &str, serial: &str| {
            Scene::new()
                .employee("E1", "2025-03-03", &[(Name, "ann / lee")])
                .shipment("2025-03-01", &[(Address, "9|oak st"), (Country, "us"), (IdentifierKind::Serial, "PF0A")])
                .shipment(day, &[(Address, "4|mill rd"), (Country, country), (IdentifierKind::Serial, serial)])
                .findings("B05")
        };
        assert_eq!(second("2025-03-20", "gb", "PF0A")[0].strength, Strength::Strong);
        assert!(second("2025-03-20", "us", "PF0A").is_empty());
        assert!(second("2025-03-20", "gb", "PF0B").is_empty());
        assert!(second("2025-06-20", "gb", "PF0A").is_empty());
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
