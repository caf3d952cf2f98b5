//! Facts that a person has once: whether two groups of records contradict each other in birth date or government id.

use super::name::PartAgreement;
use super::{Column, Context, date, email, place};
use crate::model::ids::RecordId;
use crate::model::pair::Observed;
use crate::model::value::Marks;

/// Whether a fact agrees anywhere between two groups.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Agreed {
    NotObserved,
    No,
    Yes,
}

impl Agreed {
    fn and(self, level: u8, contradicting: u8) -> Agreed {
        match (self, level) {
            (known, 0) => known,
            (Agreed::Yes, _) => Agreed::Yes,
            (_, level) if level >= contradicting => Agreed::No,
            _ => Agreed::Yes,
        }
    }
}

impl Context<'_> {
    /// Whether two groups of records contradict each other in a fact that a person has once: every full birth date of
    /// one against every one of the other, or every government id. A slip in one record is no contradiction where
    /// another record of the group agrees, nor where an identifier that one person holds (email, government id, number
    /// of a document) is the same or near on both sides.
    pub fn contradict(&self, left: &[RecordId], right: &[RecordId]) -> bool {
        let pairs = || left.iter().flat_map(|&a| right.iter().map(move |&b| (a, b)));
        let (mut dates, mut ids) = (Agreed::NotObserved, Agreed::NotObserved);
        for (a, b) in pairs() {
            let date = self.birth_dates(a, b).level;
            // A date that no calendar has contradicts nobody.
            if date < date::CONTRADICT || !self.has_damaged_date(a) && !self.has_damaged_date(b) {
                dates = dates.and(date, date::CONTRADICT);
            }
            ids = ids.and(self.simple(a, b, Column::GovernmentId, super::GOVERNMENT_PSEUDO).level, 3);
        }
        let held_by_one = || {
            left.iter().any(|&a| {
                right.iter().any(|&b| {
                    matches!(self.emails(a, b).level, email::SAME | email::NEAR)
                        || matches!(self.simple(a, b, Column::DocumentNumber, super::GOVERNMENT_PSEUDO).level, 1 | 2)
                })
            })
        };
        let dates = dates == Agreed::No && ids != Agreed::Yes;
        let ids = || ids == Agreed::No && !pairs().any(|(a, b)| self.excuses_another_id(a, b));
        (dates || ids()) && !held_by_one()
    }

    /// Twins share a birth date: it excuses another id only where the given names agree too. In a plain table what a rival
    /// explains (twins, father and son) is left to the weights.
    fn excuses_another_id(&self, a: RecordId, b: RecordId) -> bool {
        let different = PartAgreement::Different.level();
        let (given, family, _) = self.names(a, b, &self.glance(a, b));
        let same_date = (1..date::CONTRADICT).contains(&self.birth_dates(a, b).level);
        let agree = |name: Observed| (1..different).contains(&name.level);
        let at_one_place = || (1..=place::NEAR_ADDRESS).contains(&self.places(a, b).level);
        same_date && given.level != different
            || self.plain && same_date && family.level != different
            || self.plain && agree(given) && agree(family) && at_one_place()
    }

    fn has_damaged_date(&self, record: RecordId) -> bool {
        let marks = |date| self.claims.dictionary.marks(self.value(Column::BirthDate, date));
        self.held(record, Column::BirthDate).iter().any(|&date| marks(date).has(Marks::DAMAGED))
    }
}
