//! What must come out of a company whose truth is known, held against what a run found: rings and cases with their levels,
//! findings, roles, guards, and above all what must *not* come out. The file is `truth/expected.csv` of `samehand generate`.

use std::collections::{BTreeMap, BTreeSet};

/// What a run says, as plain values.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Persona of each record, by source and key.
    pub persona_of: BTreeMap<(String, String), String>,
    /// Ring of each persona that is in one.
    pub ring_of: BTreeMap<String, String>,
    /// Level of each ring.
    pub ring_levels: BTreeMap<String, String>,
    /// Level of each case of one persona, by persona.
    pub case_levels: BTreeMap<String, String>,
    /// Persona and indicator of findings that count.
    pub findings: BTreeSet<(String, String)>,
    /// Ring (empty for a case) and role.
    pub roles: BTreeSet<(String, String)>,
    /// Guards that set a persona's groups aside or explain a finding about it.
    pub guards: BTreeMap<String, BTreeSet<String>>,
}

/// A line of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expectation {
    pub expect: String,
    pub level: String,
    pub indicator: String,
    pub source: String,
    pub record: String,
    pub case: String,
    pub group: String,
}

/// Reads the file's text. Keys and names of the generator hold no comma.
///
/// # Errors
/// A line that has not the seven cells of the header.
pub fn parse(text: &str) -> Result<Vec<Expectation>, String> {
    let mut lines = text.lines();
    lines.next();
    lines
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            let [expect, level, indicator, source, record, case, group] = cells[..] else {
                return Err(format!("not seven cells: {line}"));
            };
            let own = str::to_string;
            Ok(Expectation {
                expect: own(expect),
                level: own(level),
                indicator: own(indicator),
                source: own(source),
                record: own(record),
                case: own(case),
                group: own(group),
            })
        })
        .collect()
}

/// Lower is sooner; what is not shown at all comes last.
fn order(level: Option<&str>) -> usize {
    match level {
        Some("priority") => 0,
        Some("review") => 1,
        Some("note") => 2,
        _ => 3,
    }
}

impl Outcome {
    /// The lines that do not hold, each with what was found in place of it.
    pub fn unmet(&self, expected: &[Expectation]) -> Vec<String> {
        let mut unmet = Vec::new();
        let mut groups: BTreeMap<(&str, &str, &str), BTreeSet<&str>> = BTreeMap::new();
        for line in expected {
            let Some(persona) = self.persona_of.get(&(line.source.clone(), line.record.clone())) else {
                unmet.push(format!("{}: {}:{} belongs to no persona", line.case, line.source, line.record));
                continue;
            };
            groups.entry((&line.case, &line.group, &line.expect)).or_default().insert(persona);
            if let Some(found) = self.fault(line, persona) {
                let what = [line.expect.as_str(), &line.level, &line.indicator].join(" ");
                let what = what.split_whitespace().collect::<Vec<_>>().join(" ");
                unmet.push(format!("{}: {what} for {persona} ({}:{}): {found}", line.case, line.source, line.record));
            }
        }
        for ((case, group, expect), personas) in &groups {
            let rings: BTreeSet<Option<&String>> = personas.iter().map(|persona| self.ring_of.get(*persona)).collect();
            match *expect {
                "ring" if rings.len() > 1 => {
                    unmet.push(format!("{case}: the {} personas of group {group} are not in one ring", personas.len()));
                }
                "same_persona" if personas.len() > 1 => {
                    unmet.push(format!("{case}: the records of group {group} are {} personas", personas.len()));
                }
                "apart" => {
                    for ((other_case, other_group, _), others) in groups.range((*case, "", "")..) {
                        let met = others
                            .iter()
                            .any(|other| self.ring_of.get(*other).is_some_and(|ring| rings.contains(&Some(ring))));
                        if other_case == case && other_group > group && !other_group.is_empty() && met {
                            unmet.push(format!("{case}: groups {group} and {other_group} are in one ring"));
                        }
                    }
                }
                _ => {}
            }
        }
        unmet.sort();
        unmet.dedup();
        unmet
    }

    fn fault(&self, line: &Expectation, persona: &str) -> Option<String> {
        let ring = self.ring_of.get(persona);
        let ring_level = ring.and_then(|ring| self.ring_levels.get(ring)).map(String::as_str);
        let case_level = self.case_levels.get(persona).map(String::as_str);
        let has_finding = self.findings.contains(&(persona.to_string(), line.indicator.clone()));
        let shown = |level: Option<&str>| level.unwrap_or("not shown").to_string();
        let (holds, found) = match line.expect.as_str() {
            "ring" => (order(ring_level) <= order(Some(&line.level)), shown(ring_level)),
            "no_ring" => (ring.is_none(), shown(ring_level)),
            "case" => {
                (ring.is_none() && order(case_level) <= order(Some(&line.level)), shown(case_level.or(ring_level)))
            }
            "no_case" => (order(case_level) > 1, shown(case_level)),
            "finding" => (has_finding, "no such finding".to_string()),
            "no_finding" => (!has_finding, "it is found".to_string()),
            "role" => {
                let ring = ring.cloned().unwrap_or_default();
                (self.roles.contains(&(ring, line.level.clone())), "no such role".to_string())
            }
            "guard" => {
                let guards = self.guards.get(persona);
                let named = guards.is_none_or(|guards| guards.contains(&line.level));
                (named, format!("set aside as {guards:?}"))
            }
            "apart" | "same_persona" => (true, String::new()),
            other => (false, format!("unknown expectation {other}")),
        };
        (!holds).then_some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome() -> Outcome {
        let text = str::to_string;
        let mut outcome = Outcome::default();
        for (key, persona) in [("A1", "P1"), ("A2", "P2"), ("A3", "P3"), ("A4", "P3")] {
            outcome.persona_of.insert((text("applicants"), text(key)), text(persona));
        }
        outcome.ring_of = [(text("P1"), text("R1")), (text("P2"), text("R1"))].into();
        outcome.ring_levels.insert(text("R1"), text("review"));
        outcome.case_levels.insert(text("P3"), text("review"));
        outcome.findings.insert((text("P3"), text("B13")));
        outcome.guards.insert(text("P3"), [text("household")].into());
        outcome
    }

    fn unmet(line: &str) -> usize {
        let text = format!("expect,level,indicator,source,record_id,case,group\n{line}\n");
        outcome().unmet(&parse(&text).expect("seven cells a line")).len()
    }

    #[test]
    fn what_holds_is_met_and_its_opposite_is_not() {
        for (holds, fails) in [
            ("ring,review,,applicants,A1,c,g", "ring,priority,,applicants,A1,c,g"),
            ("no_ring,,,applicants,A3,c,", "no_ring,,,applicants,A1,c,"),
            ("case,review,,applicants,A3,c,", "case,review,,applicants,A1,c,"),
            ("no_case,,,applicants,A1,c,", "no_case,,,applicants,A3,c,"),
            ("finding,,B13,applicants,A3,c,", "finding,,B14,applicants,A3,c,"),
            ("no_finding,,B14,applicants,A3,c,", "no_finding,,B13,applicants,A3,c,"),
            ("guard,household,,applicants,A3,c,g", "guard,agency,,applicants,A3,c,g"),
            ("guard,household,,applicants,A1,c,g", "role,facilitator,,applicants,A1,c,"),
            (
                "ring,review,,applicants,A1,c,g\nring,review,,applicants,A2,c,g",
                "ring,review,,applicants,A1,c,g\nring,review,,applicants,A3,c,g",
            ),
            (
                "same_persona,,,applicants,A3,c,g\nsame_persona,,,applicants,A4,c,g",
                "same_persona,,,applicants,A1,c,g\nsame_persona,,,applicants,A4,c,g",
            ),
            (
                "apart,,,applicants,A1,c,g\napart,,,applicants,A3,c,h",
                "apart,,,applicants,A1,c,g\napart,,,applicants,A2,c,h",
            ),
        ] {
            assert_eq!(unmet(holds), 0, "{holds}");
            assert_ne!(unmet(fails), 0, "{fails}");
        }
        assert_eq!(unmet("ring,review,,applicants,A9,c,g"), 1, "a record that is not there is told");
        assert!(parse("header\nno,cells\n").is_err());
    }
}
