//! What a column's header says: its words, whether it names an attribute that the product refuses, and which known
//! name a misspelt one was meant to be. It looks at names only; values are `guess`'s business.
//!
//! Invariant: refused attributes are recognized on whole words, so that `racetrack_address` is no race.

/// The words of a header in lower-case ASCII: split at anything that is no letter or digit, at `camelCase` and between
/// letters and digits; apostrophes vanish. `homeEmail`, `Home E-mail` and `home_email` differ only in how `email` splits.
pub fn words(header: &str) -> Vec<String> {
    let ascii = any_ascii::any_ascii(header);
    let bytes: Vec<char> = ascii.chars().filter(|&c| c != '\'').collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (i, &c) in bytes.iter().enumerate() {
        if !c.is_ascii_alphanumeric() {
            flush(&mut word, &mut words);
            continue;
        }
        let previous = i.checked_sub(1).map(|p| bytes[p]);
        let starts = match previous {
            Some(p) if p.is_ascii_digit() != c.is_ascii_digit() => true,
            Some(p) if p.is_ascii_lowercase() && c.is_ascii_uppercase() => true,
            // `IPAddress`: the last capital of a run belongs to the next word.
            Some(p) if p.is_ascii_uppercase() && c.is_ascii_uppercase() => {
                bytes.get(i + 1).is_some_and(char::is_ascii_lowercase)
            }
            _ => false,
        };
        if starts {
            flush(&mut word, &mut words);
        }
        word.push(c.to_ascii_lowercase());
    }
    flush(&mut word, &mut words);
    words
}

fn flush(word: &mut String, words: &mut Vec<String>) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

/// A header without everything but letters and digits, in lower case: what is equal here differs only in case,
/// spaces and punctuation.
pub fn squash(header: &str) -> String {
    words(header).concat()
}

/// Attributes that are dropped at load (design section 7), each with the words or phrases of a header that name it.
/// The name is what people are told.
pub const REFUSED: &[(&str, &[&str])] = &[
    (
        "gender",
        &[
            "gender",
            "genders",
            "sex",
            "sexual",
            "pronoun",
            "pronouns",
            "lgbt",
            "lgbtq",
            "geschlecht",
            "sexo",
            "sexe",
            "genero",
        ],
    ),
    (
        "race or ethnicity",
        &[
            "race",
            "races",
            "racial",
            "ethnicity",
            "ethnicities",
            "ethnic",
            "hispanic",
            "latino",
            "latina",
            "latinx",
            "caste",
            "tribe",
            "tribal",
            "skin color",
            "etnia",
            "raza",
        ],
    ),
    ("equal-opportunity answers", &["eeo", "eeoc", "eoc", "self identification", "diversity"]),
    (
        "nationality",
        &[
            "nationality",
            "nationalities",
            "national origin",
            "country of origin",
            "passport country",
            "country of passport",
            "issuing country",
            "country of issue",
            "nacionalidad",
            "nationalite",
            "staatsangehorigkeit",
        ],
    ),
    (
        "citizenship",
        &[
            "citizenship",
            "citizenships",
            "citizen status",
            "us citizen",
            "is citizen",
            "immigration",
            "immigrant",
            "permanent resident",
        ],
    ),
    (
        "visa or work permit",
        &[
            "visa status",
            "visa type",
            "visa category",
            "visa class",
            "visa sponsorship",
            "sponsorship",
            "work authorization",
            "work authorisation",
            "work permit",
            "residence permit",
        ],
    ),
    ("religion", &["religion", "religions", "religious", "faith", "creed", "denomination"]),
    ("disability", &["disability", "disabilities", "disabled", "handicap", "handicapped"]),
    ("veteran status", &["veteran", "veterans"]),
    ("marital status", &["marital", "marriage", "civil status"]),
    ("accent", &["accent", "accents"]),
    ("style of name", &["name style", "style of name", "name origin", "origin of name"]),
    (
        "place of education",
        &[
            "school",
            "schools",
            "university",
            "universities",
            "college",
            "colleges",
            "degree",
            "degrees",
            "education",
            "educations",
            "educational",
            "alma mater",
        ],
    ),
    (
        "place of birth",
        &[
            "birthplace",
            "birth place",
            "place of birth",
            "country of birth",
            "city of birth",
            "state of birth",
            "birth country",
            "birth city",
            "birth state",
            "birth town",
            "born in",
        ],
    ),
    (
        "native language",
        &[
            "native language",
            "native languages",
            "native tongue",
            "mother tongue",
            "first language",
            "primary language",
            "preferred language",
            "home language",
            "spoken languages",
            "spoken language",
            "languages spoken",
        ],
    ),
];

/// Words that a header may append to a refused one without a separator (`gendercode`).
const TAILS: [&str; 8] = ["code", "status", "name", "group", "id", "desc", "description", "identity"];

/// The refused attribute that a header names, for people; `None` for every other header.
pub fn refused(header: &str) -> Option<&'static str> {
    let words = words(header);
    let whole = words.concat();
    // A header that is only a language is about the person; `Programming Languages` is a skill.
    if whole == "language" || whole == "languages" {
        return Some("native language");
    }
    if whole == "citizen" {
        return Some("citizenship");
    }
    let names = |phrase: &str| {
        let parts: Vec<&str> = phrase.split(' ').collect();
        let squashed = parts.concat();
        words.windows(parts.len()).any(|window| window == parts)
            || whole == squashed
            || TAILS.iter().any(|tail| whole.strip_suffix(tail) == Some(&squashed))
    };
    REFUSED.iter().find(|(_, phrases)| phrases.iter().any(|phrase| names(phrase))).map(|(attribute, _)| *attribute)
}

/// The candidate that `name` was most likely meant to be: equal but for case, spaces and punctuation, else within a
/// third of its length in edits (first in order wins a tie).
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = squash(name);
    if wanted.is_empty() {
        return None;
    }
    let bound = wanted.len().div_ceil(3).min(4);
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&wanted, &squash(candidate)), candidate))
        .filter(|&(distance, _)| distance <= bound && distance < wanted.len())
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

/// The hint for a name that is not known: the nearest one, else those that share a word with it, else the list.
pub fn hint_for(name: &str, candidates: &[&str]) -> String {
    if let Some(near) = nearest(name, candidates.iter().copied()) {
        return if near != name && squash(near) == squash(name) {
            format!("did you mean `{near}`? Only case, spaces or punctuation differ")
        } else {
            format!("did you mean `{near}`?")
        };
    }
    let wanted = words(name);
    let related: Vec<&str> = candidates
        .iter()
        .copied()
        .filter(|candidate| words(candidate).iter().any(|word| word.len() > 2 && wanted.contains(word)))
        .collect();
    if !related.is_empty() && related.len() <= 6 {
        return format!("did you mean {}?", one_of(&related, related.len()));
    }
    match candidates.len() {
        0 => "there is none".to_owned(),
        _ => format!("known: {}", one_of(candidates, 40)),
    }
}

/// Names in backticks, joined by commas, cut after `most`.
pub fn one_of<S: AsRef<str>>(names: &[S], most: usize) -> String {
    let mut text = names.iter().take(most).map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ");
    if names.len() > most {
        text.push_str(&format!(" and {} more", names.len() - most));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_split_into_words() {
        let check = |header: &str, expected: &str| assert_eq!(words(header).join(" "), expected, "{header}");
        check("First Name", "first name");
        check("first_name", "first name");
        check("homeEmail", "home email");
        check("IPAddress", "ip address");
        check("address1", "address 1");
        check("Home Address - Line 1", "home address line 1");
        check("phone_numbers[].value", "phone numbers value");
        check("Application ID ", "application id");
        check("Recipient's name", "recipients name");
        check("Prénom", "prenom");
        check("  ", "");
        check("", "");
        assert_eq!(squash("E-Mail"), squash("email"));
    }

    #[test]
    fn refused_attributes_are_named() {
        let check = |header: &str, expected: &str| assert_eq!(refused(header), Some(expected), "{header}");
        check("Gender", "gender");
        check("gender_code", "gender");
        check("GenderIdentity", "gender");
        check("gendercode", "gender");
        check("sex", "gender");
        check("Race/Ethnicity", "race or ethnicity");
        check("Are you Hispanic or Latino?", "race or ethnicity");
        check("EEO1 Category", "equal-opportunity answers");
        check("Nationality", "nationality");
        check("Country of Citizenship", "citizenship");
        check("countryOfCitizenship", "citizenship");
        check("US Citizen?", "citizenship");
        check("Visa Status", "visa or work permit");
        check("visastatus", "visa or work permit");
        check("Religion", "religion");
        check("Disability Status", "disability");
        check("Veteran Status", "veteran status");
        check("Marital Status", "marital status");
        check("Accent", "accent");
        check("educations[].school_name", "place of education");
        check("School1", "place of education");
        check("University", "place of education");
        check("Degree", "place of education");
        check("Place of Birth", "place of birth");
        check("birthplace", "place of birth");
        check("Native Language", "native language");
        check("Languages", "native language");
    }

    #[test]
    fn look_alikes_are_not_refused() {
        for header in [
            "racetrack_address",
            "Essex Street",
            "country",
            "Country Code",
            "trace_id",
            "Date of Birth",
            "birth_date",
            "Visa card number",
            "Citizen ID",
            "national_id",
            "Programming Languages",
            "sexton_name",
            "interface",
            "Scholarly Title",
            "Title",
            "terrace",
            "embrace",
            "location",
            "Unisex Size",
            "Middlesex",
            "origin",
            "Name",
            "",
        ] {
            assert_eq!(refused(header), None, "{header}");
        }
    }

    #[test]
    fn the_nearest_name_is_found() {
        let fields = ["given_name", "family_name", "full_name", "phone", "email"];
        let check = |name: &str, expected: Option<&str>| assert_eq!(nearest(name, fields), expected, "{name}");
        check("phnoe", Some("phone"));
        check("Phone", Some("phone"));
        check("GivenName", Some("given_name"));
        check("giving_name", Some("given_name"));
        check("wallet", None);
        check("x", None);
        check("", None);
        assert!(hint_for("last_name", &fields).contains("`family_name`"));
        assert!(hint_for("Given Name", &fields).contains("Only case"));
        assert!(hint_for("zzz", &fields).starts_with("known: `given_name`"));
        assert_eq!(one_of(&["a", "b", "c"], 2), "`a`, `b` and 1 more");
    }
}
