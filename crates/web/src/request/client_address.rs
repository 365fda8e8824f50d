//! Who is asking, and at which address of ours: what forwarded headers say, when they may say it.

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use actix_web::dev::Payload;
use actix_web::http::header::{HOST, HeaderMap, USER_AGENT};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use ferroboard_application::RequestRoot;
use ferroboard_auth::ClientInfo;
use ipnet::IpNet;

use crate::answer::fault::Fault;
use crate::request::hosts::AllowedHosts;
use crate::{Panel, request::storable};

/// What `ferro_session` keeps of a user agent.
const USER_AGENT_CHARACTERS: usize = 512;
/// A DNS name has at most 253 characters; a port follows.
const HOST_CHARACTERS: usize = 260;

/// The client of a request.
pub struct Client(pub ClientInfo);

/// Scheme and host that the request came to, such as `https://panel.example.com`, and whether the operator
/// has named that host.
pub struct Root(pub RequestRoot);

impl FromRequest for Client {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let user_agent = request.headers().get(USER_AGENT);
        let user_agent = user_agent.map(|value| {
            let text = storable::header_text(value);
            text.chars().take(USER_AGENT_CHARACTERS).collect()
        });
        let ip = address_of(request).to_string();
        ready(Ok(Self(ClientInfo { ip, user_agent })))
    }
}

impl FromRequest for Root {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (scheme, host) = reached_at(request);
        let panel = request.app_data::<Data<Panel>>();
        let none = AllowedHosts::default();
        let allowed = panel.map_or(&none, |panel| &panel.options.hosts);
        let root = RequestRoot::new(format!("{scheme}://{host}"), allowed.standing(host));
        ready(Ok(Self(root)))
    }
}

/// The host that the request came to, with its port where it names one.
pub(crate) fn host_of(request: &HttpRequest) -> &str {
    reached_at(request).1
}

fn reached_at(request: &HttpRequest) -> (&'static str, &str) {
    let trusted = peer_of(request).is_some_and(|peer| is_trusted(peer, proxies(request)));
    let secure = request.app_config().secure();
    scheme_and_host(request.headers(), trusted, secure)
}

/// Whether the request comes from a proxy that nobody told the panel of: a peer of a private network that
/// says for whom it asks, and is not believed.
pub(crate) fn is_from_unknown_proxy(request: &HttpRequest) -> Option<IpAddr> {
    let peer = peer_of(request)?;
    let is_private = match peer {
        IpAddr::V4(peer) => peer.is_private() || peer.is_link_local(),
        IpAddr::V6(peer) => peer.is_unique_local() || peer.is_unicast_link_local(),
    };
    let speaks_for_another = request.headers().contains_key("x-forwarded-for");
    (is_private && speaks_for_another && !is_trusted(peer, proxies(request))).then_some(peer)
}

/// The client's own address: the last hop that is no trusted proxy.
pub fn address_of(request: &HttpRequest) -> IpAddr {
    let Some(peer) = peer_of(request) else {
        return IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    };
    client_behind(peer, request.headers(), proxies(request))
}

fn peer_of(request: &HttpRequest) -> Option<IpAddr> {
    request.peer_addr().map(|peer| peer.ip().to_canonical())
}

fn proxies(request: &HttpRequest) -> &[IpNet] {
    let panel = request.app_data::<Data<Panel>>();
    panel.map_or(&[], |panel| panel.options.trusted_proxies.as_slice())
}

fn is_trusted(address: IpAddr, proxies: &[IpNet]) -> bool {
    proxies.iter().any(|range| range.contains(&address))
}

fn client_behind(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let mut client = peer;
    let lines: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .filter_map(|line| line.to_str().ok())
        .collect();
    let mut hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
    while is_trusted(client, proxies) {
        // What stands before a hop that is no address was written by nobody we trust.
        let Some(hop) = hops.next().and_then(parse_hop) else {
            break;
        };
        client = hop;
    }
    client
}

/// An address, with a port or without.
fn parse_hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    let address = bare.parse::<IpAddr>().ok();
    let address = address.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    address.map(|address| address.to_canonical())
}

fn scheme_and_host(headers: &HeaderMap, trusted: bool, secure: bool) -> (&'static str, &str) {
    let forwarded = |name| {
        if trusted {
            first_of(headers, name)
        } else {
            None
        }
    };
    let scheme = match forwarded("x-forwarded-proto") {
        Some(scheme) if scheme.eq_ignore_ascii_case("https") => "https",
        Some(scheme) if scheme.eq_ignore_ascii_case("http") => "http",
        _ if secure => "https",
        _ => "http",
    };
    let host = forwarded("x-forwarded-host").filter(|host| is_host(host));
    let host = host.or_else(|| first_of(headers, HOST.as_str()).filter(|host| is_host(host)));
    (scheme, host.unwrap_or("localhost"))
}

fn first_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let value = headers.get(name)?.to_str().ok()?;
    value.split(',').next().map(str::trim)
}

/// Whether a text may stand in an address as its host: it ends up in links that are mailed.
fn is_host(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    !text.is_empty() && text.len() <= HOST_CHARACTERS && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    fn believed() -> Vec<IpNet> {
        let ranges = ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.64.0.0/13"];
        ranges.map(|range| range.parse().unwrap()).into()
    }

    fn root(headers: &HeaderMap, trusted: bool, secure: bool) -> String {
        let (scheme, host) = scheme_and_host(headers, trusted, secure);
        format!("{scheme}://{host}")
    }

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        headers
    }

    #[test]
    fn the_last_untrusted_hop_is_the_client() {
        let proxies = believed();
        for (peer, forwarded, expected) in [
            ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
            ("127.0.0.1", "", "127.0.0.1"),
            ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
            (
                "127.0.0.1",
                "6.6.6.6, 198.51.100.1, 10.0.0.3",
                "198.51.100.1",
            ),
            ("10.0.0.2", "172.64.1.1", "172.64.1.1"),
            ("10.0.0.2", "nonsense, 172.64.1.1", "172.64.1.1"),
            ("::ffff:127.0.0.1", "198.51.100.1:8080", "198.51.100.1"),
            ("::1", "[2001:db8::1]:443", "2001:db8::1"),
            ("::1", "[2001:db8::1]", "2001:db8::1"),
        ] {
            let peer: IpAddr = peer.parse().unwrap();
            let lines = headers(&[("x-forwarded-for", forwarded)]);
            let client = client_behind(peer.to_canonical(), &lines, &proxies);
            assert_eq!(client.to_string(), expected, "{peer} {forwarded}");
        }
    }

    #[test]
    fn several_header_lines_are_one_list() {
        let proxies = believed();
        let lines = headers(&[
            ("x-forwarded-for", "6.6.6.6"),
            ("x-forwarded-for", "10.0.0.9"),
        ]);
        let client = client_behind("127.0.0.1".parse().unwrap(), &lines, &proxies);
        assert_eq!(client.to_string(), "6.6.6.6");
    }

    #[test]
    fn forwarded_hosts_count_from_trusted_peers_only() {
        let lines = headers(&[
            ("host", "inner:7001"),
            ("x-forwarded-host", "panel.example.com"),
            ("x-forwarded-proto", "https"),
        ]);
        assert_eq!(root(&lines, true, false), "https://panel.example.com");
        assert_eq!(root(&lines, false, false), "http://inner:7001");
    }

    #[test]
    fn a_host_with_odd_characters_is_not_used() {
        for host in ["a b", "evil/path", "x@y", "", "a\"b"] {
            let lines = headers(&[("x-forwarded-host", "%%"), ("host", "ok.test")]);
            assert_eq!(root(&lines, true, false), "http://ok.test");
            assert!(!is_host(host), "{host}");
        }
        assert!(!is_host(&"a".repeat(300)));
        assert_eq!(root(&HeaderMap::new(), true, false), "http://localhost");
    }
}
