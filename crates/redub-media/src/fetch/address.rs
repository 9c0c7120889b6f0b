//! Which addresses belong to the public Internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What makes `address` one that strangers may not make us visit; none for a public one.
///
/// After the special-purpose registries of RFC 6890 as updated; IPv6 addresses that carry an IPv4 address (mapped,
/// compatible, NAT64, 6to4) are judged by it.
pub fn forbidden(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => forbidden_v4(v4),
        IpAddr::V6(v6) => forbidden_v6(v6),
    }
}

fn forbidden_v4(address: Ipv4Addr) -> Option<&'static str> {
    Some(match address.octets() {
        [0, ..] => "an address of this network",
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => "a private address",
        [100, 64..=127, ..] => "a shared (carrier-grade NAT) address",
        [127, ..] => "a loopback address",
        [169, 254, ..] => "a link-local address",
        [192, 0, 0, _] => "a protocol address",
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => "a documentation address",
        [192, 88, 99, _] => "a 6to4 relay address",
        [198, 18..=19, ..] => "a benchmark address",
        [224..=239, ..] => "a multicast address",
        [240..=255, ..] => "a reserved address",
        _ => return None,
    })
}

fn forbidden_v6(address: Ipv6Addr) -> Option<&'static str> {
    let segments = address.segments();
    let v4_from = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        forbidden_v4(Ipv4Addr::new(a, b, c, d))
    };
    if address.is_unspecified() {
        return Some("the unspecified address");
    }
    if address.is_loopback() {
        return Some("a loopback address");
    }
    match segments {
        // ::ffff:a.b.c.d (mapped), and NAT64 of the well-known prefix.
        [0, 0, 0, 0, 0, 0xFFFF, high, low] | [0x64, 0xFF9B, 0, 0, 0, 0, high, low] => v4_from(high, low),
        [0x2002, high, low, ..] => v4_from(high, low),
        [0x64, 0xFF9B, 1, ..] => Some("a local translation address"),
        [0x100, 0, 0, 0, ..] => Some("a discard address"),
        [0x2001, 0xDB8, ..] | [0x3FFF, 0..=0xFFF, ..] => Some("a documentation address"),
        [0x2001, 0..=0x1FF, ..] => Some("a protocol address"),
        [0xFC00..=0xFDFF, ..] => Some("a unique local (private) address"),
        [0xFE80..=0xFEBF, ..] => Some("a link-local address"),
        [0xFEC0..=0xFEFF, ..] => Some("a site-local address"),
        [0xFF00..=0xFFFF, ..] => Some("a multicast address"),
        [0x2000..=0x3FFF, ..] => None,
        _ => Some("a reserved address"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_pass() {
        let public =
            ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"];
        let not = [
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "127.0.0.1",
            "127.255.0.9",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "203.0.113.7",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "fec0::1",
            "ff02::1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001::1",
            "4000::1",
        ];
        let judge = |text: &str| text.parse().ok().map(forbidden);
        for text in public {
            assert_eq!(judge(text), Some(None), "{text}");
        }
        for text in not {
            assert!(matches!(judge(text), Some(Some(_))), "{text}");
        }
    }
}
