//! What two strangers can weigh at most, from the same rows as a glance and in a fraction of its time: a sum over what is
//! the same, may be alike or is different. Most pairs of a small table, where all meet all, end here.

use super::super::names::Names;
use super::super::{ACCOUNT, BIRTH_DATE, Context, EMAIL, FAMILY_NAME, FULL_NAME, GIVEN_NAME, PHONE, PLACE, date};
use super::super::{email, name::PartAgreement};
use super::{
    CandidatePair, DIFFERENT_VALUE, FAMILY_NICKNAMES, FAMILY_ROMANIZATIONS, GIVEN_NICKNAMES, Instructions, Kernel,
    NEAR_ACCOUNT, NEAR_EMAIL, NEAR_PHONE, OF_OTHERS, OPEN_ACCOUNT, OPEN_DATE, OPEN_EMAIL, OPEN_NAME, OPEN_PHONE,
    OTHERS, PAIRS_AT_A_GLANCE, Row, may_be_alike, may_have_changed_places,
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

    /// Without a branch, so that several pairs are looked at at a time: which case a comparison is follows no pattern anyway.
    #[inline(always)]
    fn most(&self, x: &Looked, y: &Looked) -> f32 {
        let (Looked { row: x, variants: of_x }, Looked { row: y, variants: of_y }) = (x, y);
        // Nicknames of the given and of the family word, romanizations.
        let meet = |of_x: u64, of_y: u64| of_x & of_y != 0;
        let crossed = may_have_changed_places(x, y) | meet(of_x[0], of_y[1]) | meet(of_x[1], of_y[0]);
        let given =
            crossed | (x.given_word == y.given_word) | may_be_alike(x.given(), y.given()) | meet(of_x[0], of_y[0]);
        let family =
            crossed | (x.family_word == y.family_word) | may_be_alike(x.family(), y.family()) | meet(of_x[2], of_y[2]);
        let of_name = |is_any: bool, [different, any]: [f32; 2]| choose(is_any, any, different);
        let names = of_name(given, self.given_name) + of_name(family, self.family_name);
        let names = choose(has(x.flags | y.flags, OPEN_NAME), self.open_name, names);
        self.most_but_for_names(x, y) + choose(seen(x.given_word, y.given_word), names, 0.0)
    }

    #[inline(always)]
    fn most_but_for_names(&self, x: &Row, y: &Row) -> f32 {
        let (either, both) = (x.flags | y.flags, x.flags & y.flags);
        let may_be_same = has(either, OPEN_DATE) | (x.birth_date == y.birth_date);
        let [_, far, near, any] = self.birth_date;
        let date = choose(date::are_far_apart(x.birth_date, y.birth_date), far, near);
        let date = choose(may_be_same, any, date);
        let one_mailbox = has(either, OPEN_EMAIL) | has(both, NEAR_EMAIL) | x.local().may_be_of_one_mailbox(y.local());
        let [_, different, at_domain, any] = self.email;
        let email = choose(one_mailbox, any, choose(x.domain == y.domain, at_domain, different));
        let phone = (x.phone == y.phone) | has(either, OPEN_PHONE) | has(both, NEAR_PHONE);
        let account = (x.account == y.account) | has(either, OPEN_ACCOUNT) | has(both, NEAR_ACCOUNT);
        self.always
            + choose(has(both, OTHERS), self.others, 0.0)
            + choose(seen(x.birth_date, y.birth_date), date, 0.0)
            + choose(seen(x.domain, y.domain), email, 0.0)
            + choose(seen(x.phone, y.phone), choose(phone, self.phone[2], self.phone[1]), 0.0)
            + choose(seen(x.account, y.account), choose(account, self.account[2], self.account[1]), 0.0)
    }
}

/// Between two numbers at hand: places in a table would be looked up for one pair after the other.
#[inline(always)]
fn choose(is_so: bool, then: f32, otherwise: f32) -> f32 {
    if is_so { then } else { otherwise }
}

/// Whether both have a value.
#[inline(always)]
fn seen(x: u32, y: u32) -> bool {
    (x != 0) & (y != 0)
}

#[inline(always)]
fn has(flags: u32, flag: u32) -> bool {
    flags & flag != 0
}

/// What a first look reads of a record: some of its row, and which nicknames its given word has, which its family word, and
/// which romanizations, one bit each.
struct Looked {
    row: Row,
    variants: [u64; 3],
}

/// What a first look reads of many rows, column by column, so that several are looked at with one instruction.
struct Columns {
    letters: [[u64; PAIRS_AT_A_GLANCE]; 3],
    variants: [[u64; PAIRS_AT_A_GLANCE]; 3],
    numbers: [[u32; PAIRS_AT_A_GLANCE]; 7],
}

impl Columns {
    fn new() -> Columns {
        Columns { letters: [[0; _]; 3], variants: [[0; _]; 3], numbers: [[0; _]; 7] }
    }

    #[inline(always)]
    fn set(&mut self, at: usize, row: &Row, names: &Names) {
        let variants = |flag: u32, of_word: &dyn Fn() -> u64| if has(row.flags, flag) { of_word() } else { 0 };
        let variants = [
            variants(GIVEN_NICKNAMES, &|| names.nicknames(row.given_word - 1)),
            variants(FAMILY_NICKNAMES, &|| names.nicknames(row.family_word - 1)),
            variants(FAMILY_ROMANIZATIONS, &|| names.romanizations(row.family_word - 1)),
        ];
        self.variants.iter_mut().zip(variants).for_each(|(column, variants)| column[at] = variants);
        let letters = [row.given, row.family, row.local];
        let numbers = [row.given_word, row.family_word, row.domain, row.birth_date, row.phone, row.account, row.flags];
        self.letters.iter_mut().zip(letters).for_each(|(column, letters)| column[at] = letters);
        self.numbers.iter_mut().zip(numbers).for_each(|(column, number)| column[at] = number);
    }

    #[inline(always)]
    fn get(&self, at: usize) -> Looked {
        let [given, family, local] = [0, 1, 2].map(|column| self.letters[column][at]);
        let [given_word, family_word, domain, birth_date, phone, account, flags] =
            [0, 1, 2, 3, 4, 5, 6].map(|column| self.numbers[column][at]);
        let numbers = Row { given_word, family_word, domain, birth_date, phone, account, flags, ..Row::default() };
        let variants = [0, 1, 2].map(|column| self.variants[column][at]);
        Looked { row: Row { given, family, local, ..numbers }, variants }
    }
}

/// Looks at many pairs, with the wide registers of the processor where it has them.
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
        let FirstLooks { context, look, keep, pairs, into } = self;
        let rows = &context.rows.0;
        let (mut left, mut right, mut most) = (Columns::new(), Columns::new(), [0.0f32; PAIRS_AT_A_GLANCE]);
        let mut lefts = [None; PAIRS_AT_A_GLANCE];
        for pairs in pairs.chunks(PAIRS_AT_A_GLANCE) {
            for (at, pair) in pairs.iter().enumerate() {
                // Where all meet all, it is the same for many pairs.
                if lefts[at].replace(pair.left()) != Some(pair.left()) {
                    left.set(at, &rows[pair.left().index()], &context.names);
                }
                right.set(at, &rows[pair.right().index()], &context.names);
            }
            // All of them, those of an earlier round included: a loop of known length.
            for (at, most) in most.iter_mut().enumerate() {
                *most = look.most(&left.get(at), &right.get(at));
            }
            into.extend(pairs.iter().zip(&most).filter(|(_, most)| **most >= keep).map(|(pair, _)| pair));
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
