//! The nouns of the product as plain values. No I/O, no serialization, no stage's logic; imports nothing of ours.

pub mod claim;
pub mod cluster;
pub mod counts;
pub mod csv_text;
pub mod diagnostic;
pub mod evidence;
pub mod field;
pub mod finding;
pub mod hash;
pub mod ids;
pub mod interner;
pub mod moment;
pub mod near;
pub mod pair;
pub mod record;
pub mod table;
#[cfg(test)]
pub mod testing;
pub mod value;
pub mod weight;
pub mod words;
