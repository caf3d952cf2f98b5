//! Evidence between personas to operator clusters, sites and rings.
//!
//! A ring is a connected component over links whose total bits reach the threshold, with operator clusters and sites.
//! A site joins a further holder of its place when at least a set share of the place's holders is in the ring already
//! and no innocent relation explains that holder. What an innocent explanation takes below the threshold is set aside,
//! with the relation's name. Bridges and articulation points are those of petgraph on each ring's graph.

use super::stable_name;
use super::union_find::UnionFind;
use crate::config::Settings;
use crate::model::cluster::{Clusters, Level, OperatorCluster, Ring, SetAside, Site, SiteMember};
use crate::model::evidence::Evidence;
use crate::model::ids::{PersonaId, ValueId};
use crate::model::value::{EvidenceFamily, Side};
use crate::model::words::counted;
use petgraph::algo::articulation_points::articulation_points;
use petgraph::algo::bridges;
use petgraph::graph::UnGraph;
use rustc_hash::FxHashMap;

/// What the ring stage asks of the others.
pub struct Questions<'a> {
    /// Stable name of a persona.
    pub persona_name: &'a dyn Fn(PersonaId) -> &'a str,
    /// Whether two personas bear one name and do not contradict each other: perhaps one person, split.
    pub same_name: &'a dyn Fn(PersonaId, PersonaId) -> bool,
    /// All personas that hold a value, sorted.
    pub holders: &'a dyn Fn(ValueId) -> Vec<PersonaId>,
    /// Whether two personas hold the value at overlapping times and do not share a home.
    pub together: &'a dyn Fn(ValueId, PersonaId, PersonaId) -> bool,
    /// Text of a value for people.
    pub shown: &'a dyn Fn(ValueId) -> String,
}

/// Clusters all evidence. Links come out sorted by pair, rings in rank order.
pub fn rings(evidence: Vec<Evidence>, personas: usize, settings: &Settings, ask: &Questions) -> Clusters {
    let (accepted, mut explained): (Vec<Evidence>, Vec<Evidence>) = evidence
        .into_iter()
        .partition(|evidence| passes(evidence, settings) && !(ask.same_name)(evidence.left, evidence.right));
    let (accepted, alone) = by_chance_alone(accepted, personas);
    explained.extend(alone);
    explained.sort_by_key(|evidence| (evidence.left, evidence.right));
    let mut sets = UnionFind::new(personas);
    for link in &accepted {
        sets.union(link.left.0, link.right.0);
    }
    let extensions = extend_sites(&accepted, &mut sets, settings, ask);
    let mut links_of: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    for (index, link) in accepted.iter().enumerate() {
        links_of.entry(sets.find(link.left.0)).or_default().push(index);
    }
    let mut rings: Vec<(Ring, usize)> = sets
        .sets(2)
        .into_iter()
        .map(|members| {
            let root = sets.find(members[0]);
            let members: Vec<PersonaId> = members.into_iter().map(PersonaId).collect();
            let links = links_of.remove(&root).unwrap_or_default();
            ring(members, links, &accepted, &extensions, settings, ask)
        })
        .collect();
    rings.sort_by(|(a, a_left), (b, b_left)| {
        (a.level, std::cmp::Reverse(a_left))
            .cmp(&(b.level, std::cmp::Reverse(b_left)))
            .then_with(|| b.weight_bits.total_cmp(&a.weight_bits))
            .then_with(|| a.name.cmp(&b.name))
    });
    let mut rings: Vec<Ring> = rings.into_iter().map(|(ring, _)| ring).collect();
    for (index, ring) in rings.iter_mut().enumerate() {
        ring.rank = index + 1;
    }
    let set_aside = set_aside(&explained, &mut sets, personas, settings, ask);
    Clusters { links: accepted, site_members: extensions, rings, set_aside }
}

/// Whether evidence is enough to tie two personas.
fn passes(evidence: &Evidence, settings: &Settings) -> bool {
    let thresholds = &settings.thresholds;
    evidence.total_bits >= thresholds.ring_bits
        && evidence.families.len() >= thresholds.review_families
        && stands_apart(evidence, thresholds.review_families)
}

/// Whether what innocence leaves over links by itself. That two came through one agency is stated and not supposed; so they
/// are strangers who share its contacts, and what else they share must be of two families, as between any strangers.
fn stands_apart(evidence: &Evidence, families: usize) -> bool {
    match &evidence.innocence {
        Some(innocence) if innocence.bits > 0.0 && innocence.relation == STATED_RELATION => {
            evidence.families_left().len() >= families
        }
        _ => true,
    }
}

/// The relation that sources state.
const STATED_RELATION: &str = "agency";

/// A run looks at every pair there is, so the weakest of what passes the threshold are coincidences. Those come one by one: a
/// link between two personas whom nothing else ties must beat chance by odds of 22 to 1.
const LONE_LINK_BITS: f64 = 4.5;
/// How such a link is called among what was set aside.
const COINCIDENCE: &str = "coincidence";

/// Splits off links that are alone and no stronger than what a company brings about by chance. Innocence plays no part:
/// what beats chance by far and innocence by little is no coincidence.
fn by_chance_alone(accepted: Vec<Evidence>, personas: usize) -> (Vec<Evidence>, Vec<Evidence>) {
    let mut links = vec![0u32; personas];
    for link in &accepted {
        links[link.left.index()] += 1;
        links[link.right.index()] += 1;
    }
    accepted.into_iter().partition(|link| {
        link.against_chance >= LONE_LINK_BITS || links[link.left.index()] > 1 || links[link.right.index()] > 1
    })
}

/// Location values of accepted links, with further holders that join because most holders are tied already.
fn extend_sites(accepted: &[Evidence], sets: &mut UnionFind, settings: &Settings, ask: &Questions) -> Vec<SiteMember> {
    let mut values: Vec<ValueId> = accepted
        .iter()
        .flat_map(|link| &link.contributions)
        .filter(|c| c.side() == Side::Location && !c.is_near() && c.bits >= 1.0)
        .map(|c| c.left)
        .collect();
    values.sort_unstable();
    values.dedup();
    let mut joined = Vec::new();
    for value in values {
        let holders = (ask.holders)(value);
        let mut by_ring: FxHashMap<u32, Vec<PersonaId>> = FxHashMap::default();
        for &holder in &holders {
            by_ring.entry(sets.find(holder.0)).or_default().push(holder);
        }
        let Some(tied) = by_ring.into_values().max_by_key(|tied| (tied.len(), std::cmp::Reverse(tied[0]))) else {
            continue;
        };
        if tied.len() < 2 || (tied.len() as f64) < settings.thresholds.site_share * holders.len() as f64 {
            continue;
        }
        let count = holders.len() as u32;
        for holder in holders {
            let fits = !tied.contains(&holder)
                && tied.iter().all(|&other| (ask.together)(value, holder, other) && !(ask.same_name)(holder, other));
            if fits {
                sets.union(tied[0].0, holder.0);
                joined.push(SiteMember { value, persona: holder, with: tied[0], holders: count });
            }
        }
    }
    joined.sort_unstable();
    joined
}

/// One ring, with how many families hold it up when innocence has taken its part: what it ranks by.
fn ring(
    personas: Vec<PersonaId>,
    links: Vec<usize>,
    accepted: &[Evidence],
    extensions: &[SiteMember],
    settings: &Settings,
    ask: &Questions,
) -> (Ring, usize) {
    let name = |prefix: &str, members: &[PersonaId]| {
        stable_name(prefix, members.iter().map(|&member| (ask.persona_name)(member)).min())
    };
    // What an innocent relation accounts for holds nothing up: a family ranks with what is left over.
    let mut strongest: [f64; EvidenceFamily::ALL.len()] = [0.0; EvidenceFamily::ALL.len()];
    let mut families = Vec::new();
    for contribution in links.iter().flat_map(|&index| &accepted[index].contributions) {
        let best = &mut strongest[contribution.family as usize];
        *best = best.max(Evidence::left_over(contribution));
        if contribution.counted >= 1.0 {
            families.push(contribution.family);
        }
    }
    families.sort_unstable();
    families.dedup();
    let left = strongest.iter().filter(|&&bits| bits >= 1.0).count();
    let together = strongest.iter().sum::<f64>() + links.first().map_or(0.0, |&link| prior_of(&accepted[link]));
    // A relation that explains a part of a link has paid a part of its prior, too, so the best link alone may say more.
    let weight_bits = links.iter().map(|&link| accepted[link].total_bits).fold(together, f64::max);
    let strong = strongest.iter().any(|&bits| bits >= settings.thresholds.strong_bits);
    let level = if left >= settings.thresholds.priority_families && strong { Level::Priority } else { Level::Review };
    let operators = operators(&personas, &links, accepted, settings, &name);
    let sites = sites(&links, accepted, extensions, &personas, ask);
    let (bridges, articulation_points) = cuts(&personas, &links, accepted, &sites);
    let mut ring = Ring {
        name: name("R", &personas),
        rank: 0,
        level,
        weight_bits,
        families,
        personas,
        operators,
        sites,
        links,
        bridges,
        articulation_points,
        reason: String::new(),
    };
    ring.reason = reason(&ring, accepted, ask);
    (ring, left)
}

/// The prior that a link paid: what its counted contributions do not account for. The same for all links of a run.
fn prior_of(link: &Evidence) -> f64 {
    link.against_chance - link.contributions.iter().map(|c| c.counted).sum::<f64>()
}

fn operators(
    personas: &[PersonaId],
    links: &[usize],
    accepted: &[Evidence],
    settings: &Settings,
    name: &dyn Fn(&str, &[PersonaId]) -> String,
) -> Vec<OperatorCluster> {
    let mut sets = UnionFind::new(personas.len());
    let at = |persona: PersonaId| personas.binary_search(&persona).unwrap_or(0) as u32;
    for link in links.iter().map(|&index| &accepted[index]) {
        if link.control_bits >= settings.thresholds.operator_bits
            && link.control_families >= settings.thresholds.review_families
        {
            sets.union(at(link.left), at(link.right));
        }
    }
    sets.sets(1)
        .into_iter()
        .map(|members| {
            let personas: Vec<PersonaId> = members.into_iter().map(|member| personas[member as usize]).collect();
            OperatorCluster { name: name("O", &personas), personas }
        })
        .collect()
}

/// Location values that serve two and more personas of the ring; values with the same personas are one site.
fn sites(
    links: &[usize],
    accepted: &[Evidence],
    extensions: &[SiteMember],
    personas: &[PersonaId],
    ask: &Questions,
) -> Vec<Site> {
    let mut served: FxHashMap<ValueId, Vec<PersonaId>> = FxHashMap::default();
    for link in links.iter().map(|&index| &accepted[index]) {
        for c in link.contributions.iter().filter(|c| c.side() == Side::Location && !c.is_near() && c.bits >= 1.0) {
            served.entry(c.left).or_default().extend([link.left, link.right]);
        }
    }
    for member in extensions.iter().filter(|member| personas.binary_search(&member.persona).is_ok()) {
        served.entry(member.value).or_default().extend([member.persona, member.with]);
    }
    let mut served: Vec<(ValueId, Vec<PersonaId>)> = served
        .into_iter()
        .map(|(value, mut personas)| {
            personas.sort_unstable();
            personas.dedup();
            (value, personas)
        })
        .collect();
    served.sort();
    let mut sets = UnionFind::new(served.len());
    for a in 0..served.len() {
        for b in a + 1..served.len() {
            let common = served[a].1.iter().filter(|persona| served[b].1.binary_search(persona).is_ok()).count();
            if common >= 2 {
                sets.union(a as u32, b as u32);
            }
        }
    }
    sets.sets(1)
        .into_iter()
        .map(|members| {
            let mut personas: Vec<PersonaId> =
                members.iter().flat_map(|&member| served[member as usize].1.iter().copied()).collect();
            personas.sort_unstable();
            personas.dedup();
            let values: Vec<ValueId> = members.iter().map(|&member| served[member as usize].0).collect();
            let texts: Vec<String> = values.iter().map(|&value| (ask.shown)(value)).collect();
            Site { name: stable_name("S", texts.iter().map(String::as_str).min()), values, personas }
        })
        .collect()
}

/// Bridges (as link indexes) and articulation points (as personas) of one ring.
fn cuts(
    personas: &[PersonaId],
    links: &[usize],
    accepted: &[Evidence],
    sites: &[Site],
) -> (Vec<usize>, Vec<PersonaId>) {
    let mut graph: UnGraph<PersonaId, Option<usize>> = UnGraph::default();
    let nodes: Vec<_> = personas.iter().map(|&persona| graph.add_node(persona)).collect();
    let at = |persona: PersonaId| personas.binary_search(&persona).ok().map(|index| nodes[index]);
    for &index in links {
        if let (Some(a), Some(b)) = (at(accepted[index].left), at(accepted[index].right)) {
            graph.add_edge(a, b, Some(index));
        }
    }
    // A persona that only a site holds hangs on the site's first persona.
    for site in sites {
        for &persona in &site.personas[1..] {
            if let (Some(a), Some(b)) = (at(site.personas[0]), at(persona))
                && graph.find_edge(a, b).is_none()
            {
                graph.add_edge(a, b, None);
            }
        }
    }
    let mut cut: Vec<usize> = bridges::bridges(&graph).filter_map(|edge| *edge.weight()).collect();
    cut.sort_unstable();
    let mut points: Vec<PersonaId> = articulation_points(&graph).into_iter().map(|node| graph[node]).collect();
    points.sort_unstable();
    (cut, points)
}

/// What ties the ring, in one neutral sentence made from the evidence.
fn reason(ring: &Ring, accepted: &[Evidence], ask: &Questions) -> String {
    let mut ties: FxHashMap<(&str, &str), (usize, f64)> = FxHashMap::default();
    let mut strongest: Option<(f64, &crate::model::evidence::Contribution)> = None;
    for link in ring.links.iter().map(|&index| &accepted[index]) {
        for c in link.contributions.iter().filter(|c| c.counted >= 1.0) {
            let entry = ties.entry((c.kind.name(), c.how)).or_default();
            entry.0 += 1;
            entry.1 = entry.1.max(c.bits);
            if strongest.is_none_or(|(bits, best)| (c.bits, best.left) > (bits, c.left)) {
                strongest = Some((c.bits, c));
            }
        }
    }
    let mut ties: Vec<_> = ties.into_iter().collect();
    ties.sort_by(|a, b| b.1.1.total_cmp(&a.1.1).then_with(|| a.0.cmp(&b.0)));
    let listed: Vec<String> = ties
        .iter()
        .take(6)
        .map(|((kind, how), (pairs, _))| {
            let kind = kind.replace('_', " ");
            let what = if *how == "same" { format!("same {kind}") } else { format!("{kind}: {how}") };
            if *pairs > 1 { format!("{what} ({pairs} pairs)") } else { what }
        })
        .collect();
    let mut text = counted(ring.personas.len(), "persona");
    if ring.operators.len() != ring.personas.len() {
        text.push_str(&format!(" in {}", counted(ring.operators.len(), "operator cluster")));
    }
    if !ring.sites.is_empty() {
        text.push_str(&format!(", {}", counted(ring.sites.len(), "site")));
    }
    text.push_str(&format!("; {}", listed.join(", ")));
    if ties.len() > 6 {
        text.push_str(&format!(" and {} more", ties.len() - 6));
    }
    if let Some((bits, c)) = strongest {
        text.push_str(&format!(
            "; strongest: {} {} (+{bits:.1} bits)",
            c.kind.name().replace('_', " "),
            (ask.shown)(c.left)
        ));
    }
    if let Some(innocence) = ring
        .links
        .iter()
        .filter_map(|&index| accepted[index].innocence.as_ref())
        .filter(|innocence| innocence.bits > 0.0)
        .max_by(|a, b| a.bits.total_cmp(&b.bits))
    {
        text.push_str(&format!("; also consider: {}", innocence.relation.replace('_', " ")));
    }
    text
}

/// Groups of personas whose evidence an innocent explanation took below the threshold.
fn set_aside(
    explained: &[Evidence],
    rings: &mut UnionFind,
    personas: usize,
    settings: &Settings,
    ask: &Questions,
) -> Vec<SetAside> {
    let mut by_guard: FxHashMap<String, Vec<&Evidence>> = FxHashMap::default();
    for evidence in explained {
        if evidence.families.len() < settings.thresholds.review_families
            || rings.find(evidence.left.0) == rings.find(evidence.right.0)
        {
            continue;
        }
        let guard = if (ask.same_name)(evidence.left, evidence.right) {
            "one person in two personas".to_string()
        } else if passes(evidence, settings) {
            COINCIDENCE.to_string()
        } else {
            match &evidence.innocence {
                Some(innocence) => innocence.relation.replace('_', " "),
                None => continue,
            }
        };
        by_guard.entry(guard).or_default().push(evidence);
    }
    let mut guards: Vec<_> = by_guard.into_iter().collect();
    guards.sort_by(|a, b| a.0.cmp(&b.0));
    let mut result = Vec::new();
    for (guard, pairs) in guards {
        let mut sets = UnionFind::new(personas);
        for pair in &pairs {
            sets.union(pair.left.0, pair.right.0);
        }
        let mut best: FxHashMap<u32, &Evidence> = FxHashMap::default();
        let mut members: FxHashMap<u32, Vec<PersonaId>> = FxHashMap::default();
        for &pair in &pairs {
            let root = sets.find(pair.left.0);
            let entry = best.entry(root).or_insert(pair);
            if pair.against_chance > entry.against_chance {
                *entry = pair;
            }
            members.entry(root).or_default().extend([pair.left, pair.right]);
        }
        let mut groups: Vec<_> = members.into_iter().collect();
        groups.sort_by_key(|(root, _)| *root);
        for (root, mut personas) in groups {
            personas.sort_unstable();
            personas.dedup();
            let strongest = best[&root];
            let shared: Vec<String> = strongest
                .contributions
                .iter()
                .filter(|c| c.counted >= 1.0)
                .take(5)
                .map(|c| format!("{} {}", c.how, c.kind.name().replace('_', " ")))
                .collect();
            let names = personas.iter().map(|&persona| (ask.persona_name)(persona));
            result.push(SetAside {
                name: stable_name("A", std::iter::once(guard.as_str()).chain(names)),
                reason: format!(
                    "{}: {} explained by {guard}; evidence that this does not explain would override it",
                    counted(personas.len(), "persona"),
                    shared.join(", ")
                ),
                guard: guard.clone(),
                personas,
                weight_bits: strongest.against_chance,
                families: strongest.families.clone(),
                overrides: String::new(),
            });
        }
    }
    result.sort_by(|a, b| b.weight_bits.total_cmp(&a.weight_bits).then_with(|| a.name.cmp(&b.name)));
    result
}
