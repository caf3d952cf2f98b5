//! Names of persons, aligned part by part. Names of organisations and titles are compared by their words; see `words`.

use super::similarity::{is_typo, jaro_winkler_from};

/// Jaro-Winkler similarity from which two names are alike. Half of mistyped names with two or three errors reach it, and
/// one pair of strangers' names in fifty.
const ALIKE: f64 = 0.8;

/// Equivalences that the normalizers know and comparing asks for.
#[derive(Clone, Copy)]
pub struct NameKnowledge {
    /// Whether two given names are nicknames of one.
    pub nickname: fn(&str, &str) -> bool,
    /// Whether two family names are romanizations of one.
    pub romanization: fn(&str, &str) -> bool,
    /// An organisation's token in full, or `None` for a legal form that says nothing.
    pub organisation_token: fn(&str) -> Option<&str>,
}

/// A name parsed from its canonical text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    pub given: Vec<&'a str>,
    pub family: Vec<&'a str>,
    /// Whether given and family part are known.
    pub split: bool,
    /// The given part without spaces: `maryann` for `mary ann`.
    given_joined: String,
    /// The family part without spaces and generation.
    family_core: String,
    /// `jr`, `sr`, `ii` …
    generation: Option<&'a str>,
}

impl<'a> Name<'a> {
    fn new(given: Vec<&'a str>, family: Vec<&'a str>, split: bool) -> Self {
        let given_joined = given.concat();
        let family_core = family.iter().filter(|token| !is_generation(token)).copied().collect();
        let generation = family.iter().copied().find(|token| is_generation(token));
        Self { given, family, split, given_joined, family_core, generation }
    }
}

/// Parses the canonical text `given / family`; text without ` / ` is unsplit and all in `given`.
pub fn parse(text: &str) -> Name<'_> {
    // The separator is a token of its own, also at either end, where one part is unknown.
    let all: Vec<&str> = text.split(' ').filter(|token| !token.is_empty()).collect();
    match all.iter().position(|&token| token == "/") {
        Some(at) => Name::new(all[..at].to_vec(), all[at + 1..].to_vec(), true),
        None => Name::new(all, Vec::new(), false),
    }
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

/// One part of a name: its tokens and the same without spaces.
#[derive(Clone, Copy)]
struct Part<'a, 'n> {
    tokens: &'n [&'a str],
    joined: &'n str,
}

fn given(a: Part, b: Part, know: &NameKnowledge) -> PartAgreement {
    let (Some(&first_a), Some(&first_b)) = (a.tokens.first(), b.tokens.first()) else {
        return PartAgreement::NotObserved;
    };
    // The second: `mary ann` against `maryann`.
    if first_a == first_b || a.joined == b.joined {
        return PartAgreement::Exact;
    }
    if (know.nickname)(first_a, first_b) {
        return PartAgreement::Variant;
    }
    // A middle name that is used as the first.
    if a.tokens.iter().any(|token| token.len() > 2 && b.tokens.contains(token)) {
        return PartAgreement::Variant;
    }
    let first = spelling(first_a, first_b, 3, 0.93);
    let single = a.joined.len() == first_a.len() && b.joined.len() == first_b.len();
    let joined_typo = !single && spelling(a.joined, b.joined, 3, 0.93) == PartAgreement::Typo;
    if joined_typo { PartAgreement::Typo } else { first }
}

/// How far the letters of two words agree: a slip or one cut short, an initial, alike, or different. A slip needs
/// `shortest` letters, and what is no single slip `similarity`. Whatever is a slip is alike, so that most pairs of names
/// are told apart by one look.
fn spelling(a: &str, b: &str, shortest: usize, similarity: f64) -> PartAgreement {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let initial = || if is_initial(a, b) { PartAgreement::Initial } else { PartAgreement::Different };
    if short.len() < 3 {
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

fn family(a: Part, b: Part, know: &NameKnowledge) -> PartAgreement {
    if a.tokens.is_empty() || b.tokens.is_empty() {
        return PartAgreement::NotObserved;
    }
    if a.joined == b.joined {
        return PartAgreement::Exact;
    }
    if (know.romanization)(a.joined, b.joined) {
        return PartAgreement::Variant;
    }
    if a.tokens.iter().any(|token| token.len() > 2 && !is_generation(token) && b.tokens.contains(token)) {
        return PartAgreement::Variant;
    }
    spelling(a.joined, b.joined, 4, 0.94)
}

/// Given and family agreement of two split names; a swap of the two parts is tried as well.
pub fn compare_split(a: &Name, b: &Name, know: &NameKnowledge) -> (PartAgreement, PartAgreement) {
    fn of<'a, 'n>(name: &'n Name<'a>) -> (Part<'a, 'n>, Part<'a, 'n>) {
        let family = Part { tokens: &name.family, joined: &name.family_core };
        (Part { tokens: &name.given, joined: &name.given_joined }, family)
    }
    let ((given_a, family_a), (given_b, family_b)) = (of(a), of(b));
    let generations = (a.generation, b.generation);
    let straight_family = match generations {
        // Father and son bear one name.
        (Some(x), Some(y)) if x != y => PartAgreement::Different,
        _ => family(family_a, family_b, know),
    };
    let straight = (given(given_a, given_b, know), straight_family);
    if straight.0 <= PartAgreement::Typo && straight.1 <= PartAgreement::Typo {
        return straight;
    }
    let crossed = (given(given_a, family_b, know), given(family_a, given_b, know));
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
            nickname: |a, b| matches!((a, b), ("robert", "bob") | ("bob", "robert")),
            romanization: |a, b| matches!((a, b), ("park", "pak") | ("pak", "park")),
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
