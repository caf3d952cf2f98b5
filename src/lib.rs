//! samehand: many names, the same hand.

pub mod config;
pub mod model;
