//! The hosts that the operator has named: what leaves the panel leads to these alone.

use std::net::IpAddr;

use actix_web::http::uri::Authority;
use ferroboard_application::HostStanding;

/// Which hosts are the panel's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedHosts {
    /// Whichever a request names: for one's own machine.
    Any,
    /// These, in lower case and without the ports that schemes have by themselves.
    Named(Vec<String>),
}

impl Default for AllowedHosts {
    fn default() -> Self {
        Self::Named(Vec::new())
    }
}

impl AllowedHosts {
    /// The hosts of these names, each with a port or without; the first that is none.
    ///
    /// # Errors
    ///
    /// The text that is no host.
    pub fn named(names: &[String]) -> Result<Self, String> {
        let named = names.iter().map(|name| {
            let name = name.trim();
            let host = name.parse::<Authority>().ok();
            let host = host.filter(|_| !name.contains(['@', '*']) && has_port_or_none(name));
            host.map(|host| usual(host.as_str())).ok_or(name)
        });
        let named: Result<Vec<String>, &str> = named.collect();
        named.map(Self::Named).map_err(str::to_owned)
    }

    /// What is known of a host, with its port.
    pub(crate) fn standing(&self, host: &str) -> HostStanding {
        let host = usual(host);
        let is_allowed = match self {
            Self::Any => true,
            Self::Named(named) => named.contains(&host),
        };
        standing(is_allowed, &host)
    }

    /// What is known of a host, whatever its port.
    pub(crate) fn standing_of_name(&self, host: &str) -> HostStanding {
        let host = host.to_ascii_lowercase();
        let is_allowed = match self {
            Self::Any => true,
            Self::Named(named) => named.iter().any(|named| name_of(named) == host),
        };
        standing(is_allowed, &host)
    }

    /// Whether it is a list with something in it.
    pub(crate) fn names_some(&self) -> bool {
        matches!(self, Self::Named(named) if !named.is_empty())
    }
}

fn standing(is_allowed: bool, host: &str) -> HostStanding {
    if is_allowed {
        HostStanding::Allowed
    } else if is_loopback(name_of(host)) {
        HostStanding::Loopback
    } else {
        HostStanding::Unknown
    }
}

/// As it is compared. Clients leave away the port of their scheme, and proxies may add it.
fn usual(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    let bare = host.strip_suffix(":443").or(host.strip_suffix(":80"));
    bare.unwrap_or(&host).to_owned()
}

/// The name of a host, without its port.
pub(crate) fn name_of(host: &str) -> &str {
    if let Some(end) = host.find(']') {
        return host.get(..=end).unwrap_or(host);
    }
    host.split_once(':').map_or(host, |(name, _)| name)
}

fn has_port_or_none(host: &str) -> bool {
    let rest = host.strip_prefix(name_of(host)).unwrap_or_default();
    let port = rest.strip_prefix(':').map(str::parse::<u16>);
    rest.is_empty() || port.is_some_and(|port| port.is_ok())
}

fn is_loopback(name: &str) -> bool {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_known_by_its_name_and_its_port() {
        use HostStanding::{Allowed, Loopback, Unknown};
        let names = ["Panel.test", "api.test:8443", " [2001:db8::1]:7001 "];
        let hosts = AllowedHosts::named(&names.map(str::to_owned)).unwrap();
        for (host, expected) in [
            ("panel.test", Allowed),
            ("PANEL.test:443", Allowed),
            ("panel.test:80", Allowed),
            ("panel.test:8443", Unknown),
            ("api.test:8443", Allowed),
            ("api.test", Unknown),
            ("[2001:db8::1]:7001", Allowed),
            ("[2001:db8::1]", Unknown),
            ("evil.panel.test", Unknown),
            ("panel.test.evil.test", Unknown),
            ("127.0.0.1:7001", Loopback),
            ("127.9.9.9", Loopback),
            ("[::1]:7001", Loopback),
            ("localhost", Loopback),
            ("localhost:7001", Loopback),
            ("localhost.evil.test", Unknown),
            ("127.0.0.1.evil.test", Unknown),
            ("10.0.0.1", Unknown),
            ("", Unknown),
        ] {
            assert_eq!(hosts.standing(host), expected, "{host}");
            assert_eq!(AllowedHosts::Any.standing(host), Allowed, "{host}");
        }
        assert_eq!(hosts.standing_of_name("api.test"), Allowed);
        assert_eq!(hosts.standing_of_name("[2001:db8::1]"), Allowed);
        assert_eq!(hosts.standing_of_name("other.test"), Unknown);
    }

    #[test]
    fn what_is_no_host_is_told() {
        for wrong in [
            "https://panel.test",
            "panel.test/",
            "a b",
            "",
            "x@panel.test",
            "*.panel.test",
            "panel.test:",
            "panel.test:port",
        ] {
            let named = AllowedHosts::named(&["ok.test".to_owned(), wrong.to_owned()]);
            assert_eq!(named, Err(wrong.to_owned()));
        }
    }
}
