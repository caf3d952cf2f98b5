//! L15: two personas use one device at one time.

use super::shared;
use crate::assess::{Indicator, Need, Rule};
use crate::model::finding::Strength;
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "L15",
    name: "shared device",
    definition: "Two personas have one serial number or hardware address, and hold it at overlapping times: a device that was \
                 handed on is not shared.",
    needs: &[Need(&[RecordKind::Device, RecordKind::Peripheral, RecordKind::Shipment], &[])],
    parameters: &[],
    family: EvidenceFamily::DeviceNetwork,
    strength: Strength::Strong,
    misleads: "IT staff, a loaner, a kiosk, a device handed on whose dates were not kept.",
    source: "FBI PSA I-012325-PSA, 23 January 2025: sessions from devices that are not the user's",
    rule: Rule::Link(|context, link| {
        let kinds = &[IdentifierKind::Serial, IdentifierKind::HardwareAddress];
        // At different times a value brings no bits, and the finding is none.
        shared(context, link, "L15", kinds, Strength::Strong, |c| !c.is_near())
    }),
};
