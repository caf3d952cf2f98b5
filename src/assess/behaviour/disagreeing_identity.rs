//! B25: the systems do not agree who the person is.

use super::{people, places, some};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::claim::{Claim, Role};
use crate::model::finding::{Citation, Finding, Strength};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "B25",
    name: "identity fields disagree across systems",
    definition: "At least `fields` of name, birth date, phone and home differ between the applicant, employee, sign-in \
                 and background check records of one persona: names after nicknames, order and slips, birth dates by \
                 more than one digit or a swap of day and month, phones and homes where two kinds of records have none \
                 in common. Weak where only phone and home differ, which change with time.",
    needs: &[
        Need(&[RecordKind::Employee, RecordKind::Applicant], &[]),
        Need(&[RecordKind::Applicant, RecordKind::SignIn, RecordKind::BackgroundCheck], &[]),
    ],
    parameters: &["fields"],
    family: EvidenceFamily::DocumentText,
    strength: Strength::Medium,
    misleads: "Data entry, a marriage, a move together with a new number.",
    source: "FBI update of 2025 on facilitators: compare contact data across systems",
    rule: Rule::Persona(find),
};

/// A field that differs, with the claims that show it.
pub(in crate::assess) struct Differs<'a> {
    pub field: &'static str,
    pub claims: Vec<&'a Claim>,
}

fn find(context: &Context, persona: PersonaId) -> Option<Finding> {
    let differs = differing(context, persona);
    if differs.is_empty() || (differs.len() as f64) < context.parameter("B25", "fields") {
        return None;
    }
    let fields: Vec<&str> = differs.iter().map(|differs| differs.field).collect();
    let text = format!("{} differ between systems", some(&fields));
    let lasts = fields.iter().any(|field| ["name", "birth date"].contains(field));
    let strength = if lasts { Strength::Medium } else { Strength::Weak };
    Some(
        Finding::about("B25", persona, strength, EvidenceFamily::DocumentText, text)
            .citing(differs.iter().flat_map(|differs| differs.claims.iter().map(|claim| Citation::of(claim)))),
    )
}

/// Fields of one persona that differ between systems.
pub(in crate::assess) fn differing<'a>(context: &Context<'a>, persona: PersonaId) -> Vec<Differs<'a>> {
    let all = claims(context, persona);
    // One system says nothing about another.
    let Some(first) = all.first() else { return Vec::new() };
    let kind_of = |claim: &Claim| context.claims.record(claim.record).kind;
    if all.iter().all(|claim| kind_of(claim) == kind_of(first)) {
        return Vec::new();
    }
    let of = |kind: IdentifierKind| -> Vec<&'a Claim> {
        all.iter().copied().filter(|claim| context.claims.dictionary.kind(claim.value) == kind).collect()
    };
    let names = of(IdentifierKind::Name);
    let name = pair(&names, |a, b| {
        kind_of(a) != kind_of(b) && people::kinship(context, &[a.value], b.value) != people::Kinship::Own
    });
    let births = of(IdentifierKind::BirthDate);
    let text = |value: ValueId| context.claims.dictionary.text(value);
    let birth = pair(&births, |a, b| kind_of(a) != kind_of(b) && !is_slip(text(a.value), text(b.value)));
    let apart = |field: &'static str, claims: &[&'a Claim], same: &dyn Fn(ValueId, ValueId) -> bool| {
        let kinds = |kind: RecordKind| claims.iter().copied().filter(move |claim| kind_of(claim) == kind);
        let systems = [RecordKind::Applicant, RecordKind::Employee, RecordKind::BackgroundCheck];
        for (at, &left) in systems.iter().enumerate() {
            for &right in &systems[at + 1..] {
                let (a, b): (Vec<&Claim>, Vec<&Claim>) = (kinds(left).collect(), kinds(right).collect());
                let meet = a.iter().any(|a| b.iter().any(|b| same(a.value, b.value)));
                if !a.is_empty() && !b.is_empty() && !meet {
                    return Some(Differs { field, claims: [a, b].concat() });
                }
            }
        }
        None
    };
    let phones = of(IdentifierKind::Phone);
    let homes: Vec<&'a Claim> =
        places::homes(context, persona).filter(|home| kind_of(home) != RecordKind::Person).collect();
    let pairs = [name.map(|claims| ("name", claims)), birth.map(|claims| ("birth date", claims))];
    pairs
        .into_iter()
        .flatten()
        .map(|(field, claims)| Differs { field, claims })
        .chain(apart("phone", &phones, &|a, b| a == b))
        .chain(apart("home", &homes, &|a, b| (context.one_place)(a, b)))
        .collect()
}

/// Names, birth dates and phones that the systems state, each value of each kind of record once.
fn claims<'a>(context: &Context<'a>, persona: PersonaId) -> Vec<&'a Claim> {
    let dictionary = &context.claims.dictionary;
    let mut found: Vec<(RecordKind, &Claim)> = Vec::new();
    for record in context.records(persona) {
        let kind = context.claims.record(record).kind;
        let is_system = matches!(
            kind,
            RecordKind::Applicant | RecordKind::Employee | RecordKind::SignIn | RecordKind::BackgroundCheck
        );
        if !is_system {
            continue;
        }
        let fits = |claim: &&Claim| {
            let of = dictionary.kind(claim.value);
            claim.role() == Role::Own
                && dictionary.marks(claim.value).can_link()
                && matches!(of, IdentifierKind::Name | IdentifierKind::BirthDate | IdentifierKind::Phone)
        };
        found.extend(context.claims.of(record).iter().filter(fits).map(|claim| (kind, claim)));
    }
    found.sort_unstable_by_key(|(kind, claim)| (*kind, claim.value, claim.record));
    found.dedup_by_key(|(kind, claim)| (*kind, claim.value));
    found.into_iter().map(|(_, claim)| claim).collect()
}

/// The first two claims that a rule tells apart. A persona states few different values of one kind.
fn pair<'a>(claims: &[&'a Claim], differ: impl Fn(&Claim, &Claim) -> bool) -> Option<Vec<&'a Claim>> {
    const LOOKED_AT: usize = 24;
    let claims = &claims[..claims.len().min(LOOKED_AT)];
    claims.iter().enumerate().find_map(|(at, a)| claims[at + 1..].iter().find(|b| differ(a, b)).map(|b| vec![*a, *b]))
}

/// Whether two ISO dates are one, or one digit or a swap of day and month apart.
fn is_slip(a: &str, b: &str) -> bool {
    let digits = a.len() == b.len() && a.bytes().zip(b.bytes()).filter(|(x, y)| x != y).count() <= 1;
    let swapped = || {
        let parts = |text: &str| -> Option<[String; 3]> {
            text.split('-').map(str::to_string).collect::<Vec<_>>().try_into().ok()
        };
        matches!((parts(a), parts(b)), (Some([y, m, d]), Some([z, n, e])) if y == z && m == e && d == n)
    };
    digits || swapped()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{Address, BirthDate, Name, Phone};

    fn with(checked: &[(IdentifierKind, &str)]) -> Scene {
        Scene::new()
            .employee("E1", "2025-03-03", &[(Name, "robert / lee"), (BirthDate, "1990-03-04"), (Phone, "+12025550100")])
            .event(RecordKind::BackgroundCheck, "2025-02-01", checked)
    }

    #[test]
    fn a_nickname_a_slip_and_one_field_alone_are_refused() {
        let other = [(Name, "ivan / stone"), (BirthDate, "1981-11-29")];
        assert_eq!(with(&other).strengths("B25"), [Strength::Medium]);
        assert!(with(&[(Name, "bob / lee"), (BirthDate, "1990-04-03")]).findings("B25").is_empty());
        assert!(with(&[(Name, "lee / robert"), (BirthDate, "1990-03-05")]).findings("B25").is_empty());
        assert!(with(&[(Name, "ivan / stone"), (BirthDate, "1990-03-04")]).findings("B25").is_empty());
    }

    #[test]
    fn a_move_with_an_address_change_is_explained() {
        let applied = || {
            Scene::new()
                .employee("E1", "2025-03-03", &[(Name, "ann / lee"), (Phone, "+12025550100"), (Address, "9|oak st")])
                .applicant("E1", "2025-01-03", &[(Name, "ann / lee"), (Phone, "+12025550177"), (Address, "12|elm st")])
        };
        assert_eq!(applied().strengths("B25"), [Strength::Weak]);
        let told =
            applied().event(RecordKind::AddressChange, "2025-02-20", &[(Address, "12|elm st"), (Address, "9|oak st")]);
        assert_eq!(told.guard("B25"), Some("moved house"));
    }
}
