//! Shared values to evidence between personas, counted in bits against the population and against innocence.
//!
//! For a pair of personas and a shared value of kind *t* the weight is `log2(m_t / u)` with
//! `u = max(df - 2 + a, h_t) / N`: *df* the personas that carry the value (holders that other evidence ties together
//! count less), *N* the personas of the run, *a* a pseudo-count, *h_t* the innocent sharers that a persona has on
//! average. The prior `log2(partners / N)` is paid once per pair, so one family alone never reaches the threshold and a
//! second independent one does, whatever the size of the company. Inside a family the strongest counts and the rest is
//! discounted. From the sum the best innocent explanation is taken away (`innocence`).
//!
//! The claims table is the graph: no clique is made for a value. Pairs are enumerated only from values with few
//! holders; a pair that shares such a value is then scored on everything it shares, hubs included. Scored is only what
//! shares values of two families, because less cannot link.

mod accounts;
pub mod facts;
pub mod holdings;
pub mod hubs;
pub mod innocence;
mod near;

use crate::config::{KindWeight, Settings};
use crate::model::claim::{Claims, Period, Role};
use crate::model::diagnostic::Diagnostic;
use crate::model::evidence::{Contribution, Evidence, Innocence};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::near::{NearPair, NearRule};
use crate::model::value::{EvidenceFamily, IdentifierKind, Side};
use facts::Facts;
use holdings::{Holding, Holdings};
use hubs::Explained;
use near::NearLists;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicU8, Ordering};

/// A holder that other evidence ties to another counts as this share of a holder. Not as none, or a large agency on
/// nobody's list that shares two things would look as rare as a couple.
const TIED_HOLDER: f64 = 0.25;
/// How a referee's contact that is the other persona's own is told.
const NAMES_THE_OTHER: &str = "names the other as referee";
/// Personas that may call a referee's contact their own: the referee, and one who shares the phone.
const REFEREE_HOLDERS: usize = 2;
/// How a shared referee is told who applied or works here too.
const REFEREE_IS_PERSONA: &str = "the referee is a persona of this run too";
/// How a shared device is told of which nobody wrote down who had it when.
const UNDATED: &str = "nobody wrote down when";
/// The innocent sharers of a place are those one lives with; of people who say to live apart, this share of them is left
/// (a parcel taken in, a visit).
const LIVING_APART: f64 = 0.25;
/// Who rewords a text rewords several lines of it. That of all lines a single one is near happens to one such pair in five;
/// among strangers it is the rule, because lists of skills are short.
const LONE_NEAR_LINE_BITS: f64 = -2.3;
/// Near pairs that one value may bring as candidates; a value with more is common by its own neighbourhood.
const NEAR_HOLDERS: usize = 2000;

/// Everything that weighing finds.
#[derive(Debug, Default)]
pub struct Weighing {
    /// Pairs of personas with evidence of two families that beats chance, sorted by pair; what innocence explains
    /// away is still among them.
    pub evidence: Vec<Evidence>,
    /// Candidate pairs of personas that were scored.
    pub candidates: usize,
    pub holdings: Holdings,
    /// Values that an allow list explains, sorted.
    pub explained: Explained,
    pub diagnostics: Vec<Diagnostic>,
}

/// Finds and weighs all evidence between personas; `near` are let go on the way.
pub fn weigh(
    claims: &Claims,
    of_record: &[Option<PersonaId>],
    personas: usize,
    near: Vec<NearPair>,
    explained: Explained,
    facts: &Facts,
    settings: &Settings,
) -> Weighing {
    let holdings = Holdings::new(claims, of_record, personas);
    let weigher = Weigher::new(claims, holdings, near, explained, facts, settings);
    let mut diagnostics = Vec::new();
    let candidates = weigher.candidates(weigher.places(), &mut diagnostics);
    let tied = weigher.tied_holders(&candidates);
    let mut evidence: Vec<Evidence> = candidates
        .par_iter()
        .filter_map(|candidate| weigher.evidence(candidate.left(), candidate.right(), &tied))
        .filter(|evidence| evidence.against_chance >= settings.thresholds.ring_bits)
        .collect();
    evidence.sort_by_key(|evidence| (evidence.left, evidence.right));
    let candidates = candidates.len();
    let Weigher { holdings, explained, .. } = weigher;
    Weighing { evidence, candidates, holdings, explained, diagnostics }
}

/// Two personas that share or nearly share values of at least two families.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    pair: u64,
    /// Bit per family, and from bit 8 on the families with control evidence.
    families: u16,
}

impl Candidate {
    fn left(self) -> PersonaId {
        PersonaId((self.pair >> 32) as u32)
    }

    fn right(self) -> PersonaId {
        PersonaId(self.pair as u32)
    }
}

/// A bit each in half of [`Candidate::families`], and in a byte.
const _: () = assert!(EvidenceFamily::ALL.len() <= 8);

/// Places among which the pairs of the personas are dealt: one byte each.
const PLACES_PER_PERSONA: usize = 64;
const PLACES_MAX: usize = 1 << 28;

/// How many holders other evidence ties together, where there are any.
struct Tied {
    /// Holders of a value that are tied to another holder of it.
    same: FxHashMap<ValueId, u32>,
    /// Holders of values near to a value by a rule that are tied to a holder of the value.
    near: FxHashMap<(ValueId, NearRule), u32>,
}

struct Weigher<'a> {
    claims: &'a Claims,
    holdings: Holdings,
    near: NearLists,
    /// Near partners that a persona has on average, by kind: whichever rule finds two values near would have done.
    near_rates: FxHashMap<IdentifierKind, f64>,
    explained: Explained,
    facts: &'a Facts,
    settings: &'a Settings,
    population: f64,
    kinds: Vec<Option<KindWeight>>,
}

impl<'a> Weigher<'a> {
    fn new(
        claims: &'a Claims,
        holdings: Holdings,
        mut near: Vec<NearPair>,
        explained: Explained,
        facts: &'a Facts,
        settings: &'a Settings,
    ) -> Self {
        let population = (holdings.personas() as f64).max(2.0);
        let kinds = IdentifierKind::ALL.iter().map(|kind| settings.weights.kinds.get(kind).copied()).collect();
        let mut weigher = Self {
            claims,
            holdings,
            near: NearLists::default(),
            near_rates: FxHashMap::default(),
            explained,
            facts,
            settings,
            population,
            kinds,
        };
        let held = |value: ValueId| weigher.holders(value).len() as u64;
        let may_link = |pair: &NearPair| {
            held(pair.left) > 0 && held(pair.right) > 0 && weigher.may_link(pair.left) && weigher.may_link(pair.right)
        };
        let may_link: Vec<bool> = near.par_iter().map(may_link).collect();
        let mut may_link = may_link.into_iter();
        near.retain(|_| may_link.next().unwrap_or_default());
        let mut partners: FxHashMap<IdentifierKind, u64> = FxHashMap::default();
        for pair in &near {
            *partners.entry(weigher.kind(pair.left)).or_default() += 2 * held(pair.left) * held(pair.right);
        }
        let rate = |(kind, partners)| (kind, partners as f64 / population);
        weigher.near_rates = partners.into_iter().map(rate).collect();
        weigher.near = NearLists::new(claims.dictionary.len(), &near);
        weigher
    }

    fn kind(&self, value: ValueId) -> IdentifierKind {
        self.claims.dictionary.kind(value)
    }

    fn weight(&self, kind: IdentifierKind) -> Option<KindWeight> {
        self.kinds[kind as usize]
    }

    /// The innocent sharers of a kind for these two: fewer at a place where they do not both live.
    fn innocent(&self, kind: IdentifierKind, weight: KindWeight, a: PersonaId, b: PersonaId) -> f64 {
        if kind.side() == Side::Location && self.facts.homes_differ(a, b) {
            weight.innocent * LIVING_APART
        } else {
            weight.innocent
        }
    }

    fn may_link(&self, value: ValueId) -> bool {
        self.kind(value).links()
            && self.claims.dictionary.marks(value).can_link()
            && self.explained.reason(value).is_none()
    }

    fn holders(&self, value: ValueId) -> &[PersonaId] {
        self.holdings.personas_of(value)
    }

    /// Personas that hold a value near to this one, by that rule.
    fn near_holders(&self, value: ValueId, rule: NearRule) -> u32 {
        let by_rule = self.near.of(value).iter().filter(|&&(_, by)| by == rule);
        by_rule.map(|&(other, _)| self.holders(other).len() as u32).sum()
    }

    /// Every value that may link.
    fn linking(&self) -> impl ParallelIterator<Item = ValueId> + '_ {
        let values = (0..self.claims.dictionary.len()).into_par_iter().map(ValueId::from);
        values.filter(|&value| self.may_link(value))
    }

    /// Places for [`Self::candidates`]: few pairs have one in common.
    fn places(&self) -> usize {
        (PLACES_PER_PERSONA * self.holdings.personas()).clamp(1, PLACES_MAX)
    }

    /// Pairs of personas that share, exactly or nearly, values of two families. O(values × holders²), with holders
    /// bounded by `bounds.value_holders`. Most of what meets meets in one family, so that all pairs are gone through twice:
    /// what is kept the first time is a byte of families for each of so many `places`, among which pairs are dealt. Two pairs
    /// in one place cost time and nothing else.
    fn candidates(&self, places: usize, diagnostics: &mut Vec<Diagnostic>) -> Vec<Candidate> {
        let bound = self.settings.bounds.value_holders;
        let large = self.linking().filter(|&value| self.holders(value).len() > bound).count();
        let families_at: Vec<AtomicU8> = (0..places).map(|_| AtomicU8::new(0)).collect();
        let at = |candidate: &Candidate| &families_at[place(candidate.pair, places)];
        let note = |candidate: Candidate| _ = at(&candidate).fetch_or(candidate.families as u8, Ordering::Relaxed);
        let dense: usize = self.linking().map(|value| self.each_meeting(value, note)).sum();
        let mut emitted: Vec<Candidate> = self
            .linking()
            .flat_map_iter(|value| {
                let mut out = Vec::new();
                self.each_meeting(value, |candidate| {
                    if at(&candidate).load(Ordering::Relaxed).count_ones() > 1 {
                        out.push(candidate);
                    }
                });
                out
            })
            .collect();
        if large > 0 {
            diagnostics.push(
                Diagnostic::note(
                    "value-holders-bound",
                    "",
                    format!(
                        "{large} values have more than {bound} holders; their pairs are looked at where they share \
                         something else as well"
                    ),
                )
                .hint("bounds.value_holders says how many holders of one value are paired with each other"),
            );
        }
        if dense > 0 {
            diagnostics.push(Diagnostic::note(
                "near-holders-bound",
                "",
                format!(
                    "{dense} pairs of near values have more than {NEAR_HOLDERS} pairs of holders; these are looked at where \
                     they share something else as well"
                ),
            ));
        }
        emitted.par_sort_unstable();
        let mut candidates: Vec<Candidate> = Vec::new();
        for candidate in emitted {
            match candidates.last_mut() {
                Some(last) if last.pair == candidate.pair => last.families |= candidate.families,
                _ => {
                    if candidates.last().is_some_and(|last| (last.families & 0xff).count_ones() < 2) {
                        candidates.pop();
                    }
                    candidates.push(candidate);
                }
            }
        }
        if candidates.last().is_some_and(|last| (last.families & 0xff).count_ones() < 2) {
            candidates.pop();
        }
        candidates
    }

    /// Hands on every pair of personas that a value brings together, with its families; returns the pairs of near values that
    /// too many hold, whose holders are left out.
    fn each_meeting(&self, value: ValueId, mut meet: impl FnMut(Candidate)) -> usize {
        let bound = self.settings.bounds.value_holders;
        let holders = self.holdings.personas_of(value);
        let families = family_bits(self.kind(value));
        let mut meet = |a: PersonaId, b: PersonaId, families: u16| {
            if a != b {
                let (left, right) = (a.min(b), a.max(b));
                meet(Candidate { pair: (u64::from(left.0) << 32) | u64::from(right.0), families });
            }
        };
        if holders.len() <= bound {
            for (index, &a) in holders.iter().enumerate() {
                holders[index + 1..].iter().for_each(|&b| meet(a, b, families));
            }
        }
        let mut dense = 0;
        for &(other, _) in self.near.of(value).iter().filter(|&&(other, _)| other > value) {
            let others = self.holdings.personas_of(other);
            if holders.len() * others.len() > NEAR_HOLDERS {
                dense += 1;
                continue;
            }
            for &a in holders {
                others.iter().for_each(|&b| meet(a, b, families));
            }
        }
        for &owner in self.referee_holders(value) {
            let people = 1 << EvidenceFamily::People as u16;
            holders.iter().take(bound).for_each(|&a| meet(a, owner, people | people << 8));
        }
        dense
    }

    /// Personas that carry as their own what is a referee's contact elsewhere.
    fn referee_holders(&self, value: ValueId) -> &[PersonaId] {
        let own = match self.kind(value) {
            IdentifierKind::RefereeEmail => Some(IdentifierKind::Email),
            IdentifierKind::RefereePhone => Some(IdentifierKind::Phone),
            _ => None,
        };
        own.and_then(|kind| self.claims.dictionary.get(kind, self.claims.dictionary.text(value)))
            .filter(|&value| self.may_link(value) && self.holders(value).len() <= REFEREE_HOLDERS)
            .map_or(&[], |value| self.holdings.personas_of(value))
    }

    /// Which holders other evidence ties together, by value.
    fn tied_holders(&self, candidates: &[Candidate]) -> Tied {
        let mut neighbours: FxHashMap<PersonaId, Vec<PersonaId>> = FxHashMap::default();
        for candidate in candidates {
            let control = candidate.families >> 8 != 0;
            let (left, right) = (candidate.left(), candidate.right());
            // A shared home with a shared network is one fact about a household or a dorm, not two.
            if control && !self.facts.share_home(left, right) || self.facts.homes_differ(left, right) {
                neighbours.entry(left).or_default().push(right);
                neighbours.entry(right).or_default().push(left);
            }
        }
        for list in neighbours.values_mut() {
            list.sort_unstable();
        }
        let bound = self.settings.bounds.value_holders;
        // Hardly anybody is tied to anybody.
        let mut is_tied = vec![false; self.holdings.personas()];
        neighbours.keys().for_each(|persona| is_tied[persona.index()] = true);
        let tied_to = |a: PersonaId, others: &[PersonaId]| {
            is_tied[a.index()]
                && neighbours
                    .get(&a)
                    .is_some_and(|list| list.iter().any(|neighbour| others.binary_search(neighbour).is_ok()))
        };
        // Holders of values near to a value that are tied to one of the value's own holders.
        let near_tied = |value: ValueId| {
            let own = self.holdings.personas_of(value);
            let mut found: Vec<((ValueId, NearRule), u32)> = Vec::new();
            if !own.iter().any(|persona| is_tied[persona.index()]) {
                return found;
            }
            for &(other, rule) in self.near.of(value).iter().filter(|&&(other, _)| self.holders(other).len() <= bound) {
                let holders = self.holdings.personas_of(other).iter();
                let tied = holders.filter(|&&persona| tied_to(persona, own)).count() as u32;
                match found.iter_mut().find(|((_, by), _)| *by == rule) {
                    _ if tied == 0 => {}
                    Some((_, sum)) => *sum += tied,
                    None => found.push(((value, rule), tied)),
                }
            }
            found
        };
        let near = self.linking().filter(|&value| !self.near.of(value).is_empty()).flat_map_iter(near_tied);
        let same_tied = |value: ValueId| {
            let personas = self.holdings.personas_of(value);
            (value, personas.iter().filter(|&&persona| tied_to(persona, personas)).count() as u32)
        };
        let same = self.linking().filter(|&value| (3..=bound).contains(&self.holders(value).len())).map(same_tied);
        Tied { same: same.filter(|&(_, tied)| tied > 0).collect(), near: near.collect() }
    }

    /// Holders of a value as unrelated ones: each tied holder counts as [`TIED_HOLDER`]. Never under two.
    fn unrelated_holders(&self, value: ValueId, tied: &Tied) -> f64 {
        let holders = self.holders(value).len() as f64;
        let tied = f64::from(tied.same.get(&value).copied().unwrap_or(0));
        (holders - tied + tied.min(2.0) + (tied - 2.0).max(0.0) * TIED_HOLDER).max(2.0)
    }

    /// The share of a value's holders whom other evidence ties, two at least. How often one operator's personas share a value
    /// of a kind holds for values that are their own; of what a crowd carries for a reason of its own (a stock
    /// phrase, an exit of a network, a parcel counter) only the tied share is anybody's.
    fn own_share(&self, value: ValueId, tied: &Tied) -> f64 {
        let holders = self.holders(value).len().max(2) as f64;
        let tied = f64::from(tied.same.get(&value).copied().unwrap_or(0));
        (tied.max(2.0) / holders).min(1.0)
    }

    /// All evidence between two personas, or `None` when it comes to fewer than two families.
    fn evidence(&self, left: PersonaId, right: PersonaId, tied: &Tied) -> Option<Evidence> {
        let mut contributions = self.shared(left, right, tied);
        self.near_shared(left, right, tied, &mut contributions);
        if innocence::copied_lines(&contributions, self.settings) < 2 {
            let near_line = |c: &&mut Contribution| c.kind == IdentifierKind::ResumeLine && c.is_near();
            contributions.iter_mut().filter(near_line).for_each(|c| c.bits = (c.bits + LONE_NEAR_LINE_BITS).max(0.0));
        }
        self.refereed(left, right, false, &mut contributions);
        self.refereed(right, left, true, &mut contributions);
        let prior = (self.settings.weights.partners / self.population).log2();
        let discount = self.settings.weights.within_family;
        let against_chance = prior + count(&mut contributions, discount, |_| true);
        let families = families_of(&contributions, |_| true);
        if families.len() < 2 {
            return None;
        }
        let control_against_chance = prior + sum(&contributions, discount, |c| c.side() == Side::Control);
        let control_families = families_of(&contributions, |c| c.side() == Side::Control).len();
        let explanation = innocence::best(self.facts, self.settings, self.population, left, right, &contributions);
        let (innocence, explained, control_explained) = match explanation {
            Some(best) => {
                if best.bits > 0.0 {
                    for (contribution, share) in contributions.iter_mut().zip(&best.shares) {
                        contribution.explained = contribution.counted * share;
                    }
                }
                (
                    Some(Innocence { relation: best.relation, bits: best.bits }),
                    best.bits.max(0.0),
                    best.control_bits.max(0.0),
                )
            }
            None => (None, 0.0, 0.0),
        };
        contributions
            .sort_by(|a, b| b.counted.total_cmp(&a.counted).then_with(|| (a.left, a.right).cmp(&(b.left, b.right))));
        Some(Evidence {
            left,
            right,
            contributions,
            against_chance,
            control_against_chance,
            innocence,
            total_bits: against_chance - explained,
            control_bits: control_against_chance - control_explained,
            families,
            control_families,
        })
    }

    /// Values that both carry.
    fn shared(&self, left: PersonaId, right: PersonaId, tied: &Tied) -> Vec<Contribution> {
        let (a, b) = (self.holdings.of_persona(left), self.holdings.of_persona(right));
        let mut contributions = Vec::new();
        let (mut i, mut j) = (0, 0);
        while i < a.len() && j < b.len() {
            match a[i].value.cmp(&b[j].value) {
                std::cmp::Ordering::Less => i += 1,
                std::cmp::Ordering::Greater => j += 1,
                std::cmp::Ordering::Equal => {
                    if let Some(contribution) = self.same([left, right], &a[i], &b[j], tied) {
                        contributions.push(contribution);
                    }
                    i += 1;
                    j += 1;
                }
            }
        }
        contributions
    }

    fn same(&self, of: [PersonaId; 2], a: &Holding, b: &Holding, tied: &Tied) -> Option<Contribution> {
        let kind = self.kind(a.value);
        let weight = self.weight(kind).filter(|_| self.may_link(a.value))?;
        let holders = self.unrelated_holders(a.value, tied);
        let innocent = self.innocent(kind, weight, of[0], of[1]);
        let others = (holders - 2.0 + self.settings.weights.pseudo_count).max(innocent);
        let bits = (weight.m * self.own_share(a.value, tied) * self.population / others).log2().max(0.0);
        let apart = is_exclusive(kind) && !a.period.overlaps(b.period);
        let note = match apart {
            true => "at different times",
            false if !self.referee_holders(a.value).is_empty() => REFEREE_IS_PERSONA,
            false if is_handed_on(kind) && (a.period.is_always() || b.period.is_always()) => UNDATED,
            false => "",
        };
        Some(Contribution {
            kind,
            family: kind.family(),
            left: a.value,
            right: b.value,
            left_names_right: false,
            how: "same",
            holders: self.holders(a.value).len() as u32,
            bits: if apart { 0.0 } else { bits },
            counted: 0.0,
            explained: 0.0,
            note,
        })
    }

    /// Values of one that are near to values of the other.
    fn near_shared(&self, left: PersonaId, right: PersonaId, tied: &Tied, contributions: &mut Vec<Contribution>) {
        let other = self.holdings.of_persona(right);
        for holding in self.holdings.of_persona(left) {
            for &(value, rule) in self.near.of(holding.value) {
                let Ok(at) = other.binary_search_by_key(&value, |holding| holding.value) else { continue };
                let kind = self.kind(value);
                let Some(weight) = self.weight(kind).filter(|weight| weight.m_near > 0.0) else { continue };
                let around = |value: ValueId| {
                    let all = f64::from(self.near_holders(value, rule));
                    let tied = f64::from(tied.near.get(&(value, rule)).copied().unwrap_or(0)).min(all);
                    (all - tied + tied.min(1.0) + (tied - 1.0).max(0.0) * TIED_HOLDER).max(1.0)
                };
                let local = around(holding.value).max(around(value)) - 1.0 + self.settings.weights.pseudo_count;
                let rate = self.near_rates.get(&kind).copied().unwrap_or(0.0);
                // What holds for the exact value holds for the near one: nobody shares the near one less often.
                let exact = self.unrelated_holders(value, tied).max(self.unrelated_holders(holding.value, tied)) - 2.0;
                let others = local.max(rate).max(self.innocent(kind, weight, left, right)).max(exact);
                let note = if is_exclusive(kind) && !holding.period.overlaps(other[at].period) {
                    "at different times"
                } else if named_after_owner(kind)
                    && self.facts.explained_by_names(self.claims, left, right, holding.value, value)
                {
                    "explained by similar names"
                } else {
                    ""
                };
                let bits = (weight.m_near * self.population / others).log2().max(0.0);
                contributions.push(Contribution {
                    kind,
                    family: kind.family(),
                    left: holding.value,
                    right: value,
                    left_names_right: false,
                    how: rule.name(),
                    holders: self.near_holders(value, rule) + 1,
                    bits: if note.is_empty() { bits } else { 0.0 },
                    counted: 0.0,
                    explained: 0.0,
                    note,
                });
            }
        }
    }

    /// A referee's contact of one that is the other's own contact.
    fn refereed(&self, by: PersonaId, referee: PersonaId, swap: bool, contributions: &mut Vec<Contribution>) {
        for holding in self.holdings.of_persona(by) {
            let own = match self.kind(holding.value) {
                IdentifierKind::RefereeEmail => IdentifierKind::Email,
                IdentifierKind::RefereePhone => IdentifierKind::Phone,
                _ => continue,
            };
            let text = self.claims.dictionary.text(holding.value);
            let Some(value) = self.claims.dictionary.get(own, text).filter(|&value| self.may_link(value)) else {
                continue;
            };
            let held = self.holdings.of_persona(referee).binary_search_by_key(&value, |holding| holding.value).is_ok();
            let (true, Some(weight)) = (held, self.weight(self.kind(holding.value))) else { continue };
            // A contact that several call their own (an agency's) makes nobody's referee, and neither does one's own.
            let is_own = self.holdings.of_persona(by).binary_search_by_key(&value, |holding| holding.value).is_ok();
            if is_own || self.holders(value).len() > REFEREE_HOLDERS {
                continue;
            }
            let others = (self.holders(holding.value).len() as f64).max(weight.innocent);
            let (left, right) = if swap { (value, holding.value) } else { (holding.value, value) };
            contributions.push(Contribution {
                kind: self.kind(holding.value),
                family: EvidenceFamily::People,
                left,
                right,
                left_names_right: !swap,
                how: NAMES_THE_OTHER,
                holders: self.holders(holding.value).len() as u32,
                bits: (weight.m * self.population / others).log2().max(0.0),
                counted: 0.0,
                explained: 0.0,
                note: "",
            });
        }
    }
}

/// Kinds of which two holders at different times do not share anything.
fn is_exclusive(kind: IdentifierKind) -> bool {
    matches!(
        kind,
        IdentifierKind::Address | IdentifierKind::Ip | IdentifierKind::Serial | IdentifierKind::HardwareAddress
    )
}

/// Kinds of what one person gets after another.
fn is_handed_on(kind: IdentifierKind) -> bool {
    matches!(kind, IdentifierKind::Serial | IdentifierKind::HardwareAddress)
}

/// Kinds whose values people make from their own names.
fn named_after_owner(kind: IdentifierKind) -> bool {
    matches!(
        kind,
        IdentifierKind::Email | IdentifierKind::Handle | IdentifierKind::PaymentHandle | IdentifierKind::ProfileUrl
    )
}

fn family_bits(kind: IdentifierKind) -> u16 {
    let bit = 1u16 << kind.family() as u16;
    if kind.side() == Side::Control { bit | bit << 8 } else { bit }
}

/// The place of a pair among so many.
fn place(pair: u64, places: usize) -> usize {
    ((u128::from(pair.wrapping_mul(0x9e37_79b9_7f4a_7c15)) * places as u128) >> 64) as usize
}

/// Counts contributions family by family, writes what each adds, and returns the sum.
fn count(contributions: &mut [Contribution], discount: f64, which: impl Fn(&Contribution) -> bool) -> f64 {
    let mut order: Vec<usize> = (0..contributions.len()).filter(|&index| which(&contributions[index])).collect();
    order.sort_by(|&a, &b| {
        contributions[b].bits.total_cmp(&contributions[a].bits).then_with(|| {
            (contributions[a].left, contributions[a].right).cmp(&(contributions[b].left, contributions[b].right))
        })
    });
    // The strongest of a family counts in full, the second by the discount, the third by its square, and so on:
    // ten lines of one resume are not ten times the proof.
    let mut shares = [1.0f64; EvidenceFamily::ALL.len()];
    let mut sum = 0.0;
    for index in order {
        let contribution = &mut contributions[index];
        let share = &mut shares[contribution.family as usize];
        contribution.counted = contribution.bits * *share;
        *share *= discount;
        sum += contribution.counted;
    }
    sum
}

/// The sum that [`count`] would give, without writing.
fn sum(contributions: &[Contribution], discount: f64, which: impl Fn(&Contribution) -> bool) -> f64 {
    count(&mut contributions.to_vec(), discount, which)
}

/// Families with a contribution that counts at least one bit.
fn families_of(contributions: &[Contribution], which: impl Fn(&Contribution) -> bool) -> Vec<EvidenceFamily> {
    let mut families: Vec<EvidenceFamily> = contributions
        .iter()
        .filter(|contribution| contribution.bits >= 1.0 && which(contribution))
        .map(|contribution| contribution.family)
        .collect();
    families.sort_unstable();
    families.dedup();
    families
}

/// The hull of two periods.
fn hull(a: Period, b: Period) -> Period {
    Period { from: a.from.min(b.from), to: a.to.max(b.to) }
}

/// Roles as a set of bits.
fn role_bit(role: Role) -> u8 {
    1 << role as u8
}

#[cfg(test)]
mod tests;
