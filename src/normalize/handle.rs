//! Profile links, handles and payment handles.
//!
//! Canonical link: `host/path` without scheme, `www.`, query, fragment and closing slash, cut to the user's own page on
//! sites where the user part is known; a host alone is a personal site. Canonical handle: the user name in lower case.
//! Canonical payment handle: an email address, `$cashtag`, `@name`, `paypal.me/name`, or the payee id in lower case.
//!
//! Invariant: [`profile_url`], [`handle`] and [`payment_handle`] are idempotent and open no link.

use super::email::email;
use super::text::{Outcome, fold_light, is_empty_word};
use crate::model::value::{Marks, Normalized};
use std::borrow::Cow;

/// Normalizes until nothing changes: what one rule takes off may lay open a mark for another (`…/;?`, `@in/u/name`).
/// Idempotent by construction; hardly any value needs more than the second round that proves it.
fn settled(raw: &str, once: fn(&str) -> Outcome) -> Outcome {
    let Some(mut found) = once(raw)? else { return Ok(None) };
    for _ in 0..8 {
        match once(&found.text)? {
            Some(again) if again == found => return Ok(Some(found)),
            Some(again) => found = again,
            None => return Ok(None),
        }
    }
    Err("too many signs around it".to_owned())
}

/// Longest cell that is read as a link or a handle, in bytes.
const LONGEST: usize = 2_000;

/// Normalizes a link to a profile or portfolio.
///
/// Paths are folded to lower case on sites that do not tell case apart. Pages of a site that belong to nobody (its home
/// page, search, companies, jobs) are kept with [`Marks::ATTRIBUTE`].
///
/// Errors: no host, a host that is not a domain, an email address, white space inside.
pub fn profile_url(raw: &str) -> Outcome {
    settled(raw, profile_url_once)
}

fn profile_url_once(raw: &str) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    if raw.len() > LONGEST {
        return Err("too long for a link".to_owned());
    }
    let folded = light(raw);
    let text =
        folded.trim_matches(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '\'' | ',' | ';' | '(' | ')'));
    let text = without_scheme(text);
    if text.contains(char::is_whitespace) {
        return Err("white space inside the link".to_owned());
    }
    let end = text.find(['/', '?', '#', '\\']).unwrap_or(text.len());
    let (authority, rest) = text.split_at(end);
    if authority.contains('@') {
        return Err("an email address, not a link".to_owned());
    }
    let host = canonical_host(authority)?;
    let query_at = rest.find(['?', '#']).unwrap_or(rest.len());
    let (path, query) = rest.split_at(query_at);
    Ok(Some(assemble(&host, path, query)))
}

/// The user part of a canonical profile link, lower case, on sites where it is a handle that people choose.
pub fn handle_of_url(canonical: &str) -> Option<String> {
    let (host, path) = canonical.split_once('/')?;
    let site = SITES.iter().find(|site| site.host == host)?;
    if !site.names_are_handles {
        return None;
    }
    let (user, _) = user_of(site, path)?;
    let user = user.trim_start_matches('@');
    (!user.is_empty()).then(|| lower(user))
}

/// Normalizes a handle: lower case, without a leading `@` or `u/` and without spaces. A profile link gives its user part.
/// Words such as `admin` are kept with [`Marks::GENERIC`].
///
/// Errors: an email address, a link without user part, no letters and digits.
pub fn handle(raw: &str) -> Outcome {
    settled(raw, handle_once)
}

fn handle_once(raw: &str) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    if raw.len() > LONGEST {
        return Err("too long for a handle".to_owned());
    }
    let folded = light(raw);
    let mut text = folded.trim();
    if looks_like_link(text) {
        return match profile_url(text)? {
            Some(link) => match handle_of_url(&link.text) {
                Some(user) => Ok(bare_handle(&user)),
                None => Err("a link without a known user part".to_owned()),
            },
            None => Ok(None),
        };
    }
    // Marks in front may come in any number (`@u/name`), so they are taken off until none is left.
    loop {
        let before = text;
        text = text.trim_start_matches(['@', '/', ' ']).trim_end_matches(['/', ' ']);
        for prefix in ["u/", "user/", "in/"] {
            if let Some(rest) = strip_prefix_ignoring_case(text, prefix) {
                text = rest;
            }
        }
        if text == before {
            break;
        }
    }
    if text.contains('@') {
        return Err("an email address, not a handle".to_owned());
    }
    if text.contains(['/', '\\', '?']) {
        return Err("not a handle".to_owned());
    }
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if !compact.chars().any(char::is_alphanumeric) {
        return Err("no letters or digits in it".to_owned());
    }
    Ok(bare_handle(&compact))
}

/// Normalizes what a payment platform calls its payee: an email address (canonical as in `email`), `$cashtag`, `@name`,
/// a `cash.app`, `venmo.com` or `paypal.me` link, or an id, which is kept without spaces in lower case.
/// One repeated digit and words such as `test` are kept with [`Marks::GENERIC`].
///
/// Errors: something with an `@` inside that is no address, or no letters and digits.
pub fn payment_handle(raw: &str) -> Outcome {
    settled(raw, payment_handle_once)
}

fn payment_handle_once(raw: &str) -> Outcome {
    if is_empty_word(raw) {
        return Ok(None);
    }
    if raw.len() > LONGEST {
        return Err("too long for a payment handle".to_owned());
    }
    let folded = light(raw);
    let text = folded.trim();
    let text = without_scheme(text);
    for (host, sign) in
        [("cash.app/", "$"), ("venmo.com/", "@"), ("paypal.me/", "paypal.me/"), ("paypal.com/paypalme/", "paypal.me/")]
    {
        let bare = strip_prefix_ignoring_case(text, "www.")
            .or_else(|| strip_prefix_ignoring_case(text, "account."))
            .unwrap_or(text);
        if let Some(path) = strip_prefix_ignoring_case(bare, host) {
            let path = path.split(['?', '#']).next().unwrap_or_default();
            let path = strip_prefix_ignoring_case(path, "u/").unwrap_or(path);
            let name = path.split('/').next().unwrap_or_default();
            return payee(name.trim_start_matches(['$', '@']), sign);
        }
    }
    match text.find('@') {
        Some(0) => payee(text.trim_start_matches('@'), "@"),
        Some(_) => email(text),
        None => match text.strip_prefix('$') {
            Some(tag) => payee(tag.trim_start_matches('$'), "$"),
            None => payee(text, ""),
        },
    }
}

fn payee(name: &str, sign: &str) -> Outcome {
    let compact: String = lower(name).chars().filter(|c| !c.is_whitespace()).collect();
    if !compact.chars().any(char::is_alphanumeric) {
        return Err("no letters or digits in it".to_owned());
    }
    if compact.contains('@') {
        return Err("more than one @ in it".to_owned());
    }
    let marks = if is_generic(&compact) { Marks::GENERIC } else { Marks::NONE };
    Ok(Some(Normalized::marked(format!("{sign}{compact}"), marks)))
}

fn bare_handle(text: &str) -> Option<Normalized> {
    let text = lower(text);
    let text = text.strip_suffix(".bsky.social").filter(|name| !name.is_empty()).unwrap_or(&text);
    let marks = if is_generic(text) { Marks::GENERIC } else { Marks::NONE };
    Some(Normalized::marked(text, marks))
}

/// Words that are nobody's handle in particular; a single letter and one repeated sign are such too.
fn is_generic(text: &str) -> bool {
    const WORDS: [&str; 24] = [
        "abc",
        "account",
        "admin",
        "administrator",
        "asdf",
        "example",
        "guest",
        "handle",
        "hr",
        "info",
        "me",
        "name",
        "nobody",
        "profile",
        "recruiter",
        "root",
        "support",
        "test",
        "tester",
        "testuser",
        "user",
        "username",
        "yourname",
        "yourusername",
    ];
    let first = text.chars().next();
    WORDS.contains(&text)
        || text.chars().all(|c| Some(c) == first)
        || text == "1234"
        || text == "12345"
        || text == "123456"
}

/// NFKC and trimmed; ASCII is not copied.
fn light(raw: &str) -> Cow<'_, str> {
    if raw.is_ascii() && !raw.bytes().any(|b| b.is_ascii_control()) {
        Cow::Borrowed(raw)
    } else {
        Cow::Owned(fold_light(raw))
    }
}

/// Lower case letter by letter, in a form that is stable under NFKC.
fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let once = |text: &str| fold_light(&text.chars().flat_map(char::to_lowercase).collect::<String>());
    once(&once(text))
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

/// A link without `https://` or `//`.
fn without_scheme(text: &str) -> &str {
    let mut text = text;
    loop {
        let rest = match text.split_once("://") {
            Some((scheme, rest)) if !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric()) => rest,
            _ => match text.strip_prefix("//") {
                Some(rest) => rest,
                None => return text,
            },
        };
        text = rest;
    }
}

/// Whether a cell meant for a handle holds a link: a scheme, or a path below something with a dot.
fn looks_like_link(text: &str) -> bool {
    let head = text.split('/').next().unwrap_or_default();
    text.contains("://")
        || (head.len() < text.len() && head.contains('.') && !head.contains('@'))
        || strip_prefix_ignoring_case(text, "www.").is_some()
}

/// A site whose links name a user.
struct Site {
    /// Canonical host.
    host: &'static str,
    /// Path segments before the user part; the first that fits counts. Empty: the user part comes first.
    before_user: &'static [&'static str],
    /// First segments that are pages of the site and not users, where the user part comes first.
    pages: &'static [&'static str],
    /// What follows the user part is cut off; where it stays it is a work of the user's (a repository, an article).
    cut: bool,
    /// The user part is chosen by the user, and not an id of the site's.
    names_are_handles: bool,
    /// The path is folded to lower case.
    ignores_case: bool,
}

const fn site(
    host: &'static str,
    before_user: &'static [&'static str],
    pages: &'static [&'static str],
    cut: bool,
) -> Site {
    Site { host, before_user, pages, cut, names_are_handles: true, ignores_case: true }
}

const fn numbered(host: &'static str, before_user: &'static [&'static str]) -> Site {
    Site { host, before_user, pages: &[], cut: true, names_are_handles: false, ignores_case: true }
}

/// Pages of code hosts.
const CODE_PAGES: &[&str] = &[
    "about",
    "apps",
    "collections",
    "customer-stories",
    "enterprise",
    "events",
    "explore",
    "features",
    "groups",
    "issues",
    "join",
    "login",
    "marketplace",
    "new",
    "notifications",
    "orgs",
    "pricing",
    "pulls",
    "search",
    "security",
    "settings",
    "signup",
    "sponsors",
    "topics",
    "trending",
    "users",
];
/// Pages of social sites.
const SOCIAL_PAGES: &[&str] = &[
    "about",
    "compose",
    "download",
    "events",
    "explore",
    "groups",
    "hashtag",
    "help",
    "home",
    "i",
    "intent",
    "jobs",
    "login",
    "marketplace",
    "messages",
    "notifications",
    "p",
    "pages",
    "people",
    "photo",
    "photo.php",
    "policies",
    "privacy",
    "public",
    "reel",
    "reels",
    "search",
    "settings",
    "share",
    "sharer",
    "signup",
    "story.php",
    "tos",
    "watch",
];

#[rustfmt::skip]
static SITES: [Site; 26] = [
    site("linkedin.com", &["in", "pub"], &[], true),
    site("github.com", &[], CODE_PAGES, false),
    site("gitlab.com", &[], CODE_PAGES, false),
    site("bitbucket.org", &[], CODE_PAGES, false),
    site("codeberg.org", &[], CODE_PAGES, false),
    site("gist.github.com", &[], &["discover", "search", "starred"], true),
    site("x.com", &[], SOCIAL_PAGES, true),
    site("facebook.com", &[], SOCIAL_PAGES, true),
    site("instagram.com", &[], SOCIAL_PAGES, true),
    site("threads.net", &[], SOCIAL_PAGES, true),
    site("tiktok.com", &[], SOCIAL_PAGES, true),
    site("medium.com", &[], &["about", "me", "m", "p", "search", "tag", "topic"], true),
    site("dev.to", &[], &["about", "search", "t", "tags"], true),
    site("reddit.com", &["user", "u"], &[], true),
    site("t.me", &[], &["joinchat", "addstickers", "s"], true),
    site("kaggle.com", &[], &["code", "competitions", "datasets", "discussion", "learn", "models"], true),
    site("behance.net", &[], &["galleries", "gallery", "joblist", "search"], true),
    site("dribbble.com", &[], &["designers", "jobs", "search", "shots", "tags"], true),
    site("hackerrank.com", &["profile", "@"], &[], true),
    site("leetcode.com", &["u"], &["contest", "discuss", "explore", "problems", "problemset"], true),
    site("npmjs.com", &["~"], &[], true),
    site("freelancer.com", &["u"], &[], true),
    site("keybase.io", &[], &["docs", "download", "team"], true),
    numbered("stackoverflow.com", &["users"]),
    numbered("upwork.com", &["freelancers", "fl", "o/profiles/users"]),
    Site { host: "youtube.com", before_user: &["c", "user", "@"], pages: &[], cut: true, names_are_handles: true, ignores_case: false },
];

/// The host in lower-case ASCII without `www.` and the like, alias hosts as one.
fn canonical_host(authority: &str) -> Result<String, String> {
    let bad = || Err("not a link".to_owned());
    let authority = authority.trim_end_matches('.');
    let (name, port) = match authority.rsplit_once(':') {
        Some((name, port)) if port.len() <= 5 && port.bytes().all(|b| b.is_ascii_digit()) => (name, port),
        Some(_) => return bad(),
        None => (authority, ""),
    };
    let port = port.trim_start_matches('0');
    let mut host = name.trim_end_matches('.').to_ascii_lowercase();
    if !host.is_ascii() || host.contains("xn--") {
        host = match idna::domain_to_ascii(&host) {
            Ok(host) => host,
            Err(_) => return bad(),
        };
    }
    let label_is_good = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
    };
    let labels = host.split('.').count();
    let top = host.rsplit('.').next().unwrap_or_default();
    let top_is_good = top.len() >= 2 && (top.bytes().all(|b| b.is_ascii_lowercase()) || top.starts_with("xn--"));
    if labels < 2 || host.len() > 253 || !top_is_good || !host.split('.').all(label_is_good) {
        return bad();
    }
    let mut short = host.as_str();
    // Until nothing changes: `www.m.facebook.com`. Two labels always stay.
    while let Some((first, rest)) = short.split_once('.')
        && rest.contains('.')
        && (matches!(first, "www" | "www2" | "m" | "mobile" | "mbasic" | "amp" | "touch")
            || (rest == "linkedin.com" && (first.len() == 2 || first == "uk"))
            || (rest == "facebook.com" && (first == "web" || first.len() == 2 || first.contains('-')))
            || (rest == "reddit.com" && matches!(first, "old" | "new" | "np")))
    {
        short = rest;
    }
    let canonical = match short {
        "twitter.com" => "x.com",
        "fb.com" | "fb.me" => "facebook.com",
        "threads.com" => "threads.net",
        "telegram.me" | "telegram.dog" => "t.me",
        "instagr.am" => "instagram.com",
        other => other,
    };
    Ok(if matches!(port, "" | "80" | "443") { canonical.to_owned() } else { format!("{canonical}:{port}") })
}

/// The canonical link of a canonical host, a raw path and a raw query.
fn assemble(host: &str, path: &str, query: &str) -> Normalized {
    let path = path.replace('\\', "/");
    let mut segments: Vec<String> =
        path.split('/').map(decoded).filter(|segment| !matches!(segment.as_str(), "" | ".")).collect();
    if matches!(segments.last().map(String::as_str), Some("index.html" | "index.htm" | "index.php")) {
        segments.pop();
    }
    // `someone.medium.com` is the older form of `medium.com/@someone`.
    let mut host = host;
    if let Some(user) = host
        .strip_suffix(".medium.com")
        .filter(|user| !user.contains('.') && !matches!(*user, "help" | "blog" | "policy"))
    {
        segments.insert(0, format!("@{user}"));
        host = "medium.com";
    }
    let Some(site) = SITES.iter().find(|site| site.host == host) else {
        let marks = if segments.is_empty() && is_anybodys(host) { Marks::ATTRIBUTE } else { Marks::NONE };
        return Normalized::marked(join(host, &segments), marks);
    };
    if site.ignores_case {
        segments.iter_mut().for_each(|segment| *segment = lower(segment));
    }
    if host == "facebook.com" && segments.first().is_some_and(|page| page == "profile.php") {
        // The only query that names a user.
        let id = query.trim_start_matches('?').split(['&', '#']).find_map(|pair| pair.strip_prefix("id="));
        if let Some(id) = id.filter(|id| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit())) {
            segments = vec![id.to_owned()];
        }
    }
    let path = segments.join("/");
    match user_of(site, &path) {
        Some((user, end)) => {
            // `medium.com/someone` and `medium.com/@someone` stay apart: the first is a publication.
            let plain = user.trim_start_matches('@').is_empty();
            let kept = if site.cut { &path[..end] } else { path.as_str() };
            Normalized::marked(format!("{host}/{kept}"), if plain { Marks::ATTRIBUTE } else { Marks::NONE })
        }
        None => Normalized::marked(join(host, &segments), Marks::ATTRIBUTE),
    }
}

/// The user part of a path on a known site, and where it ends in the path.
fn user_of<'a>(site: &Site, path: &'a str) -> Option<(&'a str, usize)> {
    let user_from = |from: usize| {
        let end = path[from..].find('/').map_or(path.len(), |at| from + at);
        (end > from).then(|| (&path[from..end], end))
    };
    for before in site.before_user {
        if let Some(rest) = path.strip_prefix(before) {
            // `@` and `~` stand in the user's own segment, the others in one before it.
            let sign = matches!(*before, "@" | "~");
            if sign || rest.starts_with('/') {
                return user_from(before.len() + usize::from(!sign));
            }
        }
    }
    let page = path.split('/').next().unwrap_or_default();
    let user_comes_first = site.before_user.is_empty() || !site.pages.is_empty();
    if user_comes_first && !site.pages.contains(&page) && page != "profile.php" { user_from(0) } else { None }
}

fn join(host: &str, segments: &[String]) -> String {
    if segments.is_empty() { host.to_owned() } else { format!("{host}/{}", segments.join("/")) }
}

/// Hosts whose home page says nothing of a person; any other bare host is a personal site.
fn is_anybodys(host: &str) -> bool {
    const HOSTS: [&str; 24] = [
        "about.me",
        "angel.co",
        "bit.ly",
        "bsky.app",
        "discord.com",
        "docs.google.com",
        "drive.google.com",
        "fiverr.com",
        "gmail.com",
        "google.com",
        "indeed.com",
        "linktr.ee",
        "mastodon.social",
        "notion.so",
        "outlook.com",
        "paypal.com",
        "pinterest.com",
        "sites.google.com",
        "skype.com",
        "tinyurl.com",
        "wellfound.com",
        "wordpress.com",
        "yahoo.com",
        "zoom.us",
    ];
    HOSTS.contains(&host)
}

/// A path segment with its percent codes as characters, where that is UTF-8 and cannot be taken for a part of the link.
/// A segment that could be is kept as it stands, with the hex digits in upper case.
fn decoded(segment: &str) -> String {
    if !segment.contains('%') {
        return segment.to_owned();
    }
    let bytes = segment.as_bytes();
    let hex = |at: usize| bytes.get(at).and_then(|&b| char::from(b).to_digit(16)).map(|digit| digit as u8);
    let (mut plain, mut upper) = (Vec::with_capacity(bytes.len()), Vec::with_capacity(bytes.len()));
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'%'
            && let (Some(high), Some(low)) = (hex(at + 1), hex(at + 2))
        {
            plain.push(high * 16 + low);
            upper.extend(bytes[at..at + 3].iter().map(u8::to_ascii_uppercase));
            at += 3;
        } else {
            plain.push(bytes[at]);
            upper.push(bytes[at]);
            at += 1;
        }
    }
    let safe = |text: &str| {
        let folded = fold_light(text);
        !folded.is_empty()
            && folded == text
            && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "%/\\?#<>\"',;()".contains(c))
    };
    match String::from_utf8(plain) {
        Ok(text) if safe(&text) => text,
        _ => String::from_utf8(upper).unwrap_or_else(|_| segment.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn link(raw: &str, expected: &str, marks: Marks) {
        let found = profile_url(raw);
        assert_eq!(found, Ok(Some(Normalized::marked(expected, marks))), "{raw:?}");
        assert_eq!(profile_url(expected), found, "{expected:?} again");
    }

    #[test]
    fn reads_links_of_known_sites() {
        for raw in [
            "https://www.linkedin.com/in/Jane-Doe/",
            "http://linkedin.com/in/jane-doe",
            "linkedin.com/in/jane-doe?trk=x#top",
            "https://kr.linkedin.com/in/jane-doe/en",
            "//uk.linkedin.com/in/jane-doe/details/experience",
            "HTTPS://WWW.LINKEDIN.COM:443/IN/JANE-DOE",
            "<https://www.linkedin.com/in/jane-doe>",
        ] {
            link(raw, "linkedin.com/in/jane-doe", Marks::NONE);
        }
        link("github.com/JaneDoe", "github.com/janedoe", Marks::NONE);
        link("https://github.com/JaneDoe?tab=repositories", "github.com/janedoe", Marks::NONE);
        link("https://github.com/JaneDoe/Widgets/", "github.com/janedoe/widgets", Marks::NONE);
        link("https://twitter.com/JaneDoe/status/1", "x.com/janedoe", Marks::NONE);
        link("https://mobile.twitter.com/JaneDoe", "x.com/janedoe", Marks::NONE);
        link("https://m.facebook.com/profile.php?id=100&x=y", "facebook.com/100", Marks::NONE);
        link("https://stackoverflow.com/users/123/jane-doe", "stackoverflow.com/users/123", Marks::NONE);
        link("https://janedoe.medium.com/", "medium.com/@janedoe", Marks::NONE);
        link("https://medium.com/@JaneDoe/a-story-1", "medium.com/@janedoe", Marks::NONE);
        link("https://www.linkedin.com/in/jos%C3%A9", "linkedin.com/in/josé", Marks::NONE);
        link("https://www.youtube.com/@JaneDoe/videos", "youtube.com/@JaneDoe", Marks::NONE);
    }

    #[test]
    fn reads_personal_sites() {
        link("https://www.JaneDoe.example/", "janedoe.example", Marks::NONE);
        link("http://janedoe.example/Portfolio/index.html", "janedoe.example/Portfolio", Marks::NONE);
        link("https://bücher.example/a", "xn--bcher-kva.example/a", Marks::NONE);
        link("janedoe.example:8080/x", "janedoe.example:8080/x", Marks::NONE);
        link("janedoe.example/a%2Fb%20c", "janedoe.example/a%2Fb%20c", Marks::NONE);
        link("janedoe.example/a%2fb", "janedoe.example/a%2Fb", Marks::NONE);
    }

    #[test]
    fn marks_pages_that_are_nobodys() {
        for (raw, expected) in [
            ("https://github.com/", "github.com"),
            ("https://www.linkedin.com", "linkedin.com"),
            ("https://www.linkedin.com/company/acme", "linkedin.com/company/acme"),
            ("https://github.com/features/actions", "github.com/features/actions"),
            ("https://www.facebook.com/profile.php", "facebook.com/profile.php"),
            ("google.com", "google.com"),
        ] {
            link(raw, expected, Marks::ATTRIBUTE);
        }
    }

    #[test]
    fn refuses_what_is_no_link() {
        for raw in
            ["jane", "jane@example.com", "https://", "my site.example", "192.0.2.1/x", "http://localhost/x", "a..b/c"]
        {
            assert!(profile_url(raw).is_err(), "{raw:?} gave {:?}", profile_url(raw));
        }
        for nothing in ["", "n/a", "none", "-"] {
            assert_eq!(profile_url(nothing), Ok(None), "{nothing:?}");
        }
        assert!(profile_url(&"a.".repeat(1_500_000)).is_err());
    }

    #[test]
    fn finds_the_handle_in_a_link() {
        let check = |canonical: &str, expected: Option<&str>| {
            assert_eq!(handle_of_url(canonical).as_deref(), expected, "{canonical}")
        };
        check("linkedin.com/in/jane-doe", Some("jane-doe"));
        check("github.com/janedoe/widgets", Some("janedoe"));
        check("medium.com/@janedoe", Some("janedoe"));
        check("youtube.com/@JaneDoe", Some("janedoe"));
        check("reddit.com/user/janedoe", Some("janedoe"));
        check("stackoverflow.com/users/123", None);
        check("linkedin.com/company/acme", None);
        check("github.com/features", None);
        check("janedoe.example/jane", None);
        check("janedoe.example", None);
    }

    #[test]
    fn reads_handles() {
        let check = |raw: &str, expected: &str, marks| {
            let found = handle(raw);
            assert_eq!(found, Ok(Some(Normalized::marked(expected, marks))), "{raw:?}");
            assert_eq!(handle(expected), found, "{expected:?} again");
        };
        for raw in [
            "JaneDoe",
            "@JaneDoe",
            " @ janedoe ",
            "u/JaneDoe",
            "/u/janedoe",
            "jane doe",
            "https://github.com/JaneDoe",
            "x.com/janedoe",
            "ｊａｎｅdoe",
            "janedoe.bsky.social",
        ] {
            check(raw, "janedoe", Marks::NONE);
        }
        check("Jane-Doe_99", "jane-doe_99", Marks::NONE);
        check("jane#1234", "jane#1234", Marks::NONE);
        check("jane.doe", "jane.doe", Marks::NONE);
        check("Admin", "admin", Marks::GENERIC);
        check("xxx", "xxx", Marks::GENERIC);
        assert!(handle("jane@example.com").is_err());
        assert!(handle("https://janedoe.example/x").is_err());
        assert!(handle("https://github.com").is_err());
        assert_eq!(handle("n/a"), Ok(None));
        assert_eq!(handle("@"), Ok(None));
        assert!(handle(&"a".repeat(3_000_000)).is_err());
    }

    #[test]
    fn reads_payment_handles() {
        let check = |raw: &str, expected: &str, marks| {
            let found = payment_handle(raw);
            assert_eq!(found, Ok(Some(Normalized::marked(expected, marks))), "{raw:?}");
            assert_eq!(payment_handle(expected), found, "{expected:?} again");
        };
        check("Jane.Doe+pay@Example.com", "jane.doe@example.com", Marks::NONE);
        check("jane.doe@gmail.com", "janedoe@gmail.com", Marks::FREE_MAIL);
        check("$JaneDoe", "$janedoe", Marks::NONE);
        check("https://cash.app/$JaneDoe", "$janedoe", Marks::NONE);
        check("@Jane-Doe", "@jane-doe", Marks::NONE);
        check("https://account.venmo.com/u/Jane-Doe", "@jane-doe", Marks::NONE);
        check("https://paypal.me/JaneDoe/25", "paypal.me/janedoe", Marks::NONE);
        check("https://www.paypal.com/paypalme/JaneDoe", "paypal.me/janedoe", Marks::NONE);
        check("1002 4567", "10024567", Marks::NONE);
        check("P-1002-AB", "p-1002-ab", Marks::NONE);
        check("00000000", "00000000", Marks::GENERIC);
        // A tag and a name are not the same payee.
        assert_ne!(payment_handle("$janedoe"), payment_handle("@janedoe"));
        assert!(payment_handle("jane@nowhere").is_err());
        assert_eq!(payment_handle("none"), Ok(None));
    }

    fn idempotent(raw: &str) -> Result<(), TestCaseError> {
        for (name, normalize) in
            [("url", profile_url as fn(&str) -> Outcome), ("handle", handle), ("payment", payment_handle)]
        {
            if let Ok(Some(found)) = normalize(raw) {
                prop_assert_eq!(normalize(&found.text), Ok(Some(found)), "{} {:?}", name, raw);
            }
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn idempotent_on_links(
            raw in "(https?://|//)?(www\\.|m\\.|kr\\.|a\\.)?(linkedin\\.com|github\\.com|twitter\\.com|medium\\.com|facebook\\.com|youtube\\.com|npmjs\\.com|a\\.example|cash\\.app|venmo\\.com|paypal\\.me|leetcode\\.com|upwork\\.com)(:80|:0443|:8080)?((/|\\\\|/in/|/u/|/@|/~|/users/|/profile\\.php|\\?id=1|#|%41|%2f|%25|%|é|İ|ﬁ|A|b|\\.|/\\./|/index\\.html|\\$|,| |o/profiles/users/)){0,6}"
        ) {
            idempotent(&raw)?;
        }

        #[test]
        fn idempotent_on_handles(raw in "(@|\\$|/| |u/|in/|user/|A|b|\\.|com/|-|\\.bsky\\.social|é|Σ|ﬁ|:|//|www\\.|#|\\?|none|n/a|～|＠|cash\\.app/){1,6}") {
            idempotent(&raw)?;
        }

        #[test]
        fn idempotent_on_anything(raw in any::<String>()) {
            idempotent(&raw)?;
            idempotent(&format!("a.example/{raw}"))?;
        }
    }
}
