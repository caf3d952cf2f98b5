//! Who plays which part, and the look-alike beside it of whom nothing is said.

use crate::assess::testing::Scene;
use crate::assess::weighed_tests::{Value, assessed};
use crate::model::finding::{RoleKind, Who};
use crate::model::record::RecordKind;
use crate::model::value::IdentifierKind::*;

/// Role, who it is about, and the evidence, in order.
fn roles(scene: Scene) -> Vec<(RoleKind, String, String)> {
    assessed(scene, 2_000, |context, all| {
        let who = |who: &Who| match who {
            Who::Persona(persona) => context.personas[persona.index()].name.clone(),
            Who::Operator(_) => "operator".to_string(),
            Who::Value(value) => context.claims.dictionary.text(*value).to_string(),
        };
        assert!(all.roles.iter().all(|role| !role.cites.is_empty() && !role.innocent.is_empty()));
        all.roles.iter().map(|role| (role.role, who(&role.who), role.evidence.clone())).collect()
    })
}

fn of(role: RoleKind, roles: &[(RoleKind, String, String)]) -> Vec<&str> {
    roles.iter().filter(|own| own.0 == role).map(|own| own.1.as_str()).collect()
}

const DOOR: Value = (Address, "12|oak st||springfield|il|62704|us");
const IP: Value = (Ip, "203.0.113.7");
const WHO: [(&str, &str, &str); 4] = [
    ("ann", "ann / archer", "90|elm st||salem|or|97301|us"),
    ("ben", "ben / baker", "7|pine rd||reno|nv|89501|us"),
    ("cem", "cem / cook", "41|lake dr||austin|tx|78701|us"),
    ("dov", "dov / dunn", "5|hill ave||tulsa|ok|74103|us"),
];

/// Employees who live apart, whose parcels go to one door and whose devices stand behind one network.
fn farm(also: &[Value<'static>]) -> Scene {
    let mut scene = Scene::new();
    for (at, (who, name, home)) in WHO.into_iter().enumerate() {
        let (phone, serial) = (format!("+1{}0255501{at}7", 2 + at), format!("5cg12{at}9ab{at}"));
        let own = [&[(Name, name), (Address, home), (Phone, phone.as_str())], also].concat();
        scene = scene
            .employee(who, "2025-01-10", &own)
            .asset(RecordKind::Device, "", "", &[(Serial, &serial), IP])
            .shipment("2025-01-15", &[DOOR]);
    }
    scene
}

#[test]
fn a_door_that_serves_several_is_a_facilitator_and_its_guests_may_be_lent_identities() {
    let found = roles(farm(&[]));
    assert_eq!(of(RoleKind::Facilitator, &found), ["12|oak st||springfield|il|62704|us"], "{found:?}");
    let said = &found.iter().find(|own| own.0 == RoleKind::Facilitator).expect("a facilitator").2;
    assert!(said.contains("serves 4 personas") && said.contains("parcels of P-ann") && said.contains("203.0.113.7"));
    assert_eq!(of(RoleKind::LentIdentity, &found), ["P-ann", "P-ben", "P-cem", "P-dov"]);
    assert!(of(RoleKind::Operator, &found).is_empty(), "place and network are no hand");
}

#[test]
fn a_door_written_in_two_ways_and_one_customers_network_are_one_place() {
    let doors = ["12|oak st||springfield|il|62704|us", "12|oak ave||springfield|il|62704|us"];
    let networks = ["2001:0db8:0000:0001:0000:0000:0000:0001", "2001:0db8:0000:0001:0000:0000:0000:0002"];
    let place = |networks: [&str; 2]| {
        let mut scene = Scene::new();
        for (at, (who, name, home)) in WHO.into_iter().take(2).enumerate() {
            let own = [(Name, name), (Address, home)];
            scene = scene.employee(who, "", &own).asset(RecordKind::Device, "", "", &[(Ip, networks[at])]);
            scene = scene.shipment("2025-01-15", &[(Address, doors[at])]);
        }
        roles(scene)
    };
    let found = place(networks);
    assert_eq!(of(RoleKind::Facilitator, &found).len(), 1, "{found:?}");
    assert!(found.iter().any(|own| own.2.contains("and 1 near: parcels of P-ann, P-ben")), "{found:?}");
    assert!(of(RoleKind::Facilitator, &place([networks[0], "2001:0db8:0099:0001:0000:0000:0000:0002"])).is_empty());
}

#[test]
fn who_lives_where_parcels_of_others_go_and_shares_their_network_is_a_facilitator() {
    let host = |values: &[Value<'static>]| {
        let own = [&[(Name, "eve / ellis"), DOOR, (Phone, "+16025550199")], values].concat();
        roles(farm(&[]).employee("eve", "2024-01-01", &own).asset(RecordKind::Device, "", "", &[(Serial, "9zz1")]))
    };
    let persona = |found: &[(RoleKind, String, String)]| of(RoleKind::Facilitator, found).contains(&"P-eve");
    assert!(persona(&host(&[IP])));
    assert!(!persona(&host(&[])), "a neighbour at the door alone");
}

#[test]
fn one_hand_behind_several_personas_is_an_operator_with_what_it_controls() {
    let shared = [(Account, "021000021:1234567"), (Handle, "nightowl77")];
    let scene = |values: &[Value<'static>]| {
        let mut scene = Scene::new();
        for (who, name, home) in WHO.into_iter().take(2) {
            scene = scene.applicant(who, "", &[&[(Name, name), (Address, home)], values].concat());
        }
        roles(scene)
    };
    let found = scene(&shared);
    assert_eq!(of(RoleKind::Operator, &found), ["operator"]);
    assert!(found[0].2.contains("account (1 pair)") && found[0].2.contains("handle (1 pair)"), "{}", found[0].2);
    assert!(of(RoleKind::LentIdentity, &found).is_empty(), "a handle is the identity's own");
    assert!(scene(&shared[..1]).is_empty(), "an account alone is no ring");
}

#[test]
fn an_agency_that_only_a_ring_names_may_be_a_front_and_a_large_one_is_none() {
    let agency = (Agency, "independent lab");
    assert_eq!(of(RoleKind::FrontCompany, &roles(farm(&[agency]))), ["independent lab"]);
    let paid = |name: &'static str| {
        let mut scene = farm(&[]);
        for (who, ..) in WHO {
            scene = scene.of(who).asset(RecordKind::PaymentAccount, "", "", &[(PayeeName, name)]);
        }
        roles(scene)
    };
    assert_eq!(of(RoleKind::FrontCompany, &paid("independent lab")), ["independent lab"]);
    let mut large = farm(&[agency]);
    for at in 0..10 {
        large = large.employee(&format!("other{at}"), "", &[agency]);
    }
    assert!(of(RoleKind::FrontCompany, &roles(large)).is_empty());
}

#[test]
fn the_owner_of_a_number_under_two_names_may_be_a_victim() {
    let number = (GovernmentId, "900112233");
    let scene =
        |left: &[Value], right: &[Value]| roles(Scene::new().applicant("ann", "", left).applicant("ben", "", right));
    let found = scene(&[(Name, "ann / archer"), number], &[(Name, "ben / baker"), number]);
    assert_eq!(of(RoleKind::IdentityTheftVictim, &found), ["900112233"]);
    assert!(found[0].2.contains("P-ann (ann / archer)"), "{}", found[0].2);
    // One name, with homes apart.
    let name = (Name, "ann / archer");
    let apart = scene(&[name, number, (Address, WHO[0].2)], &[name, number, (Address, WHO[1].2)]);
    assert_eq!(of(RoleKind::IdentityTheftVictim, &apart), ["900112233"]);
    // One person entered twice.
    assert!(scene(&[name, number, (Address, WHO[0].2)], &[name, number, (Address, WHO[0].2)]).is_empty());
}

#[test]
fn a_consistent_identity_with_strong_device_behaviour_may_be_lent() {
    let own = [(Name, "tara / vance"), (Phone, "+12025550141"), (DocumentNumber, "x1234567")];
    let case = |with: &[Value<'static>]| {
        let scene = Scene::new().employee("tara", "2025-01-10", &own).shipment("2025-01-12", with);
        let scene = scene.software("anydesk 8.0", "2025-01-14").software("rustdesk 1.2", "2025-01-15");
        roles(scene.employee("tara", "", &[(Address, WHO[0].2)]))
    };
    assert_eq!(of(RoleKind::LentIdentity, &case(&[DOOR])), ["P-tara"]);
    // Nobody runs remote tools: no case, no role.
    let quiet = Scene::new().employee("tara", "2025-01-10", &own).shipment("2025-01-12", &[DOOR]);
    assert!(roles(quiet).is_empty());
}
