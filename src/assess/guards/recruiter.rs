//! A recruiter's own contact on the applications that it sent, and former colleagues who name one manager.

use super::Guard;
use super::facts::nothing_else;
use crate::assess::Context;
use crate::assess::link::shared_referee::is_other;
use crate::model::cluster::Ring;
use crate::model::evidence::{Contribution, Evidence};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::record::RecordKind;
use crate::model::value::{IdentifierKind, Marks};

pub const GUARD: Guard = Guard {
    name: "recruiter or former colleagues",
    definition: "One referee, a role mailbox, or the contact of an employee that several applications give, with at most two \
                 lines of a resume, is all that ties the ring; nobody in it is the referee of another.",
    overrides: "personas who vouch for each other, a home, account or device in common, three lines of a resume",
    relation: Some("ex_colleagues"),
    ring: Some(explains),
    finding: None,
};

/// Applications that must give a recruiter's contact: two may be a couple.
const APPLICANTS_MIN: usize = 3;
/// Former colleagues describe one project alike; three lines and more are one resume.
const LINES_MAX: usize = 2;

fn explains(context: &Context, ring: &Ring) -> Option<String> {
    let mut recruiter = false;
    let mut referee = false;
    for c in ring.links.iter().flat_map(|&link| &context.clusters.links[link].contributions) {
        if is_other(context, c) {
            return None;
        }
        referee |= is_referee(c);
        recruiter |= is_recruiters(context, c);
    }
    if !recruiter && !referee {
        return None;
    }
    let explained = |link: &Evidence, c: &Contribution| {
        is_referee(c) || is_recruiters(context, c) || c.kind == IdentifierKind::ResumeLine && few_lines(link)
    };
    nothing_else(context, ring, explained).then(|| match recruiter {
        true => "a recruiter's contact, and what colleagues share, is all that ties them".to_string(),
        false => "one referee, and what former colleagues share, is all that ties them".to_string(),
    })
}

fn is_referee(c: &Contribution) -> bool {
    matches!(c.kind, IdentifierKind::RefereeEmail | IdentifierKind::RefereePhone)
}

fn few_lines(link: &Evidence) -> bool {
    let is_line = |c: &&Contribution| c.kind == IdentifierKind::ResumeLine && c.bits > 0.0;
    link.contributions.iter().filter(is_line).count() <= LINES_MAX
}

/// A role mailbox, or a contact that one employee and several who only applied carry.
fn is_recruiters(context: &Context, c: &Contribution) -> bool {
    let is_contact = matches!(c.kind, IdentifierKind::Phone | IdentifierKind::Email);
    if !is_contact || c.is_near() {
        return false;
    }
    context.claims.dictionary.marks(c.left).has(Marks::ROLE_MAILBOX) || is_employees(context, c.left)
}

fn is_employees(context: &Context, value: ValueId) -> bool {
    let holders = (context.holders)(value);
    let employed = |persona: &PersonaId| context.of_kind(*persona, RecordKind::Employee).next().is_some();
    let employees = holders.iter().filter(|persona| employed(persona)).count();
    employees == 1 && holders.len() > APPLICANTS_MIN
}
