//! B08: the name on the account is not the employee's.

use super::people::{self, Kinship};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::claim::Claim;
use crate::model::field::Field;
use crate::model::finding::{Citation, Finding, Strength};
use crate::model::ids::PersonaId;
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "B08",
    name: "payee name differs",
    definition: "The payee of an account agrees with none of the persona's names, is no joint name that holds one of \
                 them, and is not the agency that the persona's records name. Weak where the family name or the given \
                 name alone is the same.",
    needs: &[Need(&[RecordKind::PaymentAccount, RecordKind::PayrollChange], &[Field::PayeeName])],
    parameters: &[],
    family: EvidenceFamily::Payment,
    strength: Strength::Medium,
    misleads: "A former name, the account of a relative, a contractor's own firm.",
    source: "FBI update of 2025 on facilitators: accounts set up for others",
    rule: Rule::Persona(find),
};

fn find(context: &Context, persona: PersonaId) -> Option<Finding> {
    let mut own = None;
    let mut seen: Vec<(Strength, &Claim)> = Vec::new();
    for record in context.records(persona) {
        if !matches!(context.claims.record(record).kind, RecordKind::PaymentAccount | RecordKind::PayrollChange) {
            continue;
        }
        for payee in context.claims.of_kind(record, IdentifierKind::PayeeName) {
            let own = own.get_or_insert_with(|| people::names(context, persona));
            if own.is_empty() || is_agency(context, persona, payee) {
                continue;
            }
            match people::kinship(context, own, payee.value) {
                Kinship::Own => {}
                Kinship::Part => seen.push((Strength::Weak, payee)),
                Kinship::None => seen.push((Strength::Medium, payee)),
            }
        }
    }
    let strength = seen.iter().map(|(strength, _)| *strength).max()?;
    let (_, first) = seen.iter().find(|(of, _)| *of == strength)?;
    let text = format!("an account pays {}", (context.shown)(first.value));
    Some(
        Finding::about("B08", persona, strength, EvidenceFamily::Payment, text)
            .citing(seen.iter().map(|(_, claim)| Citation::of(claim)))
            .on(seen.iter().map(|(_, claim)| claim.valid().from)),
    )
}

/// Whether the payee is the agency through which the persona works: all words of one stand in the other.
fn is_agency(context: &Context, persona: PersonaId, payee: &Claim) -> bool {
    let dictionary = &context.claims.dictionary;
    let words = |text: &'_ str| -> Vec<String> {
        text.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 1).map(str::to_string).collect()
    };
    let paid = words(dictionary.text(payee.value));
    let agencies = context.personas[persona.index()].records.iter();
    agencies.flat_map(|&record| context.claims.of_kind(record, IdentifierKind::Agency)).any(|agency| {
        let agency = words(dictionary.text(agency.value));
        !agency.is_empty() && !paid.is_empty() && {
            agency.iter().all(|word| paid.contains(word)) || paid.iter().all(|word| agency.contains(word))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{Account, Agency, Name, PayeeName};

    fn paid(payee: &str) -> Vec<Strength> {
        Scene::new()
            .employee("E1", "2025-03-03", &[(Name, "robert / lee"), (Agency, "example staffing")])
            .asset(RecordKind::PaymentAccount, "2025-03-03", "", &[(Account, "1:10"), (PayeeName, payee)])
            .strengths("B08")
    }

    #[test]
    fn a_joint_account_a_nickname_and_the_agency_are_refused() {
        assert_eq!(paid("ivan / stone"), [Strength::Medium]);
        assert_eq!(paid("dana / lee"), [Strength::Weak]);
        for innocent in ["bob / lee", "lee / robert", "robert and dana / lee", "example / staffing llc"] {
            assert!(paid(innocent).is_empty(), "{innocent}");
        }
    }
}
