//! L14: two applications came from one network address within some days.

use super::shared;
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::evidence::{Contribution, Evidence};
use crate::model::field::Field;
use crate::model::finding::{Finding, Strength};
use crate::model::ids::{PersonaId, RecordId, ValueId};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "L14",
    name: "shared application client",
    definition: "Applications of two linked personas came from one network address within `days`; where no day is stated they \
                 count as one time. Medium when the browser and system are the same too.",
    needs: &[Need(&[RecordKind::Applicant], &[Field::Ip])],
    parameters: &["days"],
    family: EvidenceFamily::DeviceNetwork,
    strength: Strength::Medium,
    misleads: "A campus, an office, a provider that puts many customers behind one address, the tablet at a job fair.",
    source: "Follows from FBI PSA I-012325-PSA, 23 January 2025: one hand behind several applications",
    rule: Rule::Link(find),
};

fn find(context: &Context, link: &Evidence) -> Option<Finding> {
    let days = context.parameter("L14", "days") as i32;
    let is_address = |c: &Contribution| c.kind == IdentifierKind::Ip && !c.is_near();
    let near_in_time = |a: RecordId, b: RecordId| match (context.when(a), context.when(b)) {
        (Some(a), Some(b)) => (a.day() - b.day()).abs() <= days,
        _ => true,
    };
    let pairs = |value: ValueId| {
        let right = applications(context, link.right, value);
        let left = applications(context, link.left, value);
        left.into_iter().flat_map(move |a| right.clone().into_iter().map(move |b| (a, b)))
    };
    let together = |c: &Contribution| is_address(c) && pairs(c.left).any(|(a, b)| near_in_time(a, b));
    let browser = |record: RecordId| context.text(record, IdentifierKind::UserAgent);
    let one_client = |c: &Contribution| {
        let same =
            |(a, b): (RecordId, RecordId)| browser(a).is_some() && browser(a) == browser(b) && near_in_time(a, b);
        is_address(c) && pairs(c.left).any(same)
    };
    let kinds = &[IdentifierKind::Ip];
    if let Some(mut finding) = shared(context, link, "L14", kinds, Strength::Medium, one_client) {
        finding.text.push_str(", with one browser and system");
        let cells: Vec<_> = [link.left, link.right]
            .into_iter()
            .flat_map(|persona| context.of_kind(persona, RecordKind::Applicant))
            .flat_map(|record| context.cite(record, &[IdentifierKind::UserAgent]))
            .collect();
        return Some(dated(context, link, finding.citing(cells)));
    }
    shared(context, link, "L14", kinds, Strength::Weak, together).map(|finding| dated(context, link, finding))
}

/// Applications of a persona that came from the address.
fn applications(context: &Context, persona: PersonaId, ip: ValueId) -> Vec<RecordId> {
    let holds = |record: &RecordId| context.claims.of_kind(*record, IdentifierKind::Ip).any(|claim| claim.value == ip);
    context.of_kind(persona, RecordKind::Applicant).filter(holds).collect()
}

fn dated(context: &Context, link: &Evidence, finding: Finding) -> Finding {
    let records =
        [link.left, link.right].into_iter().flat_map(|persona| context.of_kind(persona, RecordKind::Applicant));
    let days: Vec<i32> = records.filter_map(|record| Some(context.when(record)?.day())).collect();
    finding.on(days)
}
