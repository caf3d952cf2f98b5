//! L03: two personas carry one mailbox.

use super::shared;
use crate::assess::{Indicator, Rule};
use crate::model::finding::Strength;
use crate::model::value::{EvidenceFamily, IdentifierKind};

pub const INDICATOR: Indicator = Indicator {
    id: "L03",
    name: "shared email",
    definition: "Two personas carry one email address in canonical form: case, plus tags and the dots that a provider \
                 ignores aside. Mailboxes that are only near are weak.",
    needs: &[],
    parameters: &[],
    family: EvidenceFamily::Contact,
    strength: Strength::Strong,
    misleads: "A family's mailbox, the mailbox of an agency or of a team.",
    source: "FBI PSA I-012325-PSA, 23 January 2025: email addresses reused on several resumes",
    rule: Rule::Link(|context, link| {
        let kinds = &[IdentifierKind::Email];
        shared(context, link, "L03", kinds, Strength::Strong, |c| !c.is_near())
            .or_else(|| shared(context, link, "L03", kinds, Strength::Weak, |c| c.is_near()))
    }),
};
