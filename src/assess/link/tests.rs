//! What each link indicator says of two linked personas, and the look-alike beside it of which it says nothing or less.

use crate::assess::testing::Scene;
use crate::assess::weighed_tests::{Value, assessed, found};
use crate::assess::{Context, Rule};
use crate::model::cluster::{Clusters, Level, Ring};
use crate::model::finding::Strength::{self, Medium, Strong, Weak};
use crate::model::ids::PersonaId;
use crate::model::record::RecordKind;
use crate::model::testing::Builder;
use crate::model::value::IdentifierKind::*;
use crate::model::value::Marks;

/// Two applicants of different names who are linked by something else already.
fn pair(id: &str, left: &[Value<'static>], right: &[Value<'static>]) -> Scene {
    let base: [Value<'static>; 2] = match id {
        "L06" => [(Handle, "nightowl77"), (RefereeEmail, "lee.park@example.com")],
        "L09" | "L11" | "L12" => [(Wallet, "wallet-one"), (RefereeEmail, "lee.park@example.com")],
        _ => [(Handle, "nightowl77"), (Wallet, "wallet-one")],
    };
    let with = |name, own: &[Value<'static>]| -> Vec<Value<'static>> {
        [(Name, name)].into_iter().chain(base).chain(own.iter().copied()).collect()
    };
    let (a, b) = (with("ann / archer", left), with("ben / baker", right));
    Scene::new().applicant("ann", "2025-03-01", &a).applicant("ben", "2025-03-04", &b)
}

fn check(id: &str, left: &[Value<'static>], right: &[Value<'static>], expected: Option<Strength>) {
    assert_eq!(found(id, pair(id, left, right)), expected, "{id}: {left:?} {right:?}");
}

/// The same values on both sides.
fn both(id: &str, values: &[Value<'static>], expected: Option<Strength>) {
    check(id, values, values, expected);
}

#[test]
fn contact_data_is_told_as_same_or_near() {
    both("L01", &[(Phone, "+12025550141")], Some(Medium));
    check("L01", &[(Phone, "+12025550141")], &[(Phone, "+12025550147")], None);
    check("L02", &[(Phone, "+12025550141")], &[(Phone, "+12025550147")], Some(Weak));
    check("L02", &[(Phone, "+12025550141")], &[(Phone, "+13035550187")], None);
    both("L03", &[(Email, "kite.runner@example.com")], Some(Strong));
    check("L03", &[(Email, "kite.runner@example.com")], &[(Email, "kite.runer@example.com")], Some(Weak));
    check("L03", &[(Email, "kite.runner@example.com")], &[(Email, "river.song@example.com")], None);
}

#[test]
fn what_an_allow_list_explains_is_not_told() {
    let scene = pair("L01", &[(Phone, "+12025550141")], &[(Phone, "+12025550141")]);
    assert_eq!(found("L01", scene.explained(Phone, "+12025550141", "agencies")), None);
}

#[test]
fn a_masked_account_says_less_than_a_whole_one() {
    both("L05", &[(Account, "021000021:1234567")], Some(Strong));
    let masked = "021000021:*4567";
    let scene = pair("L05", &[(Account, masked)], &[(Account, masked)]).marked(Account, masked, Marks::MASKED);
    assert_eq!(found("L05", scene), Some(Medium));
    check("L05", &[(Account, "021000021:1234567")], &[(Account, "021000021:9876543")], None);
    both("L06", &[(PaymentHandle, "kite-pay")], Some(Strong));
    check("L06", &[(PaymentHandle, "kite-pay")], &[(PaymentHandle, "river-pay")], None);
}

#[test]
fn one_document_is_strong_and_a_slip_is_not() {
    both("L07", &[(DocumentNumber, "x1234567")], Some(Strong));
    check("L07", &[(DocumentNumber, "x1234567")], &[(DocumentNumber, "x1234568")], Some(Medium));
    check("L07", &[(DocumentNumber, "x1234567")], &[(DocumentNumber, "k7654321")], None);
}

#[test]
fn a_unit_says_more_than_a_building_and_a_former_tenant_nothing() {
    both("L08", &[(Address, "12|oak st|4")], Some(Medium));
    check("L08", &[(Address, "12|oak st|4")], &[(Address, "12|oak st|9")], Some(Weak));
    check("L08", &[(Address, "12|oak st|4")], &[(Address, "90|elm st||salem|or|97301|us")], None);
    let base: [Value; 2] = [(Handle, "nightowl77"), (Wallet, "wallet-one")];
    let ann = [&base[..], &[(Name, "ann / archer")]].concat();
    let ben = [&base[..], &[(Name, "ben / baker")]].concat();
    let scene = Scene::new()
        .applicant("ann", "", &ann)
        .asset(RecordKind::Shipment, "2023-01-01", "2023-02-01", &[(Address, "12|oak st|4")])
        .applicant("ben", "", &ben)
        .asset(RecordKind::Shipment, "2025-01-01", "2025-02-01", &[(Address, "12|oak st|4")]);
    assert_eq!(found("L08", scene), None);
}

const LINES: [Value; 3] = [
    (ResumeLine, "built twelve settlement services for a clearing house in rust"),
    (ResumeLine, "cut the nightly batch of the ledger from nine hours to forty minutes"),
    (ResumeLine, "led five engineers through the move of the matching engine"),
];

#[test]
fn three_lines_of_a_resume_are_strong_and_one_is_not() {
    both("L09", &LINES, Some(Strong));
    both("L09", &LINES[..1], Some(Medium));
    check("L09", &LINES[..1], &LINES[1..2], None);
}

#[test]
fn an_odd_word_counts_where_two_share_it_and_few_write_it() {
    let left = (ResumeLine, "wrote the reconcilliator for the trading desk");
    let right = (ResumeLine, "in charge of reconcilliator modules and their tests");
    check("L10", &[left], &[right], Some(Weak));
    // The same resume line is told by L09; a word that others write is a word; one odd word alone is nothing.
    check("L10", &[left], &[left], None);
    check("L10", &[left], &[(ResumeLine, "in charge of several modules and their tests")], None);
    let mut scene = pair("L10", &[left], &[right]);
    for who in ["cem", "dov", "eli"] {
        scene = scene.applicant(who, "", &[(ResumeLine, "the reconcilliator of another house entirely")]);
    }
    assert_eq!(found("L10", scene), None);
}

#[test]
fn profiles_and_images_are_told() {
    both("L11", &[(ProfileUrl, "git.example.com/nightowl")], Some(Strong));
    check("L11", &[(ProfileUrl, "git.example.com/nightowl")], &[(ProfileUrl, "git.example.com/oakleaf")], None);
    both("L12", &[(PhotoHash, "a1b2c3d4e5f60718")], Some(Medium));
    check("L12", &[(PhotoHash, "a1b2c3d4e5f60718")], &[(PhotoHash, "5e4d3c2b1a09f8e7")], None);
}

#[test]
fn who_vouches_for_another_says_more_than_a_common_referee() {
    both("L13", &[(RefereeEmail, "lee.park@example.com")], Some(Medium));
    let ann = [(Email, "ann.archer@example.com"), (RefereeEmail, "ben.baker@example.com")];
    let ben = [(Email, "ben.baker@example.com"), (RefereeEmail, "ann.archer@example.com")];
    check("L13", &ann, &ben, Some(Strong));
    check("L13", &ann, &ben[..1], Some(Strong));
    let told = assessed(pair("L13", &ann, &ben), 2_000, |_, all| {
        all.findings.iter().any(|f| f.indicator == "L13" && f.text.starts_with("each names the other"))
    });
    assert!(told);
    check("L13", &ann, &[(Email, "carl.cook@example.com")], None);
}

#[test]
fn applications_from_one_address_count_within_some_weeks() {
    let ip = (Ip, "203.0.113.7");
    both("L14", &[ip], Some(Weak));
    both("L14", &[ip, (UserAgent, "firefox 128 on linux")], Some(Medium));
    let apart = |day: &str| {
        let base = [(Handle, "nightowl77"), (Wallet, "wallet-one"), (Ip, "203.0.113.7")];
        let ann = [&base[..], &[(Name, "ann / archer")]].concat();
        let ben = [&base[..], &[(Name, "ben / baker")]].concat();
        // Applications hold from their day on, so the address overlaps; the days tell them apart.
        found("L14", Scene::new().applicant("ann", "2025-03-01", &ann).applicant("ben", day, &ben))
    };
    assert_eq!(apart("2025-03-20"), Some(Weak));
    assert_eq!(apart("2025-07-01"), None);
}

/// Two employees with devices held over time.
fn employees(values: [&[Value]; 2], held: [(&str, &str); 2]) -> Scene {
    let base: [Value; 2] = [(Handle, "nightowl77"), (Wallet, "wallet-one")];
    let mut scene = Scene::new();
    for (at, (who, name)) in [("ann", "ann / archer"), ("ben", "ben / baker")].into_iter().enumerate() {
        let own = [&base[..], &[(Name, name)]].concat();
        let (from, to) = held[at];
        scene = scene.employee(who, "", &own).asset(RecordKind::Device, from, to, values[at]);
    }
    scene
}

#[test]
fn a_device_is_shared_at_one_time_and_handed_on_at_another() {
    let serial: &[Value] = &[(Serial, "5cg1234abc")];
    let always = ("", "");
    assert_eq!(found("L15", employees([serial, serial], [always, always])), Some(Strong));
    let handed_on = [("2023-01-01", "2024-01-01"), ("2024-02-01", "")];
    assert_eq!(found("L15", employees([serial, serial], handed_on)), None);
}

#[test]
fn devices_stand_together_on_several_days_and_visits_do_not_count() {
    let ip: &[Value] = &[(Ip, "203.0.113.7")];
    let days = |ann: [&str; 2], ben: [&str; 2]| found("L16", employees([ip, ip], [ann.into(), ben.into()]));
    assert_eq!(days(["2025-03-01", "2025-03-09"], ["2025-03-05", "2025-03-30"]), Some(Strong));
    assert_eq!(days(["", ""], ["", ""]), Some(Strong));
    assert_eq!(days(["2025-03-01", "2025-03-06"], ["2025-03-05", "2025-03-30"]), None);
    let applicants = pair("L16", ip, ip);
    assert_eq!(found("L16", applicants), None, "who only applied has no device here");
}

#[test]
fn a_number_under_two_names_is_told_and_one_person_with_two_names_is_not() {
    let number = (GovernmentId, "900112233");
    let check = |left: &[Value], right: &[Value], expected| {
        let scene = Scene::new().applicant("ann", "", left).applicant("ben", "", right);
        assert_eq!(found("L17", scene), expected, "{left:?} {right:?}");
    };
    let ann = (Name, "ann / archer");
    check(&[ann, number], &[(Name, "ben / baker"), number], Some(Medium));
    check(&[ann, number], &[ann, number], None);
    // One name and birth date in two unlinked personas may be two people.
    check(&[ann, (BirthDate, "1990-04-05")], &[ann, (BirthDate, "1990-04-05")], Some(Weak));
    check(&[ann, (BirthDate, "1990-04-05")], &[ann, (BirthDate, "1991-07-12")], None);
    check(&[ann, (BirthDate, "1990-04-05")], &[(Name, "ben / archer"), (BirthDate, "1990-04-05")], None);
}

/// Applicants with free mail named after one pattern, on these days, among others who name theirs after themselves.
fn mailboxes(locals: &[(&str, &str)], days: &[&str]) -> Scene {
    let mut scene = Scene::new();
    for (at, ((local, name), day)) in locals.iter().zip(days).enumerate() {
        let email = format!("{local}@mail.example");
        scene = scene.applicant(&format!("p{at}"), day, &[(Name, name), (Email, &email)]).marked(
            Email,
            &email,
            Marks::FREE_MAIL,
        );
    }
    scene
}

#[test]
fn mailboxes_of_one_unusual_pattern_within_weeks_are_told() {
    let family =
        [("ann.archer.dev22", "ann / archer"), ("ben.baker.dev41", "ben / baker"), ("cem.cook.dev07", "cem / cook")];
    let plain = [("ann.archer22", "ann / archer"), ("ben.baker41", "ben / baker"), ("cem.cook07", "cem / cook")];
    let soon = ["2025-03-01", "2025-03-11", "2025-03-21"];
    assert_eq!(found("L04", mailboxes(&family, &soon)), Some(Weak));
    assert_eq!(found("L04", mailboxes(&plain, &soon)), None, "names and a year are a habit");
    assert_eq!(found("L04", mailboxes(&family, &["2025-03-01", "2025-06-11", "2025-09-21"])), None);
    assert_eq!(found("L04", mailboxes(&family[..2], &soon)), None);
}

/// Employees 0 and 1, then for each referral the applicant and the event; who referred whom by number of person.
fn referred(pairs: &[(usize, usize)], in_ring: &[usize]) -> usize {
    let mut builder = Builder::new();
    let employees: Vec<_> = (0..6).map(|_| builder.record(RecordKind::Employee)).collect();
    let mut owners: Vec<usize> = (0..6).collect();
    for &(from, to) in pairs {
        let (applicant, event) = (builder.record(RecordKind::Applicant), builder.record(RecordKind::Referral));
        builder.reference(event, employees[from]);
        builder.reference(event, applicant);
        owners.extend([to, from]);
    }
    let claims = builder.build();
    let of_record: Vec<_> = owners.into_iter().map(|owner| Some(PersonaId::from(owner))).collect();
    let ring = Ring {
        name: "R-test".to_string(),
        rank: 1,
        level: Level::Review,
        weight_bits: 9.0,
        families: Vec::new(),
        personas: in_ring.iter().map(|&at| PersonaId::from(at)).collect(),
        operators: Vec::new(),
        sites: Vec::new(),
        links: Vec::new(),
        bridges: Vec::new(),
        articulation_points: Vec::new(),
        reason: String::new(),
    };
    let clusters = Clusters { rings: vec![ring], ..Clusters::default() };
    Scene::new().with(|scene| {
        let inputs = scene.inputs.clone();
        let context = Context { claims: &claims, of_record: &of_record, clusters: &clusters, inputs, ..*scene };
        let Rule::Run(find) = super::referral::INDICATOR.rule else { panic!("a rule over the run") };
        let found = find(&context);
        assert!(found.iter().all(|finding| finding.strength == Weak && !finding.cites.is_empty()));
        found.len()
    })
}

#[test]
fn referrals_in_a_circle_or_of_several_in_rings_are_told_and_others_not() {
    assert_eq!(referred(&[(0, 1), (1, 0)], &[]), 1);
    assert_eq!(referred(&[(0, 1), (1, 2)], &[]), 0);
    let three = [(0, 1), (0, 2), (0, 3)];
    assert_eq!(referred(&three, &[1, 2, 3]), 1);
    assert_eq!(referred(&three, &[1, 2]), 0, "the third stands in no ring");
}
