//! Innocent relations that compete with "one operator": household, agency, former tenant, ex-colleagues, re-issued device.
//!
//! Each relation is scored on the same evidence: how often two people in it share such a value, against chance. The best
//! one is taken away from the pair's score, so what a household explains adds nothing, and what it does not explain
//! (a document, a resume line, a device at the same time) still counts.

use super::count;
use super::facts::Facts;
use crate::config::{Relation, Settings};
use crate::model::evidence::Contribution;
use crate::model::ids::{PersonaId, ValueId};
use crate::model::value::{IdentifierKind, Side};
use rustc_hash::FxHashSet;

/// How often a household has its parcels sent to a door where none of them says to live, against where they do.
const DOOR_ELSEWHERE: f64 = 0.1;
/// A joint account pays both by name in six of ten, an operator's in three of a hundred.
const JOINT_PAYEE_BITS: f64 = 4.3;
/// An agency has a few contacts of a kind, and a row shows one of them: what half of its people show all may have.
const AGENCY_CONTACTS: f64 = 2.0;

/// People in a relation have near values of a kind this often, measured by how often they share one. A family plan has
/// consecutive numbers and a home is written in two ways. But the next account number, the handle with a hyphen and
/// the sentence with one word exchanged are how one hand avoids to repeat itself; those who have nothing to hide share the
/// value itself or have their own.
fn near_share(kind: IdentifierKind) -> f64 {
    match kind {
        IdentifierKind::Account | IdentifierKind::PaymentHandle => 0.05,
        IdentifierKind::ResumeLine | IdentifierKind::Handle | IdentifierKind::ProfileUrl => 0.1,
        _ => 0.5,
    }
}

/// Former colleagues tell of one job in a line or two that they have in common; so many are one text. It happens to one
/// such pair in twenty.
const COPIED_LINES: usize = 3;
const COPIED_LINES_BITS: f64 = -4.3;

/// Former colleagues name a manager outside. That one of them vouches for the other, and that the referee they share
/// applied here as well, each happens to about one such pair in twenty.
const REFEREE_INSIDE_BITS: f64 = -4.3;

/// The best innocent explanation of a pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    pub relation: String,
    /// log2 P(evidence | relation) against strangers, prior included.
    pub bits: f64,
    /// What it explains of the control evidence, once place and network make the relation plausible.
    pub control_bits: f64,
    /// The share that it explains of each contribution, in their order.
    pub shares: Vec<f64>,
}

/// The relation that explains the evidence best, or `None` when none is plausible. Ties go to the first by name.
pub fn best(
    facts: &Facts,
    settings: &Settings,
    population: f64,
    left: PersonaId,
    right: PersonaId,
    contributions: &[Contribution],
) -> Option<Explanation> {
    let mut best: Option<Explanation> = None;
    for (name, relation) in &settings.relations {
        let Some(support) = plausible(name, facts, settings, population, left, right, contributions) else { continue };
        let prior = (relation.partners / population).log2() + support;
        let discount = settings.weights.within_family;
        let members = if name == "agency" { agency_size(facts, settings, left, right, contributions) } else { None };
        let scale = |c: &Contribution| match members {
            // What an agency gives to its people it gives to most of them: a value that two of twenty share is not its
            // own, unless it is by its nature.
            Some(_) if !c.is_near() && facts.is_given_out(c.left) => 1.0,
            // A crowd's network is the office's; one that a few have in common may be what the agency is a front for.
            Some(_) if c.kind == IdentifierKind::Ip && c.holders < OFFICE_HOLDERS => 0.0,
            Some(members) => {
                let gifts = if is_contact(c.kind) { AGENCY_CONTACTS } else { 1.0 };
                (gifts * f64::from(c.holders.max(2) - 1) / f64::from(members.max(2) - 1)).min(1.0)
            }
            None if name == "household"
                && c.kind == IdentifierKind::Address
                && facts.is_nobodys_home(left, right, c.left) =>
            {
                DOOR_ELSEWHERE
            }
            None => 1.0,
        };
        let of_each: Vec<f64> = contributions.iter().map(|c| explained(relation, c, settings, &scale)).collect();
        let sum = |which: &dyn Fn(&Contribution) -> bool| {
            let explained = contributions.iter().zip(&of_each).filter(|(c, _)| which(c));
            let mut explained: Vec<Contribution> =
                explained.map(|(c, &bits)| Contribution { bits, ..c.clone() }).filter(|c| c.bits > 0.0).collect();
            count(&mut explained, discount, |_| true)
        };
        let location = sum(&|c| c.side() != Side::Control);
        let control = sum(&|c| c.side() == Side::Control);
        let bits = prior + sum(&|_| true);
        let control_bits = (prior + location).min(0.0) + control;
        if best.as_ref().is_none_or(|best| bits > best.bits) {
            let share = |(c, &bits): (&Contribution, &f64)| if c.bits > 0.0 { (bits / c.bits).min(1.0) } else { 0.0 };
            let shares = contributions.iter().zip(&of_each).map(share).collect();
            best = Some(Explanation { relation: name.clone(), bits, control_bits, shares });
        }
    }
    best
}

/// Whether a relation is plausible for the two at all, and what speaks for it beside the shared values, in bits.
fn plausible(
    name: &str,
    facts: &Facts,
    settings: &Settings,
    population: f64,
    left: PersonaId,
    right: PersonaId,
    contributions: &[Contribution],
) -> Option<f64> {
    let shares = |kinds: &[IdentifierKind]| contributions.iter().any(|c| kinds.contains(&c.kind) && c.bits > 0.0);
    match name {
        "household" => {
            // One home, one network at home, an account that pays both by name, or one family name with a line, a
            // mailbox or an account in common. People who say to live apart are no household, however much is
            // delivered to one door.
            let door = contributions.iter().any(|c| c.kind == IdentifierKind::Address && !c.is_near() && c.bits > 0.0);
            let home = door || shares(&[IdentifierKind::Ip]) || facts.share_home(left, right);
            let family = facts.share_family_name(left, right) && shares(&FAMILY_KINDS);
            let joint = contributions.iter().any(|c| !c.is_near() && facts.is_joint(left, right, c.left));
            let joint_bits = if joint { JOINT_PAYEE_BITS } else { 0.0 };
            (joint || (home || family) && !facts.homes_differ(left, right)).then(|| {
                facts.family_name_bits(left, right, population) + facts.crowded_home_bits(left, right) + joint_bits
            })
        }
        // A footer is a line or two; three rare lines that few of its people have are a text of their own.
        "agency" => agency_size(facts, settings, left, right, contributions)
            .map(|_| if copied_lines(contributions, settings) >= COPIED_LINES { COPIED_LINES_BITS } else { 0.0 }),
        "ex_colleagues" => {
            let referees = [IdentifierKind::RefereeEmail, IdentifierKind::RefereePhone];
            let named = |side: fn(&Contribution) -> bool| contributions.iter().any(|c| is_named_referee(c) && side(c));
            // Former colleagues share a referee; that two applicants vouch for each other is what the relation does not know.
            let mutual = named(|c| c.left_names_right) && named(|c| !c.left_names_right);
            let vouched = contributions.iter().any(is_named_referee);
            let inside = contributions.iter().any(|c| c.note == super::REFEREE_IS_PERSONA);
            let against = f64::from(u8::from(vouched) + u8::from(inside)) * REFEREE_INSIDE_BITS;
            let copied = if copied_lines(contributions, settings) >= COPIED_LINES { COPIED_LINES_BITS } else { 0.0 };
            (shares(&referees) && !mutual).then_some(against + copied)
        }
        "former_tenant" => shares(&[IdentifierKind::Address]).then_some(0.0),
        // One that both had at one time was not handed on; where nobody wrote down the times it may have been.
        "reissued_device" => contributions.iter().any(|c| c.bits > 0.0 && c.note == super::UNDATED).then_some(0.0),
        _ => Some(0.0),
    }
}

/// What people of one family name have in common when they are a family.
const FAMILY_KINDS: [IdentifierKind; 5] = [
    IdentifierKind::Phone,
    IdentifierKind::Email,
    IdentifierKind::Account,
    IdentifierKind::PaymentHandle,
    IdentifierKind::Ip,
];

fn is_named_referee(contribution: &Contribution) -> bool {
    contribution.how == super::NAMES_THE_OTHER
}

/// People of the agency that both came through: the one that sources state, or else the office whose contact stands with so
/// many that it is nobody's own. Of that one nothing is known, so it explains only two who share nothing but what an
/// office gives out, and of the text no more than a footer.
fn agency_size(
    facts: &Facts,
    settings: &Settings,
    left: PersonaId,
    right: PersonaId,
    contributions: &[Contribution],
) -> Option<u32> {
    use IdentifierKind::{Email, Ip, Phone, RefereeEmail, RefereePhone, ResumeLine};
    if let Some(size) = facts.shared_agency_size(left, right) {
        return Some(size);
    }
    let counting = || contributions.iter().filter(|c| c.bits >= 1.0);
    // The network that a crowd applied through, at a job fair or from the office itself, is the crowd's.
    let gives = |c: &Contribution| {
        !c.is_near()
            && (matches!(c.kind, Phone | Email | RefereeEmail | RefereePhone | ResumeLine)
                || c.kind == Ip && c.holders >= OFFICE_HOLDERS)
    };
    let crowd = counting().filter(|c| gives(c) && is_contact(c.kind)).map(|c| c.holders).max()?;
    let all_given = counting().all(gives) && copied_lines(contributions, settings) < COPIED_LINES;
    (crowd >= OFFICE_HOLDERS && all_given).then_some(crowd)
}

/// A contact that so many have in common is an office's; an operator seldom has so many personas, and never at one
/// telephone alone.
const OFFICE_HOLDERS: u32 = 10;

/// Rare lines of one resume that the other has too, exactly or with a word exchanged.
pub(super) fn copied_lines(contributions: &[Contribution], settings: &Settings) -> usize {
    let rare = |c: &&Contribution| c.kind == IdentifierKind::ResumeLine && c.bits >= settings.thresholds.strong_bits;
    let distinct = |side: fn(&Contribution) -> ValueId| {
        contributions.iter().filter(rare).map(side).collect::<FxHashSet<ValueId>>().len()
    };
    distinct(|c| c.left).min(distinct(|c| c.right))
}

/// Kinds of which an office has several: lines, mailboxes.
fn is_contact(kind: IdentifierKind) -> bool {
    use IdentifierKind::{Email, Phone, RefereeEmail, RefereePhone};
    matches!(kind, Phone | Email | RefereeEmail | RefereePhone)
}

/// Bits that the relation explains of one contribution.
fn explained(
    relation: &Relation,
    contribution: &Contribution,
    settings: &Settings,
    scale: &dyn Fn(&Contribution) -> f64,
) -> f64 {
    let shares = relation.shares.get(&contribution.kind);
    let (Some(&shares), Some(weight)) = (shares, settings.weights.kinds.get(&contribution.kind)) else { return 0.0 };
    if contribution.bits <= 0.0 || is_named_referee(contribution) {
        return 0.0;
    }
    let (m, shares) = match contribution.is_near() {
        true => (weight.m_near, shares * near_share(contribution.kind)),
        false => (weight.m, shares),
    };
    // The contribution is log2(m/u); the relation's own is log2(shares/u).
    (contribution.bits + (shares * scale(contribution) / m.max(1e-9)).log2()).max(0.0)
}
