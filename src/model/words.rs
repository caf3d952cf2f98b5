//! Words that reasons and summaries are made of.

/// A count with its noun: `two personas`, `one address`, `12 hashes`.
pub fn counted(count: usize, noun: &str) -> String {
    const WORDS: [&str; 10] = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    let plural = match count {
        1 => "",
        _ if noun.ends_with('s') || noun.ends_with("sh") => "es",
        _ => "s",
    };
    WORDS.get(count).map_or_else(|| format!("{count} {noun}{plural}"), |word| format!("{word} {noun}{plural}"))
}

#[cfg(test)]
mod tests {
    use super::counted;

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
    }
}
