//! The truth file: which records belong together, as far as somebody knows.
//!
//! Columns `record_id`, `cluster_id` and, where keys of several sources may be equal, `source`; further columns are
//! left alone. An empty cluster id says that the record is alone. Leaves reading the file to ingest.

use super::Assignment;
use crate::model::diagnostic::Diagnostic;
use crate::model::table::Table;
use rustc_hash::{FxHashMap, FxHashSet};

/// Faults of one kind that are listed one by one; the rest is counted.
const LISTED_MAX: usize = 20;

/// A truth file that was read.
#[derive(Clone, Debug, Default)]
pub struct Truth {
    /// How messages call the file.
    shown: String,
    has_source: bool,
    /// Source (empty without that column) and record id to cluster; `None` when alone.
    clusters: FxHashMap<(String, String), Option<String>>,
    /// The keys in the order of the file.
    keys: Vec<(String, String)>,
}

/// Reads a truth table. Errors, all listed: a column is missing or there twice; a row without record id, or without
/// source where there is that column; a record that is in two clusters. A row that says the same again is fine.
pub fn read_truth(table: &Table) -> Result<Truth, Vec<Diagnostic>> {
    let shown = table.files.first().map_or_else(|| "truth".to_string(), |file| file.shown.clone());
    let mut faults = Faults::default();
    let mut column = |name: &str, needed: bool| {
        let found: Vec<usize> = (0..table.names.len()).filter(|&i| table.names[i] == name).collect();
        if found.len() > 1 {
            faults.add(Diagnostic::error("truth-column", &shown, format!("there are two columns {name:?}")));
        } else if found.is_empty() && needed {
            let message = format!("there is no column {name:?}; there are {}", table.names.join(", "));
            let hint = "a truth file has the columns record_id, cluster_id and, if need be, source";
            faults.add(Diagnostic::error("truth-column", &shown, message).hint(hint));
        }
        found.first().copied()
    };
    let (record_id, cluster_id) = (column("record_id", true), column("cluster_id", true));
    let source = column("source", false);
    let (Some(record_id), Some(cluster_id), true) = (record_id, cluster_id, faults.is_empty()) else {
        return Err(faults.listed(&shown));
    };

    let mut truth = Truth { shown, has_source: source.is_some(), ..Truth::default() };
    for (row, origin) in table.origins.iter().enumerate() {
        let file = table.files.get(origin.file as usize).map_or(truth.shown.as_str(), |file| file.shown.as_str());
        let mut fault = |message: String| {
            faults.add(Diagnostic::error("truth-row", file, format!("row {}: {message}", origin.row)));
        };
        let Some(id) = table.cell(row, record_id) else {
            fault("there is no record_id".into());
            continue;
        };
        let of_source = match source.map(|source| table.cell(row, source)) {
            None => "",
            Some(Some(name)) => name,
            Some(None) => {
                fault(format!("record {id:?} has no source"));
                continue;
            }
        };
        let key = (of_source.to_string(), id.to_string());
        let cluster = table.cell(row, cluster_id);
        match truth.clusters.get(&key) {
            None => {
                truth.keys.push(key.clone());
                truth.clusters.insert(key, cluster.map(str::to_string));
            }
            Some(earlier) if earlier.as_deref() == cluster => {}
            Some(earlier) => {
                let name = |cluster: Option<&str>| cluster.map_or("alone".into(), |name| format!("in {name:?}"));
                let (earlier, now) = (name(earlier.as_deref()), name(cluster));
                fault(format!("record {id:?} is {now} here and {earlier} in an earlier row"));
            }
        }
    }
    if faults.is_empty() { Ok(truth) } else { Err(faults.listed(&truth.shown)) }
}

impl Truth {
    /// Records that the file names.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether it names none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The true cluster of each record of a run, in its order; `None` when it is alone or the file does not name it.
    /// With warnings about rows that no record answers to; see [`super::evaluate`] for the errors.
    #[allow(clippy::type_complexity)]
    pub fn of_records(
        &self,
        records: &[Assignment<'_>],
    ) -> Result<(Vec<Option<&str>>, Vec<Diagnostic>), Vec<Diagnostic>> {
        let mut faults = Faults::default();
        let mut clusters = Vec::with_capacity(records.len());
        // The source that answered to a key of the truth first.
        let mut answered: FxHashMap<(&str, &str), &str> = FxHashMap::default();
        let mut seen = FxHashSet::default();
        // One key to look with, so that no text is made for each record.
        let mut key = (String::new(), String::new());
        for record in records {
            if !seen.insert((record.source, record.record_id)) {
                let message = format!("the run has record {:?} of {:?} twice", record.record_id, record.source);
                faults.add(Diagnostic::error("record-twice", &self.shown, message));
            }
            key.0.clear();
            key.1.clear();
            key.0.push_str(if self.has_source { record.source } else { "" });
            key.1.push_str(record.record_id);
            let Some(cluster) = self.clusters.get(&key) else {
                clusters.push(None);
                continue;
            };
            clusters.push(cluster.as_deref());
            let of_truth = (if self.has_source { record.source } else { "" }, record.record_id);
            let first = *answered.entry(of_truth).or_insert(record.source);
            if first != record.source {
                let message = format!("record_id {:?} is in {first:?} and in {:?}", record.record_id, record.source);
                let hint = "add a column `source` to the truth file";
                faults.add(Diagnostic::error("truth-ambiguous", &self.shown, message).hint(hint));
            }
        }
        if !faults.is_empty() {
            return Err(faults.listed(&self.shown));
        }
        let mut left = self.keys.iter().filter(|(source, id)| !answered.contains_key(&(source.as_str(), id.as_str())));
        let mut warnings = Vec::new();
        if let Some((source, id)) = left.next() {
            let of_source = if self.has_source { format!(" of {source:?}") } else { String::new() };
            let message = format!(
                "{} of {} records are not in the run, the first is {id:?}{of_source}",
                left.count() + 1,
                self.len()
            );
            warnings.push(
                Diagnostic::warning("truth-unknown-record", &self.shown, message)
                    .hint("they do not count; check that source and record_id are spelled as in the sources' keys"),
            );
        }
        Ok((clusters, warnings))
    }
}

/// Collects errors, so that a file that is wrong in every row does not fill memory and screen.
#[derive(Default)]
struct Faults {
    listed: Vec<Diagnostic>,
    further: usize,
}

impl Faults {
    fn add(&mut self, fault: Diagnostic) {
        if self.listed.len() < LISTED_MAX {
            self.listed.push(fault);
        } else {
            self.further += 1;
        }
    }

    fn is_empty(&self) -> bool {
        self.listed.is_empty()
    }

    fn listed(mut self, shown: &str) -> Vec<Diagnostic> {
        if self.further > 0 {
            self.listed.push(Diagnostic::error("more", shown, format!("and {} more like these", self.further)));
        }
        self.listed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::evaluate;
    use crate::model::table::{InputFile, RowOrigin, TextColumn};
    use std::fmt::Write;

    /// A table from lines of cells, the first being the header.
    fn table(text: &str) -> Table {
        let mut lines = text.lines();
        let names: Vec<String> = lines.next().unwrap_or_default().split(',').map(str::to_string).collect();
        let mut columns = vec![TextColumn::default(); names.len()];
        let mut origins = Vec::new();
        for (row, line) in lines.enumerate() {
            let mut cells = line.split(',');
            columns.iter_mut().for_each(|column| column.push(cells.next().unwrap_or_default()));
            origins.push(RowOrigin { file: 0, row: row as u64 + 1 });
        }
        let file = InputFile {
            shown: "truth.csv".into(),
            path: "truth.csv".into(),
            sha256: String::new(),
            bytes: 0,
            rows: origins.len() as u64,
            rejected: 0,
            read_as: "csv".into(),
        };
        Table { names, columns, origins, files: vec![file] }
    }

    fn truth(text: &str) -> Truth {
        read_truth(&table(text)).expect("a good truth file")
    }

    /// The codes and messages of a truth file that is refused.
    fn refused(text: &str) -> String {
        told(&read_truth(&table(text)).expect_err("a bad truth file"))
    }

    fn told(diagnostics: &[Diagnostic]) -> String {
        diagnostics.iter().fold(String::new(), |mut text, diagnostic| {
            writeln!(text, "{diagnostic}").expect("a string takes everything");
            text
        })
    }

    /// `source/record_id=cluster` each, without cluster when alone.
    fn run(text: &str) -> Vec<Assignment<'_>> {
        let one = |word| {
            let (source, rest): (&str, &str) = str::split_once(word, '/').expect("a source");
            let (record_id, cluster) = rest.split_once('=').map_or((rest, None), |(id, cluster)| (id, Some(cluster)));
            Assignment { source, record_id, cluster }
        };
        text.split_whitespace().map(one).collect()
    }

    fn known<'a>(truth: &'a Truth, records: &str) -> Vec<Option<&'a str>> {
        truth.of_records(&run(records)).expect("unambiguous").0
    }

    #[test]
    fn records_are_found_by_key_alone_or_by_source_and_key() {
        let plain = truth("record_id,cluster_id\nA1,x\nA2,x\nB1,\n");
        assert_eq!(known(&plain, "hr/A1 ats/A2 ats/B1 ats/C9"), [Some("x"), Some("x"), None, None]);
        let sourced = truth("cluster_id,note,source,record_id\nx,n,hr,1\ny,n,ats,1\n");
        assert_eq!(known(&sourced, "ats/1 hr/1 pay/1"), [Some("y"), Some("x"), None]);
        assert_eq!((plain.len(), sourced.len(), sourced.is_empty()), (3, 2, false));
    }

    #[test]
    fn a_key_of_several_sources_needs_the_source_column() {
        let plain = truth("record_id,cluster_id\n1,x\n2,x\n");
        let errors = plain.of_records(&run("hr/1 ats/1 hr/2")).expect_err("ambiguous");
        let text = told(&errors);
        assert!(text.contains("\"1\" is in \"hr\" and in \"ats\"") && text.contains("column `source`"), "{text}");
        assert_eq!(errors.len(), 1);
        // The look-alike: a key that several sources have and the truth does not name is alone everywhere.
        assert_eq!(known(&plain, "hr/1 ats/9 hr/9 hr/2"), [Some("x"), None, None, Some("x")]);
    }

    #[test]
    fn a_record_that_the_run_has_twice_is_refused() {
        let text = told(&truth("record_id,cluster_id\n1,x\n").of_records(&run("hr/7 hr/7")).expect_err("twice"));
        assert!(text.contains("\"7\" of \"hr\" twice"), "{text}");
    }

    #[test]
    fn all_faults_of_a_truth_file_are_listed() {
        let text = refused("id,cluster\n1,x\n");
        assert!(text.contains("no column \"record_id\"; there are id, cluster"), "{text}");
        assert!(text.contains("no column \"cluster_id\""), "{text}");
        assert!(refused("record_id,record_id,cluster_id\n1,1,x\n").contains("two columns \"record_id\""));

        let text = refused("source,record_id,cluster_id\nhr,,x\n,2,x\nhr,3,x\nhr,3,y\nats,3,y\nhr,3,\n");
        let expected = [
            "truth.csv: row 1: there is no record_id",
            "row 2: record \"2\" has no source",
            "row 4: record \"3\" is in \"y\" here and in \"x\" in an earlier row",
            "row 6: record \"3\" is alone here and in \"x\" in an earlier row",
        ];
        for line in expected {
            assert!(text.contains(line), "{line} is not in:\n{text}");
        }
        assert_eq!(text.lines().count(), expected.len(), "{text}");
        // The look-alike: the same said twice.
        assert_eq!(truth("record_id,cluster_id\n3,x\n3,x\n").len(), 1);
    }

    #[test]
    fn many_faults_are_counted_and_not_all_listed() {
        let text = format!("record_id,cluster_id\n{}", ",x\n".repeat(LISTED_MAX + 5));
        let errors = read_truth(&table(&text)).expect_err("no ids");
        assert_eq!(errors.len(), LISTED_MAX + 1);
        assert_eq!(errors[LISTED_MAX].message, "and 5 more like these");
    }

    #[test]
    fn rows_without_a_record_are_told_and_do_not_count() {
        let truth = truth("source,record_id,cluster_id\nhr,1,x\nhr,2,x\nhx,3,x\n");
        let (figures, warnings) = evaluate("persona", &run("hr/1=P hr/4"), &truth).expect("unambiguous");
        assert_eq!((figures.records, figures.true_pairs), (2, 0));
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].message.contains("2 of 3 records are not in the run, the first is \"2\" of \"hr\""));
        assert!(evaluate("persona", &run("hr/1 hr/2 hx/3"), &truth).expect("unambiguous").1.is_empty());
    }

    #[test]
    fn figures_count_all_records_of_the_run() {
        let truth = truth("record_id,cluster_id\n1,x\n2,x\n3,y\n");
        // 4 and 5 are in no row: putting them together is wrong, leaving 6 alone is right.
        let (figures, _) = evaluate("ring", &run("hr/1=R hr/2=R hr/3 hr/4=S hr/5=S hr/6="), &truth).expect("fine");
        assert_eq!((figures.records, figures.predicted_pairs, figures.true_pairs), (6, 2, 1));
        assert_eq!((figures.pairwise.precision, figures.pairwise.recall), (0.5, 1.0));
        assert!((figures.bcubed.precision - 5.0 / 6.0).abs() < 1e-12);
    }
}
