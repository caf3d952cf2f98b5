//! A laptop that was handed on has two users, one after the other.

use super::Guard;
use crate::assess::Context;
use crate::model::claim::Period;
use crate::model::finding::Finding;
use crate::model::ids::{PersonaId, ValueId};
use crate::model::record::RecordKind;
use crate::model::value::IdentifierKind;

pub const GUARD: Guard = Guard {
    name: "reissued device",
    definition: "Every device that the finding cites is stated with periods for each of its users, and no two of them \
                 overlap.",
    overrides: "a day on which both have the device",
    relation: Some("reissued_device"),
    ring: None,
    finding: Some(explains),
};

const NUMBERS: [IdentifierKind; 2] = [IdentifierKind::Serial, IdentifierKind::HardwareAddress];

fn explains(context: &Context, finding: &Finding) -> Option<String> {
    let holds = match (finding.indicator, &finding.personas[..]) {
        ("L15", personas) => shared(context, finding, personas),
        ("B19", [persona]) => handed_on(context, finding, *persona),
        _ => false,
    };
    holds.then(|| "the device was handed on: the periods of its users do not overlap".to_string())
}

/// Every number that two of the personas cite, at different times.
fn shared(context: &Context, finding: &Finding, personas: &[PersonaId]) -> bool {
    let mut values: Vec<ValueId> = finding
        .cites
        .iter()
        .flat_map(|cite| context.claims.of(cite.record))
        .filter(|claim| NUMBERS.contains(&context.claims.dictionary.kind(claim.value)))
        .map(|claim| claim.value)
        .collect();
    values.sort_unstable();
    values.dedup();
    let of = |value: ValueId| -> Vec<(PersonaId, Vec<Period>)> {
        personas
            .iter()
            .map(|&persona| (persona, held(context, persona, value)))
            .filter(|(_, p)| !p.is_empty())
            .collect()
    };
    let mut users = values.into_iter().map(of).filter(|users| users.len() > 1).peekable();
    users.peek().is_some() && users.all(|users| apart(&users))
}

/// Periods in which a persona's devices have that number.
fn held(context: &Context, persona: PersonaId, value: ValueId) -> Vec<Period> {
    let devices = context.of_kind(persona, RecordKind::Device);
    devices.flat_map(|r| context.claims.of(r)).filter(|claim| claim.value == value).map(|claim| claim.valid()).collect()
}

fn apart(users: &[(PersonaId, Vec<Period>)]) -> bool {
    users.iter().enumerate().all(|(at, (_, left))| {
        users[at + 1..].iter().all(|(_, right)| left.iter().all(|l| right.iter().all(|r| !l.overlaps(*r))))
    })
}

/// Whether each sign-in that the finding cites is from a device that another persona had at another time.
fn handed_on(context: &Context, finding: &Finding, persona: PersonaId) -> bool {
    let dictionary = &context.claims.dictionary;
    let mut days: Vec<(ValueId, i32)> = finding
        .cites
        .iter()
        .flat_map(|cite| context.claims.of(cite.record))
        .filter(|claim| matches!(dictionary.kind(claim.value), IdentifierKind::Device | IdentifierKind::Serial))
        .filter_map(|claim| {
            let text = dictionary.text(claim.value).to_uppercase();
            let serial = dictionary.get(IdentifierKind::Serial, &text)?;
            Some((serial, claim.valid().from))
        })
        .collect();
    days.sort_unstable();
    days.dedup();
    let former = |&(serial, day): &(ValueId, i32)| {
        let users = (context.holders)(serial);
        let mut others = users.into_iter().filter(|&other| other != persona).peekable();
        others.peek().is_some()
            && others.all(|other| {
                let periods = held(context, other, serial);
                !periods.is_empty() && periods.iter().all(|period| !(period.from..=period.to).contains(&day))
            })
    };
    !days.is_empty() && days.iter().all(former)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{Device, Managed, Name, Serial};

    fn handed(until: &str) -> Scene {
        let values = [(Device, "sn7"), (Managed, "no")];
        Scene::new()
            .employee("E2", "2023-03-03", &[(Name, "ivan / stone")])
            .asset(RecordKind::Device, "2023-03-03", until, &[(Serial, "SN7")])
            .employee("E1", "2025-03-03", &[(Name, "ann / lee")])
            .sign_in("2025-04-01", &[(Device, "sn1"), (Managed, "yes")])
            .sign_in("2025-04-02", &values)
            .sign_in("2025-04-03", &values)
    }

    #[test]
    fn a_device_that_both_have_at_one_time_is_not_explained() {
        assert_eq!(handed("2025-03-15").guard("B19"), Some("reissued device"));
        assert_eq!(handed("").guard("B19"), None);
    }

    #[test]
    fn users_at_one_time_are_not_apart() {
        let spans = |a: (i32, i32), b: (i32, i32)| {
            let user = |at: usize, (from, to)| (PersonaId::from(at), vec![Period { from, to }]);
            apart(&[user(0, a), user(1, b)])
        };
        assert!(spans((0, 10), (11, 20)));
        assert!(!spans((0, 10), (10, 20)));
    }
}
