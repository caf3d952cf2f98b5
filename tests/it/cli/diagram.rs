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
        // The run's own has everything, and no day: a rerun must give the same bytes.
        let full = env.samehand(&["diagram", &ring, "--format", format, "--redact", "full"]).exits(0).stdout;
        let day = env.manifest("output")["clock"]["finished_utc"].as_str().expect("a time")[..10].to_string();
        let stored = env.read(&format!("output/latest/rings/{ring}/diagram.{format}"));
        assert!(full.contains(&day) && !stored.contains(&day));
        if format == "svg" {
            assert_eq!(self::drawn(&full), self::drawn(&stored));
        } else {
            assert_eq!(full.matches(" -- ").count(), stored.matches(" -- ").count());
        }
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
    env.samehand(&["diagram", "1", "-f", "bmp"]).exits(2).says("bmp").says("dot").says("svg").says("pdf");
    env.samehand(&["diagram", "1", "--redact", "some"]).exits(2).says("some").says("external");
    env.samehand(&["diagram", "R-0000000000"]).refuses("nothing in this run");
    env.samehand(&["diagram", "1", "--to", "no/such/folder/x.svg"]).refuses("cannot write");
    env.samehand(&["diagram", "1", "--to", "ring.doc"]).refuses("\"doc\" is no format").says("svg, dot, png, pdf");
    env.samehand(&["diagram", "1", "--layout", "circo"]).exits(2).says("circo").says("neato");
    env.samehand(&["diagram", "1", "--hops", "99"]).exits(2).says("99");
    env.samehand(&["diagram", "1", "--font", "company/samehand.toml"]).refuses("is no TrueType");
    assert!(files(&env.path("."), &[]).keys().all(|name| !name.ends_with("x.svg") && !name.ends_with("ring.doc")));
}

#[test]
fn pictures_of_pixels_and_sheets_of_paper_go_into_files() {
    let env = TestEnv::with_run();
    let bytes = |name: &str| std::fs::read(env.path(name)).expect("written");
    // The extension decides, in whatever case, and a format that is named decides over it.
    env.samehand(&["diagram", "1", "--to", "ring.PNG"]).exits(0).says("ring.PNG");
    assert!(bytes("ring.PNG").starts_with(b"\x89PNG"));
    env.samehand(&["diagram", "1", "--to", "ring.pdf"]).exits(0);
    assert!(bytes("ring.pdf").starts_with(b"%PDF-"));
    env.samehand(&["diagram", "1", "-f", "pdf", "--paper", "letter", "--to", "letter.pdf"]).exits(0);
    env.samehand(&["diagram", "1", "-f", "dot", "--to", "ring.txt"]).exits(0);
    assert!(bytes("ring.txt").starts_with(b"graph"));
    let paper = |name: &str| {
        let text = String::from_utf8_lossy(&bytes(name)).into_owned();
        let sides = text.split_once("/MediaBox[").and_then(|(_, rest)| rest.split_once(']')).expect("a page").0;
        let mut sides: Vec<f64> = sides.split(' ').filter_map(|side| side.parse().ok()).collect();
        sides.sort_by(f64::total_cmp);
        (sides[2].round(), sides[3].round())
    };
    assert_eq!((paper("ring.pdf"), paper("letter.pdf")), ((595.0, 842.0), (612.0, 792.0)));
    // The same again.
    let first = bytes("ring.pdf");
    env.samehand(&["diagram", "1", "--to", "ring.pdf"]).exits(0);
    assert!(first == bytes("ring.pdf"), "the same run gives the same bytes");
    env.samehand(&["diagram", "1", "-f", "png", "--json"]).refuses("--json carries text").says("--to FILE.png");
    let told = env.samehand(&["diagram", "1", "--json"]).exits(0).json();
    assert_eq!((told["format"].as_str(), told["subject"].as_str()), (Some("svg"), Some("ring")));
}

/// Ids of the personas in a drawing that shows them, vertex by vertex, and the ends of its edges.
fn drawn(svg: &str) -> (Vec<Option<String>>, Vec<(usize, usize)>) {
    let personas = svg.split("<g class=\"vertex v").skip(1).map(|vertex| {
        let tooltip =
            vertex.split_once("<title>").and_then(|(_, rest)| rest.split_once("</title>")).expect("a tooltip").0;
        tooltip.lines().find(|line| line.len() == 12 && line.starts_with("P-")).map(str::to_string)
    });
    let edges = svg.split("<g class=\"edge e").skip(1).map(|edge| {
        let classes = edge.split_once('"').expect("classes").0;
        let ends: Vec<usize> = classes.split(' ').skip(1).map(|end| end[1..].parse().expect("a vertex")).collect();
        (ends[0], ends[1])
    });
    (personas.collect(), edges.collect())
}

#[test]
fn what_is_drawn_of_a_ring_is_what_its_links_say() {
    let env = TestEnv::with_run();
    let folder = samehand::store::run::RunFolder::open(&env.path("output"), None).expect("a run");
    let case = samehand::case::Case::open(folder.run_id(), folder.paths()).expect("its tables");
    let (mut checked, mut near) = (0, 0);
    for ring in &case.rings {
        let svg = env.samehand(&["diagram", &ring.id, "--redact", "full"]).exits(0).stdout;
        assert!(!svg.contains("Summarised"), "the test's rings are drawn whole");
        let (personas, edges) = drawn(&svg);
        let at = |persona: &str| personas.iter().position(|drawn| drawn.as_deref() == Some(persona)).expect("drawn");
        let joined = |a: usize, b: usize| edges.iter().any(|&(x, y)| (x, y) == (a, b) || (y, x) == (a, b));
        let links: Vec<_> = case.links.iter().filter(|link| link.tier == "persona" && link.ring == ring.id).collect();
        for link in &links {
            let (left, right) = (at(&link.left), at(&link.right));
            let terms = link
                .terms
                .iter()
                .filter(|term| samehand::model::value::IdentifierKind::from_name(&term.kind).is_some());
            for term in terms.filter(|term| term.adds() >= 0.5 || link.rule == "site") {
                let through = || {
                    (0..personas.len())
                        .any(|value| personas[value].is_none() && joined(left, value) && joined(value, right))
                };
                assert!(if term.how == "same" { through() } else { joined(left, right) }, "{} {link:?}", ring.id);
                near += usize::from(term.how != "same");
                checked += 1;
            }
        }
        // And nothing between two personas that no link says.
        for &(a, b) in &edges {
            if let (Some(a), Some(b)) = (&personas[a], &personas[b]) {
                let said = |link: &&&samehand::case::CaseLink| {
                    (&link.left, &link.right) == (a, b) || (&link.right, &link.left) == (a, b)
                };
                assert!(links.iter().any(|link| said(&link)), "{a} and {b} in {}", ring.id);
            }
        }
    }
    assert!(checked > 20 && near > 5, "{checked} terms, {near} of them near");
}

#[test]
fn an_operator_a_neighborhood_and_a_path_are_drawn_and_redacted_like_the_ring() {
    let env = TestEnv::with_run();
    let folder = samehand::store::run::RunFolder::open(&env.path("output"), None).expect("a run");
    let case = samehand::case::Case::open(folder.run_id(), folder.paths()).expect("its tables");
    let link = case.links.iter().find(|link| link.tier == "persona" && !link.ring.is_empty()).expect("a link");
    let operator = &case.records.iter().find(|record| record.persona == link.left).expect("a record").operator;
    let secrets = secrets(&env, &link.ring);
    let subjects: [(&str, &[&str]); 3] = [
        ("operator cluster", &[operator]),
        ("neighborhood", &[&link.left, "--hops", "2"]),
        ("path", &[&link.left, &link.right]),
    ];
    for (subject, asked) in subjects {
        let draw = |more: &[&str]| env.samehand(&[&["diagram"], asked, more].concat()).exits(0).stdout;
        let full = draw(&["--redact", "full"]);
        assert_eq!(xml::fault(&full), None);
        assert!(full.contains(&link.left) && full.contains(&format!("{subject} ")), "{subject}\n{full}");
        for mode in ["external", "structure"] {
            for format in ["svg", "dot"] {
                let drawing = draw(&["--redact", mode, "-f", format]);
                let leaked = leaks(&drawing, &secrets);
                assert!(leaked.is_empty() && !drawing.contains(&link.left), "{subject}, {mode}: {leaked:?}\n{drawing}");
            }
        }
        // A persona has the same pseudonym in the part as in the whole.
        let mapping = |svg: &str| svg.matches(">P").count();
        assert!(mapping(&draw(&["--redact", "external"])) > 0);
    }
    // The pseudonym of the first persona, by the mapping files of the ring and of a part of it.
    let _ = env.samehand(&["diagram", &link.ring, "--redact", "external"]).exits(0);
    let mut given = BTreeSet::new();
    let mut read = 0;
    let name = case.names(&link.left).first().map(|name| name.to_string()).expect("a name");
    for (path, bytes) in files(&env.path("output/mappings"), &[]) {
        assert!(path.ends_with(".csv"));
        let text = String::from_utf8(bytes).expect("UTF-8");
        read += 1;
        given.extend(text.lines().filter(|row| row.starts_with('P') && row.contains(&name)).map(str::to_string));
    }
    assert!(read >= 4 && given.len() == 1, "{read} files, {given:?}");
}

#[test]
fn a_place_that_serves_several_is_a_site_and_a_home_of_one_is_not() {
    let env = TestEnv::with_run();
    let folder = samehand::store::run::RunFolder::open(&env.path("output"), None).expect("a run");
    let case = samehand::case::Case::open(folder.run_id(), folder.paths()).expect("its tables");
    let mut holders: std::collections::BTreeMap<(&str, &str), BTreeSet<&str>> = Default::default();
    let mut typed: std::collections::BTreeMap<(&str, &str), &str> = Default::default();
    for claim in case.claims().filter(|claim| claim.kind == "address" && claim.links) {
        let persona = case.records[claim.record as usize].persona.as_str();
        if !persona.is_empty() {
            holders.entry((claim.kind, claim.value)).or_default().insert(persona);
            typed.entry((claim.kind, claim.value)).or_insert(claim.raw);
        }
    }
    let (place, served) =
        holders.iter().find(|(_, personas)| (3..9).contains(&personas.len())).expect("a shared place");
    let svg = env.samehand(&["diagram", typed[place], "--redact", "full"]).exits(0).stdout;
    let (personas, edges) = drawn(&svg);
    let shown: BTreeSet<&str> = personas.iter().flatten().map(String::as_str).collect();
    assert_eq!(&shown, served, "{svg}");
    assert!(svg.contains("site · ") && edges.len() >= served.len(), "{svg}");
    let (home, only) = holders.iter().find(|(_, personas)| personas.len() == 1).expect("a home");
    let svg = env.samehand(&["diagram", typed[home], "--redact", "full"]).exits(0).stdout;
    assert!(!svg.contains("site · ") && only.iter().all(|persona| svg.contains(persona)), "{svg}");
}

#[test]
fn whoever_is_in_no_ring_is_drawn_with_what_is_around_and_strangers_have_no_path() {
    let env = TestEnv::with_run();
    let members = env.members("output");
    let background = members.keys("applicants", |member| member.ring.is_empty());
    let svg = env.samehand(&["diagram", background[0]]).exits(0).says("in no ring").stdout;
    assert!(svg.contains("neighborhood · ") && svg.contains("proof of identity"), "{svg}");
    let strangers = background.iter().skip(1).find(|other| {
        let answer = env.samehand(&["explain", background[0], other]);
        answer.code == Some(0) && answer.stdout.contains("are not connected")
    });
    let other = strangers.expect("somebody who has nothing to do with the first");
    env.samehand(&["diagram", background[0], other]).refuses("are not connected").says("samehand explain");
}

#[test]
fn graphviz_takes_every_drawing_and_lays_them_out_when_asked() {
    let env = TestEnv::with_run();
    let Some(dot) = crate::support::tools::program(&["dot"], "diagram --layout", "Graphviz") else { return };
    let path = dot.parent().expect("a folder").to_path_buf();
    for ring in env.members("output").rings() {
        for mode in ["full", "internal", "external", "structure"] {
            let to = format!("{ring}-{mode}.dot");
            env.samehand(&["diagram", ring, "--redact", mode, "--to", &to]).exits(0);
            let output = std::process::Command::new(&dot).arg("-Tsvg").arg(env.path(&to)).output().expect("it starts");
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success() && !said.contains("yntax error"), "{to}: {said}");
        }
    }
    let with_path = |args: &[&str]| {
        let mut command = env.command(args);
        command.env("PATH", &path);
        env.answer(command)
    };
    let own = env.samehand(&["diagram", "1"]).exits(0).stdout;
    for layout in ["dot", "fdp", "sfdp", "neato"] {
        let svg = with_path(&["diagram", "1", "--layout", layout]).exits(0).stdout;
        assert!(svg.starts_with("<svg") && svg != own && svg.contains("proof of identity"), "{layout}");
        assert!(!svg.contains("http://www.w3.org/Graphics"), "no document type that names a server");
    }
    for name in ["laid.png", "laid.pdf"] {
        with_path(&["diagram", "1", "--layout", "neato", "--to", name]).exits(0);
        assert!(env.path(name).metadata().expect("written").len() > 2_000, "{name}");
    }
    // Without Graphviz it is an error with a way out; DOT alone needs none.
    let mut without = env.command(&["diagram", "1", "--layout", "fdp"]);
    without.env("PATH", env.path("company"));
    env.answer(without).refuses("no program `dot`").says("leave --layout out");
    env.samehand(&["diagram", "1", "--layout", "neato", "-f", "dot"]).exits(0).prints("layout=\"neato\"");
}
