//! B09: pay goes to a wallet or a money platform.

use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::claim::Claim;
use crate::model::field::Field;
use crate::model::finding::{Citation, Finding, Strength};
use crate::model::ids::PersonaId;
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "B09",
    name: "pay to a wallet or money platform",
    definition: "A payment account or payroll change of the persona names a cryptocurrency wallet or a handle at a \
                 payment platform. Weak by itself: it makes no family.",
    needs: &[Need(&[RecordKind::PaymentAccount, RecordKind::PayrollChange], &[Field::Wallet, Field::PaymentHandle])],
    parameters: &[],
    family: EvidenceFamily::Payment,
    strength: Strength::Weak,
    misleads: "Contracts across borders and firms that pay everybody in this way.",
    source: "FBI update of 2025 on facilitators: beware of agreements about virtual currency; Google, April 2025",
    rule: Rule::Persona(find),
};

fn find(context: &Context, persona: PersonaId) -> Option<Finding> {
    let dictionary = &context.claims.dictionary;
    let is_platform = |claim: &&Claim| {
        matches!(dictionary.kind(claim.value), IdentifierKind::Wallet | IdentifierKind::PaymentHandle)
            && dictionary.marks(claim.value).can_link()
            && (context.explained)(claim.value).is_none()
    };
    let pays = |kind: RecordKind| {
        matches!(kind, RecordKind::PaymentAccount | RecordKind::PayrollChange | RecordKind::Employee)
    };
    let seen: Vec<&Claim> = context
        .records(persona)
        .filter(|&record| pays(context.claims.record(record).kind))
        .flat_map(|record| context.claims.of(record))
        .filter(is_platform)
        .collect();
    let first = seen.first()?;
    let what = dictionary.kind(first.value).name().replace('_', " ");
    let text = format!("pay goes to {what} {}", (context.shown)(first.value));
    Some(
        Finding::about("B09", persona, Strength::Weak, EvidenceFamily::Payment, text)
            .citing(seen.iter().map(|claim| Citation::of(claim)))
            .on(seen.iter().map(|claim| claim.valid().from)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{Account, Name, PaymentHandle, Wallet};

    #[test]
    fn a_bank_account_is_refused_and_a_wallet_is_weak() {
        let paid = |kind: IdentifierKind, text: &str| {
            Scene::new()
                .employee("E1", "2025-03-03", &[(Name, "ann / lee")])
                .asset(RecordKind::PaymentAccount, "2025-03-03", "", &[(kind, text)])
                .strengths("B09")
        };
        assert_eq!(paid(Wallet, "0x00000000000000000000000000000000000000aa"), [Strength::Weak]);
        assert_eq!(paid(PaymentHandle, "ann@example.com"), [Strength::Weak]);
        assert!(paid(Account, "021000021:777").is_empty());
    }
}
