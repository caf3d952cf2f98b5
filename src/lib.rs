//! Many names, the same hand: the library behind the `samehand` command.
//!
#![doc = include_str!("ARCHITECTURE.md")]

pub mod assess;
pub mod block;
pub mod case;
pub mod cli;
pub mod cluster;
pub mod compare;
pub mod config;
pub mod eval;
pub mod guess;
pub mod ingest;
pub mod model;
pub mod near;
pub mod normalize;
pub mod pipeline;
pub mod report;
pub mod score;
pub mod store;
pub mod synth;
pub mod weigh;
