//! `init`: a first config that runs as it is, and never over another one.

use crate::support::TestEnv;

const PEOPLE: &str = "Employee ID,First Name,Last Name,Work Email,Mobile Phone,Gender\n\
    E1,Ada,Example,ada@example.org,(202) 555-0100,x\nE2,Bob,Example,bob@example.org,(202) 555-0177,x\n\
    E3,Cleo,Sample,cleo@example.net,(303) 555-0123,x\n";

#[test]
fn the_written_config_is_sound_and_runs() {
    let env = TestEnv::new();
    env.write("people.csv", PEOPLE);
    let answer = env.samehand(&["init", "people.csv"]).exits(0).says("next: ");
    assert_eq!(answer.stdout, "samehand.toml\n");
    let config = env.read("samehand.toml");
    for line in
        ["kind = \"employee\"", "key = \"Employee ID\"", "given_name = \"First Name\"", "phone = \"Mobile Phone\""]
    {
        assert!(config.contains(line), "{line}\n{config}");
    }
    assert!(!config.lines().any(|line| !line.starts_with('#') && line.contains("Gender")), "{config}");
    env.samehand(&["check"]).exits(0).says("`Gender`");
    env.samehand(&["run"]).exits(0);
    assert_eq!(env.members("output").0.len(), 3);
    assert!(env.manifest("output")["refused_columns"].to_string().contains("Gender"));
}

#[test]
fn a_config_that_is_there_is_not_written_over() {
    let env = TestEnv::new();
    env.write("people.csv", PEOPLE);
    env.write("samehand.toml", "mine");
    env.samehand(&["init", "people.csv"]).refuses("samehand.toml is there already").says("--force");
    assert_eq!(env.read("samehand.toml"), "mine");
    env.samehand(&["init", "people.csv", "-c", "other.toml"]).exits(0).prints("other.toml");
    env.samehand(&["init", "people.csv", "--force"]).exits(0);
    assert_eq!(env.read("samehand.toml"), env.read("other.toml"));
}

#[test]
fn a_config_elsewhere_names_files_so_that_it_finds_them() {
    let env = TestEnv::new();
    env.write("in/people.csv", PEOPLE);
    env.write("conf/readme", "");
    for config in ["conf/samehand.toml", "in/samehand.toml", "samehand.toml"] {
        env.samehand(&["init", "in/people.csv", "-c", config]).exits(0);
        env.samehand(&["check", "-c", config]).exits(0);
    }
    assert!(env.read("in/samehand.toml").contains("path = \"people.csv\""));
    assert!(env.read("samehand.toml").contains("path = \"in/people.csv\""));
}

#[test]
fn files_of_one_name_and_files_without_rows_are_survived() {
    let env = TestEnv::new();
    env.write("a/people.csv", PEOPLE);
    env.write("b/people.csv", PEOPLE.replace("E1", "F1").replace("E2", "F2").replace("E3", "F3"));
    env.samehand(&["init", "a/people.csv", "b/people.csv"]).exits(0);
    env.samehand(&["check"]).exits(0);
    env.write("bare.csv", "x,y\n");
    env.samehand(&["init", "bare.csv", "-c", "bare.toml"]).exits(0);
    env.samehand(&["init"]).exits(2);
}
