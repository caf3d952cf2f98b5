//! Headquarters and own egress: everybody's parcels go to the office, and everybody comes from its address.

use super::{Guard, corporate_vpn};
use crate::assess::Context;
use crate::model::finding::Finding;
use crate::model::record::RecordKind;
use crate::model::value::IdentifierKind;

pub const GUARD: Guard = Guard {
    name: "own network",
    definition: "All parcels that a finding cites went to an office of the customer's list own_offices, or the finding \
                 rests on sign-ins from an address of its list own_egress.",
    overrides: "a parcel to another place, or sign-ins that suffice without the customer's own addresses",
    relation: None,
    ring: None,
    finding: Some(explains),
};

fn explains(context: &Context, finding: &Finding) -> Option<String> {
    match finding.indicator {
        "B01" => {
            let sent =
                finding.cites.iter().filter(|cite| context.claims.record(cite.record).kind == RecordKind::Shipment);
            let mut offices = sent
                .flat_map(|cite| context.claims.of_kind(cite.record, IdentifierKind::Address))
                .map(|claim| (context.explained)(claim.value) == Some("own_offices"))
                .peekable();
            let any = offices.peek().is_some();
            (any && offices.all(|is_office| is_office)).then(|| "the parcels went to an own office".to_string())
        }
        "B10" | "B11" | "B12" => corporate_vpn::rests_on(context, finding, "own_egress")
            .then(|| "it rests on sign-ins from an own egress address".to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{Address, Name};

    #[test]
    fn a_parcel_to_the_office_beside_one_elsewhere_is_not_explained() {
        let sent = |to: &[&str]| {
            let mut scene = Scene::new().employee("E1", "2025-03-03", &[(Name, "ann / lee"), (Address, "12|elm st")]);
            for address in to {
                scene = scene.shipment("2025-03-01", &[(Address, address)]);
            }
            scene.explained(Address, "100|market st", "own_offices").guard("B01")
        };
        assert_eq!(sent(&["100|market st"]), Some("own network"));
        assert_eq!(sent(&["100|market st", "9|oak st"]), None);
        assert_eq!(sent(&["9|oak st"]), None);
    }
}
