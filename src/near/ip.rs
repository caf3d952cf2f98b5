//! Near network addresses: IPv6 addresses of one site. Providers give a customer one prefix, commonly a /56 or a /64
//! (RFC 6177; RIPE-690), and devices change the rest by themselves from day to day (RFC 8981).
//!
//! IPv4 addresses are never near: the 256 addresses of a /24 belong to as many customers, and which of them one
//! customer has cannot be told from the number.

use super::groups::{Meeting, Signatures, with};
use super::{NETWORK_GROUP_MAX, NearRule, Rule};
use crate::model::value::Marks;
use std::net::Ipv6Addr;

/// An IPv6 address.
pub(super) struct Ip(u128);

impl Ip {
    fn prefix(&self, bits: u32) -> u128 {
        self.0 >> (128 - bits)
    }
}

impl<'a> Rule<'a> for Ip {
    fn parse(text: &'a str, _: Marks) -> Option<Self> {
        let address: Ipv6Addr = text.parse().ok()?;
        address.to_ipv4_mapped().is_none().then_some(Ip(address.to_bits()))
    }

    fn near(&self, other: &Self) -> Option<NearRule> {
        if self.0 == other.0 || self.prefix(56) != other.prefix(56) {
            return None;
        }
        Some(if self.prefix(64) == other.prefix(64) { NearRule::IpSame64 } else { NearRule::IpSame56 })
    }

    fn meetings(_: &[Self]) -> Vec<Meeting<Self>> {
        vec![Meeting { shared: "IPv6 /56", group_max: NETWORK_GROUP_MAX, signatures: prefixes }]
    }
}

fn prefixes(ip: &Ip, out: &mut Signatures) {
    out.both(with(0, ip.prefix(56) as u64));
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::model::value::IdentifierKind;
    use proptest::prelude::*;

    #[test]
    fn networks_and_their_look_alikes() {
        let check = |a, b, expected| testing::check(IdentifierKind::Ip, a, b, expected);
        check("2001:db8:1:1::7", "2001:db8:1:1:aaaa::9", Some(NearRule::IpSame64));
        check("2001:db8:1:1::7", "2001:db8:1:2::7", Some(NearRule::IpSame56));
        check("2001:db8:1:100::7", "2001:db8:1:200::7", None);
        check("203.0.113.7", "203.0.113.8", None);
        check("::ffff:203.0.113.7", "::ffff:203.0.113.8", None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]
        #[test]
        fn no_near_pair_is_missed(texts in testing::texts("2001:db8:[12]:[12]?0[12]::[1-9]")) {
            testing::complete(IdentifierKind::Ip, &texts);
        }
    }
}
