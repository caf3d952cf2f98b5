//! Evidence to clusters: records to personas, personas to operator clusters, sites and rings.
//!
//! `personas` joins records, strictly; `rings` joins personas on evidence and draws no conclusion about who they are.
//! Names of clusters are made from their members' keys, so they do not depend on the order of the input.

pub mod components;
mod join;
pub mod personas;
pub mod rings;
pub mod union_find;

#[cfg(test)]
mod join_tests;
#[cfg(test)]
mod tests;

use sha2::{Digest, Sha256};

/// A stable name: a prefix and ten hex digits of the SHA-256 over the parts.
pub fn stable_name<'a>(prefix: &str, parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    let mut name = String::with_capacity(prefix.len() + 11);
    name.push_str(prefix);
    name.push('-');
    for &byte in &hasher.finalize()[..5] {
        name.push(digit(byte >> 4));
        name.push(digit(byte & 15));
    }
    name
}
