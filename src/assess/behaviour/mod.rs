//! Indicators that read one persona: where equipment goes, what runs on it, who is paid, where somebody signs in.

pub mod remote_control;
pub mod ship_to_elsewhere;
