//! The addresses that the panel hands out.

use ferroboard_auth::SubscribeToken;
use ferroboard_billing::PaymentMethod;
use ferroboard_kernel::{Random, TradeNo};
use ferroboard_site::Settings;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 3986 leaves unencoded.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The page that takes a one-time login token and goes on to `redirect`, a page of the panel's own.
pub(crate) fn login(
    settings: &Settings,
    request_root: &str,
    token: &str,
    redirect: Option<&str>,
) -> String {
    let redirect = match redirect.map(local_page) {
        None | Some("") => "dashboard",
        Some(page) => page,
    };
    format!(
        "{}/#/login?verify={}&redirect={}",
        root(settings, request_root),
        utf8_percent_encode(token, COMPONENT),
        utf8_percent_encode(redirect, COMPONENT)
    )
}

/// Where proxy clients fetch their configuration. Of several `subscribe_url`s one is drawn.
pub(crate) fn subscription(
    settings: &Settings,
    request_root: &str,
    token: &SubscribeToken,
    random: &dyn Random,
) -> String {
    let bases: Vec<&str> = settings
        .site
        .subscribe_url
        .as_deref()
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|base| !base.is_empty())
        .collect();
    let drawn = random.below(u64::try_from(bases.len()).unwrap_or(0));
    let base = match usize::try_from(drawn)
        .ok()
        .and_then(|index| bases.get(index))
    {
        Some(base) => expand(base, random),
        None => root(settings, request_root),
    };
    let base = base.trim_end_matches('/');
    format!("{base}{}", subscription_path(settings, token))
}

/// The path of a subscription link.
pub(crate) fn subscription_path(settings: &Settings, token: &SubscribeToken) -> String {
    format!("/{}/{}", settings.subscribe.subscribe_path, token.as_str())
}

/// Where a gateway reports the payments of a method to.
pub(crate) fn payment_notice(
    settings: &Settings,
    request_root: &str,
    method: &PaymentMethod,
) -> String {
    let own = root(settings, request_root);
    let domain = method
        .notify_domain
        .as_deref()
        .map(str::trim)
        .filter(|domain| !domain.is_empty());
    let base = domain.unwrap_or(&own).trim_end_matches('/');
    let gateway = utf8_percent_encode(&method.gateway, COMPONENT);
    format!(
        "{base}/api/v1/guest/payment/notify/{gateway}/{}",
        method.uuid
    )
}

/// The customer's page of an order: where the customer came from, else on the panel's own address. What a
/// proxy calls the panel is no address for customers as long as there is an `app_url`.
pub(crate) fn order_page(
    settings: &Settings,
    request_root: &str,
    page_root: Option<&str>,
    trade_no: &TradeNo,
) -> String {
    let page_root = page_root.map(|page| page.trim_end_matches('/').to_owned());
    let page_root = page_root.unwrap_or_else(|| root(settings, request_root));
    format!("{page_root}/#/order/{trade_no}")
}

/// The panel's own address: `app_url`, or the address that the request came to.
fn root(settings: &Settings, request_root: &str) -> String {
    let root = settings
        .site
        .app_url
        .as_deref()
        .unwrap_or(request_root)
        .trim_end_matches('/');
    match root.strip_prefix("http://") {
        Some(rest) if settings.site.force_https => format!("https://{rest}"),
        _ => root.to_owned(),
    }
}

/// What is left of a redirect without scheme and host: nobody is sent to another site with a fresh
/// login.
fn local_page(redirect: &str) -> &str {
    let mut page = redirect.trim();
    loop {
        if let Some((scheme, rest)) = page.split_once(':')
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        {
            page = rest;
        } else if let Some(rest) = page
            .strip_prefix("//")
            .or_else(|| page.strip_prefix("\\\\"))
        {
            page = rest
                .find(['/', '\\', '?', '#'])
                .map_or("", |end| rest.get(end..).unwrap_or(""));
        } else if page.starts_with(['/', '\\']) && page.get(1..2).is_some_and(|c| "/\\".contains(c))
        {
            page = page.get(1..).unwrap_or("");
        } else {
            return page;
        }
    }
}

/// Replaces each `[a-b]` by a number between the two, and each `[uuid]` by a random UUID.
fn expand(pattern: &str, random: &dyn Random) -> String {
    let mut expanded = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('[') {
        expanded.push_str(before);
        match after
            .split_once(']')
            .and_then(|(inside, behind)| Some((fill(inside, random)?, behind)))
        {
            Some((value, behind)) => {
                expanded.push_str(&value);
                rest = behind;
            }
            None => {
                expanded.push('[');
                rest = after;
            }
        }
    }
    expanded.push_str(rest);
    expanded
}

fn fill(inside: &str, random: &dyn Random) -> Option<String> {
    if inside == "uuid" {
        return Some(random.uuid());
    }
    let (a, b) = inside.split_once('-')?;
    let (a, b): (u64, u64) = (a.parse().ok()?, b.parse().ok()?);
    let (low, high) = (a.min(b), a.max(b));
    let span = (high - low).checked_add(1)?;
    Some((low + random.below(span)).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws zeros only.
    struct Zeros;

    impl Random for Zeros {
        fn fill(&self, buffer: &mut [u8]) {
            buffer.fill(0);
        }
    }

    fn settings(subscribe_url: Option<&str>, app_url: Option<&str>) -> Settings {
        let mut settings = Settings::default();
        settings.site.subscribe_url = subscribe_url.map(Into::into);
        settings.site.app_url = app_url.map(Into::into);
        settings
    }

    #[test]
    fn login_pages_stay_on_the_panel() {
        for (redirect, expected) in [
            (None, "dashboard"),
            (Some("order/1"), "order%2F1"),
            (Some("/order"), "%2Forder"),
            (Some("https://evil.test/order"), "%2Forder"),
            (Some("//evil.test"), "dashboard"),
            (Some("\\\\evil.test/x"), "%2Fx"),
            (Some("javascript:alert(1)"), "alert%281%29"),
            (Some("https:///evil.test"), "%2Fevil.test"),
            (Some("/\\evil.test"), "%5Cevil.test"),
            (Some("a&b=c"), "a%26b%3Dc"),
        ] {
            let url = login(&settings(None, None), "http://demo.test", "abc", redirect);
            assert_eq!(
                url,
                format!("http://demo.test/#/login?verify=abc&redirect={expected}")
            );
        }
    }

    #[test]
    fn the_sites_address_comes_before_the_requests() {
        let mut settings = settings(None, Some("http://panel.test/"));
        assert_eq!(root(&settings, "http://demo.test"), "http://panel.test");
        settings.site.force_https = true;
        assert_eq!(root(&settings, "http://demo.test"), "https://panel.test");
    }

    #[test]
    fn customers_return_where_they_came_from_or_to_the_sites_address() {
        let number = TradeNo::stored("T1".into());
        let inside = "http://127.0.0.1:7001";
        for (app_url, page, force_https, expected) in [
            (None, None, false, "http://127.0.0.1:7001"),
            (Some("http://panel.test/"), None, false, "http://panel.test"),
            (Some("http://panel.test/"), None, true, "https://panel.test"),
            (
                Some("http://panel.test"),
                Some("https://mirror.test"),
                true,
                "https://mirror.test",
            ),
        ] {
            let mut settings = settings(None, app_url);
            settings.site.force_https = force_https;
            let page = order_page(&settings, inside, page, &number);
            assert_eq!(page, format!("{expected}/#/order/T1"));
        }
    }

    #[test]
    fn subscription_addresses_follow_their_setting() {
        let token = SubscribeToken::new("t".into());
        for (setting, expected) in [
            (None, "http://demo.test/s/t"),
            (Some(" , "), "http://demo.test/s/t"),
            (
                Some("https://a.test/ , https://b.test"),
                "https://a.test/s/t",
            ),
            (Some("https://n[9-5].test"), "https://n5.test/s/t"),
            (
                Some("https://[x].[uuid].test"),
                "https://[x].00000000-0000-4000-8000-000000000000.test/s/t",
            ),
            (Some("https://[1-"), "https://[1-/s/t"),
        ] {
            let url = subscription(&settings(setting, None), "http://demo.test", &token, &Zeros);
            assert_eq!(url, expected, "{setting:?}");
        }
    }
}
