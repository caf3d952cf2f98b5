//! The words of postal addresses: street suffixes, directions, unit designators, ordinals, regions, countries.
//!
//! Every table is sorted by its first column. Single words are looked up in all tables at once ([`word`]), so that a token
//! is looked up once; names of regions and countries in maps of their own. Short forms of street suffixes and states are those of the
//! United States Postal Service (Publication 28); British and Australian words that it lacks keep their usual short form.

use super::super::text::WordMap;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Street suffix to its short form. These words end a street name.
const SUFFIXES: &[(&str, &str)] = &[
    ("alley", "aly"),
    ("aly", "aly"),
    ("arc", "arc"),
    ("arcade", "arc"),
    ("av", "ave"),
    ("ave", "ave"),
    ("aven", "ave"),
    ("avenue", "ave"),
    ("avn", "ave"),
    ("avnue", "ave"),
    ("blv", "blvd"),
    ("blvd", "blvd"),
    ("boul", "blvd"),
    ("boulevard", "blvd"),
    ("bvd", "blvd"),
    ("byp", "byp"),
    ("bypass", "byp"),
    ("cct", "cct"),
    ("cir", "cir"),
    ("circ", "cir"),
    ("circle", "cir"),
    ("circuit", "cct"),
    ("cl", "cl"),
    ("close", "cl"),
    ("court", "ct"),
    ("cove", "cv"),
    ("cr", "cres"),
    ("cres", "cres"),
    ("crescent", "cres"),
    ("crse", "crse"),
    ("crt", "ct"),
    ("crts", "cts"),
    ("csway", "cswy"),
    ("cswy", "cswy"),
    ("ct", "ct"),
    ("cts", "cts"),
    ("cv", "cv"),
    ("dr", "dr"),
    ("drive", "dr"),
    ("driveway", "dr"),
    ("drv", "dr"),
    ("esp", "esp"),
    ("esplanade", "esp"),
    ("expressway", "expy"),
    ("expwy", "expy"),
    ("expy", "expy"),
    ("ext", "ext"),
    ("extension", "ext"),
    ("freeway", "fwy"),
    ("frwy", "fwy"),
    ("fwy", "fwy"),
    ("gardens", "gdns"),
    ("gdns", "gdns"),
    ("gr", "gr"),
    ("highway", "hwy"),
    ("hway", "hwy"),
    ("hwy", "hwy"),
    ("lane", "ln"),
    ("ln", "ln"),
    ("loop", "loop"),
    ("mews", "mews"),
    ("motorway", "mtwy"),
    ("parade", "pde"),
    ("parkway", "pkwy"),
    ("parkwy", "pkwy"),
    ("path", "path"),
    ("pde", "pde"),
    ("pike", "pike"),
    ("pkway", "pkwy"),
    ("pkwy", "pkwy"),
    ("pky", "pkwy"),
    ("pl", "pl"),
    ("place", "pl"),
    ("plaza", "plz"),
    ("plz", "plz"),
    ("plza", "plz"),
    ("promenade", "prom"),
    ("rd", "rd"),
    ("road", "rd"),
    ("route", "rte"),
    ("row", "row"),
    ("rte", "rte"),
    ("sq", "sq"),
    ("sqr", "sq"),
    ("square", "sq"),
    ("st", "st"),
    ("str", "st"),
    ("street", "st"),
    ("strt", "st"),
    ("tce", "ter"),
    ("ter", "ter"),
    ("terr", "ter"),
    ("terrace", "ter"),
    ("tpke", "tpke"),
    ("tr", "trl"),
    ("trail", "trl"),
    ("trce", "trce"),
    ("trl", "trl"),
    ("turnpike", "tpke"),
    ("walk", "walk"),
    ("way", "way"),
    ("wy", "way"),
];

/// Words of street and city names that have a short form of their own and end nothing.
const NAME_WORDS: &[(&str, &str)] = &[
    ("bch", "beach"),
    ("centre", "center"),
    ("ctr", "center"),
    ("ctre", "center"),
    ("est", "estate"),
    ("ft", "fort"),
    ("gdn", "garden"),
    ("grv", "grove"),
    ("hbr", "harbor"),
    ("hl", "hill"),
    ("hls", "hills"),
    ("hts", "heights"),
    ("is", "island"),
    ("jct", "junction"),
    ("lk", "lake"),
    ("mt", "mount"),
    ("mtn", "mountain"),
    ("pk", "park"),
    ("pt", "point"),
    ("spg", "spring"),
    ("spgs", "springs"),
    ("sta", "station"),
    ("twp", "township"),
    ("vlg", "village"),
    ("vlge", "village"),
    ("vly", "valley"),
    ("vw", "view"),
];

/// Direction to its short form.
const DIRECTIONS: &[(&str, &str)] = &[
    ("e", "e"),
    ("east", "e"),
    ("n", "n"),
    ("ne", "ne"),
    ("north", "n"),
    ("northeast", "ne"),
    ("northwest", "nw"),
    ("nw", "nw"),
    ("s", "s"),
    ("se", "se"),
    ("south", "s"),
    ("southeast", "se"),
    ("southwest", "sw"),
    ("sw", "sw"),
    ("w", "w"),
    ("west", "w"),
];

/// Ordinal words up to the ninth, the teens and the tens; `twenty first` is put together by the caller.
const ORDINALS: &[(&str, u32)] = &[
    ("eighteenth", 18),
    ("eighth", 8),
    ("eightieth", 80),
    ("eleventh", 11),
    ("fifteenth", 15),
    ("fifth", 5),
    ("fiftieth", 50),
    ("first", 1),
    ("fortieth", 40),
    ("fourteenth", 14),
    ("fourth", 4),
    ("nineteenth", 19),
    ("ninetieth", 90),
    ("ninth", 9),
    ("second", 2),
    ("seventeenth", 17),
    ("seventh", 7),
    ("seventieth", 70),
    ("sixteenth", 16),
    ("sixth", 6),
    ("sixtieth", 60),
    ("tenth", 10),
    ("third", 3),
    ("thirteenth", 13),
    ("thirtieth", 30),
    ("twelfth", 12),
    ("twentieth", 20),
];

const TENS: &[(&str, u32)] = &[
    ("eighty", 80),
    ("fifty", 50),
    ("forty", 40),
    ("ninety", 90),
    ("seventy", 70),
    ("sixty", 60),
    ("thirty", 30),
    ("twenty", 20),
];

/// What a unit designator needs behind it, and what is left of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Designator {
    /// Names a dwelling or an office; the word itself says nothing (`apt 4b`, `unit 4b`, `# 4b`). Any short id.
    Plain,
    /// Stays before its number (`fl 3`, `bldg 2`); what follows must look like a number or be one letter.
    Kept(&'static str),
    /// Says everything by itself (`rear`, `bsmt`).
    Alone(&'static str),
}

const DESIGNATORS: &[(&str, Designator)] = &[
    ("#", Designator::Plain),
    ("apartment", Designator::Plain),
    ("apmt", Designator::Plain),
    ("apt", Designator::Plain),
    ("apts", Designator::Plain),
    ("basement", Designator::Alone("bsmt")),
    ("blck", Designator::Kept("blk")),
    ("bld", Designator::Kept("bldg")),
    ("bldg", Designator::Kept("bldg")),
    ("blg", Designator::Kept("bldg")),
    ("blk", Designator::Kept("blk")),
    ("block", Designator::Kept("blk")),
    ("bsmt", Designator::Alone("bsmt")),
    ("building", Designator::Kept("bldg")),
    ("dept", Designator::Kept("dept")),
    ("fl", Designator::Kept("fl")),
    ("flat", Designator::Plain),
    ("floor", Designator::Kept("fl")),
    ("flr", Designator::Kept("fl")),
    ("frnt", Designator::Alone("frnt")),
    ("front", Designator::Alone("frnt")),
    ("hngr", Designator::Kept("hngr")),
    ("lbby", Designator::Alone("lbby")),
    ("level", Designator::Kept("fl")),
    ("lobby", Designator::Alone("lbby")),
    ("lot", Designator::Kept("lot")),
    ("lower", Designator::Alone("lowr")),
    ("lowr", Designator::Alone("lowr")),
    ("lvl", Designator::Kept("fl")),
    ("no", Designator::Kept("")),
    ("penthouse", Designator::Alone("ph")),
    ("ph", Designator::Alone("ph")),
    ("pmb", Designator::Kept("pmb")),
    ("rear", Designator::Alone("rear")),
    ("rm", Designator::Plain),
    ("room", Designator::Plain),
    ("shop", Designator::Kept("shop")),
    ("space", Designator::Kept("spc")),
    ("spc", Designator::Kept("spc")),
    ("ste", Designator::Plain),
    ("suit", Designator::Plain),
    ("suite", Designator::Plain),
    ("tower", Designator::Kept("twr")),
    ("trailer", Designator::Kept("trlr")),
    ("trlr", Designator::Kept("trlr")),
    ("twr", Designator::Kept("twr")),
    ("unit", Designator::Plain),
    ("upper", Designator::Alone("uppr")),
    ("uppr", Designator::Alone("uppr")),
    ("villa", Designator::Kept("villa")),
];

/// Second words of two-word city names, for lines that end in `street city state` without a comma.
const CITY_ENDINGS: &[&str] = &[
    "acres", "beach", "bluff", "center", "city", "creek", "falls", "field", "forest", "gardens", "grove", "harbor",
    "haven", "heights", "hill", "hills", "island", "junction", "lake", "lakes", "landing", "mills", "oaks", "park",
    "pines", "point", "rapids", "ridge", "river", "rock", "rouge", "shores", "spring", "springs", "station", "town",
    "township", "valley", "view", "village", "woods", "worth",
];

/// First words of two-word city names.
const CITY_STARTS: &[&str] = &[
    "baton", "des", "east", "el", "fort", "ft", "grand", "great", "la", "lake", "las", "little", "los", "mount", "mt",
    "new", "north", "old", "palm", "port", "royal", "saint", "salt", "san", "santa", "south", "st", "upper", "west",
];

/// A country that this crate knows by its regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Land {
    Us,
    Canada,
    Australia,
}

impl Land {
    /// ISO 3166 code in lower case.
    pub fn code(self) -> &'static str {
        match self {
            Land::Us => "us",
            Land::Canada => "ca",
            Land::Australia => "au",
        }
    }
}

/// Region names, older short forms included, to the short form. A short form itself is in [`REGION_CODES`].
const REGION_NAMES: &[(&str, &str)] = &[
    ("alabama", "al"),
    ("alaska", "ak"),
    ("alberta", "ab"),
    ("american samoa", "as"),
    ("ariz", "az"),
    ("arizona", "az"),
    ("arkansas", "ar"),
    ("australian capital territory", "act"),
    ("british columbia", "bc"),
    ("calif", "ca"),
    ("california", "ca"),
    ("colo", "co"),
    ("colorado", "co"),
    ("conn", "ct"),
    ("connecticut", "ct"),
    ("delaware", "de"),
    ("district of columbia", "dc"),
    ("fla", "fl"),
    ("florida", "fl"),
    ("georgia", "ga"),
    ("guam", "gu"),
    ("hawaii", "hi"),
    ("idaho", "id"),
    ("illinois", "il"),
    ("indiana", "in"),
    ("iowa", "ia"),
    ("kansas", "ks"),
    ("kentucky", "ky"),
    ("louisiana", "la"),
    ("maine", "me"),
    ("manitoba", "mb"),
    ("maryland", "md"),
    ("mass", "ma"),
    ("massachusetts", "ma"),
    ("mich", "mi"),
    ("michigan", "mi"),
    ("minn", "mn"),
    ("minnesota", "mn"),
    ("mississippi", "ms"),
    ("missouri", "mo"),
    ("montana", "mt"),
    ("nebraska", "ne"),
    ("nevada", "nv"),
    ("new brunswick", "nb"),
    ("new hampshire", "nh"),
    ("new jersey", "nj"),
    ("new mexico", "nm"),
    ("new south wales", "nsw"),
    ("new york", "ny"),
    ("newfoundland and labrador", "nl"),
    ("north carolina", "nc"),
    ("north dakota", "nd"),
    ("northern territory", "nt"),
    ("nova scotia", "ns"),
    ("ohio", "oh"),
    ("oklahoma", "ok"),
    ("ontario", "on"),
    ("oregon", "or"),
    ("penn", "pa"),
    ("penna", "pa"),
    ("pennsylvania", "pa"),
    ("prince edward island", "pe"),
    ("puerto rico", "pr"),
    ("quebec", "qc"),
    ("queensland", "qld"),
    ("rhode island", "ri"),
    ("saskatchewan", "sk"),
    ("south australia", "sa"),
    ("south carolina", "sc"),
    ("south dakota", "sd"),
    ("tasmania", "tas"),
    ("tenn", "tn"),
    ("tennessee", "tn"),
    ("tex", "tx"),
    ("texas", "tx"),
    ("utah", "ut"),
    ("vermont", "vt"),
    ("victoria", "vic"),
    ("virgin islands", "vi"),
    ("virginia", "va"),
    ("wash", "wa"),
    ("washington", "wa"),
    ("washington dc", "dc"),
    ("west virginia", "wv"),
    ("western australia", "wa"),
    ("wis", "wi"),
    ("wisconsin", "wi"),
    ("wyoming", "wy"),
    ("yukon", "yt"),
];

/// Short forms of regions. `wa` and `nt` are regions of two countries; the postal code tells which.
const REGION_CODES: &[(&str, Land)] = &[
    ("ab", Land::Canada),
    ("act", Land::Australia),
    ("ak", Land::Us),
    ("al", Land::Us),
    ("ar", Land::Us),
    ("as", Land::Us),
    ("az", Land::Us),
    ("bc", Land::Canada),
    ("ca", Land::Us),
    ("co", Land::Us),
    ("ct", Land::Us),
    ("dc", Land::Us),
    ("de", Land::Us),
    ("fl", Land::Us),
    ("ga", Land::Us),
    ("gu", Land::Us),
    ("hi", Land::Us),
    ("ia", Land::Us),
    ("id", Land::Us),
    ("il", Land::Us),
    ("in", Land::Us),
    ("ks", Land::Us),
    ("ky", Land::Us),
    ("la", Land::Us),
    ("ma", Land::Us),
    ("mb", Land::Canada),
    ("md", Land::Us),
    ("me", Land::Us),
    ("mi", Land::Us),
    ("mn", Land::Us),
    ("mo", Land::Us),
    ("ms", Land::Us),
    ("mt", Land::Us),
    ("nb", Land::Canada),
    ("nc", Land::Us),
    ("nd", Land::Us),
    ("ne", Land::Us),
    ("nh", Land::Us),
    ("nj", Land::Us),
    ("nl", Land::Canada),
    ("nm", Land::Us),
    ("ns", Land::Canada),
    ("nsw", Land::Australia),
    ("nt", Land::Australia),
    ("nv", Land::Us),
    ("ny", Land::Us),
    ("oh", Land::Us),
    ("ok", Land::Us),
    ("on", Land::Canada),
    ("or", Land::Us),
    ("pa", Land::Us),
    ("pe", Land::Canada),
    ("pr", Land::Us),
    ("qc", Land::Canada),
    ("qld", Land::Australia),
    ("ri", Land::Us),
    ("sa", Land::Australia),
    ("sc", Land::Us),
    ("sd", Land::Us),
    ("sk", Land::Canada),
    ("tas", Land::Australia),
    ("tn", Land::Us),
    ("tx", Land::Us),
    ("ut", Land::Us),
    ("va", Land::Us),
    ("vi", Land::Us),
    ("vic", Land::Australia),
    ("vt", Land::Us),
    ("wa", Land::Us),
    ("wi", Land::Us),
    ("wv", Land::Us),
    ("wy", Land::Us),
    ("yt", Land::Canada),
];

/// Country names and three-letter codes to ISO 3166 two-letter codes, for the countries that exports spell out most.
const COUNTRIES: &[(&str, &str)] = &[
    ("america", "us"),
    ("are", "ae"),
    ("argentina", "ar"),
    ("aus", "au"),
    ("australia", "au"),
    ("austria", "at"),
    ("bangladesh", "bd"),
    ("belgium", "be"),
    ("brasil", "br"),
    ("brazil", "br"),
    ("can", "ca"),
    ("canada", "ca"),
    ("chile", "cl"),
    ("china", "cn"),
    ("chn", "cn"),
    ("colombia", "co"),
    ("czech republic", "cz"),
    ("czechia", "cz"),
    ("denmark", "dk"),
    ("deu", "de"),
    ("deutschland", "de"),
    ("egypt", "eg"),
    ("england", "gb"),
    ("esp", "es"),
    ("espana", "es"),
    ("estonia", "ee"),
    ("finland", "fi"),
    ("fra", "fr"),
    ("france", "fr"),
    ("gbr", "gb"),
    ("germany", "de"),
    ("great britain", "gb"),
    ("greece", "gr"),
    ("hong kong", "hk"),
    ("hungary", "hu"),
    ("ind", "in"),
    ("india", "in"),
    ("indonesia", "id"),
    ("ireland", "ie"),
    ("israel", "il"),
    ("italia", "it"),
    ("italy", "it"),
    ("japan", "jp"),
    ("jpn", "jp"),
    ("kenya", "ke"),
    ("kor", "kr"),
    ("korea", "kr"),
    ("laos", "la"),
    ("malaysia", "my"),
    ("mex", "mx"),
    ("mexico", "mx"),
    ("netherlands", "nl"),
    ("new zealand", "nz"),
    ("nigeria", "ng"),
    ("nld", "nl"),
    ("northern ireland", "gb"),
    ("norway", "no"),
    ("nzl", "nz"),
    ("pak", "pk"),
    ("pakistan", "pk"),
    ("peru", "pe"),
    ("philippines", "ph"),
    ("poland", "pl"),
    ("polska", "pl"),
    ("portugal", "pt"),
    ("republic of korea", "kr"),
    ("romania", "ro"),
    ("russia", "ru"),
    ("russian federation", "ru"),
    ("saudi arabia", "sa"),
    ("scotland", "gb"),
    ("singapore", "sg"),
    ("south africa", "za"),
    ("south korea", "kr"),
    ("spain", "es"),
    ("sweden", "se"),
    ("switzerland", "ch"),
    ("taiwan", "tw"),
    ("thailand", "th"),
    ("the netherlands", "nl"),
    ("turkey", "tr"),
    ("turkiye", "tr"),
    ("u s", "us"),
    ("u s a", "us"),
    ("uk", "gb"),
    ("ukraine", "ua"),
    ("united arab emirates", "ae"),
    ("united kingdom", "gb"),
    ("united states", "us"),
    ("united states of america", "us"),
    ("usa", "us"),
    ("viet nam", "vn"),
    ("vietnam", "vn"),
    ("wales", "gb"),
];

/// Words that begin a care-of line: `c/o`, `care of`.
const CARE_OF: &[&str] = &["attention", "attn", "c/o", "care"];

/// Words that begin a PO box, or a box of a rural route.
const BOXES: &[&str] = &["box", "p", "po", "pob", "pobox", "post", "postal"];

/// Words that begin a note on the way to the house.
const NOTES: &[&str] = &["at", "between", "btw", "btwn", "cnr", "corner", "near", "off", "opp", "opposite"];

/// Everything that the tables of single words say of one word, so that a token is looked up once.
#[derive(Clone, Copy, Debug, Default)]
pub struct Word {
    /// The short form of a street suffix.
    pub suffix: Option<&'static str>,
    /// The full form of an abbreviated word of a street or city name.
    pub full: Option<&'static str>,
    /// The short form of a direction.
    pub direction: Option<&'static str>,
    /// The number of an ordinal word.
    pub ordinal: Option<u32>,
    /// The number of a word for tens.
    pub tens: Option<u32>,
    pub designator: Option<Designator>,
    /// It ends many two-word city names.
    pub ends_city: bool,
    /// It begins many two-word city names.
    pub begins_city: bool,
    /// It is the last word of some region's name or its short form.
    pub ends_region: bool,
    /// One of [`CARE_OF`].
    pub begins_care_of: bool,
    /// One of [`BOXES`].
    pub begins_box: bool,
    /// One of [`NOTES`].
    pub begins_note: bool,
}

/// What the tables say of a word; nothing for most words.
pub fn word(text: &str) -> &'static Word {
    static NOTHING: Word = Word {
        suffix: None,
        full: None,
        direction: None,
        ordinal: None,
        tens: None,
        designator: None,
        ends_city: false,
        begins_city: false,
        ends_region: false,
        begins_care_of: false,
        begins_box: false,
        begins_note: false,
    };
    static WORDS: LazyLock<WordMap<Word>> = LazyLock::new(|| WordMap::new(all_words()));
    WORDS.get(text).unwrap_or(&NOTHING)
}

fn all_words() -> FxHashMap<&'static str, Word> {
    let mut words: FxHashMap<&'static str, Word> = FxHashMap::default();
    SUFFIXES.iter().for_each(|(key, short)| words.entry(key).or_default().suffix = Some(short));
    NAME_WORDS.iter().for_each(|(key, full)| words.entry(key).or_default().full = Some(full));
    DIRECTIONS.iter().for_each(|(key, short)| words.entry(key).or_default().direction = Some(short));
    ORDINALS.iter().for_each(|(key, number)| words.entry(key).or_default().ordinal = Some(*number));
    TENS.iter().for_each(|(key, number)| words.entry(key).or_default().tens = Some(*number));
    DESIGNATORS.iter().for_each(|(key, found)| words.entry(key).or_default().designator = Some(*found));
    CITY_ENDINGS.iter().for_each(|key| words.entry(key).or_default().ends_city = true);
    CITY_STARTS.iter().for_each(|key| words.entry(key).or_default().begins_city = true);
    CARE_OF.iter().for_each(|key| words.entry(key).or_default().begins_care_of = true);
    BOXES.iter().for_each(|key| words.entry(key).or_default().begins_box = true);
    NOTES.iter().for_each(|key| words.entry(key).or_default().begins_note = true);
    for name in REGION_NAMES.iter().map(|(name, _)| *name).chain(REGION_CODES.iter().map(|(code, _)| *code)) {
        let last = name.rsplit(' ').next().unwrap_or(name);
        words.entry(last).or_default().ends_region = true;
    }
    words
}

/// The short form of a region's name, or of the short form itself.
pub fn region(words: &str) -> Option<&'static str> {
    static REGIONS: LazyLock<WordMap<&'static str>> = LazyLock::new(|| {
        let codes = REGION_CODES.iter().map(|(code, _)| (*code, *code));
        WordMap::new(codes.chain(REGION_NAMES.iter().copied()))
    });
    REGIONS.get(words).copied()
}

/// The country of a region's short form.
pub fn land(region: &str) -> Option<Land> {
    static LANDS: LazyLock<WordMap<Land>> = LazyLock::new(|| WordMap::new(REGION_CODES.iter().copied()));
    LANDS.get(region).copied()
}

/// The two-letter code of a country's name or three-letter code.
pub fn country(words: &str) -> Option<&'static str> {
    static NAMES: LazyLock<WordMap<&'static str>> = LazyLock::new(|| WordMap::new(COUNTRIES.iter().copied()));
    NAMES.get(words).copied()
}

/// How many leading zeros the ZIPs of a US state have: spreadsheets eat them.
pub fn eaten_zeros(region: &str) -> usize {
    match region {
        "ct" | "ma" | "me" | "nh" | "nj" | "ri" | "vt" => 1,
        "pr" | "vi" => 2,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_so_that_halving_finds_every_word() {
        fn check<T>(table: &[(&str, T)]) {
            assert!(table.windows(2).all(|pair| pair[0].0 < pair[1].0), "{:?}", {
                table.windows(2).find(|pair| pair[0].0 >= pair[1].0).map(|pair| pair[1].0)
            });
        }
        check(SUFFIXES);
        check(NAME_WORDS);
        check(DIRECTIONS);
        check(ORDINALS);
        check(TENS);
        check(DESIGNATORS);
        check(REGION_NAMES);
        check(REGION_CODES);
        check(COUNTRIES);
        assert!(CITY_ENDINGS.is_sorted());
        assert!(CITY_STARTS.is_sorted());
    }

    #[test]
    fn names_of_several_words_are_found_whole() {
        for (name, short) in REGION_NAMES {
            assert!(name.rsplit(' ').next().is_some_and(|last| super::word(last).ends_region), "{name}");
            assert_eq!(region(&format!("{name}s")), None, "{name}");
            assert_eq!(region(name), Some(*short));
        }
        for (code, of) in REGION_CODES {
            assert_eq!((region(code), land(code)), (Some(*code), Some(*of)));
        }
        for (name, code) in COUNTRIES {
            assert_eq!(country(name), Some(*code));
        }
        for nothing in ["", "labrador", "newfoundland and", "british", "of", "states"] {
            assert_eq!((region(nothing), land(nothing), country(nothing)), (None, None, None), "{nothing}");
        }
        assert_eq!((region("us"), land("illinois"), country("il")), (None, None, None));
    }

    #[test]
    fn short_forms_are_their_own_short_form() {
        for (word, short) in SUFFIXES {
            assert_eq!(super::word(word).suffix, Some(*short), "{word}");
            assert!(super::word(short).suffix.is_none_or(|again| again == *short), "{short}");
        }
        for (word, short) in NAME_WORDS {
            assert_eq!(super::word(short).full, None, "{word}");
        }
        for (word, short) in REGION_NAMES {
            assert_eq!(region(word), Some(*short));
            assert_eq!(region(short), Some(*short), "{word}");
        }
    }
}
