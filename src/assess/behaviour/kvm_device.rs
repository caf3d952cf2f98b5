//! B14: hardware on a persona's device that lets somebody elsewhere use it.

use super::{OnList, on_list};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::field::Field;
use crate::model::finding::{Finding, Strength};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};

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
    let of = OnList {
        indicator: "B14",
        strength: Strength::Strong,
        records: RecordKind::Peripheral,
        named: IdentifierKind::Product,
        what: "plugged into a device",
    };
    on_list(context, of, |name| context.lists.kvm(name))
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
