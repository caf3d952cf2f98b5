//! L06: two personas are paid to one wallet, or to one payee at a payment platform.

use super::shared;
use crate::assess::{Indicator, Rule};
use crate::model::finding::Strength;
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "L06",
    name: "shared wallet or payee",
    definition: "Two personas have one cryptocurrency address that passes its checksum, or one handle, email or id of a payee \
                 at a payment platform. Handles that are only near are medium.",
    needs: &[],
    parameters: &[],
    family: EvidenceFamily::Payment,
    strength: Strength::Strong,
    misleads: "The common deposit address of an exchange, the wallet of a payroll provider.",
    source: "FBI update of 2025 on facilitators: agreements to pay in virtual currency, accounts set up for others",
    rule: Rule::Link(|context, link| {
        let kinds = &[IdentifierKind::Wallet, IdentifierKind::PaymentHandle];
        shared(context, link, "L06", kinds, Strength::Strong, |c| !c.is_near())
            .or_else(|| shared(context, link, "L06", kinds, Strength::Medium, |c| c.is_near()))
    }),
};
