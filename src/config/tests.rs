//! Configs against the faults that they must raise. The samples in `tests/data/config` say with `#~ code` at the end of
//! a line what is to be found there: errors, warnings and notes, nothing else.

use super::*;

/// The headers that every sample may use.
const HEADERS: &[(&str, &[&str])] = &[
    ("applicants.csv", &["Application ID", "First Name", "Last Name", "Email", "Home Phone", "Mobile", "Source"]),
    ("employees.csv", &["Company", "Worker ID", "Worker", "Hire Date", "Application ID"]),
    ("people.csv", &["ID", "Name"]),
    ("eeo.csv", &["Name", "Gender", "Nationality", "University", "GitHub", "Rehire Of", "Stage"]),
    ("ssn.csv", &["SSN", "Team"]),
    ("own_offices.csv", &["Street", "Unit", "City"]),
    ("agencies.csv", &["name", "phone", "city"]),
    ("streets_only.csv", &["street"]),
    ("shops.csv", &["ID", "Name", "Type", "About"]),
    ("cafes.csv", &["ID", "Name", "Type"]),
    ("empty.csv", &[]),
];

fn peek(path: &Path, _: Option<Format>) -> Result<Vec<String>, Diagnostic> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    match HEADERS.iter().find(|(file, _)| *file == name) {
        Some((_, header)) => Ok(header.iter().map(|&column| column.to_owned()).collect()),
        None => Err(Diagnostic::error("unreadable", "", "not among the headers of the test")),
    }
}

fn outcome(text: &str) -> (Option<Config>, Vec<Diagnostic>) {
    match parse(text, Path::new("samehand.toml"), &peek) {
        Ok((config, diagnostics)) => (Some(config), diagnostics),
        Err(diagnostics) => (None, diagnostics),
    }
}

fn samples(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/config").join(folder);
    let entries = std::fs::read_dir(folder).expect("the samples are part of the repository");
    let mut samples: Vec<(String, String)> = entries
        .map(|entry| entry.expect("a listable folder").path())
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("a readable sample")))
        .collect();
    samples.sort();
    samples
}

fn check(name: &str, text: &str) -> Option<Config> {
    let (config, diagnostics) = outcome(text);
    let mut found: Vec<(usize, &str)> = diagnostics
        .iter()
        .map(|diagnostic| {
            let line = diagnostic.location.strip_prefix("samehand.toml:").and_then(|line| line.parse().ok());
            (line.unwrap_or_else(|| panic!("{name}: no line in {diagnostic}")), diagnostic.code)
        })
        .collect();
    let mut expected: Vec<(usize, &str)> = text
        .lines()
        .enumerate()
        .filter_map(|(i, line)| Some((i + 1, line.split_once("#~ ")?.1)))
        .flat_map(|(line, codes)| codes.split(' ').map(move |code| (line, code)))
        .collect();
    found.sort();
    expected.sort();
    let all = diagnostics.iter().map(|diagnostic| format!("{diagnostic}\n")).collect::<String>();
    assert_eq!(found, expected, "{name}\n{all}");
    assert!(diagnostics.iter().all(|diagnostic| diagnostic.hint.is_some()), "{name}: every fault has a hint\n{all}");
    config
}

#[test]
fn valid_samples_load_with_the_warnings_that_they_name() {
    let samples = samples("valid");
    assert!(samples.len() >= 4);
    for (name, text) in samples {
        assert!(check(&name, &text).is_some(), "{name}");
    }
}

#[test]
fn invalid_samples_raise_all_their_faults_together() {
    let samples = samples("invalid");
    assert!(samples.len() >= 10);
    for (name, text) in samples {
        assert!(check(&name, &text).is_none(), "{name}");
    }
}

const SOURCE: &str =
    "[[source]]\nname = \"p\"\nkind = \"person\"\npath = \"people.csv\"\ncolumns = { full_name = \"Name\" }\n";

/// A fault's message and hint, for a config that has the line below a sound source.
fn check_words(below: &str, message: &str, hint: &str) {
    let (_, diagnostics) = outcome(&format!("{SOURCE}{below}\n"));
    let found = diagnostics.iter().any(|diagnostic| {
        diagnostic.message.contains(message) && diagnostic.hint.as_ref().is_some_and(|text| text.contains(hint))
    });
    assert!(found, "{below}: {diagnostics:?}");
}

#[test]
fn faults_say_what_to_do() {
    check_words("[threshold]", "unknown key `threshold`", "did you mean `thresholds`?");
    check_words("[thresholds]\nring_bit = 1", "unknown key `thresholds.ring_bit`", "did you mean `ring_bits`?");
    check_words("key = \"Id\"", "column `Id` is not in `people.csv`", "did you mean `ID`? Only case");
    check_words("key = \"ID \"", "column `ID ` is not in", "did you mean `ID`? Only spaces");
    check_words("key = \"Nmae\"", "column `Nmae` is not in", "did you mean `Name`?");
    check_words("key = \"Salary\"", "column `Salary` is not in", "its columns are `ID`, `Name`");
    check_words("format = \"CSV\"", "unknown format `CSV`", "did you mean `csv`? Only case");
    check_words("[thresholds]\noperator_bits = \"4\"", "must be a number, but it is a string", "without quotes");
    check_words("[weights.kinds.phone]\nm = 2", "it must be more than 0 and at most 1", "the default is 0.3");
    check_words("[hubs]\nagencie = \"agencies.csv\"", "unknown allow list `agencie`", "did you mean `agencies`?");
    let comparison = |column: &str| format!("[[comparison]]\nname = \"x\"\nas = \"text\"\ncolumns = \"{column}\"");
    check_words(&comparison("Id"), "comparison x: column `Id` is in no source of persons", "did you mean `ID`?");
    check_words(&comparison("q:ID"), "column `q:ID` is in no source", "stands the name of a source: `p`");
    check_words(&comparison("p:Nmae"), "column `Nmae` is not in `people.csv`", "did you mean `Name`?");
    check_words(&comparison("Gender"), "names gender, which is never loaded", "take the column out");
    check_words("[[comparison]]\nas = \"txt\"", "unknown type `txt`", "did you mean `text`?");
    check_words(
        "[[comparison]]\nname = \"phone\"",
        "there is a comparison `phone` already",
        "map the column to that field",
    );
    check_words("distinct = 1", "`distinct` must be true or false", "for example distinct = true");
    check_words("name = \"q\"", "not valid TOML: duplicate key", "a name stands once");
}

#[test]
fn a_sound_config_is_resolved() {
    let (_, text) = samples("valid").into_iter().find(|(name, _)| name.ends_with("company.toml")).expect("a sample");
    let config = outcome(&text).0.expect("a sound config");
    let [applicants, employees] = &config.sources[..] else { panic!("two sources") };
    assert_eq!(applicants.kind, RecordKind::Applicant);
    assert_eq!(applicants.format, Some(Format::Csv));
    assert_eq!(applicants.key, ["Application ID"]);
    assert_eq!(applicants.columns[3], (Field::Phone, vec!["Home Phone".to_owned(), "Mobile".to_owned()]));
    assert_eq!(applicants.columns[4], (Field::PaymentHandle, vec!["Email".to_owned()]), "one column, two fields");
    assert_eq!(applicants.unmapped, ["Source"]);
    assert_eq!(applicants.line, 4);
    assert_eq!(employees.key, ["Company", "Worker ID"]);
    assert_eq!(employees.references, [(RecordKind::Applicant, vec!["Application ID".to_owned()])]);
    assert_eq!(config.hubs.iter().map(|hub| hub.list).collect::<Vec<_>>(), [HubList::OwnOffices, HubList::Agencies]);
    let (settings, default) = (&config.settings, Settings::default());
    assert_eq!(settings.default_region, "GB");
    assert_eq!(settings.thresholds.operator_bits, 5.0);
    assert_eq!(settings.thresholds.ring_bits, default.thresholds.ring_bits);
    assert_eq!(settings.bounds.value_holders, 512);
    let changed: Vec<String> =
        settings.leaves().into_iter().filter(|(name, n)| default.leaves()[name] != *n).map(|(name, _)| name).collect();
    assert_eq!(
        changed,
        [
            "bounds.value_holders",
            "relations.household.partners",
            "relations.household.shares.address",
            "thresholds.operator_bits",
            "weights.kinds.phone.m",
        ]
    );
}

#[test]
fn comparisons_take_their_columns_from_every_source_that_has_them() {
    let (_, text) =
        samples("valid").into_iter().find(|(name, _)| name.ends_with("comparisons.toml")).expect("a sample");
    let config = outcome(&text).0.expect("a sound config");
    let named: Vec<_> = config.comparisons.iter().map(|c| (c.name.as_str(), c.compared_as)).collect();
    use crate::model::value::AttributeType::{Category, LongText, Text};
    assert_eq!(named, [("type", Category), ("about_2", LongText), ("label", Text)]);
    let own = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
    let [shops, cafes, devices] = &config.sources[..] else { panic!("three sources") };
    assert_eq!(shops.compared, [(0, own(&["Type"])), (1, own(&["About"])), (2, own(&["Name"]))]);
    assert_eq!(cafes.compared, [(0, own(&["Type"])), (1, own(&["ID"]))]);
    assert_eq!(devices.compared, []);
    assert!(shops.unmapped.is_empty() && cafes.unmapped.is_empty(), "what is compared is used");
    assert!(shops.distinct && !cafes.distinct && !devices.distinct);
    assert_eq!(config.model.map(|file| file.shown).as_deref(), Some("Cargo.toml"));
}

#[test]
fn refused_columns_are_listed_mapped_or_not() {
    let (_, text) = samples("valid").into_iter().find(|(name, _)| name.ends_with("refused.toml")).expect("a sample");
    let source = outcome(&text).0.expect("a sound config").sources.remove(0);
    assert_eq!(source.refused, ["Gender", "Nationality", "University"]);
    assert_eq!(source.unmapped, ["Stage"]);
    let columns: Vec<&str> = source.columns.iter().flat_map(|(_, columns)| columns).map(String::as_str).collect();
    assert_eq!(columns, ["Name", "GitHub"]);
}

#[test]
fn the_digest_follows_what_decides_a_result() {
    let digest = |text: &str, path: &str| match parse(text, Path::new(path), &peek) {
        Ok((config, _)) => config.digest,
        Err(faults) => panic!("{faults:?}"),
    };
    let plain = digest(SOURCE, "samehand.toml");
    assert!(plain.len() == 64 && plain.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)));
    let absolute = SOURCE.replace("people.csv", "/data/one/people.csv");
    let same = [
        (format!("# a comment\n{SOURCE}\n"), "samehand.toml"),
        (SOURCE.to_owned(), "elsewhere/other.toml"),
        (format!("\u{feff}{SOURCE}"), "samehand.toml"),
        (absolute, "samehand.toml"),
        (format!("{SOURCE}[thresholds]\nring_bits = 2.5\n"), "samehand.toml"),
        (format!("{SOURCE}distinct = false\n"), "samehand.toml"),
        (format!("model = \"Cargo.toml\"\n{SOURCE}"), "samehand.toml"),
    ];
    for (text, path) in same {
        assert_eq!(digest(&text, path), plain, "{text}");
    }
    let mut all = vec![plain];
    for text in [
        SOURCE.replace("\"p\"", "\"q\""),
        SOURCE.replace("\"person\"", "\"employee\""),
        SOURCE.replace("full_name", "payee_name"),
        SOURCE.replace("\"Name\"", "\"ID\""),
        format!("{SOURCE}key = \"ID\"\n"),
        format!("{SOURCE}key = [\"ID\", \"Name\"]\n"),
        format!("{SOURCE}format = \"csv\"\n"),
        format!("{SOURCE}references = {{ person = \"ID\" }}\n"),
        format!("{SOURCE}[thresholds]\nring_bits = 3.5\n"),
        format!("{SOURCE}[hubs]\nagencies = \"agencies.csv\"\n"),
        format!("default_region = \"GB\"\n{SOURCE}"),
        format!("{SOURCE}distinct = true\n"),
        format!("{SOURCE}[[comparison]]\nname = \"x\"\nas = \"text\"\ncolumns = \"ID\"\n"),
        format!("{SOURCE}[[comparison]]\nname = \"y\"\nas = \"text\"\ncolumns = \"ID\"\n"),
        format!("{SOURCE}[[comparison]]\nname = \"x\"\nas = \"code\"\ncolumns = \"ID\"\n"),
        format!("{SOURCE}[[comparison]]\nname = \"x\"\nas = \"text\"\ncolumns = [\"ID\", \"Name\"]\n"),
    ] {
        all.push(digest(&text, "samehand.toml"));
    }
    let distinct: BTreeSet<&String> = all.iter().collect();
    assert_eq!(distinct.len(), all.len());
}

#[test]
fn globs_are_expanded_sorted_and_relative() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let base = folder.path();
    std::fs::create_dir_all(base.join("in/deep.csv")).expect("a folder");
    for file in ["in/b.csv", "in/a.csv", "in/c.tsv", "in/.hidden.csv", "report[1].csv"] {
        std::fs::write(base.join(file), "Name,ID\n").expect("a file");
    }
    let header = |columns: &[&str]| Ok(columns.iter().map(|&column| column.to_owned()).collect::<Vec<_>>());
    let peek = |path: &Path, _: Option<Format>| match path.file_name().and_then(|name| name.to_str()) {
        Some("b.csv") => header(&["Name", "Phone", "ID"]),
        Some("in" | "bad.csv" | "absent.csv") => {
            Err(Diagnostic::error("unreadable-file", "bad.csv", "it is not text").hint("is it encrypted?"))
        }
        _ => header(&["Name", "ID"]),
    };
    let config = base.join("samehand.toml");
    let with = |path: &str, more: &str| {
        let text = format!(
            "[[source]]\nname=\"p\"\nkind=\"person\"\npath={path}\n{more}\n[source.columns]\nfull_name=\"Name\"\n"
        );
        std::fs::write(&config, text).expect("a config");
        load(&config, &peek)
    };
    let shown = |path: &str| match with(path, "") {
        Ok((config, _)) => config.sources[0].files.iter().map(|file| file.shown.clone()).collect::<Vec<_>>(),
        Err(faults) => panic!("{faults:?}"),
    };
    assert_eq!(shown("\"in/*.csv\""), ["in/a.csv", "in/b.csv"]);
    assert_eq!(shown("\"**/*.tsv\""), ["in/c.tsv"]);
    assert_eq!(shown("\"report[1].csv\""), ["report[1].csv"]);
    assert_eq!(shown("[\"in/b.csv\", \"in/*.csv\"]"), ["in/a.csv", "in/b.csv"]);

    let codes = |path: &str, more: &str| -> Vec<&str> {
        let faults = match with(path, more) {
            Ok((_, warnings)) => warnings,
            Err(faults) => faults,
        };
        faults.iter().map(|fault| fault.code).collect()
    };
    assert_eq!(codes("[\"in/b.csv\", \"in/b.csv\"]", ""), ["unmapped-columns", "duplicate-file"]);
    assert_eq!(codes("\"in/*.csv\"", "key = \"Phone\""), ["missing-column"], "a key must be in every file");
    let faults = with("[\"in\", \"bad.csv\", \"absent.csv\", \"in/aa.csv\"]", "").expect_err("three bad files");
    assert_eq!(
        faults.iter().map(|fault| fault.code).collect::<Vec<_>>(),
        ["not-a-file", "missing-file", "missing-file"]
    );
    std::fs::write(base.join("bad.csv"), "\0").expect("a file");
    let faults = with("\"bad.csv\"", "").expect_err("an unreadable file");
    assert_eq!(faults[0].code, "unreadable-file");
    assert_eq!(faults[0].location, format!("{}:4", config.display()));
    assert_eq!(faults[0].hint.as_deref(), Some("is it encrypted?"));
}

#[test]
fn a_config_that_cannot_be_read_is_one_fault() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("samehand.toml");
    let codes = |path: &Path| -> Vec<&str> {
        load(path, &peek).expect_err("no config").iter().map(|fault| fault.code).collect()
    };
    assert_eq!(codes(&path), ["missing-config"]);
    assert_eq!(codes(folder.path()), ["unreadable-config"]);
    std::fs::write(&path, b"name = 1\nx = \"\xff\"").expect("a file");
    assert_eq!(codes(&path), ["config-encoding"]);
    assert!(load(&path, &peek).expect_err("no config")[0].location.ends_with("samehand.toml:2"));
}

#[test]
fn no_text_makes_it_panic() {
    use proptest::prelude::*;
    let pieces = prop::sample::select(vec![
        "[[source]]",
        "[source]",
        "[source.columns]",
        "[hubs]",
        "name",
        "kind",
        "path",
        "key",
        "full_name",
        "=",
        "\"",
        "\"person\"",
        "\"people.csv\"",
        "\"Name\"",
        "\n",
        " ",
        ",",
        "[",
        "]",
        "{",
        "}",
        "1",
        "-0.5",
        "nan",
        "é",
        ".",
        "[thresholds]",
        "operator_bits",
        "[weights.kinds]",
        "phone",
        "m",
        "#",
        "\u{feff}",
        "99999999999999999999",
    ]);
    proptest!(ProptestConfig::with_cases(300), |(parts in prop::collection::vec(pieces, 0..40))| {
        let text = parts.concat();
        if let (None, faults) = outcome(&text) {
            prop_assert!(faults.iter().any(|fault| fault.severity == Severity::Error));
        }
    });
}

#[test]
fn settings_alone_are_those_of_the_config_and_defaults_where_it_is_at_fault() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("samehand.toml");
    let vertices = |text: &str| {
        std::fs::write(&path, text).expect("written");
        let settings = settings_alone(&path);
        (settings.default_region, settings.bounds.diagram_vertices)
    };
    let default = (Settings::default().default_region, Settings::default().bounds.diagram_vertices);
    // The file of a source may be gone by now.
    let source = "[[source]]\nname = \"a\"\nkind = \"person\"\npath = \"gone.csv\"\n";
    assert_eq!(
        vertices(&format!("default_region = \"GB\"\n[bounds]\ndiagram_vertices = 7\n{source}")),
        ("GB".into(), 7)
    );
    assert_eq!(vertices(&format!("default_region = \"GB\"\n[bounds]\ndiagram_vertices = -7\n{source}")), default);
    assert_eq!(vertices("no config"), default);
    std::fs::remove_file(&path).expect("removed");
    assert_eq!(settings_alone(&path), Settings::default());
}
