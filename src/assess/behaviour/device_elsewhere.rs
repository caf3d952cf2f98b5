//! B12: the person signs in from another country than the one where the device is.
//!
//! Two readings are kept apart. Somebody who honestly travels is abroad for one stretch of days and takes the laptop along;
//! such a stretch is a trip and says nothing while it is shorter than `trip` days. Somebody who sits abroad is there for
//! longer, or the person's own device signs in from its place on the very days on which the person signs in elsewhere. So does
//! going to and fro more often than anybody travels. An address of the customer is no place at all. Nor is an exit of an
//! anonymizing network, unless an unmanaged computer comes through it: that is not the device which stays at home.

use super::sign_ins::{SignIn, sign_ins};
use super::{Listed, codes, each, listed, places};
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::field::Field;
use crate::model::finding::{Finding, Strength};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use std::collections::BTreeSet;

pub const INDICATOR: Indicator = Indicator {
    id: "B12",
    name: "device not where the person signs in",
    definition: "On at least `days` different days within `window` days the persona signs in from another country than \
                 the one where its device is: the country that the device states, else the one a parcel went to, else \
                 the home, else the config's default region. Addresses on the customer's lists are no place; \
                 anonymizing networks are none either, except for an unmanaged computer, and what rests on that is \
                 medium. A stretch of days abroad counts when it lasts at least `trip` days or no sign-in ever came \
                 from the device's country; of a shorter one only days count on which a known or managed device signs \
                 in at home too, unless at least `trips` begin within the window. Medium where only the default region \
                 is known.",
    needs: &[Need(&[RecordKind::SignIn], &[Field::Country]), Need(&[RecordKind::SignIn], &[Field::Time])],
    parameters: &["days", "window", "trip", "trips"],
    family: EvidenceFamily::DeviceNetwork,
    strength: Strength::Strong,
    misleads: "A long stay abroad that was agreed, a VPN that takes part of the traffic, a wrong location of an \
               address.",
    source: "Recorded Future, PurpleDelta, August 2026: locate laptops against logins; Google, April 2025: a laptop \
             meant for the United States ran in London",
    rule: Rule::Run(find),
};

fn find(context: &Context) -> Vec<Finding> {
    let networks = listed(context, IdentifierKind::AsOrg, |name| context.lists.anonymizing(name));
    each(context, |persona| look(context, persona, &networks))
}

fn look(context: &Context, persona: PersonaId, networks: &Listed) -> Option<Finding> {
    let least = context.parameter("B12", "days").max(1.0) as usize;
    let all = sign_ins(context, persona);
    if all.len() < least {
        return None;
    }
    let (places, is_known) = device_countries(context, persona);
    let at_home: Vec<ValueId> =
        places.iter().filter_map(|place| context.claims.dictionary.get(IdentifierKind::Country, place)).collect();
    let is_abroad = |s: &SignIn| s.country.is_some_and(|country| !at_home.contains(&country));
    if all.iter().filter(|s| is_abroad(s)).count() < least {
        return None;
    }
    let is_exit = |s: &SignIn| s.organisation.is_some_and(|value| networks.contains_key(&value));
    // An exit is no place, but a computer that nobody manages and that comes through one abroad is not the device at home.
    let is_away = |s: &SignIn| s.managed == Some(false) && !s.is_phone(context);
    let dated = || all.iter().filter(|s| s.day != i32::MIN && s.country.is_some());
    let pick = |exits: bool, explained: bool| -> Vec<&SignIn> {
        let place = |s: &&SignIn| !is_exit(s) || exits && is_away(s);
        dated().filter(place).filter(|s| explained || s.explained(context).is_none()).collect()
    };
    // What is explained is left out; where only that makes a finding, it is told and a guard explains it.
    let (found, by_exits) =
        [(false, false), (true, false), (false, true)].into_iter().find_map(|(exits, explained)| {
            Some((counting(context, persona, &pick(exits, explained), &is_abroad)?, exits))
        })?;
    let dictionary = &context.claims.dictionary;
    let countries: BTreeSet<&str> =
        found.iter().filter_map(|s| s.country).map(|value| dictionary.text(value)).collect();
    let days: BTreeSet<i32> = found.iter().map(|s| s.day).collect();
    let text = format!(
        "signed in from {} on {} days while the device is in {}",
        codes(countries),
        days.len(),
        codes(places.iter().map(String::as_str))
    );
    let strength = if is_known && !by_exits { Strength::Strong } else { Strength::Medium };
    let cells = [IdentifierKind::Country, IdentifierKind::Ip, IdentifierKind::Time];
    let of_place = context.records(persona).filter(|&record| {
        let kind = context.claims.record(record).kind;
        matches!(kind, RecordKind::Device | RecordKind::Shipment | RecordKind::Employee)
    });
    let place_cells = [IdentifierKind::Country, IdentifierKind::Address];
    Some(
        Finding::about("B12", persona, strength, EvidenceFamily::DeviceNetwork, text)
            .citing(found.iter().flat_map(|s| s.cite(context, &cells)))
            .citing(of_place.flat_map(|record| context.cite(record, &place_cells)))
            .on(days),
    )
}

/// Countries where the persona's devices are, and whether that is more than the default region.
fn device_countries(context: &Context, persona: PersonaId) -> (BTreeSet<String>, bool) {
    for kind in [RecordKind::Device, RecordKind::Shipment, RecordKind::Employee, RecordKind::Applicant] {
        let countries = context.of_kind(persona, kind).filter_map(|record| places::country(context, record));
        let found: BTreeSet<String> = countries.map(str::to_string).collect();
        if !found.is_empty() {
            return (found, true);
        }
    }
    (BTreeSet::from([context.settings.default_region.to_lowercase()]), false)
}

/// The sign-ins abroad that count, if enough of their days fall into one window.
fn counting<'s>(
    context: &Context,
    persona: PersonaId,
    of: &[&'s SignIn],
    is_abroad: &dyn Fn(&SignIn) -> bool,
) -> Option<Vec<&'s SignIn>> {
    let least = context.parameter("B12", "days").max(1.0) as usize;
    let window = context.parameter("B12", "window") as i32;
    let trip = context.parameter("B12", "trip") as i32;
    let never_home = of.iter().all(|s| is_abroad(s));
    let days: Vec<&[&SignIn]> = of.chunk_by(|a, b| a.day == b.day).collect();
    let mut serials = None;
    let often = context.parameter("B12", "trips").max(2.0) as usize;
    let mut counted: Vec<&[&SignIn]> = Vec::new();
    let away = |day: &[&SignIn]| day.iter().any(|s| is_abroad(s));
    // A stretch is days abroad with no day between them that was spent at home alone.
    let stretches: Vec<&[&[&SignIn]]> = days.chunk_by(|a, b| away(a) == away(b)).filter(|days| away(days[0])).collect();
    let begins: Vec<i32> = stretches.iter().map(|days| days[0][0].day).collect();
    for (at, stretch) in stretches.iter().enumerate() {
        let (first, last) = (begins[at], stretch[stretch.len() - 1][0].day);
        // Nobody travels to and fro so often: some row of stretches with this one in it begins inside one window.
        let to_and_fro = (at.saturating_sub(often - 1)..=at)
            .any(|from| begins.get(from + often - 1).is_some_and(|end| end - begins[from] < window));
        let is_trip = last - first + 1 < trip && !never_home && !to_and_fro;
        counted.extend(stretch.iter().filter(|day| {
            !is_trip || {
                let own = serials.get_or_insert_with(|| own_devices(context, persona));
                contradicts(context, day, own, is_abroad)
            }
        }));
    }
    let enough = counted.windows(least).any(|days| days[least - 1][0].day - days[0][0].day < window);
    enough.then(|| counted.into_iter().flatten().copied().filter(|s| is_abroad(s)).collect())
}

/// Serial numbers and names of the persona's devices, as sign-ins may report them.
fn own_devices(context: &Context, persona: PersonaId) -> BTreeSet<String> {
    let dictionary = &context.claims.dictionary;
    let names = |kind: IdentifierKind| matches!(kind, IdentifierKind::Serial | IdentifierKind::Hostname);
    context
        .of_kind(persona, RecordKind::Device)
        .flat_map(|record| context.claims.of(record))
        .filter(|claim| names(dictionary.kind(claim.value)))
        .map(|claim| dictionary.text(claim.value).to_lowercase())
        .collect()
}

/// Whether on one day the persona's own device signs in at its place while something else signs in abroad: nobody takes a
/// laptop along that stays. A phone that roams on the network of its home is none of the persona's known devices. Where
/// ids say nothing, a managed device at home and only unmanaged ones abroad say the same.
fn contradicts(
    context: &Context,
    day: &[&SignIn],
    own: &BTreeSet<String>,
    is_abroad: &dyn Fn(&SignIn) -> bool,
) -> bool {
    let dictionary = &context.claims.dictionary;
    let home = || day.iter().filter(|s| !is_abroad(s));
    let abroad = || day.iter().filter(|s| is_abroad(s));
    let is_own = |value: ValueId| own.contains(&dictionary.text(value).to_lowercase());
    let mut stays = home().filter_map(|s| s.device).filter(|&device| is_own(device));
    stays.any(|device| abroad().all(|s| s.device != Some(device)))
        || home().any(|s| s.managed == Some(true)) && abroad().all(|s| s.managed == Some(false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::{Scene, after};
    use IdentifierKind::{AsOrg, Country, Device, Ip, Managed, Name, Serial, UserAgent};

    fn hired() -> Scene {
        Scene::new().employee("E1", "2025-03-03", &[(Name, "ann / lee")]).asset(
            RecordKind::Device,
            "2025-03-03",
            "",
            &[(Serial, "SN1"), (Country, "us")],
        )
    }

    /// A sign-in a day from that country, from that many days after the first of April.
    fn from(mut scene: Scene, country: &str, days: std::ops::Range<i64>, device: &str, organisation: &str) -> Scene {
        for at in days {
            let day = after("2025-04-01", at * 86_400);
            scene = scene
                .sign_in(&day, &[(Country, country), (Device, device), (AsOrg, organisation), (Ip, "198.51.100.7")]);
        }
        scene
    }

    #[test]
    fn a_week_abroad_with_the_own_laptop_is_refused() {
        let trip = from(hired(), "us", 0..5, "sn1", "example cable");
        let trip = from(trip, "pt", 5..12, "sn1", "example telecom");
        assert!(from(trip, "us", 12..20, "sn1", "example cable").findings("B12").is_empty());
        let stays = from(hired(), "us", 0..20, "sn1", "example cable");
        assert_eq!(from(stays, "pt", 5..12, "other", "example telecom").strengths("B12"), [Strength::Strong]);
    }

    #[test]
    fn two_short_trips_and_a_roaming_phone_are_refused() {
        let trips = from(hired(), "us", 0..1, "sn1", "example cable");
        let trips = from(trips, "ca", 1..4, "sn1", "example telecom");
        let trips = from(trips, "us", 4..12, "sn1", "example cable");
        let trips = from(trips, "ca", 12..16, "sn1", "example telecom");
        assert!(from(trips, "us", 16..20, "sn1", "example cable").findings("B12").is_empty());
        let roams = from(hired(), "us", 0..20, "phone", "example mobile");
        assert!(from(roams, "pt", 5..12, "sn1", "example telecom").findings("B12").is_empty());
    }

    #[test]
    fn who_sits_abroad_is_found_and_a_vpn_exit_abroad_is_refused() {
        let abroad = || from(hired(), "cn", 0..10, "sn1", "example telecom");
        assert_eq!(abroad().strengths("B12"), [Strength::Strong]);
        assert_eq!(abroad().explained(Ip, "198.51.100.7", "vpn_ranges").guard("B12"), Some("corporate VPN"));
        let exit = from(hired(), "us", 0..10, "sn1", "example cable");
        assert!(from(exit, "nl", 10..40, "sn1", "mullvad").findings("B12").is_empty());
        assert!(from(hired(), "cn", 0..4, "sn1", "example telecom").findings("B12").is_empty());
    }

    #[test]
    fn to_and_fro_through_exits_counts_for_an_unmanaged_computer_only() {
        let fro = |managed: &str, agent: &str| {
            let mut scene = from(hired(), "us", 0..30, "sn1", "example cable");
            for at in [1, 4, 8, 12, 15, 20] {
                let day = after("2025-04-01", at * 86_400);
                let values = [(Country, "pl"), (AsOrg, "mullvad"), (Managed, managed), (UserAgent, agent)];
                scene = scene.sign_in(&day, &values);
            }
            scene.strengths("B12")
        };
        assert_eq!(fro("no", "windows nt 10.0"), [Strength::Medium]);
        assert!(fro("yes", "windows nt 10.0").is_empty());
        assert!(fro("no", "iphone os 18").is_empty());
    }

    #[test]
    fn a_long_stay_counts_and_the_default_region_alone_is_medium() {
        let stay = from(hired(), "us", 0..3, "sn1", "example cable");
        assert_eq!(from(stay, "cn", 3..40, "sn1", "example telecom").strengths("B12"), [Strength::Strong]);
        let bare = Scene::new().employee("E1", "2025-03-03", &[(Name, "ann / lee")]);
        assert_eq!(from(bare, "cn", 0..10, "x", "example telecom").strengths("B12"), [Strength::Medium]);
    }
}
