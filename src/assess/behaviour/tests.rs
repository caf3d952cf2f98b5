//! What the behaviour indicators come to together: published cases beside the honest people who look like them.

use crate::assess::testing::{Scene, after};
use crate::assess::{Assessment, INDICATORS};
use crate::config::Settings;
use crate::model::cluster::Level;
use crate::model::finding::Strength;
use crate::model::record::RecordKind;
use crate::model::value::EvidenceFamily::{DeviceNetwork, Payment, People, Place};
use crate::model::value::IdentifierKind::{self, *};

fn level(assessment: &Assessment) -> Option<Level> {
    assessment.cases.first().map(|case| case.level)
}

/// One worker under one name at three employers; the laptops go to another house and carry a remote tool.
fn lent_at_three() -> Scene {
    let name = [(Name, "andrew / marsh"), (Address, "12|elm st")];
    Scene::new()
        .employee_at("E1", 0, "2025-01-06", "", &name)
        .employee_at("E1", 1, "2025-02-03", "", &name)
        .employee_at("E1", 2, "2025-03-03", "", &name)
}

#[test]
fn a_lent_identity_at_three_employers_is_looked_at_first() {
    let case = lent_at_three()
        .shipment("2025-02-28", &[(Name, "andrew / marsh"), (Address, "9|oak st")])
        .software("AnyDesk 8.0", "2025-03-07")
        .assess();
    assert_eq!(level(&case), Some(Level::Priority));
    assert_eq!(case.cases[0].families, [Place, DeviceNetwork, People]);
    // With the parcel at the stated home it is still reviewed, and without the tool the jobs alone are a note.
    let home = lent_at_three().shipment("2025-02-28", &[(Address, "12|elm st")]).software("AnyDesk 8.0", "2025-03-07");
    assert_eq!(level(&home.assess()), Some(Level::Review));
    assert_eq!(level(&lent_at_three().assess()), Some(Level::Note));
}

fn daily(mut scene: Scene, country: &str, days: std::ops::Range<i64>) -> Scene {
    for at in days {
        let day = after("2025-04-01", at * 86_400);
        scene = scene.sign_in(&day, &[(Country, country), (AsOrg, "example telecom"), (Ip, "203.0.113.77")]);
    }
    scene
}

fn accounts(mut scene: Scene, named: &[(&str, &str)]) -> Scene {
    for (day, account) in named {
        scene = scene.asset(RecordKind::PaymentAccount, day, "", &[(Account, account), (PayeeName, "ann / lee")]);
    }
    scene
}

fn ann() -> Scene {
    Scene::new()
        .employee("E1", "2025-03-03", &[(Name, "ann / lee"), (Address, "12|elm st")])
        .asset(RecordKind::Device, "2025-03-03", "", &[(Serial, "SN1"), (Address, "12|elm st")])
        .shipment("2025-02-28", &[(Name, "ann / lee"), (Address, "12|elm st")])
}

#[test]
fn an_own_name_facilitator_is_reviewed_although_every_check_passes() {
    let scene = daily(ann(), "cn", 0..20).software("RustDesk", "2025-03-10");
    let scene = accounts(scene, &[("2025-03-03", "1:10"), ("2025-06-20", "1:20"), ("2025-08-01", "1:30")]);
    let scene = scene.event(RecordKind::BackgroundCheck, "2025-02-01", &[(Name, "ann / lee"), (Result, "clear")]);
    let found = scene.assess();
    assert_eq!(level(&found), Some(Level::Review));
    assert_eq!(found.cases[0].families, [Payment, DeviceNetwork]);
}

#[test]
fn an_honest_traveller_with_an_approved_tool_and_a_new_bank_is_no_case() {
    let scene = daily(daily(daily(ann(), "us", 0..30), "pt", 30..38), "us", 38..60);
    let scene = accounts(scene.approved("anydesk").software("AnyDesk 8.0", "2025-03-07"), &[("2025-03-03", "1:10")]);
    let found = accounts(scene, &[("2025-08-20", "1:20")]).assess();
    assert_eq!(level(&found), None);
    let strong: Vec<_> = found.findings.iter().filter(|f| f.strength > Strength::Weak && f.counts()).collect();
    assert!(strong.is_empty(), "{strong:?}");
}

#[test]
fn someone_who_moved_and_told_so_is_no_case() {
    let moved = Scene::new()
        .employee("E1", "2025-03-03", &[(Name, "ann / lee"), (Address, "12|elm st")])
        .event(RecordKind::AddressChange, "2025-09-05", &[(Address, "12|elm st"), (Address, "9|oak st")])
        .shipment("2025-09-20", &[(Name, "ann / lee"), (Address, "9|oak st")])
        .assess();
    assert_eq!(level(&moved), None);
    assert!(moved.findings.iter().all(|finding| !finding.counts()));
}

#[test]
fn every_parameter_of_an_indicator_has_a_default() {
    let settings = Settings::default();
    for indicator in INDICATORS {
        for name in indicator.parameters {
            let own = settings.indicators.get(indicator.id);
            assert!(own.is_some_and(|own| own.contains_key(*name)), "{}.{name}", indicator.id);
        }
    }
    for (id, own) in settings.indicators.iter().filter(|(id, _)| *id != "bits") {
        let registered = INDICATORS.iter().find(|indicator| indicator.id == *id);
        let registered = registered.map(|indicator| indicator.parameters).unwrap_or_default();
        assert!(own.keys().all(|name| registered.contains(&name.as_str())), "{id}");
    }
}

#[test]
fn indicators_stand_once_each_in_the_order_of_the_catalogue() {
    let ids: Vec<&str> = INDICATORS.iter().map(|indicator| indicator.id).filter(|id| id.starts_with('B')).collect();
    let expected: Vec<String> = (1..=30).map(|at| format!("B{at:02}")).collect();
    assert_eq!(ids, expected);
}

/// A hundred thousand people with fifty events each. Run by hand; the figures stand in the report of a change.
#[test]
#[ignore = "a measurement"]
fn a_large_company_is_read_in_little_time() {
    let mut builder = crate::model::testing::Builder::new();
    let mut people = Vec::new();
    let one = crate::model::claim::Period { from: 20_200, to: 20_200 };
    for at in 0..100_000u32 {
        let employee = builder.record(RecordKind::Employee);
        let from = crate::model::claim::Period { from: 20_000, to: i32::MAX };
        let claim = |b: &mut crate::model::testing::Builder, record, kind: IdentifierKind, text: &str, valid| {
            b.claim_in(record, kind, text, crate::model::claim::Role::Own, valid);
        };
        claim(&mut builder, employee, Name, &format!("ann{at} / lee{}", at % 5000), from);
        let mut events = Vec::new();
        for n in 0..50u32 {
            let kind = [RecordKind::SignIn, RecordKind::Software, RecordKind::ScmEvent]
                [if n < 30 { 0 } else { (n % 2 + 1) as usize }];
            let record = builder.record(kind);
            let time = after("2025-04-01T08:00:00Z", i64::from(at * 7 % 40_000 + n * 50_000));
            claim(&mut builder, record, Time, &time, one);
            match kind {
                RecordKind::SignIn => {
                    claim(&mut builder, record, Country, ["us", "us", "us", "us", "de"][(n % 5) as usize], one);
                    claim(&mut builder, record, Asn, &format!("{}", (at + n % 3) % 400), one);
                    claim(&mut builder, record, AsOrg, &format!("network {}", (at + n % 3) % 400), one);
                    claim(&mut builder, record, Ip, &format!("203.0.{}.{}", at % 250, at / 250 % 250), one);
                    claim(&mut builder, record, Device, &format!("sn{at}"), one);
                    claim(&mut builder, record, Managed, "yes", one);
                }
                RecordKind::Software => {
                    claim(&mut builder, record, Application, &format!("program {}", n * 7 % 300), one)
                }
                _ => {
                    claim(&mut builder, record, Event, "git.clone", one);
                    claim(&mut builder, record, Repository, &format!("git.example.com/app/{}", n % 20), one);
                }
            }
            events.push(record);
        }
        people.push((vec![employee], events));
    }
    crate::assess::testing::measure(builder, people, |context| {
        for indicator in INDICATORS {
            let start = std::time::Instant::now();
            let found = crate::assess::run(indicator, context).len();
            eprintln!("{} {found} findings, {:?}", indicator.id, start.elapsed());
        }
    });
}
