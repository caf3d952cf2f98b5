//! B19: sign-ins from a device that nobody manages, after managed ones.

use super::each;
use super::sign_ins::{SignIn, sign_ins};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::field::Field;
use crate::model::finding::{Finding, Strength};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use std::collections::BTreeSet;

pub const INDICATOR: Indicator = Indicator {
    id: "B19",
    name: "sign-in from an unmanaged device",
    definition: "After a sign-in from a managed device, or one whose id is a serial number or name of the persona's \
                 devices, sign-ins on at least `days` days come from a device that is said not to be managed (medium), \
                 or from an id that none of the devices so seen has (weak). Phones and tablets are left out.",
    needs: &[Need(&[RecordKind::SignIn], &[Field::Managed, Field::Device])],
    parameters: &["days"],
    family: EvidenceFamily::DeviceNetwork,
    strength: Strength::Medium,
    misleads: "A policy that lets people bring their own device, a replacement that is not registered yet.",
    source: "FBI PSA I-012325-PSA, 23 January 2025: session cookies that were taken, devices that are not the \
             company's",
    rule: Rule::Run(|context| each(context, |persona| find(context, persona))),
};

fn find(context: &Context, persona: PersonaId) -> Option<Finding> {
    let dictionary = &context.claims.dictionary;
    let all = sign_ins(context, persona);
    if all.iter().all(|s| s.managed.map_or(s.device.is_none(), |managed| managed)) {
        return None;
    }
    let own: BTreeSet<String> = context
        .of_kind(persona, RecordKind::Device)
        .flat_map(|record| context.claims.of(record))
        .filter(|c| matches!(dictionary.kind(c.value), IdentifierKind::Serial | IdentifierKind::Hostname))
        .map(|claim| dictionary.text(claim.value).to_lowercase())
        .collect();
    let names_own = |device: ValueId| !own.is_empty() && own.contains(&dictionary.text(device).to_lowercase());
    let known = |s: &SignIn| s.managed == Some(true) || s.managed.is_none() && s.device.is_some_and(names_own);
    let first = all.iter().position(known)?;
    let after = || all[first + 1..].iter().filter(|s| !s.is_phone(context));
    let unmanaged: Vec<&SignIn> = after().filter(|s| s.managed == Some(false)).collect();
    let days = context.parameter("B19", "days").max(1.0) as usize;
    let distinct = |of: &[&SignIn]| of.iter().map(|s| s.day).collect::<BTreeSet<_>>().len();
    let (strength, seen) = if distinct(&unmanaged) >= days {
        (Strength::Medium, unmanaged)
    } else {
        let seen: BTreeSet<ValueId> = all.iter().filter(|s| known(s)).filter_map(|s| s.device).collect();
        let other = |s: &&SignIn| {
            s.managed.is_none() && s.device.is_some_and(|device| !seen.contains(&device) && !names_own(device))
        };
        let other: Vec<&SignIn> = after().filter(other).collect();
        if seen.is_empty() || distinct(&other) < days {
            return None;
        }
        (Strength::Weak, other)
    };
    let what = if strength == Strength::Medium { "an unmanaged device" } else { "an unknown device" };
    let text = format!("signed in from {what} on {} days after a managed one", distinct(&seen));
    let cells = [IdentifierKind::Managed, IdentifierKind::Device, IdentifierKind::Serial, IdentifierKind::Time];
    Some(
        Finding::about("B19", persona, strength, EvidenceFamily::DeviceNetwork, text)
            .citing(seen.iter().flat_map(|s| s.cite(context, &cells)))
            .on(seen.iter().map(|s| s.day)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{Device, Managed, Name, Serial, UserAgent};

    fn hired() -> Scene {
        Scene::new().employee("E1", "2025-03-03", &[(Name, "ann / lee")]).asset(
            RecordKind::Device,
            "2025-03-03",
            "",
            &[(Serial, "SN1")],
        )
    }

    fn twice(scene: Scene, device: &str, managed: &str, agent: &str) -> Scene {
        let values = [(Device, device), (Managed, managed), (UserAgent, agent)];
        scene.sign_in("2025-04-02", &values).sign_in("2025-04-03", &values)
    }

    #[test]
    fn a_phone_and_a_person_who_never_had_a_managed_device_are_refused() {
        let managed = || hired().sign_in("2025-04-01", &[(Device, "sn1"), (Managed, "yes")]);
        assert_eq!(twice(managed(), "x9", "no", "windows").strengths("B19"), [Strength::Medium]);
        assert!(twice(managed(), "x9", "no", "iphone os 18").findings("B19").is_empty());
        assert!(twice(managed(), "sn1", "yes", "windows").findings("B19").is_empty());
        assert!(twice(hired(), "x9", "no", "windows").findings("B19").is_empty());
        assert!(managed().sign_in("2025-04-02", &[(Managed, "no")]).findings("B19").is_empty());
    }

    #[test]
    fn an_unknown_device_alone_is_weak() {
        let known = hired().sign_in("2025-04-01", &[(Device, "sn1")]);
        let other = known.sign_in("2025-04-02", &[(Device, "x9")]).sign_in("2025-04-03", &[(Device, "x9")]);
        assert_eq!(other.strengths("B19"), [Strength::Weak]);
    }
}
