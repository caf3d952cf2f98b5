//! What two strangers can weigh at most, from the same rows as a glance and in a fraction of its time: a sum over what is
//! the same, may be alike or is different. Most pairs of a small table, where all meet all, end here.

use super::super::{ACCOUNT, BIRTH_DATE, Context, EMAIL, FAMILY_NAME, FULL_NAME, GIVEN_NAME, PHONE, PLACE, date};
use super::super::{email, name::PartAgreement};
use super::{
    CandidatePair, DIFFERENT_VALUE, Instructions, Kernel, NEAR_ACCOUNT, NEAR_EMAIL, NEAR_PHONE, OF_OTHERS,
    OPEN_ACCOUNT, OPEN_DATE, OPEN_EMAIL, OPEN_NAME, OPEN_PHONE, OTHERS, Row, may_be_alike,
};

/// What each comparison adds at most, in bits. Of those told by number, the first is of what one of the two lacks.
#[derive(Clone, Debug)]
pub struct FirstLook {
    /// What is added whatever the rows say: the prior, and places, which are left to the glance.
    always: f32,
    /// Where something is compared that is not in the rows.
    others: f32,
    /// Different, anything.
    given_name: [f32; 2],
    family_name: [f32; 2],
    /// Names that are not plain.
    open_name: f32,
    /// Far apart, not the same, anything.
    birth_date: [f32; 4],
    /// Different, at one domain, anything.
    email: [f32; 4],
    /// Different, anything.
    phone: [f32; 3],
    account: [f32; 3],
}

impl FirstLook {
    /// `settled` says what a comparison adds at a level that is known, `open` what it can add at most from a level on,
    /// `at_domain` what emails at one domain can, and `added` all comparisons of the config together.
    pub fn new(
        prior: f32,
        added: f32,
        at_domain: f32,
        settled: impl Fn(usize, u8) -> f32,
        open: impl Fn(usize, u8) -> f32,
    ) -> FirstLook {
        let any = |comparison: usize| open(comparison, 1);
        let of_name = |comparison: usize| [settled(comparison, PartAgreement::Different.level()), any(comparison)];
        let of_value = |comparison: usize| [0.0, settled(comparison, DIFFERENT_VALUE), any(comparison)];
        FirstLook {
            always: prior + any(PLACE),
            others: added + OF_OTHERS.into_iter().map(any).sum::<f32>(),
            given_name: of_name(GIVEN_NAME),
            family_name: of_name(FAMILY_NAME),
            open_name: (GIVEN_NAME..=FULL_NAME).map(any).sum(),
            birth_date: [0.0, settled(BIRTH_DATE, date::DIFFERENT), open(BIRTH_DATE, 2), any(BIRTH_DATE)],
            email: [0.0, settled(EMAIL, email::DIFFERENT), at_domain, any(EMAIL)],
            phone: of_value(PHONE),
            account: of_value(ACCOUNT),
        }
    }

    /// Counted rather than branched on wherever it can be: which case a comparison is follows no pattern.
    #[inline(always)]
    fn most(&self, context: &Context, x: &Row, y: &Row) -> f32 {
        let (either, both) = (x.flags | y.flags, x.flags & y.flags);
        let has = |flags: u32, flag: u32| flags & flag != 0;
        let case = |seen: bool, case: usize| usize::from(seen) * (1 + case);
        let seen = |x: u32, y: u32| x != 0 && y != 0;

        let date = if date::are_far_apart(x.birth_date, y.birth_date) { 0 } else { 1 };
        let date = if has(either, OPEN_DATE) | (x.birth_date == y.birth_date) { 2 } else { date };
        let one_mailbox = has(either, OPEN_EMAIL) | has(both, NEAR_EMAIL) | x.local().may_be_of_one_mailbox(y.local());
        let email = if one_mailbox { 2 } else { usize::from(x.domain == y.domain) };
        let phone = (x.phone == y.phone) | has(either, OPEN_PHONE) | has(both, NEAR_PHONE);
        let account = (x.account == y.account) | has(either, OPEN_ACCOUNT) | has(both, NEAR_ACCOUNT);
        let names = match () {
            () if !seen(x.given_word, y.given_word) => 0.0,
            () if has(either, OPEN_NAME) => self.open_name,
            () => self.most_of_names(context, x, y),
        };
        self.always
            + names
            + if has(both, OTHERS) { self.others } else { 0.0 }
            + self.birth_date[case(seen(x.birth_date, y.birth_date), date)]
            + self.email[case(seen(x.domain, y.domain), email)]
            + self.phone[case(seen(x.phone, y.phone), usize::from(phone))]
            + self.account[case(seen(x.account, y.account), usize::from(account))]
    }

    #[inline(always)]
    fn most_of_names(&self, context: &Context, x: &Row, y: &Row) -> f32 {
        let crossed = context.may_be_crossed(x, y);
        let given = (x.given_word == y.given_word) | may_be_alike(x.given(), y.given());
        let family = (x.family_word == y.family_word) | may_be_alike(x.family(), y.family());
        let given = crossed | given | context.may_be_nicknames(x, y);
        let family = crossed | family | context.may_be_romanizations(x, y);
        self.given_name[usize::from(given)] + self.family_name[usize::from(family)]
    }
}

/// Looks at many pairs, with the bit instructions of the processor where it has them.
struct FirstLooks<'g, 'a> {
    context: &'g Context<'a>,
    look: &'g FirstLook,
    keep: f32,
    pairs: &'g [CandidatePair],
    into: &'g mut Vec<CandidatePair>,
}

impl Kernel for FirstLooks<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let rows = &self.context.rows.0;
        for &pair in self.pairs {
            if self.look.most(self.context, &rows[pair.left().index()], &rows[pair.right().index()]) >= self.keep {
                self.into.push(pair);
            }
        }
    }
}

impl Context<'_> {
    /// The pairs that can weigh `keep` bits after a first look, in their order.
    pub fn look_first(&self, look: &FirstLook, pairs: &[CandidatePair], keep: f32, into: &mut Vec<CandidatePair>) {
        into.clear();
        self.ask_for_rows(pairs);
        Instructions::detected().run(FirstLooks { context: self, look, keep, pairs, into });
    }
}
