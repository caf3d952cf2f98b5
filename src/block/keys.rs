//! The blocking rules: what two records must share to meet. The order is from specific to general.

use super::context::{Context, key, letters_key, mix, text_key};
use super::pairs::{Keys, Reach};
use super::recall::Family;
use super::sound::sound;
use super::{attributes, min_hash};
use crate::model::claim::Role;
use crate::model::ids::RecordId;
use crate::model::value::{IdentifierKind, Marks};

/// Where a rule's pairs come from.
pub(super) enum Source {
    /// Keys of one record.
    Keys(Keys),
    /// Pairs of near values.
    NearValues,
    /// Name tokens that are one letter apart.
    NearNames,
    /// Every two records, where there are few.
    AllWithAll,
}

/// A blocking rule: a name for people, a way to keys, and with which other rules it fails.
pub(super) struct Rule {
    pub name: &'static str,
    pub keys: Source,
    pub reach: Reach,
    /// Whether it runs whatever it brings; any other is asked where there are many records (see [`super::worth`]).
    pub is_sure: bool,
    /// `None`: finds every pair by construction, and so says nothing of what the others miss.
    pub family: Option<Family>,
}

const fn rule(name: &'static str, keys: Source, reach: Reach, family: Family) -> Rule {
    Rule { name, keys, reach, is_sure: false, family: Some(family) }
}

/// A rule by which strangers hardly ever meet.
const fn sure(name: &'static str, keys: Source, reach: Reach, family: Family) -> Rule {
    Rule { is_sure: true, ..rule(name, keys, reach, family) }
}

/// Every rule, the most specific first: a pair is tagged with all that find it, one bit each.
pub(super) const RULES: &[Rule] = &[
    sure("same identifier", Source::Keys(identifiers), Reach::WIDE, Family::Identifier),
    rule("near identifier", Source::NearValues, Reach::WIDE, Family::Identifier),
    sure("same name and birth date", Source::Keys(name_and_birth_date), Reach::WIDE, Family::BirthDate),
    rule("same whole name", Source::Keys(whole_name), Reach::NARROW, Family::Name),
    rule("local part of email", Source::Keys(email_local_part), Reach::NARROW, Family::Identifier),
    sure("attributes", Source::Keys(attributes::keys), Reach::WIDE, Family::Text),
    rule("many words in common", Source::Keys(min_hash::keys), Reach::WIDE, Family::Text),
    rule("birth date and name sound", Source::Keys(birth_date_and_sound), Reach::NARROWEST, Family::BirthDate),
    rule("name one letter off", Source::NearNames, Reach::NARROW, Family::Name),
    rule("name sounds", Source::Keys(two_sounds), Reach::NARROW, Family::Name),
    rule("name and locality", Source::Keys(name_and_locality), Reach::NARROWEST, Family::Place),
    rule("two name tokens", Source::Keys(two_tokens), Reach::NARROW, Family::Name),
    rule("street and name token", Source::Keys(street_and_name), Reach::NARROW, Family::Place),
    rule("birth date", Source::Keys(birth_date), Reach::NARROWEST, Family::BirthDate),
    Rule { name: "all with all", keys: Source::AllWithAll, reach: Reach::WIDE, is_sure: true, family: None },
];

/// One bit of a mask for each rule.
const _: () = assert!(RULES.len() <= 16);

/// Characters of the local part of an email address that say something by themselves.
const LOCAL_PART_MIN: usize = 3;
/// Letters of a local part that say something without its digits, together with a name or a domain.
const LOCAL_LETTERS_MIN: usize = 4;
/// Records that a name token may have to bring them together by itself.
pub(super) const RARE_TOKEN_MAX: u32 = 20;
/// Tokens of one name that are combined two by two: the rarest.
pub(super) const TOKENS_COMBINED: usize = 8;

/// Values that two records have in common. Lines of a resume are left out, since many copy them; referees too, since
/// they are other people.
fn identifiers(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    let dictionary = &context.claims.dictionary;
    for claim in context.claims.of(record).iter().filter(|claim| context.is_shared(claim.value)) {
        let kind = dictionary.kind(claim.value);
        if kind.links()
            && kind != IdentifierKind::ResumeLine
            && claim.role() != Role::Referee
            && dictionary.marks(claim.value).can_link()
        {
            out.push(key!("value", &[u64::from(claim.value.0)]));
        }
    }
}

fn name_and_birth_date(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    for date in context.values(record, IdentifierKind::BirthDate) {
        for &token in context.tokens(record) {
            out.push(key!("name+date", &[u64::from(token), u64::from(date.0)]));
        }
    }
}

/// The same tokens, and the same letters in any order: `mary ann / smith`, `maryann / smith`, `smith / mary ann`.
fn whole_name(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    let tokens = context.tokens(record);
    if tokens.len() > 1 {
        out.push(tokens.iter().fold(key!("whole", &[]), |state, &token| mix(state ^ u64::from(token))));
    }
    out.extend(context.names(record).map(|name| name.letters).filter(|&letters| letters != 0));
}

/// The local part at any domain; its letters without digits with a birth year or a place; its sound with a domain that
/// is not everybody's and a name token; and its letters as the whole name of a record that has none.
fn email_local_part(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    let dictionary = &context.claims.dictionary;
    let mut letters = String::new();
    for value in context.values(record, IdentifierKind::Email) {
        let Some((local, domain)) = dictionary.text(value).rsplit_once('@') else { continue };
        let marks = dictionary.marks(value);
        if marks.has(Marks::ROLE_MAILBOX) || local.chars().count() < LOCAL_PART_MIN {
            continue;
        }
        out.push(key!("local", &[text_key(local)]));
        letters.clear();
        letters.extend(local.chars().filter(|c| c.is_alphabetic()));
        // No letter takes more than four bytes.
        if letters.len() < LOCAL_LETTERS_MIN
            || letters.len() < 4 * LOCAL_LETTERS_MIN && letters.chars().count() < LOCAL_LETTERS_MIN
        {
            continue;
        }
        let own = text_key(&letters);
        out.extend(context.dates(record).map(|date| key!("local+year", &[own, date.year])));
        for kind in [IdentifierKind::PostalCode, IdentifierKind::City] {
            out.extend(context.values(record, kind).map(|place| key!("local+place", &[own, u64::from(place.0)])));
        }
        if !marks.has(Marks::FREE_MAIL) {
            let (sound, domain) = (text_key(&sound(&letters)), text_key(domain));
            let at_domain = |&token| key!("local+domain", &[sound, domain, context.sound(token)]);
            out.extend(context.tokens(record).iter().map(at_domain));
        }
        if context.tokens(record).len() < 2 {
            out.extend(letters_key(&letters));
        }
    }
    out.extend(context.names(record).filter(|name| name.has_several && name.letters != 0).map(|name| name.letters));
}

/// Year and month, year and day, month and day: one wrong part of a date does not part two records.
fn birth_date_and_sound(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    for date in context.dates(record).filter(|date| date.month != 0 && date.day != 0) {
        for &token in context.tokens(record) {
            let sound = context.sound(token);
            out.push(key!("sound+month", &[sound, date.month]));
            out.push(key!("sound+day", &[sound, date.year, date.day]));
            out.push(key!("sound+md", &[sound, date.month_and_day]));
        }
    }
}

fn two_sounds(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    let mut sounds: Vec<u64> = context.tokens(record).iter().map(|&token| context.sound(token)).collect();
    sounds.sort_unstable();
    sounds.dedup();
    for (index, &a) in sounds.iter().enumerate().take(TOKENS_COMBINED) {
        for &b in sounds[index + 1..].iter().take(TOKENS_COMBINED) {
            out.push(key!("sounds", &[a, b]));
        }
    }
}

fn name_and_locality(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    for kind in [IdentifierKind::PostalCode, IdentifierKind::City] {
        for place in context.values(record, kind) {
            for &token in context.tokens(record) {
                out.push(key!("name+place", &[context.sound(token), u64::from(place.0)]));
            }
        }
    }
}

fn two_tokens(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    let mut tokens = context.rarest(record);
    // The rarest tokens of a long title say most.
    tokens.truncate(TOKENS_COMBINED);
    if let Some(&rarest) = tokens
        .first()
        .filter(|&&token| context.tokens[token as usize].len() > 3 && context.count(token) <= RARE_TOKEN_MAX)
    {
        out.push(key!("rare", &[u64::from(rarest)]));
    }
    for (index, &a) in tokens.iter().enumerate() {
        for &b in &tokens[index + 1..] {
            out.push(key!("tokens", &[u64::from(a.min(b)), u64::from(a.max(b))]));
        }
    }
}

fn street_and_name(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    for [number, street] in context.streets(record) {
        out.push(key!("street", &[number, street]));
        for &token in context.tokens(record) {
            out.push(key!("street+name", &[street, context.sound(token)]));
            if number != 0 {
                out.push(key!("number+name", &[number, context.sound(token)]));
            }
        }
    }
}

fn birth_date(context: &Context, record: RecordId, out: &mut Vec<u64>) {
    out.extend(context.values(record, IdentifierKind::BirthDate).map(|date| key!("date", &[u64::from(date.0)])));
}
