//! Identifier kinds, one row each in one table (kind, family, side), and the dictionary of distinct normalized values.

use super::ids::ValueId;
use super::interner::{Interner, Places, Texts};
use std::sync::OnceLock;

/// Families of evidence are independent of each other; inside one family evidence is discounted (design 2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceFamily {
    Contact,
    Payment,
    Place,
    DeviceNetwork,
    DocumentText,
    People,
}

impl EvidenceFamily {
    pub const ALL: [EvidenceFamily; 6] = [
        EvidenceFamily::Contact,
        EvidenceFamily::Payment,
        EvidenceFamily::Place,
        EvidenceFamily::DeviceNetwork,
        EvidenceFamily::DocumentText,
        EvidenceFamily::People,
    ];

    pub fn name(self) -> &'static str {
        match self {
            EvidenceFamily::Contact => "contact",
            EvidenceFamily::Payment => "payment",
            EvidenceFamily::Place => "place",
            EvidenceFamily::DeviceNetwork => "device/network",
            EvidenceFamily::DocumentText => "document/text",
            EvidenceFamily::People => "people",
        }
    }
}

/// What sharing a value says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The same hand controls both.
    Control,
    /// Both are, or are served, at one place.
    Location,
    /// Explains, never links.
    Context,
}

impl Side {
    pub fn name(self) -> &'static str {
        match self {
            Side::Control => "control",
            Side::Location => "location",
            Side::Context => "context",
        }
    }
}

macro_rules! kinds {
    ($($variant:ident $name:literal $family:ident $side:ident $sensitive:literal $doc:literal;)*) => {
        /// A kind of normalized value. Attributes (names, dates, places without number) are kinds of side *context*.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum IdentifierKind {
            $(#[doc = $doc] $variant,)*
        }

        impl IdentifierKind {
            /// Every kind.
            pub const ALL: &'static [IdentifierKind] = &[$(IdentifierKind::$variant,)*];

            pub fn name(self) -> &'static str {
                match self { $(IdentifierKind::$variant => $name,)* }
            }

            pub fn doc(self) -> &'static str {
                match self { $(IdentifierKind::$variant => $doc,)* }
            }

            pub fn family(self) -> EvidenceFamily {
                match self { $(IdentifierKind::$variant => EvidenceFamily::$family,)* }
            }

            pub fn side(self) -> Side {
                match self { $(IdentifierKind::$variant => Side::$side,)* }
            }

            /// Stored only as keyed hash and last four.
            pub fn is_sensitive(self) -> bool {
                match self { $(IdentifierKind::$variant => $sensitive,)* }
            }
        }
    };
}

kinds! {
    Name "name" People Context false "A person's name as `given tokens / family tokens`, or an organisation's or title's tokens without a slash.";
    BirthDate "birth_date" DocumentText Context false "ISO date of birth.";
    Email "email" Contact Control false "Canonical email address.";
    Phone "phone" Contact Control false "E.164 number, with `;ext=` for an extension.";
    Address "address" Place Location false "Canonical address in seven parts joined by `|`: number, street, unit, city, region, postal code, country.";
    City "city" Place Context false "Folded city name.";
    Region "region" Place Context false "Folded region, two letters where it is a US state.";
    PostalCode "postal_code" Place Context false "Postal code; ZIP without the +4.";
    Country "country" Place Context false "Folded country.";
    GovernmentId "government_id" DocumentText Control true "Government or social security number.";
    DocumentNumber "document_number" DocumentText Control true "Number of an identity document.";
    RoutingNumber "routing_number" Payment Context false "ABA routing number that passes its checksum.";
    Account "account" Payment Control true "Bank account as `routing:number`; a masked one as `routing:*1207`; an IBAN as `iban:…`.";
    Wallet "wallet" Payment Control false "Cryptocurrency address that passes its checksum.";
    PaymentHandle "payment_handle" Payment Control false "Payee handle, email or id at a payment platform.";
    PayeeName "payee_name" Payment Context false "Name on the account, same form as `name`.";
    Serial "serial_number" DeviceNetwork Control false "Serial number of a device.";
    HardwareAddress "hardware_address" DeviceNetwork Control false "MAC address, twelve hex digits.";
    Hostname "hostname" DeviceNetwork Context false "Computer name.";
    TrackingNumber "tracking_number" Place Context false "Carrier's tracking number.";
    Ip "ip" DeviceNetwork Location false "Public IPv4 address, or IPv6 address in full.";
    ProfileUrl "profile_url" DocumentText Control false "Canonical profile link `host/path`.";
    Handle "handle" DocumentText Control false "Handle, folded; taken from profile links too.";
    ResumeLine "resume_line" DocumentText Control false "One normalized line of a resume.";
    PhotoHash "photo_hash" DocumentText Control false "Perceptual image hash, lower-case hex.";
    RefereeName "referee_name" People Context false "Name of a referee, same form as `name`.";
    RefereeEmail "referee_email" People Control false "Email of a referee.";
    RefereePhone "referee_phone" People Control false "Telephone of a referee.";
    Agency "agency" People Context false "Staffing agency or vendor, folded.";
    Attribute "attribute" DocumentText Context false "A value of a comparison that the config adds, as `name=value`.";
    Time "time" People Context false "Moment of an event: an ISO date, or date and time in UTC.";
    Start "start" People Context false "Moment an interview began.";
    End "end" People Context false "Moment an interview ended.";
    Rescheduled "rescheduled" People Context false "How often an interview was moved.";
    Ordered "ordered" People Context false "Moment a check was ordered.";
    Completed "completed" People Context false "Moment a check was completed.";
    Result "result" People Context false "Outcome of a check, folded.";
    Status "status" People Context false "State of an interview, folded.";
    Reason "reason" People Context false "Why an employment ended, folded.";
    Event "event" People Context false "What happened, folded.";
    Application "application" DeviceNetwork Context false "Name of an installed program, folded.";
    Version "version" DeviceNetwork Context false "Version of an installed program.";
    Product "product" DeviceNetwork Context false "Product name or ids of a peripheral, folded.";
    Device "device" DeviceNetwork Context false "Device id that a sign-in reports.";
    Managed "managed" DeviceNetwork Context false "`yes` or `no`.";
    UserAgent "user_agent" DeviceNetwork Context false "Browser and system.";
    Asn "asn" DeviceNetwork Context false "Number of an autonomous system.";
    AsOrg "as_org" DeviceNetwork Context false "Organisation of an autonomous system, folded.";
    Repository "repository" DocumentText Context false "Code repository.";
    Destination "destination" DocumentText Context false "Where code or data went.";
    Count "count" DocumentText Context false "A number of items or bytes.";
    Amount "amount" Payment Context false "An amount of money with a point before the cents.";
    Currency "currency" Payment Context false "Code of a currency, three capital letters.";
}

impl IdentifierKind {
    pub fn from_name(name: &str) -> Option<IdentifierKind> {
        IdentifierKind::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// Kinds whose shared or near values may link personas.
    pub fn links(self) -> bool {
        self.side() != Side::Context
    }
}

/// How the values of a column that the vocabulary does not know are compared (`[[comparison]]` in the config).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttributeType {
    /// One of a few values: same or not.
    Category,
    /// A short text: title, name, label; words in any order, abbreviations, typos.
    Text,
    /// Sentences: compared by the rare words that two have in common.
    LongText,
    /// A number: same, or near in proportion.
    Number,
    /// A calendar date: same, a slip, or some days apart.
    Date,
    /// An identifier in letters and digits: same or a few edits apart.
    Code,
}

impl AttributeType {
    pub const ALL: [AttributeType; 6] = [
        AttributeType::Category,
        AttributeType::Text,
        AttributeType::LongText,
        AttributeType::Number,
        AttributeType::Date,
        AttributeType::Code,
    ];

    pub fn name(self) -> &'static str {
        match self {
            AttributeType::Category => "category",
            AttributeType::Text => "text",
            AttributeType::LongText => "long_text",
            AttributeType::Number => "number",
            AttributeType::Date => "date",
            AttributeType::Code => "code",
        }
    }

    pub fn from_name(name: &str) -> Option<AttributeType> {
        AttributeType::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// The comparison's name and the value of a canonical attribute `name=value`. Names hold no `=`.
pub fn attribute_parts(canonical: &str) -> Option<(&str, &str)> {
    canonical.split_once('=')
}

/// What is known of a value beside its text. A set of bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Marks(pub u16);

impl Marks {
    pub const NONE: Marks = Marks(0);
    /// A placeholder (`000-000-0000`, `none@none.com`, one repeated digit): kept, never links.
    pub const GENERIC: Marks = Marks(1);
    /// A phone number that is possible but not assigned.
    pub const UNASSIGNED: Marks = Marks(2);
    /// An address without number or box, a private or loopback network: an attribute, never an identifier.
    pub const ATTRIBUTE: Marks = Marks(4);
    /// A masked account or an account known by its last four only.
    pub const MASKED: Marks = Marks(8);
    /// A free-mail domain.
    pub const FREE_MAIL: Marks = Marks(16);
    /// A disposable-mail domain.
    pub const DISPOSABLE: Marks = Marks(32);
    /// A PO box, private mailbox or care-of address.
    pub const MAILBOX: Marks = Marks(64);
    /// A check digit or checksum is present and holds.
    pub const CHECKED: Marks = Marks(128);
    /// Leading zeros that a spreadsheet had eaten were restored, proved by check digit or fixed length.
    pub const RESTORED: Marks = Marks(256);
    /// A role mailbox (`jobs@`, `info@`).
    pub const ROLE_MAILBOX: Marks = Marks(512);

    pub fn has(self, other: Marks) -> bool {
        self.0 & other.0 != 0
    }

    pub fn with(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }

    /// Damaged: it cannot be what it stands for (the 64th of December, an email with two `@`), but it is still compared
    /// sign by sign with others of its kind. Never an identifier.
    pub const DAMAGED: Marks = Marks(1024);

    /// Whether the value can point to someone at all.
    pub fn can_link(self) -> bool {
        !self.has(Marks(Marks::GENERIC.0 | Marks::ATTRIBUTE.0 | Marks::DAMAGED.0))
    }
}

/// The seven parts of a canonical address: number, street, unit, city, region, postal code, country.
pub fn address_parts(canonical: &str) -> Option<[&str; 7]> {
    let mut parts = [""; 7];
    let mut split = canonical.split('|');
    for part in &mut parts {
        *part = split.next()?;
    }
    split.next().is_none().then_some(parts)
}

/// The outcome of normalizing one raw value: its canonical text and marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normalized {
    pub text: String,
    pub marks: Marks,
}

impl Normalized {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), marks: Marks::NONE }
    }

    pub fn marked(text: impl Into<String>, marks: Marks) -> Self {
        Self { text: text.into(), marks }
    }
}

/// Distinct normalized values of a run, interned: each (kind, text) has one id. Ids follow the order of insertion; those
/// of a dictionary [made of kinds](Dictionary::of_kinds) stand kind by kind.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    texts: Texts,
    /// The kind of each value; empty while the ids of a kind stand together, which `firsts` then tell.
    kinds: Vec<IdentifierKind>,
    marks: Vec<Marks>,
    /// The first id of each kind, while the ids of a kind stand together.
    firsts: Vec<u32>,
    /// The kind of every [`BLOCK`] ids, while they stand together; [`MIXED`] where they are of several.
    blocks: Vec<u8>,
    /// By kind: where the ids of its texts stand, counted from the kind's first id. Made when a text of the kind is looked for.
    places: Vec<OnceLock<Places>>,
}

/// Ids that are asked for their kind as one.
const BLOCK: usize = 1 << 10;
const MIXED: u8 = u8::MAX;

/// Distinct values of one kind, numbered in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct KindValues {
    interner: Interner,
    marks: Vec<Marks>,
}

impl KindValues {
    /// The number of a value, made when it is new. Marks of a value are united over all its occurrences.
    pub fn intern(&mut self, text: &str, marks: Marks) -> u32 {
        let (number, is_new) = self.interner.intern(text);
        if is_new {
            self.marks.push(marks);
        } else {
            let known = &mut self.marks[number as usize];
            *known = known.with(marks);
        }
        number
    }
}

impl Dictionary {
    /// One dictionary of the values of every kind, in the order of [`IdentifierKind::ALL`]; and the first id of each kind.
    pub fn of_kinds(kinds: Vec<KindValues>) -> (Dictionary, Vec<u32>) {
        let mut dictionary = Dictionary::default();
        dictionary.places.resize(kinds.len(), OnceLock::new());
        // Where texts stand is let go before they are moved.
        let kinds: Vec<(Texts, Vec<Marks>)> =
            kinds.into_iter().map(|values| (values.interner.into_texts(), values.marks)).collect();
        let values = kinds.iter().map(|(texts, _)| texts.len()).sum();
        dictionary.marks.reserve(values);
        for (_, marks) in &kinds {
            dictionary.firsts.push(ValueId::from(dictionary.marks.len()).0);
            dictionary.marks.extend_from_slice(marks);
        }
        dictionary.texts = Texts::of(kinds.into_iter().map(|(texts, _)| texts).collect());
        let of_block = |block: usize| {
            let kind = |at: usize| dictionary.kind(ValueId::from(at));
            let first = kind(block * BLOCK);
            if kind((block * BLOCK + BLOCK).min(values) - 1) == first { first as u8 } else { MIXED }
        };
        dictionary.blocks = (0..values.div_ceil(BLOCK)).map(of_block).collect();
        let firsts = dictionary.firsts.clone();
        (dictionary, firsts)
    }

    /// The id of that value, made when it is new. Marks of a value are united over all its occurrences.
    pub fn intern(&mut self, kind: IdentifierKind, text: &str, marks: Marks) -> ValueId {
        if self.places.is_empty() {
            self.firsts.resize(IdentifierKind::ALL.len(), 0);
            self.places.resize(IdentifierKind::ALL.len(), OnceLock::new());
        }
        if self.kinds.len() < self.marks.len() {
            self.kinds = self.values().map(|value| self.kind(value)).collect();
            self.blocks.clear();
        }
        let next = ValueId::from(self.marks.len());
        let first = self.firsts[kind as usize];
        let mut places = self.places[kind as usize].take().unwrap_or_else(|| self.places_of(kind));
        let is = |number: u32| self.texts.get(first + number) == text;
        let id = ValueId(first + places.find_or_insert(text, next.0 - first, is));
        self.places[kind as usize] = places.into();
        if id == next {
            self.texts.push(text);
            self.kinds.push(kind);
            self.marks.push(marks);
        } else {
            self.marks[id.index()] = self.marks[id.index()].with(marks);
        }
        id
    }

    /// Where the texts of a kind stand.
    fn places_of(&self, kind: IdentifierKind) -> Places {
        let first = self.firsts[kind as usize];
        let mut places = Places::default();
        for value in self.values_of(kind) {
            places.find_or_insert(self.text(value), value.0 - first, |number| number == value.0 - first);
        }
        places
    }

    /// The id of that value, if it occurs. The first question about a kind costs a look at all its values.
    pub fn get(&self, kind: IdentifierKind, text: &str) -> Option<ValueId> {
        let first = *self.firsts.get(kind as usize)?;
        let places = self.places.get(kind as usize)?.get_or_init(|| self.places_of(kind));
        places.find(text, |number| self.texts.get(first + number) == text).map(|number| ValueId(first + number))
    }

    #[inline]
    pub fn text(&self, id: ValueId) -> &str {
        self.texts.get(id.0)
    }

    #[inline]
    pub fn kind(&self, id: ValueId) -> IdentifierKind {
        if let Some(&kind) = self.blocks.get(id.index() / BLOCK)
            && kind != MIXED
        {
            return IdentifierKind::ALL[usize::from(kind)];
        }
        match self.kinds.get(id.index()) {
            Some(&kind) => kind,
            // Counted without a branch: a search would guess wrong every time.
            None => {
                IdentifierKind::ALL[self.firsts.iter().map(|&first| u32::from(first <= id.0)).sum::<u32>() as usize - 1]
            }
        }
    }

    /// The ids of a kind, where they stand together.
    #[inline]
    pub fn ids_of(&self, kind: IdentifierKind) -> Option<std::ops::Range<u32>> {
        let first = *self.firsts.get(kind as usize).filter(|_| self.kinds.is_empty())?;
        let end = self.firsts.get(kind as usize + 1).copied().unwrap_or(self.marks.len() as u32);
        Some(first..end)
    }

    #[inline]
    pub fn marks(&self, id: ValueId) -> Marks {
        self.marks[id.index()]
    }

    pub fn len(&self) -> usize {
        self.marks.len()
    }

    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// The ids of a kind, in order.
    pub fn values_of(&self, kind: IdentifierKind) -> impl Iterator<Item = ValueId> + '_ {
        let ids = self.ids_of(kind).unwrap_or(0..self.marks.len() as u32);
        ids.map(ValueId).filter(move |&value| self.kind(value) == kind)
    }

    /// All ids in order.
    pub fn values(&self) -> impl Iterator<Item = ValueId> + use<> {
        (0..self.marks.len()).map(ValueId::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_every_id_is_that_of_its_range() {
        // Kinds of no value, of one, of a whole block, and of some blocks and a few more.
        let counts = [0, 1, BLOCK - 1, 2 * BLOCK, 3, BLOCK, 0, 7];
        let of_kind = |&count: &usize| {
            let mut values = KindValues::default();
            (0..count).for_each(|at| _ = values.intern(&at.to_string(), Marks::NONE));
            values
        };
        let kinds = IdentifierKind::ALL.iter().enumerate();
        let (mut dictionary, firsts) =
            Dictionary::of_kinds(kinds.map(|(at, _)| of_kind(counts.get(at).unwrap_or(&2))).collect());
        let ranges = firsts.iter().zip(firsts.iter().skip(1).copied().chain([dictionary.len() as u32]));
        let expected: Vec<IdentifierKind> = IdentifierKind::ALL
            .iter()
            .zip(ranges)
            .flat_map(|(&kind, (&first, end))| (first..end).map(move |_| kind))
            .collect();
        let kinds = |dictionary: &Dictionary| -> Vec<IdentifierKind> {
            dictionary.values().take(expected.len()).map(|value| dictionary.kind(value)).collect()
        };
        assert!(kinds(&dictionary) == expected);
        assert_eq!(dictionary.values_of(IdentifierKind::ALL[3]).count(), 2 * BLOCK);
        // What stands where is found out when it is asked for.
        let last = dictionary.values_of(IdentifierKind::ALL[3]).last();
        assert_eq!(dictionary.get(IdentifierKind::ALL[3], &(2 * BLOCK - 1).to_string()), last);
        assert_eq!(dictionary.get(IdentifierKind::ALL[3], &(2 * BLOCK).to_string()), None);
        assert_eq!(dictionary.get(IdentifierKind::ALL[0], "0"), None);
        // A value that comes later has the next id, whatever its kind.
        let late = dictionary.intern(IdentifierKind::ALL[1], "late", Marks::NONE);
        assert!(kinds(&dictionary) == expected && dictionary.kind(late) == IdentifierKind::ALL[1]);
        assert_eq!(dictionary.get(IdentifierKind::ALL[1], "late"), Some(late));
        assert_eq!(dictionary.intern(IdentifierKind::ALL[1], "0", Marks::NONE).0, firsts[1]);
        for &kind in IdentifierKind::ALL {
            let of_kind: Vec<ValueId> = dictionary.values().filter(|&value| dictionary.kind(value) == kind).collect();
            assert_eq!(dictionary.values_of(kind).collect::<Vec<_>>(), of_kind, "{}", kind.name());
        }
    }
}
