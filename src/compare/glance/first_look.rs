//! What two strangers can weigh at most, from the same rows as a glance and in a fraction of its time: a sum over what is
//! the same, may be alike or is different. Most pairs of a small table, where all meet all, end here.

use super::super::names::Names;
use super::super::{ACCOUNT, BIRTH_DATE, Context, EMAIL, FAMILY_NAME, FULL_NAME, GIVEN_NAME, PHONE, PLACE, date};
use super::super::{email, name::PartAgreement};
use super::{
    CandidatePair, DIFFERENT_VALUE, FAMILY_NICKNAMES, FAMILY_ROMANIZATIONS, GIVEN_NICKNAMES, Instructions, Kernel,
    Letters, NEAR_ACCOUNT, NEAR_EMAIL, NEAR_PHONE, OF_OTHERS, OPEN_ACCOUNT, OPEN_DATE, OPEN_EMAIL, OPEN_NAME,
    OPEN_PHONE, OTHERS, PAIRS_AT_A_GLANCE, Row, may_be_alike, may_have_changed_places,
};
use crate::model::pair::ALL_WITH_ALL_RECORDS;

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

    /// What names add. Without a branch, so that several pairs are looked at at a time: which case a comparison is follows no
    /// pattern anyway.
    #[inline(always)]
    fn of_names(&self, x: &Looked, y: &Looked) -> f32 {
        let crossed = may_have_changed_places([x.given, x.family], [y.given, y.family])
            | meet(x.given_nicknames, y.family_nicknames)
            | meet(x.family_nicknames, y.given_nicknames);
        let given = crossed
            | (x.given_word == y.given_word)
            | may_be_alike(x.given, y.given)
            | meet(x.given_nicknames, y.given_nicknames);
        let family = crossed
            | (x.family_word == y.family_word)
            | may_be_alike(x.family, y.family)
            | meet(x.romanizations, y.romanizations);
        let names = choose(given, self.given_name[1], self.given_name[0])
            + choose(family, self.family_name[1], self.family_name[0]);
        let names = choose(has(x.flags | y.flags, OPEN_NAME), self.open_name, names);
        choose(seen(x.given_word, y.given_word), names, 0.0)
    }

    /// What birth dates add.
    #[inline(always)]
    fn of_dates(&self, x: &Looked, y: &Looked) -> f32 {
        let may_be_same = has(x.flags | y.flags, OPEN_DATE) | (x.birth_date == y.birth_date);
        let [_, far, near, any] = self.birth_date;
        let date = choose(date::are_far_apart(x.birth_date, y.birth_date), far, near);
        choose(seen(x.birth_date, y.birth_date), choose(may_be_same, any, date), 0.0)
    }

    /// What all else adds, with what always is.
    #[inline(always)]
    fn of_others(&self, x: &Looked, y: &Looked) -> f32 {
        let (either, both) = (x.flags | y.flags, x.flags & y.flags);
        let one_mailbox = has(either, OPEN_EMAIL) | has(both, NEAR_EMAIL) | x.local.may_be_of_one_mailbox(y.local);
        let [_, different, at_domain, any] = self.email;
        let email = choose(one_mailbox, any, choose(x.domain == y.domain, at_domain, different));
        let phone = (x.phone == y.phone) | has(either, OPEN_PHONE) | has(both, NEAR_PHONE);
        let account = (x.account == y.account) | has(either, OPEN_ACCOUNT) | has(both, NEAR_ACCOUNT);
        self.always
            + choose(has(both, OTHERS), self.others, 0.0)
            + choose(seen(x.domain, y.domain), email, 0.0)
            + choose(seen(x.phone, y.phone), choose(phone, self.phone[2], self.phone[1]), 0.0)
            + choose(seen(x.account, y.account), choose(account, self.account[2], self.account[1]), 0.0)
    }

    /// What each two of these weigh at most.
    #[inline(always)]
    fn most(&self, left: &Columns, right: &Columns, most: &mut [f32; PAIRS_AT_A_GLANCE]) {
        // All of them, those of an earlier round included: loops of known length, each short enough to be made wide.
        for (at, most) in most.iter_mut().enumerate() {
            *most = self.of_others(&left.get(at), &right.get(at));
        }
        for (at, most) in most.iter_mut().enumerate() {
            *most += self.of_dates(&left.get(at), &right.get(at));
        }
        for (at, most) in most.iter_mut().enumerate() {
            *most += self.of_names(&left.get(at), &right.get(at));
        }
    }
}

/// Between two numbers at hand: places in a table would be looked up for one pair after the other.
#[inline(always)]
fn choose(is_so: bool, then: f32, otherwise: f32) -> f32 {
    if is_so { then } else { otherwise }
}

/// Whether the two have a variant in common.
#[inline(always)]
fn meet(of_x: u64, of_y: u64) -> bool {
    of_x & of_y != 0
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
    given: Letters,
    family: Letters,
    local: Letters,
    given_nicknames: u64,
    family_nicknames: u64,
    romanizations: u64,
    given_word: u32,
    family_word: u32,
    domain: u32,
    birth_date: u32,
    phone: u32,
    account: u32,
    flags: u32,
}

/// What a first look reads of many rows, column by column, so that several are looked at with one instruction. No closure
/// reads it: one that is not made part of the loop is called pair by pair.
struct Columns {
    given: OfLetters,
    family: OfLetters,
    local: OfLetters,
    given_nicknames: [u64; PAIRS_AT_A_GLANCE],
    family_nicknames: [u64; PAIRS_AT_A_GLANCE],
    romanizations: [u64; PAIRS_AT_A_GLANCE],
    given_word: [u32; PAIRS_AT_A_GLANCE],
    family_word: [u32; PAIRS_AT_A_GLANCE],
    domain: [u32; PAIRS_AT_A_GLANCE],
    birth_date: [u32; PAIRS_AT_A_GLANCE],
    phone: [u32; PAIRS_AT_A_GLANCE],
    account: [u32; PAIRS_AT_A_GLANCE],
    flags: [u32; PAIRS_AT_A_GLANCE],
}

/// The letters of many words.
struct OfLetters {
    seen: [u64; PAIRS_AT_A_GLANCE],
    more: [u32; PAIRS_AT_A_GLANCE],
    first: [u32; PAIRS_AT_A_GLANCE],
    count: [u32; PAIRS_AT_A_GLANCE],
}

impl OfLetters {
    const EMPTY: OfLetters = OfLetters { seen: [0; _], more: [0; _], first: [0; _], count: [0; _] };

    #[inline(always)]
    fn set(&mut self, at: usize, letters: Letters) {
        (self.seen[at], self.more[at]) = (letters.seen, letters.more);
        (self.first[at], self.count[at]) = (letters.first, letters.count);
    }

    #[inline(always)]
    fn get(&self, at: usize) -> Letters {
        Letters { seen: self.seen[at], more: self.more[at], first: self.first[at], count: self.count[at] }
    }
}

impl Columns {
    const EMPTY: Columns = Columns {
        given: OfLetters::EMPTY,
        family: OfLetters::EMPTY,
        local: OfLetters::EMPTY,
        given_nicknames: [0; _],
        family_nicknames: [0; _],
        romanizations: [0; _],
        given_word: [0; _],
        family_word: [0; _],
        domain: [0; _],
        birth_date: [0; _],
        phone: [0; _],
        account: [0; _],
        flags: [0; _],
    };

    #[inline(always)]
    fn set(&mut self, at: usize, row: &Row, names: &Names) {
        self.given.set(at, row.given());
        self.family.set(at, row.family());
        self.local.set(at, row.local());
        let given = has(row.flags, GIVEN_NICKNAMES);
        let [family, romanized] = [FAMILY_NICKNAMES, FAMILY_ROMANIZATIONS].map(|flag| has(row.flags, flag));
        self.given_nicknames[at] = if given { names.nicknames(row.given_word - 1) } else { 0 };
        self.family_nicknames[at] = if family { names.nicknames(row.family_word - 1) } else { 0 };
        self.romanizations[at] = if romanized { names.romanizations(row.family_word - 1) } else { 0 };
        self.given_word[at] = row.given_word;
        self.family_word[at] = row.family_word;
        self.domain[at] = row.domain;
        self.birth_date[at] = row.birth_date;
        self.phone[at] = row.phone;
        self.account[at] = row.account;
        self.flags[at] = row.flags;
    }

    #[inline(always)]
    fn get(&self, at: usize) -> Looked {
        Looked {
            given: self.given.get(at),
            family: self.family.get(at),
            local: self.local.get(at),
            given_nicknames: self.given_nicknames[at],
            family_nicknames: self.family_nicknames[at],
            romanizations: self.romanizations[at],
            given_word: self.given_word[at],
            family_word: self.family_word[at],
            domain: self.domain[at],
            birth_date: self.birth_date[at],
            phone: self.phone[at],
            account: self.account[at],
            flags: self.flags[at],
        }
    }
}

/// Records, assets among them, up to which their columns are worth their memory: a hundred bytes each.
const RECORDS_MAX: usize = 8 * ALL_WITH_ALL_RECORDS;

/// The rows of a small table column by column, in the order of records: where all meet all, those of one block are looked at
/// with each record before them. None of a large table, where few pairs of a block meet.
#[derive(Default)]
pub struct Blocks(Vec<Columns>);

impl Blocks {
    /// Linear in records.
    pub fn new(context: &Context) -> Blocks {
        if context.people.len() > ALL_WITH_ALL_RECORDS || context.rows.0.len() > RECORDS_MAX {
            return Blocks::default();
        }
        let of_block = |rows: &[Row]| {
            let mut columns = Columns::EMPTY;
            rows.iter().enumerate().for_each(|(at, row)| columns.set(at, row, &context.names));
            columns
        };
        Blocks(context.rows.0.chunks(PAIRS_AT_A_GLANCE).map(of_block).collect())
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
        let (rows, names, blocks) = (&context.rows.0, &context.names, &context.blocks.0);
        // A copy at hand: what stands elsewhere would be looked up by case, one pair after the other.
        let look = look.clone();
        let (mut left, mut most) = (Columns::EMPTY, [0.0f32; PAIRS_AT_A_GLANCE]);
        let mut lefts = [None; PAIRS_AT_A_GLANCE];
        if !blocks.is_empty() {
            let block_of = |pair: &CandidatePair| (pair.left(), pair.right().index() / PAIRS_AT_A_GLANCE);
            for pairs in pairs.chunk_by(|a, b| block_of(a) == block_of(b)) {
                let (of_left, block) = block_of(&pairs[0]);
                if lefts[0].replace(of_left) != Some(of_left) {
                    (0..PAIRS_AT_A_GLANCE).for_each(|at| left.set(at, &rows[of_left.index()], names));
                }
                look.most(&left, &blocks[block], &mut most);
                into.extend(pairs.iter().filter(|pair| most[pair.right().index() % PAIRS_AT_A_GLANCE] >= keep));
            }
            return;
        }
        let mut right = Columns::EMPTY;
        for pairs in pairs.chunks(PAIRS_AT_A_GLANCE) {
            for (at, pair) in pairs.iter().enumerate() {
                // Pairs stand by their left record: many places keep theirs.
                if lefts[at].replace(pair.left()) != Some(pair.left()) {
                    left.set(at, &rows[pair.left().index()], names);
                }
                right.set(at, &rows[pair.right().index()], names);
            }
            look.most(&left, &right, &mut most);
            into.extend(pairs.iter().zip(&most).filter(|(_, most)| **most >= keep).map(|(pair, _)| pair));
        }
    }
}

impl Context<'_> {
    /// The pairs that can weigh `keep` bits after a first look, in their order.
    pub fn look_first(&self, look: &FirstLook, pairs: &[CandidatePair], keep: f32, into: &mut Vec<CandidatePair>) {
        into.clear();
        if self.blocks.0.is_empty() {
            self.ask_for_rows(pairs);
        }
        Instructions::detected().run(FirstLooks { context: self, look, keep, pairs, into });
    }

    /// From here on pairs are looked at as in a large table.
    #[cfg(test)]
    pub fn forget_blocks(&mut self) {
        self.blocks = Blocks::default();
    }
}
