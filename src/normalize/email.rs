//! Email addresses to the mailbox that they reach.
//!
//! Canonical form: `local@domain`, lower case, domain in ASCII (IDNA), tag after `+` removed, a provider's alias
//! domains as one, dots removed where the provider ignores them. Whether two addresses are near is left to comparing.
//!
//! Invariant: [`email`] is idempotent; two addresses with one canonical form are taken to reach one mailbox. The
//! rules and alias domains are those commonly known of the big providers; another provider may tell tags apart.

use super::text::{Outcome, fold_light, is_empty_word};
use crate::model::value::{Marks, Normalized};
use rustc_hash::FxHashSet;
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
    let mut parts = address.split('@');
    let (Some(local), Some(domain), None) = (parts.next(), parts.next(), parts.next()) else {
        let count = address.matches('@').count();
        return Err(if count == 0 { "no @ in it" } else { "more than one @ in it" }.to_owned());
    };
    let domain = domain_to_ascii(domain)?;
    let domain = canonical_domain(&domain);
    let local = canonical_local(local, domain)?;
    let marks = marks_of(&local, domain);
    if !domain_is_plausible(domain) && !marks.has(Marks::GENERIC) {
        return Err("the domain is not a domain of the internet".to_owned());
    }
    let mut text = local;
    text.push('@');
    text.push_str(domain);
    Ok(Some(Normalized { text, marks }))
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
fn domain_to_ascii(domain: &str) -> Result<String, String> {
    let domain = domain.trim_end_matches('.');
    let bad = || Err("the domain is not a domain of the internet".to_owned());
    let mut ascii = domain.to_ascii_lowercase();
    if !ascii.is_ascii() || ascii.contains("xn--") {
        match idna::domain_to_ascii(&ascii) {
            // A code that decodes to another name than it was made from would change again on the next pass.
            Ok(encoded) => ascii = encoded,
            Err(_) => return bad(),
        }
    }
    let label_is_good = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
    };
    if ascii.len() > 253 || !ascii.split('.').all(label_is_good) { bad() } else { Ok(ascii) }
}

/// Whether a domain has two labels and a last one that could be a top-level domain.
fn domain_is_plausible(domain: &str) -> bool {
    domain.rsplit_once('.').is_some_and(|(_, top)| {
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

/// The local part in lower case without its tag, and without what the provider ignores.
fn canonical_local(local: &str, domain: &str) -> Result<String, String> {
    let mut text: String = if local.is_ascii() {
        local.to_ascii_lowercase()
    } else {
        // Letter by letter, since lower case that looks at neighbours would not be stable when the tag is gone; and
        // twice, since NFKC may bring a capital letter back.
        let lower = |text: &str| -> String { text.chars().flat_map(char::to_lowercase).nfkc().collect() };
        lower(&lower(local))
    };
    if let Some(at) = text.find('+')
        && at > 0
    {
        text.truncate(at);
    }
    match domain {
        "gmail.com" => text.retain(|c| c != '.'),
        // Yandex treats a dot and a hyphen in a login as the same sign.
        "yandex.ru" => text = text.replace('.', "-"),
        _ => {}
    }
    let allowed = |c: char| {
        if c.is_ascii() {
            c.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c)
        } else {
            !c.is_whitespace() && !c.is_control()
        }
    };
    if !text.chars().all(allowed) {
        return Err("a character that no email address has before the @".to_owned());
    }
    if !text.chars().any(char::is_alphanumeric) {
        return Err("nothing before the @".to_owned());
    }
    if text.len() > 64 {
        return Err("more than 64 bytes before the @".to_owned());
    }
    Ok(text)
}

fn marks_of(local: &str, domain: &str) -> Marks {
    let mut marks = Marks::NONE;
    if FREE_MAIL.contains(domain) {
        marks = marks.with(Marks::FREE_MAIL);
    }
    // A throw-away provider hands out names below its domain, so every parent is looked up.
    let mut parent = Some(domain);
    while let Some(name) = parent {
        if DISPOSABLE.contains(name) {
            marks = marks.with(Marks::DISPOSABLE);
            break;
        }
        parent = name.split_once('.').map(|(_, rest)| rest);
    }
    if ROLES.binary_search(&local).is_ok() {
        marks = marks.with(Marks::ROLE_MAILBOX);
    }
    if is_generic(local, domain) {
        marks = marks.with(Marks::GENERIC);
    }
    marks
}

/// Whether an address was typed to satisfy a form.
fn is_generic(local: &str, domain: &str) -> bool {
    let compact: String = local.chars().filter(|c| !matches!(c, '.' | '-' | '_')).collect();
    let site = domain.split('.').next().unwrap_or(domain);
    let filler = |word: &str| FILLERS.contains(&word);
    let repeated = |word: &str| word.bytes().all(|b| Some(b) == word.bytes().next());
    if NO_MAILBOX.contains(&compact.as_str()) {
        return true;
    }
    if filler(&compact) {
        return filler(site) || PLACEHOLDER_SITES.contains(&site) || FREE_MAIL.contains(domain);
    }
    // a@a.com, aaa@aaa.com, x@x.x: the same letter on both sides.
    repeated(&compact) && repeated(site) && compact.as_bytes().first() == site.as_bytes().first()
}

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
