//! Headers and values against the fields that they must, and must not, be taken for.

use super::*;
use crate::config::header::{refused, words};
use crate::guess::tests::table;
use crate::model::record::RecordKind::{Employee, PaymentAccount};

/// The first meaning of a header, by name; `-` for none.
fn check(kind: RecordKind, cases: &[(&str, &str)]) {
    for (header, expected) in cases {
        let found = meanings(&words(header), kind);
        assert_eq!(found.first().map_or("-", |meaning| meaning.field.name()), *expected, "{header}");
    }
}

#[test]
fn aliases_are_spelt_as_words_and_stand_once() {
    for &(kinds, field, phrases) in ALIASES.iter().chain(PERSONS) {
        for phrase in phrases.split(", ") {
            assert_eq!(words(phrase).join(" ").replace(' ', ""), phrase.replace(' ', ""), "{phrase}");
            assert_eq!(refused(phrase), None, "{phrase}");
            let twice = ALIASES.iter().filter(|(k, f, p)| {
                *f == field && p.split(", ").any(|p| p == phrase) && k.iter().any(|k| kinds.contains(k))
            });
            assert!(twice.count() <= 1, "{phrase}");
        }
    }
}

#[test]
fn general_headers() {
    check(
        Person,
        &[
            ("first_name", "given_name"),
            ("fname", "given_name"),
            ("Given-Name", "given_name"),
            ("forename", "given_name"),
            ("surname", "family_name"),
            ("last_name", "family_name"),
            ("LASTNAME", "family_name"),
            ("name", "full_name"),
            ("dob", "birth_date"),
            ("D.O.B.", "birth_date"),
            ("date_of_birth", "birth_date"),
            ("email", "email"),
            ("E-Mail", "email"),
            ("phone", "phone"),
            ("tel", "phone"),
            ("Mobile No.", "phone"),
            ("Phone 2", "phone"),
            ("addr", "address"),
            ("street_number", "street_number"),
            ("address_1", "street"),
            ("address1", "street"),
            ("address_2", "unit"),
            ("suburb", "city"),
            ("town", "city"),
            ("state", "region"),
            ("zip", "postal_code"),
            ("postcode", "postal_code"),
            ("Zip/Postal Code", "postal_code"),
            ("country", "country"),
            ("soc_sec_id", "government_id"),
            ("SSN", "government_id"),
            ("passport no", "document_number"),
            ("site_name", "full_name"),
            ("organisation", "full_name"),
            ("title", "full_name"),
            ("ABA", "routing_number"),
            ("IBAN", "iban"),
            ("wallet", "wallet"),
            ("S/N", "serial_number"),
            ("linkedin", "profile_url"),
            ("source", "-"),
            ("record_id", "-"),
            ("type", "-"),
            ("start_date", "-"),
            ("status", "-"),
            ("last contact", "-"),
            ("forename1", "given_name"),
            ("fname_c2", "given_name"),
            ("lname_c1", "family_name"),
            ("surname part 2", "family_name"),
            ("city 2", "-"),
            ("c1", "-"),
            ("first_and_surname", "full_name"),
            ("product_name", "full_name"),
            ("paper title", "full_name"),
            ("venue", "full_name"),
            ("authors", "-"),
            ("year", "-"),
            ("manufacturer", "-"),
            ("vendor", "-"),
            ("brand", "-"),
            ("album", "-"),
            ("artist", "-"),
            ("length", "-"),
            ("price", "-"),
            ("description", "-"),
            ("occupation", "-"),
            ("county", "-"),
            ("by", "-"),
            ("zipcode", "postal_code"),
            ("postcode_fake", "postal_code"),
            ("phone_number", "phone"),
        ],
    );
}

#[test]
fn vendor_headers() {
    check(
        Employee,
        &[
            ("homeEmail", "email"),
            ("mobilePhone", "phone"),
            ("hireDate", "valid_from"),
            ("terminationDate", "valid_to"),
            ("address2", "unit"),
            ("Legal Name - First Name", "given_name"),
            ("Email - Work", "email"),
            ("Phone - Home", "phone"),
            ("Home Address - Line 1", "street"),
            ("Home Address - Postal", "postal_code"),
            ("home_address.street_1", "street"),
            ("Routing Transit Number", "routing_number"),
            ("workerDates", "-"),
            ("Worker", "full_name"),
            ("Supplier", "agency"),
            ("hidden_account_number", "account_number"),
            ("Manager Email", "-"),
            ("Emergency Contact Phone", "-"),
            ("Work City", "-"),
            ("Employment Status", "-"),
            ("Job Title", "-"),
            ("company", "-"),
            ("Business Unit", "-"),
        ],
    );
    check(
        Applicant,
        &[
            ("phone_numbers[].value", "phone"),
            ("email_addresses[].value", "email"),
            ("website_addresses", "profile_url"),
            ("linkedInUrl", "profile_url"),
            ("primaryEmailAddress.value", "email"),
            ("Reference 1 Email", "referee_email"),
            ("Referee Phone", "referee_phone"),
            ("Recruiter", "-"),
            ("Resume Text", "resume_text"),
            ("photo_url", "-"),
            ("photo_hash", "photo_hash"),
            ("Applied On", "valid_from"),
            ("createdAt", "valid_from"),
            ("Reference Number", "-"),
            ("Referred By", "-"),
            ("phone_numbers[].type", "-"),
        ],
    );
    check(
        Device,
        &[
            ("Computer Name", "hostname"),
            ("Serial Number", "serial_number"),
            ("Last Reported IP Address", "ip"),
            ("MAC Address", "hardware_address"),
            ("Wi-Fi MAC", "hardware_address"),
            ("EthernetMAC", "hardware_address"),
            ("WiFiIPv4Address", "ip"),
            ("WiFiSubnetID", "-"),
            ("Primary user email address", "email"),
            ("Primary user display name", "full_name"),
            ("Enrollment date", "valid_from"),
            ("Device state", "-"),
            ("Last check-in", "-"),
        ],
    );
    check(
        Shipment,
        &[
            ("Tracking Number", "tracking_number"),
            ("Ship Date", "valid_from"),
            ("Recipient Contact Name", "full_name"),
            ("Recipient Address Line 1", "street"),
            ("Ship To Name", "full_name"),
            ("Ship To Address 1", "street"),
            ("Ship To Unit", "unit"),
            ("Recipient Phone", "phone"),
            ("Sender Address Line 1", "-"),
            ("Sender Phone", "-"),
            ("Shipped to address", "address"),
            ("Received by", "-"),
            ("Reference/PO", "-"),
            ("Recipient Company", "-"),
        ],
    );
    check(
        PaymentAccount,
        &[
            ("Payee email", "payment_handle"),
            ("Payee name", "payee_name"),
            ("Payee ID", "payment_handle"),
            ("Account Nickname", "-"),
            ("Bank Name", "-"),
            ("routing_number", "routing_number"),
            ("Account Holder", "payee_name"),
            ("Account last4", "account_last4"),
            ("SSN last 4", "-"),
        ],
    );
}

/// Maps a table and renders it as `field=column,column` words.
fn check_map(kind: RecordKind, header: &[&str], rows: &[&[&str]], expected: &str) -> Mapping {
    let table = table(header, rows);
    let columns = Column::of(&table);
    let mapping = map(&columns, kind);
    let text: Vec<String> = mapping
        .fields
        .iter()
        .map(|(field, at)| format!("{}={}", field.name(), at.iter().map(|&i| header[i]).collect::<Vec<_>>().join("+")))
        .collect();
    assert_eq!(text.join(" "), expected);
    mapping
}

#[test]
fn values_confirm_or_refute_headers() {
    let rows: &[&[&str]] = &[
        &["Ana", "red", "a@example.com", "Main St 1"],
        &["Ben", "blue", "b@example.com", "High St 2"],
        &["Cleo", "red", "c@example.org", "Low St 3"],
    ];
    let mapping = check_map(
        Person,
        &["name", "phone", "login id", "address"],
        rows,
        "full_name=name email=login id address=address",
    );
    assert_eq!(mapping.unsure.len(), 2);
    assert!(mapping.unsure[0].contains("`phone` is called like phone, but only 0 %"), "{:?}", mapping.unsure);
    assert!(mapping.unsure[1].contains("`login id` was taken for email"), "{:?}", mapping.unsure);
    check_map(Person, &["name", "color", "manager email", "city"], rows, "full_name=name city=city");
}

#[test]
fn address_on_one_line_or_in_parts() {
    let parts: &[&[&str]] = &[&["435 s. la cienega blv.", "los angeles"], &["12224 ventura blvd.", "studio city"]];
    check_map(Person, &["addr", "city"], parts, "street=addr city=city");
    let whole: &[&[&str]] = &[&["1 Main St, Springfield, IL 62701", "Springfield"]];
    check_map(Person, &["addr", "city"], whole, "address=addr city=city");
    check_map(Person, &["addr", "phone"], &[], "phone=phone address=addr");
    check_map(
        Person,
        &["street_number", "address_1", "address_2", "suburb"],
        &[&["7", "wallaby place", "delmar", "cleveland"], &["177", "pridham street", "milton", "marsden"]],
        "street_number=street_number street=address_1 city=suburb",
    );
}

#[test]
fn addresses_on_one_line_or_in_parts_row_by_row() {
    let rows: &[&[&str]] = &[
        &["1 Main St, Boston, MA 02139", "", ""],
        &["2 Main St, Boston, MA 02139", "", ""],
        &["3 Low St, Troy, NY 12180", "", ""],
        &["", "9 Oak Ave", "Troy"],
    ];
    check_map(
        Shipment,
        &["Ship To", "Ship To Street", "Ship To City"],
        rows,
        "address=Ship To street=Ship To Street city=Ship To City",
    );
    let twice: &[&[&str]] = &[
        &["1 Main St, Boston, MA 02139", "1 Main St", "Boston"],
        &["2 Main St, Troy, NY 12180", "2 Main St", "Troy"],
        &["3 Low St, Troy, NY 12180", "3 Low St", "Troy"],
    ];
    check_map(
        Shipment,
        &["Ship To", "Ship To Street", "Ship To City"],
        twice,
        "street=Ship To Street city=Ship To City",
    );
}

#[test]
fn private_networks_are_left_out() {
    let rows: &[&[&str]] = &[&["192.168.1.4", "192.0.2.4"], &["10.0.0.7", "198.51.100.7"], &["fe80::1", "2001:db8::7"]];
    let mapping = check_map(Device, &["IP Address", "Last IP"], rows, "ip=Last IP");
    assert!(mapping.unsure[0].contains("private networks"), "{:?}", mapping.unsure);
}

#[test]
fn two_addresses_are_not_mixed() {
    check_map(
        Employee,
        &["Mailing City", "Home Street", "Home City", "Home Zip", "Mailing Street"],
        &[],
        "street=Home Street city=Home City postal_code=Home Zip",
    );
    check_map(
        Employee,
        &["Home Address", "City", "State", "Zip"],
        &[],
        "street=Home Address city=City region=State postal_code=Zip",
    );
    check_map(
        Shipment,
        &["Sender City", "Recipient City", "Recipient Address"],
        &[],
        "street=Recipient Address city=Recipient City",
    );
}

#[test]
fn dates_under_an_unknown_header_are_asked_about() {
    let rows: &[&[&str]] =
        &[&["Ana Costa", "1971-06-24", "x"], &["Ben Okoro", "1980-01-02", "y"], &["Cleo Park", "1990-05-06", "z"]];
    let mapping = check_map(Person, &["name", "arrival", "mark"], rows, "full_name=name");
    assert_eq!(mapping.unsure, ["dates that feed no field: `arrival`; is one birth_date, valid_from or valid_to?"]);
}

#[test]
fn names_are_taken_once() {
    check_map(Person, &["name", "first name", "surname"], &[], "given_name=first name family_name=surname");
    check_map(Person, &["company", "name", "title"], &[], "full_name=name");
    check_map(
        Device,
        &["Name", "Assigned To"],
        &[&["LT-0001", "Ana Costa"], &["LT-0002", "Ben Okoro"]],
        "full_name=Assigned To",
    );
    check_map(Device, &["Assigned To"], &[&["E-1"], &["E-2"]], "");
    check_map(Device, &["Username"], &[&["acosta"], &["bokoro"]], "");
    check_map(Device, &["user.name"], &[&["Ana Costa"], &["Ben Okoro"]], "full_name=user.name");
    check_map(PaymentAccount, &["name"], &[&["First Bank Checking"]], "");
}

#[test]
fn several_columns_feed_a_field_of_several_values() {
    check_map(Applicant, &["Home Phone", "Email", "Mobile"], &[], "email=Email phone=Home Phone+Mobile");
    check_map(Employee, &["Start Date", "Hire Date", "End Date"], &[], "valid_from=Hire Date valid_to=End Date");
    check_map(Person, &["Start Date", "Hire Date"], &[], "");
}

#[test]
fn zip_codes_are_sniffed_beside_a_place_only() {
    let rows: &[&[&str]] = &[
        &["Boston", "02139"],
        &["Boston", "02139"],
        &["Boston", "02140"],
        &["Troy", "10001"],
        &["Troy", "10001"],
        &["Troy", "10002"],
    ];
    check_map(Person, &["city", "pc"], rows, "city=city postal_code=pc");
    check_map(Person, &["color", "pc"], rows, "");
    check_map(Person, &["city", "visit count"], rows, "city=city");
}

#[test]
fn names_and_birth_dates_in_several_columns() {
    let rows: &[&[&str]] = &[
        &["DANA", "", "WHITFIELD", "", "1956", "4", "9"],
        &["ANA", "MARIA", "RUIZ", "", "1970", "12", "31"],
        &["JOHN", "", "OKAFOR", "LIND", "1988", "2", "3"],
    ];
    check_map(
        Person,
        &["fname_c1", "fname_c2", "lname_c1", "lname_c2", "by", "bm", "bd"],
        rows,
        "given_name=fname_c1+fname_c2 family_name=lname_c1+lname_c2 birth_date=by+bm+bd",
    );
    // A month of nineteen is none, a whole date says more, and two of three parts are no date.
    let odd: &[&[&str]] = &[&["Dana Whitfield", "1956", "19", "9"], &["Ana Ruiz", "1970", "20", "31"]];
    check_map(Person, &["name", "by", "bm", "bd"], odd, "full_name=name");
    let both: &[&[&str]] = &[&["1956-04-09", "1956", "4", "9"], &["1970-12-31", "1970", "12", "31"]];
    check_map(Person, &["dob", "birth_year", "birth_month", "birth_day"], both, "birth_date=dob");
    check_map(Person, &["birth year", "birth month"], &[&["1956", "4"], &["1970", "12"]], "");
    check_map(Person, &["forename1", "first name"], &[], "given_name=first name");
    check_map(Person, &["forename1", "surname2"], &[], "given_name=forename1 family_name=surname2");
}

#[test]
fn titles_are_names_where_no_person_is_named() {
    let papers: &[&[&str]] = &[&["A theory of linkage", "A. Costa", "x"], &["On duplicates", "B. Okoro", "y"]];
    check_map(Person, &["title", "authors", "venue"], papers, "full_name=title");
    let people: &[&[&str]] = &[&["Mrs", "Ana", "Costa"], &["Mr.", "Ben", "Okoro"]];
    check_map(Person, &["title", "first name", "surname"], people, "given_name=first name family_name=surname");
    check_map(Person, &["title", "surname"], &[], "family_name=surname");
    check_map(Person, &["title", "email"], &[&["Mrs", "a@example.com"], &["Mr", "b@example.com"]], "email=email");
    let beers: &[&[&str]] = &[&["Night Porter", "Example"], &["Day Ale", "Example"], &["Rain Stout", "Example"]];
    let mapping = check_map(Person, &["beer_name", "brewery_name"], beers, "full_name=beer_name");
    assert!(mapping.unsure[0].contains("`beer_name` was taken for full_name"), "{:?}", mapping.unsure);
    check_map(Person, &["brewery_name", "file_name"], beers, "full_name=brewery_name");
    check_map(Person, &["file_name", "user name"], &[&["a", "b"], &["c", "d"]], "handle=user name");
}
