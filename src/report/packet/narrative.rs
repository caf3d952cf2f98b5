//! What happened, in sentences: facts that rows of the input hold, and apart from them what is inferred.
//!
//! Two lengths: the long one says everything, the short one as many statements as fit a form's field and how many it left
//! out. Words are neutral: records share attributes; nobody is called anything.

use super::exhibits::{Exhibits, cited};
use super::facts::Facts;
use super::transactions::with_zone;
use crate::model::words::counted;
use crate::report::case_file::{CaseFile, CaseKind, LinkTerm, PersonaLink};
use crate::report::look::FOOTER;
use crate::report::text::{bits, clean, cut_by};

/// Exhibits that one sentence names; the rest is counted.
const EXHIBITS_NAMED: usize = 6;
/// Members that the first sentence names.
const MEMBERS_NAMED: usize = 12;

/// Statements of one case, in the order in which they matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrative {
    /// Who, what and when.
    head: Vec<String>,
    facts: Vec<String>,
    inference: Vec<String>,
    close: Vec<String>,
}

/// What a text measures in a form: UTF-16 units, as browsers count, a line break as the two signs that it is sent as.
pub fn characters(text: &str) -> usize {
    text.encode_utf16().count() + text.matches('\n').count()
}

impl Narrative {
    /// The statements of a case.
    pub fn of(file: &CaseFile, facts: &Facts, exhibits: &Exhibits) -> Narrative {
        let mut out = Narrative::default();
        let business = facts.get("victim", 0, "business");
        let holder = if business.is_empty() { "the reporting business" } else { business };
        let names: Vec<String> = (0..file.members.len().min(MEMBERS_NAMED)).map(|at| file.called(at)).collect();
        let more = file.members.len().saturating_sub(MEMBERS_NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let share = if file.kind == CaseKind::Ring { " that share attributes" } else { "" };
        out.head.push(format!(
            "Records of {holder} hold {}{share}: {}{more}. A persona is an identity as it was presented; whose it is, is not known.",
            counted(file.members.len(), "persona"),
            names.join(", ")
        ));
        let dated: Vec<&str> =
            file.timeline.iter().map(|event| event.when.text.as_str()).filter(|when| !when.is_empty()).collect();
        if let (Some(first), Some(last)) = (dated.iter().min(), dated.iter().max()) {
            out.head.push(format!(
                "Dated rows run from {} to {}. Times are in UTC; a date without time is the calendar date of the source.",
                with_zone(first),
                with_zone(last)
            ));
        }
        for key in ["noticed", "description"] {
            let told = facts.get("incident", 0, key);
            if !told.is_empty() {
                out.head.push(format!("The person who files states: {}", ended(told)));
            }
        }
        let further = |link: &&(usize, &PersonaLink)| !link.1.spanning;
        let links: Vec<(usize, &PersonaLink)> = file.links.iter().enumerate().collect();
        for (at, link) in links.iter().filter(|link| !further(link)).chain(links.iter().filter(further)) {
            out.facts.extend(link_sentence(file, *at, link, exhibits));
        }
        // What a link indicator says, the links have said already.
        let told = |indicator: &str| indicator.starts_with('L') && !file.links.is_empty();
        for (at, finding) in file.findings.iter().enumerate() {
            if told(&finding.indicator) && finding.guard.is_empty() {
                continue;
            }
            let who: Vec<String> = finding.members.iter().take(3).map(|&member| file.called(member)).collect();
            let who = match (who.len(), finding.members.len().saturating_sub(3)) {
                (0, _) => String::new(),
                (_, 0) => format!("{}: ", who.join(", ")),
                (_, more) => format!("{} and {more} more: ", who.join(", ")),
            };
            let said = if finding.finding.is_empty() { &finding.name } else { &finding.finding.text };
            let days = days(&finding.first.text, &finding.last.text);
            let text = format!("{who}{}{days}{}", said.trim_end_matches('.'), rests(exhibits.findings.get(at)));
            if finding.guard.is_empty() {
                out.facts.push(format!("{text}."));
            } else {
                let why =
                    if finding.guard_reason.is_empty() { String::new() } else { format!(": {}", finding.guard_reason) };
                out.inference.push(format!("Explained by {} and not counted{why}: {text}.", finding.guard));
            }
        }
        out.inference.push(format!(
            "From these rows samehand {} puts the records together as {} {} for review; the evidence weighs {} bits{}.",
            file.product_version,
            file.kind.words(),
            file.id,
            bits(file.weight_bits),
            families(file)
        ));
        for (at, role) in file.roles.iter().enumerate() {
            let about = if role.kind == "persona" || role.kind == "operator" {
                String::new()
            } else {
                format!("{} ", role.kind.replace('_', " "))
            };
            let why = if role.evidence.is_empty() {
                String::new()
            } else {
                format!(", because {}", role.evidence.text.trim_end_matches('.'))
            };
            out.inference.push(format!(
                "Hypothesis: {about}{} may have the role of {}{why}{}. Another reading: {}",
                role.who,
                role.role,
                rests(exhibits.roles.get(at)),
                ended(&role.also_consider)
            ));
        }
        for against in file.against.iter().filter(|against| !against.is_empty()) {
            out.inference.push(format!("What speaks against it or counts less: {}", ended(&against.text)));
        }
        out.close.push(
            "The named identity of a persona may be that of a person whose data was used without their knowledge."
                .to_string(),
        );
        out.close.push(format!("In all of this, {FOOTER}."));
        for list in [&mut out.head, &mut out.facts, &mut out.inference, &mut out.close] {
            for text in list {
                *text = clean(text);
            }
        }
        out
    }

    /// Everything, a paragraph for each part.
    pub fn long(&self) -> String {
        let list = |texts: &[String]| texts.iter().map(|text| format!("- {text}")).collect::<Vec<_>>().join("\n");
        let facts = if self.facts.is_empty() { "- None.".to_string() } else { list(&self.facts) };
        format!(
            "{}\n\nFACTS THAT THE RECORDS HOLD\n{facts}\n\nWHAT IS INFERRED FROM THEM\n{}\n\n{}",
            self.head.join("\n"),
            list(&self.inference),
            self.close.join(" ")
        )
    }

    /// Who, what is inferred and what speaks against it; the facts stand elsewhere.
    pub fn summary(&self) -> Vec<String> {
        let mut lines = self.head.clone();
        lines.push("WHAT IS INFERRED".to_string());
        lines.extend(self.inference.iter().map(|text| format!("- {text}")));
        lines.push(self.close.join(" "));
        lines
    }

    /// At most `limit` characters as [`characters`] counts them: head and close, then as many statements as fit, facts
    /// before inference, and how many were left out.
    pub fn short(&self, limit: usize) -> String {
        if characters(&self.long()) <= limit {
            return self.long();
        }
        // Room for the sentence that says what was left out.
        const SAID: usize = 90;
        let head = self.head.join(" ");
        let close = self.close.join(" ");
        let inferred = self.inference.first().map_or("", String::as_str);
        let fixed = format!("{head}\n\nFacts: \n\nInference: {inferred} \n\n{close}");
        let mut room = limit.saturating_sub(characters(&fixed) + SAID);
        let mut left_out = 0;
        let mut taken = |texts: &[String]| {
            let mut kept: Vec<String> = Vec::new();
            for text in texts {
                let size = characters(text) + 1;
                if size <= room {
                    room -= size;
                    kept.push(text.clone());
                } else {
                    left_out += 1;
                }
            }
            kept.join(" ")
        };
        let facts = taken(&self.facts);
        let inference = taken(self.inference.get(1..).unwrap_or_default());
        let said = match left_out {
            0 => String::new(),
            count => format!(" ({} in the long version only.)", counted(count, "further statement")),
        };
        let mut parts = vec![head];
        if !facts.is_empty() {
            parts.push(format!("Facts: {facts}"));
        }
        parts.push(format!("Inference: {inferred} {inference}").trim_end().to_string() + &said);
        parts.push(close);
        let text = parts.join("\n\n");
        if characters(&text) <= limit {
            return text;
        }
        // A limit for which even head and close are too long.
        cut_by(&text, limit as f64, |text| characters(text) as f64)
    }
}

/// What two members share, or `None` where no term counts.
fn link_sentence(file: &CaseFile, at: usize, link: &PersonaLink, exhibits: &Exhibits) -> Option<String> {
    let mut said: Vec<String> = Vec::new();
    let mut numbers: Vec<usize> = Vec::new();
    for (term_at, term) in link.terms.iter().enumerate() {
        if !is_evidence(term) || term.counted <= 0.0 {
            continue;
        }
        said.push(term_words(term));
        let sides = exhibits.links.get(at).and_then(|terms| terms.get(term_at));
        numbers.extend(sides.into_iter().flatten().flatten());
    }
    numbers.sort_unstable();
    numbers.dedup();
    let (left, right) = (file.called(link.left), file.called(link.right));
    match said.is_empty() {
        true if link.bits.is_none() => Some(format!("{left} and {right} are served by the same place.")),
        true => None,
        false => Some(format!("{left} and {right} share {}{}.", said.join(", "), rests(Some(&numbers)))),
    }
}

/// Whether a term is about a value and not the prior or an explanation.
pub fn is_evidence(term: &LinkTerm) -> bool {
    !matches!(term.kind.as_str(), "prior" | "innocent explanation")
}

/// `the same phone +12025550147`; `nearly the same handle (one letter off: annlee, annlea)`.
pub fn term_words(term: &LinkTerm) -> String {
    let kind = term.kind.replace('_', " ");
    match term.how.as_str() {
        "same" if term.left.is_empty() || term.left.text == kind => format!("the same {kind}"),
        "same" => format!("the same {kind} {}", term.left),
        how if term.left.is_empty() => format!("{} ({how})", one(&kind)),
        how => format!("{} ({how}: {}, {})", one(&kind), term.left, term.right),
    }
}

/// With its article: `a phone`, `an account`.
fn one(noun: &str) -> String {
    format!("{} {noun}", if noun.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" })
}

fn rests(numbers: Option<&Vec<usize>>) -> String {
    match numbers.map(|numbers| cited(numbers, EXHIBITS_NAMED)).unwrap_or_default() {
        none if none.is_empty() => none,
        said => format!(" ({said})"),
    }
}

fn days(first: &str, last: &str) -> String {
    match (first.is_empty(), last.is_empty() || last == first) {
        (true, _) => String::new(),
        (false, true) => format!(" [{first}]"),
        (false, false) => format!(" [{first} to {last}]"),
    }
}

fn families(file: &CaseFile) -> String {
    let names: Vec<&str> = file.families.iter().map(|family| family.name()).collect();
    if names.is_empty() { String::new() } else { format!(", of the families {}", names.join(", ")) }
}

/// With a full stop.
fn ended(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_string() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::packet::testing::case;
    use proptest::prelude::*;

    fn narrative() -> Narrative {
        let full = case();
        Narrative::of(&full, &Facts::default(), &Exhibits::of(&full, &full))
    }

    #[test]
    fn facts_stand_apart_from_inference_and_cite_exhibits() {
        let long = narrative().long();
        let (facts, inference) = long.split_once("WHAT IS INFERRED").expect("two parts");
        assert!(facts.contains("share the same phone +12025550147 (exhibits 1, 2)."), "{long}");
        assert!(!facts.contains("Hypothesis") && inference.contains("Hypothesis"), "{long}");
        assert!(inference.contains("Another reading: A relative lends it."), "{long}");
        assert!(long.ends_with(&format!("{FOOTER}.")));
    }

    #[test]
    fn a_finding_that_is_explained_is_no_fact() {
        let mut full = case();
        full.findings[0].guard = "corporate VPN".into();
        let narrative = Narrative::of(&full, &Facts::default(), &Exhibits::of(&full, &full));
        let long = narrative.long();
        let (facts, inference) = long.split_once("WHAT IS INFERRED").expect("two parts");
        assert!(!facts.contains("two laptops") && inference.contains("Explained by corporate VPN"), "{long}");
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let narrative = narrative();
        let limit = characters(&narrative.long()) - 1;
        let short = narrative.short(limit);
        assert!(short.contains("in the long version only"), "{short}");
        assert!(short.ends_with(&format!("{FOOTER}.")));
        assert_eq!(narrative.short(limit + 1), narrative.long());
    }

    #[test]
    fn a_line_break_counts_as_two_and_an_emoji_too() {
        assert_eq!((characters("ab"), characters("a\nb"), characters("😀"), characters("é")), (2, 4, 2, 1));
    }

    proptest! {
        #[test]
        fn it_never_exceeds_its_limit(limit in 0usize..6000, name in "\\PC{0,300}", repeat in 0usize..40) {
            let mut full = case();
            full.members[0].name.text = name;
            let finding = full.findings[0].clone();
            full.findings.extend(std::iter::repeat_n(finding, repeat));
            let narrative = Narrative::of(&full, &Facts::default(), &Exhibits::of(&full, &full));
            prop_assert!(characters(&narrative.short(limit)) <= limit);
        }
    }
}
