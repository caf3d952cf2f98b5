//! B14: hardware on a persona's device that lets somebody elsewhere use it.

use super::{each, listed, some};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::field::Field;
use crate::model::finding::{Finding, Strength};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use std::collections::BTreeSet;

pub const INDICATOR: Indicator = Indicator {
    id: "B14",
    name: "KVM-over-IP or HID emulator",
    definition: "A peripheral of the persona's device is on the built-in list of hardware through which somebody \
                 elsewhere uses keyboard, mouse and screen.",
    needs: &[Need(&[RecordKind::Peripheral], &[Field::Product])],
    parameters: &[],
    family: EvidenceFamily::DeviceNetwork,
    strength: Strength::Strong,
    misleads: "A home lab, a docking station that reports an odd name.",
    source: "Mandiant, September 2024: IP-KVM devices; United States v. Wang, 2026: KVM switches",
    rule: Rule::Run(find),
};

fn find(context: &Context) -> Vec<Finding> {
    let known = listed(context, IdentifierKind::Product, |name| context.lists.kvm(name));
    if known.is_empty() {
        return Vec::new();
    }
    each(context, |persona| {
        let seen: Vec<_> = context
            .of_kind(persona, RecordKind::Peripheral)
            .flat_map(|record| context.claims.of_kind(record, IdentifierKind::Product))
            .filter_map(|claim| Some((*known.get(&claim.value)?, claim)))
            .collect();
        let names: BTreeSet<&str> = seen.iter().map(|(name, _)| *name).collect();
        let names: Vec<&str> = names.into_iter().collect();
        if names.is_empty() {
            return None;
        }
        let text = format!("plugged into a device: {}", some(&names));
        let cells = [IdentifierKind::Product, IdentifierKind::Time];
        Some(
            Finding::about("B14", persona, Strength::Strong, EvidenceFamily::DeviceNetwork, text)
                .citing(seen.iter().flat_map(|(_, claim)| context.cite(claim.record, &cells)))
                .on(seen.iter().map(|(_, claim)| claim.valid.from)),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::Name;

    fn hired() -> Scene {
        Scene::new().employee("E1", "2025-03-03", &[(Name, "ann / lee")])
    }

    #[test]
    fn a_docking_station_is_refused() {
        let plugged = |product: &str| {
            hired().event(RecordKind::Peripheral, "2025-03-10", &[(IdentifierKind::Product, product)]).strengths("B14")
        };
        assert_eq!(plugged("pikvm composite kvm device"), [Strength::Strong]);
        assert!(plugged("dell universal dock d6000").is_empty());
        assert!(plugged("usb optical mouse").is_empty());
    }
}
