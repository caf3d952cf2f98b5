//! Rings that an innocent explanation demotes, and beside each the true case that it must not.

use super::explains_ring;
use crate::assess::testing::Scene;
use crate::assess::weighed_tests::{Value, assessed};
use crate::model::cluster::{Level, Ring};
use crate::model::finding::{Finding, Strength};
use crate::model::ids::PersonaId;
use crate::model::value::IdentifierKind::*;
use crate::model::value::{EvidenceFamily, Marks};

/// The guard that explains the ring of everybody who is linked in the scene; findings by name of persona.
fn guard(scene: Scene, findings: &[(&str, Strength, EvidenceFamily)]) -> Option<&'static str> {
    scene.with(|context| {
        let links = &context.clusters.links;
        let mut personas: Vec<PersonaId> = links.iter().flat_map(|link| [link.left, link.right]).collect();
        personas.sort_unstable();
        personas.dedup();
        let ring = Ring {
            name: "R-test".to_string(),
            rank: 1,
            level: Level::Review,
            weight_bits: 9.0,
            families: Vec::new(),
            personas,
            operators: Vec::new(),
            sites: Vec::new(),
            links: (0..links.len()).collect(),
            bridges: Vec::new(),
            articulation_points: Vec::new(),
            reason: String::new(),
        };
        let named = |who: &str| {
            let name = format!("P-{who}");
            PersonaId::from(context.personas.iter().position(|persona| persona.name == name).expect("somebody"))
        };
        let findings: Vec<Finding> = findings
            .iter()
            .map(|(who, strength, family)| Finding::about("B13", named(who), *strength, *family, "seen"))
            .collect();
        explains_ring(context, &ring, &findings.iter().collect::<Vec<_>>()).map(|(guard, _)| guard.name)
    })
}

const HOME: Value = (Address, "12|oak st|4");
const IP: Value = (Ip, "203.0.113.7");
const PHONE: Value = (Phone, "+12025550141");
const ACCOUNT: Value = (Account, "021000021:1234567");
const SERIAL: Value = (Serial, "5cg1234abc");
const DOCUMENT: Value = (DocumentNumber, "x1234567");

/// Two people who hold and share these values.
fn two(names: [&str; 2], own: [&[Value]; 2], shared: &[Value]) -> Scene {
    let mut scene = Scene::new();
    for at in 0..2 {
        let all = [&[(Name, names[at])], own[at], shared].concat();
        scene = scene.applicant(["ann", "ben"][at], "", &all);
    }
    scene.link("ann", "ben", shared)
}

#[test]
fn a_household_shares_lines_and_accounts_but_no_document() {
    let family = ["ann / archer", "ben / archer"];
    assert_eq!(guard(two(family, [&[], &[]], &[HOME, IP, ACCOUNT]), &[]), Some("household"));
    assert_eq!(guard(two(family, [&[], &[]], &[HOME, IP, ACCOUNT, DOCUMENT]), &[]), None, "a document");
    assert_eq!(guard(two(family, [&[], &[]], &[HOME, IP, ACCOUNT, SERIAL]), &[]), None, "a device");
    assert_eq!(guard(two(["ann / archer", "ben / baker"], [&[], &[]], &[HOME, IP, ACCOUNT]), &[]), None, "two names");
    let apart: [&[Value]; 2] = [&[(Address, "12|oak st|4")], &[(Address, "12|oak st|9")]];
    assert_eq!(guard(two(family, apart, &[IP, ACCOUNT]), &[]), None, "two flats");
}

#[test]
fn twins_and_father_and_son_are_no_ring() {
    let born: &[Value] = &[(BirthDate, "1990-04-05")];
    let twins = ["ann / archer", "ben / archer"];
    assert_eq!(guard(two(twins, [born, born], &[HOME, PHONE]), &[]), Some("twins, or father and son"));
    let junior = ["ben / archer jr", "ben / archer sr"];
    assert_eq!(guard(two(junior, [&[], &[]], &[HOME, PHONE]), &[]), Some("twins, or father and son"));
    let decades: [&[Value]; 2] = [&[(BirthDate, "1960-04-05")], &[(BirthDate, "1990-01-02")]];
    let same = ["ben / archer", "ben / archer"];
    assert_eq!(guard(two(same, decades, &[HOME, PHONE]), &[]), Some("twins, or father and son"));
    // One document or device, or another home, and birth dates explain nothing.
    assert_eq!(guard(two(twins, [born, born], &[HOME, DOCUMENT]), &[]), None);
    assert_eq!(guard(two(twins, [born, born], &[HOME, SERIAL]), &[]), None);
    assert_eq!(guard(two(twins, [born, born], &[PHONE, ACCOUNT]), &[]), None);
}

/// Four who live in one building behind one network, and so many others who live there.
fn building(others: usize, also: &[Value]) -> Scene {
    let shared = [&[(Address, "12|oak st"), IP], also].concat();
    let names = ["ann / archer", "ben / baker", "cem / cook", "dov / dunn"];
    let who = ["ann", "ben", "cem", "dov"];
    let mut scene = Scene::new();
    for (who, name) in who.iter().zip(names) {
        scene = scene.applicant(who, "", &[&[(Name, name)], &shared[..]].concat());
    }
    for at in 0..others {
        let home = format!("12|oak st|{at}");
        scene = scene.applicant(&format!("neighbour{at}"), "", &[(Address, &home)]);
    }
    scene.link("ann", "ben", &shared).link("ann", "cem", &shared).link("cem", "dov", &shared)
}

#[test]
fn a_dormitory_is_demoted_and_a_farm_in_it_is_not() {
    use EvidenceFamily::DeviceNetwork;
    assert_eq!(guard(building(6, &[]), &[]), Some("shared building"));
    assert_eq!(guard(building(0, &[]), &[]), None, "a house of their own");
    assert_eq!(guard(building(6, &[ACCOUNT]), &[]), None, "and pay to one account");
    assert_eq!(guard(building(6, &[SERIAL]), &[]), None, "and one device");
    // Two remote tools on one device, or something on two devices, override; one student's tool does not.
    assert_eq!(guard(building(6, &[]), &[("ann", Strength::Strong, DeviceNetwork)]), None);
    let one = ("ann", Strength::Medium, DeviceNetwork);
    assert_eq!(guard(building(6, &[]), &[one]), Some("shared building"));
    assert_eq!(guard(building(6, &[]), &[one, ("ben", Strength::Medium, DeviceNetwork)]), None);
    assert_eq!(guard(building(6, &[]), &[("ann", Strength::Weak, DeviceNetwork)]), Some("shared building"));
}

#[test]
fn parcels_to_one_door_of_people_who_live_elsewhere_are_no_shared_building() {
    let mut scene = Scene::new();
    for (who, home) in [("ann", "90|elm st||salem|or|97301|us"), ("ben", "7|pine rd||reno|nv|89501|us")] {
        scene = scene.applicant(who, "", &[(Address, home), IP]).shipment("2025-03-01", &[(Address, "12|oak st")]);
    }
    for at in 0..6 {
        let home = format!("12|oak st|{at}");
        scene = scene.applicant(&format!("neighbour{at}"), "", &[(Address, &home)]);
    }
    assert_eq!(guard(scene.link("ann", "ben", &[(Address, "12|oak st"), IP]), &[]), None);
}

const FOOTER: Value = (ResumeLine, "represented by a staffing partner please contact the agency only");
const REFEREE: Value = (RefereeEmail, "lee.park@example.com");

/// So many who share values; four of them are linked by these and more.
fn contractors(count: usize, agency: Option<&str>, all: &[Value], four: &[Value]) -> Scene {
    let mut scene = Scene::new();
    for at in 0..count {
        let named: Vec<Value> = agency.map(|name| (Agency, name)).into_iter().collect();
        let own = if at < 4 { four } else { &[] };
        scene = scene.applicant(&format!("p{at}"), "", &[&named[..], all, own].concat());
    }
    let shared = [all, four].concat();
    scene.link("p0", "p1", &shared).link("p1", "p2", &shared).link("p2", "p3", &shared)
}

#[test]
fn what_an_agency_gives_to_its_people_ties_no_four_of_them() {
    let given = [PHONE, REFEREE, FOOTER];
    for agency in [Some("north staffing"), None] {
        assert_eq!(guard(contractors(25, agency, &given, &[]), &[]), Some("agency"), "{agency:?}");
        // The four share an account and a document beside it.
        assert_eq!(guard(contractors(25, agency, &given, &[ACCOUNT, DOCUMENT]), &[]), None, "{agency:?}");
    }
    // An agency of the four alone may be a front; a phone that only the four have is theirs.
    assert_eq!(guard(contractors(4, Some("north staffing"), &given, &[]), &[]), None);
    assert_eq!(guard(contractors(4, None, &given, &[]), &[]), None);
    // Three lines are no footer.
    let lines = [
        (ResumeLine, "built twelve settlement services for a clearing house in rust"),
        (ResumeLine, "cut the nightly batch of the ledger from nine hours to forty minutes"),
    ];
    assert_eq!(guard(contractors(25, None, &[&given[..], &lines].concat(), &[]), &[]), None);
}

#[test]
fn an_agency_on_no_list_is_demoted_on_weighed_evidence_too() {
    let rings = |four: &[Value<'static>]| {
        let mut scene = Scene::new();
        for at in 0..25 {
            let own = format!("person{at}.example@example.com");
            let given = [PHONE, REFEREE, FOOTER, (Email, own.as_str())];
            let all = [&given[..], if at < 4 { four } else { &[] }].concat();
            scene = scene.applicant(&format!("p{at}"), "", &all);
        }
        assessed(scene, 3_000, |_, all| all.rings.len())
    };
    assert_eq!(rings(&[]), 0);
    assert_eq!(rings(&[ACCOUNT, DOCUMENT]), 1);
}

#[test]
fn a_recruiters_contact_and_former_colleagues_are_no_ring() {
    let name = "recruiter or former colleagues";
    let people = ["ann / archer", "ben / baker"];
    assert_eq!(guard(two(people, [&[], &[]], &[REFEREE, LINE]), &[]), Some(name));
    assert_eq!(guard(two(people, [&[], &[]], &[REFEREE, LINE, ACCOUNT]), &[]), None, "and an account");
    let jobs = (Email, "jobs@example.com");
    let scene = two(people, [&[], &[]], &[jobs, LINE]).marked(Email, jobs.1, Marks::ROLE_MAILBOX);
    assert_eq!(guard(scene, &[]), Some(name));
    // The phone of an employee that several applications give; without the employee it is their own.
    let applicants = |scene: Scene| {
        let mut scene = scene;
        for who in ["ann", "ben", "cem"] {
            scene = scene.applicant(who, "", &[PHONE, LINE]);
        }
        scene.link("ann", "ben", &[PHONE, LINE]).link("ben", "cem", &[PHONE, LINE])
    };
    assert_eq!(guard(applicants(Scene::new().employee("rita", "", &[PHONE])), &[]), Some(name));
    assert_eq!(guard(applicants(Scene::new()), &[]), None);
}

const LINE: Value = (ResumeLine, "moved the matching engine of the exchange to new hardware");

#[test]
fn personas_who_vouch_for_each_other_are_no_former_colleagues() {
    let ann =
        [(Name, "ann / archer"), (Email, "ann.archer@example.com"), (RefereeEmail, "ben.baker@example.com"), LINE];
    let ben = [(Name, "ben / baker"), (Email, "ben.baker@example.com"), (RefereeEmail, "ann.archer@example.com"), LINE];
    let rings = |ann: &[Value], ben: &[Value]| {
        assessed(Scene::new().applicant("ann", "", ann).applicant("ben", "", ben), 3_000, |_, all| all.rings.len())
    };
    assert_eq!(rings(&ann, &ben), 1);
    // Both name a third.
    let third = |own: &[Value<'static>; 4]| [own[0], own[1], REFEREE, own[3]];
    assert_eq!(rings(&third(&ann), &third(&ben)), 0);
}

#[test]
fn a_masked_number_at_a_large_bank_ties_nobody() {
    let masked = (Account, "031101279:*4567");
    let program = |cardholders: usize, shared: &[Value], mask: bool| {
        let mut scene = two(["ann / archer", "ben / baker"], [&[], &[]], shared);
        for at in 0..cardholders {
            let own = format!("031101279:*{:04}", 1000 + at);
            scene = scene.applicant(&format!("holder{at}"), "", &[(Account, &own)]);
        }
        if mask { scene.marked(Account, masked.1, Marks::MASKED) } else { scene }
    };
    assert_eq!(guard(program(30, &[masked, LINE], true), &[]), Some("pay card"));
    assert_eq!(guard(program(0, &[masked, LINE], true), &[]), None, "a bank that nobody else uses");
    assert_eq!(guard(program(30, &[masked, LINE, PHONE], true), &[]), None, "two families beside it");
    assert_eq!(guard(program(30, &[(Account, "031101279:1234567"), LINE], false), &[]), None, "a whole number");
}

#[test]
fn guards_are_told_apart_and_found_by_relation() {
    for relation in ["household", "agency", "ex_colleagues", "former_tenant"] {
        assert!(super::guard(relation).is_some(), "{relation}");
    }
    let mut names: Vec<&str> = super::GUARDS.iter().map(|guard| guard.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), super::GUARDS.len());
    assert!(super::GUARDS.iter().all(|guard| !guard.overrides.is_empty() && guard.definition.ends_with('.')));
}
