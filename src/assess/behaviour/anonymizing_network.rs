//! B11: sign-ins through a consumer VPN or a hosting provider.

use super::sign_ins::{SignIn, sign_ins};
use super::{each, listed, some};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::field::Field;
use crate::model::finding::{Finding, Strength};
use crate::model::ids::PersonaId;
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use std::collections::BTreeSet;

pub const INDICATOR: Indicator = Indicator {
    id: "B11",
    name: "consumer VPN or hosting sign-in",
    definition: "On at least `days` different days the persona signs in through a network of the built-in list of \
                 anonymizing networks that is on no list of the customer. Medium where the person's device or other \
                 sign-ins are seen on another network, or for a provider that the reports name; weak where no other \
                 network is known.",
    needs: &[Need(&[RecordKind::SignIn], &[Field::AsOrg])],
    parameters: &["days"],
    family: EvidenceFamily::DeviceNetwork,
    strength: Strength::Medium,
    misleads: "Staff who care for their privacy, security teams, work on hosted desktops.",
    source: "Mandiant, September 2024, and Silent Push on Astrill; FBI PSA I-012325-PSA, 23 January 2025",
    rule: Rule::Run(find),
};

/// Providers that reports on this fraud name.
const REPORTED: [&str; 1] = ["Astrill"];

fn find(context: &Context) -> Vec<Finding> {
    let networks = listed(context, IdentifierKind::AsOrg, |name| context.lists.anonymizing(name));
    if networks.is_empty() {
        return Vec::new();
    }
    let days = context.parameter("B11", "days").max(1.0) as usize;
    each(context, |persona| {
        let all = sign_ins(context, persona);
        let provider = |s: &SignIn| s.organisation.and_then(|value| networks.get(&value).copied());
        let through: Vec<&SignIn> = all.iter().filter(|s| provider(s).is_some()).collect();
        if through.len() < days {
            return None;
        }
        let (plain, listed): (Vec<&SignIn>, Vec<&SignIn>) =
            through.iter().partition(|s| s.explained(context).is_none());
        let distinct = |of: &[&SignIn]| of.iter().map(|s| s.day).collect::<BTreeSet<_>>().len();
        let seen = match (distinct(&plain) >= days, distinct(&listed) >= days) {
            (true, _) => plain,
            (false, true) => listed,
            (false, false) => return None,
        };
        let names: Vec<&str> = seen.iter().filter_map(|s| provider(s)).collect::<BTreeSet<_>>().into_iter().collect();
        let other =
            all.iter().any(|s| s.organisation.is_some() && provider(s).is_none() && s.explained(context).is_none());
        let reported = names.iter().any(|name| REPORTED.contains(name));
        let strength = match reported || other || has_network(context, persona, &through) {
            true => Strength::Medium,
            false => Strength::Weak,
        };
        let text = format!("signed in through {} on {} days", some(&names), distinct(&seen));
        let cells = [IdentifierKind::AsOrg, IdentifierKind::Ip, IdentifierKind::Time];
        Some(
            Finding::about("B11", persona, strength, EvidenceFamily::DeviceNetwork, text)
                .citing(seen.iter().flat_map(|s| s.cite(context, &cells)))
                .on(seen.iter().map(|s| s.day)),
        )
    })
}

/// Whether a device of the persona was seen on a network of its own: none of these sign-ins came from there.
fn has_network(context: &Context, persona: PersonaId, through: &[&SignIn]) -> bool {
    context
        .of_kind(persona, RecordKind::Device)
        .flat_map(|record| context.claims.of_kind(record, IdentifierKind::Ip))
        .any(|claim| (context.explained)(claim.value).is_none() && through.iter().all(|s| s.ip != Some(claim.value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{AsOrg, Ip, Name};

    fn through(organisation: &str, days: &[&str]) -> Scene {
        let mut scene = Scene::new().employee("E1", "2025-03-03", &[(Name, "ann / lee")]).asset(
            RecordKind::Device,
            "2025-03-03",
            "",
            &[(Ip, "203.0.113.9")],
        );
        for day in days {
            scene = scene.sign_in(day, &[(AsOrg, organisation), (Ip, "198.51.100.7")]);
        }
        scene
    }

    const DAYS: [&str; 3] = ["2025-04-01", "2025-04-02", "2025-04-03"];

    #[test]
    fn two_evenings_and_a_home_provider_are_refused() {
        assert_eq!(through("mullvad vpn ab", &DAYS).strengths("B11"), [Strength::Medium]);
        assert!(through("mullvad vpn ab", &DAYS[..2]).findings("B11").is_empty());
        assert!(through("example cable", &DAYS).findings("B11").is_empty());
        assert!(through("mullvad vpn ab", &["2025-04-01"; 3]).findings("B11").is_empty());
    }

    #[test]
    fn the_corporate_vpn_is_explained_in_the_open() {
        let corporate = through("amazon data services", &DAYS).explained(Ip, "198.51.100.7", "vpn_ranges");
        assert_eq!(corporate.guard("B11"), Some("corporate VPN"));
    }
}
