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

/// The network that counts as one client: an IPv4 address, or the /64 of an IPv6 address, since whoever
/// holds one address of it holds them all. Every limit and counter by address goes by this.
pub fn client_network(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        IpAddr::V4(ip) => ip.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_an_ipv4_address_or_a_network_of_ipv6() {
        for (ip, expected) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
            ("2001:db8:1:2::", "2001:db8:1:2::"),
            ("2001:db8:1:3:3:4:5:6", "2001:db8:1:3::"),
        ] {
            let network = client_network(ip.parse().unwrap());
            assert_eq!(network.to_string(), expected, "{ip}");
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
