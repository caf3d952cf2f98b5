//! Whoever works through the company's own VPN comes from its exits, wherever these are and whoever runs the network.

use super::Guard;
use crate::assess::Context;
use crate::model::finding::Finding;
use crate::model::record::RecordKind;
use crate::model::value::IdentifierKind;

pub const GUARD: Guard = Guard {
    name: "corporate VPN",
    definition: "Sign-ins that the finding rests on come from a range of the customer's list vpn_ranges.",
    overrides: "sign-ins that suffice without those from the customer's ranges",
    relation: None,
    ring: None,
    finding: Some(explains),
};

fn explains(context: &Context, finding: &Finding) -> Option<String> {
    let is_about = matches!(finding.indicator, "B10" | "B11" | "B12");
    (is_about && rests_on(context, finding, "vpn_ranges"))
        .then(|| "it rests on sign-ins through the corporate VPN".to_string())
}

/// Whether a cited sign-in comes from an address that this list explains. Indicators cite such sign-ins only where the
/// others do not suffice.
pub(super) fn rests_on(context: &Context, finding: &Finding, list: &str) -> bool {
    finding
        .cites
        .iter()
        .filter(|cite| context.claims.record(cite.record).kind == RecordKind::SignIn)
        .flat_map(|cite| context.claims.of_kind(cite.record, IdentifierKind::Ip))
        .any(|claim| (context.explained)(claim.value) == Some(list))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{AsOrg, Ip, Name};

    #[test]
    fn a_consumer_vpn_beside_the_corporate_one_is_not_explained() {
        let through = |ips: &[&str]| {
            let mut scene = Scene::new().employee("E1", "2025-03-03", &[(Name, "ann / lee")]);
            for (at, ip) in ips.iter().enumerate() {
                scene = scene.sign_in(&format!("2025-04-0{}", at + 1), &[(AsOrg, "mullvad"), (Ip, ip)]);
            }
            scene.explained(Ip, "198.51.100.7", "vpn_ranges").guard("B11")
        };
        assert_eq!(through(&["198.51.100.7"; 3]), Some("corporate VPN"));
        assert_eq!(through(&["203.0.113.4"; 3]), None);
        assert_eq!(through(&["203.0.113.4", "203.0.113.4", "203.0.113.4", "198.51.100.7"]), None);
    }
}
