//! `report`: the page of a run and of a case, what it keeps to itself, and every control of it in a browser.

use crate::support::csv::Sheet;
use crate::support::tools::{program, python};
use crate::support::{TestEnv, crate_path, files, names};
use std::process::Command;

/// What follows the names of a generated company: markup, quotes, letters that turn the reading direction.
const HOSTILE: [&str; 4] = [
    " <script>window.hacked=1</script>",
    " </script><img src=x onerror=\"window.hacked=1\">",
    " O'Hara \"<b>\"",
    " \u{202e}\u{5d3}\u{5e0}\u{5d4}",
];

/// A company of which every application has a hostile name and a hostile key, and one a name of 10 kB.
fn hostile() -> TestEnv {
    let env = TestEnv::new();
    env.generate(600, 9, 1);
    for name in names(&env.path("company")).iter().filter(|name| name.ends_with(".csv")) {
        let path = format!("company/{name}");
        let mut sheet = Sheet::parse(&env.read(&path).replace("APP0", "<u>APP0"));
        if let (true, Some(at)) =
            (name == "applicants.csv", sheet.header.iter().position(|name| name == "Candidate Name"))
        {
            for row in &mut sheet.rows {
                let hostile = HOSTILE[row[at].chars().next().map_or(0, |first| first as usize % HOSTILE.len())];
                row[at].push_str(hostile);
            }
            sheet.rows[5][at] = "Long ".repeat(2_000);
        }
        env.write(&path, sheet.delimited(','));
    }
    env
}

#[test]
fn a_run_ends_in_a_page_that_is_part_of_it_and_says_where_it_is() {
    let env = TestEnv::new();
    let answer = env.generate(600, 9, 1).run_company(&[]).says("report: output/runs/").says("/report.html");
    assert!(answer.stderr.contains("next: samehand show R-"), "{answer}");
    let page = env.read("output/latest/report.html");
    let outputs = env.manifest("output")["outputs"].clone();
    assert!(outputs.as_array().expect("a list").iter().any(|output| output["file"] == "report.html"));
    env.samehand(&["verify"]).exits(0);
    for ring in env.members("output").rings() {
        assert!(page.contains(&format!("href=\"#{ring}\"")), "{ring} is listed and opens");
    }
    assert!(
        page.contains("redaction: internal") && page.contains("Links are shared attributes, not proof of identity")
    );
    // No clock in it: the day stands in the page that is written later.
    let finished = env.manifest("output")["clock"]["finished_utc"].as_str().expect("a time").to_string();
    let day = format!(" of {}", &finished[..10]);
    assert!(!page.contains(&day));

    let before = files(&env.path("output/runs"), &[]);
    let written = env.samehand(&["report"]).exits(0).prints("output/report-");
    let path = written.stdout.trim();
    assert!(env.read(path).contains(&day), "{path}");
    assert!(files(&env.path("output/runs"), &[]) == before, "a run folder is never written to");
    env.samehand(&["report", "--to", "page.html"]).exits(0).prints("page.html");
    assert!(env.read("page.html") == env.read(path), "the same run gives the same bytes");
}

#[test]
fn a_case_has_a_page_of_its_own_and_what_is_in_none_is_refused() {
    let env = TestEnv::with_run();
    let members = env.members("output");
    let ring = members.rings()[0].to_string();
    let of_ring = env.samehand(&["report", &ring]).exits(0);
    assert!(of_ring.stdout.contains(&format!("-{ring}.html")), "{of_ring}");
    let page = env.read(of_ring.stdout.trim());
    let key = members.keys("applicants", |member| member.ring == ring)[0].to_string();
    assert!(page.contains(&ring) && page.contains(&key) && page.contains("rows_have_cells\":true"));
    // A record of it leads to the same page; one of no case is refused, as is what the run does not have.
    let by_record = env.samehand(&["report", &key, "--to", "by-record.html"]).exits(0);
    assert!(env.read("by-record.html") == page, "{by_record}");
    let loners = members.keys("applicants", |member| member.ring.is_empty());
    let set_aside = env.samehand(&["report", "--json"]).exits(0).json();
    assert!(set_aside["cases"].as_u64().is_some_and(|cases| cases >= 9), "{set_aside}");
    let refused = loners.iter().any(|key| env.samehand(&["report", key, "--to", "x.html"]).code == Some(2));
    assert!(refused, "of {} applicants outside rings some are in no case", loners.len());
    env.samehand(&["report", "no such thing"]).refuses("no such thing");

    let few = env.samehand(&["report", "--rings", "1", "--to", "few.html"]).exits(0);
    let few = (env.read("few.html"), few);
    assert_eq!(few.0.matches("<script type=\"application/json\" id=\"c-R-").count(), 1, "{}", few.1);
    assert!(few.0.contains("samehand report R-"), "the others say how to get theirs");
}

#[test]
fn a_page_for_others_says_nothing_of_the_data_and_its_mapping_is_kept_apart() {
    let env = TestEnv::with_run();
    let mut values = std::collections::BTreeSet::new();
    for (table, columns) in [
        ("applicants", &["Application ID", "Candidate Name", "Email", "Phone"][..]),
        ("employees", &["Employee Number", "Last Name", "Personal Email", "Home Phone"]),
        ("devices", &["Device ID", "Serial Number"]),
    ] {
        let sheet = env.sheet(&format!("company/{table}.csv"));
        for column in columns {
            let at =
                sheet.header.iter().position(|name| name == column).unwrap_or_else(|| panic!("{table} has {column}"));
            values.extend(sheet.rows.iter().map(|row| row[at].clone()).filter(|value| value.len() >= 5));
        }
    }
    assert!(values.len() > 1_000, "{}", values.len());
    for mode in ["external", "structure"] {
        let asked = env.samehand(&["report", "--redact", mode]).exits(0);
        let page = env.read(asked.stdout.trim());
        let words: std::collections::BTreeSet<&str> =
            page.split(|c: char| !(c.is_alphanumeric() || "@.-_+".contains(c))).collect();
        let found: Vec<&String> =
            values
                .iter()
                .filter(|value| {
                    if value.contains(' ') { page.contains(value.as_str()) } else { words.contains(value.as_str()) }
                })
                .collect();
        assert!(found.is_empty(), "{mode}: {:?}", &found[..found.len().min(5)]);
        for name in ["applicants.csv", "company/", "Candidate Name", "samehand.toml"] {
            assert!(!page.contains(name), "{mode}: {name}");
        }
        let kept = env.path("output/mappings").exists();
        assert!(kept && !page.contains("mappings/"), "the mapping is beside the page and not in it");
    }
    let house = env.read(env.samehand(&["report"]).exits(0).stdout.trim());
    let there = values.iter().filter(|value| value.contains(' ') && house.contains(value.as_str())).count();
    assert!(there >= 9, "names stand in the page for the house: {there}");
}

/// Drives the page in Chromium; a machine without it says so and passes.
#[test]
fn every_control_does_what_it_says_and_hostile_cells_stay_text() {
    let name = "report in a browser";
    let Some(python) = python(&["selenium"], name) else { return };
    if program(&["chromium", "chromium-browser", "google-chrome"], name, "Chromium").is_none()
        || program(&["chromedriver"], name, "chromedriver (Debian: chromium-driver)").is_none()
    {
        return;
    }
    let tried = |env: &TestEnv, ring: &str| {
        env.samehand(&["report", "--to", "run.html"]).exits(0);
        env.samehand(&["report", ring, "--to", "case.html"]).exits(0);
        let mut command = Command::new(&python);
        command.arg(crate_path("tests/browser/report.py")).args(["run.html", "case.html"]).current_dir(env.path(""));
        let output = command.output().expect("Python starts");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let fault = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && said.ends_with("all steps held\n"), "{said}{fault}");
    };
    let env = TestEnv::with_run();
    let first = env.members("output").rings()[0].to_string();
    tried(&env, &first);

    let env = hostile();
    env.run_company(&[]);
    let page = env.read("output/latest/report.html");
    assert!(page.contains("&lt;img src=x onerror=") && !page.contains("<img") && !page.contains("<u>"));
    tried(&env, "1");
}
