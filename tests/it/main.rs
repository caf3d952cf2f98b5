//! The product as its users meet it: the real binary on real files, in an environment of its own.
//!
//! What a function does is tested beside the function. Here stands what only the whole can show: that stages fit
//! together, that results do not depend on order, threads or format, that a wrong input gets an answer, that the planted
//! rings are found. [`tidy`] holds the source tree to its own rules.

mod support;

mod assess;
mod bad_input;
mod blocking;
mod calibration;
mod cases;
mod cli;
mod determinism;
mod formats;
mod golden;
mod redaction;
mod tidy;
