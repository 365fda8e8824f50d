//! Where a customer's pages live, for the way back from a payment page.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::Uri;
use actix_web::http::header::{HeaderMap, REFERER};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use crate::Panel;
use crate::client_address::Root;
use crate::fault::Fault;

/// Scheme and host of the page that a request was made from, such as `https://panel.example.com:8443`.
///
/// The `Referer` header is believed only when its host is the site's own or the one that the request
/// came to: nobody is led from a payment to a stranger's page.
pub(crate) struct PageRoot(pub(crate) Option<String>);

impl FromRequest for PageRoot {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let root = Root::from_request(request, payload).into_inner();
        let site = request.app_data::<Data<Panel>>().map(|panel| panel.site());
        let app_url = site.as_ref().and_then(|site| site.site.app_url.as_deref());
        ready(root.map(|Root(root)| Self(page_of(request.headers(), &root, app_url))))
    }
}

fn page_of(headers: &HeaderMap, root: &str, app_url: Option<&str>) -> Option<String> {
    let referer: Uri = headers.get(REFERER)?.to_str().ok()?.parse().ok()?;
    let scheme = referer.scheme_str()?;
    let host = referer.host()?;
    let own_hosts = [Some(root), app_url].into_iter().flatten();
    let is_own = own_hosts
        .filter_map(|address| address.parse::<Uri>().ok())
        .any(|own| own.host().is_some_and(|own| own.eq_ignore_ascii_case(host)));
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
            ("http://api.test:7001", Some("http://api.test:7001")),
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
            let page = page_of(&headers, "http://api.test", Some("https://panel.test/"));
            assert_eq!(page.as_deref(), expected, "{referer}");
        }
        assert_eq!(page_of(&HeaderMap::new(), "http://api.test", None), None);
    }
}
