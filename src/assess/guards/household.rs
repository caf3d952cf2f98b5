//! People who live together share a home, a family name, an account, a network, sometimes a phone and a mailbox.

use super::Guard;

pub const GUARD: Guard = Guard {
    name: "household",
    definition: "One home, one network at home, or one family name with a line in common; what two people of one household \
                 share (home, phone, account, network) is held against the pair's evidence.",
    overrides: "evidence that no household explains: a document, a resume, a photo, a device used by both at one time",
    relation: Some("household"),
    ring: None,
    finding: None,
};
