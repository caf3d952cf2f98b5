//! Somebody who moved has two addresses, and a parcel may go to the new one before every system knows it.

use super::Guard;
use crate::assess::Context;
use crate::assess::behaviour::{disagreeing_identity, people, places};
use crate::model::claim::Role;
use crate::model::finding::Finding;
use crate::model::ids::{PersonaId, ValueId};
use crate::model::record::RecordKind;
use crate::model::value::IdentifierKind;

pub const GUARD: Guard = Guard {
    name: "moved house",
    definition: "An address change of the employee names the building that the parcel went to, or both homes that \
                 differ between systems; a change in onboarding is explained when equipment had reached the earlier \
                 home or the bank has the new one too.",
    overrides: "a device that reports another place than the new home, or somebody of another family name at that \
                address",
    relation: Some("former_tenant"),
    ring: None,
    finding: Some(explains),
};

fn explains(context: &Context, finding: &Finding) -> Option<String> {
    let [persona] = finding.personas[..] else { return None };
    let holds = match finding.indicator {
        "B01" => parcel(context, finding, persona),
        "B02" => onboarding(context, persona),
        "B25" => fields(context, persona),
        _ => false,
    };
    (holds && !is_overridden(context, persona)).then(|| "an address change names the place".to_string())
}

/// Addresses that changes of the persona name, the old ones and the new ones.
fn moves(context: &Context, persona: PersonaId) -> (Vec<ValueId>, Vec<ValueId>) {
    let changes = context.of_kind(persona, RecordKind::AddressChange);
    let all = changes.flat_map(|record| places::addresses(context, record)).filter(|claim| claim.role() == Role::Home);
    let (new, old): (Vec<_>, Vec<_>) = all.partition(|claim| claim.valid().to == i32::MAX);
    let values = |claims: Vec<&crate::model::claim::Claim>| claims.into_iter().map(|claim| claim.value).collect();
    (values(old), values(new))
}

fn among(context: &Context, places: &[ValueId], value: ValueId) -> bool {
    places.iter().any(|&place| (context.one_place)(place, value))
}

fn parcel(context: &Context, finding: &Finding, persona: PersonaId) -> bool {
    let (old, new) = moves(context, persona);
    let sent = finding.cites.iter().filter(|cite| context.claims.record(cite.record).kind == RecordKind::Shipment);
    let mut addresses = sent.flat_map(|cite| context.claims.of_kind(cite.record, IdentifierKind::Address));
    let named = [old, new].concat();
    !named.is_empty() && addresses.all(|claim| among(context, &named, claim.value))
}

fn onboarding(context: &Context, persona: PersonaId) -> bool {
    let (old, new) = moves(context, persona);
    let reached = places::parcels(context, persona).iter().any(|sent| among(context, &old, sent.value));
    let accounts = context.of_kind(persona, RecordKind::PaymentAccount);
    let banked = accounts.flat_map(|record| places::addresses(context, record)).any(|c| among(context, &new, c.value));
    !new.is_empty() && (reached || banked)
}

/// Whether fewer fields than the indicator asks for differ once homes before and after a move are one.
fn fields(context: &Context, persona: PersonaId) -> bool {
    let (old, new) = moves(context, persona);
    let named = [old, new].concat();
    let differs = disagreeing_identity::differing(context, persona);
    let rest = differs.iter().filter(|differs| {
        differs.field != "home" || !differs.claims.iter().all(|claim| among(context, &named, claim.value))
    });
    !named.is_empty() && (rest.count() as f64) < context.parameter("B25", "fields")
}

fn is_overridden(context: &Context, persona: PersonaId) -> bool {
    let (old, new) = moves(context, persona);
    let named = [old, new.clone()].concat();
    let devices = context.of_kind(persona, RecordKind::Device);
    let elsewhere =
        devices.flat_map(|record| places::addresses(context, record)).any(|claim| !among(context, &named, claim.value));
    let strangers = new.iter().any(|&home| {
        (context.holders)(home)
            .into_iter()
            .any(|other| other != persona && !people::one_family(context, persona, other))
    });
    elsewhere || strangers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{Account, Address, Name};

    fn moved(sent: &str) -> Scene {
        Scene::new()
            .employee("E1", "2025-03-03", &[(Name, "ann / lee"), (Address, "12|elm st")])
            .event(RecordKind::AddressChange, "2025-03-05", &[(Address, "12|elm st"), (Address, "9|oak st")])
            .shipment("2025-03-07", &[(Address, sent)])
    }

    #[test]
    fn a_parcel_to_a_third_place_and_a_home_of_strangers_are_not_explained() {
        assert_eq!(moved("9|oak st").guard("B01"), Some("moved house"));
        assert_eq!(moved("7|ash st").guard("B01"), None);
        let shared =
            |name: &str| moved("9|oak st").employee("E2", "2025-03-03", &[(Name, name), (Address, "9|oak st")]);
        assert_eq!(shared("ivan / stone").guard("B01"), None);
        assert_eq!(shared("dana / lee").guard("B01"), Some("moved house"));
        let device = moved("9|oak st").asset(RecordKind::Device, "", "", &[(Address, "7|ash st")]);
        assert_eq!(device.guard("B01"), None);
    }

    #[test]
    fn a_change_in_onboarding_that_nothing_else_shows_is_not_explained() {
        assert_eq!(moved("9|oak st").guard("B02"), None);
        assert_eq!(
            moved("9|oak st").shipment("2025-03-01", &[(Address, "12|elm st")]).guard("B02"),
            Some("moved house")
        );
        let values = [(Account, "1:10"), (Address, "9|oak st")];
        let banked = moved("9|oak st").asset(RecordKind::PaymentAccount, "", "", &values);
        assert_eq!(banked.guard("B02"), Some("moved house"));
    }
}
