//! From clusters to cases: indicators read what was found and what happened, guards name the innocent explanation, and an
//! order says what to open first.
//!
//! Nothing here links anybody. An [`Indicator`] is a documented rule in a file of its own and a line in [`INDICATORS`]; it
//! gives findings that cite their cells. A [`Guard`] explains findings or rings and so takes them out of the count, in the
//! open. [`rank`] orders rings and cases of one persona by independent evidence, never by size. Roles are hypotheses.
//! Leaves to `cluster` what hangs together, and to `publish` how it is written.

pub mod behaviour;
pub mod context;
pub mod coverage;
pub mod graph;
pub mod guards;
pub mod known;
pub mod link;
pub mod lists;
pub mod rank;
pub mod reference;
pub mod registry;
pub mod roles;
mod sites;
mod summary;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod weighed_tests;

pub use context::{Asked, Context, Inputs, Known};
pub use guards::{GUARDS, Guard};
pub use registry::{INDICATORS, Indicator, Need, Rule};

use crate::model::cluster::{Ring, SetAside, SiteMember};
use crate::model::finding::{Finding, PersonaCase, RoleHypothesis};
use rayon::prelude::*;

/// An indicator that did not run, and what it would need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRun {
    pub indicator: &'static str,
    pub name: &'static str,
    /// `sign_in with ip, country and time`.
    pub needs: String,
}

/// Everything that assessing finds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assessment {
    /// Sorted by indicator and personas.
    pub findings: Vec<Finding>,
    pub not_run: Vec<NotRun>,
    /// Rings in their final order, with levels and summaries; what a guard explains is no longer among them.
    pub rings: Vec<Ring>,
    /// Groups that clustering or a guard set aside, each with the guard's name, reason and what would override it.
    pub set_aside: Vec<SetAside>,
    /// Personas that a site ties to each other, sorted.
    pub site_members: Vec<SiteMember>,
    /// Cases of one persona, in order.
    pub cases: Vec<PersonaCase>,
    pub roles: Vec<RoleHypothesis>,
    /// What the config says is known to be bad and this run has.
    pub known: Known,
}

/// Runs every indicator whose inputs are there, then guards, then the order.
///
/// Linear in personas and events for behaviour, in links for what links say; parallel over personas.
pub fn assess(context: &Context) -> Assessment {
    let mut assessment = Assessment { known: context.known.clone(), ..Assessment::default() };
    let mut running = Vec::new();
    for indicator in INDICATORS {
        match indicator.lacks(&context.inputs) {
            Some(needs) => assessment.not_run.push(NotRun { indicator: indicator.id, name: indicator.name, needs }),
            None => running.push(indicator),
        }
    }
    // All rules about a persona look at it while it is at hand; the others run beside them and each other.
    let (of_persona, others): (Vec<&Indicator>, Vec<&Indicator>) =
        running.into_iter().partition(|indicator| matches!(indicator.rule, Rule::Persona(_)));
    let (found, more) = rayon::join(
        || about_personas(&of_persona, context),
        || others.par_iter().with_max_len(1).flat_map_iter(|indicator| run(indicator, context)).collect::<Vec<_>>(),
    );
    assessment.findings = found;
    assessment.findings.extend(more);
    assessment.findings.par_iter_mut().for_each(|finding| {
        finding.personas.sort_unstable();
        finding.personas.dedup();
        finding.cites.sort_unstable();
        finding.cites.dedup();
        finding.guarded = guards::explains(context, finding);
    });
    assessment.findings.sort_by(|a, b| (a.indicator, &a.personas, &a.cites).cmp(&(b.indicator, &b.personas, &b.cites)));
    rank::rank(context, &mut assessment);
    assessment.roles = roles::roles(context, &assessment);
    assessment
}

/// What these indicators say of one persona after the other.
fn about_personas(indicators: &[&Indicator], context: &Context) -> Vec<Finding> {
    let find = |persona| {
        let found = indicators.iter().filter_map(move |indicator| match indicator.rule {
            Rule::Persona(find) => find(context, persona),
            _ => None,
        });
        found.filter(can_be_traced)
    };
    behaviour::each(context, find)
}

/// What one indicator says.
fn run(indicator: &Indicator, context: &Context) -> Vec<Finding> {
    let found: Vec<Finding> = match indicator.rule {
        Rule::Persona(_) => about_personas(&[indicator], context),
        Rule::Link(find) => context.clusters.links.par_iter().filter_map(|link| find(context, link)).collect(),
        Rule::Run(find) => find(context),
        Rule::Elsewhere(_) | Rule::NotFed(_) | Rule::Refused(_) => Vec::new(),
    };
    found.into_iter().filter(can_be_traced).collect()
}

/// A finding without cells is no finding: nothing is said that cannot be traced.
fn can_be_traced(finding: &Finding) -> bool {
    !finding.cites.is_empty()
}
