//! Network addresses and ranges.
//!
//! A private address says nothing about who shares it, so it is an attribute and never links. Documentation and other
//! special ranges are ordinary values: invented cases are made of them.

use super::text::{Outcome, is_empty_word};
use crate::model::value::{Marks, Normalized};
use std::net::{IpAddr, Ipv6Addr};

/// An IPv4 or IPv6 address as the standard library displays it; port, brackets, zone and a `/32` or `/128` are dropped,
/// and an IPv4 address that was mapped into IPv6 is the IPv4 address.
///
/// Private (RFC 1918, RFC 4193), loopback, link-local and unspecified addresses are marked `ATTRIBUTE`.
pub fn ip(raw: &str) -> Outcome {
    let Some(address) = parse(raw) else {
        return if is_empty_word(raw) { Ok(None) } else { Err(String::from("not an IP address")) };
    };
    let marks = match address {
        IpAddr::V4(v4) if v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified() => {
            Marks::ATTRIBUTE
        }
        IpAddr::V6(v6)
            if v6.is_unique_local() || v6.is_loopback() || v6.is_unicast_link_local() || v6.is_unspecified() =>
        {
            Marks::ATTRIBUTE
        }
        IpAddr::V4(v4) if v4.is_broadcast() => Marks::GENERIC,
        _ => Marks::NONE,
    };
    Ok(Some(Normalized::marked(address.to_string(), marks)))
}

/// A range of addresses. An IPv4 range and an IPv6 range never hold the same address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr {
    is_v4: bool,
    /// The first address, as bits from the left; an IPv4 address fills the first 32.
    first: u128,
    prefix: u8,
}

impl Cidr {
    /// Parses `203.0.113.0/24`, `2001:db8::/32`, or a single address. Bits behind the prefix are ignored.
    pub fn parse(text: &str) -> Option<Cidr> {
        let text = text.trim();
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => {
                if prefix.is_empty() || !prefix.bytes().all(|b| b.is_ascii_digit()) {
                    return None;
                }
                (address.trim().parse::<IpAddr>().ok()?, Some(prefix.parse::<u8>().ok()?))
            }
            None => (parse(text)?, None),
        };
        let width = if address.is_ipv4() { 32 } else { 128 };
        let prefix = prefix.unwrap_or(width);
        if prefix > width {
            return None;
        }
        Some(Cidr { is_v4: address.is_ipv4(), first: bits(address) & mask(prefix), prefix })
    }

    /// Whether the range holds that address.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.is_v4 == address.is_ipv4() && bits(address) & mask(self.prefix) == self.first
    }
}

/// Whether a range holds an address; `None` when either cannot be read.
pub fn in_cidr(ip: &str, cidr: &str) -> Option<bool> {
    Some(Cidr::parse(cidr)?.contains(parse(ip)?))
}

/// The first 56 bits of an IPv6 address, which providers assign to one customer; `None` for IPv4.
pub fn prefix56(ip: &str) -> Option<u64> {
    match parse(ip)? {
        IpAddr::V4(_) => None,
        IpAddr::V6(v6) => Some((u128::from(v6) >> 72) as u64),
    }
}

/// The address in a text, without what exports put around it.
pub fn parse(raw: &str) -> Option<IpAddr> {
    let mut text = raw.trim();
    if let Some((address, rest)) = text.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        if !(rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port)) {
            return None;
        }
        text = address;
    }
    if let Some((address, prefix)) = text.split_once('/') {
        if prefix != if address.contains(':') { "128" } else { "32" } {
            return None;
        }
        text = address;
    }
    if let Some((address, _zone)) = text.split_once('%') {
        text = address;
    }
    // One colon is a port; an IPv6 address has at least two.
    if let Some((address, port)) = text.split_once(':')
        && address.contains('.')
        && is_port(port)
    {
        text = address;
    }
    match text.parse::<IpAddr>().ok()? {
        IpAddr::V6(v6) => Some(unmapped(v6)),
        v4 => Some(v4),
    }
}

fn unmapped(v6: Ipv6Addr) -> IpAddr {
    v6.to_ipv4_mapped().map_or(IpAddr::V6(v6), IpAddr::V4)
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.parse::<u16>().is_ok() && !text.starts_with('+')
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(u32::from(v4)) << 96,
        IpAddr::V6(v6) => u128::from(v6),
    }
}

fn mask(prefix: u8) -> u128 {
    if prefix == 0 { 0 } else { u128::MAX << (128 - u32::from(prefix.min(128))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(raw: &str, expected: Option<&str>, marks: Marks) {
        let got = ip(raw).ok().flatten();
        assert_eq!(got.as_ref().map(|v| v.text.as_str()), expected, "{raw}");
        if let Some(value) = got {
            assert_eq!(value.marks, marks, "{raw}");
            assert_eq!(ip(&value.text), Ok(Some(value)), "{raw} is not idempotent");
        }
    }

    #[test]
    fn addresses_lose_what_exports_put_around_them() {
        check(" 203.0.113.7 ", Some("203.0.113.7"), Marks::NONE);
        check("203.0.113.7:51820", Some("203.0.113.7"), Marks::NONE);
        check("203.0.113.7/32", Some("203.0.113.7"), Marks::NONE);
        check("2001:DB8:0:0::1", Some("2001:db8::1"), Marks::NONE);
        check("[2001:db8::1]:443", Some("2001:db8::1"), Marks::NONE);
        check("[2001:db8::1]", Some("2001:db8::1"), Marks::NONE);
        check("::ffff:203.0.113.7", Some("203.0.113.7"), Marks::NONE);
        check("", None, Marks::NONE);
        for bad in ["203.0.113", "203.0.113.256", "203.0.113.0/24", "203.0.113.7:x", "[2001:db8::1", "[::1]x", "host"] {
            check(bad, None, Marks::NONE);
            assert!(ip(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn private_addresses_are_attributes() {
        for raw in ["10.1.2.3", "172.16.0.1", "192.168.1.20", "127.0.0.1", "169.254.7.7", "0.0.0.0"] {
            check(raw, Some(raw), Marks::ATTRIBUTE);
        }
        check("fe80::1%en0", Some("fe80::1"), Marks::ATTRIBUTE);
        check("fd00::1", Some("fd00::1"), Marks::ATTRIBUTE);
        check("::1", Some("::1"), Marks::ATTRIBUTE);
        check("::", Some("::"), Marks::ATTRIBUTE);
        check("::ffff:192.168.1.20", Some("192.168.1.20"), Marks::ATTRIBUTE);
        // Neighbours of those ranges, and documentation ranges, are ordinary.
        for raw in ["172.32.0.1", "192.169.1.1", "11.0.0.1", "198.51.100.9", "2001:db8::9", "100.64.0.1"] {
            check(raw, Some(raw), Marks::NONE);
        }
    }

    #[test]
    fn ranges() {
        for (address, range, expected) in [
            ("203.0.113.7", "203.0.113.0/24", Some(true)),
            ("203.0.114.7", "203.0.113.0/24", Some(false)),
            ("203.0.113.7", "203.0.113.99/24", Some(true)),
            ("203.0.113.7", "0.0.0.0/0", Some(true)),
            ("203.0.113.7", "203.0.113.7", Some(true)),
            ("203.0.113.7", "203.0.113.6/31", Some(true)),
            ("2001:db8::7", "2001:db8::/32", Some(true)),
            ("2001:db9::7", "2001:db8::/32", Some(false)),
            ("203.0.113.7", "::/0", Some(false)),
            ("::ffff:203.0.113.7", "203.0.113.0/24", Some(true)),
            ("203.0.113.7", "203.0.113.0/33", None),
            ("203.0.113.7", "203.0.113.0/", None),
            ("203.0.113.7", "203.0.113.0/+4", None),
            ("x", "203.0.113.0/24", None),
        ] {
            assert_eq!(in_cidr(address, range), expected, "{address} in {range}");
        }
    }

    #[test]
    fn prefixes_of_one_customer() {
        assert_eq!(prefix56("2001:db8:1:2ff::1"), prefix56("2001:db8:1:200::9"));
        assert_ne!(prefix56("2001:db8:1:2ff::1"), prefix56("2001:db8:1:300::1"));
        assert_eq!(prefix56("203.0.113.7"), None);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(128))]
        #[test]
        fn ranges_agree_with_comparing_bit_by_bit(a: u32, b: u32, prefix in 0u8..=32, same in 0u8..=32) {
            // The second address shares its first `same` bits with the first one, so that both answers occur.
            let b = if same == 0 { b } else if same == 32 { a } else { (a >> (32 - same) << (32 - same)) | (b >> same) };
            let slow = (0..prefix).all(|bit| (a >> (31 - bit)) & 1 == (b >> (31 - bit)) & 1);
            let (a, b) = (std::net::Ipv4Addr::from(a), std::net::Ipv4Addr::from(b));
            let fast = in_cidr(&a.to_string(), &format!("{b}/{prefix}"));
            proptest::prop_assert_eq!(fast, Some(slow));
        }

        #[test]
        fn any_text_is_survived(raw in "[0-9a-f:.%/\\[\\]]{0,24}") {
            if let Ok(Some(once)) = ip(&raw) {
                proptest::prop_assert_eq!(ip(&once.text), Ok(Some(once.clone())));
            }
            let _ = Cidr::parse(&raw);
        }
    }
}
