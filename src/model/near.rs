//! Near values, and the rules by which they are near; what finds them is the stage `near`.

use super::ids::ValueId;

macro_rules! rules {
    ($($variant:ident $name:literal $doc:literal;)*) => {
        /// Why two values are near. The rules of one kind stand in order, the strongest (the one that holds for the
        /// fewest pairs by chance) first; a pair has the first that holds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum NearRule {
            $(#[doc = $doc] $variant,)*
        }

        impl NearRule {
            /// Every rule, in order.
            pub const ALL: &'static [NearRule] = &[$(NearRule::$variant,)*];

            /// A few words for output: "one edit in the local part".
            pub fn name(self) -> &'static str {
                match self { $(NearRule::$variant => $name,)* }
            }

            /// The rule in one sentence.
            pub fn doc(self) -> &'static str {
                match self { $(NearRule::$variant => $doc,)* }
            }
        }
    };
}

rules! {
    EmailOneEdit "one edit in the local part"
        "At one domain, local parts of five characters or more are one edit apart: a character inserted, deleted \
         or substituted, or two neighbors swapped, but not in a number at their end.";
    EmailOtherDomain "same local part at another domain"
        "The same local part of five characters or more at two domains; not for role mailboxes.";
    EmailTrailingNumber "same local part but for a trailing number"
        "At one domain, local parts differ only in the number at their end, which has up to three digits or is \
         one edit off.";
    PhoneExtension "same number, other extension"
        "The same telephone number with two extensions, or with and without one.";
    PhoneSwapped "two digits swapped"
        "Telephone numbers differ in two neighboring digits that changed places.";
    PhoneBlock "same block of numbers"
        "Telephone numbers of one length agree in all but the last digit or are at most ten apart.";
    PhoneOneDigit "one digit off"
        "Telephone numbers of one length differ in one digit.";
    AccountWithoutRouting "same number, routing number missing"
        "The same account number of five digits or more, once with and once without routing number.";
    AccountMasked "same routing number and last four"
        "At one routing number, a masked account has the last digits of the other.";
    AccountSwapped "two digits swapped"
        "At one routing number, account numbers differ in two neighboring digits that changed places.";
    AccountAdjacent "adjacent account numbers"
        "At one routing number, account numbers are at most two apart.";
    IbanOneEdit "one edit in the IBAN"
        "Two international account numbers are one edit apart.";
    AccountOneDigit "one digit off"
        "At one routing number, account numbers of one length differ in one digit.";
    AccountLastFour "same last four, bank not known"
        "A masked account has the last digits of the other, and the bank of one of them is not known.";
    AddressPlace "same street line, place written otherwise"
        "Number, street and unit are the same, and city, region, postal code or country are written differently \
         or missing in one.";
    AddressSuffix "same street but for its suffix"
        "Number and name of the street are the same, its suffix (street, avenue) is another or missing; units \
         agree or one is missing.";
    AddressNearStreet "street name one edit off"
        "Number and place are the same, street names of five characters or more are one edit apart outside their \
         digits; units agree or one is missing.";
    AddressOtherUnit "same building, other unit"
        "Number, street and place are the same and the units differ, or one is missing.";
    AddressNearNumber "house number near"
        "Street, unit and place are the same, house numbers are at most two apart or differ in one character.";
    HandleSeparators "same handle but for separators"
        "Handles are equal when hyphens, dots and underscores are left out.";
    HandleOneEdit "one edit in the handle"
        "Handles of six characters or more are one edit apart, but not in a number at their end.";
    HandleTrailingNumber "same handle but for a trailing number"
        "Handles differ only in the number at their end, which has up to three digits or is one edit off.";
    ProfileOneEdit "one edit in the profile link"
        "At one host, paths of eight characters or more are one edit apart.";
    ResumeWordAdded "one word more"
        "A resume line of five words or more has one word more than the other.";
    ResumeWordChanged "one word changed"
        "Resume lines of five words or more differ in one word.";
    PhotoFewBits "image hash a few bits off"
        "Image hashes of one length differ in one bit of ten at most: 6 of 64.";
    IpSame64 "same IPv6 /64"
        "IPv6 addresses share their first 64 bits: one network.";
    IpSame56 "same IPv6 /56"
        "IPv6 addresses share their first 56 bits: one customer of most providers.";
    DocumentOneEdit "one edit in the number"
        "Document or government numbers of six characters or more are one edit apart.";
}

/// Two near values of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NearPair {
    /// The smaller id.
    pub left: ValueId,
    /// The larger id.
    pub right: ValueId,
    /// The strongest rule that holds.
    pub rule: NearRule,
}
