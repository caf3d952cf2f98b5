//! B02: the address changed between offer and delivery.

use super::places;
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::claim::Claim;
use crate::model::field::Field;
use crate::model::finding::{Citation, Finding, Strength};
use crate::model::ids::PersonaId;
use crate::model::moment::iso_day;
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "B02",
    name: "address change between offer and delivery",
    definition: "An address change falls between `before` days before hire and `after` days after the first delivery \
                 since then (after hire where none is known); or the home stated as employee is another building than \
                 the one stated in an application of at most `applied` days before hire. Of the second kind it is \
                 weak, unless a parcel of at most `before` days from hire went to none of the homes of the \
                 application: the employee's row may say where somebody lives today.",
    needs: &[
        Need(&[RecordKind::Employee], &[Field::ValidFrom]),
        Need(&[RecordKind::AddressChange, RecordKind::Applicant], &[]),
    ],
    parameters: &["before", "after", "applied"],
    family: EvidenceFamily::Place,
    strength: Strength::Medium,
    misleads: "A relocation for the job.",
    source: "FBI PSA I-012325-PSA, 23 January 2025: changes of address during onboarding",
    rule: Rule::Persona(find),
};

fn find(context: &Context, persona: PersonaId) -> Option<Finding> {
    changed(context, persona).or_else(|| differs(context, persona))
}

fn changed(context: &Context, persona: PersonaId) -> Option<Finding> {
    let (before, after) = (context.parameter("B02", "before") as i32, context.parameter("B02", "after") as i32);
    let changes = context.in_time(persona, RecordKind::AddressChange);
    if changes.is_empty() {
        return None;
    }
    let sent: Vec<i32> =
        context.in_time(persona, RecordKind::Shipment).iter().map(|(moment, _)| moment.day()).collect();
    for (hired, _) in context.hires(persona) {
        let first = sent.iter().copied().find(|day| (hired - before..=hired + before).contains(day)).unwrap_or(hired);
        let window = hired - before..=first.max(hired) + after;
        let inside: Vec<_> = changes.iter().filter(|(moment, _)| window.contains(&moment.day())).collect();
        let Some((moment, _)) = inside.first() else { continue };
        let text = format!("the home address changed on {}, {} days from hire", iso_day(moment.day()), {
            (moment.day() - hired).abs()
        });
        let cells = [IdentifierKind::Address, IdentifierKind::Time];
        return Some(
            Finding::about("B02", persona, Strength::Medium, EvidenceFamily::Place, text)
                .citing(inside.iter().flat_map(|(_, record)| context.cite(*record, &cells)))
                .on(inside.iter().map(|(moment, _)| moment.day())),
        );
    }
    None
}

fn differs(context: &Context, persona: PersonaId) -> Option<Finding> {
    let applied = context.parameter("B02", "applied") as i32;
    let of = |kind: RecordKind| -> Vec<&Claim> {
        places::homes(context, persona).filter(|home| context.claims.record(home.record).kind == kind).collect()
    };
    let (asked, hired) = (of(RecordKind::Applicant), of(RecordKind::Employee));
    let soon = |home: &&&Claim, job: &Claim| {
        job.valid().from != i32::MIN
            && home.valid().from != i32::MIN
            && (0..=applied).contains(&job.valid().from.saturating_sub(home.valid().from))
    };
    for job in &hired {
        let before: Vec<&&Claim> = asked.iter().filter(|home| soon(home, job)).collect();
        let same = before.iter().any(|home| (context.one_place)(home.value, job.value));
        if before.is_empty() || same {
            continue;
        }
        let text = "the home stated as employee is another building than the one stated in the application";
        let near = context.parameter("B02", "before") as i32;
        let sent = places::parcels(context, persona).into_iter().find(|sent| {
            sent.valid().from.saturating_sub(job.valid().from).saturating_abs() <= near
                && !asked.iter().any(|home| (context.one_place)(home.value, sent.value))
        });
        // A move that an address change dates was looked at already, and fell outside of onboarding.
        let told = context.of_kind(persona, RecordKind::AddressChange).next().is_some();
        let strength = if sent.is_some() && !told { Strength::Medium } else { Strength::Weak };
        return Some(
            Finding::about("B02", persona, strength, EvidenceFamily::Place, text)
                .citing(before.iter().map(|home| Citation::of(home)).chain([Citation::of(job)]))
                .citing(sent.map(Citation::of))
                .on([job.valid().from]),
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{Address, Name};

    fn moving(day: &str) -> Scene {
        Scene::new().employee("E1", "2025-03-03", &[(Name, "ann / lee"), (Address, "12|elm st")]).event(
            RecordKind::AddressChange,
            day,
            &[(Address, "12|elm st"), (Address, "9|oak st")],
        )
    }

    #[test]
    fn a_move_long_after_the_delivery_is_refused() {
        assert_eq!(moving("2025-03-01").strengths("B02"), [Strength::Medium]);
        let late = moving("2025-03-17").shipment("2025-03-14", &[(Address, "9|oak st")]);
        assert_eq!(late.strengths("B02"), [Strength::Medium]);
        assert!(moving("2025-03-17").findings("B02").is_empty());
        assert!(moving("2025-09-01").findings("B02").is_empty());
        assert!(moving("2024-06-01").findings("B02").is_empty());
    }

    #[test]
    fn an_application_of_years_ago_with_another_home_is_refused() {
        let sent_after = |day: &str, home: &str, sent: &str| {
            Scene::new()
                .applicant("E1", day, &[(Address, home)])
                .employee("E1", "2025-03-03", &[(Name, "ann / lee"), (Address, "12|elm st")])
                .shipment(sent, &[(Address, "12|elm st")])
                .strengths("B02")
        };
        let applied = |day: &str, home: &str| sent_after(day, home, "2025-02-28");
        assert_eq!(applied("2025-01-15", "9|oak st"), [Strength::Medium]);
        // Whoever moved at some time since is told from it by no date.
        assert_eq!(sent_after("2025-01-15", "9|oak st", "2026-02-28"), [Strength::Weak]);
        assert!(applied("2025-01-15", "12|elm st|4b").is_empty());
        assert!(applied("2021-01-15", "9|oak st").is_empty());
    }
}
