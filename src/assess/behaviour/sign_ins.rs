//! Sign-ins of a persona, read once per record.

use crate::assess::Context;
use crate::model::finding::Citation;
use crate::model::ids::{PersonaId, RecordId, ValueId};
use crate::model::moment::Moment;
use crate::model::record::RecordKind;
use crate::model::value::IdentifierKind;

/// What a sign-in says.
#[derive(Clone, Copy, Debug)]
pub(in crate::assess) struct SignIn {
    pub record: RecordId,
    /// Day in UTC, `i32::MIN` where it states none.
    pub day: i32,
    time: Option<ValueId>,
    pub ip: Option<ValueId>,
    pub country: Option<ValueId>,
    pub asn: Option<ValueId>,
    pub organisation: Option<ValueId>,
    pub device: Option<ValueId>,
    /// `Some(true)` where it says that the device is managed.
    pub managed: Option<bool>,
    pub agent: Option<ValueId>,
}

impl SignIn {
    /// When it happened.
    pub fn moment(&self, context: &Context) -> Option<Moment> {
        Moment::parse(context.claims.dictionary.text(self.time?))
    }

    /// The customer's list that explains its network address.
    pub fn explained(&self, context: &Context) -> Option<&'static str> {
        self.ip.and_then(|ip| (context.explained)(ip))
    }

    /// Whether its browser is a phone's or a tablet's.
    pub fn is_phone(&self, context: &Context) -> bool {
        const PHONES: [&str; 7] = ["iphone", "ipad", "android", "mobile", "ios ", "tablet", "phone"];
        let agent = self.agent.map(|value| context.claims.dictionary.text(value).to_lowercase());
        agent.is_some_and(|agent| PHONES.iter().any(|word| agent.contains(word)))
    }

    /// Its cells of these kinds.
    pub fn cite(&self, context: &Context, kinds: &[IdentifierKind]) -> Vec<Citation> {
        context.cite(self.record, kinds)
    }
}

/// Sign-ins of a persona, by day.
pub(in crate::assess) fn sign_ins(context: &Context, persona: PersonaId) -> Vec<SignIn> {
    let yes = context.claims.dictionary.get(IdentifierKind::Managed, "yes");
    let mut found: Vec<SignIn> =
        context.of_kind(persona, RecordKind::SignIn).map(|record| read(context, record, yes)).collect();
    found.sort_unstable_by_key(|sign_in| (sign_in.day, sign_in.record));
    found
}

fn read(context: &Context, record: RecordId, yes: Option<ValueId>) -> SignIn {
    let claims = context.claims.of(record);
    let mut found = SignIn {
        record,
        day: claims.first().map_or(i32::MIN, |claim| claim.valid().from),
        time: None,
        ip: None,
        country: None,
        asn: None,
        organisation: None,
        device: None,
        managed: None,
        agent: None,
    };
    for claim in claims {
        let field = match context.claims.dictionary.kind(claim.value) {
            IdentifierKind::Time => &mut found.time,
            IdentifierKind::Ip => &mut found.ip,
            IdentifierKind::Country => &mut found.country,
            IdentifierKind::Asn => &mut found.asn,
            IdentifierKind::AsOrg => &mut found.organisation,
            IdentifierKind::Device | IdentifierKind::Serial => &mut found.device,
            IdentifierKind::Managed => {
                found.managed.get_or_insert(Some(claim.value) == yes);
                continue;
            }
            IdentifierKind::UserAgent => &mut found.agent,
            _ => continue,
        };
        field.get_or_insert(claim.value);
    }
    found
}
