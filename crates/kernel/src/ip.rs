use std::net::{IpAddr, Ipv6Addr};

/// The address that a text is, in brackets or without; an IPv4 address inside an IPv6 one counts as
/// itself. `None` for what is no address.
pub fn ip_address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let ip: IpAddr = bare.unwrap_or(text).parse().ok()?;
    Some(ip.to_canonical())
}

/// In which networks a client is counted. Every limit and counter by address goes by these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientNetworks {
    /// What counts as one client: an IPv4 address, or the /64 of an IPv6 address, since whoever holds one
    /// address of it holds them all.
    pub client: IpAddr,
    /// The /48 around an IPv6 client, since providers hand out that many networks at once. A limit allows
    /// it [`Self::SITE_ALLOWANCE`] times as much as one client.
    pub site: Option<IpAddr>,
}

impl ClientNetworks {
    /// How many clients' worth a site may use up.
    pub const SITE_ALLOWANCE: u32 = 10;
}

/// The networks in which the holder of an address is counted.
pub fn client_networks(ip: IpAddr) -> ClientNetworks {
    match ip.to_canonical() {
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            ClientNetworks {
                client: Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into(),
                site: Some(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0).into()),
            }
        }
        IpAddr::V4(ip) => ClientNetworks {
            client: ip.into(),
            site: None,
        },
    }
}

/// The network that counts as one client, where there is a name for one only.
pub fn client_network(ip: IpAddr) -> IpAddr {
    client_networks(ip).client
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_an_ipv4_address_or_a_network_of_ipv6_within_a_wider_one() {
        for (ip, client, site) in [
            ("192.0.2.7", "192.0.2.7", None),
            ("::ffff:192.0.2.7", "192.0.2.7", None),
            (
                "2001:db8:1:2:3:4:5:6",
                "2001:db8:1:2::",
                Some("2001:db8:1::"),
            ),
            ("2001:db8:1:2::", "2001:db8:1:2::", Some("2001:db8:1::")),
            (
                "2001:db8:1:3:3:4:5:6",
                "2001:db8:1:3::",
                Some("2001:db8:1::"),
            ),
            ("2001:db8:2:3::1", "2001:db8:2:3::", Some("2001:db8:2::")),
        ] {
            let ip: IpAddr = ip.parse().unwrap();
            let networks = client_networks(ip);
            assert_eq!(networks.client.to_string(), client, "{ip}");
            let shown = networks.site.map(|site| site.to_string());
            assert_eq!(shown.as_deref(), site, "{ip}");
            assert_eq!(client_network(ip), networks.client);
        }
    }

    #[test]
    fn an_address_has_one_form() {
        for (text, expected) in [
            ("1.2.3.4", Some("1.2.3.4")),
            ("::ffff:1.2.3.4", Some("1.2.3.4")),
            ("[2001:DB8:0::1]", Some("2001:db8::1")),
            ("[2001:db8::1", None),
            ("1.2.3.4_7", None),
            ("", None),
        ] {
            let shown = ip_address(text).map(|ip| ip.to_string());
            assert_eq!(shown.as_deref(), expected, "{text}");
        }
    }
}
