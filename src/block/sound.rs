//! How a word sounds, roughly: words that are often taken for each other share a key.

/// A sound key after the idea of Soundex, but over the whole word: first letter, then classes of consonants without
/// repeats. Words that sound alike in English spelling share it; so do words of unlike length, which Soundex cuts.
pub(super) fn sound(word: &str) -> String {
    let mut key = String::with_capacity(6);
    let mut last = 0u8;
    let bytes = word.as_bytes();
    for (index, &byte) in bytes.iter().enumerate() {
        let class = match byte.to_ascii_lowercase() {
            b'b' | b'f' | b'p' | b'v' => b'1',
            b'c' | b'g' | b'j' | b'k' | b'q' | b's' | b'x' | b'z' => b'2',
            b'd' | b't' => b'3',
            b'l' => b'4',
            b'm' | b'n' => b'5',
            b'r' => b'6',
            _ => 0,
        };
        if index == 0 {
            // A first letter that sounds like another (c/k, f/ph, j/g) is kept by class, a vowel as a vowel.
            key.push(match class {
                0 if byte.is_ascii_alphabetic() => 'a',
                0 => byte as char,
                class => class as char,
            });
        } else if class != 0 && class != last && key.len() < 6 {
            key.push(class as char);
        }
        if !matches!(byte, b'h' | b'w') {
            last = class;
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::sound;

    #[test]
    fn words_that_sound_alike_share_a_key() {
        for (a, b) in [("smith", "smyth"), ("catherine", "katherine"), ("alan", "allen"), ("johnson", "jonson")] {
            assert_eq!(sound(a), sound(b), "{a} {b}");
        }
    }

    #[test]
    fn words_that_do_not_sound_alike_differ() {
        for (a, b) in [("smith", "jones"), ("robert", "richard"), ("washington", "watson")] {
            assert_ne!(sound(a), sound(b), "{a} {b}");
        }
    }

    #[test]
    fn any_text_has_a_key() {
        assert_eq!(sound(""), "");
        assert!(sound("é").len() <= 6);
        assert!(!sound("4th").is_empty());
    }
}
