//! `diagram`: formats, files, and that a redacted drawing gives nobody away.

use crate::support::{TestEnv, files, xml};
use std::collections::BTreeSet;

/// Everything that the ring's records say of a person, in the spellings that a drawing could use.
fn secrets(env: &TestEnv, ring: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let members = env.members("output");
    let (mut values, mut words) = (BTreeSet::new(), BTreeSet::new());
    let columns = [
        (
            "applicants",
            "Application ID",
            &[
                "Candidate Name",
                "Email",
                "Phone",
                "Address",
                "Client IP",
                "Profile URL",
                "Code Handle",
                "Photo pHash",
                "Referee Name",
                "Referee Email",
                "Referee Phone",
                "Resume",
            ][..],
        ),
        (
            "employees",
            "Employee Number",
            &[
                "First Name",
                "Last Name",
                "Personal Email",
                "Home Phone",
                "Address Line 1",
                "Date of Birth",
                "SSN",
                "ID Document Number",
            ],
        ),
        (
            "payment_accounts",
            "Election ID",
            &["Account Holder", "Account Number", "IBAN", "Wallet Address", "Platform Payee"],
        ),
        ("devices", "Device ID", &["Serial Number", "MAC Address", "Computer Name", "Last Reported IP Address"]),
        (
            "shipments",
            "Tracking Number",
            &["Recipient Contact Name", "Recipient Phone", "Ship To", "Ship To Street", "Tracking Number"],
        ),
    ];
    for (source, key_column, columns) in columns {
        let sheet = env.sheet(&format!("company/{source}.csv"));
        for key in members.keys(source, |member| member.ring == ring) {
            values.insert(key.to_string());
            for column in columns {
                for value in sheet.cell(key_column, key, column).split([';', '\n']).map(str::trim) {
                    if column.ends_with("Name") && *column != "Computer Name" || *column == "Account Holder" {
                        words.extend(
                            value.split(|c: char| !c.is_alphabetic()).filter(|w| w.len() > 2).map(str::to_lowercase),
                        );
                    }
                    if value.len() >= 6 && !column.ends_with("First Name") {
                        values.insert(value.to_lowercase());
                    }
                    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
                    if column.contains("Phone") && digits.len() >= 10 {
                        values.insert(digits[digits.len() - 10..].to_string());
                    }
                }
            }
        }
    }
    (values, words)
}

/// What of the secrets a drawing shows.
fn leaks<'a>(drawing: &str, (values, words): &'a (BTreeSet<String>, BTreeSet<String>)) -> Vec<&'a str> {
    let lower = drawing.to_lowercase();
    let shown: BTreeSet<&str> = lower.split(|c: char| !c.is_alphabetic()).collect();
    let values = values.iter().filter(|value| lower.contains(&value.to_lowercase()));
    values.chain(words.iter().filter(|word| shown.contains(word.as_str()))).map(String::as_str).collect()
}

#[test]
fn a_redacted_drawing_gives_nobody_away() {
    let env = TestEnv::with_run();
    for ring in env.members("output").rings() {
        let secrets = secrets(&env, ring);
        for format in ["dot", "svg"] {
            let draw = |mode: &str| env.samehand(&["diagram", ring, "-f", format, "--redact", mode]).exits(0).stdout;
            for mode in ["external", "structure"] {
                let drawing = draw(mode);
                let leaked = leaks(&drawing, &secrets);
                assert!(leaked.is_empty(), "{ring} as {format}, {mode}: {leaked:?}\n{drawing}");
                assert!(drawing.contains(ring), "the ring's own id stays");
            }
            // The look-alike that shows the search is a search: an open drawing holds a good part of it.
            assert!(leaks(&draw("full"), &secrets).len() >= 4, "{ring} as {format}");
            // Inside the house names stay, numbers do not.
            let internal = draw("internal");
            let phones =
                secrets.0.iter().filter(|value| value.len() == 10 && value.bytes().all(|b| b.is_ascii_digit()));
            let shown: Vec<&String> = phones.filter(|phone| internal.contains(phone.as_str())).collect();
            assert!(shown.is_empty(), "{ring} as {format}, internal: {shown:?}");
            assert!(secrets.1.iter().any(|word| internal.to_lowercase().contains(word)), "names stay");
        }
    }
}

#[test]
fn drawings_go_to_stdout_or_into_a_file_and_are_those_of_the_run() {
    let env = TestEnv::with_run();
    let ring = env.members("output").rings()[0].to_string();
    for format in ["svg", "dot"] {
        let drawn = env.samehand(&["diagram", &ring, "--format", format, "-c", "company/samehand.toml"]).exits(0);
        assert!(drawn.stdout == env.read(&format!("output/latest/rings/{ring}/diagram.{format}")), "{format} differs");
        let to = format!("ring.{format}");
        let filed = env.samehand(&["diagram", &ring, "-f", format, "--to", &to]).exits(0).says(&to);
        assert_eq!(filed.stdout, "");
        assert_eq!(env.read(&to), drawn.stdout);
    }
    let svg = env.samehand(&["diagram", &ring]).exits(0).stdout;
    assert_eq!(xml::fault(&svg), None);
    assert!(svg == env.read("ring.svg"), "svg is the default");
    // Anything in the ring names it.
    let members = env.members("output");
    let key = members.keys("applicants", |member| member.ring == ring)[0];
    for thing in [key, members.get("applicants", key).persona.as_str()] {
        assert!(env.samehand(&["diagram", thing]).exits(0).stdout == svg, "{thing}");
    }
}

#[test]
fn a_wrong_word_is_told_with_the_right_ones() {
    let env = TestEnv::with_run();
    env.samehand(&["diagram", "1", "-f", "bmp"]).exits(2).says("bmp").says("dot").says("svg");
    env.samehand(&["diagram", "1", "--redact", "some"]).exits(2).says("some").says("external");
    env.samehand(&["diagram", "R-0000000000"]).refuses("nothing in this run");
    env.samehand(&["diagram", "1", "--to", "no/such/folder/x.svg"]).refuses("cannot write");
    let members = env.members("output");
    let background = members.keys("applicants", |member| member.ring.is_empty())[0];
    env.samehand(&["diagram", background]).exits(2);
    assert!(files(&env.path("."), &[]).keys().all(|name| !name.ends_with("x.svg")));
}
