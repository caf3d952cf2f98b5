//! L04: free mailboxes of several applicants follow one unusual pattern within some weeks.

use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::claim::Claim;
use crate::model::field::Field;
use crate::model::finding::{Citation, Finding, Strength};
use crate::model::ids::PersonaId;
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind, Marks};
use std::collections::{BTreeMap, BTreeSet};

pub const INDICATOR: Indicator = Indicator {
    id: "L04",
    name: "email pattern family",
    definition: "Free mailboxes of at least `personas` applicants within `days` follow one pattern, once the owner's names and \
                 all digits are masked. The pattern must hold a word of its own, and at most the share `share` of all \
                 applicants with free mail may follow it.",
    needs: &[Need(&[RecordKind::Applicant], &[Field::Email]), Need(&[RecordKind::Applicant], &[Field::ValidFrom])],
    parameters: &["personas", "days", "share"],
    family: EvidenceFamily::Contact,
    strength: Strength::Weak,
    misleads: "Common habits of naming: a profession, a year, a town.",
    source: "Microsoft Threat Intelligence, 30 June 2025: mailboxes named after one scheme",
    rule: Rule::Run(find),
};

/// Letters that a pattern must keep once names and digits are masked; fewer are an initial or a habit.
const LETTERS_MIN: usize = 3;

/// One mailbox of a pattern.
type Follower = (i32, PersonaId, Citation);

fn find(context: &Context) -> Vec<Finding> {
    let mut patterns: BTreeMap<String, Vec<Follower>> = BTreeMap::new();
    let mut applicants = BTreeSet::new();
    for (at, own) in context.personas.iter().enumerate() {
        let persona = PersonaId::from(at);
        let names = name_tokens(context, persona);
        for &record in own.records.iter().filter(|&&r| context.claims.record(r).kind == RecordKind::Applicant) {
            for claim in context.claims.of_kind(record, IdentifierKind::Email).filter(|c| is_free(context, c)) {
                applicants.insert(persona);
                let text = context.claims.dictionary.text(claim.value);
                let (Some((local, _)), Some(when)) = (text.split_once('@'), context.when(record)) else { continue };
                if let Some(pattern) = pattern(local, &names) {
                    patterns.entry(pattern).or_default().push((when.day(), persona, Citation::of(claim)));
                }
            }
        }
    }
    let wanted = context.parameter("L04", "personas").max(2.0) as usize;
    let days = context.parameter("L04", "days") as i32;
    let rare = (context.parameter("L04", "share") * applicants.len() as f64).max(2.0 * wanted as f64) as usize;
    patterns
        .into_iter()
        .filter_map(|(pattern, mut followers)| {
            followers.sort_unstable();
            if personas_of(&followers).len() > rare {
                return None;
            }
            let burst = burst(&followers, days);
            let personas = personas_of(burst);
            (personas.len() >= wanted).then(|| {
                let text = format!("{} applicants with free mail named {pattern} within {days} days", personas.len());
                let mut finding = Finding::about("L04", personas[0], Strength::Weak, EvidenceFamily::Contact, text);
                finding.personas = personas;
                finding.citing(burst.iter().map(|f| f.2)).on(burst.iter().map(|f| f.0))
            })
        })
        .collect()
}

fn is_free(context: &Context, claim: &Claim) -> bool {
    let marks = context.claims.dictionary.marks(claim.value);
    marks.has(Marks::FREE_MAIL) && marks.can_link()
}

/// The stretch of at most so many days in which most personas follow the pattern; the first of equals.
fn burst(followers: &[Follower], days: i32) -> &[Follower] {
    let mut best: &[Follower] = &[];
    let mut most = 0;
    let mut end = 0;
    for start in 0..followers.len() {
        while end < followers.len() && followers[end].0.saturating_sub(followers[start].0) <= days {
            end += 1;
        }
        let count = personas_of(&followers[start..end]).len();
        if count > most {
            (best, most) = (&followers[start..end], count);
        }
    }
    best
}

fn personas_of(followers: &[Follower]) -> Vec<PersonaId> {
    let personas: BTreeSet<PersonaId> = followers.iter().map(|follower| follower.1).collect();
    personas.into_iter().collect()
}

/// The local part with the owner's names as `name`, digits as `#`, signs between them kept. `None` when nothing of its own
/// is left.
fn pattern(local: &str, names: &[&str]) -> Option<String> {
    let mut masked = local.to_string();
    for name in names {
        masked = masked.replace(name, "\u{1}");
    }
    let mut pattern = String::new();
    let mut letters = 0;
    for c in masked.chars() {
        match c {
            '\u{1}' => pattern.push_str("<name>"),
            c if c.is_ascii_digit() => pattern.push('#'),
            c => {
                letters += usize::from(c.is_alphabetic());
                pattern.push(c);
            }
        }
    }
    (letters >= LETTERS_MIN).then_some(pattern)
}

/// Name tokens of three letters and more, longest first, so that a short one masks no part of a longer one.
fn name_tokens<'a>(context: &Context<'a>, persona: PersonaId) -> Vec<&'a str> {
    let claims = context.claims;
    let mut tokens: Vec<&str> = context.personas[persona.index()]
        .records
        .iter()
        .flat_map(|&record| claims.of_kind(record, IdentifierKind::Name))
        .flat_map(|claim| claims.dictionary.text(claim.value).split([' ', '/']))
        .filter(|token| token.len() >= 3)
        .collect();
    tokens.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    tokens.dedup();
    tokens
}

#[cfg(test)]
mod tests {
    use super::pattern;

    #[test]
    fn a_pattern_is_what_is_left_beside_names_and_digits() {
        let check = |local: &str, names: &[&str], expected: Option<&str>| {
            assert_eq!(pattern(local, names).as_deref(), expected, "{local}");
        };
        check("ann.archer.dev22", &["archer", "ann"], Some("<name>.<name>.dev##"));
        check("ben.baker.dev07", &["baker", "ben"], Some("<name>.<name>.dev##"));
        // Names, an initial and a year are how everybody names a mailbox.
        check("ann.archer1988", &["archer", "ann"], None);
        check("a.archer", &["archer", "ann"], None);
    }
}
