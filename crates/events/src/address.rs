//! Where events may be sent. A panel reaches hosts that its administrators' browsers do not: an address is
//! judged when it is saved, and again when its name is resolved.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

/// What the operator's configuration allows beyond public addresses over `https`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct EndpointRule {
    /// This machine, also over plain `http`.
    pub allows_loopback: bool,
    /// Every address that is not public, also over plain `http`.
    pub allows_private: bool,
}

impl EndpointRule {
    /// Whether a connection to this address may be made.
    pub fn allows(self, address: IpAddr) -> bool {
        is_public(address) || self.allows_private || (self.allows_loopback && is_loopback(address))
    }
}

/// An address as it is written, which [`EndpointRule`] allowed when it was saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointUrl(String);

impl EndpointUrl {
    /// The longest address in bytes.
    pub const LONGEST: usize = 2_000;

    /// The address, if events may be sent to it: `https` to a name or to an address that the rule allows; plain
    /// `http` only to an address that is allowed and not public, or to `localhost`. No user, password or fragment.
    pub fn parse(text: &str, rule: EndpointRule) -> Option<Self> {
        if text.len() > Self::LONGEST {
            return None;
        }
        let url = Url::parse(text.trim()).ok()?;
        let is_plain = url.username().is_empty() && url.password().is_none();
        if !is_plain || url.fragment().is_some() {
            return None;
        }
        let literal = match url.host()? {
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
            Host::Domain(name) if is_localhost(name) => Some(Ipv4Addr::LOCALHOST.into()),
            Host::Domain(_) => None,
        };
        let may_be_asked = match (url.scheme(), literal) {
            ("https", None) => true,
            ("https", Some(address)) => rule.allows(address),
            ("http", Some(address)) => rule.allows(address) && !is_public(address),
            _ => false,
        };
        may_be_asked.then(|| Self(url.into()))
    }

    /// An address as it was written down.
    pub fn stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host alone, for notices and logs: paths and queries may hold keys.
    pub fn host(&self) -> String {
        let url = Url::parse(&self.0).ok();
        let host = url.as_ref().and_then(Url::host_str);
        host.unwrap_or_default().to_owned()
    }
}

fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether it is this machine.
pub fn is_loopback(address: IpAddr) -> bool {
    match plain(address) {
        IpAddr::V4(address) => address.is_loopback(),
        IpAddr::V6(address) => address.is_loopback(),
    }
}

/// Whether anybody on the internet could be asked there: none of the networks that IANA keeps for special
/// purposes, also where one is written as an address of IPv6.
pub fn is_public(address: IpAddr) -> bool {
    match plain(address) {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// The address of IPv4 that one of IPv6 stands for: mapped, or translated (NAT64).
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address else {
        return address;
    };
    if let Some(four) = six.to_ipv4_mapped() {
        return IpAddr::V4(four);
    }
    match six.octets() {
        [0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d] => {
            IpAddr::V4(Ipv4Addr::new(a, b, c, d))
        }
        _ => address,
    }
}

const fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !matches!(
        (a, b, c),
        // This network, private ones, loopback; multicast, reserved, broadcast.
        (0 | 10 | 127 | 224..=255, ..)
            // Carriers' own, link-local, private ones.
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            // Private ones, protocols, documentation, 6to4 relays, benchmarks.
            | (192, 168, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (198, 18..=19, _)
            | (198, 51, 100)
            | (203, 0, 113)
    )
}

const fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Only this eighth is global at all; of it not Teredo and other protocols, documentation, and 6to4, which
    // reaches addresses of IPv4.
    (a & 0xe000) == 0x2000
        && !(a == 0x2001 && b < 0x0200)
        && !(a == 0x2001 && b == 0x0db8)
        && a != 0x2002
        && !(a == 0x3fff && b < 0x1000)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOBODY: EndpointRule = EndpointRule {
        allows_loopback: false,
        allows_private: false,
    };
    const LOOPBACK: EndpointRule = EndpointRule {
        allows_loopback: true,
        ..NOBODY
    };
    const PRIVATE: EndpointRule = EndpointRule {
        allows_private: true,
        ..NOBODY
    };

    #[test]
    fn special_networks_are_not_public() {
        for special in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            let address: IpAddr = special.parse().unwrap();
            assert!(!is_public(address), "{special}");
            assert!(
                !NOBODY.allows(address) && PRIVATE.allows(address),
                "{special}"
            );
        }
        for public in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "223.255.255.255",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
            "2001:4860:4860::8888",
            "2606:4700::1111",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn addresses_are_judged_as_they_are_saved() {
        for (text, nobody, loopback, private) in [
            ("https://hooks.example.com/a?b=c", true, true, true),
            ("https://1.1.1.1/", true, true, true),
            ("https://127.0.0.1/", false, true, true),
            ("https://[::1]/", false, true, true),
            ("https://[::ffff:10.0.0.1]/", false, false, true),
            ("https://10.0.0.1/", false, false, true),
            // The forms that browsers and libraries read as 127.0.0.1.
            ("https://2130706433/", false, true, true),
            ("https://0x7f.1/", false, true, true),
            ("http://127.0.0.1:9000/hook", false, true, true),
            ("http://localhost:9000/hook", false, true, true),
            ("http://10.0.0.1/", false, false, true),
            ("http://hooks.example.com/", false, false, false),
            ("http://1.1.1.1/", false, false, false),
            ("https://user@hooks.example.com/", false, false, false),
            ("https://user:pass@hooks.example.com/", false, false, false),
            ("https://hooks.example.com/#a", false, false, false),
            ("ftp://127.0.0.1/", false, false, false),
            ("file:///etc/passwd", false, false, false),
            ("hooks.example.com", false, false, false),
            ("https://", false, false, false),
            ("", false, false, false),
        ] {
            for (rule, expected) in [(NOBODY, nobody), (LOOPBACK, loopback), (PRIVATE, private)] {
                let parsed = EndpointUrl::parse(text, rule);
                assert_eq!(parsed.is_some(), expected, "{text} {rule:?}");
            }
        }
        let long = format!("https://h.example/{}", "a".repeat(2_000));
        assert_eq!(EndpointUrl::parse(&long, PRIVATE), None);
    }

    #[test]
    fn a_notice_names_the_host_alone() {
        let url = EndpointUrl::parse("https://h.example/key?k=1", NOBODY).unwrap();
        assert_eq!(url.host(), "h.example");
        assert_eq!(EndpointUrl::stored("nonsense").host(), "");
    }

    proptest! {
        #[test]
        fn an_address_of_ipv4_is_judged_alike_however_it_is_written(octets: [u8; 4]) {
            let four = Ipv4Addr::from(octets);
            let mapped = IpAddr::V6(four.to_ipv6_mapped());
            prop_assert_eq!(is_public(mapped), is_public(IpAddr::V4(four)));
            prop_assert_eq!(is_loopback(mapped), four.is_loopback());
            if four.is_private() || four.is_loopback() || four.is_link_local() || four.is_multicast() {
                prop_assert!(!is_public(IpAddr::V4(four)));
            }
        }

        #[test]
        fn no_text_leads_to_an_address_that_is_not_allowed(text in "https?://[0-9a-fx.\\[\\]:]{1,24}/") {
            if EndpointUrl::parse(&text, NOBODY).is_some() {
                let url = Url::parse(&text).unwrap();
                let literal: Option<IpAddr> = match url.host().unwrap() {
                    Host::Ipv4(address) => Some(address.into()),
                    Host::Ipv6(address) => Some(address.into()),
                    Host::Domain(_) => None,
                };
                prop_assert!(literal.is_none_or(is_public));
                prop_assert_eq!(url.scheme(), "https");
            }
        }
    }
}
