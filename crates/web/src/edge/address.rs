//! Other spellings of an address: slashes at its end, and `&` where its query should begin.

use actix_web::dev::ServiceRequest;
use actix_web::http::Uri;

use crate::Panel;
use crate::client::link;

/// What proxies keep from the outside by its exact address: another spelling must not lead around them.
const EXACT: &str = "/metrics";

/// Has the request go on under the address that the routes know.
pub(super) fn straighten(panel: &Panel, request: &mut ServiceRequest) {
    let uri = request.uri();
    let is_link = |path: &str| link::is_link(panel, path);
    let Some(straight) = straightened(uri.path(), uri.query(), is_link) else {
        return;
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = straight.try_into().ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
}

/// Path and query as they should be, if they are not. Slashes at the end mean nothing, as in the reference.
/// Clients and scripts write `&flag=clash` after any subscription address, as though it had a query
/// already; no token has a `&`.
fn straightened(path: &str, query: Option<&str>, is_link: impl Fn(&str) -> bool) -> Option<String> {
    let trimmed = path.trim_end_matches('/');
    let link = link_and_query(trimmed).filter(|(link, _)| is_link(link));
    let is_straight = trimmed.len() == path.len() || path == "/" || trimmed == EXACT;
    if link.is_none() && is_straight {
        return None;
    }
    let (path, joined) = link.map_or((trimmed, None), |(link, joined)| (link, Some(joined)));
    let path = if path.is_empty() { "/" } else { path };
    // Of equal names the last one counts: that of the real query.
    let queries: Vec<&str> = [joined, query].into_iter().flatten().collect();
    Some(match queries.join("&") {
        none if none.is_empty() => path.to_owned(),
        query => format!("{path}?{query}"),
    })
}

/// What stands before and after the first `&` of the last part of a path.
fn link_and_query(path: &str) -> Option<(&str, &str)> {
    let start = path.rfind('/')?;
    let at = start + path.get(start..)?.find('&')?;
    let link = path.get(..at)?.trim_end_matches('/');
    Some((link, path.get(at + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_at_the_end_mean_nothing() {
        for (path, query, expected) in [
            ("/", None, None),
            ("/", Some("a=1"), None),
            ("/healthz", None, None),
            ("*", None, None),
            ("", None, None),
            ("/a//b", None, None),
            ("/a/%2F", None, None),
            ("/a&b", None, None),
            ("/metrics/", None, None),
            ("//", None, Some("/")),
            ("/healthz/", None, Some("/healthz")),
            ("/a//b////", Some("c=/"), Some("/a//b?c=/")),
            ("/a&b/", None, Some("/a&b")),
        ] {
            let straight = straightened(path, query, |_| false);
            assert_eq!(straight.as_deref(), expected, "{path} {query:?}");
        }
    }

    #[test]
    fn what_is_joined_to_a_link_is_its_query() {
        for (path, query, expected) in [
            ("/s/t&flag=clash", None, Some("/s/t?flag=clash")),
            ("/s/t/&flag=clash//", None, Some("/s/t?flag=clash")),
            (
                "/s/t&&flag=a%20b&types=x",
                None,
                Some("/s/t?&flag=a%20b&types=x"),
            ),
            ("/s/t&flag=a", Some("flag=b"), Some("/s/t?flag=a&flag=b")),
            ("/s/t&", None, Some("/s/t")),
            ("/s/t/", None, Some("/s/t")),
            ("/s/t", Some("flag=a"), None),
            ("/x/t&flag=clash", None, None),
            ("/s/x&y/t", None, None),
        ] {
            let straight = straightened(path, query, |path| path == "/s/t");
            assert_eq!(straight.as_deref(), expected, "{path} {query:?}");
        }
    }
}
