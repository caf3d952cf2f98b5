//! B07: pay was moved from account to account.

use super::pay;
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::finding::{Citation, Finding, Strength};
use crate::model::ids::PersonaId;
use crate::model::record::RecordKind;
use crate::model::value::EvidenceFamily;
use std::collections::BTreeSet;

pub const INDICATOR: Indicator = Indicator {
    id: "B07",
    name: "frequent payment changes",
    definition: "At least `accounts` different accounts, wallets or payment handles were named for the first time \
                 within `days` days; those named on one day count once, as a split deposit.",
    needs: &[Need(&[RecordKind::PayrollChange, RecordKind::PaymentAccount], &[])],
    parameters: &["accounts", "days"],
    family: EvidenceFamily::Payment,
    strength: Strength::Medium,
    misleads: "A divorce, a bank that closed, accounts closed for other causes.",
    source: "FBI update of 2025 on facilitators: people who change banks often because banks close their accounts",
    rule: Rule::Persona(find),
};

fn find(context: &Context, persona: PersonaId) -> Option<Finding> {
    let named = pay::named(context, persona);
    let most = context.parameter("B07", "accounts").max(2.0) as usize;
    let days = context.parameter("B07", "days") as i32;
    let mut keys = BTreeSet::new();
    let mut firsts: Vec<&pay::NamedAccount> = Vec::new();
    for account in &named {
        let known = !keys.insert(&account.key);
        if !known && account.day != i32::MIN && firsts.last().is_none_or(|last| last.day != account.day) {
            firsts.push(account);
        }
    }
    let window = firsts.windows(most).find(|window| match (window.first(), window.last()) {
        (Some(first), Some(last)) => last.day - first.day <= days,
        _ => false,
    })?;
    let text = format!("pay was directed to {most} different accounts within {days} days");
    Some(
        Finding::about("B07", persona, Strength::Medium, EvidenceFamily::Payment, text)
            .citing(window.iter().map(|account| Citation::of(account.claim)))
            .on(window.iter().map(|account| account.day)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use crate::model::value::IdentifierKind::{Account, Name};

    fn accounts(named: &[(&str, &str)]) -> Scene {
        let mut scene = Scene::new().employee("E1", "2025-03-03", &[(Name, "ann / lee")]);
        for (day, account) in named {
            scene = scene.asset(RecordKind::PaymentAccount, day, "", &[(Account, account)]);
        }
        scene
    }

    #[test]
    fn one_bank_change_a_split_deposit_and_changes_over_years_are_refused() {
        let three = accounts(&[("", "1:10"), ("2025-04-20", "1:20"), ("2025-07-01", "1:30")]);
        assert_eq!(three.strengths("B07"), [Strength::Medium]);
        assert!(accounts(&[("2025-03-03", "1:10"), ("2025-07-01", "1:20")]).findings("B07").is_empty());
        let split = [("2025-03-03", "1:10"), ("2025-03-03", "1:20"), ("2025-07-01", "1:30")];
        assert!(accounts(&split).findings("B07").is_empty());
        let years = [("2023-03-03", "1:10"), ("2024-04-20", "1:20"), ("2025-07-01", "1:30")];
        assert!(accounts(&years).findings("B07").is_empty());
        let back = [("2025-03-03", "1:10"), ("2025-04-20", "1:20"), ("2025-07-01", "1:10")];
        assert!(accounts(&back).findings("B07").is_empty());
    }
}
