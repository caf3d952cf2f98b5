//! L05: two personas are paid to one bank account.

use super::shared;
use crate::assess::{Context, Indicator, Rule};
use crate::model::evidence::{Contribution, Evidence};
use crate::model::finding::{Finding, Strength};
use crate::model::value::{EvidenceFamily, IdentifierKind, Marks};

pub const INDICATOR: Indicator = Indicator {
    id: "L05",
    name: "shared bank account",
    definition: "Two personas have one account: routing and account number, or IBAN. Strong when the whole number is known \
                 on both sides, medium when one is masked or the numbers are only near.",
    needs: &[],
    parameters: &[],
    family: EvidenceFamily::Payment,
    strength: Strength::Strong,
    misleads: "A joint account of spouses, a parent's account, a pay-card programme, an agency that is paid for its people, \
               two masked numbers that end alike.",
    source: "FBI update of 2025 on facilitators: compare the payment accounts of all employees for matching bank data",
    rule: Rule::Link(find),
};

fn find(context: &Context, link: &Evidence) -> Option<Finding> {
    let kinds = &[IdentifierKind::Account];
    let masked = |c: &Contribution| {
        let marks = |value| context.claims.dictionary.marks(value);
        marks(c.left).has(Marks::MASKED) || marks(c.right).has(Marks::MASKED)
    };
    shared(context, link, "L05", kinds, Strength::Strong, |c| !c.is_near() && !masked(c))
        .or_else(|| shared(context, link, "L05", kinds, Strength::Medium, |_| true))
}
