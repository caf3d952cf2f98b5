//! Values of the comparisons that a config adds: folded by the type that they are compared as.

use super::text::{Outcome, fold, is_empty_word};
use crate::model::value::{Normalized, attribute_parts};

/// An attribute as a person types it: `name=value`.
pub fn typed(raw: &str) -> Outcome {
    let Some((name, value)) = attribute_parts(raw) else {
        return Err(String::from("an attribute is typed as name=value"));
    };
    let value = fold(value);
    if is_empty_word(&value) { Ok(None) } else { Ok(Some(Normalized::new(format!("{}={value}", name.trim())))) }
}
