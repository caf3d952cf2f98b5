//! B10: one account from many places in a short time.

use super::sign_ins::{SignIn, sign_ins};
use super::{codes, each};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::field::Field;
use crate::model::finding::{Finding, Strength};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use std::collections::BTreeMap;

pub const INDICATOR: Indicator = Indicator {
    id: "B10",
    name: "many places in a short time",
    definition: "Sign-ins of one account come from at least `countries` countries or `networks` autonomous systems \
                 within `hours` hours, addresses on the customer's lists own_egress and vpn_ranges left out. Weak \
                 while every country comes in its turn, as on a journey; medium when one comes again after another. \
                 Speed of travel is not computed: sign-ins carry no position that is good enough.",
    needs: &[Need(&[RecordKind::SignIn], &[Field::Country, Field::Asn]), Need(&[RecordKind::SignIn], &[Field::Time])],
    parameters: &["countries", "networks", "hours"],
    family: EvidenceFamily::DeviceNetwork,
    strength: Strength::Medium,
    misleads: "Travel with stops, mobile carriers that roam, privacy relays of browsers and phones.",
    source: "FBI PSA I-012325-PSA, 23 January 2025: many logins into one account from several addresses and countries",
    rule: Rule::Run(|context| each(context, |persona| find(context, persona))),
};

fn find(context: &Context, persona: PersonaId) -> Option<Finding> {
    let all = sign_ins(context, persona);
    if !reaches(context, &all) {
        return None;
    }
    // What is explained is left out; where only that makes a finding, it is told and a guard explains it.
    let (plain, explained): (Vec<SignIn>, Vec<SignIn>) =
        all.iter().partition(|sign_in| sign_in.explained(context).is_none());
    window(context, persona, &plain).or_else(|| match explained.is_empty() {
        true => None,
        false => window(context, persona, &all),
    })
}

/// The least numbers of countries and of networks.
fn least(context: &Context) -> (usize, usize) {
    let number = |name: &str| context.parameter("B10", name).max(2.0) as usize;
    (number("countries"), number("networks"))
}

/// Whether sign-ins reach one of the numbers in whatever time. Most people never do, and the clock is read for the others
/// only.
fn reaches(context: &Context, of: &[SignIn]) -> bool {
    let (least_countries, least_networks) = least(context);
    let enough = |get: fn(&SignIn) -> Option<ValueId>, least: usize| {
        let mut values: Vec<ValueId> = of.iter().filter_map(get).collect();
        values.sort_unstable();
        values.dedup();
        values.len() >= least
    };
    enough(|s| s.country, least_countries) || enough(|s| s.asn, least_networks)
}

fn window(context: &Context, persona: PersonaId, of: &[SignIn]) -> Option<Finding> {
    if !reaches(context, of) {
        return None;
    }
    let (least_countries, least_networks) = least(context);
    let span = (context.parameter("B10", "hours") * 3600.0) as i64;
    let mut timed: Vec<(i64, &SignIn)> =
        of.iter().filter_map(|s| Some((s.moment(context).filter(|m| m.has_time)?.seconds, s))).collect();
    timed.sort_unstable_by_key(|&(at, sign_in)| (at, sign_in.record));
    let (mut countries, mut networks) = (Bag::default(), Bag::default());
    let mut best: Option<(Strength, &[(i64, &SignIn)])> = None;
    let (mut start, mut was_enough, mut country) = (0, false, None);
    for end in 0..timed.len() {
        countries.add(timed[end].1.country);
        networks.add(timed[end].1.asn);
        while timed[end].0 - timed[start].0 > span {
            countries.remove(timed[start].1.country);
            networks.remove(timed[start].1.asn);
            start += 1;
        }
        let is_enough = countries.0.len() >= least_countries || networks.0.len() >= least_networks;
        let here = timed[end].1.country.or(country);
        // Only a step to another country can be a return, so that a window is not read again for every sign-in.
        let is_news = !was_enough || here != country;
        (was_enough, country) = (is_enough, here);
        if !is_enough || !is_news {
            continue;
        }
        let inside = &timed[start..=end];
        if returns(inside) {
            best = Some((Strength::Medium, inside));
            break;
        }
        best.get_or_insert((Strength::Weak, inside));
    }
    let (strength, inside) = best?;
    let dictionary = &context.claims.dictionary;
    let list = |get: fn(&SignIn) -> Option<ValueId>| -> Vec<&str> {
        let mut texts: Vec<&str> = inside.iter().filter_map(|(_, s)| get(s)).map(|v| dictionary.text(v)).collect();
        texts.sort_unstable();
        texts.dedup();
        texts
    };
    let (countries, networks) = (list(|s| s.country), list(|s| s.asn));
    let text = format!(
        "signed in from {} countries ({}) and {} networks within {} hours",
        countries.len(),
        codes(countries.iter().copied()),
        networks.len(),
        span / 3600
    );
    let cells = [IdentifierKind::Country, IdentifierKind::Asn, IdentifierKind::Ip, IdentifierKind::Time];
    Some(
        Finding::about("B10", persona, strength, EvidenceFamily::DeviceNetwork, text)
            .citing(inside.iter().flat_map(|(_, sign_in)| sign_in.cite(context, &cells)))
            .on(inside.iter().map(|(_, sign_in)| sign_in.day)),
    )
}

/// Whether a country comes again after another one.
fn returns(inside: &[(i64, &SignIn)]) -> bool {
    let mut left: Vec<ValueId> = Vec::new();
    let mut at: Option<ValueId> = None;
    for country in inside.iter().filter_map(|(_, sign_in)| sign_in.country) {
        if at == Some(country) {
            continue;
        }
        if left.contains(&country) {
            return true;
        }
        left.extend(at.replace(country));
    }
    false
}

/// Values with how often each is inside the window.
#[derive(Default)]
struct Bag(BTreeMap<ValueId, u32>);

impl Bag {
    fn add(&mut self, value: Option<ValueId>) {
        if let Some(value) = value {
            *self.0.entry(value).or_default() += 1;
        }
    }

    fn remove(&mut self, value: Option<ValueId>) {
        if let Some(value) = value
            && let Some(count) = self.0.get_mut(&value)
        {
            *count -= 1;
            if *count == 0 {
                self.0.remove(&value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::{Scene, after};
    use IdentifierKind::{Asn, Country, Ip, Name};

    fn places(hours: i64, places: &[(&str, &str)]) -> Scene {
        let mut scene = Scene::new().employee("E1", "2025-03-03", &[(Name, "ann / lee")]);
        for (at, (country, asn)) in places.iter().enumerate() {
            let time = after("2025-04-01T08:00:00Z", at as i64 * hours * 3600 + 60);
            let ip = format!("198.51.100.{at}");
            scene = scene.sign_in(&time, &[(Country, country), (Asn, asn), (Ip, &ip)]);
        }
        scene
    }

    #[test]
    fn a_journey_is_weak_and_a_week_of_travel_is_refused() {
        let hopping = [("us", "1"), ("de", "2"), ("cn", "3"), ("us", "1")];
        assert_eq!(places(2, &hopping).strengths("B10"), [Strength::Medium]);
        let journey = [("us", "1"), ("de", "2"), ("ae", "3")];
        assert_eq!(places(6, &journey).strengths("B10"), [Strength::Weak]);
        assert!(places(40, &journey).findings("B10").is_empty());
        let home = [("us", "1"), ("us", "2"), ("us", "1"), ("us", "3")];
        assert!(places(2, &home).findings("B10").is_empty());
    }

    #[test]
    fn the_corporate_vpn_is_explained_in_the_open() {
        let hopping = [("us", "1"), ("de", "2"), ("cn", "3"), ("us", "1")];
        let covered = places(2, &hopping).explained(Ip, "198.51.100.2", "vpn_ranges");
        assert_eq!(covered.guard("B10"), Some("corporate VPN"));
        let egress = places(2, &hopping).explained(Ip, "198.51.100.1", "own_egress");
        assert_eq!(egress.guard("B10"), Some("own network"));
        let more = [("us", "1"), ("de", "2"), ("cn", "3"), ("us", "1"), ("ru", "4")];
        let still = places(2, &more).explained(Ip, "198.51.100.2", "vpn_ranges");
        assert_eq!(still.strengths("B10"), [Strength::Medium]);
    }
}
