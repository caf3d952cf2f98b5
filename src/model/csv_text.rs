//! CSV as others open it: RFC 4180, and no cell that a spreadsheet takes for a formula.

/// A table as CSV: a header, comma, quotes where RFC 4180 asks for them, lines that end in CR LF. A cell that begins like a
/// formula (`=`, `+`, `-`, `@`, tab, line break) gets a leading `'`, which spreadsheets do not show; a plain negative number
/// is none and stays.
pub fn table(headers: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut out = String::new();
    line(&mut out, headers.iter().map(|header| header.to_string()));
    for row in rows {
        line(&mut out, row.into_iter());
    }
    out
}

fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push_str(&quoted(&harmless(&cell)));
    }
    out.push_str("\r\n");
}

/// The text with a leading `'` where a spreadsheet would calculate it (OWASP, CSV injection).
pub fn harmless(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if formula && !is_negative_number(text) { format!("'{text}") } else { text.to_string() }
}

fn is_negative_number(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_digit())
            && rest.chars().all(|c| c.is_ascii_digit() || c == '.')
            && rest.matches('.').count() <= 1
    })
}

fn quoted(text: &str) -> String {
    if text.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text_and_numbers_are_numbers() {
        for (cell, written) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+12025550147", "'+12025550147"),
            ("@SUM(1)", "'@SUM(1)"),
            ("-1+2", "'-1+2"),
            ("\tx", "'\tx"),
            ("-3.25", "-3.25"),
            ("a=b", "a=b"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), written, "{cell:?}");
        }
        let text = table(&["a", "b"], [vec!["x,y".into(), "say \"hi\"\nthere".into()]].into_iter());
        assert_eq!(text, "a,b\r\n\"x,y\",\"say \"\"hi\"\"\nthere\"\r\n");
    }
}
