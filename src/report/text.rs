//! Text for terminals and the measuring, cleaning and cutting of text that every drawing needs too.
//!
//! Pure functions that return a `String`; colors, the terminal's width and printing are left to the command line.
//! Invariant: nothing that leaves this file holds a control character that came from the data, so a value can neither
//! move a terminal's cursor nor turn the reading direction of the label beside it.

use crate::model::value::EvidenceFamily;

/// One line of the table of rings.
#[derive(Clone, Debug, PartialEq)]
pub struct RingRow {
    /// Position in the review list, from 1.
    pub rank: usize,
    /// The ring's persistent id.
    pub ring_id: String,
    /// `review`, `priority` and the like.
    pub level: String,
    /// Strength of the evidence in bits.
    pub bits: f64,
    /// Independent families that hold the ring up.
    pub families: Vec<EvidenceFamily>,
    /// Personas in the ring.
    pub personas: usize,
    /// Operator clusters in the ring.
    pub operators: usize,
    /// Sites in the ring.
    pub sites: usize,
    /// Records in the ring.
    pub records: usize,
    /// Why, in one neutral sentence.
    pub reason: String,
}

/// The table of rings for a terminal of `width` columns (kept within 60 to 200): one line of figures per ring, and
/// below it the families and the reason, wrapped to at most three lines.
pub fn ring_table(rows: &[RingRow], width: usize) -> String {
    let width = width.clamp(60, 200);
    if rows.is_empty() {
        return "no rings\n".to_string();
    }
    let mut table = Table::new(["rank", "ring", "level", "bits", "personas", "operators", "sites", "records"])
        .right_align(&[0, 3, 4, 5, 6, 7]);
    for row in rows {
        let families: Vec<&str> = row.families.iter().map(|family| family.name()).collect();
        let because = match (families.is_empty(), row.reason.trim().is_empty()) {
            (true, _) => row.reason.clone(),
            (false, true) => families.join(" + "),
            (false, false) => format!("{}: {}", families.join(" + "), row.reason),
        };
        table = table
            .row([
                row.rank.to_string(),
                row.ring_id.clone(),
                row.level.clone(),
                bits(row.bits),
                row.personas.to_string(),
                row.operators.to_string(),
                row.sites.to_string(),
                row.records.to_string(),
            ])
            .note(because, 3);
    }
    table.render(width)
}

/// A small aligned table. Columns are as wide as their widest cell; when that is more than the terminal has, the widest
/// columns give way first and their cells are cut with `…`.
#[derive(Clone, Debug, Default)]
pub struct Table {
    headers: Vec<String>,
    right: Vec<bool>,
    rows: Vec<Row>,
}

#[derive(Clone, Debug, Default)]
struct Row {
    cells: Vec<String>,
    note: String,
    note_lines: usize,
}

/// Spaces between two columns.
const GAP: usize = 2;
/// How far a note stands in from the left.
const NOTE_INDENT: usize = 6;
/// No column is cut below this.
const COLUMN_MIN: usize = 4;

impl Table {
    /// A table with these column heads.
    pub fn new<H: Into<String>>(headers: impl IntoIterator<Item = H>) -> Self {
        let headers: Vec<String> = headers.into_iter().map(|header| clean(&header.into())).collect();
        Self { right: vec![false; headers.len()], headers, rows: Vec::new() }
    }

    /// Aligns the columns with these indices to the right; an index that is not there is passed over.
    pub fn right_align(mut self, columns: &[usize]) -> Self {
        for &column in columns {
            if let Some(right) = self.right.get_mut(column) {
                *right = true;
            }
        }
        self
    }

    /// Adds a row. Missing cells stay blank, surplus cells are dropped.
    pub fn row<C: Into<String>>(mut self, cells: impl IntoIterator<Item = C>) -> Self {
        let mut cells: Vec<String> = cells.into_iter().map(|cell| clean(&cell.into())).collect();
        cells.resize(self.headers.len(), String::new());
        self.rows.push(Row { cells, ..Row::default() });
        self
    }

    /// Puts a paragraph below the last row, indented and wrapped to at most `lines` lines.
    pub fn note(mut self, text: impl Into<String>, lines: usize) -> Self {
        if let Some(row) = self.rows.last_mut() {
            row.note = clean(&text.into());
            row.note_lines = lines;
        }
        self
    }

    /// The table as text for `width` columns, each line ended by a newline and without trailing spaces.
    pub fn render(&self, width: usize) -> String {
        let mut widths: Vec<usize> = self.headers.iter().map(|header| columns(header)).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(&row.cells) {
                *width = (*width).max(columns(cell));
            }
        }
        let room = width.saturating_sub(GAP * widths.len().saturating_sub(1));
        while widths.iter().sum::<usize>() > room {
            let Some(widest) = (0..widths.len()).rev().max_by_key(|&column| widths[column]) else { break };
            if widths[widest] <= COLUMN_MIN {
                break;
            }
            widths[widest] -= 1;
        }
        let mut out = String::new();
        self.line(&self.headers, &widths, &mut out);
        for row in &self.rows {
            self.line(&row.cells, &widths, &mut out);
            if !row.note.is_empty() {
                let room = width.saturating_sub(NOTE_INDENT).max(20);
                for line in wrap(&row.note, room as f64, row.note_lines, |text| columns(text) as f64) {
                    out.push_str(&" ".repeat(NOTE_INDENT));
                    out.push_str(&line);
                    out.push('\n');
                }
            }
        }
        out
    }

    fn line(&self, cells: &[String], widths: &[usize], out: &mut String) {
        let mut line = String::new();
        for (column, (cell, &width)) in cells.iter().zip(widths).enumerate() {
            let cell = cut(cell, width);
            let blank = " ".repeat(width.saturating_sub(columns(&cell)));
            if column > 0 {
                line.push_str(&" ".repeat(GAP));
            }
            if self.right[column] {
                line.push_str(&blank);
                line.push_str(&cell);
            } else {
                line.push_str(&cell);
                line.push_str(&blank);
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

/// Bits with sign and one decimal: `+12.3`, `-4.0`, `+0.0`; `?` for what is not a number, and short for what no
/// evidence weighs (`+1.0e9`).
pub fn bits(bits: f64) -> String {
    if bits.is_nan() {
        return "?".to_string();
    }
    if bits.is_finite() && bits.abs() >= 1e6 {
        return format!("{bits:+.1e}");
    }
    let text = format!("{bits:+.1}");
    if text == "-0.0" { "+0.0".to_string() } else { text }
}

/// A waterfall of evidence as a text bar chart: the prior, each contribution from where the one before it ended, and
/// the total. `█` adds, `▒` takes away, `│` is zero. `width` is kept within 50 to 200.
///
/// ```text
/// prior           -14.3      ▒▒▒▒▒▒▒▒▒▒▒│
/// same phone      +12.3       █████████ │
/// total            -2.0               ▒▒│
/// ```
pub fn waterfall(contributions: &[(String, f64)], prior: f64, total: f64, width: usize) -> String {
    let width = width.clamp(50, 200);
    let mut steps: Vec<(String, f64, f64, f64)> = Vec::with_capacity(contributions.len() + 2);
    let finite = |value: f64| if value.is_finite() { value.clamp(-1e6, 1e6) } else { 0.0 };
    steps.push(("prior".to_string(), prior, 0.0, finite(prior)));
    let mut at = finite(prior);
    for (label, value) in contributions {
        let next = at + finite(*value);
        steps.push((clean(label), *value, at, next));
        at = next;
    }
    steps.push(("total".to_string(), total, 0.0, finite(total)));

    let longest = steps.iter().map(|step| columns(&step.0)).max().unwrap_or(0);
    let label_width = longest.min(width / 2);
    let number_width = steps.iter().map(|step| bits(step.1).len()).max().unwrap_or(0);
    let bar_width = width.saturating_sub(label_width + number_width + 2 * GAP + 1).max(10);
    let low = steps.iter().fold(0.0f64, |low, step| low.min(step.2).min(step.3));
    let high = steps.iter().fold(0.0f64, |high, step| high.max(step.2).max(step.3));
    let span = (high - low).max(1e-9);
    let position = |value: f64| ((value - low) / span * bar_width as f64).round() as usize;
    let zero = position(0.0);

    let mut out = String::new();
    for (label, value, from, to) in &steps {
        let label = cut(label, label_width);
        let number = bits(*value);
        out.push_str(&label);
        out.push_str(&" ".repeat(label_width - columns(&label) + GAP + number_width - number.len()));
        out.push_str(&number);
        let (start, end) = (position(from.min(*to)), position(from.max(*to)));
        // A contribution too small for one column still shows, or the chart would hide that it counted.
        let end = if start == end && *value != 0.0 { start + 1 } else { end };
        let mut bar = String::new();
        for column in 0..=bar_width {
            if column == zero {
                bar.push('│');
            }
            bar.push(match (start <= column && column < end, to >= from) {
                (true, true) => '█',
                (true, false) => '▒',
                _ => ' ',
            });
        }
        out.push_str(&" ".repeat(GAP));
        out.push_str(bar.trim_end());
        out.push('\n');
    }
    out
}

/// Text from the data made safe to show: line ends and tabs become spaces, control characters, characters that turn
/// the reading direction, invisible ones and non-characters go, and a pile of combining marks is kept to three.
/// Idempotent.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0;
    for ch in text.chars() {
        let ch = match ch {
            '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
            _ if ch.is_control() || is_unseen(ch) => continue,
            _ => ch,
        };
        marks = if is_mark(ch) { marks + 1 } else { 0 };
        if marks <= 3 {
            out.push(ch);
        }
    }
    out
}

/// Terminal columns that a text takes: two for East Asian wide characters and emoji, none for combining marks.
pub fn columns(text: &str) -> usize {
    text.chars().map(char_columns).sum()
}

/// The text, or as much of it as leaves room for a closing `…` in `width` columns.
pub fn cut(text: &str, width: usize) -> String {
    cut_by(text, width as f64, |text| columns(text) as f64)
}

/// The text, or its longest beginning that together with `…` measures no more than `room`. `measure` must not shrink
/// when text is added. Cuts in O(n log n).
pub fn cut_by(text: &str, room: f64, measure: impl Fn(&str) -> f64) -> String {
    if measure(text) <= room {
        return text.to_string();
    }
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let shown = |count: usize| format!("{}…", text[..ends.get(count).copied().unwrap_or(0)].trim_end());
    let fits = ends.partition_point(|&end| measure(&format!("{}…", text[..end].trim_end())) <= room);
    if fits == 0 {
        return String::new();
    }
    shown(fits - 1)
}

/// The text in lines that each measure no more than `room`, broken at spaces and, where a word alone is too long,
/// inside it. The last of `lines_max` lines is cut with `…` when more follows.
pub fn wrap(text: &str, room: f64, lines_max: usize, measure: impl Fn(&str) -> f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let mut word = word;
        loop {
            let joined = if line.is_empty() { word.to_string() } else { format!("{line} {word}") };
            if measure(&joined) <= room {
                line = joined;
                break;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
                if lines.len() > lines_max {
                    break;
                }
                continue;
            }
            // The word alone is too long: as much of it as fits, at least one character, makes a line.
            let ends: Vec<usize> = word.char_indices().map(|(at, ch)| at + ch.len_utf8()).collect();
            let fits = ends.partition_point(|&end| measure(&word[..end]) <= room).max(1);
            let end = ends[fits - 1];
            if end == word.len() {
                line = word.to_string();
                break;
            }
            lines.push(word[..end].to_string());
            word = &word[end..];
            if lines.len() > lines_max {
                break;
            }
        }
        if lines.len() > lines_max {
            break;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    if lines.len() > lines_max {
        lines.truncate(lines_max);
        if let Some(last) = lines.last_mut() {
            // One space more than fits makes the cut certain; the sentence then ends visibly open.
            let open = format!("{last} …");
            *last = if measure(&open) <= room { open } else { cut_by(&format!("{last}……"), room, &measure) };
        }
    }
    lines
}

/// Estimated width in pixels of a text set in a common sans-serif face at `size` pixels, on the generous side: the
/// figures are those of the widest of the faces that the drawings ask for.
pub fn pixels(text: &str, size: f64, bold: bool) -> f64 {
    let em: f64 = text.chars().map(char_em).sum();
    em * size * if bold { 1.1 } else { 1.0 }
}

/// Whether [`pixels`] can be trusted: scripts whose glyphs are of known width.
pub fn is_measurable(text: &str) -> bool {
    text.chars().all(|ch| {
        matches!(ch as u32, 0x20..=0x7e | 0xa0..=0x24f | 0x370..=0x3ff | 0x400..=0x52f | 0x2010..=0x2027
            | 0x3000..=0x30ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xac00..=0xd7a3 | 0xff01..=0xff60)
    })
}

fn char_em(ch: char) -> f64 {
    match ch {
        'i' | 'j' | 'l' | '\'' | '|' => 0.29,
        ' ' | '.' | ',' | ':' | ';' | '!' | '/' | '\\' | 'I' => 0.35,
        'f' | 'r' | 't' | '-' | '(' | ')' | '[' | ']' | '`' => 0.42,
        'm' | 'M' | 'W' | '@' | '%' | '—' | '…' => 1.0,
        'w' | '+' | '=' | '<' | '>' | '~' | '#' | '^' | '&' => 0.84,
        'Q' | 'O' | 'G' | 'D' | 'N' | 'H' | 'U' => 0.79,
        'A'..='Z' => 0.69,
        '0'..='9' | 'a'..='z' => 0.63,
        '_' | '*' | '"' | '?' | '$' | '{' | '}' => 0.63,
        '\u{fdfd}' => 12.0,
        '\u{fdf0}'..='\u{fdfc}' => 4.0,
        '\u{2e3a}' | '\u{2e3b}' => 3.0,
        '\u{12000}'..='\u{1254f}' => 5.0,
        _ if is_mark(ch) => 0.0,
        _ if ch as u32 >= 0x1f000 => 1.4,
        _ => match char_columns(ch) {
            0 => 0.0,
            1 => 0.72,
            _ => 1.02,
        },
    }
}

fn char_columns(ch: char) -> usize {
    if ch.is_ascii() {
        return usize::from(!ch.is_ascii_control());
    }
    if is_mark(ch) || is_unseen(ch) || ch.is_control() {
        return 0;
    }
    // East Asian Wide and Fullwidth of Unicode annex 11, and the pictographs that terminals show in two columns.
    let wide = matches!(ch as u32,
        0x1100..=0x115f | 0x231a..=0x231b | 0x23e9..=0x23ec | 0x2614..=0x2615 | 0x26a1 | 0x2705 | 0x274c | 0x2e80..=0x303e
        | 0x3041..=0x33ff | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xa000..=0xa4cf | 0xa960..=0xa97f | 0xac00..=0xd7a3
        | 0xf900..=0xfaff | 0xfe10..=0xfe19 | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x17000..=0x18aff
        | 0x1b000..=0x1b2ff | 0x1f004 | 0x1f0cf | 0x1f18e | 0x1f191..=0x1f19a | 0x1f200..=0x1f320 | 0x1f32d..=0x1f64f
        | 0x1f680..=0x1f6ff | 0x1f7e0..=0x1f7eb | 0x1f90c..=0x1f9ff | 0x1fa70..=0x1faff | 0x20000..=0x3fffd);
    if wide { 2 } else { 1 }
}

/// Combining marks of the scripts in use, variation selectors, Hangul vowels and finals that join the letter before.
fn is_mark(ch: char) -> bool {
    matches!(ch as u32,
        0x300..=0x36f | 0x483..=0x489 | 0x591..=0x5bd | 0x5bf | 0x5c1..=0x5c2 | 0x610..=0x61a | 0x64b..=0x65f | 0x670
        | 0x6d6..=0x6dc | 0x93c | 0x941..=0x948 | 0x94d | 0xe31 | 0xe34..=0xe3a | 0xe47..=0xe4e | 0x1160..=0x11ff
        | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x200d | 0x20d0..=0x20ff | 0x3099..=0x309a | 0xfe00..=0xfe0f
        | 0xfe20..=0xfe2f | 0x1f3fb..=0x1f3ff | 0xe0100..=0xe01ef)
}

/// Characters without a look of their own that can hide or reorder what is beside them, and non-characters.
fn is_unseen(ch: char) -> bool {
    let code = ch as u32;
    matches!(code,
        0xad | 0x61c | 0x180e | 0x200b..=0x200c | 0x200e..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xfeff
        | 0xfff9..=0xfffb | 0xfdd0..=0xfdef | 0xe0000..=0xe007f)
        || code & 0xfffe == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_snapshot;
    use proptest::prelude::*;

    fn row(rank: usize, families: &[EvidenceFamily], reason: &str) -> RingRow {
        RingRow {
            rank,
            ring_id: format!("R-00{rank}"),
            level: "review".to_string(),
            bits: 34.25 / rank as f64,
            families: families.to_vec(),
            personas: 8,
            operators: 2,
            sites: 1,
            records: 31,
            reason: reason.to_string(),
        }
    }

    #[test]
    fn rings_in_a_table() {
        use EvidenceFamily::*;
        let rows = [
            row(
                1,
                &[Contact, Payment, Place],
                "Eight personas share one delivery address, two phones and one account, and their devices came out of one home network at the same hours.",
            ),
            row(12, &[Contact, DeviceNetwork], "Same phone."),
        ];
        assert_snapshot!(ring_table(&rows, 80), @r"
        rank  ring    level    bits  personas  operators  sites  records
           1  R-001   review  +34.2         8          2      1       31
              contact + payment + place: Eight personas share one delivery address, two
              phones and one account, and their devices came out of one home network at
              the same hours.
          12  R-0012  review   +2.9         8          2      1       31
              contact + device/network: Same phone.
        ");
        assert_eq!(ring_table(&[], 80), "no rings\n");
    }

    #[test]
    fn a_table_gives_way_at_its_widest_column_and_counts_wide_characters() {
        let table = Table::new(["key", "name", "n"])
            .right_align(&[2, 9])
            .row(["E-1", "김하나", "7"])
            .row(["E-2", "a name that is far too long for it", "12"])
            .row(["E-3"]);
        assert_snapshot!(table.render(24), @r"
        key  name              n
        E-1  김하나            7
        E-2  a name that is…  12
        E-3
        ");
    }

    #[test]
    fn bits_have_one_form() {
        for (value, expected) in [
            (12.34, "+12.3"),
            (-4.0, "-4.0"),
            (0.0, "+0.0"),
            (-0.01, "+0.0"),
            (f64::NAN, "?"),
            (f64::INFINITY, "+inf"),
            (1e9, "+1.0e9"),
        ] {
            assert_eq!(bits(value), expected);
        }
    }

    #[test]
    fn a_waterfall_steps_from_the_prior_to_the_total() {
        let steps =
            [("same phone".to_string(), 12.3), ("other city".to_string(), -2.0), ("same account".to_string(), 10.0)];
        assert_snapshot!(waterfall(&steps, -14.3, 6.0, 60), @r"
        prior         -14.3  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒│
        same phone    +12.3  ███████████████████████    │
        other city     -2.0                     ▒▒▒▒    │
        same account  +10.0                     ████████│███████████
        total          +6.0                             │███████████
        ");
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300] {
            let drawn = waterfall(&[("x".to_string(), bad)], bad, bad, 0);
            assert!(drawn.lines().all(|line| columns(line) <= 60), "{drawn}");
        }
    }

    #[test]
    fn cleaning_drops_what_could_act_and_keeps_what_is_read() {
        for (text, expected) in [
            ("a\x1b[31mred", "a[31mred"),
            ("two\r\nlines", "two  lines"),
            ("\u{202e}gpj.exe", "gpj.exe"),
            ("nul\0l", "null"),
            ("Zoë 김하나 🧑‍💻", "Zoë 김하나 🧑‍💻"),
            ("e\u{301}\u{301}\u{301}\u{301}\u{301}!", "e\u{301}\u{301}\u{301}!"),
            ("a\u{ffff}\u{feff}b", "ab"),
        ] {
            assert_eq!(clean(text), expected, "{text:?}");
        }
    }

    #[test]
    fn columns_count_what_a_terminal_shows() {
        for (text, expected) in
            [("abc", 3), ("김하나", 6), ("e\u{301}", 1), ("ｆｕｌｌ", 8), ("🙂", 2), ("é", 1), ("", 0)]
        {
            assert_eq!(columns(text), expected, "{text:?}");
        }
    }

    #[test]
    fn cutting_leaves_room_for_the_mark() {
        for (text, width, expected) in [
            ("short", 5, "short"),
            ("longer", 5, "long…"),
            ("김하나", 5, "김하…"),
            ("ab cd", 4, "ab…"),
            ("abc", 1, "…"),
            ("abc", 0, ""),
        ] {
            assert_eq!(cut(text, width), expected, "{text:?} in {width}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn nothing_is_wider_than_asked(text in "\\PC{0,60}", width in 2usize..40, lines in 1usize..4) {
            let text = clean(&text);
            prop_assert!(columns(&cut(&text, width)) <= width);
            let wrapped = wrap(&text, width as f64, lines, |text| columns(text) as f64);
            prop_assert!(wrapped.len() <= lines);
            for line in &wrapped {
                prop_assert!(columns(line) <= width, "{line:?}");
            }
        }

        #[test]
        fn wrapping_loses_nothing_when_there_are_lines_enough(text in "[a-z ]{0,60}", width in 2usize..20) {
            let wrapped = wrap(&text, width as f64, 1000, |text| columns(text) as f64);
            prop_assert_eq!(wrapped.concat().replace(' ', ""), text.replace(' ', ""));
        }

        #[test]
        fn cleaning_is_idempotent(text in any::<String>()) {
            let once = clean(&text);
            prop_assert!(!once.chars().any(|ch| ch.is_control()));
            prop_assert_eq!(clean(&once), once);
        }
    }
}
