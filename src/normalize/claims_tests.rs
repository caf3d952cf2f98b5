//! Assembly of claims on five invented people: Dana Whitfield, John Okafor, Mary Lindqvist, Tom Okafor and Ana Ruiz.

use super::*;
use crate::config::{Bounds, Settings, Source, Thresholds, Weights};
use crate::model::claim::Cells;
use crate::model::field::Field;
use crate::model::record::RecordKind;
use crate::model::table::{InputFile, RowOrigin, TextColumn};

/// A table with one file from rows of cells.
fn table(header: &[&str], rows: &[&[&str]]) -> Table {
    let mut columns = vec![TextColumn::default(); header.len()];
    for row in rows {
        assert_eq!(row.len(), header.len(), "{row:?}");
        columns.iter_mut().zip(*row).for_each(|(column, cell)| column.push(cell));
    }
    let file = InputFile {
        shown: String::from("people.csv"),
        path: "people.csv".into(),
        sha256: String::new(),
        bytes: 0,
        rows: rows.len() as u64,
        rejected: 0,
        read_as: String::from("csv"),
    };
    Table {
        names: header.iter().map(|name| (*name).to_owned()).collect(),
        columns,
        origins: (1..=rows.len() as u64).map(|row| RowOrigin { file: 0, row }).collect(),
        files: vec![file],
    }
}

fn source(name: &str, kind: RecordKind, key: &[&str], columns: &[(Field, &[&str])]) -> Source {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    Source {
        name: name.to_owned(),
        kind,
        files: Vec::new(),
        format: None,
        key: owned(key),
        columns: columns.iter().map(|(field, names)| (*field, owned(names))).collect(),
        compared: Vec::new(),
        distinct: false,
        references: Vec::new(),
        refused: Vec::new(),
        unmapped: Vec::new(),
        line: 1,
    }
}

fn referring(mut source: Source, kind: RecordKind, columns: &[&str]) -> Source {
    source.references.push((kind, columns.iter().map(|name| (*name).to_owned()).collect()));
    source
}

fn config(sources: Vec<Source>) -> Config {
    Config {
        path: "samehand.toml".into(),
        digest: String::new(),
        sources,
        hubs: Vec::new(),
        comparisons: Vec::new(),
        model: None,
        known: Default::default(),
        memory_limit: None,
        spill_folder: None,
        settings: Settings {
            default_region: String::from("US"),
            thresholds: Thresholds {
                persona_probability: 0.9,
                operator_bits: 4.0,
                ring_bits: 3.0,
                review_families: 2,
                priority_families: 3,
                strong_bits: 8.0,
                site_share: 0.5,
            },
            bounds: Bounds {
                candidate_pairs_millions: 1.0,
                value_holders: 300,
                diagram_vertices: 80,
                persona_records: 100,
                pairs_per_link: 0,
            },
            weights: Weights { partners: 0.05, pseudo_count: 0.5, within_family: 0.2, kinds: Default::default() },
            relations: Default::default(),
            indicators: Default::default(),
        },
    }
}

fn run(sources: Vec<Source>, tables: &[Table]) -> Normalization {
    normalize(&config(sources), tables)
}

/// The keys of all records.
fn keys(out: &Normalization) -> Vec<String> {
    (0..out.claims.keys.len() as u32).map(|at| out.claims.keys.get(at).to_string()).collect()
}

/// The claims of a record as `role kind text`, sorted.
fn claims_of(out: &Normalization, key: &str) -> Vec<String> {
    let at = keys(out).iter().position(|own| own == key).expect("the key is in the test's table");
    let mut claims: Vec<String> = out
        .claims
        .of(RecordId::from(at))
        .iter()
        .map(|claim| {
            let dictionary = &out.claims.dictionary;
            format!("{} {} {}", claim.role().name(), dictionary.kind(claim.value).name(), dictionary.text(claim.value))
        })
        .collect();
    claims.sort();
    claims
}

fn has(out: &Normalization, key: &str, claim: &str) -> bool {
    claims_of(out, key).iter().any(|found| found == claim)
}

fn codes(out: &Normalization) -> Vec<&'static str> {
    out.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

const EMPLOYEE_HEADER: &[&str] =
    &["id", "first", "last", "born", "mail", "mobile", "home", "street", "street2", "city", "state", "zip", "site"];

fn employees() -> Source {
    source(
        "hr",
        RecordKind::Employee,
        &["id"],
        &[
            (Field::GivenName, &["first"]),
            (Field::FamilyName, &["last"]),
            (Field::BirthDate, &["born"]),
            (Field::Email, &["mail"]),
            (Field::Phone, &["mobile", "home"]),
            (Field::Street, &["street", "street2"]),
            (Field::City, &["city"]),
            (Field::Region, &["state"]),
            (Field::PostalCode, &["zip"]),
            (Field::ProfileUrl, &["site"]),
        ],
    )
}

#[rustfmt::skip]
const PEOPLE: &[&[&str]] = &[
    &["e5", "Dana", "Whitfield", "04/25/1990", "dana@example.com; dw@example.org", "202-555-0100", "202-555-0101", "12 N Main St", "Apt 4B", "Springfield", "IL", "62704", "https://www.linkedin.com/in/dana-whitfield/"],
    &["e4", "John", "Okafor", "03/04/1985", "john@example.com", "202-555-0102", "", "9 Elm Street", "", "Boston", "MA", "2134", ""],
    &["e3", "Mary", "Lindqvist", "12/13/1979", "not an address", "202-555-0103", "202-555-0103", "PO Box 7", "", "Springfield", "IL", "62704", ""],
    &["e2", "Tom", "Okafor", "", "tom@example.net", "", "", "9 Elm St", "", "Boston", "MA", "02134", ""],
    &["e1", "Ana", "Ruiz", "01/30/1993", "ana@example.com", "n/a", "", "", "", "", "", "", ""],
];

#[test]
fn rows_become_claims_in_their_roles() {
    let out = run(vec![employees()], &[table(EMPLOYEE_HEADER, PEOPLE)]);
    assert_eq!(keys(&out), ["e1", "e2", "e3", "e4", "e5"]);
    assert_eq!(out.claims.records[4].row, 1);
    for claim in [
        "own email dana@example.com",
        "own email dw@example.org",
        "own phone +12025550100",
        "own phone +12025550101",
        "own birth_date 1990-04-25",
        "home address 12|n main st|4b|springfield|il|62704|us",
        "home city springfield",
        "home region il",
        "home postal_code 62704",
        "own handle dana-whitfield",
    ] {
        assert!(has(&out, "e5", claim), "{claim} in {:#?}", claims_of(&out, "e5"));
    }
    // Nobody stated a country.
    assert!(!claims_of(&out, "e5").iter().any(|claim| claim.contains(" country ")));
    // One home, in two spellings, is one value; the eaten zero is told once.
    let boston = "home address 9|elm st||boston|ma|02134|us";
    assert!(has(&out, "e4", boston) && has(&out, "e2", boston));
    assert!(out.diagnostics.iter().any(|d| d.code == "restored-zeros" && d.message.contains("\"zip\": 1 ")));
    // The same number in two columns is one claim.
    assert_eq!(claims_of(&out, "e3").iter().filter(|claim| claim.contains(" phone ")).count(), 1);
    // The bad cell is told, the rest of the row stays.
    assert_eq!(out.rejects.len(), 1, "{:#?}", out.rejects);
    let reject = &out.rejects[0];
    assert_eq!((reject.place.source.as_str(), reject.place.file.as_str(), reject.row), ("hr", "people.csv", 3));
    assert_eq!(
        (reject.place.column.as_str(), &*reject.value, reject.place.whole_row),
        ("mail", "not an address", false)
    );
    assert!(has(&out, "e3", "home address 7|po box||springfield|il|62704|us"));
}

#[test]
fn more_columns_than_claims_can_point_to_are_an_error() {
    let names: Vec<String> = (0..256).map(|column| format!("phone {column}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let run = |sources: usize| {
        let wide = source("hr", RecordKind::Person, &[], &[(Field::Phone, &names)]);
        normalize(&config(vec![wide; sources]), &vec![table(&names, &[]); sources])
    };
    let sources = Claim::CELLS_MAX / names.len();
    assert!(codes(&run(sources)).iter().all(|&code| code != "too-many-mapped-columns"));
    assert!(codes(&run(sources + 1)).contains(&"too-many-mapped-columns"));
}

#[test]
fn claims_are_sorted_and_point_to_their_cells() {
    let out = run(vec![employees()], &[table(EMPLOYEE_HEADER, PEOPLE)]);
    let claims = &out.claims;
    assert_eq!(claims.starts.len(), claims.records.len() + 1);
    assert_eq!(*claims.starts.last().unwrap() as usize, claims.claims.len());
    let order = |claim: &Claim| (claim.record, claims.dictionary.kind(claim.value), claim.value, claim.role());
    assert!(claims.claims.is_sorted_by(|a, b| order(a) < order(b)));
    for claim in &claims.claims {
        let Cells { source, columns } = &claims.cells[claim.cells() as usize];
        assert_eq!(*source, claims.record(claim.record).source);
        assert!(!columns.is_empty() && columns.iter().all(|&column| usize::from(column) < EMPLOYEE_HEADER.len()));
    }
    let address = claims.claims.iter().find(|c| claims.dictionary.kind(c.value) == IdentifierKind::Address).unwrap();
    assert_eq!(claims.cells[address.cells() as usize].columns, [7, 8, 9, 10, 11]);
}

fn texts(out: &Normalization) -> Vec<(IdentifierKind, String, u16)> {
    let dictionary = &out.claims.dictionary;
    dictionary
        .values()
        .map(|id| (dictionary.kind(id), dictionary.text(id).to_owned(), dictionary.marks(id).0))
        .collect()
}

#[test]
fn the_order_of_rows_and_threads_changes_nothing() {
    // Enough rows for several batches and rounds of one thread pool or another.
    let many: Vec<Vec<String>> = (0..70_000)
        .map(|at| {
            let person = PEOPLE[at % PEOPLE.len()];
            person
                .iter()
                .enumerate()
                .map(|(c, cell)| if c == 0 { format!("k{at}") } else { (*cell).to_owned() })
                .collect()
        })
        .collect();
    let rows = |order: &dyn Fn(usize) -> usize| -> Table {
        let cells: Vec<Vec<&str>> =
            (0..many.len()).map(|at| many[order(at)].iter().map(String::as_str).collect()).collect();
        table(EMPLOYEE_HEADER, &cells.iter().map(Vec::as_slice).collect::<Vec<_>>())
    };
    let straight = run(vec![employees()], &[rows(&|at| at)]);
    // 33,331 and the number of rows have no common factor, so each row comes once.
    let shuffled = run(vec![employees()], &[rows(&|at| at * 33_331 % many.len())]);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let serial = pool.install(|| run(vec![employees()], &[rows(&|at| at)]));
    for other in [&shuffled, &serial] {
        assert!(straight.claims.claims == other.claims.claims);
        assert!(straight.claims.starts == other.claims.starts);
        assert!(texts(&straight) == texts(other));
        assert!(keys(&straight) == keys(other));
        assert_eq!(straight.diagnostics, other.diagnostics);
        assert_eq!(straight.rejects.len(), other.rejects.len());
    }
    assert!(straight.rejects == serial.rejects);
}

#[test]
fn keys_empty_doubled_composite_and_absent() {
    let columns: &[(Field, &[&str])] = &[(Field::Email, &["mail"])];
    let rows: &[&[&str]] = &[
        &["1", "a", "ana@example.com"],
        &["1", "b", "dana@example.com"],
        &["", "", "john@example.com"],
        &["1", "b", "mary@example.com"],
    ];
    let header: &[&str] = &["id", "part", "mail"];

    let single = run(vec![source("hr", RecordKind::Employee, &["id"], columns)], &[table(header, rows)]);
    assert_eq!(keys(&single), ["1"]);
    assert!(has(&single, "1", "own email ana@example.com"));
    assert_eq!(single.rejects.iter().filter(|r| r.place.whole_row).count(), 3);
    assert!(single.rejects.iter().any(|r| r.row == 4 && r.reason.contains("people.csv row 1")));
    assert!(single.rejects.iter().any(|r| r.row == 3 && r.reason.starts_with("no key")));
    let warning = single.diagnostics.iter().find(|d| d.code == "duplicate-key").unwrap();
    assert!(warning.message.starts_with("2 rows") && warning.hint.is_some());

    let composite = run(vec![source("hr", RecordKind::Employee, &["id", "part"], columns)], &[table(header, rows)]);
    assert_eq!(keys(&composite), ["1|a", "1|b"]);

    let none = run(vec![source("hr", RecordKind::Employee, &[], columns)], &[table(header, rows)]);
    assert_eq!(keys(&none), ["1", "2", "3", "4"]);
    assert_eq!(codes(&none), ["no-key"]);

    // Row numbers of two files of one source do not collide.
    let mut two_files = table(header, rows);
    two_files.files.push(InputFile { shown: String::from("more.csv"), ..two_files.files[0].clone() });
    two_files.origins[3] = RowOrigin { file: 1, row: 1 };
    let none = run(vec![source("hr", RecordKind::Employee, &[], columns)], &[two_files]);
    assert_eq!(keys(&none), ["more.csv:1", "people.csv:1", "people.csv:2", "people.csv:3"]);
}

#[test]
fn accounts_are_put_together_from_their_columns() {
    let header: &[&str] = &["id", "aba", "account", "last4", "iban", "payee"];
    let pay = source(
        "pay",
        RecordKind::PaymentAccount,
        &["id"],
        &[
            (Field::RoutingNumber, &["aba"]),
            (Field::AccountNumber, &["account"]),
            (Field::AccountLast4, &["last4"]),
            (Field::Iban, &["iban"]),
            (Field::PayeeName, &["payee"]),
        ],
    );
    let rows: &[&[&str]] = &[
        &["p1", "21000021", "0009871207", "1207", "", "Dana Whitfield"],
        &["p2", "021000021", "XXXX1207", "", "", ""],
        &["p3", "021000022", "9871207", "", "", ""],
        &["p4", "021000021", "12;345678", "1207", "", ""],
        &["p5", "", "", "", "DE89 3704 0044 0532 0130 00", ""],
        &["p6", "021000021", "123456789", "", "", ""],
        &["p7", "", "DE89370400440532013000", "", "", ""],
    ];
    let out = run(vec![pay], &[table(header, rows)]);
    assert!(has(&out, "p1", "own account 021000021:9871207"), "{:#?}", claims_of(&out, "p1"));
    assert!(has(&out, "p1", "own routing_number 021000021"));
    assert!(claims_of(&out, "p1").iter().any(|claim| claim.starts_with("payee payee_name ")));
    assert!(has(&out, "p2", "own account 021000021:*1207"));
    assert!(has(&out, "p3", "own account :9871207"));
    assert!(has(&out, "p4", "own account 021000021:*1207"));
    assert!(has(&out, "p5", "own account iban:DE89370400440532013000"));
    assert!(has(&out, "p7", "own account iban:DE89370400440532013000"));
    // A rejected account number shows its last four only, the routing number itself.
    let shown: Vec<(&str, &str)> = out.rejects.iter().map(|r| (r.place.column.as_str(), &*r.value)).collect();
    assert_eq!(shown, [("aba", "021000022"), ("account", "****5678")]);
    assert!(out.diagnostics.iter().any(|d| d.code == "generic-values" && d.message.contains("1 values")));
}

#[test]
fn delivery_devices_and_referees_have_their_roles() {
    let ship = source(
        "ups",
        RecordKind::Shipment,
        &["tracking"],
        &[
            (Field::TrackingNumber, &["tracking"]),
            (Field::FullName, &["to"]),
            (Field::Address, &["address"]),
            (Field::Phone, &["phone"]),
            (Field::RefereeEmail, &["referee"]),
        ],
    );
    let out = run(
        vec![ship],
        &[table(
            &["tracking", "to", "address", "phone", "referee"],
            &[&[
                "1Z999AA10123456784",
                "Dana Whitfield",
                "12 N Main St, Springfield IL 62704",
                "202-555-0100",
                "ref@example.org",
            ]],
        )],
    );
    let key = "1Z999AA10123456784";
    for claim in [
        "delivery address 12|n main st||springfield|il|62704|us",
        "delivery phone +12025550100",
        "delivery city springfield",
        "own tracking_number 1Z999AA10123456784",
        "referee referee_email ref@example.org",
    ] {
        assert!(has(&out, key, claim), "{claim} in {:#?}", claims_of(&out, key));
    }
    assert!(claims_of(&out, key).iter().any(|claim| claim.starts_with("delivery name ") && claim.contains('/')));
}

#[test]
fn whole_names_are_split_where_the_column_holds_people() {
    let names = |values: &[&str]| {
        let rows: Vec<Vec<String>> =
            values.iter().enumerate().map(|(at, v)| vec![format!("r{at}"), (*v).to_owned()]).collect();
        let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
        let list = source("list", RecordKind::Person, &["id"], &[(Field::FullName, &["name"])]);
        run(vec![list], &[table(&["id", "name"], &rows.iter().map(Vec::as_slice).collect::<Vec<_>>())])
    };
    let split = |out: &Normalization| claims_of(out, "r0").iter().any(|claim| claim.contains('/'));
    assert!(split(&names(&["Whitfield, Dana", "Okafor, John", "Ruiz, Ana"])));
    assert!(!split(&names(&["Example Staffing, Inc.", "Example Bakery", "Night, The"])));
    assert!(!split(&names(&["Dana Whitfield", "The Example Bakery"])));
}

#[test]
fn references_by_key_serial_and_tracking() {
    let hr = source("hr", RecordKind::Employee, &["id"], &[(Field::Email, &["mail"])]);
    let mdm = source("mdm", RecordKind::Device, &["asset"], &[(Field::SerialNumber, &["serial"])]);
    let mdm = referring(mdm, RecordKind::Employee, &["user"]);
    let ups = source("ups", RecordKind::Shipment, &["id"], &[(Field::TrackingNumber, &["tracking"])]);
    let ups = referring(referring(ups, RecordKind::Device, &["device"]), RecordKind::Employee, &["for"]);
    let tables = [
        table(&["id", "mail"], &[&["e1", "ana@example.com"], &["e2", "dana@example.com"]]),
        table(
            &["asset", "serial", "user"],
            &[&["a1", "pf-0abc12", "e1"], &["a2", "N/A", "e9"], &["a3", "PF0SAME1", ""], &["a4", "PF0SAME1", "E1"]],
        ),
        table(
            &["id", "tracking", "device", "for"],
            &[
                &["s1", "940010000001", "PF0ABC12", "e2"],
                &["s2", "940010000002", "a3", ""],
                &["s3", "940010000003", "PF0SAME1", ""],
                &["s4", "940010000004", "N/A", "e1"],
            ],
        ),
    ];
    let out = run(vec![hr, mdm, ups], &tables);
    let key = |id: RecordId| out.claims.key(id);
    let found: Vec<(&str, &str)> = out.claims.references.iter().map(|r| (key(r.from), key(r.to))).collect();
    assert_eq!(found, [("a1", "e1"), ("s1", "e2"), ("s1", "a1"), ("s2", "a3"), ("s4", "e1")]);
    let reasons: Vec<(&str, &str)> = out.rejects.iter().map(|r| (r.place.column.as_str(), &*r.reason)).collect();
    // Keys are exact, a placeholder names no device, and two devices with one serial name neither.
    assert_eq!(
        reasons,
        [
            ("user", "no employee has the key \"e9\""),
            ("user", "no employee has the key \"E1\""),
            ("device", "two devices have the serial number \"PF0SAME1\""),
            ("device", "no device has the key \"N/A\""),
        ]
    );
    assert!(out.rejects.iter().all(|reject| !reject.place.whole_row));
    let warnings: Vec<&str> =
        out.diagnostics.iter().filter(|d| d.code == "dangling-reference").map(|d| d.message.as_str()).collect();
    assert_eq!(warnings.len(), 2);
    assert!(warnings[0].contains("\"user\": 2 rows") && warnings[0].contains("\"e9\", \"E1\""), "{}", warnings[0]);
}

#[test]
fn periods_and_the_order_of_dates() {
    let device = |from: &str, to: &str| {
        let mdm = source(
            "mdm",
            RecordKind::Device,
            &["id"],
            &[(Field::SerialNumber, &["serial"]), (Field::ValidFrom, &["from"]), (Field::ValidTo, &["to"])],
        );
        run(vec![mdm], &[table(&["id", "serial", "from", "to"], &[&["d1", "PF0ABC12", from, to]])])
    };
    let valid = |out: &Normalization| out.claims.claims[0].valid();
    assert_eq!(valid(&device("1970-01-02", "1970-01-11")), Period { from: 1, to: 10 });
    assert_eq!(valid(&device("1970-01-02", "")), Period { from: 1, to: i32::MAX });
    assert!(valid(&device("", "")).is_always());
    let backwards = device("2024-05-01", "2024-04-01");
    assert!(valid(&backwards).is_always());
    assert_eq!((backwards.rejects.len(), backwards.rejects[0].place.column.as_str()), (1, "to"));
    let bad = device("someday", "1970-01-11");
    assert_eq!(valid(&bad), Period { from: i32::MIN, to: 10 });
    assert_eq!(bad.rejects[0].place.column, "from");
    assert!(codes(&device("03/04/2024", "")).contains(&"ambiguous-dates"));
    assert!(!codes(&device("03/14/2024", "")).contains(&"ambiguous-dates"));
    assert!(!codes(&device("2024-03-04", "")).contains(&"ambiguous-dates"));
}

#[test]
fn resume_lines_and_sensitive_numbers() {
    let ats = source(
        "ats",
        RecordKind::Applicant,
        &["id"],
        &[(Field::ResumeText, &["resume"]), (Field::GovernmentId, &["ssn"])],
    );
    let long: String = (0..205).map(|at| format!("Shipped the release number {at} on time\n")).collect();
    let out = run(vec![ats], &[table(&["id", "resume", "ssn"], &[&["a1", &long, "XXX-XX-4321"]])]);
    assert_eq!(claims_of(&out, "a1").len(), 200);
    assert!(codes(&out).contains(&"resume-lines-dropped"));
    assert_eq!(&*out.rejects[0].value, "****4321");
}

#[test]
fn faults_of_the_config_are_told_and_survived() {
    let hr = source("hr", RecordKind::Employee, &["id"], &[(Field::Email, &["mail"]), (Field::Phone, &["missing"])]);
    let hr = referring(hr, RecordKind::Applicant, &["applicant"]);
    let out = run(vec![hr], &[table(&["id", "mail"], &[&["e1", "ana@example.com"]])]);
    assert_eq!(claims_of(&out, "e1"), ["own email ana@example.com"]);
    assert_eq!(codes(&out), ["missing-column", "missing-column"]);
    let empty = run(vec![employees()], &[]);
    assert!(empty.claims.records.is_empty() && empty.claims.starts == [0]);
}

fn comparing(mut source: Source, comparison: usize, columns: &[&str]) -> Source {
    source.compared.push((comparison, columns.iter().map(|name| (*name).to_owned()).collect()));
    source
}

#[test]
fn compared_columns_are_claims_with_their_cells() {
    use crate::config::AddedComparison;
    use crate::model::value::AttributeType;
    let table = table(
        &["id", "name", "Type", "Sub-Type", "Price", "Old Price", "Opened"],
        &[
            &["1", "Example Diner", "Fast-Food", "N/A", "$1,200.00", "1100", "25/04/1990"],
            &["2", "Example Grill", "", "Steak", "cheap", "", "04/05/1991"],
        ],
    );
    let plain = source("p", RecordKind::Person, &["id"], &[(Field::FullName, &["name"])]);
    let source = comparing(plain.clone(), 0, &["Type", "Sub-Type"]);
    let source = comparing(comparing(source, 1, &["Price", "Old Price"]), 2, &["Opened"]);
    let mut config = config(vec![source]);
    let of = |name: &str, compared_as| AddedComparison { name: name.to_owned(), compared_as };
    config.comparisons = vec![
        of("type", AttributeType::Category),
        of("price", AttributeType::Number),
        of("opened", AttributeType::Date),
    ];
    let out = normalize(&config, std::slice::from_ref(&table));
    let attributes = |record: usize| -> Vec<(&str, Role, &[u16])> {
        let claims = out.claims.of_kind(RecordId::from(record), IdentifierKind::Attribute);
        claims
            .map(|claim| {
                let cells = &out.claims.cells[claim.cells() as usize];
                (out.claims.dictionary.text(claim.value), claim.role(), cells.columns.as_slice())
            })
            .collect()
    };
    assert_eq!(
        attributes(0),
        [
            ("type=fast food", Role::Own, &[2, 3][..]),
            ("price=1200", Role::Own, &[4]),
            ("price=1100", Role::Own, &[5]),
            ("opened=1990-04-25", Role::Own, &[6]),
        ],
        "texts together, other values each by itself"
    );
    assert_eq!(
        attributes(1),
        [("type=steak", Role::Own, &[2, 3][..]), ("opened=1991-05-04", Role::Own, &[6])],
        "the column's order of day and month holds for every row"
    );
    let rejects: Vec<_> = out.rejects.iter().map(|r| (r.row, r.place.column.as_str(), &*r.value)).collect();
    assert_eq!(rejects, [(2, "Price", "cheap")]);
    // The same columns without a comparison claim nothing.
    let mut without = config.clone();
    without.sources = vec![plain];
    let out = normalize(&without, &[table]);
    assert_eq!(out.claims.of_kind(RecordId::from(0usize), IdentifierKind::Attribute).count(), 0);
}

#[test]
fn a_birth_date_in_three_columns() {
    let births = |rows: &[&[&str]], columns: &[&str]| {
        let table = table(&["id", "by", "bm", "bd", "dob"], rows);
        let source = source("p", RecordKind::Person, &["id"], &[(Field::BirthDate, columns)]);
        let out = normalize(&config(vec![source]), &[table]);
        let found: Vec<String> = (0..out.claims.records.len())
            .flat_map(|at| out.claims.of_kind(RecordId::from(at), IdentifierKind::BirthDate))
            .map(|claim| {
                let columns = &out.claims.cells[claim.cells() as usize].columns;
                format!("{} {columns:?}", out.claims.dictionary.text(claim.value))
            })
            .collect();
        (found, out.rejects.len())
    };
    let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    // The thirteenth month is told, and kept to be compared digit by digit.
    let parts: &[&[&str]] = &[&["1", "1956", "4", "9", ""], &["2", "1956", "", "9", ""], &["3", "1956", "13", "9", ""]];
    assert_eq!(births(parts, &["by", "bm", "bd"]), (texts(&["1956-04-09 [1, 2, 3]", "1956-13-09 [1, 2, 3]"]), 1));
    let whole: &[&[&str]] = &[&["1", "1956-04-09", "1956-04-09", "1957-04-09", ""]];
    let (found, rejects) = births(whole, &["by", "bm", "bd"]);
    assert_eq!((found.len(), rejects), (2, 0), "three columns of whole dates are three dates: {found:?}");
    assert_eq!(births(parts, &["by", "bm"]), (vec![], 5), "two columns are no date");
}

#[test]
fn a_damaged_email_or_birth_date_is_told_and_still_compared_but_identifies_nobody() {
    let table = table(
        &["id", "mail", "dob"],
        &[
            &["1", "ki@te@example.com", "1971-06-64"],
            &["2", "kite@example.com", "1971-06-04"],
            &["3", "call me", "soon"],
        ],
    );
    let source = source("p", RecordKind::Person, &["id"], &[(Field::Email, &["mail"]), (Field::BirthDate, &["dob"])]);
    let out = normalize(&config(vec![source]), &[table]);
    assert_eq!(out.rejects.len(), 4, "two cells of record 1 and two of record 3");
    let dictionary = &out.claims.dictionary;
    for (kind, text, damaged) in [
        (IdentifierKind::Email, "ki@te@example.com", true),
        (IdentifierKind::BirthDate, "1971-06-64", true),
        (IdentifierKind::Email, "kite@example.com", false),
        (IdentifierKind::BirthDate, "1971-06-04", false),
    ] {
        let value = dictionary.get(kind, text).unwrap_or_else(|| panic!("{text} is kept"));
        assert_eq!(dictionary.marks(value).has(Marks::DAMAGED), damaged, "{text}");
        assert_eq!(dictionary.marks(value).can_link(), !damaged, "{text}");
    }
    assert_eq!(out.claims.of(RecordId::from(2usize)).len(), 0, "words are neither");
}
