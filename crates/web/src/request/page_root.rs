//! Where a customer's pages live, for the way back from a payment page.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::Uri;
use actix_web::http::header::{HeaderMap, REFERER};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use ferroboard_application::HostStanding;

use crate::Panel;
use crate::answer::fault::Fault;
use crate::request::client_address::Root;
use crate::request::hosts::AllowedHosts;

/// Scheme and host of the page that a request was made from, such as `https://panel.example.com:8443`.
///
/// The `Referer` header is believed only when its host is the site's own, one that the operator has named, or
/// the loopback one that the request came to: nobody is led from a payment to a stranger's page.
pub struct PageRoot(pub Option<String>);

impl FromRequest for PageRoot {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let root = Root::from_request(request, payload).into_inner();
        let Some(panel) = request.app_data::<Data<Panel>>() else {
            return ready(Ok(Self(None)));
        };
        let (site, hosts) = (panel.site(), &panel.options.hosts);
        let app_url = site.site.app_url.as_deref();
        ready(root.map(|Root(root)| {
            let page = page_of(request.headers(), root.for_asker(), app_url, hosts);
            Self(page)
        }))
    }
}

fn page_of(
    headers: &HeaderMap,
    root: &str,
    app_url: Option<&str>,
    hosts: &AllowedHosts,
) -> Option<String> {
    let referer: Uri = headers.get(REFERER)?.to_str().ok()?.parse().ok()?;
    let scheme = referer.scheme_str()?;
    let host = referer.host()?;
    let is_named = |address: &str| {
        let own = address.parse::<Uri>().ok();
        own.is_some_and(|own| own.host().is_some_and(|own| own.eq_ignore_ascii_case(host)))
    };
    let is_own = app_url.is_some_and(is_named)
        || match hosts.standing_of_name(host) {
            HostStanding::Allowed => hosts.names_some() || is_named(root),
            HostStanding::Loopback => is_named(root),
            HostStanding::Unknown => false,
        };
    if !is_own || !matches!(scheme, "http" | "https") {
        return None;
    }
    let port = referer.port().map(|port| format!(":{port}"));
    Some(format!("{scheme}://{host}{}", port.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn only_pages_of_the_site_are_returned_to() {
        for (referer, expected) in [
            ("https://panel.test/#/plan/1", Some("https://panel.test")),
            (
                "https://PANEL.test:8443/a?b",
                Some("https://PANEL.test:8443"),
            ),
            ("http://api.test:7001", None),
            ("http://127.0.0.1:7001", Some("http://127.0.0.1:7001")),
            ("http://shop.test/x", Some("http://shop.test")),
            (
                "https://user:secret@panel.test/x",
                Some("https://panel.test"),
            ),
            ("https://evil.test/panel.test", None),
            ("https://panel.test.evil.test/", None),
            ("https://panel.test@evil.test/", None),
            ("javascript://panel.test/%0aalert(1)", None),
            ("/relative", None),
            ("not an address", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(REFERER, HeaderValue::from_static(referer));
            let hosts = AllowedHosts::named(&["shop.test".to_owned()]).unwrap();
            let page = |root| page_of(&headers, root, Some("https://panel.test/"), &hosts);
            let root = if referer.contains("127.0.0.1") {
                "http://127.0.0.1:7001"
            } else {
                "http://api.test"
            };
            assert_eq!(page(root).as_deref(), expected, "{referer}");
        }
    }

    #[test]
    fn where_every_host_will_do_the_page_is_on_the_one_that_was_asked() {
        let any = AllowedHosts::Any;
        let mut headers = HeaderMap::new();
        assert_eq!(page_of(&headers, "http://api.test", None, &any), None);
        headers.insert(REFERER, HeaderValue::from_static("http://api.test/x"));
        let page = page_of(&headers, "http://api.test", None, &any);
        assert_eq!(page.as_deref(), Some("http://api.test"));
        assert_eq!(page_of(&headers, "http://other.test", None, &any), None);
    }
}
