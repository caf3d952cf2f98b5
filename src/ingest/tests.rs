//! Tests over files on disk: detection, several files, provenance, and one table in every format.

use super::compress::tests::gzip;
use super::*;
use crate::config::SourceFile;
use crate::model::field::Field;
use crate::model::record::RecordKind;
use std::path::PathBuf;

/// A folder of files that goes away with the test.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a folder for the test"))
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, bytes).expect("a file for the test");
        path
    }

    /// A source over files that were written before; `email` and `name` are mapped, `id` is the key.
    fn source(&self, files: &[&str]) -> Source {
        let file = |name: &&str| SourceFile { path: self.0.path().join(name), shown: format!("exports/{name}") };
        Source {
            name: "staff".to_string(),
            kind: RecordKind::Employee,
            files: files.iter().map(file).collect(),
            format: None,
            key: vec!["id".to_string()],
            columns: vec![(Field::FullName, vec!["name".to_string()]), (Field::Email, vec!["email".to_string()])],
            compared: Vec::new(),
            distinct: false,
            references: Vec::new(),
            refused: Vec::new(),
            unmapped: Vec::new(),
            line: 1,
        }
    }
}

/// Header, then rows, absent cells as `-`.
fn cells(table: &Table) -> Vec<String> {
    let row = |row: usize| (0..table.names.len()).map(move |column| table.cell(row, column).unwrap_or("-"));
    let body = (0..table.rows()).map(|index| row(index).collect::<Vec<_>>().join("¦"));
    std::iter::once(table.names.join("¦")).chain(body).collect()
}

fn load_all(path: &Path) -> Loaded {
    load_file(path, "shown", None, "staff").unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn one_table_in_every_format_is_the_same_table() {
    let folder = Folder::new();
    let rows = [
        ["007", "Ada \"A.\" Example", "a@example.com"],
        ["12345678901234567890", "Zoë, Köln", ""],
        ["3", "two\nlines", "c@example.org"],
    ];
    let names = ["id", "name", "email"];
    let quote = |cell: &str| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |cells: &[&str; 3]| cells.map(quote).join(",") + "\n";
    let csv: String = line(&names) + &rows.iter().map(line).collect::<String>();
    let object = |row: &[&str; 3]| {
        let pairs = names.iter().zip(row).map(|(name, cell)| format!("\"{name}\":{}", serde_json::Value::from(*cell)));
        format!("{{{}}}\n", pairs.collect::<Vec<_>>().join(","))
    };
    let ndjson: String = rows.iter().map(object).collect();
    let columns = (0..3).map(|index| {
        use polars::prelude::{Column, NamedFrom, Series};
        let values: Vec<Option<&str>> =
            rows.iter().map(|row| Some(row[index]).filter(|cell| !cell.is_empty())).collect();
        Column::from(Series::new(names[index].into(), values))
    });
    let parquet = super::parquet::tests::write(columns.collect());
    let expected = load_all(&folder.file("a.csv", &csv)).table;
    assert_eq!(expected.rows(), 3);
    let others = [
        folder.file("a.tsv", csv.replace("\",\"", "\"\t\"")),
        folder.file("a.csv.gz", gzip(csv.as_bytes())),
        folder.file("a.ndjson", &ndjson),
        folder.file("a.json", format!("[{}]", ndjson.trim().replace("}\n{", "},\n{"))),
        folder.file("a.parquet", &parquet),
        folder.file("noname", &parquet),
        folder.file("wrong.csv", &parquet),
    ];
    for path in others {
        let table = load_all(&path).table;
        assert_eq!(
            (&table.names, &table.columns, &table.origins),
            (&expected.names, &expected.columns, &expected.origins),
            "{path:?}"
        );
    }
}

#[test]
fn the_digest_is_that_of_the_bytes_as_delivered() {
    let folder = Folder::new();
    let packed = gzip(b"a\n1\n");
    let loaded = load_all(&folder.file("a.csv.gz", &packed));
    let file = &loaded.table.files[0];
    assert_eq!((file.sha256.as_str(), file.bytes), (hex(&Sha256::digest(&packed)).as_str(), packed.len() as u64));
    assert_eq!(file.read_as, "csv, ',', UTF-8, gzip");
    let loaded = load_all(&folder.file("b.csv", "abc"));
    assert_eq!(loaded.table.files[0].sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn several_files_make_one_table() {
    let folder = Folder::new();
    folder.file("1.csv", "id,name\n1,Ada\n2\n3,Bob\n");
    folder.file("2.ndjson", "{\"email\":\"c@example.com\",\"id\":\"4\",\"gender\":\"f\"}\n");
    let loaded = load(&folder.source(&["1.csv", "2.ndjson"])).unwrap();
    assert_eq!(cells(&loaded.table), ["id¦name¦email", "1¦Ada¦-", "3¦Bob¦-", "4¦-¦c@example.com"]);
    let origins: Vec<_> = loaded.table.origins.iter().map(|origin| (origin.file, origin.row)).collect();
    assert_eq!(origins, [(0, 1), (0, 3), (1, 1)]);
    let counts: Vec<_> =
        loaded.table.files.iter().map(|file| (file.shown.as_str(), file.rows, file.rejected)).collect();
    assert_eq!(counts, [("exports/1.csv", 3, 1), ("exports/2.ndjson", 1, 0)]);
    let missing: Vec<_> = loaded.diagnostics.iter().map(|warning| (warning.code, warning.location.as_str())).collect();
    assert_eq!(missing, [("missing-column", "exports/2.ndjson"), ("missing-column", "exports/1.csv")]);
    let reject = &loaded.rejects[0];
    assert_eq!(
        (reject.place.source.as_str(), reject.place.file.as_str(), reject.row, &*reject.value),
        ("staff", "exports/1.csv", 2, "2")
    );
}

#[test]
fn refused_and_unused_columns_are_not_kept_even_when_mapped() {
    let folder = Folder::new();
    folder.file("1.csv", "id,name,email,gender,shoe size\n1,Ada,a@example.com,f,38\n2,x\n");
    let mut source = folder.source(&["1.csv"]);
    source.refused = vec!["gender".to_string()];
    source.unmapped = vec!["shoe size".to_string()];
    source.columns.push((Field::Agency, vec!["gender".to_string()]));
    let loaded = load(&source).unwrap();
    assert_eq!(cells(&loaded.table), ["id¦name¦email", "1¦Ada¦a@example.com"]);
    // Nobody can say what the cells of a ragged row are, so none is shown.
    assert_eq!((&*loaded.rejects[0].value, loaded.rejects[0].row), ("", 2));
}

#[test]
fn compared_columns_are_kept_unless_they_are_refused() {
    let folder = Folder::new();
    folder.file("1.csv", "id,name,email,gender,shoe size,team\n1,Ada,a@example.com,f,38,red\n");
    let mut source = folder.source(&["1.csv"]);
    source.refused = vec!["gender".to_string()];
    source.unmapped = vec!["shoe size".to_string()];
    source.compared = vec![(0, vec!["team".to_string(), "gender".to_string()])];
    let loaded = load(&source).unwrap();
    assert_eq!(cells(&loaded.table), ["id¦name¦email¦team", "1¦Ada¦a@example.com¦red"]);
}

#[test]
fn all_errors_of_a_source_come_at_once() {
    let folder = Folder::new();
    folder.file("1.csv", "");
    folder.file("2.csv", "id,name,email\n1,Ada,\n");
    folder.file("3.csv", "%PDF-1.7");
    let errors = load(&folder.source(&["1.csv", "2.csv", "3.csv", "4.csv"])).unwrap_err();
    let codes: Vec<_> = errors.iter().map(|error| (error.code, error.location.as_str())).collect();
    assert_eq!(
        codes,
        [("empty-file", "exports/1.csv"), ("binary-file", "exports/3.csv"), ("unreadable-file", "exports/4.csv")]
    );
    assert!(errors.iter().all(|error| error.hint.is_some()));
    let errors = load(&Source { key: vec!["nr".to_string()], ..folder.source(&["2.csv"]) }).unwrap_err();
    assert_eq!((errors[0].code, errors.len()), ("missing-column", 1));
}

#[test]
fn a_header_alone_and_a_heap_of_faults_are_said() {
    let folder = Folder::new();
    let codes = |loaded: &Loaded| loaded.diagnostics.iter().map(|warning| warning.code).collect::<Vec<_>>();
    let loaded = load_all(&folder.file("a.csv", "id,name\n"));
    assert_eq!((loaded.table.rows(), codes(&loaded)), (0, vec!["no-rows"]));
    let loaded = load_all(&folder.file("b.csv", "id,name\n1\n2\n3,Ada\n"));
    assert_eq!(codes(&loaded), ["many-rejects"]);
}

#[test]
fn a_told_format_overrules_name_and_content() {
    let folder = Folder::new();
    let path = folder.file("list.json", "id,name\n1,Ada\n");
    assert_eq!(load_file(&path, "s", None, "x").unwrap_err().code, "no-rows");
    assert_eq!(load_file(&path, "s", Some(Format::Csv), "x").unwrap().table.rows(), 1);
    let error = load_file(&path, "s", Some(Format::Parquet), "x").unwrap_err();
    assert_eq!(error.code, "damaged-parquet");
}

#[test]
fn a_look_sees_the_same_beginning_that_a_load_does() {
    let folder = Folder::new();
    let line = |n: usize| format!("{n},\"{} & \"\"{n}\"\"\n{}\"\n", "name ".repeat(n % 60), "x".repeat(n % 900));
    let text: String = std::iter::once("id,name\n".to_string()).chain((0..9_000).map(line)).collect();
    assert!(text.len() as u64 > 4 * PEEK_BYTES);
    let object = |n: usize| format!("{{\"id\":{n},\"text\":\"{}\"}}\n", "x".repeat(n % 1_900));
    let objects: String = (0..9_000).map(object).collect();
    let paths = [
        folder.file("a.csv", &text),
        folder.file("a.csv.gz", gzip(text.as_bytes())),
        folder.file("a.ndjson", &objects),
        folder.file("b.json", format!("[{}]", objects.trim().replace("}\n{", "},{"))),
    ];
    for path in paths {
        let preview = peek(&path, None).unwrap_or_else(|error| panic!("{error}"));
        let loaded = load_all(&path);
        assert_eq!((preview.table.rows(), preview.rejects.len()), (PEEK_ROWS, 0), "{path:?}");
        assert_eq!(preview.names, loaded.table.names);
        assert_eq!(preview.read_as, loaded.table.files[0].read_as);
        for column in 0..preview.names.len() {
            for row in 0..PEEK_ROWS {
                assert_eq!(preview.table.cell(row, column), loaded.table.cell(row, column), "{path:?} {row}");
            }
        }
    }
}

#[test]
fn a_look_at_a_small_file_sees_all_of_it() {
    let folder = Folder::new();
    let preview = peek(&folder.file("a.tsv", "id\tname\n1\tAda\n2\n"), None).unwrap();
    assert_eq!((preview.format, preview.read_as.as_str()), (Format::Tsv, "tsv, tab, UTF-8"));
    assert_eq!((preview.table.rows(), preview.rejects.len()), (1, 1));
    let preview = peek(&folder.file("unnamed", "[{\"a\":1}]"), None).unwrap();
    assert_eq!((preview.format, preview.names), (Format::Ndjson, vec!["a".to_string()]));
    assert_eq!(peek(&folder.file("b.csv", ""), None).unwrap_err().code, "empty-file");
    assert_eq!(peek(&folder.0.path().join("gone.csv"), None).unwrap_err().code, "unreadable-file");
    // Packs so well that its beginning unpacks past any bound: it is read on until there is an answer.
    let wide = format!("id,name\n1,{}\n", "x".repeat(40 << 20));
    assert_eq!(peek(&folder.file("c.csv.gz", gzip(wide.as_bytes())), None).unwrap().rejects.len(), 1);
}

#[test]
fn a_header_is_what_a_look_at_the_file_names() {
    let folder = Folder::new();
    use polars::prelude::{Column, NamedFrom, Series};
    let column = |name: &str| Column::from(Series::new(name.into(), ["1", "2"]));
    let bytes = super::parquet::tests::write(vec![
        column("id"),
        column(" name "),
        Column::from(Series::new("n".into(), [1i64, 2])),
    ]);
    let paths = [folder.file("a.parquet", &bytes), folder.file("noname", &bytes), folder.file("a.csv", "id,name,id\n")];
    for path in &paths {
        assert_eq!(header(path, None).unwrap(), peek(path, None).unwrap().names, "{path:?}");
    }
    // The index alone says it, and nothing says it of a file that is none.
    let indexed = |path: &Path| FORMATS[0].indexed(File::open(path).unwrap(), "f");
    assert_eq!(indexed(&paths[0]), Some(["id", "name", "n"].map(String::from).to_vec()));
    assert_eq!(indexed(&paths[2]), None);
    // Damaged pages are no fault of the header, and one to whoever looks at rows.
    let mut damaged = bytes.clone();
    damaged[4..40].fill(0xff);
    let damaged = folder.file("damaged.parquet", &damaged);
    assert_eq!(header(&damaged, None).unwrap().len(), 3);
    assert_eq!(peek(&damaged, None).unwrap_err().code, "damaged-parquet");
    // Cut off behind its index or before it: told as the look at it tells it.
    for cut in [bytes.len() - 1, 3] {
        let path = folder.file(&format!("cut{cut}.parquet"), &bytes[..cut]);
        assert_eq!(header(&path, None).unwrap_err(), peek(&path, None).unwrap_err());
    }
    assert_eq!(header(&folder.0.path().join("gone.parquet"), None).unwrap_err().code, "unreadable-file");
}

#[test]
fn a_workbook_is_recognized_under_any_name() {
    let folder = Folder::new();
    let bytes = include_bytes!("../../tests/data/ingest/people.xlsx");
    for name in ["people.xlsx", "people.csv", "people"] {
        let preview = peek(&folder.file(name, bytes), None).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((preview.format, preview.table.rows()), (Format::Xlsx, 3), "{name}");
    }
}

#[test]
fn every_format_has_one_reader_and_endings_of_its_own() {
    for format in Format::ALL {
        assert_eq!(FORMATS.iter().filter(|reader| reader.format() == format).count(), 1, "{}", format.name());
    }
    let mut endings: Vec<_> = FORMATS.iter().flat_map(|reader| reader.extensions()).collect();
    let all = endings.len();
    endings.sort();
    endings.dedup();
    assert_eq!(endings.len(), all);
}
