//! What one look at two rows settles: most candidate pairs are strangers who differ in nearly everything, and 64 bytes of
//! each record say so. What is not settled here is compared in full; nothing is settled wrongly.

mod first_look;
mod others;

use super::carried::Column;
use super::kernel::processor::{Instructions, Kernel};
use super::name::{ALIKE, PartAgreement};
use super::signature::MORE_MAX;
use super::{ACCOUNT, DOCUMENT_NUMBER, GOVERNMENT_ID, HANDLE, PHONE, PHOTO_HASH, PLACE, RESUME};
use super::{ComparisonVector, Context, date, email, place};
use crate::model::ids::{RecordId, ValueId};
use crate::model::pair::{CandidatePair, Observed, Rarity};
use crate::model::record::Record;
pub use first_look::{Blocks, FirstLook};
use others::Others;
use rayon::prelude::*;

/// What is known of a pair after a glance: of each comparison the level, or that it is open.
#[derive(Clone, Copy, Debug)]
pub struct Glance {
    /// Of a settled comparison its level, which then has no rarity but that of a domain; of an open one the strongest that it may reach.
    pub levels: [u8; BUILT_IN],
    /// One bit for each open comparison. Added comparisons are open where [`Glance::others`] says so.
    open: u16,
    /// Whether the comparisons that the config adds are to be looked at.
    pub others: bool,
    /// The share of emails at the domain, where a settled email agrees in nothing else.
    pub domain_share: f32,
    /// Of given and family name the share of the word, where they are plain: of a settled one that is the same, and of an
    /// open one the least that its rarity can be. Zero where nothing is known.
    pub name_shares: [f32; 2],
}

/// What an observation of a level may tell beside the level: how common what agrees is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RarityKind {
    None,
    /// The share of a value, and for how many records it counts at least.
    Value(f32),
    Near,
    Any,
}

/// What kind of rarity a level of a comparison may come with.
pub fn rarity_kind(comparison: usize, level: u8) -> RarityKind {
    let similar = PartAgreement::Similar.level();
    match (comparison, level) {
        (super::GIVEN_NAME, CROSSED) => RarityKind::Value(1.0),
        (super::GIVEN_NAME | super::FAMILY_NAME | super::BIRTH_DATE, 1) => RarityKind::Value(1.0),
        (super::GIVEN_NAME | super::FAMILY_NAME, level) if level <= 3 || level == similar => RarityKind::Near,
        (super::GIVEN_NAME | super::FAMILY_NAME | super::BIRTH_DATE, _) => RarityKind::None,
        (super::EMAIL, email::SAME) => RarityKind::Value(super::EMAIL_PSEUDO),
        (super::EMAIL, email::SAME_LOCAL_PART | email::SAME_DOMAIN) => RarityKind::Value(1.0),
        (super::EMAIL, email::NEAR) => RarityKind::Near,
        (super::EMAIL, _) => RarityKind::None,
        (PLACE, place::SAME_ADDRESS | place::SAME_BUILDING) => RarityKind::Value(super::ADDRESS_PSEUDO),
        (PLACE, place::SAME_POSTAL_CODE | place::SAME_CITY) => RarityKind::Value(1.0),
        (PLACE, _) => RarityKind::None,
        (PHONE | ACCOUNT | HANDLE | PHOTO_HASH, 1) => RarityKind::Value(super::IDENTIFIER_PSEUDO),
        (GOVERNMENT_ID | DOCUMENT_NUMBER, 1) => RarityKind::Value(super::GOVERNMENT_PSEUDO),
        (PHONE | GOVERNMENT_ID | DOCUMENT_NUMBER | ACCOUNT | HANDLE | PHOTO_HASH, 2) => RarityKind::Near,
        (PHONE | GOVERNMENT_ID | DOCUMENT_NUMBER | ACCOUNT | HANDLE | PHOTO_HASH | RESUME, _) => RarityKind::None,
        _ => RarityKind::Any,
    }
}

/// Built-in comparisons.
pub const BUILT_IN: usize = super::BUILT_IN.len();

impl Glance {
    /// A glance that settles nothing.
    #[cfg(test)]
    pub fn of_nothing() -> Glance {
        Glance { levels: [1; BUILT_IN], open: u16::MAX, others: true, domain_share: 0.0, name_shares: [0.0; 2] }
    }

    /// A settled observation; of an open comparison it says nothing.
    #[inline]
    pub fn settled(&self, comparison: usize) -> Observed {
        let rarity = match (comparison, self.levels[comparison]) {
            _ if self.is_open(comparison) => Rarity::None,
            (super::EMAIL, email::SAME_DOMAIN) => Rarity::Value(self.domain_share),
            (super::GIVEN_NAME | super::FAMILY_NAME, 1) => Rarity::Value(self.name_shares[comparison]),
            _ => Rarity::None,
        };
        Observed { level: self.levels[comparison], rarity }
    }

    /// All settled observations, in the order of the vector.
    #[inline]
    pub fn all_settled(&self) -> [Observed; BUILT_IN] {
        let mut all = self.levels.map(|level| Observed { level, rarity: Rarity::None });
        for comparison in [super::GIVEN_NAME, super::FAMILY_NAME, super::EMAIL] {
            all[comparison] = self.settled(comparison);
        }
        all
    }

    /// Whether a comparison has to be looked at in full.
    #[inline]
    pub fn is_open(&self, comparison: usize) -> bool {
        self.open >> comparison & 1 == 1
    }

    /// Whether one name may stand in the column of the other.
    #[inline]
    pub fn may_be_crossed(&self) -> bool {
        self.is_open(super::GIVEN_NAME) && self.name_shares[super::GIVEN_NAME] == 0.0
    }

    #[inline]
    fn settle(&mut self, comparison: usize, level: u8) {
        self.levels[comparison] = level;
    }

    #[inline]
    fn leave_open(&mut self, comparison: usize, strongest: u8) {
        self.levels[comparison] = strongest;
        self.open |= 1 << comparison;
    }
}

/// One record in a line of the processor's cache.
#[derive(Clone, Copy, Default)]
#[repr(align(64))]
struct Row {
    /// Letters of the given name, the family name and the email's local part; see `Letters`.
    given: u64,
    family: u64,
    local: u64,
    /// Words of the name, domain of the email and numbers of values, all plus one; zero where there is none.
    given_word: u32,
    family_word: u32,
    domain: u32,
    /// Digits of the birth date.
    birth_date: u32,
    phone: u32,
    account: u32,
    address: u32,
    postal: u32,
    city: u32,
    flags: u32,
}

/// The letters of a word: one bit each, those beyond the second of their class, the first, and how many there are.
#[derive(Clone, Copy, PartialEq)]
struct Letters {
    seen: u64,
    more: u32,
    first: u32,
    count: u32,
}

impl Letters {
    #[inline(always)]
    fn new(seen: u64, more: u32, first: u32) -> Letters {
        Letters { seen, more, first, count: seen.count_ones() + more }
    }

    /// Letters that the two have in common in any order, at most.
    #[inline(always)]
    fn common(self, other: Letters) -> u32 {
        (self.seen & other.seen).count_ones() + self.more.min(other.more)
    }

    /// Whether two local parts may be within two edits, or alike with the bonus of a common beginning: see `Emails::level`.
    #[inline(always)]
    fn may_be_of_one_mailbox(self, other: Letters) -> bool {
        let (length_a, length_b, common) = (self.count, other.count, self.common(other));
        (length_a.max(length_b) <= common + 2) | (2 * common * (length_a + length_b) >= 3 * length_a * length_b)
    }
}

impl Row {
    #[inline(always)]
    fn given(&self) -> Letters {
        let first = self.flags >> FIRST_GIVEN & FIRST;
        Letters::new(self.given, self.flags >> MORE_GIVEN & MORE, first)
    }

    #[inline(always)]
    fn family(&self) -> Letters {
        let first = self.flags >> FIRST_FAMILY & FIRST;
        Letters::new(self.family, self.flags >> MORE_FAMILY & MORE, first)
    }

    #[inline(always)]
    fn local(&self) -> Letters {
        Letters::new(self.local, self.flags >> MORE_LOCAL & MORE, 0)
    }
}

/// The column has to be looked at in full: several values, or one of an unusual shape.
const OPEN_NAME: u32 = 1;
const OPEN_DATE: u32 = 1 << 1;
const OPEN_EMAIL: u32 = 1 << 2;
const OPEN_PHONE: u32 = 1 << 3;
const OPEN_ACCOUNT: u32 = 1 << 4;
const OPEN_PLACE: u32 = 1 << 5;
/// Something that is not in the row: documents, handles, resumes, added comparisons.
const OTHERS: u32 = 1 << 6;
const OF_OTHERS: [usize; 5] = [GOVERNMENT_ID, DOCUMENT_NUMBER, HANDLE, PHOTO_HASH, RESUME];
/// The value has near values.
const NEAR_EMAIL: u32 = 1 << 7;
const NEAR_PHONE: u32 = 1 << 8;
const NEAR_ACCOUNT: u32 = 1 << 9;
/// The given name, the family name has nicknames; the family name has romanizations.
const GIVEN_NICKNAMES: u32 = 1 << 10;
const FAMILY_NICKNAMES: u32 = 1 << 11;
const FAMILY_ROMANIZATIONS: u32 = 1 << 12;
/// From here the letters of given name, family name and local part that are beyond the second of their class, two bits each.
const MORE_GIVEN: u32 = 13;
const MORE_FAMILY: u32 = 15;
const MORE_LOCAL: u32 = 17;
const MORE: u32 = MORE_MAX as u32;
/// From here the first letters of given and family name, six bits each.
const FIRST_GIVEN: u32 = 19;
const FIRST_FAMILY: u32 = 25;
const FIRST: u32 = 63;

const DIFFERENT_VALUE: u8 = 3;

/// The level of a given name that stands in the other's column; of an open one: anything but the same may be.
pub const CROSSED: u8 = PartAgreement::Swapped as u8 + 1;

/// The rows of a run, by record, and what stands beside them.
#[derive(Default)]
pub struct Rows(Vec<Row>, Others);

impl Rows {
    /// Reads what the records of persons carry. Linear in records.
    pub fn new(context: &Context) -> Rows {
        let others = Others::new(context);
        let records = context.claims.records.par_iter().enumerate();
        let row = |(id, record): (usize, &Record)| {
            if record.kind.is_person() { read(context, &others, RecordId::from(id)) } else { Row::default() }
        };
        Rows(records.map(row).collect(), others)
    }
}

fn read(context: &Context, others: &Others, record: RecordId) -> Row {
    let mut row = Row::default();
    let mut one = |column: Column, open: u32| match context.held(record, column) {
        [] => 0,
        [number] => number + 1,
        _ => {
            row.flags |= open;
            1
        }
    };
    let (name, email) = (one(Column::Name, OPEN_NAME), one(Column::Email, OPEN_EMAIL));
    (row.phone, row.account) = (one(Column::Phone, OPEN_PHONE), one(Column::Account, OPEN_ACCOUNT));
    row.address = one(Column::Address, OPEN_PLACE);
    (row.postal, row.city) = (one(Column::PostalCode, OPEN_PLACE), one(Column::City, OPEN_PLACE));
    let dates = one(Column::BirthDate, OPEN_DATE);
    read_name(context, name, &mut row);
    read_email(context, email, &mut row);
    read_place(context, &mut row);
    if dates > 0 {
        match context.dates[dates as usize - 1] {
            Some(digits) if row.flags & OPEN_DATE == 0 && digits > 0 => row.birth_date = digits,
            _ => (row.birth_date, row.flags) = (1, row.flags | OPEN_DATE),
        }
    }
    let has_near = |column: Column| {
        context.held(record, column).iter().any(|&number| context.near.has_any(context.value(column, number)))
    };
    for (column, flag) in [(Column::Email, NEAR_EMAIL), (Column::Phone, NEAR_PHONE), (Column::Account, NEAR_ACCOUNT)] {
        row.flags |= if has_near(column) { flag } else { 0 };
    }
    row.flags |= if others.has_any(record) { OTHERS } else { 0 };
    row
}

/// A name of one given and one family word is settled by its letters; any other is left open.
fn read_name(context: &Context, name: u32, row: &mut Row) {
    row.given_word = name.min(1);
    if name == 0 || row.flags & OPEN_NAME != 0 {
        return;
    }
    match context.names.plain_words(name - 1) {
        Some([given, family]) => {
            (row.given_word, row.family_word) = (given.word + 1, family.word + 1);
            (row.given, row.family) = (given.letters, family.letters);
            row.flags |= u32::from(given.first) << FIRST_GIVEN | u32::from(family.first) << FIRST_FAMILY;
            row.flags |= u32::from(given.more) << MORE_GIVEN | u32::from(family.more) << MORE_FAMILY;
            for (has, flag) in [
                (given.has_nicknames, GIVEN_NICKNAMES),
                (family.has_nicknames, FAMILY_NICKNAMES),
                (family.has_romanizations, FAMILY_ROMANIZATIONS),
            ] {
                row.flags |= if has { flag } else { 0 };
            }
        }
        None => row.flags |= OPEN_NAME,
    }
}

fn read_email(context: &Context, email: u32, row: &mut Row) {
    row.domain = email.min(1);
    if email == 0 || row.flags & OPEN_EMAIL != 0 {
        return;
    }
    match context.emails.plain(email - 1) {
        Some(((local, more), domain)) => {
            (row.local, row.domain) = (local, domain + 1);
            row.flags |= u32::from(more) << MORE_LOCAL;
        }
        None => row.flags |= OPEN_EMAIL,
    }
}

/// A place is settled where the address names the city and the postal code that stand beside it.
fn read_place(context: &Context, row: &mut Row) {
    if row.address == 0 || row.flags & OPEN_PLACE != 0 {
        return;
    }
    let text = |column: Column, number: u32| {
        if number == 0 { "" } else { context.text(context.value(column, number - 1)) }
    };
    let beside = (text(Column::City, row.city), text(Column::PostalCode, row.postal));
    if context.addresses.city_and_postal(row.address - 1) != beside {
        row.flags |= OPEN_PLACE;
    }
}

/// Looks at many pairs, with the bit instructions of the processor where it has them.
struct Glances<'g, 'a> {
    context: &'g Context<'a>,
    pairs: &'g [CandidatePair],
    into: &'g mut Vec<Glance>,
}

impl Kernel for Glances<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        for pair in self.pairs {
            self.into.push(self.context.glance(pair.left(), pair.right()));
        }
    }
}

/// Pairs that are glanced at together, so that the processor waits for the memory of all of them at once.
pub const PAIRS_AT_A_GLANCE: usize = 64;

/// Has all of these read, which is what the processor does best for many at once, before anything waits for one of them.
#[inline]
pub fn ask(read: impl Iterator<Item = u32>) {
    std::hint::black_box(read.fold(0, |all, read| all ^ read));
}

impl Context<'_> {
    /// Asks for the right rows of pairs, which follow no order.
    fn ask_for_rows(&self, pairs: &[CandidatePair]) {
        ask(pairs.iter().map(|pair| self.rows.0[pair.right().index()].flags));
    }

    /// One look at each pair, in their order.
    pub fn glance_at(&self, pairs: &[CandidatePair], into: &mut Vec<Glance>) {
        into.clear();
        self.ask_for_rows(pairs);
        Instructions::detected().run(Glances { context: self, pairs, into });
    }

    /// Compares each pair in full and hands it on with its vector, in their order. Many are glanced at together.
    pub fn compare_each(&self, pairs: &[CandidatePair], mut hand_on: impl FnMut(&CandidatePair, &ComparisonVector)) {
        let (mut glances, mut vector) = (Vec::with_capacity(PAIRS_AT_A_GLANCE), ComparisonVector::new());
        for pairs in pairs.chunks(PAIRS_AT_A_GLANCE) {
            self.glance_at(pairs, &mut glances);
            ask(pairs.iter().zip(&glances).map(|(pair, glance)| self.ask_ahead(pair, glance)));
            for (pair, glance) in pairs.iter().zip(&glances) {
                self.compare_rest(pair.left(), pair.right(), glance, &mut vector);
                hand_on(pair, &vector);
            }
        }
    }

    /// One look at two records.
    #[inline(always)]
    pub fn glance(&self, a: RecordId, b: RecordId) -> Glance {
        let (x, y) = (&self.rows.0[a.index()], &self.rows.0[b.index()]);
        let either = x.flags | y.flags;
        let both = x.flags & y.flags;
        let mut glance =
            Glance { levels: [0; BUILT_IN], open: 0, others: false, domain_share: 0.0, name_shares: [0.0; 2] };
        if x.given_word != 0 && y.given_word != 0 {
            if either & OPEN_NAME != 0 {
                (super::GIVEN_NAME..=super::FULL_NAME).for_each(|comparison| glance.leave_open(comparison, 1));
            } else {
                self.glance_at_names(x, y, &mut glance);
            }
        }
        if x.birth_date != 0 && y.birth_date != 0 {
            if either & OPEN_DATE != 0 || x.birth_date == y.birth_date {
                glance.leave_open(super::BIRTH_DATE, 1);
            } else {
                glance.settle(super::BIRTH_DATE, date::level_of_digits(x.birth_date, y.birth_date));
            }
        }
        self.glance_at_emails(x, y, &mut glance);
        for (comparison, left, right, open, near) in [
            (PHONE, x.phone, y.phone, OPEN_PHONE, NEAR_PHONE),
            (ACCOUNT, x.account, y.account, OPEN_ACCOUNT, NEAR_ACCOUNT),
        ] {
            // Counted rather than branched on: which case it is follows no pattern.
            let seen = left != 0 && right != 0;
            let (may_be_same, may_be_near) = (left == right || either & open != 0, both & near != 0);
            let level = if may_be_near { 2 } else { DIFFERENT_VALUE };
            let level = if may_be_same { 1 } else { level };
            glance.levels[comparison] = if seen { level } else { 0 };
            glance.open |= u16::from(seen & (may_be_same | may_be_near)) << comparison;
        }
        self.glance_at_places(x, y, &mut glance);
        if both & OTHERS != 0 {
            self.rows.1.glance(a, b, &mut glance);
        }
        glance
    }

    /// Settles telephones and accounts that are neither the same nor near. Where numbers stand close together most have near
    /// ones, and hardly two that meet are near each other.
    #[inline]
    pub fn settle_near(&self, pair: &CandidatePair, glance: &mut Glance) {
        for (comparison, values) in [
            (PHONE, self.plain_phones(pair.left(), pair.right())),
            (ACCOUNT, self.plain_accounts(pair.left(), pair.right())),
        ] {
            if let Some([left, right]) = values
                && glance.is_open(comparison)
                && left != right
                && !self.near.has(left, right)
            {
                glance.open ^= 1 << comparison;
                glance.settle(comparison, DIFFERENT_VALUE);
            }
        }
    }

    /// Asks the memory for what an open comparison of the two will look at, so that it is there by then. The number says
    /// nothing.
    #[inline]
    pub fn ask_ahead(&self, pair: &CandidatePair, glance: &Glance) -> u32 {
        let ask = |record: RecordId| {
            let row = &self.rows.0[record.index()];
            let mut asked = 0;
            if (glance.is_open(super::GIVEN_NAME) || glance.is_open(super::FAMILY_NAME)) && row.flags & OPEN_NAME == 0 {
                asked ^= self.names.ask_ahead(row.given_word - 1) ^ self.names.ask_ahead(row.family_word - 1);
            }
            if glance.is_open(super::EMAIL)
                && let [email] = self.held(record, Column::Email)
            {
                asked ^= self.emails.ask_ahead(*email);
            }
            if glance.is_open(PHONE) && row.flags & OPEN_PHONE == 0 {
                asked ^= self.frequencies.of_value(ValueId(row.phone - 1));
            }
            if glance.is_open(ACCOUNT) && row.flags & OPEN_ACCOUNT == 0 {
                asked ^= self.frequencies.of_value(ValueId(row.account - 1));
            }
            if glance.is_open(PLACE) && row.address != 0 && row.flags & OPEN_PLACE == 0 {
                asked ^= self.addresses.ask_ahead(row.address - 1);
            }
            asked
        };
        ask(pair.left()) ^ ask(pair.right())
    }

    /// Given and family word of both names, where each has one of either.
    #[inline]
    pub(super) fn plain_names(&self, a: RecordId, b: RecordId) -> Option<[[u32; 2]; 2]> {
        let (x, y) = (&self.rows.0[a.index()], &self.rows.0[b.index()]);
        let is_plain = |row: &Row| row.given_word != 0 && row.flags & OPEN_NAME == 0;
        let words = |row: &Row| [row.given_word - 1, row.family_word - 1];
        (is_plain(x) && is_plain(y)).then(|| [words(x), words(y)])
    }

    /// The telephone of both, where each has one.
    #[inline]
    pub(super) fn plain_phones(&self, a: RecordId, b: RecordId) -> Option<[ValueId; 2]> {
        let (x, y) = (&self.rows.0[a.index()], &self.rows.0[b.index()]);
        both_plain(x, y, OPEN_PHONE, [x.phone, y.phone])
    }

    /// The account of both, where each has one.
    #[inline]
    pub(super) fn plain_accounts(&self, a: RecordId, b: RecordId) -> Option<[ValueId; 2]> {
        let (x, y) = (&self.rows.0[a.index()], &self.rows.0[b.index()]);
        both_plain(x, y, OPEN_ACCOUNT, [x.account, y.account])
    }

    #[inline(always)]
    fn glance_at_emails(&self, x: &Row, y: &Row, glance: &mut Glance) {
        if x.domain == 0 || y.domain == 0 {
            return;
        }
        if (x.flags | y.flags) & OPEN_EMAIL != 0 || x.flags & y.flags & NEAR_EMAIL != 0 {
            return glance.leave_open(super::EMAIL, 1);
        }
        let (local_x, local_y) = (x.local(), y.local());
        if local_x.may_be_of_one_mailbox(local_y) {
            // Other letters are another local part, and another domain another address.
            let strongest = match (local_x == local_y, x.domain == y.domain) {
                (true, true) => email::SAME,
                (true, false) => email::SAME_LOCAL_PART,
                _ => email::NEAR,
            };
            glance.leave_open(super::EMAIL, strongest);
        } else if x.domain == y.domain {
            glance.settle(super::EMAIL, email::SAME_DOMAIN);
            glance.domain_share = self.emails.share_of_domain(x.domain - 1);
        } else {
            glance.settle(super::EMAIL, email::DIFFERENT);
        }
    }

    #[inline(always)]
    fn glance_at_places(&self, x: &Row, y: &Row, glance: &mut Glance) {
        let observed = |left: u32, right: u32| left != 0 && right != 0;
        let addresses = observed(x.address, y.address);
        let (postal, city) = (observed(x.postal, y.postal), observed(x.city, y.city));
        if !addresses && !postal && !city {
            return;
        }
        let same = |seen: bool, left: u32, right: u32| seen && left == right;
        let is_open = (x.flags | y.flags) & OPEN_PLACE != 0
            || same(addresses, x.address, y.address)
            || same(postal, x.postal, y.postal)
            || same(city, x.city, y.city)
            // Streets are held against each other unless both city and postal code are others.
            || addresses && !(postal && city);
        if is_open {
            let is_unusual = (x.flags | y.flags) & OPEN_PLACE != 0;
            // Two addresses that are written differently may be one: region and country are not held against each other.
            let strongest = match () {
                () if is_unusual || addresses => place::SAME_ADDRESS,
                () if same(postal, x.postal, y.postal) => place::SAME_POSTAL_CODE,
                () => place::SAME_CITY,
            };
            glance.leave_open(PLACE, strongest);
        } else if city && self.may_be_slip_of_city(x.city - 1, y.city - 1) {
            glance.leave_open(PLACE, if addresses { 1 } else { place::SIMILAR_CITY });
        } else {
            glance.settle(PLACE, place::DIFFERENT);
        }
    }

    /// Whether a plain name may stand in the column of the other.
    #[inline(always)]
    fn may_be_crossed(&self, x: &Row, y: &Row) -> bool {
        let nicknames = |x: &Row, y: &Row| {
            x.flags & GIVEN_NICKNAMES != 0
                && y.flags & FAMILY_NICKNAMES != 0
                && self.names.may_be_nicknames(x.given_word - 1, y.family_word - 1)
        };
        may_have_changed_places([x.given(), x.family()], [y.given(), y.family()]) || nicknames(x, y) || nicknames(y, x)
    }

    #[inline(always)]
    fn may_be_nicknames(&self, x: &Row, y: &Row) -> bool {
        x.flags & y.flags & GIVEN_NICKNAMES != 0 && self.names.may_be_nicknames(x.given_word - 1, y.given_word - 1)
    }

    #[inline(always)]
    fn may_be_romanizations(&self, x: &Row, y: &Row) -> bool {
        let both_have = x.flags & y.flags & FAMILY_ROMANIZATIONS != 0;
        both_have && self.names.may_be_romanizations(x.family_word - 1, y.family_word - 1)
    }

    /// Each part of a name of one word is settled by itself, unless one may stand in the other's column.
    #[inline(always)]
    fn glance_at_names(&self, x: &Row, y: &Row, glance: &mut Glance) {
        let (given_x, given_y) = (x.given_word - 1, y.given_word - 1);
        let (family_x, family_y) = (x.family_word - 1, y.family_word - 1);
        let (same_given, same_family) = (given_x == given_y, family_x == family_y);
        // Two names that agree in place are not looked for in the other column.
        if !(same_given && same_family) && self.may_be_crossed(x, y) {
            let changed_places = given_x == family_y && family_x == given_y;
            glance.leave_open(super::GIVEN_NAME, if same_given { 1 } else { CROSSED });
            return glance.leave_open(super::FAMILY_NAME, if same_family || changed_places { 1 } else { 2 });
        }
        let are_variants = [self.may_be_nicknames(x, y), self.may_be_romanizations(x, y)];
        let parts = [(given_x, given_y, x.given(), y.given()), (family_x, family_y, x.family(), y.family())];
        for (part, (word_x, word_y, letters_x, letters_y)) in parts.into_iter().enumerate() {
            let near_share = || self.word_share(part, word_x, 1).max(self.word_share(part, word_y, 1));
            if word_x == word_y {
                glance.settle(part, PartAgreement::Exact.level());
                glance.name_shares[part] = self.word_share(part, word_x, 2);
            } else if are_variants[part] {
                glance.leave_open(part, PartAgreement::Variant.level());
                glance.name_shares[part] = near_share();
            } else if may_be_alike(letters_x, letters_y) {
                glance.leave_open(part, PartAgreement::Typo.level());
                glance.name_shares[part] = near_share();
            } else {
                glance.settle(part, PartAgreement::Different.level());
            }
        }
    }
}

/// The values of two rows in a column that neither has to look at in full.
#[inline(always)]
fn both_plain(x: &Row, y: &Row, open: u32, values: [u32; 2]) -> Option<[ValueId; 2]> {
    let is_plain = (x.flags | y.flags) & open == 0 && !values.contains(&0);
    is_plain.then(|| values.map(|value| ValueId(value - 1)))
}

/// Whether the Jaro-Winkler similarity of the two may be such that they are alike, or one the initial of the other.
#[inline(always)]
fn may_be_alike(a: Letters, b: Letters) -> bool {
    let (length_a, length_b) = (a.count as f32, b.count as f32);
    let common = a.common(b) as f32;
    // Jaro similarity with every common letter in place; a common beginning of four letters adds 0.4 of what is left.
    let both = length_a * length_b;
    let least = if a.first == b.first { (ALIKE as f32 - 0.4) / 0.6 } else { ALIKE as f32 };
    (common * (length_a + length_b) + both >= 3.0 * (least - 1e-4) * both)
        | ((has_one(a.seen) | has_one(b.seen)) & (a.first == b.first))
}

/// Whether there is one bit at most.
#[inline(always)]
fn has_one(seen: u64) -> bool {
    seen & seen.wrapping_sub(1) == 0
}

/// Whether the letters allow that one name stands in the column of the other.
#[inline(always)]
fn may_have_changed_places([given_x, family_x]: [Letters; 2], [given_y, family_y]: [Letters; 2]) -> bool {
    may_be_alike(given_x, family_y) | may_be_alike(family_x, given_y)
}
