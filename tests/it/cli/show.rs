//! `show`: one of them is known bad, who else?

use crate::support::TestEnv;
use serde_json::Value;

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().expect("a list").iter().filter_map(Value::as_str).collect()
}

fn personas(answer: &Value) -> Vec<&str> {
    answer["personas"].as_array().expect("a list").iter().filter_map(|one| one["persona_id"].as_str()).collect()
}

#[test]
fn a_ring_answers_to_its_id_its_rank_and_its_operators() {
    let env = TestEnv::with_run();
    let members = env.members("output");
    let run = env.run_company(&["--json"]).json();
    for (at, ring) in run["rings"].as_array().expect("rings").iter().enumerate() {
        let id = ring["ring_id"].as_str().expect("an id");
        let shown = env.show(id);
        assert_eq!(shown.len(), 1);
        assert_eq!(shown[0]["thing"], format!("ring {id}"));
        let mut expected: Vec<&str> =
            members.0.values().filter(|member| member.ring == id).map(|member| member.persona.as_str()).collect();
        expected.sort();
        expected.dedup();
        assert_eq!(personas(&shown[0]), expected);
        for persona in shown[0]["personas"].as_array().expect("a list") {
            assert_eq!(persona["ring_id"], id);
            assert!(!strings(&persona["through"]).is_empty(), "every member is tied through something: {persona}");
        }
        assert_eq!(env.show(&(at + 1).to_string()), shown, "by rank");
        assert_eq!(env.show(&id.to_lowercase()), shown, "in lower case");
    }
    let operator = members.0.values().find(|member| !member.operator.is_empty()).expect("an operator cluster");
    assert_eq!(env.show(&operator.operator)[0]["thing"], format!("ring {}", operator.ring));
    let text = env.samehand(&["show", "1"]).exits(0);
    assert!(
        text.stdout.starts_with("ring R-") && text.stdout.contains("bits") && text.stdout.contains("through"),
        "{text}"
    );
}

#[test]
fn a_persona_and_each_of_its_records_lead_to_the_rest_of_the_ring() {
    let env = TestEnv::with_run();
    let members = env.members("output");
    let key = members.keys("employees", |member| !member.ring.is_empty())[0];
    let member = members.get("employees", key);
    let others: Vec<&str> = {
        let mut others: Vec<&str> = members
            .0
            .values()
            .filter(|other| other.ring == member.ring && other.persona != member.persona)
            .map(|other| other.persona.as_str())
            .collect();
        others.sort();
        others.dedup();
        others
    };
    assert!(!others.is_empty());
    for thing in [member.persona.clone(), key.to_string(), format!("employees:{key}")] {
        let shown = &env.show(&thing)[0];
        assert_eq!(personas(shown), [member.persona.as_str()], "{thing}");
        let who_else = shown["who_else"].as_array().expect("a list");
        let mut in_ring: Vec<&str> = who_else
            .iter()
            .filter(|one| one["ring_id"] == member.ring.as_str())
            .filter_map(|one| one["persona_id"].as_str())
            .collect();
        in_ring.sort();
        assert_eq!(in_ring, others, "{thing}: everyone of the ring");
        let bits: Vec<f64> = who_else.iter().filter_map(|one| one["bits"].as_f64()).collect();
        assert!(!bits.is_empty() && bits.is_sorted_by(|a, b| a >= b), "ranked by bits: {bits:?}");
        let records = strings(&shown["personas"][0]["records"]);
        assert!(records.contains(&format!("employees:{key}").as_str()), "{records:?}");
    }
}

#[test]
fn a_phone_is_found_however_it_is_typed() {
    let env = TestEnv::with_run();
    let members = env.members("output");
    let applicants = env.sheet("company/applicants.csv");
    // A number in a ring, one number in its cell, and what stands there is as good as any other spelling.
    let (key, phone) = members
        .keys("applicants", |member| !member.ring.is_empty())
        .into_iter()
        .map(|key| (key, applicants.cell("Application ID", key, "Phone")))
        .find(|(_, phone)| phone.chars().filter(char::is_ascii_digit).count() % 11 >= 10 || phone.starts_with('('))
        .expect("a phone");
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let ten = &digits[digits.len() - 10..];
    let (area, exchange, line) = (&ten[..3], &ten[3..6], &ten[6..]);
    let spellings = [
        format!("({area}) {exchange}-{line}"),
        format!("{area}.{exchange}.{line}"),
        format!("+1 {area} {exchange} {line}"),
        format!("1-{area}-{exchange}-{line}"),
        ten.to_string(),
        format!("tel:+1-{area}-{exchange}-{line}"),
    ];
    let expected = format!("phone +1{ten}");
    for spelling in &spellings {
        let shown = env.show(spelling);
        let answer = shown.iter().find(|answer| answer["thing"] == expected.as_str());
        let answer = answer.unwrap_or_else(|| panic!("{spelling} finds {shown:?}"));
        assert!(personas(answer).contains(&members.get("applicants", key).persona.as_str()), "{spelling}: {answer}");
        // Each carrier names the cells that the number stands in, as delivered.
        for persona in answer["personas"].as_array().expect("a list") {
            assert!(
                strings(&persona["through"]).iter().all(|cell| cell.contains(" row ") && cell.contains(']')),
                "{persona}"
            );
        }
    }
    let other = format!("({area}) {exchange}-{:04}", (line.parse::<u32>().expect("digits") + 4321) % 10_000);
    env.samehand(&["show", &other]).refuses("nothing in this run");
}

#[test]
fn emails_fold_and_document_numbers_need_the_key() {
    let env = TestEnv::with_run();
    let members = env.members("output");
    let employees = env.sheet("company/employees.csv");
    let key = members
        .keys("employees", |member| !member.ring.is_empty())
        .into_iter()
        .find(|key| !employees.cell("Employee Number", key, "SSN").is_empty())
        .expect("an employee of a ring with a number");
    let persona = members.get("employees", key).persona.as_str();
    let carried_by = |shown: &[Value]| shown.iter().any(|answer| personas(answer).contains(&persona));

    let email = employees.cell("Employee Number", key, "Personal Email");
    if !email.is_empty() {
        assert!(carried_by(&env.show(&email.to_uppercase())), "{email}");
    }
    let ssn = employees.cell("Employee Number", key, "SSN");
    let shown = env.show(&ssn.replace('-', ""));
    assert!(carried_by(&shown), "{shown:?}");
    assert!(!format!("{shown:?}").contains(ssn), "masked in the answer");
    let mut command = env.command(&["show", ssn]);
    command.env("SAMEHAND_KEY", "another-key-another-key-another-key");
    env.answer(command).refuses("nothing in this run").says("need the key");
}

#[test]
fn what_is_not_there_is_told() {
    let env = TestEnv::with_run();
    for thing in ["R-0000000000", "999", "no such thing", "", "applicants:nobody", "\u{202e}"] {
        env.samehand(&["show", thing]).refuses("nothing in this run");
    }
}
