//! What many innocent people share for a reason of its own: offices, agencies, exits of networks, pay cards, parcel
//! counters, dorms. Some of it is on the company's lists, some is not, as in life.

use super::people::{self, Payout, Referee};
use super::places::{self, Network, Place, STATES};
use super::resume;
use super::world::World;
use std::fmt::Write;

/// A staffing agency.
#[derive(Clone)]
pub(super) struct Agency {
    pub(super) name: String,
    pub(super) phone: u64,
    pub(super) city: usize,
    pub(super) email: String,
    pub(super) contact: Referee,
    /// Where the client pays when the agency is the payee of its contractors.
    pub(super) payout: Option<Payout>,
    /// A line that the agency puts under every resume.
    pub(super) footer: String,
    pub(super) listed: bool,
}

/// The hubs of a company.
#[derive(Clone)]
pub(super) struct Hubs {
    pub(super) offices: Vec<(Place, bool)>,
    pub(super) virtual_offices: Vec<(Place, bool)>,
    pub(super) egress: Vec<(u32, bool)>,
    pub(super) agencies: Vec<Agency>,
    pub(super) programmes: Vec<(u32, bool)>,
    pub(super) stores: Vec<Place>,
    pub(super) dorms: Vec<Place>,
    /// Addresses behind which a mobile carrier puts many customers.
    carriers: u32,
}

/// Ranges of a VPN provider that the company knows.
pub(super) const VPN_LISTED: &[&str] = &["198.51.100.0/24", "203.0.113.0/25"];

impl Hubs {
    pub(super) fn new(world: &mut World, people: usize) -> Self {
        let people = u32::try_from(people).unwrap_or(u32::MAX);
        let offices = [("1000", true), ("4", true), ("", false)];
        let offices = offices.map(|(unit, listed)| (office(world, unit), listed)).to_vec();
        let egress = (0..3 + people / 20_000).map(|at| (0xC000_0200 + 10 + at % 240, at != 2)).collect();
        let programmes = (0..3).map(|at| (super::world::routing_number(72_005_000 + at * 1_307), at != 2)).collect();
        let mut hubs = Hubs {
            offices,
            virtual_offices: Vec::new(),
            egress,
            agencies: Vec::new(),
            programmes,
            stores: Vec::new(),
            dorms: Vec::new(),
            carriers: 3 + people / 400,
        };
        // The lists also name what nobody in the data uses.
        hubs.virtual_offices.push((office(world, "300"), true));
        hubs.agencies.push(agency(world, true));
        hubs
    }

    /// An exit of a consumer VPN; the company's list covers three quarters of them.
    pub(super) fn vpn(world: &mut World) -> u32 {
        let range = world.pick(&[0xC633_6400u32, 0xCB00_7100]);
        range + 1 + world.below(254)
    }

    /// An exit in another country: the company's list has those at home.
    pub(super) fn vpn_abroad(world: &mut World) -> u32 {
        0xCB00_7180 + world.below(127)
    }

    /// An address that a mobile carrier gives to many: 198.18.0.0/16.
    pub(super) fn carrier(&self, world: &mut World) -> u32 {
        0xC612_0000 + 1 + world.below(self.carriers.min(60_000))
    }
}

/// An office building's suite.
pub(super) fn office(world: &mut World, unit: &str) -> Place {
    let city = places::city(world);
    let mut place = places::building(world, city);
    place.unit = unit.to_string();
    place.office = true;
    place
}

/// An agency; half of them are the payee of their contractors.
pub(super) fn agency(world: &mut World, listed: bool) -> Agency {
    let name =
        format!("{} {}", resume::company(world), world.pick(&["Staffing", "Talent", "Recruiting", "Consulting"]));
    let city = places::city(world);
    let state = world.cities[city].state;
    let phone = world.phone(state);
    let mut contact = people::referee(world);
    contact.phone = phone;
    let domain = resume::company_domain(&name);
    contact.email = format!("placements@{domain}");
    let payout = world.chance(50).then(|| people::bank(world, false));
    let footer = format!("Presented by {name}, rate and start date on request");
    Agency { email: format!("jobs@{domain}"), name, phone, city, contact, payout, footer, listed }
}

/// The company's own lists, as partial as such lists are.
pub(super) fn files(world: &World, hubs: &Hubs) -> Vec<(String, String)> {
    let places = |list: &[(Place, bool)]| {
        let mut text = String::from("street,unit,city,region,postal_code\n");
        for (place, _) in list.iter().filter(|(_, listed)| *listed) {
            let city = &world.cities[place.city];
            let street = format!("{} {} {}", place.number, place.street, places::SUFFIXES[place.suffix].0);
            let unit = if place.unit.is_empty() { String::new() } else { format!("Suite {}", place.unit) };
            let _ = writeln!(text, "{street},{unit},{},{},{:05}", city.name, STATES[city.state].code, place.zip);
        }
        text
    };
    let mut egress = String::from("ip\n");
    for (address, _) in hubs.egress.iter().filter(|(_, listed)| *listed) {
        let _ = writeln!(egress, "{}", Network::V4(*address).address(0));
    }
    let mut agencies = String::from("name,phone,city\n");
    for agency in hubs.agencies.iter().filter(|agency| agency.listed) {
        let phone = format!("({}) 555-{:04}", agency.phone / 10_000_000, agency.phone % 10_000);
        let _ = writeln!(agencies, "{},{phone},{}", agency.name, world.cities[agency.city].name);
    }
    let mut paycards = String::from("routing_number\n");
    for (routing, _) in hubs.programmes.iter().filter(|(_, listed)| *listed) {
        let _ = writeln!(paycards, "{routing:09}");
    }
    vec![
        ("own_offices.csv".into(), places(&hubs.offices)),
        ("virtual_offices.csv".into(), places(&hubs.virtual_offices)),
        ("own_egress.csv".into(), egress),
        ("vpn_ranges.csv".into(), format!("cidr\n{}\n", VPN_LISTED.join("\n"))),
        ("agencies.csv".into(), agencies),
        ("paycard_routing.csv".into(), paycards),
        ("remote_tools.csv".into(), "application\nExample Remote Support\nExample Screen Share\n".into()),
    ]
}
