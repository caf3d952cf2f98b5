//! Which field a column feeds: an alias table of general header names, tried on the words of a header and confirmed by
//! the column's values; headers that say nothing are sniffed. Kind, key and references are decided elsewhere.
//!
//! Invariant: a header is believed only as far as its values agree, and what is about somebody else (a manager's
//! email, the sender's address) is never taken for the record's own.

use super::Column;
use super::aliases::{ALIASES, ALONE, BIRTH_PARTS, OTHERS, PART_WORDS, PERSONS, QUALIFIERS, WORKPLACE, listed};
use crate::config::header::one_of;
use crate::model::field::Field;
use crate::model::record::RecordKind::{self, Applicant, Device, Person, Shipment};
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
    if !found.is_empty() || !words.last().is_some_and(is_number) {
        return found;
    }
    // `forename1` and `fname_c2` are parts of one name.
    let name: Vec<String> = plain.into_iter().filter(|word| !listed(PART_WORDS, word)).collect();
    let mut found = meanings_as_written(&name, kind);
    found.retain(|meaning| is_name_part(meaning.field));
    found
}

fn is_name_part(field: Field) -> bool {
    matches!(field, Field::GivenName | Field::FamilyName)
}

/// The number that closes the header of a part of a name.
fn part_number(column: &Column<'_>) -> Option<u32> {
    column.words.last().and_then(|word| word.parse().ok())
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
    /// Columns that were left out for what their values are, whatever else may be made of columns without a field.
    pub(super) left_out: Vec<usize>,
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
    let birth = birth_parts(columns);
    for (i, column) in columns.iter().enumerate().filter(|(_, column)| column.is_usable()) {
        if birth.is_some_and(|parts| parts.contains(&i)) {
            continue;
        }
        let meanings = meanings(&column.words, kind);
        let believed = meanings.iter().copied().find(|meaning| match meaning.field {
            _ if meaning.weak => column.seen.are_person_names(),
            Field::FullName if column.seen.are_forms_of_address() => false,
            field => column.seen.fits(field).1,
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
                mapping.left_out.push(i);
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
        if let Some(meaning) = meanings.iter().find(|meaning| !meaning.weak)
            && !column.seen.are_forms_of_address()
        {
            let share = (column.seen.fits(meaning.field).0 * 100.0).floor();
            mapping.unsure.push(format!(
                "column `{}` is called like {}, but only {share} % of its values look like one: it feeds no field",
                column.name,
                meaning.field.name()
            ));
        }
    }
    if !dates.is_empty() {
        let names = one_of(&dates, 12);
        mapping.unsure.push(format!("dates that feed no field: {names}; is one birth_date, valid_from or valid_to?"));
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
                    mapping.left_out.push(i);
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
            let parts = parts_of_a_name(columns, field, &mine);
            for (i, _) in mine.drain(parts.max(1)..) {
                // A second date is no riddle: hire date and start date usually say the same. In a plain table names and
                // titles of other things are told with the columns that feed nothing.
                let is_told =
                    matches!(field, Field::ValidFrom | Field::ValidTo) || (field == Field::FullName && kind == Person);
                if !is_told {
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
    match birth {
        Some(parts) if mapping.fields.iter().any(|(field, _)| *field == Field::BirthDate) => {
            mapping.left_out.extend(parts)
        }
        Some(parts) => {
            let at = mapping.fields.partition_point(|(field, _)| *field < Field::BirthDate);
            mapping.fields.insert(at, (Field::BirthDate, parts.to_vec()));
        }
        None => {}
    }
    if kind == Person {
        name_of_a_thing(columns, &taken, &mut mapping);
    }
    for (i, field) in sniffs {
        if mapping.fields.iter().any(|(mapped, at)| *mapped == field && at.contains(&i)) {
            let name = columns[i].name;
            mapping.unsure.push(format!("column `{name}` was taken for {} by its values", field.name()));
        }
    }
    let has = |field: Field, fields: &[(Field, Vec<usize>)]| fields.iter().any(|(f, _)| *f == field);
    // Given and family name say more than the two in one cell, and beside one of them a title or firm is no name.
    let (given, family) = (has(Field::GivenName, &mapping.fields), has(Field::FamilyName, &mapping.fields));
    let names_people =
        |at: usize| meanings(&columns[at].words, RecordKind::Employee).iter().any(|m| m.field == Field::FullName);
    mapping.fields.retain(|(field, at)| {
        *field != Field::FullName || !(given && family || (given || family) && !names_people(at[0]))
    });
    // A street line beside a whole address is part of it, unless rows have the one or the other.
    let at = |field: Field| mapping.fields.iter().find(|(f, _)| *f == field).map(|(_, at)| at[0]);
    if let (Some(street), Some(whole)) = (at(Field::Street), at(Field::Address))
        && !columns[street].stands_in_for(&columns[whole])
    {
        mapping.fields.retain(|(field, _)| *field != Field::Address);
    }
    mapping
}

/// How many of the columns of a field, best first, are numbered parts of one name and belong together.
fn parts_of_a_name(columns: &[Column<'_>], field: Field, mine: &[(usize, Meaning)]) -> usize {
    let stem = |column: &Column<'_>| column.words.split_last().map(|(_, stem)| stem.to_vec());
    let Some(first) = mine.first().map(|&(i, _)| &columns[i]) else { return 0 };
    if !is_name_part(field) || part_number(first).is_none() {
        return 1;
    }
    mine.iter().take_while(|&&(i, _)| part_number(&columns[i]).is_some() && stem(&columns[i]) == stem(first)).count()
}

/// Year, month and day of birth, where all three have a column of their own with values that can be one.
fn birth_parts(columns: &[Column<'_>]) -> Option<[usize; 3]> {
    let ranges = [1850..=2100, 1..=12, 1..=31];
    let mut parts = [0; 3];
    for ((part, phrases), range) in parts.iter_mut().zip(BIRTH_PARTS).zip(&ranges) {
        *part = columns.iter().position(|column| {
            let squashed = column.words.concat();
            column.is_usable()
                && phrases.split(", ").any(|phrase| phrase.replace(' ', "") == squashed)
                && column.seen.are_whole_numbers_in(range)
        })?;
    }
    Some(parts)
}

/// In a plain table without a name: the first column that is called the name or title of something (`beer_name`) and
/// whose values differ.
fn name_of_a_thing(columns: &[Column<'_>], taken: &[(usize, Meaning)], mapping: &mut Mapping) {
    let named = [Field::GivenName, Field::FamilyName, Field::FullName];
    if mapping.fields.iter().any(|(field, _)| named.contains(field)) {
        return;
    }
    let found = columns.iter().enumerate().position(|(i, column)| {
        column.is_usable()
            && column.words.len() > 1
            && column.words.last().is_some_and(|word| matches!(word.as_str(), "name" | "title"))
            && !column.words.iter().any(|word| listed(OTHERS, word) || word == "user" || word == "column")
            && !taken.iter().any(|(at, _)| *at == i)
            && !column.seen.are_forms_of_address()
            && column.seen.filled > 0
            && column.seen.distinct * 2 >= column.seen.filled
            && column.seen.fits(Field::FullName).1
    });
    if let Some(i) = found {
        let name = columns[i].name;
        mapping
            .unsure
            .push(format!("column `{name}` was taken for full_name, since no other column names a row's subject"));
        let at = mapping.fields.partition_point(|(field, _)| *field < Field::FullName);
        mapping.fields.insert(at, (Field::FullName, vec![i]));
    }
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
#[path = "columns_tests.rs"]
mod tests;
