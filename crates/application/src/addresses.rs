//! The addresses that the panel hands out.

use ferroboard_auth::SubscribeToken;
use ferroboard_billing::PaymentMethod;
use ferroboard_kernel::{Random, TradeNo};
use ferroboard_site::Settings;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Error;

/// What RFC 3986 leaves unencoded.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What is known of the host that a request was sent to. Whoever sends it writes what he likes there, and a
/// proxy before the panel may pass it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostStanding {
    /// The operator has named it.
    Allowed,
    /// It is the machine of whoever follows the link: it leads to nobody else's.
    Loopback,
    /// Nothing is known of it.
    Unknown,
}

/// The panel's address as a request reached it, and how far links may follow it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRoot {
    address: String,
    standing: HostStanding,
}

impl RequestRoot {
    /// Scheme and host, such as `https://panel.example.com`, and what is known of the host.
    pub fn new(address: String, standing: HostStanding) -> Self {
        Self { address, standing }
    }

    /// For links that nobody but the asker sees: wherever he wants them to lead, they are his own.
    pub fn for_asker(&self) -> &str {
        &self.address
    }

    /// The same, taken out.
    pub fn into_asker(self) -> String {
        self.address
    }

    /// For links that are mailed or sent to chats, where the address of the settings does not come before
    /// it anyway; none may follow a host that the operator did not name.
    pub(crate) fn for_others(&self, settings: &Settings) -> Result<&str, Error> {
        let is_usable = self.standing == HostStanding::Allowed;
        self.if_usable(settings, is_usable)
    }

    /// For what a gateway is told. It may follow a loopback address as well, so that a first try on one's
    /// own machine works: no gateway elsewhere gets anywhere by it.
    pub(crate) fn for_gateways(&self, settings: &Settings) -> Result<&str, Error> {
        let is_usable = self.standing != HostStanding::Unknown;
        self.if_usable(settings, is_usable)
    }

    fn if_usable(&self, settings: &Settings, is_usable: bool) -> Result<&str, Error> {
        if is_usable || settings.site.app_url.is_some() {
            Ok(&self.address)
        } else {
            Err(Error::AddressUnknown)
        }
    }
}

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
        own(settings, request_root),
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
        None => own(settings, request_root),
    };
    let base = base.trim_end_matches('/');
    format!("{base}{}", subscription_path(settings, token))
}

/// The same for a message that is sent somewhere.
pub(crate) fn subscription_for_others(
    settings: &Settings,
    root: &RequestRoot,
    token: &SubscribeToken,
    random: &dyn Random,
) -> Result<String, Error> {
    let own = settings.site.subscribe_url.as_deref().unwrap_or_default();
    let has_own = own.split(',').any(|base| !base.trim().is_empty());
    let request_root = if has_own {
        root.for_asker()
    } else {
        root.for_others(settings)?
    };
    Ok(subscription(settings, request_root, token, random))
}

/// The path of a subscription link.
pub(crate) fn subscription_path(settings: &Settings, token: &SubscribeToken) -> String {
    format!("/{}/{}", settings.subscribe.subscribe_path, token.as_str())
}

/// Where a gateway reports the payments of a method to.
pub(crate) fn payment_notice(
    settings: &Settings,
    root: &RequestRoot,
    method: &PaymentMethod,
) -> Result<String, Error> {
    let base = match notify_domain(method) {
        Some(domain) => domain.to_owned(),
        None => own(settings, root.for_gateways(settings)?),
    };
    Ok(notice_at(&base, method))
}

/// The same for an administrator who looks at it: where the panel does not know its own address, that is the
/// one that was asked.
pub(crate) fn payment_notice_shown(
    settings: &Settings,
    root: &RequestRoot,
    method: &PaymentMethod,
) -> String {
    let own = || own(settings, root.for_asker());
    let base = notify_domain(method).map_or_else(own, str::to_owned);
    notice_at(&base, method)
}

fn notice_at(base: &str, method: &PaymentMethod) -> String {
    let gateway = utf8_percent_encode(&method.gateway, COMPONENT);
    format!(
        "{}/api/v1/guest/payment/notify/{gateway}/{}",
        base.trim_end_matches('/'),
        method.uuid
    )
}

fn notify_domain(method: &PaymentMethod) -> Option<&str> {
    let domain = method.notify_domain.as_deref().map(str::trim);
    domain.filter(|domain| !domain.is_empty())
}

/// The customer's page of an order: where the customer came from, else on the panel's own address, else where
/// the method's notices go. What a proxy calls the panel is no address for customers as long as there is an
/// `app_url`.
pub(crate) fn order_page(
    settings: &Settings,
    root: &RequestRoot,
    page_root: Option<&str>,
    method: &PaymentMethod,
    trade_no: &TradeNo,
) -> Result<String, Error> {
    let base = match (page_root, root.for_gateways(settings)) {
        (Some(page), _) => page.to_owned(),
        (None, Ok(root)) => own(settings, root),
        (None, Err(unknown)) => notify_domain(method).ok_or(unknown)?.to_owned(),
    };
    Ok(format!("{}/#/order/{trade_no}", base.trim_end_matches('/')))
}

/// Where agents reach the panel.
pub(crate) fn panel(settings: &Settings, request_root: &str) -> String {
    own(settings, request_root)
}

/// The panel's own address: `app_url`, or the address that the request came to.
fn own(settings: &Settings, request_root: &str) -> String {
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
        assert_eq!(own(&settings, "http://demo.test"), "http://panel.test");
        settings.site.force_https = true;
        assert_eq!(own(&settings, "http://demo.test"), "https://panel.test");
    }

    fn request(standing: HostStanding) -> RequestRoot {
        RequestRoot::new("http://127.0.0.1:7001".into(), standing)
    }

    fn method(notify_domain: Option<&str>) -> PaymentMethod {
        PaymentMethod {
            notify_domain: notify_domain.map(Into::into),
            ..ferroboard_billing::testing::a_payment_method(1)
        }
    }

    #[test]
    fn customers_return_where_they_came_from_or_to_the_sites_address() {
        let number = TradeNo::stored("T1".into());
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
            let root = request(HostStanding::Loopback);
            let page = order_page(&settings, &root, page, &method(None), &number);
            assert_eq!(page, Ok(format!("{expected}/#/order/T1")));
        }
    }

    #[test]
    fn nobody_else_is_led_to_a_host_that_the_operator_did_not_name() {
        use HostStanding::{Allowed, Loopback, Unknown};
        let number = TradeNo::stored("T1".into());
        let token = SubscribeToken::new("t".into());
        for (standing, app_url, others, gateways) in [
            (Allowed, None, true, true),
            (Loopback, None, false, true),
            (Unknown, None, false, false),
            (Unknown, Some("https://panel.test"), true, true),
        ] {
            let (settings, root) = (settings(None, app_url), request(standing));
            let sent = subscription_for_others(&settings, &root, &token, &Zeros);
            assert_eq!(sent.is_ok(), others, "{standing:?} {app_url:?}");
            assert_eq!(root.for_others(&settings).is_ok(), others);
            let told = payment_notice(&settings, &root, &method(None));
            assert_eq!(told.is_ok(), gateways, "{standing:?} {app_url:?}");
            let page = order_page(&settings, &root, None, &method(None), &number);
            assert_eq!(page.is_ok(), gateways, "{standing:?} {app_url:?}");
        }
    }

    #[test]
    fn addresses_of_the_settings_need_no_host() {
        let root = request(HostStanding::Unknown);
        let token = SubscribeToken::new("t".into());
        let own = settings(Some("https://s.test"), None);
        assert_eq!(
            subscription_for_others(&own, &root, &token, &Zeros),
            Ok("https://s.test/s/t".to_owned())
        );
        let (none, number) = (settings(None, None), TradeNo::stored("T1".into()));
        for (domain, known) in [(Some("https://pay.test/"), true), (Some(" "), false)] {
            let method = method(domain);
            let told = payment_notice(&none, &root, &method);
            assert_eq!(
                told.is_ok_and(|url| url.starts_with("https://pay.test/api/")),
                known
            );
            let page = order_page(&none, &root, None, &method, &number);
            assert_eq!(
                page.is_ok_and(|url| url == "https://pay.test/#/order/T1"),
                known
            );
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
