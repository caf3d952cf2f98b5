//! L16: devices or sign-ins of two employees stand behind one public address on several days.

use super::shared;
use crate::assess::{Context, Indicator, Need, Rule};
use crate::model::claim::Period;
use crate::model::evidence::{Contribution, Evidence};
use crate::model::field::Field;
use crate::model::finding::{Finding, Strength};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind};
use std::collections::BTreeSet;

pub const INDICATOR: Indicator = Indicator {
    id: "L16",
    name: "co-located devices",
    definition: "Devices or sign-ins of two employees have one public address, on at least `days` common days or as long as \
                 both hold it, and the address is on no allow list. IPv6 counts by network. Medium when a household may \
                 explain the pair.",
    needs: &[Need(&[RecordKind::Device, RecordKind::SignIn], &[Field::Ip])],
    parameters: &["days"],
    family: EvidenceFamily::DeviceNetwork,
    strength: Strength::Strong,
    misleads: "A couple, a shared office, a hotel, an event, a university, a provider that puts many customers behind one \
               address.",
    source: "FBI update of 2025 on facilitators: internet connection through laptops received on behalf of others",
    rule: Rule::Link(find),
};

/// Days of one common stretch that are counted; more are not needed to reach any sensible parameter.
const STRETCH_MAX: i32 = 366;

fn find(context: &Context, link: &Evidence) -> Option<Finding> {
    let employed = |persona: PersonaId| context.of_kind(persona, RecordKind::Employee).next().is_some();
    if !employed(link.left) || !employed(link.right) {
        return None;
    }
    let wanted = context.parameter("L16", "days");
    let together = |c: &Contribution| match common_days(context, link, c) {
        Common::Always => true,
        Common::Days(days) => days.len() as f64 >= wanted,
    };
    let household = link.innocence.as_ref().is_some_and(|best| best.relation == "household" && best.bits > 0.0);
    let strength = if household { Strength::Medium } else { Strength::Strong };
    let kinds = &[IdentifierKind::Ip];
    let mut finding = shared(context, link, "L16", kinds, strength, together)?;
    let mut all = BTreeSet::new();
    for c in link.contributions.iter().filter(|c| kinds.contains(&c.kind)) {
        if let Common::Days(days) = common_days(context, link, c) {
            all.extend(days);
        }
    }
    if !all.is_empty() {
        finding.text.push_str(&format!(", on {} common days", all.len()));
    }
    Some(finding.on(all))
}

enum Common {
    /// Nothing dates what one of them says.
    Always,
    Days(BTreeSet<i32>),
}

fn common_days(context: &Context, link: &Evidence, c: &Contribution) -> Common {
    let mut days = BTreeSet::new();
    let right = periods(context, link.right, c.right);
    for a in periods(context, link.left, c.left) {
        for b in &right {
            let (from, to) = (a.from.max(b.from), a.to.min(b.to));
            if from > to {
                continue;
            }
            if to == i32::MAX || from == i32::MIN {
                return Common::Always;
            }
            days.extend(from..=to.min(from.saturating_add(STRETCH_MAX)));
        }
    }
    Common::Days(days)
}

/// When a persona's devices and sign-ins had the address.
fn periods(context: &Context, persona: PersonaId, ip: ValueId) -> Vec<Period> {
    [RecordKind::Device, RecordKind::SignIn]
        .into_iter()
        .flat_map(|kind| context.of_kind(persona, kind))
        .flat_map(|record| context.claims.of_kind(record, IdentifierKind::Ip))
        .filter(|claim| claim.value == ip)
        .map(|claim| claim.valid())
        .collect()
}
