//! Names of people, organisations and titles.
//!
//! A person's canonical name is `given tokens / family tokens` in lower-case ASCII, one ` / ` between the sides. With one
//! side unknown the slash stays where it belongs: `jane /` has no family name, `/ doe` no given name. A generational
//! suffix is the last token of the family side (`john / smith jr`), since father and son are two people. A name whose
//! split is not known (one word alone, an organisation, a title) is its tokens without a slash.
//! What two names have in common is left to comparing; [`parse`] gives it the sides, `variants` the nicknames.
//!
//! Invariant: canonical text holds only letters, digits, single spaces and at most one slash, and normalizing it again
//! in the same way changes nothing.

mod variants;

pub use variants::{fold_organisation_token, nickname_roots, surname_groups};

use super::text::{Outcome, Written, append, fold, fold_light, is_empty_word_in_name, is_han, is_syllabic, owned};
use crate::model::value::{Marks, Normalized};
use variants::romanized_surname;

/// What a cell with a whole name holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Split {
    /// A person: given and family names are told apart.
    Person,
    /// An organisation, a title, or anything: tokens only.
    Unknown,
}

/// A canonical name, taken apart again. Sides are tokens joined by single spaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParsedName<'a> {
    /// The given side; all tokens when the split is not known.
    pub given: &'a str,
    /// The family side, generational suffix included; empty when the split is not known.
    pub family: &'a str,
    /// Whether the two sides are known.
    pub split: bool,
}

impl<'a> ParsedName<'a> {
    /// Tokens of the given side.
    pub fn given_tokens(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.given.split(' ').filter(|token| !token.is_empty())
    }

    /// Tokens of the family side, generational suffix included.
    pub fn family_tokens(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.family.split(' ').filter(|token| !token.is_empty())
    }

    /// The family side without its generational suffix.
    pub fn surname(&self) -> &'a str {
        match (self.family.rsplit_once(' '), self.generation()) {
            (Some((surname, _)), Some(_)) => surname,
            (None, Some(_)) => "",
            (_, None) => self.family,
        }
    }

    /// The generational suffix (`jr`, `sr`, `ii`, `iii`, `iv`), if the name has one.
    pub fn generation(&self) -> Option<&'a str> {
        let last = self.family.rsplit(' ').next()?;
        GENERATIONS.contains(&last).then_some(last)
    }
}

/// Takes canonical text apart. Any other text is read as tokens without a split.
pub fn parse(canonical: &str) -> ParsedName<'_> {
    match canonical.split_once('/') {
        Some((given, family)) => ParsedName { given: given.trim(), family: family.trim(), split: true },
        None => ParsedName { given: canonical, family: "", split: false },
    }
}

/// Normalizes a person's name from its two columns. Titles and degrees are dropped, apostrophes too; hyphens become
/// spaces; a suffix in either column moves to the end of the family side; a surname in Hangul or Han characters takes
/// its customary Latin spelling.
///
/// Errors: no letters, an email address, or too long.
pub fn from_parts(given: Option<&str>, family: Option<&str>) -> Outcome {
    owned(|out| from_parts_into(given, family, out))
}

/// As [`from_parts`], with the name appended to `out`.
fn from_parts_into(given: Option<&str>, family: Option<&str>, out: &mut String) -> Written {
    let given = given.filter(|cell| !is_empty_word_in_name(cell));
    let family = family.filter(|cell| !is_empty_word_in_name(cell));
    if given.is_none() && family.is_none() {
        return Ok(None);
    }
    if let Some(marks) = push_plain(given, family, out) {
        return Ok(Some(marks));
    }
    for cell in [given, family].into_iter().flatten() {
        refuse_other_things(cell)?;
    }
    let given = given.map(|cell| words(&fold(cell), Hyphen::Splits)).unwrap_or_default();
    let family = family.map(|cell| words(&family_in_latin(cell), Hyphen::Splits)).unwrap_or_default();
    append(assemble(given.split(' ').collect(), family.split(' ').collect()), out)
}

/// The fast path: each side is one word of plain letters or absent, and no title stands in front. Such a name is its
/// words in lower case. Appends nothing unless it returns marks.
fn push_plain(given: Option<&str>, family: Option<&str>, out: &mut String) -> Option<Marks> {
    let is_plain = |cell: &str| cell.len() <= LONGEST && cell.bytes().all(|b| b.is_ascii_alphabetic());
    if !given.is_none_or(is_plain) || !family.is_none_or(is_plain) {
        return None;
    }
    let start = out.len();
    out.reserve(given.map_or(0, str::len) + family.map_or(0, str::len) + 3);
    if let Some(given) = given {
        out.push_str(given);
        out[start..].make_ascii_lowercase();
        if is_title(&out[start..]) {
            out.truncate(start);
            return None;
        }
        out.push(' ');
    }
    out.push('/');
    if let Some(family) = family {
        out.push(' ');
        let at = out.len();
        out.push_str(family);
        out[at..].make_ascii_lowercase();
    }
    Some(if is_placeholder(&out[start..]) { Marks::GENERIC } else { Marks::NONE })
}

/// Normalizes a whole name from one cell.
///
/// As a person: `Last, First Middle`, `First Middle Last`, particles (`de la Cruz`, `van der Berg`, `O'Brien`,
/// `Mc Donald`), suffixes (`Jr`, `Sr`, `II`), titles and degrees (dropped), what stands in brackets or quotes (dropped),
/// Hangul and Han names (family first), and canonical text. One word alone is kept without a split. Otherwise: tokens in
/// their order, `&` as `and`, initials joined (`I.B.M.` is `ibm`).
///
/// Errors: no letters (a person) or no letters and digits (anything else), an email address, or too long.
pub fn from_full(raw: &str, split: Split) -> Outcome {
    if is_empty_word_in_name(raw) {
        return Ok(None);
    }
    match split {
        Split::Unknown => tokens_only(raw),
        Split::Person => person(raw),
    }
}

/// Longest cell that is read as a name, in bytes.
const LONGEST: usize = 1_000;

/// Suffixes as they are kept.
const GENERATIONS: [&str; 5] = ["ii", "iii", "iv", "jr", "sr"];

/// Forms of address, dropped from the front.
fn is_title(token: &str) -> bool {
    matches!(
        token,
        "capt"
            | "dame"
            | "dr"
            | "frau"
            | "herr"
            | "judge"
            | "lt"
            | "madam"
            | "miss"
            | "mr"
            | "mrs"
            | "ms"
            | "mx"
            | "prof"
            | "professor"
            | "rev"
            | "reverend"
            | "sgt"
            | "sir"
            | "sra"
            | "srta"
    )
}

/// Degrees and professional letters, dropped from the end.
fn is_degree(token: &str) -> bool {
    matches!(
        token,
        "cfa" | "cissp" | "cpa" | "dds" | "dmd" | "dvm" | "esq" | "esquire" | "mba" | "mph" | "msc" | "phd" | "pmp"
    )
}

/// Words that belong to the surname after them.
const PARTICLES: [&str; 42] = [
    "abu", "af", "al", "av", "ben", "bin", "bint", "binti", "da", "das", "de", "degli", "dei", "del", "della", "den",
    "der", "di", "do", "dos", "du", "el", "het", "ibn", "la", "las", "le", "los", "mac", "mc", "st", "ten", "ter",
    "van", "vande", "vander", "vom", "von", "zu", "zum", "zur", "y",
];

fn generation(token: &str) -> Option<&'static str> {
    Some(match token {
        "jr" | "jnr" | "junior" => "jr",
        "sr" | "snr" | "senior" => "sr",
        "ii" | "2nd" => "ii",
        "iii" | "3rd" => "iii",
        "iv" | "4th" => "iv",
        _ => return None,
    })
}

fn refuse_other_things(cell: &str) -> Result<(), String> {
    if cell.len() > LONGEST {
        return Err("too long for a name".to_owned());
    }
    if cell.contains('@') || (!cell.is_ascii() && cell.contains('＠')) {
        return Err("an email address or handle, not a name".to_owned());
    }
    Ok(())
}

/// A family name's cell as folded text: a surname in its own characters by its customary spelling, else letter by letter.
fn family_in_latin(cell: &str) -> String {
    if !cell.is_ascii() {
        let light = fold_light(cell);
        if let Some(spelling) = romanized_surname(&light) {
            return spelling.to_owned();
        }
    }
    fold(cell)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hyphen {
    /// A hyphen parts tokens.
    Splits,
    /// A hyphen between letters stays, so that a double name is one word.
    Joins,
}

/// Folded text reduced to words of letters and digits with single spaces. Apostrophes vanish, and the space after that
/// of `O' Brien`.
fn words(folded: &str, hyphen: Hyphen) -> String {
    let bytes = folded.as_bytes();
    let mut out = String::with_capacity(folded.len());
    let mut space_due = false;
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => {
                if space_due && !out.is_empty() {
                    out.push(' ');
                }
                space_due = false;
                out.push(char::from(byte));
            }
            b'\'' | b'`' => {}
            b' ' if at > 0 && matches!(bytes[at - 1], b'\'' | b'`') && matches!(last_word(&out), "o" | "d" | "mc") => {}
            b'-' if hyphen == Hyphen::Joins
                && !space_due
                && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric)
                && out.bytes().last().is_some_and(|b| b.is_ascii_alphanumeric()) =>
            {
                out.push('-');
            }
            _ => space_due = true,
        }
    }
    out
}

fn last_word(text: &str) -> &str {
    text.rsplit(' ').next().unwrap_or(text)
}

/// The canonical text of two sides' tokens (empty ones are skipped): titles and degrees dropped, suffixes last.
fn assemble<'a>(mut given: Vec<&'a str>, mut family: Vec<&'a str>) -> Outcome {
    given.retain(|token| !token.is_empty());
    family.retain(|token| !token.is_empty());
    let mut suffixes: Vec<&str> = Vec::new();
    let is_name = |token: &&str| generation(token).is_none();
    // What one rule drops may lay open a word for another; each round drops a token, so the rounds end.
    loop {
        let before = given.len() + family.len();
        // A title goes from whatever side begins the name, as long as some name and not only a suffix is left.
        while given.first().is_some_and(|first| is_title(first)) && given[1..].iter().chain(&family).any(is_name) {
            given.remove(0);
        }
        while given.is_empty() && family.first().is_some_and(|first| is_title(first)) && family[1..].iter().any(is_name)
        {
            family.remove(0);
        }
        for side in [&mut given, &mut family] {
            while side.len() > 1
                && let Some(&last) = side.last()
                && (generation(last).is_some() || is_degree(last))
            {
                suffixes.extend(generation(last));
                side.pop();
            }
            if side_says_nothing(side) {
                side.clear();
            }
        }
        if given.len() + family.len() == before {
            break;
        }
    }
    if given.is_empty() && family.is_empty() {
        return Ok(None);
    }
    suffixes.sort_unstable();
    suffixes.dedup();
    if !given.iter().chain(&family).any(|token| token.bytes().any(|b| b.is_ascii_alphabetic())) {
        return Err("no letters in it".to_owned());
    }
    let mut text = String::with_capacity(48);
    for token in &given {
        text.push_str(token);
        text.push(' ');
    }
    text.push('/');
    let mut joined = false;
    for (index, token) in family.iter().enumerate() {
        if !joined {
            text.push(' ');
        }
        text.push_str(token);
        // `Mc Donald` and a surname column's `O Brien` are one word.
        joined = !joined && (matches!(*token, "mc" | "mac") || (*token == "o" && index == 0));
    }
    for suffix in suffixes {
        text.push(' ');
        text.push_str(suffix);
    }
    let marks = if is_placeholder(&text) { Marks::GENERIC } else { Marks::NONE };
    Ok(Some(Normalized { text, marks }))
}

/// Whether a side is a word for nothing; the longer ones among them begin with one of a few words.
fn side_says_nothing(side: &[&str]) -> bool {
    match side {
        [word] => is_empty_word_in_name(word),
        ["does" | "no" | "none" | "not", ..] => is_empty_word_in_name(&side.join(" ")),
        _ => false,
    }
}

/// Names that people and systems fill in for none.
fn is_placeholder(canonical: &str) -> bool {
    matches!(
        canonical,
        "john / doe"
            | "jane / doe"
            | "test / test"
            | "test / user"
            | "test"
            | "test /"
            | "/ test"
            | "first / last"
            | "first name / last name"
            | "no / name"
            | "asdf"
            | "asdf / asdf"
            | "anonymous"
            | "anonymous /"
            | "/ anonymous"
    )
}

fn tokens_only(raw: &str) -> Outcome {
    if raw.len() > LONGEST {
        return Err("too long for a name".to_owned());
    }
    let folded = fold(raw);
    let spelled = if folded.contains('&') {
        words(&folded.replace('&', " and "), Hyphen::Splits)
    } else {
        words(&folded, Hyphen::Splits)
    };
    if spelled.is_empty() {
        return Err("no letters or digits in it".to_owned());
    }
    let mut text = String::with_capacity(spelled.len());
    let mut after_initial = false;
    for token in spelled.split(' ') {
        let initial = token.len() == 1 && token.as_bytes()[0].is_ascii_alphabetic();
        let joins = initial && after_initial;
        if !joins && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(token);
        after_initial = initial;
    }
    if is_empty_word_in_name(&text) {
        return Ok(None);
    }
    Ok(Some(Normalized::new(text)))
}

fn person(raw: &str) -> Outcome {
    refuse_other_things(raw)?;
    if let Some((given, family)) = canonical_sides(raw) {
        return assemble(given.split(' ').collect(), family.split(' ').collect());
    }
    if let Some(outcome) = person_in_own_characters(raw) {
        return outcome;
    }
    let folded = without_asides(&fold(raw));
    let mut suffixes: Vec<&'static str> = Vec::new();
    let mut segments: Vec<String> = Vec::new();
    for segment in folded.split(',') {
        let segment = words(segment, Hyphen::Joins);
        let compact: String = segment.chars().filter(|&c| c != ' ').collect();
        if segments.is_empty() || !(generation(&compact).is_some() || is_degree(&compact) || compact == "md") {
            if !segment.is_empty() {
                segments.push(segment);
            }
        } else {
            suffixes.extend(generation(&compact));
        }
    }
    match segments.as_slice() {
        [] => Err("no letters in it".to_owned()),
        [whole] => person_in_order(whole, &suffixes),
        [family, given @ ..] => {
            let given = given.join(" ");
            assemble(tokens_of(&given).collect(), tokens_of(family).chain(suffixes).collect())
        }
    }
}

/// `First Middle Last`, words apart by spaces, double names still hyphenated.
fn person_in_order(whole: &str, suffixes: &[&str]) -> Outcome {
    let mut words: &[&str] = &whole.split(' ').collect::<Vec<_>>();
    let mut suffixes = suffixes.to_vec();
    let mut addressed = false;
    while words.len() > 1 && (is_title(words[0]) || words[0] == "sr") {
        words = &words[1..];
        addressed = true;
    }
    while words.len() > 1
        && let Some(&last) = words.last()
        && (generation(last).is_some() || is_degree(last))
    {
        suffixes.extend(generation(last));
        words = &words[..words.len() - 1];
    }
    let family_from = match words {
        [word] if !addressed && suffixes.is_empty() => {
            if !word.contains('-') {
                // One word alone may be either name.
                if !word.bytes().any(|b| b.is_ascii_alphabetic()) {
                    return Err("no letters in it".to_owned());
                }
                if is_empty_word_in_name(word) {
                    return Ok(None);
                }
                let marks = if is_placeholder(word) { Marks::GENERIC } else { Marks::NONE };
                return Ok(Some(Normalized::marked(*word, marks)));
            }
            1
        }
        [_] => 0,
        _ => {
            let mut from = words.len() - 1;
            while from > 1 && PARTICLES.contains(&words[from - 1]) {
                from -= 1;
            }
            from
        }
    };
    let (given, family) = words.split_at(family_from);
    assemble(
        given.iter().flat_map(|word| tokens_of(word)).collect(),
        family.iter().flat_map(|word| tokens_of(word)).chain(suffixes).collect(),
    )
}

/// Tokens of words that may be hyphenated.
fn tokens_of(words: &str) -> impl Iterator<Item = &str> {
    words.split([' ', '-'])
}

/// The sides of text that has the canonical form already.
fn canonical_sides(text: &str) -> Option<(&str, &str)> {
    let (given, family) = text.split_once('/')?;
    let plain = |side: &str| side.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b' ');
    let apart = (given.is_empty() || given.ends_with(' ')) && (family.is_empty() || family.starts_with(' '));
    (apart && plain(given) && plain(family)).then_some((given, family))
}

/// Folded text without what stands in brackets or double quotes, unless nothing else is there.
fn without_asides(folded: &str) -> String {
    let mut out = String::with_capacity(folded.len());
    let (mut depth, mut quoted) = (0u32, false);
    for c in folded.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '"' => quoted = !quoted,
            _ if depth == 0 && !quoted => {
                out.push(c);
                continue;
            }
            _ => {}
        }
        out.push(' ');
    }
    if out.bytes().any(|b| b.is_ascii_alphanumeric()) { out } else { folded.to_owned() }
}

/// A name written in Hangul or Han characters only: the family name comes first. `None` for any other text.
fn person_in_own_characters(raw: &str) -> Option<Outcome> {
    if raw.is_ascii() {
        return None;
    }
    let light = fold_light(raw);
    let own = |c: char| is_syllabic(c) || c == ' ' || c == '·';
    if !light.chars().all(own) || !light.chars().any(is_syllabic) {
        return None;
    }
    let words: Vec<&str> = light.split([' ', '·']).filter(|word| !word.is_empty()).collect();
    let (family, given) = match words.as_slice() {
        [whole] => {
            let (family, given) = whole.split_at(surname_bytes(whole));
            (family, fold(given))
        }
        // `민준 김`: the Western order, told by the only surname of the two.
        [first, last]
            if romanized_surname(first).is_none()
                && romanized_surname(last).is_some()
                && first.chars().nth(1).is_some() =>
        {
            (*last, fold(first))
        }
        [first, rest @ ..] => (*first, fold(&rest.join(" "))),
        [] => return None,
    };
    let family = family_in_latin(family);
    Some(assemble(given.split(' ').collect(), family.split(' ').collect()))
}

/// Length in bytes of the surname at the start of an undivided name: a known one of two characters, else one; of four
/// Han characters without a known surname two, as Japanese names have it.
fn surname_bytes(whole: &str) -> usize {
    let end_of = |count: usize| whole.char_indices().nth(count).map_or(whole.len(), |(at, _)| at);
    let two = &whole[..end_of(2)];
    let length = whole.chars().count();
    let known_two = romanized_surname(two).is_some() && two.chars().count() == 2;
    let japanese = length >= 4 && whole.chars().all(is_han);
    if known_two || japanese { two.len() } else { end_of(1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(outcome: Outcome) -> Option<String> {
        outcome.ok().flatten().map(|found| found.text)
    }

    fn check(raw: &str, expected: &str) {
        assert_eq!(text(from_full(raw, Split::Person)).as_deref(), Some(expected), "{raw:?}");
        assert_eq!(text(from_full(expected, Split::Person)).as_deref(), Some(expected), "{expected:?} again");
    }

    #[test]
    fn reads_orders_of_whole_names() {
        check("Jane Doe", "jane / doe");
        check("JANE Q. DOE", "jane q / doe");
        check("Doe, Jane", "jane / doe");
        check("Doe, Jane Q.", "jane q / doe");
        check("  doe ,jane  ", "jane / doe");
        check("José Álvarez", "jose / alvarez");
        check("Madonna", "madonna");
        check("Mr. Doe", "/ doe");
        check("Dr. Jane Doe, Ph.D.", "jane / doe");
        check("Jane Doe PhD, MBA", "jane / doe");
        check("Jane \"JJ\" Doe (she/her)", "jane / doe");
        check("J.R. Doe", "j r / doe");
    }

    #[test]
    fn keeps_particles_and_double_names_together() {
        check("Maria de la Cruz", "maria / de la cruz");
        check("Ludwig van der Berg", "ludwig / van der berg");
        check("de la Cruz, Maria", "maria / de la cruz");
        check("Mary Smith-Jones", "mary / smith jones");
        check("Anne-Marie Doe", "anne marie / doe");
        check("Conan O'Brien", "conan / obrien");
        check("Conan O’Brien", "conan / obrien");
        check("Conan O' Brien", "conan / obrien");
        check("Ronald Mc Donald", "ronald / mcdonald");
        check("Ahmed bin Khalid", "ahmed / bin khalid");
        // A particle with no given name before it is the given name.
        check("Van Nguyen", "van / nguyen");
        check("Al Doe", "al / doe");
        check("John O Brien", "john o / brien");
    }

    #[test]
    fn keeps_father_and_son_apart() {
        for raw in [
            "John Smith Jr",
            "John Smith, Jr.",
            "Smith, John, Jr.",
            "Smith Jr., John",
            "Smith, John Jr",
            "JOHN SMITH JUNIOR",
        ] {
            check(raw, "john / smith jr");
        }
        check("John Smith Sr.", "john / smith sr");
        check("John Smith III", "john / smith iii");
        check("John Smith 2nd", "john / smith ii");
        check("Smith, John V", "john v / smith");
        check("Junior Smith", "junior / smith");
        check("Jr", "jr");
    }

    #[test]
    fn reads_names_in_their_own_characters() {
        check("박민준", "min jun / park");
        check("김 민준", "min jun / kim");
        check("민준 김", "min jun / kim");
        check("남궁민", "min / namgung");
        check("최영수", "yeong su / choi");
        check("王小明", "xiao ming / wang");
        check("欧阳修", "xiu / ouyang");
        check("田中太郎", "tai lang / tian zhong");
        check("김", "/ kim");
        check("Иван Петров", "ivan / petrov");
    }

    #[test]
    fn reads_two_columns() {
        let check = |given: &str, family: &str, expected: &str| {
            let found = text(from_parts(Some(given), Some(family)));
            assert_eq!(found.as_deref(), Some(expected), "{given:?} {family:?}");
            let parsed = parse(expected);
            assert_eq!(text(from_parts(Some(parsed.given), Some(parsed.family))).as_deref(), Some(expected));
        };
        check("Jane", "Doe", "jane / doe");
        check("JANE Q.", "DOE-ROE", "jane q / doe roe");
        check("Dr. Jane", "Doe, PhD", "jane / doe");
        check("John Jr.", "Smith", "john / smith jr");
        check("John", "Smith, Jr.", "john / smith jr");
        check("Conan", "O Brien", "conan / obrien");
        check("Conan", "O'Brien", "conan / obrien");
        check("Ronald", "Mc Donald", "ronald / mcdonald");
        check("민준", "박", "min jun / park");
        check("Jane", "", "jane /");
        check("", "Doe", "/ doe");
        check("Na", "n/a", "na /");
        check("Leovegildo", "Junior", "leovegildo / junior");
        assert_eq!(from_parts(Some("jane"), None), Ok(Some(Normalized::new("jane /"))));
        assert_eq!(from_parts(None, Some("null")), Ok(None));
        assert_eq!(from_parts(None, None), Ok(None));
    }

    #[test]
    fn plain_words_are_read_as_what_looks_like_them() {
        // The same cells, and with a full stop that sends them the longer way.
        for (given, family) in [
            ("Jane", "Doe"),
            ("JOHN", "doe"),
            ("Dr", "Doe"),
            ("Dr", "Jr"),
            ("Jane", "Mr"),
            ("Jr", "Sr"),
            ("PhD", "Esq"),
            ("Mc", "O"),
            ("Na", "None"),
            ("test", "User"),
            ("", "Test"),
            ("Anonymous", ""),
            ("Mr", ""),
        ] {
            let cell = |text: &'static str| (!text.is_empty()).then_some(text);
            let dotted = [given, family].map(|text| format!("{text}."));
            let longer = from_parts(cell(given).map(|_| &*dotted[0]), cell(family).map(|_| &*dotted[1]));
            assert_eq!(from_parts(cell(given), cell(family)), longer, "{given:?} {family:?}");
        }
    }

    #[test]
    fn appends_to_a_buffer() {
        let mut out = String::from("a");
        assert_eq!(from_parts_into(Some("Jane"), Some("Doe"), &mut out), Ok(Some(Marks::GENERIC)));
        assert_eq!(from_parts_into(Some("Mr"), Some("Roe"), &mut out), Ok(Some(Marks::NONE)));
        assert_eq!(from_parts_into(Some("n/a"), None, &mut out), Ok(None));
        assert!(from_parts_into(Some("12"), Some("34"), &mut out).is_err());
        assert_eq!(out, "ajane / doe/ roe");
    }

    #[test]
    fn reads_organisations() {
        let check = |raw: &str, expected: &str| {
            assert_eq!(text(from_full(raw, Split::Unknown)).as_deref(), Some(expected), "{raw:?}");
            assert_eq!(text(from_full(expected, Split::Unknown)).as_deref(), Some(expected), "{expected:?} again");
        };
        check("Precious Little One's Learning Center, Inc.", "precious little ones learning center inc");
        check("Smith & Sons L.L.C.", "smith and sons llc");
        check("I.B.M. Corp", "ibm corp");
        check("St Catherine's - St. Lucy School", "st catherines st lucy school");
        check("AT&T", "at and t");
        check("21", "21");
        check("john / smith", "john smith");
        check("Café Zürich", "cafe zurich");
    }

    #[test]
    fn refuses_what_is_no_name() {
        let check =
            |raw: &str, reason: &str| assert_eq!(from_full(raw, Split::Person), Err(reason.to_owned()), "{raw:?}");
        check("12345", "no letters in it");
        check("12 34", "no letters in it");
        check("jane@example.com", "an email address or handle, not a name");
        check(&"a".repeat(3_000_000), "too long for a name");
        for nothing in ["", "n/a", "-", "NULL", "unknown", "..."] {
            assert_eq!(from_full(nothing, Split::Person), Ok(None), "{nothing:?}");
            assert_eq!(from_full(nothing, Split::Unknown), Ok(None), "{nothing:?}");
        }
        assert_eq!(from_full("\u{E000}", Split::Unknown), Err("no letters or digits in it".to_owned()));
    }

    #[test]
    fn marks_placeholders() {
        let marks = |raw| from_full(raw, Split::Person).unwrap().unwrap().marks;
        assert_eq!(marks("Test User"), Marks::GENERIC);
        assert_eq!(marks("Jane Roe"), Marks::NONE);
    }

    #[test]
    fn parses_canonical_text() {
        let name = parse("john q / de la cruz jr");
        assert!(name.split);
        assert_eq!(name.given_tokens().collect::<Vec<_>>(), ["john", "q"]);
        assert_eq!(name.family_tokens().collect::<Vec<_>>(), ["de", "la", "cruz", "jr"]);
        assert_eq!((name.surname(), name.generation()), ("de la cruz", Some("jr")));
        assert_eq!(parse("jane /"), ParsedName { given: "jane", family: "", split: true });
        assert_eq!(parse("/ doe"), ParsedName { given: "", family: "doe", split: true });
        assert_eq!(parse("acme widgets"), ParsedName { given: "acme widgets", family: "", split: false });
        assert_eq!(parse("/ doe").generation(), None);
    }

    fn idempotent(raw: &str) -> Result<(), TestCaseError> {
        for split in [Split::Person, Split::Unknown] {
            if let Ok(Some(found)) = from_full(raw, split) {
                prop_assert!(
                    found.text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b" /".contains(&b))
                );
                prop_assert_eq!(found.text.trim(), &found.text);
                prop_assert_eq!(from_full(&found.text, split), Ok(Some(found)), "{:?} {:?}", raw, split);
            }
        }
        let (given, family) = raw.split_at(raw.char_indices().nth(raw.chars().count() / 2).map_or(0, |(at, _)| at));
        if let Ok(Some(found)) = from_parts(Some(given), Some(family)) {
            prop_assert_eq!(from_full(&found.text, Split::Person), Ok(Some(found.clone())), "{:?} {:?}", given, family);
            let parsed = parse(&found.text);
            prop_assert_eq!(from_parts(Some(parsed.given), Some(parsed.family)), Ok(Some(found)));
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn idempotent_on_names(
            raw in "((jr|sr|iii|dr|mr|phd|junior|o|mc|mac|van|de la|null|na|n/a|Smith|Jane|A|B|7|김|박민준|남궁|欧阳|é|/|,|-|'|\\.|\\(|\\)|\"| ){1,2}[ ]?){1,7}"
        ) {
            idempotent(&raw)?;
        }

        #[test]
        fn idempotent_on_anything(raw in any::<String>()) {
            idempotent(&raw)?;
        }
    }
}
