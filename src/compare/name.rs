//! Names of persons, aligned part by part. Names of organisations and titles are compared by their words; see `words`.

use super::signature::Signature;
use super::similarity::{is_typo, jaro_winkler_from};
use std::borrow::Cow;

/// Jaro-Winkler similarity from which two names are alike. Half of mistyped names with two or three errors reach it, and
/// one pair of strangers' names in fifty.
pub(super) const ALIKE: f64 = 0.8;

/// Equivalences that the normalizers know and comparing asks for.
#[derive(Clone, Copy)]
pub struct NameKnowledge {
    /// The groups of names that a given name belongs to, ascending: nicknames of one name share a group.
    pub nicknames: fn(&str) -> &'static [u16],
    /// The groups that a family name belongs to, ascending: romanizations of one name share a group.
    pub romanizations: fn(&str) -> &'static [u16],
    /// An organisation's token in full, or `None` for a legal form that says nothing.
    pub organisation_token: fn(&str) -> Option<&str>,
}

impl NameKnowledge {
    /// Whether two given names are one, or nicknames of one. Not transitive: Alex is Alexander and Alexandra, who are two.
    pub fn are_nicknames(&self, a: &str, b: &str) -> bool {
        a == b || share_a_group((self.nicknames)(a), (self.nicknames)(b))
    }

    /// Whether two family names are one, or romanizations of one. Not transitive.
    pub fn are_romanizations(&self, a: &str, b: &str) -> bool {
        a == b || share_a_group((self.romanizations)(a), (self.romanizations)(b))
    }
}

/// What the words of names are, and which go together. The words of a run are numbers with what is known of each (see
/// `names`); two names on their own are compared as they are written.
pub trait Lexicon {
    /// A word; equal when the letters are.
    type Word: Copy + PartialEq;

    fn text(&self, word: Self::Word) -> &str;
    /// Whether two given names are nicknames of one.
    fn nickname(&self, a: Self::Word, b: Self::Word) -> bool;
    /// Whether two family names are romanizations of one.
    fn romanization(&self, a: Self::Word, b: Self::Word) -> bool;
    /// False only where the Jaro-Winkler similarity of the two is under the least at which names are alike.
    fn may_be_alike(&self, a: Self::Word, b: Self::Word) -> bool;
    /// Whether it is one letter.
    fn is_letter(&self, word: Self::Word) -> bool;
}

/// The words of a name in their parts. Each part stands also without spaces: `maryann` for `mary ann`.
#[derive(Clone, Copy)]
pub struct Parts<'n, W> {
    pub given: &'n [W],
    pub given_joined: W,
    pub family: &'n [W],
    /// The family part without spaces and generation.
    pub family_core: W,
    /// `jr`, `sr`, `ii` …
    pub generation: Option<W>,
}

/// A name parsed from its canonical text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    pub given: Vec<&'a str>,
    pub family: Vec<&'a str>,
    /// Whether given and family part are known.
    pub split: bool,
}

impl<'a> Name<'a> {
    /// The given part without spaces.
    pub fn given_joined(&self) -> Cow<'a, str> {
        joined(self.given.iter().copied())
    }

    /// The family part without spaces and generation.
    pub fn family_core(&self) -> Cow<'a, str> {
        joined(self.family.iter().copied().filter(|word| !is_generation(word)))
    }

    pub fn generation(&self) -> Option<&'a str> {
        self.family.iter().copied().find(|word| is_generation(word))
    }
}

/// Parses the canonical text `given / family`; text without ` / ` is unsplit and all in `given`.
pub fn parse(text: &str) -> Name<'_> {
    // The separator is a token of its own, also at either end, where one part is unknown.
    let all: Vec<&str> = text.split(' ').filter(|token| !token.is_empty()).collect();
    match all.iter().position(|&token| token == "/") {
        Some(at) => Name { given: all[..at].to_vec(), family: all[at + 1..].to_vec(), split: true },
        None => Name { given: all, family: Vec::new(), split: false },
    }
}

/// Words without spaces between them; one word as it is.
fn joined<'a>(mut words: impl Iterator<Item = &'a str>) -> Cow<'a, str> {
    let first = words.next().unwrap_or("");
    words.fold(Cow::Borrowed(first), |joined, word| Cow::Owned(joined.into_owned() + word))
}

/// How far one part of a name agrees. The order is from strong to weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartAgreement {
    Exact,
    /// A nickname, a romanization, or a part that holds the other (`smith jones` and `smith`).
    Variant,
    /// A slip of the keyboard or a name that is cut short.
    Typo,
    /// The name stands in the other's column. Said of the given name; the family name then tells how far the rest agrees.
    Swapped,
    /// One is the initial of the other.
    Initial,
    /// Alike, but not within a slip of each other.
    Similar,
    Different,
    NotObserved,
}

impl PartAgreement {
    /// The level in the comparison vector: 0 is *not observed*, then from strong to weak.
    pub fn level(self) -> u8 {
        match self {
            PartAgreement::NotObserved => 0,
            other => other as u8 + 1,
        }
    }

    /// Whether it is one name, slips allowed.
    pub fn agrees(self) -> bool {
        self <= PartAgreement::Swapped
    }
}

/// Whether two ascending lists have a group in common. Of the few groups that a name has.
pub(super) fn share_a_group(a: &[u16], b: &[u16]) -> bool {
    a.iter().any(|group| b.contains(group))
}

/// Words as they are written.
struct Written<'w>(&'w NameKnowledge);

impl<'w> Lexicon for Written<'w> {
    type Word = &'w str;

    fn text(&self, word: &'w str) -> &str {
        word
    }

    fn nickname(&self, a: &'w str, b: &'w str) -> bool {
        self.0.are_nicknames(a, b)
    }

    fn romanization(&self, a: &'w str, b: &'w str) -> bool {
        self.0.are_romanizations(a, b)
    }

    fn may_be_alike(&self, a: &'w str, b: &'w str) -> bool {
        Signature::of(a).may_reach(Signature::of(b), ALIKE as f32)
    }

    fn is_letter(&self, word: &'w str) -> bool {
        word.len() == 1
    }
}

/// One part of a name: its words and the same without spaces.
struct Part<'n, W> {
    words: &'n [W],
    joined: W,
}

fn given<L: Lexicon>(lexicon: &L, a: &Part<L::Word>, b: &Part<L::Word>) -> PartAgreement {
    let (Some(&first_a), Some(&first_b)) = (a.words.first(), b.words.first()) else {
        return PartAgreement::NotObserved;
    };
    // The second: `mary ann` against `maryann`.
    if first_a == first_b || a.joined == b.joined {
        return PartAgreement::Exact;
    }
    if lexicon.nickname(first_a, first_b) {
        return PartAgreement::Variant;
    }
    // A middle name that is used as the first.
    if a.words.iter().any(|word| b.words.contains(word) && lexicon.text(*word).len() > 2) {
        return PartAgreement::Variant;
    }
    let first = spelling(lexicon, first_a, first_b, 3, 0.93);
    let single = a.joined == first_a && b.joined == first_b;
    let joined_typo = !single && spelling(lexicon, a.joined, b.joined, 3, 0.93) == PartAgreement::Typo;
    if joined_typo { PartAgreement::Typo } else { first }
}

/// How far the letters of two words agree: a slip or one cut short, an initial, alike, or different. A slip needs
/// `shortest` letters, and what is no single slip `similarity`. Whatever is a slip is alike, so that most pairs of names
/// are told apart by one look.
fn spelling<L: Lexicon>(lexicon: &L, a: L::Word, b: L::Word, shortest: usize, similarity: f64) -> PartAgreement {
    let (alike, one_is_letter) = (lexicon.may_be_alike(a, b), lexicon.is_letter(a) || lexicon.is_letter(b));
    if !alike && !one_is_letter {
        return PartAgreement::Different;
    }
    let (a, b) = (lexicon.text(a), lexicon.text(b));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let initial = || if is_initial(a, b) { PartAgreement::Initial } else { PartAgreement::Different };
    if short.len() < 3 || !alike {
        return initial();
    }
    let Some(found) = jaro_winkler_from(a, b, ALIKE) else { return initial() };
    if short.len() >= shortest && (found >= similarity || long.starts_with(short) || is_typo(a, b)) {
        return PartAgreement::Typo;
    }
    PartAgreement::Similar
}

fn is_initial(a: &str, b: &str) -> bool {
    let initial = |short: &str, long: &str| short.len() == 1 && long.starts_with(short);
    initial(a, b) || initial(b, a)
}

fn is_generation(token: &str) -> bool {
    matches!(token, "jr" | "sr" | "ii" | "iii" | "iv")
}

fn family<L: Lexicon>(lexicon: &L, a: &Part<L::Word>, b: &Part<L::Word>) -> PartAgreement {
    if a.words.is_empty() || b.words.is_empty() {
        return PartAgreement::NotObserved;
    }
    if a.joined == b.joined {
        return PartAgreement::Exact;
    }
    if lexicon.romanization(a.joined, b.joined) {
        return PartAgreement::Variant;
    }
    let tells = |word: &L::Word| lexicon.text(*word).len() > 2 && !is_generation(lexicon.text(*word));
    if a.words.iter().any(|word| b.words.contains(word) && tells(word)) {
        return PartAgreement::Variant;
    }
    spelling(lexicon, a.joined, b.joined, 4, 0.94)
}

/// Given and family agreement of two split names as they are written.
pub fn compare_split(a: &Name, b: &Name, know: &NameKnowledge) -> (PartAgreement, PartAgreement) {
    let joined = [a.given_joined(), a.family_core(), b.given_joined(), b.family_core()];
    let parts_a = Parts {
        given: &a.given,
        given_joined: &*joined[0],
        family: &a.family,
        family_core: &*joined[1],
        generation: a.generation(),
    };
    let parts_b = Parts {
        given: &b.given,
        given_joined: &*joined[2],
        family: &b.family,
        family_core: &*joined[3],
        generation: b.generation(),
    };
    compare_parts(&Written(know), parts_a, parts_b)
}

/// Agreement of two given words.
pub fn compare_given<L: Lexicon>(lexicon: &L, a: L::Word, b: L::Word) -> PartAgreement {
    given(lexicon, &Part { words: &[a], joined: a }, &Part { words: &[b], joined: b })
}

/// Agreement of two family words.
pub fn compare_family<L: Lexicon>(lexicon: &L, a: L::Word, b: L::Word) -> PartAgreement {
    family(lexicon, &Part { words: &[a], joined: a }, &Part { words: &[b], joined: b })
}

/// Given and family agreement of two split names; a swap of the two parts is tried as well.
pub fn compare_parts<L: Lexicon>(lexicon: &L, a: Parts<L::Word>, b: Parts<L::Word>) -> (PartAgreement, PartAgreement) {
    let (given_a, family_a) =
        (Part { words: a.given, joined: a.given_joined }, Part { words: a.family, joined: a.family_core });
    let (given_b, family_b) =
        (Part { words: b.given, joined: b.given_joined }, Part { words: b.family, joined: b.family_core });
    let straight_family = match (a.generation, b.generation) {
        // Father and son bear one name.
        (Some(x), Some(y)) if x != y => PartAgreement::Different,
        _ => family(lexicon, &family_a, &family_b),
    };
    let straight = (given(lexicon, &given_a, &given_b), straight_family);
    if straight.0 <= PartAgreement::Typo && straight.1 <= PartAgreement::Typo {
        return straight;
    }
    let crossed = (given(lexicon, &given_a, &family_b), given(lexicon, &family_a, &given_b));
    let (better, worse) = (crossed.0.min(crossed.1), crossed.0.max(crossed.1));
    // A swap is believed when both parts agree in it.
    // Where nothing agrees in place, one name in the other's column still agrees.
    let nothing_in_place = straight.0.min(straight.1) > PartAgreement::Initial;
    if better <= PartAgreement::Typo && (worse <= PartAgreement::Typo || nothing_in_place) {
        return (PartAgreement::Swapped, worse);
    }
    straight
}

#[cfg(test)]
mod tests {
    use super::*;

    fn know() -> NameKnowledge {
        NameKnowledge {
            nicknames: |name| if matches!(name, "robert" | "bob") { &[1] } else { &[] },
            romanizations: |name| if matches!(name, "park" | "pak") { &[1] } else { &[] },
            organisation_token: |token| match token {
                "inc" => None,
                "ctr" => Some("center"),
                other => Some(other),
            },
        }
    }

    fn check(a: &str, b: &str, expected: (PartAgreement, PartAgreement)) {
        assert_eq!(compare_split(&parse(a), &parse(b), &know()), expected, "{a} | {b}");
        assert_eq!(compare_split(&parse(b), &parse(a), &know()), expected, "{b} | {a}");
    }

    #[test]
    fn parts_agree_through_nickname_typo_initial_swap_and_romanization() {
        use PartAgreement::*;
        check("robert / smith", "robert / smith", (Exact, Exact));
        check("robert / smith", "bob / smith", (Variant, Exact));
        check("robert / smith", "roberta / jones", (Typo, Different));
        check("robret / smith", "robert / smyht", (Typo, Similar));
        check("r / smith", "robert / smith", (Initial, Exact));
        check("smith / robert", "robert / smith", (Swapped, Exact));
        check("smith / robert", "robert / smyth", (Swapped, Typo));
        check(" / robert", "robert / smith", (Swapped, NotObserved));
        check("robert / s", "robert / smith", (Exact, Initial));
        check("minjun / park", "minjun / pak", (Exact, Variant));
        check("mary ann / lee", "maryann / lee", (Exact, Exact));
    }

    #[test]
    fn other_people_differ() {
        use PartAgreement::*;
        check("robert / smith", "linda / jones", (Different, Different));
        check("robert / smith jr", "robert / smith sr", (Exact, Different));
        check("robert / ", "robert / smith", (Exact, NotObserved));
        check("anna / lee", "amy / lee", (Different, Exact));
        check(" / robert", "linda / smith", (NotObserved, Different));
    }
}
