//! Where sign-ins come from: home providers, hosting companies, exits of virtual private networks, places abroad.
//! Cities, streets and home providers are invented, and their network numbers are those reserved for documentation.
//! Hosting companies and countries are real ones, because lists of them are what a detector has. Honest travellers and
//! operators draw from the same countries: no country tells one from the other.

use super::hubs::Hubs;
use super::names;
use super::places::{self, Network, STATES};
use super::world::World;

/// A country: code, invented cities with their regions, a home provider there.
struct Country {
    code: &'static str,
    cities: [(&'static str, &'static str); 2],
    provider: (u32, &'static str),
}

const fn country(
    code: &'static str,
    cities: [(&'static str, &'static str); 2],
    provider: (u32, &'static str),
) -> Country {
    Country { code, cities, provider }
}

const COUNTRIES: &[Country] = &[
    country("CA", [("Lake Arden", "ON"), ("Port Selwyn", "BC")], (65536, "Example Northern Cable")),
    country("MX", [("Villa Serena", "JAL"), ("Puerto Claro", "YUC")], (65537, "Example Telefonos")),
    country("GB", [("Harwick", ""), ("Marlow Bridge", "")], (65538, "Example Broadband UK")),
    country("DE", [("Steinfurth", ""), ("Altbrück", "")], (65539, "Example Kabelnetz")),
    country("PL", [("Nowy Dwor", ""), ("Zielony Brzeg", "")], (65540, "Example Siec")),
    country("PT", [("Vila Branca", ""), ("Porto Fino", "")], (65541, "Example Fibra")),
    country("JP", [("Minamihara", ""), ("Kitagawa", "")], (65542, "Example Hikari")),
    country("SG", [("East Quay", ""), ("Tanah Hijau", "")], (65543, "Example Fibre SG")),
    country("BR", [("Santa Aurora", "SP"), ("Rio Verdeal", "RJ")], (65544, "Example Banda Larga")),
    country("ZA", [("Kaapvallei", ""), ("Port Amber", "")], (65545, "Example Telkom Net")),
    country("AU", [("Redgum", "VIC"), ("Point Lowry", "QLD")], (65546, "Example Broadband AU")),
    country("TH", [("Ban Sai", ""), ("Wang Nam", "")], (65547, "Example Net Thai")),
    country("AE", [("Al Nakhla", ""), ("Marsa Zarqa", "")], (65548, "Example Gulf Net")),
    country("KE", [("Ziwa Town", ""), ("Kilima", "")], (65549, "Example Safari Net")),
];

/// Home providers of the invented map.
const PROVIDERS: &[(u32, &str)] = &[
    (64496, "Example Cable Communications"),
    (64497, "Northline Broadband Example"),
    (64498, "Example Fiber Homes"),
    (64499, "Prairie Telephone Example"),
    (64500, "Example Coastal Internet"),
    (64501, "Summit DSL Example"),
];

/// Companies that rent out servers.
const HOSTING: &[(u32, &str)] = &[
    (9009, "M247 Europe SRL"),
    (14061, "DIGITALOCEAN-ASN"),
    (16276, "OVH SAS"),
    (20473, "AS-VULTR The Constant Company, LLC"),
    (24940, "Hetzner Online GmbH"),
    (60781, "LeaseWeb Netherlands B.V."),
];

/// Networks behind exits of virtual private networks for consumers.
const VPN: &[(u32, &str)] =
    &[(212_238, "Datacamp Limited"), (9009, "M247 Europe SRL"), (39351, "31173 Services AB"), (64502, "Astrill VPN")];

/// The company's own network.
const CORPORATE: (u32, &str) = (64511, "Example Company Corporate Network");

/// From where somebody signed in, as the identity provider sees it.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) ip: String,
    pub(super) city: &'static str,
    pub(super) region: &'static str,
    pub(super) country: &'static str,
    pub(super) asn: u32,
    pub(super) organization: &'static str,
}

/// An address in another country.
#[derive(Clone, Debug)]
pub(super) struct Abroad {
    pub(super) recipient: String,
    pub(super) street: String,
    pub(super) city: &'static str,
    pub(super) region: &'static str,
    pub(super) postal_code: String,
    pub(super) country: &'static str,
}

impl Abroad {
    /// The address on one line, as a carrier writes it.
    pub(super) fn line(&self) -> String {
        format!("{}, {} {}, {}", self.street, self.postal_code, self.city, self.country)
    }
}

/// An address in one of the countries that nobody else of the company has to do with.
pub(super) fn address(world: &mut World) -> Abroad {
    let country = &COUNTRIES[world.below(COUNTRIES.len() as u32) as usize];
    let (city, region) = world.pick(&country.cities);
    let recipient = format!("{} {}", names::given(world), names::family(world));
    let street = format!("{} {} Road", 1 + world.below(980), names::family(world));
    Abroad { recipient, street, city, region, postal_code: format!("{}", world.number(6)), country: country.code }
}

/// At home or wherever that network is: the provider follows from the network, so that one line has one provider.
pub(super) fn at_home(world: &World, hubs: &Hubs, network: Network, host: u64, city: usize) -> Spot {
    let own = matches!(network, Network::V4(bits) if hubs.egress.iter().any(|(own, _)| *own == bits));
    let city = if own { hubs.offices.first().map_or(city, |(office, _)| office.city) } else { city };
    let index = match network {
        Network::V4(bits) => bits >> 3,
        Network::V6(bits) => bits,
    };
    let (asn, organization) = if own { CORPORATE } else { PROVIDERS[index as usize % PROVIDERS.len()] };
    let city = &world.cities[city.min(world.cities.len() - 1)];
    let region = STATES[city.state].code;
    Spot { ip: network.address(host), city: city.name, region, country: "US", asn, organization }
}

/// A hotel or flat in that country, counted from 0 and around; one address for one stay.
pub(super) fn on_a_trip(world: &mut World, country: usize) -> Spot {
    let network = places::network(world, 0);
    let country = &COUNTRIES[country % COUNTRIES.len()];
    let (city, region) = country.cities[0];
    let (asn, organization) = country.provider;
    Spot { ip: network.address(0), city, region, country: country.code, asn, organization }
}

/// A rented server in that country that nobody else of the company uses.
pub(super) fn hosting(world: &mut World, country: usize) -> Spot {
    let mut spot = on_a_trip(world, country);
    (spot.asn, spot.organization) = world.pick(HOSTING);
    spot
}

/// An exit of a virtual private network for consumers; such an exit is many strangers' address.
pub(super) fn vpn(world: &mut World, country: Option<usize>) -> Spot {
    let exit = match country {
        Some(_) => Hubs::vpn_abroad(world),
        None => Hubs::vpn(world),
    };
    let exit = Network::V4(exit).address(0);
    let (asn, organization) = world.pick(VPN);
    match country {
        Some(at) => {
            let country = &COUNTRIES[at % COUNTRIES.len()];
            let (city, region) = country.cities[1];
            Spot { ip: exit, city, region, country: country.code, asn, organization }
        }
        None => {
            let at = places::city(world);
            let city = &world.cities[at];
            let region = STATES[city.state].code;
            Spot { ip: exit, city: city.name, region, country: "US", asn, organization }
        }
    }
}
