//! What the advisories recommend, and what of the program answers each: indicators by id, or why there is none.

use super::registry::{Rule, indicator};

/// Advisories by name and date, as the coverage table and indicators cite them.
pub const FBI_JANUARY: &str = "FBI PSA I-012325-PSA, 23 January 2025";
/// The update names no day of its own.
pub const FBI_FACILITATORS: &str = "FBI update of 2025 on facilitators";
/// A trade article on the first of them.
pub const STAFFING: &str = "CWS 3.0, article on the PSA of 23 January 2025";
/// A press report that repeats it.
pub const PRESS: &str = "Press report, 9 May 2025";

/// One recommendation.
#[derive(Clone, Copy, Debug)]
pub struct Recommendation {
    /// In our own words.
    pub text: &'static str,
    pub advisories: &'static [&'static str],
    /// Ids of the indicators that answer it.
    pub ids: &'static [&'static str],
    /// What else answers it, or why nothing does. Empty where the ids say it all.
    pub note: &'static str,
}

const fn answered(
    text: &'static str,
    advisories: &'static [&'static str],
    ids: &'static [&'static str],
    note: &'static str,
) -> Recommendation {
    Recommendation { text, advisories, ids, note }
}

const HIRING: &[&str] = &[FBI_JANUARY, STAFFING, PRESS];

/// Every recommendation of the advisories, each answered once.
pub const COVERAGE: &[Recommendation] = &[
    answered(
        "Give no more rights than needed: no local administrators, few who may install remote-desktop programs",
        HIRING,
        &["B13", "B17"],
        "",
    ),
    answered(
        "Watch network traffic for remote connections and for prohibited remote-desktop programs",
        HIRING,
        &["B10", "B11", "B12", "B13", "B14"],
        "",
    ),
    answered(
        "Watch for many sign-ins to one account within a short time, from several addresses and countries",
        HIRING,
        &["B10", "B12"],
        "",
    ),
    answered(
        "Watch for data that leaves by shared drives, cloud accounts or private repositories, and for copied code",
        HIRING,
        &["B20", "B21"],
        "From events of source code management; other logs of data leaving have no source kind yet.",
    ),
    answered("Watch for programs that let one person hold several calls at once", HIRING, &["B16", "B23"], ""),
    answered(
        "Watch for stolen credentials and session cookies, and for sessions from other than company devices",
        HIRING,
        &["B19", "L15"],
        "",
    ),
    answered(
        "Verify identity at interview, at onboarding and throughout employment",
        HIRING,
        &["B25", "B26"],
        "The check itself is the customer's; that it is missing, or that systems disagree, is found.",
    ),
    answered(
        "Compare with other applicants: the same resume content, the same contact data",
        HIRING,
        &["L01", "L02", "L03", "L04", "L09", "L10", "L11", "L12", "L13"],
        "",
    ),
    answered(
        "Reckon with altered faces in interviews; capture images and compare them later",
        &[FBI_JANUARY, FBI_FACILITATORS],
        &["L12", "B26"],
        "Image hashes that the customer made are compared; no face is measured.",
    ),
    answered("Look for a change of address or payment platform during onboarding", HIRING, &["B02", "B06"], ""),
    answered(
        "Look for telephone numbers, internet telephony above all, and mailboxes reused on several resumes",
        HIRING,
        &["L01", "L02", "L03", "L04"],
        "",
    ),
    answered(
        "Audit staffing firms, and reckon with contracted workers",
        &[FBI_JANUARY, FBI_FACILITATORS, STAFFING],
        &["L13", "L18", "G01"],
        "An agency that nearly nobody but a ring names is told among roles.",
    ),
    answered(
        "Look for typing errors and odd terms in resumes",
        HIRING,
        &["L10"],
        "Only odd words that two resumes share; how anybody spells is not scored.",
    ),
    answered(
        "Ask soft questions about place and education; note schools abroad",
        HIRING,
        &[],
        "We do not: where somebody studied or comes from never scores. The outcome of a verification may be delivered (B27).",
    ),
    answered(
        "Do as much of hiring and onboarding as possible in person",
        &[FBI_JANUARY, FBI_FACILITATORS],
        &["B26"],
        "Whether it was done is a field of the check; the step itself is the customer's.",
    ),
    answered(
        "Drug test or fingerprints in person, a look out of the window, a hand before the face",
        &[FBI_FACILITATORS],
        &[],
        "We do not, because these are steps of an interview and leave no records that could be linked.",
    ),
    answered(
        "Check documents for misspellings; compare photos and contacts with social profiles, portfolios and payment platforms",
        &[FBI_FACILITATORS],
        &["B25", "L11", "L17"],
        "",
    ),
    answered(
        "Verify employment and education with the employer and the school",
        &[FBI_FACILITATORS],
        &["B27", "L13"],
        "",
    ),
    answered(
        "Compare the payment accounts of all employees: similar documents, matching bank data",
        &[FBI_FACILITATORS],
        &["L05", "L06", "L07", "B08"],
        "",
    ),
    answered("Watch employees who change their bank account often", &[FBI_FACILITATORS], &["B07"], ""),
    answered("Beware of agreements to pay in virtual currency", &[FBI_FACILITATORS], &["B09", "L06", "L20"], ""),
    answered(
        "Send equipment only to the address on the identity document, else ask for proof",
        &[FBI_FACILITATORS],
        &["B01", "B03", "B04", "B05"],
        "",
    ),
    answered("Give no access before the background check is complete", &[FBI_FACILITATORS], &["B18"], ""),
    answered(
        "Know what facilitators do: hosting laptops, forwarding them, opening accounts, sitting in for interviews, front firms",
        &[FBI_FACILITATORS],
        &["L16", "B05", "L05", "L11", "L14", "L12", "L13", "L18", "G05"],
        "What they buy (services, accounts at job sites) is not in the customer's data.",
    ),
    answered(
        "Report to the complaint center, the field office and the tip line; know the coordinator there",
        &[FBI_JANUARY, FBI_FACILITATORS],
        &["G09"],
        "What a report needs is in the run folder: who shares what, when, in which cells.",
    ),
    answered(
        "Examine the network activity and the devices of whom you suspect",
        &[FBI_JANUARY, FBI_FACILITATORS],
        &["B10", "B11", "B12", "B13", "B14", "B15", "B16", "B17", "B18", "B19"],
        "",
    ),
    answered("Train those who hire and lead", HIRING, &[], "We do not, because training is no matter of records."),
    answered(
        "Ask a candidate to insult a head of state",
        &[PRESS],
        &[],
        "We do not, and it should not be recorded: it is a test of political opinion.",
    ),
];

/// What is deliberately no rule, and why.
pub const NOT_RULES: &[(&str, &str)] = &[
    (
        "Nationality, ethnicity, gender, accent, language, style of a name",
        "Law forbids to treat people by them, and they say nothing of what anybody does. They are not loaded.",
    ),
    ("Schooling, and schools abroad", "It would stand for origin. The outcome of a verification may be delivered."),
    (
        "How well a resume is written",
        "Bad spelling is no sign of fraud; only that two share one rare word is looked at.",
    ),
    (
        "Working hours",
        "They are evaded easily, and night work follows from care, disability and time zones; B29 stays refused.",
    ),
    (
        "The number of personas in a ring",
        "One employer sees one to three laptops of a facilitator; size hides the case.",
    ),
    ("Faces and voices", "No image or recording is opened; hashes that the customer made are compared as numbers."),
    ("Political opinion", "No test of it is recorded."),
];

/// The coverage table and the deliberate gaps as Markdown.
pub(super) fn page() -> String {
    let mut out = String::from(
        "\n## What the advisories recommend\n\nEach recommendation in our own words, with what answers it.\n\n\
         | recommendation | advisory | answered by |\n|---|---|---|\n",
    );
    for own in COVERAGE {
        let ids: Vec<String> = own.ids.iter().map(|id| told(id)).collect();
        let ids = ids.join(", ");
        let answer = match (ids.is_empty(), own.note.is_empty()) {
            (true, _) => own.note.to_string(),
            (false, true) => ids,
            (false, false) => format!("{ids}. {}", own.note),
        };
        out.push_str(&format!("| {} | {} | {answer} |\n", own.text, own.advisories.join("; ")));
    }
    out.push_str("\n## Deliberately not rules\n\n| what | why |\n|---|---|\n");
    for (what, why) in NOT_RULES {
        out.push_str(&format!("| {what} | {why} |\n"));
    }
    out
}

/// An id; one that nothing feeds yet says so, or the table would promise what no run can find.
fn told(id: &str) -> String {
    match indicator(id).map(|indicator| indicator.rule) {
        Some(Rule::NotFed(_)) => format!("{id} (not run yet)"),
        _ => id.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::registry::INDICATORS;
    use crate::config::Settings;
    use std::collections::BTreeSet;

    #[test]
    fn every_id_of_the_table_is_registered_and_every_row_is_answered() {
        let registered: BTreeSet<&str> = INDICATORS.iter().map(|indicator| indicator.id).collect();
        for own in COVERAGE {
            assert!(!own.advisories.is_empty(), "{}", own.text);
            assert!(!own.ids.is_empty() || own.note.starts_with("We do not"), "{} has no answer", own.text);
            let missing: Vec<_> = own.ids.iter().filter(|id| !registered.contains(**id)).collect();
            assert!(missing.is_empty(), "{}: {missing:?} are not registered", own.text);
        }
    }

    #[test]
    fn ids_are_unique_and_stand_in_the_order_of_the_catalogue() {
        let place = |id: &str| ("LBGK".find(&id[..1]), id[1..].parse::<u32>().ok());
        let places: Vec<_> = INDICATORS.iter().map(|indicator| place(indicator.id)).collect();
        assert!(places.iter().all(|(part, number)| part.is_some() && number.is_some()), "{places:?}");
        assert!(places.windows(2).all(|pair| pair[0] < pair[1]), "{places:?}");
    }

    #[test]
    fn every_indicator_says_what_it_is_where_from_and_how_it_misleads() {
        for indicator in INDICATORS {
            let id = indicator.id;
            assert!(indicator.name.len() > 3 && !indicator.name.ends_with('.'), "{id}");
            assert!(indicator.definition.len() > 30 && indicator.definition.ends_with('.'), "{id}: definition");
            assert!(!indicator.source.is_empty() && !indicator.source.ends_with('.'), "{id}: source");
            assert!(indicator.misleads.len() > 3 && indicator.misleads.ends_with('.'), "{id}: misleads");
        }
    }

    #[test]
    fn every_parameter_has_a_default_and_every_default_has_an_indicator() {
        let defaults = Settings::default().indicators;
        for indicator in INDICATORS {
            for name in indicator.parameters {
                let own = defaults.get(indicator.id).and_then(|own| own.get(*name));
                assert!(own.is_some(), "{}.{name} has no default", indicator.id);
            }
        }
        for (id, own) in defaults.iter().filter(|(id, _)| id.as_str() != "bits") {
            let indicator = INDICATORS.iter().find(|indicator| indicator.id == id);
            let declared = indicator.map_or(&[][..], |indicator| indicator.parameters);
            for name in own.keys() {
                assert!(declared.contains(&name.as_str()), "indicators.{id}.{name} belongs to no indicator");
            }
        }
    }

    #[test]
    fn what_a_rule_needs_is_something_that_a_source_can_deliver() {
        for indicator in INDICATORS {
            let looks = matches!(indicator.rule, Rule::Persona(_) | Rule::Link(_) | Rule::Run(_));
            assert!(looks || indicator.needs.is_empty(), "{} needs what it never looks at", indicator.id);
            assert!(indicator.needs.iter().all(|need| !need.0.is_empty()), "{}", indicator.id);
        }
    }
}
