//! The files that a config names: paths and globs to files, files to headers, columns against headers.
//!
//! Invariant: no file is opened here, headers come from the caller's `peek`; only folders are listed, and what could
//! not be read is looked up to tell an absent file from a broken one.

use super::header::{nearest, one_of, squash};
use super::raw::{Faults, Located, RawSource};
use super::resolve::Peek;
use super::{Format, SourceFile};
use crate::model::diagnostic::Diagnostic;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Where files are looked for, and how their headers are read.
pub(super) struct Files<'a> {
    /// The folder of the config, without `.` parts.
    pub(super) base: PathBuf,
    pub(super) peek: &'a Peek<'a>,
}

impl Files<'_> {
    /// A path of the config as a file; `shown` is what was typed.
    pub(super) fn literal(&self, typed: &str) -> SourceFile {
        SourceFile { path: self.base.join(typed), shown: typed.to_owned() }
    }

    /// The files that a path of the config means, sorted. `None` after a fault.
    fn expand(&self, typed: &Located<String>, faults: &mut Faults) -> Option<Vec<SourceFile>> {
        let literal = self.literal(&typed.value);
        // A file that is really called `report[1].csv` is meant as it stands.
        if !typed.value.contains(['*', '?', '[']) || literal.path.exists() {
            return Some(vec![literal]);
        }
        let base = glob::Pattern::escape(&self.base.to_string_lossy());
        let pattern = Path::new(&base).join(&typed.value);
        let options = glob::MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: true,
        };
        let found = match glob::glob_with(&pattern.to_string_lossy(), options) {
            Ok(found) => found,
            Err(error) => {
                let message = format!("`{}` is not a valid glob: {}", typed.value, error.msg);
                faults.error(
                    typed.line,
                    "bad-glob",
                    message,
                    "`*` any name, `**` any folders, `[ab]` one of; `[[]` is a bracket",
                );
                return None;
            }
        };
        let mut files = Vec::new();
        for path in found {
            match path {
                Ok(path) if path.is_dir() => {}
                Ok(path) => files.push(self.shown(path)),
                Err(error) => {
                    let message = format!("`{}` cannot be listed: {error}", typed.value);
                    faults.error(typed.line, "unreadable-folder", message, "check the permissions of that folder");
                    return None;
                }
            }
        }
        if files.is_empty() {
            let message = format!("`{}` matches no file", typed.value);
            let folder = if self.base.as_os_str().is_empty() { ".".into() } else { self.base.to_string_lossy() };
            faults.error(typed.line, "empty-glob", message, format!("paths start in the config's folder, `{folder}`"));
            return None;
        }
        Some(files)
    }

    fn shown(&self, path: PathBuf) -> SourceFile {
        let shown = path.strip_prefix(&self.base).unwrap_or(&path).to_string_lossy().into_owned();
        SourceFile { path, shown }
    }

    /// A file's header; a fault is told at the line that names the file.
    pub(super) fn header(
        &self,
        file: &SourceFile,
        format: Option<Format>,
        line: usize,
        faults: &mut Faults,
    ) -> Option<Vec<String>> {
        let fault = match (self.peek)(&file.path, format) {
            Ok(header) if header.iter().any(|name| !name.trim().is_empty()) => return Some(header),
            Ok(_) => {
                let message = format!("`{}` has no header", file.shown);
                faults.error(line, "missing-header", message, "the first row of a table names its columns");
                return None;
            }
            Err(fault) => fault,
        };
        // Only a file that could not be read is looked up on disk, to tell an absent one from a broken one.
        if file.path.is_dir() {
            let message = format!("`{}` is a folder", file.shown);
            let hint = format!("to read every file in it: \"{}/*.csv\"", file.shown.trim_end_matches('/'));
            faults.error(line, "not-a-file", message, hint);
        } else if !file.path.exists() {
            let message = format!("there is no file `{}`", file.shown);
            faults.error(line, "missing-file", message, self.hint_for_missing(file));
        } else {
            let message = match fault.location.as_str() {
                "" => fault.message,
                location if fault.message.contains(location) => fault.message,
                location => format!("{location}: {}", fault.message),
            };
            let diagnostic = Diagnostic::error(fault.code, faults.at(line), message);
            faults.push(line, Diagnostic { hint: fault.hint, ..diagnostic });
        }
        None
    }

    /// A file that the config names and that no table is read from. `None` after a fault.
    pub(super) fn existing(&self, typed: &Located<String>, what: &str, faults: &mut Faults) -> Option<SourceFile> {
        let file = self.literal(&typed.value);
        if typed.value.trim().is_empty() {
            faults.error(typed.line, "missing-file", format!("`{what}` is an empty path"), "name a file");
        } else if file.path.is_dir() {
            faults.error(
                typed.line,
                "not-a-file",
                format!("{what}: `{}` is a folder", file.shown),
                "name a file in it",
            );
        } else if !file.path.exists() {
            let message = format!("{what}: there is no file `{}`", file.shown);
            faults.error(typed.line, "missing-file", message, self.hint_for_missing(&file));
        } else {
            return Some(file);
        }
        None
    }

    fn hint_for_missing(&self, file: &SourceFile) -> String {
        let folder = file.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return format!("there is no folder `{}` either; paths start in the config's folder", folder.display());
        }
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .collect();
        names.sort();
        let wanted = file.path.file_name().unwrap_or_default().to_string_lossy();
        match nearest(&wanted, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "paths start in the config's folder".to_owned(),
        }
    }
}

/// The headers of a source's files.
pub(super) struct Headers {
    /// Sorted by name; never empty.
    pub(super) files: Vec<SourceFile>,
    /// Each file's header, in the order of `files`.
    each: Vec<Vec<String>>,
    /// Every column of any file, in order of first appearance.
    pub(super) all: Vec<String>,
}

/// The files of a source with their headers; `None` after a fault.
pub(super) fn headers(
    raw: &RawSource,
    format: Option<Format>,
    files: &Files<'_>,
    faults: &mut Faults,
) -> Option<Headers> {
    let mut whole = !raw.paths.is_empty();
    let mut found: BTreeMap<String, (SourceFile, Vec<String>)> = BTreeMap::new();
    for typed in &raw.paths {
        if typed.value.trim().is_empty() {
            faults.error(typed.line, "missing-file", "an empty path".to_owned(), "name a file or a glob");
            whole = false;
            continue;
        }
        let Some(expanded) = files.expand(typed, faults) else {
            whole = false;
            continue;
        };
        for file in expanded {
            if found.contains_key(&file.shown) {
                let message = format!("`{}` is listed twice; it is read once", file.shown);
                faults.warning(typed.line, "duplicate-file", message, "take it out of one of the paths");
                continue;
            }
            match files.header(&file, format, typed.line, faults) {
                Some(header) => drop(found.insert(file.shown.clone(), (file, header))),
                None => whole = false,
            }
        }
    }
    if !whole {
        return None;
    }
    let (files, each): (Vec<SourceFile>, Vec<Vec<String>>) = found.into_values().unzip();
    let mut seen = BTreeSet::new();
    let all = each.iter().flatten().filter(|name| seen.insert(name.as_str())).cloned().collect();
    Some(Headers { files, each, all })
}

impl Headers {
    /// Whether a file of the source has that column.
    pub(super) fn has(&self, column: &str) -> bool {
        self.all.iter().any(|name| name == column)
    }

    /// Reports a column that the files do not have. With several files, one that only some lack is an error for a key
    /// (`everywhere`) and else a warning: those rows have no such value.
    pub(super) fn check(&self, column: &Located<String>, what: &str, everywhere: bool, faults: &mut Faults) -> bool {
        let lacking: Vec<&str> = self
            .files
            .iter()
            .zip(&self.each)
            .filter(|(_, header)| !header.contains(&column.value))
            .map(|(file, _)| file.shown.as_str())
            .collect();
        if lacking.len() == self.files.len() {
            let place = if lacking.len() == 1 { format!("`{}`", lacking[0]) } else { "any of its files".to_owned() };
            let message = format!("{what}: column `{}` is not in {place}", column.value);
            faults.error(column.line, "missing-column", message, self.hint(&column.value));
            return false;
        }
        if !lacking.is_empty() {
            let message = format!("{what}: column `{}` is not in {}", column.value, one_of(&lacking, 5));
            if everywhere {
                faults.error(column.line, "missing-column", message, "a key must be in every file of its source");
                return false;
            }
            let hint =
                "rows of those files have no such value; make it a source of its own if they are different tables";
            faults.warning(column.line, "missing-column", message, hint);
        }
        if self.each.iter().any(|header| header.iter().filter(|name| **name == column.value).count() > 1) {
            let message = format!("{what}: the header has column `{}` more than once", column.value);
            faults.warning(column.line, "ambiguous-column", message, "the first is read; give them different names");
        }
        true
    }

    /// What a column that is in none of the files was most likely meant to be.
    pub(super) fn hint(&self, column: &str) -> String {
        if let Some(same) = self.all.iter().find(|name| squash(name) == squash(column) && !squash(column).is_empty()) {
            let blank = same.trim() == column.trim();
            let what = if blank { "spaces around it" } else { "case, spaces or punctuation" };
            return format!("did you mean `{same}`? Only {what} differ");
        }
        match nearest(column, self.all.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its columns are {}", one_of(&self.all, 25)),
        }
    }
}
