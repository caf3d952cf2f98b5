//! Cells: several values in one, and what of a cell may be shown in `rejects.csv`.

use crate::model::field::Field;
use serde_json::Value;

/// Characters of a rejected value that are shown.
pub const SHOWN_CHARS_MAX: usize = 200;

/// Calls `take` with each value of a cell. Of a field that may hold several they are split at `;`, `|` and line ends, taken
/// from a JSON array (of strings, or of objects with a `value`), and split at `,` when each piece looks like a value of
/// that field by itself: `Whitfield, Dana <dana@example.com>` stays whole.
pub fn each_value(field: Field, cell: &str, mut take: impl FnMut(&str)) {
    if !field.is_multi_valued() {
        return take(cell);
    }
    if cell.trim_start().starts_with(['[', '{'])
        && let Ok(json) = serde_json::from_str::<Value>(cell)
    {
        return each_json_value(&json, &mut take);
    }
    let has_extension = matches!(field, Field::Phone | Field::RefereePhone) && cell.contains(";ext");
    if has_extension {
        // `+12025550100;ext=5` is one canonical number.
        return cell.split(['|', '\n', '\r']).for_each(|piece| each_comma(field, piece, &mut take));
    }
    if !cell.contains([';', '|', '\n', '\r', ',']) {
        return take(cell);
    }
    cell.split([';', '|', '\n', '\r']).for_each(|piece| each_comma(field, piece, &mut take));
}

fn each_json_value(json: &Value, take: &mut impl FnMut(&str)) {
    match json {
        Value::String(text) => take(text),
        Value::Number(number) => take(&number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| each_json_value(item, take)),
        Value::Object(members) => {
            if let Some(value @ (Value::String(_) | Value::Number(_))) = members.get("value") {
                each_json_value(value, take);
            }
        }
        Value::Null | Value::Bool(_) => {}
    }
}

fn each_comma(field: Field, piece: &str, take: &mut impl FnMut(&str)) {
    let looks_whole: fn(&str) -> bool = match field {
        Field::Email | Field::RefereeEmail => |part| part.contains('@'),
        Field::Phone | Field::RefereePhone => |part| part.bytes().filter(u8::is_ascii_digit).count() >= 7,
        Field::Ip => |part| part.contains(['.', ':']),
        Field::HardwareAddress => |part| part.bytes().filter(u8::is_ascii_hexdigit).count() >= 6,
        Field::Wallet | Field::PhotoHash => |part| part.trim().len() >= 16,
        _ => |_| false,
    };
    if piece.contains(',') && piece.split(',').filter(|part| !part.trim().is_empty()).all(looks_whole) {
        piece.split(',').for_each(take);
    } else {
        take(piece);
    }
}

/// A value as `rejects.csv` shows it: its first 200 characters, or only its last four when it is sensitive.
pub fn shown(value: &str, is_sensitive: bool) -> String {
    if is_sensitive {
        return masked(value);
    }
    match value.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => value[..end].to_owned(),
        None => value.to_owned(),
    }
}

/// The last four letters or digits behind stars; stars only when there are no more than four.
fn masked(value: &str) -> String {
    let count = value.chars().filter(|c| c.is_alphanumeric()).count();
    let tail: String =
        if count > 4 { value.chars().filter(|c| c.is_alphanumeric()).skip(count - 4).collect() } else { String::new() };
    format!("****{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(field: Field, cell: &str, expected: &[&str]) {
        let mut got = Vec::new();
        each_value(field, cell, |value| {
            if !value.trim().is_empty() {
                got.push(value.trim().to_owned());
            }
        });
        assert_eq!(got, expected, "{cell}");
    }

    #[test]
    fn several_values_in_a_cell() {
        let both = ["a@example.com", "b@example.com"];
        for cell in [
            "a@example.com;b@example.com",
            "a@example.com|b@example.com",
            "a@example.com, b@example.com",
            "a@example.com\nb@example.com",
            r#"["a@example.com","b@example.com"]"#,
            r#"[{"value":"a@example.com","type":"home"},{"value":"b@example.com"}]"#,
        ] {
            check(Field::Email, cell, &both);
        }
        check(Field::Phone, "202-555-0100, 202-555-0101", &["202-555-0100", "202-555-0101"]);
        check(Field::Ip, "203.0.113.7,2001:db8::1", &["203.0.113.7", "2001:db8::1"]);
        check(Field::Handle, "[]", &[]);
    }

    #[test]
    fn what_looks_like_several_and_is_one() {
        check(Field::Email, "Whitfield, Dana <dana@example.com>", &["Whitfield, Dana <dana@example.com>"]);
        check(Field::Phone, "202-555-0100, ext 5", &["202-555-0100, ext 5"]);
        check(Field::Phone, "+12025550100;ext=5", &["+12025550100;ext=5"]);
        check(Field::Ip, "[2001:db8::1]:443", &["[2001:db8::1]:443"]);
        check(Field::RefereeName, "Whitfield, Dana", &["Whitfield, Dana"]);
        // Not a field of several values.
        check(Field::FullName, "a;b", &["a;b"]);
        check(Field::Email, "[broken", &["[broken"]);
    }

    #[test]
    fn sensitive_values_show_their_last_four() {
        assert_eq!(shown("900-12-3456", true), "****3456");
        assert_eq!(shown("3456", true), "****");
        assert_eq!(shown("900-12-3456", false), "900-12-3456");
        assert_eq!(shown(&"é".repeat(300), false).chars().count(), SHOWN_CHARS_MAX);
    }
}
