//! Forms that come back, and pages that there are not: what went wrong can be read by everybody.

use crate::axe;
use crate::chromium::Tab;
use crate::chromium::look::{DESK, PHONE};
use crate::furnished::Furnished;

/// The page of a form, what is typed into it, and its button.
type Attempt = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static str,
);

const STRANGERS: [Attempt; 3] = [
    (
        "/my/login",
        &[("email", "nobody@demo.test"), ("password", "a wrong one")],
        "[action='/my/login']",
    ),
    (
        "/my/register",
        &[("email", "no address"), ("password", "x")],
        "[action='/my/register']",
    ),
    (
        "/my/recover",
        &[("email", "nobody"), ("email_code", "1")],
        "[action='/my/recover']",
    ),
];
const CUSTOMERS: [Attempt; 4] = [
    (
        "/my/tickets/new",
        &[("subject", "")],
        "[action='/my/tickets/new']",
    ),
    (
        "/my/gift-cards",
        &[("code", "NOSUCHCARD")],
        "[action='/my/gift-cards']",
    ),
    (
        "/my/profile/password",
        &[("old_password", "wrong")],
        "[action='/my/profile/password']",
    ),
    (
        "/my/invite",
        &[("amount", "much")],
        "[action='/my/invite/transfer']",
    ),
];
const OPERATORS: [Attempt; 6] = [
    (
        "/{console}/plans/new",
        &[("name", ""), ("prices[monthly]", "cheap")],
        ".wide",
    ),
    ("/{console}/nodes/new/vless", &[("port", "x")], ".wide"),
    ("/{console}/coupons/new", &[("name", "")], ".wide"),
    ("/{console}/users/new", &[], ".wide"),
    ("/{console}/routes/new", &[("remarks", "")], ".wide"),
    (
        "/{console}/settings/email",
        &[("email_port", "many")],
        ".wide",
    ),
];
/// Where there is no page, or not for whoever asks.
const GONE: [&str; 3] = ["/my/nothing", "/my/orders/0", "/my/plans/999"];

/// What is wrong with how the page says it, by day on a desk and by night on a phone.
async fn flaws(tab: &Tab, what: &str) -> Vec<String> {
    let mut found = tab.complaints().await;
    for (screen, is_dark) in [(DESK, false), (PHONE, true)] {
        tab.screen(screen).await;
        tab.night(is_dark).await;
        let beyond = tab.beyond().await;
        if beyond > 0 {
            found.push(format!("{beyond} pixels too wide on {screen:?}"));
        }
        found.extend(axe::obstacles(tab).await);
    }
    found
        .into_iter()
        .map(|line| format!("{what}: {line}"))
        .collect()
}

async fn status(tab: &Tab) -> i64 {
    let status = "performance.getEntriesByType('navigation')[0].responseStatus";
    tab.value(status).await.as_i64().unwrap()
}

/// Sends each form, which is refused.
async fn refused(tab: &Tab, furnished: &Furnished, attempts: &[Attempt]) -> Vec<String> {
    let mut wrong = Vec::new();
    tab.language("en-US").await;
    for (page, fields, form) in attempts {
        tab.visit(&furnished.address(page)).await;
        tab.screen(DESK).await;
        for (name, text) in *fields {
            tab.fill(&format!("main form{form} [name='{name}']"), text)
                .await;
        }
        // The browser would not send all of them; the server has to say what is wrong.
        tab.value("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
            .await;
        let button = format!("main form{form} > .buttons button, main form{form} > p > button");
        tab.follow(&button).await;
        let status = status(tab).await;
        if !(400..500).contains(&status) {
            wrong.push(format!("{page}: status {status}"));
        }
        wrong.extend(flaws(tab, page).await);
        let says = "document.querySelectorAll('main [role=alert], main .error').length > 0";
        if tab.value(says).await != true {
            wrong.push(format!("{page}: nothing says what is wrong"));
        }
    }
    wrong
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_can_be_read_by_everybody() {
    let Some((furnished, browser)) = Furnished::open().await else {
        return;
    };
    let stranger = browser.tab().await;
    let customer = furnished.customer(browser).await;
    let operator = furnished.operator(browser).await;
    let mut wrong = refused(&stranger, &furnished, &STRANGERS).await;
    wrong.extend(refused(&customer, &furnished, &CUSTOMERS).await);
    wrong.extend(refused(&operator, &furnished, &OPERATORS).await);
    for path in GONE {
        customer.visit(&furnished.address(path)).await;
        assert_eq!(status(&customer).await, 404, "{path}");
        wrong.extend(flaws(&customer, path).await);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
