//! Hubs as possible sites, before they are set aside: a place or network of which far more of the holders than chance
//! explains have a strong device finding. A laptop farm in a dorm is one: the dorm explains the address and explains no
//! remote-control software on its guests' company laptops.
//!
//! How sure that is follows from the run itself: with `k` of a value's `n` holders having such a finding, and a share `p`
//! among everybody else, the chance of so many or more is that of a binomial. It is held against the number of values that
//! were looked at (Bonferroni), so that among a hundred thousand homes none is found by searching long enough.

use super::Context;
use super::guards::facts::one_family_name;
use crate::model::claim::{Period, Role};
use crate::model::cluster::{Level, OperatorCluster, Ring, Site, SiteMember};
use crate::model::finding::{Finding, Strength};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::record::RecordKind;
use crate::model::value::{EvidenceFamily, IdentifierKind, Side};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// A place with the personas that findings single out there.
struct Candidate {
    value: ValueId,
    personas: BTreeSet<PersonaId>,
    holders: usize,
    /// log2 of one over the chance, corrected for the number of values looked at.
    bits: f64,
}

/// Rings made of a site alone, and the members that sites add; personas of rings that are there already are left to these.
pub(super) fn sites(context: &Context, findings: &[Finding]) -> (Vec<Ring>, Vec<SiteMember>) {
    let mut taken = vec![false; context.personas.len()];
    for ring in &context.clusters.rings {
        ring.personas.iter().for_each(|persona| taken[persona.index()] = true);
    }
    let mut candidates = candidates(context, findings);
    candidates.sort_by(|a, b| b.bits.total_cmp(&a.bits).then_with(|| a.value.cmp(&b.value)));
    let (mut rings, mut members) = (Vec::new(), Vec::new());
    for at in 0..candidates.len() {
        let personas: Vec<PersonaId> =
            candidates[at].personas.iter().copied().filter(|persona| !taken[persona.index()]).collect();
        // People of one family share a home.
        if personas.len() < 2 || one_family_name(context, &personas).is_some() {
            continue;
        }
        personas.iter().for_each(|persona| taken[persona.index()] = true);
        // Other values that two and more of them hold are of the same site.
        let values: Vec<&Candidate> = candidates[at..]
            .iter()
            .filter(|other| personas.iter().filter(|persona| other.personas.contains(persona)).count() >= 2)
            .collect();
        for place in &values {
            let inside: Vec<PersonaId> = personas.iter().copied().filter(|p| place.personas.contains(p)).collect();
            let holders = (context.holders)(place.value).len() as u32;
            let joined = |&persona: &PersonaId| SiteMember { value: place.value, persona, with: inside[0], holders };
            members.extend(inside[1..].iter().map(joined));
        }
        rings.push(ring(context, personas, &values));
    }
    members.sort_unstable();
    members.dedup();
    (rings, members)
}

fn candidates(context: &Context, findings: &[Finding]) -> Vec<Candidate> {
    let strong: BTreeSet<PersonaId> = findings
        .iter()
        .filter(|f| f.counts() && f.strength == Strength::Strong && f.family == EvidenceFamily::DeviceNetwork)
        .filter_map(|finding| match finding.personas[..] {
            [persona] => Some(persona),
            _ => None,
        })
        .collect();
    if strong.len() < 2 {
        return Vec::new();
    }
    // Of whom device management knows something: the others could not have such a finding.
    let mut seen = 0usize;
    let mut held: FxHashMap<ValueId, Vec<(PersonaId, Period)>> = FxHashMap::default();
    for index in 0..context.personas.len() {
        let persona = PersonaId::from(index);
        if !context.records(persona).any(|record| tells_of_devices(context.claims.record(record).kind)) {
            continue;
        }
        seen += 1;
        for (value, period) in places(context, persona) {
            held.entry(value).or_default().push((persona, period));
        }
    }
    held.retain(|_, holders| holders.len() >= 2);
    let looked_at = held.len().max(1) as f64;
    let mut found: Vec<Candidate> = held
        .into_iter()
        .filter_map(|(value, holders)| {
            let inside: Vec<(PersonaId, Period)> =
                holders.iter().copied().filter(|(persona, _)| strong.contains(persona)).collect();
            // Who was there at other times than all the others was not there together with them.
            let personas: BTreeSet<PersonaId> = inside
                .iter()
                .filter(|(own, period)| inside.iter().any(|(other, there)| own != other && period.overlaps(*there)))
                .map(|(persona, _)| *persona)
                .collect();
            let (k, n) = (personas.len(), holders.len());
            if k < 2 {
                return None;
            }
            let share = (strong.len() - k + 1) as f64 / (seen - n + 2) as f64;
            let chance = at_least(k, n, share.min(1.0)) * looked_at;
            (chance < context.parameter("G05", "chance")).then(|| Candidate {
                value,
                personas,
                holders: n,
                bits: -chance.max(1e-300).log2(),
            })
        })
        .collect();
    found.sort_by_key(|candidate| candidate.value);
    found
}

fn tells_of_devices(kind: RecordKind) -> bool {
    matches!(kind, RecordKind::Software | RecordKind::Peripheral | RecordKind::SignIn)
}

/// Places and networks of a persona that may say something, each with the days from the first to the last.
fn places(context: &Context, persona: PersonaId) -> BTreeMap<ValueId, Period> {
    let dictionary = &context.claims.dictionary;
    let mut found: BTreeMap<ValueId, Period> = BTreeMap::new();
    for claim in context.records(persona).flat_map(|record| context.claims.of(record)) {
        let kind = dictionary.kind(claim.value);
        let says = kind.side() == Side::Location
            && dictionary.marks(claim.value).can_link()
            // Where an applicant says to live is no place of a company's laptop.
            && (kind != IdentifierKind::Address || claim.role() == Role::Delivery || is_employed(context, claim.record))
            && !(context.powerless)(claim.value);
        if says {
            let period = found.entry(claim.value).or_insert(claim.valid());
            *period = Period { from: period.from.min(claim.valid().from), to: period.to.max(claim.valid().to) };
        }
    }
    found
}

fn is_employed(context: &Context, record: crate::model::ids::RecordId) -> bool {
    context.claims.record(record).kind == RecordKind::Employee
}

/// The chance that of `n` independent ones, each with chance `p`, at least `k` hold. O(n).
fn at_least(k: usize, n: usize, p: f64) -> f64 {
    if p >= 1.0 {
        return 1.0;
    }
    // Terms from k on, each from the one before; the first by logarithms, so that nothing overflows.
    let mut log_term = k as f64 * p.ln() + (n - k) as f64 * (1.0 - p).ln();
    for i in 0..k {
        log_term += ((n - i) as f64 / (k - i) as f64).ln();
    }
    let mut term = log_term.exp();
    let mut sum = 0.0;
    for i in k..=n {
        sum += term;
        term *= (n - i) as f64 / (i + 1) as f64 * p / (1.0 - p);
    }
    sum.min(1.0)
}

fn ring(context: &Context, personas: Vec<PersonaId>, values: &[&Candidate]) -> Ring {
    let hex = |persona: PersonaId| context.personas[persona.index()].name.trim_start_matches("P-");
    let first = personas.iter().map(|&persona| hex(persona)).min().unwrap_or_default();
    let shown: Vec<String> = values
        .iter()
        .map(|place| {
            format!(
                "{} {} ({} of {} holders)",
                context.claims.dictionary.kind(place.value).name().replace('_', " "),
                (context.shown)(place.value),
                place.personas.len(),
                place.holders
            )
        })
        .collect();
    let mut families: Vec<EvidenceFamily> =
        values.iter().map(|place| context.claims.dictionary.kind(place.value).family()).collect();
    families.sort_unstable();
    families.dedup();
    let bits = values.iter().map(|place| place.bits).fold(0.0, f64::max);
    Ring {
        name: format!("R-{first}"),
        rank: 0,
        level: Level::Note,
        weight_bits: bits,
        families,
        operators: personas
            .iter()
            .map(|&persona| OperatorCluster { name: format!("O-{}", hex(persona)), personas: vec![persona] })
            .collect(),
        sites: vec![Site {
            name: format!("S-{first}"),
            values: values.iter().map(|place| place.value).collect(),
            personas: personas.clone(),
        }],
        links: Vec::new(),
        bridges: Vec::new(),
        articulation_points: Vec::new(),
        reason: format!(
            "{} personas at one site, whose laptops have strong device findings, more of its holders than chance would \
             have by {bits:.1} bits: {}",
            personas.len(),
            shown.join(", ")
        ),
        personas,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::testing::Scene;
    use IdentifierKind::{Ip, Name};

    #[test]
    fn the_tail_of_a_binomial_is_the_sum_of_its_terms() {
        let choose = |n: usize, k: usize| (0..k).map(|i| (n - i) as f64 / (k - i) as f64).product::<f64>();
        for (k, n, p) in [(2, 2, 0.1), (3, 10, 0.05), (1, 40, 0.3), (5, 5, 0.9), (2, 200, 0.01)] {
            let slow: f64 =
                (k..=n).map(|i| choose(n, i) * f64::powi(p, i as i32) * f64::powi(1.0 - p, (n - i) as i32)).sum();
            assert!((at_least(k, n, p) - slow).abs() < 1e-9, "{k} of {n} at {p}: {slow}");
        }
        assert_eq!(at_least(2, 3, 1.0), 1.0);
    }

    /// Forty people with a laptop each; of the first `holders` on one network `tools` have remote-control software.
    fn crowd(holders: usize, tools: usize, family: Option<&str>) -> usize {
        let mut scene = Scene::new();
        for at in 0..40 {
            let own = format!("198.18.0.{at}");
            let name = match family {
                Some(family) if at < holders => format!("given{at} / {family}"),
                _ => format!("given{at} / family{at}"),
            };
            let ip = if at < holders { "203.0.113.7" } else { own.as_str() };
            scene = scene
                .employee(&format!("E{at}"), "2025-03-03", &[(Name, name.as_str())])
                .sign_in("2025-04-01T10:00:00Z", &[(Ip, ip)]);
            if at < tools {
                scene = scene.software("AnyDesk", "2025-03-05").software("TeamViewer", "2025-03-06");
            }
        }
        scene.with(|context| {
            let found = super::super::run(super::super::registry::indicator("B13").expect("registered"), context);
            sites(context, &found).0.iter().map(|ring| ring.personas.len()).sum()
        })
    }

    #[test]
    fn a_network_whose_laptops_are_all_worked_on_from_elsewhere_is_a_site() {
        assert_eq!(crowd(4, 4, None), 4);
        assert_eq!(crowd(12, 5, None), 5, "five guests of a dorm");
    }

    #[test]
    fn a_crowd_with_as_many_tools_as_anywhere_a_family_and_one_tool_are_refused() {
        assert_eq!(crowd(40, 4, None), 0, "everybody's exit");
        assert_eq!(crowd(3, 3, Some("stone")), 0, "a family");
        assert_eq!(crowd(4, 1, None), 0, "one of four");
    }
}
