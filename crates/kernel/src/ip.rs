use std::net::IpAddr;

/// The address that a text is, in brackets or without; an IPv4 address inside an IPv6 one counts as
/// itself. `None` for what is no address.
pub fn ip_address(text: &str) -> Option<IpAddr> {
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let ip: IpAddr = bare.unwrap_or(text).parse().ok()?;
    Some(ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

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
