//! Innocent relations that compete with "one operator": household, agency, former tenant, ex-colleagues, re-issued device.
//!
//! Each relation is scored on the same evidence: how often two people in it share such a value, against chance. The best
//! one is taken away from the pair's score, so what a household explains adds nothing, and what it does not explain
//! (a document, a resume line, a device at the same time) still counts.

use super::count;
use crate::config::{Relation, Settings};
use crate::model::claim::{Claims, Role};
use crate::model::evidence::Contribution;
use crate::model::ids::{PersonaId, RecordId, ValueId};
use crate::model::value::{IdentifierKind, Side, address_parts};
use rustc_hash::FxHashMap;

/// What is known of each persona that decides which innocent relations are plausible.
#[derive(Debug, Default)]
pub struct Facts {
    facts: Vec<PersonaFacts>,
    /// Personas that bear each family name.
    family_counts: FxHashMap<String, u32>,
    /// Personas that came through each agency.
    agency_counts: FxHashMap<ValueId, u32>,
    /// Pairs of addresses of one building, and whether they may be one home written in two ways.
    one_building: FxHashMap<(ValueId, ValueId), bool>,
}

#[derive(Debug, Default)]
struct PersonaFacts {
    /// Name values, sorted.
    names: Vec<ValueId>,
    /// Family names without generation, sorted.
    families: Vec<String>,
    /// All name tokens of three letters and more, sorted.
    tokens: Vec<String>,
    /// Addresses in the role of a home, sorted.
    homes: Vec<ValueId>,
    /// Agencies, sorted.
    agencies: Vec<ValueId>,
}

fn share<T: Ord>(a: &[T], b: &[T]) -> bool {
    a.iter().any(|value| b.binary_search(value).is_ok())
}

impl Facts {
    /// Gathers the facts of all personas; `near` are pairs of near values. O(claims).
    pub fn new(
        claims: &Claims,
        of_record: &[Option<PersonaId>],
        personas: usize,
        near: impl IntoIterator<Item = (ValueId, ValueId)>,
    ) -> Self {
        let text = |value: ValueId| claims.dictionary.text(value);
        let one_building = near
            .into_iter()
            .filter(|(left, _)| claims.dictionary.kind(*left) == IdentifierKind::Address)
            .filter(|&(left, right)| text(left).split('|').next() == text(right).split('|').next())
            .map(|(left, right)| ((left, right), may_be_one_home(text(left), text(right))))
            .collect();
        let mut facts: Vec<PersonaFacts> = (0..personas).map(|_| PersonaFacts::default()).collect();
        for (index, record) in claims.records.iter().enumerate() {
            let (Some(persona), true) = (of_record[index], record.kind.is_person()) else { continue };
            let own = &mut facts[persona.index()];
            for claim in claims.of(RecordId::from(index)) {
                match claims.dictionary.kind(claim.value) {
                    IdentifierKind::Name => {
                        let text = claims.dictionary.text(claim.value);
                        own.names.push(claim.value);
                        own.tokens.extend(text.split(' ').filter(|token| token.len() >= 3).map(str::to_string));
                        if let Some((_, family)) = text.split_once('/') {
                            let family: Vec<&str> = family
                                .split(' ')
                                .filter(|token| !matches!(*token, "" | "jr" | "sr" | "ii" | "iii" | "iv"))
                                .collect();
                            if !family.is_empty() {
                                own.families.push(family.join(" "));
                            }
                        }
                    }
                    IdentifierKind::Address
                        if claim.role == Role::Home && claims.dictionary.marks(claim.value).can_link() =>
                    {
                        own.homes.push(claim.value);
                    }
                    IdentifierKind::Agency => own.agencies.push(claim.value),
                    _ => {}
                }
            }
        }
        let mut family_counts: FxHashMap<String, u32> = FxHashMap::default();
        let mut agency_counts: FxHashMap<ValueId, u32> = FxHashMap::default();
        for own in &mut facts {
            own.names.sort_unstable();
            own.names.dedup();
            own.families.sort_unstable();
            own.families.dedup();
            own.tokens.sort_unstable();
            own.tokens.dedup();
            own.homes.sort_unstable();
            own.homes.dedup();
            own.agencies.sort_unstable();
            own.agencies.dedup();
            for family in &own.families {
                *family_counts.entry(family.clone()).or_default() += 1;
            }
            for &agency in &own.agencies {
                *agency_counts.entry(agency).or_default() += 1;
            }
        }
        Self { facts, family_counts, agency_counts, one_building }
    }

    /// Name values of a persona, sorted.
    pub fn names(&self, persona: PersonaId) -> &[ValueId] {
        &self.facts[persona.index()].names
    }

    /// Whether both say to live at one address, however it is written.
    pub fn share_home(&self, a: PersonaId, b: PersonaId) -> bool {
        self.homes_meet(a, b, |one_home| one_home)
    }

    /// Whether both say where they live, and it is not one building. Units are mistyped too often to part a household.
    pub fn homes_differ(&self, a: PersonaId, b: PersonaId) -> bool {
        let known = |persona: PersonaId| !self.facts[persona.index()].homes.is_empty();
        known(a) && known(b) && !self.homes_meet(a, b, |_| true)
    }

    fn homes_meet(&self, a: PersonaId, b: PersonaId, fits: impl Fn(bool) -> bool) -> bool {
        let (a, b) = (&self.facts[a.index()].homes, &self.facts[b.index()].homes);
        let near = |x: ValueId, y: ValueId| {
            self.one_building.get(&(x.min(y), x.max(y))).is_some_and(|&one_home| fits(one_home))
        };
        share(a, b) || a.iter().any(|&x| b.iter().any(|&y| near(x, y)))
    }

    /// Whether both bear one family name.
    pub fn share_family_name(&self, a: PersonaId, b: PersonaId) -> bool {
        share(&self.facts[a.index()].families, &self.facts[b.index()].families)
    }

    /// Personas of the smallest agency that both came through.
    fn shared_agency_size(&self, a: PersonaId, b: PersonaId) -> Option<u32> {
        let (a, b) = (&self.facts[a.index()].agencies, &self.facts[b.index()].agencies);
        a.iter()
            .filter(|agency| b.binary_search(agency).is_ok())
            .filter_map(|agency| self.agency_counts.get(agency).copied())
            .min()
    }

    /// Bits of the family names for a household against chance.
    fn family_name_bits(&self, a: PersonaId, b: PersonaId, population: f64) -> f64 {
        let (left, right) = (&self.facts[a.index()].families, &self.facts[b.index()].families);
        if left.is_empty() || right.is_empty() {
            return 0.0;
        }
        let shared = left
            .iter()
            .filter(|family| right.binary_search(family).is_ok())
            .map(|family| self.family_counts.get(family.as_str()).copied().unwrap_or(2))
            .min();
        match shared {
            Some(count) => (SAME_FAMILY_NAME * population / f64::from(count.max(2) - 1)).log2().max(0.0),
            None => (1.0 - SAME_FAMILY_NAME).log2(),
        }
    }

    /// Whether two near values are near because their owners bear similar names: each value holds a name token of its
    /// owner, and the two tokens are one or begin alike.
    pub fn explained_by_names(
        &self,
        claims: &Claims,
        left: PersonaId,
        right: PersonaId,
        left_value: ValueId,
        right_value: ValueId,
    ) -> bool {
        let (a, b) = (claims.dictionary.text(left_value), claims.dictionary.text(right_value));
        let own = |persona: PersonaId, text: &str| -> Vec<&str> {
            self.facts[persona.index()]
                .tokens
                .iter()
                .map(String::as_str)
                .filter(|token| text.contains(&token[..token.len().min(6)]))
                .collect()
        };
        let (a, b) = (own(left, a), own(right, b));
        a.iter().any(|x| b.iter().any(|y| x[..x.len().min(4)] == y[..y.len().min(4)]))
    }
}

/// Whether two near addresses may be one home written in two ways: one number, and one unit where both name one.
fn may_be_one_home(a: &str, b: &str) -> bool {
    let (Some(a), Some(b)) = (address_parts(a), address_parts(b)) else { return false };
    a[0] == b[0] && (a[2] == b[2] || a[2].is_empty() || b[2].is_empty())
}

/// How often two people of one household bear one family name.
const SAME_FAMILY_NAME: f64 = 0.7;
/// People in a relation have near values of a kind this often, measured by how often they share one (a family plan's
/// consecutive numbers).
const NEAR_SHARE: f64 = 0.5;

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
        let Some(support) = plausible(name, facts, population, left, right, contributions) else { continue };
        let prior = (relation.partners / population).log2() + support;
        let discount = settings.weights.within_family;
        // What an agency gives to its people it gives to most of them: a value that two of twenty share is not its own.
        let members = if name == "agency" { facts.shared_agency_size(left, right) } else { None };
        let shares = |c: &Contribution| match members {
            Some(members) => (f64::from(c.holders.max(2) - 1) / f64::from(members.max(2) - 1)).min(1.0),
            None => 1.0,
        };
        let explained = |which: &dyn Fn(&Contribution) -> bool| {
            explained(relation, contributions, discount, settings, which, &shares)
        };
        let location = explained(&|c| c.side() != Side::Control);
        let control = explained(&|c| c.side() == Side::Control);
        let all = explained(&|_| true);
        let bits = prior + all;
        let control_bits = (prior + location).min(0.0) + control;
        if best.as_ref().is_none_or(|best| bits > best.bits) {
            best = Some(Explanation { relation: name.clone(), bits, control_bits });
        }
    }
    best
}

/// Whether a relation is plausible for the two at all, and what speaks for it beside the shared values, in bits.
fn plausible(
    name: &str,
    facts: &Facts,
    population: f64,
    left: PersonaId,
    right: PersonaId,
    contributions: &[Contribution],
) -> Option<f64> {
    let shares = |kinds: &[IdentifierKind]| contributions.iter().any(|c| kinds.contains(&c.kind) && c.bits > 0.0);
    match name {
        "household" => {
            // One home, one network at home, or one family name with a line in common. People who say to live apart
            // are no household, however much is delivered to one door.
            let door = contributions.iter().any(|c| c.kind == IdentifierKind::Address && !c.is_near() && c.bits > 0.0);
            let home = door || shares(&[IdentifierKind::Ip]) || facts.share_home(left, right);
            let family = facts.share_family_name(left, right) && shares(&[IdentifierKind::Phone]);
            ((home || family) && !facts.homes_differ(left, right))
                .then(|| facts.family_name_bits(left, right, population))
        }
        "agency" => facts.shared_agency_size(left, right).map(|_| 0.0),
        "ex_colleagues" => {
            let referees = [IdentifierKind::RefereeEmail, IdentifierKind::RefereePhone];
            let named = |side: fn(&Contribution) -> bool| contributions.iter().any(|c| is_named_referee(c) && side(c));
            // Former colleagues share a referee; that two applicants vouch for each other is what the relation does not know.
            let mutual = named(|c| c.left_names_right) && named(|c| !c.left_names_right);
            let vouched = contributions.iter().any(is_named_referee);
            let inside = contributions.iter().any(|c| c.note == super::REFEREE_IS_PERSONA);
            let against = f64::from(u8::from(vouched) + u8::from(inside)) * REFEREE_INSIDE_BITS;
            (shares(&referees) && !mutual).then_some(against)
        }
        "former_tenant" => shares(&[IdentifierKind::Address]).then_some(0.0),
        "reissued_device" => shares(&[IdentifierKind::Serial, IdentifierKind::HardwareAddress]).then_some(0.0),
        _ => Some(0.0),
    }
}

fn is_named_referee(contribution: &Contribution) -> bool {
    contribution.how == super::NAMES_THE_OTHER
}

/// Bits that the relation explains of the chosen contributions, counted as the evidence itself is.
fn explained(
    relation: &Relation,
    contributions: &[Contribution],
    discount: f64,
    settings: &Settings,
    which: &dyn Fn(&Contribution) -> bool,
    scale: &dyn Fn(&Contribution) -> f64,
) -> f64 {
    let mut explained: Vec<Contribution> = contributions
        .iter()
        .filter(|contribution| which(contribution) && contribution.bits > 0.0)
        .filter(|contribution| !is_named_referee(contribution))
        .filter_map(|contribution| {
            let shares = *relation.shares.get(&contribution.kind)?;
            let weight = settings.weights.kinds.get(&contribution.kind)?;
            let (m, shares) =
                if contribution.is_near() { (weight.m_near, shares * NEAR_SHARE) } else { (weight.m, shares) };
            // The contribution is log2(m/u); the relation's own is log2(shares/u).
            let bits = contribution.bits + (shares * scale(contribution) / m.max(1e-9)).log2();
            Some(Contribution { bits: bits.max(0.0), ..contribution.clone() })
        })
        .collect();
    count(&mut explained, discount, |_| true)
}
