//! Normalized values as people read them, in links, tables and pictures.

use super::address;
use crate::model::value::IdentifierKind;

/// A value of that kind; a sensitive one masked to its last four characters.
pub fn shown_text(kind: IdentifierKind, text: &str) -> String {
    match kind {
        IdentifierKind::Address => address::display(text),
        _ if kind.is_sensitive() => mask(text),
        _ => text.to_string(),
    }
}

/// All but the last four characters of a sensitive text masked.
pub fn mask(text: &str) -> String {
    let alphanumeric: Vec<char> = text.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let last: String = alphanumeric[alphanumeric.len().saturating_sub(4)..].iter().collect();
    if alphanumeric.len() <= 4 { "***".to_string() } else { format!("***{last}") }
}
