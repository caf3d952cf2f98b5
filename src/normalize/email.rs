//! Email addresses to the mailbox that they reach.
//!
//! Canonical form: `local@domain`, lower case, domain in ASCII (IDNA), tag after `+` removed, a provider's alias
//! domains as one, dots removed where the provider ignores them. Whether two addresses are near is left to comparing.
//!
//! Invariant: [`email`] is idempotent; two addresses with one canonical form are taken to reach one mailbox. The
//! rules and alias domains are those commonly known of the big providers; another provider may tell tags apart.

use super::text::{Outcome, WordMap, Written, fold_light, is_empty_word, owned, split_once};
use crate::model::value::{Marks, Normalized};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// Normalizes an email address. `Jane <jane@example.com>` and `mailto:` are accepted.
///
/// Marks: [`Marks::FREE_MAIL`] and [`Marks::DISPOSABLE`] by domain, [`Marks::ROLE_MAILBOX`] for `jobs@`, `info@` and
/// the like, [`Marks::GENERIC`] for `none@none.com`, `test@test.com`, `a@a.com` and their kind.
///
/// Errors: no single `@`, characters that no address has, a domain without a dot or that is not a domain.
pub fn email(raw: &str) -> Outcome {
    owned(|out| email_into(raw, out))
}

/// As [`email`], with the address appended to `out`.
fn email_into(raw: &str, out: &mut String) -> Written {
    if raw.len() > LONGEST {
        return if is_empty_word(raw) { Ok(None) } else { Err("too long for an email address".to_owned()) };
    }
    if is_empty_word(raw) {
        return Ok(None);
    }
    let folded = if raw.is_ascii() { Cow::Borrowed(raw) } else { Cow::Owned(fold_light(raw)) };
    let address = bare_address(&folded);
    if is_empty_word(address) {
        return Ok(None);
    }
    let Some((local, domain)) = split_once(address, b'@') else { return Err("no @ in it".to_owned()) };
    if domain.bytes().any(|b| b == b'@') {
        return Err("more than one @ in it".to_owned());
    }
    let domain = domain_to_ascii(domain)?;
    let domain = canonical_domain(&domain);
    let start = out.len();
    out.reserve(local.len() + 1 + domain.len());
    let marks = push_canonical_local(local, domain, out).and_then(|()| {
        let marks = marks_of(&out[start..], domain);
        let is_kept = marks.has(Marks::GENERIC) || domain_is_plausible(domain);
        if is_kept { Ok(marks) } else { Err("the domain is not a domain of the internet".to_owned()) }
    });
    if marks.is_err() {
        out.truncate(start);
    } else {
        out.push('@');
        out.push_str(domain);
    }
    marks.map(Some)
}

/// A refused address that is still one address with slips in it: `em@aosn@example.com`. It stays as it stands, with
/// [`Marks::DAMAGED`].
pub fn damaged(raw: &str) -> Option<Normalized> {
    let folded = if raw.is_ascii() { Cow::Borrowed(raw) } else { Cow::Owned(fold_light(raw)) };
    let text = bare_address(&folded).to_lowercase();
    let is_address = (6..=100).contains(&text.len())
        && text.contains(['@', '.'])
        && !text.contains(char::is_whitespace)
        && text.chars().filter(|c| c.is_alphabetic()).count() >= 4;
    is_address.then(|| Normalized::marked(text, Marks::DAMAGED))
}

/// Local part and domain of a canonical address.
pub fn split(canonical: &str) -> Option<(&str, &str)> {
    canonical.split_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

/// Longest cell that is read as an address (RFC 5321 allows 254 bytes), with room for a display name.
const LONGEST: usize = 600;

/// The address itself, without display name, `mailto:`, its query, quotes and trailing punctuation.
fn bare_address(text: &str) -> &str {
    if let [first, .., last] = text.as_bytes()
        && first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
        && memchr::memchr2(b'<', b':', text.as_bytes()).is_none()
    {
        // Nothing stands around it.
        return text;
    }
    let mut address = text.trim();
    if let (Some(open), Some(close)) = (address.rfind('<'), address.rfind('>'))
        && open < close
    {
        address = &address[open + 1..close];
    }
    loop {
        let before = address;
        address = address.trim_matches(|c: char| {
            c.is_whitespace()
                || c.is_control()
                || matches!(c, '<' | '>' | '"' | '\'' | ',' | ';' | ':' | '(' | ')' | '[' | ']')
        });
        address = address.trim_end_matches('.');
        if let Some(scheme) = address.get(..7)
            && scheme.eq_ignore_ascii_case("mailto:")
        {
            address = &address[7..];
            address = address.split('?').next().unwrap_or(address);
        }
        if address == before {
            return address;
        }
    }
}

/// The domain in lower-case ASCII, each label checked for letters, digits and hyphens.
fn domain_to_ascii(domain: &str) -> Result<Cow<'_, str>, String> {
    if is_plain_domain(domain) {
        return Ok(Cow::Borrowed(domain));
    }
    let domain = domain.trim_end_matches('.');
    let bad = || Err("the domain is not a domain of the internet".to_owned());
    let mut ascii = Cow::Borrowed(domain);
    if domain.bytes().any(|b| b.is_ascii_uppercase()) {
        ascii = Cow::Owned(domain.to_ascii_lowercase());
    }
    if !ascii.is_ascii() || ascii.as_bytes().windows(4).any(|four| four == b"xn--") {
        match idna::domain_to_ascii(&ascii) {
            // A code that decodes to another name than it was made from would change again on the next pass.
            Ok(encoded) => ascii = Cow::Owned(encoded),
            Err(_) => return bad(),
        }
    }
    let label_is_good = |label: &[u8]| {
        let is_sign_of_a_label = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_');
        !matches!(label, [] | [b'-', ..] | [.., b'-']) && label.len() <= 63 && label.iter().all(is_sign_of_a_label)
    };
    let is_good = ascii.len() <= 253 && ascii.as_bytes().split(|b| *b == b'.').all(label_is_good);
    if is_good { Ok(ascii) } else { bad() }
}

/// Whether a domain is in lower-case ASCII with good labels already, and surely no code of other letters (`xn--`).
fn is_plain_domain(domain: &str) -> bool {
    let (mut before, mut label) = (b'.', 0);
    for byte in domain.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'_' => label += 1,
            b'-' if !matches!(before, b'.' | b'-') => label += 1,
            b'.' if !matches!(before, b'.' | b'-') && label <= 63 => label = 0,
            _ => return false,
        }
        before = byte;
    }
    !matches!(before, b'.' | b'-') && label <= 63 && domain.len() <= 253
}

/// Whether a domain has two labels and a last one that could be a top-level domain.
fn domain_is_plausible(domain: &str) -> bool {
    domain.bytes().rposition(|b| b == b'.').is_some_and(|at| {
        let top = &domain[at + 1..];
        top.len() >= 2 && (top.bytes().all(|b| b.is_ascii_lowercase()) || top.starts_with("xn--"))
    })
}

/// Domains of one provider that deliver to the same mailboxes, as is commonly known of them. Hotmail, Outlook and
/// Live are not such: the same local part may belong to three people there.
fn canonical_domain(domain: &str) -> &str {
    match domain {
        "googlemail.com" => "gmail.com",
        "protonmail.com" | "protonmail.ch" | "pm.me" => "proton.me",
        "me.com" | "mac.com" => "icloud.com",
        "ya.ru" | "yandex.by" | "yandex.com" | "yandex.kz" | "yandex.ua" | "narod.ru" => "yandex.ru",
        other => other,
    }
}

/// Appends the local part in lower case without its tag, and without what the provider ignores. What it appended before
/// an error is the caller's to take back.
fn push_canonical_local(local: &str, domain: &str, out: &mut String) -> Result<(), String> {
    let start = out.len();
    let text: Cow<'_, str> = if local.is_ascii() {
        Cow::Borrowed(local)
    } else {
        // Letter by letter, since lower case that looks at neighbours would not be stable when the tag is gone; and
        // twice, since NFKC may bring a capital letter back.
        let lower = |text: &str| -> String { text.chars().flat_map(char::to_lowercase).nfkc().collect() };
        Cow::Owned(lower(&lower(local)))
    };
    let untagged = match text.bytes().position(|b| b == b'+') {
        Some(at) if at > 0 => &text[..at],
        _ => &text,
    };
    match domain {
        "gmail.com" => {
            let mut rest = untagged;
            while let Some((part, behind)) = split_once(rest, b'.') {
                out.push_str(part);
                rest = behind;
            }
            out.push_str(rest);
        }
        // Yandex treats a dot and a hyphen in a login as the same sign.
        "yandex.ru" => out.push_str(&untagged.replace('.', "-")),
        _ => out.push_str(untagged),
    }
    let text = &mut out[start..];
    if local.is_ascii() {
        text.make_ascii_lowercase();
    }
    let allowed = |c: char| !c.is_whitespace() && !c.is_control();
    if !text.bytes().all(|b| ALLOWED[usize::from(b)]) || (!text.is_ascii() && !text.chars().all(allowed)) {
        return Err("a character that no email address has before the @".to_owned());
    }
    if !text.bytes().any(|b| b.is_ascii_alphanumeric()) && !text.chars().any(char::is_alphanumeric) {
        return Err("nothing before the @".to_owned());
    }
    if text.len() > LOCAL_BYTES_MAX {
        return Err("more than 64 bytes before the @".to_owned());
    }
    Ok(())
}

/// The bytes that a local part may hold (RFC 5322, without quotes). Those of other letters are looked at as letters.
static ALLOWED: [bool; 256] = {
    let signs = b".!#$%&'*+-/=?^_`{|}~";
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = byte >= 128 || (byte as u8).is_ascii_alphanumeric();
        byte += 1;
    }
    let mut at = 0;
    while at < signs.len() {
        table[signs[at] as usize] = true;
        at += 1;
    }
    table
};

/// Longest local part (RFC 5321).
const LOCAL_BYTES_MAX: usize = 64;

fn marks_of(local: &str, domain: &str) -> Marks {
    let mut marks = DOMAINS.get(domain).copied().unwrap_or_default();
    // A throw-away provider hands out names below its domain, so every parent is looked up.
    let mut parent = domain;
    while let Some((_, rest)) = split_once(parent, b'.') {
        parent = rest;
        let of_parent = DOMAINS.get(parent).copied().unwrap_or_default();
        marks = marks.with(Marks(of_parent.0 & Marks::DISPOSABLE.0));
    }
    let meaning = meaning_of(local);
    if meaning & ROLE != 0 {
        marks = marks.with(Marks::ROLE_MAILBOX);
    }
    if is_generic(local, meaning, domain, marks) {
        marks = marks.with(Marks::GENERIC);
    }
    marks
}

/// Whether an address was typed to satisfy a form. `meaning` is that of the local part as it stands; `marks` tells whether
/// its domain is of free mail.
fn is_generic(local: &str, meaning: u8, domain: &str, marks: Marks) -> bool {
    let mut buffer = [0; LOCAL_BYTES_MAX];
    let compact = without_punctuation(local, &mut buffer);
    let meaning = if compact.len() == local.len() { meaning } else { meaning_of(compact) };
    if meaning & NO_MAILBOX_AT_ALL != 0 {
        return true;
    }
    let site = split_once(domain, b'.').map_or(domain, |(site, _)| site);
    if meaning & FILLER != 0 {
        let is_placeholder = meaning_of(site) & FILLER != 0 || PLACEHOLDER_SITES.contains(&site);
        return is_placeholder || marks.has(Marks::FREE_MAIL);
    }
    // a@a.com, aaa@aaa.com, x@x.x: the same letter on both sides.
    let first = compact.as_bytes().first();
    let repeats = |word: &str| word.as_bytes().first() == first && word.bytes().all(|b| Some(&b) == first);
    repeats(site) && repeats(compact)
}

/// A local part without dots, hyphens and underscores.
fn without_punctuation<'a>(local: &'a str, buffer: &'a mut [u8; LOCAL_BYTES_MAX]) -> &'a str {
    let is_punctuation = |b: u8| matches!(b, b'.' | b'-' | b'_');
    if !local.bytes().any(is_punctuation) {
        return local;
    }
    let mut count = 0;
    for (place, byte) in buffer.iter_mut().zip(local.bytes().filter(|&b| !is_punctuation(b))) {
        *place = byte;
        count += 1;
    }
    // Whole signs were left out, so the rest is text still.
    std::str::from_utf8(&buffer[..count]).unwrap_or_default()
}

/// What a local part (or the first label of a domain) means, 0 for nothing known.
fn meaning_of(word: &str) -> u8 {
    WORDS.get(word).copied().unwrap_or(0)
}

/// Meanings of words before the @.
const ROLE: u8 = 1;
const NO_MAILBOX_AT_ALL: u8 = 2;
const FILLER: u8 = 4;

static WORDS: LazyLock<WordMap<u8>> = LazyLock::new(|| {
    let mut words: FxHashMap<&'static str, u8> = FxHashMap::default();
    for (list, meaning) in [(&ROLES[..], ROLE), (&NO_MAILBOX, NO_MAILBOX_AT_ALL), (&FILLERS, FILLER)] {
        list.iter().for_each(|word| *words.entry(word).or_default() |= meaning);
    }
    WordMap::new(words)
});

/// Local parts that say that there is no address, at whatever domain.
const NO_MAILBOX: [&str; 17] = [
    "declined",
    "donotemail",
    "donothave",
    "doesnothaveemail",
    "fakeemail",
    "noaddress",
    "noemail",
    "noemailaddress",
    "noemailprovided",
    "nomail",
    "noneprovided",
    "notapplicable",
    "notavailable",
    "notgiven",
    "notprovided",
    "noreplyneeded",
    "refused",
];

/// Words that stand for nothing when both sides of the @ do.
const FILLERS: [&str; 24] = [
    "123", "1234", "12345", "abc", "abcd", "asd", "asdf", "email", "example", "fake", "foo", "na", "no", "nobody",
    "none", "noone", "nothing", "null", "qwerty", "sample", "test", "testing", "unknown", "xyz",
];

/// First labels of domains that people invent when a form insists.
const PLACEHOLDER_SITES: [&str; 10] =
    ["company", "domain", "mail", "mydomain", "noemail", "nomail", "nowhere", "somewhere", "yourdomain", "website"];

/// Mailboxes of an office and not of a person. Sorted.
const ROLES: [&str; 68] = [
    "abuse",
    "accounting",
    "accounts",
    "admin",
    "administrator",
    "admissions",
    "ap",
    "apply",
    "billing",
    "career",
    "careers",
    "contact",
    "contactus",
    "customerservice",
    "do-not-reply",
    "donotreply",
    "enquiries",
    "enquiry",
    "feedback",
    "finance",
    "frontdesk",
    "hello",
    "help",
    "helpdesk",
    "hiring",
    "hostmaster",
    "hr",
    "humanresources",
    "info",
    "information",
    "inquiries",
    "inquiry",
    "invoices",
    "it",
    "job",
    "jobs",
    "legal",
    "mail",
    "mailer-daemon",
    "marketing",
    "media",
    "no-reply",
    "noreply",
    "notifications",
    "office",
    "onboarding",
    "orders",
    "payroll",
    "postmaster",
    "press",
    "privacy",
    "reception",
    "recruiting",
    "recruitment",
    "resume",
    "resumes",
    "root",
    "sales",
    "security",
    "service",
    "services",
    "staff",
    "staffing",
    "support",
    "talent",
    "team",
    "webmaster",
    "work",
];

/// The built-in lists of domains, by name, for the manifest: text of the file, with its version in a comment.
pub const LISTS: [(&str, &str); 2] =
    [("free_mail_domains", include_str!("free_mail.txt")), ("disposable_domains", include_str!("disposable.txt"))];

static FREE_MAIL: LazyLock<FxHashSet<&str>> = LazyLock::new(|| domain_list(LISTS[0].1));
static DISPOSABLE: LazyLock<FxHashSet<&str>> = LazyLock::new(|| domain_list(LISTS[1].1));

/// Both lists in one; a test holds them apart.
static DOMAINS: LazyLock<WordMap<Marks>> = LazyLock::new(|| {
    let of =
        |list: &FxHashSet<&'static str>, marks| list.iter().map(move |domain| (*domain, marks)).collect::<Vec<_>>();
    WordMap::new([of(&FREE_MAIL, Marks::FREE_MAIL), of(&DISPOSABLE, Marks::DISPOSABLE)].concat())
});

fn domain_list(text: &'static str) -> FxHashSet<&'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(raw: &str, expected: &str, marks: Marks) {
        let found = email(raw);
        assert_eq!(found, Ok(Some(Normalized::marked(expected, marks))), "{raw:?}");
        assert_eq!(email(expected), found, "{expected:?} again");
    }

    #[test]
    fn reads_common_spellings() {
        for raw in [
            "jane.doe@example.com",
            " Jane.Doe@Example.COM ",
            "mailto:jane.doe@example.com",
            "MAILTO:jane.doe@example.com?subject=hi",
            "Jane Doe <jane.doe@example.com>",
            "\"Doe, Jane\" <jane.doe@example.com>",
            "<jane.doe@example.com>;",
            "'jane.doe@example.com'",
            "jane.doe@example.com.",
            "jane.doe+jobs@example.com",
            "ｊａｎｅ.doe＠example.com",
        ] {
            check(raw, "jane.doe@example.com", Marks::NONE);
        }
    }

    #[test]
    fn knows_what_providers_ignore() {
        check("Jane.Doe+x@GoogleMail.com", "janedoe@gmail.com", Marks::FREE_MAIL);
        check("jane@pm.me", "jane@proton.me", Marks::FREE_MAIL);
        check("jane@protonmail.com", "jane@proton.me", Marks::FREE_MAIL);
        check("jane@me.com", "jane@icloud.com", Marks::FREE_MAIL);
        check("jane.doe@ya.ru", "jane-doe@yandex.ru", Marks::FREE_MAIL);
        // Dots count at other providers, and these domains are not aliases of each other.
        check("jane.doe@outlook.com", "jane.doe@outlook.com", Marks::FREE_MAIL);
        check("jane@hotmail.com", "jane@hotmail.com", Marks::FREE_MAIL);
        check("jane@live.com", "jane@live.com", Marks::FREE_MAIL);
    }

    #[test]
    fn turns_domains_into_ascii() {
        check("jane@bücher.example", "jane@xn--bcher-kva.example", Marks::NONE);
        check("jane@XN--BCHER-KVA.example", "jane@xn--bcher-kva.example", Marks::NONE);
        check("josé@example.com", "josé@example.com", Marks::NONE);
        check("jane@sub.example.co.uk", "jane@sub.example.co.uk", Marks::NONE);
    }

    #[test]
    fn marks_domains_and_offices() {
        check("jane@mailinator.com", "jane@mailinator.com", Marks::DISPOSABLE);
        check("jane@box.mailinator.com", "jane@box.mailinator.com", Marks::DISPOSABLE);
        check("jane@notmailinator.com", "jane@notmailinator.com", Marks::NONE);
        check("Jobs@example.com", "jobs@example.com", Marks::ROLE_MAILBOX);
        check("no-reply@example.com", "no-reply@example.com", Marks::ROLE_MAILBOX);
        check("jobson@example.com", "jobson@example.com", Marks::NONE);
        assert!(ROLES.iter().all(|role| email(&format!("{role}@example.com")).is_ok()));
    }

    #[test]
    fn marks_placeholders() {
        for raw in [
            "none@none.com",
            "test@test.com",
            "noemail@example.com",
            "no-email@example.org",
            "a@a.com",
            "a@a.a",
            "xxx@xxx.com",
            "test@example.com",
            "abc@abc.com",
            "n.a@na.com",
            "noemail@noemail",
        ] {
            let found = email(raw).unwrap().unwrap();
            assert!(found.marks.has(Marks::GENERIC), "{raw:?}");
            assert_eq!(email(&found.text), Ok(Some(found)), "{raw:?}");
        }
        for raw in ["testa@example.com", "none.such@example.com", "a@b.com", "anna@annas.com", "test@acme-widgets.com"]
        {
            assert!(!email(raw).unwrap().unwrap().marks.has(Marks::GENERIC), "{raw:?}");
        }
    }

    #[test]
    fn refuses_what_is_no_address() {
        for raw in [
            "jane",
            "jane@",
            "@example.com",
            "jane@example",
            "jane doe@example.com",
            "jane@exam ple.com",
            "jane@example..com",
            "jane@-example.com",
            "jane@192.0.2.1",
            "jane@x@example.com",
            "a@example.com, b@example.com",
            "...@example.com",
            "jane@example.c",
        ] {
            assert!(email(raw).is_err(), "{raw:?} gave {:?}", email(raw));
        }
        for nothing in ["", "n/a", " - ", "none", "Unknown"] {
            assert_eq!(email(nothing), Ok(None), "{nothing:?}");
        }
        assert!(email(&"a".repeat(3_000_000)).is_err());
    }

    #[test]
    fn what_stands_around_an_address_is_seen() {
        // Beside the plain address, which is taken as it stands, what must not be.
        check("jane1@example.com", "jane1@example.com", Marks::NONE);
        check("x<jane1@example.com>x", "jane1@example.com", Marks::NONE);
        check("mailto:jane1@example.com", "jane1@example.com", Marks::NONE);
        check("jane1@example.com.", "jane1@example.com", Marks::NONE);
        check("+jane+x@example.com", "+jane+x@example.com", Marks::NONE);
        check("J.A.N.E.+x@gmail.com", "jane@gmail.com", Marks::FREE_MAIL);
        assert!(email(&format!("{}@example.com", "a".repeat(65))).is_err());
        check(&format!("{}@example.com", "a.".repeat(32)), &format!("{}@example.com", "a.".repeat(32)), Marks::NONE);
    }

    #[test]
    fn appends_to_a_buffer() {
        let mut out = String::from("a");
        assert_eq!(email_into("Jane@Example.com", &mut out), Ok(Some(Marks::NONE)));
        for bad in ["j ane@example.com", "jane@example.c", "jane", "j@@x.com"] {
            assert!(email_into(bad, &mut out).is_err() && out.len() == 17, "{bad}");
        }
        assert_eq!(email_into("n/a", &mut out), Ok(None));
        assert_eq!(email_into("a@a.com", &mut out), Ok(Some(Marks::GENERIC)));
        assert_eq!(out, "ajane@example.coma@a.com");
    }

    #[test]
    fn splits() {
        assert_eq!(split("jane@example.com"), Some(("jane", "example.com")));
        assert_eq!(split("jane"), None);
    }

    #[test]
    fn lists_are_clean() {
        assert!(ROLES.is_sorted(), "binary search needs order");
        assert!(FREE_MAIL.is_disjoint(&DISPOSABLE));
        for domain in FREE_MAIL.iter().chain(DISPOSABLE.iter()) {
            assert_eq!(domain_to_ascii(domain).as_deref(), Ok(*domain));
        }
    }

    fn idempotent(raw: &str) -> Result<(), TestCaseError> {
        if let Ok(Some(found)) = email(raw) {
            prop_assert_eq!(email(&found.text), Ok(Some(found)), "{:?}", raw);
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn idempotent_on_addresses(
            raw in "[A-Za-z.+_'<ÄßıİΣﬁ-]{0,8}@[a-zA-Zü.-]{0,6}(gmail|yandex|xn--a|me|test)[.](com|ru|a|me)[.; >]{0,2}"
        ) {
            idempotent(&raw)?;
        }

        #[test]
        fn idempotent_on_anything(local in any::<String>(), domain in any::<String>()) {
            idempotent(&local)?;
            idempotent(&format!("{local}@example.com"))?;
            idempotent(&format!("{local}@{domain}.com"))?;
        }
    }
}
