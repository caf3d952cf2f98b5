//! Invented places: cities, homes, networks. State codes, their first ZIP digits and area codes are real, so that
//! normalizers accept them; city and street names are invented. Leaves formatting noise to `noise`.
//! Invariant: homes and networks handed out by [`World`] are never handed out twice.

use super::world::{Pool, World};

/// A US state: its code, first three digits of its first ZIP, how many cities it gets here, its area codes.
pub(super) struct State {
    pub(super) code: &'static str,
    zip3: u32,
    cities: u32,
    pub(super) areas: &'static [u16],
}

const fn state(code: &'static str, zip3: u32, cities: u32, areas: &'static [u16]) -> State {
    State { code, zip3, cities, areas }
}

/// The states, with telephone area codes in service.
pub(super) const STATES: &[State] = &[
    state("AL", 350, 4, &[205, 251, 256, 334]),
    state("AK", 995, 1, &[907]),
    state("AZ", 850, 6, &[480, 520, 602, 623, 928]),
    state("AR", 716, 3, &[479, 501, 870]),
    state(
        "CA",
        900,
        24,
        &[
            209, 213, 310, 323, 408, 415, 424, 442, 510, 530, 559, 562, 619, 626, 650, 657, 661, 669, 707, 714, 747,
            760, 805, 818, 831, 858, 909, 916, 925, 949, 951,
        ],
    ),
    state("CO", 800, 6, &[303, 719, 720, 970]),
    state("CT", 60, 4, &[203, 475, 860, 959]),
    state("DE", 197, 2, &[302]),
    state("FL", 320, 16, &[239, 305, 321, 352, 386, 407, 561, 727, 754, 772, 786, 813, 850, 863, 904, 941, 954]),
    state("GA", 300, 10, &[229, 404, 470, 478, 678, 706, 762, 770, 912]),
    state("HI", 967, 1, &[808]),
    state("ID", 832, 2, &[208, 986]),
    state("IL", 600, 12, &[217, 224, 309, 312, 331, 618, 630, 708, 773, 779, 815, 847, 872]),
    state("IN", 460, 6, &[219, 260, 317, 463, 574, 765, 812, 930]),
    state("IA", 500, 3, &[319, 515, 563, 641, 712]),
    state("KS", 660, 3, &[316, 620, 785, 913]),
    state("KY", 400, 4, &[270, 364, 502, 606, 859]),
    state("LA", 700, 4, &[225, 318, 337, 504, 985]),
    state("ME", 39, 2, &[207]),
    state("MD", 206, 6, &[240, 301, 410, 443, 667]),
    state("MA", 10, 8, &[339, 351, 413, 508, 617, 774, 781, 857, 978]),
    state("MI", 480, 9, &[231, 248, 269, 313, 517, 586, 616, 734, 810, 906, 947, 989]),
    state("MN", 550, 6, &[218, 320, 507, 612, 651, 763, 952]),
    state("MS", 386, 3, &[228, 601, 662, 769]),
    state("MO", 630, 6, &[314, 417, 573, 636, 660, 816]),
    state("MT", 590, 1, &[406]),
    state("NE", 680, 2, &[308, 402, 531]),
    state("NV", 889, 3, &[702, 725, 775]),
    state("NH", 30, 2, &[603]),
    state("NJ", 70, 9, &[201, 551, 609, 732, 848, 856, 862, 908, 973]),
    state("NM", 870, 2, &[505, 575]),
    state("NY", 100, 16, &[212, 315, 347, 516, 518, 585, 607, 631, 646, 716, 718, 845, 914, 917, 929]),
    state("NC", 270, 9, &[252, 336, 704, 828, 910, 919, 980, 984]),
    state("ND", 580, 1, &[701]),
    state("OH", 430, 10, &[216, 220, 234, 330, 419, 440, 513, 567, 614, 740, 937]),
    state("OK", 730, 4, &[405, 539, 580, 918]),
    state("OR", 970, 4, &[458, 503, 541, 971]),
    state("PA", 150, 12, &[215, 267, 272, 412, 484, 570, 610, 717, 724, 814, 878]),
    state("RI", 28, 1, &[401]),
    state("SC", 290, 5, &[803, 843, 854, 864]),
    state("SD", 570, 1, &[605]),
    state("TN", 370, 6, &[423, 615, 629, 731, 865, 901, 931]),
    state(
        "TX",
        750,
        20,
        &[
            210, 214, 254, 281, 325, 346, 361, 409, 430, 432, 469, 512, 682, 713, 737, 806, 817, 830, 832, 903, 915,
            936, 940, 956, 972, 979,
        ],
    ),
    state("UT", 840, 3, &[385, 435, 801]),
    state("VT", 50, 1, &[802]),
    state("VA", 220, 8, &[276, 434, 540, 571, 703, 757, 804]),
    state("WA", 980, 7, &[206, 253, 360, 425, 509]),
    state("WV", 247, 2, &[304, 681]),
    state("WI", 530, 6, &[262, 414, 608, 715, 920]),
    state("WY", 820, 1, &[307]),
];

const CITY_NAMES: &[&str] = &[
    "Fairhaven",
    "Millbrook",
    "Ashdale",
    "Brookmere",
    "Cedarton",
    "Dunmore Falls",
    "Eastmoor",
    "Fernley",
    "Glenwick",
    "Harrowgate",
    "Ironbridge",
    "Juniper Bay",
    "Kestrel Point",
    "Larkfield",
    "Maplecrest",
    "Northfold",
    "Oakhollow",
    "Pinehurst Mills",
    "Quarry Hill",
    "Ridgemont",
    "Silverlake",
    "Thornbury",
    "Upland",
    "Valebrook",
    "Westerlea",
    "Yarrowdale",
    "Amberley",
    "Birchwater",
    "Coldspring",
    "Deerfold",
    "Elmstead",
    "Foxborough Green",
    "Graniteville",
    "Hazelton Park",
    "Inverlea",
    "Kingsmead",
    "Lakenham",
    "Merrowfield",
    "Newbridge",
    "Orchard Mills",
    "Port Linden",
    "Redwater",
    "Stonehaven",
    "Tallgrass",
    "Underhill",
    "Violet Springs",
    "Willowmere",
    "Aldergate",
    "Blueford",
    "Copperton",
    "Drayton Heights",
    "Evermoor",
    "Flintridge",
    "Goldenrod",
    "Hollowbrook",
    "Kelderton",
    "Lower Marsh",
    "Mossbank",
    "Nettleford",
    "Overbrook",
    "Plumfield",
    "Rowan City",
];

const STREETS: &[&str] = &[
    "Oak", "Main", "Cedar", "Maple", "Elm", "Pine", "Lake", "Hill", "Walnut", "Spring", "Ridge", "Willow", "Mill",
    "Sunset", "River", "Highland", "Forest", "Meadow", "Dogwood", "Hickory", "Laurel", "Chestnut", "Spruce", "Valley",
    "Cherry", "Birch", "Prospect", "Juniper", "Magnolia", "Sycamore", "Aspen", "Poplar", "Garden", "Orchard", "Harbor",
    "Canal", "Quarry", "Summit", "Clover", "Heron", "Falcon", "Granite", "Amber", "Copper", "Linden", "Hawthorn",
];

const STREET_BACK: &[&str] =
    &["", "wood", "brook", "view", "gate", "field", "crest", "mont", "side", "bend", "run", "glen"];

/// Street suffixes: in full and as the postal service abbreviates them.
pub(super) const SUFFIXES: &[(&str, &str)] = &[
    ("Street", "St"),
    ("Avenue", "Ave"),
    ("Road", "Rd"),
    ("Drive", "Dr"),
    ("Lane", "Ln"),
    ("Court", "Ct"),
    ("Boulevard", "Blvd"),
    ("Place", "Pl"),
    ("Terrace", "Ter"),
];

/// A city of the invented map.
#[derive(Clone)]
pub(super) struct City {
    pub(super) name: &'static str,
    /// Index into [`STATES`].
    pub(super) state: usize,
    zip: u32,
}

/// Every city, largest first; the large states come round most often.
pub(super) fn cities() -> Vec<City> {
    let mut all = Vec::new();
    let rounds = STATES.iter().map(|state| state.cities).max().unwrap_or(0);
    for round in 0..rounds {
        for (index, state) in STATES.iter().enumerate() {
            if round < state.cities {
                let name = CITY_NAMES[(index * 17 + round as usize * 5) % CITY_NAMES.len()];
                all.push(City { name, state: index, zip: (state.zip3 + round % 40) * 100 + (round * 7) % 90 });
            }
        }
    }
    // The largest cities belong to the states that have many.
    all.sort_by_key(|city| std::cmp::Reverse(STATES[city.state].cities));
    all
}

/// A postal address. `unit` is empty where there is none; `office` says suite instead of flat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) number: u32,
    pub(super) street: String,
    /// Index into [`SUFFIXES`].
    pub(super) suffix: usize,
    pub(super) unit: String,
    pub(super) office: bool,
    /// Index into [`cities`].
    pub(super) city: usize,
    pub(super) zip: u32,
}

impl Place {
    /// The text by which a place is kept from being handed out twice.
    pub(super) fn key(&self) -> String {
        format!("{}|{}|{}|{}|{}", self.number, self.street, self.suffix, self.unit, self.city)
    }
}

/// A city, drawn so that large ones come often.
pub(super) fn city(world: &mut World) -> usize {
    let draw = world.below64(world.city_sizes.total());
    world.city_sizes.at(draw)
}

/// A building without unit, in that city.
pub(super) fn building(world: &mut World, city: usize) -> Place {
    loop {
        let street = format!("{}{}", world.pick(STREETS), world.pick(STREET_BACK));
        let place = Place {
            number: 10 + world.below(9_880),
            street,
            suffix: world.below(SUFFIXES.len() as u32) as usize,
            unit: String::new(),
            office: false,
            city,
            zip: world.cities[city].zip + world.below(6),
        };
        if world.claim(Pool::Place, &place.key()) {
            return place;
        }
    }
}

/// A flat number.
pub(super) fn unit(world: &mut World) -> String {
    if world.chance(40) {
        let letter = (b'A' + world.below(6) as u8) as char;
        format!("{}{letter}", 1 + world.below(12))
    } else {
        format!("{}", 1 + world.below(480))
    }
}

/// A home of its own: a house, or a flat in a building where nobody else of the company lives.
pub(super) fn home(world: &mut World) -> Place {
    let city = city(world);
    let mut place = building(world, city);
    if world.chance(33) {
        place.unit = unit(world);
    }
    place
}

/// A network: one public IPv4 address, or an IPv6 /56 in which every device has its own address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Network {
    /// The address.
    V4(u32),
    /// The 24 bits between `2001:db8::/32` and the end of the /56.
    V6(u32),
}

impl Network {
    /// An address in it; `host` decides the subnet and interface of an IPv6 address and is not used for IPv4.
    pub(super) fn address(self, host: u64) -> String {
        match self {
            Network::V4(bits) => std::net::Ipv4Addr::from(bits).to_string(),
            Network::V6(bits) => {
                let subnet = (host >> 61) as u32;
                format!(
                    "2001:db8:{:x}:{:x}:{:x}:{:x}:{:x}:{:x}",
                    bits >> 8,
                    (bits & 0xff) << 8 | subnet,
                    host >> 48 & 0xffff,
                    host >> 32 & 0xffff,
                    host >> 16 & 0xffff,
                    host & 0xffff
                )
            }
        }
    }
}

/// A home network that is nobody else's: 240.0.0.0/4 for volume, some in 198.19.0.0/16, 2001:db8::/32 for IPv6.
pub(super) fn network(world: &mut World, v6_percent: u32) -> Network {
    loop {
        let network = if world.chance(v6_percent) {
            Network::V6(world.below(1 << 24))
        } else if world.chance(4) && !world.crowded() {
            Network::V4(0xC613_0000 | world.below(1 << 16))
        } else {
            Network::V4(0xF000_0001 + world.below(0x0FFF_FFF0))
        };
        let key = match network {
            Network::V4(bits) => u64::from(bits),
            Network::V6(bits) => 1 << 40 | u64::from(bits),
        };
        if world.claim_number(Pool::Network, key) {
            return network;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_addresses_are_in_reserved_ranges() {
        assert_eq!(Network::V4(0xF000_0001).address(7), "240.0.0.1");
        let one = Network::V6(0x12_3456).address(0xE000_0000_0000_0001);
        let two = Network::V6(0x12_3456).address(2);
        assert_eq!(one, "2001:db8:1234:5607:e000:0:0:1");
        assert_eq!(two, "2001:db8:1234:5600:0:0:0:2");
    }

    #[test]
    fn no_home_is_handed_out_twice() {
        let mut world = World::new(3);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..2_000 {
            let place = home(&mut world);
            assert!(seen.insert((place.number, place.street, place.suffix, place.city)));
        }
    }

    #[test]
    fn area_codes_are_distinct_and_possible() {
        let mut codes: Vec<u16> = STATES.iter().flat_map(|state| state.areas.iter().copied()).collect();
        let before = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), before);
        assert!(
            codes.iter().all(|code| (200..1000).contains(code) && code % 100 != 11 && code / 10 % 10 != 9),
            "{codes:?}"
        );
        assert!(before > 300);
    }
}
