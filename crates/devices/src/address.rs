use std::net::IpAddr;

use ferroboard_kernel::ip_address;

/// Where a device is. Two spellings of one address are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeviceAddress(Kind);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Ip(IpAddr),
    /// What a node reported that is no address.
    Other(String),
}

impl DeviceAddress {
    /// Takes an address as it is stored.
    pub fn stored(text: &str) -> Self {
        Self(match ip_address(text) {
            Some(ip) => Kind::Ip(ip),
            None => Kind::Other(text.to_owned()),
        })
    }

    /// The address inside what is shown: of `1.2.3.4_7` the part before the number of the node.
    fn ip(&self) -> Option<IpAddr> {
        match &self.0 {
            Kind::Ip(ip) => Some(*ip),
            Kind::Other(text) => text.split('_').next()?.parse().ok(),
        }
    }

    /// 4 or 6; `None` for what is no address.
    pub fn version(&self) -> Option<i64> {
        self.ip().map(|ip| if ip.is_ipv4() { 4 } else { 6 })
    }

    /// The text for people; with `whole` false only the first half of the network.
    pub fn shown(&self, whole: bool) -> String {
        match (self.ip(), &self.0) {
            (Some(ip), _) if whole => ip.to_string(),
            (Some(IpAddr::V4(ip)), _) => {
                let [a, b, _, _] = ip.octets();
                format!("{a}.{b}.*.*")
            }
            (Some(IpAddr::V6(ip)), _) => {
                let [a, b, ..] = ip.segments();
                format!("{a:x}:{b:x}:*")
            }
            (None, Kind::Other(text)) if whole => {
                text.split('_').next().unwrap_or_default().to_owned()
            }
            (None, _) => "*".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_address_are_equal() {
        for (a, b, equal) in [
            ("1.2.3.4", "1.2.3.4", true),
            ("1.2.3.4", "::ffff:1.2.3.4", true),
            ("2001:DB8::1", "2001:db8:0:0::1", true),
            ("[2001:db8::1]", "2001:db8::1", true),
            ("1.2.3.4", "1.2.3.5", false),
            ("1.2.3.4_7", "1.2.3.4_8", false),
            ("1.2.3.4_7", "1.2.3.4", false),
            ("a", "A", false),
        ] {
            let equals = DeviceAddress::stored(a) == DeviceAddress::stored(b);
            assert_eq!(equals, equal, "{a} {b}");
        }
    }

    #[test]
    fn addresses_are_shown_whole_or_in_part() {
        for (stored, version, whole, part) in [
            ("1.2.3.4", Some(4), "1.2.3.4", "1.2.*.*"),
            ("::ffff:1.2.3.4", Some(4), "1.2.3.4", "1.2.*.*"),
            ("2001:0DB8::1", Some(6), "2001:db8::1", "2001:db8:*"),
            ("1.2.3.4_7", Some(4), "1.2.3.4", "1.2.*.*"),
            ("host_7", None, "host", "*"),
            ("", None, "", "*"),
        ] {
            let address = DeviceAddress::stored(stored);
            assert_eq!(address.version(), version, "{stored}");
            assert_eq!(address.shown(true), whole, "{stored}");
            assert_eq!(address.shown(false), part, "{stored}");
        }
    }
}
