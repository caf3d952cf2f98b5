//! Which field a column feeds: an alias table of general header names, tried on the words of a header and confirmed by
//! the column's values; headers that say nothing are sniffed. Kind, key and references are decided elsewhere.
//!
//! Invariant: a header is believed only as far as its values agree, and what is about somebody else (a manager's
//! email, the sender's address) is never taken for the record's own.

use super::Column;
use super::aliases::{ALIASES, ALONE, OTHERS, PERSONS, QUALIFIERS, WORKPLACE, listed};
use crate::config::header::one_of;
use crate::model::field::Field;
use crate::model::record::RecordKind::{self, Applicant, Device, Shipment};
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a header may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) field: Field,
    /// How telling the alias is: place in its list, then how many words stand around it. Smaller is better.
    rank: (usize, usize),
    /// Believed only when values confirm it.
    weak: bool,
}

type Index = HashMap<String, Vec<(&'static [RecordKind], Field, usize, bool)>>;

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index::new();
    for (table, weak) in [(ALIASES, false), (PERSONS, true)] {
        for &(kinds, field, phrases) in table {
            for (place, phrase) in phrases.split(", ").enumerate() {
                index.entry(phrase.replace(' ', "")).or_default().push((kinds, field, place, weak));
            }
        }
    }
    index
});

/// The fields that a header's words may mean in a table of that kind, the most telling first: the longest run of words
/// that is an alias and has only qualifiers around it.
pub(super) fn meanings(words: &[String], kind: RecordKind) -> Vec<Meaning> {
    let found = meanings_as_written(words, kind);
    let is_number = |word: &String| word.bytes().all(|b| b.is_ascii_digit());
    if !found.is_empty() || !words.iter().any(is_number) {
        return found;
    }
    // `Reference 2 Email` is one more of the same, where there may be several.
    let plain: Vec<String> = words.iter().filter(|word| !is_number(word)).cloned().collect();
    let mut found = meanings_as_written(&plain, kind);
    found.retain(|meaning| meaning.field.is_multi_valued());
    found
}

fn meanings_as_written(words: &[String], kind: RecordKind) -> Vec<Meaning> {
    for length in (1..=words.len()).rev() {
        let mut found = Vec::new();
        for start in 0..=words.len() - length {
            let inside = &words[start..start + length];
            let outside = || words[..start].iter().chain(&words[start + length..]);
            let Some(entries) = INDEX.get(&inside.concat()) else { continue };
            for &(kinds, field, place, weak) in entries {
                let is_place = is_address_part(field);
                let harmless = outside().all(|word| listed(QUALIFIERS, word) && !(is_place && listed(WORKPLACE, word)));
                let whole = weak || listed(ALONE, &inside.concat());
                if kinds.contains(&kind) && harmless && !(whole && length < words.len()) {
                    found.push(Meaning { field, rank: (place, words.len() - length), weak });
                }
            }
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

pub(super) fn is_address_part(field: Field) -> bool {
    use Field::*;
    matches!(field, Address | StreetNumber | Street | Unit | City | Region | PostalCode | Country)
}

/// What a table's columns feed, as indexes into its columns, and sentences about what was not clear.
#[derive(Debug, Default)]
pub(super) struct Mapping {
    pub(super) fields: Vec<(Field, Vec<usize>)>,
    pub(super) unsure: Vec<String>,
}

impl Mapping {
    /// The field that a column feeds.
    pub(super) fn field_of(&self, column: usize) -> Option<Field> {
        self.fields.iter().find(|(_, columns)| columns.contains(&column)).map(|(field, _)| *field)
    }
}

/// Maps the columns of a table of that kind.
pub(super) fn map(columns: &[Column<'_>], kind: RecordKind) -> Mapping {
    let mut mapping = Mapping::default();
    let mut taken: Vec<(usize, Meaning)> = Vec::new();
    let mut dates: Vec<&str> = Vec::new();
    let mut sniffs: Vec<(usize, Field)> = Vec::new();
    for (i, column) in columns.iter().enumerate().filter(|(_, column)| column.is_usable()) {
        let meanings = meanings(&column.words, kind);
        let believed = meanings.iter().copied().find(|meaning| {
            if meaning.weak { column.seen.are_person_names() } else { column.seen.fits(meaning.field).1 }
        });
        if let Some(mut meaning) = believed {
            if meaning.field == Field::Address {
                meaning.field = address_or_street(column, columns, kind);
            }
            if meaning.field == Field::Ip && column.seen.are_private_networks() {
                mapping.unsure.push(format!(
                    "column `{}` has only addresses of private networks, which many homes share: it is left out",
                    column.name
                ));
                continue;
            }
            taken.push((i, meaning));
            continue;
        }
        if let Some(sniffed) = sniff(column, columns, kind) {
            sniffs.push((i, sniffed));
            taken.push((i, Meaning { field: sniffed, rank: (usize::MAX, 0), weak: true }));
            continue;
        }
        if meanings.is_empty() && column.seen.are_dates() {
            dates.push(column.name);
        }
        if let Some(meaning) = meanings.iter().find(|meaning| !meaning.weak) {
            let share = (column.seen.fits(meaning.field).0 * 100.0).floor();
            mapping.unsure.push(format!(
                "column `{}` is called like {}, but only {share} % of its values look like one: it is left out",
                column.name,
                meaning.field.name()
            ));
        }
    }
    if !dates.is_empty() {
        let names = one_of(&dates, 12);
        mapping
            .unsure
            .push(format!("dates that are mapped to nothing: {names}; is one birth_date, valid_from or valid_to?"));
    }
    let group = address_group(columns, &taken);
    for &field in Field::ALL {
        let mut mine: Vec<(usize, Meaning)> = taken.iter().copied().filter(|(_, m)| m.field == field).collect();
        if is_address_part(field) {
            mine.retain(|(i, _)| group.as_ref().is_none_or(|group| group.has(&columns[*i], field)));
        }
        if mine.is_empty() {
            continue;
        }
        // Whose emails or phones a column holds is known from its header alone: beside a column that says so, one that
        // only looks alike may be a referee's or a manager's.
        if mine.iter().any(|(_, meaning)| meaning.rank.0 != usize::MAX) {
            mine.retain(|&(i, meaning)| {
                let named = meaning.rank.0 != usize::MAX;
                if !named {
                    mapping.unsure.push(format!(
                        "column `{}` looks like {} too, but its name does not say whose: it is left out",
                        columns[i].name,
                        field.name()
                    ));
                }
                named
            });
        }
        if !field.is_multi_valued() {
            mine.sort_by_key(|&(i, meaning)| (meaning.rank, i));
            for (i, _) in mine.drain(1..) {
                // A second date is no riddle: hire date and start date usually say the same.
                if !matches!(field, Field::ValidFrom | Field::ValidTo) {
                    mapping.unsure.push(format!(
                        "column `{}` could be {} too; only the better one was taken",
                        columns[i].name,
                        field.name()
                    ));
                }
            }
        }
        mapping.fields.push((field, mine.iter().map(|(i, _)| *i).collect()));
    }
    for (i, field) in sniffs {
        if mapping.fields.iter().any(|(mapped, at)| *mapped == field && at.contains(&i)) {
            let name = columns[i].name;
            mapping.unsure.push(format!("column `{name}` was taken for {} by its values", field.name()));
        }
    }
    let has = |field: Field, fields: &[(Field, Vec<usize>)]| fields.iter().any(|(f, _)| *f == field);
    // Given and family name say more than the two in one cell.
    if has(Field::GivenName, &mapping.fields) && has(Field::FamilyName, &mapping.fields) {
        mapping.fields.retain(|(field, _)| *field != Field::FullName);
    }
    // A street line beside a whole address is part of it, unless rows have the one or the other.
    let at = |field: Field| mapping.fields.iter().find(|(f, _)| *f == field).map(|(_, at)| at[0]);
    if let (Some(street), Some(whole)) = (at(Field::Street), at(Field::Address))
        && !columns[street].stands_in_for(&columns[whole])
    {
        mapping.fields.retain(|(field, _)| *field != Field::Address);
    }
    mapping
}

fn sniff(column: &Column<'_>, columns: &[Column<'_>], kind: RecordKind) -> Option<Field> {
    if column.words.iter().any(|word| listed(OTHERS, word)) {
        return None;
    }
    if column.seen.are_all_whole_addresses() {
        return Some(Field::Address);
    }
    if let Some(field) = column.seen.sniff().filter(|field| *field != Field::Ip || !column.seen.are_private_networks())
    {
        // A device's or parcel's link is no profile, and a table of applicants has no bank.
        let odd = matches!((field, kind), (Field::ProfileUrl, Device | Shipment) | (Field::RoutingNumber, Applicant));
        return (!odd).then_some(field);
    }
    let is = |field: Field| {
        columns.iter().any(|other| {
            other.is_usable()
                && meanings(&other.words, kind).iter().any(|m| m.field == field && other.seen.fits(field).1)
        })
    };
    let place = is(Field::City) || is(Field::Region);
    let looks_like_id =
        column.words.last().is_some_and(|word| matches!(word.as_str(), "id" | "number" | "no" | "count"));
    (place && !is(Field::PostalCode) && !looks_like_id && column.seen.are_zip_codes()).then_some(Field::PostalCode)
}

/// A column called *address* holds a street line where place or postal code stand in columns of their own, unless its
/// values show whole addresses.
fn address_or_street(column: &Column<'_>, columns: &[Column<'_>], kind: RecordKind) -> Field {
    if column.seen.are_whole_addresses() {
        return Field::Address;
    }
    let has_city = columns.iter().any(|other| {
        other.is_usable() && meanings(&other.words, kind).iter().any(|meaning| meaning.field == Field::City)
    });
    if has_city { Field::Street } else { Field::Address }
}

/// The columns of one address where a table has several: home and mailing, say, must not be mixed.
struct AddressGroup {
    tag: Option<&'static str>,
    /// Fields that the group itself has.
    own: Vec<Field>,
}

const ADDRESS_TAGS: [&str; 8] =
    ["home", "residential", "permanent", "current", "recipient", "delivery", "mailing", "ship"];

fn address_tag(column: &Column<'_>) -> Option<&'static str> {
    ADDRESS_TAGS.into_iter().find(|tag| {
        column
            .words
            .iter()
            .any(|word| word == tag || (*tag == "ship" && matches!(word.as_str(), "shipping" | "shipped")))
    })
}

impl AddressGroup {
    /// Whether a column may stand in this address: one of its own, or one without a tag (or the other way round) for a
    /// part that it lacks, as in `Home Address, City, ZIP`.
    fn has(&self, column: &Column<'_>, field: Field) -> bool {
        let tag = address_tag(column);
        tag == self.tag || ((tag.is_none() || self.tag.is_none()) && !self.own.contains(&field))
    }
}

/// The group with the most parts; the first in the order of the tags wins a tie, a home before a mailing address.
fn address_group(columns: &[Column<'_>], taken: &[(usize, Meaning)]) -> Option<AddressGroup> {
    let tags = ADDRESS_TAGS.into_iter().map(Some).chain([None]);
    let groups = tags.map(|tag| {
        let mut own: Vec<Field> = taken
            .iter()
            .filter(|(i, meaning)| is_address_part(meaning.field) && address_tag(&columns[*i]) == tag)
            .map(|(_, meaning)| meaning.field)
            .collect();
        own.sort();
        own.dedup();
        AddressGroup { tag, own }
    });
    groups.filter(|group| !group.own.is_empty()).min_by_key(|group| std::cmp::Reverse(group.own.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::header::{refused, words};
    use crate::guess::tests::table;
    use crate::model::record::RecordKind::{Employee, PaymentAccount, Person};

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
            .map(|(field, at)| {
                format!("{}={}", field.name(), at.iter().map(|&i| header[i]).collect::<Vec<_>>().join("+"))
            })
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
        let rows: &[&[&str]] =
            &[&["192.168.1.4", "192.0.2.4"], &["10.0.0.7", "198.51.100.7"], &["fe80::1", "2001:db8::7"]];
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
        assert_eq!(
            mapping.unsure,
            ["dates that are mapped to nothing: `arrival`; is one birth_date, valid_from or valid_to?"]
        );
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
}
