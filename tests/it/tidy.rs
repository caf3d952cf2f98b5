//! The source tree holds to its own rules. Rules are lists here; whoever needs another exception adds a line with its reason.

use crate::support::{crate_path, files};
use samehand::config::Settings;
use samehand::model::value::IdentifierKind;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// What each module of the crate may import of the others. A stage imports `model` and its settings, never another stage.
const LAYERS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("config", &["model"]),
    // Stages.
    ("ingest", &["model", "config"]),
    ("normalize", &["model", "config"]),
    ("near", &["model", "config"]),
    ("block", &["model", "config"]),
    ("compare", &["model", "config"]),
    ("score", &["model", "config"]),
    ("weigh", &["model", "config"]),
    ("cluster", &["model", "config"]),
    ("assess", &["model", "config"]),
    // Beside the pipeline.
    ("guess", &["model", "config"]),
    ("eval", &["model"]),
    ("synth", &["model", "config"]),
    ("store", &["model"]),
    ("report", &["model"]),
    // Where they meet.
    ("case", &["model", "normalize", "near", "report", "store"]),
    (
        "pipeline",
        &[
            "model",
            "config",
            "ingest",
            "normalize",
            "near",
            "block",
            "compare",
            "score",
            "weigh",
            "cluster",
            "assess",
            "store",
            "report",
            "case",
        ],
    ),
    ("cli", &["model", "config", "ingest", "guess", "eval", "synth", "store", "report", "case", "pipeline"]),
];

/// Imports that break the rule and stay: module, what it imports, why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[(
    "score",
    "compare",
    "a weight is of a comparison level, and the list of comparisons is where levels have their names; the vector is \
     compared and weighed in one pass, because vectors of all candidate pairs would not fit into memory",
)];

/// Source files of the crate by path below `src`.
fn sources() -> BTreeMap<String, String> {
    files(&crate_path("src"), &[])
        .into_iter()
        .filter(|(name, _)| name.ends_with(".rs"))
        .map(|(name, content)| (name, String::from_utf8(content).expect("source is UTF-8")))
        .collect()
}

fn is_test_file(name: &str) -> bool {
    name.ends_with("/tests.rs") || name.ends_with("_tests.rs") || name.ends_with("/testing.rs")
}

/// The text without comments and without the tests that close a file.
fn code(text: &str) -> String {
    let text = text.split_once("\n#[cfg(test)]\nmod tests {").map_or(text, |(code, _)| code);
    text.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}

/// Modules of the crate that the code names after `crate::`, also inside braces and over several lines.
fn imports(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = code[at + "crate::".len()..].trim_start();
        let Some(list) = rest.strip_prefix('{') else {
            found.insert(first_name(rest));
            continue;
        };
        // The names at the first level of the braces.
        let (mut depth, mut item) = (0, String::new());
        for c in list.chars() {
            match c {
                '}' if depth == 0 => break,
                ',' if depth == 0 => found.extend([first_name(&std::mem::take(&mut item))]),
                c => {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    item.push(c);
                }
            }
        }
        found.insert(first_name(&item));
    }
    found.remove("");
    found
}

fn first_name(path: &str) -> String {
    path.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn imports_are_found_in_every_spelling() {
    let check = |code: &str, expected: &[&str]| {
        assert_eq!(imports(code).iter().map(String::as_str).collect::<Vec<_>>(), expected, "{code}");
    };
    check("use crate::model::value;", &["model"]);
    check("use crate::{model, store::run::{RunFolder, x}, near};", &["model", "near", "store"]);
    check("use crate::{\n    model::a,\n    weigh::{\n        b,\n    },\n};", &["model", "weigh"]);
    check("let x = crate::store::now_utc();", &["store"]);
    check("use my_crate::other; use super::x;", &[]);
    assert_eq!(code("a\n// crate::x\n#[cfg(test)]\nmod tests {\nuse crate::y;\n}\n"), "a\n");
}

#[test]
fn modules_import_what_their_layer_allows() {
    let layers: BTreeMap<&str, &[&str]> = LAYERS.iter().copied().collect();
    let mut broken = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for (name, text) in sources().iter().filter(|(name, _)| !is_test_file(name)) {
        let module = name.split(['/', '.']).next().expect("a name");
        if matches!(module, "lib" | "main") {
            continue;
        }
        seen.insert(module.to_string());
        let allowed = layers.get(module).unwrap_or_else(|| panic!("src/{name}: add the module {module} to LAYERS"));
        for import in imports(&code(text)).into_iter().filter(|import| import != module) {
            if !allowed.contains(&import.as_str()) {
                broken.insert((module.to_string(), import));
            }
        }
    }
    let excepted: BTreeSet<(String, String)> =
        EXCEPTIONS.iter().map(|(module, import, _)| (module.to_string(), import.to_string())).collect();
    let new: Vec<_> = broken.difference(&excepted).collect();
    assert!(new.is_empty(), "imports against the layers: {new:?}");
    let stale: Vec<_> = excepted.difference(&broken).collect();
    assert!(stale.is_empty(), "exceptions that nobody needs any more: {stale:?}");
    let gone: Vec<_> = layers.keys().filter(|module| !seen.contains(**module)).collect();
    assert!(gone.is_empty(), "layers without a module: {gone:?}");
}

#[test]
fn every_source_file_says_what_it_is_for() {
    for (name, text) in sources() {
        let first = text.lines().next().unwrap_or_default();
        // The root opens with the page on architecture.
        let page = name == "lib.rs" && first.starts_with("#![doc = include_str!(");
        assert!(page || first.starts_with("//! ") && first.len() > 20, "src/{name} opens with {first:?}");
    }
}

#[test]
fn the_library_neither_prints_nor_reads_environment_or_clock() {
    // Where each is allowed: module folders below src.
    let rules: [(&[&str], &[&str]); 3] = [
        (&["println!(", "eprintln!(", "print!(", "eprint!(", "dbg!("], &["cli/", "main.rs"]),
        (&["std::env::", "env::var"], &["cli/"]),
        (&["SystemTime::now", "Timestamp::now", "Zoned::now"], &["store/"]),
    ];
    for (name, text) in sources().iter().filter(|(name, _)| !is_test_file(name)) {
        let code = code(text);
        for (words, places) in rules {
            let used = words.iter().find(|word| code.contains(**word));
            let allowed = places.iter().any(|place| name.starts_with(place));
            assert!(used.is_none() || allowed, "src/{name} uses {used:?}");
        }
        // The one place that asks the processor what it can.
        let is_allowed = name == "compare/kernel/processor.rs";
        assert!(is_allowed || !code.contains("unsafe "), "src/{name} is unsafe");
        assert!(!code.contains("todo!(") && !code.contains("unimplemented!("), "src/{name} is unfinished");
    }
}

#[test]
fn every_kind_that_links_has_a_weight_and_no_other_has() {
    let weights = Settings::default().weights.kinds;
    for kind in IdentifierKind::ALL {
        assert_eq!(weights.contains_key(kind), kind.links(), "{}: {}", kind.name(), kind.side().name());
        assert!(kind.doc().len() > 10 && IdentifierKind::from_name(kind.name()) == Some(*kind), "{}", kind.name());
    }
}

#[test]
fn no_test_file_is_forgotten() {
    let tests = files(&crate_path("tests/it"), &[]);
    let text = |name: &str| String::from_utf8_lossy(&tests[name]).into_owned();
    let declares = |file: &str, module: &str| {
        text(file).lines().any(|line| line.trim_start_matches("pub ") == format!("mod {module};"))
    };
    for name in tests.keys().filter(|name| name.as_str() != "main.rs") {
        let module = name.strip_suffix(".rs").unwrap_or_else(|| panic!("tests/it/{name} is no test"));
        let (folder, module) = module.rsplit_once('/').unwrap_or(("", module));
        let (parent, module) = match (folder, module) {
            (folder, "mod") => ("main.rs".to_string(), folder),
            ("", module) => ("main.rs".to_string(), module),
            (folder, module) => (format!("{folder}/mod.rs"), module),
        };
        assert!(declares(&parent, module), "tests/it/{name} is not declared in {parent}");
    }
}

/// Files under version control, or all of them where there is no repository.
fn tracked() -> Vec<String> {
    let args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    match Command::new("git").args(args).current_dir(crate_path("")).output() {
        Ok(listed) if listed.status.success() && !listed.stdout.is_empty() => {
            let names = String::from_utf8_lossy(&listed.stdout).into_owned();
            names.split('\0').filter(|name| crate_path(name).is_file()).map(str::to_string).collect()
        }
        _ => files(&crate_path(""), &["target", ".git", "output"]).into_keys().collect(),
    }
}

#[test]
fn nothing_names_the_machine_it_was_made_on() {
    // Spelled in two parts, so that this file passes its own test.
    let machine = [concat!("/wo", "rk/"), concat!("/tmp/", "wt")];
    let tracked = tracked();
    assert!(tracked.iter().any(|name| name == "Cargo.toml") && tracked.len() > 100, "{}", tracked.len());
    for name in tracked {
        let content = std::fs::read(crate_path(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let found = machine.iter().find(|path| content.windows(path.len()).any(|window| window == path.as_bytes()));
        assert!(found.is_none(), "{name} names {found:?}");
    }
}

/// `docs/indicators.md` is what the program says of its indicators and guards. To renew it: SAMEHAND_RENEW=1 cargo test.
#[test]
fn the_page_of_indicators_is_what_the_program_says() {
    let path = crate_path("docs/indicators.md");
    let said = samehand::assess::reference::reference();
    if std::env::var_os("SAMEHAND_RENEW").is_some() {
        std::fs::write(path, said).expect("written");
    } else {
        let page = std::fs::read_to_string(path).expect("docs/indicators.md");
        assert!(page == said, "docs/indicators.md is behind the program");
    }
}

/// `docs/config.md` ends with what the program itself says of its settings. To renew it: SAMEHAND_RENEW=1 cargo test.
#[test]
fn the_config_page_shows_the_settings_as_they_are() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/config.md");
    let page = std::fs::read_to_string(path).expect("docs/config.md");
    let marker = "<!-- settings -->";
    let (written, shown) = page.split_once(marker).expect("the marker");
    let reference = samehand::config::reference();
    let settings = reference.split_once("## Settings").expect("a heading").1;
    if std::env::var_os("SAMEHAND_RENEW").is_some() {
        std::fs::write(path, format!("{written}{marker}{settings}")).expect("written");
    } else {
        assert_eq!(shown, settings, "docs/config.md is behind the program");
    }
}
