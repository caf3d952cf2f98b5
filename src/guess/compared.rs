//! Which columns without a field are worth comparing, and as what: for plain tables, where every column may say something
//! of what a row is. A company's exports are full of columns that do not, so nothing is added there.
//!
//! Invariant: a column that says where a row came from, names the row, or holds the answer of an earlier linkage is never
//! compared; nor is one that is refused or sensitive.

use super::aliases::listed;
use super::columns::meanings;
use super::keys::ROW_IDS;
use super::values::{in_range, is_date};
use super::{Column, Draft, GuessedSource, unique_name};
use crate::config::BUILT_IN_COMPARISONS;
use crate::model::field::Field;
use crate::model::record::RecordKind;
use crate::model::value::AttributeType;
use std::collections::{BTreeMap, HashSet};

/// A `[[comparison]]` of a guess.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuessedComparison {
    /// From the header; unique and no name of a built-in comparison.
    pub name: String,
    /// From the values.
    pub compared_as: AttributeType,
    /// As the config shall name them: with the source before them only where that is needed.
    pub columns: Vec<String>,
    /// What the type rests on.
    pub because: String,
}

/// Comparisons that are written at most; a table that is wider is for its user to choose from.
const MOST: usize = 40;
/// Least share of values that must be numbers, or dates.
const NEARLY_ALL: f64 = 0.95;
/// Different values that a category has at most.
const CATEGORIES_MOST: usize = 50;
/// Words in the median value from which on a text is long.
const LONG_WORDS: usize = 8;

/// Values that a running number has at least, where no header says that it is one.
const RUN_LEAST: usize = 20;

const ROW: &str = "names the row";
const ORIGIN: &str = "says where a row came from";
const ANSWER: &str = "may be the answer of an earlier linkage";

/// Columns that are compared together: one per source, under headers that differ in nothing but their spelling.
struct Group<'a, 'b> {
    slug: String,
    /// Source and column.
    members: Vec<(usize, &'a Column<'b>)>,
}

/// Moves what is worth comparing from the `unmapped` columns of plain tables to comparisons; what is not gets its reason.
pub(super) fn choose(drafts: &[Draft<'_>], sources: &mut [GuessedSource]) -> Vec<GuessedComparison> {
    let mut groups: Vec<Group<'_, '_>> = Vec::new();
    for (at, draft) in drafts.iter().enumerate().filter(|(_, draft)| draft.kind == RecordKind::Person) {
        for (i, column) in draft.columns.iter().enumerate().filter(|(_, column)| column.is_usable()) {
            if !sources[at].unmapped.iter().any(|name| name == column.name) {
                continue;
            }
            if let Some(reason) = no_reason_to_compare(draft, i) {
                sources[at].left_out.push((column.name.to_owned(), reason));
                continue;
            }
            let slug = unique_name(column.name, &[]);
            let same = |group: &&mut Group<'_, '_>| group.slug == slug && group.members.iter().all(|(s, _)| *s != at);
            match groups.iter_mut().find(same) {
                Some(group) => group.members.push((at, column)),
                None => groups.push(Group { slug, members: vec![(at, column)] }),
            }
        }
    }
    let mut comparisons: Vec<GuessedComparison> = Vec::new();
    for group in groups {
        let judged = if comparisons.len() < MOST { judge(&group) } else { Err("is one of more than 40") };
        match judged {
            Ok((compared_as, because)) => {
                let taken: Vec<String> = comparisons.iter().map(|known| known.name.clone()).collect();
                let columns = columns(&group, drafts, sources);
                comparisons.push(GuessedComparison { name: name(&group.slug, &taken), compared_as, columns, because });
                for (at, column) in &group.members {
                    sources[*at].unmapped.retain(|name| name != column.name);
                }
            }
            Err(reason) => {
                for (at, column) in &group.members {
                    sources[*at].left_out.push((column.name.to_owned(), reason));
                }
            }
        }
    }
    comparisons
}

/// A name from a header that no other comparison has.
fn name(slug: &str, taken: &[String]) -> String {
    let end = slug.char_indices().nth(60).map_or(slug.len(), |(end, _)| end);
    let short = slug[..end].trim_end_matches('_');
    let own = if BUILT_IN_COMPARISONS.contains(&short) { format!("{short}_column") } else { short.to_owned() };
    unique_name(&own, taken)
}

/// A group's columns as the config names them. A name alone means that column in every source of persons, so it is only
/// used where all of these belong to the group.
fn columns(group: &Group<'_, '_>, drafts: &[Draft<'_>], sources: &[GuessedSource]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (at, column) in &group.members {
        let having = drafts.iter().enumerate().filter(|(_, draft)| {
            draft.kind.is_person() && draft.preview.table.names.iter().any(|name| name == column.name)
        });
        let all = having
            .map(|(other, _)| other)
            .all(|other| group.members.iter().any(|(member, same)| *member == other && same.name == column.name));
        let looks_prefixed =
            sources.iter().any(|s| column.name.strip_prefix(s.name.as_str()).is_some_and(|rest| rest.starts_with(':')));
        let name = if all && !looks_prefixed {
            column.name.to_owned()
        } else {
            format!("{}:{}", sources[*at].name, column.name)
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// What speaks against comparing a column, by its header and what was made of the others.
fn no_reason_to_compare(draft: &Draft<'_>, i: usize) -> Option<&'static str> {
    let column = &draft.columns[i];
    let meanings = meanings(&column.words, draft.kind);
    let means = |fields: &[Field]| meanings.iter().any(|meaning| fields.contains(&meaning.field));
    let maps = |field: Field| draft.mapping.fields.iter().any(|(mapped, _)| *mapped == field);
    let names_are_mapped = maps(Field::GivenName) || maps(Field::FamilyName);
    if says_answer(&column.words) {
        Some(ANSWER)
    } else if says_origin(&column.words) {
        Some(ORIGIN)
    } else if ROW_IDS.contains(&column.words.concat().as_str()) || says_row(&column.words) || numbers_rows(column) {
        Some(ROW)
    } else if draft.mapping.left_out.contains(&i) {
        Some("is left out, see above")
    } else if meanings.iter().any(|meaning| meaning.field.is_sensitive())
        || column.seen.share(is_personal_number) >= 0.8
    {
        Some("looks sensitive: map it to its field, or not at all")
    } else if column.seen.are_forms_of_address() {
        Some("holds forms of address")
    } else if means(&[Field::Email, Field::Ip, Field::HardwareAddress, Field::ProfileUrl, Field::Iban])
        && draft.mapping.field_of(i).is_none()
    {
        Some("is not what its header says")
    } else if names_are_mapped
        && (means(&[Field::GivenName, Field::FamilyName]) || means(&[Field::FullName]) && names_people(column))
    {
        Some("is compared by the parts of the name")
    } else if means(&[Field::Address]) && maps(Field::Street) {
        Some("is compared by the parts of the address")
    } else {
        None
    }
}

fn names_people(column: &Column<'_>) -> bool {
    column.words.iter().any(|word| word == "name" || word == "names") || column.seen.are_person_names()
}

/// Words that may stand beside one that gives a header away.
const NEUTRAL: &str = "name names id ids no nr num number code system data record records row rows table type key date time \
                       at on by version last first is orig original label set utc";

/// Whether a header is made of such words and neutral ones, with one of the former at least.
fn consists_of(words: &[String], telling: &str) -> bool {
    words.iter().any(|word| listed(telling, word))
        && words.iter().all(|word| listed(telling, word) || listed(NEUTRAL, word))
}

fn says_origin(words: &[String]) -> bool {
    const WORDS: &str = "source sources dataset datasource datafile file filename filepath origin batch import imported \
                         feed provenance crawl crawled scraped extracted loaded ingested etl timestamp created updated \
                         modified changed inserted retrieved ltable rtable lastmodified lastupdated";
    let squashed = words.concat();
    consists_of(words, WORDS) || squashed == "dataset" || words.first().is_some_and(|w| listed("ltable rtable", w))
}

fn says_row(words: &[String]) -> bool {
    let has = |list: &str| words.iter().any(|word| listed(list, word));
    let squashed = words.concat();
    let numbers = has("row record rec line")
        && has("number no nr num id index idx")
        && consists_of(words, "row record rec line index idx");
    numbers
        || ["index", "idx", "rownum", "lineno", "recno", "recnum", "rownumber", "linenumber", "unnamed0"]
            .contains(&squashed.as_str())
}

fn says_answer(words: &[String]) -> bool {
    const WORDS: &str = "cluster clusters entity ent truth gold match matched duplicate duplicates dup dups cid";
    consists_of(words, WORDS)
}

/// Whether every row has a value of its own that was given out to name it: a running number, a UUID, an id.
fn numbers_rows(column: &Column<'_>) -> bool {
    if !column.may_be_key() || column.seen.filled < 2 {
        return false;
    }
    let numbers: Option<Vec<u64>> = column.values().map(|value| value.parse().ok()).collect();
    let runs = numbers.is_some_and(|numbers| {
        let (least, most) = (numbers.iter().min().copied(), numbers.iter().max().copied());
        let span = most.zip(least).map_or(0, |(most, least)| most - least);
        span < numbers.len() as u64 * 2
    });
    let is_one_word = |value: &str| !value.contains(char::is_whitespace);
    let is_id = column.words.last().is_some_and(|word| matches!(word.as_str(), "id" | "uuid" | "guid" | "key"));
    // Of a few rows anything may look like a running number.
    (runs && (is_id || column.seen.filled >= RUN_LEAST))
        || (is_id && column.values().all(is_one_word))
        || column.seen.share(is_uuid) >= NEARLY_ALL
}

fn is_uuid(value: &str) -> bool {
    let hex = value.bytes().filter(u8::is_ascii_hexdigit).count();
    (24..=64).contains(&hex) && value.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b'-' | b'{' | b'}'))
}

/// Three, two and four digits, as personal numbers are written.
fn is_personal_number(value: &str) -> bool {
    let mut groups = value.split('-').map(|group| (group.len(), group.bytes().all(|b| b.is_ascii_digit())));
    let form: [Option<(usize, bool)>; 4] = std::array::from_fn(|_| groups.next());
    form == [Some((3, true)), Some((2, true)), Some((4, true)), None]
}

/// The type that a group's values show, with what it rests on; else why they are not worth comparing.
fn judge(group: &Group<'_, '_>) -> Result<(AttributeType, String), &'static str> {
    let rows: usize = group.members.iter().map(|(_, column)| column.seen.rows).sum();
    let values: Vec<&str> = group.members.iter().flat_map(|(_, column)| column.values()).collect();
    let filled = values.len();
    if filled < 2 || filled * 100 < rows {
        return Err("is almost empty");
    }
    let distinct = values.iter().collect::<HashSet<_>>().len();
    if distinct < 2 {
        return Err("has one value only");
    }
    let share = |fits: &dyn Fn(&str) -> bool| values.iter().filter(|value| fits(value)).count() as f64 / filled as f64;
    let many = distinct > CATEGORIES_MOST || distinct * 5 >= filled;
    let is_number = share(&looks_like_number) >= NEARLY_ALL;
    let words = &group.members[0].1.words;
    if is_number && many && is_numeric_code(&values, words) {
        return Ok((AttributeType::Code, format!("numbers that count nothing, {distinct} different ones")));
    }
    if share(&is_calendar_date) >= NEARLY_ALL {
        return Ok((AttributeType::Date, "its values are dates".to_owned()));
    }
    if is_number {
        return Ok((AttributeType::Number, "its values are numbers".to_owned()));
    }
    if many && share(&is_code) >= 0.8 {
        return Ok((AttributeType::Code, format!("single words with digits, {distinct} different ones")));
    }
    let mut lengths: Vec<usize> = values.iter().map(|value| value.split_whitespace().count()).collect();
    lengths.sort_unstable();
    let median = lengths[filled / 2];
    // Of a few rows a few values are enough to be few.
    let few = distinct <= CATEGORIES_MOST && (distinct * 20 <= filled || (distinct <= 5 && distinct * 3 <= filled));
    if few && median < LONG_WORDS {
        return Ok((AttributeType::Category, format!("{distinct} different values in {filled} rows")));
    }
    if median >= LONG_WORDS {
        return Ok((AttributeType::LongText, format!("half of its values have {median} words or more")));
    }
    Ok((AttributeType::Text, format!("{distinct} different short texts in {filled} rows")))
}

/// A number with what people write around it; a first look, `normalize` decides later.
fn looks_like_number(value: &str) -> bool {
    let bare: String = value.chars().filter(|c| !"$€£¥%,() ".contains(*c)).collect();
    !bare.is_empty()
        && bare.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b))
        && bare.parse::<f64>().is_ok_and(f64::is_finite)
}

/// Whole numbers that are names: with zeros in front, of one length, or under a header that says so.
fn is_numeric_code(values: &[&str], words: &[String]) -> bool {
    let whole = values.iter().filter(|value| value.bytes().all(|b| b.is_ascii_digit())).count();
    if whole * 100 < values.len() * 95 {
        return false;
    }
    let padded = values.iter().filter(|value| value.len() > 1 && value.starts_with('0')).count();
    let mut lengths: BTreeMap<usize, usize> = BTreeMap::new();
    values.iter().for_each(|value| *lengths.entry(value.len()).or_default() += 1);
    let one_length = lengths.iter().any(|(length, count)| *length >= 6 && count * 100 >= values.len() * 98);
    const CODES: &str = "id code sku upc ean gtin isbn issn asin mpn modelno";
    let named = words.iter().any(|word| listed(CODES, word))
        || words.len() > 1 && words.last().is_some_and(|word| listed("no number num nr", word));
    padded * 20 >= values.len() || one_length || named
}

/// One word with a digit in it.
fn is_code(value: &str) -> bool {
    value.bytes().any(|b| b.is_ascii_digit()) && !value.contains(char::is_whitespace) && !value.contains(':')
}

/// A date that is not just a row of digits, unless the digits are year, month and day.
fn is_calendar_date(value: &str) -> bool {
    let digits_only = value.bytes().all(|b| b.is_ascii_digit());
    is_date(value) && (!digits_only || value.len() == 8 && in_range(&value[4..6], 12) && in_range(&value[6..], 31))
}
