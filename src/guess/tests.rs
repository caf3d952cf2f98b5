//! Whole guesses: headers with and without rows, of several files together, and that what is written loads.

use super::*;
use crate::config;
use crate::model::diagnostic::Severity;
use crate::model::table::RowOrigin;
use std::path::Path;

/// A table from header and rows.
pub(super) fn table(header: &[&str], rows: &[&[&str]]) -> Table {
    let mut table = Table { names: header.iter().map(|&name| name.to_owned()).collect(), ..Table::default() };
    for i in 0..header.len() {
        let mut column = TextColumn::default();
        rows.iter().for_each(|row| column.push(row[i]));
        table.columns.push(column);
    }
    table.origins = (0..rows.len()).map(|row| RowOrigin { file: 0, row: row as u64 + 1 }).collect();
    table
}

fn preview(name: &str, header: &[&str], rows: &[&[&str]]) -> Preview {
    Preview { path: format!("{name}.csv"), name: name.to_owned(), table: table(header, rows) }
}

/// A preview from CSV text without quotes.
fn csv(name: &str, text: &str) -> Preview {
    let mut lines = text.lines().map(|line| line.trim().split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap_or_default();
    let rows: Vec<Vec<&str>> = lines.collect();
    preview(name, &header, &rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// Guesses, and proves that the text loads without a word of complaint and says the same as the guess.
fn check(files: &[Preview]) -> Guess {
    let guess = guess(files);
    assert_eq!(guess, super::guess(files), "the same files give the same guess");
    let peek = |path: &Path, _: Option<config::Format>| match files.iter().find(|file| Path::new(&file.path) == path) {
        Some(file) => Ok(file.table.names.clone()),
        None => panic!("{} is no preview", path.display()),
    };
    let (loaded, told) = config::parse(&guess.toml, Path::new("samehand.toml"), &peek)
        .unwrap_or_else(|faults| panic!("{faults:?}\n{}", guess.toml));
    let complaints: Vec<_> = told.iter().filter(|told| told.severity != Severity::Note).collect();
    assert!(complaints.is_empty(), "{complaints:?}\n{}", guess.toml);
    assert_eq!(loaded.sources.len(), guess.sources.len());
    let compared: Vec<_> = loaded.comparisons.iter().map(|c| (&c.name, c.compared_as)).collect();
    assert_eq!(compared, guess.comparisons.iter().map(|c| (&c.name, c.compared_as)).collect::<Vec<_>>());
    for (loaded, guessed) in loaded.sources.iter().zip(&guess.sources) {
        assert_eq!(loaded.name, guessed.name);
        assert_eq!(loaded.kind, guessed.kind);
        assert_eq!(loaded.key, guessed.key);
        assert_eq!(loaded.columns, guessed.columns);
        assert_eq!(loaded.references, guessed.references);
        assert_eq!(loaded.refused, guessed.refused);
        assert_eq!(loaded.unmapped, guessed.unmapped);
    }
    assert_eq!(
        loaded.hubs.iter().map(|hub| hub.list).collect::<Vec<_>>(),
        guess.hubs.iter().map(|(list, _)| *list).collect::<Vec<_>>()
    );
    guess
}

/// A source as one line: `kind key | field=column … | kind=column …`.
fn line(source: &GuessedSource) -> String {
    let columns: Vec<String> = source.columns.iter().map(|(f, c)| format!("{}={}", f.name(), c.join("+"))).collect();
    let references: Vec<String> =
        source.references.iter().map(|(k, c)| format!("{}={}", k.name(), c.join("+"))).collect();
    format!("{} [{}] | {} | {}", source.kind.name(), source.key.join("+"), columns.join(" "), references.join(" "))
}

#[test]
fn plain_tables_by_header_alone() {
    let check_header = |header: &[&str], expected: &str| {
        let guess = check(&[preview("table", header, &[])]);
        assert_eq!(line(&guess.sources[0]), expected);
    };
    check_header(
        &["record_id", "first_name", "surname", "dob", "city", "email"],
        "person [record_id] | given_name=first_name family_name=surname birth_date=dob email=email city=city | ",
    );
    check_header(
        &[
            "rec_id",
            "given_name",
            "surname",
            "street_number",
            "address_1",
            "address_2",
            "suburb",
            "postcode",
            "state",
            "date_of_birth",
            "soc_sec_id",
            "source",
        ],
        "person [rec_id] | given_name=given_name family_name=surname birth_date=date_of_birth street_number=street_number street=address_1 \
         unit=address_2 city=suburb region=state postal_code=postcode government_id=soc_sec_id | ",
    );
    check_header(
        &["id", "source", "name", "addr", "city", "phone", "type"],
        "person [id] | full_name=name phone=phone street=addr city=city | ",
    );
    check_header(
        &["ID", "Site Name", "Address", "Zip", "Phone", "Email"],
        "person [ID] | full_name=Site Name email=Email phone=Phone address=Address postal_code=Zip | ",
    );
    check_header(
        &["Forename", "Last Name", "Tel"],
        "person [] | given_name=Forename family_name=Last Name phone=Tel | ",
    );
}

#[test]
fn what_is_not_understood_is_named() {
    let rows: &[&[&str]] =
        &[&["1", "Ana Costa", "a", "blue"], &["2", "Ben Okoro", "b", "red"], &["2", "Cleo Park", "a", "red"]];
    let guess = check(&[preview("people", &["record_id", "name", "source", "color"], rows)]);
    assert_eq!(line(&guess.sources[0]), "person [] | full_name=name | ");
    assert_eq!(guess.sources[0].unmapped, ["record_id", "source"]);
    assert_eq!(compared(&guess), ["color text color"]);
    assert!(
        guess.unsure.iter().any(|s| s == "people.csv: mapped to nothing: `record_id`, `source`"),
        "{:?}",
        guess.unsure
    );
    assert!(guess.unsure.iter().any(|s| s.contains("the row number serves")), "{:?}", guess.unsure);
    assert!(guess.unsure.iter().all(|sentence| guess.toml.contains(sentence.as_str())));
}

fn company() -> Vec<Preview> {
    vec![
        csv(
            "applicants",
            "Application ID,Candidate ID,First Name,Last Name,Email,Phone,Street Address,City,State,Zip,Applied At,Source,Resume Text,LinkedIn,Reference Name,Reference Email,Gender,University
             A-1001,C-1,Ana,Costa,ana@example.com,(202) 555-0100,1 Main St,Boston,MA,02139,2026-01-02,board,,https://example.com/in/ana,Zoe Hart,zoe@example.org,f,x
             A-1002,C-2,Ben,Okoro,ben@example.com,202-555-0101,2 Main St,Boston,MA,02139,2026-01-03,board,,https://example.com/in/ben,Zoe Hart,zoe@example.org,m,y
             A-1003,C-2,Ben,Okoro,ben@example.com,202-555-0101,2 Main St,Boston,MA,02139,2026-01-04,agency,,,Max Roy,max@example.org,m,y",
        ),
        csv(
            "employees",
            "Worker ID,Worker,Application ID,Hire Date,Termination Date,Home Address - Line 1,Home Address - City,Email - Home,Manager ID,Supplier
             1,Ana Costa,A-1001,2026-02-01,,1 Main St,Boston,ana@example.com,3,
             2,Ben Okoro,A-1003,2026-02-02,2026-03-01,2 Main St,Boston,ben@example.com,3,Acme Staffing
             3,Cleo Park,,2020-01-01,,3 Main St,Boston,cleo@example.com,,",
        ),
        csv(
            "payment_accounts",
            "Account Nickname,Worker,Employee No,Bank Name,Routing Transit Number,Account Number,Account Holder,From,Until,Pay Cycle
             checking,Ana Costa,1,First Bank,021000021,00012345,Ana Costa,2026-02-01,2026-03-01,1
             savings,Ana Costa,1,Next Bank,011401533,XXXX9876,Ana Costa,2026-03-02,,2
             checking,Ben Okoro,2,First Bank,021000021,00054321,Ben Okoro,2026-02-02,,1",
        ),
        csv(
            "devices",
            "Asset Tag,Serial Number,Computer Name,Assigned To,Email Address,MAC Address,Last Reported IP Address,Issued,Returned
             LT-1,C02AAA111,ana-mac,1,ana@example.com,00:11:22:aa:bb:01,192.0.2.1,2026-02-01,
             LT-2,C02AAA222,ben-mac,2,ben@example.com,00:11:22:aa:bb:02,192.0.2.1,2026-02-02,2026-03-01
             LT-3,C02AAA333,spare,,,00:11:22:aa:bb:03,192.0.2.9,,",
        ),
        csv(
            "shipments",
            "Tracking Number,Carrier,Ship Date,Recipient Contact Name,Recipient Address Line 1,Recipient City,Recipient State,Recipient Zip,Recipient Phone,Sender City,Reference/PO,Item Serial
             794600000001,FX,2026-01-30,Ana Costa,9 Oak Ave,Troy,NY,12180,202-555-0100,Boston,1,C02AAA111
             794600000002,FX,2026-01-31,Ben Okoro,9 Oak Ave,Troy,NY,12180,202-555-0101,Boston,2,C02AAA222",
        ),
        csv("own_offices", "street,unit,city,region,postal_code\n100 Harbor St,,Boston,MA,02110"),
        csv("vpn_ranges", "cidr\n198.51.100.0/24"),
    ]
}

#[test]
fn a_company_with_vendor_headers() {
    let guess = check(&company());
    let lines: Vec<String> = guess.sources.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "applicant [Application ID] | given_name=First Name family_name=Last Name email=Email phone=Phone street=Street Address \
             city=City region=State postal_code=Zip profile_url=LinkedIn resume_text=Resume Text referee_name=Reference Name \
             referee_email=Reference Email valid_from=Applied At | ",
            "employee [Worker ID] | full_name=Worker email=Email - Home street=Home Address - Line 1 city=Home Address - City \
             agency=Supplier valid_from=Hire Date valid_to=Termination Date | applicant=Application ID",
            "payment_account [] | full_name=Worker routing_number=Routing Transit Number account_number=Account Number \
             payee_name=Account Holder valid_from=From valid_to=Until | employee=Employee No",
            "device [Asset Tag] | email=Email Address serial_number=Serial Number hardware_address=MAC Address hostname=Computer Name \
             ip=Last Reported IP Address valid_from=Issued valid_to=Returned | employee=Assigned To",
            "shipment [Tracking Number] | full_name=Recipient Contact Name phone=Recipient Phone street=Recipient Address Line 1 \
             city=Recipient City region=Recipient State postal_code=Recipient Zip serial_number=Item Serial \
             tracking_number=Tracking Number valid_from=Ship Date | employee=Reference/PO device=Item Serial",
        ]
    );
    assert_eq!(guess.sources[0].refused, ["Gender", "University"]);
    assert_eq!(
        guess.hubs,
        [(HubList::OwnOffices, "own_offices.csv".to_owned()), (HubList::VpnRanges, "vpn_ranges.csv".to_owned())]
    );
    assert!(guess.toml.contains("# Never loaded, because they name refused attributes: `Gender`, `University`"));
    assert!(guess.toml.contains("kind = \"applicant\""), "{}", guess.toml);
}

#[test]
fn the_order_of_the_files_changes_nothing_but_the_order() {
    let mut files = company();
    let mut forth: Vec<String> = check(&files).sources.iter().map(line).collect();
    files.reverse();
    let mut back: Vec<String> = check(&files).sources.iter().map(line).collect();
    forth.sort();
    back.sort();
    assert_eq!(forth, back);
}

#[test]
fn headers_without_rows_refer_by_the_name_of_the_key() {
    let guess = check(&[
        preview("a", &["Application ID", "First Name", "Last Name", "Applied On"], &[]),
        preview("b", &["Employee ID", "Full Name", "Application ID", "Hire Date"], &[]),
        preview("c", &["Serial Number", "Hostname", "Employee ID"], &[]),
    ]);
    assert_eq!(guess.sources[1].references, [(RecordKind::Applicant, vec!["Application ID".to_owned()])]);
    assert_eq!(guess.sources[2].references, [(RecordKind::Employee, vec!["Employee ID".to_owned()])]);
    assert_eq!(guess.unsure.iter().filter(|sentence| sentence.contains("has no values yet")).count(), 2);
}

#[test]
fn people_other_than_the_records_own_are_no_reference() {
    let employees = "Employee ID,Full Name,Hire Date\nE-100001,Ana Costa,2026-01-01\nE-100002,Ben Okoro,2026-01-02\nE-100003,Cleo Park,2026-01-03";
    let devices = |header: &str| {
        let text =
            format!("Serial Number,Model,{header}\nSN00001,M1,E-100001\nSN00002,M1,E-100002\nSN00003,M2,E-100001");
        check(&[csv("e", employees), csv("d", &text)]).sources.remove(1).references
    };
    assert_eq!(devices("whoever"), [(RecordKind::Employee, vec!["whoever".to_owned()])], "by values, not names");
    assert_eq!(devices("Approved By"), []);
    assert_eq!(devices("Manager ID"), []);
    // An applicant's referrer is an employee, but not the same person.
    let applicants =
        "Application ID,Name,Applied On,Friend\nA-1,Dee Moss,2026-01-01,E-100001\nA-2,Eli Fox,2026-01-02,E-100002";
    assert_eq!(check(&[csv("e", employees), csv("a", applicants)]).sources[1].references, []);
}

#[test]
fn small_numbers_that_occur_among_keys_are_no_reference() {
    let employees =
        "Employee ID,Full Name,Hire Date\n1,Ana Costa,2026-01-01\n2,Ben Okoro,2026-01-02\n3,Cleo Park,2026-01-03";
    let devices = "Serial Number,Model,Ports,Employee ID\nSN00001,M1,2,1\nSN00002,M1,2,3\nSN00003,M2,3,2";
    let guess = check(&[csv("e", employees), csv("d", devices)]);
    assert_eq!(guess.sources[1].references, [(RecordKind::Employee, vec!["Employee ID".to_owned()])]);
    let without = "Serial Number,Model,Ports\nSN00001,M1,2\nSN00002,M1,2\nSN00003,M2,3";
    assert_eq!(check(&[csv("e", employees), csv("d", without)]).sources[1].references, []);
}

#[test]
fn serial_numbers_refer_to_a_device_where_each_names_one() {
    let shipments = "Tracking Number,Ship Date,Carrier,Item Serial\n794600000001,2026-01-30,FX,C02AAA111\n794600000002,2026-01-31,FX,C02AAA222";
    let references = |serials: [&str; 3]| {
        let [a, b, c] = serials;
        let devices = format!("Asset Tag,Serial Number,Hostname\nLT-1,{a},h1\nLT-2,{b},h2\nLT-3,{c},h3");
        check(&[csv("s", shipments), csv("d", &devices)]).sources[0].references.clone()
    };
    let device = [(RecordKind::Device, vec!["Item Serial".to_owned()])];
    assert_eq!(references(["C02AAA111", "C02AAA222", "C02AAA333"]), device);
    assert_eq!(references(["C02AAA111", "C02AAA222", "C02AAA111"]), [], "issued twice: which of the two?");
    assert_eq!(references(["C02AAA777", "C02AAA888", "C02AAA999"]), []);
}

#[test]
fn long_tables_refer_by_the_form_of_the_key() {
    let ids: Vec<String> = (0..PREVIEW_ROWS).map(|n| format!("A-{n:05}")).collect();
    let rows: Vec<Vec<&str>> = ids.iter().map(|id| vec![id.as_str(), "Ana Costa", "2026-01-01"]).collect();
    let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
    let applicants = preview("a", &["Application ID", "Name", "Applied On"], &rows);
    let employees = |column: &str, one: &str, two: &str| {
        let text = format!(
            "Employee ID,Full Name,Hire Date,{column}\nE-1,Ana Costa,2026-01-01,{one}\nE-2,Ben Okoro,2026-01-02,{two}"
        );
        let guess = check(&[applicants.clone(), csv("e", &text)]);
        (guess.sources[1].references.len(), guess.unsure.iter().any(|s| s.contains("only the first 2000 rows")))
    };
    assert_eq!(employees("Application ID", "A-91234", "A-94321"), (1, true));
    assert_eq!(employees("Application ID", "A-00001", "A-00002"), (1, false));
    assert_eq!(employees("Application ID", "B-91234", "zzz"), (0, false));
    assert_eq!(employees("Color", "A-91234", "A-94321"), (0, false));
}

#[test]
fn names_are_tidy_and_unique() {
    let header = &["id", "name"][..];
    let files = [
        preview("My File (1)", header, &[]),
        preview("my_file-1", header, &[]),
        preview("日本", header, &[]),
        preview("***", header, &[]),
    ];
    // Paths with glob signs would be looked up on disk; the names are what is tested here.
    let files: Vec<Preview> =
        files.into_iter().enumerate().map(|(i, file)| Preview { path: format!("{i}.csv"), ..file }).collect();
    let names: Vec<String> = check(&files).sources.into_iter().map(|source| source.name).collect();
    assert_eq!(names, ["my_file_1", "my_file_1_2", "riben", "source"]);
}

#[test]
fn files_of_nothing_known_are_left_out_and_said() {
    let guess = guess(&[preview("colors", &["red", "green"], &[&["1", "2"]]), preview("networks", &["cidr"], &[])]);
    assert!(guess.sources.is_empty() && guess.hubs.is_empty());
    assert_eq!(guess.unsure.len(), 3);
    assert!(guess.unsure[0].contains("colors.csv: no column was recognized (`red`, `green`)"));
    assert!(guess.unsure[1].contains("could be the allow list vpn_ranges"));
    assert!(guess.toml.parse::<toml::Table>().is_ok());
    assert!(super::guess(&[]).toml.parse::<toml::Table>().is_ok());
}

#[test]
fn odd_headers_are_written_so_that_they_load() {
    let header = &["name", "e\"mail\\", "Phone\nNumber", "", "Email", "City ", " "][..];
    let guess =
        check(&[preview("odd", header, &[&["Ana Costa", "x", "202-555-0100", "", "a@example.com", "Troy", ""]])]);
    assert_eq!(line(&guess.sources[0]), "person [] | full_name=name email=Email phone=Phone\nNumber city=City  | ");
}

#[test]
fn sensitive_columns_and_foreign_ids_are_no_keys() {
    let rows: &[&[&str]] = &[&["123-45-6789", "Ana Costa", "2026-01-01"], &["123-45-6780", "Ben Okoro", "2026-01-02"]];
    let guess = check(&[preview("e", &["SSN", "Full Name", "Hire Date"], rows)]);
    assert_eq!(guess.sources[0].key, Vec::<String>::new());
    let rows: &[&[&str]] = &[&["E-1", "021000021", "00012345"], &["E-2", "021000021", "00012346"]];
    let guess = check(&[preview("p", &["Employee ID", "Routing Number", "Account Number"], rows)]);
    assert_eq!(guess.sources[0].key, Vec::<String>::new());
}

/// Header and rows made of one function per column, long enough to tell types by.
fn long(name: &str, columns: &[(&str, &dyn Fn(usize) -> String)]) -> Preview {
    let header: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let rows: Vec<Vec<String>> =
        (0..200).map(|row| columns.iter().map(|(_, cell)| cell(row)).collect::<Vec<_>>()).collect();
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    preview(name, &header, &rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// The comparisons of a guess as `name type column,column` words.
fn compared(guess: &Guess) -> Vec<String> {
    let text = |c: &GuessedComparison| format!("{} {} {}", c.name, c.compared_as.name(), c.columns.join("+"));
    guess.comparisons.iter().map(text).collect()
}

const WORDS: [&str; 7] = ["amber", "birch", "cedar", "delta", "ember", "fjord", "grove"];

fn phrase(row: usize, words: usize) -> String {
    (0..words).map(|at| WORDS[(row / 7_usize.pow(at as u32 % 4) + at) % 7]).collect::<Vec<_>>().join(" ")
}

#[test]
fn columns_without_a_field_are_compared_by_what_their_values_are() {
    let guess = check(&[long(
        "goods",
        &[
            ("id", &|row| format!("g{row}")),
            ("name", &|row| phrase(row, 3)),
            ("Description", &|row| phrase(row * 3, 12)),
            ("maker", &|row| phrase(row, 2)),
            ("Kind", &|row| WORDS[row % 4].to_owned()),
            ("price", &|row| format!("${}.{:02}", row * 37 % 500, row % 100)),
            ("year", &|row| format!("{}", 1980 + row % 30)),
            ("SKU", &|row| format!("AB-{:04}", row * 7919 % 10007)),
            ("ean", &|row| format!("{:012}", row * 7919 % 10007)),
            ("released", &|row| format!("2001-{:02}-{:02}", row % 12 + 1, row % 28 + 1)),
            ("place", &|row| phrase(row * 5, 2)),
        ],
    )]);
    assert_eq!(
        compared(&guess),
        [
            "description long_text Description",
            "maker text maker",
            "kind category Kind",
            "price number price",
            "year number year",
            "sku code SKU",
            "ean code ean",
            "released date released",
            "place_column text place",
        ]
    );
    assert!(
        guess.toml.contains("[[comparison]]\nname = \"kind\"\nas = \"category\"  # 4 different values in 200 rows\n")
    );
    assert_eq!(guess.sources[0].unmapped, Vec::<String>::new());
}

#[test]
fn columns_that_say_nothing_of_a_row_are_not_compared() {
    let guess = check(&[long(
        "goods",
        &[
            ("record_id", &|row| format!("g{row}")),
            ("name", &|row| phrase(row, 3)),
            ("source", &|row| WORDS[row % 2].to_owned()),
            ("import batch", &|row| format!("{}", row % 3)),
            ("last_updated", &|row| format!("2001-01-{:02}", row % 28 + 1)),
            ("line number", &|row| format!("{}", row * 3 % 200)),
            ("counter", &|row| format!("{}", row + 1)),
            ("ltable_id", &|row| format!("{}", row * 7 % 50)),
            ("maker id", &|row| format!("m{row}")),
            ("cluster", &|row| format!("{}", row / 2)),
            ("currency", &|_| "USD".to_owned()),
            ("remark", &|row| if row == 7 { "odd".to_owned() } else { String::new() }),
            ("ss", &|row| format!("900-{:02}-{row:04}", row % 90 + 10)),
            ("greeting", &|row| ["Mr", "Mrs"][row % 2].to_owned()),
            ("gender", &|row| ["a", "b"][row % 2].to_owned()),
            // Beside them what only sounds alike.
            ("water source", &|row| WORDS[row % 3].to_owned()),
            ("line", &|row| phrase(row, 2)),
        ],
    )]);
    assert_eq!(compared(&guess), ["water_source category water source", "line text line"]);
    let left: Vec<&str> = guess.sources[0].left_out.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(guess.sources[0].unmapped.len(), 12);
    assert!(
        guess.sources[0].unmapped.iter().all(|name| left.contains(&name.as_str())),
        "each has its reason: {left:?}"
    );
    assert!(guess.toml.contains("`source` (says where a row came from), `import batch` (says where"), "{}", guess.toml);
    let sentence = guess.unsure.iter().find(|sentence| sentence.contains(": mapped to nothing: ")).expect("it is said");
    assert!(sentence.contains("`cluster`") && !sentence.contains("`line`"), "{sentence}");
}

#[test]
fn a_column_of_two_tables_is_one_comparison() {
    let price = |row: usize| format!("{}.5", row * 37 % 500);
    let one = long("one", &[("name", &|row| phrase(row, 3)), ("Price", &price), ("maker", &|row| phrase(row, 2))]);
    let two = long("two", &[("title", &|row| phrase(row, 3)), ("price", &price), ("maker", &|row| phrase(row * 3, 2))]);
    assert_eq!(compared(&check(&[one.clone(), two])), ["price number Price+price", "maker text maker"]);
    // Where the same header feeds a field of the other table, the source is named.
    let phones = |row: usize| format!("202-555-01{:02}", row % 100);
    let three = long("three", &[("name", &|row| phrase(row, 3)), ("phone", &phones)]);
    let four = long("four", &[("name", &|row| phrase(row, 3)), ("phone", &|row| phrase(row, 2))]);
    assert_eq!(compared(&check(&[three, four])), ["phone_column text four:phone"]);
    // A company's tables get none.
    let staff = long(
        "employees",
        &[
            ("employee id", &|row| format!("E{row}")),
            ("hire date", &|_| "2001-01-02".to_owned()),
            ("team", &|row| phrase(row, 2)),
        ],
    );
    assert_eq!(compared(&check(&[one, staff])), ["price number Price", "maker text maker"]);
}

#[test]
fn any_table_gives_a_config_that_loads() {
    use proptest::prelude::*;
    let headers = prop::sample::select(vec![
        "id",
        "name",
        "First Name",
        "Email",
        "phone",
        "Serial Number",
        "Tracking Number",
        "Employee ID",
        "Hire Date",
        "Gender",
        "x",
        "Address",
        "City",
        "routing_number",
        "Application ID",
        "",
        "手机",
        "a\"b",
    ]);
    let cells = prop::sample::select(vec![
        "",
        "1",
        "2",
        "a@example.com",
        "Ana Costa",
        "202-555-0100",
        "2026-01-01",
        "021000021",
        "x\ny",
    ]);
    let file = (1..6usize).prop_flat_map(move |width| {
        let rows = prop::collection::vec(prop::collection::vec(cells.clone(), width), 0..5);
        (prop::collection::hash_set(headers.clone(), width), rows)
    });
    proptest!(ProptestConfig::with_cases(100), |(files in prop::collection::vec(file, 1..4))| {
        let previews: Vec<Preview> = files
            .iter()
            .enumerate()
            .map(|(i, (header, rows))| {
                let mut header: Vec<&str> = header.iter().copied().collect();
                header.sort();
                let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
                preview(&format!("f{i}"), &header, &rows)
            })
            .collect();
        if !guess(&previews).sources.is_empty() {
            check(&previews);
        }
    });
}
