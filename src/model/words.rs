//! Words that reasons and summaries are made of.

/// A count with its noun: `two personas`, `one address`, `12 hashes`.
pub fn counted(count: usize, noun: &str) -> String {
    const WORDS: [&str; 10] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let plural = plural(count, noun);
    WORDS.get(count).map_or_else(|| format!("{count} {noun}{plural}"), |word| format!("{word} {noun}{plural}"))
}

/// The same in digits: `2 personas`.
pub fn numbered(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", plural(count, noun))
}

/// What makes the noun stand for so many.
fn plural(count: usize, noun: &str) -> &'static str {
    match count {
        1 => "",
        _ if noun.ends_with('s') || noun.ends_with("sh") => "es",
        _ => "s",
    }
}

#[cfg(test)]
mod tests {
    use super::{counted, numbered};

    #[test]
    fn nouns_follow_their_count() {
        for (count, noun, expected) in [
            (0, "site", "no sites"),
            (1, "address", "one address"),
            (2, "address", "two addresses"),
            (12, "photo hash", "12 photo hashes"),
        ] {
            assert_eq!(counted(count, noun), expected);
        }
        assert_eq!((numbered(1, "case"), numbered(2, "address")), ("1 case".to_string(), "2 addresses".to_string()));
    }
}
