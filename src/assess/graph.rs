//! G01 to G09: rules of the catalogue that are no look at one persona or link, but the way in which clusters are made and
//! told. Each says where it lives.

use super::{Indicator, Rule};
use crate::model::finding::Strength;
use crate::model::value::EvidenceFamily;

const fn rule(
    id: &'static str,
    name: &'static str,
    definition: &'static str,
    misleads: &'static str,
    place: &'static str,
) -> Indicator {
    Indicator {
        id,
        name,
        definition,
        needs: &[],
        parameters: &[],
        family: EvidenceFamily::People,
        strength: Strength::Weak,
        misleads,
        source: "This product's own rule",
        rule: Rule::Elsewhere(place),
    }
}

pub const G01: Indicator = rule(
    "G01",
    "hubs",
    "A value that many unrelated personas hold, or that the customer's list explains, stays in the graph and ties nobody.",
    "A facilitator who hides in a crowd, such as one room of a dormitory: what ties its guests beside the place still counts.",
    "weighing: the weight of a value falls with its unrelated holders, and allow lists take all of it; the table of hubs.",
);

pub const G02: Indicator = rule(
    "G02",
    "independent evidence",
    "A ring needs two families of evidence to be reviewed, three and a strong one for priority; inside a family the \
     strongest counts and the rest is discounted.",
    "Two families that have one cause, such as a home and its network.",
    "weighing and ranking, by the thresholds of the config.",
);

pub const G03: Indicator = rule(
    "G03",
    "no chain alone",
    "One weak tie links nobody, and values that only few ties rest on do not chain groups; bridges and articulation points \
     are told, so that an analyst can cut one.",
    "A real ring may hang on one tie.",
    "clustering: what a pair needs, and bridges of each ring.",
);

pub const G04: Indicator = rule(
    "G04",
    "person or relation",
    "Two relations are kept apart: the same person, which is strict, and sharing something, which merges nobody.",
    "One person who was split in two looks like a pair that shares everything.",
    "resolution of personas against evidence between them; pairs of one name are set aside.",
);

pub const G05: Indicator = Indicator {
    parameters: &["chance"],
    ..rule(
        "G05",
        "facilitator candidate",
        "An address, network, account or persona that touches at least two personas of a ring in at least two families, place \
         or device among them; what each touches is told. A place of which more holders have a strong device finding than \
         chance explains (`chance`, over all places that were looked at) is a site, whatever else its holders share.",
        "A landlord, a flat-mate, a parent, a firm that forwards parcels.",
        "assessing: sites, before hubs and groups are left aside; and roles, as a hypothesis with the innocent reading beside it.",
    )
};

pub const G06: Indicator = rule(
    "G06",
    "household",
    "People of one home and family name who share lines and accounts, and neither devices nor documents, are set aside as a \
     household.",
    "Relatives who act together.",
    "the relation household in weighing, and the guards household and twins.",
);

pub const G07: Indicator = rule(
    "G07",
    "size is no evidence",
    "Nothing depends on how many personas a ring has: one employer sees one to three of a facilitator's laptops.",
    "None.",
    "ranking, which orders by level, families and bits.",
);

pub const G08: Indicator = rule(
    "G08",
    "time",
    "Who held an address, network or device at another time shares nothing with who holds it now.",
    "Dates that were not kept: an undated value holds at all times.",
    "weighing (at different times), and the guards moved house and re-issued device.",
);

pub const G09: Indicator = rule(
    "G09",
    "explanation",
    "For every pair and ring: the ties with their cells, what would remain without one, and what speaks against it.",
    "None.",
    "the commands explain and show.",
);
