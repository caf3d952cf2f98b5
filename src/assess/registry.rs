//! Every indicator, one line each, in the order of the catalogue. What an indicator is made of.

use super::context::{Context, Inputs};
use crate::model::evidence::Evidence;
use crate::model::field::Field;
use crate::model::finding::{Finding, Strength};
use crate::model::ids::PersonaId;
use crate::model::record::RecordKind;
use crate::model::value::EvidenceFamily;

/// One input that an indicator cannot do without: a source of one of these kinds that maps one of these fields (any field
/// where none is named).
#[derive(Clone, Copy, Debug)]
pub struct Need(pub &'static [RecordKind], pub &'static [Field]);

impl Need {
    /// `sign_in with ip or country`.
    pub(super) fn text(&self) -> String {
        let kinds: Vec<&str> = self.0.iter().map(|kind| kind.name()).collect();
        let fields: Vec<&str> = self.1.iter().map(|field| field.name()).collect();
        match fields.is_empty() {
            true => kinds.join(" or "),
            false => format!("{} with {}", kinds.join(" or "), fields.join(" or ")),
        }
    }
}

/// How an indicator looks.
#[derive(Clone, Copy)]
pub enum Rule {
    /// At one persona with everything that belongs to it.
    Persona(fn(&Context, PersonaId) -> Option<Finding>),
    /// At one accepted link between two personas.
    Link(fn(&Context, &Evidence) -> Option<Finding>),
    /// At the whole run.
    Run(fn(&Context) -> Vec<Finding>),
    /// It is part of clustering or ranking: where.
    Elsewhere(&'static str),
    /// No source kind delivers its inputs yet: which would.
    NotFed(&'static str),
    /// Deliberately not a rule: why.
    Refused(&'static str),
}

/// A named, documented rule.
#[derive(Clone, Copy)]
pub struct Indicator {
    /// `B13`.
    pub id: &'static str,
    pub name: &'static str,
    /// The rule, deterministic, in one or two sentences; parameters by name.
    pub definition: &'static str,
    /// All of them must be there.
    pub needs: &'static [Need],
    /// Names below `[indicators.<id>]` in the config.
    pub parameters: &'static [&'static str],
    pub family: EvidenceFamily,
    /// The strongest that it gives.
    pub strength: Strength,
    /// What innocent cause looks the same.
    pub misleads: &'static str,
    /// Advisory or report by name and date.
    pub source: &'static str,
    pub rule: Rule,
}

impl Indicator {
    /// What it lacks to run; `None` when it runs.
    pub fn lacks(&self, inputs: &Inputs) -> Option<String> {
        match self.rule {
            Rule::NotFed(needs) => return Some(needs.to_string()),
            Rule::Elsewhere(_) | Rule::Refused(_) => return None,
            Rule::Persona(_) | Rule::Link(_) | Rule::Run(_) => {}
        }
        let lacking: Vec<String> =
            self.needs.iter().filter(|need| !inputs.has(need.0, need.1)).map(Need::text).collect();
        (!lacking.is_empty()).then(|| lacking.join("; "))
    }
}

/// Every indicator in the order of the catalogue.
pub const INDICATORS: &[Indicator] = &[
    super::link::shared_phone::INDICATOR,
    super::link::near_phone::INDICATOR,
    super::link::shared_email::INDICATOR,
    super::link::email_pattern::INDICATOR,
    super::link::shared_account::INDICATOR,
    super::link::shared_wallet::INDICATOR,
    super::link::shared_document::INDICATOR,
    super::link::shared_address::INDICATOR,
    super::link::shared_resume::INDICATOR,
    super::link::odd_token::INDICATOR,
    super::link::shared_profile::INDICATOR,
    super::link::shared_photo::INDICATOR,
    super::link::shared_referee::INDICATOR,
    super::link::application_client::INDICATOR,
    super::link::shared_device::INDICATOR,
    super::link::co_located_devices::INDICATOR,
    super::link::claimed_twice::INDICATOR,
    super::link::agency_chain::INDICATOR,
    super::link::referral::INDICATOR,
    super::link::watch_list::INDICATOR,
    super::behaviour::ship_to_elsewhere::INDICATOR,
    super::behaviour::moved_in_onboarding::INDICATOR,
    super::behaviour::parcel_place::INDICATOR,
    super::behaviour::other_addressee::INDICATOR,
    super::behaviour::redirected_parcel::INDICATOR,
    super::behaviour::account_change_after_hire::INDICATOR,
    super::behaviour::many_accounts::INDICATOR,
    super::behaviour::other_payee::INDICATOR,
    super::behaviour::money_platform::INDICATOR,
    super::behaviour::many_places::INDICATOR,
    super::behaviour::anonymizing_network::INDICATOR,
    super::behaviour::device_elsewhere::INDICATOR,
    super::behaviour::remote_control::INDICATOR,
    super::behaviour::kvm_device::INDICATOR,
    super::behaviour::feigned_activity::INDICATOR,
    super::behaviour::virtual_media::INDICATOR,
    super::behaviour::local_admin::INDICATOR,
    super::behaviour::access_before_check::INDICATOR,
    super::behaviour::unmanaged_sign_in::INDICATOR,
    super::behaviour::bulk_code_copy::INDICATOR,
    super::behaviour::threat_after_end::INDICATOR,
    super::behaviour::replacement_persona::INDICATOR,
    super::behaviour::never_together::INDICATOR,
    super::behaviour::identity_history::INDICATOR,
    super::behaviour::disagreeing_identity::INDICATOR,
    super::behaviour::check_missing::INDICATOR,
    super::behaviour::unconfirmed::INDICATOR,
    super::behaviour::serial_challenge::INDICATOR,
    super::behaviour::working_hours::INDICATOR,
    super::behaviour::concurrent_employment::INDICATOR,
    super::graph::G01,
    super::graph::G02,
    super::graph::G03,
    super::graph::G04,
    super::graph::G05,
    super::graph::G06,
    super::graph::G07,
    super::graph::G08,
    super::graph::G09,
    super::known::INDICATOR,
];

/// The indicator with that id.
pub fn indicator(id: &str) -> Option<&'static Indicator> {
    INDICATORS.iter().find(|indicator| indicator.id == id)
}
