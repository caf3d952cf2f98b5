//! Scenes weighed, clustered and assessed as a run does, for the tests of links, guards and roles.

use super::testing::Scene;
use super::{Asked, Assessment, Context};
use crate::cluster::rings::{Questions, rings};
use crate::model::finding::{Finding, Strength};
use crate::model::ids::{PersonaId, ValueId};
use crate::model::value::IdentifierKind;
use crate::near;
use crate::weigh::facts::Facts;
use crate::weigh::holdings::Holdings;
use crate::weigh::hubs::Explained;
use crate::weigh::weigh;

/// Looks at what a run would find of the scene among so many strangers.
pub fn assessed<T>(mut scene: Scene, strangers: usize, look: impl FnOnce(&Context, &Assessment) -> T) -> T {
    for at in 0..strangers {
        scene = scene.applicant(&format!("stranger{at}"), "", &[]);
    }
    scene.with(|scene| {
        let (claims, count) = (scene.claims, scene.personas.len());
        let near = near::neighbours(&claims.dictionary).pairs;
        let facts = Facts::new(claims, scene.of_record, count, &near);
        let mut explained = Explained::default();
        for value in claims.dictionary.values() {
            if let Some(list) = (scene.explained)(value) {
                explained.insert(value, list);
            }
        }
        let weighing = weigh(claims, scene.of_record, count, near, explained, &facts, scene.settings);
        let holdings: &Holdings = &weighing.holdings;
        let held = |value: ValueId, persona: PersonaId| {
            let own = holdings.of_persona(persona);
            own.binary_search_by_key(&value, |holding| holding.value).ok().map(|at| own[at])
        };
        let holders = |value: ValueId| -> Vec<PersonaId> { holdings.personas_of(value).to_vec() };
        let questions = Questions {
            persona_name: &|persona| scene.personas[persona.index()].name.as_str(),
            same_name: &|a, b| {
                facts.names(a).iter().any(|&x| facts.names(b).iter().any(|&y| (scene.names_agree)(x, y)))
            },
            holders: &holders,
            together: &|value, a, b| match (held(value, a), held(value, b)) {
                (Some(x), Some(y)) => {
                    x.period.overlaps(y.period) && !facts.share_home(a, b) && !facts.share_family_name(a, b)
                }
                _ => false,
            },
            shown: scene.shown,
        };
        let clusters = rings(weighing.evidence.clone(), count, scene.settings, &questions);
        let context = Context {
            claims,
            personas: scene.personas,
            of_record: scene.of_record,
            clusters: &clusters,
            inputs: scene.inputs.clone(),
            lists: scene.lists,
            settings: scene.settings,
            powerless: &|_| false,
            explained: scene.explained,
            holders: &holders,
            shown: scene.shown,
            names_agree: scene.names_agree,
            one_place: scene.one_place,
            known: scene.known,
            asked: &Asked::default(),
        };
        look(&context, &super::assess(&context))
    })
}

/// The strongest finding of an indicator that counts, among two thousand strangers.
pub fn found(id: &str, scene: Scene) -> Option<Strength> {
    assessed(scene, 2_000, |_, assessment| {
        let own = assessment.findings.iter().filter(|finding| finding.indicator == id && finding.counts());
        own.inspect(|finding: &&Finding| assert!(!finding.cites.is_empty())).map(|finding| finding.strength).max()
    })
}

/// A value with its kind.
pub type Value<'v> = (IdentifierKind, &'v str);
