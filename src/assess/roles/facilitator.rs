//! Facilitators: a place, network or account that serves several personas of a ring, or a persona at whose home it does.

use super::list;
use crate::assess::Context;
use crate::assess::guards::facts::{homes, same_door};
use crate::assess::link::persona_names;
use crate::model::claim::{Period, Role};
use crate::model::cluster::Ring;
use crate::model::finding::{Citation, RoleHypothesis, RoleKind, Who};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::value::{EvidenceFamily, IdentifierKind, Side};
use std::collections::{BTreeMap, BTreeSet};

/// Kinds of values that can serve several personas, the one that names the candidate first.
const SERVES: &[IdentifierKind] = &[
    IdentifierKind::Address,
    IdentifierKind::Ip,
    IdentifierKind::Account,
    IdentifierKind::Wallet,
    IdentifierKind::PaymentHandle,
    IdentifierKind::Serial,
    IdentifierKind::HardwareAddress,
];

/// One persona holds a value.
struct Holding {
    persona: PersonaId,
    role: Role,
    valid: Period,
}

/// A value with the personas of the ring that it touches.
struct Touch {
    /// Writings of one address; else one value.
    values: Vec<ValueId>,
    kind: IdentifierKind,
    holdings: Vec<Holding>,
    personas: BTreeSet<PersonaId>,
}

/// Groups of values that touch at least two personas in two families, place or device among them; and the persona that
/// lives where the others' parcels go.
pub(super) fn facilitators(context: &Context, ring: &Ring) -> Vec<RoleHypothesis> {
    let mut found = Vec::new();
    for group in groups(touches(context, ring)) {
        let families: BTreeSet<EvidenceFamily> = group.iter().map(|touch| touch.kind.family()).collect();
        let served = families.contains(&EvidenceFamily::Place) || families.contains(&EvidenceFamily::DeviceNetwork);
        if families.len() < 2 || !served {
            continue;
        }
        found.push(candidate(context, ring, &group));
        found.extend(hosts(context, ring, &group));
    }
    found
}

/// Values of the ring's personas that two and more hold at overlapping times. A value of many holders is looked at too:
/// a facilitator may sit in a crowd. What the customer's list explains is not.
fn touches(context: &Context, ring: &Ring) -> Vec<Touch> {
    let dictionary = &context.claims.dictionary;
    let mut held: BTreeMap<ValueId, Vec<Holding>> = BTreeMap::new();
    for &persona in &ring.personas {
        for claim in context.records(persona).flat_map(|record| context.claims.of(record)) {
            let usable = SERVES.contains(&dictionary.kind(claim.value))
                && dictionary.marks(claim.value).can_link()
                && (context.explained)(claim.value).is_none();
            if usable {
                let holding = Holding { persona, role: claim.role(), valid: claim.valid() };
                held.entry(claim.value).or_default().push(holding);
            }
        }
    }
    let near = near_places(context, ring);
    let mut touches: Vec<Touch> = Vec::new();
    for (value, holdings) in held {
        let kind = dictionary.kind(value);
        let same = |touch: &Touch| {
            let alike = |&other: &ValueId| {
                near.contains(&(other.min(value), other.max(value)))
                    || kind == IdentifierKind::Address && same_door(context, other, value)
            };
            touch.kind == kind && touch.values.iter().any(alike)
        };
        let (joined, rest): (Vec<Touch>, Vec<Touch>) = touches.into_iter().partition(same);
        touches = rest;
        let mut all = Touch { values: Vec::new(), kind, holdings: Vec::new(), personas: BTreeSet::new() };
        for touch in
            joined.into_iter().chain([Touch { values: vec![value], holdings, personas: BTreeSet::new(), kind }])
        {
            all.values.extend(touch.values);
            all.holdings.extend(touch.holdings);
        }
        all.values.sort_unstable();
        touches.push(all);
    }
    for touch in &mut touches {
        let together = |own: &&Holding| {
            touch.holdings.iter().any(|other| other.persona != own.persona && own.valid.overlaps(other.valid))
        };
        touch.personas = touch.holdings.iter().filter(together).map(|own| own.persona).collect();
    }
    touches.retain(|touch| touch.personas.len() >= 2);
    touches
}

/// Addresses and networks that the ring's links call near: one door written in several ways, one customer's network.
fn near_places(context: &Context, ring: &Ring) -> BTreeSet<(ValueId, ValueId)> {
    ring.links
        .iter()
        .flat_map(|&link| &context.clusters.links[link].contributions)
        .filter(|c| c.side() == Side::Location && c.is_near() && c.bits > 0.0)
        .map(|c| (c.left.min(c.right), c.left.max(c.right)))
        .collect()
}

/// Values that touch the same two personas are one candidate.
fn groups(touches: Vec<Touch>) -> Vec<Vec<Touch>> {
    let mut groups: Vec<Vec<Touch>> = Vec::new();
    for touch in touches {
        let meets = |group: &Vec<Touch>| {
            group.iter().any(|other| other.personas.intersection(&touch.personas).take(2).count() == 2)
        };
        let (mut joined, rest): (Vec<_>, Vec<_>) = groups.into_iter().partition(meets);
        groups = rest;
        let mut group: Vec<Touch> = joined.drain(..).flatten().collect();
        group.push(touch);
        groups.push(group);
    }
    let place = |kind: IdentifierKind| SERVES.iter().position(|&own| own == kind);
    for group in &mut groups {
        group.sort_by_key(|touch| (place(touch.kind), std::cmp::Reverse(touch.personas.len()), touch.values[0]));
    }
    groups.sort_by_key(|group| group[0].values[0]);
    groups
}

fn candidate(context: &Context, ring: &Ring, group: &[Touch]) -> RoleHypothesis {
    let personas: BTreeSet<PersonaId> = group.iter().flat_map(|touch| touch.personas.iter().copied()).collect();
    let touched: Vec<String> = group.iter().map(|touch| words(context, touch)).collect();
    RoleHypothesis {
        role: RoleKind::Facilitator,
        who: Who::Value(group[0].values[0]),
        ring: ring.name.clone(),
        evidence: format!("serves {} personas: {}", personas.len(), touched.join("; ")),
        innocent: "a home that people share, a building of many, a firm that forwards parcels, a joint account"
            .to_string(),
        cites: cites(context, group),
    }
}

/// `address 12 oak st: home of P-a; parcels of P-b, P-c (9 personas hold it in all)`.
fn words(context: &Context, touch: &Touch) -> String {
    let in_role = |role: Role| -> BTreeSet<&PersonaId> {
        let own = touch.holdings.iter().filter(|own| own.role == role && touch.personas.contains(&own.persona));
        own.map(|own| &own.persona).collect()
    };
    let kind = touch.kind.name().replace('_', " ");
    let mut text = format!("{kind} {}", (context.shown)(touch.values[0]));
    if touch.values.len() > 1 {
        text.push_str(&format!(" and {} near", touch.values.len() - 1));
    }
    text.push_str(": ");
    if touch.kind == IdentifierKind::Address {
        let (home, sent) = (in_role(Role::Home), in_role(Role::Delivery));
        let parts = [("home of", home), ("parcels of", sent)];
        let parts = parts.into_iter().filter(|(_, personas)| !personas.is_empty());
        let parts: Vec<String> = parts.map(|(what, personas)| format!("{what} {}", list(context, personas))).collect();
        text.push_str(&parts.join(", "));
    } else {
        text.push_str(&list(context, &touch.personas));
    }
    let all: BTreeSet<PersonaId> = touch.values.iter().flat_map(|&value| (context.holders)(value)).collect();
    if all.len() > touch.personas.len() {
        text.push_str(&format!(" ({} personas hold it in all)", all.len()));
    }
    text
}

fn cites(context: &Context, group: &[Touch]) -> Vec<Citation> {
    let held = group.iter().flat_map(|touch| {
        touch.values.iter().flat_map(|&value| touch.personas.iter().map(move |&persona| (persona, value)))
    });
    held.flat_map(|(persona, value)| context.cite_value(persona, value)).collect()
}

/// Personas, in the ring or not, that live where parcels of at least two others of it go, and are tied to them in a second
/// family: by what else serves the group, or because pay of the others is to their name.
fn hosts(context: &Context, ring: &Ring, group: &[Touch]) -> Vec<RoleHypothesis> {
    let mut found = Vec::new();
    for touch in group.iter().filter(|touch| touch.kind == IdentifierKind::Address) {
        let everybody: BTreeSet<PersonaId> = touch.values.iter().flat_map(|&value| (context.holders)(value)).collect();
        let lives = |persona: PersonaId| {
            let own = homes(context, persona);
            own.iter().any(|&home| touch.values.iter().any(|&value| same_door(context, home, value)))
        };
        for host in everybody.into_iter().filter(|&persona| lives(persona)) {
            let guests: BTreeSet<PersonaId> =
                touch.personas.iter().copied().filter(|&guest| guest != host && !lives(guest)).collect();
            if guests.len() < 2 {
                continue;
            }
            let also: Vec<&Touch> = group
                .iter()
                .filter(|other| other.kind.family() != EvidenceFamily::Place)
                .filter(|other| other.values.iter().any(|&value| (context.holders)(value).contains(&host)))
                .collect();
            let paid = paid_to(context, host, &guests);
            if also.is_empty() && paid.is_empty() {
                continue;
            }
            let mut evidence = format!(
                "lives at {}, where parcels of {} go",
                (context.shown)(touch.values[0]),
                list(context, &guests)
            );
            for other in &also {
                let kind = other.kind.name().replace('_', " ");
                evidence.push_str(&format!("; has {kind} {} in common with them", (context.shown)(other.values[0])));
            }
            if !paid.is_empty() {
                evidence.push_str("; accounts of others are in its name");
            }
            let cites = std::iter::once(touch)
                .chain(also)
                .flat_map(|own| own.values.iter().flat_map(|&value| context.cite_value(host, value)))
                .chain(
                    guests
                        .iter()
                        .flat_map(|&guest| touch.values.iter().flat_map(move |&v| context.cite_value(guest, v))),
                )
                .chain(paid)
                .collect();
            found.push(RoleHypothesis {
                role: RoleKind::Facilitator,
                who: Who::Persona(host),
                ring: ring.name.clone(),
                evidence,
                innocent: "somebody who takes in parcels for neighbours or relatives, a landlord, a receptionist"
                    .to_string(),
                cites,
            });
        }
    }
    found
}

/// Cells of accounts of others that name the host as payee.
fn paid_to(context: &Context, host: PersonaId, others: &BTreeSet<PersonaId>) -> Vec<Citation> {
    let names = persona_names(context, host);
    others
        .iter()
        .flat_map(|&other| context.records(other))
        .flat_map(|record| context.claims.of_kind(record, IdentifierKind::PayeeName))
        .filter(|claim| names.iter().any(|&name| (context.names_agree)(name, claim.value)))
        .map(Citation::of)
        .collect()
}
