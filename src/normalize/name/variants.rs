//! Tables of names that one person, family or organisation may go by: nicknames, romanizations of surnames, and the
//! words of organisations' names. Data beside this file; comparing decides what an agreement through them is worth.
//!
//! Invariant: every lookup is by one lower-case token, without allocation, and symmetric.

use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Given names of one root each, with their short forms and spellings.
const NICKNAMES: &str = include_str!("nicknames.tsv");
/// Surnames with their characters and romanizations.
const SURNAMES: &str = include_str!("surnames.tsv");

/// The name groups that a given-name token belongs to, ascending; empty when it is in none. `alex` is in several
/// (Alexander, Alexandra, Alexis), `alexander` in one.
pub fn nickname_roots(token: &str) -> &'static [u16] {
    NICKNAME_GROUPS.get(token).map_or(&[], Vec::as_slice)
}

/// The surnames that a romanization may stand for, ascending; empty when the table has none.
pub fn surname_groups(token: &str) -> &'static [u16] {
    SURNAME_TABLE.groups.get(token).map_or(&[], Vec::as_slice)
}

/// The customary Latin spelling of a surname written in Hangul or Han characters.
pub(super) fn romanized_surname(characters: &str) -> Option<&'static str> {
    SURNAME_TABLE.spelling.get(characters).copied()
}

/// A token of an organisation's name for comparing: `None` for legal forms and the article, which say nothing; the
/// full word for a customary abbreviation; else the token itself.
pub fn fold_organisation_token(token: &str) -> Option<&str> {
    Some(match token {
        "inc" | "incorporated" | "llc" | "llp" | "lp" | "plc" | "ltd" | "limited" | "corp" | "corporation" | "co"
        | "company" | "pc" | "pllc" | "pa" | "gmbh" | "ag" | "kg" | "ug" | "sa" | "sas" | "sarl" | "srl" | "spa"
        | "bv" | "nv" | "oy" | "oyj" | "ab" | "as" | "aps" | "pty" | "pte" | "kk" | "sdn" | "bhd" | "ooo" | "oao"
        | "zao" | "pjsc" | "sro" | "doo" | "kft" | "nfp" | "the" => return None,
        "1st" => "first",
        "2nd" => "second",
        "3rd" => "third",
        "acad" | "acdmy" => "academy",
        "admin" => "administration",
        "agcy" => "agency",
        "amer" => "american",
        "assn" | "assoc" | "assocs" | "association" | "associations" => "association",
        "ave" => "avenue",
        "bldg" => "building",
        "bros" => "brothers",
        "cntr" | "ctr" | "cntrs" | "ctrs" | "centers" | "centre" | "centres" => "center",
        "coll" => "college",
        "comm" | "cmty" | "comty" => "community",
        "coop" => "cooperative",
        "consult" => "consulting",
        "ctre" => "center",
        "cty" | "cnty" => "county",
        "dept" => "department",
        "dev" | "devt" | "dvlpmt" => "development",
        "dist" => "district",
        "div" => "division",
        "educ" | "edu" => "education",
        "elem" => "elementary",
        "engr" | "engrg" | "eng" => "engineering",
        "fdn" | "fndn" | "found" => "foundation",
        "ft" => "fort",
        "gov" | "govt" => "government",
        "grp" => "group",
        "hosp" => "hospital",
        "hs" => "highschool",
        "inst" => "institute",
        "intl" | "int" | "internatl" => "international",
        "jct" => "junction",
        "lab" | "labs" | "laboratories" => "laboratory",
        "lib" => "library",
        "mfg" => "manufacturing",
        "mgmt" | "mgt" => "management",
        "mkt" => "market",
        "mktg" => "marketing",
        "mt" => "mount",
        "mtn" => "mountain",
        "mus" => "museum",
        "natl" | "nat" => "national",
        "org" => "organization",
        "organisation" => "organization",
        "prof" => "professional",
        "pub" => "public",
        "rd" => "road",
        "rec" => "recreation",
        "rest" => "restaurant",
        "sch" | "schl" | "schools" => "school",
        "serv" | "servs" | "svc" | "svcs" | "service" | "services" => "services",
        "soc" => "society",
        "sol" | "solns" | "solution" => "solutions",
        "sq" => "square",
        // Saint and not street: names of organisations carry saints far more often than streets.
        "st" | "ste" => "saint",
        "sys" | "system" => "systems",
        "tech" | "technology" => "technologies",
        "univ" | "uni" => "university",
        "usa" => "us",
        other => other,
    })
}

type Groups = FxHashMap<&'static str, Vec<u16>>;

static NICKNAME_GROUPS: LazyLock<Groups> = LazyLock::new(|| {
    let mut groups = Groups::default();
    for (group, line) in (0u16..).zip(data_lines(NICKNAMES)) {
        for name in line.split(['\t', ' ']).filter(|name| !name.is_empty()) {
            add(&mut groups, name, group);
        }
    }
    groups
});

#[derive(Default)]
struct SurnameTable {
    /// Romanization to the surnames it may stand for.
    groups: Groups,
    /// Characters to customary romanization; of a character on two lines the first counts.
    spelling: FxHashMap<&'static str, &'static str>,
}

static SURNAME_TABLE: LazyLock<SurnameTable> = LazyLock::new(|| {
    let mut table = SurnameTable::default();
    for (group, line) in (0u16..).zip(data_lines(SURNAMES)) {
        let mut columns = line.split('\t');
        let characters = columns.next().unwrap_or_default();
        let preferred = columns.next().unwrap_or_default();
        let others = columns.next().unwrap_or_default();
        for written in characters.split(' ').filter(|written| !written.is_empty()) {
            table.spelling.entry(written).or_insert(preferred);
        }
        for name in others.split(' ').chain([preferred]).filter(|name| !name.is_empty()) {
            add(&mut table.groups, name, group);
        }
    }
    table
});

fn data_lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
}

fn add(groups: &mut Groups, name: &'static str, group: u16) {
    let of_name = groups.entry(name).or_default();
    if of_name.last() != Some(&group) {
        of_name.push(group);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(a: &[u16], b: &[u16]) -> bool {
        a.iter().any(|group| b.contains(group))
    }

    #[test]
    fn nicknames() {
        for (a, b) in [
            ("robert", "bob"),
            ("bob", "bobby"),
            ("rob", "bert"),
            ("william", "bill"),
            ("liz", "beth"),
            ("kate", "catherine"),
            ("alex", "alexandra"),
            ("alex", "alexander"),
            ("jose", "pepe"),
            ("dmitri", "dima"),
            ("peggy", "margaret"),
        ] {
            assert!(share(nickname_roots(a), nickname_roots(b)), "{a} {b}");
        }
        for (a, b) in
            [("alexander", "alexandra"), ("robert", "richard"), ("bob", "bill"), ("", "bob"), ("zoltan", "zoe")]
        {
            assert!(!share(nickname_roots(a), nickname_roots(b)), "{a} {b}");
        }
        assert_eq!(nickname_roots("nobody"), &[] as &[u16]);
    }

    #[test]
    fn surname_romanizations() {
        for (a, b) in [
            ("park", "pak"),
            ("park", "bak"),
            ("lee", "yi"),
            ("lee", "rhee"),
            ("lee", "li"),
            ("choi", "choe"),
            ("chang", "zhang"),
            ("jung", "chung"),
            ("wang", "wong"),
        ] {
            assert!(share(surname_groups(a), surname_groups(b)), "{a} {b}");
        }
        for (a, b) in [("park", "lee"), ("kim", "kin"), ("smith", "smyth"), ("choi", "zhou"), ("", "park")] {
            assert!(!share(surname_groups(a), surname_groups(b)), "{a} {b}");
        }
        assert_eq!(romanized_surname("박"), Some("park"));
        assert_eq!(romanized_surname("남궁"), Some("namgung"));
        assert_eq!(romanized_surname("張"), Some("zhang"));
        assert_eq!(romanized_surname("田中"), None);
    }

    #[test]
    fn organisation_words() {
        assert_eq!(fold_organisation_token("llc"), None);
        assert_eq!(fold_organisation_token("the"), None);
        assert_eq!(fold_organisation_token("ctr"), Some("center"));
        assert_eq!(fold_organisation_token("st"), Some("saint"));
        assert_eq!(fold_organisation_token("widgets"), Some("widgets"));
        for token in ["ctr", "assn", "mt", "svcs", "univ", "sys", "1st", "labs", "soc"] {
            let folded = fold_organisation_token(token).unwrap();
            assert_eq!(fold_organisation_token(folded), Some(folded), "{token}: folding is idempotent");
        }
    }

    #[test]
    fn data_is_clean() {
        let plain = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase());
        for line in data_lines(NICKNAMES) {
            let (root, rest) = line.split_once('\t').expect("a root and its forms");
            assert!(plain(root) && !rest.is_empty() && rest.split(' ').all(plain), "{line}");
        }
        for line in data_lines(SURNAMES) {
            let columns: Vec<&str> = line.split('\t').collect();
            assert_eq!(columns.len(), 3, "{line}");
            assert!(plain(columns[1]) && (columns[2].is_empty() || columns[2].split(' ').all(plain)), "{line}");
            assert!(!columns[0].is_ascii() || columns[0].is_empty(), "{line}");
        }
        assert!(data_lines(NICKNAMES).count() >= 250);
        assert!(NICKNAME_GROUPS.values().chain(SURNAME_TABLE.groups.values()).all(|groups| groups.is_sorted()));
    }
}
