//! B06: pay went to another account soon after hire.

use super::pay::{self, is_change};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::field::Field;
use crate::model::finding::{Citation, Finding, Strength};
use crate::model::ids::PersonaId;
use crate::model::record::RecordKind;
use crate::model::value::EvidenceFamily;

pub const INDICATOR: Indicator = Indicator {
    id: "B06",
    name: "payment change in onboarding",
    definition: "Another account, wallet or payment handle than the one before was named within `days` days of hire. \
                 The first one is no change, unless a payroll change names it more than `setup` days after hire.",
    needs: &[
        Need(&[RecordKind::Employee], &[Field::ValidFrom]),
        Need(&[RecordKind::PayrollChange, RecordKind::PaymentAccount], &[]),
    ],
    parameters: &["days", "setup"],
    family: EvidenceFamily::Payment,
    strength: Strength::Medium,
    misleads: "A bank that pays for switching, a first account that was mistyped.",
    source: "FBI PSA I-012325-PSA, 23 January 2025: changes of payment platform during onboarding",
    rule: Rule::Persona(find),
};

fn find(context: &Context, persona: PersonaId) -> Option<Finding> {
    let named = pay::named(context, persona);
    if named.is_empty() {
        return None;
    }
    let (days, setup) = (context.parameter("B06", "days") as i32, context.parameter("B06", "setup") as i32);
    for (hired, record) in context.hires(persona) {
        let changed = named.iter().position(|account| {
            let since = account.day.saturating_sub(hired);
            let mut before = named.iter().filter(|other| other.day < account.day).peekable();
            match before.peek() {
                Some(_) => (1..=days).contains(&since) && before.all(|other| other.key != account.key),
                None => (setup + 1..=days).contains(&since) && is_change(context, account.claim),
            }
        });
        let Some(at) = changed else { continue };
        let account = &named[at];
        let before = named[..at].iter().filter(|other| other.day < account.day).map(|other| other.claim);
        let text = format!("pay goes to another account from day {} after hire on", account.day - hired);
        let hire = context.claims.of(record).first();
        return Some(
            Finding::about("B06", persona, Strength::Medium, EvidenceFamily::Payment, text)
                .citing(before.chain([account.claim]).chain(hire).map(Citation::of))
                .on([account.day]),
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use crate::model::value::IdentifierKind::{Account, Name};
    use crate::model::value::Marks;

    fn hired() -> Scene {
        Scene::new().employee("E1", "2025-03-03", &[(Name, "ann / lee")]).asset(
            RecordKind::PaymentAccount,
            "2025-03-03",
            "",
            &[(Account, "021000021:55501207")],
        )
    }

    fn change(scene: Scene, day: &str, account: &str) -> Scene {
        scene.event(RecordKind::PayrollChange, day, &[(Account, account)])
    }

    #[test]
    fn a_bank_change_of_later_years_and_the_same_account_masked_are_refused() {
        assert_eq!(change(hired(), "2025-04-01", "021000021:777").strengths("B06"), [Strength::Medium]);
        assert!(change(hired(), "2026-04-01", "021000021:777").findings("B06").is_empty());
        assert!(change(hired(), "2025-04-01", "021000021:55501207").findings("B06").is_empty());
        let masked = change(hired(), "2025-04-01", "021000021:*1207").marked(Account, "021000021:*1207", Marks::MASKED);
        assert!(masked.findings("B06").is_empty());
    }

    #[test]
    fn the_first_account_is_refused_unless_it_comes_late() {
        let bare = || Scene::new().employee("E1", "2025-03-03", &[(Name, "ann / lee")]);
        assert!(change(bare(), "2025-03-05", "021000021:777").findings("B06").is_empty());
        assert_eq!(change(bare(), "2025-04-05", "021000021:777").strengths("B06"), [Strength::Medium]);
        let with = bare().asset(RecordKind::PaymentAccount, "2025-03-20", "", &[(Account, "021000021:777")]);
        assert!(with.findings("B06").is_empty());
    }
}
