//! Names of persons, aligned part by part, and names of organisations and titles, token by token.

use super::similarity::{is_typo, jaro_winkler};

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
    Typo,
    /// One is the initial of the other.
    Initial,
    Different,
    NotObserved,
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
    if is_typo(first_a, first_b) || (first_a.len().min(first_b.len()) >= 3 && jaro_winkler(first_a, first_b) >= 0.93) {
        return PartAgreement::Typo;
    }
    let initial = |short: &str, long: &str| short.len() == 1 && long.starts_with(short);
    if initial(first_a, first_b) || initial(first_b, first_a) {
        return PartAgreement::Initial;
    }
    PartAgreement::Different
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
    if is_typo(a.joined, b.joined)
        || (a.joined.len().min(b.joined.len()) >= 4 && jaro_winkler(a.joined, b.joined) >= 0.94)
    {
        return PartAgreement::Typo;
    }
    PartAgreement::Different
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
    // A swap is believed only when both parts agree in it, or a single name was put in the wrong column.
    if crossed.0 <= PartAgreement::Typo && crossed.1 <= PartAgreement::Typo {
        return crossed;
    }
    straight
}

/// How far two names agree as bags of tokens. The order is from strong to weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenAgreement {
    Exact,
    Strong,
    Good,
    Weak,
    Different,
    NotObserved,
}

/// Compares two names or titles as bags of tokens weighted by rarity; `bits` tells the rarity of a token.
/// Returns the agreement and the bits of the tokens that agree.
pub fn compare_tokens(
    a: &[&str],
    b: &[&str],
    know: &NameKnowledge,
    bits: &dyn Fn(&str) -> f32,
) -> (TokenAgreement, f32) {
    let full = |tokens: &[&'_ str]| -> Vec<String> {
        let mut out: Vec<String> = Vec::with_capacity(tokens.len());
        for token in tokens.iter().filter(|&&token| token != "/") {
            if let Some(full) = (know.organisation_token)(token) {
                out.push(full.to_string());
            }
        }
        out.sort_unstable();
        out.dedup();
        out
    };
    let (left, right) = (full(a), full(b));
    if left.is_empty() || right.is_empty() {
        return (TokenAgreement::NotObserved, 0.0);
    }
    let weight = |token: &String| bits(token).max(0.5);
    let total_left: f32 = left.iter().map(weight).sum();
    let total_right: f32 = right.iter().map(weight).sum();
    if left == right || left.concat() == right.concat() {
        return (TokenAgreement::Exact, total_left);
    }
    let mut taken = vec![false; right.len()];
    let mut matched = 0.0f32;
    let mut shared = 0.0f32;
    for token in &left {
        let exact = right.iter().position(|other| other == token);
        let found = exact.filter(|&at| !taken[at]).map(|at| (at, 1.0f32)).or_else(|| {
            right.iter().enumerate().find_map(|(at, other)| {
                if taken[at] {
                    return None;
                }
                let near = is_typo(token, other)
                    || (know.nickname)(token, other)
                    || (token.len().min(other.len()) >= 4
                        && (token.starts_with(other.as_str()) || other.starts_with(token.as_str())));
                near.then_some((at, 0.85))
            })
        });
        if let Some((at, share)) = found {
            taken[at] = true;
            matched += share * (weight(token) + weight(&right[at]));
            shared += share * weight(token).min(weight(&right[at]));
        }
    }
    let similarity = matched / (total_left + total_right);
    let contained = shared / total_left.min(total_right);
    let agreement = if similarity >= 0.8 {
        TokenAgreement::Strong
    } else if similarity >= 0.6 || (contained >= 0.9 && left.len().min(right.len()) >= 2) {
        TokenAgreement::Good
    } else if similarity >= 0.35 || contained >= 0.85 {
        TokenAgreement::Weak
    } else {
        TokenAgreement::Different
    };
    (agreement, shared)
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
        check("r / smith", "robert / smith", (Initial, Exact));
        check("smith / robert", "robert / smith", (Exact, Exact));
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
    }

    #[test]
    fn titles_agree_by_rare_tokens() {
        let bits = |token: &str| if matches!(token, "the" | "center" | "of") { 1.0 } else { 8.0 };
        let compare = |a: &str, b: &str| compare_tokens(&parse(a).given, &parse(b).given, &know(), &bits).0;
        assert_eq!(compare("acme day ctr inc", "acme day center"), TokenAgreement::Exact);
        assert_eq!(compare("the golden spoon", "golden spoon"), TokenAgreement::Strong);
        assert_eq!(compare("the center of arts", "the center of letters"), TokenAgreement::Different);
        assert_eq!(compare("", "golden spoon"), TokenAgreement::NotObserved);
    }
}
