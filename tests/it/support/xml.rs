//! Whether a text is well-formed XML, as far as a drawing needs it: one root, tags nest, attributes are quoted and stand
//! once, no bare `<` or `&`, no character that XML forbids.

/// What is wrong with a document, if anything.
pub fn fault(document: &str) -> Option<String> {
    let legal = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    if let Some(c) = document.chars().find(|&c| !legal(c)) {
        return Some(format!("the character {c:?}"));
    }
    let mut rest = document;
    if rest.starts_with("<?xml") {
        rest = rest.split_once("?>")?.1;
    }
    let (mut open, mut roots) = (Vec::new(), 0);
    while let Some(start) = rest.find('<') {
        let (text, from) = rest.split_at(start);
        if open.is_empty() && !text.trim().is_empty() {
            return Some(format!("text outside of the root: {text:?}"));
        }
        if let Some(fault) = entities(text) {
            return Some(fault);
        }
        if let Some(comment) = from.strip_prefix("<!--") {
            let Some((_, after)) = comment.split_once("-->") else { return Some("a comment without end".into()) };
            rest = after;
            continue;
        }
        let Some(end) = tag_end(from) else { return Some(format!("a tag without end: {:.60}", from)) };
        let tag = &from[1..end];
        rest = &from[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name.trim_end()) {
                return Some(format!("</{name}> closes nothing that is open"));
            }
            continue;
        }
        let (body, closed) = tag.strip_suffix('/').map_or((tag, false), |body| (body, true));
        let (name, attributes) = body.split_at(body.find(char::is_whitespace).unwrap_or(body.len()));
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            return Some(format!("<{name}> is no name"));
        }
        if let Some(fault) = self::attributes(attributes) {
            return Some(format!("{fault} in <{name}>"));
        }
        roots += usize::from(open.is_empty());
        if !closed {
            open.push(name);
        }
    }
    match (open.last(), roots) {
        _ if !rest.trim().is_empty() => Some(format!("text after the root: {rest:?}")),
        (Some(name), _) => Some(format!("<{name}> is never closed")),
        (None, 1) => None,
        (None, roots) => Some(format!("{roots} roots")),
    }
}

/// Where the tag that the text starts with ends; a `>` inside quotes does not count.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    text.char_indices().find_map(|(at, c)| match (quote, c) {
        (None, '>') => Some(at),
        (None, '"' | '\'') => {
            quote = Some(c);
            None
        }
        (Some(q), c) => {
            if q == c {
                quote = None;
            }
            None
        }
        _ => None,
    })
}

fn attributes(mut text: &str) -> Option<String> {
    let mut names = Vec::new();
    loop {
        if !text.is_empty() && !text.starts_with(char::is_whitespace) {
            return Some("no space before an attribute".into());
        }
        text = text.trim_start();
        if text.is_empty() {
            return None;
        }
        let Some((name, after)) = text.split_once('=') else { return Some(format!("{text:?} without a value")) };
        let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
        let Some((value, after)) = quote.and_then(|quote| after[1..].split_once(quote)) else {
            return Some(format!("{name} without quotes"));
        };
        if value.contains('<') {
            return Some(format!("`<` in {name}"));
        }
        if names.contains(&name) {
            return Some(format!("{name} twice"));
        }
        if let Some(fault) = entities(value) {
            return Some(fault);
        }
        names.push(name);
        text = after;
    }
}

fn entities(text: &str) -> Option<String> {
    text.match_indices('&').map(|(at, _)| &text[at + 1..]).find_map(|after| {
        let name = after.split_once(';').map_or("", |(name, _)| name);
        let known = ["amp", "lt", "gt", "quot", "apos"].contains(&name);
        let numeric = name.strip_prefix('#').is_some_and(|digits| {
            let hex = digits.strip_prefix('x').filter(|hex| !hex.is_empty());
            hex.map_or_else(|| digits.parse::<u32>().is_ok(), |hex| u32::from_str_radix(hex, 16).is_ok())
        });
        (!known && !numeric).then(|| format!("a bare & before {:.12?}", after))
    })
}

#[test]
fn good_documents_pass_and_their_broken_neighbours_do_not() {
    for good in [
        "<svg/>",
        "<?xml version=\"1.0\"?>\n<svg a=\"1\" b='x > y'><!-- < & --><g>a &amp; &#38; b</g></svg>\n",
        "<svg><text>5 &lt; 6</text></svg>",
    ] {
        assert_eq!(fault(good), None, "{good}");
    }
    for bad in [
        "",
        "text",
        "<svg>",
        "<svg></g></svg>",
        "<svg><g></svg></g>",
        "<svg/><svg/>",
        "<svg a=1/>",
        "<svg a=\"1\" a=\"2\"/>",
        "<svg a=\"1\"b=\"2\"/>",
        "<svg a=\"<\"/>",
        "<svg>a & b</svg>",
        "<svg>a &nbsp; b</svg>",
        "<svg>\u{1}</svg>",
        "<svg>5 < 6</svg>",
        "<svg/>tail",
    ] {
        assert!(fault(bad).is_some(), "{bad}");
    }
}
