//! Column names: trimmed, inner runs of spaces collapsed, never empty, never twice.

use crate::model::diagnostic::Diagnostic;
use rustc_hash::FxHashSet;

/// A column name as a config should spell it: no spaces at the ends, one where there were several.
/// Vendors deliver `Application ID ` and `Autonomous system  number`; nobody types that.
pub fn tidy_name(name: &str) -> String {
    let mut tidy = String::with_capacity(name.len());
    for word in name.split(|c: char| c.is_whitespace() || c == '\u{feff}').filter(|word| !word.is_empty()) {
        if !tidy.is_empty() {
            tidy.push(' ');
        }
        tidy.push_str(word);
    }
    tidy
}

/// Tidies all names of a header. An empty one becomes `column_3` after its place; one that was there before becomes
/// `name_2`, with a warning, since vendors do repeat names and both columns may matter.
pub(crate) fn tidy(raw: &[String], shown: &str) -> (Vec<String>, Vec<Diagnostic>) {
    let mut names: Vec<String> = Vec::with_capacity(raw.len());
    let mut diagnostics = Vec::new();
    // A made-up name must not take one that the file itself gives to a later column.
    let mut taken: FxHashSet<String> = FxHashSet::default();
    let delivered: FxHashSet<String> = raw.iter().map(|name| tidy_name(name)).collect();
    for (index, name) in raw.iter().enumerate() {
        let tidy = tidy_name(name);
        let name = if tidy.is_empty() {
            free(&format!("column_{}", index + 1), &taken, &delivered, false)
        } else if taken.contains(&tidy) {
            let second = free(&tidy, &taken, &delivered, true);
            let message =
                format!("column \"{tidy}\" is there more than once; column {} is called \"{second}\"", index + 1);
            let warning = Diagnostic::warning("duplicate-column", shown, message);
            diagnostics.push(warning.hint("check which of them the config should use"));
            second
        } else {
            tidy
        };
        taken.insert(name.clone());
        names.push(name);
    }
    (names, diagnostics)
}

fn free(base: &str, taken: &FxHashSet<String>, delivered: &FxHashSet<String>, numbered: bool) -> String {
    let is_free = |name: &String| !taken.contains(name) && !delivered.contains(name);
    if !numbered && is_free(&base.to_string()) {
        return base.to_string();
    }
    let mut numbered = (2..).map(|n| format!("{base}_{n}"));
    numbered.find(is_free).expect("finitely many names are taken")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &[&str], expected: &[&str], warnings: usize) {
        let raw: Vec<String> = raw.iter().map(|name| name.to_string()).collect();
        let (names, diagnostics) = tidy(&raw, "f.csv");
        assert_eq!(names, expected);
        assert_eq!(diagnostics.len(), warnings, "{diagnostics:?}");
    }

    #[test]
    fn spaces_are_trimmed_and_collapsed() {
        check(&["Application ID ", "Autonomous system  number"], &["Application ID", "Autonomous system number"], 0);
        check(&["\u{feff}id", "a\u{a0}b", "line\nbreak"], &["id", "a b", "line break"], 0);
    }

    #[test]
    fn case_is_kept_so_these_two_differ() {
        check(&["Email", "email"], &["Email", "email"], 0);
    }

    #[test]
    fn repeated_names_are_numbered_with_a_warning() {
        check(&["name", "name", "name "], &["name", "name_2", "name_3"], 2);
    }

    #[test]
    fn a_made_up_name_avoids_a_delivered_one() {
        check(&["name", "name", "name_2"], &["name", "name_3", "name_2"], 1);
        check(&["", "column_1"], &["column_1_2", "column_1"], 0);
    }

    #[test]
    fn empty_names_say_their_place() {
        check(&["a", "b", "", " "], &["a", "b", "column_3", "column_4"], 0);
    }
}
