//! One line of a postal address to its parts: number, street, unit, city, region, postal code.
//!
//! Rules, read from the right (country, postal code, region, city) and then from the left (number, street, unit); no
//! gazetteer and no statistics, so a line without commas whose street has no suffix splits street and city by the words
//! that usually begin or end a city's name. What two spellings of one address have in common matters more than what the
//! parts are called: a rule that is wrong about both in the same way does no harm.

use super::super::text::split_once;
use super::tables::{self, Word};
use super::tail::take_tail;
use super::tokens::{Token, is_shape, ordinal_digits, tokenize};
use super::units::{Unit, is_bare_id, is_unit_like, take_unit, unit_id};
use std::borrow::Cow;

/// What one line says. Parts that it does not name are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line<'a> {
    pub number: Cow<'a, str>,
    pub street: String,
    pub unit: Unit,
    pub city: Cow<'a, str>,
    pub region: &'static str,
    pub postal_code: Cow<'a, str>,
    pub country: &'static str,
    /// A PO box, a private mailbox or a care-of line.
    pub is_mailbox: bool,
    /// A postal code got its leading zeros back.
    pub is_restored: bool,
}

/// Reads a line, which is [`clean`](super::tokens::clean). `known_city` is the canonical city of a column of its own, or
/// empty; `street` an empty text with room for the street.
pub fn parse<'a>(clean: &'a str, known_city: &str, street: String) -> Line<'a> {
    let mut line = Line { street, ..Line::default() };
    if clean.is_empty() {
        return line;
    }
    let mut tokens = tokenize(clean);
    take_care_of(&mut tokens, &mut line);
    let tail = take_tail(&mut tokens, &mut line);
    let has_tail = tail || !known_city.is_empty();
    let had_box = take_box(&mut tokens, &mut line);
    parse_body(&tokens, known_city, tail, has_tail, &mut line);
    // `12 main st, new york` names the city, which has its state's name.
    if line.city.is_empty() && known_city.is_empty() && line.region == "ny" && clean.contains("new york") {
        line.city = Cow::Borrowed("new york");
    }
    if let Some(id) = had_box {
        if line.number.is_empty() && (line.street.is_empty() || line.street.starts_with("rr ")) {
            line.number = Cow::Owned(id);
            if line.street.is_empty() {
                line.street.push_str("po box");
            }
        } else {
            line.unit.add_kept("po box", &id);
        }
    }
    line
}

/// The units of a clean cell that holds nothing else; text that is no unit is kept as the name of a building.
pub fn parse_unit(clean: &str, line: &mut Line) {
    let tokens = tokenize(clean);
    let mut at = 0;
    while at < tokens.len() {
        let used = take_unit(&tokens[at..], &mut line.unit, &mut line.is_mailbox, true);
        if used > 0 {
            at += used;
        } else if is_bare_id(tokens[at].text) {
            line.unit.add_bare(&unit_id(tokens[at].text));
            at += 1;
        } else {
            line.unit.add_other(written(&tokens[at]));
            at += 1;
        }
    }
}

/// Canonical city: abbreviations written out, punctuation gone.
pub fn city_text<'a>(words: impl IntoIterator<Item = &'a str>) -> Cow<'a, str> {
    city_of(words.into_iter().map(|text| (text, tables::word(text))))
}

/// The canonical city that tokens name.
fn city_of_tokens<'a>(tokens: &[Token<'a>]) -> Cow<'a, str> {
    city_of(tokens.iter().map(|token| (token.text, token.word)))
}

fn city_of<'a>(words: impl Iterator<Item = (&'a str, &'static Word)>) -> Cow<'a, str> {
    let mut text: Cow<'a, str> = Cow::Borrowed("");
    let mut words = words.peekable();
    while let Some((token, known)) = words.next() {
        let full = match token {
            "st" | "ste" if words.peek().is_some() => "saint",
            "n" if text.is_empty() => "north",
            "s" if text.is_empty() => "south",
            "e" if text.is_empty() => "east",
            "w" if text.is_empty() => "west",
            "#" => "no",
            _ => known.full.unwrap_or(token),
        };
        if text.is_empty() {
            // Most cities are one word, which needs no copy.
            text = Cow::Borrowed(full);
        } else {
            let text = text.to_mut();
            text.push(' ');
            text.push_str(full);
        }
    }
    if text == "new york city" || text == "nyc" { Cow::Borrowed("new york") } else { text }
}

/// Drops `c/o NAME` and `attn NAME` up to the next segment or number.
fn take_care_of(tokens: &mut Vec<Token>, line: &mut Line) {
    let is_start = |tokens: &[Token], at: usize| match tokens[at].text {
        "c/o" | "attn" | "attention" => 1,
        "care" if tokens.get(at + 1).is_some_and(|next| next.text == "of") => 2,
        _ => 0,
    };
    if !tokens.iter().any(|token| token.word.begins_care_of) {
        return;
    }
    let Some(start) = (0..tokens.len()).find(|&at| is_start(tokens, at) > 0) else { return };
    line.is_mailbox |= !tokens[start].text.starts_with("att");
    let body = start + is_start(tokens, start);
    let end = (body..tokens.len())
        .find(|&at| {
            tokens[at].starts_with_digit() || (at > body && tokens[at].starts_segment) || tokens[at].text == "po"
        })
        .unwrap_or(tokens.len());
    if let Some(next) = tokens.get_mut(end) {
        next.starts_segment = true;
    }
    tokens.drain(start..end);
}

/// Takes a PO box (or a rural route's box) out of the tokens and returns its number.
fn take_box(tokens: &mut Vec<Token>, line: &mut Line) -> Option<String> {
    for at in 0..tokens.len() {
        if !tokens[at].word.begins_box {
            continue;
        }
        let word = |offset: usize| tokens.get(at + offset).map_or("", |token| token.text);
        let (words, is_office) = match (word(0), word(1), word(2)) {
            ("po", "box" | "b" | "bx", _) => (2, true),
            ("pobox" | "pob", _, _) => (1, true),
            ("p", "o", "box") | ("post" | "postal", "office", "box") => (3, true),
            ("box", _, _) if tokens[at].starts_segment => (1, true),
            ("box", _, _) if at >= 2 && is_rural_route(tokens[at - 2].text) => (1, false),
            ("po", next, _) if next.starts_with(|c: char| c.is_ascii_digit()) => (1, true),
            _ => continue,
        };
        let label = usize::from(matches!(word(words), "#" | "no" | "number"));
        let id = word(words + label);
        if !is_unit_like(id) {
            continue;
        }
        let id = unit_id(id).into_owned();
        let end = at + words + label + 1;
        if let Some(next) = tokens.get_mut(end) {
            next.starts_segment = true;
        }
        tokens.drain(at..end);
        line.is_mailbox |= is_office;
        return Some(id);
    }
    None
}

fn is_rural_route(word: &str) -> bool {
    matches!(word, "rr" | "hc" | "rfd" | "route" | "rte" | "rt")
}

/// Number, street, unit and city from what stands before the tail.
fn parse_body<'a>(tokens: &[Token<'a>], known_city: &str, tail: bool, has_tail: bool, line: &mut Line<'a>) {
    if tokens.is_empty() {
        return;
    }
    let mut list: Vec<&[Token]> = Vec::new();
    let segments: &[&[Token]] = if tokens[1..].iter().any(|token| token.starts_segment) {
        list.extend(segments_of(tokens));
        // Units in segments of their own, wherever they stand.
        list.retain(|segment| !take_units(segment, line));
        &list
    } else {
        &[tokens]
    };
    if segments.is_empty() {
        return;
    }
    let is_number = |segment: &[Token]| house_number(segment[0].text).is_some();
    let street_at = segments
        .iter()
        .enumerate()
        .position(|(at, segment)| segment.len() > 1 && is_number(segment) && !is_postal_city(segments, at))
        .or_else(|| (0..segments.len()).find(|&at| is_number(segments[at]) && !is_postal_city(segments, at)))
        .or_else(|| segments.iter().position(|s| s.len() > 1 && s[1..].iter().any(|t| t.word.suffix.is_some())))
        .unwrap_or(0);
    // After a box was taken out, what is left in one segment is the city.
    if line.is_mailbox && segments.len() == 1 && !is_number(segments[0]) && has_tail {
        let no_suffix = segments[0].iter().all(|token| token.word.suffix.is_none() || token.text == "st");
        if no_suffix {
            line.city = city_of_tokens(segments[0]);
            return;
        }
    }
    let mut last = segments.len();
    if known_city.is_empty() && last > street_at + 1 {
        last -= 1;
        take_city(segments[last], line);
    }
    let ends_with_street = !known_city.is_empty() || last < segments.len() || (!tail && segments.len() > 1);
    let mut street = segments[street_at];
    // `12, Main Street`: the number stands alone, the street behind it.
    if street.len() == 1 && street_at + 1 < last && !is_number(segments[street_at + 1]) {
        line.number = house_number(street[0].text).map(Cow::Borrowed).unwrap_or_default();
        street = segments[street_at + 1];
    }
    // `15 e 12th st between 5th ave and university pl`: how to find a house does not name it.
    if let Some(note) = street.iter().skip(2).position(|token| token.word.begins_note) {
        street = &street[..note + 2];
    }
    parse_street(street, known_city, ends_with_street, has_tail, line);
    for (at, segment) in segments[..last].iter().enumerate() {
        if at <= street_at || std::ptr::eq(*segment, street) {
            continue;
        }
        if segment.len() == 1 && is_bare_id(segment[0].text) {
            line.unit.add_bare(&unit_id(segment[0].text));
            continue;
        }
        if known_city.is_empty() || city_of_tokens(segment) != known_city {
            // A building or a locality: it tells doors apart, not houses, so it goes where the building level ignores it.
            for token in *segment {
                line.unit.add_other(written(token));
            }
        }
    }
}

/// The tokens between two commas each.
fn segments_of<'t, 'a>(tokens: &'t [Token<'a>]) -> impl Iterator<Item = &'t [Token<'a>]> {
    let mut rest = tokens;
    std::iter::from_fn(move || {
        let behind = rest.get(1..)?.iter().position(|token| token.starts_segment).map_or(rest.len(), |at| at + 1);
        let (segment, after) = rest.split_at(behind);
        rest = after;
        Some(segment)
    })
}

/// Takes the units of a segment that holds nothing else; false, and nothing taken, of any other segment.
fn take_units(segment: &[Token], line: &mut Line) -> bool {
    let mut scratch = Unit::default();
    let mut mailbox = false;
    let mut at = 0;
    while at < segment.len() {
        match take_unit(&segment[at..], &mut scratch, &mut mailbox, true) {
            0 => return false,
            used => at += used,
        }
    }
    line.unit.unite(scratch);
    line.is_mailbox |= mailbox;
    true
}

/// Whether a segment is a city behind its postal code, the street's segment before it having its number at the end.
fn is_postal_city(segments: &[&[Token]], at: usize) -> bool {
    let segment = segments[at];
    at > 0
        && (4..=6).contains(&segment[0].text.len())
        && segment[0].text.bytes().all(|b| b.is_ascii_digit())
        && segment.iter().all(|token| token.word.suffix.is_none())
        && segments[at - 1].len() > 1
        && segments[at - 1].last().is_some_and(|token| house_number(token.text).is_some())
}

/// A city's segment; `10117 berlin` brings its postal code.
fn take_city<'a>(segment: &[Token<'a>], line: &mut Line<'a>) {
    let mut words = segment;
    if segment.len() == 1 && is_bare_id(segment[0].text) {
        line.unit.add_bare(&unit_id(segment[0].text));
        return;
    }
    if words.len() > 1
        && line.postal_code.is_empty()
        && (4..=6).contains(&words[0].text.len())
        && words[0].text.bytes().all(|b| b.is_ascii_digit())
    {
        line.postal_code = Cow::Borrowed(words[0].text);
        words = &words[1..];
    }
    let mut at = 0;
    while at < words.len() {
        match take_unit(&words[at..], &mut line.unit, &mut line.is_mailbox, at == 0) {
            0 => break,
            used => at += used,
        }
    }
    line.city = city_of_tokens(&words[at..]);
}

/// The segment that holds the street. `is_whole`: nothing but number, street and unit is expected in it.
fn parse_street<'a>(segment: &[Token<'a>], known_city: &str, is_whole: bool, has_tail: bool, line: &mut Line<'a>) {
    let mut rest = strip_city(segment, known_city);
    // A unit before the number: `flat 2 12 high st`, `# 4 12 main st`.
    let mut scratch = Unit::default();
    let used = take_unit(rest, &mut scratch, &mut line.is_mailbox, false);
    if used > 0 && rest.get(used).is_some_and(|token| house_number(token.text).is_some()) {
        line.unit.unite(scratch);
        rest = &rest[used..];
    } else if rest.len() > 1 && matches!(rest[0].text, "no" | "nr" | "number" | "#") && rest[1].starts_with_digit() {
        rest = &rest[1..];
    }
    if line.number.is_empty() {
        rest = take_number(rest, line);
    }
    let (end, after) = street_end(rest, is_whole, has_tail, line);
    let mut leftover = &rest[after..];
    let mut body = &rest[..end];
    // `unter den linden 5`: many countries put the number behind the street.
    if line.number.is_empty()
        && body.len() > 1
        && let Some(number) = body.last().and_then(|token| house_number(token.text))
        && !is_numbered_road(&body[..body.len() - 1])
        && body[body.len() - 2].word.suffix.is_none()
    {
        line.number = Cow::Borrowed(number);
        body = &body[..body.len() - 1];
    }
    while let [first, ..] = leftover {
        let used = take_unit(leftover, &mut line.unit, &mut line.is_mailbox, true);
        if used > 0 {
            leftover = &leftover[used..];
        } else if line.number.is_empty()
            && let Some(number) = house_number(first.text)
        {
            line.number = Cow::Borrowed(number);
            leftover = &leftover[1..];
        } else if is_bare_id(first.text) && !(first.word.direction.is_some() && leftover.len() > 1) {
            line.unit.add_bare(&unit_id(first.text));
            leftover = &leftover[1..];
        } else {
            break;
        }
    }
    if !leftover.is_empty() {
        if known_city.is_empty() && line.city.is_empty() {
            line.city = city_of_tokens(leftover);
        } else {
            for token in leftover {
                line.unit.add_other(written(token));
            }
        }
    }
    street_text(body, is_whole, &mut line.street);
}

/// The segment without the city of the column beside it.
fn strip_city<'t, 'a>(segment: &'t [Token<'a>], known_city: &str) -> &'t [Token<'a>] {
    if known_city.is_empty() {
        return segment;
    }
    let count = known_city.bytes().filter(|b| *b == b' ').count() + 1;
    if segment.len() < count + 2 {
        return segment;
    }
    let (front, back) = segment.split_at(segment.len() - count);
    if city_of_tokens(back) == known_city { front } else { segment }
}

/// Takes the house number from the front: `12`, `12-14`, `12a`, `12 a`, `77-12`, `123 1/2`, and `1/23` as unit 1 of 23.
fn take_number<'t, 'a>(rest: &'t [Token<'a>], line: &mut Line<'a>) -> &'t [Token<'a>] {
    let [first, after @ ..] = rest else { return rest };
    if first.text == "one" && after.len() > 1 {
        line.number = Cow::Borrowed("1");
        return after;
    }
    if let Some((unit, number)) = split_once(first.text, b'/')
        && unit.starts_with(|c: char| c.is_ascii_digit())
        && let Some(number) = house_number(number)
    {
        line.unit.add_bare(&unit_id(unit));
        line.number = Cow::Borrowed(number);
        return after;
    }
    let Some(number) = house_number(first.text) else { return rest };
    // A bare number before nothing but a suffix is the name of the street: `51 st`.
    line.number = Cow::Borrowed(number);
    match after {
        [fraction, rest @ ..] if fraction.text.contains('/') && fraction.text.len() == 3 => {
            line.number.to_mut().push(' ');
            line.number.to_mut().push_str(fraction.text);
            rest
        }
        [letter, name, _, ..]
            if is_shape(letter.text, "a")
                && letter.word.direction.is_none()
                && name.word.suffix.is_none()
                && line.number.bytes().all(|b| b.is_ascii_digit()) =>
        {
            line.number.to_mut().push_str(letter.text);
            &after[1..]
        }
        _ => after,
    }
}

/// A house number in canonical form: begins with a digit (or is a grid number such as `n112w16730`), is no ordinal.
fn house_number(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let first = *bytes.first()?;
    if !first.is_ascii_digit() && !matches!(first, b'n' | b's' | b'e' | b'w') {
        return None;
    }
    let has_slash = bytes.contains(&b'/');
    if has_slash || text.len() > 12 {
        return (has_slash && first.is_ascii_digit() && text.len() > 3).then_some(text);
    }
    if first.is_ascii_digit() {
        if ordinal_digits(text).is_some() {
            return None;
        }
        let zeros = bytes.iter().take_while(|b| **b == b'0').count();
        let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        return Some(if is_digit(zeros) { &text[zeros..] } else { text });
    }
    let is_grid =
        bytes.len() >= 4 && bytes[1].is_ascii_digit() && bytes.iter().filter(|b| b.is_ascii_digit()).count() >= 3;
    is_grid.then_some(text)
}

/// Where the street's name ends, and where what follows it begins: after the first unit, the last suffix of a whole
/// segment, the first suffix otherwise, or before what looks like a city.
fn street_end(rest: &[Token], is_whole: bool, has_tail: bool, line: &Line) -> (usize, usize) {
    let count = rest.len();
    let mut probe = Unit::default();
    let mut mailbox = false;
    for at in 1..count {
        let previous = rest[at - 1].word;
        let ends_name = previous.suffix.is_some() || previous.direction.is_some();
        if take_unit(&rest[at..], &mut probe, &mut mailbox, ends_name) > 0 {
            return (at, at);
        }
    }
    if let Some(end) = fixed_name_end(rest) {
        let end = with_direction(rest, end);
        return (end, end);
    }
    let is_suffix = |at: usize| rest[at].word.suffix.is_some() && !is_saint(rest, at, is_whole) && !is_doctor(rest, at);
    let found =
        if is_whole { (1..count).rev().find(|&at| is_suffix(at)) } else { (1..count).find(|&at| is_suffix(at)) };
    if let Some(at) = found {
        let mut end = at + 1;
        while !is_whole && end < count && is_suffix(end) && rest[end].text != "st" {
            end += 1;
        }
        let end = with_direction(rest, end);
        return (end, end);
    }
    if is_whole {
        // `27 washington 4b`
        let last_is_unit = count > 1
            && !line.number.is_empty()
            && rest[count - 1].text.bytes().any(|b| b.is_ascii_digit())
            && ordinal_digits(rest[count - 1].text).is_none()
            && !is_numbered_road(&rest[..count - 1]);
        let end = count - usize::from(last_is_unit);
        return (end, end);
    }
    if !has_tail || count < 2 {
        return (count, count);
    }
    let mut city = 1;
    if count > 2 && (rest[count - 1].word.ends_city || rest[count - 2].word.begins_city) {
        city = 2;
        while city + 1 < count && rest[count - city - 1].word.begins_city && rest[count - 1].word.ends_city {
            city += 1;
        }
    }
    // A direction in front is no street by itself.
    let least = if rest[0].word.direction.is_some() { 2 } else { 1 };
    let end = count.saturating_sub(city).max(least.min(count));
    (end, end)
}

/// The end of a name whose shape is fixed: `highway 50`, `county road 12`, `avenue b`, `avenue of the americas`.
fn fixed_name_end(rest: &[Token]) -> Option<usize> {
    for at in 1..rest.len() {
        if rest[at].starts_with_digit() && is_numbered_road(&rest[..at]) {
            return Some(at + 1);
        }
    }
    match rest {
        [first, second, ..] if matches!(first.word.suffix, Some("ave")) && is_shape(second.text, "a") => Some(2),
        [first, of, the, _, ..] if first.word.suffix.is_some() && of.text == "of" && the.text == "the" => Some(4),
        [first, of, _, ..] if first.word.suffix.is_some() && of.text == "of" => Some(3),
        _ => None,
    }
}

/// Whether words are those that a road's number follows.
fn is_numbered_road(words: &[Token]) -> bool {
    let Some(last) = words.last() else { return false };
    match last.word.suffix {
        Some("hwy" | "rte") => true,
        Some("rd") => {
            words.len() > 1
                && matches!(
                    words[words.len() - 2].text,
                    "county" | "co" | "state" | "farm" | "ranch" | "township" | "twp" | "forest" | "private" | "market"
                )
        }
        _ => {
            matches!(last.text, "rt" | "interstate" | "rr" | "hc")
                || (words.len() <= 2 && matches!(last.text, "us" | "fm" | "cr" | "sr" | "ih"))
        }
    }
}

/// The end after a direction behind the suffix. Written out before another word it begins a city: `main st north bend`.
fn with_direction(rest: &[Token], end: usize) -> usize {
    let Some(token) = rest.get(end) else { return end };
    let begins_city = end + 1 < rest.len() && matches!(token.text, "north" | "south" | "east" | "west");
    if token.word.direction.is_some() && !begins_city { end + 1 } else { end }
}

/// Whether `dr` is the title in a name: behind a direction, and a suffix of its own ends the name.
fn is_doctor(words: &[Token], at: usize) -> bool {
    at == 1
        && words[1].text == "dr"
        && words[0].word.direction.is_some()
        && words.get(2).is_some_and(|next| next.word.suffix.is_none() && next.word.direction.is_none())
        && words[2..].iter().any(|token| token.word.suffix.is_some())
}

/// Whether `st` is the saint of a name: in front of one, or before a name that a suffix ends.
fn is_saint(words: &[Token], at: usize, is_whole: bool) -> bool {
    if words[at].text != "st" {
        return false;
    }
    let Some(next) = words.get(at + 1) else { return false };
    if next.starts_with_digit() || next.word.suffix.is_some() || next.word.direction.is_some() {
        return false;
    }
    let suffix_follows = words[at + 2..].iter().any(|token| token.word.suffix.is_some());
    at == 0 || (suffix_follows && (is_whole || (at == 1 && words[0].word.direction.is_some())))
}

/// The street in canonical words, appended to `out`.
fn street_text(words: &[Token], is_whole: bool, out: &mut String) {
    let mut at = 0;
    while at < words.len() {
        let Token { text: token, word: known, .. } = words[at];
        let next = words.get(at + 1).map(|next| next.word);
        if !out.is_empty() {
            out.push(' ');
        }
        let mut used = 1;
        if token == "st" && is_saint(words, at, is_whole) {
            out.push_str("saint");
        } else if let (Some(one), Some(two)) = (known.direction, next.and_then(|next| next.direction))
            && one.len() == 1
            && two.len() == 1
            && matches!(one, "n" | "s")
            && matches!(two, "e" | "w")
        {
            out.push_str(one);
            out.push_str(two);
            used = 2;
        } else if let Some(direction) = known.direction {
            out.push_str(direction);
        } else if let Some(suffix) = known.suffix {
            out.push_str(suffix);
        } else if let Some(number) = known.ordinal.or_else(|| ordinal_digits(token)) {
            push_ordinal(number, out);
        } else if let (Some(tens), Some(ones)) = (known.tens, next.and_then(|next| next.ordinal))
            && ones < 10
        {
            push_ordinal(tens + ones, out);
            used = 2;
        } else if token.len() <= 4
            && next.is_some_and(|next| next.suffix.is_some())
            && !is_numbered_road(&words[..at])
            && let Ok(number) = token.parse::<u32>()
        {
            push_ordinal(number, out);
        } else {
            out.push_str(written(&words[at]));
        }
        at += used;
    }
}

fn push_ordinal(number: u32, out: &mut String) {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    out.push_str(&number.to_string());
    out.push_str(ending);
}

/// A word of a name, written out. `#` is no word of a name.
fn written<'a>(token: &Token<'a>) -> &'a str {
    if token.text == "#" { "no" } else { token.word.full.unwrap_or(token.text) }
}
